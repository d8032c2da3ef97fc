//! Conditions and values: compiled once against the known names, evaluated many times.

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
    reads: Vec<Vec<String>>,
}

impl Expression {
    /// Compiles the text of a script block (without its braces) whose first character stands at `line` and `column`.
    ///
    /// # Errors
    /// Everything that is wrong or not in the subset.
    pub fn compile(text: &str, line: u32, column: u32, names: &Names) -> Result<Expression, Vec<Diagnostic>> {
        let _ = (text, line, column, names);
        todo!()
    }

    /// The block's output: nothing is `Null`, one value is itself, several are an array.
    ///
    /// # Errors
    /// Where PowerShell would end with an error, or a limit is reached.
    pub fn evaluate(&self, slots: &[Value]) -> Result<Value, EvalError> {
        let _ = slots;
        todo!()
    }

    /// The paths it reads, as far as they are known without a value: `["Plan", "StorageTB"]`.
    #[must_use]
    pub fn reads(&self) -> &[Vec<String>] {
        &self.reads
    }
}
