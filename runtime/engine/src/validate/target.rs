//! What an ask is about: the subscription that is there or will be, whose it is, and the plan.

use std::sync::Arc;

use model::{Instances, Level, Plan, Problem, Subject, Subscription, SubscriptionEvent, SubscriptionState, Verb};
use store::{Store, subscriptions::Key};
use uuid::Uuid;

use crate::accept::{active_run, already_subscribed};
use crate::chain::Chain;
use crate::{Ask, Program, Programs, refusal, resolve};

/// The subscription an ask is about, with the program and the places that decide about it.
pub(super) struct Target {
    pub(super) program: Arc<Program>,
    pub(super) chain: Chain,
    pub(super) subscription: Subscription,
    pub(super) is_new: bool,
}

impl Target {
    pub(super) async fn find(programs: &Programs, ask: &Ask) -> Result<Target, Problem> {
        match (ask.subscription, ask.verb) {
            (Some(id), _) => Target::existing(programs, ask.verb, by_id(programs.store(), id).await?).await,
            (None, Verb::Provision) => Target::new(programs, ask).await,
            (None, _) => {
                let program = current(programs, &ask.service).await?;
                let chain = whom(programs.store(), &program, ask).await?;
                let instance = ask.instance.clone().unwrap_or_default();
                let found = live(programs.store(), &chain, &program, &instance, chain.user.is_none()).await?;
                let found = found.ok_or_else(|| {
                    let detail = format!("`{}` has no subscription of `{}`{}", owner(&chain), program.service.name, of_instance(&instance));
                    Problem::new("subscription_not_found", "No such subscription", 404, detail)
                })?;
                Target::existing(programs, ask.verb, found).await
            }
        }
    }

    /// The plan that the ask wants.
    pub(super) fn plan(&self, ask: &Ask) -> Result<Option<&Plan>, Problem> {
        let service = &self.program.service;
        let kept = if self.is_new { None } else { self.subscription.plan.as_deref() };
        if let (Some(_), false) = (&ask.plan, matches!(ask.verb, Verb::Provision | Verb::Change)) {
            let detail = format!("a plan goes with provision and change, not with {}", ask.verb);
            return Err(refusal::unprocessable("plan_not_asked", "No plan is asked for", detail).about("plan"));
        }
        let Some(name) = ask.plan.as_deref().or(kept) else {
            if service.plans.is_empty() {
                return Ok(None);
            }
            let names: Vec<&str> = self.sold().map(|plan| plan.name.as_str()).collect();
            let problem =
                refusal::unprocessable("plan_required", "A plan is needed", format!("`{}` is sold in plans", service.name)).about("plan");
            return Err(problem.advise(format!("choose one of {}", names.join(", "))));
        };
        let plan = resolve::plan(&self.program, name)?;
        let is_kept = kept.is_some_and(|kept| kept.eq_ignore_ascii_case(name));
        if plan.level != self.level() {
            let detail = format!("the plan `{}` is for a {}", plan.name, plan.level.as_str().to_lowercase());
            return Err(refusal::unprocessable("plan_level", "Not a plan of this level", detail).about("plan"));
        }
        if plan.retired && !is_kept {
            let names: Vec<&str> = self.sold().map(|plan| plan.name.as_str()).collect();
            let detail = format!("the plan `{}` is not sold any more", plan.name);
            let problem = refusal::unprocessable("plan_retired", "The plan is retired", detail).about("plan");
            return Err(problem.advise(format!("choose one of {}", names.join(", "))));
        }
        Ok(Some(plan))
    }

    fn sold(&self) -> impl Iterator<Item = &Plan> {
        self.program.service.plans.iter().filter(|plan| plan.level == self.level() && !plan.retired)
    }

    fn level(&self) -> Level {
        if self.subscription.user_id.is_some() { Level::User } else { Level::Customer }
    }

