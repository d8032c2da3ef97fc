//! From files to a package: what each file is, in which order they are read, and what only shows across files.

use std::{collections::BTreeMap, sync::Arc};

use language::data;
use model::{Service, Subject};

use crate::{
    Error, Files, Package, Process, Rule, Template,
    files::hash_of,
    places,
    report::{At, Report},
    rules,
    scripts::{Scripts, closure},
    service,
    text::text_of,
};

/// Folder of an installation that holds scripts every package may use; the start of [`crate::Script::path`] of those.
pub const SHARED_FOLDER: &str = "scripts/actions";

/// The file that makes a folder a package.
pub(crate) const DEFINITION: &str = "service.psd1";

/// A package as far as it could be read, and everything that is wrong with it.
#[derive(Clone, Debug)]
pub struct Loaded {
    /// There as far as it could be read, even with errors, so that a compile check adds its own and the author sees all at once.
    /// None when `service.psd1` is missing or cannot be read at all.
    pub package: Option<Package>,
    /// Everything that is wrong, by file, line and column.
    pub errors: Vec<Error>,
    /// What is legal and yet surely not meant, such as help that a header hides.
    pub warnings: Vec<Error>,
}

/// Reads a package. `shared` are the installation's scripts, named relative to its [`SHARED_FOLDER`] (`backup/New-BackupAccount.ps1`).
///
/// What a rule says about its action (whether there is one of that name, its parameters, outputs, class, undo) is checked by the compiler, which also knows
/// the natives; what a script's header says about other scripts is checked here.
pub fn load(files: &Files, shared: &Files) -> Loaded {
    let mut reader = Reader { files, errors: places::check(files), warnings: Vec::new() };
    let service = reader.service();
    let subject = service.as_ref().map_or(Subject::Customer, |service| service.subject);
    let processes = reader.processes(subject);
    let known = Scripts::find(files, shared, &mut reader.errors);
    let named = processes.iter().flat_map(|process| &process.rules).flat_map(Rule::actions);
    let scripts = closure::read(&known, named, &mut reader.errors, &mut reader.warnings);
    let templates = reader.templates();
    let script_names = known.names();
    let Reader { mut errors, mut warnings, .. } = reader;
    let package = service.map(|service| Package { service, processes, scripts, script_names, templates, files: files.clone() });
    sort(&mut errors);
    sort(&mut warnings);
    Loaded { package, errors, warnings }
}

fn sort(errors: &mut Vec<Error>) {
    let key = |error: &Error| (error.position.file.clone(), error.position.line, error.position.column);
    errors.sort_by_cached_key(key);
    errors.dedup();
}

struct Reader<'a> {
    files: &'a Files,
    errors: Vec<Error>,
    warnings: Vec<Error>,
}

impl<'a> Reader<'a> {
    fn error(&mut self, file: &str, code: &'static str, message: impl Into<String>, hint: Option<String>) {
        let report = Report::new(file);
        report.add(At::START, code, message, hint);
        self.errors.extend(report.into_errors());
    }

    fn service(&mut self) -> Option<Service> {
        if self.files.get(DEFINITION).is_none() {
            self.error(DEFINITION, "missing_file", "a package needs the file `service.psd1`", None);
        }
        self.data(DEFINITION, service::read)
    }

    /// Reads one data file. None when it is not there or cannot be read at all.
    fn data<T>(&mut self, path: &str, read: impl FnOnce(&Report<'_>, &data::Node) -> Option<T>) -> Option<T> {
        let bytes = self.files.get(path)?;
        let report = Report::new(path);
        let found = text_of(&report, bytes).and_then(|text| match data::read(text) {
            Ok(node) => read(&report, &node),
            Err(diagnostics) => {
                report.diagnostics(diagnostics);
                None
            }
        });
        self.errors.extend(report.into_errors());
        found
    }

    fn processes(&mut self, subject: Subject) -> Vec<Process> {
        let mut processes: Vec<Process> = Vec::new();
        for (path, _) in self.files.iter().filter(|(path, _)| path.starts_with("processes/")) {
            let report = Report::new(path);
            let named = rules::name_of(&report, path, subject);
            self.errors.extend(report.into_errors());
            let Some((name, subject)) = named else { continue };
            let Some(process) = self.data(path, |report, node| rules::read(report, path, name, subject, node)) else { continue };
            match processes.iter().find(|other| other.name == process.name && other.subject == process.subject) {
                Some(other) => {
                    let hint = Some(format!("the other is {}", other.file));
                    self.error(
                        path,
                        "duplicate_name",
                        format!("there are two processes `{}` for a {}", process.name, process.subject),
                        hint,
                    );
                }
                None => processes.push(process),
            }
        }
        processes
    }

    /// Templates anywhere in the package.
    fn templates(&mut self) -> BTreeMap<String, Template> {
        let mut templates = BTreeMap::new();
        for (path, bytes) in self.files.iter().filter(|(path, _)| path.ends_with(".hbs")) {
            let report = Report::new(path);
            if let Some(text) = text_of(&report, bytes) {
                templates.insert(path.to_owned(), Template { path: path.to_owned(), hash: hash_of(bytes), text: Arc::from(text) });
            }
            self.errors.extend(report.into_errors());
        }
        templates
    }
}
