//! `stoa run list` and `stoa run show`: runs as the server tells them.

use std::fmt::Write;

use serde_json::Value as Json;

use crate::{
    arguments::{Run, RunList},
    client::{Ask, Client},
    failure::Failure,
    output::{self, table, text},
};

/// Lists runs or shows one.
pub(crate) async fn run(client: &Client, command: Run, json: bool) -> Result<(), Failure> {
    match command {
        Run::List(wanted) => list(client, &wanted, json).await,
        Run::Show { id } => show(client, &id, json).await,
    }
}

async fn list(client: &Client, wanted: &RunList, json: bool) -> Result<(), Failure> {
    let mut query = format!("/runs?limit={}", wanted.limit);
    let filters = [("tenant", &wanted.tenant), ("service", &wanted.service), ("state", &wanted.state), ("verb", &wanted.verb)];
    for (name, value) in filters {
        if let Some(value) = value {
            let value: String = form_urlencoded::byte_serialize(value.as_bytes()).collect();
            write!(query, "&{name}={value}").expect("a string takes everything");
        }
    }
    let answer = client.send(Ask::get(query)).await?;
    if json {
        output::json(&answer);
        return Ok(());
    }
    let runs = answer["items"].as_array().map(Vec::as_slice).unwrap_or_default();
    let row = |run: &Json| ["id", "createdAt", "tenant", "service", "verb", "plan", "state"].map(|name| text(&run[name]));
    output::line(&table(["RUN", "ACCEPTED", "TENANT", "SERVICE", "VERB", "PLAN", "STATE"], runs.iter().map(row)));
    Ok(())
}

async fn show(client: &Client, id: &str, json: bool) -> Result<(), Failure> {
    let run = client.send(Ask::get(format!("/runs/{id}"))).await?;
    if json {
        output::json(&run);
    } else {
        output::line(&described(&run));
    }
    Ok(())
}

/// A run and its steps, for people.
pub(crate) fn described(run: &Json) -> String {
    let plan = match text(&run["plan"]) {
        plan if plan.is_empty() => plan,
        plan => format!(" {plan}"),
    };
    let mut shown = format!(
        "{}  {} {}{plan} for {}: {}",
        text(&run["id"]),
        text(&run["verb"]),
        text(&run["service"]),
        text(&run["tenant"]),
        text(&run["state"])
    );
    if let Some(reason) = run["reason"].as_str() {
        write!(shown, "\n  {reason}").expect("a string takes everything");
    }
    let steps = run["steps"].as_array().map(Vec::as_slice).unwrap_or_default();
    if !steps.is_empty() {
        let row = |step: &Json| {
            let [seq, phase, rule, action, state] = ["seq", "phase", "rule", "action", "state"].map(|name| text(&step[name]));
            [format!("  {seq}"), phase, rule, action, state, text(&step["error"]["detail"])]
        };
        let rows = table(["  #", "PHASE", "RULE", "ACTION", "STATE", ""], steps.iter().map(row));
        write!(shown, "\n{rows}").expect("a string takes everything");
    }
    shown
}
