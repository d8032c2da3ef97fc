//! Orders, their runs and what is billed.

use reqwest::{Method, StatusCode, header};
use serde_json::{Value as Json, json};

use crate::server::{Answer, Runs, Server};

fn order() -> Json {
    json!({ "tenant": "contoso", "service": "box", "plan": "Large", "properties": { "Username": "contoso", "Budget": "12.50" }, "reason": "test" })
}

async fn post(server: &Server, body: Json, key: Option<&str>) -> Answer {
    server.send_with_key(Method::POST, "/subscriptions", Some(body), key).await
}

fn check(answer: &Answer, status: StatusCode, code: Option<&str>) {
    assert_eq!((answer.status, answer.body["code"].as_str()), (status, code), "{}", answer.body);
}

async fn ended(server: &Server, run: &Json) -> Json {
    let id = run["id"].as_str().expect("a run has an id");
    server.engine.wait_ended(id.parse().expect("it is a UUID")).await.expect("the run is there");
    server.get(&format!("/runs/{id}")).await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_becomes_a_run_a_subscription_and_a_billing_event() {
    let server = Server::with_box(Runs::Execute).await;
    let taken = post(&server, order(), None).await;
    check(&taken, StatusCode::ACCEPTED, None);
    let place = taken.headers[header::LOCATION].to_str().expect("it is text").to_owned();
    assert_eq!(place, format!("{}/runs/{}", api::PREFIX, taken.body["id"].as_str().expect("it has an id")));
    let run = ended(&server, &taken.body).await;
    assert_eq!((&run["state"], &run["kind"], &run["instance"]), (&json!("succeeded"), &json!("request"), &Json::Null));
    let step = &run["steps"][0];
    assert_eq!((&step["seq"], &step["rule"], &step["state"]), (&json!(1), &json!("names"), &json!("succeeded")));
    assert!(run.get("key").is_none() && run.get("epoch").is_none(), "what is the store's own stays there: {run}");
    let subscription = format!("/subscriptions/{}", run["subscriptionId"].as_str().expect("it has one"));
    assert_eq!(server.get(&subscription).await["state"], "active");
    let events = server.get("/billing-events?tenant=contoso").await;
    assert_eq!((&events["items"][0]["kind"], &events["items"][0]["sku"]), (&json!("start"), &json!("BX002")));

    let change = server.send(Method::PATCH, &subscription, Some(json!({ "plan": "Small" }))).await;
    check(&change, StatusCode::ACCEPTED, None);
    assert_eq!(ended(&server, &change.body).await["state"], "succeeded");
    let gone = server.send(Method::DELETE, &subscription, None).await;
    check(&gone, StatusCode::ACCEPTED, None);
    assert_eq!(ended(&server, &gone.body).await["state"], "succeeded");
    assert_eq!(server.get("/subscriptions?tenant=contoso&state=ended").await["items"].as_array().map(Vec::len), Some(1));
    let kinds = server.get("/billing-events?since=2020-01-01T00:00:00Z").await;
    let kinds: Vec<&str> = kinds["items"].as_array().expect("a list").iter().filter_map(|event| event["kind"].as_str()).collect();
    assert_eq!(kinds, ["start", "change", "stop"]);
    assert_eq!(server.get("/runs?verb=change").await["items"][0]["id"], change.body["id"]);
    assert_eq!(server.get(&format!("/runs/{}/log", run["id"].as_str().expect("it has an id"))).await["items"], json!([]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_repeated_order_with_its_key_gets_the_first_answer() {
    let server = Server::with_box(Runs::StayQueued).await;
    let first = post(&server, order(), Some("key-1")).await;
    check(&first, StatusCode::ACCEPTED, None);
    assert!(!first.headers.contains_key("idempotent-replay"));
    let again = post(&server, order(), Some("key-1")).await;
    check(&again, StatusCode::ACCEPTED, None);
    assert_eq!(again.headers["idempotent-replay"], "true");
    assert_eq!(again.body["id"], first.body["id"]);
    let mut other = order();
    other["plan"] = json!("Small");
    check(&post(&server, other, Some("key-1")).await, StatusCode::UNPROCESSABLE_ENTITY, Some("idempotency_mismatch"));
    assert_eq!(server.get("/runs").await["items"].as_array().map(Vec::len), Some(1));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_change_meets_the_run_that_is_in_its_way() {
    let server = Server::with_box(Runs::StayQueued).await;
    let first = post(&server, order(), None).await;
    let subscription = format!("/subscriptions/{}", first.body["subscriptionId"].as_str().expect("it has one"));
    let second = server.send(Method::DELETE, &subscription, Some(json!({}))).await;
    check(&second, StatusCode::CONFLICT, Some("active_run"));
    assert_eq!(second.body["runId"], first.body["id"]);
    let run = first.body["id"].as_str().expect("it has an id");
    let cancelled = server.send(Method::POST, &format!("/runs/{run}/cancel"), None).await;
    check(&cancelled, StatusCode::OK, None);
    assert_eq!(cancelled.body["state"], "cancelled");
    let late = server.send(Method::POST, &format!("/runs/{run}/resolve"), Some(json!({ "decision": "retry", "reason": "x" }))).await;
    check(&late, StatusCode::CONFLICT, Some("run_state"));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_that_cannot_be_says_what_is_wrong() {
    let server = Server::with_box(Runs::StayQueued).await;
    let with = |field: &str, value: Json| {
        let mut body = order();
        body[field] = value;
        body
    };
    for (body, status, code) in [
        (with("plan", json!("Lage")), StatusCode::NOT_FOUND, "plan_not_found"),
        (with("tenant", json!("contosso")), StatusCode::NOT_FOUND, "tenant_not_found"),
        (with("plans", json!("Large")), StatusCode::BAD_REQUEST, "unknown_field"),
    ] {
        check(&post(&server, body, None).await, status, Some(code));
    }
    // A dry run does not exist yet, and must not become an order.
    let dry = server.send(Method::POST, "/subscriptions?dryRun=true", Some(order())).await;
    check(&dry, StatusCode::BAD_REQUEST, Some("unknown_field"));
    let wrong = post(&server, with("properties", json!({ "Usernme": "contoso", "Budget": "much" })), None).await;
    assert!(wrong.status.is_client_error(), "{}", wrong.body);
    assert!(wrong.body["errors"].as_array().is_some_and(|errors| errors.len() >= 2), "{}", wrong.body);
    assert_eq!(server.get("/runs").await["items"], json!([]));
}