    async fn new(programs: &Programs, ask: &Ask) -> Result<Target, Problem> {
        let store = programs.store();
        let program = current(programs, &ask.service).await?;
        let mut chain = whom(store, &program, ask).await?;
        let instance = instance(&program, ask.instance.as_deref().unwrap_or_default())?;
        if let Some(there) = live(store, &chain, &program, &instance, chain.user.is_none()).await? {
            return Err(in_the_way(store, &there).await?);
        }
        if chain.user.is_some() {
            let parent = live(store, &chain, &program, &instance, true).await?;
            chain.parent = Some(
                parent
                    .filter(|parent| parent.state == SubscriptionState::Active)
                    .ok_or_else(|| without_parent(&chain, &program, &instance))?,
            );
        }
        let now = store.now();
        let subscription = Subscription {
            id: Uuid::now_v7(),
            tenant_id: chain.lowest().id,
            user_id: chain.user.as_ref().map(|user| user.id),
            parent_id: chain.parent.as_ref().map(|parent| parent.id),
            service: program.service.name.clone(),
            plan: ask.plan.as_deref().map(|name| resolve::plan(&program, name).map(|plan| plan.name.clone())).transpose()?,
            instance,
            state: SubscriptionState::Pending,
            created_at: now,
            changed_at: now,
        };
        chain.subscription = Some(subscription.clone());
        Ok(Target { program, chain, subscription, is_new: true })
    }

    async fn existing(programs: &Programs, verb: Verb, subscription: Subscription) -> Result<Target, Problem> {
        let store = programs.store();
        check_state(store, verb, &subscription).await?;
        let program = current(programs, &subscription.service).await?;
        let mut chain = Chain::above(store, subscription.tenant_id).await?;
        if let Some(user) = subscription.user_id {
            chain.user = store::users::by_id(store, user).await.map_err(|error| refusal::store(&error))?;
        }
        if let Some(parent) = subscription.parent_id {
            chain.parent = Some(by_id(store, parent).await?);
        }
        chain.subscription = Some(subscription.clone());
        Ok(Target { program, chain, subscription, is_new: false })
    }
}

async fn current(programs: &Programs, service: &str) -> Result<Arc<Program>, Problem> {
    programs.current(service).await.map_err(|problem| problem.about("service"))
}

async fn by_id(store: &Store, id: Uuid) -> Result<Subscription, Problem> {
    let found = store::subscriptions::by_id(store, id).await.map_err(|error| refusal::store(&error))?;
    found.ok_or_else(|| refusal::not_found("subscription", &id.to_string(), []))
}

/// The customer, and the user if one is named, if the service is for such.
async fn whom(store: &Store, program: &Program, ask: &Ask) -> Result<Chain, Problem> {
    let service = &program.service;
    let chain = Chain::of_tenant(store, &ask.tenant).await?;
    if chain.customer.is_none() {
        let lowest = chain.lowest();
        let detail = format!("`{}` is a {}; services are given to customers", lowest.name, lowest.kind.as_str().to_lowercase());
        return Err(refusal::unprocessable("not_a_customer", "Not a customer", detail).about("tenant"));
    }
    let Some(user) = &ask.user else {
        return Ok(chain);
    };
    if service.subject == Subject::Customer {
        let detail = format!("`{}` is a service for customers, not for their users", service.name);
        return Err(refusal::unprocessable("not_for_users", "Not a service for users", detail).about("user"));
    }
    let chain = chain.with_user(store, user).await?;
    match &chain.user {
        Some(user) if !user.enabled && ask.verb == Verb::Provision => {
            Err(refusal::unprocessable("user_disabled", "The user is disabled", format!("the user `{}` may not use services", user.name))
                .about("user"))
        }
        _ => Ok(chain),
    }
}

