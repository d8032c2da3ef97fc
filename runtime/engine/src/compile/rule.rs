//! Compiling the processes: rules in the order of their execution, each against the names that are known when it runs.

use std::{sync::Arc, time::Duration};

use language::Names;
use model::{Effect, OnError, Phase, PlaceInPhase, Position, Verb, nearest};
use package::{Error, OutValue, Retry};

use super::Compiler;
use crate::mapping::{Bound, Code};
use crate::names::StepShape;
use crate::outputs::{Kept, Outputs};
use crate::program::{Action, Process, Rule};

/// How long one attempt may take when neither rule nor action says so.
const TIMEOUT: Duration = Duration::from_secs(5 * 60);

/// A rule in its surroundings, while it is compiled.
pub(super) struct At<'a> {
    pub(super) rule: &'a package::Rule,
    pub(super) subject: model::Subject,
    /// What rules before it give.
    pub(super) steps: &'a [StepShape],
}

impl Compiler<'_> {
    pub(super) fn process(&mut self, process: &package::Process) -> Process {
        let usual = match process.verb() {
            Some(Verb::Provision | Verb::Change) => OnError::Undo,
            _ => OnError::Attention,
        };
        let mut steps: Vec<StepShape> = Vec::new();
        let mut rules = Vec::new();
        for phase in Phase::ALL {
            for rule in process.rules.iter().filter(|rule| rule.phase == *phase) {
                let at = At { rule, subject: process.subject, steps: &steps };
                let compiled = self.rule(&at, usual);
                let outputs = match &compiled {
                    Some(compiled) => output_names(rule, compiled),
                    None => self.names_by_files(rule),
                };
                steps.push((rule.name.clone(), outputs));
                rules.extend(compiled);
            }
        }
        for (rule, seq) in rules.iter_mut().zip(1..) {
            rule.seq = seq;
        }
        Process { name: process.name.clone(), subject: process.subject, rules }
    }

    /// One rule; none when something of it is wrong, which is reported.
    fn rule(&mut self, at: &At<'_>, usual: OnError) -> Option<Rule> {
        let rule = at.rule;
        let before = self.errors.len();
        let names = self.known.for_rule(at.subject, at.steps);
        let when = rule.when.as_ref().and_then(|block| self.code(block, &names));
        let action = self.action(&rule.action, &rule.action_position);
        let Some(action) = action else {
            self.unbound(&rule.with, &names);
            return None;
        };
        let with = self.bind(&action, &rule.with, &names, &rule.action_position);
        self.check_template(&action, &rule.with);
        let effect = self.effect(rule, &action, &with);
        let verify = self.verify(&action);
        let outputs = self.outputs(at, &action, &with);
        let undo = self.undo(at, &action, &with);
        if self.errors.len() > before {
            return None;
        }
        let own_timeout = action.signature().timeout.and_then(|ticks| u64::try_from(ticks).ok());
        let timeout = rule.timeout.or_else(|| own_timeout.map(|ticks| Duration::from_nanos(ticks.saturating_mul(100))));
        Some(Rule {
            seq: 0,
            name: Arc::from(rule.name.as_str()),
            phase: rule.phase,
            place: PlaceInPhase::Main,
            action,
            verify,
            retry: rule.retry.clone().unwrap_or(Retry { count: 0, delay: Duration::ZERO, backoff: 1.0 }),
            timeout: timeout.unwrap_or(TIMEOUT),
            on_error: rule.on_error.unwrap_or(usual),
            required: rule.required,
            effect,
            lowered: rule.effect,
            when,
            with,
            outputs,
            undo,
        })
    }

    /// Compiles a block; what is wrong is reported.
    pub(super) fn code(&mut self, block: &model::Block, names: &Names) -> Option<Code> {
        Code::compile(block, names).map_err(|found| self.errors.extend(found)).ok()
    }

    /// The expressions of a mapping whose action is not known: their mistakes are reported all the same.
    fn unbound(&mut self, with: &[package::Argument], names: &Names) {
        for argument in with {
            crate::mapping::Mapping::compile(&argument.mapping, names, &mut self.errors);
        }
    }

    fn verify(&mut self, action: &Action) -> Option<Action> {
        let name = action.signature().verify.clone()?;
        let key = name.to_ascii_lowercase();
        self.actions.get(&key).cloned()
    }

    /// The class of a rule. `Read`, `Idempotent`, `VerifyFirst`, `Once` promise less and less about running again. A rule may only promise less than
    /// its action: `Once` for an idempotent action is careful, `Idempotent` for a `Once` action would let the engine run twice what must not.
    fn effect(&mut self, rule: &package::Rule, action: &Action, with: &[Bound]) -> Effect {
        let own = action.effect(&Self::literals(with));
        let Some(wanted) = rule.effect else {
            return own;
        };
        if wanted < own {
            let message = format!("`{}` is {own}; the rule says {wanted}, which promises more", action.name());
            self.errors.push(
                Error::new(rule.position.clone(), "effect_raised", message)
                    .hint("a rule may lower the class of its action, never raise it"),
            );
        } else if wanted == Effect::VerifyFirst && action.signature().verify.is_none() {
            let message = format!("`{}` has no verify, so its rule cannot be VerifyFirst", action.name());
            self.errors.push(Error::new(rule.position.clone(), "verify_missing", message));
        }
        wanted.max(own)
    }

    fn outputs(&mut self, at: &At<'_>, action: &Action, with: &[Bound]) -> Outputs {
        let signature = action.signature();
        let declared = (!signature.open_outputs).then(|| signature.outputs.clone());
        let Some(out) = &at.rule.out else {
            return Outputs { declared, kept: None };
        };
        let known = given_by(action, with);
        let names = self.known.for_output(at.subject, at.steps, &known);
        let mut kept = Vec::new();
        for one in out {
            let value = match &one.value {
                OutValue::Output(name) => self.output(action, &known, name, &one.position),
                OutValue::Block(block) => self.code(block, &names).map(Kept::Block),
            };
            kept.extend(value.map(|value| (one.name.clone(), value)));
        }
        Outputs { declared, kept: Some(kept) }
    }

    fn output(&mut self, action: &Action, known: &[String], name: &str, position: &Position) -> Option<Kept> {
        if let Some(known) = known.iter().find(|known| known.eq_ignore_ascii_case(name)) {
            return Some(Kept::Output(known.clone()));
        }
        let hint = match nearest(name, known.iter().map(String::as_str)) {
            Some(near) => format!("did you mean `{near}`?"),
            None if known.is_empty() => "it declares no outputs".to_owned(),
            None => format!("it gives {}", known.join(", ")),
        };
        let message = format!("`{}` has no output `{name}`", action.name());
        self.errors.push(Error::new(position.clone(), "unknown_output", message).hint(hint));
        None
    }

    /// What later rules may read of a rule that did not compile, so that one mistake does not make others.
    fn names_by_files(&self, rule: &package::Rule) -> Vec<String> {
        if let Some(out) = &rule.out {
            return out.iter().map(|one| one.name.clone()).collect();
        }
        let declared = self.actions.get(&rule.action.to_ascii_lowercase()).map(|action| action.signature());
        match declared {
            Some(signature) if !signature.open_outputs => signature.outputs.iter().map(|output| output.name.clone()).collect(),
            _ => rule.with.iter().map(|argument| argument.name.clone()).collect(),
        }
    }
}

/// Names of the outputs an action gives for this mapping.
pub(super) fn given_by(action: &Action, with: &[Bound]) -> Vec<String> {
    let signature = action.signature();
    if signature.open_outputs {
        return with.iter().map(|bound| bound.name.clone()).collect();
    }
    signature.outputs.iter().map(|output| output.name.clone()).collect()
}

fn output_names(rule: &package::Rule, compiled: &Rule) -> Vec<String> {
    match &rule.out {
        Some(out) => out.iter().map(|one| one.name.clone()).collect(),
        None => given_by(&compiled.action, &compiled.with),
    }
}
