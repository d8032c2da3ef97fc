//! Nodes for operators: what is constant is computed, what can be prepared is prepared.

use std::sync::Arc;

use super::operator::Infix;
use crate::fault::Outcome;
use crate::pattern::Pattern;
use crate::tree::{Expr, Kind, Unary};
use crate::value::Value;
use crate::wildcard::Wildcard;

/// A list; one of constants is a constant.
pub(super) fn list(items: Vec<Expr>) -> Kind {
    let constants: Option<Vec<Value>> = items.iter().map(|item| item.constant().cloned()).collect();
    match constants {
        Some(constants) => Kind::Const(Value::from(constants)),
        None => Kind::List(items.into_boxed_slice()),
    }
}

pub(super) fn unary(operator: Unary, operand: Expr) -> Kind {
    Kind::Unary(operator, Box::new(operand))
}

pub(super) fn infix(infix: Infix, left: Expr, right: Expr) -> Outcome<Kind> {
    let text = match right.constant() {
        Some(Value::String(text)) => Some(text.clone()),
        _ => None,
    };
    let (left, right) = (Box::new(left), Box::new(right));
    Ok(match infix {
        Infix::Arith(op) => Kind::Arith(op, left, right),
        Infix::Compare(op, case) => Kind::Compare(op, case, left, right),
        Infix::Binary(op, case) => Kind::Binary(op, case, left, right),
        Infix::And => Kind::And(left, right),
        Infix::Or => Kind::Or(left, right),
        Infix::Coalesce => Kind::Coalesce(left, right),
        Infix::Like(is_not, case) => {
            let known = text.map(|text| Wildcard::new(&text, case)).transpose()?.map(Box::new);
            Kind::Like { is_not, case, left, right, known }
        }
        Infix::Match(is_not, case) => {
            let known = text.map(|text| Pattern::new(&text, case)).transpose()?.map(Arc::new);
            Kind::Match { is_not, case, left, right, known }
        }
        Infix::Replace(case) => {
            let known = replace_pattern(&right).map(|text| Pattern::new(&text, case)).transpose()?.map(Arc::new);
            Kind::Replace { case, left, right, known }
        }
    })
}

/// The pattern of `-replace 'pattern', ...` where it is a constant.
fn replace_pattern(right: &Expr) -> Option<Arc<str>> {
    let first = match &right.kind {
        Kind::Const(Value::Array(items)) => items.first(),
        Kind::Const(value) => Some(value),
        Kind::List(items) => items.first().and_then(Expr::constant),
        _ => None,
    };
    match first {
        Some(Value::String(text)) => Some(text.clone()),
        _ => None,
    }
}
