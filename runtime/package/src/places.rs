//! Where files of a package may be. What is in no place of the format would be silently left out, so slips of the finger are reported.

use std::collections::BTreeMap;

use model::nearest;

use crate::{
    Error, Files,
    files::is_plain,
    load::DEFINITION,
    report::{At, Report, meant},
};

/// Folders of the format. Those that nobody reads yet are kept and hashed.
const FOLDERS: &[&str] = &["processes", "actions", "jobs", "lib", "notifications", "pages", "files", "tests"];

/// Everything that is wrong with the names of files.
pub(crate) fn check(files: &Files) -> Vec<Error> {
    let mut errors = Vec::new();
    let mut folded: BTreeMap<String, &str> = BTreeMap::new();
    let mut folders: BTreeMap<&str, &str> = BTreeMap::new();
    for (path, _) in files.iter() {
        let report = Report::new(path);
        check_name(&report, path);
        if let Some(other) = folded.insert(path.to_lowercase(), path) {
            report.error(At::START, "bad_path", format!("differs from `{other}` only in letter case"));
        }
        if let Some((folder, _)) = path.split_once('/') {
            folders.entry(folder).or_insert(path);
        }
        errors.extend(report.into_errors());
    }
    for (folder, path) in folders.into_iter().filter(|(folder, _)| !FOLDERS.contains(folder)) {
        let report = Report::new(path);
        if let Some(known) = nearest(folder, FOLDERS.iter().copied()) {
            let message = format!("`{folder}` is not a folder of a package");
            report.error_with(At::START, "unknown_folder", message, format!("did you mean `{known}`?"));
        }
        errors.extend(report.into_errors());
    }
    errors
}

fn check_name(report: &Report<'_>, path: &str) {
    // Files that come from memory have names nobody checked; those of scripts become files again.
    if !path.split('/').all(is_plain) {
        report.error(At::START, "bad_path", "the name of a file is relative, with `/`, and one that every system can hold");
    }
    let is_data = path.ends_with(".psd1") && !path.contains('/');
    if path == "fields.psd1" {
        report.error(At::START, "not_available", "`fields.psd1` is not available in this version");
    } else if is_data && path != DEFINITION {
        report.add(At::START, "unknown_file", "a package has no data file of this name beside its folders", meant(path, [DEFINITION]));
    } else if path.starts_with("actions/") && path.ends_with(".command.psd1") {
        report.error(At::START, "not_available", "command actions are not available in this version");
    }
}
