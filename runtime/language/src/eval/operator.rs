//! Operators on two values that are neither arithmetic nor comparison.

use super::bits::bitwise;
use super::{Machine, array};
use crate::arith::{SIZE, too_large};
use crate::compare::{self, Case};
use crate::convert::{is_a, to_integer};
use crate::fault::{Outcome, fault};
use crate::tree::{Binary, Expr, Kind};
use crate::value::text::{item_text, to_text};
use crate::value::{Type, Value};
use crate::wildcard::Wildcard;

impl Machine<'_> {
    pub(super) fn binary(&mut self, op: Binary, case: Case, left: &Expr, right: &Expr) -> Outcome<Value> {
        match op {
            Binary::Contains => self.pair(left, right, |left, right| Ok(Value::Bool(contains(left, right, case)))),
            Binary::NotContains => self.pair(left, right, |left, right| Ok(Value::Bool(!contains(left, right, case)))),
            Binary::In => self.pair(left, right, |left, right| Ok(Value::Bool(contains(right, left, case)))),
            Binary::NotIn => self.pair(left, right, |left, right| Ok(Value::Bool(!contains(right, left, case)))),
            Binary::Xor => Ok(Value::Bool(self.is_true(left)? != self.is_true(right)?)),
            Binary::Split => {
                let left = self.eval(left)?;
                if let Kind::Block(code) = &right.kind {
                    return self.split_by(&left, &code.body);
                }
                let right = self.eval(right)?;
                self.split(&left, &right, case)
            }
            _ => {
                let (left, right) = (self.eval(left)?, self.eval(right)?);
                self.binary_values(op, &left, &right)
            }
        }
    }

    fn binary_values(&mut self, op: Binary, left: &Value, right: &Value) -> Outcome<Value> {
        match op {
            Binary::Join => {
                if let Value::Array(items) = left {
                    self.spend(items.len())?;
                }
                join(left, &to_text(right))
            }
            Binary::Format => crate::format::composite(&to_text(left), right).map(Value::from),
            Binary::Range => {
                let items = range(left, right)?;
                self.spend(items.len())?;
                Ok(array(items))
            }
            Binary::Is => is_a(left, type_from(right)?).map(Value::Bool),
            Binary::IsNot => is_a(left, type_from(right)?).map(|is| Value::Bool(!is)),
            Binary::As => {
                let to = type_from(right)?;
                match self.cast(left, to) {
                    Ok(value) => Ok(value),
                    Err(failed) if failed.code.starts_with("Stoa") => Err(failed),
                    Err(_) => Ok(Value::Null),
                }
            }
            other => bitwise(other, left, right),
        }
    }

    pub(super) fn like(&mut self, is_not: bool, case: Case, left: &Expr, right: &Expr, known: Option<&Wildcard>) -> Outcome<Value> {
        if let (Some(wildcard), Some(Value::String(text))) = (known, self.peek(left)) {
            return Ok(Value::Bool(wildcard.is_match(text) != is_not));
        }
        let left = self.eval(left)?;
        let made;
        let wildcard = match known {
            Some(wildcard) => wildcard,
            None => {
                let right = self.eval(right)?;
                made = Wildcard::new(&to_text(&right), case)?;
                &made
            }
        };
        match &left {
            Value::Array(items) => {
                self.spend(items.len())?;
                // What is kept is the text that was compared.
                let texts = items.iter().map(to_text).filter(|text| wildcard.is_match(text) != is_not);
                Ok(array(texts.map(|text| Value::from(text.as_ref())).collect()))
            }
            value => Ok(Value::Bool(wildcard.is_match(&to_text(value)) != is_not)),
        }
    }
}

fn contains(list: &Value, wanted: &Value, case: Case) -> bool {
    match list {
        Value::Array(items) => items.iter().any(|item| compare::equal(item, wanted, case)),
        one => compare::equal(one, wanted, case),
    }
}

fn type_from(value: &Value) -> Outcome<Type> {
    match value {
        Value::Type(found) => Ok(*found),
        other => match Type::parse(&to_text(other)) {
            Some(found) => Ok(found),
            None => fault("RuntimeException", format!("`{}` is not a type", to_text(other))),
        },
    }
}

/// `-join`: the items' texts with a separator between them.
pub(super) fn join(value: &Value, separator: &str) -> Outcome<Value> {
    let Value::Array(items) = value else { return Ok(Value::from(to_text(value).as_ref())) };
    let mut out = String::new();
    for (index, item) in items.iter().enumerate() {
        if index > 0 {
            out.push_str(separator);
        }
        out.push_str(&item_text(item));
        if out.len() > SIZE {
            return too_large();
        }
    }
    Ok(Value::from(out))
}

/// `-split 'a  b'`: at runs of white space.
pub(super) fn split_blanks(value: &Value) -> Outcome<Value> {
    let one = std::slice::from_ref(value);
    let items = match value {
        Value::Array(items) => items.as_slice(),
        _ => one,
    };
    let mut out = Vec::new();
    for item in items {
        let text = to_text(item);
        let before = out.len();
        out.extend(text.split_whitespace().map(Value::from));
        if out.len() == before {
            out.push(Value::from(""));
        }
    }
    Ok(array(out))
}

/// `left .. right`
fn range(left: &Value, right: &Value) -> Outcome<Vec<Value>> {
    if let (Some(a), Some(b)) = (single_char(left), single_char(right)) {
        let step = |from: u16, to: u16| -> Vec<Value> {
            if from <= to { (from..=to).map(Value::Char).collect() } else { (to..=from).rev().map(Value::Char).collect() }
        };
        return Ok(step(a, b));
    }
    let (a, b) = (bound(left)?, bound(right)?);
    let length = usize::try_from(i64::from(a).abs_diff(i64::from(b))).unwrap_or(usize::MAX);
    if length >= SIZE {
        return too_large();
    }
    Ok(if a <= b { (a..=b).map(Value::Int).collect() } else { (b..=a).rev().map(Value::Int).collect() })
}

/// A character, or a string of one that is no digit.
fn single_char(value: &Value) -> Option<u16> {
    match value {
        Value::Char(unit) => Some(*unit),
        Value::String(text) => {
            let mut units = text.encode_utf16();
            match (units.next(), units.next()) {
                (Some(unit), None) if !(48..58).contains(&unit) => Some(unit),
                _ => None,
            }
        }
        _ => None,
    }
}

fn bound(value: &Value) -> Outcome<i32> {
    match value {
        Value::String(text) => match text.trim().parse::<i32>() {
            Ok(number) => Ok(number),
            Err(_) => fault("System.FormatException", format!("`{text}` is not a whole number")),
        },
        Value::Array(_) | Value::Table(_) => fault("System.InvalidCastException", "a range needs numbers"),
        other => to_integer(other).map_err(|mut failed| {
            failed.code = "System.OverflowException".into();
            failed
        }),
    }
}
