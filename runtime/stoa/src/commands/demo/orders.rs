//! What is ordered, changed and taken away.

use std::time::Duration;

use anyhow::Context;
use engine::{Ask, RunDetails};
use model::{Object, Run, RunState, Value, Verb};
use store::runs;
use uuid::Uuid;

use super::{ASKER, Stage};
use crate::failure::{Exit, Failure};

/// How long one run may take, a host's start and all retries included.
const PATIENCE: Duration = Duration::from_secs(180);

/// The runs of the demo, in the order in which they were asked for.
pub(super) async fn all(stage: &Stage<'_>) -> Result<Vec<RunDetails>, Failure> {
    let contoso = once(stage, "contoso orders Premium", order(stage, "contoso", "Premium")).await?;
    let fabrikam = once(stage, "fabrikam orders Standard", order(stage, "fabrikam", "Standard")).await?;
    let subscription = fabrikam.subscription_id;
    let extra = Ask { plan: Some("Extra".to_owned()), ..Ask::of(Verb::Change, subscription) };
    let extra = once(stage, "fabrikam changes to Extra", extra).await?;
    let adventure = once(stage, "adventure orders into a vault that cannot be written", order(stage, "adventure", "Standard")).await?;
    let gone = once(stage, "fabrikam leaves", Ask::of(Verb::Deprovision, subscription)).await?;
    let mut details = Vec::new();
    for run in [contoso, fabrikam, extra, adventure, gone] {
        details.push(stage.engine.run_details(run.id).await?);
    }
    Ok(details)
}

fn order(stage: &Stage<'_>, tenant: &str, plan: &str) -> Ask {
    let properties: Object = [("Username", Value::text(tenant)), ("ContractYears", Value::Int(3))].into_iter().collect();
    Ask { properties, ..Ask::provision(tenant, stage.service, plan) }
}

/// Asks, unless an earlier demo did, and waits until the run has ended or a person must choose.
async fn once(stage: &Stage<'_>, reason: &str, ask: Ask) -> Result<Run, Failure> {
    let asked =
        runs::Filter { requested_by: Some(ASKER.to_owned()), reason: Some(reason.to_owned()), limit: Some(1), ..runs::Filter::default() };
    let id = match runs::list(stage.engine.store(), &asked).await?.first() {
        Some(run) => run.id,
        None => stage.engine.accept(Ask { reason: Some(reason.to_owned()), ..ask }, &stage.by, None).await?.run.id,
    };
    tokio::time::timeout(PATIENCE, settled(stage, id)).await.map_err(|_| {
        let failure = Failure::new(Exit::Failed, "run_not_ended", format!("the run {id} ({reason}) has not ended in time"));
        failure.advise("run `stoa demo` again: it goes on where it was")
    })?
}

async fn settled(stage: &Stage<'_>, id: Uuid) -> Result<Run, Failure> {
    let decided = async {
        loop {
            let run = stage.engine.wait_settled(id).await?;
            if run.state != RunState::Waiting {
                return Ok(run);
            }
            // It goes on by itself when its time has come; until then there is nothing to be told.
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    };
    decided.await
}

/// Whether the runs ended as they should.
pub(super) fn verdict(runs: &[RunDetails]) -> Result<(), Failure> {
    let wanted = [RunState::Succeeded, RunState::Succeeded, RunState::Succeeded, RunState::Undone, RunState::Succeeded];
    let wrong = runs.iter().zip(wanted).find(|(details, wanted)| details.run.state != *wanted);
    let Some((details, wanted)) = wrong else { return Ok(()) };
    let run = &details.run;
    let detail = format!("the run {} ({} for {}) is {} and should be {wanted}", run.id, run.verb, run.tenant, run.state);
    Err(Failure::new(Exit::Failed, "demo_failed", detail).advise(format!("stoa run show {}", run.id)))
}

/// The service that the runs are of: the one an earlier demo ordered, if there was one.
pub(super) fn service(runs: &[RunDetails]) -> Result<&str, Failure> {
    Ok(&runs.first().context("the demo has runs")?.run.service)
}
