//! The journal of a run: each record of a step is one row, never changed. The latest row of a (seq, item) is the state of that step.

use std::borrow::Cow;

use model::{Effect, Object, Phase, PlaceInPhase, Problem, RecordedUndo, Step, StepState, When};
use serde::{Deserialize, Serialize};

use crate::{
    Error, Statement, Store,
    row::{json, optional_time, time, to_json, word},
};

/// What of a step is only read together with it; one column, so that the row stays narrow.
#[derive(Serialize, Deserialize)]
struct Detail<'a> {
    phase: Phase,
    place: PlaceInPhase,
    action: Cow<'a, str>,
    effect: Effect,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    when: Option<Cow<'a, When>>,
    #[serde(skip_serializing_if = "is_empty", default)]
    parameters: Cow<'a, Object>,
    #[serde(skip_serializing_if = "is_empty", default)]
    outputs: Cow<'a, Object>,
    #[serde(skip_serializing_if = "is_empty", default)]
    results: Cow<'a, Object>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    undo: Option<Cow<'a, RecordedUndo>>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    error: Option<Cow<'a, Problem>>,
}

fn is_empty(object: &Object) -> bool {
    object.is_empty()
}

/// Appends a record to a run's journal. `runs::advance` must follow directly after the last of a batch.
pub fn append(run: i64, step: &Step) -> Statement {
    let detail = Detail {
        phase: step.phase,
        place: step.place,
        action: Cow::Borrowed(&step.action),
        effect: step.effect,
        when: step.when.as_ref().map(Cow::Borrowed),
        parameters: Cow::Borrowed(&step.parameters),
        outputs: Cow::Borrowed(&step.outputs),
        results: Cow::Borrowed(&step.results),
        undo: step.undo.as_ref().map(Cow::Borrowed),
        error: step.error.as_ref().map(Cow::Borrowed),
    };
    let sql = "INSERT INTO step (run, seq, item, attempt, rule, state, started_at, ended_at, detail) \
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)";
    Statement::new("step", sql)
        .bind(run)
        .bind(step.seq)
        .bind(step.item)
        .bind(step.attempt)
        .bind(&step.rule)
        .bind(step.state.as_str())
        .bind(step.started_at)
        .bind(step.ended_at)
        .bind(to_json(&detail))
}

/// All records of a run in order.
pub async fn of_run(store: &Store, run: i64) -> Result<Vec<Step>, Error> {
    let sql = "SELECT step.seq, step.item, step.attempt, step.rule, step.state, step.started_at, step.ended_at, step.detail \
               FROM run JOIN step ON step.id BETWEEN run.first_step AND run.last_step AND step.run = run.id \
               WHERE run.id = ?1 ORDER BY step.id";
    store.read("steps of a run", move |connection| connection.prepare_cached(sql)?.query_map([run], from_row)?.collect()).await
}

fn from_row(row: &rusqlite::Row<'_>) -> rusqlite::Result<Step> {
    let detail: Detail<'static> = json(row, 7)?;
    Ok(Step {
        seq: row.get(0)?,
        item: row.get(1)?,
        attempt: row.get(2)?,
        rule: row.get(3)?,
        phase: detail.phase,
        place: detail.place,
        action: detail.action.into_owned(),
        effect: detail.effect,
        state: word(row, 4, StepState::parse)?,
        when: detail.when.map(Cow::into_owned),
        parameters: detail.parameters.into_owned(),
        outputs: detail.outputs.into_owned(),
        results: detail.results.into_owned(),
        undo: detail.undo.map(Cow::into_owned),
        started_at: time(row, 5)?,
        ended_at: optional_time(row, 6)?,
        error: detail.error.map(Cow::into_owned),
    })
}
