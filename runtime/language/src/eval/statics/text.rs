//! `[string]`, `[regex]`, `[char]`, `[System.Net.WebUtility]`.

use super::{argument, no_overload};
use crate::arith::{SIZE, too_large};
use crate::compare::{self, Case};
use crate::convert::{cast, to_integer};
use crate::eval::call;
use crate::fault::{Outcome, fault, refused};
use crate::pattern::Pattern;
use crate::value::text::{char_text, item_text, lower, to_text, upper};
use crate::value::{Base, Type, Value};

pub(super) fn string(name: &'static str, arguments: &[Value]) -> Outcome<Value> {
    match (name, arguments) {
        ("join", [separator, Value::Array(items)]) => joined(&to_text(separator), items),
        ("join", [separator @ Value::String(_), first @ Value::String(_), rest @ ..])
            if rest.iter().all(|value| matches!(value, Value::String(_))) =>
        {
            joined(&to_text(separator), &[std::slice::from_ref(first), rest].concat())
        }
        ("join", [separator, one]) => joined(&to_text(separator), std::slice::from_ref(one)),
        ("join", [_, _, _, ..]) => refused("`[string]::Join` takes one list: write `-join`"),
        ("concat", [Value::Array(items)]) => joined("", items),
        ("concat", items) => joined("", items),
        ("format", [Value::Object(_) | Value::Null, ..]) => refused("`[string]::Format` with a culture is not available; use `-f`"),
        ("format", [pattern, Value::Array(items)]) => {
            crate::format::composite(&to_text(pattern), &Value::Array(items.clone())).map(Value::from)
        }
        ("format", [pattern, rest @ ..]) => crate::format::composite(&to_text(pattern), &Value::from(rest.to_vec())).map(Value::from),
        ("isnullorempty", [text]) => Ok(Value::Bool(to_text(text).is_empty())),
        ("isnullorwhitespace", [text]) => Ok(Value::Bool(to_text(text).trim().is_empty())),
        ("equals", [a, b]) => Ok(Value::Bool(
            matches!((a, b), (Value::Null, Value::Null))
                || (!matches!(a, Value::Null) && !matches!(b, Value::Null) && to_text(a) == to_text(b)),
        )),
        ("equals", [Value::String(a), b, how]) => call::method(&Value::String(a.clone()), "equals", &[b.clone(), how.clone()]),
        ("compare", [a, b]) => Ok(Value::Int(compare::collate(&to_text(a), &to_text(b), Case::Respect) as i32)),
        ("compare", [a, b, Value::Bool(ignore)]) => {
            let case = if *ignore { Case::Ignore } else { Case::Respect };
            Ok(Value::Int(compare::collate(&to_text(a), &to_text(b), case) as i32))
        }
        ("compare" | "compareordinal", _) => refused(format!("`[string]::{name}` of this form is not available; use the operators")),
        ("new", [one, count]) => {
            let one = argument(cast(one, Type::of(Base::Char)))?;
            let count = usize::try_from(argument(to_integer::<i32>(count))?).unwrap_or(0);
            if count > SIZE { too_large() } else { Ok(Value::from(to_text(&one).repeat(count))) }
        }
        ("new", [Value::Array(items)]) if items.iter().all(|item| matches!(item, Value::Char(_))) => joined("", items),
        _ => no_overload(Type::of(Base::String), name),
    }
}

fn joined(separator: &str, items: &[Value]) -> Outcome<Value> {
    let texts: Vec<_> = items
        .iter()
        .map(|item| match item {
            Value::Double(_) => crate::value::text::plain_text(item),
            item => item_text(item).into_owned(),
        })
        .collect();
    let out = texts.join(separator);
    if out.len() > SIZE { too_large() } else { Ok(Value::from(out)) }
}

pub(super) fn regex(name: &'static str, arguments: &[Value]) -> Outcome<Value> {
    let compiled = |pattern: &Value| Pattern::new(&to_text(pattern), Case::Respect);
    match (name, arguments) {
        ("escape", [text]) => Ok(Value::from(escape(&to_text(text)))),
        ("unescape", [text]) => unescape(&to_text(text)),
        ("ismatch", [text, pattern]) => Ok(Value::Bool(compiled(pattern)?.is_match(&to_text(text)))),
        ("match", [text, pattern]) => {
            let (text, pattern) = (to_text(text), compiled(pattern)?);
            match pattern.find(&text, 0) {
                Some(found) => Ok(crate::eval::regex::match_object(&pattern, &text, &found)),
                None => refused("`[regex]::Match` without a match is not available; use `-match`"),
            }
        }
        ("replace" | "split" | "match" | "ismatch", _) => {
            refused(format!("`[regex]::{name}` of this form is not available; use the operators `-replace`, `-split`, `-match`"))
        }
        _ => no_overload(Type::of(Base::Regex), name),
    }
}

/// `[regex]::Escape`: also blanks and `#`, but not closing brackets.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\u{c}' => out.push_str("\\f"),
            '\\' | '*' | '+' | '?' | '|' | '{' | '[' | '(' | ')' | '^' | '$' | '.' | '#' | ' ' => {
                out.push('\\');
                out.push(c);
            }
            c => out.push(c),
        }
    }
    out
}

