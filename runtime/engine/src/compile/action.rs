//! Finding the actions that rules name, with what verifies and undoes them.

use std::sync::Arc;

use model::{Effect, Position, Signature, nearest};
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
        let action = if name.contains('.') { self.registry.get(name).map(Action::Native) } else { self.script(name) };
        let Some(action) = action else {
            self.unknown_action(name, position);
            return None;
        };
        self.actions.insert(name.to_ascii_lowercase(), action.clone());
        if let Action::Script(_) = action {
            self.check_verify(&action);
        }
        Some(action)
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

    /// A verify gets the same parameters by name, so it may not need others.
    fn check_verify(&mut self, action: &Action) {
        let signature = action.signature().clone();
        let position = self.package.script(&signature.name).map(|script| script.position.clone());
        let position = position.expect("a script action comes from a script of the package");
        let Some(name) = signature.verify.as_deref() else {
            if signature.effect == Effect::VerifyFirst {
                let message = format!("`{}` says VerifyFirst and names no verify", signature.name);
                self.errors
                    .push(Error::new(position, "verify_missing", message).hint("add Verify = '...' to its header, or another Effect"));
            }
            return;
        };
        let Some(verify) = self.action(name, &position) else {
            return;
        };
        for parameter in verify.signature().parameters.iter().filter(|parameter| parameter.mandatory) {
            if find_parameter(&signature, &parameter.name).is_none() {
                let message = format!("`{name}` needs `{}`, which `{}` does not have", parameter.name, signature.name);
                self.errors
                    .push(Error::new(position.clone(), "verify_parameter", message).hint("a verify gets the parameters of its action"));
            }
        }
    }
}

/// The parameter of that name or alias, whatever the letter case.
pub(super) fn find_parameter<'a>(signature: &'a Signature, name: &str) -> Option<&'a model::Parameter> {
    signature.parameters.iter().find(|parameter| {
        parameter.name.eq_ignore_ascii_case(name) || parameter.aliases.iter().any(|alias| alias.eq_ignore_ascii_case(name))
    })
}
