//! Services and plans as their definition says.

use serde::{Deserialize, Serialize};

use crate::{Block, Level, LogLevel, Object, Position, Property, words};

words! {
    /// Whom a service or process is for.
    Subject {
        /// A customer.
        Customer = "Customer",
        /// A user of a customer.
        User = "User",
    }
}

/// How many subscriptions of a service a customer or user may have.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Instances {
    /// On or off.
    Single,
    /// Many, each with a name.
    Multiple {
        /// The only names, if listed.
        names: Vec<String>,
        /// Whole-string pattern of a name, if given.
        pattern: Option<String>,
        /// What people see for "instance name".
        label: Option<String>,
    },
}

/// A service's definition, of one version.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Service {
    /// Id: lower case, digits, dash.
    pub name: String,
    /// Three numbers.
    pub version: String,
    /// What people see.
    pub display_name: String,
    /// One sentence.
    pub description: String,
    /// Whom it is for.
    pub subject: Subject,
    /// Single or multiple.
    pub instances: Instances,
    /// Services the same customer must have.
    pub requires: Vec<Requirement>,
    /// Properties in the order of the file.
    pub properties: Vec<Property>,
    /// Plans in the order of the file.
    pub plans: Vec<Plan>,
    /// Asked before a request is accepted.
    pub validate: Vec<Validation>,
    /// Codes its scripts and rules log with.
    pub codes: Vec<Code>,
    /// Permissions of its own: name and sentence.
    pub permissions: Vec<(String, String)>,
    /// Roles it adds, as written.
    pub roles: Object,
}

impl Service {
    /// The property of that name, whatever the letter case.
    pub fn property(&self, name: &str) -> Option<&Property> {
        self.properties.iter().find(|property| property.name.eq_ignore_ascii_case(name))
    }

    /// The plan of that name, whatever the letter case.
    pub fn plan(&self, name: &str) -> Option<&Plan> {
        self.plans.iter().find(|plan| plan.name.eq_ignore_ascii_case(name))
    }
}

/// A service that must be there first.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Requirement {
    /// Its name.
    pub service: String,
    /// `>=2.0` and the like, if a version is asked for.
    pub version: Option<String>,
}

/// A way to sell a service.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Plan {
    /// Its name.
    pub name: String,
    /// Stock keeping unit.
    pub sku: Option<String>,
    /// What people see.
    pub label: Option<String>,
    /// Customer or user plan.
    pub level: Level,
    /// Values of the plan's properties.
    pub set: Object,
    /// Bills while suspended.
    pub bill_suspended: bool,
    /// How many are billed.
    pub quantity: Option<Block>,
    /// `Month`, `Year`.
    pub period: String,
    /// No longer offered.
    pub retired: bool,
    /// Where it is declared.
    pub position: Position,
}

/// A condition under which a request is refused.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Validation {
    /// True: refused.
    pub when: Block,
    /// The package's code.
    pub code: String,
    /// Sentence for the asker.
    pub message: String,
}

/// A code of a package with its direction.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Code {
    /// `BK004`.
    pub code: String,
    /// Level it is logged with.
    pub level: LogLevel,
    /// What it means.
    pub message: String,
    /// What the person who must act does.
    pub direction: Option<String>,
}
