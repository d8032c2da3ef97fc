//! What the steps of a run say, until it is on record. Nothing is written when nothing was said.

use std::sync::{
    Arc, Mutex, MutexGuard, PoisonError,
    atomic::{AtomicU32, Ordering},
};

use model::{Clock, LogLevel, LogRecord, Object};

/// The records that are not written yet.
pub(crate) struct LogBuffer {
    clock: Clock,
    step: AtomicU32,
    records: Mutex<Vec<LogRecord>>,
}

impl LogBuffer {
    /// An empty buffer.
    pub(crate) fn new(clock: Clock) -> Arc<Self> {
        Arc::new(LogBuffer { clock, step: AtomicU32::new(0), records: Mutex::new(Vec::new()) })
    }

    /// Whose records follow.
    pub(crate) fn of_step(&self, seq: u32) {
        self.step.store(seq, Ordering::Relaxed);
    }

    /// Takes one record of a native, or of the engine itself.
    pub(crate) fn say(&self, level: LogLevel, code: Option<&str>, message: String) {
        self.add(LogRecord { code: code.map(str::to_owned), ..self.record(level, message) });
    }

    /// Takes one record of a script.
    pub(crate) fn take(&self, said: powershell::Record) {
        let record = self.record(said.level, said.message);
        self.add(LogRecord { code: said.code, data: said.data, source: said.source, ..record });
    }

    /// All that was said since the last time.
    pub(crate) fn drain(&self) -> Vec<LogRecord> {
        std::mem::take(&mut *self.lock())
    }

    fn record(&self, level: LogLevel, message: String) -> LogRecord {
        let step = self.step.load(Ordering::Relaxed);
        LogRecord { at: (self.clock)(), step, level, code: None, message, data: Object::new(), source: None }
    }

    fn add(&self, record: LogRecord) {
        self.lock().push(record);
    }

    fn lock(&self) -> MutexGuard<'_, Vec<LogRecord>> {
        self.records.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
