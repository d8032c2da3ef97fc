//! Properties of a service, and members of object properties.

use language::data::Kind;
use model::{
    DataType, Level, Position, Property,
    PropertyKind::{self, Config, Input, Plan, Result as Written},
    Scalar, Subject,
};

use super::{VERBS, constraints};
use crate::{
    Checker,
    fields::{Fields, Shape},
    names::{self, Names},
    report::meant,
};

const PROPERTY: Shape = Shape {
    what: "a property",
    keys: &[
        "Name",
        "Kind",
        "Type",
        "Label",
        "Help",
        "Levels",
        "Level",
        "Overridable",
        "Required",
        "Hidden",
        "Unlimited",
        "Values",
        "Min",
        "Max",
        "Pattern",
        "Default",
        "ReadOnlyAfter",
        "AskOn",
        "Schema",
        "Retired",
    ],
    required: &["Name", "Kind", "Type"],
    later: &[],
};

const MEMBER: Shape = Shape {
    what: "a schema member",
    keys: &["Name", "Type", "Label", "Help", "Required", "Values", "Min", "Max", "Pattern", "Default", "Schema"],
    required: &["Name", "Type"],
    later: &[],
};

/// Keys that only say something for some kinds.
const ONLY_FOR: &[(&str, &[PropertyKind])] = &[
    ("Levels", &[Config]),
    ("Level", &[Input, Written, Plan]),
    ("Overridable", &[Plan]),
    ("Unlimited", &[Config, Plan]),
    ("Required", &[Config, Plan, Input]),
    ("Default", &[Config, Plan, Input]),
    ("ReadOnlyAfter", &[Input]),
    ("AskOn", &[Input]),
];

const KINDS: &[(&str, PropertyKind)] = &[("Config", Config), ("Plan", Plan), ("Input", Input), ("Result", Written)];

/// Files say `Service` for the provider's level, and may say `Provider`.
const LEVELS: &[(&str, Level)] = &[
    ("Service", Level::Provider),
    ("Provider", Level::Provider),
    ("Reseller", Level::Reseller),
    ("Customer", Level::Customer),
    ("User", Level::User),
    ("Subscription", Level::Subscription),
];

/// Where a value that is given or written with a request is kept.
const KEPT: &[(&str, Level)] = &[("Customer", Level::Customer), ("User", Level::User), ("Subscription", Level::Subscription)];

/// Whom a plan is for.
pub(super) const SOLD_TO: &[(&str, Level)] = &[("Customer", Level::Customer), ("User", Level::User)];

/// A property, and whether its values can be checked: not where its own definition is wrong.
pub(super) struct Read {
    pub(super) property: Property,
    pub(super) checker: Option<Checker>,
}

/// Reads `Properties`.
pub(super) fn read(service: &Fields<'_>, subject: Subject) -> Vec<Read> {
    let mut seen = Names::new();
    let mut properties = Vec::new();
    for node in service.list("Properties") {
        let Some(fields) = Fields::of(service.report, &PROPERTY, node) else { continue };
        let kind = fields.word("Kind", KINDS);
        let Some(mut read) = common(&fields, kind.unwrap_or(Input)) else { continue };
        seen.add(fields.report, fields.at("Name"), "properties", &read.property.name);
        if let Some(kind) = kind {
            check_kind(&fields, kind, &read.property.name);
            levels(&fields, subject, &mut read.property);
        }
        if kind.is_none() || !has_level(&fields, subject, &read.property) {
            read.checker = None;
        }
        properties.push(read);
    }
    properties
}

/// What properties and members have in common.
fn common(fields: &Fields<'_>, kind: PropertyKind) -> Option<Read> {
    let data_type = data_type(fields);
    let mut property = blank(fields.owned("Name").unwrap_or_default(), kind, data_type, fields.position());
    property.label = fields.owned("Label");
    property.help = fields.owned("Help");
    property.required = fields.flag("Required").unwrap_or(false);
    property.hidden = fields.flag("Hidden").unwrap_or(false);
    property.unlimited = fields.flag("Unlimited").unwrap_or(false);
    property.retired = fields.flag("Retired").unwrap_or(false);
    property.read_only_after = fields.word("ReadOnlyAfter", VERBS);
    property.ask_on = fields.word("AskOn", VERBS);
    property.schema = schema(fields, kind, data_type);
    if let Some(data_type) = data_type {
        constraints::read(fields, data_type, &mut property);
    }
    let checker = data_type.and_then(|_| Checker::new(&property).ok());
    property.default = constraints::default(fields, checker.as_ref());
    let name = fields.text("Name")?;
    names::check(fields.report, fields.at("Name"), &names::PROPERTY, name);
    Some(Read { property, checker })
}

