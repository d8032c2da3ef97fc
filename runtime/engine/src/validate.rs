//! From an ask to a decision: is it possible, with which values. What is wrong is gathered, so that a caller can mend all of it at once.

mod inputs;
mod target;

use std::sync::Arc;

use model::{Level, Object, Plan, Problem, Property, PropertyKind, PropertyValue, Request, Resolved, Service, Subscription, Value, Verb};
use store::Store;
use uuid::Uuid;

use crate::chain::Chain;
use crate::resolve::Search;
use crate::snapshot::{FORMAT, ParentFacts, PlanFacts, Previous, RequestFacts, ServiceFacts, SubscriptionFacts};
use crate::{Ask, Principal, Program, Programs, Scope, Snapshot, refusal};
use inputs::Wrongs;
use target::Target;

/// An ask that may be taken in, with everything its batch needs.
#[derive(Clone, Debug)]
pub struct Prepared {
    /// The program its run will execute.
    pub program: Arc<Program>,
    /// Everything it was decided on; `keep` holds the values to keep when the run completes.
    pub snapshot: Snapshot,
    /// The subscription as it is, or as a provision makes it: `pending`.
    pub subscription: Subscription,
    /// Whether the batch must insert the subscription.
    pub is_new: bool,
}

/// Decides `ask`, asked by `by`. Writes nothing.
///
/// # Errors
/// A problem that says everything that is wrong (`errors`) and the next step.
pub async fn prepare(programs: &Programs, ask: &Ask, by: &Principal) -> Result<Prepared, Problem> {
    let store = programs.store();
    let target = Target::find(programs, ask).await?;
    let program = Arc::clone(&target.program);
    let plan = target.plan(ask)?;
    let last = last_good(store, target.subscription.id, !target.is_new).await?;
    let mut wrongs = Wrongs::default();
    let requested = wrongs.inputs(&program, ask, last.as_ref());
    let search = Search { program: &program, chain: &target.chain, plan, requested: &requested };
    let resolved = search.run(store).await?;
    wrongs.completeness(&program, &target.chain, ask.verb, &resolved);
    wrongs.none()?;
    let parent = parent_facts(store, target.chain.parent.as_ref()).await?;
    let snapshot =
        snapshot(&Facts { target: &target, ask, by, plan, requested: &requested, resolved: &resolved, last, parent, now: store.now() })?;
    wrongs.rules(&program, &Scope::new(&snapshot));
    wrongs.none()?;
    let Target { subscription, is_new, .. } = target;
    Ok(Prepared { program, snapshot, subscription, is_new })
}

/// What the last good request of a subscription was, and its snapshot.
pub(crate) struct LastGood {
    pub(crate) verb: Verb,
    pub(crate) snapshot: Snapshot,
}

async fn last_good(store: &Store, subscription: Uuid, is_known: bool) -> Result<Option<LastGood>, Problem> {
    if !is_known {
        return Ok(None);
    }
    let request = store::requests::last_good(store, subscription).await.map_err(|error| refusal::store(&error))?;
    request.map(|request| read_snapshot(&request).map(|snapshot| LastGood { verb: request.verb, snapshot })).transpose()
}

fn read_snapshot(request: &Request) -> Result<Snapshot, Problem> {
    serde_json::from_str(&request.snapshot).map_err(|error| {
        tracing::error!(error = %error, request = %request.id, "a stored snapshot cannot be read");
        let detail = format!("the snapshot of request {} cannot be read; the server's log says why", request.id);
        Problem::new("snapshot_unreadable", "A stored request cannot be read", 500, detail)
    })
}

async fn parent_facts(store: &Store, parent: Option<&Subscription>) -> Result<Option<ParentFacts>, Problem> {
    let Some(parent) = parent else {
        return Ok(None);
    };
    let last = last_good(store, parent.id, true).await?;
    let last = last.map_or_else(|| Previous { plan: None, properties: Object::new() }, |last| previous(last.snapshot));
    Ok(Some(ParentFacts { id: parent.id, instance: parent.instance.clone(), state: parent.state, last }))
}

