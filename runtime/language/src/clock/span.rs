//! Durations: `d.hh:mm:ss.fffffff` both ways.

use super::{TICKS_DAY, TICKS_SECOND};

/// The constant form: `-1.02:03:04.5000000`.
pub(crate) fn constant(ticks: i64) -> String {
    let sign = if ticks < 0 { "-" } else { "" };
    let total = ticks.unsigned_abs();
    let unit = TICKS_SECOND.unsigned_abs();
    let (days, fraction, seconds) = (total / TICKS_DAY.unsigned_abs(), total % unit, total / unit % 86_400);
    let days = if days > 0 { format!("{days}.") } else { String::new() };
    let fraction = if fraction > 0 { format!(".{fraction:07}") } else { String::new() };
    format!("{sign}{days}{:02}:{:02}:{:02}{fraction}", seconds / 3600, seconds / 60 % 60, seconds % 60)
}

/// The standard formats `c t T g G` and custom ones.
pub(crate) fn format(ticks: i64, format: &str) -> Option<String> {
    let total = ticks.unsigned_abs();
    let unit = TICKS_SECOND.unsigned_abs();
    let (days, fraction, seconds) = (total / TICKS_DAY.unsigned_abs(), total % unit, total / unit % 86_400);
    let (hours, minutes, rest) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    let sign = if ticks < 0 { "-" } else { "" };
    match format {
        "" | "c" | "t" | "T" => return Some(constant(ticks)),
        "g" => {
            let days = if days > 0 { format!("{days}:") } else { String::new() };
            let digits = format!("{fraction:07}");
            let digits = digits.trim_end_matches('0');
            let point = if digits.is_empty() { "" } else { "." };
            return Some(format!("{sign}{days}{hours}:{minutes:02}:{rest:02}{point}{digits}"));
        }
        "G" => return Some(format!("{sign}{days}:{hours:02}:{minutes:02}:{rest:02}.{fraction:07}")),
        _ => {}
    }
    if format.chars().count() == 1 {
        return None;
    }
    custom(format.strip_prefix('%').unwrap_or(format), days, [hours, minutes, rest], fraction)
}

fn custom(format: &str, days: u64, [hours, minutes, seconds]: [u64; 3], fraction: u64) -> Option<String> {
    let chars: Vec<char> = format.chars().collect();
    let mut out = String::new();
    let mut at = 0;
    while at < chars.len() {
        let c = chars[at];
        let run = chars[at..].iter().take_while(|x| **x == c).count();
        let (number, most) = match c {
            'd' => (days, 8),
            'h' => (hours, 2),
            'm' => (minutes, 2),
            's' => (seconds, 2),
            'f' | 'F' => {
                if run > 7 {
                    return None;
                }
                let digits = &format!("{fraction:07}")[..run];
                out.push_str(if c == 'F' { digits.trim_end_matches('0') } else { digits });
                at += run;
                continue;
            }
            '\'' | '"' => {
                let end = chars[at + 1..].iter().position(|x| *x == c)?;
                out.extend(&chars[at + 1..at + 1 + end]);
                at += end + 2;
                continue;
            }
            '\\' => {
                out.push(*chars.get(at + 1)?);
                at += 2;
                continue;
            }
            // Unlike dates, durations take no separator that is not escaped.
            _ => return None,
        };
        if run > most {
            return None;
        }
        out.push_str(&format!("{number:0run$}"));
        at += run;
    }
    Some(out)
}

/// Reads `d`, `h:m`, `h:m:s`, `d.h:m`, `d.h:m:s.f`, `d:h:m:s` and the like, with a sign.
pub(crate) fn parse(text: &str) -> Option<i64> {
    let text = text.trim();
    let (is_negative, text) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
    let mut pieces: Vec<&str> = text.split(':').collect();
    let mut days = "0";
    let mut fraction = "";
    match pieces.as_mut_slice() {
        [only] => {
            days = only;
            pieces = vec!["0", "0", "0"];
        }
        [first, _, ..] => {
            if let Some((before, after)) = first.split_once('.') {
                days = before;
                *first = after;
            } else if pieces.len() == 4 {
                days = pieces.remove(0);
            }
            if pieces.len() == 3
                && let Some((before, after)) = pieces[2].split_once('.')
            {
                fraction = after;
                pieces[2] = before;
            }
        }
        [] => return None,
    }
    if pieces.len() > 3 {
        return None;
    }
    let number = |text: &str| -> Option<i64> {
        let is_number = !text.is_empty() && text.len() <= 8 && text.bytes().all(|b| b.is_ascii_digit());
        if is_number { text.parse().ok() } else { None }
    };
    let days = number(days)?;
    let hours = number(pieces.first()?)?;
    let minutes = number(pieces.get(1)?)?;
    let seconds = pieces.get(2).map_or(Some(0), |text| number(text))?;
    if hours > 23 || minutes > 59 || seconds > 59 || fraction.len() > 7 {
        return None;
    }
    let fraction = if fraction.is_empty() { 0 } else { number(&format!("{fraction:0<7}"))? };
    let ticks = days.checked_mul(TICKS_DAY)?.checked_add(((hours * 60 + minutes) * 60 + seconds) * TICKS_SECOND + fraction)?;
    Some(if is_negative { -ticks } else { ticks })
}
