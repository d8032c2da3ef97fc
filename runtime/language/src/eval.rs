//! Evaluation: a walk over the tree with a bound on steps and sizes. The tree's height is bounded when it is made,
//! so the walk may recurse.

mod access;
mod bits;
mod call;
mod composed;
mod date;
mod list;
mod operator;
mod pipeline;
mod property;
mod regex;
mod sort;
mod split;
mod statement;
mod statics;
mod text;

use std::borrow::Cow;
use std::sync::Arc;

use crate::arith;
use crate::compare;
use crate::convert;
use crate::fault::{Outcome, fault};
use crate::tree::{Expr, Kind, Unary};
use crate::value::{Base, Type, Value};

/// How many nodes one evaluation may visit.
const STEPS: u32 = 500_000;

/// One evaluation.
pub(crate) struct Machine<'a> {
    slots: &'a [Value],
    /// The values of `$_`, innermost last.
    items: Vec<Value>,
    /// `$Matches` after a match that succeeded.
    matches: Value,
    steps: u32,
    /// The slot of `$Now`.
    now: Option<usize>,
}

const NULL: Value = Value::Null;

impl<'a> Machine<'a> {
    pub(crate) fn new(slots: &'a [Value], now: Option<usize>) -> Self {
        Self { slots, items: Vec::new(), matches: Value::Null, steps: 0, now }
    }

    /// Counts work, so that no expression runs on and on.
    fn spend(&mut self, steps: usize) -> Outcome<()> {
        self.steps = self.steps.saturating_add(u32::try_from(steps).unwrap_or(u32::MAX));
        if self.steps > STEPS { fault("StoaTooManySteps", "the expression takes too many steps") } else { Ok(()) }
    }

    fn eval(&mut self, expr: &Expr) -> Outcome<Value> {
        self.steps += 1;
        if self.steps > STEPS {
            self.spend(0)?;
        }
        let done = match self.kind(expr) {
            // A long text counts by its size, so that many of them do not fill the memory.
            Ok(Value::String(text)) if text.len() > 256 && !is_stored(&expr.kind) => {
                self.spend(text.len() / 16).map(|()| Value::String(text))
            }
            done => done,
        };
        match done {
            Err(mut fault) if fault.at.is_none() => {
                fault.at = Some(expr.at);
                Err(fault)
            }
            done => done,
        }
    }