fn unescape(text: &str) -> Outcome<Value> {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        if c != '\\' {
            out.push(c);
            continue;
        }
        out.push(match chars.next() {
            Some('n') => '\n',
            Some('r') => '\r',
            Some('t') => '\t',
            Some('f') => '\u{c}',
            Some('a') => '\u{7}',
            Some('e') => '\u{1b}',
            Some('v') => '\u{b}',
            Some('b') => '\u{8}',
            Some(c) if !c.is_ascii_alphanumeric() => c,
            _ => return refused("this escape is not available in `[regex]::Unescape`"),
        });
    }
    Ok(Value::from(out))
}

pub(super) fn char(name: &'static str, arguments: &[Value]) -> Outcome<Value> {
    let owner = Type::of(Base::Char);
    let [value] = arguments else {
        return match (name, arguments) {
            ("toupper" | "tolower", [value, Value::Object(_)]) => char(name, std::slice::from_ref(value)),
            _ => refused(format!("`[char]::{name}` of this form is not available in an expression")),
        };
    };
    let Value::Char(unit) = argument(cast(value, owner))? else { return no_overload(owner, name) };
    let Some(c) = char::from_u32(u32::from(unit)) else { return refused("half a surrogate pair is not available here") };
    Ok(match name {
        "isdigit" => Value::Bool(is_category(c, r"\p{Nd}")?),
        "isletter" => Value::Bool(is_category(c, r"\p{L}")?),
        "isletterordigit" => Value::Bool(is_category(c, r"[\p{L}\p{Nd}]")?),
        "isupper" => Value::Bool(is_category(c, r"\p{Lu}")?),
        "islower" => Value::Bool(is_category(c, r"\p{Ll}")?),
        "ispunctuation" => Value::Bool(is_category(c, r"\p{P}")?),
        "issymbol" => Value::Bool(is_category(c, r"\p{S}")?),
        "isseparator" => Value::Bool(is_category(c, r"\p{Z}")?),
        "isnumber" => Value::Bool(is_category(c, r"\p{N}")?),
        "iscontrol" => Value::Bool(c.is_control()),
        "iswhitespace" => Value::Bool(c.is_whitespace()),
        "toupper" | "toupperinvariant" => same_plane(upper(c), unit),
        "tolower" | "tolowerinvariant" => same_plane(lower(c), unit),
        "tostring" => Value::from(char_text(unit)),
        "parse" => Value::Char(unit),
        "getnumericvalue" => match c.to_digit(10) {
            Some(digit) => Value::Double(f64::from(digit)),
            None if c.is_ascii() => Value::Double(-1.0),
            None => return refused("the number of this character is not available in an expression"),
        },
        _ => return no_overload(owner, name),
    })
}

fn same_plane(c: char, unit: u16) -> Value {
    Value::Char(u16::try_from(u32::from(c)).unwrap_or(unit))
}

fn is_category(c: char, category: &str) -> Outcome<bool> {
    if c.is_ascii() && category == r"\p{Nd}" {
        return Ok(c.is_ascii_digit());
    }
    Ok(Pattern::new(category, Case::Respect)?.is_match(&c.to_string()))
}

pub(super) fn web(name: &'static str, arguments: &[Value]) -> Outcome<Value> {
    let [text] = arguments else { return no_overload(Type::of(Base::WebUtility), name) };
    let text = to_text(text);
    Ok(Value::from(match name {
        "htmlencode" => html_encode(&text),
        "htmldecode" => html_decode(&text)?,
        "urlencode" => url_encode(&text),
        _ => crate::uri::unescape_data(&text.replace('+', " ")),
    }))
}

fn html_encode(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '&' => out.push_str("&amp;"),
            '\u{a0}'..='\u{ff}' | '\u{10000}'.. => out.push_str(&format!("&#{};", u32::from(c))),
            c => out.push(c),
        }
    }
    out
}

fn html_decode(text: &str) -> Outcome<String> {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let Some(end) = rest.find(';').filter(|end| *end < 12) else {
            out.push('&');
            rest = &rest[1..];
            continue;
        };
        let name = &rest[1..end];
        let number = name.strip_prefix('#').and_then(|n| match n.strip_prefix(['x', 'X']) {
            Some(hex) => u32::from_str_radix(hex, 16).ok(),
            None => n.parse().ok(),
        });
        let decoded = match name {
            "lt" => Some('<'),
            "gt" => Some('>'),
            "amp" => Some('&'),
            "quot" => Some('"'),
            "apos" => Some('\''),
            "nbsp" => Some('\u{a0}'),
            _ => number.and_then(char::from_u32),
        };
        match decoded {
            Some(c) => out.push(c),
            None if name.chars().all(char::is_alphanumeric) => {
                return fault("StoaNotInSubset", format!("the entity `&{name};` is not available in an expression"));
            }
            None => out.push_str(&rest[..=end]),
        }
        rest = &rest[end + 1..];
    }
    out.push_str(rest);
    Ok(out)
}

fn url_encode(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b' ' => out.push('+'),
            _ if byte.is_ascii_alphanumeric() || b"-_.!*()".contains(&byte) => out.push(char::from(byte)),
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}
