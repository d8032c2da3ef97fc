//! A service's processes as the engine executes them: flat lists of rules, every expression compiled, every action found.

use std::{collections::BTreeMap, path::PathBuf, sync::Arc, time::Duration};

use actions::Native;
use model::{Effect, Failure, Object, OnError, Phase, PlaceInPhase, PropertyKind, RecordedUndo, Service, Signature, Subject, Verb, When};

use package::Checker;
pub use package::{Retry, Template};

use crate::Scope;
use crate::compile::Manifest;
use crate::mapping::{Bound, Code, evaluate_all};
use crate::outputs::{Outputs, Undo};

/// A service of one version, ready to run. It never changes; a changed definition is another program.
pub struct Program {
    /// Names everything that decides what a run does: same hash, same behaviour.
    pub hash: String,
    /// The definition.
    pub service: Arc<Service>,
    /// Templates that rules may render, by their path in the package.
    pub templates: BTreeMap<String, Template>,
    /// The files it was compiled from, by hash.
    pub manifest: Manifest,
    pub(crate) processes: Vec<Process>,
    pub(crate) actions: BTreeMap<String, Action>,
    pub(crate) defaults: Vec<Option<Code>>,
    pub(crate) order: Vec<usize>,
    pub(crate) checkers: Vec<Checker>,
    pub(crate) validations: Vec<Code>,
    pub(crate) quantities: Vec<Option<Code>>,
    pub(crate) instance_names: Option<package::Pattern>,
}

/// What a request of one verb runs.
#[derive(Debug)]
pub struct Process {
    /// The verb, or another name for a process to call.
    pub name: String,
    /// Whose subscription it is for.
    pub subject: Subject,
    /// Rules in the order of their execution.
    pub rules: Vec<Rule>,
}

/// One action, one condition, the mapping of values into its parameters.
#[derive(Debug)]
pub struct Rule {
    /// Place in the process, from 1.
    pub seq: u32,
    /// Its name, unique in the process.
    pub name: Arc<str>,
    /// Its phase.
    pub phase: Phase,
    /// Its place in the phase.
    pub place: PlaceInPhase,
    /// What it does.
    pub action: Action,
    /// What answers whether it is already so.
    pub verify: Option<Action>,
    /// How a failed attempt is repeated; a count of 0 is never.
    pub retry: Retry,
    /// How long one attempt may take.
    pub timeout: Duration,
    /// What its failure does to the run.
    pub on_error: OnError,
    /// Whether its failure counts at all.
    pub required: bool,
    /// Effect class as far as it is known without values; [`Rule::effect_of`] says it for given parameters.
    pub effect: Effect,
    pub(crate) lowered: Option<Effect>,
    pub(crate) when: Option<Code>,
    pub(crate) with: Vec<Bound>,
    pub(crate) outputs: Outputs,
    pub(crate) undo: Option<Undo>,
}

/// Something that can be executed.
#[derive(Clone)]
pub enum Action {
    /// Rust, in this process.
    Native(Arc<dyn Native>),
    /// PowerShell, in a host.
    Script(Arc<Script>),
}

/// A script action and where it runs from.
#[derive(Debug)]
pub struct Script {
    /// `New-BackupAccount`.
    pub name: String,
    /// The read-only file.
    pub path: PathBuf,
    /// Its typed face.
    pub signature: Signature,
    /// Whose it is: hosts are bound to an owner and a customer. The service for a package's own, `stoa` for the installation's.
    pub owner: String,
}

/// What a condition answered.
#[derive(Clone, Debug, PartialEq)]
pub struct Decided {
    /// The condition, its value and what it read.
    pub when: When,
    /// Whether the rule runs.
    pub holds: bool,
}

impl Program {
    /// The process of a verb; none means that nothing has to be done for it.
    pub fn process(&self, verb: Verb, subject: Subject) -> Option<&Process> {
        self.processes.iter().find(|process| process.subject == subject && process.name.eq_ignore_ascii_case(verb.as_str()))
    }

    /// All processes.
    pub fn processes(&self) -> &[Process] {
        &self.processes
    }

    /// An action that a rule, an undo or a verify names, whatever the letter case.
    pub fn action(&self, name: &str) -> Option<&Action> {
        self.actions.get(&name.to_ascii_lowercase())
    }

    /// The action that answers whether `action` is already so.
    pub fn verify(&self, action: &Action) -> Option<&Action> {
        action.signature().verify.as_deref().and_then(|name| self.action(name))
    }

