//! How high a tree is, which bounds the evaluator's recursion.

use std::sync::Arc;

use super::{Body, Code, Command, Expr, Key, Kind, Name, Piece, Statement, Test};

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
