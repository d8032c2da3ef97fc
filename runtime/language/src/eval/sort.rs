//! `Sort-Object`.

use std::cmp::Ordering;

use super::Machine;
use crate::compare::{self, Case};
use crate::fault::{Outcome, refused};
use crate::tree::Key;
use crate::value::Value;
use crate::value::text::to_text;

impl Machine<'_> {
    pub(super) fn sort(
        &mut self,
        items: Vec<Value>,
        keys: &[Key],
        is_descending: bool,
        is_unique: bool,
        case: Case,
    ) -> Outcome<Vec<Value>> {
        let mut keyed = Vec::with_capacity(items.len());
        for item in items {
            // Nothing comes out of a sort for `$null`.
            if matches!(item, Value::Null) {
                continue;
            }
            let mut values = Vec::with_capacity(keys.len().max(1));
            for key in keys {
                values.push(match key {
                    Key::Member(name) => self.member(&item, name)?,
                    Key::Block(code) => {
                        let put_out = self.with_item(item.clone(), &code.body)?;
                        super::statement::collected(put_out)
                    }
                });
            }
            if keys.is_empty() {
                values.push(item.clone());
            }
            keyed.push((values, item));
        }
        if keyed.iter().flat_map(|(values, _)| values).any(|value| matches!(value, Value::Array(_) | Value::Table(_))) {
            return refused("sorting by lists or hashtables is not available; sort by a member or a block");
        }
        self.spend(keyed.len().saturating_mul(16))?;
        let order = |a: &[Value], b: &[Value]| {
            let compared =
                a.iter().zip(b).map(|(a, b)| sort_order(a, b, case)).find(|ordering| ordering.is_ne()).unwrap_or(Ordering::Equal);
            if is_descending { compared.reverse() } else { compared }
        };
        for pair in keyed.windows(2) {
            if pair[0].0.iter().zip(&pair[1].0).any(|(a, b)| is_mixed(a, b, case)) {
                return refused("sorting values of different types is not available; sort by a block that makes them one type");
            }
        }
        // A stable order, by merging, never panics on an order that is not total.
        merge_sort(&mut keyed, &|a, b| order(&a.0, &b.0));
        if is_unique {
            keyed.dedup_by(|b, a| order(&a.0, &b.0).is_eq());
        }
        Ok(keyed.into_iter().map(|(_, item)| item).collect())
    }
}

/// The order of a sort: by value where that is possible, else by text.
pub(super) fn sort_order(a: &Value, b: &Value, case: Case) -> Ordering {
    match (a, b) {
        (Value::Null, Value::Null) => return Ordering::Equal,
        (Value::Null, _) => return Ordering::Less,
        (_, Value::Null) => return Ordering::Greater,
        _ => {}
    }
    match compare::order(a, b, case) {
        Ok(Some(ordering)) => ordering,
        Ok(None) => Ordering::Equal,
        Err(_) => compare::collate(&to_text(a), &to_text(b), case),
    }
}

/// Whether two values have no common order: each side sees it differently.
fn is_mixed(a: &Value, b: &Value, case: Case) -> bool {
    a.type_of() != b.type_of() && sort_order(a, b, case) != sort_order(b, a, case).reverse()
}

fn merge_sort<T: Clone>(items: &mut Vec<T>, order: &dyn Fn(&T, &T) -> Ordering) {
    let mut width = 1;
    while width < items.len() {
        let mut merged = Vec::with_capacity(items.len());
        for chunk in items.chunks(width * 2) {
            let (left, right) = chunk.split_at(width.min(chunk.len()));
            let (mut a, mut b) = (left.iter().peekable(), right.iter().peekable());
            loop {
                match (a.peek(), b.peek()) {
                    (Some(x), Some(y)) => merged.extend(if order(y, x).is_lt() { b.next() } else { a.next() }.cloned()),
                    (Some(_), None) => merged.extend(a.next().cloned()),
                    (None, Some(_)) => merged.extend(b.next().cloned()),
                    (None, None) => break,
                }
            }
        }
        *items = merged;
        width *= 2;
    }
}
