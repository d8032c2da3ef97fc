//! PowerShell, as far as authors write it in data: data files, conditions and values, and what stands
//! at the head of a script. It reads, compiles and evaluates; it knows no files, no clock and no network.
#![expect(clippy::todo, reason = "the interface lands before the bodies")]

pub mod data;
mod diagnostic;
mod expression;
mod nearest;
mod scan;
pub mod script;
mod value;

pub use diagnostic::{Diagnostic, EvalError};
pub use expression::{Expression, Names, Shape};
pub use value::{Block, DateKind, DateTime, Table, Value, Version};
