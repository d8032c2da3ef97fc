//! `service.psd1` into [`model::Service`].

mod constraints;
mod plans;
mod properties;
mod roles;

use language::data::{Kind, Node};
use model::{Instances, Service, Subject, Validation, Verb};

use crate::{
    Pattern,
    fields::{Fields, Shape},
    names,
    report::Report,
};

const SERVICE: Shape = Shape {
    what: "a service definition",
    keys: &[
        "Format",
        "Name",
        "Version",
        "DisplayName",
        "Description",
        "For",
        "Instances",
        "InstanceNames",
        "Properties",
        "Plans",
        "Validate",
        "Roles",
        "Permissions",
        "Codes",
    ],
    required: &["Format", "Name", "Version", "DisplayName"],
    later: &["Requires", "Isolation", "Strict"],
};

const INSTANCE_NAMES: Shape = Shape { what: "`InstanceNames`", keys: &["Pattern", "Label"], required: &["Pattern"], later: &[] };

const VALIDATION: Shape =
    Shape { what: "a validation", keys: &["When", "Code", "Message"], required: &["When", "Code", "Message"], later: &[] };

pub(crate) const SUBJECTS: &[(&str, Subject)] = &[("Customer", Subject::Customer), ("User", Subject::User)];

pub(crate) const VERBS: &[(&str, Verb)] = &[
    ("provision", Verb::Provision),
    ("change", Verb::Change),
    ("deprovision", Verb::Deprovision),
    ("suspend", Verb::Suspend),
    ("resume", Verb::Resume),
    ("verify", Verb::Verify),
];

/// Reads the definition, as far as it can be read; none if it is not even a hashtable.
pub(crate) fn read(report: &Report<'_>, node: &Node) -> Option<Service> {
    let fields = Fields::of(report, &SERVICE, node)?;
    check_format(&fields);
    let subject = fields.word("For", SUBJECTS).unwrap_or(Subject::Customer);
    let properties = properties::read(&fields, subject);
    let plans = plans::read(&fields, subject, &properties);
    let (name, sound) = service_name(&fields);
    let permissions = roles::permissions(&fields, sound);
    let roles = roles::roles(&fields, sound, &permissions);
    Some(Service {
        version: version(&fields),
        display_name: fields.owned("DisplayName").unwrap_or_default(),
        description: fields.owned("Description").unwrap_or_default(),
        subject,
        instances: instances(&fields),
        requires: Vec::new(),
        properties: properties.into_iter().map(|read| read.property).collect(),
        plans,
        validate: fields.list("Validate").iter().filter_map(|node| validation(report, node)).collect(),
        codes: roles::codes(&fields),
        permissions,
        roles,
        name,
    })
}

fn check_format(fields: &Fields<'_>) {
    if let Some(node) = fields.node("Format")
        && node.kind != Kind::Int(1)
    {
        fields.report.error_with(node, "unknown_format", "this version reads packages of `Format` 1 only", "write Format = 1");
    }
}

/// The name and, if it can be one, the name again: what is called after it is not checked against a wrong one.
fn service_name<'a>(fields: &Fields<'a>) -> (String, Option<&'a str>) {
    let Some(name) = fields.text("Name") else { return (String::new(), None) };
    let right = names::check(fields.report, fields.at("Name"), &names::SERVICE, name);
    (name.to_owned(), right.then_some(name))
}

fn version(fields: &Fields<'_>) -> String {
    let Some(text) = fields.text("Version") else { return String::new() };
    let parts: Vec<&str> = text.split('.').collect();
    let is_number = |part: &&str| part.bytes().all(|byte| byte.is_ascii_digit()) && part.parse::<i32>().is_ok();
    if parts.len() != 3 || !parts.iter().all(is_number) {
        fields.report.error(
            fields.at("Version"),
            "bad_value",
            format!("`Version` is three numbers with dots, as in '1.2.0'; '{text}' is not"),
        );
    }
    text.to_owned()
}

fn instances(fields: &Fields<'_>) -> Instances {
    let multiple = fields.word("Instances", &[("Single", false), ("Multiple", true)]).unwrap_or(false);
    let Some(node) = fields.node("InstanceNames") else {
        return if multiple { Instances::Multiple { names: Vec::new(), pattern: None, label: None } } else { Instances::Single };
    };
    if !multiple {
        let at = fields.entry("InstanceNames").map_or(fields.at, Into::into);
        fields.report.error(at, "key_not_here", "`InstanceNames` is only for `Instances = 'Multiple'`");
    }
    if !matches!(node.kind, Kind::Table(_)) {
        let names = fields.texts("InstanceNames").into_iter().map(|(name, _)| name.to_owned()).collect();
        return Instances::Multiple { names, pattern: None, label: None };
    }
    let names = Fields::of(fields.report, &INSTANCE_NAMES, node);
    let pattern = names.as_ref().and_then(|names| pattern(names, "Pattern"));
    Instances::Multiple { names: Vec::new(), pattern, label: names.and_then(|names| names.owned("Label")) }
}

/// A pattern that compiles.
fn pattern(fields: &Fields<'_>, key: &str) -> Option<String> {
    let text = fields.text(key)?;
    match Pattern::compile(text) {
        Ok(_) => Some(text.to_owned()),
        Err(error) => {
            let place = error.character.map(|character| format!(", at its character {character}")).unwrap_or_default();
            fields.report.error(fields.at(key), "bad_pattern", format!("`{key}` does not compile{place}: {}", error.reason));
            None
        }
    }
}

fn validation(report: &Report<'_>, node: &Node) -> Option<Validation> {
    let fields = Fields::of(report, &VALIDATION, node)?;
    let (when, code, message) = (fields.block("When"), fields.owned("Code"), fields.owned("Message"));
    if let Some(code) = &code {
        roles::check_code(report, fields.at("Code"), code);
    }
    Some(Validation { when: when?, code: code?, message: message? })
}