/// The instance name, if the service takes it.
fn instance(program: &Program, name: &str) -> Result<String, Problem> {
    let service = &program.service;
    let wrong = |code: &str, detail: String| refusal::unprocessable(code, "Not an instance name", detail).about("instance");
    match &service.instances {
        Instances::Single if name.is_empty() => Ok(String::new()),
        Instances::Single => Err(wrong("no_instances", format!("`{}` is on or off; it has no named instances", service.name))),
        Instances::Multiple { .. } if name.is_empty() => {
            Err(wrong("instance_required", format!("each instance of `{}` needs a name", service.name)))
        }
        Instances::Multiple { names, pattern, .. } => {
            let listed = names.iter().find(|known| known.eq_ignore_ascii_case(name));
            if !names.is_empty() && listed.is_none() {
                return Err(wrong("instance_name", format!("`{name}` is not one of {}", names.join(", "))));
            }
            let fits = program.instance_names.as_ref().is_none_or(|pattern| pattern.is_match(name));
            match pattern {
                Some(pattern) if !fits => Err(wrong("instance_name", format!("`{name}` does not match {pattern}"))),
                _ => Ok(listed.cloned().unwrap_or_else(|| name.to_owned())),
            }
        }
    }
}

/// The subscription that has not ended, of the customer or of the user.
async fn live(store: &Store, chain: &Chain, program: &Program, instance: &str, of_customer: bool) -> Result<Option<Subscription>, Problem> {
    let key = Key {
        tenant: chain.lowest().id,
        user: chain.user.as_ref().filter(|_| !of_customer).map(|user| user.id),
        service: program.service.name.clone(),
        instance: instance.to_owned(),
    };
    store::subscriptions::live(store, key).await.map_err(|error| refusal::store(&error))
}

/// Whether the verb goes with the subscription's state. Where a run is under way, that is the answer: the state will be another soon.
async fn check_state(store: &Store, verb: Verb, subscription: &Subscription) -> Result<(), Problem> {
    let success = match verb {
        Verb::Provision => SubscriptionEvent::Provisioned,
        Verb::Change | Verb::Verify => SubscriptionEvent::Changed,
        Verb::Suspend => SubscriptionEvent::Suspended,
        Verb::Resume => SubscriptionEvent::Resumed,
        Verb::Deprovision => SubscriptionEvent::Deprovisioned,
    };
    if subscription.state.on(success).is_err() {
        let detail = format!("a subscription that is {} cannot take {verb}", subscription.state);
        let illegal = refusal::conflict("subscription_state", "The subscription is not in a state for this", detail);
        let run = store::runs::active_of(store, subscription.id).await.map_err(|error| refusal::store(&error))?;
        return Err(run.map_or(illegal, |run| active_run(&run)));
    }
    if verb == Verb::Deprovision {
        let children = store::subscriptions::children(store, subscription.id).await.map_err(|error| refusal::store(&error))?;
        let left = children.iter().filter(|child| child.state != SubscriptionState::Ended).count();
        if left > 0 {
            let problem = refusal::conflict(
                "has_dependents",
                "Users have it",
                format!("{left} users of the customer still have `{}`", subscription.service),
            );
            return Err(problem.advise("remove it at the users first"));
        }
    }
    Ok(())
}

/// Why a second subscription cannot be: one is there, or on its way.
async fn in_the_way(store: &Store, there: &Subscription) -> Result<Problem, Problem> {
    let run = store::runs::active_of(store, there.id).await.map_err(|error| refusal::store(&error))?;
    Ok(run.map_or_else(|| already_subscribed(there), |run| active_run(&run)))
}

fn without_parent(chain: &Chain, program: &Program, instance: &str) -> Problem {
    let customer = &chain.lowest().name;
    let detail = format!("the customer `{customer}` has no active `{}`{}", program.service.name, of_instance(instance));
    refusal::conflict("customer_subscription_missing", "The customer does not have it", detail)
        .advise(format!("give `{}` to `{customer}` first", program.service.name))
}

fn owner(chain: &Chain) -> String {
    chain.user.as_ref().map_or_else(|| chain.lowest().name.clone(), |user| format!("{}/{}", chain.lowest().name, user.name))
}

fn of_instance(instance: &str) -> String {
    if instance.is_empty() { String::new() } else { format!(" ({instance})") }
}
