//! `stoa demo`, as someone with a fresh machine types it.

use std::collections::BTreeSet;
use std::path::Path;

use libtest_mimic::{Failed, Trial};
use serde_json::Value;

use crate::peers::{self, test};
use crate::server::{Folder, json};

pub fn trials() -> Vec<Trial> {
    vec![test("demo::a_fresh_machine_gets_the_whole_tour_once", a_fresh_machine_gets_the_whole_tour_once)]
}

fn a_fresh_machine_gets_the_whole_tour_once() -> Result<(), Failed> {
    let folder = Folder::new()?;
    let data = folder.data();
    let arguments = ["demo", "--exit", "--json", "--data", &data.to_string_lossy()];
    let first = json(&arguments, 0)?;
    check_tour(&first, &data)?;
    let second = json(&arguments, 0)?;
    if ids(&first["runs"]) != ids(&second["runs"]) {
        return Err(format!("a second time made other runs: {:?} then {:?}", ids(&first["runs"]), ids(&second["runs"])).into());
    }
    check_tour(&second, &data)
}

fn check_tour(tour: &Value, data: &Path) -> Result<(), Failed> {
    let service = if peers::pwsh().is_some() { "backup" } else { "backup-native" };
    let runs = list(&tour["runs"]);
    let said: Vec<String> =
        runs.iter().map(|run| format!("{} {} {} {}", run["tenant"], run["verb"], run["service"], run["state"]).replace('"', "")).collect();
    let wanted = [
        format!("contoso provision {service} succeeded"),
        format!("fabrikam provision {service} succeeded"),
        format!("fabrikam change {service} succeeded"),
        format!("adventure provision {service} undone"),
        format!("fabrikam deprovision {service} succeeded"),
    ];
    equal("runs", &said.iter().collect::<BTreeSet<_>>(), &wanted.iter().collect::<BTreeSet<_>>())?;

    let storage =
        list(&tour["resolved"]).into_iter().find(|resolved| resolved["property"] == "StorageTB").ok_or("StorageTB is not resolved")?;
    equal("StorageTB", &storage["value"], &Value::from(30))?;
    equal("its origin", &storage["origin"], &serde_json::json!({ "level": "Customer", "name": "contoso", "kind": "override" }))?;
    let trail: Vec<(Value, Value)> = list(&storage["trail"]).iter().map(|entry| (entry["value"].clone(), entry["used"].clone())).collect();
    equal("its trail", &trail, &vec![(30.into(), true.into()), (20.into(), false.into())])?;

    let succeeded: BTreeSet<String> =
        runs.iter().filter(|run| run["state"] == "succeeded").map(|run| run["id"].as_str().unwrap_or_default().to_owned()).collect();
    let billed: Vec<String> =
        list(&tour["billingEvents"]).iter().map(|event| event["runId"].as_str().unwrap_or_default().to_owned()).collect();
    equal("billing events", &billed.len(), &4)?;
    equal("billed runs", &billed.into_iter().collect::<BTreeSet<_>>(), &succeeded)?;

    let files: Vec<String> = list(&tour["files"]).iter().map(|file| file.as_str().unwrap_or_default().to_owned()).collect();
    let gone: Vec<&String> = files.iter().filter(|file| !Path::new(file).exists()).collect();
    equal("files that are not there", &gone, &Vec::new())?;
    if !files.iter().any(|file| file.ends_with("credentials")) {
        return Err(format!("no credentials file among {files:?}").into());
    }
    let left = std::process::Command::new("find").arg(data).args(["-path", "*adventure*", "-not", "-name", "accounts"]).output()?;
    let left = String::from_utf8_lossy(&left.stdout).into_owned();
    if left.lines().any(|line| line.contains("/index/")) {
        return Err(format!("the failed order left something behind: {left}").into());
    }
    Ok(())
}

fn list(value: &Value) -> Vec<Value> {
    value.as_array().cloned().unwrap_or_default()
}

fn ids(runs: &Value) -> Vec<String> {
    list(runs).iter().map(|run| run["id"].as_str().unwrap_or_default().to_owned()).collect()
}

fn equal<T: PartialEq + std::fmt::Debug>(what: &str, found: &T, wanted: &T) -> Result<(), Failed> {
    if found == wanted { Ok(()) } else { Err(format!("{what}: {found:?}, not {wanted:?}").into()) }
}
