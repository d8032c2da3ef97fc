//! Drives one script in a host, from RUN to END or to the host's death.

use std::{path::Path, sync::Arc, time::Duration};

use futures::{FutureExt, StreamExt, future::BoxFuture, stream::FuturesUnordered};
use model::{Failure, LogLevel, Object, Value};
use tokio::{
    io::AsyncWriteExt,
    sync::watch,
    time::{Instant, sleep_until, timeout},
};

use crate::{
    Ask, Binding, Call, End, Ended, Progress, Record, clixml,
    frame::{self, Message, Outcome},
    host::Host,
};

/// How a run left its host.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fate {
    /// It can take the next run.
    Keep,
    /// It must be killed.
    Kill,
}

/// What a script waits for: the number of its ask, and the answer.
type Answering = FuturesUnordered<BoxFuture<'static, (u32, Result<Value, Failure>)>>;

/// Why a script is being stopped.
#[derive(Clone, Copy)]
enum Why {
    Timeout,
    Stop,
}

struct Drive<'a> {
    host: &'a mut Host,
    call: &'a Call,
    run: u32,
    output: Vec<Value>,
    results: Object,
    answering: Answering,
    stopping: Option<Why>,
}

/// Runs the call's script in the host.
pub(crate) async fn drive(host: &mut Host, call: &Call, grace: Duration) -> (End, Fate) {
    host.runs += 1;
    let run = host.runs;
    let mut drive = Drive { host, call, run, output: Vec::new(), results: Object::new(), answering: Answering::new(), stopping: None };
    let (outcome, fate) = drive.until_end(grace).await;
    (End { outcome, output: drive.output, results: drive.results }, fate)
}

/// The failure of a script that the server's own end refused before anything was sent.
fn refused(code: &str, message: impl Into<String>) -> (Ended, Fate) {
    (Ended::NotDone(Failure::new(code, message)), Fate::Keep)
}

impl Drive<'_> {
    async fn until_end(&mut self, grace: Duration) -> (Ended, Fate) {
        let mut stop = self.call.stop.clone();
        if *stop.borrow_and_update() {
            return refused("stopped", "the script was stopped before it began");
        }
        let frame = match frame::run(self.run, &document(self.call)) {
            Ok(frame) => frame,
            Err(error) => return refused("values_too_large", format!("the script's values are too large: {error}")),
        };
        if !matches!(timeout(self.call.timeout, self.host.writer.write_all(&frame)).await, Ok(Ok(()))) {
            // The host died while idle. A frame that was not written whole is not read.
            return (Ended::NotDone(Failure::new("host_lost", "the PowerShell host ended before the script began")), Fate::Kill);
        }
        let mut until = Instant::now() + self.call.timeout;
        loop {
            tokio::select! {
                said = self.host.reader.next() => match said {
                    Ok(said) if said.run == self.run => {
                        if let Some(end) = self.take(said.message).await {
                            return end;
                        }
                    }
                    Ok(_) => {}
                    Err(error) => return (lost(&error), Fate::Kill),
                },
                Some((id, answer)) = self.answering.next(), if !self.answering.is_empty() => self.answer(id, answer).await,
                () = sleep_until(until) => match self.stopping {
                    Some(why) => return (stopped(why, self.call.timeout, true), Fate::Kill),
                    None => until = self.stop(Why::Timeout, grace).await,
                },
                () = raised(&mut stop), if self.stopping.is_none() => until = self.stop(Why::Stop, grace).await,
            }
        }
    }

    /// Takes one message; the end if it was that.
    async fn take(&mut self, message: Message) -> Option<(Ended, Fate)> {
        match message {
            Message::Output { document } => match clixml::read(&document) {
                Ok(value) => self.output.push(value),
                Err(error) => self.log(LogLevel::Warning, "output_unreadable", format!("an output could not be read: {error}")),
            },
            Message::Log { level, code, message, source, document } => {
                let data = if document.is_empty() { Object::new() } else { object(&document).unwrap_or_default() };
                let filled = |text: String| Some(text).filter(|text| !text.is_empty());
                (self.call.log)(Record { level, code: filled(code), message, data, source: filled(source) });
            }
            Message::Progress { activity, status, percent, completed } => {
                if let Some(sink) = &self.call.progress {
                    sink(Progress { activity, status, percent, completed });
                }
            }
            Message::Ask { id, op, document } => self.ask(id, op, &document).await,
            Message::End { outcome, code, message, action } => {
                let recommended_action = Some(action).filter(|action| !action.is_empty());
                return Some(self.end(outcome, Failure { code, message, recommended_action }));
            }
            Message::Ready { .. } => return Some((lost(&"the host said READY in a run"), Fate::Kill)),
        }
        None
    }

    /// A host that was told to stop is not used again: what its script left running is not known.
    fn end(&self, outcome: Outcome, failure: Failure) -> (Ended, Fate) {
        let fate = if self.stopping.is_some() { Fate::Kill } else { Fate::Keep };
        let ended = match (outcome, self.stopping) {
            (Outcome::Done, _) => Ended::Done,
            (Outcome::NotDone, _) => Ended::NotDone(failure),
            (Outcome::Unclear, Some(why)) if failure.code == "stopped" => stopped(why, self.call.timeout, false),
            (Outcome::Unclear, _) => Ended::Unclear(failure),
        };
        (ended, fate)
    }

    async fn ask(&mut self, id: u32, op: String, document: &str) {
        let args = match object(document) {
            Ok(args) => args,
            Err(error) => {
                let failure = Failure::new("ask_unreadable", format!("the question could not be read: {error}"));
                return self.answer(id, Err(failure)).await;
            }
        };
        if op == "result" {
            for (name, value) in args.iter() {
                self.results.insert(name, value.clone());
            }
            return self.answer(id, Ok(Value::Null)).await;
        }
        let answer = (self.call.ask)(Ask { op, args });
        self.answering.push(answer.map(move |answer| (id, answer)).boxed());
    }

    async fn answer(&mut self, id: u32, answer: Result<Value, Failure>) {
        if self.stopping.is_some() {
            // The host does not read while it stops a script.
            return;
        }
        let answer = answer.and_then(|value| {
            let frame = frame::answer(self.run, id, &clixml::write(&value));
            frame.map_err(|error| Failure::new("answer_too_large", error.to_string()))
        });
        let frame = answer.or_else(|failure| frame::refuse(self.run, id, &failure));
        if let Ok(frame) = frame {
            // A lost host is seen by the next read.
            let _ = self.host.writer.write_all(&frame).await;
        }
    }

    /// Tells the script to stop; the time until which it may take to do so.
    async fn stop(&mut self, why: Why, grace: Duration) -> Instant {
        self.stopping = Some(why);
        // A lost host is seen by the next read.
        let _ = self.host.writer.write_all(&frame::stop(self.run)).await;
        Instant::now() + grace
    }

    fn log(&self, level: LogLevel, code: &str, message: String) {
        (self.call.log)(Record { level, code: Some(code.to_owned()), message, data: Object::new(), source: None });
    }
}

