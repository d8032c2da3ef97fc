//! The HTTP API: routes, wire types, authentication, error mapping.
//!
//! A handler extracts, authorises (the table of routes says with which permission), calls one function and wraps the answer.
//! It holds no SQL, starts no process and never decides a state.

mod body;
mod caller;
mod find;
mod json;
mod listen;
mod page;
mod problems;
mod routes;
mod server;
mod token;
pub mod wire;

pub use caller::LOCAL;
pub use listen::{Error, is_private, private_folder, stop_signal, usual_socket};
pub use routes::{Operation, PREFIX, operations};
pub use server::{Config, Service};
pub use token::issue as issue_token;
