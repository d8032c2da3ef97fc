//! `@{ ... }`

use super::{Parse, Parser};
use crate::tree::{Expr, Kind};
use crate::value::Value;

impl Parser<'_> {
    /// `@{ ... }`; the scanner is behind the brace.
    pub(super) fn table(&mut self, is_ordered: bool, open: usize) -> Parse<Kind> {
        self.depth += 1;
        if self.depth > super::DEPTH {
            return self.error("too_deep", "brackets and blocks stand too deep in each other", "40 levels are the limit", open);
        }
        let was_argument = std::mem::replace(&mut self.is_argument, false);
        let mut entries: Vec<(Expr, crate::tree::Statement)> = Vec::new();
        loop {
            self.scan.skip_lines()?;
            while self.scan.eat(";") {
                self.scan.skip_lines()?;
            }
            if self.scan.eat("}") {
                break;
            }
            if self.scan.is_at_end() {
                return self.error("missing_end", "`@{` has no `}`", "add `}`", open);
            }
            let key_start = self.scan.at;
            let key = self.table_key(key_start)?;
            let is_twice = |known: &Expr| matches!((known.constant(), key.constant()), (Some(Value::String(a)), Some(Value::String(b))) if a.to_lowercase() == b.to_lowercase());
            if entries.iter().any(|(known, _)| is_twice(known)) {
                return self.error("duplicate_key", "this key stands twice in the hashtable", "keep one", key_start);
            }
            self.scan.skip_blanks()?;
            if !self.scan.eat("=") {
                let at = self.scan.at;
                return self.error("missing_equals", "`=` is missing after the key", "write `key = value`", at);
            }
            self.scan.skip_lines()?;
            let value = self.statement()?;
            self.end_of_statement(Some('}'))?;
            entries.push((key, value));
        }
        self.is_argument = was_argument;
        self.depth -= 1;
        Ok(Kind::Table { is_ordered, entries: entries.into_boxed_slice() })
    }

    fn table_key(&mut self, start: usize) -> Parse<Expr> {
        if self.scan.peek().is_some_and(|c| c.is_alphabetic() || c == '_') {
            let key = Value::from(self.scan.word(false));
            return self.expr(Kind::Const(key), start);
        }
        self.unary()
    }
}
