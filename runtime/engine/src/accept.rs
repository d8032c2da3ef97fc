//! Taking an ask in: everything that becomes true by it is one batch, and what others may change meanwhile is a guard of it.

use std::{sync::Arc, time::Duration};

use model::{Event, Object, Problem, Request, Run, RunState, Timestamp, Value, Verb};
use store::{Batch, audit, idempotency, outbox, programs, requests, runs, subscriptions};
use uuid::Uuid;

use crate::{
    Accepted, Ask, IdempotencyKey, Prepared, Principal, Scope,
    engine::Engine,
    prepare,
    queue::{From, Queued},
    refusal,
};

/// How long a repeated ask gets the stored answer.
const KEPT: Duration = Duration::from_secs(24 * 60 * 60);
/// Status of the answer to an ask that was taken in.
const ACCEPTED: u32 = 202;

impl Engine {
    /// Takes in one ask; durable when this returns.
    pub(crate) async fn accept(&self, ask: &Ask, by: &Principal, key: Option<IdempotencyKey>) -> Result<Accepted, Problem> {
        if let Some(key) = &key
            && let Some(answer) = self.replay(by, key).await?
        {
            return Ok(answer);
        }
        let prepared = match prepare(&self.programs, ask, by).await {
            Ok(prepared) => prepared,
            Err(problem) => return self.replay_or(problem, by, key.as_ref()).await,
        };
        can_be_billed(&prepared)?;
        let now = (self.clock)().max(prepared.snapshot.request.requested_at);
        let run = new_run(&prepared, now);
        let batch = self.batch(&prepared, &run, by, key.as_ref(), now)?;
        match self.store.write(batch).await {
            Ok(written) => {
                let run = Run { key: written.number(0).unwrap_or_default(), ..run };
                self.watchers.keep(&run);
                let from = From::Accepted(prepared.program, Arc::new(prepared.snapshot));
                self.queue.push(Queued { run: run.clone(), from });
                Ok(Accepted { run, replayed: false })
            }
            Err(error) => self.refused(&error, &prepared, by, key.as_ref()).await,
        }
    }

    /// The stored answer to an earlier ask with this key.
    async fn replay(&self, by: &Principal, key: &IdempotencyKey) -> Result<Option<Accepted>, Problem> {
        let found = idempotency::find(&self.store, &by.name, &key.key, kept_since((self.clock)())).await;
        let Some(entry) = found.map_err(|error| refusal::store(&error))? else {
            return Ok(None);
        };
        if entry.body_hash != key.body_hash || entry.route != key.route {
            let detail = format!("the idempotency key `{}` was used for another request", key.key);
            return Err(refusal::unprocessable("idempotency_mismatch", "The key was used for another request", detail)
                .advise("send this request with a new key"));
        }
        let run = serde_json::from_str(&entry.body);
        let run = run.map_err(|_| {
            refusal::unprocessable("idempotency_mismatch", "The key was used for another request", "its answer is not a run")
        })?;
        Ok(Some(Accepted { run, replayed: true }))
    }

    /// The answer of the same ask that came in a moment before and is why this one was refused; else the refusal.
    async fn replay_or(&self, problem: Problem, by: &Principal, key: Option<&IdempotencyKey>) -> Result<Accepted, Problem> {
        match key {
            Some(key) => self.replay(by, key).await?.ok_or(problem),
            None => Err(problem),
        }
    }

    fn batch(
        &self,
        prepared: &Prepared,
        run: &Run,
        by: &Principal,
        key: Option<&IdempotencyKey>,
        now: Timestamp,
    ) -> Result<Batch, Problem> {
        let subscription = &prepared.subscription;
        let mut batch = Batch::new();
        // First, so that a repeated ask is known as that before its first one stands in its way.
        if let Some(key) = key {
            batch.push(idempotency::insert(&answer(run, by, key, now), kept_since(now)));
        }
        if prepared.is_new {
            batch.push(subscriptions::insert(subscription));
        } else {
            batch.push(subscriptions::require_state(subscription.id, subscription.state));
        }
        if run.verb == Verb::Deprovision {
            batch.push(subscriptions::require_no_dependents(subscription.id));
        }
        batch.push(programs::require(&prepared.program.hash));
        batch.push(requests::insert(&new_request(prepared)?));
        batch.push(runs::insert(run));
        let event = Event { id: Uuid::now_v7(), kind: "RunAccepted".to_owned(), run_id: run.id, at: now };
        batch.push(outbox::append(&event));
        batch.push(audit::append(&audit_entry(run, by, now)));
        Ok(batch)
    }

    /// Why a guard refused the batch, looked up afterwards: the refusal is the rare case.
    async fn refused(
        &self,
        error: &store::Error,
        prepared: &Prepared,
        by: &Principal,
        key: Option<&IdempotencyKey>,
    ) -> Result<Accepted, Problem> {
        let subscription = &prepared.subscription;
        if let (true, Some(key)) = (error.is_guard(idempotency::IDEMPOTENCY_KEY), key)
            && let Some(answer) = self.replay(by, key).await?
        {
            return Ok(answer);
        }
        if error.is_guard(runs::ACTIVE_RUN) || error.is_guard(subscriptions::SUBSCRIPTION_STATE) {
            return Err(self.in_the_way(subscription.id).await?.unwrap_or_else(|| changed_meanwhile(subscription)));
        }
        if error.is_guard(subscriptions::ALREADY_SUBSCRIBED) {
            let filter = subscriptions::Filter {
                tenant: Some(subscription.tenant_id),
                user: subscription.user_id,
                of_customer: subscription.user_id.is_none(),
                service: Some(subscription.service.clone()),
                instance: Some(subscription.instance.clone()),
                live: true,
                ..subscriptions::Filter::default()
            };
            let live = subscriptions::list(&self.store, &filter).await.map_err(|error| refusal::store(&error))?;
            let Some(live) = live.first() else { return Err(changed_meanwhile(subscription)) };
            return Err(self.in_the_way(live.id).await?.unwrap_or_else(|| already_subscribed(live)));
        }
        if error.is_guard(subscriptions::HAS_DEPENDENTS) {
            return Err(has_dependents());
        }
        if error.is_guard(programs::PROGRAM) {
            return Err(changed_meanwhile(subscription));
        }
        Err(refusal::store(error))
    }

