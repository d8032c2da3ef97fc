//! `stoa doctor`: what is well, what is not, and what to do about it.

use std::{fs, path::Path};

use serde::Serialize;
use serde_json::Value as Json;
use store::Store;

use crate::{
    client::{Ask, Client},
    data::{Data, Running},
    failure::{Exit, Failure},
    output,
    server::{VERSION, clock},
    settings::Settings,
};

const MIB: f64 = 1024.0;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
enum State {
    Ok,
    Warning,
    Failed,
}

/// One thing looked at.
#[derive(Serialize)]
struct Finding {
    name: &'static str,
    state: State,
    detail: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<&'static str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    next: Vec<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Report {
    version: &'static str,
    data: String,
    ok: bool,
    powershell: Option<Shell>,
    /// Resident memory of the running server.
    resident_kib: Option<u64>,
    /// PowerShell hosts of the running server.
    hosts: Option<usize>,
    findings: Vec<Finding>,
}

#[derive(Serialize)]
struct Shell {
    path: String,
    version: String,
}

impl Finding {
    fn new(name: &'static str, state: State, detail: impl Into<String>) -> Self {
        Finding { name, state, detail: detail.into(), code: None, next: Vec::new() }
    }

    fn next(mut self, line: impl Into<String>) -> Self {
        self.next.push(line.into());
        self
    }
}

/// Looks at everything, prints it, and fails if something is not well.
pub(crate) async fn run(settings: &Settings, data: &Data, json: bool) -> Result<(), Failure> {
    let running = data.running();
    let answers = match &running {
        Some(_) => answers(data).await,
        None => false,
    };
    let alive = running.as_ref().filter(|_| answers);
    let shell = powershell::find(settings.powershell.as_deref());
    let findings = vec![folder(data), server(running.as_ref(), answers), store(data, answers).await, of_shell(&shell), confinement(&shell)];
    let report = Report {
        version: VERSION,
        data: data.root.display().to_string(),
        ok: findings.iter().all(|finding| finding.state != State::Failed),
        powershell: shell.ok().map(|found| Shell { path: found.path.display().to_string(), version: found.version }),
        resident_kib: alive.and_then(|running| resident(running.pid)),
        hosts: alive.map(|running| hosts(running.pid)),
        findings,
    };
    if json {
        output::json(&report)
    } else {
        tell(&report)
    }
    if report.ok {
        return Ok(());
    }
    Err(Failure::new(Exit::Failed, "not_well", "something is not well").advise("the findings say what, and what to do"))
}

fn tell(report: &Report) {
    output::line(&format!("stoa {}, {}", report.version, report.data));
    for finding in &report.findings {
        let mark = match finding.state {
            State::Ok => "ok     ",
            State::Warning => "warning",
            State::Failed => "FAILED ",
        };
        let code = finding.code.map(|code| format!(" ({code})")).unwrap_or_default();
        output::line(&format!("{mark}  {}: {}{code}", finding.name, finding.detail));
        finding.next.iter().for_each(|line| output::line(&format!("         {line}")));
    }
    if let Some(kib) = report.resident_kib {
        let hosts = report.hosts.unwrap_or_default();
        output::line(&format!("memory   {:.1} MiB resident, {hosts} PowerShell hosts beside it", kib as f64 / MIB));
    }
}

fn folder(data: &Data) -> Finding {
    if !data.is_there() {
        return Finding::new("data folder", State::Failed, "there is no installation here").next("stoa init");
    }
    match api::is_private(&data.root) {
        Ok(true) => Finding::new("data folder", State::Ok, "this user's alone"),
        Ok(false) => {
            Finding::new("data folder", State::Warning, "others may look into it").next(format!("chmod 700 '{}'", data.root.display()))
        }
        Err(error) => Finding::new("data folder", State::Failed, format!("it cannot be looked at: {error}")),
    }
}

