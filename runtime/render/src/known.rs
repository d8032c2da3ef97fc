//! The names a template may use.

/// What is known of a value that a template may use.
#[derive(Clone, Debug, PartialEq)]
pub enum Known {
    /// Anything may be inside: nothing below it is checked.
    Any,
    /// One value: nothing is inside.
    Value,
    /// A list of such values.
    List(Box<Known>),
    /// These members and no others.
    Members(Vec<(String, Known)>),
}

impl Known {
    /// These names at the top, each anything.
    pub fn names<'a>(names: impl IntoIterator<Item = &'a str>) -> Self {
        Known::Members(names.into_iter().map(|name| (name.to_owned(), Known::Any)).collect())
    }
}
