//! `stoa api METHOD PATH`: one request, with the right token, to the right server.

use std::io::Read;

use reqwest::Method;

use crate::{
    arguments::Api,
    client::{Ask, Client},
    failure::{Exit, Failure},
    output,
};

/// Sends the request and prints the answer as it came.
pub(crate) async fn run(client: &Client, arguments: Api) -> Result<(), Failure> {
    let name = arguments.method.to_uppercase();
    let known = [Method::GET, Method::POST, Method::PUT, Method::PATCH, Method::DELETE];
    let Some(method) = known.into_iter().find(|method| method.as_str() == name) else {
        let failure = Failure::new(Exit::Usage, "usage", format!("`{}` is not a method", arguments.method));
        return Err(failure.advise("one of GET, POST, PUT, PATCH, DELETE"));
    };
    let body = arguments.body.map(|body| content(&body)).transpose()?;
    let answer = client.send(Ask { method, path: arguments.path, body, key: arguments.key }).await?;
    if !answer.is_null() {
        output::json(&answer);
    }
    Ok(())
}

fn content(body: &str) -> Result<String, Failure> {
    let unreadable =
        |place: &str, error: std::io::Error| Failure::new(Exit::Usage, "usage", format!("failed to read the body from {place}: {error}"));
    match body.strip_prefix('@') {
        Some(file) => std::fs::read_to_string(file).map_err(|error| unreadable(file, error)),
        None if body == "-" => {
            let mut text = String::new();
            std::io::stdin().read_to_string(&mut text).map_err(|error| unreadable("standard input", error))?;
            Ok(text)
        }
        None => Ok(body.to_owned()),
    }
}
