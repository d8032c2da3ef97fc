//! What goes over the wire: camelCase names, snake_case states, ids as text, times RFC 3339 with `Z`, `long` and `decimal` as text.
//!
//! The demo and the command line print the same types, so that what one has learnt to read holds everywhere. The stored forms of `model` never leave through here.

mod billing;
mod problem;
mod properties;
mod run;
mod service;
mod subscription;
mod tenant;

use serde::Serialize;

pub use billing::BillingEvent;
pub use problem::Problem;
pub(crate) use properties::Spot;
pub use properties::{Override, PropertyValue, Resolved, TrailEntry};
pub use run::{LogRecord, Run, Step, Undo, When};
pub use service::{Plan, Property, Service};
pub use subscription::Subscription;
pub use tenant::{Tenant, User};

/// The shape of every list.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct List<T> {
    /// The items of this page, in order.
    pub items: Vec<T>,
}

impl<T> FromIterator<T> for List<T> {
    fn from_iter<I: IntoIterator<Item = T>>(items: I) -> Self {
        List { items: items.into_iter().collect() }
    }
}
