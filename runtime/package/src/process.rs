//! Processes and their rules as `processes/*.psd1` says, before anything is compiled.

use std::time::Duration;

use model::{Block, Effect, OnError, Phase, Position, Subject, Value, Verb};

/// What a request of one verb runs, or a process to call.
#[derive(Clone, Debug, PartialEq)]
pub struct Process {
    /// Its file inside the package.
    pub file: String,
    /// The verb, or any other name for a process to call.
    pub name: String,
    /// Whose subscription it is for.
    pub subject: Subject,
    /// Its rules, in the order of the file.
    pub rules: Vec<Rule>,
}

impl Process {
    /// The verb it answers, if it is not one to call.
    pub fn verb(&self) -> Option<Verb> {
        Verb::parse(&self.name)
    }
}

/// One action, one condition, the mapping of values into its parameters.
#[derive(Clone, Debug, PartialEq)]
pub struct Rule {
    /// Its name, unique in its process without regard to letter case.
    pub name: String,
    /// Its phase.
    pub phase: Phase,
    /// Runs only when this is true.
    pub when: Option<Block>,
    /// The action: `file.write`, `New-BackupAccount`.
    pub action: String,
    /// Where the action is named.
    pub action_position: Position,
    /// Values of the action's parameters, in the order of the file.
    pub with: Vec<Argument>,
    /// What becomes of the outputs; none: every declared one is kept under its name.
    pub out: Option<Vec<Out>>,
    /// What takes it back.
    pub undo: UndoRule,
    /// Whether and how it is tried again.
    pub retry: Option<Retry>,
    /// How long one attempt may take.
    pub timeout: Option<Duration>,
    /// What its failure does to the run; none: what is usual for the verb.
    pub on_error: Option<OnError>,
    /// Whether its failure counts at all.
    pub required: bool,
    /// A class lower than the action's.
    pub effect: Option<Effect>,
    /// Where it begins.
    pub position: Position,
}

impl Rule {
    /// The actions it names: its own, and the one that takes it back.
    pub fn actions(&self) -> impl Iterator<Item = &str> {
        let undo = match &self.undo {
            UndoRule::Use { action, .. } => Some(action.as_str()),
            UndoRule::OfAction | UndoRule::Off => None,
        };
        std::iter::once(self.action.as_str()).chain(undo)
    }
}

/// A value for one parameter.
#[derive(Clone, Debug, PartialEq)]
pub struct Argument {
    /// The parameter.
    pub name: String,
    /// Where the parameter is named.
    pub position: Position,
    /// Its value.
    pub mapping: Mapping,
}

/// A value that may have expressions at any depth.
#[derive(Clone, Debug, PartialEq)]
pub enum Mapping {
    /// A plain value, without an expression anywhere in it.
    Literal(Value),
    /// An expression.
    Block(Block),
    /// A list with an expression somewhere in it.
    List(Vec<Mapping>),
    /// A hashtable with an expression somewhere in it, in the order of the file.
    Table(Vec<(String, Mapping)>),
}

/// One name that later rules read as `$Step.<rule>.<name>`.
#[derive(Clone, Debug, PartialEq)]
pub struct Out {
    /// The name.
    pub name: String,
    /// Where it is named.
    pub position: Position,
    /// Its value.
    pub value: OutValue,
}

/// Where an output of a rule comes from.
#[derive(Clone, Debug, PartialEq)]
pub enum OutValue {
    /// An output of the action, by name.
    Output(String),
    /// An expression over `$Output`.
    Block(Block),
}

/// What takes a done step back.
#[derive(Clone, Debug, PartialEq)]
pub enum UndoRule {
    /// The action's own undo, if it has one.
    OfAction,
    /// Nothing: switched off with `Undo = $null`.
    Off,
    /// Another action.
    Use {
        /// The action.
        action: String,
        /// Where it is named.
        position: Position,
        /// Values of its parameters.
        with: Vec<Argument>,
        /// Also after an unclear end; it must accept "not there".
        always: bool,
    },
}

/// How a failed attempt is repeated.
#[derive(Clone, Debug, PartialEq)]
pub struct Retry {
    /// Attempts after the first.
    pub count: u32,
    /// Pause before the second attempt.
    pub delay: Duration,
    /// By how much each further pause is longer than the one before it.
    pub backoff: f64,
}
