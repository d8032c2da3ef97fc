//! The files of a package: names and bytes, from a folder or from memory, within limits.

use std::{
    collections::BTreeMap,
    io::Read,
    path::{Path, PathBuf},
    sync::Arc,
};

use sha2::{Digest, Sha256};

/// Relative names with `/`, and the bytes of each file. Cheap to clone as far as bytes go.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Files(BTreeMap<String, Arc<[u8]>>);

/// What a folder may hold at most.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Files and folders.
    pub entries: usize,
    /// Bytes of one file.
    pub file: u64,
    /// Bytes of all files.
    pub total: u64,
    /// Folders inside folders.
    pub depth: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Limits { entries: 5_000, file: 64 << 20, total: 256 << 20, depth: 16 }
    }
}

/// A folder that cannot be taken as a package.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The operating system refused.
    #[error("failed to read `{path}`")]
    Io {
        /// What was read.
        path: PathBuf,
        /// Why not.
        #[source]
        source: std::io::Error,
    },
    /// It holds something that no package may hold.
    #[error("`{path}` {reason}")]
    Refused {
        /// What it is about.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
}

impl Files {
    /// Reads a folder with the usual limits.
    pub fn read_folder(folder: &Path) -> Result<Files, ReadError> {
        Files::read_folder_within(folder, Limits::default())
    }

    /// Reads a folder: regular files only, no links, names that mean the same on every system.
    /// What begins with a dot (`.git`, `.vscode`) belongs to tools and is no part of the package.
    pub fn read_folder_within(folder: &Path, limits: Limits) -> Result<Files, ReadError> {
        let mut walk = Walk { limits, entries: 0, total: 0, folded: BTreeMap::new(), files: Files::default() };
        walk.folder(folder, "", 0)?;
        Ok(walk.files)
    }

    /// Adds or replaces a file.
    pub fn insert(&mut self, name: impl Into<String>, bytes: impl Into<Arc<[u8]>>) {
        self.0.insert(name.into(), bytes.into());
    }

    /// The bytes of a file.
    pub fn get(&self, name: &str) -> Option<&Arc<[u8]>> {
        self.0.get(name)
    }

    /// Takes a file out.
    pub fn remove(&mut self, name: &str) -> Option<Arc<[u8]>> {
        self.0.remove(name)
    }

    /// Names and bytes in the order of the names.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Arc<[u8]>)> {
        self.0.iter().map(|(name, bytes)| (name.as_str(), bytes))
    }

    /// How many files there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// SHA-256 of a file's bytes, in hex.
    pub fn hash(&self, name: &str) -> Option<String> {
        self.get(name).map(|bytes| hash_of(bytes))
    }

    /// SHA-256 over the names and hashes of all files, in hex: changes when any file, or any name, does.
    pub fn digest(&self) -> String {
        let mut hasher = Sha256::new();
        for (name, bytes) in self.iter() {
            hasher.update(format!("{}  {name}\n", hash_of(bytes)));
        }
        hex::encode(hasher.finalize())
    }
}

impl<N: Into<String>, B: Into<Arc<[u8]>>> FromIterator<(N, B)> for Files {
    fn from_iter<I: IntoIterator<Item = (N, B)>>(files: I) -> Self {
        Files(files.into_iter().map(|(name, bytes)| (name.into(), bytes.into())).collect())
    }
}

pub(crate) fn hash_of(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}

/// One reading of a folder: what is counted on the way, and what was found.
struct Walk {
    limits: Limits,
    entries: usize,
    total: u64,
    /// Lower-case names, because `Readme.txt` and `README.txt` are one file on other systems.
    folded: BTreeMap<String, PathBuf>,
    files: Files,
}

impl Walk {
    fn folder(&mut self, folder: &Path, prefix: &str, depth: usize) -> Result<(), ReadError> {
        if depth > self.limits.depth {
            return Err(refused(folder, format!("is more than {} folders deep", self.limits.depth)));
        }
        for entry in std::fs::read_dir(folder).map_err(failed(folder))? {
            let path = entry.map_err(failed(folder))?.path();
            let name = path.file_name().and_then(|name| name.to_str()).ok_or_else(|| refused(&path, "has a name that is not UTF-8"))?;
            if !name.starts_with('.') {
                self.entry(&path, &format!("{prefix}{name}"), depth)?;
            }
        }
        Ok(())
    }

