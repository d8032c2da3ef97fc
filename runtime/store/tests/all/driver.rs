//! The driver: what is acknowledged is there, what is refused left nothing, and one server has the folder.

use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};

use model::{Clock, Timestamp};
use store::{Batch, Error, Expect, Parameter, Statement, Store, waits};
use tempfile::TempDir;

fn clock() -> Clock {
    let time = AtomicI64::new(1_000_000);
    Arc::new(move || Timestamp(time.fetch_add(1, Ordering::Relaxed)))
}

fn open(folder: &TempDir) -> Store {
    Store::open(folder.path(), clock()).unwrap()
}

fn wait(run: i64) -> Statement {
    waits::put(&waits::Wait { run, reason: "timer".into(), until: None, key: None, data: "{}".into() })
}

fn refused(expect: Expect) -> Statement {
    Statement::new("guard", "UPDATE wait SET reason = 'changed' WHERE run >= 100").expect(expect)
}

async fn kept(store: &Store, runs: impl IntoIterator<Item = i64>) -> Vec<i64> {
    let mut kept = Vec::new();
    for run in runs {
        if waits::of_run(store, run).await.unwrap().is_some() {
            kept.push(run);
        }
    }
    kept
}

/// Writes one batch into a store that holds the waits 100 and 101, and says what it must come to.
async fn check(batch: Batch, refused_at: Option<&str>, kept_then: &[i64]) {
    let folder = TempDir::new().unwrap();
    let store = open(&folder);
    store.write(Batch::new().with(wait(100)).with(wait(101))).await.unwrap();
    match (store.write(batch.clone()).await, refused_at) {
        (Ok(_), None) => {}
        (Err(error), Some(label)) if error.is_guard(label) => {}
        (other, _) => panic!("{batch:?} came to {other:?}"),
    }
    assert_eq!(kept(&store, [1, 2, 100, 101]).await, kept_then, "{batch:?}");
    let reason = waits::of_run(&store, 100).await.unwrap().unwrap().reason;
    assert_eq!(reason == "changed", refused_at.is_none() && batch.statements.len() > 2, "{batch:?}");
}

#[tokio::test]
async fn a_batch_is_written_whole_or_not_at_all() {
    let three = |expect| Batch::new().with(wait(1)).with(refused(expect)).with(wait(2));
    check(three(Expect::Exactly(2)), None, &[1, 2, 100, 101]).await;
    check(three(Expect::AtLeast(1)), None, &[1, 2, 100, 101]).await;
    check(three(Expect::Any), None, &[1, 2, 100, 101]).await;
    check(three(Expect::Exactly(1)), Some("guard"), &[100, 101]).await;
    check(three(Expect::AtLeast(3)), Some("guard"), &[100, 101]).await;
    check(Batch::new().with(wait(1)), None, &[1, 100, 101]).await;
    check(Batch::new(), None, &[100, 101]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_writers_share_commits_and_each_is_answered_for_itself() {
    let folder = TempDir::new().unwrap();
    let store = open(&folder);
    let mut tasks = tokio::task::JoinSet::new();
    for run in 0..200 {
        let store = store.clone();
        tasks.spawn(async move {
            let guard = refused(if run % 10 == 9 { Expect::Exactly(1000) } else { Expect::Any });
            (run, store.write(Batch::new().with(wait(run)).with(guard)).await)
        });
    }
    let mut written = Vec::new();
    while let Some(ended) = tasks.join_next().await {
        let (run, result) = ended.unwrap();
        assert_eq!(result.is_ok(), run % 10 != 9, "{run}: {result:?}");
        if result.is_ok() {
            written.push(run);
        }
    }
    written.sort_unstable();
    let counters = store.counters();
    assert_eq!(counters.batches, 180);
    assert!(counters.commits <= counters.batches, "{counters:?}");
    drop(store);
    assert_eq!(kept(&open(&folder), 0..200).await, written);
}

#[tokio::test]
async fn a_lost_transaction_fails_every_batch_of_its_group_and_the_next_one_is_written() {
    let folder = TempDir::new().unwrap();
    let store = open(&folder);
    store.write(wait(1)).await.unwrap();
    let loses = "INSERT OR ROLLBACK INTO wait (run, reason, data) VALUES (1, 'twice', '{}')";
    // One future polls all three before it yields, so that the writer may find them together; alone or not, the first must not half-stand.
    let (first, lost, third) = tokio::join!(
        store.write(Batch::new().with(wait(2)).with(Statement::new("loses", loses))),
        store.write(Statement::new("loses", loses)),
        store.write(wait(3)),
    );
    for result in [&first, &lost] {
        assert!(matches!(result, Err(Error::Sql { label: "loses", .. })), "{result:?}");
    }
    store.write(wait(4)).await.unwrap();
    let expected: &[i64] = if third.is_ok() { &[1, 3, 4] } else { &[1, 4] };
    assert_eq!(kept(&store, 1..=4).await, expected);
}

#[tokio::test]
async fn a_second_server_is_refused_with_the_process_that_has_the_folder() {
    let folder = TempDir::new().unwrap();
    let store = open(&folder);
    match Store::open(folder.path(), clock()) {
        Err(Error::Locked { pid, .. }) => assert_eq!(pid, Some(std::process::id())),
        other => panic!("{:?}", other.map(|_| "opened")),
    }
    drop(store);
    open(&folder);
}

#[tokio::test]
async fn full_synchronous_and_write_ahead_log_are_in_force() {
    let folder = TempDir::new().unwrap();
    let store = open(&folder);
    let read = |pragma| Statement::new("read", pragma).expect(Expect::Any).returning();
    let written = store.write(Batch::new().with(read("PRAGMA synchronous")).with(read("PRAGMA journal_mode"))).await.unwrap();
    assert_eq!(written.number(0), Some(2));
    assert_eq!(written.returned[1][0][0], Parameter::Text("wal".into()));
}

#[tokio::test]
async fn returned_rows_and_the_last_key_come_back() {
    let folder = TempDir::new().unwrap();
    let store = open(&folder);
    let insert = || {
        let sql =
            "INSERT INTO audit (at, principal, action, object, detail) VALUES (?1, ?2, ?3, ?4, ?5) RETURNING id, principal, correlation";
        Statement::new("audit", sql).bind(1_i64).bind("p").bind("a").bind("o").bind("{}").returning()
    };
    let written = store.write(Batch::new().with(insert()).with(wait(7)).with(insert())).await.unwrap();
    assert_eq!((written.number(0), written.number(1), written.last_insert_id), (Some(1), Some(2), 2));
    assert_eq!(written.returned[0][0][1], Parameter::Text("p".into()));
    assert!(matches!(written.returned[0][0][2], Parameter::Null(_)));
}
