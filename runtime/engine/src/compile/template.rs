//! The templates that rules render: they must be there, and use only what their rule gives them.

use model::{Position, Value, nearest};
use package::{Argument, Error, Mapping};
use render::{Content, Known, Partials};

use super::Compiler;
use crate::program::Action;

/// The action that renders a template.
const RENDERS: &str = "file.render";

impl Compiler<'_> {
    /// A template that a rule names outright is checked against the `Data` of the rule, as written: a mistake inside a value does not hide its name.
    pub(super) fn check_template(&mut self, action: &Action, with: &[Argument]) {
        if action.name() != RENDERS {
            return;
        }
        let given = |name: &str| with.iter().find(|argument| argument.name.eq_ignore_ascii_case(name));
        let Some((argument, path)) = given("Template").and_then(|argument| Some((argument, literal_text(&argument.mapping)?))) else {
            return;
        };
        let Some(template) = self.package.templates.get(path) else {
            self.unknown_template(path, &argument.position);
            return;
        };
        let known = given("Data").map_or_else(|| Known::Members(Vec::new()), |data| known_of(&data.mapping));
        for finding in render::check(&template.text, Content::of_file(path), &Partials::new(), &known) {
            let position = Position { file: path.to_owned(), line: finding.line, column: finding.column };
            self.errors.push(Error { hint: finding.hint, ..Error::new(position, finding.code, finding.message) });
        }
    }

    fn unknown_template(&mut self, path: &str, position: &Position) {
        let hint = match nearest(path, self.package.templates.keys().map(String::as_str)) {
            Some(near) => format!("did you mean `{near}`?"),
            None => "a template is named by its path in the package: files/readme.txt.hbs".to_owned(),
        };
        let message = format!("the package has no template `{path}`");
        self.errors.push(Error::new(position.clone(), "unknown_template", message).hint(hint));
    }
}

fn literal_text(mapping: &Mapping) -> Option<&str> {
    if let Mapping::Literal(value) = mapping { value.as_text() } else { None }
}

/// What a template may use of what a rule gives it: names are written out, what an expression gives is known only when it runs.
fn known_of(mapping: &Mapping) -> Known {
    match mapping {
        Mapping::Literal(value) => known_value(value),
        Mapping::Block(_) => Known::Any,
        Mapping::List(_) => Known::List(Box::new(Known::Any)),
        Mapping::Table(entries) => Known::Members(entries.iter().map(|(name, inner)| (name.clone(), known_of(inner))).collect()),
    }
}

fn known_value(value: &Value) -> Known {
    match value {
        Value::Object(members) => Known::Members(members.iter().map(|(name, inner)| (name.to_owned(), known_value(inner))).collect()),
        Value::List(_) => Known::List(Box::new(Known::Any)),
        // `$null` stands for whatever will be there.
        Value::Null => Known::Any,
        _ => Known::Value,
    }
}
