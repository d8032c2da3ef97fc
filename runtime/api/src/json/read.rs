//! The one visitor that reads JSON from clients.

use std::fmt;

use serde::de::{Deserializer as _, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::{Node, Refusal};

/// How deep objects and lists may be nested.
pub(crate) const DEPTH: usize = 32;

/// Reads one JSON value; refuses duplicate keys (without regard to letter case, as our objects are) and more than [`DEPTH`] levels.
pub(crate) fn read(text: &str) -> Result<Node, Refusal> {
    let raw: &RawValue = serde_json::from_str(text).map_err(|error| invalid(&error))?;
    node(raw, 0)
}

fn invalid(error: &serde_json::Error) -> Refusal {
    Refusal::new("invalid_json", format!("the body is not valid JSON: {error}"))
}

// Raw values are read level by level, so that a number's text survives; the depth limit bounds how often a byte is looked at.
fn node(raw: &RawValue, depth: usize) -> Result<Node, Refusal> {
    let text = raw.get();
    let first = text.as_bytes().first().copied().unwrap_or_default();
    if matches!(first, b'{' | b'[') && depth == DEPTH {
        return Err(Refusal::new("too_deep", format!("the body is nested deeper than {DEPTH} levels")));
    }
    match first {
        b'{' => {
            let mut fields = Vec::new();
            for (name, value) in entries(text)? {
                let value = node(value, depth + 1).map_err(|refusal| refusal.within(&name))?;
                fields.push((name, value));
            }
            Ok(Node::Object(fields))
        }
        b'[' => {
            let items: Vec<&RawValue> = serde_json::from_str(text).map_err(|error| invalid(&error))?;
            let item = |(index, item)| node(item, depth + 1).map_err(|refusal| refusal.within(&format!("[{index}]")));
            items.into_iter().enumerate().map(item).collect::<Result<_, _>>().map(Node::List)
        }
        b'"' => serde_json::from_str(text).map(Node::Text).map_err(|error| invalid(&error)),
        b't' => Ok(Node::Bool(true)),
        b'f' => Ok(Node::Bool(false)),
        b'n' => Ok(Node::Null),
        _ => Ok(Node::Number(text.to_owned())),
    }
}

fn entries(text: &str) -> Result<Vec<(String, &RawValue)>, Refusal> {
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let entries = deserializer.deserialize_map(Entries).map_err(|error| invalid(&error))?;
    let mut names: Vec<String> = entries.iter().map(|(name, _)| name.to_ascii_lowercase()).collect();
    names.sort_unstable();
    if let Some(twice) = names.windows(2).find(|pair| pair[0] == pair[1]) {
        let name = entries.iter().rev().map(|(name, _)| name).find(|name| name.eq_ignore_ascii_case(&twice[0]));
        let name = name.expect("the name was taken from these entries");
        return Err(Refusal::new("duplicate_field", format!("`{name}` stands there twice")).within(name));
    }
    Ok(entries)
}

struct Entries;

impl<'de> Visitor<'de> for Entries {
    type Value = Vec<(String, &'de RawValue)>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut entries = Vec::new();
        while let Some(entry) = map.next_entry()? {
            entries.push(entry);
        }
        Ok(entries)
    }
}
