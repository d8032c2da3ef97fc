//! The children that render.

use std::ffi::OsString;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use crate::{Error, Job};

/// How children are started and limited.
#[derive(Clone, Debug)]
pub struct Config {
    /// The program that calls [`crate::worker_main`].
    pub program: PathBuf,
    /// Its arguments.
    pub arguments: Vec<OsString>,
    /// Most children at a time.
    pub workers: usize,
    /// Jobs after which a child is replaced.
    pub jobs: u32,
    /// Longest time for one job by the wall clock, the net below the child's own limit of processor time.
    pub patience: Duration,
}

impl Config {
    /// Children `program render-worker`, two at a time, with the limits of the product.
    pub fn new(program: impl Into<PathBuf>) -> Self {
        Config {
            program: program.into(),
            arguments: vec!["render-worker".into()],
            workers: 2,
            jobs: 500,
            patience: Duration::from_secs(10),
        }
    }
}

/// The children that render. Cheap to clone; none is started before the first job.
#[derive(Clone)]
pub struct Pool(Arc<Inner>);

struct Inner {
    config: Config,
}

impl Pool {
    /// A pool without children yet.
    pub fn new(config: Config) -> Self {
        Pool(Arc::new(Inner { config }))
    }

    /// Renders one template in a child.
    #[expect(clippy::todo, reason = "the interface comes first")]
    pub async fn render(&self, _job: Job) -> Result<String, Error> {
        let _ = &self.0.config;
        todo!()
    }
}
