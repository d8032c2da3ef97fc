//! Packages with random slips in them: reading them always ends, and what is said is about a place that is there.

use std::path::Path;

use package::{Error, Files, load};
use proptest::prelude::*;

/// What fingers and editors put into such files, and what readers stumble over.
const SCRAPS: &[&str] = &[
    "@{",
    "}",
    "@(",
    ")",
    "{",
    "'",
    "\"",
    "$",
    "$null",
    "$true",
    "=",
    ";",
    ",",
    "#",
    "<#",
    "#>",
    "`",
    "\n",
    "\r\n",
    "\0",
    "é",
    "\u{feff}",
    "🗄",
    "-1",
    "1e400",
    "9999999999999999999999",
    "0x7fffffff",
    "@'\n",
    "\n'@",
    "'x'",
    "Name",
    "Kind",
    "Type",
    "Set",
    "With",
    "Undo",
    "[int]",
    "[",
    "param(",
    "<#StoaAction @{",
    "Effect = 'Read'",
];

fn folder(name: &str) -> Files {
    Files::read_folder(&Path::new(env!("CARGO_MANIFEST_DIR")).join(name)).expect("the folder is there")
}

/// A slip at a place, given as a share of the file's length.
#[derive(Clone, Debug)]
enum Slip {
    Insert(f64, &'static str),
    Delete(f64, usize),
    Double(f64, usize),
    Byte(f64, u8),
}

fn slip() -> impl Strategy<Value = Slip> {
    let place = || 0.0..1.0;
    prop_oneof![
        (place(), prop::sample::select(SCRAPS)).prop_map(|(at, scrap)| Slip::Insert(at, scrap)),
        (place(), 1_usize..80).prop_map(|(at, length)| Slip::Delete(at, length)),
        (place(), 1_usize..400).prop_map(|(at, length)| Slip::Double(at, length)),
        (place(), any::<u8>()).prop_map(|(at, byte)| Slip::Byte(at, byte)),
    ]
}

fn make(slip: &Slip, bytes: &mut Vec<u8>) {
    let at = |share: f64| ((bytes.len() as f64 * share) as usize).min(bytes.len());
    match slip {
        Slip::Insert(share, scrap) => {
            let at = at(*share);
            bytes.splice(at..at, scrap.bytes());
        }
        Slip::Delete(share, length) => {
            let at = at(*share);
            bytes.drain(at..(at + length).min(bytes.len()));
        }
        Slip::Double(share, length) => {
            let at = at(*share);
            let part = bytes[at..(at + length).min(bytes.len())].to_vec();
            bytes.splice(at..at, part);
        }
        Slip::Byte(share, byte) => {
            let at = at(*share);
            bytes.splice(at..at, [*byte]);
        }
    }
}

/// Whether an error is about a character of its file, or the end of it.
fn is_inside(error: &Error, files: &Files) -> bool {
    let Some(bytes) = files.get(&error.position.file) else { return false };
    let text = String::from_utf8_lossy(bytes);
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    // PowerShell ends a line at a carriage return of its own, too.
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let line = text.split('\n').nth(error.position.line.saturating_sub(1) as usize);
    line.is_some_and(|line| (1..=line.chars().count() + 1).contains(&(error.position.column as usize)))
}

fn check(package: &str, file: usize, slips: &[Slip]) {
    let mut files = folder(package);
    let name = files.iter().nth(file % files.len()).map(|(name, _)| name.to_owned()).expect("the package has files");
    let mut bytes = files.get(&name).expect("it was just named").to_vec();
    slips.iter().for_each(|slip| make(slip, &mut bytes));
    files.insert(name, bytes);
    let loaded = load(&files, &Files::default());
    for error in loaded.errors.iter().chain(&loaded.warnings) {
        assert!(is_inside(error, &files), "outside its file: {error}");
        assert!(!error.message.is_empty() && error.code.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_'), "{error:?}");
    }
    assert!(loaded.package.is_some() || !loaded.errors.is_empty(), "no package and nothing said");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_slip_anywhere_is_said_inside_its_file(
        package in prop::sample::select(&["tests/small", "../../templates/services/backup", "../../templates/services/backup-native"][..]),
        file in 0_usize..16,
        slips in prop::collection::vec(slip(), 1..4),
    ) {
        check(package, file, &slips);
    }
}
