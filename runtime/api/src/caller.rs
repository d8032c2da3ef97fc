//! Who calls, and whether the route lets them: the socket's owner is the local administrator, everyone else shows a token.

use axum::{
    extract::{ConnectInfo, FromRequestParts, Request, State},
    http::{HeaderMap, HeaderValue, header, request::Parts},
    middleware::Next,
    response::{IntoResponse, Response},
};
use engine::Principal;
use model::Problem;

use crate::{listen::Peer, problems::Failed, routes::Permission, server::Shared, token};

/// The name of the principal that the local socket's owner is.
pub const LOCAL: &str = "local";

/// Who calls.
#[derive(Clone, Debug)]
pub(crate) struct Caller {
    pub(crate) principal: Principal,
    role: Role,
}

/// What a principal is at the node of the tree it belongs to.
#[derive(Clone, Copy, Debug)]
enum Role {
    /// Everything, everywhere: the socket's owner, and who holds the token of `init`.
    Administrator,
}

impl Caller {
    fn administrator(name: &str) -> Self {
        Caller { principal: Principal::new(name), role: Role::Administrator }
    }

    fn may(&self, _permission: Permission) -> bool {
        match self.role {
            Role::Administrator => true,
        }
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Caller {
    type Rejection = Failed;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Failed> {
        parts.extensions.get::<Caller>().cloned().ok_or_else(|| unauthorised("nobody signed in").into())
    }
}

/// Finds out who calls, or refuses; stands before every route, also before those that do not exist.
pub(crate) async fn authenticate(State(server): State<Shared>, mut request: Request, next: Next) -> Response {
    let peer = request.extensions().get::<ConnectInfo<Peer>>().map_or(Peer::Network, |ConnectInfo(peer)| *peer);
    match caller(&server, peer, request.headers()).await {
        Ok(caller) => {
            request.extensions_mut().insert(caller);
            next.run(request).await
        }
        Err(failed) => {
            let mut response = failed.into_response();
            response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer realm=\"stoa\""));
            response
        }
    }
}

/// Refuses who lacks the permission that the route's line in the table names.
pub(crate) async fn authorise(State(permission): State<Permission>, caller: Caller, request: Request, next: Next) -> Response {
    if caller.may(permission) {
        return next.run(request).await;
    }
    let detail = format!("{} lacks the permission `{permission}`", caller.principal.name);
    Failed::from(Problem::new("forbidden", "The caller may not do this", 403, detail)).into_response()
}

async fn caller(server: &Shared, peer: Peer, headers: &HeaderMap) -> Result<Caller, Failed> {
    if peer == Peer::Network {
        allowed_host(server, headers)?;
    }
    let Some(value) = headers.get(header::AUTHORIZATION) else {
        return match peer {
            Peer::Owner => Ok(Caller::administrator(LOCAL)),
            Peer::Stranger | Peer::Network => Err(unauthorised("there is no token in the request").into()),
        };
    };
    let text = value.to_str().ok().and_then(|value| value.split_once(' '));
    let Some((_, text)) = text.filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer")) else {
        return Err(unauthorised("the header `Authorization` must be `Bearer` and a token").into());
    };
    match token::principal_of(&server.store, text.trim()).await? {
        Some(name) => Ok(Caller::administrator(&name)),
        None => Err(unauthorised("the token is not known, has expired or was revoked").into()),
    }
}

/// A page of another site can make a browser call loopback, but not choose the name it calls.
fn allowed_host(server: &Shared, headers: &HeaderMap) -> Result<(), Failed> {
    let host = headers.get(header::HOST).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if server.hosts.iter().any(|known| known.eq_ignore_ascii_case(host)) {
        return Ok(());
    }
    let problem = Problem::new("host_not_allowed", "The server is not called this", 403, format!("`{host}` is not a name of this server"));
    Err(problem.about("Host").advise("add the name to `listen.hosts` in stoa.toml, or call the address that `stoa serve` printed").into())
}

fn unauthorised(detail: &str) -> Problem {
    Problem::new("unauthorised", "Sign in first", 401, detail)
        .advise("send `Authorization: Bearer <token>`; `stoa init` printed the first one")
}
