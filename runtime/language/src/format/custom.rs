//! Custom formats of numbers: `#,##0.00;(0);zero`.

use super::digits::Digits;
use crate::value::Value;

/// What a section says.
#[derive(Debug, Default)]
struct Section {
    pieces: Vec<Piece>,
    /// Digit places before the point, and how many of them up to the first `0`.
    whole: usize,
    forced_whole: usize,
    fraction: usize,
    forced_fraction: usize,
    is_grouped: bool,
    /// Powers of ten from `%`, `‰` and commas.
    scale: i32,
    exponent: Option<Exponent>,
}

#[derive(Debug, Clone, Copy)]
struct Exponent {
    letter: char,
    shows_plus: bool,
    digits: usize,
}

#[derive(Debug)]
enum Piece {
    Digit,
    Point,
    Text(String),
    Exponent,
}

pub(super) fn format(value: &Value, pattern: &str) -> Option<String> {
    let sections = sections(pattern);
    let digits = Digits::fifteen(value);
    let pick = |index: usize| sections.get(index).filter(|text| !text.is_empty());
    if digits.is_zero() {
        let text = pick(2).unwrap_or(&sections[0]);
        let parsed = section(text);
        // A negative zero shows its sign where anything of a number is shown.
        let shows = digits.is_negative && pick(2).is_none() && (parsed.scale != 0 || parsed.forced_whole > 0 || parsed.forced_fraction > 0);
        let sign = if shows { "-" } else { "" };
        return Some(sign.to_owned() + &apply(&parsed, Digits { is_negative: false, ..digits }));
    }
    let (text, mut shows_sign) = match pick(1) {
        Some(text) if digits.is_negative => (text, false),
        _ => (&sections[0], true),
    };
    let mut parsed = section(text);
    let mut rounded = digits.clone();
    rounded.shift(parsed.scale);
    rounded.round(parsed.fraction);
    // What rounds to nothing is formatted as nothing; only a double keeps its sign.
    if rounded.is_zero() && parsed.exponent.is_none() {
        parsed = section(pick(2).unwrap_or(&sections[0]));
        shows_sign = matches!(value, Value::Double(_)) && pick(2).is_none();
    }
    let sign = if digits.is_negative && shows_sign { "-" } else { "" };
    Some(sign.to_owned() + &apply(&parsed, Digits { is_negative: false, ..digits }))
}

/// The sections between semicolons that are not quoted.
fn sections(pattern: &str) -> Vec<String> {
    let mut out = vec![String::new()];
    let mut quote = None;
    let mut chars = pattern.chars();
    while let Some(c) = chars.next() {
        let last = out.len() - 1;
        match (c, quote) {
            ('\\', _) => {
                out[last].push(c);
                out[last].extend(chars.next());
                continue;
            }
            (';', None) => {
                out.push(String::new());
                continue;
            }
            ('\'' | '"', None) => quote = Some(c),
            (c, Some(open)) if c == open => quote = None,
            _ => {}
        }
        out[last].push(c);
    }
    out
}

