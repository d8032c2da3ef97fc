//! Methods of strings. Positions count UTF-16 units, as .NET's do.

use super::{array, call};
use crate::arith::{SIZE, too_large};
use crate::compare::{self, Case};
use crate::convert::to_integer;
use crate::fault::{Outcome, fault, refused};
use crate::value::text::{lower, to_text, upper, utf16_len};
use crate::value::{EnumKind, Object, ObjectKind, Value};

pub(super) fn method(text: &str, name: &'static str, arguments: &[Value]) -> Outcome<Value> {
    let string = |text: String| Ok(Value::from(text));
    match (name, arguments) {
        ("toupper" | "toupperinvariant", []) => string(text.chars().map(upper).collect()),
        ("tolower" | "tolowerinvariant", []) => string(text.chars().map(lower).collect()),
        ("toupper" | "tolower", [Value::Object(_)]) => method(text, name, &[]),
        ("trim", _) => string(trimmed(text, arguments, true, true)),
        ("trimstart", _) => string(trimmed(text, arguments, true, false)),
        ("trimend", _) => string(trimmed(text, arguments, false, true)),
        ("substring", [start]) => cut(text, start, None).map(|(_, middle, _)| Value::from(middle)),
        ("substring", [start, len]) => cut(text, start, Some(len)).map(|(_, middle, _)| Value::from(middle)),
        ("remove", [start]) => cut(text, start, None).map(|(before, _, _)| Value::from(before)),
        ("remove", [start, len]) => cut(text, start, Some(len)).map(|(before, _, after)| Value::from(before + &after)),
        ("insert", [start, added]) => {
            cut(text, start, Some(&Value::Int(0))).map(|(before, _, after)| Value::from(before + &to_text(added) + &after))
        }
        ("padleft" | "padright", _) => pad(text, name, arguments),
        ("contains", [wanted]) => Ok(Value::Bool(text.contains(to_text(wanted).as_ref()))),
        ("contains", [wanted, how]) => searched(text, wanted, how, |text, wanted| text.contains(wanted)),
        ("startswith" | "endswith", _) => begins_or_ends(text, name, arguments),
        ("indexof" | "lastindexof", [wanted, rest @ ..]) => position(text, name, wanted, rest),
        ("indexofany", [wanted, ..]) => {
            let set = char_set(wanted);
            Ok(match text.char_indices().find(|(_, c)| set.contains(c)) {
                Some((at, _)) => Value::Int(i32::try_from(utf16_len(&text[..at])).unwrap_or(-1)),
                None => Value::Int(-1),
            })
        }
        ("replace", [old, new, rest @ ..]) => replaced(text, old, new, rest),
        ("split", _) => split(text, arguments),
        ("tochararray", []) => Ok(array(text.encode_utf16().map(Value::Char).collect())),
        ("compareto", [other]) => Ok(Value::Int(compare::collate(text, &to_text(other), Case::Respect) as i32)),
        ("equals", [Value::String(other)]) => Ok(Value::Bool(text == other.as_ref())),
        ("equals", [_]) => Ok(Value::Bool(false)),
        ("equals", [other, how]) => {
            let (left, right) = folded(text, &to_text(other), how)?;
            Ok(Value::Bool(left == right))
        }
        _ => call::not_found(&Value::from(text), name),
    }
}

/// Encodings of text, as `[System.Text.Encoding]::UTF8.GetBytes('x')`.
pub(super) fn encoding(object: &Object, name: &'static str, arguments: &[Value]) -> Outcome<Value> {
    match (name, arguments) {
        ("getbytes", [text]) => {
            let text = to_text(text);
            let bytes: Vec<u8> = match object.kind {
                ObjectKind::Utf8 => text.bytes().collect(),
                ObjectKind::Ascii => text.encode_utf16().map(|unit| u8::try_from(unit).ok().filter(u8::is_ascii).unwrap_or(b'?')).collect(),
                ObjectKind::Utf16 => text.encode_utf16().flat_map(u16::to_le_bytes).collect(),
                _ => return refused("this method is not available in an expression"),
            };
            Ok(array(bytes.into_iter().map(Value::Byte).collect()))
        }
        ("getstring", [bytes]) => {
            let Some(bytes) = byte_list(bytes) else { return refused("`GetString` takes bytes") };
            match object.kind {
                ObjectKind::Utf8 => Ok(Value::from(String::from_utf8_lossy(&bytes).as_ref())),
                ObjectKind::Ascii => {
                    Ok(Value::from(bytes.iter().map(|b| if b.is_ascii() { char::from(*b) } else { '?' }).collect::<String>()))
                }
                _ => refused("this encoding is not available in an expression"),
            }
        }
        _ => refused(format!("the method `{name}` is not available here")),
    }
}

