//! The walk through a parsed template: every path, every helper, everything included.

use std::collections::HashMap;

use handlebars::Template;
use handlebars::template::{BlockParam, DecoratorTemplate, HelperTemplate, Parameter, TemplateElement};
use model::nearest;

use super::scope::Scopes;
use crate::helpers::{self, Block, HELPERS};
use crate::scan::{offset_of, place_of};
use crate::{Content, Finding, Known, Partials};

/// More elements than anybody writes; a template that includes others over and over reaches it.
const MOST_ELEMENTS: usize = 20_000;

/// One walk through a template and what it includes.
pub(super) struct Walk<'a> {
    pub(super) source: &'a str,
    pub(super) content: Content,
    pub(super) partials: &'a Partials,
    pub(super) findings: Vec<Finding>,
    /// Templates that are being included, outermost first.
    pub(super) including: Vec<String>,
    pub(super) walked: usize,
    /// Where the element begins that the walk is at.
    at: (usize, usize),
}

impl<'a> Walk<'a> {
    pub(super) fn new(source: &'a str, content: Content, partials: &'a Partials) -> Self {
        Walk { source, content, partials, findings: Vec::new(), including: Vec::new(), walked: 0, at: (1, 1) }
    }

    pub(super) fn template(&mut self, template: &Template, scopes: &mut Scopes) {
        let outer = self.at;
        for (number, element) in template.elements.iter().enumerate() {
            self.at = template.mapping.get(number).map_or(outer, |mapping| (mapping.0, mapping.1));
            self.walked += 1;
            if self.walked > MOST_ELEMENTS {
                return self.once("template_include", "the template and what it includes are too large together");
            }
            self.element(element, scopes);
        }
        self.at = outer;
    }

    fn element(&mut self, element: &TemplateElement, scopes: &mut Scopes) {
        match element {
            TemplateElement::RawString(_) | TemplateElement::Comment(_) => (),
            TemplateElement::Expression(expression) => drop(self.expression(expression, scopes)),
            TemplateElement::HtmlExpression(expression) => {
                if self.content == Content::Html {
                    self.find("template_value", "a value goes into HTML escaped: write `{{` and `}}`", None, None);
                }
                self.expression(expression, scopes);
            }
            TemplateElement::HelperBlock(block) => self.block(block, scopes),
            TemplateElement::PartialExpression(include) => self.include(include, scopes),
            TemplateElement::PartialBlock(_) => self.find("template_include", "what is included takes no block", None, None),
            TemplateElement::DecoratorExpression(_) | TemplateElement::DecoratorBlock(_) => {
                self.find("template_include", "a template cannot define templates or change how it is rendered", None, None);
            }
            _ => self.find("template_syntax", "this is not something a template can say", None, None),
        }
    }

    /// What a tag or a part in parentheses gives.
    fn expression(&mut self, expression: &HelperTemplate, scopes: &Scopes) -> Known {
        let is_name = !expression.block && expression.params.is_empty() && expression.hash.is_empty();
        match &expression.name {
            Parameter::Path(path) if is_name && expression.name.as_name().is_none_or(|name| helpers::named(name).is_none()) => {
                scopes.resolve(path).unwrap_or_else(|nowhere| {
                    self.find("template_name", nowhere.message, nowhere.hint, expression.name.as_name());
                    Known::Any
                })
            }
            Parameter::Subexpression(inner) if is_name => self.subexpression(inner.as_element(), scopes),
            name => {
                let name = name.as_name().unwrap_or_default().to_owned();
                self.call(&name, expression, scopes);
                if name == "lookup" { Known::Any } else { Known::Value }
            }
        }
    }

    fn subexpression(&mut self, element: &TemplateElement, scopes: &Scopes) -> Known {
        match element {
            TemplateElement::Expression(expression) => self.expression(expression, scopes),
            _ => Known::Any,
        }
    }

    /// Checks a helper and what it is given; what its first value is.
    fn call(&mut self, name: &str, expression: &HelperTemplate, scopes: &Scopes) -> Known {
        let given: Vec<Known> = expression.params.iter().map(|parameter| self.parameter(parameter, scopes)).collect();
        self.hash(&expression.hash, scopes);
        match helpers::named(name) {
            None => {
                let near = nearest(name, HELPERS.iter().map(|helper| helper.name));
                self.find(
                    "template_name",
                    format!("there is no helper `{name}`"),
                    near.map(|near| format!("did you mean `{near}`?")),
                    Some(name),
                );
            }
            Some(helper) if !helper.values.contains(&given.len()) => {
                let message = format!("`{name}` takes {}, not {}", count(*helper.values.start()), given.len());
                self.find("template_value", message, None, Some(name));
            }
            Some(helper) if helper.block == Block::Always && !expression.block => {
                self.find("template_syntax", format!("`{name}` is a block: `{{{{#{name} ...}}}}`"), None, Some(name));
            }
            Some(helper) if helper.block == Block::Never && expression.block => {
                self.find("template_syntax", format!("`{name}` is not a block: leave out the `#`"), None, Some(name));
            }
            Some(_) => (),
        }
        given.into_iter().next().unwrap_or(Known::Any)
    }

