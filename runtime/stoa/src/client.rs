//! The commands' side of the API: finding the server, sending one request, reading the answer or the problem.

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use model::Problem;
use reqwest::{Method, StatusCode, header};
use serde_json::Value as Json;

use crate::{
    data::Data,
    failure::{Exit, Failure},
};

/// A server to talk to.
pub(crate) struct Client {
    client: reqwest::Client,
    base: String,
    token: Option<String>,
    shown: String,
}

/// Where a server is.
enum Place {
    Socket(PathBuf),
    Url(String),
}

/// One request.
pub(crate) struct Ask {
    pub(crate) method: Method,
    /// Below `/api/v1`, with its query.
    pub(crate) path: String,
    pub(crate) body: Option<String>,
    pub(crate) key: Option<String>,
}

impl Ask {
    /// A plain look.
    pub(crate) fn get(path: impl Into<String>) -> Self {
        Ask { method: Method::GET, path: path.into(), body: None, key: None }
    }
}

impl Client {
    /// The server that was named, or else the one of the data folder.
    pub(crate) fn new(named: Option<&str>, data: &Data) -> Result<Client, Failure> {
        let place = match named {
            Some(url) if url.starts_with("http://") || url.starts_with("https://") => Place::Url(url.trim_end_matches('/').to_owned()),
            Some(path) if Path::new(path).is_dir() => of_folder(&Data::at(Path::new(path)))?,
            Some(path) => Place::Socket(PathBuf::from(path.strip_prefix("unix:").unwrap_or(path))),
            None => of_folder(data)?,
        };
        let builder = reqwest::Client::builder().connect_timeout(Duration::from_secs(5)).no_proxy();
        let (builder, base, shown) = match place {
            Place::Socket(path) => (builder.unix_socket(path.clone()), "http://localhost".to_owned(), path.display().to_string()),
            Place::Url(url) => (builder, url.clone(), url),
        };
        let client = builder.build().map_err(|error| Failure::new(Exit::Internal, "internal", format!("no HTTP client: {error}")))?;
        Ok(Client { client, base, token: std::env::var("STOA_TOKEN").ok().filter(|token| !token.is_empty()), shown })
    }

    /// Sends one request; a problem comes back as a failure with the server's own words. No content is null.
    pub(crate) async fn send(&self, ask: Ask) -> Result<Json, Failure> {
        let path = ask.path.strip_prefix(api::PREFIX).unwrap_or(&ask.path);
        let url = format!("{}{}/{}", self.base, api::PREFIX, path.trim_start_matches('/'));
        let mut request = self.client.request(ask.method, url);
        if let Some(token) = &self.token {
            request = request.bearer_auth(token);
        }
        if let Some(key) = ask.key {
            request = request.header("Idempotency-Key", key);
        }
        if let Some(body) = ask.body {
            request = request.header(header::CONTENT_TYPE, "application/json").body(body);
        }
        let answer = request.send().await.map_err(|error| self.unreachable(&error))?;
        let status = answer.status();
        let bytes = answer.bytes().await.map_err(|error| self.unreachable(&error))?;
        if status.is_success() {
            return if bytes.is_empty() { Ok(Json::Null) } else { serde_json::from_slice(&bytes).map_err(|error| odd(status, &error)) };
        }
        let problem: Problem = serde_json::from_slice(&bytes).map_err(|error| odd(status, &error))?;
        Err(Failure::from(problem))
    }

    fn unreachable(&self, error: &reqwest::Error) -> Failure {
        tracing::debug!(%error, source = ?std::error::Error::source(error), "the request failed");
        let failure = Failure::new(Exit::Unreachable, "not_reachable", format!("no server answers at {}", self.shown));
        failure.advise("start one with `stoa serve`, or name one with --server or STOA_SERVER")
    }
}

fn of_folder(data: &Data) -> Result<Place, Failure> {
    let running =
        data.running().and_then(|running| running.socket.map(Place::Socket).or(running.http.map(|at| Place::Url(format!("http://{at}")))));
    running.ok_or_else(|| {
        let failure = Failure::new(Exit::Unreachable, "not_reachable", format!("no server runs on {}", data.root.display()));
        failure.advise("start one with `stoa serve`, or name one with --server, --data or STOA_SERVER")
    })
}

fn odd(status: StatusCode, error: &serde_json::Error) -> Failure {
    Failure::new(Exit::Internal, "odd_answer", format!("the answer ({status}) is not what a Stoa server says: {error}"))
}
