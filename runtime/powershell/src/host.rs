//! One host process: its start, its connection, its end. What runs in it is the business of `run`.

use std::{
    ffi::OsString,
    io,
    path::{Path, PathBuf},
    process::Stdio,
    time::Duration,
};

use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWriteExt},
    net::{
        UnixListener, UnixStream,
        unix::{OwnedReadHalf, OwnedWriteHalf},
    },
    process::{Child, Command},
    time::timeout,
};

use crate::{
    Config,
    frame::{self, Message, Reader},
    os,
};

/// The scripts of the far end, by file name.
const PROGRAM: &[(&str, &str)] = &[
    ("host.ps1", include_str!("../host/host.ps1")),
    ("spares.ps1", include_str!("../host/spares.ps1")),
    ("invoke.ps1", include_str!("../host/invoke.ps1")),
    ("session.psm1", include_str!("../host/session.psm1")),
    ("commands.psm1", include_str!("../host/commands.psm1")),
    ("warm.ps1", include_str!("../host/warm.ps1")),
];

/// Runspaces kept ready in a host: one for the next run, one for the run after it while the first is replaced.
const SPARES: u32 = 2;

/// A running host. Dropping it kills the process with everything it started.
pub(crate) struct Host {
    pub(crate) reader: Reader<OwnedReadHalf>,
    pub(crate) writer: OwnedWriteHalf,
    pub(crate) runs: u32,
    child: Child,
    process: u32,
    mark: String,
    folders: Vec<PathBuf>,
}

/// Why a host could not be started.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    #[error("failed to prepare a host's files in `{folder}`")]
    Files { folder: PathBuf, source: io::Error },
    #[error("failed to start a session with `{program}`")]
    Spawn { program: PathBuf, source: io::Error },
    #[error("the host ended before it was ready ({status})")]
    Ended { status: String },
    #[error("the host was not ready within {} seconds", .0.as_secs())]
    Late(Duration),
    #[error("the host does not speak the protocol")]
    Protocol(#[from] frame::Error),
    #[error("the host did not know the nonce")]
    Nonce,
}

/// Writes the program and clears away what hosts of an earlier server left.
pub(crate) fn prepare(folder: &Path) -> Result<(), Error> {
    let write = || {
        os::private_folder(folder)?;
        for entry in std::fs::read_dir(folder)?.flatten() {
            if entry.file_name() != "program" {
                // What cannot be removed is in nobody's way.
                let _ = std::fs::remove_dir_all(entry.path());
            }
        }
        os::private_folder(&folder.join("program"))?;
        PROGRAM.iter().try_for_each(|(name, text)| os::write_read_only(&folder.join("program").join(name), text))
    };
    write().map_err(|source| Error::Files { folder: folder.to_owned(), source })
}

/// Path of one of the far end's scripts.
pub(crate) fn program_file(folder: &Path, name: &str) -> PathBuf {
    folder.join("program").join(name)
}

impl Host {
    /// Starts a host and waits until it is ready.
    pub(crate) async fn start(config: &Config) -> Result<Host, Error> {
        let mark = hex_of(rand::random());
        let nonce = hex_of(rand::random()) + &hex_of(rand::random());
        let folder = config.folder.join(&mark);
        let files = |source| Error::Files { folder: folder.clone(), source };
        os::private_folder(&folder.join("home")).map_err(files)?;
        os::private_folder(&folder.join("tmp")).map_err(files)?;
        let mut folders = vec![folder.clone()];
        let socket = socket_path(&folder, &mark, &mut folders).map_err(files)?;
        let listener = UnixListener::bind(&socket).map_err(files)?;
        os::private_socket(&socket).map_err(files)?;

        let mut child = spawn(config, &folder, &mark).map_err(|source| Error::Spawn { program: config.program.clone(), source })?;
        let process = child.id().expect("a child that was not waited for has an id");
        let mut stdin = child.stdin.take().expect("standard input is piped");
        stray(process, child.stdout.take());
        stray(process, child.stderr.take());
        let greeting = format!("{}\n{nonce}\n{SPARES}\n{}\n", socket.display(), module_path(config));
        let connect = async {
            // A host that ends at once closes its input; why it ended says more.
            let _ = stdin.write_all(greeting.as_bytes()).await;
            drop(stdin);
            connect(&listener, process).await
        };
        let stream = tokio::select! {
            stream = timeout(config.start_timeout, connect) => stream,
            status = child.wait() => {
                let status = status.map_or_else(|error| error.to_string(), |status| status.to_string());
                folders.iter().for_each(|folder| drop(std::fs::remove_dir_all(folder)));
                return Err(Error::Ended { status });
            }
        };
        let (reader, writer) = match stream {
            Ok(Ok(stream)) => stream.into_split(),
            Ok(Err(source)) => return Err(abandon(child, process, &mark, &folders, files(source))),
            Err(_) => return Err(abandon(child, process, &mark, &folders, Error::Late(config.start_timeout))),
        };
        let mut host = Host { reader: Reader::new(reader), writer, runs: 0, child, process, mark, folders };
        timeout(config.start_timeout, host.greet(&nonce)).await.map_err(|_| Error::Late(config.start_timeout))??;
        Ok(host)
    }

