//! The operators that are words, with their `i` and `c` forms.

use super::operator::{BITWISE, COMPARISON, FORMAT, Infix, LOGICAL};
use crate::compare::{self, Case};
use crate::tree::Binary;

/// All of them without their forms, for hints.
pub(super) const WORDS: [&str; 31] = [
    "eq",
    "ne",
    "gt",
    "ge",
    "lt",
    "le",
    "like",
    "notlike",
    "match",
    "notmatch",
    "contains",
    "notcontains",
    "in",
    "notin",
    "replace",
    "split",
    "join",
    "is",
    "isnot",
    "as",
    "f",
    "and",
    "or",
    "xor",
    "band",
    "bor",
    "bxor",
    "shl",
    "shr",
    "not",
    "bnot",
];

/// The operator of a word in lower case, with its `i` and `c` forms.
pub(super) fn named(word: &str) -> Option<(Infix, u8)> {
    let plain = |infix: Infix, precedence: u8| Some((infix, precedence));
    let binary = |binary: Binary| Infix::Binary(binary, Case::Ignore);
    match word {
        "and" => return plain(Infix::And, LOGICAL),
        "or" => return plain(Infix::Or, LOGICAL),
        "xor" => return plain(binary(Binary::Xor), LOGICAL),
        "band" => return plain(binary(Binary::BitAnd), BITWISE),
        "bor" => return plain(binary(Binary::BitOr), BITWISE),
        "bxor" => return plain(binary(Binary::BitXor), BITWISE),
        "shl" => return plain(binary(Binary::ShiftLeft), COMPARISON),
        "shr" => return plain(binary(Binary::ShiftRight), COMPARISON),
        "is" => return plain(binary(Binary::Is), COMPARISON),
        "isnot" => return plain(binary(Binary::IsNot), COMPARISON),
        "as" => return plain(binary(Binary::As), COMPARISON),
        "join" => return plain(binary(Binary::Join), COMPARISON),
        "f" => return plain(binary(Binary::Format), FORMAT),
        _ => {}
    }
    let cased = |word: &str, case: Case| -> Option<Infix> {
        Some(match word {
            "eq" => Infix::Compare(compare::Op::Eq, case),
            "ne" => Infix::Compare(compare::Op::Ne, case),
            "gt" => Infix::Compare(compare::Op::Gt, case),
            "ge" => Infix::Compare(compare::Op::Ge, case),
            "lt" => Infix::Compare(compare::Op::Lt, case),
            "le" => Infix::Compare(compare::Op::Le, case),
            "like" => Infix::Like(false, case),
            "notlike" => Infix::Like(true, case),
            "match" => Infix::Match(false, case),
            "notmatch" => Infix::Match(true, case),
            "replace" => Infix::Replace(case),
            "contains" => Infix::Binary(Binary::Contains, case),
            "notcontains" => Infix::Binary(Binary::NotContains, case),
            "in" => Infix::Binary(Binary::In, case),
            "notin" => Infix::Binary(Binary::NotIn, case),
            "split" => Infix::Binary(Binary::Split, case),
            _ => return None,
        })
    };
    let infix = cased(word, Case::Ignore)
        .or_else(|| cased(word.strip_prefix('i')?, Case::Ignore))
        .or_else(|| cased(word.strip_prefix('c')?, Case::Respect))?;
    Some((infix, COMPARISON))
}
