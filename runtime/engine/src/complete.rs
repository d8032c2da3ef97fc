//! The end of a run: its last record is one batch with everything that becomes true by it, so that nothing of it can be true alone.

use model::{
    BillingEvent, BillingKind, Event, Level, Object, OnError, PropertyValue, RunEvent, RunState, StepState, SubscriptionEvent,
    SubscriptionState, Timestamp, Value, Verb,
};
use store::{Statement, audit, billing, outbox, subscriptions, values};
use uuid::Uuid;

use crate::runner::{Runner, Stopped, Turn};

/// Who the audit names for what a run does by itself.
const ENGINE: &str = "engine";

impl Runner {
    /// Every rule is done: state, subscription, values, billing, event and audit in the batch of the last step.
    pub(crate) async fn complete(&mut self) -> Result<(), Stopped> {
        let at = self.pending_at();
        let failed = self.failed_rules();
        let to = RunState::Running.on(RunEvent::AllDone { partly: !failed.is_empty() }).expect("a run that goes forward is running");
        let reason = (!failed.is_empty()).then(|| format!("failed: {}", failed.join(", ")));
        let before = self.snapshot.subscription.state;
        let mut extra = Vec::with_capacity(8);
        match before.on(completed(self.run.verb)) {
            Ok(state) => extra.push(subscriptions::set_state(self.run.subscription_id, before, state, self.run.plan.as_ref(), at)),
            // Accepting checks that the verb fits, and the run kept every other one away since.
            Err(illegal) => tracing::error!(run = %self.run.id, error = %illegal, "the subscription is left as it is"),
        }
        extra.extend(self.kept_values().iter().map(values::set));
        extra.extend(self.billing_event(at).as_ref().map(billing::insert));
        extra.push(self.event(if failed.is_empty() { succeeded(self.run.verb) } else { "PartlySucceeded" }, at));
        extra.push(self.audit(to, reason.as_deref(), at));
        self.record(at, Turn::End(to, reason), extra).await
    }

    /// The run ends without success: the subscription is what it was, and nothing is billed.
    pub(crate) async fn end_badly(&mut self, at: Timestamp, to: RunState, reason: String) -> Result<(), Stopped> {
        let mut extra = self.back_as_it_was(to, at).await.map_err(Stopped::Store)?;
        let kind = if to == RunState::Cancelled { "Cancelled" } else { failed(self.run.verb) };
        extra.push(self.event(kind, at));
        extra.push(self.audit(to, Some(&reason), at));
        self.record(at, Turn::End(to, Some(reason)), extra).await
    }

    /// An event about this run, for the outbox.
    pub(crate) fn event(&self, kind: &str, at: Timestamp) -> Statement {
        outbox::append(&Event { id: Uuid::now_v7(), kind: kind.to_owned(), run_id: self.run.id, at })
    }

    fn audit(&self, to: RunState, reason: Option<&str>, at: Timestamp) -> Statement {
        let mut detail: Object = [("subscription", Value::text(self.run.subscription_id.to_string()))].into_iter().collect();
        if let Some(reason) = reason {
            detail.insert("reason", Value::text(reason));
        }
        audit::append(&audit::Entry {
            at,
            principal: ENGINE.to_owned(),
            action: format!("run.{to}"),
            object: self.run.id.to_string(),
            detail,
            correlation: None,
        })
    }

    /// The rules that failed although they count, in a run that went on.
    fn failed_rules(&self) -> Vec<String> {
        let rules = self.rules(&self.program);
        let counts = |seq: u32| rules.iter().any(|rule| rule.seq == seq && rule.required && rule.on_error == OnError::Continue);
        let steps = self.journal.steps().chain(&self.pending);
        steps.filter(|step| step.state == StepState::Failed && counts(step.seq)).map(|step| format!("`{}`", step.rule)).collect()
    }

    /// What was given in the request and what the steps gave, at their places.
    fn kept_values(&self) -> Vec<PropertyValue> {
        let mut kept = self.snapshot.keep.clone();
        let mut results = self.journal.results();
        for step in self.pending.iter().filter(|step| step.state == StepState::Succeeded) {
            for (name, value) in step.results.iter() {
                results.insert(name, value.clone());
            }
        }
        let service = &self.program.service;
        kept.extend(results.into_iter().filter_map(|(name, value)| {
            let level = service.property(&name)?.level;
            let place_id = self.place(level);
            Some(PropertyValue { service: service.name.clone(), property: name, level, place_id, value, locked: false })
        }));
        kept
    }

    fn place(&self, level: Level) -> Uuid {
        let snapshot = &self.snapshot;
        match level {
            Level::Subscription => self.run.subscription_id,
            Level::User => snapshot.user.as_ref().map_or(self.run.subscription_id, |user| user.id),
            Level::Customer => snapshot.customer.tenant.id,
            Level::Reseller => snapshot.resellers.first().map_or(snapshot.provider.tenant.id, |reseller| reseller.tenant.id),
            Level::Provider => snapshot.provider.tenant.id,
        }
    }

