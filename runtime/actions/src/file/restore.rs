//! `file.restore`: takes a written file back.
//!
//! With a previous version that version is put back; without one the file is removed. A file that was changed since it was written is
//! somebody's work: it is held, never lost. What is as it was before the write already is left alone.

use std::fs::{self, Metadata};
use std::path::Path;

use futures::future::{BoxFuture, FutureExt};
use model::{Effect, Failure, Object, Signature, Value};

use super::disk::{self, at, hash_of, is_marked, sync, warn};
use super::hold;
use super::place::{Place, Token, shown};
use super::put::in_the_way;
use super::stop::{Stop, failed};
use crate::parameters::{mandatory_text, text};
use crate::signature::{Declare, STRING, signature};
use crate::{Context, Native, Outcome};

pub(crate) struct Restore(Signature);

impl Restore {
    /// `Kept` is where a version that was changed since is held, null if there is none.
    pub(crate) fn new() -> Self {
        Restore(
            signature("file.restore", "Puts back what a written file replaced, or removes the file.", Effect::Idempotent)
                .takes("Path", STRING)
                .may_take("Previous", STRING)
                .takes("Sha256", STRING)
                .gives("Kept", STRING),
        )
    }
}

impl Native for Restore {
    fn signature(&self) -> &Signature {
        &self.0
    }

    fn run<'a>(&'a self, context: &'a Context, parameters: &'a Object) -> BoxFuture<'a, Outcome> {
        async move {
            match asked(context, parameters) {
                Ok(asked) => {
                    let (place, token) = (asked.place.clone(), Token::of(context));
                    disk::run(&place, &token, move || asked.restore()).await
                }
                Err(bad) => Outcome::NotDone(bad),
            }
        }
        .boxed()
    }
}

struct Asked {
    place: Place,
    previous: Option<String>,
    written: String,
    context: Context,
}

fn asked(context: &Context, parameters: &Object) -> Result<Asked, Failure> {
    Ok(Asked {
        place: Place::from(parameters, "Path")?,
        previous: text(parameters, "Previous")?.map(str::to_owned),
        written: mandatory_text(parameters, "Sha256")?.to_owned(),
        context: context.clone(),
    })
}

impl Asked {
    fn restore(&self) -> Result<Outcome, Stop> {
        let found = at(&self.place.path)?;
        if found.as_ref().is_some_and(Metadata::is_dir) {
            return Err(in_the_way(&self.place.path).into());
        }
        let kept = match &self.previous {
            Some(previous) => self.put_back(found.as_ref(), previous)?,
            None => self.remove(found.as_ref())?,
        };
        hold::let_go(&self.place);
        Ok(Outcome::done([("Kept", kept.map_or(Value::Null, Value::Text))].into_iter().collect()))
    }

    fn put_back(&self, found: Option<&Metadata>, previous: &str) -> Result<Option<String>, Stop> {
        let path = &self.place.path;
        let (held, writer) = hold::named(&self.place, "Previous", previous)?;
        if at(&held)?.is_none() {
            // Put back earlier, unless our version is still there or nothing is.
            return if found.is_none() || is_marked(path, &writer) { Err(previous_missing(path, &held).into()) } else { Ok(None) };
        }
        let kept = self.keep_if_changed(found)?;
        fs::rename(&held, path).map_err(|error| failed("put back", path, &error))?;
        sync(&self.place.parent)?;
        Ok(kept)
    }

    fn remove(&self, found: Option<&Metadata>) -> Result<Option<String>, Stop> {
        let path = &self.place.path;
        let kept = self.keep_if_changed(found)?;
        if found.is_some() && kept.is_none() {
            fs::remove_file(path).map_err(|error| failed("remove", path, &error))?;
            sync(&self.place.parent)?;
        }
        Ok(kept)
    }

    fn keep_if_changed(&self, found: Option<&Metadata>) -> Result<Option<String>, Stop> {
        let path = &self.place.path;
        let Some(found) = found else { return Ok(None) };
        if found.is_file() && hash_of(path).map_err(|error| failed("read", path, &error))?.eq_ignore_ascii_case(&self.written) {
            return Ok(None);
        }
        let kept = shown(&hold::take(&self.place, &Token::of(&self.context))?);
        warn(
            &self.context,
            "changed_since",
            format!("`{}` was changed after it was written; that version is kept as `{kept}`", path.display()),
        );
        Ok(Some(kept))
    }
}

fn previous_missing(path: &Path, held: &Path) -> Failure {
    Failure::new("previous_missing", format!("cannot put back `{}`: its previous version `{}` is gone", path.display(), held.display()))
}
