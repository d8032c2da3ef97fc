//! The programs of the installation: compiled once, kept by hash, and the current one of each service. After a restart a program comes back from the
//! files the store kept, never from what lies on an author's disk.

use std::{
    collections::HashMap,
    path::{Path, PathBuf},
    sync::{Arc, PoisonError, RwLock},
};

use actions::Registry;
use model::Problem;
use package::Files;
use store::Store;
use store::programs::FileRef;

use crate::{Manifest, Program, check, refusal};

/// Marks an installation's script among the files of a program; no package may have a file of such a name.
const SHARED: &str = "shared:";

/// Compiled programs. A clone is another handle to the same ones.
#[derive(Clone)]
pub struct Programs(Arc<Inner>);

struct Inner {
    store: Store,
    registry: Registry,
    /// Where scripts lie as read-only files, a folder for each program.
    folder: PathBuf,
    /// Guarded apart from `current`, because a run of an old program must not wait for an import.
    by_hash: RwLock<HashMap<String, Arc<Program>>>,
    /// Program of each service that new requests use.
    current: RwLock<HashMap<String, Arc<Program>>>,
}

impl Programs {
    /// Programs of `store` with the natives of `registry`; scripts go to `data_folder`/run/programs.
    pub fn new(store: Store, registry: Registry, data_folder: &Path) -> Self {
        // Hosts run with a working folder of their own, so the path must not depend on ours.
        let folder = std::path::absolute(data_folder).unwrap_or_else(|_| data_folder.to_owned()).join("run").join("programs");
        Programs(Arc::new(Inner { store, registry, folder, by_hash: RwLock::default(), current: RwLock::default() }))
    }

    /// The store they are kept in.
    pub fn store(&self) -> &Store {
        &self.0.store
    }

    /// The native actions.
    pub fn registry(&self) -> &Registry {
        &self.0.registry
    }

    /// Where scripts lie, a folder for each program.
    pub fn folder(&self) -> &Path {
        &self.0.folder
    }

    /// The program that new requests of a service use.
    ///
    /// # Errors
    /// `service_not_found` with the nearest name.
    pub async fn current(&self, service: &str) -> Result<Arc<Program>, Problem> {
        if let Some(program) = read(&self.0.current, service) {
            return Ok(program);
        }
        let version = store::services::current(self.store(), service).await.map_err(|error| refusal::store(&error))?;
        let Some(version) = version else {
            let known = store::services::list(self.store()).await.map_err(|error| refusal::store(&error))?;
            return Err(refusal::not_found("service", service, known.iter().map(|version| version.service.as_str())));
        };
        let program = self.get(&version.program_hash).await?;
        insert(&self.0.current, service, &program);
        Ok(program)
    }

    /// The program of a hash: a run keeps its own, whatever was imported since.
    ///
    /// # Errors
    /// `program_not_found` when the store does not have it, `program_unusable` when this server cannot compile it any more.
    pub async fn get(&self, hash: &str) -> Result<Arc<Program>, Problem> {
        if let Some(program) = read(&self.0.by_hash, hash) {
            return Ok(program);
        }
        let files = store::blobs::of_owner(self.store(), hash).await.map_err(|error| refusal::store(&error))?;
        if files.is_empty() {
            return Err(refusal::not_found("program", hash, []));
        }
        let (own, shared) = apart(files);
        let program = self.compile(hash, &own, &shared)?;
        self.keep(program, &own, &shared).await
    }

    fn compile(&self, hash: &str, own: &Files, shared: &Files) -> Result<Program, Problem> {
        let unusable = |detail: String| Problem::new("program_unusable", "The program cannot be used", 500, detail);
        let (_, program) = check(own, shared, &self.0.registry, &self.0.folder).map_err(|errors| {
            let first = errors.first().map(ToString::to_string).unwrap_or_default();
            unusable(format!("the program {hash} does not compile any more: {first}"))
                .advise("import the service again with the actions this server has")
        })?;
        if program.hash != hash {
            return Err(unusable(format!("the stored files of program {hash} make another program, {}", program.hash)));
        }
        Ok(program)
    }

