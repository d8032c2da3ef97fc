//! What is set at the places of the tree: values of properties and overrides of plans.

use model::{Level, Override, PropertyValue};
use rusqlite::{Connection, Row};
use uuid::Uuid;

use crate::{
    Error, Expect, Statement, Store,
    row::{json, to_json, uuid, word},
};

/// What the places of one chain hold for one service.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Held {
    /// Values of `Config`, `Input` and `Result` properties.
    pub values: Vec<PropertyValue>,
    /// Overrides of `Plan` properties.
    pub overrides: Vec<Override>,
}

/// Sets a property's value at a place.
pub fn set(value: &PropertyValue) -> Statement {
    let sql = "INSERT INTO property_value (service, place, property, level, value, locked) VALUES (?1, ?2, ?3, ?4, ?5, ?6) \
               ON CONFLICT (service, place, property) DO UPDATE SET level = excluded.level, value = excluded.value, locked = excluded.locked";
    Statement::new("property_value", sql)
        .bind(&value.service)
        .bind(value.place_id)
        .bind(&value.property)
        .bind(value.level.as_str())
        .bind(to_json(&value.value))
        .bind(value.locked)
}

/// Removes a property's value from a place; that it is there is expected only of who says so.
pub fn remove(service: &str, property: &str, place: Uuid) -> Statement {
    let sql = "DELETE FROM property_value WHERE service = ?1 AND place = ?2 AND property = ?3";
    Statement::new("property_value", sql).bind(service.to_owned()).bind(place).bind(property.to_owned()).expect(Expect::Any)
}

/// Sets an override at a place.
pub fn set_override(value: &Override) -> Statement {
    let sql = "INSERT INTO override_ (service, place, property, plan, level, value, locked) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) \
               ON CONFLICT (service, place, property, plan) DO UPDATE SET level = excluded.level, value = excluded.value, \
               locked = excluded.locked";
    Statement::new("override", sql)
        .bind(&value.service)
        .bind(value.place_id)
        .bind(&value.property)
        .bind(value.plan.clone().unwrap_or_else(|| EVERY_PLAN.to_owned()))
        .bind(value.level.as_str())
        .bind(to_json(&value.value))
        .bind(value.locked)
}

/// Removes an override from a place; no plan means the one for every plan.
pub fn remove_override(service: &str, property: &str, plan: Option<&str>, place: Uuid) -> Statement {
    let sql = "DELETE FROM override_ WHERE service = ?1 AND place = ?2 AND property = ?3 AND plan = ?4";
    Statement::new("override", sql)
        .bind(service.to_owned())
        .bind(place)
        .bind(property.to_owned())
        .bind(plan.unwrap_or(EVERY_PLAN).to_owned())
        .expect(Expect::Any)
}

const EVERY_PLAN: &str = "*";

/// What these places hold for a service.
pub async fn held(store: &Store, service: &str, places: &[Uuid]) -> Result<Held, Error> {
    let (service, places) = (service.to_owned(), places.to_vec());
    let query = move |connection: &Connection| {
        let mut held = Held::default();
        let mut values = connection.prepare_cached(
            "SELECT service, place, property, level, value, locked FROM property_value WHERE service = ?1 AND place = ?2 ORDER BY property",
        )?;
        let mut overrides = connection.prepare_cached(
            "SELECT service, place, property, level, value, locked, plan FROM override_ WHERE service = ?1 AND place = ?2 \
             ORDER BY property, plan",
        )?;
        for place in places {
            let key = (&service, place.as_bytes().as_slice());
            for value in values.query_map(key, value_from_row)? {
                held.values.push(value?);
            }
            for value in overrides.query_map(key, override_from_row)? {
                held.overrides.push(value?);
            }
        }
        Ok(held)
    };
    store.read("values of places", query).await
}

/// All overrides of a service, and of a place if one is named.
pub async fn overrides(store: &Store, service: &str, place: Option<Uuid>) -> Result<Vec<Override>, Error> {
    let service = service.to_owned();
    let sql = "SELECT service, place, property, level, value, locked, plan FROM override_ \
               WHERE service = ?1 AND (?2 IS NULL OR place = ?2) ORDER BY property, plan, place";
    let query = move |connection: &Connection| {
        let place = place.map(|place| place.as_bytes().to_vec());
        connection.prepare_cached(sql)?.query_map((service, place), override_from_row)?.collect()
    };
    store.read("overrides of a service", query).await
}

/// All values of a service's properties, and of a place if one is named.
pub async fn list(store: &Store, service: &str, place: Option<Uuid>) -> Result<Vec<PropertyValue>, Error> {
    let service = service.to_owned();
    let sql = "SELECT service, place, property, level, value, locked FROM property_value \
               WHERE service = ?1 AND (?2 IS NULL OR place = ?2) ORDER BY property, place";
    let query = move |connection: &Connection| {
        let place = place.map(|place| place.as_bytes().to_vec());
        connection.prepare_cached(sql)?.query_map((service, place), value_from_row)?.collect()
    };
    store.read("values of a service", query).await
}

fn value_from_row(row: &Row<'_>) -> rusqlite::Result<PropertyValue> {
    Ok(PropertyValue {
        service: row.get(0)?,
        place_id: uuid(row, 1)?,
        property: row.get(2)?,
        level: word(row, 3, Level::parse)?,
        value: json(row, 4)?,
        locked: row.get(5)?,
    })
}

fn override_from_row(row: &Row<'_>) -> rusqlite::Result<Override> {
    let plan: String = row.get(6)?;
    Ok(Override {
        service: row.get(0)?,
        place_id: uuid(row, 1)?,
        property: row.get(2)?,
        level: word(row, 3, Level::parse)?,
        value: json(row, 4)?,
        locked: row.get(5)?,
        plan: (plan != EVERY_PLAN).then_some(plan),
    })
}
