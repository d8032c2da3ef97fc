//! `file.directory.create`: makes a folder and those above it.

use std::fs::{self, DirBuilder, File, Permissions};
use std::io;
use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
use std::path::{Path, PathBuf};

use futures::future::{BoxFuture, FutureExt};
use model::{Effect, Failure, Object, Signature, Value};

use super::disk::{self, is_marked, mark, move_to_free, sync};
use super::place::{Place, Token, shown};
use super::stop::{Stop, failed};
use crate::parameters::mode;
use crate::signature::{Declare, STRING, STRINGS, signature};
use crate::{Context, Native, Outcome, Verified};

/// Permissions of a new folder for which nobody named any: not for others on the machine.
const NEW_FOLDER_MODE: u32 = 0o750;

pub(crate) struct DirectoryCreate(Signature);

impl DirectoryCreate {
    /// `Created` lists the folders that this step made, outermost first. `Mode` is for those; a folder that was there keeps its own.
    pub(crate) fn new() -> Self {
        DirectoryCreate(
            signature("file.directory.create", "Makes a folder, and those above it that are missing.", Effect::Idempotent)
                .takes("Path", STRING)
                .may_take_mode()
                .gives("Path", STRING)
                .gives("Created", STRINGS)
                .undone_by("file.directory.remove")
                .verified_by_itself(),
        )
    }
}

impl Native for DirectoryCreate {
    fn signature(&self) -> &Signature {
        &self.0
    }

    fn run<'a>(&'a self, context: &'a Context, parameters: &'a Object) -> BoxFuture<'a, Outcome> {
        async move {
            match asked(context, parameters) {
                Ok(asked) => {
                    let (place, token) = (asked.place.clone(), asked.token.clone());
                    disk::run(&place, &token, move || asked.create()).await
                }
                Err(bad) => Outcome::NotDone(bad),
            }
        }
        .boxed()
    }

    fn verify<'a>(&'a self, context: &'a Context, parameters: &'a Object) -> BoxFuture<'a, Verified> {
        async move {
            match asked(context, parameters) {
                Ok(asked) => disk::look(move || asked.verify()).await,
                Err(bad) => Verified::Failed(bad),
            }
        }
        .boxed()
    }
}

struct Asked {
    place: Place,
    mode: u32,
    token: Token,
}

fn asked(context: &Context, parameters: &Object) -> Result<Asked, Failure> {
    Ok(Asked { place: Place::from(parameters, "Path")?, mode: mode(parameters)?.unwrap_or(NEW_FOLDER_MODE), token: Token::of(context) })
}

impl Asked {
    fn create(&self) -> Result<Outcome, Stop> {
        let path = &self.place.path;
        let missing = missing_from(path)?;
        let there = missing.first().and_then(|outermost| outermost.parent()).unwrap_or(path);
        let mut created = self.made_by_us(there);
        let before = created.len();
        for folder in missing {
            match self.make(&folder) {
                Ok(true) => created.push(folder),
                Ok(false) => (),
                Err(stop) => return Err(take_back(&created[before..], stop)),
            }
        }
        Ok(Outcome::done(self.outputs(&created)))
    }

    fn verify(&self) -> Result<Verified, Stop> {
        let path = &self.place.path;
        Ok(match missing_from(path)? {
            missing if missing.is_empty() => Verified::Already(self.outputs(&self.made_by_us(path))),
            _ => Verified::NotSo,
        })
    }

    /// The folders from `innermost` upwards that an earlier attempt of this step made, outermost first.
    fn made_by_us(&self, innermost: &Path) -> Vec<PathBuf> {
        let mut ours: Vec<PathBuf> =
            innermost.ancestors().take_while(|folder| is_marked(folder, &self.token)).map(Path::to_owned).collect();
        ours.reverse();
        ours
    }

    /// Makes one folder, complete with permissions and mark before it gets its name. False: somebody else made it meanwhile.
    fn make(&self, folder: &Path) -> Result<bool, Stop> {
        let parent = folder.parent().expect("a missing folder is below the root");
        let prepared = parent.join(format!(".stoa-{}.new", self.token.0));
        // A leftover of an attempt that was killed.
        let _ = fs::remove_dir(&prepared);
        let filled = DirBuilder::new().mode(0o700).create(&prepared).and_then(|()| {
            let new = File::open(&prepared)?;
            new.set_permissions(Permissions::from_mode(self.mode))?;
            mark(&new, &self.token)?;
            move_to_free(&prepared, folder)
        });
        match filled {
            Ok(()) => sync(parent).map(|()| true),
            Err(error) => {
                let _ = fs::remove_dir(&prepared);
                match error.kind() {
                    io::ErrorKind::AlreadyExists if folder.is_dir() => Ok(false),
                    _ => Err(failed("make the folder", folder, &error).into()),
                }
            }
        }
    }

    fn outputs(&self, created: &[PathBuf]) -> Object {
        let created = created.iter().map(|folder| Value::Text(shown(folder))).collect();
        [("Path", Value::Text(shown(&self.place.path))), ("Created", Value::List(created))].into_iter().collect()
    }
}

/// The folders that are missing down to `path`, outermost first.
fn missing_from(path: &Path) -> Result<Vec<PathBuf>, Failure> {
    let mut missing = Vec::new();
    for folder in path.ancestors() {
        match fs::metadata(folder) {
            Ok(found) if found.is_dir() => break,
            Ok(_) => return Err(Failure::new("in_the_way", format!("`{}` is there and is not a folder", folder.display()))),
            // Below a file the answer is "not a directory"; the file itself comes further up.
            Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => missing.push(folder.to_owned()),
            Err(error) => return Err(failed("look at", folder, &error)),
        }
    }
    missing.reverse();
    Ok(missing)
}

/// Takes back what was made before a later folder failed, so that a failure leaves nothing.
fn take_back(made: &[PathBuf], stop: Stop) -> Stop {
    let all = made.iter().rev().all(|folder| fs::remove_dir(folder).is_ok());
    match stop {
        Stop::NotDone(failure) if !all => Stop::Unclear(failure),
        stop => stop,
    }
}
