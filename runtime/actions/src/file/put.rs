//! Putting content at a place: whole or not at all, with its permissions before anyone can see it, the previous version held.

use std::fs::{self, File, OpenOptions, Permissions};
use std::io::{self, Write as _};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use model::{Failure, Object, Value};
use sha2::{Digest, Sha256};

use super::disk::{self, at, hash_of, is_marked, mark, sync};
use super::hold;
use super::place::{Place, Token, shown};
use super::stop::{Stop, failed};
use crate::{Outcome, Verified};

/// Permissions of a new file for which nobody named any: not for others on the machine.
const NEW_FILE_MODE: u32 = 0o640;

/// What shall be where.
pub(super) struct Put {
    pub(super) place: Place,
    pub(super) content: String,
    /// None: as the file it replaces, or as new files are.
    pub(super) mode: Option<u32>,
    pub(super) token: Token,
}

impl Put {
    /// Writes it.
    pub(super) async fn run(self) -> Outcome {
        let (place, token) = (self.place.clone(), self.token.clone());
        disk::run(&place, &token, move || self.write().map(Outcome::done)).await
    }

    /// Whether this step has put it there.
    pub(super) async fn look(self) -> Verified {
        disk::look(move || self.verify()).await
    }

    fn write(&self) -> Result<Object, Stop> {
        let found = at(&self.place.path)?;
        if let Some(found) = &found
            && !found.is_file()
            && !found.is_symlink()
        {
            return Err(in_the_way(&self.place.path).into());
        }
        let mode = self.mode.or(found.as_ref().filter(|found| found.is_file()).map(|found| found.permissions().mode() & 0o7777));
        let prepared = self.prepare(mode.unwrap_or(NEW_FILE_MODE))?;
        let replaced = self.replace(found.as_ref(), &prepared);
        if replaced.is_err() {
            // What was prepared and did not get to its place is nobody's.
            let _ = fs::remove_file(&prepared);
            hold::let_go(&self.place);
        }
        replaced?;
        sync(&self.place.parent)?;
        Ok(self.outputs(self.hash()))
    }

    fn verify(&self) -> Result<Verified, Stop> {
        let path = &self.place.path;
        let Some(found) = at(path)?.filter(|found| found.is_file() && is_marked(path, &self.token)) else {
            return Ok(Verified::NotSo);
        };
        let hash = hash_of(path).map_err(|error| failed("read", path, &error))?;
        let so = hash == self.hash() && self.mode.is_none_or(|mode| mode == found.permissions().mode() & 0o7777);
        Ok(if so { Verified::Already(self.outputs(hash)) } else { Verified::NotSo })
    }

    fn hash(&self) -> String {
        hex::encode(Sha256::digest(&self.content))
    }

    fn outputs(&self, hash: String) -> Object {
        let previous = hold::held(&self.place, &self.token).map_or(Value::Null, |held| Value::Text(shown(&held)));
        [("Path", Value::Text(shown(&self.place.path))), ("Previous", previous), ("Sha256", Value::Text(hash))].into_iter().collect()
    }

    fn prepare(&self, mode: u32) -> Result<PathBuf, Failure> {
        let prepared = self.place.prepared(&self.token);
        // A leftover of an attempt that was killed.
        let _ = fs::remove_file(&prepared);
        let file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&prepared).map_err(|error| self.cannot(&error))?;
        let filled = self.fill(file, mode);
        filled.map(|()| prepared.clone()).map_err(|error| {
            let _ = fs::remove_file(&prepared);
            failed("write", &self.place.path, &error)
        })
    }

    fn fill(&self, mut file: File, mode: u32) -> io::Result<()> {
        file.write_all(self.content.as_bytes())?;
        file.set_permissions(Permissions::from_mode(mode))?;
        mark(&file, &self.token)?;
        file.sync_all()
    }

    fn replace(&self, found: Option<&fs::Metadata>, prepared: &Path) -> Result<(), Stop> {
        let path = &self.place.path;
        let held = match found {
            Some(found) if !is_marked(path, &self.token) && hold::held(&self.place, &self.token).is_none() => {
                Some(hold::keep(&self.place, found, &self.token)?)
            }
            _ => None,
        };
        fs::rename(prepared, path).map_err(|error| {
            if let Some(held) = held {
                let _ = fs::remove_file(held);
            }
            failed("write", path, &error).into()
        })
    }

    fn cannot(&self, error: &io::Error) -> Failure {
        match error.kind() {
            io::ErrorKind::NotFound => {
                Failure::new("not_found", format!("cannot write `{}`: its folder is not there", self.place.path.display()))
            }
            _ => failed("write", &self.place.path, error),
        }
    }
}

/// Something that is not a file is where one should be.
pub(super) fn in_the_way(path: &Path) -> Failure {
    Failure::new("in_the_way", format!("`{}` is there and is not a file", path.display()))
}
