//! Finding the actions that rules name, with what verifies and undoes them.

use std::sync::Arc;

use model::{Position, Signature, nearest};
use package::Error;

use super::Compiler;
use crate::program::{Action, Script};

/// Owner of the installation's scripts: no package, so no package's host.
const INSTALLATION: &str = "stoa";

impl Compiler<'_> {
    /// The action that a rule names at `position`, with its verify. An unknown name is reported.
    pub(super) fn action(&mut self, name: &str, position: &Position) -> Option<Action> {
        if let Some(known) = self.actions.get(&name.to_ascii_lowercase()) {
            return Some(known.clone());
        }
        let Some(action) = self.find(name) else {
            self.unknown_action(name, position);
            return None;
        };
        self.keep(&action);
        Some(action)
    }

    /// The action that the header of another one names; that it is there and fits was checked when the scripts were read.
    pub(super) fn named_by_action(&mut self, name: &str) -> Option<Action> {
        let known = self.actions.get(&name.to_ascii_lowercase()).cloned();
        let action = known.or_else(|| self.find(name))?;
        self.keep(&action);
        Some(action)
    }

    fn find(&self, name: &str) -> Option<Action> {
        if name.contains('.') { self.registry.get(name).map(Action::Native) } else { self.script(name) }
    }

    /// Makes an action, and what verifies it, known by name.
    fn keep(&mut self, action: &Action) {
        let key = action.name().to_ascii_lowercase();
        if self.actions.insert(key, action.clone()).is_none()
            && let Some(verify) = action.signature().verify.clone()
        {
            self.named_by_action(&verify);
        }
    }

    fn script(&self, name: &str) -> Option<Action> {
        let script = self.package.script(name)?;
        Some(Action::Script(Arc::new(Script {
            name: script.name.clone(),
            path: self.folder.join(&script.path),
            signature: script.signature.clone(),
            owner: if script.shared { INSTALLATION.to_owned() } else { self.package.service.name.clone() },
        })))
    }

    fn unknown_action(&mut self, name: &str, position: &Position) {
        // A script that is there and could not be read has been reported with its own mistakes.
        if self.package.script_names.iter().any(|known| known.eq_ignore_ascii_case(name)) {
            return;
        }
        let known = self.registry.names().chain(self.package.script_names.iter().map(String::as_str));
        let hint = nearest(name, known).map(|near| format!("did you mean `{near}`?"));
        let error = Error::new(position.clone(), "unknown_action", format!("there is no action `{name}`"));
        self.errors.push(Error { hint, ..error });
    }
}

/// The parameter of that name or alias, whatever the letter case.
pub(super) fn find_parameter<'a>(signature: &'a Signature, name: &str) -> Option<&'a model::Parameter> {
    signature.parameters.iter().find(|parameter| {
        parameter.name.eq_ignore_ascii_case(name) || parameter.aliases.iter().any(|alias| alias.eq_ignore_ascii_case(name))
    })
}
