//! The order of strings in the invariant culture, which is that of the Unicode collation algorithm:
//! punctuation before digits before letters, lower case before upper, accents after both.

use std::cmp::Ordering;
use std::sync::LazyLock;

use icu_collator::options::{CollatorOptions, Strength};
use icu_collator::{Collator, CollatorBorrowed};

use super::Case;

/// Printable ASCII in collation order, letters apart.
const ORDER: &[u8; 43] = b"\t\n\x0b\x0c\r _-,;:!?.'\"()[]{}@*/\\&#%`^+<=>|~$01234";

/// The primary weight of each ASCII character; 0 for those that do not count.
const PRIMARY: [u8; 128] = primary();

const fn primary() -> [u8; 128] {
    let mut weights = [0; 128];
    let mut at = 0;
    while at < ORDER.len() {
        weights[ORDER[at] as usize] = at as u8 + 1;
        at += 1;
    }
    let mut digit = b'5';
    while digit <= b'9' {
        weights[digit as usize] = ORDER.len() as u8 + 1 + (digit - b'5');
        digit += 1;
    }
    let mut letter = 0;
    while letter < 26 {
        weights[(b'a' + letter) as usize] = 60 + letter;
        weights[(b'A' + letter) as usize] = 60 + letter;
        letter += 1;
    }
    weights
}

/// Compares two strings as PowerShell's operators do.
pub(crate) fn compare(left: &str, right: &str, case: Case) -> Ordering {
    match ascii(left.as_bytes(), right.as_bytes(), case) {
        Some(ordering) => ordering,
        None => match case {
            Case::Ignore => IGNORING.compare(left, right),
            Case::Respect => RESPECTING.compare(left, right),
        },
    }
}

/// The answer for plain ASCII, nearly always in one pass; `None` where another character occurs.
fn ascii(left: &[u8], right: &[u8], case: Case) -> Option<Ordering> {
    let mut first = Ordering::Equal;
    let mut cases = Ordering::Equal;
    let shared = left.len().min(right.len());
    for at in 0..left.len().max(right.len()) {
        let (a, b) = (left.get(at), right.get(at));
        for byte in [a, b].into_iter().flatten() {
            if *byte >= 128 || PRIMARY[usize::from(*byte)] == 0 {
                return None;
            }
        }
        if let (Some(a), Some(b)) = (a, b) {
            first = first.then_with(|| PRIMARY[usize::from(*a)].cmp(&PRIMARY[usize::from(*b)]));
            // A lower-case letter stands before its upper case.
            cases = cases.then_with(|| a.is_ascii_uppercase().cmp(&b.is_ascii_uppercase()));
        } else if at == shared {
            first = first.then_with(|| left.len().cmp(&right.len()));
        }
    }
    Some(match case {
        Case::Ignore => first,
        Case::Respect => first.then(cases),
    })
}

static IGNORING: LazyLock<CollatorBorrowed<'static>> = LazyLock::new(|| collator(Strength::Secondary));
static RESPECTING: LazyLock<CollatorBorrowed<'static>> = LazyLock::new(|| collator(Strength::Tertiary));

fn collator(strength: Strength) -> CollatorBorrowed<'static> {
    let mut options = CollatorOptions::default();
    options.strength = Some(strength);
    Collator::try_new(icu_collator::CollatorPreferences::default(), options).expect("the root collation is compiled in")
}
