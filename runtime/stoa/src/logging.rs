//! Logs of the program itself: sentences on standard error for people, JSON lines in the data folder for programs. What runs say is in the store.

use std::{
    io::{self, IsTerminal, Write},
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use tracing_appender::{
    non_blocking::{ErrorCounter, NonBlockingBuilder, WorkerGuard},
    rolling::{RollingFileAppender, Rotation},
};
use tracing_subscriber::{EnvFilter, Layer, layer::SubscriberExt, util::SubscriberInitExt};

use crate::failure::{Exit, Failure};

/// What the log files need while the program runs. `main` holds it to the end: dropping it writes what is still queued.
pub(crate) struct Logs {
    _guard: Option<WorkerGuard>,
    pub(crate) losses: Losses,
}

/// Lines that never reached a file.
#[derive(Clone, Default)]
pub(crate) struct Losses {
    dropped: Option<ErrorCounter>,
    unwritten: Arc<AtomicUsize>,
}

impl Losses {
    /// Lines dropped because the queue was full, and lines the disk did not take.
    pub(crate) fn count(&self) -> usize {
        self.dropped.as_ref().map_or(0, ErrorCounter::dropped_lines) + self.unwritten.load(Ordering::Relaxed)
    }
}

/// Logs of a command: warnings on standard error.
pub(crate) fn of_command(level: Option<&str>) -> Result<Logs, Failure> {
    let people = people(level.unwrap_or("warn"))?;
    tracing_subscriber::registry().with(people).init();
    Ok(Logs { _guard: None, losses: Losses::default() })
}

/// Logs of a server: standard error at `level`, and JSON lines in `folder` at `file_level`, one file a day, the last `days` of them.
pub(crate) fn of_server(level: Option<&str>, folder: &Path, file_level: &str, days: usize) -> Result<Logs, Failure> {
    let failed = |error: &dyn std::fmt::Display| {
        Failure::new(Exit::Configuration, "log_folder", format!("failed to write logs to {}: {error}", folder.display()))
    };
    std::fs::create_dir_all(folder).map_err(|error| failed(&error))?;
    // The appender prunes by prefix, so the folder is its own.
    let daily = RollingFileAppender::builder().rotation(Rotation::DAILY).filename_prefix("server").filename_suffix("jsonl");
    let daily = daily.max_log_files(days).build(folder).map_err(|error| failed(&error))?;
    let unwritten = Arc::new(AtomicUsize::new(0));
    let counting = Counting { inner: daily, unwritten: Arc::clone(&unwritten) };
    let (writer, guard) = NonBlockingBuilder::default().lossy(true).thread_name("log-writer").finish(counting);
    let losses = Losses { dropped: Some(writer.error_counter()), unwritten };
    let files = tracing_subscriber::fmt::layer().json().with_writer(writer).with_filter(filter(level.unwrap_or(file_level))?);
    tracing_subscriber::registry().with(people(level.unwrap_or("info"))?).with(files).init();
    Ok(Logs { _guard: Some(guard), losses })
}

fn people<S>(level: &str) -> Result<impl Layer<S> + use<S>, Failure>
where
    S: tracing::Subscriber + for<'a> tracing_subscriber::registry::LookupSpan<'a>,
{
    let colours = io::stderr().is_terminal();
    Ok(tracing_subscriber::fmt::layer().with_writer(io::stderr).with_ansi(colours).with_target(false).with_filter(filter(level)?))
}

fn filter(level: &str) -> Result<EnvFilter, Failure> {
    // The scheduler reports each beat of the heart.
    let directives = format!("tokio_cron_scheduler=warn,{level}");
    EnvFilter::try_new(directives)
        .map_err(|error| Failure::new(Exit::Configuration, "log_level", format!("`{level}` is not a log level: {error}")))
}

/// A writer that counts what the disk did not take: a full disk is otherwise silent.
struct Counting<W> {
    inner: W,
    unwritten: Arc<AtomicUsize>,
}

impl<W: Write> Write for Counting<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.inner.write(bytes).inspect_err(|_| {
            self.unwritten.fetch_add(1, Ordering::Relaxed);
        })
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_disk_is_counted() {
        struct Full;
        impl Write for Full {
            fn write(&mut self, _bytes: &[u8]) -> io::Result<usize> {
                Err(io::Error::from(io::ErrorKind::StorageFull))
            }

            fn flush(&mut self) -> io::Result<()> {
                Ok(())
            }
        }
        let unwritten = Arc::new(AtomicUsize::new(0));
        let mut counting = Counting { inner: Full, unwritten: Arc::clone(&unwritten) };
        assert!(counting.write(b"line").is_err());
        assert_eq!(unwritten.load(Ordering::Relaxed), 1);
    }
}
