//! Runs: looking at them, and what a person may do to one.

use axum::{
    Json,
    extract::{Path, State},
    http::Uri,
};
use engine::Decision;
use model::{RunState, Verb};
use serde::Deserialize;
use store::runs;
use uuid::Uuid;

use crate::{
    body::{Input, Nothing, Query},
    caller::Caller,
    find,
    page::{Page, Paged},
    problems::Failed,
    server::Shared,
    wire::{LogRecord, Run},
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(crate) struct Wanted {
    tenant: Option<String>,
    service: Option<String>,
    state: Option<RunState>,
    verb: Option<Verb>,
    subscription: Option<Uuid>,
    requested_by: Option<String>,
    reason: Option<String>,
    after: Option<String>,
    limit: Option<u32>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct LogWanted {
    after: Option<i64>,
    limit: Option<u32>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Resolution {
    decision: Chosen,
    reason: String,
}

/// What a person chooses, as the wire spells it.
#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Chosen {
    Retry,
    Skip,
    Fail,
}

/// Runs, newest first.
pub(crate) async fn list_runs(State(server): State<Shared>, uri: Uri, Query(wanted): Query<Wanted>) -> Result<Paged<Run>, Failed> {
    let page = Page::new(wanted.limit)?;
    if let Some(tenant) = &wanted.tenant {
        find::tenant(&server.store, tenant).await?;
    }
    let before = match &wanted.after {
        Some(id) => Some(find::run(&server.store, id).await?.key),
        None => None,
    };
    let filter = runs::Filter {
        tenant: wanted.tenant,
        service: wanted.service,
        state: wanted.state,
        verb: wanted.verb,
        subscription: wanted.subscription,
        requested_by: wanted.requested_by,
        reason: wanted.reason,
        before,
        limit: page.fetch(),
    };
    let mut runs = runs::list(&server.store, &filter).await?;
    let next = page.cut(&mut runs, |run| run.id.to_string());
    Ok(Paged::new(&uri, runs.into_iter().map(Run::from), next))
}

/// One run with its steps.
pub(crate) async fn get_run(State(server): State<Shared>, Path(id): Path<String>) -> Result<Json<Run>, Failed> {
    let run = find::run(&server.store, &id).await?;
    let details = server.engine.run_details(run.id).await?;
    Ok(Json(Run::with_steps(details.run, details.steps)))
}

/// What the steps of a run said, in order.
pub(crate) async fn get_run_log(
    State(server): State<Shared>,
    Path(id): Path<String>,
    uri: Uri,
    Query(wanted): Query<LogWanted>,
) -> Result<Paged<LogRecord>, Failed> {
    let page = Page::new(wanted.limit)?;
    let run = find::run(&server.store, &id).await?;
    let fetch = page.fetch().unwrap_or(u32::MAX);
    let mut records = store::log::of_run(&server.store, run.key, wanted.after.unwrap_or(0), fetch).await?;
    let next = page.cut(&mut records, |(id, _)| id.to_string());
    Ok(Paged::new(&uri, records.into_iter().map(|(_, record)| LogRecord::from(record)), next))
}

/// Cancels a run that has not ended; what it did is taken back.
pub(crate) async fn cancel_run(
    State(server): State<Shared>,
    caller: Caller,
    Path(id): Path<String>,
    _input: Input<Nothing>,
) -> Result<Json<Run>, Failed> {
    let run = find::run(&server.store, &id).await?;
    Ok(Json(Run::from(server.engine.cancel(run.id, &caller.principal).await?)))
}

/// Decides what becomes of a run that needs a person.
pub(crate) async fn resolve_run(
    State(server): State<Shared>,
    caller: Caller,
    Path(id): Path<String>,
    input: Input<Resolution>,
) -> Result<Json<Run>, Failed> {
    let run = find::run(&server.store, &id).await?;
    let decision = match input.body.decision {
        Chosen::Retry => Decision::Retry,
        Chosen::Skip => Decision::Skip,
        Chosen::Fail => Decision::Fail,
    };
    Ok(Json(Run::from(server.engine.decide(run.id, decision, &input.body.reason, &caller.principal).await?)))
}

/// Takes a finished run back.
pub(crate) async fn undo_run(
    State(server): State<Shared>,
    caller: Caller,
    Path(id): Path<String>,
    _input: Input<Nothing>,
) -> Result<Json<Run>, Failed> {
    let run = find::run(&server.store, &id).await?;
    Ok(Json(Run::from(server.engine.undo(run.id, &caller.principal).await?)))
}
