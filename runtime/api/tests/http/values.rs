//! Tenants, services, values and overrides, and what comes of them.

use reqwest::{Method, StatusCode, header};
use serde_json::{Value as Json, json};

use crate::server::{Runs, Server};

fn names(list: &Json) -> Vec<&str> {
    list["items"].as_array().expect("a list has items").iter().filter_map(|item| item["name"].as_str()).collect()
}

async fn explain(server: &Server, property: &str, plan: &str) -> String {
    let path = format!("/properties/resolve?service=box&tenant=contoso&plan={plan}&property={property}");
    let found = server.get(&path).await;
    found["items"][0]["explain"].as_str().expect("one property was asked for").to_owned()
}

async fn check(server: &Server, method: Method, path: &str, body: Option<Json>, status: StatusCode) -> Json {
    let answer = server.send(method, path, body).await;
    assert_eq!(answer.status, status, "{path}: {}", answer.body);
    answer.body
}

#[tokio::test(flavor = "multi_thread")]
async fn tenants_and_users_are_made_once_and_found_by_name() {
    let server = Server::start(Runs::StayQueued).await;
    let new = json!({ "name": "tailspin", "kind": "Customer", "parent": "north", "email": "it@tailspin.example", "tags": ["vip"] });
    let made = check(&server, Method::POST, "/tenants", Some(new.clone()), StatusCode::CREATED).await;
    assert_eq!((&made["parent"], &made["displayName"], &made["tags"]), (&json!("north"), &json!("tailspin"), &json!(["vip"])));
    check(&server, Method::POST, "/tenants", Some(new), StatusCode::CONFLICT).await;
    assert_eq!(server.get("/tenants/tailspin").await["id"], made["id"]);
    check(&server, Method::POST, "/tenants/tailspin/users", Some(json!({ "name": "anna" })), StatusCode::CREATED).await;
    assert_eq!(server.get("/tenants/tailspin/users/anna").await["tenant"], "tailspin");
    assert_eq!(names(&server.get("/tenants/tailspin/users").await), ["anna"]);
    assert_eq!(names(&server.get("/tenants?kind=Customer").await), ["contoso", "fabrikam", "tailspin"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_has_pages_and_each_says_where_the_next_one_is() {
    let server = Server::start(Runs::StayQueued).await;
    let mut path = "/tenants?limit=3".to_owned();
    let mut seen = Vec::new();
    loop {
        let answer = server.send(Method::GET, &path, None).await;
        seen.extend(names(&answer.body).into_iter().map(str::to_owned));
        let Some(link) = answer.headers.get(header::LINK) else { break };
        let link = link.to_str().expect("it is text");
        let target = link.strip_prefix('<').and_then(|link| link.strip_suffix(">; rel=\"next\"")).expect("it is a link");
        path = target.strip_prefix(api::PREFIX).expect("it is a route").to_owned();
    }
    assert_eq!(seen, ["acme", "contoso", "fabrikam", "north"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_shows_its_plans_and_properties() {
    let server = Server::with_box(Runs::StayQueued).await;
    assert_eq!(names(&server.get("/services").await), ["box"]);
    assert_eq!(server.get("/services/box").await["plans"], json!(["Small", "Large"]));
    assert_eq!(server.get("/services/box/plans").await["items"][1]["set"], json!({ "SizeTB": 20 }));
    let properties = server.get("/services/box/properties").await;
    assert_eq!(names(&properties), ["Colour", "SizeTB", "Username", "Budget"]);
    assert_eq!(properties["items"][3]["default"], "1");
    let again = check(&server, Method::POST, "/packages", Some(crate::server::package()), StatusCode::OK).await;
    assert_eq!(again["changed"], false);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_override_wins_until_it_is_removed() {
    let server = Server::with_box(Runs::StayQueued).await;
    assert_eq!(explain(&server, "SizeTB", "Large").await, "20 <- plan Large");
    let new = json!({ "service": "box", "property": "SizeTB", "tenant": "contoso", "value": 30 });
    let set = check(&server, Method::PUT, "/overrides", Some(new), StatusCode::OK).await;
    assert_eq!((&set["level"], &set["tenant"], &set["value"]), (&json!("Customer"), &json!("contoso"), &json!(30)));
    assert_eq!(explain(&server, "SizeTB", "Large").await, "30 <- override (customer contoso) <- 20 plan Large");
    assert_eq!(server.get("/overrides?service=box").await["items"], json!([set]));
    let resolved = server.get("/properties/resolve?service=box&tenant=contoso&plan=Large&property=SizeTB").await;
    let item = &resolved["items"][0];
    assert_eq!((&item["value"], &item["type"], &item["trail"][0]["used"]), (&json!(30), &json!("int"), &json!(true)));
    let old = "/overrides?service=box&property=SizeTB&tenant=contoso";
    check(&server, Method::DELETE, old, None, StatusCode::NO_CONTENT).await;
    assert_eq!(explain(&server, "SizeTB", "Large").await, "20 <- plan Large");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_value_is_set_where_the_definition_allows_it() {
    let server = Server::with_box(Runs::StayQueued).await;
    let at = |tenant: Option<&str>, value: Json| Some(json!({ "service": "box", "property": "Colour", "tenant": tenant, "value": value }));
    let set = check(&server, Method::PUT, "/properties/values", at(None, json!("green")), StatusCode::OK).await;
    assert_eq!((&set["level"], &set["tenant"]), (&json!("Provider"), &json!("acme")));
    check(&server, Method::PUT, "/properties/values", at(Some("contoso"), json!("blue")), StatusCode::OK).await;
    let explained = explain(&server, "Colour", "Small").await;
    assert!(explained.starts_with("blue <- value (customer contoso) <- green value (provider acme)"), "{explained}");
    for wrong in [at(Some("north"), json!("blue")), at(None, json!(["green"]))] {
        let answer = server.send(Method::PUT, "/properties/values", wrong).await;
        assert!(answer.status.is_client_error(), "{}", answer.body);
    }
    let listed = server.get("/properties/values?service=box&tenant=contoso").await;
    assert_eq!(listed["items"][0]["value"], "blue");
    check(&server, Method::DELETE, "/properties/values?service=box&property=Colour&tenant=contoso", None, StatusCode::NO_CONTENT).await;
    assert_eq!(server.get("/properties/values?service=box&tenant=contoso").await["items"], json!([]));
}
