//! `stoa demo`: the whole way for made-up customers, from the starter packages to billing events, on the engine that also answers the API.
//!
//! Everything is found again on a second run and not done twice, so a demo that was killed goes on where it was.

mod orders;
mod prepare;
mod report;

use std::path::{Path, PathBuf};

use anyhow::Context;
use engine::Principal;

use crate::{
    arguments::Demo,
    commands::init,
    data::Data,
    failure::{Exit, Failure},
    logging::Losses,
    output,
    server::Server,
    settings::Settings,
};

const PROVIDER: &str = "acme";
/// Who orders; with the reason of an order it tells a second demo that the order is there.
const ASKER: &str = "demo";

/// What the demo acts on.
struct Stage<'a> {
    engine: &'a engine::Handle,
    by: Principal,
    /// The service that is ordered: with scripts where there is PowerShell.
    service: &'static str,
    vault: PathBuf,
    /// A vault in which an order must fail.
    blocked: PathBuf,
}

/// Runs the demo, prints what happened, and serves on unless it is told to end.
pub(crate) async fn run(arguments: &Demo, settings: &Settings, data: &Data, losses: Losses, json: bool) -> Result<(), Failure> {
    let token = init::make(data, PROVIDER).await?;
    let server = Server::start(settings, data, losses).await?;
    let outcome = play(&server, data).await;
    let result = match &outcome {
        Ok(report) => {
            if json {
                output::json(report);
            } else {
                report.tell(token.as_deref(), !arguments.exit);
            }
            report.verdict()
        }
        Err(_) => outcome.map(|_| ()),
    };
    let stay = result.is_ok() && !arguments.exit;
    let told = api::stop_signal().context("failed to listen for signals")?;
    server
        .serve_until(async {
            if stay {
                told.await;
            }
        })
        .await;
    result
}

async fn play(server: &Server, data: &Data) -> Result<report::Report, Failure> {
    let stage = Stage {
        engine: &server.engine,
        by: Principal::new(ASKER),
        service: if server.powershell.is_ok() { "backup" } else { "backup-native" },
        vault: data.root.join("vault"),
        blocked: data.root.join("vault-in-the-way"),
    };
    prepare::all(&stage).await?;
    let runs = orders::all(&stage).await?;
    report::Report::of(&stage, server, data, runs).await
}

fn text(path: &Path) -> Result<&str, Failure> {
    path.to_str().ok_or_else(|| {
        let failure = Failure::new(Exit::Refused, "data_folder_name", format!("the name of {} is not UTF-8", path.display()));
        failure.advise("name another folder with --data")
    })
}
