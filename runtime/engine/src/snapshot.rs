//! Everything one request was decided on: who, for whom, which plan, which values. It is written with the request and never changes, so later edits reach no run.

mod view;

use model::{Object, Plan, PropertyKind, PropertyValue, Service, Subject, SubscriptionState, Tenant, Timestamp, User, Verb};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::Program;
pub(crate) use view::user_object;

/// Version of the stored form.
pub const FORMAT: u32 = 1;

/// What a run knows of the world. Its serde form is stored with the request and loses nothing.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Snapshot {
    /// Version of this form.
    pub format: u32,
    /// What was asked, by whom and when.
    pub request: RequestFacts,
    /// The root of the tree.
    pub provider: TenantFacts,
    /// Resellers between the customer and the provider, the nearest first.
    pub resellers: Vec<TenantFacts>,
    /// The customer.
    pub customer: TenantFacts,
    /// The user, in a user's run.
    pub user: Option<User>,
    /// The service and the version of everything.
    pub service: ServiceFacts,
    /// The plan with its properties, overrides applied.
    pub plan: Option<PlanFacts>,
    /// Every effective value, typed, in the order of the definition.
    pub properties: Object,
    /// The subscription as it was when the request was accepted.
    pub subscription: SubscriptionFacts,
    /// The customer's subscription, in a user's run.
    pub parent: Option<ParentFacts>,
    /// Names of `Plan` and properties that differ from the last good request.
    pub changed: Vec<String>,
    /// Values given in the request; kept at their level when the run completes.
    pub keep: Vec<PropertyValue>,
}

/// The request as expressions see it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RequestFacts {
    /// Identity of the request.
    pub id: Uuid,
    /// What is asked.
    pub verb: Verb,
    /// Principal who asked.
    pub requested_by: String,
    /// When.
    pub requested_at: Timestamp,
    /// Why, in the asker's words.
    pub reason: Option<String>,
}

/// A tenant and where it stands in the tree.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TenantFacts {
    /// The tenant.
    pub tenant: Tenant,
    /// Names from the provider down, with `/`: `acme/north/contoso`.
    pub path: String,
}

/// The version of the service that the run executes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ServiceFacts {
    /// Service name.
    pub name: String,
    /// What people see.
    pub display_name: String,
    /// Its version.
    pub version: String,
    /// Hash of the program.
    pub program: String,
}

/// A plan and its values in force.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PlanFacts {
    /// Plan name.
    pub name: String,
    /// Stock keeping unit.
    pub sku: Option<String>,
    /// The plan's properties, overrides applied.
    pub properties: Object,
}

/// The subscription as it was when the request was accepted.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SubscriptionFacts {
    /// Identity.
    pub id: Uuid,
    /// Instance name; empty for a single instance.
    pub instance: String,
    /// State before the run.
    pub state: SubscriptionState,
    /// Plan and values of the last good request, if there was one.
    pub previous: Option<Previous>,
}

/// What the last good request of a subscription had.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Previous {
    /// Its plan.
    pub plan: Option<PlanFacts>,
    /// Its values.
    pub properties: Object,
}

/// The customer's subscription of the same service and instance.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ParentFacts {
    /// Identity.
    pub id: Uuid,
    /// Instance name.
    pub instance: String,
    /// Its state.
    pub state: SubscriptionState,
    /// Its plan and values.
    pub last: Previous,
}

impl PlanFacts {
    /// `plan` of `service` with its share of the effective `properties`.
    pub fn new(plan: &Plan, service: &Service, properties: &Object) -> Self {
        let of_plan = service.properties.iter().filter(|property| property.kind == PropertyKind::Plan);
        let properties =
            of_plan.map(|property| (property.name.clone(), properties.get(&property.name).cloned().unwrap_or_default())).collect();
        PlanFacts { name: plan.name.clone(), sku: plan.sku.clone(), properties }
    }
}

impl Snapshot {
    /// Whose subscription it is about, and so which process of a verb runs: a service for users is given to their customer first.
    pub fn subject(&self) -> Subject {
        if self.user.is_some() { Subject::User } else { Subject::Customer }
    }
}

impl ServiceFacts {
    /// The service and version of a program.
    pub fn of(program: &Program) -> Self {
        let service = &program.service;
        ServiceFacts {
            name: service.name.clone(),
            display_name: service.display_name.clone(),
            version: service.version.clone(),
            program: program.hash.clone(),
        }
    }
}
