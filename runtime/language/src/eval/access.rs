//! Members and indexes.

use super::property::own_property;
use super::{Machine, array};
use crate::arith::SIZE;
use crate::convert::to_integer;
use crate::fault::{Outcome, fault, refused};
use crate::value::Value;

impl Machine<'_> {
    /// `value.Name`; what is not there is `$null`.
    pub(super) fn member(&mut self, value: &Value, name: &str) -> Outcome<Value> {
        if let Value::Table(table) = value
            && let Some(found) = table.get(name)
        {
            return Ok(found.clone());
        }
        let lower = name.to_ascii_lowercase();
        match self.property(value, name, &lower)? {
            Some(found) => Ok(found),
            None => Ok(Value::Null),
        }
    }

    fn property(&mut self, value: &Value, name: &str, lower: &str) -> Outcome<Option<Value>> {
        self.spend(1)?;
        if lower.starts_with("ps") && matches!(lower, "psobject" | "psbase" | "psadapted" | "psextended" | "pstypenames") {
            return refused(format!("the member `{name}` is not available in an expression"));
        }
        if let Value::Array(items) = value {
            return match lower {
                "count" | "length" => Ok(Some(int(items.len()))),
                "longlength" => Ok(Some(Value::Long(i64::try_from(items.len()).unwrap_or(i64::MAX)))),
                "rank" => Ok(Some(Value::Int(1))),
                "isfixedsize" => Ok(Some(Value::Bool(true))),
                "isreadonly" | "issynchronized" => Ok(Some(Value::Bool(false))),
                "syncroot" => refused("the member `SyncRoot` is not available in an expression"),
                _ => self.of_each(items, name, lower),
            };
        }
        let own = own_property(value, name, lower)?;
        if own.is_none() && matches!(lower, "count" | "length") {
            return Ok(Some(Value::Int(i32::from(!matches!(value, Value::Null)))));
        }
        Ok(own)
    }

    /// The member of every item that has it, in one list.
    fn of_each(&mut self, items: &[Value], name: &str, lower: &str) -> Outcome<Option<Value>> {
        let mut found = Vec::new();
        for item in items {
            let member = match item {
                Value::Array(_) => self.property(item, name, lower)?,
                item => own_property(item, name, lower)?,
            };
            self.spend(1)?;
            match member {
                Some(Value::Array(inner)) => found.extend(inner.iter().cloned()),
                Some(member) => found.push(member),
                None => {}
            }
        }
        Ok(match found.len() {
            0 => None,
            1 => found.pop(),
            _ => Some(array(found)),
        })
    }

    /// `value[index]`
    pub(super) fn index(&mut self, value: &Value, index: &Value) -> Outcome<Value> {
        if matches!(value, Value::Null) {
            return fault("NullArray", "$null has no items");
        }
        match index {
            Value::Null => fault("NullArrayIndex", "an index cannot be $null"),
            Value::Array(indexes) => {
                self.spend(indexes.len())?;
                // Only lists, strings and hashtables have items to choose from.
                if !matches!(value, Value::Array(_) | Value::String(_) | Value::Table(_) | Value::Object(_)) {
                    return Ok(Value::Null);
                }
                if indexes.len() > SIZE {
                    return crate::arith::too_large();
                }
                let is_table = matches!(value, Value::Table(_));
                let mut found = Vec::new();
                for index in indexes.iter() {
                    match at(value, index)? {
                        Some(item) => found.push(item),
                        // A key that is not there is $null; an index that is not there is nothing.
                        None if is_table => found.push(Value::Null),
                        None => {}
                    }
                }
                Ok(array(found))
            }
            index => Ok(at(value, index)?.unwrap_or(Value::Null)),
        }
    }
}

pub(super) fn int(number: usize) -> Value {
    Value::Int(i32::try_from(number).unwrap_or(i32::MAX))
}

fn at(value: &Value, index: &Value) -> Outcome<Option<Value>> {
    if let Value::Table(table) = value {
        if table.is_ordered()
            && let Value::Int(_) = index
        {
            return Ok(position(index, table.len()).and_then(|position| table.at(position)).cloned());
        }
        return Ok(table.find(index).cloned());
    }
    Ok(match value {
        Value::Array(items) => position(index, items.len()).map(|position| items[position].clone()),
        Value::String(text) if text.is_ascii() => {
            position(index, text.len()).map(|position| Value::Char(u16::from(text.as_bytes()[position])))
        }
        Value::String(text) => {
            let units: Vec<u16> = text.encode_utf16().collect();
            position(index, units.len()).map(|position| Value::Char(units[position]))
        }
        Value::Object(object) => return refused(format!("an index of a {} is not available", object.kind.full_name())),
        // What is no list has itself as its only item.
        one => position(index, 1).map(|_| one.clone()),
    })
}

/// An index as a position, counted from the end where negative.
fn position(index: &Value, len: usize) -> Option<usize> {
    let index: i32 = to_integer(index).ok()?;
    let index = i64::from(index);
    let len = i64::try_from(len).ok()?;
    let position = if index < 0 { len + index } else { index };
    usize::try_from(position).ok().filter(|_| position < len)
}
