//! The parameters of `http.request`, read and refused before anything is sent.

use std::time::Duration;

use model::{Effect, Failure, Object, Value};
use reqwest::header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use reqwest::{Method, Url};

use super::body;
use crate::Context;
use crate::parameters::{bad, given, list, mandatory_text, object, text};

pub(super) const METHODS: &[&str] = &["GET", "HEAD", "PUT", "DELETE", "POST", "PATCH"];

const DEFAULT_TIMEOUT: Duration = Duration::from_secs(30);

/// Headers by which a message is framed or routed; a package that sets them would make two messages of one.
const FRAMING: &[&str] = &["connection", "content-length", "host", "proxy-authorization", "te", "trailer", "transfer-encoding", "upgrade"];

/// One request, ready to be sent.
#[derive(Debug)]
pub(super) struct Asked {
    pub(super) method: Method,
    pub(super) uri: Url,
    pub(super) headers: HeaderMap,
    pub(super) body: Option<Vec<u8>>,
    /// Statuses that mean success; none given: all of 200 to 299.
    pub(super) expect: Vec<u16>,
    pub(super) timeout: Duration,
}

impl Asked {
    pub(super) fn read(context: &Context, parameters: &Object) -> Result<Self, Failure> {
        for secret in ["Secret", "SecretAs"] {
            if given(parameters, secret).is_some() {
                return Err(no_secrets(secret));
            }
        }
        let mut headers = headers(parameters)?;
        if let Some(name) = text(parameters, "IdempotencyHeader")? {
            headers.insert(header_name("IdempotencyHeader", name)?, header_value(name, &context.idempotency_token)?);
        }
        let body = read_body(parameters, &mut headers)?;
        Ok(Asked {
            method: method(parameters)?,
            uri: uri(parameters)?,
            headers,
            body,
            expect: expect(parameters)?,
            timeout: timeout(parameters)?,
        })
    }

    pub(super) fn expects(&self, status: u16) -> bool {
        if self.expect.is_empty() { (200..300).contains(&status) } else { self.expect.contains(&status) }
    }

    /// Method and target for messages, without what may hold a secret: the query.
    pub(super) fn shown(&self) -> String {
        let mut uri = self.uri.clone();
        uri.set_query(None);
        uri.set_fragment(None);
        format!("{} {uri}", self.method)
    }
}

/// The class of a request with these parameters.
pub(super) fn effect(parameters: &Object) -> Effect {
    let method = text(parameters, "Method").ok().flatten().unwrap_or_default().to_ascii_uppercase();
    let has_key = given(parameters, "IdempotencyHeader").is_some();
    match method.as_str() {
        "GET" | "HEAD" => Effect::Read,
        "PUT" | "DELETE" => Effect::Idempotent,
        "POST" | "PATCH" if has_key => Effect::Idempotent,
        _ => Effect::Once,
    }
}

/// The refusal of what needs a secret's value.
pub(super) fn no_secrets(parameter: &str) -> Failure {
    Failure {
        code: "not_available".to_owned(),
        message: format!("the parameter {parameter} needs a secret, and secrets are not available in this version"),
        recommended_action: Some("Leave the secret out, or use a script action.".to_owned()),
    }
}

fn method(parameters: &Object) -> Result<Method, Failure> {
    let text = mandatory_text(parameters, "Method")?.to_ascii_uppercase();
    let known = METHODS.contains(&text.as_str()).then(|| Method::from_bytes(text.as_bytes()).ok()).flatten();
    known.ok_or_else(|| bad("Method", format_args!("must be one of {}, not '{text}'", METHODS.join(", "))))
}

fn uri(parameters: &Object) -> Result<Url, Failure> {
    let uri = Url::parse(mandatory_text(parameters, "Uri")?).map_err(|error| bad("Uri", format_args!("is not a URI: {error}")))?;
    if !matches!(uri.scheme(), "http" | "https") || uri.host_str().is_none_or(str::is_empty) {
        return Err(bad("Uri", "must begin with http:// or https:// and name a host"));
    }
    if !uri.username().is_empty() || uri.password().is_some() {
        return Err(bad("Uri", "must not hold a user name or password"));
    }
    Ok(uri)
}

fn headers(parameters: &Object) -> Result<HeaderMap, Failure> {
    let mut headers = HeaderMap::new();
    for (name, value) in object(parameters, "Headers")?.into_iter().flat_map(Object::iter) {
        let (field, text) = match value {
            Value::Null => continue,
            Value::Text(text) => (header_name("Headers", name)?, text.clone()),
            Value::List(_) | Value::Object(_) => return Err(bad("Headers", format_args!("has no plain value for `{name}`"))),
            other => (header_name("Headers", name)?, other.to_wire().to_string().trim_matches('"').to_owned()),
        };
        headers.insert(field, header_value(name, &text)?);
    }
    Ok(headers)
}

fn header_name(parameter: &str, name: &str) -> Result<HeaderName, Failure> {
    match HeaderName::from_bytes(name.as_bytes()) {
        Ok(field) if FRAMING.contains(&field.as_str()) => Err(bad(parameter, format_args!("must not set `{name}`: the client does"))),
        Ok(field) => Ok(field),
        Err(_) => Err(bad(parameter, format_args!("has a name that no header may have: '{}'", name.escape_debug()))),
    }
}

fn header_value(name: &str, text: &str) -> Result<HeaderValue, Failure> {
    // The value may be a token: it is not shown.
    HeaderValue::from_str(text)
        .map_err(|_| bad("Headers", format_args!("has a value for `{name}` with a character that no header may have")))
}

fn read_body(parameters: &Object, headers: &mut HeaderMap) -> Result<Option<Vec<u8>>, Failure> {
    let (bytes, content_type) = match (given(parameters, "Body"), text(parameters, "Text")?) {
        (Some(_), Some(_)) => return Err(bad("Text", "must not be given together with Body")),
        (Some(value), None) => (body::json(value)?, "application/json"),
        (None, Some(text)) => (text.as_bytes().to_vec(), "text/plain; charset=utf-8"),
        (None, None) => return Ok(None),
    };
    headers.entry(CONTENT_TYPE).or_insert(HeaderValue::from_static(content_type));
    Ok(Some(bytes))
}

fn expect(parameters: &Object) -> Result<Vec<u16>, Failure> {
    let status = |value: &Value| match value {
        Value::Int(status) if (100..600).contains(status) => u16::try_from(*status).ok(),
        _ => None,
    };
    let listed = list(parameters, "Expect")?.unwrap_or_default();
    listed
        .iter()
        .map(|value| status(value).ok_or_else(|| bad("Expect", format_args!("has {}, which is no HTTP status", value.to_wire()))))
        .collect()
}

fn timeout(parameters: &Object) -> Result<Duration, Failure> {
    match given(parameters, "Timeout") {
        None => Ok(DEFAULT_TIMEOUT),
        Some(Value::Duration(ticks)) if *ticks > 0 => Ok(Duration::from_micros(ticks.unsigned_abs().div_ceil(10))),
        Some(_) => Err(bad("Timeout", "must be a duration above zero")),
    }
}
