//! Statements and what they put out. Lists are unrolled one level on their way.

use super::Machine;
use crate::compare::{self, Case};
use crate::fault::Outcome;
use crate::pattern::Pattern;
use crate::tree::{Body, Expr, How, Kind, Statement, Switch, Test};
use crate::value::Value;
use crate::value::text::to_text;
use crate::wildcard::Wildcard;

/// Whether a body went to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Flow {
    Next,
    Break,
    Continue,
}

/// What was put out as one value: nothing, itself, or a list.
pub(super) fn collected(mut out: Vec<Value>) -> Value {
    match out.len() {
        0 => Value::Null,
        1 => out.pop().unwrap_or(Value::Null),
        _ => Value::from(out),
    }
}

fn unroll(value: Value, out: &mut Vec<Value>) {
    match value {
        Value::Array(items) => out.extend(items.iter().cloned()),
        value => out.push(value),
    }
}

impl Machine<'_> {
    pub(super) fn run(&mut self, body: &Body, out: &mut Vec<Value>) -> Outcome<Flow> {
        for statement in &body.0 {
            let flow = self.statement(statement, out)?;
            if flow != Flow::Next {
                return Ok(flow);
            }
        }
        Ok(Flow::Next)
    }

    pub(super) fn statement(&mut self, statement: &Statement, out: &mut Vec<Value>) -> Outcome<Flow> {
        match statement {
            Statement::Value(expr) => {
                self.put_out(expr, out)?;
                self.spend(1)?;
                Ok(Flow::Next)
            }
            Statement::Pipe(first, stages) => {
                let mut items = Vec::new();
                self.put_out(first, &mut items)?;
                for stage in stages {
                    self.spend(items.len())?;
                    items = match self.stage(&stage.command, items) {
                        Err(mut fault) if fault.at.is_none() => {
                            fault.at = Some(stage.at);
                            return Err(fault);
                        }
                        done => done?,
                    };
                }
                out.append(&mut items);
                Ok(Flow::Next)
            }
            Statement::If { arms, otherwise } => {
                for (condition, body) in arms {
                    if self.value_of(condition)?.is_true() {
                        return self.run(body, out);
                    }
                }
                match otherwise {
                    Some(body) => self.run(body, out),
                    None => Ok(Flow::Next),
                }
            }
            Statement::Switch(switch) => self.switch(switch, out),
            Statement::Break => Ok(Flow::Break),
            Statement::Continue => Ok(Flow::Continue),
        }
    }

    /// An expression as a statement of its own: what it holds goes out piece by piece.
    fn put_out(&mut self, expr: &Expr, out: &mut Vec<Value>) -> Outcome<()> {
        match &expr.kind {
            Kind::Paren(inner) => match inner.as_ref() {
                Statement::Value(inner) => self.put_out(inner, out),
                other => self.put_out_collected(out, |machine, inner| machine.statement(other, inner)),
            },
            Kind::Sub(body) => self.put_out_collected(out, |machine, inner| machine.run(body, inner)),
            Kind::Array(body) => self.run(body, out).map(drop),
            // A member of each of no items is nothing at all, not `$null`.
            Kind::Member { .. } | Kind::Call { .. } => {
                let value = self.eval(expr)?;
                unroll(value, out);
                Ok(())
            }
            _ => {
                let value = self.eval(expr)?;
                unroll(value, out);
                Ok(())
            }
        }
    }

    fn put_out_collected(&mut self, out: &mut Vec<Value>, run: impl FnOnce(&mut Self, &mut Vec<Value>) -> Outcome<Flow>) -> Outcome<()> {
        let mut inner = Vec::new();
        run(self, &mut inner)?;
        if inner.len() == 1 {
            unroll(inner.pop().unwrap_or(Value::Null), out);
        } else {
            out.append(&mut inner);
        }
        Ok(())
    }

    /// A statement where a value is wanted: an expression is its value, anything else what it puts out.
    pub(super) fn value_of(&mut self, statement: &Statement) -> Outcome<Value> {
        match statement {
            Statement::Value(expr) => self.eval(expr),
            other => {
                let mut out = Vec::new();
                self.statement(other, &mut out)?;
                Ok(collected(out))
            }
        }
    }

    fn switch(&mut self, switch: &Switch, out: &mut Vec<Value>) -> Outcome<Flow> {
        let subject = self.value_of(&switch.subject)?;
        let items = match subject {
            Value::Array(items) => items.to_vec(),
            value => vec![value],
        };
        for item in items {
            self.spend(1)?;
            self.items.push(item.clone());
            let flow = self.switch_item(switch, &item, out);
            self.items.pop();
            if flow? == Flow::Break {
                break;
            }
        }
        Ok(Flow::Next)
    }

    fn switch_item(&mut self, switch: &Switch, item: &Value, out: &mut Vec<Value>) -> Outcome<Flow> {
        let mut is_met = false;
        for (test, body) in &switch.arms {
            if self.is_met(test, switch, item)? {
                is_met = true;
                let flow = self.run(body, out)?;
                if flow != Flow::Next {
                    return Ok(flow);
                }
            }
        }
        match &switch.otherwise {
            Some(body) if !is_met => self.run(body, out),
            _ => Ok(Flow::Next),
        }
    }

    fn is_met(&mut self, test: &Test, switch: &Switch, item: &Value) -> Outcome<bool> {
        let expr = match test {
            Test::Value(expr) => expr,
            Test::Block(body) => {
                let mut out = Vec::new();
                self.run(body, &mut out)?;
                return Ok(collected(out).is_true());
            }
        };
        let wanted = self.eval(expr)?;
        match switch.how {
            How::Exact => Ok(exact(item, &wanted, switch.case)),
            How::Wildcard => Ok(Wildcard::new(&to_text(&wanted), switch.case)?.is_match(&to_text(item))),
            How::Regex => {
                let pattern = Pattern::new(&to_text(&wanted), switch.case)?;
                Ok(self.remember(&pattern, &to_text(item)))
            }
        }
    }
}

/// A switch compares texts, but `$null` is only itself.
fn exact(item: &Value, wanted: &Value, case: Case) -> bool {
    match wanted {
        Value::Null => matches!(item, Value::Null),
        wanted => compare::same_text(&to_text(item), &to_text(wanted), case),
    }
}
