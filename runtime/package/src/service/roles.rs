//! Permissions, roles and codes that a service brings along.

use language::data::{Entry, Kind};
use model::{Code, LogLevel, Object, Subject, Value, Verb};

use crate::{
    fields::{Fields, Shape},
    literal::literal,
    report::{At, Report, meant},
};

const ROLE: Shape = Shape { what: "a role", keys: &["Include", "Permissions", "Remove"], required: &[], later: &[] };

const CODE: Shape = Shape { what: "a code", keys: &["Level", "Message", "Direction"], required: &["Message"], later: &[] };

const LOG_LEVELS: &[(&str, LogLevel)] = &[
    ("Debug", LogLevel::Debug),
    ("Verbose", LogLevel::Verbose),
    ("Information", LogLevel::Information),
    ("Warning", LogLevel::Warning),
    ("Error", LogLevel::Error),
];

/// Reads `Permissions`: name and sentence.
pub(super) fn permissions(service: &Fields<'_>, name: Option<&str>) -> Vec<(String, String)> {
    let standard = name.map(standard).unwrap_or_default();
    let mut permissions = Vec::new();
    for entry in service.table("Permissions") {
        if let Some(name) = name {
            check_permission_name(service.report, entry, name);
        }
        if standard.iter().any(|known| known.eq_ignore_ascii_case(&entry.key)) {
            service.report.error(entry, "duplicate_name", format!("every service has the permission `{}` already", entry.key));
        }
        match &entry.value.kind {
            Kind::String(sentence) => permissions.push((entry.key.clone(), sentence.clone())),
            _ => service.report.error(&entry.value, "wrong_type", format!("`{}` must be a sentence that says what it allows", entry.key)),
        }
    }
    permissions
}

fn check_permission_name(report: &Report<'_>, entry: &Entry, service: &str) {
    let word = entry.key.strip_prefix(service).and_then(|rest| rest.strip_prefix('.'));
    let is_word = |word: &str| !word.is_empty() && word.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || "-.".contains(c));
    if !word.is_some_and(is_word) {
        let message = format!("'{}' cannot be a permission of this service", entry.key);
        report.error_with(entry, "bad_name", message, format!("'{service}.' and a word in lower case"));
    }
}

/// What every service has: to view it, and each verb for customers and for users.
fn standard(service: &str) -> Vec<String> {
    let verbs = Verb::ALL
        .iter()
        .flat_map(|verb| Subject::ALL.iter().map(move |subject| format!("{service}.{verb}.{}", subject.as_str().to_ascii_lowercase())));
    std::iter::once(format!("{service}.view")).chain(verbs).collect()
}

/// Reads `Roles`. A role of a package holds permissions of its own service only.
pub(super) fn roles(service: &Fields<'_>, name: Option<&str>, own: &[(String, String)]) -> Object {
    let mut known = name.map(standard).unwrap_or_default();
    known.extend(own.iter().map(|(permission, _)| permission.clone()));
    let mut roles = Object::new();
    for entry in service.table("Roles") {
        let Some(fields) = Fields::of(service.report, &ROLE, &entry.value) else { continue };
        fields.texts("Include");
        for (word, at) in [fields.texts("Permissions"), fields.texts("Remove")].concat() {
            if name.is_some() && !known.iter().any(|permission| permission.eq_ignore_ascii_case(word)) {
                let hint = meant(word, known.iter().map(String::as_str));
                service.report.add(at, "unknown_permission", format!("this service has no permission '{word}'"), hint);
            }
        }
        if let Some(role @ Value::Object(_)) = literal(service.report, "a role", &entry.value) {
            roles.insert(entry.key.clone(), role);
        }
    }
    roles
}

/// Reads `Codes`.
pub(super) fn codes(service: &Fields<'_>) -> Vec<Code> {
    let mut codes = Vec::new();
    for entry in service.table("Codes") {
        check_code(service.report, entry.into(), &entry.key);
        let Some(fields) = Fields::of(service.report, &CODE, &entry.value) else { continue };
        codes.push(Code {
            code: entry.key.clone(),
            level: fields.word("Level", LOG_LEVELS).unwrap_or(LogLevel::Error),
            message: fields.owned("Message").unwrap_or_default(),
            direction: fields.owned("Direction"),
        });
    }
    codes
}

/// Reports what is not a package's code.
pub(super) fn check_code(report: &Report<'_>, at: At, code: &str) {
    let bytes = code.as_bytes();
    let right = bytes.len() == 5 && bytes[..2].iter().all(u8::is_ascii_uppercase) && bytes[2..].iter().all(u8::is_ascii_digit);
    if !right {
        report.error(at, "bad_code", format!("'{code}' is not a code: two capital letters and three digits, as in 'BK004'"));
    }
}
