//! Properties of services.

use serde::{Deserialize, Serialize};

use crate::{Block, DataType, Level, Position, Value, Verb, words};

words! {
    /// Who gives a property its value.
    PropertyKind {
        /// Service configuration.
        Config = "Config",
        /// Set by the plan, overridable.
        Plan = "Plan",
        /// Asked when ordering.
        Input = "Input",
        /// Written by provisioning.
        Result = "Result",
    }
}

/// What a property is when nobody gave a value.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Default {
    /// A literal.
    Value(Value),
    /// An expression over other properties.
    Block(Block),
}

/// A property of a service, or a member of an object property's schema.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Property {
    /// Its name, unique in the service without regard to letter case.
    pub name: String,
    /// Who gives the value.
    pub kind: PropertyKind,
    /// Its type.
    pub data_type: DataType,
    /// What people see instead of the name.
    pub label: Option<String>,
    /// A sentence of help.
    pub help: Option<String>,
    /// `Config`: where a value may be set.
    pub levels: Vec<Level>,
    /// `Input`, `Result`: where the value is kept; the subscription unless said.
    pub level: Level,
    /// `Plan`: where another value than the plan's may be given.
    pub overridable: Vec<Level>,
    /// Must have a value.
    pub required: bool,
    /// Not shown below the provider.
    pub hidden: bool,
    /// `$null` may be set and means unlimited.
    pub unlimited: bool,
    /// The only values it takes, if listed.
    pub values: Vec<Value>,
    /// Lowest number or shortest text.
    pub min: Option<Value>,
    /// Highest number or longest text.
    pub max: Option<Value>,
    /// Whole-string, case-sensitive pattern of the linear engine.
    pub pattern: Option<String>,
    /// Value when nobody gave one.
    pub default: Option<Default>,
    /// The verb after which it cannot change.
    pub read_only_after: Option<Verb>,
    /// `Input`: the verb it is asked for (provision and change unless said).
    pub ask_on: Option<Verb>,
    /// Members of an `object`.
    pub schema: Vec<Property>,
    /// No longer offered, kept for those who have it.
    pub retired: bool,
    /// Where it is declared.
    pub position: Position,
}
