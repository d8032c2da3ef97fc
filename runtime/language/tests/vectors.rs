//! What PowerShell itself answered, from the folder that `STOA_VECTORS` names.

use std::path::PathBuf;

use language::{DateKind, DateTime, vectors};

/// When the vectors were made; only its year matters.
const MADE: DateTime = DateTime { ticks: 639_312_480_000_000_000, kind: DateKind::Utc };

fn check(file: &str, most_refused: usize) {
    let Some(folder) = std::env::var_os("STOA_VECTORS").map(PathBuf::from) else {
        println!("skipped: STOA_VECTORS names no folder");
        return;
    };
    let read = |name: &str| std::fs::read_to_string(folder.join(name)).expect("the folder holds the vectors");
    let report = vectors::run(&read("context.json"), &read(file), MADE).expect("the vectors are JSON");
    println!("{file}: {report}");
    assert_eq!(report.differences, Vec::<String>::new());
    assert!(report.refused <= most_refused, "refused: {:?}", report.reasons);
}

#[test]
fn operators_on_pairs_agree_with_powershell() {
    check("expressions.jsonl", 240);
}

#[test]
fn each_construct_agrees_with_powershell() {
    check("features.jsonl", 0);
}

#[test]
fn a_report_counts_agreement_refusal_and_difference_apart() {
    let context = r#"{ "Plan": { "StorageTB": 20 } }"#;
    let lines = r#"{"e":"$Plan.StorageTB + 1","t":"System.Int32","v":"21"}
{"e":"1 / 0","error":"RuntimeException"}
{"e":"Get-Date","t":"System.DateTime","v":"2024-01-01T00:00:00.0000000"}
{"e":"1 + 1","t":"System.Int32","v":"3"}
"#;
    let report = vectors::run(context, lines, MADE).unwrap();
    assert_eq!(report.to_string(), "agree 2, refused 1, differ 1, crashed 0");
}
