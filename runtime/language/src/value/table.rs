//! Hashtables: keys found without regard to case, kept in the order of their source.

use std::sync::Arc;

use super::Value;

/// A hashtable. Keys are nearly always strings; others keep their value beside their text.
#[derive(Debug, Clone, Default)]
pub struct Table {
    entries: Vec<Entry>,
}

#[derive(Debug, Clone)]
struct Entry {
    name: Arc<str>,
    value: Value,
}

impl Table {
    /// An empty table.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The value of a key, whatever its case.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.entries.iter().find(|entry| entry.name.eq_ignore_ascii_case(name)).map(|entry| &entry.value)
    }

    /// Sets a key; one that is there keeps its place and its spelling.
    pub fn insert(&mut self, name: impl Into<Arc<str>>, value: impl Into<Value>) {
        let (name, value) = (name.into(), value.into());
        match self.entries.iter_mut().find(|entry| entry.name.eq_ignore_ascii_case(&name)) {
            Some(entry) => entry.value = value,
            None => self.entries.push(Entry { name, value }),
        }
    }

    /// Keys and values in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.entries.iter().map(|entry| (entry.name.as_ref(), &entry.value))
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
