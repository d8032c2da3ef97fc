//! Script actions: which files are scripts, and what their headers and `param()` promise.

pub(crate) mod closure;
mod signature;
mod types;

use std::{collections::BTreeMap, sync::Arc};

use language::script;
use signature::References;

use crate::{
    Error, Files, SHARED_FOLDER, Script,
    files::hash_of,
    report::{At, Report},
    text::text_of,
};

/// The scripts a package may name, by lower-case name: its own go before the installation's.
pub(crate) struct Scripts<'a> {
    known: BTreeMap<String, Source<'a>>,
}

/// A script that is there, read or not.
pub(crate) struct Source<'a> {
    pub(crate) name: &'a str,
    path: String,
    shared: bool,
    bytes: &'a Arc<[u8]>,
}

/// A script that was read: what it is, and what its header says of others.
pub(crate) struct Known {
    pub(crate) script: Script,
    references: References,
}

impl<'a> Scripts<'a> {
    /// Finds the scripts among the files of a package and of the installation. Two of one name in the package are a mistake.
    pub(crate) fn find(files: &'a Files, shared: &'a Files, errors: &mut Vec<Error>) -> Self {
        let mut known: BTreeMap<String, Source<'a>> = BTreeMap::new();
        for (path, bytes) in shared.iter() {
            if let Some(name) = name_of(path) {
                let path = format!("{SHARED_FOLDER}/{path}");
                known.entry(name.to_ascii_lowercase()).or_insert(Source { name, path, shared: true, bytes });
            }
        }
        for (path, bytes) in files.iter().filter(|(path, _)| path.starts_with("actions/")) {
            let Some(name) = name_of(path) else { continue };
            let own = Source { name, path: path.to_owned(), shared: false, bytes };
            if let Some(other) = known.insert(name.to_ascii_lowercase(), own).filter(|other| !other.shared) {
                let report = Report::new(path);
                report.error_with(
                    At::START,
                    "duplicate_name",
                    format!("there are two scripts `{name}`"),
                    format!("the other is {}", other.path),
                );
                errors.extend(report.into_errors());
            }
        }
        Scripts { known }
    }

    /// The script of that name, whatever the letter case.
    pub(crate) fn get(&self, name: &str) -> Option<&Source<'a>> {
        self.known.get(&name.to_ascii_lowercase())
    }

    /// The package's own scripts.
    pub(crate) fn own(&self) -> impl Iterator<Item = &Source<'a>> {
        self.known.values().filter(|source| !source.shared)
    }

    /// Every name.
    pub(crate) fn names(&self) -> Vec<String> {
        self.known.values().map(|source| source.name.to_owned()).collect()
    }
}

impl Source<'_> {
    /// Reads what the script says about itself. None when it cannot be read at all.
    pub(crate) fn read(&self, errors: &mut Vec<Error>, warnings: &mut Vec<Error>) -> Option<Known> {
        let report = Report::new(&self.path);
        let known = text_of(&report, self.bytes).and_then(|text| match script::read(text) {
            Ok(script) => Some(self.known(&report, &script, warnings)),
            Err(diagnostics) => {
                report.diagnostics(diagnostics);
                None
            }
        });
        errors.extend(report.into_errors());
        known
    }

    fn known(&self, report: &Report<'_>, script: &script::Script, warnings: &mut Vec<Error>) -> Known {
        let noted = Report::new(&self.path);
        noted.diagnostics(script.warnings.clone());
        warnings.extend(noted.into_errors());
        let (signature, references) = signature::read(report, self.name, script);
        let position = report.position(script.header.as_ref().map_or(At::START, |header| At::from(&header.node)));
        Known {
            script: Script {
                name: self.name.to_owned(),
                path: self.path.clone(),
                shared: self.shared,
                hash: hash_of(self.bytes),
                bytes: self.bytes.clone(),
                signature,
                position,
            },
            references,
        }
    }
}

/// The name of the action that a file is: `New-BackupAccount` for `backup/New-BackupAccount.ps1`.
fn name_of(path: &str) -> Option<&str> {
    path.rsplit('/').next().and_then(|file| file.strip_suffix(".ps1"))
}
