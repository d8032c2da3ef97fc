//! PowerShell, as far as authors write it in data: data files, conditions and values, and what stands
//! at the head of a script. It reads, compiles and evaluates; it knows no files, no clock and no network.

mod arith;
mod clock;
mod compare;
mod convert;
pub mod data;
mod diagnostic;
mod eval;
mod expression;
mod fault;
mod format;
mod nearest;
mod parse;
mod pattern;
mod scan;
pub mod script;
mod tree;
mod uri;
mod value;
pub mod vectors;
mod wildcard;

pub use diagnostic::{Diagnostic, EvalError};
pub use expression::{Expression, Names, Shape};
pub use value::{Base, Block, DateKind, DateTime, EnumKind, EnumValue, Object, ObjectKind, Table, Type, Value, Version};
