//! The kinds of nodes that hold others: lists, hashtables, members, calls.

use super::{Machine, statement, statics};
use crate::arith;
use crate::fault::{Outcome, fault};
use crate::tree::{Kind, Name, Piece};
use crate::value::text::to_text;
use crate::value::{Table, Value};

impl Machine<'_> {
    /// The kinds that hold others: apart, so that the frame of the everyday ones stays small.
    #[inline(never)]
    pub(super) fn composed(&mut self, kind: &Kind) -> Outcome<Value> {
        match kind {
            Kind::Expand(pieces) => self.expand(pieces),
            Kind::List(items) => {
                let items: Outcome<Vec<Value>> = items.iter().map(|item| self.eval(item)).collect();
                Ok(Value::from(items?))
            }
            Kind::Array(body) => {
                let mut out = Vec::new();
                self.run(body, &mut out)?;
                Ok(Value::from(out))
            }
            Kind::Sub(body) => {
                let mut out = Vec::new();
                self.run(body, &mut out)?;
                Ok(statement::collected(out))
            }
            Kind::Paren(inner) => self.value_of(inner),
            Kind::Table { is_ordered, entries } => {
                let mut table = if *is_ordered { Table::ordered() } else { Table::new() };
                for (key, value) in entries {
                    let key = self.eval(key)?;
                    if matches!(key, Value::Null) {
                        return fault("InvalidNullKey", "a key of a hashtable cannot be $null");
                    }
                    let value = self.value_of(value)?;
                    let name = to_text(&key).into_owned();
                    if !table.add(key, value) {
                        return fault("DuplicateKeyInHashLiteral", format!("the key `{name}` stands twice in the hashtable"));
                    }
                }
                Ok(Value::from(table))
            }
            Kind::Block(code) => Ok(code.value.clone()),
            Kind::Member { target, name, is_safe } => {
                let target = self.eval(target)?;
                if *is_safe && matches!(target, Value::Null) {
                    return Ok(Value::Null);
                }
                match name {
                    Name::Known(name) => self.member(&target, name),
                    Name::Computed(name) => {
                        let name = self.eval(name)?;
                        self.member(&target, &to_text(&name))
                    }
                }
            }
            Kind::Index { target, index, is_safe } => {
                let target = self.eval(target)?;
                if *is_safe && matches!(target, Value::Null) {
                    return Ok(Value::Null);
                }
                let index = self.eval(index)?;
                self.index(&target, &index)
            }
            Kind::Call { target, name, arguments, is_safe } => {
                let target = self.eval(target)?;
                if *is_safe && matches!(target, Value::Null) {
                    return Ok(Value::Null);
                }
                self.call(&target, name, arguments)
            }
            Kind::Static(owner, name) => statics::member(*owner, name),
            Kind::StaticCall(owner, name, arguments) => {
                let arguments: Outcome<Vec<Value>> = arguments.iter().map(|argument| self.eval(argument)).collect();
                statics::call(*owner, name, &arguments?)
            }
            _ => Ok(Value::Null),
        }
    }

    pub(super) fn path(&mut self, slot: usize, names: &[Box<str>]) -> Outcome<Value> {
        let mut value = self.slots.get(slot).cloned().unwrap_or(Value::Null);
        for name in names {
            value = self.member(&value, name)?;
        }
        Ok(value)
    }

    pub(super) fn expand(&mut self, pieces: &[Piece]) -> Outcome<Value> {
        let mut out = String::new();
        for piece in pieces {
            match piece {
                Piece::Text(text) => out.push_str(text),
                Piece::Value(expr) => match self.peek(expr) {
                    Some(value) => out.push_str(&to_text(value)),
                    None => {
                        let value = self.eval(expr)?;
                        out.push_str(&to_text(&value));
                    }
                },
            }
            if out.len() > arith::SIZE {
                return arith::too_large();
            }
        }
        self.spend(out.len() / 64)?;
        Ok(Value::from(out))
    }
}