fn server(running: Option<&Running>, answers: bool) -> Finding {
    match running {
        Some(running) if answers => {
            let socket = running.socket.as_ref().map(|path| path.display().to_string());
            let http = running.http.map(|address| format!("http://{address}"));
            let places: Vec<String> = socket.into_iter().chain(http).collect();
            Finding::new("server", State::Ok, format!("process {} answers on {}", running.pid, places.join(" and ")))
        }
        Some(running) => {
            Finding::new("server", State::Warning, format!("process {} left its note and does not answer", running.pid)).next("stoa serve")
        }
        None => Finding::new("server", State::Ok, "none runs on this folder"),
    }
}

async fn answers(data: &Data) -> bool {
    let Ok(client) = Client::new(None, data) else { return false };
    matches!(client.send(Ask::get("/server")).await, Ok(Json::Object(_)))
}

/// Only without a server can the store be opened: the folder is one process's alone. A server has read its settings back when it started.
async fn store(data: &Data, answers: bool) -> Finding {
    const NAME: &str = "store";
    if answers {
        return Finding::new(NAME, State::Ok, "in use by the server, which read WAL and synchronous=FULL back when it started; locked");
    }
    if !data.is_there() {
        return Finding::new(NAME, State::Failed, "there is none");
    }
    let opened = match Store::open(&data.root, clock()) {
        Ok(store) => store::check::violations(&store).await.map(|violations| (store, violations)),
        Err(error) => Err(error),
    };
    match opened {
        Ok((store, violations)) if violations.is_empty() => match store::check::counts(&store).await {
            Ok(counts) => Finding::new(
                NAME,
                State::Ok,
                format!(
                    "WAL and synchronous=FULL read back; {} runs ({} active), {} billing events",
                    counts.runs, counts.active_runs, counts.billing_events
                ),
            ),
            Err(error) => Finding::new(NAME, State::Failed, format!("{:#}", anyhow::Error::new(error))),
        },
        Ok((_, violations)) => Finding::new(NAME, State::Failed, violations.join("; ")),
        Err(error) => Finding::new(NAME, State::Failed, format!("{:#}", anyhow::Error::new(error))),
    }
}

fn of_shell(shell: &Result<powershell::Found, powershell::Missing>) -> Finding {
    match shell {
        Ok(found) => Finding::new("PowerShell", State::Ok, format!("{} at {}", found.version, found.path.display())),
        Err(missing) => {
            let finding = Finding::new("PowerShell", State::Warning, format!("none found; looked at {}", missing.looked.join(", ")));
            let finding = finding.next("Debian, Ubuntu: https://learn.microsoft.com/powershell/scripting/install/install-debian");
            finding
                .next("any system with .NET: dotnet tool install --global PowerShell")
                .next("then: stoa doctor, or name it in stoa.toml: powershell.program")
        }
    }
}

/// Said plainly rather than left to be assumed: a script can do what the server's user can.
fn confinement(shell: &Result<powershell::Found, powershell::Missing>) -> Finding {
    if shell.is_err() {
        return Finding::new("scripts", State::Ok, "none can run");
    }
    let detail = "run as this user, in processes of their own, without confinement: import only packages you trust";
    Finding { code: Some("scripts_unconfined"), ..Finding::new("scripts", State::Warning, detail) }
}

fn resident(pid: u32) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?.split_whitespace().next()?.parse().ok()
}

/// Children of the server that are PowerShell.
fn hosts(pid: u32) -> usize {
    let is_host = |process: &Path| {
        let Ok(stat) = fs::read_to_string(process.join("stat")) else { return false };
        // `pid (name) state parent ...`, where the name may hold anything.
        let Some((head, tail)) = stat.rsplit_once(')') else { return false };
        let parent = tail.split_whitespace().nth(1).and_then(|parent| parent.parse::<u32>().ok());
        parent == Some(pid) && head.rsplit_once('(').is_some_and(|(_, name)| name.starts_with("pwsh"))
    };
    let processes = fs::read_dir("/proc").into_iter().flatten().flatten();
    processes.filter(|process| is_host(&process.path())).count()
}
