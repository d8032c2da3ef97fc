//! From text to tree: statements and pipelines. What is not in the subset is refused here, with words.

mod build;
mod command;
mod known;
mod operator;
mod postfix;
mod primary;
mod statement;
mod table;
mod text;
mod variable;
mod words;

use crate::diagnostic::{Diagnostic, Place};
use crate::expression::Names;
use crate::scan::Scanner;
use crate::tree::{Body, Code, Expr, Kind, Statement};
use crate::value::{Block, Value};

/// How deep brackets, blocks and operators may stand in each other.
const DEPTH: usize = 80;
/// How high the tree of one expression may grow.
const HEIGHT: u16 = 150;

type Parse<T> = Result<T, Diagnostic>;

pub(crate) struct Parser<'a> {
    scan: Scanner<'a>,
    names: &'a Names,
    /// Mistakes after which parsing could go on.
    errors: Vec<Diagnostic>,
    reads: Vec<Vec<String>>,
    depth: usize,
    /// Inside the arms of how many switches.
    switches: usize,
    /// Inside how many parentheses of method calls, where a comma separates arguments.
    is_argument: bool,
}

/// What a text compiles to.
pub(crate) struct Parsed {
    pub(crate) body: Body,
    pub(crate) reads: Vec<Vec<String>>,
}

/// Compiles the inside of a script block.
pub(crate) fn parse(text: &str, base: Place, names: &Names) -> Result<Parsed, Vec<Diagnostic>> {
    let mut parser =
        Parser { scan: Scanner::new(text, base), names, errors: Vec::new(), reads: Vec::new(), depth: 0, switches: 0, is_argument: false };
    let body = match parser.body(None) {
        Ok(body) => body,
        Err(error) => {
            parser.errors.push(error);
            Body::default()
        }
    };
    if parser.errors.is_empty() { Ok(Parsed { body, reads: parser.reads }) } else { Err(parser.errors) }
}

