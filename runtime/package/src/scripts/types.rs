//! Which type of ours a type of a script's parameter is.

use model::{DataType, Scalar, nearest};

/// A parameter's type as ours, and whether `$null` may be given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Known {
    pub(super) data_type: DataType,
    pub(super) nullable: bool,
}

/// Names that PowerShell takes for one type, in lower case, and the type of ours.
const TYPES: &[(&str, Scalar)] = &[
    ("string", Scalar::String),
    ("int", Scalar::Int),
    ("int32", Scalar::Int),
    ("long", Scalar::Long),
    ("int64", Scalar::Long),
    ("decimal", Scalar::Decimal),
    ("double", Scalar::Double),
    ("bool", Scalar::Bool),
    ("boolean", Scalar::Bool),
    ("switch", Scalar::Bool),
    ("switchparameter", Scalar::Bool),
    ("datetime", Scalar::DateTime),
    ("timespan", Scalar::Duration),
    ("guid", Scalar::Guid),
    ("uri", Scalar::Uri),
    ("version", Scalar::Version),
    ("ipaddress", Scalar::IpAddress),
    ("hashtable", Scalar::Object),
    ("pscustomobject", Scalar::Object),
    ("psobject", Scalar::Object),
    ("ordereddictionary", Scalar::Object),
    ("idictionary", Scalar::Object),
];

/// Types that hold what must not travel as a parameter.
const SECRET: &[&str] = &["securestring", "pscredential"];

/// The type that `written` (without brackets: `int`, `string[]`, `Nullable[int]`, `System.Guid`) names, or why it is none of ours.
pub(super) fn known(written: &str) -> Result<Known, (String, Option<String>)> {
    let lower = written.trim().to_ascii_lowercase();
    let (inner, nullable) =
        match lower.strip_prefix("system.").unwrap_or(&lower).strip_prefix("nullable[").and_then(|rest| rest.strip_suffix(']')) {
            Some(inner) => (inner.to_owned(), true),
            None => (lower, false),
        };
    let (item, list) = match inner.strip_suffix("[]") {
        Some(item) => (item, true),
        None => (inner.as_str(), false),
    };
    let short = item.rsplit('.').next().unwrap_or(item);
    if let Some((_, scalar)) = TYPES.iter().find(|(name, _)| *name == short) {
        return Ok(Known { data_type: DataType { scalar: *scalar, list }, nullable });
    }
    let message = format!("[{written}] is not a type that a parameter can have");
    let hint = if SECRET.contains(&short) {
        "take the secret's name as [string]; the value is read where it is used".to_owned()
    } else if ["object", "array", "psobject", "arraylist"].contains(&short) {
        "say what is in it, as in [string[]] or [hashtable[]]".to_owned()
    } else if let Some(word) = nearest(short, TYPES.iter().map(|(name, _)| *name)) {
        format!("did you mean [{word}]?")
    } else {
        let short: Vec<&str> =
            ["string", "int", "long", "decimal", "double", "bool", "datetime", "timespan", "guid", "uri", "version", "hashtable"].into();
        format!("known: {}, and arrays of them", short.join(", "))
    };
    Err((message, Some(hint)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(written: &str, wanted: Option<(&str, bool)>) {
        let found = known(written).ok().map(|known| (known.data_type.to_string(), known.nullable));
        assert_eq!(found, wanted.map(|(name, nullable)| (name.to_owned(), nullable)), "{written}");
    }

    #[test]
    fn the_types_of_scripts_are_types_of_ours() {
        check("string", Some(("string", false)));
        check("String[]", Some(("string[]", false)));
        check("System.Int32", Some(("int", false)));
        check("Nullable[int]", Some(("int", true)));
        check("System.Nullable[System.DateTime]", Some(("datetime", true)));
        check("switch", Some(("bool", false)));
        check("pscustomobject[]", Some(("object[]", false)));
        check("System.Collections.Specialized.OrderedDictionary", Some(("object", false)));
        check("SecureString", None);
        check("object", None);
        check("", None);
        check("[]", None);
    }
}