fn blank(name: String, kind: PropertyKind, data_type: Option<DataType>, position: Position) -> Property {
    Property {
        name,
        kind,
        data_type: data_type.unwrap_or(DataType::one(Scalar::String)),
        label: None,
        help: None,
        levels: Vec::new(),
        level: Level::Subscription,
        overridable: Vec::new(),
        required: false,
        hidden: false,
        unlimited: false,
        values: Vec::new(),
        min: None,
        max: None,
        pattern: None,
        default: None,
        read_only_after: None,
        ask_on: None,
        schema: Vec::new(),
        retired: false,
        position,
    }
}

fn data_type(fields: &Fields<'_>) -> Option<DataType> {
    let text = fields.text("Type")?;
    let found = DataType::parse(text);
    if found.is_none() {
        let scalars: Vec<&str> = Scalar::ALL.iter().map(|scalar| scalar.as_str()).collect();
        let hint = meant(text.trim_end_matches("[]"), scalars);
        fields.report.add(fields.at("Type"), "unknown_type", format!("'{text}' is not a type"), hint);
    }
    found
}

fn check_kind(fields: &Fields<'_>, kind: PropertyKind, name: &str) {
    for (key, kinds) in ONLY_FOR.iter().filter(|(_, kinds)| !kinds.contains(&kind)) {
        let Some(entry) = fields.entry(key) else { continue };
        let kinds: Vec<&str> = kinds.iter().map(|kind| kind.as_str()).collect();
        let message = format!("`{key}` says nothing for `{name}`, which is of kind {kind}");
        fields.report.error_with(entry, "key_not_here", message, format!("it is for {}", kinds.join(", ")));
    }
    if kind == Plan && ["Name", "Sku"].iter().any(|taken| taken.eq_ignore_ascii_case(name)) {
        let message = format!("a plan property cannot be called `{name}`: $Plan.{name} is the plan's own");
        fields.report.error(fields.at("Name"), "forbidden_name", message);
    }
}

fn levels(fields: &Fields<'_>, subject: Subject, property: &mut Property) {
    property.levels = fields.words("Levels", LEVELS);
    property.overridable = fields.words("Overridable", LEVELS);
    if property.kind == Config && property.levels.is_empty() {
        property.levels = vec![Level::Provider];
    }
    let (words, usual) = match (property.kind, subject) {
        (Plan, Subject::Customer) => (SOLD_TO, Level::Customer),
        (Plan, Subject::User) => (SOLD_TO, Level::User),
        _ => (KEPT, Level::Subscription),
    };
    property.level = fields.word("Level", words).unwrap_or(usual);
    if subject == Subject::Customer {
        for key in ["Levels", "Level", "Overridable"] {
            for node in fields.list(key).iter().filter(|node| matches!(&node.kind, Kind::String(text) if text.eq_ignore_ascii_case("User")))
            {
                fields.report.error(
                    node,
                    "no_user_level",
                    "a service for customers has no values at a user; `For = 'User'` makes it one for users",
                );
            }
        }
    }
}

/// Whether a plan property of a service for users says whose plans set it; reported if not.
fn has_level(fields: &Fields<'_>, subject: Subject, property: &Property) -> bool {
    let has = property.kind != Plan || subject == Subject::Customer || fields.entry("Level").is_some();
    if !has {
        let message = format!("the plan property `{}` of a service for users needs the key `Level`", property.name);
        fields.report.error_with(fields.at, "missing_key", message, "Level = 'Customer' or 'User'");
    }
    has
}

fn schema(fields: &Fields<'_>, kind: PropertyKind, data_type: Option<DataType>) -> Vec<Property> {
    let Some(entry) = fields.entry("Schema") else { return Vec::new() };
    if data_type.is_some_and(|data_type| data_type.scalar != Scalar::Object) {
        fields.report.error(entry, "key_not_here", "`Schema` is only for `Type = 'object'`");
    }
    let mut seen = Names::new();
    let members = fields.list("Schema").iter().filter_map(|node| {
        let member = Fields::of(fields.report, &MEMBER, node)?;
        let read = common(&member, kind)?;
        seen.add(member.report, member.at("Name"), "members", &read.property.name);
        Some(read.property)
    });
    members.collect()
}
