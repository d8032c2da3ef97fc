//! Service packages: a folder of plain files becomes typed definitions, or a list of everything that is wrong with them.
//!
//! It owns the meaning of `service.psd1`, `processes/*.psd1`, script headers and `param()`, and the hash of each file.
//! It knows nothing of the store, of native actions or of templates' contents, and runs nothing: what needs those is checked when the package is compiled.

pub mod bridge;
mod checker;
mod error;
mod fields;
mod files;
mod literal;
mod load;
mod names;
mod pattern;
mod places;
mod process;
mod report;
mod rules;
mod scripts;
mod service;
mod text;

pub use checker::{Checker, Refused};
pub use error::Error;
pub use files::{Files, Limits, ReadError};
pub use load::{Loaded, SHARED_FOLDER, load};
pub use pattern::{Pattern, PatternError};
pub use process::{Argument, Mapping, Out, OutValue, Process, Retry, Rule, UndoRule};

use std::{collections::BTreeMap, sync::Arc};

/// A service with everything that belongs to it, read and checked as far as that needs no other room.
#[derive(Clone, Debug)]
pub struct Package {
    /// The definition of `service.psd1`.
    pub service: model::Service,
    /// The processes, in the order of their file names.
    pub processes: Vec<Process>,
    /// Scripts that rules name, and those their headers name in turn as verify or undo; by name as its file spells it.
    pub scripts: BTreeMap<String, Script>,
    /// Names of every script that a rule may name, the package's own and the shared ones, read or not: for the nearest known word.
    pub script_names: Vec<String>,
    /// Templates (`*.hbs`) of the package, by path.
    pub templates: BTreeMap<String, Template>,
    /// Every file of the package, byte for byte.
    pub files: Files,
}

/// A PowerShell script action with the meaning of its header and `param()`.
#[derive(Clone, Debug)]
pub struct Script {
    /// Name of its file without `.ps1`: `New-BackupAccount`.
    pub name: String,
    /// Where it stands in the package, or [`SHARED_FOLDER`] and its place there.
    pub path: String,
    /// Whether it belongs to the installation and not to the package.
    pub shared: bool,
    /// SHA-256 of its bytes, in hex.
    pub hash: String,
    /// What it is, byte for byte.
    pub bytes: Arc<[u8]>,
    /// Its typed face.
    pub signature: model::Signature,
    /// Where its header stands; its first character without one.
    pub position: model::Position,
}

/// A template as its author wrote it.
#[derive(Clone, Debug)]
pub struct Template {
    /// Where it stands in the package: `files/readme.txt.hbs`.
    pub path: String,
    /// SHA-256 of its bytes, in hex.
    pub hash: String,
    /// Its text.
    pub text: Arc<str>,
}

impl Package {
    /// The process of that name for that subject.
    pub fn process(&self, name: &str, subject: model::Subject) -> Option<&Process> {
        self.processes.iter().find(|process| process.subject == subject && process.name.eq_ignore_ascii_case(name))
    }

    /// The script of that name, whatever the letter case.
    pub fn script(&self, name: &str) -> Option<&Script> {
        self.scripts.get(name).or_else(|| self.scripts.values().find(|script| script.name.eq_ignore_ascii_case(name)))
    }

    /// The installation's scripts this package uses: given to [`load`] with the package's files, they make the same package again.
    pub fn shared_files(&self) -> Files {
        let mut files = Files::default();
        for script in self.scripts.values().filter(|script| script.shared) {
            let place = script.path.strip_prefix(SHARED_FOLDER).unwrap_or(&script.path).trim_start_matches('/');
            files.insert(place, script.bytes.clone());
        }
        files
    }
}
