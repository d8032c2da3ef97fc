//! From a package to a program: rules flattened, every expression compiled to slots, every action found, every mapping checked against its parameters.
//! It runs nothing and asks no store; everything that is wrong is gathered, with the line of the author's file.

mod action;
mod bind;
mod manifest;
mod rule;
mod service;
mod template;
mod undo;

use std::{collections::BTreeMap, path::Path, sync::Arc};

use actions::Registry;
use package::{Files, Package};

pub use manifest::Manifest;

use crate::names::Known;
use crate::{Program, program::Action};

/// What compiling looks into, and what it gathers.
pub(crate) struct Compiler<'a> {
    package: &'a Package,
    registry: &'a Registry,
    known: Known,
    /// Where this program's scripts will lie.
    folder: std::path::PathBuf,
    actions: BTreeMap<String, Action>,
    errors: Vec<package::Error>,
}

/// Compiles `package`. Scripts will run from `scripts_folder`/`hash`.
///
/// # Errors
/// Everything that is wrong, by file, line and column.
pub fn compile(package: &Package, registry: &Registry, scripts_folder: &Path) -> Result<Program, Vec<package::Error>> {
    let manifest = Manifest::of(package);
    let hash = manifest.hash();
    let mut compiler = Compiler {
        package,
        registry,
        known: Known::of(&package.service),
        folder: scripts_folder.join(&hash),
        actions: BTreeMap::new(),
        errors: Vec::new(),
    };
    let parts = compiler.service();
    let processes = package.processes.iter().map(|process| compiler.process(process)).collect();
    let (Some(parts), true) = (parts, compiler.errors.is_empty()) else {
        return Err(sorted(compiler.errors));
    };
    Ok(Program {
        hash,
        service: Arc::new(package.service.clone()),
        // Only what the manifest names comes back from the store, so a run may use nothing else.
        templates: package
            .templates
            .iter()
            .filter(|(path, _)| manifest.files.contains_key(*path))
            .map(|(path, one)| (path.clone(), one.clone()))
            .collect(),
        manifest,
        processes,
        actions: compiler.actions,
        defaults: parts.defaults,
        order: parts.order,
        checkers: parts.checkers,
        validations: parts.validations,
        quantities: parts.quantities,
        instance_names: instance_names(&package.service),
    })
}

/// The pattern of instance names, if there is one. `package` has refused it where it does not compile.
fn instance_names(service: &model::Service) -> Option<package::Pattern> {
    match &service.instances {
        model::Instances::Multiple { pattern: Some(pattern), .. } => package::Pattern::compile(pattern).ok(),
        _ => None,
    }
}

/// Reads and compiles the files of a package: what `package check` and an import do first. `shared` are the installation's scripts.
///
/// # Errors
/// Everything that is wrong in its reading and its compiling, each mistake once, by file, line and column.
pub fn check(files: &Files, shared: &Files, registry: &Registry, scripts_folder: &Path) -> Result<(Package, Program), Vec<package::Error>> {
    let loaded = package::load(files, shared);
    let mut errors = loaded.errors;
    let Some(package) = loaded.package else {
        return Err(sorted(errors));
    };
    match compile(&package, registry, scripts_folder) {
        Ok(program) if errors.is_empty() => Ok((package, program)),
        Ok(_) => Err(sorted(errors)),
        Err(found) => {
            errors.extend(found);
            Err(sorted(errors))
        }
    }
}

fn sorted(mut errors: Vec<package::Error>) -> Vec<package::Error> {
    let key = |error: &package::Error| (error.position.file.clone(), error.position.line, error.position.column, error.message.clone());
    errors.sort_by_cached_key(key);
    // The same template or default may be reached by several ways; the author wants each mistake once.
    errors.dedup();
    errors
}
