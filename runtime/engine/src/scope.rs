//! The values behind the names of expressions, in slots: built once for a run from its snapshot, then only `$Step`, `$Output` and `$Now` move.

use std::sync::Arc;

use language::{Table, Value};
use model::{Object, Subject, Timestamp, User};
use package::bridge::to_language;

use crate::Snapshot;
use crate::snapshot::{PlanFacts, ServiceFacts, TenantFacts, user_object};

/// The slots of one run. Cloning copies no text and no items.
#[derive(Clone, Debug)]
pub struct Scope {
    slots: Vec<Value>,
    now: usize,
    step: usize,
}

impl Scope {
    /// The names of a run, before its first step.
    pub fn new(snapshot: &Snapshot) -> Self {
        let whom = Whom {
            provider: &snapshot.provider,
            resellers: &snapshot.resellers,
            customer: Some(&snapshot.customer),
            user: snapshot.user.as_ref(),
            service: &snapshot.service,
            plan: snapshot.plan.as_ref(),
        };
        let mut slots = first_slots(&whom, &snapshot.properties);
        slots.extend([
            to_language(&snapshot.request_object()),
            to_language(&snapshot.subscription_object()),
            list(snapshot.changed.iter().map(|name| Value::from(name.as_str())).collect()),
        ]);
        let now = slots.len();
        slots.push(moment(snapshot.request.requested_at));
        if snapshot.subject() == Subject::User {
            let parent = snapshot.parent.as_ref();
            let plan = parent.and_then(|parent| parent.last.plan.as_ref());
            slots.push(plan.map_or(Value::Null, |plan| to_language(&plan.object())));
            slots.push(parent.map_or(Value::Null, |parent| to_language(&parent.object())));
        }
        let step = slots.len();
        slots.push(Value::Table(Arc::new(Table::new())));
        slots.push(Value::Null);
        Scope { slots, now, step }
    }

    /// The names that a property's default sees, before any value is found.
    pub(crate) fn for_defaults(whom: &Whom<'_>) -> Self {
        let slots = first_slots(whom, &Object::new());
        let end = slots.len();
        Scope { slots, now: end, step: end }
    }

    /// Sets `$Now`: the time of the run's last committed record, so that a decision taken again is the same.
    pub fn set_now(&mut self, now: Timestamp) {
        self.slots[self.now] = moment(now);
    }

    /// Makes a done step's outputs (after its rule's `Out`) known as `$Step.<rule>`.
    pub fn add_step(&mut self, rule: &str, outputs: &Object) {
        let outputs = table(outputs);
        if let Value::Table(steps) = &mut self.slots[self.step] {
            Arc::make_mut(steps).insert(rule, outputs);
        }
    }

    /// Sets `$Property.<name>` and, where it is one of the plan's, `$Plan.<name>`, while values are still being found.
    pub(crate) fn set_property(&mut self, name: &str, value: &model::Value, of_plan: bool) {
        let value = to_language(value);
        for slot in [PROPERTY].into_iter().chain(of_plan.then_some(PLAN)) {
            if let Value::Table(values) = &mut self.slots[slot] {
                Arc::make_mut(values).insert(name, value.clone());
            }
        }
    }

    /// The same names with `$Output`.
    pub(crate) fn with_output(&self, output: &Object) -> Scope {
        let mut scope = self.clone();
        scope.slots[self.step + 1] = table(output);
        scope
    }

    /// The values of paths that an expression reads, by their names: `Plan.StorageTB`. A path whose first name has no slot here is left out.
    pub(crate) fn read(&self, paths: &[(usize, Vec<String>)]) -> Object {
        let value = |slot: usize, members: &[String]| {
            let mut value = self.slots.get(slot)?;
            for member in members {
                let Value::Table(table) = value else {
                    return None;
                };
                value = table.get(member)?;
            }
            Some(package::bridge::to_model(value.clone()))
        };
        paths.iter().map(|(slot, path)| (path.join("."), value(*slot, &path[1..]).unwrap_or_default())).collect()
    }

    pub(crate) fn slots(&self) -> &[Value] {
        &self.slots
    }
}

/// For whom values are looked for.
pub(crate) struct Whom<'a> {
    pub(crate) provider: &'a TenantFacts,
    pub(crate) resellers: &'a [TenantFacts],
    pub(crate) customer: Option<&'a TenantFacts>,
    pub(crate) user: Option<&'a User>,
    pub(crate) service: &'a ServiceFacts,
    pub(crate) plan: Option<&'a PlanFacts>,
}

/// In the order of `names.rs`.
fn first_slots(whom: &Whom<'_>, properties: &Object) -> Vec<Value> {
    let tenant = |facts: Option<&TenantFacts>| facts.map_or(Value::Null, |facts| to_language(&facts.object()));
    vec![
        tenant(Some(whom.provider)),
        tenant(whom.resellers.first()),
        list(whom.resellers.iter().map(|reseller| tenant(Some(reseller))).collect()),
        tenant(whom.customer),
        whom.user.map_or(Value::Null, |user| to_language(&user_object(user))),
        to_language(&whom.service.object()),
        whom.plan.map_or(Value::Null, |plan| to_language(&plan.object())),
        table(properties),
    ]
}

fn list(items: Vec<Value>) -> Value {
    Value::Array(Arc::new(items))
}

const PLAN: usize = 6;
const PROPERTY: usize = 7;

fn table(object: &Object) -> Value {
    let mut table = Table::new();
    for (name, value) in object.iter() {
        table.insert(name, to_language(value));
    }
    Value::Table(Arc::new(table))
}

fn moment(time: Timestamp) -> Value {
    to_language(&model::Value::DateTime(time.to_utc()))
}
