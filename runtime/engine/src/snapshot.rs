//! Everything one request was decided on: who, for whom, which plan, which values. It is written with the request and never changes, so later edits reach no run.

use model::{Object, Plan, PropertyKind, PropertyValue, Service, SubscriptionState, Tenant, Timestamp, User, Value, Verb};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::Program;

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
    /// The prepared variables of a script, without those of its step.
    pub fn variables(&self) -> Object {
        let mut variables: Object = [
            ("Request", self.request_object()),
            ("Provider", self.provider.object()),
            ("Reseller", self.resellers.first().map_or(Value::Null, TenantFacts::object)),
            ("Resellers", Value::List(self.resellers.iter().map(TenantFacts::object).collect())),
            ("Customer", self.customer.object()),
            ("User", self.user.as_ref().map_or(Value::Null, user_object)),
            ("Service", self.service.object()),
            ("Plan", self.plan.as_ref().map_or(Value::Null, PlanFacts::object)),
            ("Property", Value::Object(self.properties.clone())),
            ("Subscription", self.subscription_object()),
            ("Changed", Value::List(self.changed.iter().map(Value::text).collect())),
        ]
        .into_iter()
        .collect();
        if let Some(parent) = &self.parent {
            variables.insert("ParentPlan", parent.last.plan.as_ref().map_or(Value::Null, PlanFacts::object));
            variables.insert("CustomerSubscription", parent.object());
        }
        variables
    }

    pub(crate) fn request_object(&self) -> Value {
        object([
            ("Id", Value::Guid(self.request.id)),
            ("Verb", Value::text(self.request.verb.as_str())),
            ("RequestedBy", Value::text(&self.request.requested_by)),
            ("RequestedAt", Value::DateTime(self.request.requested_at.to_utc())),
            ("Reason", optional(&self.request.reason)),
        ])
    }

    pub(crate) fn subscription_object(&self) -> Value {
        let subscription = &self.subscription;
        object([
            ("Id", Value::Guid(subscription.id)),
            ("InstanceName", Value::text(&subscription.instance)),
            ("State", Value::text(subscription.state.as_str())),
            ("Previous", subscription.previous.as_ref().map_or(Value::Null, Previous::object)),
            ("Parent", self.parent.as_ref().map_or(Value::Null, |parent| Value::Guid(parent.id))),
        ])
    }
}

impl TenantFacts {
    pub(crate) fn object(&self) -> Value {
        let tenant = &self.tenant;
        let mut facts = fields([
            ("Name", Value::text(&tenant.name)),
            ("DisplayName", Value::text(&tenant.display_name)),
            ("Kind", Value::text(tenant.kind.as_str())),
            ("Email", optional(&tenant.email)),
            ("Country", optional(&tenant.country)),
            ("Language", optional(&tenant.language)),
            ("TimeZone", optional(&tenant.time_zone)),
            ("Tags", words(&tenant.tags)),
            ("Path", Value::text(&self.path)),
        ]);
        add_custom(&mut facts, &tenant.custom);
        Value::Object(facts)
    }
}

pub(crate) fn user_object(user: &User) -> Value {
    let mut facts = fields([
        ("Name", Value::text(&user.name)),
        ("Upn", optional(&user.upn)),
        ("FirstName", optional(&user.first_name)),
        ("LastName", optional(&user.last_name)),
        ("DisplayName", Value::text(&user.display_name)),
        ("Email", optional(&user.email)),
        ("Language", optional(&user.language)),
        ("Enabled", Value::Bool(user.enabled)),
        ("Tags", words(&user.tags)),
    ]);
    add_custom(&mut facts, &user.custom);
    Value::Object(facts)
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

    pub(crate) fn object(&self) -> Value {
        object([
            ("Name", Value::text(&self.name)),
            ("DisplayName", Value::text(&self.display_name)),
            ("Version", Value::Version(self.version.clone())),
        ])
    }
}

impl PlanFacts {
    pub(crate) fn object(&self) -> Value {
        let mut facts = fields([("Name", Value::text(&self.name)), ("Sku", optional(&self.sku))]);
        // A plan property named like one of ours would hide it; the definition check refuses that, so nothing is lost here.
        add_custom(&mut facts, &self.properties);
        Value::Object(facts)
    }
}

impl Previous {
    fn object(&self) -> Value {
        object([("Plan", self.plan.as_ref().map_or(Value::Null, PlanFacts::object)), ("Property", Value::Object(self.properties.clone()))])
    }
}

impl ParentFacts {
    pub(crate) fn object(&self) -> Value {
        object([
            ("Id", Value::Guid(self.id)),
            ("InstanceName", Value::text(&self.instance)),
            ("State", Value::text(self.state.as_str())),
            ("Plan", self.last.plan.as_ref().map_or(Value::Null, PlanFacts::object)),
            ("Property", Value::Object(self.last.properties.clone())),
        ])
    }
}

fn fields<const N: usize>(entries: [(&str, Value); N]) -> Object {
    entries.into_iter().collect()
}

fn object<const N: usize>(entries: [(&str, Value); N]) -> Value {
    Value::Object(fields(entries))
}

fn add_custom(facts: &mut Object, custom: &Object) {
    for (name, value) in custom.iter() {
        if !facts.contains(name) {
            facts.insert(name, value.clone());
        }
    }
}

fn optional(text: &Option<String>) -> Value {
    text.as_deref().map_or(Value::Null, Value::text)
}

fn words(words: &[String]) -> Value {
    Value::List(words.iter().map(Value::text).collect())
}
