//! What Stoa keeps, in one SQLite database. Every SQL statement of the product stands in this room.
//!
//! A write is data: a [`Batch`] of [`Statement`]s that commits whole or not at all, acknowledged when it is on stable storage. The modules
//! have one function a statement or query; a caller gathers statements into a batch and hands it to [`Store::write`].
//! The room decides nothing: what may follow what is the caller's business, guards only hold what others may change meanwhile.

mod batch;
mod error;
mod group;
mod lock;
mod migrations;
mod queue;
mod readers;
mod row;
mod store;
mod writer;

pub mod audit;
pub mod billing;
pub mod blobs;
pub mod check;
pub mod idempotency;
pub mod log;
pub mod outbox;
pub mod programs;
pub mod requests;
pub mod runs;
pub mod services;
pub mod steps;
pub mod subscriptions;
pub mod tenants;
pub mod tokens;
pub mod users;
pub mod values;
pub mod waits;
pub mod workers;

pub use batch::{Batch, Bind, Expect, Kind, Parameter, Row, Statement, Written};
pub use error::Error;
pub use store::{Counters, Options, Store};
