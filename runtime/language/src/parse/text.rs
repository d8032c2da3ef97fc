//! Strings: the four kinds, with what is to be expanded in them.

use super::{Parse, Parser};
use crate::scan::{Part, is_single_quote};
use crate::tree::{Expr, Kind, Piece};
use crate::value::Value;

impl Parser<'_> {
    pub(super) fn single(&mut self) -> Parse<Kind> {
        Ok(Kind::Const(Value::from(self.scan.single_quoted()?)))
    }

    pub(super) fn double(&mut self) -> Parse<Kind> {
        self.scan.bump();
        self.pieces(None)
    }

    pub(super) fn here(&mut self) -> Parse<Kind> {
        let is_single = self.scan.peek_second().is_some_and(is_single_quote);
        let (start, end) = self.scan.here_body()?;
        if is_single {
            return Ok(Kind::Const(Value::from(&self.scan.text[start..end])));
        }
        let after = self.scan.at;
        self.scan.at = start;
        let kind = self.pieces(Some(end))?;
        self.scan.at = after;
        Ok(kind)
    }

    fn pieces(&mut self, end: Option<usize>) -> Parse<Kind> {
        let mut pieces: Vec<Piece> = Vec::new();
        loop {
            match self.scan.expandable(end)? {
                Part::Text(text) => pieces.push(Piece::Text(text.into())),
                Part::Dollar => pieces.push(Piece::Value(self.expansion()?)),
                Part::End => break,
            }
        }
        match pieces.as_slice() {
            [] => Ok(Kind::Const(Value::from(""))),
            [Piece::Text(text)] => Ok(Kind::Const(Value::from(text.as_ref()))),
            _ => Ok(Kind::Expand(pieces.into_boxed_slice())),
        }
    }

    /// `$name`, `${name}` or `$( )` in a string; members are not read.
    fn expansion(&mut self) -> Parse<Expr> {
        let start = self.scan.at;
        let was_argument = std::mem::replace(&mut self.is_argument, false);
        let (kind, _) = self.dollar(true)?;
        self.is_argument = was_argument;
        self.expr(kind, start)
    }
}
