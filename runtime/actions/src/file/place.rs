//! A path that an action may touch, and the token by which a step knows its own work.

use std::path::{Component, Path, PathBuf};

use model::{Failure, Object};
use sha2::{Digest, Sha256};

use crate::Context;
use crate::parameters::{bad, mandatory_text};

/// The folder beside a place where what was there before is held.
pub(super) const HOLDING_FOLDER: &str = ".stoa-held";

/// An absolute path without `..`, outside holding folders, with a folder above it.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Place {
    pub(super) path: PathBuf,
    pub(super) parent: PathBuf,
}

impl Place {
    /// The place that the parameter `name` gives.
    pub(super) fn from(parameters: &Object, name: &str) -> Result<Self, Failure> {
        let text = mandatory_text(parameters, name)?;
        Place::parse(text).map_err(|why| bad(name, format_args!("{why}: '{text}'")))
    }

    fn parse(text: &str) -> Result<Self, &'static str> {
        let path = Path::new(text);
        if !path.is_absolute() {
            return Err("must be an absolute path");
        }
        if text.contains('\0') {
            return Err("has a character that no path may have");
        }
        if path.components().any(|part| part == Component::ParentDir) {
            return Err("must not have `..` in it");
        }
        if path.components().any(|part| part.as_os_str() == HOLDING_FOLDER) {
            return Err("must not lead into a holding folder");
        }
        // Collected anew, `/a//b/./c/` is `/a/b/c`.
        let path: PathBuf = path.components().collect();
        let parent = path.parent().ok_or("must not be the root")?.to_owned();
        Ok(Place { path, parent })
    }

    /// Where this step holds what was at this place.
    pub(super) fn held(&self, token: &Token) -> PathBuf {
        self.holding_folder().join(&token.0)
    }

    pub(super) fn holding_folder(&self) -> PathBuf {
        self.parent.join(HOLDING_FOLDER)
    }

    /// Where this step prepares what will be at this place.
    pub(super) fn prepared(&self, token: &Token) -> PathBuf {
        self.parent.join(format!(".stoa-{}.new", token.0))
    }
}

/// The step's idempotency token as a file name and as the value of an attribute.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Token(pub(super) String);

impl Token {
    pub(super) fn of(context: &Context) -> Self {
        let token = &context.idempotency_token;
        let plain = (1..=100).contains(&token.len())
            && token.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte))
            && !token.starts_with('.');
        Token(if plain { token.clone() } else { hex::encode(Sha256::digest(token)) })
    }
}

/// A path as an output; places come from text, so nothing is lost.
pub(super) fn shown(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, wanted: Result<&str, &str>) {
        assert_eq!(Place::parse(text).map(|place| shown(&place.path)), wanted.map(str::to_owned), "{text}");
    }

    #[test]
    fn only_plain_absolute_paths_are_places() {
        check("/srv/vault/index", Ok("/srv/vault/index"));
        check("/srv//vault/./index/", Ok("/srv/vault/index"));
        check("vault/index", Err("must be an absolute path"));
        check("", Err("must be an absolute path"));
        check("/srv/../etc", Err("must not have `..` in it"));
        check("/srv/a..b", Ok("/srv/a..b"));
        check("/srv/.stoa-held/x", Err("must not lead into a holding folder"));
        check("/", Err("must not be the root"));
        check("/a\0b", Err("has a character that no path may have"));
    }

    #[test]
    fn a_token_that_is_no_file_name_is_hashed() {
        let token = |text: &str| Token::of(&Context::new(model::Timestamp(0), text)).0;
        assert_eq!(token("0199-3"), "0199-3");
        assert_eq!(token("../x").len(), 64);
        assert_eq!(token("").len(), 64);
        assert_ne!(token("a/b"), token("a:b"));
    }
}