    /// The active run that keeps others away from a subscription.
    pub(crate) async fn in_the_way(&self, subscription: Uuid) -> Result<Option<Problem>, Problem> {
        let active = runs::active_of(&self.store, subscription).await.map_err(|error| refusal::store(&error))?;
        Ok(active.map(|run| active_run(&run)))
    }
}

/// Another run is active; the caller learns which.
pub(crate) fn active_run(run: &Run) -> Problem {
    let detail = format!("the run {} ({} of {} for {}) is {}", run.id, run.verb, run.service, run.tenant, run.state);
    let problem = refusal::conflict("active_run", "Another run is active", detail);
    Problem { run_id: Some(run.id.to_string()), ..problem }.advise(format!("wait until the run {} has ended, or cancel it", run.id))
}

pub(crate) fn already_subscribed(subscription: &model::Subscription) -> Problem {
    let detail = format!("`{}` is subscribed already, by {} ({})", subscription.service, subscription.id, subscription.state);
    refusal::conflict("already_subscribed", "Already subscribed", detail).advise("change that subscription, or name another instance")
}

fn has_dependents() -> Problem {
    let detail = "users of this customer still have the service";
    refusal::conflict("has_dependents", "Users still have it", detail).advise("remove it from the users first")
}

fn changed_meanwhile(subscription: &model::Subscription) -> Problem {
    let detail = format!("the subscription {} or its service changed while this was decided", subscription.id);
    refusal::conflict("changed_meanwhile", "It changed meanwhile", detail).advise("look at it again, then ask again")
}

/// A plan whose quantity cannot be evaluated is refused before anything happens.
fn can_be_billed(prepared: &Prepared) -> Result<(), Problem> {
    let Some(plan) = &prepared.snapshot.plan else { return Ok(()) };
    let known = prepared.program.service.plan(&plan.name);
    if known.is_none_or(|known| known.quantity.is_none()) {
        return Ok(());
    }
    let quantity = prepared.program.quantity(&plan.name, &Scope::new(&prepared.snapshot));
    quantity.map(|_| ()).map_err(|failure| refusal::unprocessable("quantity_error", "The quantity cannot be told", failure.message))
}

fn new_run(prepared: &Prepared, now: Timestamp) -> Run {
    let (snapshot, subscription) = (&prepared.snapshot, &prepared.subscription);
    Run {
        key: 0,
        id: Uuid::now_v7(),
        request_id: snapshot.request.id,
        subscription_id: subscription.id,
        verb: snapshot.request.verb,
        service: snapshot.service.name.clone(),
        service_version: snapshot.service.version.clone(),
        plan: snapshot.plan.as_ref().map(|plan| plan.name.clone()),
        tenant: snapshot.customer.tenant.name.clone(),
        user: snapshot.user.as_ref().map(|user| user.name.clone()),
        instance: subscription.instance.clone(),
        state: RunState::Queued,
        reason: None,
        epoch: 0,
        owner: None,
        cancelled: false,
        program_hash: prepared.program.hash.clone(),
        created_at: now,
        started_at: None,
        ended_at: None,
        recorded_at: now,
    }
}

fn new_request(prepared: &Prepared) -> Result<Request, Problem> {
    let facts = &prepared.snapshot.request;
    let snapshot = serde_json::to_string(&prepared.snapshot);
    Ok(Request {
        id: facts.id,
        subscription_id: prepared.subscription.id,
        verb: facts.verb,
        requested_by: facts.requested_by.clone(),
        requested_at: facts.requested_at,
        reason: facts.reason.clone(),
        program_hash: prepared.program.hash.clone(),
        snapshot: snapshot.map_err(|error| refusal::unprocessable("snapshot_error", "The request cannot be kept", error.to_string()))?,
    })
}

fn audit_entry(run: &Run, by: &Principal, at: Timestamp) -> audit::Entry {
    let mut detail: Object =
        [("run", Value::text(run.id.to_string())), ("service", Value::text(&run.service)), ("tenant", Value::text(&run.tenant))]
            .into_iter()
            .collect();
    if let Some(plan) = &run.plan {
        detail.insert("plan", Value::text(plan));
    }
    let (action, object) = (format!("subscription.{}", run.verb), run.subscription_id.to_string());
    audit::Entry { at, principal: by.name.clone(), action, object, detail, correlation: None }
}

fn answer(run: &Run, by: &Principal, key: &IdempotencyKey, at: Timestamp) -> idempotency::Entry {
    idempotency::Entry {
        principal: by.name.clone(),
        key: key.key.clone(),
        route: key.route.clone(),
        body_hash: key.body_hash.clone(),
        status: ACCEPTED,
        body: serde_json::to_string(run).expect("a run is plain data with text keys"),
        run_id: Some(run.id),
        at,
    }
}

fn kept_since(now: Timestamp) -> Timestamp {
    Timestamp(now.0.saturating_sub(i64::try_from(KEPT.as_micros()).unwrap_or(i64::MAX)))
}
