//! `file.directory.remove`: removes the folders that a step made.
//!
//! Only those, from the innermost out, and each only when it is empty: a folder with something in it belongs to who put it there, so it
//! and those above stay, and the log says so. A folder that is gone already is as it should be.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use futures::future::{BoxFuture, FutureExt};
use model::{Effect, Failure, LogLevel, Object, Signature, Value};

use super::disk::{self, sync};
use super::place::{Place, Token, shown};
use super::stop::{Stop, failed};
use crate::parameters::{bad, list};
use crate::signature::{Declare, STRING, STRINGS, signature};
use crate::{Context, Native, Outcome};

pub(crate) struct DirectoryRemove(Signature);

impl DirectoryRemove {
    pub(crate) fn new() -> Self {
        DirectoryRemove(
            signature("file.directory.remove", "Removes the folders that a step made, where they are empty.", Effect::Idempotent)
                .takes("Path", STRING)
                .takes("Created", STRINGS)
                .gives("Removed", STRINGS),
        )
    }
}

impl Native for DirectoryRemove {
    fn signature(&self) -> &Signature {
        &self.0
    }

    fn run<'a>(&'a self, context: &'a Context, parameters: &'a Object) -> BoxFuture<'a, Outcome> {
        async move {
            let asked = || {
                let place = Place::from(parameters, "Path")?;
                created(&place, parameters).map(|created| (place, created))
            };
            match asked() {
                Ok((place, created)) => {
                    let (token, context) = (Token::of(context), context.clone());
                    disk::run(&place, &token, move || remove(&context, &created)).await
                }
                Err(bad) => Outcome::NotDone(bad),
            }
        }
        .boxed()
    }
}

/// The folders to remove, innermost first.
fn created(place: &Place, parameters: &Object) -> Result<Vec<PathBuf>, Failure> {
    let listed = list(parameters, "Created")?.ok_or_else(|| bad("Created", "is missing"))?;
    let mut folders = listed
        .iter()
        .map(|folder| {
            let folder = Path::new(folder.as_text().unwrap_or_default());
            let is_ours = folder.parent().is_some() && place.path.starts_with(folder);
            if is_ours {
                Ok(folder.to_owned())
            } else {
                Err(bad("Created", format_args!("names `{}`, which is not the path or above it", folder.display())))
            }
        })
        .collect::<Result<Vec<_>, _>>()?;
    folders.sort_by_key(|folder| std::cmp::Reverse(folder.components().count()));
    Ok(folders)
}

fn remove(context: &Context, folders: &[PathBuf]) -> Result<Outcome, Stop> {
    let mut removed = Vec::new();
    for folder in folders {
        match fs::remove_dir(folder) {
            Ok(()) => {
                sync(folder.parent().expect("the root was never made by a step"))?;
                removed.push(Value::Text(shown(folder)));
            }
            Err(error) => match error.kind() {
                io::ErrorKind::NotFound => (),
                io::ErrorKind::DirectoryNotEmpty | io::ErrorKind::NotADirectory => {
                    let what = if error.kind() == io::ErrorKind::DirectoryNotEmpty { "is not empty" } else { "is not a folder any more" };
                    context.say(LogLevel::Information, Some("folder_kept"), format!("`{}` {what} and stays", folder.display()));
                    break;
                }
                _ if removed.is_empty() => return Err(failed("remove the folder", folder, &error).into()),
                _ => return Err(Stop::Unclear(failed("remove the folder", folder, &error))),
            },
        }
    }
    Ok(Outcome::done([("Removed", Value::List(removed))].into_iter().collect()))
}
