//! Values that stand for themselves: literals, variables, brackets of all kinds, types.

use std::sync::Arc;

use super::{Parse, Parser};
use crate::expression::Shape;
use crate::scan::{is_dash, is_double_quote, is_single_quote, number};
use crate::tree::{Expr, Kind};
use crate::value::{Base, Type, Value};

impl<'a> Parser<'a> {
    /// A value with no member or index behind it, and what is known of its members.
    pub(super) fn primary(&mut self) -> Parse<(Expr, Option<&'a Shape>)> {
        let start = self.scan.at;
        let mut shape = None;
        let kind = match self.scan.peek() {
            Some('$') => {
                let (kind, found) = self.dollar(false)?;
                shape = found;
                kind
            }
            Some('@') => self.at_sign(start)?,
            Some('(') => {
                self.scan.at += 1;
                let statement = self.parenthesised(start)?;
                Kind::Paren(Box::new(statement))
            }
            Some('{') => Kind::Block(Arc::new(self.code()?)),
            Some('[') => return self.bracketed(start).map(|expr| (expr, None)),
            Some(c) if is_single_quote(c) => self.single()?,
            Some(c) if is_double_quote(c) => self.double()?,
            Some(c) if c.is_ascii_digit() || c == '.' || c == '+' || is_dash(c) => self.number(start)?,
            Some(c) if c.is_alphabetic() || c == '_' => return self.refuse_word(start),
            Some(c) => return self.error("not_a_value", format!("`{c}` does not begin a value"), "write an expression", start),
            None => return self.error("missing_value", "a value is missing here", "write an expression", start),
        };
        Ok((self.expr(kind, start)?, shape))
    }

    fn number(&mut self, start: usize) -> Parse<Kind> {
        let Some(literal) = number::scan(self.scan.rest(), true) else {
            return self.error("not_a_value", "this is not a number", "write digits", start);
        };
        self.scan.at += literal.len;
        // `1_000`, `5x`: to PowerShell that is the name of a command.
        if self.scan.peek().is_some_and(|c| c.is_alphanumeric() || c == '_') {
            return self.error("bad_number", "this is not a number", "a number ends with a suffix such as `d`, `L`, `kb`", start);
        }
        match literal.value {
            Some(value) => Ok(Kind::Const(value)),
            None => self.error("bad_number", "the number does not fit the type of its suffix", "use a larger type", start),
        }
    }

    fn at_sign(&mut self, start: usize) -> Parse<Kind> {
        match self.scan.peek_second() {
            Some('(') => {
                self.scan.at += 2;
                Ok(Kind::Array(Box::new(self.body(Some(')'))?)))
            }
            Some('{') => {
                self.scan.at += 2;
                self.table(false, start)
            }
            Some(c) if is_single_quote(c) || is_double_quote(c) => self.here(),
            _ => self.error("not_available", "`@` is available only as `@( )`, `@{ }` and in here-strings", "write `@( ... )`", start),
        }
    }

    /// `[type]`: a cast when a value follows, else the type itself.
    fn bracketed(&mut self, start: usize) -> Parse<Expr> {
        self.scan.at += 1;
        let end = self.scan.skip_balanced('[')?;
        let name = self.scan.text[start + 1..end].trim().to_owned();
        let Some(found) = Type::parse(&name) else { return self.unknown_type(&name, start) };
        if self.scan.peek() == Some('.') || self.scan.rest().starts_with("::") {
            return self.expr(Kind::Const(Value::Type(found)), start);
        }
        let after = self.scan.at;
        self.scan.skip_blanks()?;
        if !self.begins_operand() {
            self.scan.at = after;
            return self.expr(Kind::Const(Value::Type(found)), start);
        }
        if name.eq_ignore_ascii_case("ordered") {
            let open = self.scan.at;
            if !self.scan.eat("@{") {
                return self.error("not_available", "`[ordered]` stands only before `@{`", "write `[ordered]@{ ... }`", start);
            }
            let kind = self.table(true, open)?;
            return self.expr(kind, start);
        }
        if !is_cast(found) {
            return self.error(
                "not_available",
                format!("a cast to `[{name}]` is not available in an expression"),
                "cast to a plain type",
                start,
            );
        }
        let operand = self.unary()?;
        self.expr(Kind::Cast(found, Box::new(operand)), start)
    }

    fn begins_operand(&self) -> bool {
        let rest = self.scan.rest();
        match self.scan.peek() {
            Some('$' | '@' | '(' | '[' | '{' | '!' | '+' | ',') => true,
            Some(c) if is_single_quote(c) || is_double_quote(c) || c.is_ascii_digit() => true,
            Some('.') => self.scan.peek_second().is_some_and(|c| c.is_ascii_digit()),
            Some(c) if is_dash(c) => {
                let word: String = rest.chars().skip(1).take_while(char::is_ascii_alphabetic).collect();
                word.is_empty() || ["not", "bnot", "join", "split", "isplit", "csplit"].contains(&word.to_ascii_lowercase().as_str())
            }
            _ => false,
        }
    }

    fn unknown_type<T>(&self, name: &str, start: usize) -> Parse<T> {
        let near = crate::nearest::nearest(name, Type::names());
        let hint = near.map_or_else(|| "use a script action".to_owned(), |near| format!("did you mean `[{near}]`?"));
        self.error("unknown_type", format!("the type `[{name}]` is not available in an expression"), hint, start)
    }
}

/// Whether a cast can aim at the type at all.
fn is_cast(to: Type) -> bool {
    !matches!(
        to.base,
        Base::Ordered
            | Base::Dictionary
            | Base::Enumerable
            | Base::List
            | Base::Type
            | Base::Regex
            | Base::Math
            | Base::Convert
            | Base::Culture
            | Base::Encoding
            | Base::WebUtility
            | Base::ValueType
            | Base::Comparable
    )
}
