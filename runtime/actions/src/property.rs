//! Results of a run.

mod set;

pub(crate) use set::Set;
