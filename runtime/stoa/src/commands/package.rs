//! `stoa package check`: reading and compiling a package, with everything that is wrong about it at once.

use std::path::Path;

use model::PropertyKind;
use package::{Files, Package as Parts};
use serde::Serialize;

use crate::{
    embedded,
    failure::{Exit, Failure},
    output,
};

/// What is in a package that is well.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Checked {
    ok: bool,
    service: String,
    version: String,
    plans: usize,
    properties: usize,
    inputs: usize,
    processes: usize,
    rules: usize,
    scripts: usize,
    templates: usize,
    files: usize,
}

/// Everything that is wrong.
#[derive(Serialize)]
struct Wrong {
    ok: bool,
    errors: Vec<Mistake>,
}

#[derive(Serialize)]
struct Mistake {
    file: String,
    line: u32,
    column: u32,
    code: &'static str,
    message: String,
    hint: Option<String>,
}

/// Checks a package and prints `ok` with counts, or every mistake.
pub(crate) fn run(path: &Path, scripts: Option<&Path>, json: bool) -> Result<(), Failure> {
    let files = folder(path)?;
    let shared = match scripts {
        Some(scripts) => folder(scripts)?,
        None => embedded::scripts(),
    };
    // Nothing is laid out: compiling only notes where scripts would lie.
    match engine::check(&files, &shared, &actions::Registry::standard(), Path::new("run/programs")) {
        Ok((package, _)) => {
            let checked = Checked::of(&package);
            if json {
                output::json(&checked)
            } else {
                output::line(&checked.told())
            }
            Ok(())
        }
        Err(errors) => Err(told(path, errors, json)),
    }
}

/// The files of the package in a folder.
pub(crate) fn folder(path: &Path) -> Result<Files, Failure> {
    Files::read_folder(path).map_err(|error| {
        let failure = Failure::new(Exit::Failed, "package_unreadable", format!("{:#}", anyhow::Error::new(error)));
        failure.advise("name the folder that has service.psd1 in it")
    })
}

impl Checked {
    fn of(package: &Parts) -> Self {
        let service = &package.service;
        Checked {
            ok: true,
            service: service.name.clone(),
            version: service.version.clone(),
            plans: service.plans.len(),
            properties: service.properties.len(),
            inputs: service.properties.iter().filter(|property| property.kind == PropertyKind::Input).count(),
            processes: package.processes.len(),
            rules: package.processes.iter().map(|process| process.rules.len()).sum(),
            scripts: package.scripts.len(),
            templates: package.templates.len(),
            files: package.files.len(),
        }
    }

    fn told(&self) -> String {
        format!(
            "ok: {} {}: {} plans, {} properties ({} asked for), {} processes with {} rules, {} scripts, {} templates, {} files",
            self.service,
            self.version,
            self.plans,
            self.properties,
            self.inputs,
            self.processes,
            self.rules,
            self.scripts,
            self.templates,
            self.files
        )
    }
}

/// Prints the mistakes on standard output, which is what was asked for, and answers the failure that sets the exit code.
fn told(path: &Path, errors: Vec<package::Error>, json: bool) -> Failure {
    let count = errors.len();
    let failure = Failure::new(
        Exit::Failed,
        "package_invalid",
        format!("{} has {count} mistake{}", path.display(), if count == 1 { "" } else { "s" }),
    );
    if json {
        let mistake = |error: package::Error| Mistake {
            file: error.position.file,
            line: error.position.line,
            column: error.position.column,
            code: error.code,
            message: error.message,
            hint: error.hint,
        };
        output::json(&Wrong { ok: false, errors: errors.into_iter().map(mistake).collect() });
    } else {
        for error in &errors {
            output::line(&error.to_string());
        }
    }
    failure
}
