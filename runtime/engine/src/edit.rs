//! What people edit besides runs: the tree of tenants, users, and the values and overrides that are set at its places.
//!
//! Each edit is one batch with its audit row. A request that was taken in before keeps its snapshot; later ones see the edit.

mod tenants;
mod values;

pub use tenants::{NewTenant, NewUser, create_provider, create_tenant, create_user};
pub use values::{Setting, Spot, remove_override, remove_property, set_override, set_property};

use model::{DataType, Object, Problem, Scalar, Service, Tenant, Value, nearest};
use store::{Batch, Statement, Store, audit};

use crate::Principal;

/// Something that is named is not there.
fn missing<'a>(kind: &str, name: &str, known: impl IntoIterator<Item = &'a str>) -> Problem {
    let problem = Problem::new("not_found", "There is no such thing", 404, format!("There is no {kind} `{name}`."));
    match nearest(name, known) {
        Some(meant) => problem.advise(format!("Did you mean `{meant}`?")),
        None => problem,
    }
}

/// A field that cannot be taken.
fn invalid(field: &str, detail: impl Into<String>) -> Problem {
    Problem::new("invalid_value", "The request is not valid", 422, detail).about(field)
}

/// The store failed: the caller learns that, the log learns why.
fn failed(error: &store::Error) -> Problem {
    tracing::error!(%error, cause = ?std::error::Error::source(error).map(ToString::to_string), "the store failed");
    Problem::new("store_unavailable", "The store failed", 503, "The store did not take or give what was asked; the server's log says why.")
}

async fn tenant(store: &Store, name: &str, field: &str) -> Result<Tenant, Problem> {
    if let Some(tenant) = store::tenants::by_name(store, name).await.map_err(|error| failed(&error))? {
        return Ok(tenant);
    }
    let known = store::tenants::list(store, &store::tenants::Filter::default()).await.map_err(|error| failed(&error))?;
    Err(missing("tenant", name, known.iter().map(|tenant| tenant.name.as_str())).about(field))
}

async fn service(store: &Store, name: &str) -> Result<Service, Problem> {
    let Some(version) = store::services::current(store, name).await.map_err(|error| failed(&error))? else {
        let known = store::services::list(store).await.map_err(|error| failed(&error))?;
        return Err(missing("service", name, known.iter().map(|version| version.service.as_str())).about("service"));
    };
    serde_json::from_str(&version.definition).map_err(|error| {
        tracing::error!(%error, service = name, "the stored definition cannot be read");
        Problem::new(
            "internal",
            "Something went wrong in the server",
            500,
            "The service's definition cannot be read; the server's log says why.",
        )
    })
}

/// The edit, and who made it.
struct Edit<'a> {
    by: &'a Principal,
    action: &'static str,
    object: String,
    detail: Object,
}

impl Edit<'_> {
    /// Writes statements together with the audit row.
    async fn write(self, store: &Store, statements: impl IntoIterator<Item = Statement>) -> Result<(), store::Error> {
        let entry = audit::Entry {
            at: store.now(),
            principal: self.by.name.clone(),
            action: self.action.to_owned(),
            object: self.object,
            detail: self.detail,
            correlation: None,
        };
        store.write(Batch::new().with_all(statements).with(audit::append(&entry))).await.map(|_| ())
    }
}

/// An address, if one is given, is one.
fn email(address: Option<&String>) -> Result<(), Problem> {
    match address.map(|address| DataType::one(Scalar::Email).convert(Value::text(address.as_str()))) {
        Some(Err(mismatch)) => Err(invalid("email", format!("{mismatch}."))),
        _ => Ok(()),
    }
}

/// Names that address things are lower case letters, digits and dashes, and begin with a letter or digit.
fn name(text: &str, others: &str) -> Result<(), Problem> {
    let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || others.contains(c);
    let begins = text.starts_with(|c: char| c.is_ascii_lowercase() || c.is_ascii_digit());
    if begins && text.len() <= 63 && text.chars().all(fits) {
        return Ok(());
    }
    let also = if others.is_empty() { String::new() } else { format!(" and any of `{others}`") };
    Err(invalid("name", format!("`{text}` is not a name: 1 to 63 lower case letters, digits and dashes{also}, not beginning with a dash.")))
}
