//! The holding folder beside a place: `.stoa-held/<token>` is what was there before the step of that token changed it.

use std::fs::{self, DirBuilder, File, Metadata, Permissions};
use std::io;
use std::os::unix::fs::{DirBuilderExt, PermissionsExt, symlink};
use std::path::{Path, PathBuf};

use super::disk::{move_to_free, sync};
use super::place::{Place, Token};
use super::stop::{Stop, failed};
use crate::parameters::bad;

/// Only we look into a holding folder: a held file may have been readable only because of the folder it was in.
const HOLDING_MODE: u32 = 0o700;

/// Another step may remove the holding folder, empty for a moment, between our making it and using it.
const ATTEMPTS: u32 = 16;

/// What this step holds of `place`, if it does.
pub(super) fn held(place: &Place, token: &Token) -> Option<PathBuf> {
    Some(place.held(token)).filter(|held| fs::symlink_metadata(held).is_ok())
}

/// Holds a second name of the file at `place`, which stays there until it is replaced. The first thing a step held of a place stays.
pub(super) fn keep(place: &Place, found: &Metadata, token: &Token) -> Result<PathBuf, Stop> {
    let held = place.held(token);
    match in_holding_folder(place, || second_name(&place.path, found, &held)) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => {
            Err(failed("keep the previous version of", &place.path, &error).into())
        }
        _ => {
            sync(&place.holding_folder())?;
            Ok(held)
        }
    }
}

/// Moves what is at `place` into the holding folder, and says where it is now.
pub(super) fn take(place: &Place, token: &Token) -> Result<PathBuf, Stop> {
    let first = place.held(token);
    let mut held = first.clone();
    let mut number = 1;
    loop {
        match in_holding_folder(place, || move_to_free(&place.path, &held)) {
            Ok(()) => break,
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                number += 1;
                held = first.with_file_name(format!("{}-{number}", token.0));
            }
            Err(error) => {
                let_go(place);
                return Err(failed("move away", &place.path, &error).into());
            }
        }
    }
    sync(&place.holding_folder())?;
    sync(&place.parent)?;
    Ok(held)
}

/// Removes the holding folder if nothing is held in it any more.
pub(super) fn let_go(place: &Place) {
    // Not empty, or gone already: either way it is as it should be.
    let _ = fs::remove_dir(place.holding_folder());
}

/// A path that an output named as held beside `place`; anything else was not held by us.
pub(super) fn named(place: &Place, parameter: &str, text: &str) -> Result<(PathBuf, Token), Stop> {
    let held = Path::new(text);
    match (held.parent(), held.file_name().and_then(|name| name.to_str())) {
        (Some(folder), Some(name)) if folder == place.holding_folder() => Ok((held.to_owned(), Token(name.to_owned()))),
        _ => Err(bad(parameter, format_args!("is not in the holding folder beside the path: '{text}'")).into()),
    }
}

fn in_holding_folder(place: &Place, deed: impl Fn() -> io::Result<()>) -> io::Result<()> {
    let folder = place.holding_folder();
    let mut left = ATTEMPTS;
    loop {
        match DirBuilder::new().mode(HOLDING_MODE).create(&folder) {
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error),
            _ => (),
        }
        match deed() {
            Err(error) if error.kind() == io::ErrorKind::NotFound && left > 0 && fs::symlink_metadata(&place.path).is_ok() => left -= 1,
            ended => return ended,
        }
    }
}

/// A hard link, so that restoring it brings back the very file; a copy where the file system or its rules allow no link.
fn second_name(from: &Path, found: &Metadata, to: &Path) -> io::Result<()> {
    match fs::hard_link(from, to) {
        Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::AlreadyExists) => Err(error),
        Err(_) if found.is_symlink() => symlink(fs::read_link(from)?, to),
        Err(_) => copy(from, found, to),
        Ok(()) => Ok(()),
    }
}

fn copy(from: &Path, found: &Metadata, to: &Path) -> io::Result<()> {
    let unfinished = to.with_extension("copy");
    fs::copy(from, &unfinished)?;
    let file = File::open(&unfinished)?;
    file.set_permissions(Permissions::from_mode(found.permissions().mode()))?;
    file.sync_all()?;
    move_to_free(&unfinished, to)
}
