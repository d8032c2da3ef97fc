//! A script action in a warm host, end to end as its step's record says, minus the script's own time; against a cold `pwsh`.

use std::{
    path::Path,
    process::{Command, Stdio},
    time::Instant,
};

use model::Value;
use serde_json::json;
use tokio::sync::watch;

use crate::{
    measure::{ROUNDS, median, percentile, runtime},
    world::{World, package, said},
};

const RUNS: usize = 60;
const WARM_UP: usize = 5;
const COLD_STARTS: usize = 3;

const SCRIPT: &str = include_str!("../Measure-BenchFolder.ps1");
const RULE: &str = "    @{ Name = 'measure'; Phase = 'Main'; Action = 'Measure-BenchFolder'; With = @{ Rounds = 3 } }\n";

/// What one round came to, in milliseconds.
struct Round {
    /// The first run: the host has to be started.
    first: f64,
    /// The others.
    warm: Vec<f64>,
}

/// Cold starts and warm runs in turns.
pub(crate) fn measure() -> anyhow::Result<serde_json::Value> {
    let found = match powershell::find(None) {
        Ok(found) => found,
        Err(missing) => return Ok(json!({ "skipped": missing.to_string() })),
    };
    let (mut cold, mut firsts, mut medians, mut all) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        for _ in 0..COLD_STARTS {
            cold.push(cold_start(&found.path)?);
        }
        let round = runtime()?.block_on(round(&found.path))?;
        firsts.push(round.first);
        medians.push(median(round.warm.clone()));
        all.extend(round.warm);
    }
    let warm = median(medians);
    Ok(json!({
        "powershell": found.version,
        "coldMsMedian": two(median(cold)),
        "warmMsMedian": two(warm),
        "warmMsP99": two(percentile(all, 0.99)),
        "prepareMs": two(median(firsts) - warm),
    }))
}

fn two(figure: f64) -> f64 {
    (figure * 100.0).round() / 100.0
}

fn cold_start(program: &Path) -> anyhow::Result<f64> {
    let start = Instant::now();
    let status = Command::new(program).args(["-NoProfile", "-Command", "1"]).stdin(Stdio::null()).stdout(Stdio::null()).status()?;
    anyhow::ensure!(status.success(), "a cold start ended with {status}");
    Ok(start.elapsed().as_secs_f64() * 1000.0)
}

async fn round(program: &Path) -> anyhow::Result<Round> {
    let hosts = tempfile::tempdir_in(".")?;
    let (stop, stopped) = watch::channel(false);
    let config = powershell::Config::new(program.to_owned(), hosts.path().canonicalize()?);
    let (service, handle) = powershell::Service::new(config);
    let service = tokio::spawn(service.run(stopped));
    let mut files = package(RULE);
    files.insert("actions/Measure-BenchFolder.ps1", SCRIPT.as_bytes());
    let world = World::open(&files, Some(handle)).await?;
    let first = overhead(&world, "first".to_owned()).await?;
    let mut warm = Vec::with_capacity(RUNS);
    for number in 0..WARM_UP + RUNS {
        let took = overhead(&world, format!("i{number}")).await?;
        if number >= WARM_UP {
            warm.push(took);
        }
    }
    world.close().await?;
    stop.send_replace(true);
    service.await?;
    Ok(Round { first, warm })
}

/// Milliseconds of the step of one run that are not the script's own.
async fn overhead(world: &World, instance: String) -> anyhow::Result<f64> {
    let run = world.order(instance).await?;
    let details = world.engine.run_details(run.id).await.map_err(said)?;
    let step = details.steps.first().ok_or_else(|| anyhow::anyhow!("the run has no step"))?;
    let ended = step.ended_at.ok_or_else(|| anyhow::anyhow!("the step has not ended"))?;
    let Some(Value::Double(own)) = step.outputs.get("OwnMs") else {
        anyhow::bail!("the script did not say its own time: {:?}", step.outputs);
    };
    Ok((ended.0 - step.started_at.0) as f64 / 1000.0 - own)
}
