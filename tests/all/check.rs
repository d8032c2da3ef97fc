//! `stoa package check`: a right package, and one with six planted mistakes.

use std::fs;
use std::path::Path;

use libtest_mimic::{Failed, Trial};

use crate::peers::{checkout, test};
use crate::server::{Folder, output};

pub fn trials() -> Vec<Trial> {
    vec![
        test("check::the_starter_packages_are_ok", the_starter_packages_are_ok),
        test("check::six_planted_mistakes_are_all_listed", six_planted_mistakes_are_all_listed),
    ]
}

fn the_starter_packages_are_ok() -> Result<(), Failed> {
    for package in ["backup", "backup-native"] {
        let path = checkout().join("templates/services").join(package);
        let said = String::from_utf8(output(&["package", "check", &path.to_string_lossy()], 0)?.stdout)?;
        if !said.contains("ok") || !said.contains("rules") {
            return Err(format!("{package}: {said}").into());
        }
    }
    Ok(())
}

/// A text of the package, what a slip made of it, and the word that the error must hold besides its place.
struct Slip {
    file: &'static str,
    right: &'static str,
    wrong: &'static str,
    /// The wrong word itself; its line and column are where the error must point.
    at: &'static str,
    suggestion: &'static str,
}

const SLIPS: &[Slip] = &[
    Slip { file: "service.psd1", right: "DisplayName =", wrong: "DisplayNme =", at: "DisplayNme", suggestion: "DisplayName" },
    Slip { file: "service.psd1", right: "= 500", wrong: "= 'plenty'", at: "'plenty'", suggestion: "number" },
    Slip {
        file: "processes/provision.psd1",
        right: "$Property.Username",
        wrong: "$Property.Usernam",
        at: "Usernam",
        suggestion: "Username",
    },
    Slip {
        file: "processes/provision.psd1",
        right: "'New-BackupAccount'",
        wrong: "'New-BackupAcount'",
        at: "'New-BackupAcount'",
        suggestion: "New-BackupAccount",
    },
    Slip { file: "processes/deprovision.psd1", right: "VaultPath =", wrong: "VaultPat =", at: "VaultPat", suggestion: "VaultPath" },
    Slip { file: "processes/change.psd1", right: "-contains 'StorageTB'", wrong: "-contains", at: "-contains", suggestion: "-contains" },
];

fn six_planted_mistakes_are_all_listed() -> Result<(), Failed> {
    let folder = Folder::new()?;
    let copy = folder.beside("backup");
    copy_tree(&checkout().join("templates/services/backup"), &copy)?;
    let mut wanted = Vec::new();
    for slip in SLIPS {
        let path = copy.join(slip.file);
        let text = fs::read_to_string(&path)?;
        let at = text.find(slip.right).ok_or_else(|| format!("{} has no {}", slip.file, slip.right))?;
        fs::write(&path, format!("{}{}{}", &text[..at], slip.wrong, &text[at + slip.right.len()..]))?;
        let word = at + slip.wrong.find(slip.at).expect("the wrong word is in the wrong text");
        let line = text[..at].matches('\n').count() + 1;
        wanted.push((slip, format!("{}:{line}:", slip.file), word - text[..at].rfind('\n').map_or(0, |newline| newline + 1) + 1));
    }
    let said = String::from_utf8(output(&["package", "check", &copy.to_string_lossy()], 1)?.stdout)?;
    let mut missed = Vec::new();
    for (slip, place, column) in &wanted {
        let found = said.lines().any(|line| line.contains(place.as_str()) && line.contains(slip.suggestion));
        if !found {
            missed.push(format!("{place} (about column {column}) `{}` without a line that names {}", slip.wrong, slip.suggestion));
        }
    }
    if missed.is_empty() { Ok(()) } else { Err(format!("missed:\n{}\nsaid:\n{said}", missed.join("\n")).into()) }
}

fn copy_tree(from: &Path, to: &Path) -> Result<(), Failed> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy_tree(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}
