//! Runs. The row of a run is the fence of everything its owner writes: a record of an older epoch changes nothing.

use model::{Run, RunState, Timestamp, Verb};
use rusqlite::params_from_iter;
use uuid::Uuid;

use crate::{
    Error, Expect, Parameter, Statement, Store,
    batch::Bind,
    row::{optional_time, time, uuid, word},
};

/// Label of the guard that no active run stands in the way of another.
pub const ACTIVE_RUN: &str = "active_run";
/// Label of the guard that a record comes from the run's present owner.
pub const FENCE: &str = "fence";
/// Label of the guard that a run is still free to be claimed.
pub const CLAIM: &str = "claim";
/// Label of the guard that a run is in the state its change starts from.
pub const RUN_STATE: &str = "run_state";

/// States of a run that has not ended, as the partial index says it.
macro_rules! active {
    () => {
        "state IN ('queued', 'running', 'waiting', 'attention', 'undoing')"
    };
}

macro_rules! columns {
    () => {
        "run.id, run.public, run.request, run.subscription, run.verb, run.service, run.service_version, run.plan, run.tenant, run.user_, \
         run.instance, run.state, run.reason, run.epoch, run.owner, run.cancelled, request.program_hash, run.created_at, run.started_at, \
         run.ended_at, run.recorded_at"
    };
}

macro_rules! select {
    ($rest:literal) => {
        concat!("SELECT ", columns!(), " FROM run JOIN request ON request.id = run.request ", $rest)
    };
}

/// A new run, if neither its subscription nor that one's parent or children have an active one ([`ACTIVE_RUN`]). Returns its key;
/// what `run.key` says does not matter. Its request must be in the same batch, its subscription before it.
pub fn insert(run: &Run) -> Statement {
    let sql = concat!(
        "INSERT INTO run (public, request, subscription, verb, service, service_version, plan, tenant, user_, instance, state, reason, epoch, \
         owner, cancelled, created_at, started_at, ended_at, recorded_at) \
         SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19 WHERE NOT EXISTS (SELECT 1 FROM run WHERE ",
        active!(),
        " AND subscription IN (SELECT ?3 UNION ALL SELECT parent FROM subscription WHERE id = ?3 AND parent IS NOT NULL \
         UNION ALL SELECT id FROM subscription WHERE parent = ?3)) RETURNING id"
    );
    Statement::new(ACTIVE_RUN, sql)
        .bind(run.id)
        .bind(run.request_id)
        .bind(run.subscription_id)
        .bind(run.verb.as_str())
        .bind(&run.service)
        .bind(&run.service_version)
        .bind(run.plan.as_ref())
        .bind(&run.tenant)
        .bind(run.user.as_ref())
        .bind(&run.instance)
        .bind(run.state.as_str())
        .bind(run.reason.as_ref())
        .bind(run.epoch)
        .bind(run.owner)
        .bind(run.cancelled)
        .bind(run.created_at)
        .bind(run.started_at)
        .bind(run.ended_at)
        .bind(run.recorded_at)
        .returning()
}

/// The worker takes a queued run, or one that is to be undone and has no owner; the epoch goes up by one from `epoch` ([`CLAIM`]).
/// `recorded_at` stays: a claim decides nothing, and what is decided again after a crash must see the same `$Now`.
pub fn claim(key: i64, epoch: i64, worker: i64, at: Timestamp) -> Statement {
    let sql = "UPDATE run SET state = CASE state WHEN 'queued' THEN 'running' ELSE state END, owner = ?3, epoch = epoch + 1, \
               started_at = coalesce(started_at, ?4) \
               WHERE id = ?1 AND epoch = ?2 AND owner IS NULL AND state IN ('queued', 'undoing')";
    Statement::new(CLAIM, sql).bind(key).bind(epoch).bind(worker).bind(at)
}

/// The fence of a record ([`FENCE`]): must stand directly after the `appended` steps it goes with; the run's range of steps grows by them.
pub fn advance(key: i64, epoch: i64, appended: i64, at: Timestamp) -> Statement {
    let sql = "UPDATE run SET first_step = coalesce(first_step, last_insert_rowid() - ?3 + 1), last_step = last_insert_rowid(), \
               recorded_at = ?4 WHERE id = ?1 AND epoch = ?2";
    Statement::new(FENCE, sql).bind(key).bind(epoch).bind(appended).bind(at)
}

