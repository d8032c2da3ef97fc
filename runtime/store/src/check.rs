//! What must be true of the whole store whatever happened, for tests, `doctor` and after a restore.

use rusqlite::Connection;

use crate::{Error, Store};

/// How much there is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Counts {
    /// Runs.
    pub runs: i64,
    /// Runs that have not ended.
    pub active_runs: i64,
    /// Rows of the journal.
    pub steps: i64,
    /// Billing events.
    pub billing_events: i64,
    /// Events in the outbox.
    pub outbox: i64,
}

/// Counts what is there.
pub async fn counts(store: &Store) -> Result<Counts, Error> {
    let query = |connection: &Connection| {
        let count = |sql: &str| connection.query_row(sql, [], |row| row.get::<_, i64>(0));
        Ok(Counts {
            runs: count("SELECT count(*) FROM run")?,
            active_runs: count("SELECT count(*) FROM run WHERE state IN ('queued', 'running', 'waiting', 'attention', 'undoing')")?,
            steps: count("SELECT count(*) FROM step")?,
            billing_events: count("SELECT count(*) FROM billing_event")?,
            outbox: count("SELECT count(*) FROM outbox")?,
        })
    };
    store.read("counts", query).await
}

/// Every sentence that should be true and is not; empty when the store is sound.
pub async fn violations(store: &Store) -> Result<Vec<String>, Error> {
    store
        .read("check", |connection| {
            let mut violations = Vec::new();
            for (sentence, sql) in CHECKS {
                let mut statement = connection.prepare(sql)?;
                for found in statement.query_map([], |row| row.get::<_, String>(0))? {
                    violations.push(format!("{sentence}: {}", found?));
                }
            }
            Ok(violations)
        })
        .await
}

/// Each query finds what breaks its sentence.
const CHECKS: &[(&str, &str)] = &[
    (
        "a completed run of a billed verb has one billing event",
        "SELECT 'run ' || run.id || ' has ' || count(billing_event.id) FROM run \
         LEFT JOIN billing_event ON billing_event.run = run.public AND billing_event.kind <> 'reversal' \
         WHERE run.state IN ('succeeded', 'partly_succeeded') AND run.verb <> 'verify' GROUP BY run.id HAVING count(billing_event.id) <> 1",
    ),
    (
        "a run that did not complete has no billing event, or one and its reversal",
        "SELECT 'run ' || run.id || ' (' || run.state || ') has ' || count(billing_event.id) FROM run \
         JOIN billing_event ON billing_event.run = run.public WHERE run.state NOT IN ('succeeded', 'partly_succeeded', 'undoing', 'undo_failed') \
         GROUP BY run.id HAVING sum(CASE kind WHEN 'reversal' THEN -1 ELSE 1 END) <> 0",
    ),
    (
        "a verify is not billed",
        "SELECT 'run ' || run.id FROM run JOIN billing_event ON billing_event.run = run.public WHERE run.verb = 'verify'",
    ),
    (
        "a billing event belongs to a run",
        "SELECT 'event of ' || hex(billing_event.run) FROM billing_event LEFT JOIN run ON run.public = billing_event.run WHERE run.id IS NULL",
    ),
    (
        "a subscription has at most one active run",
        "SELECT 'subscription ' || hex(subscription) || ' has ' || count(*) FROM run \
         WHERE state IN ('queued', 'running', 'waiting', 'attention', 'undoing') GROUP BY subscription HAVING count(*) > 1",
    ),
    (
        "an ended run has an end and no owner, an active one no end",
        "SELECT 'run ' || id || ' (' || state || ')' FROM run \
         WHERE (state IN ('queued', 'running', 'waiting', 'attention', 'undoing')) <> (ended_at IS NULL) \
         OR (ended_at IS NOT NULL AND owner IS NOT NULL)",
    ),
    (
        "every row of the journal is inside its run's range",
        "SELECT 'step ' || step.id FROM step LEFT JOIN run ON run.id = step.run AND step.id BETWEEN run.first_step AND run.last_step \
         WHERE run.id IS NULL",
    ),
    (
        "a run that waits has something to wait for",
        "SELECT 'run ' || run.id FROM run LEFT JOIN wait ON wait.run = run.id WHERE run.state = 'waiting' AND wait.run IS NULL",
    ),
    ("a run has its request", "SELECT 'run ' || run.id FROM run LEFT JOIN request ON request.id = run.request WHERE request.id IS NULL"),
];
