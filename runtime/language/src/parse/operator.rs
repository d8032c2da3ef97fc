//! Operators between values, by precedence; all of one level bind to the left.

use super::words::{WORDS, named};
use super::{Parse, Parser, build};
use crate::arith;
use crate::compare::{self, Case};
use crate::scan::is_dash;
use crate::tree::{Binary, Expr, Kind, Unary};

/// An operator between two values.
#[derive(Debug, Clone, Copy)]
pub(super) enum Infix {
    Arith(arith::Op),
    Compare(compare::Op, Case),
    Binary(Binary, Case),
    Like(bool, Case),
    Match(bool, Case),
    Replace(Case),
    And,
    Or,
    Coalesce,
}

pub(super) const LOGICAL: u8 = 1;
pub(super) const BITWISE: u8 = 2;
pub(super) const COMPARISON: u8 = 5;
const COALESCE: u8 = 7;
const SUM: u8 = 9;
const PRODUCT: u8 = 10;
pub(super) const FORMAT: u8 = 12;
const RANGE: u8 = 13;

impl Parser<'_> {
    pub(super) fn expression(&mut self) -> Parse<Expr> {
        let start = self.scan.at;
        let condition = self.binary(0)?;
        self.scan.skip_blanks()?;
        let rest = self.scan.rest();
        if !rest.starts_with('?') || rest.starts_with("??") {
            return Ok(condition);
        }
        self.depth += 1;
        if self.depth > super::DEPTH {
            return self.error("too_deep", "conditions stand too deep in each other", "40 levels are the limit", start);
        }
        self.scan.at += 1;
        self.scan.skip_lines()?;
        let yes = self.expression()?;
        self.scan.skip_lines()?;
        if !self.scan.eat(":") {
            let at = self.scan.at;
            return self.error("missing_colon", "`? :` has no `:`", "write `condition ? value : other`", at);
        }
        self.scan.skip_lines()?;
        let no = self.expression()?;
        self.depth -= 1;
        self.expr(Kind::Ternary(Box::new((condition, yes, no))), start)
    }

    fn binary(&mut self, least: u8) -> Parse<Expr> {
        let mut left = self.list()?;
        loop {
            self.scan.skip_blanks()?;
            let start = self.scan.at;
            let Some((infix, precedence)) = self.infix()? else { return Ok(left) };
            if precedence < least {
                self.scan.at = start;
                return Ok(left);
            }
            self.scan.skip_lines()?;
            if self.scan.is_at_end() || matches!(self.scan.peek(), Some(')' | '}' | ';' | '|')) {
                let operator = self.scan.text[start..self.scan.at].trim().to_owned();
                return self.error("missing_value", format!("nothing stands after `{operator}`"), "add the other side", start);
            }
            let right = self.binary(precedence + 1)?;
            left = self.infix_expr(infix, left, right, start)?;
        }
    }

    fn infix_expr(&mut self, infix: Infix, left: Expr, right: Expr, start: usize) -> Parse<Expr> {
        let kind = build::infix(infix, left, right).map_err(|fault| {
            let code = if fault.code.starts_with("Stoa") { "not_available" } else { "bad_operand" };
            crate::diagnostic::Diagnostic::new(code, fault.message, self.scan.place(start))
        })?;
        self.expr(kind, start)
    }

    /// The operator that stands here, taken, or nothing when there is none.
    fn infix(&mut self) -> Parse<Option<(Infix, u8)>> {
        let rest = self.scan.rest();
        let symbol = |symbol: &str| rest.starts_with(symbol);
        let (infix, precedence, len) = if symbol("??") && !symbol("??=") {
            (Infix::Coalesce, COALESCE, 2)
        } else if symbol("..") {
            (Infix::Binary(Binary::Range, Case::Ignore), RANGE, 2)
        } else if ["+=", "-=", "*=", "/=", "%=", "??=", "++", "--"].iter().any(|x| symbol(x)) {
            return self.unexpected();
        } else {
            match rest.chars().next() {
                Some('+') => (Infix::Arith(arith::Op::Add), SUM, 1),
                Some('*') => (Infix::Arith(arith::Op::Multiply), PRODUCT, 1),
                Some('/') => (Infix::Arith(arith::Op::Divide), PRODUCT, 1),
                Some('%') => (Infix::Arith(arith::Op::Remainder), PRODUCT, 1),
                Some(c) if is_dash(c) => {
                    let word: &str = &rest[c.len_utf8()..];
                    let end = word.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(word.len());
                    if end > 0 {
                        return self.named_infix(&word[..end], c.len_utf8() + end).map(Some);
                    }
                    (Infix::Arith(arith::Op::Subtract), SUM, c.len_utf8())
                }
                _ => return Ok(None),
            }
        };
        self.scan.at += len;
        Ok(Some((infix, precedence)))
    }

    fn named_infix(&mut self, word: &str, len: usize) -> Parse<(Infix, u8)> {
        let lower = word.to_ascii_lowercase();
        let Some(found) = named(&lower) else {
            let at = self.scan.at;
            let near = crate::nearest::nearest(&lower, WORDS.iter().copied());
            let hint = near.map_or_else(|| "see the operators of PowerShell".to_owned(), |near| format!("did you mean `-{near}`?"));
            return self.error("unknown_operator", format!("`-{word}` is no operator"), hint, at);
        };
        self.scan.at += len;
        Ok(found)
    }

    /// `left -operator right` from a command's arguments.
    pub(super) fn comparison(&mut self, operator: &str, left: Expr, right: Expr, at: usize) -> Parse<Kind> {
        match named(operator) {
            Some((infix @ (Infix::Compare(..) | Infix::Like(..) | Infix::Match(..) | Infix::Binary(..)), _)) => {
                Ok(self.infix_expr(infix, left, right, at)?.kind)
            }
            _ => self.error("unknown_operator", format!("`-{operator}` is no operator here"), "use a block: `Where-Object { ... }`", at),
        }
    }

    /// `a, b, c`: a list of what unary operators have done with.
    fn list(&mut self) -> Parse<Expr> {
        let start = self.scan.at;
        let first = self.unary()?;
        if self.is_argument {
            return Ok(first);
        }
        self.scan.skip_blanks()?;
        if self.scan.peek() != Some(',') {
            return Ok(first);
        }
        let mut items = vec![first];
        loop {
            self.scan.skip_blanks()?;
            if !self.scan.eat(",") {
                break;
            }
            self.scan.skip_lines()?;
            if self.scan.is_at_end() || matches!(self.scan.peek(), Some(')' | '}')) {
                let at = self.scan.at;
                return self.error("missing_value", "nothing stands after the comma", "remove it, or add a value", at);
            }
            items.push(self.unary()?);
        }
        self.expr(build::list(items), start)
    }

    pub(super) fn unary(&mut self) -> Parse<Expr> {
        let start = self.scan.at;
        self.depth += 1;
        if self.depth > super::DEPTH {
            return self.error("too_deep", "operators stand too deep in each other", "40 levels are the limit", start);
        }
        let expr = self.unary_inner(start)?;
        self.depth -= 1;
        Ok(expr)
    }

    fn unary_inner(&mut self, start: usize) -> Parse<Expr> {
        let rest = self.scan.rest();
        let Some(first) = rest.chars().next() else {
            return self.error("missing_value", "a value is missing here", "write an expression", start);
        };
        if first == ',' {
            self.scan.at += 1;
            self.scan.skip_lines()?;
            let item = self.unary()?;
            return self.expr(build::list(vec![item]), start);
        }
        if rest.starts_with("++") || rest.starts_with("--") {
            return self.error("not_available", "`++` and `--` are not available in an expression", "write `+ 1` or `- 1`", start);
        }
        let (operator, len) = match first {
            '!' => (Unary::Not, 1),
            '+' if !is_signed_number(&rest[1..]) => (Unary::Plus, 1),
            c if is_dash(c) => match self.named_unary(&rest[c.len_utf8()..], start)? {
                Some((operator, len)) => (operator, len + c.len_utf8()),
                None if is_signed_number(&rest[c.len_utf8()..]) => return self.postfixed(),
                None => (Unary::Minus, c.len_utf8()),
            },
            _ => return self.postfixed(),
        };
        self.scan.at += len;
        self.scan.skip_lines()?;
        let operand = self.unary()?;
        self.expr(build::unary(operator, operand), start)
    }

    fn named_unary(&self, word: &str, start: usize) -> Parse<Option<(Unary, usize)>> {
        let end = word.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(word.len());
        let operator = match word[..end].to_ascii_lowercase().as_str() {
            "" => return Ok(None),
            "not" => Unary::Not,
            "bnot" => Unary::BitNot,
            "join" => Unary::Join,
            "split" | "isplit" => Unary::Split(Case::Ignore),
            "csplit" => Unary::Split(Case::Respect),
            other => {
                return self.error(
                    "missing_value",
                    format!("nothing stands before `-{other}`"),
                    "the value to compare stands on its left",
                    start,
                );
            }
        };
        Ok(Some((operator, end)))
    }
}

/// A digit right behind a sign makes the sign part of the number.
fn is_signed_number(after: &str) -> bool {
    let mut bytes = after.bytes();
    match bytes.next() {
        Some(b'0'..=b'9') => true,
        Some(b'.') => bytes.next().is_some_and(|b| b.is_ascii_digit()),
        _ => false,
    }
}
