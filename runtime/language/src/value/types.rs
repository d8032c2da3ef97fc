//! The closed list of types that expressions may name.

use super::{EnumKind, Value};

/// A type without its array brackets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Base {
    /// `[object]`
    Object,
    /// `[bool]`
    Bool,
    /// `[sbyte]`
    SByte,
    /// `[byte]`
    Byte,
    /// `[int16]`
    Short,
    /// `[uint16]`
    UShort,
    /// `[int]`
    Int,
    /// `[uint]`
    UInt,
    /// `[long]`
    Long,
    /// `[ulong]`
    ULong,
    /// `[bigint]`
    Big,
    /// `[double]`
    Double,
    /// `[decimal]`
    Decimal,
    /// `[char]`
    Char,
    /// `[string]`
    String,
    /// `[datetime]`
    DateTime,
    /// `[timespan]`
    TimeSpan,
    /// `[guid]`
    Guid,
    /// `[version]`
    Version,
    /// `[uri]`
    Uri,
    /// `[array]`
    Array,
    /// `[hashtable]`
    Hashtable,
    /// `[ordered]`
    Ordered,
    /// `[System.Collections.IDictionary]`
    Dictionary,
    /// `[System.Collections.IEnumerable]`
    Enumerable,
    /// `[System.Collections.IList]`, `[System.Collections.ICollection]`
    List,
    /// `[scriptblock]`
    Block,
    /// `[type]`
    Type,
    /// `[regex]`
    Regex,
    /// `[math]`
    Math,
    /// `[convert]`
    Convert,
    /// `[cultureinfo]`
    Culture,
    /// `[System.Text.Encoding]`
    Encoding,
    /// `[System.Net.WebUtility]`
    WebUtility,
    /// `[pscustomobject]`, `[psobject]`: for `-is` only
    PsObject,
    /// `[enum]` and `[System.ValueType]`: for `-is` only
    ValueType,
    /// `[System.IFormattable]`, `[System.IComparable]`: for `-is` only
    Comparable,
    /// A known enumeration
    Enum(EnumKind),
}

/// A type that an expression names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Type {
    /// The type, or that of the items.
    pub base: Base,
    /// Whether it is an array: `[int[]]`.
    pub is_array: bool,
}

/// Name, short name as PowerShell prints it, .NET name, other names.
type Row = (Base, &'static str, &'static str, &'static [&'static str]);

const ROWS: &[Row] = &[
    (Base::Object, "System.Object", "System.Object", &["object"]),
    (Base::Bool, "bool", "System.Boolean", &["boolean"]),
    (Base::SByte, "sbyte", "System.SByte", &[]),
    (Base::Byte, "byte", "System.Byte", &[]),
    (Base::Short, "short", "System.Int16", &["int16"]),
    (Base::UShort, "ushort", "System.UInt16", &["uint16"]),
    (Base::Int, "int", "System.Int32", &["int32"]),
    (Base::UInt, "uint", "System.UInt32", &["uint32"]),
    (Base::Long, "long", "System.Int64", &["int64"]),
    (Base::ULong, "ulong", "System.UInt64", &["uint64"]),
    (Base::Big, "bigint", "System.Numerics.BigInteger", &["numerics.biginteger"]),
    (Base::Double, "double", "System.Double", &[]),
    (Base::Decimal, "decimal", "System.Decimal", &[]),
    (Base::Char, "char", "System.Char", &[]),
    (Base::String, "string", "System.String", &[]),
    (Base::DateTime, "datetime", "System.DateTime", &[]),
    (Base::TimeSpan, "timespan", "System.TimeSpan", &[]),
    (Base::Guid, "guid", "System.Guid", &[]),
    (Base::Version, "version", "System.Version", &[]),
    (Base::Uri, "uri", "System.Uri", &[]),
    (Base::Array, "array", "System.Array", &[]),
    (Base::Hashtable, "hashtable", "System.Collections.Hashtable", &["collections.hashtable"]),
    (Base::Ordered, "System.Collections.Specialized.OrderedDictionary", "System.Collections.Specialized.OrderedDictionary", &["ordered"]),
    (Base::Dictionary, "System.Collections.IDictionary", "System.Collections.IDictionary", &["collections.idictionary"]),
    (Base::Enumerable, "System.Collections.IEnumerable", "System.Collections.IEnumerable", &["collections.ienumerable"]),
    (Base::List, "System.Collections.IList", "System.Collections.IList", &["collections.ilist", "system.collections.icollection"]),
    (Base::Block, "scriptblock", "System.Management.Automation.ScriptBlock", &[]),
    (Base::Type, "type", "System.Type", &[]),
    (Base::Regex, "regex", "System.Text.RegularExpressions.Regex", &["text.regularexpressions.regex"]),
    (Base::Math, "System.Math", "System.Math", &["math"]),
    (Base::Convert, "System.Convert", "System.Convert", &["convert"]),
    (Base::Culture, "cultureinfo", "System.Globalization.CultureInfo", &["globalization.cultureinfo"]),
    (Base::Encoding, "System.Text.Encoding", "System.Text.Encoding", &["text.encoding"]),
    (Base::WebUtility, "System.Net.WebUtility", "System.Net.WebUtility", &["net.webutility"]),
    (
        Base::PsObject,
        "psobject",
        "System.Management.Automation.PSObject",
        &["pscustomobject", "system.management.automation.pscustomobject"],
    ),
    (Base::ValueType, "System.ValueType", "System.ValueType", &["valuetype"]),
    (
        Base::Comparable,
        "System.IComparable",
        "System.IComparable",
        &["icomparable", "iformattable", "system.iformattable", "iconvertible", "system.iconvertible"],
    ),
    (Base::Enum(EnumKind::DayOfWeek), "System.DayOfWeek", "System.DayOfWeek", &["dayofweek"]),
    (Base::Enum(EnumKind::DateTimeKind), "System.DateTimeKind", "System.DateTimeKind", &["datetimekind"]),
    (Base::Enum(EnumKind::StringComparison), "System.StringComparison", "System.StringComparison", &["stringcomparison"]),
    (
        Base::Enum(EnumKind::MidpointRounding),
        "System.MidpointRounding",
        "System.MidpointRounding",
        &["midpointrounding", "math.midpointrounding"],
    ),
    (Base::Enum(EnumKind::StringSplitOptions), "System.StringSplitOptions", "System.StringSplitOptions", &["stringsplitoptions"]),
    (Base::Enum(EnumKind::UriKind), "System.UriKind", "System.UriKind", &["urikind"]),
];

