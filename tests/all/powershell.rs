//! Real scripts in real hosts: values, streams, ends, time-outs, separation.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    sync::{Arc, Mutex},
    time::Duration,
};

use libtest_mimic::{Failed, Trial};
use model::{Failure, Object, Value};
use powershell::{Ask, Binding, Call, Config, End, Ended, Handle, Progress, Record, Service};
use tokio::sync::watch;

use crate::peers::test_with_pwsh;

#[path = "powershell/backup.rs"]
mod backup;
#[path = "powershell/ends.rs"]
mod ends;
#[path = "powershell/hosts.rs"]
mod hosts;
#[path = "powershell/session.rs"]
mod session;
#[path = "powershell/values.rs"]
mod values;

pub fn trials() -> Vec<Trial> {
    [backup::trials(), ends::trials(), hosts::trials(), session::trials(), values::trials()].into_iter().flatten().collect()
}

/// A test that has a service of its own.
fn test(name: &str, run: impl AsyncFnOnce(Shell) -> Result<(), Failed> + Send + 'static) -> Trial {
    test_limited(name, |_| {}, run)
}

/// A test whose service has other limits than usual.
fn test_limited(
    name: &str,
    limit: impl FnOnce(&mut Config) + Send + 'static,
    run: impl AsyncFnOnce(Shell) -> Result<(), Failed> + Send + 'static,
) -> Trial {
    test_with_pwsh(&format!("powershell::{name}"), move |program| {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let folder = tempfile::tempdir()?;
        // No blank hosts unless a test is about them: most need one host only.
        let mut config = Config { blank: 0, ..Config::new(program.to_owned(), folder.path().join("hosts")) };
        limit(&mut config);
        runtime.block_on(async {
            let (service, handle) = Service::new(config);
            let (down, shutdown) = watch::channel(false);
            let serving = tokio::spawn(service.run(shutdown));
            let scripts = folder.path().join("scripts");
            fs::create_dir(&scripts)?;
            let outcome = run(Shell { handle, scripts, down: down.clone() }).await;
            down.send_replace(true);
            serving.await?;
            outcome
        })
    })
}

/// Runs scripts and keeps what they say.
struct Shell {
    handle: Handle,
    scripts: PathBuf,
    down: watch::Sender<bool>,
}

/// What came of a script.
#[derive(Debug)]
struct Ran {
    end: End,
    records: Vec<Record>,
    progress: Vec<Progress>,
}

/// One script and what it is given.
struct Given {
    path: PathBuf,
    customer: String,
    parameters: Object,
    variables: Object,
    timeout: Duration,
    what_if: bool,
    /// Told of each record as it comes.
    heard: Arc<dyn Fn(&Record) + Send + Sync>,
    answers: BTreeMap<String, Result<Value, Failure>>,
    stop: watch::Receiver<bool>,
}

impl Shell {
    /// A script with this text, of one customer, given nothing.
    fn script(&self, text: &str) -> Given {
        let path = self.scripts.join(format!("script-{:x}.ps1", text.len() ^ (text.as_ptr() as usize)));
        fs::write(&path, text).expect("the scripts folder can be written");
        self.file(&path)
    }

    fn file(&self, path: &Path) -> Given {
        Given {
            path: path.to_owned(),
            customer: "contoso".into(),
            parameters: Object::new(),
            variables: Object::new(),
            timeout: Duration::from_secs(60),
            what_if: false,
            heard: Arc::new(|_| {}),
            answers: BTreeMap::new(),
            stop: self.down.subscribe(),
        }
    }

    async fn run(&self, given: Given) -> Ran {
        let records = Arc::new(Mutex::new(Vec::new()));
        let progress = Arc::new(Mutex::new(Vec::new()));
        let (log, shown) = (records.clone(), progress.clone());
        let Given { heard, answers, .. } = given;
        let call = Call {
            binding: Binding { owner: "backup".into(), customer: given.customer },
            script: given.path,
            parameters: given.parameters,
            variables: given.variables,
            timeout: given.timeout,
            what_if: given.what_if,
            log: Arc::new(move |record| {
                heard(&record);
                log.lock().expect("nobody panics").push(record);
            }),
            progress: Some(Arc::new(move |record| shown.lock().expect("nobody panics").push(record))),
            ask: Arc::new(move |Ask { op, args }| {
                let key =
                    args.iter().map(|(_, value)| value.as_text().unwrap_or("?").to_owned()).fold(op, |op, word| format!("{op} {word}"));
                let answer = answers.get(&key).cloned().unwrap_or_else(|| Err(Failure::new("unexpected", key)));
                Box::pin(async move { answer })
            }),
            stop: given.stop,
        };
        let end = self.handle.run(call).await;
        let take = |list: &Mutex<Vec<Record>>| std::mem::take(&mut *list.lock().expect("nobody panics"));
        Ran { end, records: take(&records), progress: std::mem::take(&mut *progress.lock().expect("nobody panics")) }
    }

    /// Runs a script's text and gives its output, which must be one object or text.
    async fn output(&self, given: Given) -> Result<Value, Failed> {
        let ran = self.run(given).await;
        match (&ran.end.outcome, ran.end.output.as_slice()) {
            (Ended::Done, [output]) => Ok(output.clone()),
            _ => Err(format!("one output was expected: {ran:#?}").into()),
        }
    }
}

impl Ran {
    /// `done`, `not_done CODE` or `unclear CODE`.
    fn outcome(&self) -> String {
        match &self.end.outcome {
            Ended::Done => "done".into(),
            Ended::NotDone(failure) => format!("not_done {}", failure.code),
            Ended::Unclear(failure) => format!("unclear {}", failure.code),
        }
    }
}

fn expect<T: PartialEq + std::fmt::Debug>(what: &str, actual: T, expected: T) -> Result<(), Failed> {
    if actual == expected { Ok(()) } else { Err(format!("{what}\n  actual: {actual:?}\nexpected: {expected:?}").into()) }
}

fn object<const N: usize>(entries: [(&str, Value); N]) -> Object {
    entries.into_iter().collect()
}
