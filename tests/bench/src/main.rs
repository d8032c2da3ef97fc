//! Benchmarks with their baselines, interleaved in the same minute. Prints one JSON object on standard output.
//!
//! Databases are made in the folder it is started in: that disk is measured.

use clap::{Parser, Subcommand};

mod driver;
mod measure;
mod request;
mod scripts;
mod sqlite;
mod steps;
mod world;

/// Measures the hot paths against what the machine can do.
#[derive(Parser)]
struct Arguments {
    #[command(subcommand)]
    what: What,
}

#[derive(Clone, Copy, Subcommand)]
enum What {
    /// Durable steps a second with 32 requests in flight, against plain SQLite.
    Steps,
    /// One request of three steps, from POST to succeeded.
    Request,
    /// A script action in a warm host, against a cold `pwsh`.
    Scripts,
    /// The store's driver alone: what the engine can reach at most.
    Driver,
}

fn main() -> anyhow::Result<()> {
    let what = Arguments::parse().what;
    let answer = match what {
        What::Steps => steps::measure()?,
        What::Request => request::measure()?,
        What::Scripts => scripts::measure()?,
        What::Driver => driver::measure()?,
    };
    println!("{answer:#}");
    Ok(())
}
