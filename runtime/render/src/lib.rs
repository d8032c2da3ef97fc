//! Handlebars templates: checked against the names they may use before anything is sent, rendered in children that may die.
//!
//! A template is somebody's program: it can recurse without end or ask for all the memory there is. So none is rendered in the server's
//! own process, and each child has limits of its own. Nothing here does I/O besides its children.

mod check;
mod error;
mod frame;
mod helpers;
mod job;
mod known;
mod pool;
mod scan;
mod template;
mod worker;

pub use check::{Finding, check};
pub use error::Error;
pub use job::{Content, Job, Partials};
pub use known::Known;
pub use pool::{Config, Pool};
pub use worker::worker_main;
