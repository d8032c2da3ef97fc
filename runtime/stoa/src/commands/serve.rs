//! `stoa serve`: the server, until it is told to stop.

use anyhow::Context;

use crate::{
    data::Data,
    failure::{Exit, Failure},
    logging::Losses,
    output,
    server::Server,
    settings::Settings,
};

/// Serves the installation of the data folder.
pub(crate) async fn run(settings: &Settings, data: &Data, losses: Losses, json: bool) -> Result<(), Failure> {
    if !data.is_there() {
        let failure = Failure::new(Exit::Configuration, "not_initialised", format!("{} is not an installation", data.root.display()));
        return Err(failure.advise("make one with `stoa init`, or name another folder with --data or in stoa.toml"));
    }
    let told = api::stop_signal().context("failed to listen for signals")?;
    let server = Server::start(settings, data, losses).await?;
    if json {
        output::json(&server.running);
    } else {
        output::line(&listens(&server));
    }
    server.serve_until(told).await;
    Ok(())
}

/// Where a server listens, in a line.
pub(crate) fn listens(server: &Server) -> String {
    let socket = server.running.socket.as_ref().map(|path| path.display().to_string());
    let http = server.running.http.map(|address| format!("http://{address}"));
    let places: Vec<String> = socket.into_iter().chain(http).collect();
    format!("listening on {}", places.join(" and "))
}