/// Waits until somebody wants the script stopped; for ever if nobody can any more.
pub(crate) async fn raised(stop: &mut watch::Receiver<bool>) {
    if stop.wait_for(|stop| *stop).await.is_err() {
        std::future::pending::<()>().await;
    }
}

fn lost(error: &dyn std::fmt::Display) -> Ended {
    Ended::Unclear(Failure::new("host_lost", format!("the PowerShell host was lost: {error}")))
}

fn stopped(why: Why, limit: Duration, killed: bool) -> Ended {
    let how = if killed { "; it did not stop when told to and was killed" } else { "" };
    Ended::Unclear(match why {
        Why::Timeout => Failure::new("timeout", format!("the script did not end within {} seconds{how}", limit.as_secs_f64())),
        Why::Stop => Failure::new("stopped", format!("the script was stopped{how}")),
    })
}

fn document(call: &Call) -> String {
    let entries = [
        ("Script", Value::text(call.script.display().to_string())),
        ("Parameters", Value::Object(call.parameters.clone())),
        ("Variables", Value::Object(call.variables.clone())),
        ("WhatIf", Value::Bool(call.what_if)),
    ];
    clixml::write(&Value::Object(entries.into_iter().collect()))
}

fn object(document: &str) -> Result<Object, clixml::Error> {
    Ok(match clixml::read(document)? {
        Value::Object(object) => object,
        Value::Null => Object::new(),
        other => [("value", other)].into_iter().collect(),
    })
}

/// Runs the warming script in a host that nobody uses yet: what the engine compiles on first use is compiled then.
pub(crate) async fn warm(host: &mut Host, script: &Path) -> Fate {
    let sample: Object = [("Name", Value::text("x")), ("At", Value::List(vec![Value::Int(1)]))].into_iter().collect();
    let (_keep, stop) = watch::channel(false);
    let call = Call {
        binding: Binding { owner: String::new(), customer: String::new() },
        script: script.to_owned(),
        parameters: [("Name", Value::text("x"))].into_iter().collect(),
        variables: [("Stoa", Value::Object(sample))].into_iter().collect(),
        timeout: Duration::from_secs(30),
        what_if: false,
        log: Arc::new(|_| {}),
        progress: None,
        ask: Arc::new(|_| futures::future::ready(Ok(Value::Null)).boxed()),
        stop,
    };
    let (end, fate) = drive(host, &call, Duration::from_secs(1)).await;
    if fate == Fate::Keep && end.outcome == Ended::Done {
        return Fate::Keep;
    }
    tracing::warn!(outcome = ?end.outcome, "a new PowerShell host cannot run a script");
    Fate::Kill
}
