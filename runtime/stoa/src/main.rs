//! stoa
fn main() {}
