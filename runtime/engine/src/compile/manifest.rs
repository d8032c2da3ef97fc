//! What a program was compiled from: the files that decide what its runs do, by hash. Their hash together is the program's.

use std::collections::{BTreeMap, BTreeSet};

use package::{Mapping, Package, SHARED_FOLDER};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// Folders whose templates decide nothing in a run, unless a rule names one outright.
const NOT_IN_RUNS: [&str; 2] = ["notifications/", "pages/"];

/// Paths of files with the SHA-256 of each. Stored as the program's JSON; together with the files it makes the same program again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// Version of this form.
    pub format: u32,
    /// The package's own: definition, processes, the scripts its rules name, templates.
    pub files: BTreeMap<String, String>,
    /// Scripts of the installation that its rules name.
    pub shared: BTreeMap<String, String>,
}

impl Manifest {
    /// The files of `package` that decide what its runs do.
    pub fn of(package: &Package) -> Self {
        let definition = ["service.psd1", "fields.psd1"].map(str::to_owned);
        let processes = package.processes.iter().map(|process| process.file.clone());
        let mut files: BTreeMap<String, String> =
            definition.into_iter().chain(processes).filter_map(|path| Some((path.clone(), package.files.hash(&path)?))).collect();
        let named = named(package);
        let in_runs = |path: &str| named.contains(path) || !NOT_IN_RUNS.iter().any(|folder| path.starts_with(folder));
        files.extend(package.templates.values().filter(|one| in_runs(&one.path)).map(|one| (one.path.clone(), one.hash.clone())));
        let mut shared = BTreeMap::new();
        for script in package.scripts.values() {
            match script.path.strip_prefix(SHARED_FOLDER).filter(|_| script.shared) {
                Some(path) => shared.insert(path.trim_start_matches('/').to_owned(), script.hash.clone()),
                None => files.insert(script.path.clone(), script.hash.clone()),
            };
        }
        Manifest { format: 1, files, shared }
    }

    /// As canonical JSON: names in order, no space.
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).expect("text and numbers always serialise")
    }

    /// The hash of the program.
    pub fn hash(&self) -> String {
        hex::encode(Sha256::digest(self.to_json()))
    }
}

/// The templates that rules name outright.
fn named(package: &Package) -> BTreeSet<&str> {
    let rules = package.processes.iter().flat_map(|process| &process.rules);
    let texts = rules.flat_map(|rule| &rule.with).filter_map(|argument| match &argument.mapping {
        Mapping::Literal(value) => value.as_text(),
        _ => None,
    });
    texts.filter(|text| package.templates.contains_key(*text)).collect()
}
