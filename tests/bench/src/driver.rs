//! The store's driver alone: what the engine can reach at most.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Instant,
};

use model::{Effect, Object, Phase, PlaceInPhase, Request, Run, RunState, Step, StepState, Timestamp, Verb};
use serde_json::{Value, json};
use store::{Batch, Store, requests, runs, steps};
use uuid::Uuid;

use crate::{
    measure::{ROUNDS, SPAN, median, rate, runtime},
    sqlite,
};

const RUNS: usize = 32;

/// Baselines and driver in turns.
pub(crate) fn measure() -> anyhow::Result<Value> {
    let (mut single, mut bare, mut group, mut driver) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let mut last = None;
    for _ in 0..ROUNDS {
        single.push(sqlite::single_commits()?);
        bare.push(sqlite::bare_groups()?);
        group.push(sqlite::group_commits()?);
        let (rate, counters) = driver_steps()?;
        driver.push(rate);
        last = Some(counters);
    }
    let (group, driver) = (median(group), median(driver));
    Ok(json!({
        "sqliteCommitsPerS": median(single).round(),
        "sqliteBareGroupsPerS": median(bare).round(),
        "sqliteGroupCommitsPerS": group.round(),
        "driverStepsPerS": driver.round(),
        "batchesPerCommit": last.map(|counters| counters.batches as f64 / counters.commits as f64),
        "ratio": driver / group,
    }))
}

fn driver_steps() -> anyhow::Result<(f64, store::Counters)> {
    let folder = tempfile::tempdir_in(".")?;
    let store = Store::open(folder.path(), Arc::new(|| Timestamp(0)))?;
    runtime()?.block_on(async {
        let mut keys = Vec::new();
        for _ in 0..RUNS {
            let (request, run) = run();
            let written = store.write(Batch::new().with(requests::insert(&request)).with(runs::insert(&run))).await?;
            keys.push(written.number(0).expect("the key of a run comes back"));
        }
        let before = store.counters();
        let (count, start) = (Arc::new(AtomicU64::new(0)), Instant::now());
        let mut tasks = tokio::task::JoinSet::new();
        for key in keys {
            let (store, count) = (store.clone(), Arc::clone(&count));
            tasks.spawn(async move {
                for seq in 1.. {
                    if start.elapsed() > SPAN {
                        break;
                    }
                    let batch = Batch::new().with(steps::append(key, &step(seq))).with(runs::advance(key, 0, 1, Timestamp(i64::from(seq))));
                    store.write(batch).await?;
                    count.fetch_add(1, Ordering::Relaxed);
                }
                Ok::<_, store::Error>(())
            });
        }
        while let Some(ended) = tasks.join_next().await {
            ended??;
        }
        let after = store.counters();
        let counters = store::Counters { commits: after.commits - before.commits, batches: after.batches - before.batches };
        Ok((rate(count.load(Ordering::Relaxed), start), counters))
    })
}

fn run() -> (Request, Run) {
    let request = Request {
        id: Uuid::now_v7(),
        subscription_id: Uuid::now_v7(),
        verb: Verb::Provision,
        requested_by: "bench".into(),
        requested_at: Timestamp(0),
        reason: None,
        program_hash: "0".repeat(64),
        snapshot: "{}".into(),
    };
    let run = Run {
        key: 0,
        id: Uuid::now_v7(),
        request_id: request.id,
        subscription_id: request.subscription_id,
        verb: Verb::Provision,
        service: "bench".into(),
        service_version: "1.0.0".into(),
        plan: Some("Standard".into()),
        tenant: "contoso".into(),
        user: None,
        instance: String::new(),
        state: RunState::Running,
        reason: None,
        epoch: 0,
        owner: Some(1),
        cancelled: false,
        program_hash: "0".repeat(64),
        created_at: Timestamp(0),
        started_at: Some(Timestamp(0)),
        ended_at: None,
        recorded_at: Timestamp(0),
    };
    (request, run)
}

fn step(seq: u32) -> Step {
    Step {
        seq,
        item: None,
        attempt: 1,
        rule: "compute-something".into(),
        phase: Phase::Main,
        place: PlaceInPhase::Main,
        action: "data.compute".into(),
        effect: Effect::Read,
        state: StepState::Succeeded,
        when: None,
        parameters: Object::new(),
        outputs: Object::new(),
        results: Object::new(),
        undo: None,
        started_at: Timestamp(0),
        ended_at: Some(Timestamp(0)),
        error: None,
    }
}
