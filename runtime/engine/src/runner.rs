//! A run while a worker has it in hand: what is known about it, and the one function that puts its progress on record.

use std::{sync::Arc, time::Duration};

use futures::FutureExt;
use model::{Failure, LogRecord, Run, RunState, Step, StepState, Timestamp};
use store::{Batch, Statement, runs};

use crate::{Program, Rule, Scope, Snapshot, active::Control, engine::Engine, journal::Journal, log::LogBuffer};

/// A run in hand.
pub(crate) struct Runner {
    pub(crate) engine: Arc<Engine>,
    /// As its last record left it.
    pub(crate) run: Run,
    pub(crate) program: Arc<Program>,
    pub(crate) snapshot: Arc<Snapshot>,
    pub(crate) scope: Scope,
    pub(crate) journal: Journal,
    pub(crate) control: Arc<Control>,
    pub(crate) log: Arc<LogBuffer>,
    /// Decided and not on record yet: they go with the next record.
    pub(crate) pending: Vec<Step>,
    /// Whether it is on record that this worker has it. The claim is part of the first record: nobody else can claim it meanwhile, because
    /// one server has the store and `Active` hands a run to one worker.
    pub(crate) claimed: bool,
    /// A server that is gone had it: what the next rule does may have been going on.
    pub(crate) in_flight: bool,
    /// How many are billed, found before the first step.
    pub(crate) quantity: String,
    /// What the world gives to every native of this run.
    pub(crate) context: actions::Context,
}

/// What a worker must know of a run besides its row.
pub(crate) struct Known {
    pub(crate) program: Arc<Program>,
    pub(crate) snapshot: Arc<Snapshot>,
    /// Its records so far, in order.
    pub(crate) records: Vec<Step>,
    /// A server that is gone had it.
    pub(crate) in_flight: bool,
}

/// Why a worker stopped before the run came to rest.
#[derive(Debug)]
pub(crate) enum Stopped {
    /// Somebody else has the run now, or changed it: what this worker knows counts no more.
    Lost(store::Error),
    /// The server shuts down; the next one goes on from the last record.
    Shutdown,
    /// The engine itself broke off: a mistake of ours.
    Broken,
    /// The store does not take the record.
    Store(store::Error),
}

/// What a record does to the state of its run.
#[derive(Clone, Debug)]
pub(crate) enum Turn {
    /// Nothing.
    Stay,
    /// Another state; the worker keeps it.
    Keep(RunState, String),
    /// Another state, and nobody has it any more.
    Leave(RunState, String),
    /// It ends.
    End(RunState, Option<String>),
}

/// How often a record is offered to a store that fails.
const TRIES: u32 = 5;

impl Engine {
    /// A run in hand, with what its records say so far.
    pub(crate) fn runner(self: &Arc<Self>, run: Run, known: Known, control: &Arc<Control>) -> Runner {
        let Known { program, snapshot, records, in_flight } = known;
        let log = LogBuffer::new(Arc::clone(&self.clock));
        let rules = program.process(run.verb, snapshot.subject()).map_or(0, |process| process.rules.len());
        let mut scope = Scope::new(&snapshot);
        scope.set_now(run.recorded_at);
        let journal = Journal::new(rules, records);
        for step in journal.steps().filter(|step| step.state == StepState::Succeeded) {
            scope.add_step(&step.rule, &step.outputs);
        }
        Runner {
            engine: Arc::clone(self),
            context: self.context(&run, &program, &log),
            // What was taken over is this worker's already.
            claimed: run.owner == Some(self.worker),
            pending: Vec::new(),
            quantity: "1".to_owned(),
            control: Arc::clone(control),
            run,
            program,
            snapshot,
            scope,
            journal,
            log,
            in_flight,
        }
    }

    fn context(&self, run: &Run, program: &Arc<Program>, log: &Arc<LogBuffer>) -> actions::Context {
        let log = Arc::clone(log);
        let (renderer, program) = (self.renderer.clone(), Arc::clone(program));
        actions::Context {
            http: self.http.clone(),
            log: Arc::new(move |level, code, message| log.say(level, code, message)),
            render: Arc::new(move |ask| render(renderer.clone(), Arc::clone(&program), ask).boxed()),
            ..actions::Context::new(run.recorded_at, String::new())
        }
    }
}

/// Renders a template of the run's own package, of the version the run has.
async fn render(renderer: Option<render::Pool>, program: Arc<Program>, ask: actions::RenderAsk) -> Result<String, Failure> {
    let Some(renderer) = renderer else {
        return Err(Failure::new("renderer_unavailable", "templates cannot be rendered here"));
    };
    let Some(template) = program.templates.get(&ask.template) else {
        return Err(Failure::new("template_not_found", format!("the package has no template `{}`", ask.template)));
    };
    let content = render::Content::of_file(&ask.template);
    let job = render::Job::new(template.text.as_ref(), content, ask.data.to_wire());
    let rendered = renderer.render(job).await;
    rendered.map_err(|error| Failure::new("render_failed", format!("the template `{}` could not be rendered: {error}", ask.template)))
}