    fn billing_event(&self, at: Timestamp) -> Option<BillingEvent> {
        let plan = self.snapshot.plan.as_ref();
        Some(BillingEvent {
            id: Uuid::now_v7(),
            run_id: self.run.id,
            subscription_id: self.run.subscription_id,
            tenant: self.run.tenant.clone(),
            service: self.run.service.clone(),
            kind: billed(self.run.verb)?,
            at,
            plan: plan.map(|plan| plan.name.clone()),
            sku: plan.and_then(|plan| plan.sku.clone()),
            quantity: self.quantity.clone(),
        })
    }

    /// What makes the subscription what it was before the run; a finished run that is taken back is also taken off the bill.
    async fn back_as_it_was(&self, to: RunState, at: Timestamp) -> Result<Vec<Statement>, store::Error> {
        let store = &self.engine.store;
        let id = self.run.subscription_id;
        let Some(subscription) = subscriptions::by_id(store, id).await? else {
            return Ok(Vec::new());
        };
        let mut statements = Vec::new();
        let event = gone_back(self.run.verb, to, subscription.state, self.snapshot.subscription.state);
        let previous = self.snapshot.subscription.previous.as_ref();
        let plan = previous.and_then(|previous| previous.plan.as_ref()).map(|plan| plan.name.clone());
        match subscription.state.on(event) {
            Ok(state) => statements.push(subscriptions::set_state(id, subscription.state, state, plan.as_ref(), at)),
            Err(illegal) => tracing::error!(run = %self.run.id, error = %illegal, "the subscription is left as it is"),
        }
        let filter = billing::Filter { subscription: Some(id), limit: Some(u32::MAX), ..billing::Filter::default() };
        let events = billing::list(store, &filter).await?;
        let own = events.into_iter().find(|event| event.run_id == self.run.id);
        if let (Some(own), true) = (own, to != RunState::UndoFailed) {
            statements.push(billing::insert(&BillingEvent { id: Uuid::now_v7(), kind: BillingKind::Reversal, at, ..own }));
            statements.extend(self.values_before().iter().map(values::set));
        }
        Ok(statements)
    }

    /// The values that the run's request replaced.
    fn values_before(&self) -> Vec<PropertyValue> {
        let Some(previous) = &self.snapshot.subscription.previous else {
            return Vec::new();
        };
        let before = |kept: &PropertyValue| Some(PropertyValue { value: previous.properties.get(&kept.property)?.clone(), ..kept.clone() });
        self.snapshot.keep.iter().filter_map(before).collect()
    }
}

fn completed(verb: Verb) -> SubscriptionEvent {
    match verb {
        Verb::Provision => SubscriptionEvent::Provisioned,
        Verb::Change | Verb::Verify => SubscriptionEvent::Changed,
        Verb::Deprovision => SubscriptionEvent::Deprovisioned,
        Verb::Suspend => SubscriptionEvent::Suspended,
        Verb::Resume => SubscriptionEvent::Resumed,
    }
}

/// What a run that ended as `to` does to a subscription that is in `state` and was in `before`.
fn gone_back(verb: Verb, to: RunState, state: SubscriptionState, before: SubscriptionState) -> SubscriptionEvent {
    match (verb, before) {
        _ if to == RunState::UndoFailed => SubscriptionEvent::UndoFailed,
        (Verb::Provision, _) => SubscriptionEvent::ProvisionUndone,
        _ if state == before => SubscriptionEvent::Unchanged,
        (_, SubscriptionState::Suspended) => SubscriptionEvent::BackToSuspended,
        (_, SubscriptionState::Broken) => SubscriptionEvent::UndoFailed,
        _ => SubscriptionEvent::BackToActive,
    }
}

/// What completing a verb means for the invoice.
fn billed(verb: Verb) -> Option<BillingKind> {
    match verb {
        Verb::Provision => Some(BillingKind::Start),
        Verb::Change => Some(BillingKind::Change),
        Verb::Suspend => Some(BillingKind::Suspend),
        Verb::Resume => Some(BillingKind::Resume),
        Verb::Deprovision => Some(BillingKind::Stop),
        Verb::Verify => None,
    }
}

fn succeeded(verb: Verb) -> &'static str {
    match verb {
        Verb::Provision => "Provisioned",
        Verb::Change => "Changed",
        Verb::Deprovision => "Deprovisioned",
        Verb::Suspend => "Suspended",
        Verb::Resume => "Resumed",
        Verb::Verify => "Verified",
    }
}

fn failed(verb: Verb) -> &'static str {
    match verb {
        Verb::Provision => "ProvisionFailed",
        Verb::Change => "ChangeFailed",
        Verb::Deprovision => "DeprovisionFailed",
        Verb::Suspend => "SuspendFailed",
        Verb::Resume => "ResumeFailed",
        Verb::Verify => "VerifyFailed",
    }
}