    fn block(&mut self, block: &HelperTemplate, scopes: &mut Scopes) {
        let name = block.name.as_name().unwrap_or_default().to_owned();
        let given = self.call(&name, block, scopes);
        if let Some(inner) = &block.template {
            match name.as_str() {
                "each" => {
                    let element = match &given {
                        Known::List(element) => (**element).clone(),
                        Known::Value => {
                            self.find("template_value", "`each` needs a list or an object", None, Some("each"));
                            Known::Any
                        }
                        Known::Any | Known::Members(_) => Known::Any,
                    };
                    let named = names_of(block.block_param.as_ref(), &element);
                    scopes.enter_each(element, named);
                }
                "with" => {
                    let named = names_of(block.block_param.as_ref(), &given);
                    scopes.enter_with(given, named);
                }
                _ => return self.branches(Some(inner), block.inverse.as_ref(), scopes),
            }
            self.template(inner, scopes);
            scopes.leave();
        }
        self.branches(None, block.inverse.as_ref(), scopes);
    }

    fn branches(&mut self, one: Option<&Template>, other: Option<&Template>, scopes: &mut Scopes) {
        for branch in one.into_iter().chain(other) {
            self.template(branch, scopes);
        }
    }

    fn parameter(&mut self, parameter: &Parameter, scopes: &Scopes) -> Known {
        match parameter {
            Parameter::Literal(_) => Known::Value,
            Parameter::Subexpression(inner) => self.subexpression(inner.as_element(), scopes),
            Parameter::Path(path) => scopes.resolve(path).unwrap_or_else(|nowhere| {
                self.find("template_name", nowhere.message, nowhere.hint, parameter.as_name());
                Known::Any
            }),
            _ => Known::Any,
        }
    }

    fn hash(&mut self, hash: &HashMap<String, Parameter>, scopes: &Scopes) -> Vec<(String, Known)> {
        // Findings come in the order of their places, not of a hash map.
        let mut named: Vec<_> = hash.iter().collect();
        named.sort_by_key(|(name, _)| name.as_str());
        named.into_iter().map(|(name, value)| (name.clone(), self.parameter(value, scopes))).collect()
    }

    fn include(&mut self, include: &DecoratorTemplate, scopes: &Scopes) {
        let context = include.params.first().map_or_else(|| scopes.here().clone(), |parameter| self.parameter(parameter, scopes));
        let added = self.hash(&include.hash, scopes);
        let Some(name) = include.name.as_name().filter(|_| !matches!(include.name, Parameter::Subexpression(_))) else {
            return self.find("template_include", "which template is included must be written out", None, None);
        };
        let name = name.trim_matches('\'').to_owned();
        let Some(source) = self.partials.get(&name) else {
            let near = nearest(&name, self.partials.keys().map(String::as_str)).map(|near| format!("did you mean `{near}`?"));
            return self.find("template_include", format!("there is no template `{name}` to include"), near, Some(&name));
        };
        if self.including.contains(&name) {
            let circle = format!("{} > {name}", self.including.join(" > "));
            return self.find("template_include", format!("`{name}` includes itself: {circle}"), None, Some(&name));
        }
        self.included(name, source, &with_added(context, added));
    }

    /// Walks an included template; what is wrong in it is found where it is included.
    fn included(&mut self, name: String, source: &'a str, context: &Known) {
        let mut inner = Walk::new(source, self.content, self.partials);
        inner.including.clone_from(&self.including);
        inner.including.push(name.clone());
        inner.walked = self.walked;
        inner.whole(context);
        self.walked = inner.walked;
        for finding in inner.findings {
            let message = format!("in the included `{name}`, line {}: {}", finding.line, finding.message);
            self.find(finding.code, message, finding.hint, Some(&name));
        }
    }

    fn once(&mut self, code: &'static str, message: &str) {
        if !self.findings.iter().any(|finding| finding.message == message) {
            self.find(code, message, None, None);
        }
    }

    /// Notes something at `word` in the tag that the walk is at, or at the tag.
    fn find(&mut self, code: &'static str, message: impl Into<String>, hint: Option<String>, word: Option<&str>) {
        let start = offset_of(self.source, self.at.0, self.at.1).unwrap_or(0);
        let offset =
            word.filter(|word| !word.is_empty()).and_then(|word| find_word(&self.source[start..], word)).map_or(start, |at| start + at);
        let (line, column) = place_of(self.source, offset);
        self.findings.push(Finding { code, line, column, message: message.into(), hint });
    }
}

/// What an included template sees: its context with the values it is given by name.
fn with_added(context: Known, added: Vec<(String, Known)>) -> Known {
    match context {
        context if added.is_empty() => context,
        Known::Members(mut members) => {
            members.retain(|(name, _)| !added.iter().any(|(new, _)| new == name));
            members.extend(added);
            Known::Members(members)
        }
        Known::Value => Known::Members(added),
        Known::Any | Known::List(_) => Known::Any,
    }
}

fn names_of(names: Option<&BlockParam>, element: &Known) -> Vec<(String, Known)> {
    let name = |parameter: &Parameter| parameter.as_name().unwrap_or_default().to_owned();
    match names {
        None => Vec::new(),
        Some(BlockParam::Single(one)) => vec![(name(one), element.clone())],
        Some(BlockParam::Pair((one, key))) => vec![(name(one), element.clone()), (name(key), Known::Value)],
        Some(_) => Vec::new(),
    }
}

fn count(values: usize) -> String {
    match values {
        0 => "no value".to_owned(),
        1 => "one value".to_owned(),
        _ => format!("{values} values"),
    }
}

fn find_word(text: &str, word: &str) -> Option<usize> {
    let is_part = |c: char| c.is_alphanumeric() || "_-$@./".contains(c);
    text.match_indices(word).map(|(at, _)| at).find(|at| !text[..*at].ends_with(is_part) && !text[at + word.len()..].starts_with(is_part))
}
