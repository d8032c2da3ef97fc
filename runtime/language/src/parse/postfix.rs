//! What stands right behind a value: members, calls, indexes; and their check against known shapes.

use super::{Parse, Parser, known};
use crate::diagnostic::Diagnostic;
use crate::expression::Shape;
use crate::nearest::nearest;
use crate::scan::{is_double_quote, is_single_quote};
use crate::tree::{Expr, Kind, Name};
use crate::value::{Base, EnumKind, Type, Value};

/// A variable's path, as far as it is known.
struct Path<'a> {
    names: Option<Vec<String>>,
    shape: Option<&'a Shape>,
}

impl<'a> Parser<'a> {
    pub(super) fn postfixed(&mut self) -> Parse<Expr> {
        let start = self.scan.at;
        let (mut expr, shape) = self.primary()?;
        let names = match expr.kind {
            Kind::Slot(slot) => Some(vec![self.names.name(slot).to_owned()]),
            _ => None,
        };
        let mut path = Path { names, shape };
        loop {
            let rest = self.scan.rest();
            let is_safe = rest.starts_with("?.") || rest.starts_with("?[");
            let after = if is_safe { &rest[1..] } else { rest };
            let mut chars = after.chars();
            expr = match (chars.next(), chars.next()) {
                (Some('.'), Some('.')) => break,
                (Some('.'), _) => {
                    self.scan.at += usize::from(is_safe) + 1;
                    self.member(expr, is_safe, &mut path, start)?
                }
                (Some('['), _) => {
                    self.scan.at += usize::from(is_safe) + 1;
                    self.index(expr, is_safe, &mut path)?
                }
                (Some(':'), Some(':')) => {
                    self.scan.at += 2;
                    path.names = None;
                    path.shape = None;
                    self.static_member(&expr, start)?
                }
                _ if rest.starts_with("++") || rest.starts_with("--") => {
                    let at = self.scan.at;
                    return self.error("not_available", "`++` and `--` are not available in an expression", "write `+ 1` or `- 1`", at);
                }
                _ => break,
            };
        }
        if let Some(names) = path.names
            && !self.reads.contains(&names)
        {
            self.reads.push(names);
        }
        Ok(expr)
    }

    fn member(&mut self, target: Expr, is_safe: bool, path: &mut Path<'a>, start: usize) -> Parse<Expr> {
        self.scan.skip_lines()?;
        let at = self.scan.at;
        let height = target.height;
        let name = self.member_name()?;
        let takes_block = matches!(&name, Name::Known(name) if name.eq_ignore_ascii_case("where") || name.eq_ignore_ascii_case("foreach"));
        let is_call = self.scan.peek() == Some('(') || (takes_block && self.scan.peek() == Some('{'));
        let Name::Known(name) = name else {
            if is_call {
                return self.error("not_available", "a method's name cannot be computed", "write the name", at);
            }
            path.names = None;
            path.shape = None;
            return self.expr(Kind::Member { target: Box::new(target), name, is_safe }, start);
        };
        if is_call {
            path.shape = None;
            return self.call(target, &name, is_safe, at);
        }
        if matches!(target.kind, Kind::Const(Value::Type(_)))
            && !matches!(name.to_ascii_lowercase().as_str(), "name" | "fullname" | "isarray" | "isenum" | "isvaluetype")
        {
            return self.error(
                "not_available",
                format!("the member `{name}` of a type is not available in an expression"),
                "`.Name` and `.FullName` are",
                at,
            );
        }
        self.step(path, &name, at);
        if !is_safe {
            match target.kind {
                Kind::Slot(slot) => return self.expr(Kind::Path(slot, Box::new([name])), start),
                Kind::Path(slot, names) => {
                    let mut names = names.into_vec();
                    if names.len() >= usize::from(super::HEIGHT) {
                        return self.error("too_deep", "too many members behind each other", "split the expression", at);
                    }
                    names.push(name);
                    return self.expr(Kind::Path(slot, names.into_boxed_slice()), start);
                }
                kind => {
                    let target = Box::new(Expr { kind, at: target.at, height });
                    return self.expr(Kind::Member { target, name: Name::Known(name), is_safe }, at);
                }
            }
        }
        self.expr(Kind::Member { target: Box::new(target), name: Name::Known(name), is_safe }, at)
    }