fn previous(snapshot: Snapshot) -> Previous {
    Previous { plan: snapshot.plan, properties: snapshot.properties }
}

/// Everything a snapshot is made of.
struct Facts<'a> {
    target: &'a Target,
    ask: &'a Ask,
    by: &'a Principal,
    plan: Option<&'a Plan>,
    requested: &'a Object,
    resolved: &'a [Resolved],
    last: Option<LastGood>,
    parent: Option<ParentFacts>,
    now: model::Timestamp,
}

fn snapshot(facts: &Facts<'_>) -> Result<Snapshot, Problem> {
    let Facts { target, ask, plan, .. } = facts;
    let (program, chain, subscription) = (&target.program, &target.chain, &target.subscription);
    let properties: Object = facts.resolved.iter().map(|resolved| (resolved.property.clone(), resolved.value.clone())).collect();
    let plan = plan.map(|plan| PlanFacts::new(plan, &program.service, &properties));
    let previous = facts.last.as_ref().map(|last| previous(last.snapshot.clone()));
    let customer =
        chain.customer.clone().ok_or_else(|| refusal::unprocessable("not_a_customer", "Not a customer", "only customers have services"))?;
    Ok(Snapshot {
        format: FORMAT,
        request: RequestFacts {
            id: Uuid::now_v7(),
            verb: ask.verb,
            requested_by: facts.by.name.clone(),
            requested_at: facts.now,
            reason: ask.reason.clone(),
        },
        provider: chain.provider.clone(),
        resellers: chain.resellers.clone(),
        customer,
        user: chain.user.clone(),
        service: ServiceFacts::of(program),
        changed: changed(&program.service, previous.as_ref(), plan.as_ref(), &properties),
        plan,
        subscription: SubscriptionFacts {
            id: subscription.id,
            instance: subscription.instance.clone(),
            state: subscription.state,
            previous,
        },
        parent: facts.parent.clone(),
        keep: keep(program, chain, subscription.id, facts.requested),
        properties,
    })
}

/// Names of what differs from the last good request: `Plan` when it is another one, and properties. Everything is new without one.
/// What provisioning wrote itself is no change that anybody asked for.
fn changed(service: &Service, previous: Option<&Previous>, plan: Option<&PlanFacts>, properties: &Object) -> Vec<String> {
    let before = |name: &str| previous.and_then(|previous| previous.properties.get(name));
    let another_plan = previous.is_none_or(|previous| previous.plan.as_ref().map(|plan| &plan.name) != plan.map(|plan| &plan.name));
    let plan = (another_plan && plan.is_some()).then(|| "Plan".to_owned());
    let is_written = |name: &str| service.property(name).is_some_and(|property| property.kind == PropertyKind::Result);
    let differs = |(name, value): &(&str, &Value)| before(name).unwrap_or(&Value::Null) != *value && !is_written(name);
    plan.into_iter().chain(properties.iter().filter(differs).map(|(name, _)| name.to_owned())).collect()
}

/// Values given in the request, at the places where they are kept.
fn keep(program: &Program, chain: &Chain, subscription: Uuid, requested: &Object) -> Vec<PropertyValue> {
    let place = |property: &Property| match property.level {
        Level::Customer => chain.customer.as_ref().map(|customer| customer.tenant.id),
        Level::User => chain.user.as_ref().map(|user| user.id),
        _ => Some(subscription),
    };
    let kept = |property: &Property| {
        let value = requested.get(&property.name)?.clone();
        let (service, property_name) = (program.service.name.clone(), property.name.clone());
        Some(PropertyValue { service, property: property_name, level: property.level, place_id: place(property)?, value, locked: false })
    };
    let inputs = program.service.properties.iter().filter(|property| property.kind == PropertyKind::Input);
    inputs.filter_map(kept).collect()
}
