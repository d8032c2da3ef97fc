//! What tests and the bench build on: an engine in this process on a folder of its own, a clock moved by hand, natives that keep a ledger of what
//! they did to the world, packages written as strings. It is a dev-dependency only and never part of the product.

mod clock;
mod kit;
mod ledger;
mod native;
mod package;

pub use clock::FakeClock;
pub use kit::{Kit, Options, TESTER, tester};
pub use ledger::{Ledger, Play};
pub use native::registry;
pub use package::{PackageText, rule};
