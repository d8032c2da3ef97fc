//! `kill -9` of the real server while orders are in flight: nothing acknowledged is lost, everything ends, nothing is billed twice.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Instant;

use libtest_mimic::{Failed, Trial};
use rand::{RngExt, SeedableRng, rngs::StdRng};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::peers::test;
use crate::server::{Client, Folder, Server, block_on, output};

/// Orders in flight in each round.
const ORDERS: usize = 20;
/// Rounds; in each the server is killed once, at a random moment of what a round without a kill takes.
const KILLS: usize = 10;

pub fn trials() -> Vec<Trial> {
    vec![test("kill::orders_in_flight_survive_ten_kills_and_are_billed_once", orders_in_flight_survive_ten_kills_and_are_billed_once)]
}

fn orders_in_flight_survive_ten_kills_and_are_billed_once() -> Result<(), Failed> {
    let seed: u64 = std::env::var("STOA_TEST_SEED").ok().and_then(|text| text.parse().ok()).unwrap_or_else(rand::random);
    println!("kill: seed {seed} (STOA_TEST_SEED={seed} repeats it)");
    let mut random = StdRng::seed_from_u64(seed);
    let folder = Folder::new()?;
    let data = folder.data();
    output(&["demo", "--exit", "--json", "--data", &data.to_string_lossy()], 0)?;
    block_on(async {
        let mut server = Server::start(&data)?;
        let unharmed = customers(&server.client(), "calm").await?;
        let begun = Instant::now();
        let acknowledged = order_all(server.client(), unharmed.clone()).await;
        check(&server.client(), &unharmed, acknowledged).await?;
        let span = begun.elapsed();
        for round in 0..KILLS {
            let customers = customers(&server.client(), &format!("round{round}")).await?;
            let orders = tokio::spawn(order_all(server.client(), customers.clone()));
            let moment = span.mul_f64(random.random_range(0.0..1.0));
            tokio::time::sleep(moment).await;
            server.kill()?;
            let before = orders.await?;
            server = Server::start(&data)?;
            println!("kill: round {round}, after {} ms, {} of {ORDERS} acknowledged by then", moment.as_millis(), before.len());
            // What was not acknowledged is sent again with its key, as a client does.
            let after = order_all(server.client(), customers.clone()).await;
            if let Some((customer, run)) = before.iter().find(|(customer, run)| after.get(*customer) != Some(run)) {
                return Err(format!("{customer}: acknowledged as {run}, then {:?}", after.get(customer)).into());
            }
            check(&server.client(), &customers, after).await?;
        }
        Ok(())
    })
}

async fn customers(client: &Client, round: &str) -> Result<Vec<String>, Failed> {
    let names: Vec<String> = (0..ORDERS).map(|index| format!("{round}-{index:02}")).collect();
    for name in &names {
        let body = json!({ "name": name, "kind": "Customer", "parent": "north", "email": format!("it@{name}.example") });
        client.expect(Method::POST, "/tenants", Some(body), StatusCode::CREATED).await?;
    }
    Ok(names)
}

/// Sends every order at once, each with its own key as a client that repeats does, and gives the runs that were acknowledged.
async fn order_all(client: Client, customers: Vec<String>) -> BTreeMap<String, String> {
    let orders = customers.into_iter().map(|customer| {
        let client = client.clone();
        async move {
            let body =
                json!({ "tenant": customer, "service": "backup-native", "plan": "Standard", "properties": { "Username": customer } });
            let answer = client.call(Method::POST, "/subscriptions", Some(body), Some(&format!("order-{customer}"))).await;
            match answer {
                Ok((StatusCode::ACCEPTED, run)) => Some((customer, run["id"].as_str().unwrap_or_default().to_owned())),
                _ => None,
            }
        }
    });
    futures::future::join_all(orders).await.into_iter().flatten().collect()
}

async fn check(client: &Client, customers: &[String], acknowledged: BTreeMap<String, String>) -> Result<(), Failed> {
    let missing: Vec<&String> = customers.iter().filter(|customer| !acknowledged.contains_key(*customer)).collect();
    if !missing.is_empty() {
        return Err(format!("no order of {missing:?} was ever acknowledged").into());
    }
    let mut succeeded = BTreeSet::new();
    for (customer, run) in &acknowledged {
        let run = client.ended(run).await?;
        if run["state"] != "succeeded" {
            return Err(format!("{customer}: {run:#}").into());
        }
        succeeded.insert(run["id"].as_str().unwrap_or_default().to_owned());
    }
    for customer in customers {
        let runs = client.get(&format!("/runs?tenant={customer}")).await?;
        let events = client.get(&format!("/billing-events?tenant={customer}")).await?;
        let (runs, events) = (items(&runs), items(&events));
        if runs.len() != 1
            || events.len() != 1
            || events[0]["kind"] != "start"
            || !succeeded.contains(runs[0]["id"].as_str().unwrap_or_default())
        {
            return Err(format!("{customer}: not one run and one event: {runs:#?} {events:#?}").into());
        }
    }
    Ok(())
}

fn items(list: &Value) -> Vec<Value> {
    list["items"].as_array().cloned().unwrap_or_default()
}