/// A list of bytes.
pub(super) fn byte_list(value: &Value) -> Option<Vec<u8>> {
    let one = std::slice::from_ref(value);
    let items = match value {
        Value::Array(items) => items.as_slice(),
        _ => one,
    };
    items.iter().map(|item| to_integer::<u8>(item).ok()).collect()
}

/// The characters a method may take one by one or as strings.
fn char_set(value: &Value) -> Vec<char> {
    match value {
        Value::Array(items) => items.iter().flat_map(char_set).collect(),
        value => to_text(value).chars().collect(),
    }
}

fn trimmed(text: &str, arguments: &[Value], start: bool, end: bool) -> String {
    let set: Vec<char> = arguments.iter().flat_map(char_set).collect();
    let is_in = |c: char| if set.is_empty() { c.is_whitespace() } else { set.contains(&c) };
    let text = if start { text.trim_start_matches(is_in) } else { text };
    let text = if end { text.trim_end_matches(is_in) } else { text };
    text.to_owned()
}

fn out_of_range<T>() -> Outcome<T> {
    fault("ArgumentOutOfRangeException", "the position is outside the string")
}

/// The text before, in and after a span in UTF-16 units.
fn cut(text: &str, start: &Value, len: Option<&Value>) -> Outcome<(String, String, String)> {
    let units: Vec<u16> = text.encode_utf16().collect();
    let Ok(start) = usize::try_from(to_integer::<i32>(start)?) else { return out_of_range() };
    let len = match len {
        Some(len) => match usize::try_from(to_integer::<i32>(len)?) {
            Ok(len) => len,
            Err(_) => return out_of_range(),
        },
        None => units.len().saturating_sub(start),
    };
    let Some(end) = start.checked_add(len).filter(|end| start <= units.len() && *end <= units.len()) else { return out_of_range() };
    let part = |range: &[u16]| String::from_utf16_lossy(range);
    Ok((part(&units[..start]), part(&units[start..end]), part(&units[end..])))
}

fn pad(text: &str, name: &str, arguments: &[Value]) -> Outcome<Value> {
    let (width, with) = match arguments {
        [width] => (width, ' '),
        [width, with] => match char_set(with).as_slice() {
            [one] => (width, *one),
            _ => return fault("MethodArgumentConversionInvalidCastArgument", "padding is one character"),
        },
        _ => return call::not_found(&Value::from(text), name),
    };
    let Ok(width) = usize::try_from(to_integer::<i32>(width)?) else { return out_of_range() };
    if width > SIZE {
        return too_large();
    }
    let padding: String = std::iter::repeat_n(with, width.saturating_sub(utf16_len(text))).collect();
    Ok(Value::from(if name == "padleft" { padding + text } else { text.to_owned() + &padding }))
}

/// Both texts as a `StringComparison` would have them compared by their characters.
fn folded(left: &str, right: &str, how: &Value) -> Outcome<(String, String)> {
    let Some(number) = call::enum_argument(how, EnumKind::StringComparison) else {
        return fault("MethodArgumentConversionInvalidCastArgument", "this is no `StringComparison`");
    };
    let fold = |text: &str| -> String { if number % 2 == 1 { text.chars().map(upper).collect() } else { text.to_owned() } };
    if number < 4 && !(left.is_ascii() && right.is_ascii()) {
        return refused("a comparison by culture of such characters is not available; use `Ordinal` or an operator");
    }
    Ok((fold(left), fold(right)))
}

fn searched(text: &str, wanted: &Value, how: &Value, test: impl Fn(&str, &str) -> bool) -> Outcome<Value> {
    let (text, wanted) = folded(text, &to_text(wanted), how)?;
    Ok(Value::Bool(test(&text, &wanted)))
}

fn begins_or_ends(text: &str, name: &str, arguments: &[Value]) -> Outcome<Value> {
    let test = |text: &str, wanted: &str| if name == "startswith" { text.starts_with(wanted) } else { text.ends_with(wanted) };
    match arguments {
        [wanted] => Ok(Value::Bool(test(text, &to_text(wanted)))),
        [wanted, how] => searched(text, wanted, how, test),
        [wanted, ignore, _] => {
            let how = Value::from(if ignore.is_true() { "OrdinalIgnoreCase" } else { "Ordinal" });
            searched(text, wanted, &how, test)
        }
        _ => call::not_found(&Value::from(text), name),
    }
}

