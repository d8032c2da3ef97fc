//! The elements of CLIXML that hold one value.

use base64::{Engine, engine::general_purpose::STANDARD};
use chrono::{DateTime, NaiveDateTime, Utc};
use model::Value;
use rust_decimal::Decimal;

/// The value of an element `name` that holds `text`, or nothing if the text is not of its type. Names that are not known are text.
pub(super) fn primitive(name: &str, text: String) -> Option<Value> {
    let trimmed = text.trim();
    Some(match name {
        "B" => Value::Bool(trimmed.parse().ok()?),
        "By" | "SB" | "I16" | "U16" | "I32" => Value::Int(trimmed.parse().ok()?),
        "U32" | "I64" => whole(trimmed.parse().ok()?, name),
        "U64" => match trimmed.parse::<u64>().ok()? {
            value if value <= i64::MAX as u64 => Value::Long(value as i64),
            value => Value::Decimal(Decimal::from(value)),
        },
        "Db" | "Sg" => Value::Double(double(trimmed)?),
        "D" => Value::Decimal(decimal(trimmed)?),
        "C" => Value::Text(char_of(trimmed)?),
        "DT" => Value::DateTime(time(trimmed)?),
        "TS" => Value::Duration(duration(trimmed)?),
        "G" => Value::Guid(trimmed.parse().ok()?),
        "Version" => Value::Version(trimmed.to_owned()),
        "BA" => Value::Text(STANDARD.encode(STANDARD.decode(trimmed).ok()?)),
        _ => Value::Text(text),
    })
}

/// A key as the name of an entry.
pub(super) fn key_text(key: &Value) -> String {
    match key {
        Value::Text(text) => text.clone(),
        Value::Bool(value) => if *value { "True" } else { "False" }.to_owned(),
        other => other.to_wire().as_str().map_or_else(|| other.to_wire().to_string(), str::to_owned),
    }
}

/// A `[uint]` that fits stays an int; a `[long]` stays a long whatever its size.
fn whole(value: i64, name: &str) -> Value {
    match i32::try_from(value) {
        Ok(small) if name == "U32" => Value::Int(small),
        _ => Value::Long(value),
    }
}

fn double(text: &str) -> Option<f64> {
    match text {
        "INF" => Some(f64::INFINITY),
        "-INF" => Some(f64::NEG_INFINITY),
        "NaN" => Some(f64::NAN),
        _ => text.parse().ok(),
    }
}

fn decimal(text: &str) -> Option<Decimal> {
    text.parse().ok().or_else(|| Decimal::from_scientific(text).ok())
}

/// A `[char]` is the number of its UTF-16 unit.
fn char_of(text: &str) -> Option<String> {
    Some(String::from_utf16_lossy(&[text.parse().ok()?]))
}

/// A time with its offset; one without says nothing and is taken as UTC.
fn time(text: &str) -> Option<DateTime<Utc>> {
    match DateTime::parse_from_rfc3339(text) {
        Ok(time) => Some(time.with_timezone(&Utc)),
        Err(_) => text.parse::<NaiveDateTime>().ok().map(|time| time.and_utc()),
    }
}

/// A time span as XML Schema writes it, in ticks; years and months are not written for one.
fn duration(text: &str) -> Option<i64> {
    let (sign, rest) = text.strip_prefix('-').map_or((1, text), |rest| (-1, rest));
    let (days, time) = rest.strip_prefix('P')?.split_once('T').unwrap_or((&rest[1..], ""));
    let mut ticks = 0i128;
    let mut number = String::new();
    for (character, in_days) in days.chars().map(|one| (one, true)).chain(time.chars().map(|one| (one, false))) {
        let unit: i128 = match character {
            '0'..='9' | '.' => {
                number.push(character);
                continue;
            }
            'D' if in_days => 864_000_000_000,
            'H' if !in_days => 36_000_000_000,
            'M' if !in_days => 600_000_000,
            'S' if !in_days => 10_000_000,
            _ => return None,
        };
        ticks += scaled(&std::mem::take(&mut number), unit)?;
    }
    if number.is_empty() { i64::try_from(sign * ticks).ok() } else { None }
}

/// `number` times `unit`, with up to seven decimals.
fn scaled(number: &str, unit: i128) -> Option<i128> {
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    let fraction: String = format!("{fraction:0<7}").chars().take(7).collect();
    Some(whole.parse::<i128>().ok()? * unit + fraction.parse::<i128>().ok()? * unit / 10_000_000)
}
