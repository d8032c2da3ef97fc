//! What an action promises: its parameters, outputs and effect, whether it is native, a script or a command.

use serde::{Deserialize, Serialize};

use crate::{DataType, Value, words};

words! {
    /// What running an action again may do to the world; decides what happens after an unclear end.
    Effect {
        /// Changes nothing.
        Read = "Read",
        /// Running again leaves the same state.
        Idempotent = "Idempotent",
        /// Its verify says whether it is already so.
        VerifyFirst = "VerifyFirst",
        /// Must never run twice by itself.
        Once = "Once",
    }
}

/// The typed face of an action, checked against a rule's mapping when a definition is loaded.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Signature {
    /// `file.write` for natives, `New-BackupAccount` for scripts.
    pub name: String,
    /// One sentence.
    pub synopsis: String,
    /// Parameters in the order of their declaration.
    pub parameters: Vec<Parameter>,
    /// Whether parameters beyond the declared ones are taken (`property.set`, `data.compute`).
    pub open: bool,
    /// Declared outputs; success without one of them is a failure.
    pub outputs: Vec<Output>,
    /// Whether the outputs are whatever parameters were given (`data.compute`).
    pub open_outputs: bool,
    /// Effect class.
    pub effect: Effect,
    /// The action that answers all outputs when it is already so; for natives its own name.
    pub verify: Option<String>,
    /// The action that takes it back; gets this action's outputs and parameters by name.
    pub undo: Option<String>,
    /// Whether a dry run may run it with `-WhatIf`.
    pub what_if: bool,
    /// Time-out in ticks of 100 ns, if the action names one.
    pub timeout: Option<i64>,
}

/// A parameter of an action.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Parameter {
    /// Its name.
    pub name: String,
    /// Other names.
    pub aliases: Vec<String>,
    /// Its type.
    pub data_type: DataType,
    /// Whether it must be given.
    pub mandatory: bool,
    /// Whether `$null` may be given although it is mandatory.
    pub allow_null: bool,
    /// The only values it takes, if listed.
    pub values: Vec<Value>,
    /// A pattern its text must match (`ValidatePattern`: anywhere, case-insensitive).
    pub pattern: Option<String>,
    /// Lowest number.
    pub min: Option<Value>,
    /// Highest number.
    pub max: Option<Value>,
}

impl Parameter {
    /// An optional parameter of `data_type`.
    pub fn optional(name: &str, data_type: DataType) -> Self {
        Parameter {
            name: name.to_owned(),
            aliases: Vec::new(),
            data_type,
            mandatory: false,
            allow_null: false,
            values: Vec::new(),
            pattern: None,
            min: None,
            max: None,
        }
    }

    /// A mandatory parameter of `data_type`.
    pub fn mandatory(name: &str, data_type: DataType) -> Self {
        Parameter { mandatory: true, ..Parameter::optional(name, data_type) }
    }
}

/// A declared output of an action.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Output {
    /// Its name.
    pub name: String,
    /// Its type.
    pub data_type: DataType,
}

/// Why an action did not end well, for the reader of a run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Failure {
    /// Ours in snake_case, or a package's (`BK004`).
    pub code: String,
    /// One sentence for the reader; never a secret.
    pub message: String,
    /// What to do next, if that is known.
    pub recommended_action: Option<String>,
}

impl Failure {
    /// A failure without a direction.
    pub fn new(code: impl Into<String>, message: impl Into<String>) -> Self {
        Failure { code: code.into(), message: message.into(), recommended_action: None }
    }
}
