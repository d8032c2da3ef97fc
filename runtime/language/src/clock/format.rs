//! Writing dates by .NET's standard and custom formats, invariant culture.

use super::{Parts, day_of_week, parts};
use crate::value::{DateKind, DateTime};

pub(crate) const DAYS: [&str; 7] = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
pub(crate) const MONTHS: [&str; 12] =
    ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"];

/// The custom format that a one-letter format stands for.
pub(crate) fn standard(format: &str) -> Option<&'static str> {
    Some(match format {
        "d" => "MM/dd/yyyy",
        "D" => "dddd, dd MMMM yyyy",
        "f" => "dddd, dd MMMM yyyy HH:mm",
        "F" => "dddd, dd MMMM yyyy HH:mm:ss",
        "g" => "MM/dd/yyyy HH:mm",
        "G" => "MM/dd/yyyy HH:mm:ss",
        "m" | "M" => "MMMM dd",
        "o" | "O" => "yyyy'-'MM'-'dd'T'HH':'mm':'ss'.'fffffffK",
        "r" | "R" => "ddd, dd MMM yyyy HH':'mm':'ss 'GMT'",
        "s" => "yyyy'-'MM'-'dd'T'HH':'mm':'ss",
        "t" => "HH:mm",
        "T" => "HH:mm:ss",
        "u" => "yyyy'-'MM'-'dd HH':'mm':'ss'Z'",
        "U" => "dddd, dd MMMM yyyy HH:mm:ss",
        "y" | "Y" => "yyyy MMMM",
        _ => return None,
    })
}

/// A moment by a format, or `None` when it is no format.
pub(crate) fn format(moment: DateTime, format: &str) -> Option<String> {
    if format.is_empty() {
        return Some(super::to_general(moment));
    }
    if format.chars().count() == 1 {
        return custom(moment, standard(format)?);
    }
    custom(moment, format)
}

fn custom(moment: DateTime, format: &str) -> Option<String> {
    let p = parts(moment.ticks);
    let chars: Vec<char> = format.chars().collect();
    let mut out = String::new();
    let mut at = 0;
    while at < chars.len() {
        let c = chars[at];
        match c {
            '\'' | '"' => {
                let mut end = at + 1;
                while *chars.get(end)? != c {
                    if chars[end] == '\\' {
                        end += 1;
                    }
                    out.push(*chars.get(end)?);
                    end += 1;
                }
                at = end + 1;
            }
            '\\' => {
                out.push(*chars.get(at + 1)?);
                at += 2;
            }
            '%' => {
                let next = *chars.get(at + 1).filter(|c| **c != '%')?;
                field(&mut out, next, 1, &p, moment)?;
                at += 2;
            }
            _ => {
                let run = chars[at..].iter().take_while(|x| **x == c).count();
                field(&mut out, c, run, &p, moment)?;
                at += run;
            }
        }
    }
    Some(out)
}

fn field(out: &mut String, c: char, run: usize, p: &Parts, moment: DateTime) -> Option<()> {
    let pad = |number: i64| format!("{number:0width$}", width = run.min(2));
    let text = match c {
        'y' if run <= 2 => pad(p.year % 100),
        'y' => format!("{:0run$}", p.year),
        'M' if run <= 2 => pad(p.month),
        'M' => name(&MONTHS, p.month - 1, run),
        'd' if run <= 2 => pad(p.day),
        'd' => name(&DAYS, i64::from(day_of_week(moment.ticks)), run),
        'H' => pad(p.hour),
        'h' => pad(if p.hour % 12 == 0 { 12 } else { p.hour % 12 }),
        'm' => pad(p.minute),
        's' => pad(p.second),
        'f' | 'F' => {
            if run > 7 {
                return None;
            }
            let digits = format!("{:07}", p.fraction);
            if c == 'f' {
                digits[..run].to_owned()
            } else {
                let digits = digits[..run].trim_end_matches('0');
                // A fraction that is not there takes its point with it.
                if digits.is_empty() && out.ends_with('.') {
                    out.pop();
                }
                digits.to_owned()
            }
        }
        't' => {
            let half = if p.hour < 12 { "AM" } else { "PM" };
            half[..run.min(2)].to_owned()
        }
        'g' => "A.D.".to_owned(),
        'z' if run == 1 => "+0".to_owned(),
        'z' if run == 2 => "+00".to_owned(),
        'z' => "+00:00".to_owned(),
        'K' => match moment.kind {
            DateKind::Unspecified => String::new(),
            DateKind::Utc => "Z".repeat(run),
            DateKind::Local => "+00:00".repeat(run),
        },
        ':' | '/' => c.to_string().repeat(run),
        _ => c.to_string().repeat(run),
    };
    out.push_str(&text);
    Some(())
}

fn name(names: &[&str], index: i64, run: usize) -> String {
    let name = usize::try_from(index).ok().and_then(|index| names.get(index)).copied().unwrap_or_default();
    if run == 3 { name[..3].to_owned() } else { name.to_owned() }
}
