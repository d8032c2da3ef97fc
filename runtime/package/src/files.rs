//! The files of a package: names and bytes, from a folder or from memory, within limits.

use std::{collections::BTreeMap, path::Path, path::PathBuf, sync::Arc};

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
    #[expect(clippy::todo, reason = "the interface lands before its body")]
    pub fn read_folder_within(_folder: &Path, _limits: Limits) -> Result<Files, ReadError> {
        todo!()
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
