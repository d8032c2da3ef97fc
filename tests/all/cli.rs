//! The commands of the real program: what they print, where, and with which exit code.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use libtest_mimic::{Failed, Trial};
use serde_json::Value;

use crate::peers::test;
use crate::server::{Folder, Server, block_on, json, output, stoa};

pub fn trials() -> Vec<Trial> {
    vec![
        test("cli::init_works_once_and_shows_its_token_once", init_works_once_and_shows_its_token_once),
        test("cli::every_failure_has_its_exit_code_and_a_next_step", every_failure_has_its_exit_code_and_a_next_step),
        test("cli::a_configuration_with_a_slip_is_refused_with_its_line", a_configuration_with_a_slip_is_refused_with_its_line),
        test("cli::the_server_leaves_a_note_while_it_runs_and_logs_in_json", the_server_leaves_a_note_while_it_runs_and_logs_in_json),
        test("cli::one_folder_has_one_server", one_folder_has_one_server),
        test("cli::an_idle_server_stays_small", an_idle_server_stays_small),
        test("cli::commands_speak_to_people_and_to_programs", commands_speak_to_people_and_to_programs),
        test("cli::an_expression_is_tried_before_it_stands_in_a_definition", an_expression_is_tried_before_it_stands_in_a_definition),
        test("cli::a_token_opens_the_server_over_http", a_token_opens_the_server_over_http),
        test("cli::a_demo_that_was_killed_goes_on_and_orders_nothing_twice", a_demo_that_was_killed_goes_on_and_orders_nothing_twice),
    ]
}

