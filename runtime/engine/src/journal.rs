//! What a run's records say so far: the latest of each rule, how often it was tried, what is to be taken back.

use model::{Effect, Happened, Object, RecordedUndo, Step, StepState};

/// The records of one run, folded.
pub(crate) struct Journal {
    /// By the rule's number, from 1.
    entries: Vec<Entry>,
}

#[derive(Default)]
struct Entry {
    latest: Option<Step>,
    /// Attempts before a person last said "again": the policy counts from there.
    before: u32,
}

/// What an undo has to do with one step.
#[derive(Debug, PartialEq)]
pub(crate) enum TakeBack<'a> {
    /// Nothing happened, nothing can be taken back, or it is taken back already.
    Nothing,
    /// This takes it back.
    Undo(&'a RecordedUndo),
    /// Nobody can tell what is to be taken back, so a person must look.
    Unclear,
}

impl Journal {
    /// The journal of a run of `rules` rules from its records.
    pub(crate) fn new(rules: usize, records: Vec<Step>) -> Self {
        let mut journal = Journal { entries: Vec::new() };
        journal.entries.resize_with(rules, Entry::default);
        for record in records {
            journal.note(record);
        }
        journal
    }

    /// Notes a record.
    pub(crate) fn note(&mut self, step: Step) {
        let index = step.seq.saturating_sub(1) as usize;
        if index >= self.entries.len() {
            self.entries.resize_with(index + 1, Entry::default);
        }
        let entry = &mut self.entries[index];
        if step.state == StepState::Pending {
            entry.before = step.attempt;
        }
        entry.latest = Some(step);
    }

    /// The latest record of a rule.
    pub(crate) fn latest(&self, seq: u32) -> Option<&Step> {
        self.entries.get(seq.checked_sub(1)? as usize)?.latest.as_ref()
    }

    /// Attempts of a rule so far, and how many of them were before a person last said "again".
    pub(crate) fn attempts(&self, seq: u32) -> (u32, u32) {
        let entry = seq.checked_sub(1).and_then(|index| self.entries.get(index as usize));
        entry.map_or((0, 0), |entry| (entry.latest.as_ref().map_or(0, |step| step.attempt), entry.before))
    }

    /// The latest records in the order of their rules.
    pub(crate) fn steps(&self) -> impl DoubleEndedIterator<Item = &Step> {
        self.entries.iter().filter_map(|entry| entry.latest.as_ref())
    }

    /// The latest records, given away.
    pub(crate) fn into_steps(self) -> Vec<Step> {
        self.entries.into_iter().filter_map(|entry| entry.latest).collect()
    }

    /// Whether anything in the world may have changed.
    pub(crate) fn anything_done(&self) -> bool {
        self.steps().any(may_have_changed)
    }

    /// What the done steps gave for properties, later ones over earlier ones.
    pub(crate) fn results(&self) -> Object {
        let mut results = Object::new();
        for step in self.steps().filter(|step| step.state == StepState::Succeeded) {
            for (name, value) in step.results.iter() {
                results.insert(name, value.clone());
            }
        }
        results
    }
}

/// Whether a step may have changed anything in the world.
pub(crate) fn may_have_changed(step: &Step) -> bool {
    let happened = step.error.as_ref().is_some_and(|error| error.happened != Happened::Nothing);
    let done = matches!(step.state, StepState::Succeeded | StepState::Running) || happened;
    done && step.effect != Effect::Read
}

/// What an undo has to do with a step as its latest record left it.
pub(crate) fn take_back(step: &Step) -> TakeBack<'_> {
    let happened = step.error.as_ref().map_or(Happened::Nothing, |error| error.happened);
    // A step that is tried again, or was skipped by a person, may have happened before that.
    let bad = matches!(step.state, StepState::Failed | StepState::Unknown | StepState::Waiting | StepState::Pending | StepState::Skipped);
    match (step.state, happened, &step.undo) {
        // An undo that failed is tried again when a person says so; where there is none to try, the person has looked at it.
        (StepState::Succeeded | StepState::Undoing | StepState::UndoFailed, _, Some(undo)) => TakeBack::Undo(undo),
        (_, Happened::Some, Some(undo)) if bad => TakeBack::Undo(undo),
        (_, Happened::Unknown, Some(undo)) if bad && undo.always => TakeBack::Undo(undo),
        // A person who skips a step answers for it.
        (StepState::Skipped, _, _) => TakeBack::Nothing,
        (_, Happened::Unknown, _) if bad && step.effect != Effect::Read => TakeBack::Unclear,
        // A record of `Once` without an end: it may have happened.
        (StepState::Running, _, _) => TakeBack::Unclear,
        _ => TakeBack::Nothing,
    }
}
