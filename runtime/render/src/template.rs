//! Rendering one job, in a child.

use std::io;

use handlebars::{Handlebars, RenderError, RenderErrorReason, html_escape, no_escape};

use crate::{Content, Error, Finding, Job, scan};

/// More than any page, mail or file that a template should make.
const LONGEST_OUTPUT: usize = 4 * 1024 * 1024;

/// No file of a package has this name.
const MAIN: &str = "(template)";

/// Renders a job.
pub(crate) fn render(job: &Job) -> Result<String, Error> {
    let registry = registry(job)?;
    let mut output = Limited { bytes: Vec::new(), is_full: false };
    let rendered = registry.render_to_write(MAIN, &job.data, &mut output);
    if output.is_full {
        return Err(Error::new("template_too_big", format!("the template made more than {LONGEST_OUTPUT} bytes")));
    }
    rendered.map_err(|error| explain(&error))?;
    let text = String::from_utf8(output.bytes).expect("handlebars writes text");
    if job.content == Content::Subject && text.contains(['\r', '\n']) {
        return Err(Error::new("subject_line_break", "a subject is one line, and this one has a line break in it"));
    }
    Ok(text)
}

fn registry(job: &Job) -> Result<Handlebars<'static>, Error> {
    let mut registry = Handlebars::new();
    registry.set_strict_mode(true);
    registry.register_escape_fn(if job.content == Content::Html { html_escape } else { no_escape });
    registry.unregister_helper("log");
    for (name, text) in job.partials.iter().map(|(name, text)| (name.as_str(), text.as_str())).chain([(MAIN, main_text(job))]) {
        let readable = match scan::guard(text) {
            Some(finding) => Err(finding),
            None => registry.register_template_string(name, text).map_err(|error| scan::explain(text, &error)),
        };
        readable.map_err(|finding| placed(finding, name))?;
    }
    Ok(registry)
}

/// The line break at the end of a file is the editor's, not the subject's.
fn main_text(job: &Job) -> &str {
    match job.content {
        Content::Subject => job.template.strip_suffix('\n').map_or(job.template.as_str(), |line| line.strip_suffix('\r').unwrap_or(line)),
        Content::Text | Content::Html => &job.template,
    }
}

fn placed(finding: Finding, template: &str) -> Error {
    if template == MAIN {
        return Error { code: finding.code.to_owned(), message: finding.message, line: Some(finding.line), column: Some(finding.column) };
    }
    Error::new(finding.code, format!("in the included `{template}`, line {}: {}", finding.line, finding.message))
}

fn explain(error: &RenderError) -> Error {
    let (code, message) = match error.reason() {
        RenderErrorReason::MissingVariable(Some(name)) => ("template_value", format!("`{name}` has no value")),
        RenderErrorReason::MissingVariable(None) => ("template_value", "something that the template names has no value".to_owned()),
        RenderErrorReason::HelperNotFound(name) => ("template_name", format!("there is no helper `{name}`")),
        RenderErrorReason::TemplateNotFound(name) | RenderErrorReason::PartialNotFound(name) => {
            ("template_include", format!("there is no template `{name}` to include"))
        }
        RenderErrorReason::CannotIncludeSelf => ("template_include", "a template includes itself".to_owned()),
        RenderErrorReason::DecoratorNotFound(name) => ("template_include", format!("`*{name}` is not something a template can say")),
        RenderErrorReason::ParamNotFoundForIndex(helper, number) => {
            ("template_value", format!("`{helper}` has nothing for its value number {}", number + 1))
        }
        RenderErrorReason::InvalidJsonIndex(name) => ("template_value", format!("a list has no member `{name}`")),
        other => ("template_value", other.to_string()),
    };
    let is_main = error.template_name.as_deref().is_none_or(|name| name == MAIN);
    let number = |number: Option<usize>| number.filter(|_| is_main).and_then(|number| u32::try_from(number).ok());
    let message = match &error.template_name {
        Some(name) if !is_main => format!("in the included `{name}`, line {}: {message}", error.line_no.unwrap_or(1)),
        _ => message,
    };
    Error { code: code.to_owned(), message, line: number(error.line_no), column: number(error.column_no) }
}

/// Output up to its limit.
struct Limited {
    bytes: Vec<u8>,
    is_full: bool,
}

impl io::Write for &mut Limited {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.bytes.len() + bytes.len() > LONGEST_OUTPUT {
            self.is_full = true;
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        self.bytes.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
