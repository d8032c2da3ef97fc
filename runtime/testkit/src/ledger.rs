//! What the natives of a test did to the world, in order, and what they are told to do next. It outlives every crash of the engine.

use std::{
    collections::{BTreeSet, HashMap, HashSet, VecDeque},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use tokio::sync::watch;

/// What one call of a native does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Play {
    /// It does what it is for.
    Done,
    /// It does it and forgets an output.
    OutputMissing,
    /// It proves that nothing happened.
    NotDone,
    /// It ends unclear, and nothing had happened.
    Unclear,
    /// It ends unclear, and it had happened.
    UnclearButDone,
    /// It stands still before it does anything, until it is let go on.
    StopBefore,
    /// It does it and stands still before it says so, until it is let go on.
    StopAfter,
    /// It panics.
    Panic,
}

/// The ledger. A clone is the same one.
#[derive(Clone)]
pub struct Ledger(Arc<Inner>);

struct Inner {
    state: Mutex<State>,
    changed: watch::Sender<()>,
}

#[derive(Default)]
struct State {
    /// By `run a`, `undo a`, `verify a`.
    plays: HashMap<String, VecDeque<Play>>,
    calls: Vec<String>,
    tokens: Vec<(String, String)>,
    world: BTreeSet<String>,
    effects: HashMap<String, u32>,
    let_go: HashSet<String>,
}

impl Ledger {
    /// An empty ledger: every native does what it is for.
    #[expect(clippy::new_without_default, reason = "two ledgers are never the same, and a default would look so")]
    pub fn new() -> Self {
        Ledger(Arc::new(Inner { state: Mutex::default(), changed: watch::Sender::new(()) }))
    }

    /// What the next calls do, in order; `call` is `run a`, `undo a` or `verify a`. Later ones do what they are for.
    pub fn plan(&self, call: &str, plays: impl IntoIterator<Item = Play>) {
        self.lock().plays.entry(call.to_owned()).or_default().extend(plays);
    }

    /// Every call so far: `run a`, `verify a`, `undo a`.
    pub fn calls(&self) -> Vec<String> {
        self.lock().calls.clone()
    }

    /// How often `key` was made in the world.
    pub fn effects(&self, key: &str) -> u32 {
        self.lock().effects.get(key).copied().unwrap_or(0)
    }

    /// What is in the world now.
    pub fn world(&self) -> Vec<String> {
        self.lock().world.iter().cloned().collect()
    }

    /// The idempotency tokens that a call had, one an attempt.
    pub fn tokens(&self, call: &str) -> Vec<String> {
        self.lock().tokens.iter().filter(|(known, _)| known == call).map(|(_, token)| token.clone()).collect()
    }

    /// Waits until `call` was made `times` times in all.
    pub async fn reached(&self, call: &str, times: usize) {
        self.until(|state| state.calls.iter().filter(|known| *known == call).count() >= times).await;
    }

    /// Lets a call that stands still go on.
    pub fn let_go(&self, call: &str) {
        self.lock().let_go.insert(call.to_owned());
        self.0.changed.send_replace(());
    }

    /// Notes a call and answers what it is to do.
    pub(crate) fn called(&self, call: &str, token: &str) -> Play {
        let play = {
            let mut state = self.lock();
            state.calls.push(call.to_owned());
            state.tokens.push((call.to_owned(), token.to_owned()));
            state.plays.get_mut(call).and_then(VecDeque::pop_front).unwrap_or(Play::Done)
        };
        self.0.changed.send_replace(());
        play
    }

    /// Waits until the call is let go on.
    pub(crate) async fn stand_still(&self, call: &str) {
        self.until(|state| state.let_go.contains(call)).await;
        self.lock().let_go.remove(call);
    }

    pub(crate) fn make(&self, key: &str) {
        let mut state = self.lock();
        state.world.insert(key.to_owned());
        *state.effects.entry(key.to_owned()).or_default() += 1;
    }

    pub(crate) fn unmake(&self, key: &str) {
        self.lock().world.remove(key);
    }

    pub(crate) fn is_made(&self, key: &str) -> bool {
        self.lock().world.contains(key)
    }

    async fn until(&self, holds: impl Fn(&State) -> bool) {
        let mut changed = self.0.changed.subscribe();
        while !holds(&self.lock()) {
            changed.changed().await.expect("the ledger holds the sender");
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
