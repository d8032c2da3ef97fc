//! Operators on two values that are neither arithmetic nor comparison.

use super::{Machine, array};
use crate::arith::{self, SIZE, too_large};
use crate::compare::{self, Case};
use crate::convert::{cast, is_a, string_to_number, to_double, to_integer, to_whole};
use crate::fault::{Outcome, fault, refused};
use crate::tree::{Binary, Expr, Kind};
use crate::value::text::{item_text, to_text};
use crate::value::{Base, Type, Value};
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

/// The number an operand of a bitwise operator stands for, in the type it is computed in.
fn bits(value: &Value, other: &Value) -> Outcome<Value> {
    match value {
        Value::Null => Ok(Value::Int(0)),
        Value::Bool(value) => Ok(Value::Int(i32::from(*value))),
        Value::Enum(_) => refused("an enumeration's bits are not available in an expression"),
        Value::Big(_) => Ok(value.clone()),
        Value::String(text) => string_to_number(text, other),
        value if arith::type_code(value).is_some() => Ok(value.clone()),
        _ => fault("MethodNotFound", "this has no bits"),
    }
}

fn is_wide(value: &Value) -> bool {
    matches!(value, Value::Double(_) | Value::Decimal(_))
}

fn bitwise(op: Binary, left: &Value, right: &Value) -> Outcome<Value> {
    if matches!(op, Binary::ShiftLeft | Binary::ShiftRight) {
        return shift(op, left, right);
    }
    let combine = |a: i128, b: i128| match op {
        Binary::BitAnd => a & b,
        Binary::BitOr => a | b,
        _ => a ^ b,
    };
    let (a, b) = (bits(left, right)?, bits(right, left)?);
    if is_wide(&a) || is_wide(&b) {
        let (a, b) = if matches!(arith::width(&a, &b), Some(arith::Width::Double)) { (as_double(&a)?, as_double(&b)?) } else { (a, b) };
        let bits = combine(unsigned(&a)?, unsigned(&b)?);
        let is_signed = is_negative(&a) || is_negative(&b);
        return Ok(if is_signed { Value::Long(signed(bits)) } else { wide(bits) });
    }
    if matches!(a, Value::Big(_)) || matches!(b, Value::Big(_)) {
        return Ok(Value::Big(std::sync::Arc::new(combine(to_whole(&a)?, to_whole(&b)?))));
    }
    if matches!(a, Value::ULong(_)) || matches!(b, Value::ULong(_)) {
        return Ok(wide(combine(to_whole(&a)?, to_whole(&b)?)));
    }
    match arith::width(&a, &b) {
        Some(width) => {
            let result = combine(to_whole(&a)?, to_whole(&b)?);
            Ok(match width {
                arith::Width::Int => int_or_long(result),
                arith::Width::UInt => Value::UInt(truncated(result)),
                arith::Width::Long => i64::try_from(result).map_or(Value::Null, Value::Long),
                _ => wide(result),
            })
        }
        None => fault("MethodNotFound", "these have no bits"),
    }
}

fn int_or_long(number: i128) -> Value {
    i32::try_from(number).map_or_else(|_| i64::try_from(number).map_or(Value::Null, Value::Long), Value::Int)
}

fn truncated(number: i128) -> u32 {
    u32::try_from(number & i128::from(u32::MAX)).unwrap_or(0)
}

/// The sixty-four bits of a number with a fraction.
fn unsigned(value: &Value) -> Outcome<i128> {
    let number = if is_negative(value) { i128::from(to_integer::<i64>(value)?) } else { i128::from(to_integer::<u64>(value)?) };
    Ok(number & i128::from(u64::MAX))
}

fn as_double(value: &Value) -> Outcome<Value> {
    to_double(value).map(Value::Double)
}

fn is_negative(value: &Value) -> bool {
    match value {
        Value::Double(number) => *number < 0.0,
        Value::Decimal(number) => number.is_sign_negative() && !number.is_zero(),
        other => to_whole(other).is_ok_and(|number| number < 0),
    }
}

fn signed(bits: i128) -> i64 {
    u64::try_from(bits & i128::from(u64::MAX)).unwrap_or(0).cast_signed()
}

fn wide(bits: i128) -> Value {
    Value::ULong(u64::try_from(bits & i128::from(u64::MAX)).unwrap_or(0))
}

fn shift(op: Binary, left: &Value, right: &Value) -> Outcome<Value> {
    let left = match left {
        Value::Null => return Ok(Value::Int(0)),
        Value::Bool(_) | Value::Char(_) => return fault("NotADefinedOperationForType", "this cannot be shifted"),
        value => match bits(value, right)? {
            value @ (Value::Double(_) | Value::Decimal(_)) => Value::Int(to_integer(&value)?),
            value => value,
        },
    };
    let by: i32 = to_integer(&match right {
        Value::String(text) => string_to_number(text, &Value::Int(0))?,
        other => other.clone(),
    })?;
    let by = by.cast_unsigned();
    let is_left = op == Binary::ShiftLeft;
    if let Some(done) = shift_small(&left, by, is_left) {
        return Ok(done);
    }
    Ok(match left {
        Value::Big(_) => return refused("shifting a [bigint] is not available in an expression"),
        Value::Long(n) => Value::Long(if is_left { n.wrapping_shl(by) } else { n.wrapping_shr(by) }),
        Value::ULong(n) => Value::ULong(if is_left { n.wrapping_shl(by) } else { n.wrapping_shr(by) }),
        Value::UInt(n) => Value::UInt(if is_left { n.wrapping_shl(by) } else { n.wrapping_shr(by) }),
        other => {
            let n: i32 = to_integer(&other)?;
            Value::Int(if is_left { n.wrapping_shl(by) } else { n.wrapping_shr(by) })
        }
    })
}

/// Types of fewer than 32 bits are shifted as ints and cut to their own width.
fn shift_small(left: &Value, by: u32, is_left: bool) -> Option<Value> {
    let number = i32::try_from(to_whole(left).ok()?).ok()?;
    let shifted = if is_left { number.wrapping_shl(by) } else { number.wrapping_shr(by) };
    let [low, high, ..] = shifted.to_le_bytes();
    Some(match left {
        Value::Byte(_) => Value::Byte(low),
        Value::SByte(_) => Value::SByte(low.cast_signed()),
        Value::UShort(_) => Value::UShort(u16::from_le_bytes([low, high])),
        Value::Short(_) => Value::Short(i16::from_le_bytes([low, high])),
        _ => return None,
    })
}

/// `-bnot`
pub(super) fn bit_not(value: &Value) -> Outcome<Value> {
    match bits(value, &Value::Int(0))? {
        Value::Long(n) => Ok(Value::Long(!n)),
        Value::Big(n) => Ok(Value::Big(std::sync::Arc::new(!*n))),
        Value::ULong(n) => Ok(Value::ULong(!n)),
        Value::UInt(n) => Ok(Value::UInt(!n)),
        value @ (Value::Double(_) | Value::Decimal(_)) => {
            // The smallest whole type that holds it.
            let number = to_double(&value)?.round_ties_even();
            match to_integer::<i32>(&Value::Double(number)) {
                Ok(n) => Ok(Value::Int(!n)),
                Err(_) => to_integer::<i64>(&Value::Double(number)).map(|n| Value::Long(!n)),
            }
        }
        other => cast(&other, Type::of(Base::Int)).and_then(|value| to_integer::<i32>(&value)).map(|n| Value::Int(!n)),
    }
}
