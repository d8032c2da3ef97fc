//! Where the server listens, and who is at the other end: what differs between a Unix socket and TCP stays here.

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
use tokio::net::{TcpListener, UnixListener};

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
    if !folder.exists() {
        fs::DirBuilder::new().recursive(true).mode(0o700).create(folder).map_err(failed)?;
    }
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
