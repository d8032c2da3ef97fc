//! Durable steps a second: 32 requests in flight, 20 steps each that do nothing, each on stable storage before the next one starts.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Instant,
};

use serde_json::{Value, json};

use crate::{
    measure::{ROUNDS, SPAN, median, processor_us, runtime},
    sqlite,
    world::{World, idle_rules, package},
};

const IN_FLIGHT: usize = 32;
const STEPS: usize = 20;

/// What one round of the engine came to.
struct Round {
    per_second: f64,
    commits: u64,
    rows: i64,
    /// Processor time a step, which a busy machine changes least.
    processor_us: Option<f64>,
}

/// Baselines and engine in turns.
pub(crate) fn measure() -> anyhow::Result<Value> {
    let (mut single, mut group, mut rounds) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        single.push(sqlite::single_commits()?);
        group.push(sqlite::group_commits()?);
        rounds.push(runtime()?.block_on(engine())?);
    }
    let group = median(group);
    let engine = median(rounds.iter().map(|round| round.per_second).collect());
    let processor = rounds.iter().map(|round| round.processor_us).collect::<Option<Vec<_>>>().map(median);
    Ok(json!({
        "sqliteCommitsPerS": median(single).round(),
        "sqliteGroupCommitsPerS": group.round(),
        "engineStepsPerS": engine.round(),
        "commits": rounds.iter().map(|round| round.commits).sum::<u64>(),
        "stepRows": rounds.iter().map(|round| round.rows).sum::<i64>(),
        "engineProcessorUsPerStep": processor.map(f64::round),
        "ratio": (engine / group * 1000.0).round() / 1000.0,
    }))
}

async fn engine() -> anyhow::Result<Round> {
    let world = Arc::new(World::open(&package(&idle_rules(STEPS)), None).await?);
    // The first request compiles and prepares what all others find ready.
    world.order("first".to_owned()).await?;
    let (rows, commits) = (store::check::counts(&world.store).await?.steps, world.store.counters().commits);
    let processor = processor_us();
    let (start, number) = (Instant::now(), Arc::new(AtomicU64::new(0)));
    let mut lanes = tokio::task::JoinSet::new();
    for _ in 0..IN_FLIGHT {
        let (world, number) = (Arc::clone(&world), Arc::clone(&number));
        lanes.spawn(async move {
            while start.elapsed() < SPAN {
                world.order(number.fetch_add(1, Ordering::Relaxed).to_string()).await?;
            }
            anyhow::Ok(())
        });
    }
    while let Some(ended) = lanes.join_next().await {
        ended??;
    }
    let elapsed = start.elapsed().as_secs_f64();
    let processor = processor.and_then(|before| Some(processor_us()? - before));
    let commits = world.store.counters().commits - commits;
    let rows = store::check::counts(&world.store).await?.steps - rows;
    let runs = i64::try_from(number.load(Ordering::Relaxed))?;
    anyhow::ensure!(rows == runs * i64::try_from(STEPS)?, "{runs} runs left {rows} steps");
    let violations = store::check::violations(&world.store).await?;
    anyhow::ensure!(violations.is_empty(), "{violations:?}");
    Arc::into_inner(world).expect("the lanes have ended").close().await?;
    Ok(Round { per_second: rows as f64 / elapsed, commits, rows, processor_us: processor.map(|used| used / rows as f64) })
}
