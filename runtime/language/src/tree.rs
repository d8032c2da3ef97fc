//! A compiled expression: a tree whose variables are slots and whose names, patterns and types are already found.

mod height;

use std::sync::Arc;

use crate::arith;
use crate::compare::{self, Case};
use crate::diagnostic::Place;
use crate::pattern::Pattern;
use crate::value::{Type, Value};
use crate::wildcard::Wildcard;

/// A node and the place its failure is reported at.
#[derive(Debug)]
pub(crate) struct Expr {
    pub(crate) kind: Kind,
    pub(crate) at: Place,
    /// How many nodes stand above each other here; bounded, so evaluation may recurse.
    pub(crate) height: u16,
}

#[derive(Debug)]
pub(crate) enum Kind {
    Const(Value),
    Slot(usize),
    /// `$Plan.StorageTB`: members of a variable with names that are known.
    Path(usize, Box<[Box<str>]>),
    /// `$_`
    Item,
    /// `$Matches`
    Matches,
    Expand(Box<[Piece]>),
    /// `a, b`
    List(Box<[Expr]>),
    /// `@( ... )`
    Array(Box<Body>),
    /// `$( ... )`
    Sub(Box<Body>),
    /// `( ... )`
    Paren(Box<Statement>),
    Table {
        is_ordered: bool,
        entries: Box<[(Expr, Statement)]>,
    },
    Block(Arc<Code>),
    Member {
        target: Box<Expr>,
        name: Name,
        is_safe: bool,
    },
    Call {
        target: Box<Expr>,
        name: &'static str,
        arguments: Box<[Expr]>,
        is_safe: bool,
    },
    Index {
        target: Box<Expr>,
        index: Box<Expr>,
        is_safe: bool,
    },
    Static(Type, &'static str),
    StaticCall(Type, &'static str, Box<[Expr]>),
    Cast(Type, Box<Expr>),
    Unary(Unary, Box<Expr>),
    Arith(arith::Op, Box<Expr>, Box<Expr>),
    Compare(compare::Op, Case, Box<Expr>, Box<Expr>),
    Binary(Binary, Case, Box<Expr>, Box<Expr>),
    Like {
        is_not: bool,
        case: Case,
        left: Box<Expr>,
        right: Box<Expr>,
        known: Option<Box<Wildcard>>,
    },
    Match {
        is_not: bool,
        case: Case,
        left: Box<Expr>,
        right: Box<Expr>,
        known: Option<Arc<Pattern>>,
    },
    Replace {
        case: Case,
        left: Box<Expr>,
        right: Box<Expr>,
        known: Option<Arc<Pattern>>,
    },
    And(Box<Expr>, Box<Expr>),
    Or(Box<Expr>, Box<Expr>),
    Ternary(Box<(Expr, Expr, Expr)>),
    Coalesce(Box<Expr>, Box<Expr>),
}

/// A part of a string with expansion.
#[derive(Debug)]
pub(crate) enum Piece {
    Text(Box<str>),
    Value(Expr),
}

/// A member's name.
#[derive(Debug)]
pub(crate) enum Name {
    Known(Box<str>),
    Computed(Box<Expr>),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unary {
    Not,
    BitNot,
    Minus,
    Plus,
    Join,
    Split(Case),
}

/// Operators that look at both sides and nothing else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Binary {
    Contains,
    NotContains,
    In,
    NotIn,
    Split,
    Join,
    Format,
    Range,
    Is,
    IsNot,
    As,
    Xor,
    BitAnd,
    BitOr,
    BitXor,
    ShiftLeft,
    ShiftRight,
}

/// `{ ... }` as a value.
#[derive(Debug)]
pub(crate) struct Code {
    pub(crate) body: Body,
    pub(crate) value: Value,
}

/// Statements, one after another.
#[derive(Debug, Default)]
pub(crate) struct Body(pub(crate) Box<[Statement]>);

#[derive(Debug)]
pub(crate) enum Statement {
    Value(Expr),
    Pipe(Expr, Box<[Stage]>),
    If { arms: Box<[(Statement, Body)]>, otherwise: Option<Body> },
    Switch(Box<Switch>),
    Break,
    Continue,
}

#[derive(Debug)]
pub(crate) struct Switch {
    pub(crate) subject: Statement,
    pub(crate) how: How,
    pub(crate) case: Case,
    pub(crate) arms: Box<[(Test, Body)]>,
    pub(crate) otherwise: Option<Body>,
}

/// How a switch compares.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum How {
    Exact,
    Wildcard,
    Regex,
}

/// What stands before an arm of a switch.
#[derive(Debug)]
pub(crate) enum Test {
    Value(Expr),
    Block(Body),
}

/// A command of a pipeline.
#[derive(Debug)]
pub(crate) struct Stage {
    pub(crate) command: Command,
    pub(crate) at: Place,
}

#[derive(Debug)]
pub(crate) enum Command {
    Where(Arc<Code>),
    /// `Where-Object Name -eq 'x'`: the comparison over `$_.Name`.
    WhereValue(Box<Expr>),
    ForEach {
        begin: Option<Arc<Code>>,
        process: Box<[Arc<Code>]>,
        end: Option<Arc<Code>>,
    },
    ForEachMember(Box<Expr>),
    Sort {
        keys: Box<[Key]>,
        is_descending: bool,
        is_unique: bool,
        case: Case,
    },
    Select(Box<Select>),
    Measure(Box<Measure>),
}

/// What to sort by.
#[derive(Debug)]
pub(crate) enum Key {
    Member(Box<str>),
    Block(Arc<Code>),
}

#[derive(Debug, Default)]
pub(crate) struct Select {
    pub(crate) first: Option<Expr>,
    pub(crate) last: Option<Expr>,
    pub(crate) skip: Option<Expr>,
    pub(crate) skip_last: Option<Expr>,
    pub(crate) is_unique: bool,
    pub(crate) expand: Option<Box<str>>,
}

#[derive(Debug, Default)]
pub(crate) struct Measure {
    pub(crate) property: Option<Box<str>>,
    pub(crate) has_sum: bool,
    pub(crate) has_average: bool,
    pub(crate) has_minimum: bool,
    pub(crate) has_maximum: bool,
}

impl Expr {
    pub(crate) fn constant(&self) -> Option<&Value> {
        match &self.kind {
            Kind::Const(value) => Some(value),
            _ => None,
        }
    }
}
