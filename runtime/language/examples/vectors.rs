//! Runs files of vectors: what PowerShell answers to an expression, compared with what this crate answers.
//!
//! `cargo run -p language --example vectors -- [--show N] CONTEXT FILE...`

use std::process::ExitCode;

/// Now, which dates without a year need.
fn now() -> language::DateTime {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    let ticks = 621_355_968_000_000_000 + i64::try_from(since.as_nanos() / 100).unwrap_or(0);
    language::DateTime { ticks, kind: language::DateKind::Utc }
}

fn main() -> ExitCode {
    let mut arguments: Vec<String> = std::env::args().skip(1).collect();
    let mut show = 0;
    if let Some(at) = arguments.iter().position(|argument| argument == "--show") {
        show = arguments.get(at + 1).and_then(|count| count.parse().ok()).unwrap_or(20);
        arguments.drain(at..(at + 2).min(arguments.len()));
    }
    let [context, files @ ..] = arguments.as_slice() else {
        eprintln!("usage: vectors [--show N] CONTEXT FILE...");
        return ExitCode::from(2);
    };
    let run = || -> Result<bool, Box<dyn std::error::Error>> {
        let context = std::fs::read_to_string(context)?;
        let mut is_equal = true;
        for file in files {
            let report = language::vectors::run(&context, &std::fs::read_to_string(file)?, now())?;
            println!("{report}");
            for difference in report.differences.iter().take(show) {
                println!("  {difference}");
            }
            for (reason, count) in report.reasons.iter().take(show) {
                println!("  refused {count}: {reason}");
            }
            is_equal &= report.differ == 0 && report.crashed == 0;
        }
        Ok(is_equal)
    };
    match run() {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::from(2)
        }
    }
}