    async fn greet(&mut self, nonce: &str) -> Result<(), Error> {
        match self.reader.next().await?.message {
            Message::Ready { nonce: given, version } if given == nonce => {
                tracing::debug!(process = self.process, version, "a PowerShell host is ready");
                Ok(())
            }
            _ => Err(Error::Nonce),
        }
    }

    /// The process's id.
    pub(crate) fn process(&self) -> u32 {
        self.process
    }

    /// What its descendants are found by.
    pub(crate) fn mark(&self) -> &str {
        &self.mark
    }
}

impl Drop for Host {
    fn drop(&mut self) {
        let leader = matches!(self.child.try_wait(), Ok(None)).then_some(self.process);
        os::kill_tree(leader, &self.mark);
        self.folders.iter().for_each(|folder| drop(std::fs::remove_dir_all(folder)));
    }
}

fn abandon(child: Child, process: u32, mark: &str, folders: &[PathBuf], error: Error) -> Error {
    os::kill_tree(Some(process), mark);
    drop(child);
    folders.iter().for_each(|folder| drop(std::fs::remove_dir_all(folder)));
    error
}

fn spawn(config: &Config, folder: &Path, mark: &str) -> io::Result<Child> {
    let fixed: [(&str, OsString); 10] = [
        ("HOME", folder.join("home").into()),
        ("TMPDIR", folder.join("tmp").into()),
        ("PSModulePath", module_path(config).into()),
        (os::MARK, mark.into()),
        ("NO_COLOR", "1".into()),
        ("POWERSHELL_TELEMETRY_OPTOUT", "1".into()),
        ("POWERSHELL_UPDATECHECK", "Off".into()),
        // Instrumented code and a second collector thread cost a process of short scripts more than they give.
        ("DOTNET_TieredPGO", "0".into()),
        ("DOTNET_gcConcurrent", "0".into()),
        ("DOTNET_GCHeapHardLimit", format!("{:X}", config.heap_max).into()),
    ];
    let mut command = std::process::Command::new(&config.program);
    command
        .args(["-NoProfile", "-NoLogo", "-NonInteractive", "-File"])
        .arg(program_file(&config.folder, "host.ps1"))
        .env_clear()
        .envs(os::environment())
        .envs(fixed)
        .current_dir(folder.join("home"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    os::own_group(&mut command);
    Command::from(command).kill_on_drop(true).spawn()
}

/// PowerShell's own modules and those of the configuration; never those of a home folder.
fn module_path(config: &Config) -> String {
    let program = config.program.canonicalize().unwrap_or_else(|_| config.program.clone());
    let own = program.parent().map(|home| home.join("Modules")).into_iter();
    let paths: Vec<String> = own.chain(config.modules.iter().cloned()).map(|path| path.display().to_string()).collect();
    paths.join(":")
}

/// In the host's folder where its path is short enough for an address, else in a private one of the system's temporary folder.
fn socket_path(folder: &Path, mark: &str, folders: &mut Vec<PathBuf>) -> io::Result<PathBuf> {
    let socket = folder.join("socket");
    if os::fits_socket(&socket) {
        return Ok(socket);
    }
    let short = std::env::temp_dir().join(format!("stoa-{mark}"));
    os::private_folder(&short)?;
    folders.push(short.clone());
    Ok(short.join("socket"))
}

/// The connection of the process itself; others are turned away.
async fn connect(listener: &UnixListener, process: u32) -> io::Result<UnixStream> {
    loop {
        let (stream, _) = listener.accept().await?;
        let peer = stream.peer_cred()?.pid().and_then(|pid| u32::try_from(pid).ok());
        if peer.is_none_or(|peer| peer == process) {
            return Ok(stream);
        }
        tracing::warn!(process, ?peer, "another process connected to a host's socket and was turned away");
    }
}

/// Logs what a host prints past its frames.
fn stray(process: u32, output: Option<impl AsyncRead + Unpin + Send + 'static>) {
    let Some(mut output) = output else { return };
    tokio::spawn(async move {
        let mut piece = vec![0; 4096];
        while let Ok(length @ 1..) = output.read(&mut piece).await {
            let text = String::from_utf8_lossy(&piece[..length]);
            tracing::info!(process, text = text.trim_end(), "stray output of a PowerShell host");
        }
    });
}

fn hex_of(number: u64) -> String {
    format!("{number:016x}")
}
