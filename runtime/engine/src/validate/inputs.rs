//! Everything that is wrong with the values of an ask, gathered.

use model::{FieldError, Level, Object, Problem, Property, PropertyKind, Resolved, Verb, nearest};

use super::LastGood;
use crate::chain::Chain;
use crate::{Ask, Program, Scope, refusal};

/// What is wrong, each with the next step if there is one.
#[derive(Default)]
pub(super) struct Wrongs(Vec<(FieldError, Option<String>)>);

impl Wrongs {
    /// The values given in the ask that are right, converted. Those that are not are noted.
    pub(super) fn inputs(&mut self, program: &Program, ask: &Ask, last: Option<&LastGood>) -> Object {
        let mut requested = Object::new();
        for (name, value) in ask.properties.iter() {
            let Some(index) = self.input(program, ask.verb, name) else {
                continue;
            };
            let property = &program.service.properties[index];
            match program.checkers[index].check(value.clone()) {
                Ok(value)
                    if is_frozen(property, last)
                        && last.is_some_and(|last| last.snapshot.properties.get(&property.name) != Some(&value)) =>
                {
                    let detail = format!("`{}` cannot change after {}", property.name, property.read_only_after.unwrap_or(Verb::Provision));
                    self.note(&property.name, "read_only", detail, None);
                }
                Ok(value) => requested.insert(property.name.as_str(), value),
                Err(refused) => {
                    let detail = match &refused.hint {
                        Some(hint) => format!("{} ({hint})", refused.message),
                        None => refused.message,
                    };
                    self.note(&property.name, refused.code, detail, None);
                }
            }
        }
        requested
    }

    /// The place of a property that may be given with this verb.
    fn input(&mut self, program: &Program, verb: Verb, name: &str) -> Option<usize> {
        let properties = &program.service.properties;
        let inputs = || properties.iter().filter(|property| is_asked(property, verb)).map(|property| property.name.as_str());
        let Some(index) = properties.iter().position(|property| property.name.eq_ignore_ascii_case(name)) else {
            let detail = format!("the service `{}` has no property `{name}`", program.service.name);
            self.note(name, "unknown_property", detail, nearest(name, inputs()).map(|near| format!("did you mean `{near}`?")));
            return None;
        };
        let property = &properties[index];
        let why_not = match property.kind {
            PropertyKind::Input if is_asked(property, verb) && !(property.retired && verb == Verb::Provision) => return Some(index),
            PropertyKind::Input => format!("`{}` is not asked for {verb}", property.name),
            PropertyKind::Plan => format!("`{}` comes from the plan; choose another plan or set an override", property.name),
            PropertyKind::Config => format!("`{}` is the service's configuration and is set at its level, not in a request", property.name),
            PropertyKind::Result => format!("`{}` is written by provisioning", property.name),
        };
        self.note(&property.name, "not_an_input", why_not, None);
        None
    }

    /// Notes what must have a value and has none.
    pub(super) fn completeness(&mut self, program: &Program, chain: &Chain, verb: Verb, resolved: &[Resolved]) {
        for (property, resolved) in program.service.properties.iter().zip(resolved) {
            let is_there = !resolved.value.is_null() || (property.unlimited && resolved.is_set());
            // What is wrong with a given value has been said; that it is missing then would be a second complaint about the same.
            let has_error = self.0.iter().any(|(error, _)| error.field.eq_ignore_ascii_case(&property.name));
            if !property.required || is_there || has_error {
                continue;
            }
            match property.kind {
                PropertyKind::Input if is_asked(property, verb) => {
                    let advice = format!("give {} ({})", property.name, property.data_type);
                    self.note(&property.name, "required", format!("`{}` must be given", property.name), Some(advice));
                }
                PropertyKind::Config => {
                    let detail = format!(
                        "the service `{}` is not configured for this customer: `{}` has no value",
                        program.service.name, property.name
                    );
                    self.note(&property.name, "config_missing", detail, Some(configure(program, chain, property)));
                }
                PropertyKind::Plan => {
                    let detail = format!("neither plan nor override gives `{}` a value", property.name);
                    self.note(
                        &property.name,
                        "plan_value_missing",
                        detail,
                        Some(format!("set `{}` in the plan, then import the service again", property.name)),
                    );
                }
                PropertyKind::Input | PropertyKind::Result => {}
            }
        }
    }

    /// Notes the service's own conditions under which a request is refused.
    pub(super) fn rules(&mut self, program: &Program, scope: &Scope) {
        for (rule, code) in program.service.validate.iter().zip(&program.validations) {
            match code.evaluate(scope, "condition_error") {
                Ok(value) if value.is_true() => self.note("request", &rule.code, rule.message.clone(), None),
                Ok(_) => {}
                // A condition that fails is never false: nobody can say that the request is right.
                Err(failure) => self.note("request", &failure.code, failure.message, None),
            }
        }
    }

    fn note(&mut self, field: &str, code: &str, detail: impl Into<String>, advice: Option<String>) {
        self.0.push((refusal::field(field, code, detail), advice));
    }

    /// The problem, if anything is wrong. One mistake gives the problem its own code.
    pub(super) fn none(&self) -> Result<(), Problem> {
        let errors: Vec<FieldError> = self.0.iter().map(|(error, _)| error.clone()).collect();
        let problem = match errors.as_slice() {
            [] => return Ok(()),
            [one] => refusal::unprocessable(&one.code, "The request is not right", one.detail.clone()).about(one.field.clone()),
            several => {
                let details: Vec<&str> = several.iter().map(|error| error.detail.as_str()).collect();
                refusal::unprocessable("request_invalid", "The request is not right", details.join("; "))
            }
        };
        let advice: Vec<&str> = self.0.iter().filter_map(|(_, advice)| advice.as_deref()).collect();
        let problem = if advice.is_empty() { problem } else { problem.advise(advice.join("; ")) };
        Err(Problem { errors, ..problem })
    }
}

/// Whether a verb asks for an input: its own, or provision and change.
fn is_asked(property: &Property, verb: Verb) -> bool {
    property.kind == PropertyKind::Input && property.ask_on.map_or(matches!(verb, Verb::Provision | Verb::Change), |ask_on| ask_on == verb)
}

/// Whether the verb after which an input cannot change has succeeded: every later one stands on a provision.
fn is_frozen(property: &Property, last: Option<&LastGood>) -> bool {
    match (property.read_only_after, last) {
        (Some(Verb::Provision), Some(_)) => true,
        (Some(after), Some(last)) => last.verb == after,
        _ => false,
    }
}

/// Where a configuration value may be set for this customer, as a next step.
fn configure(program: &Program, chain: &Chain, property: &Property) -> String {
    let stands = chain.stands();
    let allowed =
        stands.iter().rev().filter(|stand| property.levels.contains(&stand.place.level) && stand.place.level != Level::Subscription);
    let places: Vec<String> =
        allowed.map(|stand| format!("{} ({})", stand.place.name, stand.place.level.as_str().to_lowercase())).collect();
    format!("set `{}` of service `{}` at {}", property.name, program.service.name, places.join(" or "))
}
