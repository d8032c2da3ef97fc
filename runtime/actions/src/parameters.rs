//! Reading an action's parameters; the engine has already converted them to their declared types.

use model::{Failure, Object, Value};

/// Code of a failure that the caller's values are to blame for.
pub(crate) const BAD_PARAMETER: &str = "bad_parameter";

pub(crate) fn bad(name: &str, why: impl std::fmt::Display) -> Failure {
    Failure::new(BAD_PARAMETER, format!("the parameter {name} {why}"))
}

/// The value of `name`; `Null` counts as missing.
pub(crate) fn given<'a>(parameters: &'a Object, name: &str) -> Option<&'a Value> {
    parameters.get(name).filter(|value| !value.is_null())
}

pub(crate) fn text<'a>(parameters: &'a Object, name: &str) -> Result<Option<&'a str>, Failure> {
    match given(parameters, name) {
        None => Ok(None),
        Some(Value::Text(text)) => Ok(Some(text)),
        Some(other) => Err(bad(name, format_args!("must be text, not {}", other.type_name()))),
    }
}

pub(crate) fn mandatory_text<'a>(parameters: &'a Object, name: &str) -> Result<&'a str, Failure> {
    text(parameters, name)?.ok_or_else(|| bad(name, "is missing"))
}

pub(crate) fn object<'a>(parameters: &'a Object, name: &str) -> Result<Option<&'a Object>, Failure> {
    match given(parameters, name) {
        None => Ok(None),
        Some(Value::Object(object)) => Ok(Some(object)),
        Some(other) => Err(bad(name, format_args!("must be a hashtable, not {}", other.type_name()))),
    }
}

pub(crate) fn list<'a>(parameters: &'a Object, name: &str) -> Result<Option<&'a [Value]>, Failure> {
    match given(parameters, name) {
        None => Ok(None),
        Some(Value::List(items)) => Ok(Some(items)),
        Some(other) => Err(bad(name, format_args!("must be a list, not {}", other.type_name()))),
    }
}

pub(crate) fn int(parameters: &Object, name: &str) -> Result<Option<i32>, Failure> {
    match given(parameters, name) {
        None => Ok(None),
        Some(Value::Int(number)) => Ok(Some(*number)),
        Some(other) => Err(bad(name, format_args!("must be a whole number, not {}", other.type_name()))),
    }
}

pub(crate) fn flag(parameters: &Object, name: &str) -> Result<bool, Failure> {
    match given(parameters, name) {
        None => Ok(false),
        Some(Value::Bool(value)) => Ok(*value),
        Some(other) => Err(bad(name, format_args!("must be $true or $false, not {}", other.type_name()))),
    }
}

/// Permissions given as octal text.
pub(crate) fn mode(parameters: &Object) -> Result<Option<u32>, Failure> {
    match text(parameters, "Mode")? {
        None => Ok(None),
        Some(text) if (3..=4).contains(&text.len()) && text.bytes().all(|digit| (b'0'..=b'7').contains(&digit)) => {
            u32::from_str_radix(text, 8).map(Some).map_err(|_| bad("Mode", "is not octal"))
        }
        Some(text) => Err(bad("Mode", format_args!("must be three or four octal digits such as '0640', not '{text}'"))),
    }
}
