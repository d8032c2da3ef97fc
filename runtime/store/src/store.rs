//! The handle of the store: opening, writing, reading.

use std::{
    path::Path,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering},
    },
    thread::JoinHandle,
};

use model::{Clock, Timestamp};
use rusqlite::Connection;
use tokio::sync::oneshot;

use crate::{
    Batch, Error, Written,
    lock::Lock,
    migrations,
    queue::{Job, Queue},
    readers::{self, Readers},
    writer::Writer,
};

/// What happens when the disk fails under a commit. It must not return for long: nothing may be acknowledged after it.
pub(crate) type Fatal = Arc<dyn Fn(&str) + Send + Sync>;

/// What the store needs from the world.
#[derive(Clone)]
pub struct Options {
    /// The time.
    pub clock: Clock,
    /// Called with the reason when the disk failed under a commit; ends the process.
    pub fatal: Arc<dyn Fn(&str) + Send + Sync>,
    /// How many queries run at a time.
    pub readers: usize,
}

impl Options {
    /// The options of a server: a failing disk aborts the process, four queries at a time.
    pub fn new(clock: Clock) -> Self {
        let fatal = |reason: &str| {
            tracing::error!(reason, "the store stops the server");
            // The log may not reach the disk any more.
            eprintln!("stoa: {reason}");
            std::process::abort();
        };
        Options { clock, fatal: Arc::new(fatal), readers: 4 }
    }
}

/// What the writer did so far.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Counters {
    /// Transactions committed.
    pub commits: u64,
    /// Batches that became durable in them.
    pub batches: u64,
}

#[derive(Default)]
pub(crate) struct Counts {
    commits: AtomicU64,
    batches: AtomicU64,
}

impl Counts {
    /// Counts one transaction with this many durable batches; nothing durable, nothing counted.
    pub(crate) fn add(&self, durable: usize) {
        if durable > 0 {
            self.commits.fetch_add(1, Ordering::Relaxed);
            self.batches.fetch_add(durable as u64, Ordering::Relaxed);
        }
    }
}

/// The store. A clone is another handle to the same one; the last one closes it.
#[derive(Clone)]
pub struct Store(Arc<Inner>);

struct Inner {
    queue: Arc<Queue>,
    readers: Readers,
    counts: Arc<Counts>,
    clock: Clock,
    writer: Mutex<Option<JoinHandle<()>>>,
    _lock: Lock,
}

impl Store {
    /// Opens the store of a data folder, or makes it; the folder is this process' alone until the last handle is gone.
    pub fn open(folder: &Path, clock: Clock) -> Result<Store, Error> {
        Store::open_with(folder, Options::new(clock))
    }

    /// Opens the store with other options than a server's.
    pub fn open_with(folder: &Path, options: Options) -> Result<Store, Error> {
        std::fs::create_dir_all(folder).map_err(|source| Error::file(folder, source))?;
        let lock = Lock::take(folder)?;
        let path = folder.join("stoa.db");
        let mut connection = Connection::open(&path).map_err(|source| Error::sql("open", source))?;
        make_durable(&connection)?;
        migrations::apply(&mut connection, (options.clock)())?;
        let (queue, counts) = (Arc::new(Queue::default()), Arc::new(Counts::default()));
        let writer = Writer { connection, queue: Arc::clone(&queue), counts: Arc::clone(&counts), fatal: options.fatal };
        let spawned = std::thread::Builder::new().name("store-writer".to_owned()).spawn(move || writer.run());
        let writer = Mutex::new(Some(spawned.map_err(|source| Error::file(folder, source))?));
        let readers = Readers::new(path, options.readers);
        Ok(Store(Arc::new(Inner { queue, readers, counts, clock: options.clock, writer, _lock: lock })))
    }

    /// Writes a batch, whole or not at all. When this answers, it is on stable storage.
    pub async fn write(&self, batch: impl Into<Batch>) -> Result<Written, Error> {
        let (reply, answer) = oneshot::channel();
        self.0.queue.push(Job { batch: batch.into(), reply }).map_err(|_| Error::Closed)?;
        answer.await.unwrap_or(Err(Error::Closed))
    }

    /// What the writer did since the store was opened.
    pub fn counters(&self) -> Counters {
        let count = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        Counters { commits: count(&self.0.counts.commits), batches: count(&self.0.counts.batches) }
    }

    /// The time, by the clock the store was opened with.
    pub fn now(&self) -> Timestamp {
        (self.0.clock)()
    }

    /// Runs a query on a read-only connection, on a thread that may block.
    pub(crate) async fn read<T, F>(&self, label: &'static str, query: F) -> Result<T, Error>
    where
        T: Send + 'static,
        F: FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    {
        self.0.readers.read(label, query).await
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        self.queue.close();
        let writer = self.writer.get_mut().ok().and_then(Option::take);
        // The lock on the folder must outlive the writer, else the next server could start beside it.
        if writer.is_some_and(|writer| writer.join().is_err()) {
            tracing::error!("the store's writer panicked");
        }
    }
}

/// Sets what acknowledged writes rest on, and believes only what reads back.
fn make_durable(connection: &Connection) -> Result<(), Error> {
    for (pragma, wanted, set, read) in [
        ("journal_mode", "wal", "PRAGMA journal_mode = WAL", "PRAGMA journal_mode"),
        ("synchronous", "2", "PRAGMA synchronous = FULL", "PRAGMA synchronous"),
    ] {
        readers::set(connection, set)?;
        require(connection, pragma, wanted, read)?;
    }
    readers::keep_plans(connection)?;
    // The writer checkpoints by itself; see there. Savepoints stay in memory.
    readers::set(connection, "PRAGMA wal_autocheckpoint = 0")?;
    readers::set(connection, "PRAGMA temp_store = MEMORY")?;
    readers::set(connection, "PRAGMA busy_timeout = 10000")
}

fn require(connection: &Connection, pragma: &'static str, wanted: &'static str, read: &str) -> Result<(), Error> {
    let found = connection
        .query_row(read, [], |row| {
            Ok(match row.get_ref(0)? {
                rusqlite::types::ValueRef::Integer(number) => number.to_string(),
                other => other.as_str()?.to_owned(),
            })
        })
        .map_err(|source| Error::sql(pragma, source))?;
    if found.eq_ignore_ascii_case(wanted) { Ok(()) } else { Err(Error::NotDurable { pragma, wanted, found }) }
}
