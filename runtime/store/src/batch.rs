//! Writes as data: statements with their parameters and what they must change.

use std::borrow::Cow;

use model::Timestamp;
use uuid::Uuid;

/// The type a parameter would have if it were not null; PostgreSQL wants to know, SQLite does not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// BIGINT.
    I64,
    /// TEXT.
    Text,
    /// BYTEA.
    Bytes,
    /// DOUBLE PRECISION.
    F64,
}

/// One value bound to a statement, or read back from one.
#[derive(Clone, Debug, PartialEq)]
pub enum Parameter {
    /// A number, a time in microseconds, or a boolean as 0 or 1.
    I64(i64),
    /// Text, a word or JSON.
    Text(Cow<'static, str>),
    /// Bytes, or the 16 of a UUID.
    Bytes(Vec<u8>),
    /// A floating point number.
    F64(f64),
    /// No value of this kind.
    Null(Kind),
}

/// What can be bound to a statement.
pub trait Bind {
    /// The kind a missing value has.
    const KIND: Kind;

    /// As a parameter.
    fn bind(self) -> Parameter;
}

impl Bind for i64 {
    const KIND: Kind = Kind::I64;

    fn bind(self) -> Parameter {
        Parameter::I64(self)
    }
}

impl Bind for u32 {
    const KIND: Kind = Kind::I64;

    fn bind(self) -> Parameter {
        Parameter::I64(i64::from(self))
    }
}

impl Bind for bool {
    const KIND: Kind = Kind::I64;

    fn bind(self) -> Parameter {
        Parameter::I64(i64::from(self))
    }
}

impl Bind for Timestamp {
    const KIND: Kind = Kind::I64;

    fn bind(self) -> Parameter {
        Parameter::I64(self.0)
    }
}

impl Bind for f64 {
    const KIND: Kind = Kind::F64;

    fn bind(self) -> Parameter {
        Parameter::F64(self)
    }
}

impl Bind for &'static str {
    const KIND: Kind = Kind::Text;

    fn bind(self) -> Parameter {
        Parameter::Text(Cow::Borrowed(self))
    }
}

impl Bind for String {
    const KIND: Kind = Kind::Text;

    fn bind(self) -> Parameter {
        Parameter::Text(Cow::Owned(self))
    }
}

impl Bind for &String {
    const KIND: Kind = Kind::Text;

    fn bind(self) -> Parameter {
        Parameter::Text(Cow::Owned(self.clone()))
    }
}

impl Bind for Vec<u8> {
    const KIND: Kind = Kind::Bytes;

    fn bind(self) -> Parameter {
        Parameter::Bytes(self)
    }
}

impl Bind for Uuid {
    const KIND: Kind = Kind::Bytes;

    fn bind(self) -> Parameter {
        Parameter::Bytes(self.as_bytes().to_vec())
    }
}

impl<T: Bind> Bind for Option<T> {
    const KIND: Kind = T::KIND;

    fn bind(self) -> Parameter {
        self.map_or(Parameter::Null(T::KIND), T::bind)
    }
}

/// How many rows a statement must change (or find, if it is a query: a guard that only looks); otherwise its batch is rolled back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expect {
    /// This many.
    Exactly(u64),
    /// This many or more.
    AtLeast(u64),
    /// Whatever it is.
    Any,
}

impl Expect {
    /// Whether `rows` is as expected.
    pub fn holds(self, rows: u64) -> bool {
        match self {
            Expect::Exactly(count) => rows == count,
            Expect::AtLeast(count) => rows >= count,
            Expect::Any => true,
        }
    }
}

/// One statement of a batch. The text is static: the writer knows it again by its address and never parses it twice.
#[derive(Clone, Debug)]
pub struct Statement {
    /// Text with `?1`, `?2` ... for parameters.
    pub sql: &'static str,
    /// Names it in errors; a guard's label is what its caller tells failures apart by.
    pub label: &'static str,
    /// Values in the order of their numbers.
    pub parameters: Vec<Parameter>,
    /// What it must change.
    pub expect: Expect,
    /// Whether its rows are wanted (`RETURNING`).
    pub returns: bool,
}

impl Statement {
    /// A statement that must change one row.
    pub fn new(label: &'static str, sql: &'static str) -> Self {
        Statement { sql, label, parameters: Vec::new(), expect: Expect::Exactly(1), returns: false }
    }

    /// With the next parameter.
    #[must_use]
    pub fn bind(mut self, value: impl Bind) -> Self {
        self.parameters.push(value.bind());
        self
    }

    /// With another expectation.
    #[must_use]
    pub fn expect(mut self, expect: Expect) -> Self {
        self.expect = expect;
        self
    }

    /// With its rows given back.
    #[must_use]
    pub fn returning(mut self) -> Self {
        self.returns = true;
        self
    }
}

/// Statements that become true together, in their order.
#[derive(Clone, Debug, Default)]
pub struct Batch {
    /// The statements.
    pub statements: Vec<Statement>,
}

impl Batch {
    /// An empty batch.
    pub fn new() -> Self {
        Batch::default()
    }

    /// With one more statement.
    #[must_use]
    pub fn with(mut self, statement: Statement) -> Self {
        self.statements.push(statement);
        self
    }

    /// With more statements.
    #[must_use]
    pub fn with_all(mut self, statements: impl IntoIterator<Item = Statement>) -> Self {
        self.statements.extend(statements);
        self
    }

    /// Adds one more statement.
    pub fn push(&mut self, statement: Statement) {
        self.statements.push(statement);
    }

    /// Adds more statements.
    pub fn extend(&mut self, statements: impl IntoIterator<Item = Statement>) {
        self.statements.extend(statements);
    }

    /// Whether there is nothing to write.
    pub fn is_empty(&self) -> bool {
        self.statements.is_empty()
    }
}

impl From<Statement> for Batch {
    fn from(statement: Statement) -> Self {
        Batch { statements: vec![statement] }
    }
}

impl FromIterator<Statement> for Batch {
    fn from_iter<I: IntoIterator<Item = Statement>>(statements: I) -> Self {
        Batch { statements: statements.into_iter().collect() }
    }
}

/// A returned row, column by column.
pub type Row = Vec<Parameter>;

/// What a durable batch gave back.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Written {
    /// Rows of each statement that returns rows, in the order of those statements.
    pub returned: Vec<Vec<Row>>,
    /// Key of the last row the batch inserted into a table with an integer key.
    pub last_insert_id: i64,
}

impl Written {
    /// The number in the first column of the first row that the returning statement number `index` gave.
    pub fn number(&self, index: usize) -> Option<i64> {
        match self.returned.get(index)?.first()?.first()? {
            Parameter::I64(number) => Some(*number),
            _ => None,
        }
    }
}