impl Type {
    /// A type that is no array.
    #[must_use]
    pub const fn of(base: Base) -> Self {
        Self { base, is_array: false }
    }

    /// The type of a name as written in brackets, whatever its case.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        let name: String = name.chars().filter(|c| !c.is_whitespace()).collect::<String>().to_ascii_lowercase();
        let (inner, is_array) = match name.strip_suffix("[]") {
            Some(inner) => (inner, true),
            None => (name.as_str(), false),
        };
        let row = ROWS.iter().find(|(_, short, full, others)| {
            short.eq_ignore_ascii_case(inner) || full.eq_ignore_ascii_case(inner) || others.contains(&inner)
        })?;
        Some(Self { base: row.0, is_array })
    }

    /// The names an author may write, for hints.
    pub(crate) fn names() -> impl Iterator<Item = &'static str> {
        ROWS.iter().flat_map(|(_, short, _, others)| std::iter::once(*short).chain(others.iter().copied()))
    }

    /// The .NET name: `System.Int32[]`.
    #[must_use]
    pub fn full_name(self) -> String {
        let name = ROWS.iter().find(|row| row.0 == self.base).map_or_else(|| enum_name(self.base), |row| row.2);
        if self.is_array { format!("{name}[]") } else { name.to_owned() }
    }

    /// The last part of the .NET name: `Int32[]`.
    #[must_use]
    pub fn short_name(self) -> String {
        let full = self.full_name();
        full.rsplit('.').next().unwrap_or(&full).to_owned()
    }

    /// What PowerShell makes of the type as a string: `int[]`.
    #[must_use]
    pub fn display(self) -> String {
        let name = ROWS.iter().find(|row| row.0 == self.base).map_or_else(|| enum_name(self.base), |row| row.1);
        if self.is_array { format!("{name}[]") } else { name.to_owned() }
    }
}

fn enum_name(base: Base) -> &'static str {
    match base {
        Base::Enum(kind) => kind.full_name(),
        _ => "",
    }
}

impl Value {
    /// The type of the value; `None` for `$null` and for what has no type that can be named.
    #[must_use]
    pub fn type_of(&self) -> Option<Type> {
        Some(Type::of(match self {
            Value::Bool(_) => Base::Bool,
            Value::SByte(_) => Base::SByte,
            Value::Byte(_) => Base::Byte,
            Value::Short(_) => Base::Short,
            Value::UShort(_) => Base::UShort,
            Value::Int(_) => Base::Int,
            Value::UInt(_) => Base::UInt,
            Value::Long(_) => Base::Long,
            Value::ULong(_) => Base::ULong,
            Value::Big(_) => Base::Big,
            Value::Double(_) => Base::Double,
            Value::Decimal(_) => Base::Decimal,
            Value::Char(_) => Base::Char,
            Value::String(_) => Base::String,
            Value::DateTime(_) => Base::DateTime,
            Value::TimeSpan(_) => Base::TimeSpan,
            Value::Guid(_) => Base::Guid,
            Value::Version(_) => Base::Version,
            Value::Uri(_) => Base::Uri,
            Value::Array(_) => return Some(Type { base: Base::Object, is_array: true }),
            Value::Table(table) if table.is_ordered() => Base::Ordered,
            Value::Table(_) => Base::Hashtable,
            Value::Block(_) => Base::Block,
            Value::Enum(value) => Base::Enum(value.kind),
            Value::Type(_) => Base::Type,
            Value::Null | Value::Object(_) => return None,
        }))
    }
}