    /// The value of an expression that needs no work: it is only looked at.
    fn peek<'e>(&self, expr: &'e Expr) -> Option<&'e Value>
    where
        'a: 'e,
    {
        match &expr.kind {
            Kind::Const(value) => Some(value),
            Kind::Slot(slot) => Some(self.slots.get(*slot).unwrap_or(&NULL)),
            Kind::Path(slot, names) => {
                let mut value = self.slots.get(*slot)?;
                for name in names {
                    value = match value {
                        Value::Table(table) => table.get(name)?,
                        _ => return None,
                    };
                }
                Some(value)
            }
            _ => None,
        }
    }

    /// Calls an operation with both sides, copied only where they had to be computed.
    fn pair<T>(&mut self, left: &Expr, right: &Expr, operation: impl FnOnce(&Value, &Value) -> Outcome<T>) -> Outcome<T> {
        match (self.peek(left), self.peek(right)) {
            (Some(left), Some(right)) => operation(left, right),
            (Some(left), None) => {
                let right = self.eval(right)?;
                operation(left, &right)
            }
            (None, Some(right)) => {
                let left = self.eval(left)?;
                operation(&left, right)
            }
            (None, None) => {
                let left = self.eval(left)?;
                let right = self.eval(right)?;
                operation(&left, &right)
            }
        }
    }

    fn is_true(&mut self, expr: &Expr) -> Outcome<bool> {
        match self.peek(expr) {
            Some(value) => Ok(value.is_true()),
            None => Ok(self.eval(expr)?.is_true()),
        }
    }

    fn kind(&mut self, expr: &Expr) -> Outcome<Value> {
        match &expr.kind {
            Kind::Const(value) => Ok(value.clone()),
            Kind::Slot(slot) => Ok(self.slots.get(*slot).cloned().unwrap_or(Value::Null)),
            Kind::Path(slot, names) => match self.peek(expr) {
                Some(value) => Ok(value.clone()),
                None => self.path(*slot, names),
            },
            Kind::Item => Ok(self.items.last().cloned().unwrap_or(Value::Null)),
            Kind::Matches => Ok(self.matches.clone()),
            Kind::Compare(op, case, left, right) => {
                if let (Some(left), Some(right)) = (self.peek(left), self.peek(right))
                    && !matches!(left, Value::Array(_) | Value::DateTime(_))
                {
                    return compare::scalar(*op, left, right, *case).map(Value::Bool);
                }
                let (left, right) = (self.eval(left)?, self.eval(right)?);
                self.compare(*op, *case, &left, &right)
            }
            Kind::Arith(op, left, right) => self.pair(left, right, |left, right| arith::binary(*op, left, right)),
            Kind::And(left, right) => Ok(Value::Bool(self.is_true(left)? && self.is_true(right)?)),
            Kind::Or(left, right) => Ok(Value::Bool(self.is_true(left)? || self.is_true(right)?)),
            Kind::Ternary(parts) => {
                let (condition, yes, no) = parts.as_ref();
                if self.is_true(condition)? { self.eval(yes) } else { self.eval(no) }
            }
            Kind::Coalesce(left, right) => match self.eval(left)? {
                Value::Null => self.eval(right),
                value => Ok(value),
            },
            Kind::Unary(operator, operand) => self.unary(*operator, operand),
            Kind::Cast(to, operand) => {
                let value = self.eval(operand)?;
                self.cast(&value, *to)
            }
            Kind::Like { is_not, case, left, right, known } => self.like(*is_not, *case, left, right, known.as_deref()),
            Kind::Match { is_not, case, left, right, known } => self.matches(*is_not, *case, left, right, known.as_ref()),
            Kind::Replace { case, left, right, known } => self.replace(*case, left, right, known.as_ref()),
            Kind::Binary(op, case, left, right) => self.binary(*op, *case, left, right),
            other => self.composed(other),
        }
    }

    /// A conversion; dates without a year are of the year of `$Now`.
    fn cast(&self, value: &Value, to: Type) -> Outcome<Value> {
        match convert::cast(value, to) {
            Err(failed) if failed.code == convert::NEEDS_TODAY => match self.now.and_then(|slot| self.slots.get(slot)) {
                Some(Value::DateTime(now)) => convert::to_datetime_on(value, Some(*now)).map(Value::DateTime),
                _ => Err(failed),
            },
            done => done,
        }
    }

    /// The right side of a comparison with a date, which may be a date without its year.
    fn dated<'v>(&self, left: &Value, right: &'v Value) -> Cow<'v, Value> {
        match (left, right) {
            (Value::DateTime(_), Value::String(_) | Value::Double(_) | Value::Decimal(_)) => {
                self.cast(right, Type::of(Base::DateTime)).map_or(Cow::Borrowed(right), Cow::Owned)
            }
            _ => Cow::Borrowed(right),
        }
    }

    fn unary(&mut self, operator: Unary, operand: &Expr) -> Outcome<Value> {
        if operator == Unary::Not {
            return Ok(Value::Bool(!self.is_true(operand)?));
        }
        let value = self.eval(operand)?;
        match operator {
            Unary::Minus => arith::sign(arith::Op::Subtract, &value),
            Unary::Plus => arith::sign(arith::Op::Add, &value),
            Unary::BitNot => bits::bit_not(&value),
            Unary::Join => operator::join(&value, ""),
            Unary::Split(_) => operator::split_blanks(&value),
            Unary::Not => Ok(Value::Bool(!value.is_true())),
        }
    }

    /// A comparison; a list on the left is filtered.
    fn compare(&mut self, op: compare::Op, case: compare::Case, left: &Value, right: &Value) -> Outcome<Value> {
        let Value::Array(items) = left else { return compare::scalar(op, left, &self.dated(left, right), case).map(Value::Bool) };
        self.spend(items.len())?;
        let mut kept = Vec::new();
        for item in items.iter() {
            // An inner list is compared as a whole, which no list survives.
            if compare::scalar(op, item, &self.dated(item, right), case)? {
                kept.push(item.clone());
            }
        }
        Ok(Value::from(kept))
    }

    /// Runs a block with `$_` and gives what it puts out.
    fn with_item(&mut self, item: Value, body: &crate::tree::Body) -> Outcome<Vec<Value>> {
        self.items.push(item);
        let mut out = Vec::new();
        let ran = self.run(body, &mut out);
        self.items.pop();
        ran.map(|_| out)
    }

    pub(crate) fn result(&mut self, body: &crate::tree::Body) -> Outcome<Value> {
        if let [crate::tree::Statement::Value(expr)] = body.0.as_ref() {
            let value = match &expr.kind {
                // What a sub-expression collected is put out again piece by piece.
                Kind::Sub(_) | Kind::Paren(_) | Kind::Array(_) => None,
                _ => Some(self.eval(expr)?),
            };
            match value {
                Some(Value::Array(items)) if items.len() > 1 => return Ok(Value::Array(items)),
                Some(Value::Array(items)) => return Ok(items.first().cloned().unwrap_or(Value::Null)),
                Some(value) => return Ok(value),
                None => {}
            }
        }
        let mut out = Vec::new();
        self.run(body, &mut out)?;
        Ok(statement::collected(out))
    }
}

/// Whether the value was there before.
fn is_stored(kind: &Kind) -> bool {
    matches!(kind, Kind::Const(_) | Kind::Slot(_) | Kind::Path(..) | Kind::Item)
}

/// A new array value.
fn array(items: Vec<Value>) -> Value {
    Value::Array(Arc::new(items))
}
