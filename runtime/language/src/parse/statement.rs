//! `if` and `switch`, which put out what their arms do.

use super::{Parse, Parser};
use crate::tree::{Body, How, Kind, Statement, Switch, Test};
use crate::value::Value;

impl Parser<'_> {
    fn condition(&mut self, what: &str) -> Parse<Statement> {
        self.scan.skip_lines()?;
        let open = self.scan.at;
        if !self.scan.eat("(") {
            return self.error(
                "missing_parenthesis",
                format!("after `{what}` stands a condition in parentheses"),
                format!("`{what} (...) {{ ... }}`"),
                open,
            );
        }
        self.parenthesised(open)
    }

    fn block(&mut self, what: &str) -> Parse<Body> {
        self.scan.skip_lines()?;
        let open = self.scan.at;
        if !self.scan.eat("{") {
            return self.error("missing_block", format!("after `{what}` stands a block"), "`{ ... }`", open);
        }
        self.body(Some('}'))
    }

    pub(super) fn if_statement(&mut self) -> Parse<Statement> {
        let mut arms = vec![(self.condition("if")?, self.block("if (...)")?)];
        let mut otherwise = None;
        loop {
            let before = self.scan.at;
            self.scan.skip_lines()?;
            match self.scan.word(true).to_ascii_lowercase().as_str() {
                "elseif" => arms.push((self.condition("elseif")?, self.block("elseif (...)")?)),
                "else" => {
                    otherwise = Some(self.block("else")?);
                    break;
                }
                _ => {
                    self.scan.at = before;
                    break;
                }
            }
        }
        Ok(Statement::If { arms: arms.into_boxed_slice(), otherwise })
    }

    pub(super) fn switch_statement(&mut self) -> Parse<Statement> {
        let mut how = How::Exact;
        let mut case = crate::compare::Case::Ignore;
        loop {
            self.scan.skip_lines()?;
            let start = self.scan.at;
            if !self.scan.eat("-") {
                break;
            }
            match self.scan.word(false).to_ascii_lowercase().as_str() {
                "wildcard" => how = How::Wildcard,
                "regex" => how = How::Regex,
                "exact" => how = How::Exact,
                "casesensitive" => case = crate::compare::Case::Respect,
                _ => {
                    return self.error(
                        "not_available",
                        "this option of `switch` is not available",
                        "`-Wildcard`, `-Regex`, `-Exact`, `-CaseSensitive` are",
                        start,
                    );
                }
            }
        }
        let subject = self.condition("switch")?;
        self.scan.skip_lines()?;
        let open = self.scan.at;
        if !self.scan.eat("{") {
            return self.error("missing_block", "after `switch (...)` stands a block", "`{ value { ... } default { ... } }`", open);
        }
        self.switches += 1;
        let mut arms = Vec::new();
        let mut otherwise = None;
        loop {
            self.scan.skip_lines()?;
            while self.scan.eat(";") {
                self.scan.skip_lines()?;
            }
            if self.scan.eat("}") {
                break;
            }
            if self.scan.is_at_end() {
                return self.error("missing_end", "the block of this `switch` has no `}`", "add `}`", open);
            }
            let start = self.scan.at;
            match self.switch_test()? {
                Some(test) => arms.push((test, self.block("a value of `switch`")?)),
                None if otherwise.is_none() => otherwise = Some(self.block("default")?),
                None => return self.error("duplicate_key", "`default` stands twice in this `switch`", "keep one", start),
            }
        }
        self.switches -= 1;
        Ok(Statement::Switch(Box::new(Switch { subject, how, case, arms: arms.into_boxed_slice(), otherwise })))
    }

    /// The test of an arm, or `None` for `default`.
    fn switch_test(&mut self) -> Parse<Option<Test>> {
        let start = self.scan.at;
        match self.scan.peek() {
            Some('{') => {
                self.scan.at += 1;
                Ok(Some(Test::Block(self.body(Some('}'))?)))
            }
            Some(c) if c.is_alphabetic() || matches!(c, '*' | '?' | '_') => {
                let rest = self.scan.rest();
                let end = rest.find(|c: char| c.is_whitespace() || matches!(c, '{' | '}' | ';' | '(' | ')')).unwrap_or(rest.len());
                self.scan.at += end;
                let word = &rest[..end];
                if word.eq_ignore_ascii_case("default") {
                    return Ok(None);
                }
                Ok(Some(Test::Value(self.expr(Kind::Const(Value::from(word)), start)?)))
            }
            _ => Ok(Some(Test::Value(self.unary()?))),
        }
    }
}
