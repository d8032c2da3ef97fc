//! The check of a template before it is ever rendered.

mod scope;
mod walk;

use handlebars::Template;

use crate::{Content, Known, Partials, scan};
use scope::Scopes;
use walk::Walk;

/// Something wrong with a template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Stable code, as of [`crate::Error`].
    pub code: &'static str,
    /// Line, from 1.
    pub line: u32,
    /// Column, from 1.
    pub column: u32,
    /// One sentence.
    pub message: String,
    /// What was probably meant.
    pub hint: Option<String>,
}

/// All that is wrong with a template that makes `content`, may include `partials` and use the names of `known`.
pub fn check(template: &str, content: Content, partials: &Partials, known: &Known) -> Vec<Finding> {
    let mut walk = Walk::new(template, content, partials);
    walk.whole(known);
    walk.findings
}

impl Walk<'_> {
    /// Walks the whole of its source.
    fn whole(&mut self, known: &Known) {
        if let Some(unsafe_to_parse) = scan::guard(self.source) {
            return self.findings.push(unsafe_to_parse);
        }
        match Template::compile(self.source) {
            Ok(template) => self.template(&template, &mut Scopes::new(known)),
            Err(error) => self.findings.push(scan::explain(self.source, &error)),
        }
    }
}
