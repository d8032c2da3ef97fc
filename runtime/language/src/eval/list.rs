//! Methods of lists and hashtables, with `.Where({})` and `.ForEach({})`.

use super::{Machine, array, call};
use crate::compare::{self, Case};
use crate::convert::{cast, to_integer};
use crate::fault::{Outcome, fault, refused};
use crate::tree::{Body, Expr, Kind};
use crate::value::text::to_text;
use crate::value::{Table, Value};

/// A method that a list has itself; `None` for one that it hands on to its items.
pub(super) fn array_method(items: &[Value], name: &'static str, arguments: &[Value]) -> Outcome<Option<Value>> {
    Ok(Some(match (name, arguments) {
        ("gettype", []) => Value::Type(crate::value::Type { base: crate::value::Base::Object, is_array: true }),
        ("tostring", []) => Value::from("System.Object[]"),
        ("equals", [_]) => return refused("`Equals` of a list is not available in an expression"),
        ("contains", [wanted]) => Value::Bool(items.iter().any(|item| is_identical(item, wanted))),
        ("indexof", [wanted]) => match items.iter().position(|item| is_identical(item, wanted)) {
            Some(at) => Value::Int(i32::try_from(at).unwrap_or(-1)),
            None => Value::Int(-1),
        },
        ("getvalue", [index]) => {
            let index: i32 = to_integer(index)?;
            match usize::try_from(index).ok().and_then(|index| items.get(index)) {
                Some(item) => item.clone(),
                None => return fault("IndexOutOfRangeException", "the index is outside the list"),
            }
        }
        ("getlength", [Value::Int(0)]) => Value::Int(i32::try_from(items.len()).unwrap_or(i32::MAX)),
        ("add" | "remove" | "insert", _) => return fault("NotSupportedException", "a list in an expression has a fixed size"),
        _ => return Ok(None),
    }))
}

/// Equal as .NET's `Equals`: same type, same value, case included.
fn is_identical(left: &Value, right: &Value) -> bool {
    match (left, right) {
        (Value::Null, Value::Null) => true,
        (Value::String(a), Value::String(b)) => a == b,
        _ => left.type_of().is_some() && left.type_of() == right.type_of() && compare::equal(left, right, Case::Respect),
    }
}

pub(super) fn table_method(table: &Table, name: &'static str, arguments: &[Value]) -> Outcome<Value> {
    match (name, arguments) {
        ("containskey" | "contains", [key]) => Ok(Value::Bool(table.find(key).is_some())),
        ("containsvalue", [wanted]) => Ok(Value::Bool(table.values().any(|value| is_identical(value, wanted)))),
        ("item", [key]) => Ok(table.find(key).cloned().unwrap_or(Value::Null)),
        ("add" | "remove", _) => refused("a hashtable cannot be changed in an expression; add two with `+`"),
        _ => call::not_found(&Value::from(table.clone()), name),
    }
}

fn items_of(value: &Value) -> Vec<Value> {
    match value {
        Value::Array(items) => items.to_vec(),
        value => vec![value.clone()],
    }
}

impl Machine<'_> {
    pub(super) fn where_method(&mut self, target: &Value, arguments: &[Expr]) -> Outcome<Value> {
        let [condition, rest @ ..] = arguments else { return fault("MethodCountCouldNotFindBest", "`.Where` takes a block") };
        let Kind::Block(code) = &condition.kind else { return refused("the condition of `.Where` is a block") };
        let mode = match rest.first() {
            Some(mode) => to_text(&self.eval(mode)?).to_ascii_lowercase(),
            None => "default".to_owned(),
        };
        let count = match rest.get(1) {
            Some(count) => usize::try_from(to_integer::<i32>(&self.eval(count)?)?).unwrap_or(0),
            None => 0,
        };
        let items = items_of(target);
        let mut met = Vec::with_capacity(items.len());
        for item in &items {
            self.spend(1)?;
            let put_out = self.with_item(item.clone(), &code.body)?;
            met.push(super::statement::collected(put_out).is_true());
        }
        pick(items, &met, &mode, count)
    }

    pub(super) fn foreach_method(&mut self, target: &Value, arguments: &[Expr]) -> Outcome<Value> {
        let [what, rest @ ..] = arguments else { return fault("MethodCountCouldNotFindBest", "`.ForEach` takes a block") };
        let mut out = Vec::new();
        if let Kind::Block(code) = &what.kind {
            for item in items_of(target) {
                self.spend(1)?;
                out.append(&mut self.with_item(item, &code.body)?);
            }
            return Ok(array(out));
        }
        let what = self.eval(what)?;
        let given: Outcome<Vec<Value>> = rest.iter().map(|argument| self.eval(argument)).collect();
        let given = given?;
        for item in items_of(target) {
            self.spend(1)?;
            out.push(match &what {
                Value::Type(to) => cast(&item, *to)?,
                _ if matches!(item, Value::Null) => Value::Null,
                name if matches!(item, Value::Table(_)) => self.member(&item, &to_text(name))?,
                name => self.named(&item, &to_text(name), &given)?,
            });
        }
        Ok(array(out))
    }

    /// `.ForEach('Name')`: the member, or the method where there is one.
    fn named(&mut self, item: &Value, name: &str, arguments: &[Value]) -> Outcome<Value> {
        const METHODS: [&str; 6] = ["tostring", "toupper", "tolower", "trim", "substring", "replace"];
        match METHODS.iter().find(|method| method.eq_ignore_ascii_case(name)) {
            Some(method) => call::method(item, method, arguments),
            None if arguments.is_empty() => self.member(item, name),
            None => refused(format!("`.ForEach('{name}', ...)` is not available in an expression")),
        }
    }

    pub(super) fn kept(&mut self, items: Vec<Value>, body: &Body) -> Outcome<Vec<Value>> {
        let mut kept = Vec::new();
        for item in items {
            self.spend(1)?;
            let put_out = self.with_item(item.clone(), body)?;
            if super::statement::collected(put_out).is_true() {
                kept.push(item);
            }
        }
        Ok(kept)
    }
}

/// The modes of `.Where`.
fn pick(items: Vec<Value>, met: &[bool], mode: &str, count: usize) -> Outcome<Value> {
    let first = met.iter().position(|met| *met).unwrap_or(items.len());
    let kept =
        |wanted: bool| -> Vec<Value> { items.iter().zip(met).filter(|(_, met)| **met == wanted).map(|(item, _)| item.clone()).collect() };
    let limited = |mut found: Vec<Value>, least: usize| {
        found.truncate(if count == 0 { least } else { count });
        found
    };
    Ok(array(match mode {
        "default" | "0" => limited(kept(true), usize::MAX),
        "first" => limited(kept(true), 1),
        "last" => {
            let found = kept(true);
            let take = count.max(1).min(found.len());
            found[found.len() - take..].to_vec()
        }
        "until" => limited(items[..first].to_vec(), usize::MAX),
        "skipuntil" => limited(items[first..].to_vec(), usize::MAX),
        "split" => vec![array(limited(kept(true), usize::MAX)), array(kept(false))],
        _ => return fault("MethodArgumentConversionInvalidCastArgument", "this is no mode of `.Where`"),
    }))
}
