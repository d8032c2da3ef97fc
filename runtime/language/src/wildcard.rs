//! Wildcard patterns of `-like` and `switch -Wildcard`: `*`, `?`, `[a-c]`, and a backtick before what is meant itself.

use crate::compare::Case;
use crate::fault::{Outcome, fault};
use crate::value::text::{lower, upper};

#[derive(Debug)]
enum Piece {
    Char(char),
    Any,
    Many,
    Set(Vec<(char, char)>),
}

/// A pattern, read once.
#[derive(Debug)]
pub(crate) struct Wildcard {
    pieces: Vec<Piece>,
    case: Case,
}

impl Wildcard {
    pub(crate) fn new(pattern: &str, case: Case) -> Outcome<Self> {
        let mut pieces = Vec::new();
        let mut chars = pattern.chars();
        while let Some(c) = chars.next() {
            pieces.push(match c {
                '`' => Piece::Char(chars.next().unwrap_or('`')),
                '*' => Piece::Many,
                '?' => Piece::Any,
                '[' => Piece::Set(set(&mut chars, pattern)?),
                c => Piece::Char(c),
            });
        }
        Ok(Self { pieces, case })
    }

    /// Whether the whole text fits. At most text times pattern steps.
    pub(crate) fn is_match(&self, text: &str) -> bool {
        let (mut at, mut piece) = (0, 0);
        let mut retry: Option<(usize, usize)> = None;
        loop {
            let next = text[at..].chars().next();
            match (self.pieces.get(piece), next) {
                (Some(Piece::Many), _) => {
                    retry = Some((at, piece));
                    piece += 1;
                }
                (Some(one), Some(c)) if self.fits(one, c) => {
                    at += c.len_utf8();
                    piece += 1;
                }
                (None, None) => return true,
                _ => {
                    let Some((from, star)) = retry else { return false };
                    let Some(skipped) = text[from..].chars().next() else { return false };
                    at = from + skipped.len_utf8();
                    retry = Some((at, star));
                    piece = star + 1;
                }
            }
        }
    }

    fn fits(&self, piece: &Piece, c: char) -> bool {
        match piece {
            Piece::Char(wanted) => *wanted == c || (self.case == Case::Ignore && upper(*wanted) == upper(c)),
            Piece::Any => true,
            Piece::Many => false,
            Piece::Set(ranges) => {
                let is_in = |c: char| ranges.iter().any(|(low, high)| (*low..=*high).contains(&c));
                is_in(c) || (self.case == Case::Ignore && (is_in(upper(c)) || is_in(lower(c))))
            }
        }
    }
}

/// The ranges of a set; its opening bracket has been read.
fn set(chars: &mut std::str::Chars<'_>, pattern: &str) -> Outcome<Vec<(char, char)>> {
    let invalid = || fault("RuntimeException", format!("`{pattern}` is not a wildcard pattern"));
    let mut members = Vec::new();
    loop {
        match chars.next() {
            None => return invalid(),
            Some(']') if !members.is_empty() => break,
            Some('`') => members.push((chars.next().unwrap_or('`'), true)),
            Some(c) => members.push((c, false)),
        }
    }
    let mut ranges = Vec::new();
    let mut at = 0;
    while at < members.len() {
        let low = members[at].0;
        if members.get(at + 1) == Some(&('-', false)) && at + 2 < members.len() {
            let high = members[at + 2].0;
            if high < low {
                return invalid();
            }
            ranges.push((low, high));
            at += 3;
        } else {
            ranges.push((low, low));
            at += 1;
        }
    }
    Ok(ranges)
}
