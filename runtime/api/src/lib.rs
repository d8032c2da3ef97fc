//! The HTTP API: routes, wire types, authentication, error mapping.
mod json;
