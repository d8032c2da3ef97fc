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

/// `\d`, `\w`, `\s` as .NET defines them: categories, not properties.
const DIGIT: &str = r"\p{Nd}";
const WORD: &str = r"\p{L}\p{Mn}\p{Mc}\p{Nd}\p{Pc}";
const SPACE: &str = r"\f\n\r\t\x0B\x{85}\p{Z}";

struct Reader<'a> {
    chars: Vec<char>,
    at: usize,
    source: &'a str,
    out: String,
    groups: Vec<Option<String>>,
    /// Options of the open groups.
    options: Vec<Options>,
    has_end: bool,
    has_lazy: bool,
}

/// `x`: white space does not count; `m`: `$` is the end of any line.
#[derive(Clone, Copy, Default)]
struct Options {
    spaced: bool,
    lines: bool,
}

pub(super) fn translate(pattern: &str) -> Outcome<Translated> {
    let mut reader = Reader {
        chars: pattern.chars().collect(),
        at: 0,
        source: pattern,
        out: String::with_capacity(pattern.len() + 8),
        groups: vec![None],
        options: vec![Options::default()],
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
    fn peek(&self, ahead: usize) -> Option<char> {
        self.chars.get(self.at + ahead).copied()
    }

    fn begins(&self, text: &str) -> bool {
        text.chars().enumerate().all(|(index, c)| self.peek(index) == Some(c))
    }

    fn invalid<T>(&self, what: &str) -> Outcome<T> {
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
    fn end(&mut self) -> Outcome<()> {
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
        let options = Options { spaced: switched('x', options.spaced), lines: switched('m', options.lines) };
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

    /// An escape, in a class or out of it.
    fn escape(&mut self, in_class: bool) -> Outcome<()> {
        let Some(c) = self.peek(1) else { return self.invalid("it ends with `\\`") };
        self.at += 2;
        let set = |inner: &str, negated: bool| match (in_class, negated) {
            (true, false) => inner.to_owned(),
            (true, true) => format!("[^{inner}]"),
            (false, false) => format!("[{inner}]"),
            (false, true) => format!("[^{inner}]"),
        };
        let text = match c {
            'd' => set(DIGIT, false),
            'D' => set(DIGIT, true),
            'w' => set(WORD, false),
            'W' => set(WORD, true),
            's' => set(SPACE, false),
            'S' => set(SPACE, true),
            'A' if !in_class => r"(?-m:\A)".to_owned(),
            'z' if !in_class => r"(?-m:\z)".to_owned(),
            'Z' if !in_class => return self.end(),
            'b' if in_class => r"\x08".to_owned(),
            'b' | 'B' => return self.boundary(c),
            'G' => return refused("`\\G` is not available in regular expressions here"),
            'k' => return refused("a back-reference `\\k` is not available in regular expressions here"),
            '0' => {
                let digits: String = self.chars[self.at..].iter().take(2).take_while(|c| ('0'..='7').contains(*c)).collect();
                self.at += digits.len();
                format!("\\x{{{:x}}}", u32::from_str_radix(&format!("0{digits}"), 8).unwrap_or(0))
            }
            '1'..='9' if in_class => return refused("octal escapes are not available in regular expressions here"),
            '1'..='9' => return refused(format!("a back-reference `\\{c}` is not available in regular expressions here")),
            'a' => r"\x07".to_owned(),
            'e' => r"\x1B".to_owned(),
            'f' => r"\f".to_owned(),
            'n' => r"\n".to_owned(),
            'r' => r"\r".to_owned(),
            't' => r"\t".to_owned(),
            'v' => r"\x0B".to_owned(),
            'x' => self.hex(2)?,
            'u' => self.hex(4)?,
            'c' => {
                let control = self.peek(0).filter(char::is_ascii_alphabetic);
                let Some(control) = control else { return self.invalid("an unknown control character") };
                self.at += 1;
                format!("\\x{:02x}", control.to_ascii_uppercase() as u32 - 64)
            }
            'p' | 'P' => self.category(c)?,
            _ if c.is_ascii_alphanumeric() => return self.invalid(&format!("`\\{c}` is unknown")),
            _ => regex_syntax::escape(&c.to_string()),
        };
        self.out.push_str(&text);
        Ok(())
    }

    /// .NET's word boundary counts joiners too; where neither side has one the engine's is the same.
    fn boundary(&mut self, c: char) -> Outcome<()> {
        self.out.push('\\');
        self.out.push(c);
        Ok(())
    }

    fn hex(&mut self, digits: usize) -> Outcome<String> {
        let text: String = self.chars[self.at..].iter().take(digits).take_while(|c| c.is_ascii_hexdigit()).collect();
        if text.len() != digits {
            return self.invalid("too few hexadecimal digits");
        }
        self.at += digits;
        match u32::from_str_radix(&text, 16).ok().and_then(char::from_u32) {
            Some(c) => Ok(format!("\\x{{{:x}}}", u32::from(c))),
            None => refused("half a surrogate pair is not available in regular expressions here"),
        }
    }

    /// `\p{Lu}`; blocks such as `\p{IsGreek}` are refused.
    fn category(&mut self, c: char) -> Outcome<String> {
        let text: String = self.chars[self.at..].iter().take_while(|c| **c != '}').collect();
        let Some(name) = text.strip_prefix('{') else { return self.invalid("`\\p` without a category") };
        const KNOWN: &str = " L Lu Ll Lt Lm Lo M Mn Mc Me N Nd Nl No P Pc Pd Ps Pe Pi Pf Po S Sm Sc Sk So Z Zs Zl Zp C Cc Cf Cn ";
        if !KNOWN.contains(&format!(" {name} ")) {
            return if name.starts_with("Is") {
                refused(format!("the block `{name}` is not available; name a category or a range"))
            } else {
                self.invalid("an unknown category")
            };
        }
        self.at += text.chars().count() + 1;
        Ok(format!("\\{c}{{{name}}}"))
    }

    /// `[...]`, where `[`, `&&`, `--`, `~~` are plain characters in .NET and a last `-[...]` subtracts.
    fn class(&mut self) -> Outcome<()> {
        self.out.push('[');
        self.at += 1;
        if self.peek(0) == Some('^') {
            self.out.push('^');
            self.at += 1;
        }
        let mut is_first = true;
        loop {
            let Some(c) = self.peek(0) else { return self.invalid("a `[` has no `]`") };
            match c {
                ']' if !is_first => {
                    self.at += 1;
                    self.out.push(']');
                    return Ok(());
                }
                '-' if self.peek(1) == Some('[') && !is_first => {
                    self.at += 1;
                    self.out.push_str("--");
                    self.class()?;
                    if self.peek(0) != Some(']') {
                        return self.invalid("a subtraction must be the last thing in its class");
                    }
                }
                '\\' => self.escape(true)?,
                '-' if is_first || self.peek(1) == Some(']') => {
                    self.out.push_str("\\-");
                    self.at += 1;
                }
                '-' => {
                    self.out.push('-');
                    self.at += 1;
                }
                _ => {
                    self.out.push_str(&class_char(c));
                    self.at += 1;
                }
            }
            is_first = false;
        }
    }
}

fn class_char(c: char) -> String {
    if matches!(c, '[' | ']' | '&' | '~' | '^') { format!("\\{c}") } else { regex_syntax::escape(&c.to_string()) }
}
