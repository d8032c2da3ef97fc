//! `stoa package import`: a package's folder into a server.

use std::path::Path;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use reqwest::Method;
use serde_json::{Value, json};

use crate::{
    client::{Ask, Client},
    commands::package::folder,
    failure::Failure,
    output,
};

/// Sends the package and says what became of it.
pub(crate) async fn run(client: &Client, path: &Path, as_json: bool) -> Result<(), Failure> {
    let files: serde_json::Map<String, Value> = folder(path)?.iter().map(|(name, bytes)| (name.to_owned(), content(bytes))).collect();
    let body = json!({ "files": files }).to_string();
    let answer = client.send(Ask { method: Method::POST, path: "/packages".to_owned(), body: Some(body), key: None }).await?;
    if as_json {
        output::json(&answer);
    } else {
        let word = |name: &str| answer[name].as_str().unwrap_or_default().to_owned();
        let outcome = if answer["changed"] == true { "imported" } else { "unchanged" };
        output::line(&format!("{outcome}: {} {}", word("service"), word("version")));
    }
    Ok(())
}

/// Text goes as text, so that a request can be read; anything else as base64.
fn content(bytes: &[u8]) -> Value {
    match std::str::from_utf8(bytes) {
        Ok(text) => Value::from(text),
        Err(_) => json!({ "base64": STANDARD.encode(bytes) }),
    }
}
