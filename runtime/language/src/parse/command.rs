//! The commands that a pipeline may go through, with their parameters.

use std::sync::Arc;

use super::{Parse, Parser};
use crate::compare::Case;
use crate::nearest::nearest;
use crate::scan::is_dash;
use crate::tree::{Code, Command, Expr, Key, Kind, Measure, Name, Select, Stage};
use crate::value::Value;

const COMMANDS: &[(&str, &[&str])] = &[
    ("where-object", &["where", "?"]),
    ("foreach-object", &["foreach", "%"]),
    ("sort-object", &["sort"]),
    ("select-object", &["select"]),
    ("measure-object", &["measure"]),
];

/// A parameter's name, a block, or another value.
enum Argument {
    Name(String, usize),
    Block(Arc<Code>),
    Value(Expr),
}

impl Parser<'_> {
    pub(super) fn stage(&mut self) -> Parse<Stage> {
        let start = self.scan.at;
        let word = match self.scan.peek() {
            Some('?' | '%') => self.scan.bump().map(String::from).unwrap_or_default(),
            _ => self.scan.word(true).to_ascii_lowercase(),
        };
        let Some((command, _)) = COMMANDS.iter().find(|(name, aliases)| *name == word || aliases.contains(&word.as_str())) else {
            if word.is_empty() {
                return self.error("missing_command", "after `|` stands a command", "`Where-Object { }`, `ForEach-Object { }`", start);
            }
            let near = nearest(&word, COMMANDS.iter().map(|(name, _)| *name));
            let hint = near.map_or_else(|| "use a script action".to_owned(), |near| format!("did you mean `{near}`?"));
            return self.error("not_available", format!("the command `{word}` is not available in an expression"), hint, start);
        };
        let command = match *command {
            "where-object" => self.where_object(start)?,
            "foreach-object" => self.foreach_object(start)?,
            "sort-object" => self.sort_object()?,
            "select-object" => self.select_object()?,
            _ => self.measure_object()?,
        };
        Ok(Stage { command, at: self.scan.place(start) })
    }

    /// The next argument of a command, or nothing at its end.
    fn argument(&mut self) -> Parse<Option<Argument>> {
        self.scan.skip_blanks()?;
        let start = self.scan.at;
        let Some(c) = self.scan.peek() else { return Ok(None) };
        if matches!(c, '|' | ')' | '}' | ';' | '\n' | '\r' | ']' | ',') {
            return Ok(None);
        }
        if c == '{' {
            return Ok(Some(Argument::Block(Arc::new(self.code()?))));
        }
        if is_dash(c) && self.scan.peek_second().is_some_and(char::is_alphabetic) {
            self.scan.bump();
            let name = self.scan.word(false).to_ascii_lowercase();
            self.scan.eat(":");
            return Ok(Some(Argument::Name(name, start)));
        }
        if c.is_alphabetic() || c == '_' || c == '*' {
            let rest = self.scan.rest();
            let end = rest.find(|c: char| c.is_whitespace() || matches!(c, '|' | ')' | '}' | ';' | ',' | '(' | '{')).unwrap_or(rest.len());
            self.scan.at += end;
            return Ok(Some(Argument::Value(self.expr(Kind::Const(Value::from(&rest[..end])), start)?)));
        }
        let was_argument = std::mem::replace(&mut self.is_argument, true);
        let value = self.unary()?;
        self.is_argument = was_argument;
        Ok(Some(Argument::Value(value)))
    }

    fn required(&mut self, what: &str) -> Parse<Expr> {
        let at = self.scan.at;
        match self.argument()? {
            Some(Argument::Value(value)) => Ok(value),
            _ => self.error("missing_value", format!("`-{what}` has no value"), "add the value", at),
        }
    }

    /// The whole name of a parameter that may be shortened.
    fn parameter(&self, name: &str, known: &[&'static str], at: usize) -> Parse<&'static str> {
        if let Some(exact) = known.iter().find(|known| **known == name) {
            return Ok(exact);
        }
        let mut begins = known.iter().filter(|known| known.starts_with(name));
        match (begins.next(), begins.next()) {
            (Some(only), None) => Ok(only),
            _ => {
                let near = nearest(name, known.iter().copied());
                let hint = near.map_or_else(|| format!("available are -{}", known.join(", -")), |near| format!("did you mean `-{near}`?"));
                self.error("unknown_parameter", format!("`-{name}` is not available here"), hint, at)
            }
        }
    }

    fn unexpected_argument<T>(&self) -> Parse<T> {
        let at = self.scan.at;
        self.error("unexpected", "this argument is not available here", "see the examples of the command", at)
    }

    fn where_object(&mut self, start: usize) -> Parse<Command> {
        let mut argument = self.argument()?;
        if let Some(Argument::Name(name, at)) = &argument {
            self.parameter(name, &["filterscript", "property"], *at)?;
            argument = self.argument()?;
        }
        match argument {
            Some(Argument::Block(code)) => Ok(Command::Where(code)),
            Some(Argument::Value(property)) => self.where_value(property, start),
            _ => self.error("missing_value", "`Where-Object` has no condition", "write `Where-Object { ... }`", start),
        }
    }

    /// `Where-Object Name -eq 'x'`, or a name alone.
    fn where_value(&mut self, property: Expr, start: usize) -> Parse<Command> {
        let name = match property.constant() {
            Some(Value::String(name)) => Name::Known(name.as_ref().into()),
            _ => return self.unexpected_argument(),
        };
        let item = self.expr(Kind::Item, start)?;
        let member = self.expr(Kind::Member { target: Box::new(item), name, is_safe: false }, start)?;
        let Some(Argument::Name(operator, at)) = self.argument()? else { return Ok(Command::WhereValue(Box::new(member))) };
        if operator == "not" {
            return self.unexpected_argument();
        }
        let right = self.required(&operator)?;
        let kind = self.comparison(&operator, member, right, at)?;
        Ok(Command::WhereValue(Box::new(self.expr(kind, start)?)))
    }

    fn foreach_object(&mut self, start: usize) -> Parse<Command> {
        let (mut begin, mut end, mut process) = (None, None, Vec::new());
        loop {
            match self.argument()? {
                Some(Argument::Block(code)) => process.push(code),
                Some(Argument::Name(name, at)) => {
                    let name = self.parameter(&name, &["begin", "process", "end", "membername"], at)?;
                    let value = self.argument()?;
                    match (name, value) {
                        ("begin", Some(Argument::Block(code))) => begin = Some(code),
                        ("process", Some(Argument::Block(code))) => process.push(code),
                        ("end", Some(Argument::Block(code))) => end = Some(code),
                        ("membername", Some(Argument::Value(value))) => return self.foreach_member(&value, start),
                        _ => return self.unexpected_argument(),
                    }
                }
                Some(Argument::Value(value)) if process.is_empty() => return self.foreach_member(&value, start),
                Some(Argument::Value(_)) => return self.unexpected_argument(),
                None => break,
            }
        }
        // Several blocks are first, each, last.
        if begin.is_none() && end.is_none() && process.len() >= 2 {
            begin = Some(process.remove(0));
            if process.len() >= 2 {
                end = process.pop();
            }
        }
        if process.is_empty() && begin.is_none() && end.is_none() {
            return self.error("missing_value", "`ForEach-Object` has no block", "write `ForEach-Object { ... }`", start);
        }
        Ok(Command::ForEach { begin, process: process.into_boxed_slice(), end })
    }

    fn foreach_member(&mut self, value: &Expr, start: usize) -> Parse<Command> {
        let Some(Value::String(name)) = value.constant() else { return self.unexpected_argument() };
        let lower = name.to_ascii_lowercase();
        let item = self.expr(Kind::Item, start)?;
        let method = super::known::METHODS.iter().find(|known| **known == lower && lower != "add" && lower != "item");
        let kind = match method {
            Some(method) => Kind::Call { target: Box::new(item), name: method, arguments: Box::new([]), is_safe: false },
            None => Kind::Member { target: Box::new(item), name: Name::Known(name.as_ref().into()), is_safe: false },
        };
        Ok(Command::ForEachMember(Box::new(self.expr(kind, start)?)))
    }

    fn sort_object(&mut self) -> Parse<Command> {
        let (mut keys, mut is_descending, mut is_unique, mut case) = (Vec::new(), false, false, Case::Ignore);
        while let Some(argument) = self.argument()? {
            match argument {
                Argument::Name(name, at) => {
                    match self.parameter(&name, &["descending", "unique", "casesensitive", "property", "stable"], at)? {
                        "descending" => is_descending = true,
                        "unique" => is_unique = true,
                        "casesensitive" => case = Case::Respect,
                        _ => continue,
                    }
                }
                argument => keys.push(self.key(argument)?),
            }
            self.eat_comma()?;
        }
        Ok(Command::Sort { keys: keys.into_boxed_slice(), is_descending, is_unique, case })
    }

    fn key(&self, argument: Argument) -> Parse<Key> {
        match argument {
            Argument::Block(code) => Ok(Key::Block(code)),
            Argument::Value(value) => match value.constant() {
                Some(Value::String(name)) => Ok(Key::Member(name.as_ref().into())),
                _ => self.unexpected_argument(),
            },
            Argument::Name(..) => self.unexpected_argument(),
        }
    }

    fn eat_comma(&mut self) -> Parse<()> {
        self.scan.skip_blanks()?;
        if self.scan.eat(",") {
            self.scan.skip_lines()?;
        }
        Ok(())
    }

    fn select_object(&mut self) -> Parse<Command> {
        let mut select = Select::default();
        const KNOWN: &[&str] = &["first", "last", "skip", "skiplast", "unique", "expandproperty"];
        while let Some(argument) = self.argument()? {
            let Argument::Name(name, at) = argument else {
                let at = self.scan.at;
                return self.error(
                    "not_available",
                    "`Select-Object` makes no objects in an expression",
                    "use `-First`, `-Last`, `-Skip`, `-Unique`, `-ExpandProperty`",
                    at,
                );
            };
            match self.parameter(&name, KNOWN, at)? {
                "first" => select.first = Some(self.required("First")?),
                "last" => select.last = Some(self.required("Last")?),
                "skip" => select.skip = Some(self.required("Skip")?),
                "skiplast" => select.skip_last = Some(self.required("SkipLast")?),
                "unique" => select.is_unique = true,
                _ => match self.required("ExpandProperty")?.constant() {
                    Some(Value::String(name)) => select.expand = Some(name.as_ref().into()),
                    _ => return self.unexpected_argument(),
                },
            }
        }
        Ok(Command::Select(Box::new(select)))
    }

    fn measure_object(&mut self) -> Parse<Command> {
        let mut measure = Measure::default();
        const KNOWN: &[&str] = &["sum", "average", "minimum", "maximum", "property"];
        while let Some(argument) = self.argument()? {
            match argument {
                Argument::Name(name, at) => match self.parameter(&name, KNOWN, at)? {
                    "sum" => measure.has_sum = true,
                    "average" => measure.has_average = true,
                    "minimum" => measure.has_minimum = true,
                    "maximum" => measure.has_maximum = true,
                    _ => {}
                },
                Argument::Value(value) => match value.constant() {
                    Some(Value::String(name)) if measure.property.is_none() => measure.property = Some(name.as_ref().into()),
                    _ => return self.unexpected_argument(),
                },
                Argument::Block(_) => return self.unexpected_argument(),
            }
        }
        Ok(Command::Measure(Box::new(measure)))
    }
}
