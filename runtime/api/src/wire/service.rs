//! Services, their plans and properties.

use model::{DataType, Instances, Level, PropertyKind, Subject, Value, Verb};
use serde::Serialize;
use serde_json::Value as Json;

/// A service's definition, of its current version.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Service {
    /// Its id.
    pub name: String,
    /// Version in force for new requests.
    pub version: String,
    /// What people see.
    pub display_name: String,
    /// One sentence.
    pub description: String,
    /// Whom it is for.
    #[serde(rename = "for")]
    pub subject: Subject,
    /// `Single` or `Multiple`.
    pub instances: &'static str,
    /// Names of its plans, in the order of the definition.
    pub plans: Vec<String>,
}

/// A way to sell a service.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
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
    pub set: Json,
    /// Whether it bills while suspended.
    pub bill_suspended: bool,
    /// `Month`, `Year`.
    pub period: String,
    /// No longer offered.
    pub retired: bool,
}

/// A property of a service.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Property {
    /// Its name.
    pub name: String,
    /// Who gives the value.
    pub kind: PropertyKind,
    /// Its type.
    #[serde(rename = "type")]
    pub data_type: DataType,
    /// What people see instead of the name.
    pub label: Option<String>,
    /// A sentence of help.
    pub help: Option<String>,
    /// `Config`: where a value may be set.
    pub levels: Vec<Level>,
    /// Where a value that is asked for or written is kept.
    pub level: Level,
    /// `Plan`: where another value than the plan's may be given.
    pub overridable: Vec<Level>,
    /// Must have a value.
    pub required: bool,
    /// Not shown below the provider.
    pub hidden: bool,
    /// `null` may be set and means unlimited.
    pub unlimited: bool,
    /// The only values it takes, if listed.
    pub values: Vec<Json>,
    /// Lowest number or shortest text.
    pub min: Option<Json>,
    /// Highest number or longest text.
    pub max: Option<Json>,
    /// Whole-string pattern.
    pub pattern: Option<String>,
    /// Value when nobody gave one; an expression as its author wrote it, in braces.
    pub default: Option<Json>,
    /// The verb after which it cannot change.
    pub read_only_after: Option<Verb>,
    /// No longer offered.
    pub retired: bool,
}

impl From<&model::Service> for Service {
    fn from(service: &model::Service) -> Self {
        Service {
            name: service.name.clone(),
            version: service.version.clone(),
            display_name: service.display_name.clone(),
            description: service.description.clone(),
            subject: service.subject,
            instances: match service.instances {
                Instances::Single => "Single",
                Instances::Multiple { .. } => "Multiple",
            },
            plans: service.plans.iter().map(|plan| plan.name.clone()).collect(),
        }
    }
}

impl From<&model::Plan> for Plan {
    fn from(plan: &model::Plan) -> Self {
        Plan {
            name: plan.name.clone(),
            sku: plan.sku.clone(),
            label: plan.label.clone(),
            level: plan.level,
            set: plan.set.to_wire(),
            bill_suspended: plan.bill_suspended,
            period: plan.period.clone(),
            retired: plan.retired,
        }
    }
}

impl From<&model::Property> for Property {
    fn from(property: &model::Property) -> Self {
        let default = property.default.as_ref().map(|default| match default {
            model::Default::Value(value) => value.to_wire(),
            model::Default::Block(block) => Json::String(format!("{{{}}}", block.text)),
        });
        Property {
            name: property.name.clone(),
            kind: property.kind,
            data_type: property.data_type,
            label: property.label.clone(),
            help: property.help.clone(),
            levels: property.levels.clone(),
            level: property.level,
            overridable: property.overridable.clone(),
            required: property.required,
            hidden: property.hidden,
            unlimited: property.unlimited,
            values: property.values.iter().map(Value::to_wire).collect(),
            min: property.min.as_ref().map(Value::to_wire),
            max: property.max.as_ref().map(Value::to_wire),
            pattern: property.pattern.clone(),
            default,
            read_only_after: property.read_only_after,
            retired: property.retired,
        }
    }
}
