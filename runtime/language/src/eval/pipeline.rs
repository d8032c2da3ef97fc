//! The commands of a pipeline, each from a list to a list.

use std::cmp::Ordering;
use std::sync::Arc;

use super::Machine;
use super::sort::sort_order;
use crate::arith;
use crate::compare::{self, Case};
use crate::convert::{to_double, to_integer};
use crate::fault::{Outcome, fault, refused};
use crate::tree::{Command, Expr, Measure, Select};
use crate::value::text::to_text;
use crate::value::{Object, ObjectKind, Table, Value};

impl Machine<'_> {
    pub(super) fn stage(&mut self, command: &Command, items: Vec<Value>) -> Outcome<Vec<Value>> {
        match command {
            Command::Where(code) => self.kept(items, &code.body),
            Command::WhereValue(test) => {
                let mut kept = Vec::new();
                for item in items {
                    if self.on_item(test, item.clone())?.is_true() {
                        kept.push(item);
                    }
                }
                Ok(kept)
            }
            Command::ForEach { begin, process, end } => {
                let mut out = Vec::new();
                if let Some(begin) = begin {
                    self.run(&begin.body, &mut out)?;
                }
                for item in items {
                    for code in process {
                        out.append(&mut self.with_item(item.clone(), &code.body)?);
                    }
                    self.spend(1)?;
                }
                if let Some(end) = end {
                    self.run(&end.body, &mut out)?;
                }
                Ok(out)
            }
            Command::ForEachMember(member) => {
                let mut out = Vec::new();
                for item in items {
                    if matches!(item, Value::Null) {
                        out.push(Value::Null);
                        continue;
                    }
                    match self.on_item(member, item)? {
                        Value::Array(inner) => out.extend(inner.iter().cloned()),
                        value => out.push(value),
                    }
                }
                Ok(out)
            }
            Command::Sort { keys, is_descending, is_unique, case } => self.sort(items, keys, *is_descending, *is_unique, *case),
            Command::Select(select) => self.select(items, select),
            Command::Measure(measure) => self.measure(&items, measure),
        }
    }

    /// An expression over `$_`.
    fn on_item(&mut self, expr: &Expr, item: Value) -> Outcome<Value> {
        self.spend(1)?;
        self.items.push(item);
        let value = self.eval(expr);
        self.items.pop();
        value
    }

    fn count(&mut self, expr: Option<&Expr>) -> Outcome<Option<usize>> {
        let Some(expr) = expr else { return Ok(None) };
        let value = self.eval(expr)?;
        match usize::try_from(to_integer::<i32>(&value)?) {
            Ok(count) => Ok(Some(count)),
            Err(_) => fault("ParameterArgumentValidationError", "the number of items is not negative"),
        }
    }

    fn select(&mut self, mut items: Vec<Value>, select: &Select) -> Outcome<Vec<Value>> {
        // The command passes over `$null`.
        items.retain(|item| !matches!(item, Value::Null));
        let skip = self.count(select.skip.as_ref())?;
        let skip_last = self.count(select.skip_last.as_ref())?;
        let first = self.count(select.first.as_ref())?;
        let last = self.count(select.last.as_ref())?;
        if let Some(skip) = skip {
            if last.is_some() && first.is_none() {
                // With -Last, -Skip counts from the end.
                items.truncate(items.len().saturating_sub(skip));
            } else {
                items.drain(..skip.min(items.len()));
            }
        }
        if let Some(skip) = skip_last {
            items.truncate(items.len().saturating_sub(skip));
        }
        match (first, last) {
            (Some(first), Some(last)) => {
                let len = items.len();
                let tail = items.split_off(first.min(len));
                let keep = tail.len().saturating_sub(last);
                items.extend(tail.into_iter().skip(keep));
            }
            (Some(first), None) => items.truncate(first),
            (None, Some(last)) => {
                items.drain(..items.len().saturating_sub(last));
            }
            (None, None) => {}
        }
        if let Some(name) = &select.expand {
            items = self.expanded(items, name)?;
        }
        if select.is_unique {
            items = self.unique(items)?;
        }
        Ok(items)
    }

    fn expanded(&mut self, items: Vec<Value>, name: &str) -> Outcome<Vec<Value>> {
        let mut out = Vec::new();
        for item in items {
            let has_it = match &item {
                Value::Table(table) => {
                    table.get(name).is_some() || ["count", "keys", "values"].contains(&name.to_ascii_lowercase().as_str())
                }
                Value::String(_) => name.eq_ignore_ascii_case("length"),
                Value::DateTime(_) | Value::TimeSpan(_) | Value::Version(_) | Value::Uri(_) | Value::Object(_) => {
                    !matches!(self.member(&item, name)?, Value::Null)
                }
                _ => false,
            };
            if !has_it {
                return fault("ExpandPropertyNotFound", format!("an item has no `{name}`"));
            }
            match self.member(&item, name)? {
                Value::Array(inner) => out.extend(inner.iter().cloned()),
                value => out.push(value),
            }
        }
        Ok(out)
    }

    /// The first of each that is the same, case included.
    fn unique(&mut self, items: Vec<Value>) -> Outcome<Vec<Value>> {
        if items.iter().any(|item| matches!(item, Value::Array(_) | Value::Table(_))) {
            return refused("`-Unique` of lists or hashtables is not available in an expression");
        }
        let mut kept: Vec<Value> = Vec::new();
        for item in items {
            self.spend(kept.len() + 1)?;
            if !matches!(item, Value::Null) && !kept.iter().any(|known| is_same(known, &item)) {
                kept.push(item);
            }
        }
        Ok(kept)
    }

    fn measure(&mut self, items: &[Value], measure: &Measure) -> Outcome<Vec<Value>> {
        let mut values = Vec::new();
        for item in items {
            match &measure.property {
                Some(name) => match self.member(item, name)? {
                    Value::Null => {}
                    value => values.push(value),
                },
                None if matches!(item, Value::Null) => {}
                None => values.push(item.clone()),
            }
        }
        self.spend(values.len())?;
        let is_empty = values.is_empty();
        let mut members = Table::new();
        members.insert("Count", Value::Int(i32::try_from(values.len()).unwrap_or(i32::MAX)));
        let sum = if measure.has_sum || measure.has_average { total(&values)? } else { 0.0 };
        #[expect(clippy::cast_precision_loss, reason = "lists are short")]
        let average = sum / values.len() as f64;
        let shown = |wanted: bool, value: Value| if wanted && !is_empty { value } else { Value::Null };
        members.insert("Average", shown(measure.has_average, Value::Double(average)));
        members.insert("Sum", shown(measure.has_sum, Value::Double(sum)));
        members.insert("Maximum", shown(measure.has_maximum, extreme(&values, Ordering::Greater)?));
        members.insert("Minimum", shown(measure.has_minimum, extreme(&values, Ordering::Less)?));
        members.insert("StandardDeviation", Value::Null);
        members.insert("Property", measure.property.as_deref().map_or(Value::Null, Value::from));
        if is_empty && (measure.has_sum || measure.has_average || measure.has_minimum || measure.has_maximum) && measure.property.is_some()
        {
            return fault("GenericMeasurePropertyNotFound", "no item has this member");
        }
        Ok(vec![Value::Object(Arc::new(Object { kind: ObjectKind::Measure, members }))])
    }
}

fn total(values: &[Value]) -> Outcome<f64> {
    let mut sum = 0.0;
    for value in values {
        match to_double(value) {
            Ok(number) => sum += number,
            Err(_) => return fault("NonNumericInputObject", format!("`{}` is not a number", to_text(value))),
        }
    }
    Ok(sum)
}

/// The largest or smallest; numbers become doubles.
fn extreme(values: &[Value], wanted: Ordering) -> Outcome<Value> {
    let mut best: Option<Value> = None;
    for value in values {
        let value = if arith::is_number(value) { Value::Double(to_double(value)?) } else { value.clone() };
        let is_better = match &best {
            Some(best) => sort_order(&value, best, Case::Ignore) == wanted,
            None => true,
        };
        if is_better {
            best = Some(value);
        }
    }
    Ok(best.unwrap_or(Value::Null))
}

fn is_same(a: &Value, b: &Value) -> bool {
    matches!((a, b), (Value::Null, Value::Null)) || compare::equal(a, b, Case::Respect)
}
