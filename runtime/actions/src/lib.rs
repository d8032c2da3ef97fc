//! Native actions, one file each, and their registry.
//!
//! An action does one task with typed parameters and says how it ended. It knows nothing of runs, steps or the store:
//! time, HTTP, rendering and the log come in through [`Context`].

mod context;
mod data;
mod file;
mod flow;
mod http;
mod native;
mod outcome;
mod parameters;
mod property;
mod registry;
mod signature;

pub use context::{Context, Log, Render, RenderAsk};
pub use http::{Http, HttpPolicy, Refused};
pub use native::Native;
pub use outcome::{Done, Outcome, Verified};
pub use registry::Registry;
