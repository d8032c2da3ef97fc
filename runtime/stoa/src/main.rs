//! The `stoa` program: server, worker and command line.
//!
//! It reads the command line, the configuration and the environment, wires the rooms together and ends them. What is worth a unit test belongs to a room.

mod arguments;
mod client;
mod commands;
mod data;
mod embedded;
mod failure;
mod heartbeat;
mod logging;
mod output;
mod server;
mod settings;

use std::process::ExitCode;

use anyhow::Context;
use clap::Parser;

use crate::{
    arguments::{Arguments, Command, Package},
    client::Client,
    data::Data,
    failure::{Exit, Failure},
    logging::{Logs, Losses},
    settings::Settings,
};

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    if matches!(arguments.command, Command::RenderWorker) {
        return render::worker_main();
    }
    let json = arguments.json;
    std::panic::set_hook(Box::new(|panic| tracing::error!(%panic, "the program has a fault")));
    let fault = |_| Err(Failure::new(Exit::Internal, "internal", "the program has a fault; its log says where"));
    match std::panic::catch_unwind(|| run(arguments)).unwrap_or_else(fault) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            failure.tell(json);
            ExitCode::from(failure.exit as u8)
        }
    }
}

fn run(arguments: Arguments) -> Result<(), Failure> {
    let mut settings = settings::read(arguments.config.as_deref(), |name| std::env::var(name).ok())?;
    if let Some(data) = &arguments.data {
        settings.data.clone_from(data);
    }
    let data = Data::at(&settings.data);
    // Held to the end: dropping it writes what is still on its way to the log file.
    let logs = logs(&arguments, &settings, &data)?;
    // Both of the HTTP client's users, actions and commands, take the process's provider.
    if rustls::crypto::ring::default_provider().install_default().is_err() {
        tracing::debug!("a TLS provider was installed already");
    }
    // The work is the engine's and the store's; two threads keep an idle server small and a busy one fed.
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().context("failed to start the runtime")?;
    runtime.block_on(dispatch(arguments, &settings, &data, logs.losses.clone()))
}

fn logs(arguments: &Arguments, settings: &Settings, data: &Data) -> Result<Logs, Failure> {
    let level = arguments.log.as_deref();
    match arguments.command {
        Command::Serve if data.is_there() => logging::of_server(level, &data.logs(), &settings.log, settings.log_days),
        Command::Demo(_) => {
            data.make().with_context(|| format!("failed to make {}", data.root.display()))?;
            logging::of_server(Some(level.unwrap_or("warn")), &data.logs(), &settings.log, settings.log_days)
        }
        _ => logging::of_command(level),
    }
}

async fn dispatch(arguments: Arguments, settings: &Settings, data: &Data, losses: Losses) -> Result<(), Failure> {
    let json = arguments.json;
    let client = || Client::new(arguments.server.as_deref(), data);
    match arguments.command {
        Command::Init(init) => commands::init::run(&init, data, json).await,
        Command::Serve => commands::serve::run(settings, data, losses, json).await,
        Command::Demo(demo) => commands::demo::run(&demo, settings, data, losses, json).await,
        Command::Doctor => commands::doctor::run(settings, data, json).await,
        Command::Package(Package::Check { path, scripts }) => commands::package::run(&path, scripts.as_deref(), json),
        Command::Package(Package::Import { path }) => commands::import::run(&client()?, &path, json).await,
        Command::Run(run) => commands::run::run(&client()?, run, json).await,
        Command::Eval(eval) => commands::eval::run(&eval, json),
        Command::Api(api) => commands::api::run(&client()?, api).await,
        Command::RenderWorker => Ok(()),
    }
}
