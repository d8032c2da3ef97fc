//! Taking a package in: checked whole, then kept in one batch, or nothing at all.

use std::sync::Arc;

use model::{Problem, Service, Value};
use package::{Files, Package};
use serde::Serialize;
use sha2::{Digest, Sha256};
use store::{Batch, Store, audit, programs::FileRef, services::ServiceVersion};

use crate::programs::file_refs;
use crate::{Principal, Program, Programs, check, refusal};

/// What an import did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Imported {
    /// Service name.
    pub service: String,
    /// Version the package says.
    pub version: String,
    /// Hash of the whole package with the shared scripts it uses.
    pub package_hash: String,
    /// Hash of its program.
    pub program_hash: String,
    /// False: exactly this was in force already, and nothing was written.
    pub changed: bool,
    /// Whether the service was not there before.
    pub created: bool,
}

/// Imports a package. `shared` are the installation's scripts.
///
/// # Errors
/// `package_invalid` with every mistake, or `in_use` when something that someone has would go.
pub async fn import(programs: &Programs, files: &Files, shared: &Files, by: &Principal) -> Result<Imported, Problem> {
    let store = programs.store();
    let (package, program) = check(files, shared, programs.registry(), programs.folder()).map_err(|errors| refusal::of_package(&errors))?;
    let service = Arc::clone(&program.service);
    let current = store::services::current(store, &service.name).await.map_err(|error| refusal::store(&error))?;
    let hash = package_hash(files, &program);
    let imported = Imported {
        service: service.name.clone(),
        version: service.version.clone(),
        program_hash: program.hash.clone(),
        changed: current.as_ref().is_none_or(|current| current.hash != hash),
        created: current.is_none(),
        package_hash: hash,
    };
    if imported.changed {
        if let Some(current) = &current {
            check_removals(store, current, &service).await?;
        }
        // Scripts lie there before anything can ask for them; laid out for nothing they harm nobody.
        let batch = batch(store, &package, &program, &imported, by)?;
        let program = programs.keep(program, files, &package.shared_files()).await?;
        store.write(batch).await.map_err(|error| refusal::store(&error))?;
        programs.set_current(&program);
    }
    Ok(imported)
}

/// Changes when any file of the package does, or a shared script that its rules use.
fn package_hash(files: &Files, program: &Program) -> String {
    hex::encode(Sha256::digest(format!("{}\n{}\n", files.digest(), program.hash)))
}

fn batch(store: &Store, package: &Package, program: &Program, imported: &Imported, by: &Principal) -> Result<Batch, Problem> {
    let at = store.now();
    let shared = package.shared_files();
    let mut batch = Batch::new();
    for (_, bytes) in package.files.iter().chain(shared.iter()) {
        batch.push(store::blobs::put(&hex::encode(Sha256::digest(bytes)), bytes.to_vec()));
    }
    let json = program.manifest.to_json();
    batch.extend(store::programs::put(
        &store::programs::Program { hash: program.hash.clone(), json, files: file_refs(&program.manifest) },
        at,
    ));
    let definition = serde_json::to_string(&*program.service).map_err(|error| {
        tracing::error!(error = %error, "a definition does not serialise");
        Problem::new("internal", "Something went wrong in the server", 500, "the definition cannot be stored; the server's log says why")
    })?;
    let all = package.files.iter().map(|(path, bytes)| FileRef { path: path.to_owned(), hash: hex::encode(Sha256::digest(bytes)) });
    batch.extend(store::services::insert_version(&ServiceVersion {
        hash: imported.package_hash.clone(),
        service: imported.service.clone(),
        version: imported.version.clone(),
        program_hash: program.hash.clone(),
        definition,
        files: all.collect(),
        imported_by: by.name.clone(),
        imported_at: at,
    }));
    batch.push(store::services::set_current(&imported.service, &imported.package_hash, at));
    batch.push(audit::append(&audit::Entry {
        at,
        principal: by.name.clone(),
        action: "service.import".to_owned(),
        object: imported.service.clone(),
        detail: [("Version", Value::text(&imported.version)), ("Package", Value::text(&imported.package_hash))].into_iter().collect(),
        correlation: None,
    }));
    Ok(batch)
}

/// A plan or property that someone has stays in the definition, marked as retired.
async fn check_removals(store: &Store, current: &ServiceVersion, new: &Service) -> Result<(), Problem> {
    let Ok(old) = serde_json::from_str::<Service>(&current.definition) else {
        // Written by another version of this program: what it had is not known, so nothing can be said to go.
        tracing::warn!(service = current.service, "the stored definition cannot be read; what the import removes is not checked");
        return Ok(());
    };
    let mut errors = Vec::new();
    for plan in old.plans.iter().filter(|plan| new.plan(&plan.name).is_none()) {
        if is_sold(store, &old.name, &plan.name).await? {
            errors.push(refusal::field(plan.position.to_string(), "in_use", format!("the plan `{}` has subscriptions", plan.name)));
        }
    }
    let gone: Vec<_> = old.properties.iter().filter(|property| new.property(&property.name).is_none()).collect();
    if !gone.is_empty() {
        let held = held_properties(store, &old.name).await?;
        for property in gone.into_iter().filter(|property| held.iter().any(|name| name.eq_ignore_ascii_case(&property.name))) {
            errors.push(refusal::field(
                property.position.to_string(),
                "in_use",
                format!("the property `{}` has values or overrides", property.name),
            ));
        }
    }
    if errors.is_empty() {
        return Ok(());
    }
    let details: Vec<&str> = errors.iter().map(|error| error.detail.as_str()).collect();
    let problem = refusal::conflict("in_use", "Something in use would go", details.join("; "));
    Err(Problem { errors, ..problem.advise("keep it in the definition with Retired = $true; nothing was changed") })
}

async fn is_sold(store: &Store, service: &str, plan: &str) -> Result<bool, Problem> {
    let mut filter =
        store::subscriptions::Filter { service: Some(service.to_owned()), live: true, limit: Some(PAGE), ..Default::default() };
    loop {
        let page = store::subscriptions::list(store, &filter).await.map_err(|error| refusal::store(&error))?;
        if page.iter().any(|one| one.plan.as_deref().is_some_and(|name| name.eq_ignore_ascii_case(plan))) {
            return Ok(true);
        }
        match page.last().filter(|_| page.len() == PAGE as usize) {
            Some(last) => filter.before = Some(last.id),
            None => return Ok(false),
        }
    }
}

/// How many subscriptions are looked at in one query.
const PAGE: u32 = 1_000;

/// Names of the properties that have a value or an override anywhere.
async fn held_properties(store: &Store, service: &str) -> Result<Vec<String>, Problem> {
    let values = store::values::list(store, service, None).await.map_err(|error| refusal::store(&error))?;
    let overrides = store::values::overrides(store, service, None).await.map_err(|error| refusal::store(&error))?;
    Ok(values.into_iter().map(|one| one.property).chain(overrides.into_iter().map(|one| one.property)).collect())
}
