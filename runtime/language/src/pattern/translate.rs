//! From .NET's syntax to the engine's: what differs is rewritten, what is missing is refused.

use super::GroupName;
use crate::fault::{Outcome, fault, refused};

pub(super) struct Translated {
    pub(super) text: String,
    pub(super) names: Vec<GroupName>,
    /// Whether it asks for the end of the text, which in .NET is also before a last line end.
    pub(super) has_end: bool,
    pub(super) has_lazy: bool,
}

pub(super) struct Reader<'a> {
    pub(super) chars: Vec<char>,
    pub(super) at: usize,
    source: &'a str,
    pub(super) out: String,
    groups: Vec<Option<String>>,
    /// Options of the open groups.
    options: Vec<Options>,
    has_end: bool,
    has_lazy: bool,
}

/// `x`: white space does not count; `m`: `$` is the end of any line; `i`: case does not count.
#[derive(Clone, Copy, Default)]
struct Options {
    spaced: bool,
    lines: bool,
    ignores_case: bool,
}

pub(super) fn translate(pattern: &str, ignores_case: bool) -> Outcome<Translated> {
    let mut reader = Reader {
        chars: pattern.chars().collect(),
        at: 0,
        source: pattern,
        out: String::with_capacity(pattern.len() + 8),
        groups: vec![None],
        options: vec![Options { ignores_case, ..Options::default() }],
        has_end: false,
        has_lazy: false,
    };
    while reader.at < reader.chars.len() {
        reader.piece()?;
    }
    if reader.options.len() != 1 {
        return reader.invalid("a `(` has no `)`");
    }
    Ok(Translated { names: names(&reader.groups), text: reader.out, has_end: reader.has_end, has_lazy: reader.has_lazy })
}

/// Unnamed groups first, then named ones, as .NET numbers them.
fn names(groups: &[Option<String>]) -> Vec<GroupName> {
    let mut out: Vec<GroupName> = Vec::new();
    for (index, name) in groups.iter().enumerate() {
        if name.is_none() {
            out.push(GroupName { index, name: out.len().to_string() });
        }
    }
    for (index, name) in groups.iter().enumerate() {
        if let Some(name) = name {
            out.push(GroupName { index, name: name.clone() });
        }
    }
    out
}