    /// One member further along a variable's path: checked where its shape is known.
    fn step(&mut self, path: &mut Path<'a>, name: &str, at: usize) {
        if let Some(names) = &mut path.names {
            names.push(name.to_owned());
        }
        let Some(Shape::Members(members)) = path.shape else {
            path.shape = None;
            return;
        };
        path.shape = members.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, shape)| shape);
        let is_own = ["count", "keys", "values"].contains(&name.to_ascii_lowercase().as_str());
        if path.shape.is_none() && !is_own {
            let near = nearest(name, members.iter().map(|(known, _)| known.as_str()));
            let hint = match near {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("known are {}", members.iter().map(|(known, _)| known.as_str()).collect::<Vec<_>>().join(", ")),
            };
            let owner = path.names.as_ref().map(|names| names[..names.len() - 1].join(".")).unwrap_or_default();
            self.errors.push(Diagnostic::new("unknown_member", format!("`${owner}` has no `{name}`"), self.scan.place(at)).hint(hint));
        }
    }

    fn member_name(&mut self) -> Parse<Name> {
        let start = self.scan.at;
        match self.scan.peek() {
            Some(c) if is_single_quote(c) => Ok(Name::Known(self.scan.single_quoted()?.into())),
            Some(c) if is_double_quote(c) => match self.double()? {
                Kind::Const(Value::String(text)) => Ok(Name::Known(text.as_ref().into())),
                kind => Ok(Name::Computed(Box::new(self.expr(kind, start)?))),
            },
            Some('$') => {
                let (kind, _) = self.dollar(true)?;
                Ok(Name::Computed(Box::new(self.expr(kind, start)?)))
            }
            Some('(') => {
                self.scan.at += 1;
                let statement = self.parenthesised(start)?;
                Ok(Name::Computed(Box::new(self.expr(Kind::Paren(Box::new(statement)), start)?)))
            }
            _ => {
                let name = self.scan.word(false);
                if name.is_empty() {
                    return self.error("missing_member", "after `.` stands the name of a member", "write `.Name`", start);
                }
                Ok(Name::Known(name.into()))
            }
        }
    }

    fn call(&mut self, target: Expr, name: &str, is_safe: bool, at: usize) -> Parse<Expr> {
        let lower = name.to_ascii_lowercase();
        let Some(method) = known::METHODS.iter().find(|known| **known == lower) else {
            return self.no_such(name, known::METHODS, at);
        };
        let arguments = self.arguments()?;
        let kind = Kind::Call { target: Box::new(target), name: method, arguments: arguments.into_boxed_slice(), is_safe };
        self.expr(kind, at)
    }

    fn no_such<T>(&self, name: &str, known: &[&'static str], at: usize) -> Parse<T> {
        let lower = name.to_ascii_lowercase();
        let hint = match (known::instead(&lower), nearest(&lower, known.iter().copied())) {
            (Some(instead), _) => instead.to_owned(),
            (None, Some(near)) => format!("did you mean `{near}`?"),
            (None, None) => "use a script action".to_owned(),
        };
        self.error("not_available", format!("`{name}` is not available in an expression"), hint, at)
    }

    /// `( a, b )` or one block without parentheses.
    fn arguments(&mut self) -> Parse<Vec<Expr>> {
        let start = self.scan.at;
        if self.scan.peek() == Some('{') {
            let code = self.code()?;
            return Ok(vec![self.expr(Kind::Block(std::sync::Arc::new(code)), start)?]);
        }
        self.scan.at += 1;
        self.depth += 1;
        if self.depth > super::DEPTH {
            return self.error("too_deep", "calls stand too deep in each other", "40 levels are the limit", start);
        }
        let was_argument = std::mem::replace(&mut self.is_argument, true);
        let mut arguments = Vec::new();
        loop {
            self.scan.skip_lines()?;
            if arguments.is_empty() && self.scan.eat(")") {
                break;
            }
            arguments.push(self.expression()?);
            self.scan.skip_lines()?;
            if self.scan.eat(")") {
                break;
            }
            if !self.scan.eat(",") {
                return if self.scan.is_at_end() {
                    self.error("missing_end", "`(` has no `)`", "add `)`", start)
                } else {
                    self.unexpected()
                };
            }
        }
        self.is_argument = was_argument;
        self.depth -= 1;
        Ok(arguments)
    }

    fn index(&mut self, target: Expr, is_safe: bool, path: &mut Path<'a>) -> Parse<Expr> {
        let at = self.scan.at - 1;
        let was_argument = std::mem::replace(&mut self.is_argument, false);
        self.scan.skip_lines()?;
        let index = self.expression()?;
        self.scan.skip_lines()?;
        if !self.scan.eat("]") {
            return if self.scan.is_at_end() { self.error("missing_end", "`[` has no `]`", "add `]`", at) } else { self.unexpected() };
        }
        self.is_argument = was_argument;
        match index.constant() {
            Some(Value::String(name)) => {
                let name = name.clone();
                self.step(path, &name, at);
            }
            _ => {
                // An index of a list ends what is read by name; the list itself has been read.
                if let Some(names) = path.names.take()
                    && !self.reads.contains(&names)
                {
                    self.reads.push(names);
                }
                path.shape = None;
            }
        }
        self.expr(Kind::Index { target: Box::new(target), index: Box::new(index), is_safe }, at)
    }

    /// `[type]::Member` or `[type]::Method( )`
    fn static_member(&mut self, target: &Expr, start: usize) -> Parse<Expr> {
        let at = self.scan.at;
        let Kind::Const(Value::Type(owner)) = target.kind else {
            return self.error("not_available", "`::` is available only behind a type", "write `[type]::Member`", at);
        };
        let name = self.scan.word(false).to_owned();
        if let Base::Enum(kind) = owner.base
            && self.scan.peek() != Some('(')
        {
            return self.enum_member(kind, &name, start, at);
        }
        let all = if owner.is_array { &[] } else { known::statics(owner.base) };
        let lower = name.to_ascii_lowercase();
        let found = all.iter().find(|known| **known == lower && (lower != "new" || self.scan.peek() == Some('(')));
        let Some(member) = found else { return self.no_such_static(owner, &name, all, at) };
        if self.scan.peek() != Some('(') {
            return self.expr(Kind::Static(owner, member), start);
        }
        let arguments = self.arguments()?;
        self.expr(Kind::StaticCall(owner, member, arguments.into_boxed_slice()), at)
    }

    fn enum_member(&mut self, kind: EnumKind, name: &str, start: usize, at: usize) -> Parse<Expr> {
        match kind.parse(name) {
            Some(member) => self.expr(Kind::Const(Value::Enum(member)), start),
            None => self.no_such(name, kind.members(), at),
        }
    }

    fn no_such_static<T>(&self, owner: Type, name: &str, all: &[&'static str], at: usize) -> Parse<T> {
        match self.no_such::<T>(name, all, at) {
            Err(mut error) => {
                error.message = format!("`[{}]::{name}` is not available in an expression", owner.display());
                Err(error)
            }
            done => done,
        }
    }
}
