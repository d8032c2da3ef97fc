//! Plans of a service, and the values they set.

use language::data::Node;
use model::{Level, Object, Plan, Property, PropertyKind, Subject};

use super::properties::{Read, SOLD_TO};
use crate::{
    fields::{Fields, Shape},
    literal::literal,
    names::{self, Names},
    report::{At, all_named, meant},
};

const PLAN: Shape = Shape {
    what: "a plan",
    keys: &["Name", "Sku", "Label", "Level", "Set", "BillSuspended", "Quantity", "Period", "Retired"],
    required: &["Name"],
    later: &[],
};

const PERIODS: &[(&str, &str)] = &[("Month", "Month"), ("Year", "Year")];

/// Reads `Plans`.
pub(super) fn read(service: &Fields<'_>, subject: Subject, properties: &[Read]) -> Vec<Plan> {
    let mut seen = Names::new();
    service.list("Plans").iter().filter_map(|node| plan(service, node, subject, properties, &mut seen)).collect()
}

fn plan(service: &Fields<'_>, node: &Node, subject: Subject, properties: &[Read], seen: &mut Names) -> Option<Plan> {
    let fields = Fields::of(service.report, &PLAN, node)?;
    let level = level(&fields, subject);
    let set = set(&fields, level, properties);
    let name = fields.text("Name")?;
    names::check(fields.report, fields.at("Name"), &names::PLAN, name);
    seen.add(fields.report, fields.at("Name"), "plans", name);
    let retired = fields.flag("Retired").unwrap_or(false);
    check_required(&fields, name, level, properties);
    Some(Plan {
        name: name.to_owned(),
        sku: fields.owned("Sku"),
        label: fields.owned("Label"),
        level,
        set,
        bill_suspended: fields.flag("BillSuspended").unwrap_or(true),
        quantity: fields.block("Quantity"),
        period: fields.word("Period", PERIODS).unwrap_or("Month").to_owned(),
        retired,
        position: fields.position(),
    })
}

fn level(fields: &Fields<'_>, subject: Subject) -> Level {
    let given = fields.word("Level", SOLD_TO);
    match (subject, given) {
        (Subject::Customer, Some(Level::User)) => {
            fields.report.error(fields.at("Level"), "no_user_level", "a service for customers has no plans for users");
            Level::Customer
        }
        (Subject::Customer, _) => Level::Customer,
        (Subject::User, Some(level)) => level,
        (Subject::User, None) => {
            if fields.entry("Level").is_none() {
                let hint = "Level = 'Customer' or 'User'";
                fields.report.error_with(fields.at, "missing_key", "a plan of a service for users needs the key `Level`", hint);
            }
            Level::User
        }
    }
}

fn set(fields: &Fields<'_>, level: Level, properties: &[Read]) -> Object {
    let mut set = Object::new();
    for entry in fields.table("Set") {
        let Some(read) = properties.iter().find(|read| read.property.name.eq_ignore_ascii_case(&entry.key)) else {
            let hint = meant(&entry.key, settable(properties, level).collect::<Vec<_>>());
            fields.report.add(entry, "unknown_property", format!("there is no property `{}`", entry.key), hint);
            continue;
        };
        let property = &read.property;
        // A property that cannot be checked has its mistake already; its kind or type may be the mistake.
        let Some(checker) = &read.checker else { continue };
        if let Some(reason) = not_settable(property, level) {
            fields.report.error(entry, "not_settable", format!("a plan cannot set `{}`: {reason}", property.name));
            continue;
        }
        let Some(value) = literal(fields.report, &format!("`{}`", property.name), &entry.value) else { continue };
        match checker.check(value) {
            Ok(value) => set.insert(property.name.clone(), value),
            Err(refused) => fields.report.add(&entry.value, refused.code, refused.message, refused.hint),
        }
    }
    set
}

fn not_settable(property: &Property, level: Level) -> Option<String> {
    match property.kind {
        PropertyKind::Plan if property.level == level => None,
        PropertyKind::Plan => Some(format!("it is for plans of the level {}", property.level)),
        kind => Some(format!("it is of kind {kind}, not Plan")),
    }
}

fn settable(properties: &[Read], level: Level) -> impl Iterator<Item = &str> {
    properties
        .iter()
        .map(|read| &read.property)
        .filter(move |property| not_settable(property, level).is_none())
        .map(|property| property.name.as_str())
}

fn check_required(fields: &Fields<'_>, name: &str, level: Level, properties: &[Read]) {
    let set = fields.table("Set");
    let at = fields.entry("Set").map_or(fields.at, At::from);
    let missing = properties.iter().map(|read| &read.property).filter(|property| {
        let must = property.required && property.default.is_none() && not_settable(property, level).is_none();
        must && !set.iter().any(|entry| entry.key.eq_ignore_ascii_case(&property.name))
    });
    if let Some((_, named)) = all_named("property", missing.map(|property| property.name.as_str())) {
        fields.report.error(at, "missing_property", format!("the plan `{name}` does not set {named}, which every plan must"));
    }
}
