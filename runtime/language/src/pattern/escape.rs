//! Escapes and classes of .NET's regular expressions.

use super::translate::Reader;
use crate::fault::{Outcome, refused};

impl Reader<'_> {
    /// An escape, in a class or out of it.
    pub(super) fn escape(&mut self, in_class: bool) -> Outcome<()> {
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
            'p' | 'P' => self.category(c, in_class)?,
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
    fn category(&mut self, c: char, in_class: bool) -> Outcome<String> {
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
        // Without regard to case, .NET takes the three kinds of letters with case for one.
        if matches!(name, "Lu" | "Ll" | "Lt") && self.ignores_case() {
            const CASED: &str = r"\p{Lu}\p{Ll}\p{Lt}";
            return Ok(match (c, in_class) {
                ('P', _) => format!("[^{CASED}]"),
                (_, true) => CASED.to_owned(),
                (_, false) => format!("[{CASED}]"),
            });
        }
        Ok(format!("\\{c}{{{name}}}"))
    }

    /// `[...]`, where `[`, `&&`, `--`, `~~` are plain characters in .NET and a last `-[...]` subtracts.
    pub(super) fn class(&mut self) -> Outcome<()> {
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

/// `\d`, `\w`, `\s` as .NET defines them: categories, not properties.
const DIGIT: &str = r"\p{Nd}";

const WORD: &str = r"\p{L}\p{Mn}\p{Mc}\p{Nd}\p{Pc}";

const SPACE: &str = r"\f\n\r\t\x0B\x{85}\p{Z}";

fn class_char(c: char) -> String {
    if matches!(c, '[' | ']' | '&' | '~' | '^') { format!("\\{c}") } else { regex_syntax::escape(&c.to_string()) }
}