impl Parser<'_> {
    fn error<T>(&self, code: &'static str, message: impl Into<String>, hint: impl Into<String>, at: usize) -> Parse<T> {
        Err(Diagnostic::new(code, message, self.scan.place(at)).hint(hint))
    }

    fn expr(&self, kind: Kind, start: usize) -> Parse<Expr> {
        let height = kind.below().saturating_add(1);
        if height > HEIGHT {
            return self.error("too_deep", "the expression has too many parts on top of each other", "split it into several", start);
        }
        Ok(Expr { kind, at: self.scan.place(start), height })
    }

    /// Statements up to `close`, which is taken, or to the end of the text.
    fn body(&mut self, close: Option<char>) -> Parse<Body> {
        let start = self.scan.at.saturating_sub(1);
        self.depth += 1;
        if self.depth > DEPTH {
            return self.error("too_deep", "brackets and blocks stand too deep in each other", "40 levels are the limit", start);
        }
        let was_argument = std::mem::replace(&mut self.is_argument, false);
        let mut statements = Vec::new();
        loop {
            self.scan.skip_lines()?;
            while self.scan.eat(";") {
                self.scan.skip_lines()?;
            }
            match (self.scan.peek(), close) {
                (None, None) => break,
                (Some(c), Some(close)) if c == close => {
                    self.scan.bump();
                    break;
                }
                (None, Some(close)) => {
                    return self.error("missing_end", format!("`{close}` is missing"), format!("add `{close}`"), start);
                }
                (Some(_), _) => {
                    statements.push(self.statement()?);
                    self.end_of_statement(close)?;
                }
            }
        }
        self.is_argument = was_argument;
        self.depth -= 1;
        Ok(Body(statements.into_boxed_slice()))
    }

    fn end_of_statement(&mut self, close: Option<char>) -> Parse<()> {
        self.scan.skip_blanks()?;
        match self.scan.peek() {
            None | Some(';' | '\n' | '\r') => Ok(()),
            Some(c) if Some(c) == close => Ok(()),
            // `if () { } 5`: a statement may follow a closing brace.
            Some(_) if self.scan.text[..self.scan.at].trim_end().ends_with('}') => Ok(()),
            Some(_) => self.unexpected(),
        }
    }

    /// What stands where an operator or an end was expected, in words.
    fn unexpected<T>(&self) -> Parse<T> {
        let at = self.scan.at;
        let rest = self.scan.rest();
        let (message, hint) = if rest.starts_with("&&") || rest.starts_with("||") {
            ("pipeline chains are not available in an expression", "use `-and`, `-or`")
        } else if rest.starts_with('>') || rest.starts_with('<') {
            ("`>` and `<` redirect; they do not compare", "use `-gt`, `-lt`, `-ge`, `-le`")
        } else if rest.starts_with("==") || rest.starts_with("!=") {
            ("`==` and `!=` are no operators of PowerShell", "use `-eq`, `-ne`")
        } else if rest.starts_with('=')
            || rest.starts_with("+=")
            || rest.starts_with("-=")
            || rest.starts_with("*=")
            || rest.starts_with("/=")
        {
            ("assignments are not available in an expression", "use `-eq` to compare")
        } else if rest.starts_with('&') {
            ("`&` is not available in an expression", "use `-band`, or a script action")
        } else {
            let word: String = rest.chars().take_while(|c| !c.is_whitespace()).take(30).collect();
            return self.error("unexpected", format!("`{word}` was not expected here"), "is an operator or a separator missing?", at);
        };
        self.error("not_available", message, hint, at)
    }

    fn statement(&mut self) -> Parse<Statement> {
        let start = self.scan.at;
        if self.scan.peek().is_some_and(|c| c.is_alphabetic() || c == '_') {
            let word = self.scan.word(true).to_ascii_lowercase();
            match word.as_str() {
                "if" => return self.if_statement(),
                "switch" => return self.switch_statement(),
                "break" | "continue" if self.switches > 0 => {
                    return Ok(if word == "break" { Statement::Break } else { Statement::Continue });
                }
                _ => {}
            }
            self.scan.at = start;
            return self.refuse_word(start);
        }
        if matches!(self.scan.peek(), Some('&' | '.')) && !self.scan.peek_second().is_some_and(|c| c.is_ascii_digit()) {
            return self.error(
                "not_available",
                "calling a command or a block is not available in an expression",
                "write the expression itself",
                start,
            );
        }
        self.pipeline()
    }

    /// A word where a value was expected: a keyword, a command, or a string without quotes.
    fn refuse_word<T>(&mut self, start: usize) -> Parse<T> {
        let word = self.scan.word(true).to_owned();
        let lower = word.to_ascii_lowercase();
        let statements = [
            "foreach",
            "for",
            "while",
            "do",
            "function",
            "filter",
            "return",
            "throw",
            "try",
            "trap",
            "exit",
            "break",
            "continue",
            "param",
            "begin",
            "process",
            "end",
            "class",
            "enum",
            "using",
            "data",
            "elseif",
            "else",
            "until",
            "catch",
            "finally",
            "workflow",
            "configuration",
            "clean",
            "dynamicparam",
        ];
        if statements.contains(&lower.as_str()) {
            let hint = match lower.as_str() {
                "foreach" | "for" | "while" | "do" => "use `| ForEach-Object { }`",
                "return" => "write the value alone",
                _ => "use a script action",
            };
            return self.error("not_available", format!("`{word}` is not available in an expression"), hint, start);
        }
        if lower == "get-date" {
            return self.error("not_available", "`Get-Date` is not available in an expression", "use `$Now`, or a script action", start);
        }
        if word.contains('-') {
            return self.error(
                "not_available",
                format!("the command `{word}` is not available in an expression"),
                "use a script action",
                start,
            );
        }
        let near = crate::nearest::nearest(&word, self.names.iter().map(|(name, _)| name));
        let hint = match near {
            Some(near) => format!("did you mean `${near}`? A string stands in quotes: `'{word}'`"),
            None => format!("a string stands in quotes: `'{word}'`"),
        };
        self.error("not_a_value", format!("`{word}` would be a command"), hint, start)
    }

    fn pipeline(&mut self) -> Parse<Statement> {
        let first = self.expression()?;
        let mut stages = Vec::new();
        loop {
            let before = self.scan.at;
            self.scan.skip_blanks()?;
            if self.scan.rest().starts_with("||") {
                return self.unexpected();
            }
            // A line may begin with the pipe.
            if !self.scan.rest().starts_with('|') {
                let here = self.scan.at;
                self.scan.skip_lines()?;
                if !self.scan.rest().starts_with('|') || self.scan.rest().starts_with("||") {
                    self.scan.at = if stages.is_empty() { before.max(here) } else { here };
                    break;
                }
            }
            self.scan.at += 1;
            self.scan.skip_lines()?;
            stages.push(self.stage()?);
        }
        if stages.is_empty() { Ok(Statement::Value(first)) } else { Ok(Statement::Pipe(first, stages.into_boxed_slice())) }
    }

    /// `( pipeline )`; the scanner is behind `(`.
    fn parenthesised(&mut self, open: usize) -> Parse<Statement> {
        self.depth += 1;
        if self.depth > DEPTH {
            return self.error("too_deep", "brackets and blocks stand too deep in each other", "40 levels are the limit", open);
        }
        let was_argument = std::mem::replace(&mut self.is_argument, false);
        self.scan.skip_lines()?;
        if self.scan.peek() == Some(')') {
            return self.error("missing_value", "there is nothing between the parentheses", "write an expression", open);
        }
        let statement = self.pipeline_or_word()?;
        self.scan.skip_lines()?;
        if !self.scan.eat(")") {
            return if self.scan.is_at_end() { self.error("missing_end", "`(` has no `)`", "add `)`", open) } else { self.unexpected() };
        }
        self.is_argument = was_argument;
        self.depth -= 1;
        Ok(statement)
    }

    fn pipeline_or_word(&mut self) -> Parse<Statement> {
        let start = self.scan.at;
        if self.scan.peek().is_some_and(|c| c.is_alphabetic()) {
            return self.refuse_word(start);
        }
        self.pipeline()
    }

    /// `{ ... }` as a value; the scanner is on the brace.
    fn code(&mut self) -> Parse<Code> {
        self.scan.at += 1;
        let start = self.scan.at;
        let body = self.body(Some('}'))?;
        let text = &self.scan.text[start..self.scan.at - 1];
        Ok(Code { body, value: Value::Block(std::sync::Arc::new(Block { text: text.into() })) })
    }
}
