//! The one HTTP client of the product, and what is sent with it.

mod answer;
mod asked;
mod body;
mod client;
mod policy;
mod request;

pub use client::Http;
pub use policy::{HttpPolicy, Refused};
pub(crate) use request::Request;
