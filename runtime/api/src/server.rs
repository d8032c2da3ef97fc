//! The service of this room: one router on a Unix socket and on loopback TCP.

use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use axum::{Router, middleware};
use store::Store;
use tokio::{
    net::{TcpListener, UnixListener},
    sync::watch,
};
use tower_http::catch_panic::CatchPanicLayer;
use uuid::Uuid;

use crate::{
    caller::authenticate,
    listen::{self, Error, Peer, Socket},
    problems::as_problems,
    routes,
};

/// How long requests in flight may take once the server is told to stop.
const GRACE: Duration = Duration::from_secs(5);

/// What the API needs from the world.
#[derive(Clone)]
pub struct Config {
    /// The door to runs, and to the store that lists come from.
    pub engine: engine::Handle,
    /// Version of the program.
    pub version: String,
    /// Identity of this start of the server.
    pub boot: Uuid,
    /// Path of the Unix socket, if it listens on one.
    pub socket: Option<PathBuf>,
    /// Loopback address, if it listens on one; port 0 takes a free one.
    pub http: Option<SocketAddr>,
    /// Further names by which it may be called over TCP, with port.
    pub hosts: Vec<String>,
}

/// What handlers share.
pub(crate) struct Server {
    pub(crate) engine: engine::Handle,
    pub(crate) store: Store,
    pub(crate) version: String,
    pub(crate) boot: Uuid,
    pub(crate) hosts: Vec<String>,
}

pub(crate) type Shared = Arc<Server>;

/// The API, bound and not yet answering.
pub struct Service {
    router: Router,
    socket: Option<(UnixListener, Socket)>,
    http: Option<(TcpListener, SocketAddr)>,
}

impl Service {
    /// Binds the socket and the address. What connects before [`Service::run`] waits.
    pub async fn bind(config: Config) -> Result<Service, Error> {
        let socket = config.socket.as_deref().map(listen::unix).transpose()?;
        let http = match config.http {
            Some(address) => Some(listen::tcp(address).await?),
            None => None,
        };
        let router = router(config, http.as_ref().map(|(_, address)| *address));
        Ok(Service { router, socket, http })
    }

    /// Where the Unix socket is.
    pub fn socket(&self) -> Option<&Path> {
        self.socket.as_ref().map(|(_, socket)| socket.path.as_path())
    }

    /// The address with the port it got.
    pub fn http(&self) -> Option<SocketAddr> {
        self.http.as_ref().map(|(_, address)| *address)
    }

    /// Answers until `shutdown` turns true, then ends the requests in flight within a few seconds and removes the socket.
    pub async fn run(self, shutdown: watch::Receiver<bool>) {
        let Service { router, socket, http } = self;
        let unix = async {
            let Some((listener, _socket)) = socket else { return };
            let service = router.clone().into_make_service_with_connect_info::<Peer>();
            until(shutdown.clone(), axum::serve(listener, service).with_graceful_shutdown(told(shutdown.clone()))).await;
        };
        let tcp = async {
            let Some((listener, _)) = http else { return };
            let service = router.clone().into_make_service_with_connect_info::<Peer>();
            until(shutdown.clone(), axum::serve(listener, service).with_graceful_shutdown(told(shutdown.clone()))).await;
        };
        tokio::join!(unix, tcp);
    }
}

/// The router with its layers, the outermost last.
fn router(config: Config, http: Option<SocketAddr>) -> Router {
    let mut hosts = config.hosts;
    if let Some(address) = http {
        hosts.push(address.to_string());
        hosts.push(format!("localhost:{}", address.port()));
    }
    let server =
        Arc::new(Server { store: config.engine.store().clone(), engine: config.engine, version: config.version, boot: config.boot, hosts });
    routes::router()
        .layer(middleware::from_fn_with_state(Arc::clone(&server), authenticate))
        .layer(CatchPanicLayer::new())
        .layer(middleware::from_fn(as_problems))
        .with_state(server)
}

/// Ends when `shutdown` turns true, or when nobody is left who could turn it.
async fn told(mut shutdown: watch::Receiver<bool>) {
    let _ = shutdown.wait_for(|stop| *stop).await;
}

/// Runs `serve` to its end, but not longer than the grace after `shutdown`.
async fn until<E: std::fmt::Display>(shutdown: watch::Receiver<bool>, serve: impl IntoFuture<Output = Result<(), E>>) {
    let late = async {
        told(shutdown).await;
        tokio::time::sleep(GRACE).await;
    };
    tokio::select! {
        ended = serve.into_future() => if let Err(error) = ended {
            tracing::error!(%error, "the listener failed");
        },
        () = late => tracing::warn!("requests were still in flight when the server stopped"),
    }
}
