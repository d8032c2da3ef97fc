//! What is rendered.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// Templates that a template may include (`{{> footer}}`), by name.
pub type Partials = BTreeMap<String, String>;

/// What a template makes, which decides how values are escaped in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Content {
    /// Plain text: values go in as they are.
    Text,
    /// HTML: values are escaped.
    Html,
    /// The subject of a mail: one line, values go in as they are.
    Subject,
}

impl Content {
    /// What a template file makes, by its name: `x.html.hbs`, `x.subject.hbs`, anything else is text.
    pub fn of_file(name: &str) -> Self {
        let name = name.to_ascii_lowercase();
        let stem = name.strip_suffix(".hbs").unwrap_or(&name);
        match stem.rsplit_once('.').map(|(_, extension)| extension) {
            Some("html" | "htm") => Content::Html,
            Some("subject") => Content::Subject,
            _ => Content::Text,
        }
    }
}

/// One template with the values to render it with.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Job {
    /// The template's text.
    pub template: String,
    /// What it makes.
    pub content: Content,
    /// What it may include.
    pub partials: Partials,
    /// The values by name; an object.
    pub data: serde_json::Value,
}

impl Job {
    /// A job whose template includes nothing.
    pub fn new(template: impl Into<String>, content: Content, data: serde_json::Value) -> Self {
        Job { template: template.into(), content, partials: Partials::new(), data }
    }
}

#[cfg(test)]
mod tests {
    use super::Content;

    #[test]
    fn the_name_of_a_file_says_what_its_template_makes() {
        for (name, content) in [
            ("files/readme.txt.hbs", Content::Text),
            ("provisioned.en.html.hbs", Content::Html),
            ("provisioned.en.subject.hbs", Content::Subject),
            ("quota.json.hbs", Content::Text),
            ("plain", Content::Text),
            ("index.html", Content::Html),
        ] {
            assert_eq!(Content::of_file(name), content, "{name}");
        }
    }
}