    /// Lays the program's scripts out and keeps it for those who ask by its hash.
    pub(crate) async fn keep(&self, program: Program, own: &Files, shared: &Files) -> Result<Arc<Program>, Problem> {
        let folder = self.0.folder.join(&program.hash);
        let files = scripts(&program.manifest, own, shared);
        let laid = tokio::task::spawn_blocking(move || lay_out(&folder, &files)).await;
        laid.map_err(std::io::Error::other).flatten().map_err(|error| {
            tracing::error!(error = %error, hash = program.hash, "failed to lay out the scripts of a program");
            let detail = format!("the scripts of program {} could not be written below the data folder: {error}", program.hash);
            Problem::new("program_unusable", "The program cannot be used", 500, detail)
        })?;
        let program = Arc::new(program);
        insert(&self.0.by_hash, &program.hash.clone(), &program);
        Ok(program)
    }

    /// Makes `program` the one that new requests of its service use.
    pub(crate) fn set_current(&self, program: &Arc<Program>) {
        insert(&self.0.current, &program.service.name, program);
    }
}

/// The files of a program as the store keeps them.
pub(crate) fn file_refs(manifest: &Manifest) -> Vec<FileRef> {
    let own = manifest.files.iter().map(|(path, hash)| FileRef { path: path.clone(), hash: hash.clone() });
    let shared = manifest.shared.iter().map(|(path, hash)| FileRef { path: format!("{SHARED}{path}"), hash: hash.clone() });
    own.chain(shared).collect()
}

fn apart(files: Vec<(String, Vec<u8>)>) -> (Files, Files) {
    let (mut own, mut shared) = (Files::default(), Files::default());
    for (path, bytes) in files {
        match path.strip_prefix(SHARED) {
            Some(path) => shared.insert(path, bytes),
            None => own.insert(path, bytes),
        }
    }
    (own, shared)
}

/// Paths below the program's folder, and bytes, of everything that runs from there.
fn scripts(manifest: &Manifest, own: &Files, shared: &Files) -> Vec<(String, Arc<[u8]>)> {
    let is_script = |path: &&String| path.ends_with(".ps1");
    let own = manifest.files.keys().filter(is_script).filter_map(|path| Some((path.clone(), own.get(path)?.clone())));
    let shared = manifest.shared.keys().filter_map(|path| Some((format!("{}/{path}", package::SHARED_FOLDER), shared.get(path)?.clone())));
    own.chain(shared).collect()
}

/// Writes what is missing or was changed since; each file appears whole and read-only.
fn lay_out(folder: &Path, files: &[(String, Arc<[u8]>)]) -> std::io::Result<()> {
    for (path, bytes) in files {
        let target = folder.join(path);
        if std::fs::read(&target).is_ok_and(|found| *found == **bytes) {
            continue;
        }
        let parent = target.parent().unwrap_or(folder);
        std::fs::create_dir_all(parent)?;
        // Two servers never share a folder, but two tasks of one may lay out the same program.
        let draft = parent.join(format!(".{}", uuid::Uuid::now_v7()));
        std::fs::write(&draft, bytes)?;
        let mut permissions = std::fs::metadata(&draft)?.permissions();
        permissions.set_readonly(true);
        std::fs::set_permissions(&draft, permissions)?;
        std::fs::rename(&draft, &target)?;
    }
    Ok(())
}

fn read(map: &RwLock<HashMap<String, Arc<Program>>>, key: &str) -> Option<Arc<Program>> {
    map.read().unwrap_or_else(PoisonError::into_inner).get(key).cloned()
}

fn insert(map: &RwLock<HashMap<String, Arc<Program>>>, key: &str, program: &Arc<Program>) {
    map.write().unwrap_or_else(PoisonError::into_inner).insert(key.to_owned(), Arc::clone(program));
}
