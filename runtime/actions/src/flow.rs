//! Steering a run.

mod fail;

pub(crate) use fail::Fail;
