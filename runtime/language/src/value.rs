//! The values that expressions compute with: what PowerShell would hold, cheap to clone.

pub(crate) mod decimal;
mod object;
mod table;
pub(crate) mod text;
mod types;

use std::sync::Arc;

use rust_decimal::Decimal;
use uuid::Uuid;

pub use object::{EnumKind, EnumValue, Object, ObjectKind};
pub use table::Table;
pub use types::{Base, Type};

/// A value of the expression subset. Cloning never copies text or items.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum Value {
    /// `$null`
    Null,
    /// `[bool]`
    Bool(bool),
    /// `[int]`
    Int(i32),
    /// `[long]`
    Long(i64),
    /// `[double]`
    Double(f64),
    /// `[decimal]`
    Decimal(Decimal),
    /// `[sbyte]`
    SByte(i8),
    /// `[byte]`
    Byte(u8),
    /// `[int16]`
    Short(i16),
    /// `[uint16]`
    UShort(u16),
    /// `[uint]`
    UInt(u32),
    /// `[ulong]`
    ULong(u64),
    /// `[bigint]`, as far as 128 bits hold it
    Big(Arc<i128>),
    /// `[char]`, one UTF-16 unit
    Char(u16),
    /// `[string]`
    String(Arc<str>),
    /// `[datetime]`
    DateTime(DateTime),
    /// `[timespan]`, in ticks of 100 ns
    TimeSpan(i64),
    /// `[guid]`
    Guid(Uuid),
    /// `[version]`
    Version(Version),
    /// `[uri]`, the text it was made from
    Uri(Arc<str>),
    /// `[object[]]`
    Array(Arc<Vec<Value>>),
    /// `[hashtable]` and `[ordered]`: keys in the order of their source
    Table(Arc<Table>),
    /// `[scriptblock]`, not evaluated
    Block(Arc<Block>),
    /// A member of an enumeration, such as `DayOfWeek`
    Enum(EnumValue),
    /// A type, as in `1 -is [int]`
    Type(Type),
    /// What a few commands and methods give: a match, a measurement
    Object(Arc<Object>),
}

/// A moment as .NET keeps it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DateTime {
    /// 100 ns since the first of January of the year 1.
    pub ticks: i64,
    /// What its clock means.
    pub kind: DateKind,
}

/// What the clock of a [`DateTime`] means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DateKind {
    /// Not said.
    Unspecified,
    /// Universal time.
    Utc,
    /// The machine's zone; expressions are evaluated as if that were UTC.
    Local,
}

/// A `[version]`; parts that were not given are -1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Version {
    /// The first number.
    pub major: i32,
    /// The second number.
    pub minor: i32,
    /// The third number or -1.
    pub build: i32,
    /// The fourth number or -1.
    pub revision: i32,
}

/// A script block that stands where a value is expected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block {
    /// What stands between the braces.
    pub text: Arc<str>,
}

impl Value {
    /// What `if (...)` makes of the value.
    #[must_use]
    pub fn is_true(&self) -> bool {
        match self {
            Value::Null => false,
            Value::Bool(value) => *value,
            Value::Int(value) => *value != 0,
            Value::Long(value) => *value != 0,
            Value::Double(value) => *value != 0.0,
            Value::Decimal(value) => !value.is_zero(),
            Value::SByte(value) => *value != 0,
            Value::Byte(value) => *value != 0,
            Value::Short(value) => *value != 0,
            Value::UShort(value) | Value::Char(value) => *value != 0,
            Value::UInt(value) => *value != 0,
            Value::ULong(value) => *value != 0,
            Value::Big(value) => **value != 0,
            Value::Enum(value) => value.number != 0,
            Value::String(value) => !value.is_empty(),
            Value::Array(items) => match items.as_slice() {
                [] => false,
                // PowerShell looks one level deep: an inner list counts by its length only.
                [Value::Array(inner)] => !inner.is_empty(),
                [item] => item.is_true(),
                _ => true,
            },
            _ => true,
        }
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Value::String(Arc::from(text))
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Value::String(Arc::from(text))
    }
}

impl From<bool> for Value {
    fn from(value: bool) -> Self {
        Value::Bool(value)
    }
}

impl From<i32> for Value {
    fn from(value: i32) -> Self {
        Value::Int(value)
    }
}

impl From<i64> for Value {
    fn from(value: i64) -> Self {
        Value::Long(value)
    }
}

impl From<f64> for Value {
    fn from(value: f64) -> Self {
        Value::Double(value)
    }
}

impl From<Decimal> for Value {
    fn from(value: Decimal) -> Self {
        Value::Decimal(value)
    }
}

impl From<Vec<Value>> for Value {
    fn from(items: Vec<Value>) -> Self {
        Value::Array(Arc::new(items))
    }
}

impl From<Table> for Value {
    fn from(table: Table) -> Self {
        Value::Table(Arc::new(table))
    }
}