/// What changes about a run besides its steps.
#[derive(Clone, Debug)]
pub struct Change {
    /// The run's key.
    pub key: i64,
    /// The owner's epoch, or the epoch that was read.
    pub epoch: i64,
    /// The state it must be in.
    pub from: RunState,
    /// The state it gets.
    pub to: RunState,
    /// Why, in a sentence.
    pub reason: Option<String>,
    /// When.
    pub at: Timestamp,
}

/// Changes the state of a run whose owner keeps it: running to undoing ([`RUN_STATE`]).
pub fn set_state(change: &Change) -> Statement {
    let sql = "UPDATE run SET state = ?4, reason = ?5, recorded_at = ?6 WHERE id = ?1 AND epoch = ?2 AND state = ?3";
    changed(sql, change)
}

/// Changes the state of a run and leaves it without an owner: to waiting, attention, queued, or undoing by a person ([`RUN_STATE`]).
/// The epoch goes up, so that a record of the owner it had changes nothing.
pub fn release(change: &Change) -> Statement {
    let sql = "UPDATE run SET state = ?4, reason = ?5, recorded_at = ?6, owner = NULL, epoch = epoch + 1 \
               WHERE id = ?1 AND epoch = ?2 AND state = ?3";
    changed(sql, change)
}

/// Ends a run ([`RUN_STATE`]).
pub fn finish(change: &Change) -> Statement {
    let sql = "UPDATE run SET state = ?4, reason = ?5, recorded_at = ?6, ended_at = ?6, owner = NULL \
               WHERE id = ?1 AND epoch = ?2 AND state = ?3";
    changed(sql, change)
}

fn changed(sql: &'static str, change: &Change) -> Statement {
    Statement::new(RUN_STATE, sql)
        .bind(change.key)
        .bind(change.epoch)
        .bind(change.from.as_str())
        .bind(change.to.as_str())
        .bind(change.reason.as_ref())
        .bind(change.at)
}

/// Makes an ended run active again, to be claimed: only the latest run of its subscription, and only if nothing else is active there
/// ([`ACTIVE_RUN`]).
pub fn reopen(change: &Change) -> Statement {
    let sql = concat!(
        "UPDATE run SET state = ?4, reason = ?5, recorded_at = ?6, ended_at = NULL, owner = NULL, epoch = epoch + 1 \
         WHERE id = ?1 AND epoch = ?2 AND state = ?3 AND id = (SELECT max(last.id) FROM run AS last WHERE last.subscription = run.subscription) \
         AND NOT EXISTS (SELECT 1 FROM run AS other WHERE other.",
        active!(),
        " AND other.subscription IN (SELECT run.subscription UNION ALL \
         SELECT parent FROM subscription WHERE id = run.subscription AND parent IS NOT NULL UNION ALL \
         SELECT id FROM subscription WHERE parent = run.subscription))"
    );
    Statement { label: ACTIVE_RUN, ..changed(sql, change) }
}

/// Notes that a person cancelled a run that has not ended.
pub fn set_cancelled(key: i64) -> Statement {
    let sql = concat!("UPDATE run SET cancelled = 1 WHERE id = ?1 AND ", active!());
    Statement::new(RUN_STATE, sql).bind(key)
}

/// The worker takes over every run that another worker owned, with a higher epoch, and gets them. For the start of the only server.
pub async fn take_over(store: &Store, worker: i64) -> Result<Vec<Run>, Error> {
    let sql = concat!("UPDATE run SET owner = ?1, epoch = epoch + 1 WHERE ", active!(), " AND owner IS NOT NULL AND owner <> ?1");
    store.write(Statement::new("take_over", sql).bind(worker).expect(Expect::Any)).await?;
    let sql = select!("WHERE run.state IN ('queued', 'running', 'waiting', 'attention', 'undoing') AND run.owner = ?1 ORDER BY run.id");
    all(store, "runs taken over", sql, vec![worker.bind()]).await
}

/// Runs that wait for an owner, oldest first: queued ones and those that are to be undone.
pub async fn claimable(store: &Store, limit: u32) -> Result<Vec<Run>, Error> {
    let sql = select!(
        "WHERE run.state IN ('queued', 'running', 'waiting', 'attention', 'undoing') AND run.owner IS NULL \
         AND run.state IN ('queued', 'undoing') ORDER BY run.id LIMIT ?1"
    );
    all(store, "claimable runs", sql, vec![limit.bind()]).await
}

/// The run of a public id.
pub async fn by_id(store: &Store, id: Uuid) -> Result<Option<Run>, Error> {
    Ok(all(store, "run by id", select!("WHERE run.public = ?1"), vec![id.bind()]).await?.pop())
}

