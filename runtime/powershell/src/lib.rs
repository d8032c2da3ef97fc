//! PowerShell hosts: their processes, the protocol (both ends), streams, stop and kill.
//!
//! A host is a warm `pwsh` that runs one script at a time for one [`Binding`]. This room knows nothing of runs, steps or secrets: what a
//! script asks for goes to the caller's closure, and values reach a script as data only, never as script text.

mod call;
mod clixml;
mod config;
mod find;
mod frame;
mod host;
mod os;
mod pool;
mod run;
mod service;

pub use call::{Ask, AskSink, Binding, Call, End, Ended, LogSink, Progress, ProgressSink, Record};
pub use config::Config;
pub use find::{Found, Missing, find};
pub use service::{Handle, Service};
