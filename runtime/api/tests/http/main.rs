//! The API over real sockets, on an engine in this process.

mod order;
mod refusals;
mod server;
mod values;