fn section(text: &str) -> Section {
    let chars: Vec<char> = text.chars().collect();
    let mut section = Section::default();
    let mut has_point = false;
    let mut commas = 0;
    let mut at = 0;
    let literal = |section: &mut Section, text: &str| match section.pieces.last_mut() {
        Some(Piece::Text(last)) => last.push_str(text),
        _ => section.pieces.push(Piece::Text(text.to_owned())),
    };
    while at < chars.len() {
        let c = chars[at];
        at += 1;
        match c {
            '0' | '#' => {
                if !has_point && commas > 0 {
                    section.is_grouped |= section.whole > 0;
                    commas = 0;
                }
                section.pieces.push(Piece::Digit);
                if has_point {
                    section.fraction += 1;
                    if c == '0' {
                        section.forced_fraction = section.fraction;
                    }
                } else {
                    section.whole += 1;
                    if c == '0' || section.forced_whole > 0 {
                        section.forced_whole += 1;
                    }
                }
            }
            '.' if !has_point => {
                has_point = true;
                section.pieces.push(Piece::Point);
            }
            '.' => {}
            ',' if section.whole > 0 && !has_point => commas += 1,
            ',' => {}
            '%' | '‰' => {
                section.scale += if c == '%' { 2 } else { 3 };
                literal(&mut section, &c.to_string());
            }
            '\'' | '"' => {
                while at < chars.len() && chars[at] != c {
                    literal(&mut section, &chars[at].to_string());
                    at += 1;
                }
                at += 1;
            }
            '\\' => {
                if let Some(next) = chars.get(at) {
                    literal(&mut section, &next.to_string());
                }
                at += 1;
            }
            'E' | 'e' => {
                let sign = chars.get(at).copied().filter(|c| matches!(c, '+' | '-'));
                let from = at + usize::from(sign.is_some());
                let zeros = chars[from.min(chars.len())..].iter().take_while(|c| **c == '0').count();
                if zeros > 0 {
                    section.exponent = Some(Exponent { letter: c, shows_plus: sign == Some('+'), digits: zeros });
                    section.pieces.push(Piece::Exponent);
                    at = from + zeros;
                } else {
                    literal(&mut section, &c.to_string());
                }
            }
            c => literal(&mut section, &c.to_string()),
        }
    }
    section.scale -= 3 * commas;
    section
}

fn apply(section: &Section, mut digits: Digits) -> String {
    digits.shift(section.scale);
    let mut exponent = 0;
    if section.exponent.is_some() {
        let places = i32::try_from(section.whole.max(1)).unwrap_or(1);
        if !digits.is_zero() {
            exponent = digits.exponent() - (places - 1);
            digits.shift(-exponent);
            digits.round(section.fraction);
            if digits.whole.len() > section.whole.max(1) {
                digits.shift(-1);
                exponent += 1;
            }
        }
    }
    digits.round(section.fraction);
    let mut out = String::new();
    let total = digits.whole.len().max(section.forced_whole);
    let mut written = 0;
    let mut place = 0;
    let mut fraction_place = 0;
    let mut in_fraction = false;
    let push = |out: &mut String, written: &mut usize| {
        let left = total - *written;
        let digit = if left > digits.whole.len() { '0' } else { char::from(digits.whole.as_bytes()[digits.whole.len() - left]) };
        out.push(digit);
        *written += 1;
        let remaining = total - *written;
        if section.is_grouped && remaining > 0 && remaining.is_multiple_of(3) {
            out.push(',');
        }
    };
    for piece in &section.pieces {
        match piece {
            Piece::Digit if !in_fraction => {
                // The first place takes all digits that are more than the places.
                let rest = section.whole - place;
                while written < total && total - written > rest {
                    push(&mut out, &mut written);
                }
                if total - written == rest && written < total {
                    push(&mut out, &mut written);
                }
                place += 1;
            }
            Piece::Digit => {
                match digits.fraction.as_bytes().get(fraction_place) {
                    Some(digit) => out.push(char::from(*digit)),
                    None if fraction_place < section.forced_fraction => out.push('0'),
                    None => {}
                }
                fraction_place += 1;
            }
            Piece::Point => {
                in_fraction = true;
                while written < total {
                    push(&mut out, &mut written);
                }
                if !digits.fraction.is_empty() || section.forced_fraction > 0 {
                    out.push('.');
                }
            }
            Piece::Text(text) => out.push_str(text),
            Piece::Exponent => {
                let Some(form) = section.exponent else { continue };
                out.push(form.letter);
                if exponent < 0 {
                    out.push('-');
                } else if form.shows_plus {
                    out.push('+');
                }
                out.push_str(&format!("{:0width$}", exponent.unsigned_abs(), width = form.digits));
            }
        }
    }
    out
}