impl Reader<'_> {
    pub(super) fn peek(&self, ahead: usize) -> Option<char> {
        self.chars.get(self.at + ahead).copied()
    }

    pub(super) fn ignores_case(&self) -> bool {
        self.options.last().is_some_and(|options| options.ignores_case)
    }

    fn begins(&self, text: &str) -> bool {
        text.chars().enumerate().all(|(index, c)| self.peek(index) == Some(c))
    }

    pub(super) fn invalid<T>(&self, what: &str) -> Outcome<T> {
        fault("System.Text.RegularExpressions.RegexParseException", format!("`{}` is not a regular expression: {what}", self.source))
    }

    fn piece(&mut self) -> Outcome<()> {
        let Some(c) = self.peek(0) else { return Ok(()) };
        let options = self.options.last().copied().unwrap_or_default();
        match c {
            '\\' => return self.escape(false),
            '[' => return self.class(),
            '(' => return self.group(),
            ')' => {
                self.options.pop();
                if self.options.is_empty() {
                    return self.invalid("there is a `)` too many");
                }
                self.out.push(')');
            }
            '$' if options.lines => self.out.push('$'),
            '$' => {
                self.at += 1;
                return self.end();
            }
            '.' => self.out.push('.'),
            '{' if !self.is_quantifier() => self.out.push_str(r"\{"),
            '{' => return self.quantifier(),
            '}' => self.out.push_str(r"\}"),
            '*' | '+' | '?' if self.out.is_empty() || self.out.ends_with('|') || self.ends_open() => {
                return self.invalid(&format!("`{c}` has nothing to repeat"));
            }
            '#' if options.spaced => {
                while self.peek(0).is_some_and(|c| c != '\n') {
                    self.at += 1;
                }
                return Ok(());
            }
            _ if options.spaced && c.is_whitespace() => {}
            '#' | '&' | '~' | '-' => {
                self.out.push('\\');
                self.out.push(c);
            }
            _ if c.is_whitespace() => self.literal(c),
            _ => self.out.push(c),
        }
        self.at += 1;
        self.no_double_quantifier(c)
    }

    /// `$` and `\Z`: the end, or before a last line end. The engine cannot look ahead, so both are tried when matching;
    /// that is right only where nothing follows.
    pub(super) fn end(&mut self) -> Outcome<()> {
        self.has_end = true;
        self.out.push_str(r"\z");
        match self.peek(0) {
            None | Some(')' | '|') => Ok(()),
            Some(c) if c.is_alphanumeric() => Ok(()),
            Some(_) => refused("`$` is available only at the end of a regular expression or of an alternative"),
        }
    }

    fn ends_open(&self) -> bool {
        self.out.ends_with('(') && !self.out.ends_with(r"\(") || self.out.ends_with("(?:")
    }

    /// `a**` is a mistake in .NET, `a+?` is lazy; possessive `a++` is a mistake too.
    fn no_double_quantifier(&mut self, c: char) -> Outcome<()> {
        if !matches!(c, '*' | '+' | '?') {
            return Ok(());
        }
        if self.peek(0) == Some('?') {
            self.out.push('?');
            self.at += 1;
            self.has_lazy = true;
        }
        match self.peek(0) {
            Some('*' | '+' | '?') => self.invalid("a repeated repetition"),
            Some('{') if self.is_quantifier() => self.invalid("a repeated repetition"),
            _ => Ok(()),
        }
    }

    fn is_quantifier(&self) -> bool {
        let rest: String = self.chars[self.at + 1..].iter().take_while(|c| **c != '}').collect();
        let closed = self.chars.get(self.at + 1 + rest.chars().count()) == Some(&'}');
        let (low, high) = rest.split_once(',').unwrap_or((&rest, "0"));
        let is_number = |text: &str| text.chars().all(|c| c.is_ascii_digit());
        closed && !low.is_empty() && is_number(low) && is_number(high)
    }

    fn quantifier(&mut self) -> Outcome<()> {
        while let Some(c) = self.peek(0) {
            self.at += 1;
            self.out.push(c);
            if c == '}' {
                break;
            }
        }
        if self.peek(0) == Some('?') {
            self.out.push('?');
            self.at += 1;
            self.has_lazy = true;
        }
        if matches!(self.peek(0), Some('*' | '+' | '?')) { self.invalid("a repeated repetition") } else { Ok(()) }
    }

    fn literal(&mut self, c: char) {
        self.out.push_str(&regex_syntax::escape(&c.to_string()));
    }

    fn group(&mut self) -> Outcome<()> {
        let options = self.options.last().copied().unwrap_or_default();
        if !self.begins("(?") {
            self.groups.push(None);
            self.options.push(options);
            self.out.push('(');
            self.at += 1;
            return Ok(());
        }
        if self.begins("(?#") {
            while self.peek(0).is_some_and(|c| c != ')') {
                self.at += 1;
            }
            self.at += 1;
            return Ok(());
        }
        for (look, what) in [
            ("(?=", "look-ahead"),
            ("(?!", "look-ahead"),
            ("(?<=", "look-behind"),
            ("(?<!", "look-behind"),
            ("(?>", "an atomic group"),
            ("(?(", "a condition"),
        ] {
            if self.begins(look) {
                return refused(format!(
                    "`{look}`, {what}, is not available in regular expressions here; test for it with a second condition"
                ));
            }
        }
        if self.begins("(?:") {
            self.options.push(options);
            self.out.push_str("(?:");
            self.at += 3;
            return Ok(());
        }
        if self.begins("(?<") || self.begins("(?'") {
            let close = if self.begins("(?<") { '>' } else { '\'' };
            return self.named_group(close, options);
        }
        self.option_group(options)
    }

    fn named_group(&mut self, close: char, options: Options) -> Outcome<()> {
        let name: String = self.chars[self.at + 3..].iter().take_while(|c| **c != close).collect();
        if name.contains('-') {
            return refused("balancing groups are not available in regular expressions here");
        }
        let is_word = name.chars().all(|c| c.is_alphanumeric() || c == '_');
        if name.is_empty() || !is_word || self.groups.iter().flatten().any(|known| *known == name) {
            return if is_word && !name.is_empty() {
                refused("two groups of one name are not available")
            } else {
                self.invalid("a group's name")
            };
        }
        if name.starts_with(|c: char| c.is_ascii_digit()) {
            return refused("groups named by numbers are not available");
        }
        self.at += 3 + name.chars().count() + 1;
        self.out.push('(');
        self.groups.push(Some(name));
        self.options.push(options);
        Ok(())
    }

    /// `(?i)`, `(?i-s:...)`
    fn option_group(&mut self, options: Options) -> Outcome<()> {
        let text: String = self.chars[self.at + 2..].iter().take_while(|c| !matches!(c, ')' | ':')).collect();
        let end = self.peek(2 + text.chars().count());
        if end.is_none() || text.is_empty() || !text.chars().all(|c| matches!(c, 'i' | 'm' | 's' | 'n' | 'x' | '-')) {
            return self.invalid("an unknown group");
        }
        if text.contains('n') {
            return refused("the option `n` is not available in regular expressions here");
        }
        let (on, off) = text.split_once('-').unwrap_or((&text, ""));
        let switched = |letter: char, before: bool| (before || on.contains(letter)) && !off.contains(letter);
        let options = Options {
            spaced: switched('x', options.spaced),
            lines: switched('m', options.lines),
            ignores_case: switched('i', options.ignores_case),
        };
        let on: String = on.chars().filter(|c| *c != 'x').collect();
        let off: String = off.chars().filter(|c| *c != 'x').collect();
        self.at += 2 + text.chars().count() + 1;
        let minus = if off.is_empty() { "" } else { "-" };
        let is_group = end == Some(':');
        if is_group {
            self.options.push(options);
        } else if let Some(last) = self.options.last_mut() {
            *last = options;
        }
        match (on.is_empty() && off.is_empty(), is_group) {
            (true, true) => self.out.push_str("(?:"),
            (true, false) => {}
            (false, true) => self.out.push_str(&format!("(?{on}{minus}{off}:")),
            (false, false) => self.out.push_str(&format!("(?{on}{minus}{off})")),
        }
        Ok(())
    }
}
