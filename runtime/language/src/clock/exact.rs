//! Reading dates by an exact format such as `yyyyMMdd`.

use super::parse::fraction_ticks;
use super::{Parts, format};
use crate::value::{DateKind, DateTime};

/// What has been read so far.
struct Reader<'t> {
    rest: &'t str,
    parts: Parts,
    kind: DateKind,
    is_pm: Option<bool>,
    has_date: bool,
}

/// Reads a text by a custom or standard format.
pub(crate) fn parse_exact(text: &str, pattern: &str) -> Option<DateTime> {
    let pattern: Vec<char> = format::standard(pattern).unwrap_or(pattern).chars().collect();
    let parts = Parts { year: 1, month: 1, day: 1, hour: 0, minute: 0, second: 0, fraction: 0 };
    let mut reader = Reader { rest: text, parts, kind: DateKind::Unspecified, is_pm: None, has_date: false };
    let mut at = 0;
    while at < pattern.len() {
        at += reader.piece(&pattern[at..])?;
    }
    if let Some(is_pm) = reader.is_pm {
        reader.parts.hour = reader.parts.hour % 12 + if is_pm { 12 } else { 0 };
    }
    let ticks = reader.parts.ticks().filter(|_| reader.rest.is_empty() && reader.has_date)?;
    Some(DateTime { ticks, kind: reader.kind })
}

impl Reader<'_> {
    /// Reads what the front of the pattern asks for; gives how many of its characters that were.
    fn piece(&mut self, pattern: &[char]) -> Option<usize> {
        let c = *pattern.first()?;
        match c {
            '\'' | '"' => {
                let end = pattern[1..].iter().position(|x| *x == c)?;
                let literal: String = pattern[1..=end].iter().collect();
                self.rest = self.rest.strip_prefix(literal.as_str())?;
                Some(end + 2)
            }
            '\\' => {
                self.rest = self.rest.strip_prefix(*pattern.get(1)?)?;
                Some(2)
            }
            'y' | 'M' | 'd' | 'H' | 'h' | 'm' | 's' | 'f' | 'F' | 't' | 'K' => {
                let run = pattern.iter().take_while(|x| **x == c).count();
                self.field(c, run)?;
                self.has_date |= matches!(c, 'y' | 'M' | 'd');
                Some(run)
            }
            _ => {
                self.rest = self.rest.strip_prefix(c)?;
                Some(1)
            }
        }
    }

    fn field(&mut self, c: char, run: usize) -> Option<()> {
        let two = run.min(2);
        match c {
            'y' if run >= 3 => self.parts.year = self.number(run, run.max(4))?,
            'y' => self.parts.year = self.number(two, 2).map(|y| y + if y < 50 { 2000 } else { 1900 })?,
            'M' if run <= 2 => self.parts.month = self.number(two, 2)?,
            'M' => self.parts.month = self.name(&format::MONTHS, run)? + 1,
            'd' if run <= 2 => self.parts.day = self.number(two, 2)?,
            'd' => {
                self.name(&format::DAYS, run)?;
            }
            'H' | 'h' => self.parts.hour = self.number(two, 2)?,
            'm' => self.parts.minute = self.number(two, 2)?,
            's' => self.parts.second = self.number(two, 2)?,
            'f' => self.parts.fraction = self.number(run, run).map(|fraction| fraction_ticks(fraction, run))?,
            'F' => {
                let digits = self.rest.bytes().take(run).take_while(u8::is_ascii_digit).count();
                self.parts.fraction =
                    if digits == 0 { 0 } else { self.number(digits, digits).map(|fraction| fraction_ticks(fraction, digits))? };
            }
            't' => {
                let half = self.rest.get(..two)?;
                self.is_pm = Some(half.to_ascii_uppercase().starts_with('P'));
                self.rest = &self.rest[two..];
            }
            _ if self.rest.is_empty() => {}
            _ => {
                self.rest = self.rest.strip_prefix('Z')?;
                self.kind = DateKind::Local;
            }
        }
        Some(())
    }

    /// Between `least` and `most` digits.
    fn number(&mut self, least: usize, most: usize) -> Option<i64> {
        let digits = self.rest.bytes().take(most).take_while(u8::is_ascii_digit).count();
        let number = self.rest.get(..digits).filter(|_| digits >= least)?.parse().ok();
        self.rest = &self.rest[digits..];
        number
    }

    /// A name, or its first three letters; gives its place in the list.
    fn name(&mut self, names: &[&str], run: usize) -> Option<i64> {
        let found = names.iter().enumerate().find_map(|(index, name)| {
            let len = if run == 3 { 3 } else { name.len() };
            self.rest.get(..len).filter(|head| head.eq_ignore_ascii_case(&name[..len])).map(|_| (index, len))
        });
        let (index, len) = found?;
        self.rest = &self.rest[len..];
        i64::try_from(index).ok()
    }
}
