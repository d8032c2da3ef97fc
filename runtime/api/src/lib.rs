//! The HTTP API: routes, wire types, authentication, error mapping.
//!
//! A handler extracts, authorises, calls one function and wraps the answer. It holds no SQL, starts no process and never decides a state.

mod json;
pub mod wire;
