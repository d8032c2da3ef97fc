//! The real program as a process on a folder of its own, and a client for it.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use libtest_mimic::Failed;
use reqwest::{Method, StatusCode};
use serde_json::Value;
use tempfile::TempDir;

use crate::peers;

/// A command of the program that leaves the machine's own settings alone.
pub fn stoa(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_stoa"));
    command.args(arguments).env("NO_COLOR", "1").env_remove("STOA_SERVER").env_remove("STOA_TOKEN").stdin(Stdio::null());
    match peers::pwsh() {
        Some(program) => command.env("STOA_PWSH", program),
        None => command.env_remove("STOA_PWSH"),
    };
    command
}

/// Runs a command to its end and gives what it printed; fails when it does not end with `code`.
pub fn output(arguments: &[&str], code: i32) -> Result<Output, Failed> {
    let output = stoa(arguments).output()?;
    if output.status.code() != Some(code) {
        return Err(format!(
            "stoa {}: {}, not {code}\n--- standard output\n{}--- standard error\n{}",
            arguments.join(" "),
            output.status,
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr)
        )
        .into());
    }
    Ok(output)
}

/// Runs a command that prints one JSON document on standard output.
pub fn json(arguments: &[&str], code: i32) -> Result<Value, Failed> {
    Ok(serde_json::from_slice(&output(arguments, code)?.stdout)?)
}

/// A data folder that outlives the servers started on it.
pub struct Folder(TempDir);

impl Folder {
    pub fn new() -> Result<Self, Failed> {
        Ok(Folder(tempfile::tempdir()?))
    }

    /// The data folder, not there before the program makes it.
    pub fn data(&self) -> PathBuf {
        self.0.path().join("data")
    }

    /// A path beside the data folder.
    pub fn beside(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }
}

/// A running `stoa serve`; killed when dropped.
pub struct Server {
    child: Child,
    client: reqwest::Client,
}

impl Server {
    /// Starts a server on `data` and waits until it answers.
    pub fn start(data: &Path) -> Result<Self, Failed> {
        Server::start_with(data, &[])
    }

    /// The same with variables of the environment.
    pub fn start_with(data: &Path, environment: &[(&str, &str)]) -> Result<Self, Failed> {
        let mut command = stoa(&["serve", "--data"]);
        command.envs(environment.iter().copied());
        let mut child = command.arg(data).stdout(Stdio::null()).stderr(Stdio::piped()).spawn()?;
        let stderr = child.stderr.take().expect("standard error is piped");
        // Somebody must read it, or the server stops at a full pipe.
        let said = std::thread::spawn(move || BufReader::new(stderr).lines().map_while(Result::ok).collect::<Vec<_>>().join("\n"));
        let socket = match wait_for_socket(data, &mut child) {
            Ok(socket) => socket,
            Err(error) => {
                let _ = child.kill();
                let _ = child.wait();
                return Err(format!("{error}\n{}", said.join().unwrap_or_default()).into());
            }
        };
        let client = reqwest::Client::builder().unix_socket(socket).timeout(Duration::from_secs(60)).build()?;
        Ok(Server { child, client })
    }

    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// SIGKILL, and gone when this returns.
    pub fn kill(mut self) -> Result<(), Failed> {
        self.child.kill()?;
        self.child.wait()?;
        Ok(())
    }

    /// SIGTERM; the server must end well.
    pub fn terminate(mut self) -> Result<(), Failed> {
        let pid = rustix::process::Pid::from_child(&self.child);
        rustix::process::kill_process(pid, rustix::process::Signal::TERM)?;
        let status = self.child.wait()?;
        if status.success() { Ok(()) } else { Err(format!("the server ended with {status}").into()) }
    }

    /// A client that outlives the server.
    pub fn client(&self) -> Client {
        Client(self.client.clone())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn wait_for_socket(data: &Path, child: &mut Child) -> Result<PathBuf, String> {
    let pid = child.id();
    let deadline = Instant::now() + Duration::from_secs(60);
    while Instant::now() < deadline {
        if let Ok(Some(status)) = child.try_wait() {
            return Err(format!("the server ended: {status}"));
        }
        let said = std::fs::read(data.join("run/server.json")).ok().and_then(|text| serde_json::from_slice::<Value>(&text).ok());
        if let Some(said) = said.filter(|said| said["pid"] == pid) {
            let socket = PathBuf::from(said["socket"].as_str().unwrap_or_default());
            if std::os::unix::net::UnixStream::connect(&socket).is_ok() {
                return Ok(socket);
            }
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    Err("the server did not answer within a minute".to_owned())
}

/// A plain client of the API over the Unix socket.
#[derive(Clone)]
pub struct Client(reqwest::Client);

impl Client {
    /// One call; the status and the JSON body.
    pub async fn call(
        &self,
        method: Method,
        path: &str,
        body: Option<Value>,
        key: Option<&str>,
    ) -> Result<(StatusCode, Value), reqwest::Error> {
        let mut request = self.0.request(method, format!("http://localhost/api/v1{path}"));
        if let Some(key) = key {
            request = request.header("Idempotency-Key", key);
        }
        if let Some(body) = body {
            request = request.json(&body);
        }
        let answer = request.send().await?;
        let status = answer.status();
        let text = answer.text().await?;
        Ok((status, serde_json::from_str(&text).unwrap_or(Value::Null)))
    }

    /// A GET that must answer 200.
    pub async fn get(&self, path: &str) -> Result<Value, Failed> {
        self.expect(Method::GET, path, None, StatusCode::OK).await
    }

    /// A call that must answer `wanted`.
    pub async fn expect(&self, method: Method, path: &str, body: Option<Value>, wanted: StatusCode) -> Result<Value, Failed> {
        let (status, answer) = self.call(method.clone(), path, body, None).await?;
        if status == wanted { Ok(answer) } else { Err(format!("{method} {path}: {status}, not {wanted}: {answer:#}").into()) }
    }

    /// The run once it has ended; asks again until then.
    pub async fn ended(&self, run: &str) -> Result<Value, Failed> {
        let deadline = Instant::now() + Duration::from_secs(60);
        while Instant::now() < deadline {
            let shown = self.get(&format!("/runs/{run}")).await?;
            if !shown["endedAt"].is_null() {
                return Ok(shown);
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        Err(format!("run {run} did not end within a minute: {:#}", self.get(&format!("/runs/{run}")).await?).into())
    }
}

/// Runs a test's future.
pub fn block_on<T>(test: impl Future<Output = Result<T, Failed>>) -> Result<T, Failed> {
    tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(test)
}
