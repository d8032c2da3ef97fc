//! Benchmarks with their baselines, interleaved in the same minute. Prints one JSON object on standard output.

use clap::{Parser, Subcommand};

mod driver;
mod measure;
mod sqlite;

/// Measures the hot paths against what the machine can do.
#[derive(Parser)]
struct Arguments {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// The store's driver alone: one step and its fence a batch, 32 at a time.
    Driver,
}

fn main() -> anyhow::Result<()> {
    let answer = match Arguments::parse().what {
        What::Driver => driver::measure()?,
    };
    println!("{answer:#}");
    Ok(())
}
