//! A snapshot as expressions and scripts see it: the names of the design, each an object.

use model::{Object, User, Value};

use super::{ParentFacts, PlanFacts, Previous, ServiceFacts, Snapshot, TenantFacts};

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
