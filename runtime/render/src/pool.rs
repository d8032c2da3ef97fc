//! The children that render.

use std::ffi::OsString;
use std::io;
use std::os::unix::process::ExitStatusExt;
use std::path::PathBuf;
use std::process::{ExitStatus, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use rustix::process::Signal;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};
use tokio::sync::Semaphore;

use crate::frame::{Answer, frame, length};
use crate::{Error, Job};

const TOO_SLOW: &str = "template_too_slow";

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
    /// Longest time for one job by the wall clock: the net below the child's own limit of a second of processor time.
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

/// The children that render. Cheap to clone; none is started before the first job, and all end with the last clone.
#[derive(Clone)]
pub struct Pool(Arc<Inner>);

struct Inner {
    config: Config,
    /// One place for each child that may be at work.
    places: Semaphore,
    /// Children that wait for work; never more than there are places.
    idle: Mutex<Vec<Worker>>,
}

/// How a job ended in a child.
enum Ended {
    Answered(Answer),
    /// The child is of no more use.
    Broken(Error),
}

impl Pool {
    /// A pool without children yet.
    pub fn new(config: Config) -> Self {
        let places = Semaphore::new(config.workers.max(1));
        Pool(Arc::new(Inner { config, places, idle: Mutex::new(Vec::new()) }))
    }

    /// Renders one template in a child.
    pub async fn render(&self, job: Job) -> Result<String, Error> {
        let frame = frame(&job)?;
        let _place = self.0.places.acquire().await.expect("the places are never closed");
        let waiting = self.0.idle().pop();
        if let Some(worker) = waiting {
            match self.0.work(worker, &frame).await {
                Ended::Answered(answer) => return answer.into(),
                Ended::Broken(error) if error.code == TOO_SLOW => return Err(error),
                // It may have been killed while it waited, which is not this job's fault: what a fresh child says counts.
                Ended::Broken(_) => (),
            }
        }
        match self.0.work(self.0.start()?, &frame).await {
            Ended::Answered(answer) => answer.into(),
            Ended::Broken(error) => Err(error),
        }
    }
}

impl Pool {
    /// Process ids of the children that wait for work, for `doctor` and for tests.
    pub fn idle_processes(&self) -> Vec<u32> {
        self.0.idle().iter().filter_map(|worker| worker.child.id()).collect()
    }
}

impl From<Answer> for Result<String, Error> {
    fn from(answer: Answer) -> Self {
        match answer {
            Answer::Made(text) => Ok(text),
            Answer::Failed(error) => Err(error),
        }
    }
}

impl Inner {
    fn idle(&self) -> std::sync::MutexGuard<'_, Vec<Worker>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn start(&self) -> Result<Worker, Error> {
        Worker::start(&self.config).map_err(|error| {
            let program = self.config.program.display();
            tracing::error!(%program, %error, "cannot start a process to render templates");
            Error::new("render_unavailable", format!("no process to render templates could be started from `{program}`: {error}"))
        })
    }

    /// Gives a child a job, and keeps the child if it may have another. A job that is dropped takes its child with it.
    async fn work(&self, mut worker: Worker, frame: &[u8]) -> Ended {
        match tokio::time::timeout(self.config.patience, worker.answer(frame)).await {
            Ok(Ok(answer)) => {
                worker.jobs += 1;
                if worker.jobs < self.config.jobs {
                    self.idle().push(worker);
                }
                Ended::Answered(answer)
            }
            Ok(Err(_)) => Ended::Broken(worker.why_it_ended().await),
            Err(_) => Ended::Broken(too_slow()),
        }
    }
}

/// One child.
struct Worker {
    child: Child,
    input: ChildStdin,
    output: ChildStdout,
    jobs: u32,
}

impl Worker {
    fn start(config: &Config) -> io::Result<Self> {
        let mut child = Command::new(&config.program)
            .args(&config.arguments)
            .env_clear()
            .current_dir("/")
            // What is typed at the server's terminal is not for its children.
            .process_group(0)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()?;
        let (input, output) = (child.stdin.take(), child.stdout.take());
        Ok(Worker { input: input.expect("standard input is piped"), output: output.expect("standard output is piped"), child, jobs: 0 })
    }

    async fn answer(&mut self, frame: &[u8]) -> io::Result<Answer> {
        self.input.write_all(frame).await?;
        let mut head = [0; 4];
        self.output.read_exact(&mut head).await?;
        let mut bytes = vec![0; length(head)?];
        self.output.read_exact(&mut bytes).await?;
        serde_json::from_slice(&bytes).map_err(io::Error::other)
    }

    /// A child breaks off only when it ends; if it did not, it is ended.
    async fn why_it_ended(mut self) -> Error {
        let _ = self.child.start_kill();
        let status = self.child.wait().await.ok();
        tracing::warn!(status = status.map(|status| status.to_string()), "a process that renders templates ended in the middle of a job");
        match status.as_ref().and_then(ExitStatus::signal) {
            Some(signal) if signal == Signal::XCPU.as_raw() => too_slow(),
            _ => Error::new("template_crashed", "the template needed more memory or went deeper than it may, and its process ended"),
        }
    }
}

fn too_slow() -> Error {
    Error::new(TOO_SLOW, "the template needed more than its second of processor time")
}
