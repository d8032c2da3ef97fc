//! What clients send, read once and checked before anything looks at it: depth, duplicate keys, exact numbers.
//!
//! Every body and every query goes through [`Node`]; no handler sees JSON that did not.

mod read;
mod refusal;
mod typed;

pub(crate) use read::read;
pub(crate) use refusal::Refusal;
pub(crate) use typed::{Given, GivenObject, typed};

/// A checked value. Numbers keep their text, so that a `decimal` or `long` is read exactly by its declared type.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Node {
    Null,
    Bool(bool),
    Number(String),
    Text(String),
    /// A query's value: text, number or `true`/`false`, whichever its reader wants.
    Query(String),
    List(Vec<Node>),
    Object(Vec<(String, Node)>),
}

#[cfg(test)]
mod tests;
