//! The running half of the engine, as those above it see it: asks go in, records and effects come out, and anything may crash in between.

mod accept;
mod billing;
mod effects;
mod people;
mod take_over;
mod undo;
mod values;
mod way;