    fn entry(&mut self, path: &Path, name: &str, depth: usize) -> Result<(), ReadError> {
        self.entries += 1;
        if self.entries > self.limits.entries {
            return Err(refused(path, format!("is one of more than {} files and folders", self.limits.entries)));
        }
        if !name.rsplit('/').next().is_some_and(is_plain) {
            return Err(refused(path, "has a name that not every system can hold"));
        }
        if let Some(other) = self.folded.insert(name.to_lowercase(), path.to_owned()) {
            return Err(refused(path, format!("differs from `{}` only in letter case", other.display())));
        }
        let kind = std::fs::symlink_metadata(path).map_err(failed(path))?.file_type();
        if kind.is_dir() {
            self.folder(path, &format!("{name}/"), depth + 1)
        } else if kind.is_file() {
            self.file(path, name)
        } else {
            Err(refused(path, "is not a regular file (a link, a socket or a device)"))
        }
    }

    fn file(&mut self, path: &Path, name: &str) -> Result<(), ReadError> {
        let allowed = self.limits.file.min(self.limits.total - self.total);
        let mut bytes = Vec::new();
        // One byte more than allowed is enough to know; the size in the folder may be a lie by now.
        std::fs::File::open(path).and_then(|file| file.take(allowed + 1).read_to_end(&mut bytes)).map_err(failed(path))?;
        let size = bytes.len() as u64;
        if size > allowed {
            let limits = format!("{} bytes, all files together {}", self.limits.file, self.limits.total);
            return Err(refused(path, format!("is too large: a file may have {limits}")));
        }
        self.total += size;
        self.files.insert(name, bytes);
        Ok(())
    }
}

/// Whether every system can hold a file or folder of this name, and it leads nowhere else.
pub(crate) fn is_plain(name: &str) -> bool {
    const DEVICES: &[&str] = &["con", "prn", "aux", "nul"];
    let stem = name.split('.').next().unwrap_or_default();
    !name.is_empty()
        && name.len() <= 255
        && !name.contains(|c: char| c.is_control() || r#"/\:*?"<>|"#.contains(c))
        && !name.ends_with([' ', '.'])
        && !DEVICES.iter().any(|device| device.eq_ignore_ascii_case(stem))
}

fn failed(path: &Path) -> impl FnOnce(std::io::Error) -> ReadError {
    let path = path.to_owned();
    move |source| ReadError::Io { path, source }
}

fn refused(path: &Path, reason: impl Into<String>) -> ReadError {
    ReadError::Refused { path: path.to_owned(), reason: reason.into() }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SMALL: Limits = Limits { entries: 4, file: 8, total: 12, depth: 1 };

    /// Makes the files and folders (`name/`) and says what reading them within small limits gives.
    fn check(names: &[(&str, &str)], wanted: Result<&[&str], &str>) {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in names {
            let path = folder.path().join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            match text.strip_prefix("-> ") {
                Some(target) => std::os::unix::fs::symlink(target, path).unwrap(),
                None => std::fs::write(path, text).unwrap(),
            }
        }
        match (Files::read_folder_within(folder.path(), SMALL), wanted) {
            (Ok(files), Ok(wanted)) => assert_eq!(files.iter().map(|(name, _)| name).collect::<Vec<_>>(), wanted),
            (Err(error), Err(wanted)) => assert!(error.to_string().contains(wanted), "{error}"),
            (read, wanted) => panic!("{read:?} instead of {wanted:?}"),
        }
    }

    #[test]
    fn names_are_relative_with_slashes_and_what_begins_with_a_dot_is_left_out() {
        check(&[("b.txt", "b"), ("a/c.txt", ""), (".git/config", "x")], Ok(&["a/c.txt", "b.txt"]));
    }

    #[test]
    fn what_no_package_may_hold_is_refused() {
        check(&[("link", "-> /etc/passwd")], Err("not a regular file"));
        check(&[("a.txt", ""), ("A.TXT", "")], Err("only in letter case"));
        check(&[("a:b", "")], Err("not every system"));
        check(&[("a/b/c", "")], Err("1 folders deep"));
        check(&[("a", "123456789")], Err("too large"));
        check(&[("a", "12345678"), ("b", "12345")], Err("too large"));
        check(&[("a", ""), ("b", ""), ("c", ""), ("d", ""), ("e", "")], Err("more than 4"));
    }

    #[test]
    fn the_digest_tells_names_and_bytes_apart() {
        let digest = |name: &str, text: &str| Files::from_iter([(name, text.as_bytes())]).digest();
        assert_eq!(digest("a", "x"), digest("a", "x"));
        assert_ne!(digest("a", "x"), digest("a", "y"));
        assert_ne!(digest("a", "x"), digest("b", "x"));
    }
}
