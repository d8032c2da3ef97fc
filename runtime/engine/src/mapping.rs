//! From a rule's `With` to an action's typed parameters: expressions at any depth are evaluated, then converted and checked.

use language::{Expression, Names};
use model::{Block, DataType, Failure, Object, Position, Value};
use package::bridge::to_model;

use crate::Scope;
use crate::limits::Limits;

/// An expression and how its author wrote it.
#[derive(Debug)]
pub(crate) struct Code {
    expression: Expression,
    /// Slots and paths it reads.
    pub(crate) reads: Vec<(usize, Vec<String>)>,
    /// As written, and where.
    pub(crate) block: Block,
}

/// A value with expressions at any depth, compiled.
#[derive(Debug)]
pub(crate) enum Mapping {
    Literal(Value),
    Block(Code),
    List(Vec<Mapping>),
    Table(Vec<(String, Mapping)>),
}

/// What becomes of `$null`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum OnNull {
    /// The parameter is left out: PowerShell would turn `$null` into `0` or an empty text.
    LeaveOut,
    /// It is a value.
    Keep,
    /// The step fails.
    Refuse,
}

/// One parameter of an action with what a rule gives it.
#[derive(Debug)]
pub(crate) struct Bound {
    /// The parameter as the action spells it.
    pub(crate) name: String,
    /// Its type; none where the action takes anything.
    pub(crate) data_type: Option<DataType>,
    pub(crate) on_null: OnNull,
    pub(crate) limits: Limits,
    pub(crate) mapping: Mapping,
    pub(crate) position: Position,
}

impl Code {
    /// Compiles `block`; what is wrong comes back in the package's terms.
    pub(crate) fn compile(block: &Block, names: &Names) -> Result<Code, Vec<package::Error>> {
        let at = &block.position;
        match Expression::compile(&block.text, at.line, at.column, names) {
            Ok(expression) => {
                let with_slot = |path: &Vec<String>| Some((names.slot(path.first()?)?, path.clone()));
                let reads = expression.reads().iter().filter_map(with_slot).collect();
                Ok(Code { expression, reads, block: block.clone() })
            }
            Err(diagnostics) => Err(diagnostics
                .into_iter()
                .map(|found| package::Error {
                    position: Position { file: at.file.clone(), line: found.line, column: found.column },
                    code: found.code,
                    message: found.message,
                    hint: found.hint,
                })
                .collect()),
        }
    }

    /// The value, in the terms of expressions.
    pub(crate) fn evaluate(&self, scope: &Scope, code: &str) -> Result<language::Value, Failure> {
        self.expression.evaluate(scope.slots()).map_err(|error| {
            let at = Position { file: self.block.position.file.clone(), line: error.line, column: error.column };
            Failure::new(code, format!("{at}: {}", error.message))
        })
    }

    /// The value, in the terms of properties and parameters.
    pub(crate) fn value(&self, scope: &Scope, code: &str) -> Result<Value, Failure> {
        self.evaluate(scope, code).map(to_model)
    }
}

impl Mapping {
    /// Compiles every expression of `mapping`, gathering what is wrong.
    pub(crate) fn compile(mapping: &package::Mapping, names: &Names, errors: &mut Vec<package::Error>) -> Option<Mapping> {
        match mapping {
            package::Mapping::Literal(value) => Some(Mapping::Literal(value.clone())),
            package::Mapping::Block(block) => match Code::compile(block, names) {
                Ok(code) => Some(Mapping::Block(code)),
                Err(found) => {
                    errors.extend(found);
                    None
                }
            },
            package::Mapping::List(items) => {
                let items: Vec<_> = items.iter().map(|item| Mapping::compile(item, names, errors)).collect();
                items.into_iter().collect::<Option<_>>().map(Mapping::List)
            }
            package::Mapping::Table(entries) => {
                let entries: Vec<_> =
                    entries.iter().map(|(name, value)| Some((name.clone(), Mapping::compile(value, names, errors)?))).collect();
                entries.into_iter().collect::<Option<_>>().map(Mapping::Table)
            }
        }
    }

    fn evaluate(&self, scope: &Scope, code: &str) -> Result<Value, Failure> {
        match self {
            Mapping::Literal(value) => Ok(value.clone()),
            Mapping::Block(block) => block.value(scope, code),
            Mapping::List(items) => items.iter().map(|item| item.evaluate(scope, code)).collect::<Result<_, _>>().map(Value::List),
            Mapping::Table(entries) => entries
                .iter()
                .map(|(name, value)| Ok((name.clone(), value.evaluate(scope, code)?)))
                .collect::<Result<Object, Failure>>()
                .map(Value::Object),
        }
    }
}

impl Bound {
    /// The parameter's value; none when it is left out.
    fn evaluate(&self, scope: &Scope, code: &str) -> Result<Option<Value>, Failure> {
        // A literal was converted and checked when the definition was loaded.
        if let Mapping::Literal(value) = &self.mapping {
            return Ok(self.kept(value.clone()));
        }
        let value = self.mapping.evaluate(scope, code)?;
        let value = self.accept(value).map_err(|(why, what)| Failure::new(why.unwrap_or(code), format!("{}: {what}", self.position)))?;
        Ok(self.kept(value))
    }

    fn kept(&self, value: Value) -> Option<Value> {
        if value.is_null() && self.on_null == OnNull::LeaveOut { None } else { Some(value) }
    }

    /// `value` as the parameter takes it, or a code of its own if it has one, and a sentence.
    pub(crate) fn accept(&self, value: Value) -> Result<Value, (Option<&'static str>, String)> {
        let Some(data_type) = self.data_type else {
            return Ok(value);
        };
        let value = data_type.convert(value).map_err(|mismatch| (None, format!("`{}`: {mismatch}", self.name)))?;
        match (value.is_null(), self.on_null) {
            (true, OnNull::Refuse) => Err((Some("parameter_null"), format!("`{}` must have a value and got $null", self.name))),
            (true, OnNull::LeaveOut) => Ok(value),
            _ => self.limits.check(&self.name, &value).map(|()| value).map_err(|what| (None, what)),
        }
    }
}

/// All parameters, evaluated, converted and checked.
pub(crate) fn evaluate_all(bound: &[Bound], scope: &Scope, code: &str) -> Result<Object, Failure> {
    let mut parameters = Object::new();
    for one in bound {
        if let Some(value) = one.evaluate(scope, code)? {
            parameters.insert(one.name.as_str(), value);
        }
    }
    Ok(parameters)
}