impl Runner {
    /// The time of what happens now; never before the last record.
    pub(crate) fn now(&self) -> Timestamp {
        (self.engine.clock)().max(self.run.recorded_at)
    }

    /// The rules of the run's process; none when nothing has to be done for its verb.
    pub(crate) fn rules<'a>(&self, program: &'a Program) -> &'a [Rule] {
        program.process(self.run.verb, self.snapshot.subject()).map_or(&[], |process| process.rules.as_slice())
    }

    /// Puts what is pending on record in one durable batch, with what it does to the run and what else becomes true with it.
    pub(crate) async fn record(&mut self, at: Timestamp, turn: Turn, extra: Vec<Statement>) -> Result<(), Stopped> {
        let said = self.log.drain();
        let mut failures = 0;
        loop {
            let batch = self.batch(at, &turn, &said, &extra);
            match self.engine.store.write(batch).await {
                Ok(_) => break,
                Err(error @ store::Error::Expectation { .. }) => return Err(Stopped::Lost(error)),
                Err(store::Error::Closed) => return Err(Stopped::Shutdown),
                // What was done is done: it is offered again, because without its record it would be done again.
                Err(error) if failures < TRIES => {
                    failures += 1;
                    tracing::error!(run = %self.run.id, error = %error, "a record was not taken");
                    tokio::time::sleep(Duration::from_millis(200) * failures).await;
                }
                Err(error) => return Err(Stopped::Store(error)),
            }
        }
        self.recorded(at, turn);
        Ok(())
    }

    /// Puts on record that this worker has the run, when its first step takes longer; and what was said meanwhile.
    pub(crate) async fn show_progress(&mut self) -> Result<(), Stopped> {
        let mut batch = Batch::new();
        if !self.claimed {
            batch.push(runs::claim(self.run.key, self.run.epoch, self.engine.worker, self.now()));
        }
        batch.extend(self.log.drain().iter().map(|record| store::log::append(self.run.key, record)));
        if batch.is_empty() {
            return Ok(());
        }
        match self.engine.store.write(batch).await {
            Ok(_) => {
                self.note_claim(self.now());
                Ok(())
            }
            Err(error @ store::Error::Expectation { .. }) => Err(Stopped::Lost(error)),
            Err(store::Error::Closed) => Err(Stopped::Shutdown),
            Err(error) => Err(Stopped::Store(error)),
        }
    }

    fn batch(&self, at: Timestamp, turn: &Turn, said: &[LogRecord], extra: &[Statement]) -> Batch {
        let key = self.run.key;
        let mut statements = Vec::with_capacity(3 + self.pending.len() + said.len() + extra.len());
        if !self.claimed {
            statements.push(runs::claim(key, self.run.epoch, self.engine.worker, at));
        }
        let epoch = self.run.epoch + i64::from(!self.claimed);
        statements.extend(said.iter().map(|record| store::log::append(key, record)));
        statements.extend(self.pending.iter().map(|step| store::steps::append(key, step)));
        if !self.pending.is_empty() {
            statements.push(runs::advance(key, epoch, i64::try_from(self.pending.len()).unwrap_or(i64::MAX), at));
        }
        let change = |to: RunState, reason: Option<String>| runs::Change { key, epoch, from: self.state_in_hand(), to, reason, at };
        match turn {
            Turn::Stay => {}
            Turn::Keep(to, reason) => statements.push(runs::set_state(&change(*to, Some(reason.clone())))),
            Turn::Leave(to, reason) => statements.push(runs::release(&change(*to, Some(reason.clone())))),
            Turn::End(to, reason) => statements.push(runs::finish(&change(*to, reason.clone()))),
        }
        statements.extend_from_slice(extra);
        Batch { statements }
    }

    /// The state on record once the claim is.
    pub(crate) fn state_in_hand(&self) -> RunState {
        if !self.claimed && self.run.state == RunState::Queued { RunState::Running } else { self.run.state }
    }

    fn note_claim(&mut self, at: Timestamp) {
        if !self.claimed {
            self.run.state = self.state_in_hand();
            self.claimed = true;
            self.run.epoch += 1;
            self.run.owner = Some(self.engine.worker);
            self.run.started_at.get_or_insert(at);
            self.engine.watchers.tell(&self.run);
        }
    }

    fn recorded(&mut self, at: Timestamp, turn: Turn) {
        self.note_claim(at);
        self.run.recorded_at = at;
        for step in self.pending.drain(..) {
            self.journal.note(step);
        }
        match turn {
            Turn::Stay => return,
            Turn::Keep(to, reason) => (self.run.state, self.run.reason) = (to, Some(reason)),
            Turn::Leave(to, reason) => {
                (self.run.state, self.run.reason, self.run.owner) = (to, Some(reason), None);
                self.run.epoch += 1;
            }
            Turn::End(to, reason) => {
                (self.run.state, self.run.reason, self.run.owner, self.run.ended_at) = (to, reason, None, Some(at));
            }
        }
        self.engine.watchers.tell(&self.run);
    }
}
