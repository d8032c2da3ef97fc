//! What takes a rule's step back: the rule's own undo, or its action's, checked so that it can always be prepared and repeated.

use model::{Effect, Position, nearest};
use package::{Error, UndoRule};

use super::{
    Compiler,
    action::find_parameter,
    rule::{At, given_by},
};
use crate::mapping::Bound;
use crate::outputs::Undo;
use crate::program::Action;

impl Compiler<'_> {
    pub(super) fn undo(&mut self, at: &At<'_>, action: &Action, with: &[Bound]) -> Option<Undo> {
        let rule = at.rule;
        match &rule.undo {
            UndoRule::Off => None,
            UndoRule::OfAction => {
                let name = action.signature().undo.clone()?;
                let Some(undo) = self.named_by_action(&name) else {
                    self.unknown_undo(action, &name, &rule.action_position);
                    return None;
                };
                // Whether two scripts fit was checked when their headers were read.
                if !matches!((action, &undo), (Action::Script(_), Action::Script(_))) {
                    self.check_own_undo(action, &undo, with, &rule.action_position);
                    self.check_class(&undo, undo.effect(&model::Object::new()), &rule.action_position);
                }
                Some(Undo { action: undo, with: None, always: false })
            }
            UndoRule::Use { action: name, position, with: mapping, always } => {
                let names = self.known.for_output(at.subject, at.steps, &given_by(action, with));
                let undo = self.action(name, position)?;
                let bound = self.bind(&undo, mapping, &names, position);
                self.check_class(&undo, undo.effect(&Self::literals(&bound)), position);
                Some(Undo { action: undo, with: Some(bound), always: *always })
            }
        }
    }

    /// A script's header names an undo that is not there: a script was reported when it was read, only the compiler knows natives.
    fn unknown_undo(&mut self, action: &Action, name: &str, position: &Position) {
        if name.contains('.') {
            let hint = nearest(name, self.registry.names()).map(|near| format!("did you mean `{near}`?"));
            let message = format!("`{}` names the undo `{name}`, which is not there", action.name());
            self.errors.push(Error { hint, ..Error::new(position.clone(), "unknown_action", message) });
        }
    }

    /// An undo may have to run again after a crash, so running it twice must be harmless.
    fn check_class(&mut self, undo: &Action, effect: Effect, position: &Position) {
        if matches!(effect, Effect::Idempotent | Effect::VerifyFirst) {
            return;
        }
        let message = format!("the undo `{}` is {effect}; an undo must be Idempotent or VerifyFirst", undo.name());
        self.errors.push(Error::new(position.clone(), "undo_class", message).hint("an undo may have to run again after a crash"));
    }

    /// An action's own undo gets outputs and parameters by name: what it must have must be one of them.
    fn check_own_undo(&mut self, action: &Action, undo: &Action, with: &[Bound], position: &Position) {
        let outputs = given_by(action, with);
        for parameter in undo.signature().parameters.iter().filter(|parameter| parameter.mandatory) {
            let mut names = std::iter::once(&parameter.name).chain(&parameter.aliases);
            let is_there = names.any(|name| {
                outputs.iter().any(|output| output.eq_ignore_ascii_case(name)) || find_parameter(action.signature(), name).is_some()
            });
            if !is_there {
                let message =
                    format!("the undo `{}` needs `{}`, which `{}` neither takes nor gives", undo.name(), parameter.name, action.name());
                self.errors.push(
                    Error::new(position.clone(), "undo_parameter", message).hint("say Undo = @{ Action = ...; With = ... } in the rule"),
                );
            }
        }
    }
}
