//! What came back, and what it says about whether the request was carried out.

use std::error::Error;

use model::{Failure, LogLevel, Object, Value};
use reqwest::Response;
use reqwest::header::{CONTENT_TYPE, HeaderMap};

use super::asked::Asked;
use super::client::address_refused;
use super::policy::Refused;
use crate::{Context, Outcome};

/// More than this is a download, not an answer.
const LONGEST_BODY: usize = 1024 * 1024;

/// How much of a refusal's body goes into the log.
const LOGGED: usize = 1024;

pub(super) async fn outcome(context: &Context, asked: &Asked, sent: Result<Response, reqwest::Error>) -> Outcome {
    let mut response = match sent {
        Ok(response) => response,
        Err(error) => return not_answered(asked, &error),
    };
    let status = response.status();
    context.say(LogLevel::Verbose, None, format!("{} answered {status}", asked.shown()));
    let body = read(asked, &mut response).await;
    if !asked.expects(status.as_u16()) {
        if let (true, Ok(body)) = (status.as_u16() >= 400, &body) {
            let start = String::from_utf8_lossy(&body[..body.len().min(LOGGED)]);
            context.say(LogLevel::Debug, None, format!("the answer's body begins: {start}"));
        }
        return unexpected(asked, status);
    }
    match body {
        Ok(body) => Outcome::done(outputs(status.as_u16(), response.headers(), &body)),
        Err(failure) => Outcome::Unclear(failure),
    }
}

/// No answer. Whatever fails before there is a connection proves that nothing was sent; anything later may have arrived.
fn not_answered(asked: &Asked, error: &reqwest::Error) -> Outcome {
    let causes = causes(error);
    if let Some(refused) = causes.iter().find_map(|cause| cause.downcast_ref::<Refused>()) {
        return Outcome::NotDone(address_refused(refused));
    }
    let deepest = causes.last().map(ToString::to_string).unwrap_or_default();
    if error.is_builder() {
        return Outcome::NotDone(Failure::new("bad_parameter", format!("{} cannot be sent: {deepest}", asked.shown())));
    }
    if error.is_connect() {
        return Outcome::NotDone(Failure::new("connect_failed", format!("{}: no connection could be made: {deepest}", asked.shown())));
    }
    Outcome::Unclear(lost(asked, error))
}

fn causes(error: &reqwest::Error) -> Vec<&(dyn Error + 'static)> {
    let mut causes: Vec<&(dyn Error + 'static)> = vec![error];
    let mut next = error.source();
    while let Some(cause) = next {
        causes.push(cause);
        next = cause.source();
    }
    causes
}

fn lost(asked: &Asked, error: &reqwest::Error) -> Failure {
    let deepest = causes(error).last().map(ToString::to_string).unwrap_or_default();
    match error.is_timeout() {
        true => Failure::new("timed_out", format!("{} was not answered within {} s", asked.shown(), asked.timeout.as_secs_f64())),
        false => {
            Failure::new("connection_lost", format!("{}: the connection was lost before the answer was complete: {deepest}", asked.shown()))
        }
    }
}

/// A status that was not expected. 400 to 499 is the target's own word that it refused the request (RFC 9110, 15.5), which is proof enough
/// that it did nothing. All others leave it open: a server may fail after it did the work, a redirect often comes after it (303), and an
/// unexpected success did something.
fn unexpected(asked: &Asked, status: reqwest::StatusCode) -> Outcome {
    let expected: Vec<String> = asked.expect.iter().map(ToString::to_string).collect();
    let expected = if expected.is_empty() { "200 to 299".to_owned() } else { expected.join(", ") };
    let failure = Failure::new("http_status", format!("{} answered {status}, expected {expected}", asked.shown()));
    if status.is_client_error() { Outcome::NotDone(failure) } else { Outcome::Unclear(failure) }
}

async fn read(asked: &Asked, response: &mut Response) -> Result<Vec<u8>, Failure> {
    let mut body = Vec::new();
    loop {
        match response.chunk().await {
            Ok(Some(chunk)) if body.len() + chunk.len() > LONGEST_BODY => {
                return Err(Failure::new("answer_too_long", format!("{} answered with more than {LONGEST_BODY} bytes", asked.shown())));
            }
            Ok(Some(chunk)) => body.extend_from_slice(&chunk),
            Ok(None) => return Ok(body),
            Err(error) => return Err(lost(asked, &error)),
        }
    }
}

fn outputs(status: u16, headers: &HeaderMap, body: &[u8]) -> Object {
    let body = match body {
        [] => Value::Null,
        body if is_json(headers) => serde_json::from_slice(body).map_or_else(|_| as_text(body), |json| Value::from_json(&json)),
        body => as_text(body),
    };
    [("Status", Value::Int(i32::from(status))), ("Headers", Value::Object(named(headers))), ("Body", body)].into_iter().collect()
}

fn as_text(body: &[u8]) -> Value {
    Value::Text(String::from_utf8_lossy(body).into_owned())
}

fn is_json(headers: &HeaderMap) -> bool {
    let media_type = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let media_type = media_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    media_type == "application/json" || media_type.ends_with("+json")
}

/// Headers by name; several of one name are joined as RFC 9110 (5.3) joins them.
fn named(headers: &HeaderMap) -> Object {
    let text = |name| {
        let values: Vec<_> = headers.get_all(name).iter().map(|value| String::from_utf8_lossy(value.as_bytes())).collect();
        Value::Text(values.join(", "))
    };
    headers.keys().map(|name| (name.as_str(), text(name))).collect()
}
