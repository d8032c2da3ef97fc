//! How a property gets its value, and why. One function, used by everything; the trail is the answer to "why this value".

use serde::{Deserialize, Serialize};

use crate::{Level, Plan, Property, PropertyKind, Value, words};

words! {
    /// What gave, or would have given, a value.
    Source {
        /// The request itself.
        Request = "request",
        /// A value set at a place.
        Value = "value",
        /// An override of a plan's property at a place.
        Override = "override",
        /// The plan's `Set`.
        Plan = "plan",
        /// The property's `Default`.
        Default = "default",
    }
}

/// A place of the chain of one subscription, from the most specific to the provider.
#[derive(Clone, Debug, PartialEq)]
pub struct Place {
    /// Its level.
    pub level: Level,
    /// Name of the tenant or user; for a subscription its instance name or service.
    pub name: String,
}

/// A value held at a place: a property's value, or an override of a plan's.
#[derive(Clone, Debug, PartialEq)]
pub struct Held {
    /// Index of the place in the chain.
    pub place: usize,
    /// Override for one plan only.
    pub plan: Option<String>,
    /// The value.
    pub value: Value,
    /// Wins over lower places.
    pub locked: bool,
}

/// Everything that decides about one property.
#[derive(Clone, Debug)]
pub struct Question<'a> {
    /// The property.
    pub property: &'a Property,
    /// The plan asked for.
    pub plan: Option<&'a Plan>,
    /// Places from the most specific (subscription) to the provider.
    pub chain: &'a [Place],
    /// What is held at them: overrides for `Plan`, values for all other kinds.
    pub held: &'a [Held],
    /// The value in the request (`Input` only).
    pub requested: Option<&'a Value>,
    /// The evaluated default.
    pub default: Option<Value>,
}

/// One candidate, in order of precedence.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TrailEntry {
    /// What it is.
    pub kind: Source,
    /// Level of its place.
    pub level: Option<Level>,
    /// Name of its place, or of the plan.
    pub name: Option<String>,
    /// The plan it is limited to, or the plan it comes from.
    pub plan: Option<String>,
    /// Its value.
    pub value: Value,
    /// Whether it is the one in force.
    pub used: bool,
    /// Whether a lock above it shut it out.
    pub locked_out: bool,
}

/// Where the value in force comes from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Origin {
    /// Level of the place, if it is one.
    pub level: Option<Level>,
    /// Name of the place or plan.
    pub name: Option<String>,
    /// What gave it.
    pub kind: Source,
}

/// The value in force and every other candidate.
#[derive(Clone, Debug, PartialEq)]
pub struct Resolved {
    /// Property name.
    pub property: String,
    /// The value; `Null` when there is none or it was set on purpose.
    pub value: Value,
    /// Where it comes from; none when nothing gave one.
    pub origin: Option<Origin>,
    /// All candidates, the one in force marked.
    pub trail: Vec<TrailEntry>,
}

impl Resolved {
    /// Whether anything gave a value.
    pub fn is_set(&self) -> bool {
        self.origin.is_some()
    }

    /// The trail in one line: `30 <- override (customer contoso) <- 20 plan Premium`.
    pub fn explain(&self) -> String {
        let used = self.trail.iter().filter(|entry| entry.used);
        let others = self.trail.iter().filter(|entry| !entry.used);
        let mut line = String::new();
        for entry in used {
            line.push_str(&format!("{} <- {}", shown(&entry.value), entry.described()));
        }
        if line.is_empty() {
            line.push_str("no value");
        }
        for entry in others {
            let locked = if entry.locked_out { ", locked out" } else { "" };
            line.push_str(&format!(" <- {} {}{locked}", shown(&entry.value), entry.described()));
        }
        line
    }
}

impl TrailEntry {
    fn described(&self) -> String {
        let place = match (self.level, &self.name) {
            (Some(level), Some(name)) => format!(" ({} {name})", level.as_str().to_lowercase()),
            _ => String::new(),
        };
        match self.kind {
            Source::Plan => format!("plan {}", self.plan.as_deref().unwrap_or_default()),
            kind => format!("{kind}{place}"),
        }
    }
}

fn shown(value: &Value) -> String {
    match value {
        Value::Text(text) => text.clone(),
        Value::Null => "$null".to_owned(),
        other => other.to_wire().to_string().trim_matches('"').to_owned(),
    }
}

/// The value in force for one property, with the trail of all candidates.
///
/// `Config`: values from subscription to provider, then the default. `Plan`: overrides in the same order (at one place the named plan before every plan), the plan's `Set`,
/// the default. `Input`: the request, the kept value, the default. `Result`: the kept values. A locked candidate shuts out those at more specific places.
pub fn resolve(question: &Question<'_>) -> Resolved {
    let mut trail = candidates(question);
    let lock = trail.iter().rposition(|(locked, _)| *locked);
    let winner = lock.unwrap_or(0);
    for (index, (_, entry)) in trail.iter_mut().enumerate() {
        entry.used = index == winner;
        entry.locked_out = index < winner;
    }
    let trail: Vec<TrailEntry> = trail.into_iter().map(|(_, entry)| entry).collect();
    let used = trail.get(winner);
    Resolved {
        property: question.property.name.clone(),
        value: used.map(|entry| entry.value.clone()).unwrap_or_default(),
        origin: used.map(|entry| Origin { level: entry.level, name: entry.name.clone().or_else(|| entry.plan.clone()), kind: entry.kind }),
        trail,
    }
}