fn position(text: &str, name: &str, wanted: &Value, rest: &[Value]) -> Outcome<Value> {
    let wanted = to_text(wanted);
    let (mut from, mut how) = (0, None);
    for argument in rest {
        match argument {
            Value::Int(start) => from = usize::try_from(*start).unwrap_or(usize::MAX),
            argument => how = Some(argument),
        }
    }
    let (text, wanted) = match how {
        Some(how) => folded(text, &wanted, how)?,
        None => (text.to_owned(), wanted.into_owned()),
    };
    let units: Vec<u16> = text.encode_utf16().collect();
    let wanted: Vec<u16> = wanted.encode_utf16().collect();
    if from > units.len() {
        return out_of_range();
    }
    let fits = |at: usize| units[at..].starts_with(&wanted);
    let found = if name == "indexof" {
        (from..=units.len()).find(|at| fits(*at))
    } else if rest.iter().any(|argument| matches!(argument, Value::Int(_))) {
        return refused("`LastIndexOf` with a start is not available in an expression");
    } else {
        (0..=units.len()).rev().find(|at| fits(*at))
    };
    Ok(Value::Int(found.and_then(|at| i32::try_from(at).ok()).unwrap_or(-1)))
}

fn replaced(text: &str, old: &Value, new: &Value, rest: &[Value]) -> Outcome<Value> {
    let (old, new) = (to_text(old), to_text(new));
    if old.is_empty() {
        return fault("ArgumentException", "the text to replace is empty");
    }
    let out = match rest {
        [] => text.replace(old.as_ref(), &new),
        [how] => {
            let (folded_text, folded_old) = folded(text, &old, how)?;
            if folded_text.len() != text.len() {
                return refused("a replacement without regard to case in such a text is not available");
            }
            let mut out = String::new();
            let mut last = 0;
            for (at, _) in folded_text.match_indices(&folded_old) {
                out.push_str(&text[last..at]);
                out.push_str(&new);
                last = at + folded_old.len();
            }
            out + &text[last..]
        }
        _ => return refused("`Replace` with a culture is not available in an expression"),
    };
    if out.len() > SIZE { too_large() } else { Ok(Value::from(out)) }
}

/// `.Split()`: by strings, by characters, with a limit and options.
fn split(text: &str, arguments: &[Value]) -> Outcome<Value> {
    let bad = || fault("MethodArgumentConversionInvalidCastArgument", "these arguments of `Split` do not go together");
    let (separator, rest) = match arguments {
        [] => (None, &[][..]),
        [separator, rest @ ..] => (Some(separator), rest),
    };
    let (mut limit, mut options) = (usize::MAX, 0);
    for argument in rest {
        match argument {
            Value::Int(count) => limit = usize::try_from(*count).unwrap_or(0),
            Value::Enum(member) if member.kind == EnumKind::StringSplitOptions => options = member.number,
            _ => return bad(),
        }
    }
    if limit == 0 {
        return Ok(array(Vec::new()));
    }
    let pieces: Vec<String> = match separator {
        None => pieces(text, |rest| rest.char_indices().find(|(_, c)| c.is_whitespace()).map(|(at, c)| (at, c.len_utf8())), limit, options),
        Some(Value::Array(items)) if items.iter().all(|item| matches!(item, Value::Char(_))) => {
            let set = char_set(&Value::Array(items.clone()));
            pieces(text, |rest| rest.char_indices().find(|(_, c)| set.contains(c)).map(|(at, c)| (at, c.len_utf8())), limit, options)
        }
        Some(Value::Array(items)) => {
            let words: Vec<String> = items.iter().map(|item| to_text(item).into_owned()).collect();
            pieces(
                text,
                |rest| {
                    words
                        .iter()
                        .filter(|w| !w.is_empty())
                        .filter_map(|w| rest.find(w.as_str()).map(|at| (at, w.len())))
                        .min_by_key(|(at, _)| *at)
                },
                limit,
                options,
            )
        }
        Some(separator) => {
            let word = to_text(separator);
            pieces(text, |rest| if word.is_empty() { None } else { rest.find(word.as_ref()).map(|at| (at, word.len())) }, limit, options)
        }
    };
    Ok(array(pieces.into_iter().map(Value::from).collect()))
}

fn pieces(text: &str, next: impl Fn(&str) -> Option<(usize, usize)>, limit: usize, options: i32) -> Vec<String> {
    let is_kept = |piece: &str| options & 1 == 0 || !piece.is_empty();
    let shape = |piece: &str| if options & 2 == 0 { piece.to_owned() } else { piece.trim().to_owned() };
    let mut out = Vec::new();
    let mut rest = text;
    while out.len() + 1 < limit {
        let Some((at, len)) = next(rest) else { break };
        let piece = shape(&rest[..at]);
        if is_kept(&piece) {
            out.push(piece);
        }
        rest = &rest[at + len..];
    }
    let piece = shape(rest);
    if is_kept(&piece) {
        out.push(piece);
    }
    out
}