    /// A result under the name of its property, if it is a value of it.
    pub(crate) fn result(&self, name: &str, value: model::Value) -> Result<(String, model::Value), Failure> {
        let writable = |property: &model::Property| matches!(property.kind, PropertyKind::Result | PropertyKind::Input);
        let place = self.service.properties.iter().position(|property| property.name.eq_ignore_ascii_case(name) && writable(property));
        let Some(place) = place else {
            return Err(Failure::new("result_unknown", format!("the service has no property `{name}` that a run may write")));
        };
        let value = self.checkers[place].check(value);
        let value = value.map_err(|refused| Failure::new("result_type", format!("the result is refused: {}", refused.message)))?;
        Ok((self.service.properties[place].name.clone(), value))
    }

    /// How many are billed in `plan`, as decimal text: 1 unless the plan computes it.
    pub fn quantity(&self, plan: &str, scope: &Scope) -> Result<String, Failure> {
        let place = self.service.plans.iter().position(|known| known.name.eq_ignore_ascii_case(plan));
        let Some(code) = place.and_then(|place| self.quantities.get(place)?.as_ref()) else {
            return Ok("1".to_owned());
        };
        let decimal = model::DataType::one(model::Scalar::Decimal);
        match decimal.convert(code.value(scope, "quantity_error")?) {
            Ok(model::Value::Decimal(quantity)) => Ok(quantity.normalize().to_string()),
            Ok(_) => Err(Failure::new("quantity_error", format!("{}: the quantity is $null", code.block.position))),
            Err(mismatch) => Err(Failure::new("quantity_error", format!("{}: {mismatch}", code.block.position))),
        }
    }
}

impl std::fmt::Debug for Program {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Program").field("service", &self.service.name).field("hash", &self.hash).finish_non_exhaustive()
    }
}

impl Action {
    /// Its name as rules write it.
    pub fn name(&self) -> &str {
        &self.signature().name
    }

    /// Its typed face.
    pub fn signature(&self) -> &Signature {
        match self {
            Action::Native(native) => native.signature(),
            Action::Script(script) => &script.signature,
        }
    }

    /// Its class for these parameters.
    pub fn effect(&self, parameters: &Object) -> Effect {
        match self {
            Action::Native(native) => native.effect(parameters),
            Action::Script(script) => script.signature.effect,
        }
    }

    /// Those of `parameters` that it declares, under its own spelling: what a verify gets of the action it verifies.
    pub fn takes_of(&self, parameters: &Object) -> Object {
        let signature = self.signature();
        if signature.open {
            return parameters.clone();
        }
        let names = |parameter: &model::Parameter| {
            let given = parameters.get(&parameter.name).or_else(|| parameter.aliases.iter().find_map(|alias| parameters.get(alias)));
            given.map(|value| (parameter.name.clone(), value.clone()))
        };
        signature.parameters.iter().filter_map(names).collect()
    }
}

impl std::fmt::Debug for Action {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let kind = match self {
            Action::Native(_) => "Native",
            Action::Script(_) => "Script",
        };
        f.debug_tuple(kind).field(&self.name()).finish()
    }
}

impl Rule {
    /// What the condition answers; none without a condition. A condition that cannot be evaluated is a failure, never false.
    pub fn when(&self, scope: &Scope) -> Result<Option<Decided>, Failure> {
        let Some(code) = &self.when else {
            return Ok(None);
        };
        let value = code.evaluate(scope, "condition_error")?;
        let holds = value.is_true();
        let when =
            When { text: code.block.text.trim().to_owned(), value: package::bridge::to_model(value), reads: scope.read(&code.reads) };
        Ok(Some(Decided { when, holds }))
    }

    /// The parameters of the action, evaluated, of the declared types, within their limits.
    pub fn parameters(&self, scope: &Scope) -> Result<Object, Failure> {
        evaluate_all(&self.with, scope, "parameter_error")
    }

    /// The class in force for these parameters: the more careful of the action's and the rule's.
    pub fn effect_of(&self, parameters: &Object) -> Effect {
        let own = self.action.effect(parameters);
        self.lowered.map_or(own, |lowered| lowered.max(own))
    }

    /// What the action gave, of the declared types; a declared output that is not there is a failure (`output_missing`).
    pub fn typed(&self, raw: &Object) -> Result<Object, Failure> {
        self.outputs.typed(raw)
    }

    /// What later rules see of `raw`, which [`Rule::typed`] gave.
    pub fn outputs(&self, scope: &Scope, raw: &Object) -> Result<Object, Failure> {
        self.outputs.kept(scope, raw)
    }

    /// How to take the step back, with its parameters evaluated; none when nothing does.
    pub fn undo(&self, scope: &Scope, parameters: &Object, raw: &Object) -> Result<Option<RecordedUndo>, Failure> {
        self.undo.as_ref().map(|undo| undo.record(scope, parameters, raw)).transpose()
    }

    /// Whether something takes the step back even when it is not known whether it was done.
    pub fn undoes_unclear(&self) -> bool {
        self.undo.as_ref().is_some_and(|undo| undo.always)
    }
}
