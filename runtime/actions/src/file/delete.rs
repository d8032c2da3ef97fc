//! `file.delete`: moves a file or folder into the holding folder beside it.

use std::fs;

use futures::future::{BoxFuture, FutureExt};
use model::{Effect, Failure, Object, Signature, Value};

use super::disk::{self, at};
use super::hold;
use super::place::{Place, Token, shown};
use super::stop::{Stop, failed};
use crate::parameters::flag;
use crate::signature::{BOOL, Declare, STRING, signature};
use crate::{Context, Native, Outcome, Verified};

pub(crate) struct Delete(Signature);

impl Delete {
    /// `Held` is where it is now, null if nothing was there.
    pub(crate) fn new() -> Self {
        Delete(
            signature("file.delete", "Moves a file or folder into the holding folder beside it.", Effect::Idempotent)
                .takes("Path", STRING)
                .may_take("Recurse", BOOL)
                .gives("Path", STRING)
                .gives("Held", STRING)
                .undone_by("file.undelete")
                .verified_by_itself(),
        )
    }
}

impl Native for Delete {
    fn signature(&self) -> &Signature {
        &self.0
    }

    fn run<'a>(&'a self, context: &'a Context, parameters: &'a Object) -> BoxFuture<'a, Outcome> {
        async move {
            match asked(context, parameters) {
                Ok(asked) => {
                    let (place, token) = (asked.place.clone(), asked.token.clone());
                    disk::run(&place, &token, move || asked.delete()).await
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
    recurse: bool,
    token: Token,
}

fn asked(context: &Context, parameters: &Object) -> Result<Asked, Failure> {
    Ok(Asked { place: Place::from(parameters, "Path")?, recurse: flag(parameters, "Recurse")?, token: Token::of(context) })
}

impl Asked {
    fn delete(&self) -> Result<Outcome, Stop> {
        let path = &self.place.path;
        if let Some(found) = at(path)? {
            if found.is_dir() && !self.recurse && !self.is_empty()? {
                let message = format!("`{}` is a folder with something in it, and Recurse was not given", path.display());
                return Err(Failure::new("directory_not_empty", message).into());
            }
            hold::take(&self.place, &self.token)?;
        }
        Ok(Outcome::done(self.outputs()))
    }

    fn verify(&self) -> Result<Verified, Stop> {
        Ok(if at(&self.place.path)?.is_none() { Verified::Already(self.outputs()) } else { Verified::NotSo })
    }

    fn is_empty(&self) -> Result<bool, Failure> {
        let path = &self.place.path;
        fs::read_dir(path).map(|mut entries| entries.next().is_none()).map_err(|error| failed("look into", path, &error))
    }

    fn outputs(&self) -> Object {
        let held = hold::held(&self.place, &self.token).map_or(Value::Null, |held| Value::Text(shown(&held)));
        [("Path", Value::Text(shown(&self.place.path))), ("Held", held)].into_iter().collect()
    }
}
