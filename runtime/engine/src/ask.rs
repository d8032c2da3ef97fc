//! What callers say and hear: an ask for a subscription, who asks, the answer.

use model::{Object, Run, Step, Verb};
use uuid::Uuid;

/// One ask to change a subscription, as it came in.
#[derive(Clone, Debug, PartialEq)]
pub struct Ask {
    /// What is asked.
    pub verb: Verb,
    /// The subscription; none for `provision`, which makes one.
    pub subscription: Option<Uuid>,
    /// Name of the customer; the subscription's own counts when one is named.
    pub tenant: String,
    /// Name of the user, for a user service.
    pub user: Option<String>,
    /// Name of the service; the subscription's own counts when one is named.
    pub service: String,
    /// Plan to have; for `change` none keeps the plan.
    pub plan: Option<String>,
    /// Instance name; none for a service that is on or off.
    pub instance: Option<String>,
    /// Values of `Input` properties as they came in; each is converted by its declared type.
    pub properties: Object,
    /// Why, in the asker's words.
    pub reason: Option<String>,
}

impl Ask {
    /// An order of `service` in `plan` for the customer `tenant`.
    pub fn provision(tenant: &str, service: &str, plan: &str) -> Self {
        Ask {
            verb: Verb::Provision,
            subscription: None,
            tenant: tenant.to_owned(),
            user: None,
            service: service.to_owned(),
            plan: Some(plan.to_owned()),
            instance: None,
            properties: Object::new(),
            reason: None,
        }
    }

    /// Any other verb, for a subscription that is there.
    pub fn of(verb: Verb, subscription: Uuid) -> Self {
        Ask { verb, subscription: Some(subscription), plan: None, ..Ask::provision("", "", "") }
    }
}

/// Who asks: a person, a token, an engine. The caller has already authenticated it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Principal {
    /// The name that requests, the audit and idempotency keys keep.
    pub name: String,
}

impl Principal {
    /// The principal of that name.
    pub fn new(name: impl Into<String>) -> Self {
        Principal { name: name.into() }
    }
}

/// A caller's key by which a repeated ask is recognised; it is the principal's own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdempotencyKey {
    /// The `Idempotency-Key` header.
    pub key: String,
    /// Method and route it was sent to.
    pub route: String,
    /// SHA-256 of the body, in hex: another body for the same key is refused.
    pub body_hash: String,
}

/// The answer to an ask that was taken in: its run.
#[derive(Clone, Debug, PartialEq)]
pub struct Accepted {
    /// The run as it was when the ask was taken in.
    pub run: Run,
    /// Whether this is the stored answer to an earlier ask with the same key.
    pub replayed: bool,
}

/// What a person chooses for a run in `attention` (for `undo_failed` only `Retry`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// Run the step, or the undo, again.
    Retry,
    /// Go on without the step.
    Skip,
    /// Take everything back.
    Fail,
}

/// A run with its steps.
#[derive(Clone, Debug, PartialEq)]
pub struct RunDetails {
    /// The run.
    pub run: Run,
    /// The latest record of each rule reached so far, in order.
    pub steps: Vec<Step>,
}
