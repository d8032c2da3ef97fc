//! all
fn main() {}
