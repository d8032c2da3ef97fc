//! The few values that are neither data nor types: members of enumerations and what some calls answer.

use super::{Table, Value};

/// An enumeration that members of the subset answer or take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EnumKind {
    /// `System.DayOfWeek`
    DayOfWeek,
    /// `System.DateTimeKind`
    DateTimeKind,
    /// `System.StringComparison`
    StringComparison,
    /// `System.MidpointRounding`
    MidpointRounding,
    /// `System.StringSplitOptions`
    StringSplitOptions,
    /// `System.UriKind`
    UriKind,
    /// `System.UriHostNameType`
    UriHostNameType,
}

/// A member of an enumeration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EnumValue {
    /// Which enumeration.
    pub kind: EnumKind,
    /// The member's number.
    pub number: i32,
}

impl EnumKind {
    /// The .NET name of the enumeration.
    #[must_use]
    pub fn full_name(self) -> &'static str {
        match self {
            Self::DayOfWeek => "System.DayOfWeek",
            Self::DateTimeKind => "System.DateTimeKind",
            Self::StringComparison => "System.StringComparison",
            Self::MidpointRounding => "System.MidpointRounding",
            Self::StringSplitOptions => "System.StringSplitOptions",
            Self::UriKind => "System.UriKind",
            Self::UriHostNameType => "System.UriHostNameType",
        }
    }

    /// The members' names in the order of their numbers.
    #[must_use]
    pub fn members(self) -> &'static [&'static str] {
        match self {
            Self::DayOfWeek => &["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"],
            Self::DateTimeKind => &["Unspecified", "Utc", "Local"],
            Self::StringComparison => &[
                "CurrentCulture",
                "CurrentCultureIgnoreCase",
                "InvariantCulture",
                "InvariantCultureIgnoreCase",
                "Ordinal",
                "OrdinalIgnoreCase",
            ],
            Self::MidpointRounding => &["ToEven", "AwayFromZero", "ToZero", "ToNegativeInfinity", "ToPositiveInfinity"],
            Self::StringSplitOptions => &["None", "RemoveEmptyEntries", "TrimEntries"],
            Self::UriKind => &["RelativeOrAbsolute", "Absolute", "Relative"],
            Self::UriHostNameType => &["Unknown", "Basic", "Dns", "IPv4", "IPv6"],
        }
    }

    /// The member of a name, whatever its case, or of a number in digits.
    #[must_use]
    pub fn parse(self, text: &str) -> Option<EnumValue> {
        let text = text.trim();
        let position = self.members().iter().position(|member| member.eq_ignore_ascii_case(text));
        let number = match position {
            Some(position) => i32::try_from(position).ok()?,
            None => text.parse().ok()?,
        };
        Some(EnumValue { kind: self, number })
    }
}

impl EnumValue {
    /// The member's name, or its number where it has none.
    #[must_use]
    pub fn name(self) -> String {
        let index = usize::try_from(self.number).ok();
        index.and_then(|index| self.kind.members().get(index)).map_or_else(|| self.number.to_string(), |name| (*name).to_owned())
    }
}

/// What an [`Object`] is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ObjectKind {
    /// A match of a regular expression, as `$_` in `-replace 'x', { }`.
    Match,
    /// A group of a match.
    Group,
    /// What `Measure-Object` answers.
    Measure,
    /// `[pscustomobject]@{ }`
    Custom,
    /// `[cultureinfo]::InvariantCulture`
    Culture,
    /// `[System.Text.Encoding]::UTF8`
    Utf8,
    /// `[System.Text.Encoding]::ASCII`
    Ascii,
    /// `[System.Text.Encoding]::Unicode`
    Utf16,
}

impl ObjectKind {
    /// The .NET name of its type.
    #[must_use]
    pub fn full_name(self) -> &'static str {
        match self {
            Self::Match => "System.Text.RegularExpressions.Match",
            Self::Group => "System.Text.RegularExpressions.Group",
            Self::Measure => "Microsoft.PowerShell.Commands.GenericMeasureInfo",
            Self::Custom => "System.Management.Automation.PSCustomObject",
            Self::Culture => "System.Globalization.CultureInfo",
            Self::Utf8 => "System.Text.UTF8Encoding+UTF8EncodingSealed",
            Self::Ascii => "System.Text.ASCIIEncoding+ASCIIEncodingSealed",
            Self::Utf16 => "System.Text.UnicodeEncoding",
        }
    }
}

/// A value with members that no literal can make.
#[derive(Debug, Clone)]
pub struct Object {
    /// What it is.
    pub kind: ObjectKind,
    /// Its members.
    pub members: Table,
}

impl Object {
    /// A member, whatever its case.
    #[must_use]
    pub fn member(&self, name: &str) -> Option<&Value> {
        self.members.get(name)
    }
}