/// The run of a key.
pub async fn by_key(store: &Store, key: i64) -> Result<Option<Run>, Error> {
    Ok(all(store, "run by key", select!("WHERE run.id = ?1"), vec![key.bind()]).await?.pop())
}

/// The latest run of a subscription.
pub async fn latest_of(store: &Store, subscription: Uuid) -> Result<Option<Run>, Error> {
    let sql = select!("WHERE run.subscription = ?1 ORDER BY run.id DESC LIMIT 1");
    Ok(all(store, "latest run", sql, vec![subscription.bind()]).await?.pop())
}

/// The active run that keeps others from a subscription: its own, its parent's or a child's.
pub async fn active_of(store: &Store, subscription: Uuid) -> Result<Option<Run>, Error> {
    let sql = select!(
        "WHERE run.state IN ('queued', 'running', 'waiting', 'attention', 'undoing') AND run.subscription IN \
         (SELECT ?1 UNION ALL SELECT parent FROM subscription WHERE id = ?1 AND parent IS NOT NULL UNION ALL \
         SELECT id FROM subscription WHERE parent = ?1) ORDER BY run.id LIMIT 1"
    );
    Ok(all(store, "active run", sql, vec![subscription.bind()]).await?.pop())
}

/// Which runs a list shows. What is none does not matter.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Name of the customer.
    pub tenant: Option<String>,
    /// Service name.
    pub service: Option<String>,
    /// State.
    pub state: Option<RunState>,
    /// Verb.
    pub verb: Option<Verb>,
    /// Subscription.
    pub subscription: Option<Uuid>,
    /// Principal who asked.
    pub requested_by: Option<String>,
    /// Reason given by who asked.
    pub reason: Option<String>,
    /// Only runs accepted before the one with this key.
    pub before: Option<i64>,
    /// At most this many; 100 if none.
    pub limit: Option<u32>,
}

/// Runs, newest first.
pub async fn list(store: &Store, filter: &Filter) -> Result<Vec<Run>, Error> {
    let mut sql = select!("WHERE 1 = 1").to_owned();
    let mut values = Vec::new();
    let mut narrow = |condition: &str, value: Option<Parameter>| {
        if let Some(value) = value {
            values.push(value);
            sql.push_str(&format!(" AND {condition} ?{}", values.len()));
        }
    };
    narrow("run.tenant =", filter.tenant.as_ref().map(Bind::bind));
    narrow("run.service =", filter.service.as_ref().map(Bind::bind));
    narrow("run.state =", filter.state.map(|state| state.as_str().bind()));
    narrow("run.verb =", filter.verb.map(|verb| verb.as_str().bind()));
    narrow("run.subscription =", filter.subscription.map(Bind::bind));
    narrow("request.requested_by =", filter.requested_by.as_ref().map(Bind::bind));
    narrow("request.reason =", filter.reason.as_ref().map(Bind::bind));
    narrow("run.id <", filter.before.map(Bind::bind));
    values.push(filter.limit.unwrap_or(100).bind());
    sql.push_str(&format!(" ORDER BY run.id DESC LIMIT ?{}", values.len()));
    all(store, "list of runs", sql, values).await
}

async fn all(store: &Store, label: &'static str, sql: impl Into<String>, values: Vec<Parameter>) -> Result<Vec<Run>, Error> {
    let sql = sql.into();
    store
        .read(label, move |connection| {
            let mut statement = connection.prepare_cached(&sql)?;
            statement.query_map(params_from_iter(values), from_row)?.collect()
        })
        .await
}

fn from_row(row: &rusqlite::Row<'_>) -> rusqlite::Result<Run> {
    Ok(Run {
        key: row.get(0)?,
        id: uuid(row, 1)?,
        request_id: uuid(row, 2)?,
        subscription_id: uuid(row, 3)?,
        verb: word(row, 4, Verb::parse)?,
        service: row.get(5)?,
        service_version: row.get(6)?,
        plan: row.get(7)?,
        tenant: row.get(8)?,
        user: row.get(9)?,
        instance: row.get(10)?,
        state: word(row, 11, RunState::parse)?,
        reason: row.get(12)?,
        epoch: row.get(13)?,
        owner: row.get(14)?,
        cancelled: row.get(15)?,
        program_hash: row.get(16)?,
        created_at: time(row, 17)?,
        started_at: optional_time(row, 18)?,
        ended_at: optional_time(row, 19)?,
        recorded_at: time(row, 20)?,
    })
}
