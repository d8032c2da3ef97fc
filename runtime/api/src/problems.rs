//! One shape for everything that goes wrong: `application/problem+json`, with the correlation id that the log has too.

use axum::{
    Json,
    extract::Request,
    http::{HeaderValue, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use model::{Happened, Problem, nearest};
use tracing::Instrument;
use uuid::Uuid;

use crate::{json::Refusal, wire};

/// What a handler answers instead of its result. The outermost layer writes it, so that every problem gets a correlation id and a line in the log.
#[derive(Debug)]
pub(crate) struct Failed(Box<Problem>);

impl From<Problem> for Failed {
    fn from(problem: Problem) -> Self {
        Failed(Box::new(problem))
    }
}

impl From<Refusal> for Failed {
    fn from(refusal: Refusal) -> Self {
        let mut problem = Problem::new(refusal.code, "The request is not valid", 400, refusal.detail);
        problem.field = Some(refusal.field).filter(|field| !field.is_empty());
        problem.recommended_action = refusal.advice;
        problem.into()
    }
}

impl From<store::Error> for Failed {
    fn from(error: store::Error) -> Self {
        tracing::error!(%error, cause = ?std::error::Error::source(&error), "the store failed");
        let detail = "the store did not give what was asked; the server's log says why";
        Problem::new("store_unavailable", "The store failed", 503, detail).into()
    }
}

impl IntoResponse for Failed {
    fn into_response(self) -> Response {
        let mut response = status(self.0.status).into_response();
        response.extensions_mut().insert(self.0);
        response
    }
}

fn status(code: u16) -> StatusCode {
    StatusCode::from_u16(code).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}

/// Our own failure: the log knows more than the caller may.
pub(crate) fn internal() -> Problem {
    Problem::new("internal", "Something went wrong in the server", 500, "the server could not do this; its log says why")
        .happened(Happened::Unknown)
        .advise("look for the correlation id in logs/server of the data folder")
}

/// There is no `kind` of that name that the caller may see.
pub(crate) fn not_found<'a>(kind: &str, name: &str, known: impl IntoIterator<Item = &'a str>) -> Problem {
    let problem = Problem::new(&format!("{kind}_not_found"), &format!("No such {kind}"), 404, format!("there is no {kind} `{name}`"));
    match nearest(name, known) {
        Some(meant) => problem.advise(format!("did you mean `{meant}`?")),
        None => problem,
    }
}

/// The outermost layer: gives a request its correlation id and writes every refusal as a problem, also those the router makes.
pub(crate) async fn as_problems(request: Request, next: Next) -> Response {
    let id = Uuid::now_v7();
    let span = tracing::info_span!("request", correlation_id = %id, method = %request.method(), path = request.uri().path());
    let (method, path) = (request.method().clone(), request.uri().path().to_owned());
    let response = next.run(request).instrument(span.clone()).await;
    if !(response.status().is_client_error() || response.status().is_server_error()) {
        return response;
    }
    let (mut parts, _) = response.into_parts();
    let mut problem = match parts.extensions.remove::<Box<Problem>>() {
        Some(problem) => *problem,
        None => of_status(parts.status, method.as_str(), &path),
    };
    span.in_scope(|| tracing::debug!(code = problem.code, status = problem.status, detail = problem.detail, "refused"));
    problem.correlation_id = Some(id.to_string());
    let mut answer = (parts.status, Json(wire::Problem::from(problem))).into_response();
    answer.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
    for name in [header::ALLOW, header::WWW_AUTHENTICATE, header::RETRY_AFTER] {
        if let Some(value) = parts.headers.remove(&name) {
            answer.headers_mut().insert(name, value);
        }
    }
    answer
}

/// A refusal that no handler made: the router's own, or a panic.
fn of_status(status: StatusCode, method: &str, path: &str) -> Problem {
    match status {
        StatusCode::NOT_FOUND => Problem::new("no_route", "There is no such route", 404, format!("there is no route `{path}`"))
            .advise("routes are below /api/v1; `GET /api/v1/server` answers on every server"),
        StatusCode::METHOD_NOT_ALLOWED => {
            Problem::new("method_not_allowed", "The route does not take this method", 405, format!("`{path}` does not take {method}"))
                .advise("the header `Allow` of this answer lists what it takes")
        }
        status if status.is_client_error() => {
            Problem::new("refused", "The request is not valid", status.as_u16(), "the request was refused before anything looked at it")
        }
        _ => internal(),
    }
}
