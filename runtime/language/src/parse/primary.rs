//! Values that stand for themselves: literals, variables, brackets of all kinds, types.

use std::sync::Arc;

use super::{Parse, Parser};
use crate::expression::Shape;
use crate::scan::{is_dash, is_double_quote, is_single_quote, number};
use crate::tree::{Expr, Kind};
use crate::value::{Base, Type, Value};

/// Variables that PowerShell itself sets and that mean nothing here.
const AUTOMATIC: &[&str] = &[
    "args",
    "consolefilename",
    "enabledexperimentalfeatures",
    "error",
    "event",
    "eventargs",
    "eventsubscriber",
    "executioncontext",
    "foreach",
    "home",
    "host",
    "input",
    "iscoreclr",
    "islinux",
    "ismacos",
    "iswindows",
    "lastexitcode",
    "myinvocation",
    "nestedpromptlevel",
    "ofs",
    "outputencoding",
    "pid",
    "profile",
    "psboundparameters",
    "pscmdlet",
    "pscommandpath",
    "psculture",
    "psdebugcontext",
    "psdefaultparametervalues",
    "psedition",
    "psemailserver",
    "pshome",
    "psscriptroot",
    "pssenderinfo",
    "pssessionoption",
    "psstyle",
    "psuiculture",
    "psversiontable",
    "pwd",
    "sender",
    "shellid",
    "stacktrace",
    "switch",
    "this",
    "confirmpreference",
    "debugpreference",
    "erroractionpreference",
    "errorview",
    "formatenumerationlimit",
    "informationpreference",
    "maximumhistorycount",
    "progresspreference",
    "psmoduleautoloadingpreference",
    "psnativecommanduseerroractionpreference",
    "verbosepreference",
    "warningpreference",
    "whatifpreference",
    "pslogusercatalog",
];

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

    /// `@{ ... }`; the scanner is behind the brace.
    fn table(&mut self, is_ordered: bool, open: usize) -> Parse<Kind> {
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

    /// What begins with `$`. In a string, a name goes no further than its letters.
    pub(super) fn dollar(&mut self, in_string: bool) -> Parse<(Kind, Option<&'a Shape>)> {
        let start = self.scan.at;
        self.scan.at += 1;
        match self.scan.peek() {
            Some('(') => {
                self.scan.at += 1;
                return Ok((Kind::Sub(Box::new(self.body(Some(')'))?)), None));
            }
            Some('{') => {
                self.scan.at += 1;
                let rest = self.scan.rest();
                let Some(end) = rest.find('}') else {
                    return self.error("missing_end", "`${` has no `}`", "add `}`", start);
                };
                self.scan.at += end + 1;
                return self.variable(&rest[..end], start);
            }
            _ => {}
        }
        let rest = self.scan.rest();
        let is_name = |c: char| c.is_alphanumeric() || c == '_' || c == '?';
        let mut end = rest.find(|c: char| !is_name(c)).unwrap_or(rest.len());
        // `$env:NAME`: a scope and a name; `$a ? $b:$c` and `"$a: x"` are not.
        if rest[end..].starts_with(':') && !rest[end..].starts_with("::") && rest[end + 1..].starts_with(is_name) {
            end += 1 + rest[end + 1..].find(|c: char| !is_name(c)).unwrap_or(rest.len() - end - 1);
        }
        if end == 0 {
            let what: String = rest.chars().take(1).collect();
            return self.error("unknown_variable", format!("`${what}` is not available in an expression"), "name a variable", start);
        }
        let _ = in_string;
        self.scan.at += end;
        self.variable(&rest[..end], start)
    }

    fn variable(&mut self, name: &str, start: usize) -> Parse<(Kind, Option<&'a Shape>)> {
        let lower = name.to_ascii_lowercase();
        match lower.as_str() {
            "true" => return Ok((Kind::Const(Value::Bool(true)), None)),
            "false" => return Ok((Kind::Const(Value::Bool(false)), None)),
            "null" => return Ok((Kind::Const(Value::Null), None)),
            "_" | "psitem" => return Ok((Kind::Item, None)),
            "matches" => return Ok((Kind::Matches, None)),
            _ => {}
        }
        if let Some(slot) = self.names.slot(name) {
            return Ok((Kind::Slot(slot), Some(self.names.shape(slot))));
        }
        if AUTOMATIC.contains(&lower.as_str()) {
            return self.error(
                "unknown_variable",
                format!("`${name}` belongs to a PowerShell session and is not available in an expression"),
                "use a script action",
                start,
            );
        }
        if self.names.is_open() && (!name.contains(':') || lower.starts_with("env:")) {
            return Ok((Kind::Const(Value::Null), None));
        }
        if let Some((scope, rest)) = name.split_once(':') {
            let hint = if scope.eq_ignore_ascii_case("env") {
                "use a property, or a script action".to_owned()
            } else {
                format!("in a string write `${{{scope}}}:{rest}`")
            };
            return self.error(
                "unknown_variable",
                format!("`${name}` names a scope, which is not available in an expression"),
                hint,
                start,
            );
        }
        let near = crate::nearest::nearest(name, self.names.iter().map(|(name, _)| name));
        let hint = match near {
            Some(near) => format!("did you mean `${near}`?"),
            None => {
                let all: Vec<String> = self.names.iter().map(|(name, _)| format!("${name}")).collect();
                format!("known are {}", all.join(", "))
            }
        };
        // Parsing goes on, so that other mistakes are seen too.
        self.errors.push(
            crate::diagnostic::Diagnostic::new("unknown_variable", format!("there is no `${name}`"), self.scan.place(start)).hint(hint),
        );
        Ok((Kind::Const(Value::Null), None))
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
