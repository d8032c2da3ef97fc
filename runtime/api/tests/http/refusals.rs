//! What is refused, and how it reads.

use std::os::unix::fs::PermissionsExt;

use reqwest::{Method, StatusCode, header};
use serde_json::{Value as Json, json};

use crate::server::{Answer, Runs, Server, answer};

fn check(answer: &Answer, status: u16, code: &str, context: &str) {
    assert_eq!((answer.status.as_u16(), answer.body["code"].as_str()), (status, Some(code)), "{context}: {}", answer.body);
    assert_eq!(answer.headers[header::CONTENT_TYPE], "application/problem+json", "{context}");
    assert_eq!(answer.body["status"], status, "{context}");
    assert_eq!(answer.body["type"], format!("urn:stoa:problem:{code}"), "{context}");
    for member in ["title", "detail", "correlationId", "happened"] {
        assert!(answer.body[member].as_str().is_some_and(|text| !text.is_empty()), "{context}: {member} of {}", answer.body);
    }
}

fn method(name: &str) -> Method {
    name.parse().expect("the table has methods")
}

#[tokio::test(flavor = "multi_thread")]
async fn no_operation_answers_without_a_good_token() {
    let server = Server::start(Runs::StayQueued).await;
    let id = server.token.split('_').nth(1).expect("a token has an id");
    let forged = format!("stoa_{id}_{}", "0".repeat(64));
    for operation in api::operations() {
        let path = operation.path.split('/').map(|part| if part.starts_with('{') { "x" } else { part }).collect::<Vec<_>>().join("/");
        let request = || server.client.request(method(operation.method), format!("{}{path}", server.base));
        for (what, request) in [
            ("no token", request()),
            ("not a token", request().bearer_auth("x")),
            ("a forged token", request().bearer_auth(&forged)),
            ("another scheme", request().basic_auth("stoa", Some(&server.token))),
        ] {
            let answer = answer(request).await;
            check(&answer, 401, "unauthorised", &format!("{} {path} with {what}", operation.method));
            assert!(answer.headers.contains_key(header::WWW_AUTHENTICATE));
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_revoked_token_is_refused_at_once() {
    let server = Server::start(Runs::StayQueued).await;
    server.get("/server").await;
    let id = server.token.split('_').nth(1).expect("a token has an id");
    let store = server.engine.store();
    store.write(store::tokens::revoke(id, store.now())).await.expect("it is revoked");
    check(&server.send(Method::GET, "/server", None).await, 401, "unauthorised", "after the revocation");
}

#[test]
fn every_operation_has_a_name_of_its_own_and_a_permission() {
    let operations = api::operations();
    let mut ids: Vec<&str> = operations.iter().map(|operation| operation.id).collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), operations.len());
    for operation in operations {
        let named = operation.permission == "any" || operation.permission.split_once('.').is_some();
        assert!(named, "{} {} asks for `{}`", operation.method, operation.path, operation.permission);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_sockets_owner_needs_no_token_and_nobody_else_may_open_it() {
    let server = Server::start(Runs::StayQueued).await;
    let client = reqwest::Client::builder().unix_socket(server.socket.clone()).build().expect("a client");
    let found = answer(client.get(format!("http://localhost{}/server", api::PREFIX))).await;
    assert_eq!((found.status, &found.body["version"]), (StatusCode::OK, &json!("1.2.3")));
    let mode = std::fs::metadata(&server.socket).expect("the socket is there").permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_host_that_is_not_ours_is_refused_even_with_a_token() {
    let server = Server::start(Runs::StayQueued).await;
    let ask = |host: &str| server.client.get(format!("{}/server", server.base)).bearer_auth(&server.token).header(header::HOST, host);
    check(&answer(ask("evil.example")).await, 403, "host_not_allowed", "a stranger's name");
    assert_eq!(answer(ask("stoa.test:80")).await.status, StatusCode::OK);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_router_refuses_is_a_problem_too() {
    let server = Server::start(Runs::StayQueued).await;
    check(&server.send(Method::GET, "/nowhere", None).await, 404, "no_route", "an unknown route");
    let wrong = server.send(Method::PUT, "/runs", None).await;
    check(&wrong, 405, "method_not_allowed", "a wrong method");
    assert!(wrong.headers[header::ALLOW].to_str().expect("it is text").contains("GET"));
    let post = |body: String| server.client.post(format!("{}/tenants", server.base)).bearer_auth(&server.token).body(body);
    check(&answer(post("{}".into()).header(header::CONTENT_TYPE, "text/plain")).await, 415, "media_type", "a text");
    let json = |body: String| post(body).header(header::CONTENT_TYPE, "application/json");
    check(&answer(json(" ".repeat((1 << 20) + 1))).await, 413, "body_too_large", "more than 1 MiB");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_does_not_fit_names_its_field_and_the_nearest_word() {
    let server = Server::start(Runs::StayQueued).await;
    for (body, code, field, advice) in [
        (r#"{"name":"a","kind":"Customer","nme":"b"}"#, "unknown_field", "nme", Some("did you mean `name`?")),
        (r#"{"name":"a","kind":"Customer","name":"b"}"#, "duplicate_field", "name", None),
        (r#"{"name":"a","kind":"Customer","custom":{"Site":1,"site":2}}"#, "duplicate_field", "custom.site", None),
        (r#"{"name":"a","kind":"Custmer"}"#, "invalid_value", "kind", None),
        (r#"{"kind":"Customer"}"#, "missing_field", "name", None),
        (r#"{"name":"a","kind":"Customer","tags":["x",1]}"#, "invalid_type", "tags[1]", None),
    ] {
        let request = server.client.post(format!("{}/tenants", server.base)).bearer_auth(&server.token);
        let answer = answer(request.header(header::CONTENT_TYPE, "application/json").body(body)).await;
        check(&answer, 400, code, body);
        assert_eq!(answer.body["field"], field, "{body}");
        assert_eq!(answer.body["recommendedAction"].as_str(), advice, "{body}");
    }
    let query = server.send(Method::GET, "/runs?tennant=contoso", None).await;
    check(&query, 400, "unknown_field", "a query");
    assert_eq!(query.body["recommendedAction"], "did you mean `tenant`?");
    check(&server.send(Method::GET, "/runs?limit=0", None).await, 400, "invalid_value", "a limit");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_there_is_404_with_the_nearest_name() {
    let server = Server::with_box(Runs::StayQueued).await;
    for (path, code, advice) in [
        ("/tenants/contosso", "tenant_not_found", Some("did you mean `contoso`?")),
        ("/tenants/contoso/users/anna", "user_not_found", None),
        ("/services/bax", "service_not_found", Some("did you mean `box`?")),
        ("/subscriptions/x", "subscription_not_found", None),
        ("/runs/0198c000-0000-7000-8000-000000000000", "run_not_found", None),
        ("/runs?tenant=fabrikan", "tenant_not_found", Some("did you mean `fabrikam`?")),
        ("/properties/resolve?service=box&tenant=contoso&property=SizTB", "property_not_found", Some("did you mean `SizeTB`?")),
    ] {
        let answer = server.send(Method::GET, path, None).await;
        check(&answer, 404, code, path);
        assert_eq!(answer.body["recommendedAction"].as_str(), advice, "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_package_with_mistakes_lists_them_all_and_changes_nothing() {
    let server = Server::start(Runs::StayQueued).await;
    let mut package = crate::server::package();
    package["files"]["processes/change.psd1"] =
        json!("@{ Rules = @( @{ Name = 'x'; Phase = 'Main'; Action = 'data.compote'; Wth = @{} } ) }");
    let answer = server.send(Method::POST, "/packages", Some(package)).await;
    check(&answer, 422, "package_invalid", "two mistakes");
    let errors = answer.body["errors"].as_array().expect("it lists them");
    assert!(errors.len() >= 2, "{errors:?}");
    assert!(errors.iter().all(|error| error["field"].as_str().is_some_and(|place| place.starts_with("processes/change.psd1:1:"))));
    assert_eq!(server.get("/services").await["items"], Json::Array(Vec::new()));
    let outside = json!({ "files": { "../service.psd1": "" } });
    check(&server.send(Method::POST, "/packages", Some(outside)).await, 400, "invalid_value", "a name that leaves the package");
}
