//! The data folder: where things are in it, and the note a running server leaves there.

use std::{
    fs, io,
    net::SocketAddr,
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use uuid::Uuid;

/// A data folder, by its absolute path.
#[derive(Clone, Debug)]
pub(crate) struct Data {
    pub(crate) root: PathBuf,
}

/// `run/server.json`: how to reach the server of this folder.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Running {
    pub(crate) pid: u32,
    pub(crate) boot: Uuid,
    pub(crate) socket: Option<PathBuf>,
    pub(crate) http: Option<SocketAddr>,
    pub(crate) version: String,
}

impl Data {
    /// The folder at `path`; it need not be there.
    pub(crate) fn at(path: &Path) -> Self {
        let root = fs::canonicalize(path).or_else(|_| std::path::absolute(path)).unwrap_or_else(|_| path.to_owned());
        Data { root }
    }

    /// Whether `init` was here.
    pub(crate) fn is_there(&self) -> bool {
        self.root.join("stoa.db").exists()
    }

    /// Makes the folder for this user alone.
    pub(crate) fn make(&self) -> io::Result<()> {
        api::private_folder(&self.root)
    }

    /// Where the server's own log files are.
    pub(crate) fn logs(&self) -> PathBuf {
        self.root.join("logs").join("server")
    }

    /// Where PowerShell hosts have what they need.
    pub(crate) fn hosts(&self) -> PathBuf {
        self.root.join("run").join("hosts")
    }

    /// Where the server of this folder listens unless the configuration says otherwise. A socket's path may have about 100 bytes, so it cannot
    /// lie in the folder itself.
    pub(crate) fn socket(&self) -> PathBuf {
        let digest = hex::encode(Sha256::digest(self.root.as_os_str().as_encoded_bytes()));
        api::usual_socket(&format!("{}.sock", &digest[..8]))
    }

    /// What the server of this folder left, if one runs or was killed.
    pub(crate) fn running(&self) -> Option<Running> {
        serde_json::from_slice(&fs::read(self.note()).ok()?).ok()
    }

    /// Leaves the note, whole or not at all; it goes when the answer is dropped.
    pub(crate) fn leave_note(&self, running: &Running) -> io::Result<Note> {
        let (path, draft) = (self.note(), self.root.join("run").join("server.json.new"));
        fs::create_dir_all(self.root.join("run"))?;
        fs::write(&draft, serde_json::to_vec_pretty(running).map_err(io::Error::other)?)?;
        fs::rename(&draft, &path)?;
        Ok(Note(path))
    }

    fn note(&self) -> PathBuf {
        self.root.join("run").join("server.json")
    }
}

/// The note of a running server; dropping it takes it away.
pub(crate) struct Note(PathBuf);

impl Drop for Note {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}
