//! Hashtables: keys found without regard to case, kept in the order of their source.

use std::sync::Arc;

use super::Value;

/// A hashtable. Keys are nearly always strings; others keep their value beside their text.
#[derive(Debug, Clone, Default)]
pub struct Table {
    entries: Vec<Entry>,
    is_ordered: bool,
}

#[derive(Debug, Clone)]
struct Entry {
    name: Arc<str>,
    /// The key where it is not a string.
    key: Option<Value>,
    value: Value,
}

impl Table {
    /// An empty table.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// An empty `[ordered]` table: its items have indexes too.
    #[must_use]
    pub fn ordered() -> Self {
        Self { is_ordered: true, ..Self::default() }
    }

    /// Whether it was made with `[ordered]`.
    #[must_use]
    pub fn is_ordered(&self) -> bool {
        self.is_ordered
    }

    /// The value of a key, whatever its case.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.entries.iter().find(|entry| entry.key.is_none() && is_same(&entry.name, name)).map(|entry| &entry.value)
    }

    /// The value at a place, in order.
    #[must_use]
    pub fn at(&self, index: usize) -> Option<&Value> {
        self.entries.get(index).map(|entry| &entry.value)
    }

    /// Sets a key; one that is there keeps its place and its spelling.
    pub fn insert(&mut self, name: impl Into<Arc<str>>, value: impl Into<Value>) {
        let (name, value) = (name.into(), value.into());
        match self.entries.iter_mut().find(|entry| entry.key.is_none() && is_same(&entry.name, &name)) {
            Some(entry) => entry.value = value,
            None => self.entries.push(Entry { name, key: None, value }),
        }
    }

    /// Adds a key of any type; false when it is there already.
    pub(crate) fn add(&mut self, key: Value, value: Value) -> bool {
        if self.find(&key).is_some() {
            return false;
        }
        match key {
            Value::String(name) => self.entries.push(Entry { name, key: None, value }),
            key => self.entries.push(Entry { name: Arc::from(super::text::to_text(&key).as_ref()), key: Some(key), value }),
        }
        true
    }

    /// The value of a key of any type: a number finds only a number of its own type.
    pub(crate) fn find(&self, key: &Value) -> Option<&Value> {
        match key {
            Value::String(name) => self.get(name),
            _ => self.entries.iter().find(|entry| entry.key.as_ref().is_some_and(|known| known.is_same_key(key))).map(|entry| &entry.value),
        }
    }

    /// Keys as text and values, in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.entries.iter().map(|entry| (entry.name.as_ref(), &entry.value))
    }

    /// The keys as values, in order.
    pub fn keys(&self) -> impl Iterator<Item = Value> {
        self.entries.iter().map(|entry| entry.key.clone().unwrap_or_else(|| Value::String(entry.name.clone())))
    }

    /// The values, in order.
    pub fn values(&self) -> impl Iterator<Item = &Value> {
        self.entries.iter().map(|entry| &entry.value)
    }

    /// How many keys there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there is no key.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }
}

/// Same name without regard to case; the quick way out first, since most keys differ in length.
fn is_same(left: &str, right: &str) -> bool {
    if left.len() == right.len() && left.eq_ignore_ascii_case(right) {
        return true;
    }
    if left.is_ascii() || right.is_ascii() {
        return false;
    }
    left.chars().map(super::text::upper).eq(right.chars().map(super::text::upper))
}

impl Value {
    /// What a hashtable calls the same key: same type, same value.
    fn is_same_key(&self, other: &Value) -> bool {
        match (self, other) {
            (Value::Int(a), Value::Int(b)) => a == b,
            (Value::Long(a), Value::Long(b)) => a == b,
            (Value::Bool(a), Value::Bool(b)) => a == b,
            (Value::Double(a), Value::Double(b)) => a == b,
            (Value::Decimal(a), Value::Decimal(b)) => a == b,
            (Value::Char(a), Value::Char(b)) => a == b,
            (Value::DateTime(a), Value::DateTime(b)) => a.ticks == b.ticks,
            (Value::TimeSpan(a), Value::TimeSpan(b)) => a == b,
            (Value::Guid(a), Value::Guid(b)) => a == b,
            (Value::Version(a), Value::Version(b)) => a == b,
            (Value::Enum(a), Value::Enum(b)) => a == b,
            (Value::Type(a), Value::Type(b)) => a == b,
            _ => false,
        }
    }
}
