//! Reading what came with a request: bodies within their limit, queries, the idempotency key.

use axum::{
    body::{Body, Bytes, to_bytes},
    extract::{FromRequest, FromRequestParts, Request},
    http::{HeaderMap, StatusCode, header, request::Parts},
};
use engine::IdempotencyKey;
use model::Problem;
use serde::Deserialize;
use sha2::{Digest, Sha256};

use crate::{
    json::{Node, Refusal, read, typed},
    problems::Failed,
};

/// What a body may have, unless it is a package.
const BODY_LIMIT: usize = 1 << 20;
/// What a body with files may have.
pub(crate) const PACKAGE_LIMIT: usize = 64 << 20;
const KEY_LIMIT: usize = 200;

/// A typed body of at most 1 MiB, and what tells a repeated request from another one.
pub(crate) struct Input<T> {
    pub(crate) body: T,
    pub(crate) key: Option<IdempotencyKey>,
}

impl<T: for<'de> Deserialize<'de>, S: Send + Sync> FromRequest<S> for Input<T> {
    type Rejection = Failed;

    async fn from_request(request: Request, state: &S) -> Result<Self, Failed> {
        let (mut parts, body) = request.into_parts();
        // What a query asks for, such as a dry run, must not be done as if it were not there.
        let Query(Nothing {}) = Query::from_request_parts(&mut parts, state).await?;
        let bytes = bytes(&parts.headers, body, BODY_LIMIT).await?;
        // A verb that needs nothing more may come without a body.
        let node = if bytes.is_empty() { Node::Object(Vec::new()) } else { json(&parts.headers, &bytes)? };
        Ok(Input { body: typed(node)?, key: idempotency_key(&parts, &bytes)? })
    }
}

/// A body or query that takes nothing.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Nothing {}

/// A typed query. Unknown and repeated names are refused, as in bodies.
pub(crate) struct Query<T>(pub(crate) T);

impl<T: for<'de> Deserialize<'de>, S: Send + Sync> FromRequestParts<S> for Query<T> {
    type Rejection = Failed;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Failed> {
        let mut fields: Vec<(String, Node)> = Vec::new();
        for (name, value) in form_urlencoded::parse(parts.uri.query().unwrap_or_default().as_bytes()) {
            if fields.iter().any(|(known, _)| *known == name) {
                return Err(Refusal::new("duplicate_field", format!("`{name}` stands there twice")).within(&name).into());
            }
            fields.push((name.into_owned(), Node::Query(value.into_owned())));
        }
        Ok(Query(typed(Node::Object(fields))?))
    }
}

/// The JSON of a body, checked.
pub(crate) fn json(headers: &HeaderMap, bytes: &[u8]) -> Result<Node, Failed> {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim();
    if !(kind.eq_ignore_ascii_case("application/json") || kind.eq_ignore_ascii_case("application/merge-patch+json")) {
        let detail = format!("the body must be application/json, not `{kind}`");
        return Err(Problem::new("media_type", "The media type is not taken", 415, detail).about("Content-Type").into());
    }
    let text = std::str::from_utf8(bytes).map_err(|_| Refusal::new("invalid_json", "the body is not UTF-8"))?;
    Ok(read(text)?)
}

/// A body within `limit`; its announced length is refused before a byte is read.
pub(crate) async fn bytes(headers: &HeaderMap, body: Body, limit: usize) -> Result<Bytes, Failed> {
    let announced = headers.get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok()).and_then(|text| text.parse::<usize>().ok());
    if announced.is_some_and(|length| length > limit) {
        return Err(too_large(limit).into());
    }
    to_bytes(body, limit).await.map_err(|error| {
        let full = std::error::Error::source(&error).is_some_and(|source| source.is::<http_body_util::LengthLimitError>());
        if full { too_large(limit) } else { Problem::new("invalid_body", "The request is not valid", 400, "the body ended early") }.into()
    })
}

fn too_large(limit: usize) -> Problem {
    let status = StatusCode::PAYLOAD_TOO_LARGE.as_u16();
    Problem::new("body_too_large", "The body is too large", status, format!("a body here may have {} MiB", limit >> 20))
}

fn idempotency_key(parts: &Parts, body: &[u8]) -> Result<Option<IdempotencyKey>, Failed> {
    let Some(value) = parts.headers.get("idempotency-key") else { return Ok(None) };
    let key = value.to_str().ok().filter(|key| !key.is_empty() && key.len() <= KEY_LIMIT);
    let Some(key) = key else {
        let refusal = Refusal::new("invalid_value", format!("an idempotency key has 1 to {KEY_LIMIT} visible characters"));
        return Err(refusal.within("Idempotency-Key").into());
    };
    let target = parts.uri.path_and_query().map_or("", |target| target.as_str());
    Ok(Some(IdempotencyKey {
        key: key.to_owned(),
        route: format!("{} {target}", parts.method),
        body_hash: hex::encode(Sha256::digest(body)),
    }))
}
