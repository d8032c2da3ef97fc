//! `http.request` against a real server on loopback, and against ones that misbehave.
#![expect(clippy::unwrap_used, reason = "what a test cannot go on without may end it")]

use std::sync::{Arc, Mutex};
use std::time::Duration;

use actions::{Context, Http, HttpPolicy, Outcome, Registry};
use model::{Effect, Object, Timestamp, Value};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use wiremock::matchers::{any, method};
use wiremock::{Mock, MockServer, ResponseTemplate};

/// How a request shall end: `Done` with these outputs among its own, or with this code.
#[derive(Debug)]
enum End {
    Done(Vec<(&'static str, Value)>),
    NotDone(&'static str),
    Unclear(&'static str),
}

fn context() -> Context {
    // The program does this once; each test is its own little program.
    let _ = rustls::crypto::ring::default_provider().install_default();
    Context { http: Http::new(HttpPolicy { loopback: true }), ..Context::new(Timestamp(0), "token-1") }
}

fn parameters(given: &[(&str, Value)]) -> Object {
    given.iter().cloned().collect()
}

async fn check(context: &Context, given: &[(&str, Value)], wanted: End) -> Outcome {
    let request = Registry::standard().get("http.request").unwrap();
    let outcome = request.run(context, &parameters(given)).await;
    match (&outcome, &wanted) {
        (Outcome::Done(done), End::Done(outputs)) => {
            for (name, value) in outputs {
                assert_eq!(done.outputs.get(name), Some(value), "{given:?}");
            }
            for output in &request.signature().outputs {
                assert!(done.outputs.contains(&output.name), "{given:?} lacks {}", output.name);
            }
        }
        (Outcome::NotDone(failure), End::NotDone(code)) | (Outcome::Unclear(failure), End::Unclear(code)) => {
            assert_eq!(failure.code, *code, "{given:?}: {}", failure.message);
            assert!(!failure.message.contains("hunter2"), "{}", failure.message);
        }
        _ => panic!("{given:?} ended {outcome:?}, not {wanted:?}"),
    }
    outcome
}

fn get(uri: impl Into<String>) -> Vec<(&'static str, Value)> {
    vec![("Method", Value::text("GET")), ("Uri", Value::Text(uri.into()))]
}

fn post(uri: impl Into<String>) -> Vec<(&'static str, Value)> {
    vec![("Method", Value::text("POST")), ("Uri", Value::Text(uri.into()))]
}

fn with(mut given: Vec<(&'static str, Value)>, name: &'static str, value: Value) -> Vec<(&'static str, Value)> {
    given.push((name, value));
    given
}

fn ints(numbers: &[i32]) -> Value {
    Value::List(numbers.iter().map(|number| Value::Int(*number)).collect())
}

/// A server that answers every request with `answer`.
async fn serving(answer: ResponseTemplate) -> MockServer {
    let server = MockServer::start().await;
    Mock::given(any()).respond_with(answer).mount(&server).await;
    server
}

/// A server that reads a request and then writes `bytes` and hangs up; with `None` it never answers.
async fn misbehaving(bytes: Option<&'static [u8]>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let uri = format!("http://{}/x", listener.local_addr().unwrap());
    tokio::spawn(async move {
        let mut open = Vec::new();
        while let Ok((mut socket, _)) = listener.accept().await {
            let mut buffer = [0; 4096];
            let _ = socket.read(&mut buffer).await;
            match bytes {
                Some(bytes) => socket.write_all(bytes).await.unwrap(),
                None => open.push(socket),
            }
        }
    });
    uri
}

#[tokio::test]
async fn an_answer_is_given_back_with_status_headers_and_body() {
    let body = serde_json::json!({ "Id": 7, "big": 5_000_000_000_i64, "list": [true, null] });
    let server = serving(ResponseTemplate::new(201).insert_header("X-Rate", "9").set_body_json(&body)).await;
    let outcome =
        check(&context(), &get(server.uri()), End::Done(vec![("Status", Value::Int(201)), ("Body", Value::from_json(&body))])).await;
    let Outcome::Done(done) = outcome else { unreachable!() };
    let headers = done.outputs.get("Headers").unwrap().as_object().unwrap();
    assert_eq!(headers.get("x-rate"), Some(&Value::text("9")));
    assert_eq!(done.outputs.get("Body").unwrap().as_object().unwrap().get("ID"), Some(&Value::Int(7)));
}

#[tokio::test]
async fn a_body_is_json_where_the_target_says_so_and_text_otherwise() {
    for (answer, wanted) in [
        (ResponseTemplate::new(200).set_body_string("plain"), Value::text("plain")),
        (ResponseTemplate::new(200).set_body_raw("{not json", "application/json"), Value::text("{not json")),
        (ResponseTemplate::new(200).set_body_raw("[1]", "application/problem+json; charset=utf-8"), Value::List(vec![Value::Int(1)])),
        (ResponseTemplate::new(204), Value::Null),
    ] {
        let server = serving(answer).await;
        check(&context(), &get(server.uri()), End::Done(vec![("Body", wanted)])).await;
    }
}

#[tokio::test]
async fn what_is_sent_is_what_was_asked() {
    let server = MockServer::start().await;
    Mock::given(method("PUT")).respond_with(ResponseTemplate::new(200)).mount(&server).await;
    let object: Object = [("quotaGB", Value::Long(10_240)), ("name", Value::text("contoso"))].into_iter().collect();
    let headers: Object = [("X-Api", Value::Int(2)), ("X-None", Value::Null)].into_iter().collect();
    let given = [
        ("Method", Value::text("put")),
        ("Uri", Value::Text(format!("{}/accounts/contoso?force=1", server.uri()))),
        ("Body", Value::Object(object)),
        ("Headers", Value::Object(headers)),
        ("IdempotencyHeader", Value::text("Idempotency-Key")),
    ];
    check(&context(), &given, End::Done(vec![])).await;
    let sent = server.received_requests().await.unwrap().remove(0);
    let header = |name: &str| sent.headers.get(name).map(|value| value.to_str().unwrap().to_owned());
    assert_eq!(sent.url.path(), "/accounts/contoso");
    assert_eq!(sent.url.query(), Some("force=1"));
    assert_eq!(String::from_utf8(sent.body.clone()).unwrap(), r#"{"quotaGB":10240,"name":"contoso"}"#);
    assert_eq!(header("content-type").as_deref(), Some("application/json"));
    assert_eq!(header("idempotency-key").as_deref(), Some("token-1"));
    assert_eq!(header("x-api").as_deref(), Some("2"));
    assert_eq!(header("x-none"), None);
}

#[tokio::test]
async fn a_status_that_was_not_expected_is_a_refusal_only_if_the_target_says_it_refused() {
    for (status, expected, wanted) in [
        (200, &[][..], None),
        (299, &[][..], None),
        (404, &[200, 404][..], None),
        (301, &[301][..], None),
        (404, &[][..], Some(End::NotDone("http_status"))),
        (409, &[201][..], Some(End::NotDone("http_status"))),
        (429, &[][..], Some(End::NotDone("http_status"))),
        (200, &[201][..], Some(End::Unclear("http_status"))),
        (303, &[][..], Some(End::Unclear("http_status"))),
        (500, &[][..], Some(End::Unclear("http_status"))),
        (503, &[][..], Some(End::Unclear("http_status"))),
    ] {
        let server = serving(ResponseTemplate::new(status).insert_header("Location", "/elsewhere")).await;
        let given = with(post(format!("{}/x?token=hunter2", server.uri())), "Expect", ints(expected));
        check(&context(), &given, wanted.unwrap_or(End::Done(vec![("Status", Value::Int(i32::from(status)))]))).await;
        assert_eq!(server.received_requests().await.unwrap().len(), 1, "neither repeated nor redirected: {status}");
    }
}

#[tokio::test]
async fn nothing_was_done_where_no_connection_could_be_made() {
    let free = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    check(&context(), &post(format!("http://{free}/x")), End::NotDone("connect_failed")).await;
    // A label longer than 63 octets: the resolver refuses the name without asking anybody.
    check(&context(), &post(format!("http://{}.test/x", "a".repeat(64))), End::NotDone("connect_failed")).await;
    // A server that does not speak TLS: the handshake fails before anything of the request is sent.
    let server = serving(ResponseTemplate::new(200)).await;
    check(&context(), &post(server.uri().replace("http://", "https://")), End::NotDone("connect_failed")).await;
}

#[tokio::test]
async fn nobody_can_tell_after_the_request_was_sent_and_no_whole_answer_came() {
    let hung_up = misbehaving(Some(b"")).await;
    let cut_off = misbehaving(Some(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nonly this")).await;
    let nonsense = misbehaving(Some(b"SSH-2.0-OpenSSH_9.2\r\n")).await;
    let silent = misbehaving(None).await;
    for (uri, code) in [(hung_up, "connection_lost"), (cut_off, "connection_lost"), (nonsense, "connection_lost"), (silent, "timed_out")] {
        let given = with(post(uri), "Timeout", Value::Duration(3_000_000));
        check(&context(), &given, End::Unclear(code)).await;
    }
}

#[tokio::test]
async fn a_slow_answer_is_cut_off_by_the_time_out() {
    let server = serving(ResponseTemplate::new(200).set_delay(Duration::from_secs(60))).await;
    check(&context(), &with(get(server.uri()), "Timeout", Value::Duration(2_000_000)), End::Unclear("timed_out")).await;
}

#[tokio::test]
async fn an_answer_longer_than_a_mebibyte_is_not_kept() {
    let server = serving(ResponseTemplate::new(200).set_body_bytes(vec![b'a'; 1024 * 1024])).await;
    check(&context(), &get(server.uri()), End::Done(vec![])).await;
    let server = serving(ResponseTemplate::new(200).set_body_bytes(vec![b'a'; 1024 * 1024 + 1])).await;
    check(&context(), &get(server.uri()), End::Unclear("answer_too_long")).await;
}

#[tokio::test]
async fn addresses_that_the_policy_refuses_are_never_called() {
    let server = serving(ResponseTemplate::new(200)).await;
    let port = server.address().port();
    let strict = Context { http: Http::default(), ..context() };
    for host in ["127.0.0.1", "[::1]", "localhost", "0x7f.1", "[::ffff:127.0.0.1]", "0.0.0.0"] {
        check(&strict, &get(format!("http://{host}:{port}/")), End::NotDone("address_refused")).await;
    }
    check(&context(), &get("http://169.254.169.254/latest/meta-data/"), End::NotDone("address_refused")).await;
    assert_eq!(server.received_requests().await.unwrap().len(), 0);
    check(&context(), &get(format!("http://localhost:{port}/")), End::Done(vec![])).await;
}

#[tokio::test]
async fn parameters_that_cannot_be_sent_are_refused() {
    let uri = "http://127.0.0.1:9/x";
    let object = |name: &str, value: Value| Value::Object([(name, value)].into_iter().collect());
    for (given, code) in [
        (vec![("Method", Value::text("GET"))], "bad_parameter"),
        (vec![("Method", Value::text("BREW")), ("Uri", Value::text(uri))], "bad_parameter"),
        (get("file:///etc/passwd"), "bad_parameter"),
        (get("http://admin:hunter2@127.0.0.1/"), "bad_parameter"),
        (get("not a uri"), "bad_parameter"),
        (with(get(uri), "Headers", object("Content-Length", Value::Int(5))), "bad_parameter"),
        (with(get(uri), "Headers", object("X-A", Value::text("a\r\nX-B: hunter2"))), "bad_parameter"),
        (with(get(uri), "Headers", object("X A", Value::text("a"))), "bad_parameter"),
        (with(get(uri), "Headers", object("X-A", Value::List(vec![]))), "bad_parameter"),
        (with(get(uri), "Expect", ints(&[42])), "bad_parameter"),
        (with(get(uri), "Timeout", Value::Duration(0)), "bad_parameter"),
        (with(get(uri), "IdempotencyHeader", Value::text("Host")), "bad_parameter"),
        (with(with(post(uri), "Body", object("a", Value::Null)), "Text", Value::text("b")), "bad_parameter"),
        (with(get(uri), "Secret", Value::text("api-token")), "not_available"),
        (with(get(uri), "SecretAs", Value::text("Bearer")), "not_available"),
        (with(post(uri), "Body", object("password", object("Secret", Value::text("api-token")))), "not_available"),
    ] {
        check(&context(), &given, End::NotDone(code)).await;
    }
}

#[test]
fn the_method_decides_the_class() {
    let request = Registry::standard().get("http.request").unwrap();
    for (method, with_key, wanted) in [
        ("GET", false, Effect::Read),
        ("head", false, Effect::Read),
        ("PUT", false, Effect::Idempotent),
        ("DELETE", false, Effect::Idempotent),
        ("POST", false, Effect::Once),
        ("PATCH", false, Effect::Once),
        ("POST", true, Effect::Idempotent),
        ("PATCH", true, Effect::Idempotent),
        ("BREW", true, Effect::Once),
    ] {
        let mut given = parameters(&[("Method", Value::text(method))]);
        if with_key {
            given.insert("IdempotencyHeader", Value::text("Idempotency-Key"));
        }
        assert_eq!(request.effect(&given), wanted, "{method} {with_key}");
    }
}

#[tokio::test]
async fn the_log_shows_no_query_and_the_body_only_of_a_refusal() {
    let said = Arc::new(Mutex::new(Vec::new()));
    let log = Arc::clone(&said);
    let context = Context { log: Arc::new(move |_, _, message| log.lock().unwrap().push(message)), ..context() };
    for (status, shows_body) in [(200, false), (403, true)] {
        let server = serving(ResponseTemplate::new(status).set_body_string("the reason")).await;
        let request = Registry::standard().get("http.request").unwrap();
        request.run(&context, &parameters(&get(format!("{}/x?token=hunter2", server.uri())))).await;
        let said = std::mem::take(&mut *said.lock().unwrap()).join("\n");
        assert!(said.contains(&status.to_string()) && !said.contains("hunter2"), "{said}");
        assert_eq!(said.contains("the reason"), shows_body, "{said}");
    }
}
