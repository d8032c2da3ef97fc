//! Programs, runs and steps: the one door by which a run changes.
//!
//! It compiles processes into programs, takes in asks, executes their rules with one durable record a step, takes back what failed and completes
//! what succeeded. It knows nothing of HTTP routes or of configuration files, and SQL stays in `store`.

mod accept;
mod act;
mod active;
mod ask;
mod chain;
mod compile;
mod complete;
mod config;
mod edit;
mod effects;
mod engine;
mod execute;
mod handle;
mod import;
mod journal;
mod limits;
mod log;
mod mapping;
mod names;
mod outputs;
mod people;
mod problems;
mod program;
mod programs;
mod queue;
mod refusal;
mod resolve;
mod runner;
mod scope;
pub mod snapshot;
mod step;
mod takeover;
mod tenants;
mod undo;
mod validate;
mod values;
mod wait;
mod watchers;
mod worker;

pub use ask::{Accepted, Ask, Decision, IdempotencyKey, Principal, RunDetails};
pub use compile::{Manifest, check, compile};
pub use config::{Config, Error, World, open};
pub use handle::Handle;
pub use import::{Imported, import};
pub use program::{Action, Decided, Process, Program, Retry, Rule, Script, Template};
pub use programs::Programs;
pub use resolve::{Whose, resolve};
pub use scope::Scope;
pub use snapshot::Snapshot;
pub use tenants::{NewTenant, NewUser, create_tenant, create_user};
pub use validate::{Prepared, prepare};
pub use values::{At, Setting, remove_override, remove_property, set_override, set_property};
pub use worker::Service;
