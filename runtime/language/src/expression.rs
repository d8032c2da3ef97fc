//! Conditions and values: compiled once against the known names, evaluated many times.

use crate::diagnostic::Place;
use crate::eval::Machine;
use crate::parse::{Parsed, parse};
use crate::tree::Body;
use crate::{Diagnostic, EvalError, Value};

/// What is known about a variable before there is a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Shape {
    /// Nothing is known; any member may be asked for.
    Any,
    /// Exactly these members; another is a mistake when compiled.
    Members(Vec<(String, Shape)>),
}

/// The variables an expression may name. Their order is the order of the slots.
#[derive(Debug, Clone, Default)]
pub struct Names {
    names: Vec<(String, Shape)>,
    is_open: bool,
}

impl Names {
    /// No names yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a variable; its slot is the number of those before it.
    #[must_use]
    pub fn with(mut self, name: &str, shape: Shape) -> Self {
        self.names.push((name.to_owned(), shape));
        self
    }

    /// Makes every other variable `$null`, as in a session without strict mode, rather than a mistake.
    #[must_use]
    pub fn open(mut self) -> Self {
        self.is_open = true;
        self
    }

    pub(crate) fn is_open(&self) -> bool {
        self.is_open
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, &Shape)> {
        self.names.iter().map(|(name, shape)| (name.as_str(), shape))
    }

    pub(crate) fn name(&self, slot: usize) -> &str {
        &self.names[slot].0
    }

    pub(crate) fn shape(&self, slot: usize) -> &Shape {
        &self.names[slot].1
    }

    /// The slot of a variable, whatever its case.
    #[must_use]
    pub fn slot(&self, name: &str) -> Option<usize> {
        self.names.iter().position(|(known, _)| known.eq_ignore_ascii_case(name))
    }

    /// How many slots an evaluation needs.
    #[must_use]
    pub fn len(&self) -> usize {
        self.names.len()
    }

    /// Whether there is no name.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.names.is_empty()
    }
}

/// A compiled script block.
#[derive(Debug)]
pub struct Expression {
    body: Body,
    now: Option<usize>,
    reads: Vec<Vec<String>>,
}

impl Expression {
    /// Compiles the text of a script block (without its braces) whose first character stands at `line` and `column`.
    ///
    /// # Errors
    /// Everything that is wrong or not in the subset.
    pub fn compile(text: &str, line: u32, column: u32, names: &Names) -> Result<Expression, Vec<Diagnostic>> {
        let Parsed { body, reads } = parse(text, Place { line, column }, names)?;
        Ok(Expression { body, now: names.slot("Now"), reads })
    }

    /// The block's output: nothing is `Null`, one value is itself, several are an array.
    ///
    /// # Errors
    /// Where PowerShell would end with an error, or a limit is reached.
    pub fn evaluate(&self, slots: &[Value]) -> Result<Value, EvalError> {
        Machine::new(slots, self.now).result(&self.body).map_err(|fault| {
            let Place { line, column } = fault.at.unwrap_or_default();
            EvalError { code: fault.code.into_owned(), message: fault.message, line, column }
        })
    }

    /// The paths it reads, as far as they are known without a value: `["Plan", "StorageTB"]`.
    #[must_use]
    pub fn reads(&self) -> &[Vec<String>] {
        &self.reads
    }
}
