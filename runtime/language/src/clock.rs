//! Dates and durations as .NET counts them: ticks of 100 ns, the proleptic Gregorian calendar, invariant culture.
//! There is no clock here: a text that leaves out its year has no value.

mod exact;
pub(crate) mod format;
mod parse;
mod span;

pub(crate) use exact::parse_exact;
pub(crate) use parse::{Parsed, parse};
pub(crate) use span::{constant as span_constant, format as span_format, parse as parse_span};

use crate::value::{DateKind, DateTime};

pub(crate) const TICKS_SECOND: i64 = 10_000_000;
pub(crate) const TICKS_DAY: i64 = 86_400 * TICKS_SECOND;
/// The last tick of the year 9999.
pub(crate) const MAX_TICKS: i64 = 3_155_378_975_999_999_999;
/// The first of January 1970.
const UNIX_DAY: i64 = 719_162;

/// A moment taken apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Parts {
    pub(crate) year: i64,
    pub(crate) month: i64,
    pub(crate) day: i64,
    pub(crate) hour: i64,
    pub(crate) minute: i64,
    pub(crate) second: i64,
    /// Ticks within the second.
    pub(crate) fraction: i64,
}

impl Parts {
    /// The ticks of the parts, or `None` when there is no such moment.
    pub(crate) fn ticks(self) -> Option<i64> {
        let valid = (1..=9999).contains(&self.year)
            && (1..=12).contains(&self.month)
            && self.day >= 1
            && self.day <= days_in_month(self.year, self.month)
            && (0..24).contains(&self.hour)
            && (0..60).contains(&self.minute)
            && (0..60).contains(&self.second);
        valid.then(|| {
            let days = days_before(self.year, self.month) + self.day - 1;
            days * TICKS_DAY + ((self.hour * 60 + self.minute) * 60 + self.second) * TICKS_SECOND + self.fraction
        })
    }
}

pub(crate) fn is_leap(year: i64) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

pub(crate) fn days_in_month(year: i64, month: i64) -> i64 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if is_leap(year) => 29,
        2 => 28,
        _ => 31,
    }
}

/// Days from the first day of the year 1 to the first of a month.
fn days_before(year: i64, month: i64) -> i64 {
    let y = year - 1;
    let mut days = y * 365 + y / 4 - y / 100 + y / 400;
    for m in 1..month {
        days += days_in_month(year, m);
    }
    days
}

/// Takes ticks apart.
pub(crate) fn parts(ticks: i64) -> Parts {
    let days = ticks.div_euclid(TICKS_DAY);
    let rest = ticks.rem_euclid(TICKS_DAY);
    // Days since 0000-03-01, so that a leap day is the last of its year.
    let shifted = days - UNIX_DAY + 719_468;
    let era = shifted.div_euclid(146_097);
    let of_era = shifted.rem_euclid(146_097);
    let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    let seconds = rest / TICKS_SECOND;
    Parts { year, month, day, hour: seconds / 3600, minute: seconds / 60 % 60, second: seconds % 60, fraction: rest % TICKS_SECOND }
}

pub(crate) fn day_of_week(ticks: i64) -> i32 {
    i32::try_from((ticks.div_euclid(TICKS_DAY) + 1).rem_euclid(7)).unwrap_or(0)
}

pub(crate) fn day_of_year(ticks: i64) -> i64 {
    let parts = parts(ticks);
    days_before(parts.year, parts.month) + parts.day - days_before(parts.year, 1)
}

/// Adds months; a day that the month does not have becomes its last.
pub(crate) fn add_months(ticks: i64, months: i64) -> Option<i64> {
    let mut parts = parts(ticks);
    let index = parts.year.checked_mul(12)?.checked_add(parts.month - 1)?.checked_add(months)?;
    parts.year = index.div_euclid(12);
    parts.month = index.rem_euclid(12) + 1;
    if !(1..=9999).contains(&parts.year) {
        return None;
    }
    parts.day = parts.day.min(days_in_month(parts.year, parts.month));
    parts.ticks()
}

/// A moment `ticks` later, if it is still one.
pub(crate) fn add(moment: DateTime, ticks: i64) -> Option<DateTime> {
    let sum = moment.ticks.checked_add(ticks).filter(|ticks| (0..=MAX_TICKS).contains(ticks))?;
    Some(DateTime { ticks: sum, kind: moment.kind })
}

/// The form a moment has in a string: `02/29/2024 13:04:05`.
pub(crate) fn to_general(moment: DateTime) -> String {
    let p = parts(moment.ticks);
    format!("{:02}/{:02}/{:04} {:02}:{:02}:{:02}", p.month, p.day, p.year, p.hour, p.minute, p.second)
}

/// The round-trip form `o`.
pub(crate) fn to_round_trip(moment: DateTime) -> String {
    let p = parts(moment.ticks);
    let zone = match moment.kind {
        DateKind::Unspecified => "",
        DateKind::Utc => "Z",
        DateKind::Local => "+00:00",
    };
    format!("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:07}{zone}", p.year, p.month, p.day, p.hour, p.minute, p.second, p.fraction)
}
