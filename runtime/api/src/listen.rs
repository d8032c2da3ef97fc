//! Where the server listens, who is at the other end, what is this user's alone: all of this room and of the program that differs by operating system.

use std::{
    fs, io,
    net::SocketAddr,
    os::unix::{
        fs::{DirBuilderExt, PermissionsExt},
        net::UnixStream as BlockingStream,
    },
    path::{Path, PathBuf},
};

use axum::{extract::connect_info::Connected, serve::IncomingStream};
use tokio::{
    net::{TcpListener, UnixListener},
    signal::unix::{SignalKind, signal},
};

/// Who is at the other end of a connection, as far as the connection itself tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Peer {
    /// The user who runs this server, by the socket's peer credentials.
    Owner,
    /// Another user of this machine.
    Stranger,
    /// Someone on TCP: only a token tells who.
    Network,
}

impl Connected<IncomingStream<'_, UnixListener>> for Peer {
    fn connect_info(stream: IncomingStream<'_, UnixListener>) -> Self {
        let owner = rustix::process::geteuid().as_raw();
        match stream.io().peer_cred() {
            Ok(peer) if peer.uid() == owner => Peer::Owner,
            _ => Peer::Stranger,
        }
    }
}

impl Connected<IncomingStream<'_, TcpListener>> for Peer {
    fn connect_info(stream: IncomingStream<'_, TcpListener>) -> Self {
        if let Err(error) = stream.io().set_nodelay(true) {
            tracing::debug!(%error, "failed to set TCP_NODELAY");
        }
        Peer::Network
    }
}

/// Why the server cannot listen.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A living server has the socket.
    #[error("another server listens on {}", .0.display())]
    Taken(PathBuf),
    /// Something that is not a socket is in the way.
    #[error("{} is in the way and is not a socket", .0.display())]
    InTheWay(PathBuf),
    /// The folder of the socket belongs to someone else or is open to others.
    #[error("the folder {} of the socket is not this user's alone", .0.display())]
    Folder(PathBuf),
    /// An address that is not of this machine alone.
    #[error("{0} is not a loopback address, and there is no encryption on it")]
    NotLoopback(SocketAddr),
    /// The system refused.
    #[error("failed to listen on {place}")]
    Io {
        /// Where.
        place: String,
        /// Why.
        #[source]
        source: io::Error,
    },
}

/// Where the socket called `name` usually lies: a folder of this user's own.
pub fn usual_socket(name: &str) -> PathBuf {
    match std::env::var_os("XDG_RUNTIME_DIR").filter(|folder| !folder.is_empty()) {
        Some(folder) => PathBuf::from(folder).join("stoa").join(name),
        // Others may write to the temporary folder, so each user has a folder of their own in it.
        None => std::env::temp_dir().join(format!("stoa-{}", rustix::process::geteuid().as_raw())).join(name),
    }
}

/// Makes a folder, and those above it, that only this user may enter. One that is there stays as it is.
///
/// # Errors
/// The system refuses.
pub fn private_folder(folder: &Path) -> io::Result<()> {
    fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)
}

/// Whether only its owner may enter a folder.
///
/// # Errors
/// It cannot be looked at.
pub fn is_private(folder: &Path) -> io::Result<bool> {
    Ok(fs::metadata(folder)?.permissions().mode() & 0o077 == 0)
}

/// Begins to listen for the system or a person at the terminal to tell the program to stop (SIGTERM, SIGINT); what comes back ends when one does.
///
/// A signal that arrives before this is called kills the program, so call it before the program says that it is there.
///
/// # Errors
/// The system does not let the program listen for it.
pub fn stop_signal() -> io::Result<impl Future<Output = ()>> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}

/// A Unix socket that is removed again when this is dropped.
pub(crate) struct Socket {
    pub(crate) path: PathBuf,
}

impl Drop for Socket {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.path);
    }
}

/// Listens on a Unix socket of mode 0600. A socket that a killed server left behind is replaced, a living server's is not.
pub(crate) fn unix(path: &Path) -> Result<(UnixListener, Socket), Error> {
    let failed = |source| Error::Io { place: path.display().to_string(), source };
    if let Some(folder) = path.parent() {
        own_folder(folder)?;
    }
    match fs::symlink_metadata(path) {
        Ok(found) if !std::os::unix::fs::FileTypeExt::is_socket(&found.file_type()) => return Err(Error::InTheWay(path.to_owned())),
        Ok(_) if BlockingStream::connect(path).is_ok() => return Err(Error::Taken(path.to_owned())),
        Ok(_) => fs::remove_file(path).map_err(failed)?,
        Err(_) => {}
    }
    // Between bind and chmod only the folder, which is this user's alone, keeps others out; peer credentials are the second lock.
    let listener = UnixListener::bind(path).map_err(failed)?;
    fs::set_permissions(path, fs::Permissions::from_mode(0o600)).map_err(failed)?;
    Ok((listener, Socket { path: path.to_owned() }))
}

fn own_folder(folder: &Path) -> Result<(), Error> {
    let failed = |source| Error::Io { place: folder.display().to_string(), source };
    private_folder(folder).map_err(failed)?;
    let found = fs::metadata(folder).map_err(failed)?;
    let owner = std::os::unix::fs::MetadataExt::uid(&found);
    if owner != rustix::process::geteuid().as_raw() || found.permissions().mode() & 0o022 != 0 {
        return Err(Error::Folder(folder.to_owned()));
    }
    Ok(())
}

/// Listens on a loopback address; port 0 takes a free one.
pub(crate) async fn tcp(address: SocketAddr) -> Result<(TcpListener, SocketAddr), Error> {
    if !address.ip().is_loopback() {
        return Err(Error::NotLoopback(address));
    }
    let failed = |source| Error::Io { place: address.to_string(), source };
    let listener = TcpListener::bind(address).await.map_err(failed)?;
    let bound = listener.local_addr().map_err(failed)?;
    Ok((listener, bound))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_socket_that_a_killed_server_left_is_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("run").join("stoa.sock");
        let (listener, socket) = unix(&path).unwrap();
        // As a kill leaves it: the listener is gone, its file is not.
        std::mem::forget(socket);
        drop(listener);
        assert!(path.exists());
        let (_listener, socket) = unix(&path).unwrap();
        drop(socket);
        assert!(!path.exists());
    }

    #[tokio::test]
    async fn what_is_not_left_over_is_not_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("stoa.sock");
        let _living = unix(&path).unwrap();
        assert!(matches!(unix(&path), Err(Error::Taken(_))));
        let file = folder.path().join("file");
        fs::write(&file, "mine").unwrap();
        assert!(matches!(unix(&file), Err(Error::InTheWay(_))));
        let open = folder.path().join("open");
        fs::create_dir(&open).unwrap();
        fs::set_permissions(&open, fs::Permissions::from_mode(0o777)).unwrap();
        assert!(matches!(unix(&open.join("stoa.sock")), Err(Error::Folder(_))));
    }

    #[tokio::test]
    async fn only_loopback_is_listened_on() {
        assert!(matches!(tcp("0.0.0.0:0".parse().unwrap()).await, Err(Error::NotLoopback(_))));
        let (_listener, address) = tcp("127.0.0.1:0".parse().unwrap()).await.unwrap();
        assert_ne!(address.port(), 0);
    }
}
