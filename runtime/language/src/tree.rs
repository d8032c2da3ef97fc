//! A compiled expression: a tree whose variables are slots and whose names, patterns and types are already found.

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

fn tallest<'a>(exprs: impl IntoIterator<Item = &'a Expr>) -> u16 {
    exprs.into_iter().map(|expr| expr.height).max().unwrap_or(0)
}

impl Kind {
    /// The height of what stands below the node.
    pub(crate) fn below(&self) -> u16 {
        match self {
            Kind::Const(_) | Kind::Slot(_) | Kind::Path(..) | Kind::Item | Kind::Matches | Kind::Static(..) => 0,
            Kind::Expand(pieces) => tallest(pieces.iter().filter_map(|piece| match piece {
                Piece::Value(expr) => Some(expr),
                Piece::Text(_) => None,
            })),
            Kind::List(items) | Kind::StaticCall(_, _, items) => tallest(items),
            Kind::Array(body) | Kind::Sub(body) => body.height(),
            Kind::Paren(statement) => statement.height(),
            Kind::Table { entries, .. } => entries.iter().map(|(key, value)| key.height.max(value.height())).max().unwrap_or(0),
            Kind::Block(code) => code.body.height(),
            Kind::Member { target, name: Name::Computed(name), .. } => tallest([target.as_ref(), name]),
            Kind::Member { target, .. } => target.height,
            Kind::Call { target, arguments, .. } => tallest(arguments).max(target.height),
            Kind::Cast(_, operand) | Kind::Unary(_, operand) => operand.height,
            Kind::Index { target: left, index: right, .. }
            | Kind::Arith(_, left, right)
            | Kind::Compare(_, _, left, right)
            | Kind::Binary(_, _, left, right)
            | Kind::Like { left, right, .. }
            | Kind::Match { left, right, .. }
            | Kind::Replace { left, right, .. }
            | Kind::And(left, right)
            | Kind::Or(left, right)
            | Kind::Coalesce(left, right) => left.height.max(right.height),
            Kind::Ternary(parts) => tallest([&parts.0, &parts.1, &parts.2]),
        }
    }
}

impl Body {
    pub(crate) fn height(&self) -> u16 {
        // Two nodes of an evaluator's stack for each level of blocks.
        self.0.iter().map(Statement::height).max().unwrap_or(0).saturating_add(2)
    }
}

impl Statement {
    /// How high the tree of the statement is.
    pub(crate) fn height(&self) -> u16 {
        match self {
            Statement::Value(expr) => expr.height,
            Statement::Pipe(first, stages) => stages.iter().map(|stage| stage.command.height()).max().unwrap_or(0).max(first.height),
            Statement::If { arms, otherwise } => {
                let arms = arms.iter().map(|(condition, body)| condition.height().max(body.height())).max().unwrap_or(0);
                arms.max(otherwise.as_ref().map_or(0, Body::height))
            }
            Statement::Switch(switch) => {
                let arms = switch.arms.iter().map(|(test, body)| test.height().max(body.height())).max().unwrap_or(0);
                arms.max(switch.subject.height()).max(switch.otherwise.as_ref().map_or(0, Body::height))
            }
            Statement::Break | Statement::Continue => 0,
        }
    }
}

impl Test {
    fn height(&self) -> u16 {
        match self {
            Test::Value(expr) => expr.height,
            Test::Block(body) => body.height(),
        }
    }
}

impl Command {
    fn height(&self) -> u16 {
        let code = |code: &Arc<Code>| code.body.height();
        match self {
            Command::Where(condition) => code(condition),
            Command::WhereValue(expr) | Command::ForEachMember(expr) => expr.height,
            Command::ForEach { begin, process, end } => process.iter().chain(begin).chain(end).map(code).max().unwrap_or(0),
            Command::Sort { keys, .. } => keys
                .iter()
                .map(|key| match key {
                    Key::Block(block) => code(block),
                    Key::Member(_) => 0,
                })
                .max()
                .unwrap_or(0),
            Command::Select(select) => tallest([&select.first, &select.last, &select.skip, &select.skip_last].into_iter().flatten()),
            Command::Measure(_) => 0,
        }
    }
}