fn candidates(question: &Question<'_>) -> Vec<(bool, TrailEntry)> {
    let mut found = Vec::new();
    if let Some(value) = question.requested {
        found.push((false, entry(Source::Request, value.clone())));
    }
    found.extend(held(question));
    if let (PropertyKind::Plan, Some(plan)) = (question.property.kind, question.plan)
        && let Some(value) = plan.set.get(&question.property.name)
    {
        found.push((false, TrailEntry { plan: Some(plan.name.clone()), ..entry(Source::Plan, value.clone()) }));
    }
    if let Some(value) = &question.default {
        found.push((false, entry(Source::Default, value.clone())));
    }
    found
}

fn held(question: &Question<'_>) -> Vec<(bool, TrailEntry)> {
    let kind = if question.property.kind == PropertyKind::Plan { Source::Override } else { Source::Value };
    let fits = |held: &&Held| match (&held.plan, question.plan) {
        (None, _) => true,
        (Some(only), Some(plan)) => only.eq_ignore_ascii_case(&plan.name),
        (Some(_), None) => false,
    };
    let mut held: Vec<&Held> = question.held.iter().filter(fits).collect();
    held.sort_by_key(|held| (held.place, held.plan.is_none()));
    held.into_iter()
        .filter_map(|held| {
            let place = question.chain.get(held.place)?;
            let entry = TrailEntry {
                level: Some(place.level),
                name: Some(place.name.clone()),
                plan: held.plan.clone(),
                ..entry(kind, held.value.clone())
            };
            Some((held.locked, entry))
        })
        .collect()
}

fn entry(kind: Source, value: Value) -> TrailEntry {
    TrailEntry { kind, level: None, name: None, plan: None, value, used: false, locked_out: false }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{DataType, Object, Position, Scalar};

    fn position() -> Position {
        Position { file: "service.psd1".into(), line: 1, column: 1 }
    }

    fn property(kind: PropertyKind) -> Property {
        Property {
            name: "StorageTB".into(),
            kind,
            data_type: DataType::one(Scalar::Int),
            label: None,
            help: None,
            levels: vec![],
            level: Level::Subscription,
            overridable: vec![Level::Reseller, Level::Customer],
            required: false,
            hidden: false,
            unlimited: false,
            values: vec![],
            min: None,
            max: None,
            pattern: None,
            default: None,
            read_only_after: None,
            ask_on: None,
            schema: vec![],
            retired: false,
            position: position(),
        }
    }

    fn premium() -> Plan {
        Plan {
            name: "Premium".into(),
            sku: None,
            label: None,
            level: Level::Customer,
            set: [("StorageTB", Value::Int(20))].into_iter().collect::<Object>(),
            bill_suspended: true,
            quantity: None,
            period: "Month".into(),
            retired: false,
            position: position(),
        }
    }

    fn chain() -> Vec<Place> {
        [(Level::Subscription, "backup"), (Level::Customer, "contoso"), (Level::Reseller, "north"), (Level::Provider, "acme")]
            .map(|(level, name)| Place { level, name: name.into() })
            .to_vec()
    }

    fn at(place: usize, plan: Option<&str>, value: i32, locked: bool) -> Held {
        Held { place, plan: plan.map(Into::into), value: Value::Int(value), locked }
    }

    fn check(held: &[Held], wanted: &str) {
        let (property, plan, chain) = (property(PropertyKind::Plan), premium(), chain());
        let resolved = resolve(&Question { property: &property, plan: Some(&plan), chain: &chain, held, requested: None, default: None });
        assert_eq!(resolved.explain(), wanted);
    }

    #[test]
    fn an_override_goes_before_the_plan() {
        check(&[], "20 <- plan Premium");
        check(&[at(1, None, 30, false)], "30 <- override (customer contoso) <- 20 plan Premium");
    }

    #[test]
    fn the_nearest_place_and_the_named_plan_go_first() {
        let held = [at(2, None, 40, false), at(1, None, 30, false), at(1, Some("Premium"), 35, false), at(1, Some("Extra"), 99, false)];
        check(
            &held,
            "35 <- override (customer contoso) <- 30 override (customer contoso) <- 40 override (reseller north) <- 20 plan Premium",
        );
    }

    #[test]
    fn a_lock_shuts_out_lower_places_also_those_set_before() {
        check(
            &[at(1, None, 30, false), at(2, None, 40, true)],
            "40 <- override (reseller north) <- 30 override (customer contoso), locked out <- 20 plan Premium",
        );
    }

    #[test]
    fn null_set_on_purpose_is_a_value() {
        let (property, chain) = (property(PropertyKind::Config), chain());
        let held = [Held { place: 3, plan: None, value: Value::Null, locked: false }];
        let resolved = resolve(&Question {
            property: &property,
            plan: None,
            chain: &chain,
            held: &held,
            requested: None,
            default: Some(Value::Int(1)),
        });
        assert!(resolved.is_set());
        assert_eq!(resolved.value, Value::Null);
    }
}
