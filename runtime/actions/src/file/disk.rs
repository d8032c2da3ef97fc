//! What of the file system the standard library lacks or leaves to the caller: marks, renames that replace nothing, durable folders.

use std::collections::BTreeSet;
use std::fs::{self, File, Metadata};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use rustix::fs::{CWD, RenameFlags, XattrFlags};
use rustix::io::Errno;
use sha2::{Digest, Sha256};

use model::Failure;

use super::place::{Place, Token};
use super::stop::{Stop, failed};
use crate::{Context, Outcome, Verified};

/// The extended attribute that says which step made a file or folder.
const MARK: &str = "user.stoa.step";

/// Work on blocking threads, by what it holds its place by. A step that timed out may still be at work when its next attempt starts, and
/// the two would share the names of what they prepare.
static AT_WORK: Mutex<BTreeSet<PathBuf>> = Mutex::new(BTreeSet::new());

struct AtWork(PathBuf);

impl AtWork {
    fn begin(place: &Place, token: &Token) -> Option<Self> {
        let key = place.held(token);
        let is_first = AT_WORK.lock().unwrap_or_else(PoisonError::into_inner).insert(key.clone());
        is_first.then_some(AtWork(key))
    }
}

impl Drop for AtWork {
    fn drop(&mut self) {
        AT_WORK.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.0);
    }
}

/// Runs a step's work at `place` where it may block, unless an earlier attempt is still at it.
pub(super) async fn run(place: &Place, token: &Token, work: impl FnOnce() -> Result<Outcome, Stop> + Send + 'static) -> Outcome {
    let Some(at_work) = AtWork::begin(place, token) else {
        return Outcome::Unclear(Failure::new("still_running", "an earlier attempt of this step is still at work on the disk"));
    };
    let ended = tokio::task::spawn_blocking(move || {
        let ended = work();
        drop(at_work);
        ended
    });
    match ended.await {
        Ok(ended) => ended.unwrap_or_else(Outcome::from),
        Err(_) => Outcome::Unclear(panicked()),
    }
}

/// As [`run`], for a verify.
pub(super) async fn look(work: impl FnOnce() -> Result<Verified, Stop> + Send + 'static) -> Verified {
    match tokio::task::spawn_blocking(work).await {
        Ok(found) => found.unwrap_or_else(Verified::from),
        Err(_) => Verified::Failed(panicked()),
    }
}

fn panicked() -> Failure {
    Failure::new("internal", "the action stopped in the middle of its work on the disk")
}

/// What is at `path` itself, a link not followed; nothing also where a folder above is missing or is no folder.
pub(super) fn at(path: &Path) -> Result<Option<Metadata>, Failure> {
    match fs::symlink_metadata(path) {
        Ok(found) => Ok(Some(found)),
        Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => Ok(None),
        Err(error) => Err(failed("look at", path, &error)),
    }
}

/// Marks an open file or folder as this step's. Where the file system has no attributes a second attempt cannot know its own work.
pub(super) fn mark(file: &File, token: &Token) -> io::Result<()> {
    match rustix::fs::fsetxattr(file, MARK, token.0.as_bytes(), XattrFlags::empty()) {
        Ok(()) | Err(Errno::NOTSUP | Errno::PERM | Errno::NOSYS) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

/// Whether what is at `path` was made by the step of this token.
pub(super) fn is_marked(path: &Path, token: &Token) -> bool {
    let mut value = [0; 128];
    rustix::fs::lgetxattr(path, MARK, &mut value[..]).is_ok_and(|length| value.get(..length) == Some(token.0.as_bytes()))
}

/// Renames `from` to `to` unless something is there.
pub(super) fn move_to_free(from: &Path, to: &Path) -> io::Result<()> {
    match rustix::fs::renameat_with(CWD, from, CWD, to, RenameFlags::NOREPLACE) {
        // A file system that cannot promise it: look, then rename.
        Err(Errno::INVAL | Errno::NOSYS | Errno::NOTSUP) => match fs::symlink_metadata(to) {
            Ok(_) => Err(io::ErrorKind::AlreadyExists.into()),
            Err(_) => fs::rename(from, to),
        },
        other => Ok(other?),
    }
}

/// Makes what was renamed, made or removed in `folder` durable. Called after the deed, so a failure leaves it unclear.
pub(super) fn sync(folder: &Path) -> Result<(), Stop> {
    File::open(folder).and_then(|folder| folder.sync_all()).map_err(|error| Stop::Unclear(failed("make durable", folder, &error)))
}

/// SHA-256 of a file's content in hexadecimal digits.
pub(super) fn hash_of(path: &Path) -> io::Result<String> {
    let mut hash = Sha256::new();
    let mut file = File::open(path)?;
    let mut buffer = vec![0; 64 * 1024];
    loop {
        match io::Read::read(&mut file, &mut buffer)? {
            0 => return Ok(hex::encode(hash.finalize())),
            length => hash.update(&buffer[..length]),
        }
    }
}

/// Says something in the step's log from a blocking thread.
pub(super) fn warn(context: &Context, code: &str, message: String) {
    context.say(model::LogLevel::Warning, Some(code), message);
}
