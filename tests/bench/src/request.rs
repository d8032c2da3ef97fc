//! One request of three steps that do nothing, over HTTP on the Unix socket, one at a time: from POST to succeeded.

use std::time::Instant;

use http_body_util::{BodyExt, Full};
use hyper::{Request, body::Bytes, client::conn::http1::SendRequest, header};
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};
use tokio::{net::UnixStream, sync::watch};
use uuid::Uuid;

use crate::{
    measure::{ROUNDS, median, percentile, runtime},
    sqlite,
    world::{CUSTOMER, PLAN, SERVICE, World, idle_rules, package, said},
};

const REQUESTS: usize = 200;
const WARM_UP: usize = 20;

/// Commits and requests in turns.
pub(crate) fn measure() -> anyhow::Result<Value> {
    let (mut commits, mut requests, mut medians) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        commits.push(1000.0 / sqlite::single_commits()?);
        let round = runtime()?.block_on(round())?;
        medians.push(median(round.clone()));
        requests.extend(round);
    }
    Ok(json!({
        "threeStepRequestMsMedian": three(median(medians)),
        "threeStepRequestMsP99": three(percentile(requests, 0.99)),
        "commitMsMedian": three(median(commits)),
    }))
}

fn three(figure: f64) -> f64 {
    (figure * 1000.0).round() / 1000.0
}

async fn round() -> anyhow::Result<Vec<f64>> {
    let world = World::open(&package(&idle_rules(3)), None).await?;
    let (stop, stopped) = watch::channel(false);
    let socket = world.folder().join("bench.sock");
    let config = api::Config {
        engine: world.engine.clone(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        boot: Uuid::now_v7(),
        socket: Some(socket.clone()),
        http: None,
        hosts: Vec::new(),
    };
    let server = tokio::spawn(api::Service::bind(config).await?.run(stopped));
    let (mut client, connection) = hyper::client::conn::http1::handshake(TokioIo::new(UnixStream::connect(&socket).await?)).await?;
    let connection = tokio::spawn(connection);
    let mut took = Vec::with_capacity(REQUESTS);
    for number in 0..WARM_UP + REQUESTS {
        let start = Instant::now();
        let run = post(&mut client, number).await?;
        let run = world.engine.wait_ended(run).await.map_err(said)?;
        anyhow::ensure!(run.state.is_success(), "a run ended {}: {:?}", run.state, run.reason);
        if number >= WARM_UP {
            took.push(start.elapsed().as_secs_f64() * 1000.0);
        }
    }
    drop(client);
    connection.await??;
    stop.send_replace(true);
    server.await?;
    world.close().await?;
    Ok(took)
}

/// Orders an instance; the id of its run.
async fn post(client: &mut SendRequest<Full<Bytes>>, number: usize) -> anyhow::Result<Uuid> {
    let order = json!({ "tenant": CUSTOMER, "service": SERVICE, "plan": PLAN, "instance": format!("i{number}") });
    let request = Request::post(format!("{}/subscriptions", api::PREFIX))
        .header(header::HOST, "stoa")
        .header(header::CONTENT_TYPE, "application/json")
        .body(Full::new(Bytes::from(order.to_string())))?;
    client.ready().await?;
    let response = client.send_request(request).await?;
    let status = response.status();
    let body = response.into_body().collect().await?.to_bytes();
    anyhow::ensure!(status == 202, "POST /subscriptions answered {status}: {}", String::from_utf8_lossy(&body));
    let run: Value = serde_json::from_slice(&body)?;
    Ok(run["id"].as_str().unwrap_or_default().parse()?)
}
