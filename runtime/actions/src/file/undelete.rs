//! `file.undelete`: puts a deleted file or folder back.

use std::io;

use futures::future::{BoxFuture, FutureExt};
use model::{Effect, Failure, Object, Signature};

use super::disk::{self, at, move_to_free, sync};
use super::hold;
use super::place::{Place, Token};
use super::stop::{Stop, failed};
use crate::parameters::text;
use crate::signature::{Declare, STRING, signature};
use crate::{Context, Native, Outcome};

pub(crate) struct Undelete(Signature);

impl Undelete {
    pub(crate) fn new() -> Self {
        Undelete(
            signature("file.undelete", "Puts a deleted file or folder back from where it is held.", Effect::Idempotent)
                .takes("Path", STRING)
                .may_take("Held", STRING),
        )
    }
}

impl Native for Undelete {
    fn signature(&self) -> &Signature {
        &self.0
    }

    fn run<'a>(&'a self, context: &'a Context, parameters: &'a Object) -> BoxFuture<'a, Outcome> {
        async move {
            let asked = || Ok::<_, Failure>((Place::from(parameters, "Path")?, text(parameters, "Held")?.map(str::to_owned)));
            match asked() {
                // Nothing was there to delete.
                Ok((_, None)) => Outcome::done(Object::new()),
                Ok((place, Some(held))) => {
                    let at = place.clone();
                    disk::run(&at, &Token::of(context), move || undelete(&place, &held)).await
                }
                Err(bad) => Outcome::NotDone(bad),
            }
        }
        .boxed()
    }
}

fn undelete(place: &Place, held: &str) -> Result<Outcome, Stop> {
    let path = &place.path;
    let (held, _) = hold::named(place, "Held", held)?;
    match (at(&held)?.is_some(), at(path)?.is_some()) {
        (true, _) => move_to_free(&held, path).map_err(|error| match error.kind() {
            io::ErrorKind::AlreadyExists => Failure::new(
                "in_the_way",
                format!("cannot put back `{}`: something new is there; what was deleted is held as `{}`", path.display(), held.display()),
            ),
            _ => failed("put back", path, &error),
        })?,
        // Put back earlier.
        (false, true) => (),
        (false, false) => {
            let message = format!("cannot put back `{}`: it is no longer held as `{}`", path.display(), held.display());
            return Err(Failure::new("held_missing", message).into());
        }
    }
    hold::let_go(place);
    sync(&place.parent)?;
    Ok(Outcome::done(Object::new()))
}
