//! What is set where, and what comes of it.

use model::{DataType, Level, Origin, Source};
use serde::Serialize;
use serde_json::Value as Json;
use uuid::Uuid;

/// The value in force for one property, and why.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Resolved {
    /// Property name.
    pub property: String,
    /// The value; `null` when there is none, or it was set on purpose and means unlimited.
    pub value: Json,
    /// Declared type of the property.
    #[serde(rename = "type")]
    pub data_type: DataType,
    /// What gave the value; none when nothing did.
    pub origin: Option<Origin>,
    /// All candidates in order of precedence, the one in force marked.
    pub trail: Vec<TrailEntry>,
    /// The trail in one line: `30 <- override (customer contoso) <- 20 plan Premium`.
    pub explain: String,
}

/// One candidate for a value.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TrailEntry {
    /// What it is.
    pub kind: Source,
    /// Level of its place.
    pub level: Option<Level>,
    /// Name of its place.
    pub name: Option<String>,
    /// The plan it is limited to, or the plan it comes from.
    pub plan: Option<String>,
    /// Its value.
    pub value: Json,
    /// Whether it is the one in force.
    pub used: bool,
    /// Whether a lock above it shut it out.
    pub locked_out: bool,
}

/// An override of a plan's property at one place.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Override {
    /// Service name.
    pub service: String,
    /// Property name.
    pub property: String,
    /// The plan it is limited to; none means every plan.
    pub plan: Option<String>,
    /// Level of its place.
    pub level: Level,
    /// Name of the tenant.
    pub tenant: Option<String>,
    /// Name of the user, if the place is one.
    pub user: Option<String>,
    /// Id of the subscription, if the place is one.
    pub subscription: Option<Uuid>,
    /// The value.
    pub value: Json,
    /// Whether it wins over lower ones.
    pub locked: bool,
}

/// A value of a property at one place.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PropertyValue {
    /// Service name.
    pub service: String,
    /// Property name.
    pub property: String,
    /// Level of its place.
    pub level: Level,
    /// Name of the tenant.
    pub tenant: Option<String>,
    /// Name of the user, if the place is one.
    pub user: Option<String>,
    /// Id of the subscription, if the place is one.
    pub subscription: Option<Uuid>,
    /// The value.
    pub value: Json,
    /// Whether it wins over lower ones.
    pub locked: bool,
}

/// Names of a place: tenant, user, subscription.
pub(crate) struct Spot {
    pub(crate) tenant: Option<String>,
    pub(crate) user: Option<String>,
    pub(crate) subscription: Option<Uuid>,
}

impl Resolved {
    /// What `resolve` found for a property of the declared type.
    pub fn new(resolved: model::Resolved, data_type: DataType) -> Self {
        Resolved {
            explain: resolved.explain(),
            property: resolved.property,
            value: resolved.value.to_wire(),
            data_type,
            origin: resolved.origin,
            trail: resolved.trail.into_iter().map(TrailEntry::from).collect(),
        }
    }
}

impl From<model::TrailEntry> for TrailEntry {
    fn from(entry: model::TrailEntry) -> Self {
        TrailEntry {
            kind: entry.kind,
            level: entry.level,
            name: entry.name,
            plan: entry.plan,
            value: entry.value.to_wire(),
            used: entry.used,
            locked_out: entry.locked_out,
        }
    }
}

impl Override {
    pub(crate) fn at(value: model::Override, spot: Spot) -> Self {
        Override {
            service: value.service,
            property: value.property,
            plan: value.plan,
            level: value.level,
            tenant: spot.tenant,
            user: spot.user,
            subscription: spot.subscription,
            value: value.value.to_wire(),
            locked: value.locked,
        }
    }
}

impl PropertyValue {
    pub(crate) fn at(value: model::PropertyValue, spot: Spot) -> Self {
        PropertyValue {
            service: value.service,
            property: value.property,
            level: value.level,
            tenant: spot.tenant,
            user: spot.user,
            subscription: spot.subscription,
            value: value.value.to_wire(),
            locked: value.locked,
        }
    }
}
