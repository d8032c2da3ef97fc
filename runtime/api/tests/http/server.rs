//! A server for one test, and how to ask it.

use std::{
    path::PathBuf,
    sync::{Arc, Once},
};

use engine::{NewTenant, Principal};
use model::{TenantKind, Timestamp};
use reqwest::{Method, StatusCode, header::HeaderMap};
use serde_json::{Value as Json, json};
use store::Store;
use tokio::sync::watch;

/// Whether runs are executed, or stay queued so that a test can look at them.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Runs {
    Execute,
    StayQueued,
}

pub(crate) struct Server {
    pub(crate) engine: engine::Handle,
    pub(crate) socket: PathBuf,
    pub(crate) base: String,
    pub(crate) token: String,
    pub(crate) client: reqwest::Client,
    _stop: watch::Sender<bool>,
    _folder: tempfile::TempDir,
}

pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Json,
}

impl Server {
    /// A server with the provider `acme`, the reseller `north` and the customers `contoso` and `fabrikam`.
    pub(crate) async fn start(runs: Runs) -> Server {
        static PROVIDER: Once = Once::new();
        PROVIDER.call_once(|| rustls::crypto::ring::default_provider().install_default().expect("the only one in this process"));
        let folder = tempfile::tempdir().expect("a temporary folder");
        let clock: model::Clock = Arc::new(|| Timestamp(1_800_000_000_000_000));
        let store = Store::open(&folder.path().join("data"), Arc::clone(&clock)).expect("a new store");
        let (token, row) = api::issue_token("admin", store.now());
        store.write(store::tokens::insert(&row)).await.expect("a new token");
        let by = Principal::new("test");
        let tree = [("acme", TenantKind::Provider, None), ("north", TenantKind::Reseller, Some("acme"))];
        let customers = ["contoso", "fabrikam"].map(|name| (name, TenantKind::Customer, Some("north")));
        for (name, kind, parent) in tree.into_iter().chain(customers) {
            engine::create_tenant(&store, &NewTenant::new(name, kind, parent), &by).await.expect("a new tenant");
        }
        let world = engine::World::new(store, clock, actions::Registry::standard());
        let (executor, engine) = engine::open(engine::Config::new(folder.path().join("data")), world).await.expect("the engine opens");
        let config = api::Config {
            engine: engine.clone(),
            version: "1.2.3".to_owned(),
            boot: uuid::Uuid::now_v7(),
            socket: Some(folder.path().join("run").join("stoa.sock")),
            http: Some("127.0.0.1:0".parse().expect("an address")),
            hosts: vec!["stoa.test:80".to_owned()],
        };
        let service = api::Service::bind(config).await.expect("the places are free");
        let socket = service.socket().expect("it has a socket").to_owned();
        let base = format!("http://{}{}", service.http().expect("it has an address"), api::PREFIX);
        let (stop, stopped) = watch::channel(false);
        tokio::spawn(service.run(stopped.clone()));
        if runs == Runs::Execute {
            let mut stopped = stopped;
            tokio::spawn(executor.run(async move {
                let _ = stopped.wait_for(|stop| *stop).await;
            }));
        }
        let client = reqwest::Client::builder().no_proxy().build().expect("a client");
        Server { engine, socket, base, token, client, _stop: stop, _folder: folder }
    }

    /// The same with the service `box` of [`package`].
    pub(crate) async fn with_box(runs: Runs) -> Server {
        let server = Server::start(runs).await;
        let answer = server.send(Method::POST, "/packages", Some(package())).await;
        assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.body);
        server
    }

    /// One request with the token.
    pub(crate) async fn send(&self, method: Method, path: &str, body: Option<Json>) -> Answer {
        self.send_with_key(method, path, body, None).await
    }

    pub(crate) async fn send_with_key(&self, method: Method, path: &str, body: Option<Json>, key: Option<&str>) -> Answer {
        let mut request = self.client.request(method, format!("{}{path}", self.base)).bearer_auth(&self.token);
        if let Some(key) = key {
            request = request.header("Idempotency-Key", key);
        }
        if let Some(body) = body {
            request = request.json(&body);
        }
        answer(request).await
    }

    pub(crate) async fn get(&self, path: &str) -> Json {
        let answer = self.send(Method::GET, path, None).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.body);
        answer.body
    }
}

pub(crate) async fn answer(request: reqwest::RequestBuilder) -> Answer {
    let response = request.send().await.expect("the server answers");
    let (status, headers) = (response.status(), response.headers().clone());
    let bytes = response.bytes().await.expect("a whole answer");
    let body = if bytes.is_empty() { Json::Null } else { serde_json::from_slice(&bytes).expect("every body is JSON") };
    Answer { status, headers, body }
}

/// A service of natives only, with a property of each kind.
pub(crate) fn package() -> Json {
    let service = r"@{
        Format = 1; Name = 'box'; Version = '1.0.0'; DisplayName = 'Box'; Description = 'A box.'; For = 'Customer'; Instances = 'Single'
        Properties = @(
            @{ Name = 'Colour'; Kind = 'Config'; Type = 'string'; Levels = 'Service', 'Customer'; Default = 'red' }
            @{ Name = 'SizeTB'; Kind = 'Plan'; Type = 'int'; Min = 1; Max = 500; Overridable = 'Reseller', 'Customer' }
            @{ Name = 'Username'; Kind = 'Input'; Type = 'string'; Required = $true }
            @{ Name = 'Budget'; Kind = 'Input'; Type = 'decimal'; Default = 1d }
        )
        Plans = @(
            @{ Name = 'Small'; Sku = 'BX001'; Set = @{ SizeTB = 1 } }
            @{ Name = 'Large'; Sku = 'BX002'; Set = @{ SizeTB = 20 } }
        )
    }";
    let process = r"@{ Rules = @( @{ Name = 'names'; Phase = 'Pre'; Action = 'data.compute'; With = @{ Kind = 'box' } } ) }";
    json!({ "files": { "service.psd1": service, "processes/provision.psd1": process, "processes/change.psd1": process,
                       "processes/deprovision.psd1": process } })
}