fn an_expression_is_tried_before_it_stands_in_a_definition() -> Result<(), Failed> {
    let folder = Folder::new()?;
    let (context, vectors) = (folder.beside("context.json"), folder.beside("vectors.jsonl"));
    fs::write(&context, r#"{ "Plan": { "StorageTB": 20 } }"#)?;
    fs::write(
        &vectors,
        "{\"e\":\"$Plan.StorageTB * 2\",\"t\":\"System.Int32\",\"v\":\"40\"}\n{\"e\":\"1 + 1\",\"t\":\"System.Int32\",\"v\":\"3\"}\n",
    )?;
    let said = json(&["eval", "$Plan.StorageTB -gt 10", "--json", "--context", text(&context)], 0)?;
    need(said["type"].as_str().is_some_and(|name| name.contains("Boolean")), || said.to_string())?;
    let refused = String::from_utf8(output(&["eval", "Get-Date"], 1)?.stderr)?;
    need(refused.contains("line 1, column 1"), || refused.clone())?;
    let compared = String::from_utf8(output(&["eval", "--vectors", text(&vectors), "--context", text(&context)], 1)?.stdout)?;
    need(compared.trim() == "agree 1, refused 0, differ 1, crashed 0", || compared.clone())
}

fn text(path: &Path) -> &str {
    path.to_str().expect("a temporary path is UTF-8")
}

fn need(holds: bool, otherwise: impl FnOnce() -> String) -> Result<(), Failed> {
    if holds { Ok(()) } else { Err(otherwise().into()) }
}

/// A new installation, and its token.
fn made(folder: &Folder) -> Result<String, Failed> {
    let made = json(&["init", "--json", "--data", text(&folder.data())], 0)?;
    Ok(made["token"].as_str().ok_or("init shows a token")?.to_owned())
}

fn init_works_once_and_shows_its_token_once() -> Result<(), Failed> {
    let folder = Folder::new()?;
    let token = made(&folder)?;
    need(token.starts_with("stoa_") && token.len() > 64, || format!("{token} is not a token"))?;
    let again = output(&["init", "--data", text(&folder.data())], 4)?;
    need(again.stdout.is_empty(), || format!("it says {}", String::from_utf8_lossy(&again.stdout)))?;
    let said = String::from_utf8(again.stderr)?;
    need(!said.contains("stoa_") && said.contains("stoa serve"), || said.clone())?;
    let store = fs::read(folder.data().join("stoa.db"))?;
    let kept = store.windows(token.len()).any(|bytes| bytes == token.as_bytes());
    need(!kept, || "the store holds the token itself".to_owned())
}

fn every_failure_has_its_exit_code_and_a_next_step() -> Result<(), Failed> {
    let folder = Folder::new()?;
    let (data, nowhere) = (folder.data(), folder.beside("nowhere.sock"));
    let (data, nowhere) = (text(&data), text(&nowhere));
    let cases: [(&[&str], i32); 6] = [
        (&["run", "lst"], 2),
        (&["api", "FETCH", "/runs", "--server", nowhere], 2),
        (&["run", "list", "--data", data], 3),
        (&["run", "list", "--server", nowhere], 3),
        (&["serve", "--data", data], 78),
        (&["package", "check", data], 1),
    ];
    for (arguments, code) in cases {
        let ended = output(arguments, code)?;
        let said = String::from_utf8(ended.stderr)?;
        need(said.lines().count() >= 2 && ended.stdout.is_empty(), || format!("{arguments:?} says {said}"))?;
    }
    let ended = output(&["run", "list", "--json", "--data", data], 3)?;
    let problem: Value = serde_json::from_slice(&ended.stderr)?;
    need(problem["code"] == "not_reachable" && problem["recommendedAction"].is_string(), || problem.to_string())
}

fn a_configuration_with_a_slip_is_refused_with_its_line() -> Result<(), Failed> {
    let folder = Folder::new()?;
    let file = folder.beside("stoa.toml");
    fs::write(&file, "[listen]\nhtpp = \"off\"\n")?;
    let ended = output(&["serve", "--config", text(&file), "--data", text(&folder.data())], 78)?;
    let said = String::from_utf8(ended.stderr)?;
    need(said.contains("stoa.toml:2:") && said.contains("did you mean `listen.http`?"), || said.clone())
}

fn the_server_leaves_a_note_while_it_runs_and_logs_in_json() -> Result<(), Failed> {
    let folder = Folder::new()?;
    made(&folder)?;
    let note = folder.data().join("run/server.json");
    let server = Server::start(&folder.data())?;
    let running: Value = serde_json::from_slice(&fs::read(&note)?)?;
    let socket = running["socket"].as_str().ok_or("the note names the socket")?.to_owned();
    for member in ["boot", "http", "version"] {
        need(running[member].is_string(), || format!("{member} of {running}"))?;
    }
    server.terminate()?;
    need(!note.exists() && !Path::new(&socket).exists(), || "a clean end left its note or its socket behind".to_owned())?;
    let mut lines = 0;
    for file in fs::read_dir(folder.data().join("logs/server"))? {
        for line in fs::read_to_string(file?.path())?.lines() {
            serde_json::from_str::<Value>(line)?;
            lines += 1;
        }
    }
    need(lines > 0, || "the server logged nothing".to_owned())
}

fn one_folder_has_one_server() -> Result<(), Failed> {
    let folder = Folder::new()?;
    made(&folder)?;
    let server = Server::start(&folder.data())?;
    for command in ["serve", "init", "demo"] {
        let ended = output(&[command, "--data", text(&folder.data())], 4)?;
        let said = String::from_utf8(ended.stderr)?;
        need(said.contains(&server.pid().to_string()), || format!("{command} says {said}"))?;
    }
    Ok(())
}

fn an_idle_server_stays_small() -> Result<(), Failed> {
    let folder = Folder::new()?;
    made(&folder)?;
    let _server = Server::start(&folder.data())?;
    let report = json(&["doctor", "--json", "--data", text(&folder.data())], 0)?;
    let resident = report["residentKib"].as_u64().ok_or("doctor tells the memory of the running server")?;
    println!("cli: an idle server has {:.1} MiB resident", resident as f64 / 1024.0);
    need(resident < 40 * 1024 && report["hosts"] == 0, || report.to_string())
}

fn commands_speak_to_people_and_to_programs() -> Result<(), Failed> {
    let folder = Folder::new()?;
    made(&folder)?;
    let data = folder.data();
    let _server = Server::start(&data)?;
    let with = |arguments: &[&'static str]| -> Vec<String> {
        arguments.iter().map(|argument| (*argument).to_owned()).chain(["--data".to_owned(), text(&data).to_owned()]).collect()
    };
    let said = |arguments: &[&'static str], code: i32| {
        let owned = with(arguments);
        output(&owned.iter().map(String::as_str).collect::<Vec<_>>(), code)
    };
    let body = r#"{"name":"contoso","kind":"Customer","email":"it@contoso.example"}"#;
    let made: Value = serde_json::from_slice(&said(&["api", "POST", "/tenants", "--body", body], 0)?.stdout)?;
    need(made["name"] == "contoso", || made.to_string())?;
    let again = said(&["api", "post", "/api/v1/tenants", "--json", "--body", body], 4)?;
    let problem: Value = serde_json::from_slice(&again.stderr)?;
    need(again.stdout.is_empty() && problem["status"] == 409, || problem.to_string())?;
    let package: &'static str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../templates/services/backup-native");
    for outcome in ["imported", "unchanged"] {
        let imported = String::from_utf8(said(&["package", "import", package], 0)?.stdout)?;
        need(imported.starts_with(outcome), || format!("{imported}, not {outcome}"))?;
    }
    let runs: Value = serde_json::from_slice(&said(&["run", "list", "--json"], 0)?.stdout)?;
    need(runs["items"] == Value::Array(Vec::new()), || runs.to_string())?;
    let table = String::from_utf8(said(&["run", "list"], 0)?.stdout)?;
    need(table.starts_with("RUN"), || table.clone())?;
    let missing = String::from_utf8(said(&["run", "list", "--tenant", "contosso"], 4)?.stderr)?;
    need(missing.contains("did you mean `contoso`?"), || missing.clone())
}

fn a_token_opens_the_server_over_http() -> Result<(), Failed> {
    let folder = Folder::new()?;
    let token = made(&folder)?;
    let _server = Server::start(&folder.data())?;
    let note: Value = serde_json::from_slice(&fs::read(folder.data().join("run/server.json"))?)?;
    let url = format!("http://{}", note["http"].as_str().ok_or("the note names the address")?);
    let ask = |token: &str| -> std::io::Result<std::process::Output> {
        let mut command: Command = stoa(&["api", "GET", "/server"]);
        command.env("STOA_SERVER", &url).env("STOA_TOKEN", token).output()
    };
    let (good, bad) = (ask(&token)?, ask("stoa_000000000000_0")?);
    need(good.status.code() == Some(0), || String::from_utf8_lossy(&good.stderr).into_owned())?;
    need(bad.status.code() == Some(4), || String::from_utf8_lossy(&bad.stderr).into_owned())
}

fn a_demo_that_was_killed_goes_on_and_orders_nothing_twice() -> Result<(), Failed> {
    let folder = Folder::new()?;
    let data = folder.data();
    let arguments = ["demo", "--exit", "--json", "--data", text(&data)];
    // Whenever it is killed, the outcome is the same; the moments only spread over what it does.
    for moment in [30, 120, 300, 600, 1000] {
        let mut child = stoa(&arguments).stdout(Stdio::null()).stderr(Stdio::null()).spawn()?;
        std::thread::sleep(Duration::from_millis(moment));
        child.kill()?;
        child.wait()?;
    }
    let tour = json(&arguments, 0)?;
    let server = Server::start(&data)?;
    block_on(async {
        let runs = server.client().get("/runs").await?;
        let (shown, all) = (tour["runs"].as_array().map(Vec::len), runs["items"].as_array().map(Vec::len));
        need(shown == Some(5) && all == Some(5), || format!("{shown:?} runs shown, {all:?} there: {runs:#}"))
    })
}
