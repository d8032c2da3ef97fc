//! The world changes between two steps: the vault is taken away while a run is in flight, and the run says so and takes back what it did.

use std::fs;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::path::PathBuf;

use libtest_mimic::{Failed, Trial};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::peers::test;
use crate::server::{Folder, Server, block_on, output};

const SERVICE: &str = r"@{
    Format = 1; Name = 'vaulted'; Version = '1.0.0'; DisplayName = 'Vaulted'; Description = 'Loses its vault on the way.'; For = 'Customer'; Instances = 'Single'
    Properties = @(
        @{ Name = 'Folder'; Kind = 'Input'; Type = 'string'; Required = $true }
        @{ Name = 'Register'; Kind = 'Input'; Type = 'string'; Required = $true }
        @{ Name = 'Gate'; Kind = 'Input'; Type = 'uri'; Required = $true }
    )
    Plans = @( @{ Name = 'Only'; Sku = 'V1' } )
}";

const PROVISION: &str = r"@{ Rules = @(
    @{ Name = 'register'; Phase = 'Main'; Action = 'file.write'; With = @{ Path = { $Property.Register }; Content = 'taken' } }
    @{ Name = 'folder';   Phase = 'Main'; Action = 'file.directory.create'; With = @{ Path = { $Property.Folder } } }
    @{ Name = 'gate';     Phase = 'Main'; Action = 'http.request'; With = @{ Method = 'GET'; Uri = { $Property.Gate } } }
    @{ Name = 'quota';    Phase = 'Main'; Action = 'file.write'; With = @{ Path = { '{0}/quota.json' -f $Property.Folder }; Content = '{}' } }
) }";

pub fn trials() -> Vec<Trial> {
    vec![test(
        "vault::a_vault_removed_between_two_steps_fails_the_run_and_is_undone",
        a_vault_removed_between_two_steps_fails_the_run_and_is_undone,
    )]
}

fn a_vault_removed_between_two_steps_fails_the_run_and_is_undone() -> Result<(), Failed> {
    let folder = Folder::new()?;
    let (data, vault, register) = (folder.data(), folder.beside("vault"), folder.beside("register.txt"));
    fs::create_dir(&vault)?;
    output(&["init", "--data", &data.to_string_lossy()], 0)?;
    let gate = gate_that_removes(vault.clone())?;
    let server = Server::start_with(&data, &[("STOA_ACTIONS_LOOPBACK", "true")])?;
    block_on(async {
        let client = server.client();
        let package = json!({ "files": { "service.psd1": SERVICE, "processes/provision.psd1": PROVISION } });
        client.expect(Method::POST, "/packages", Some(package), StatusCode::CREATED).await?;
        let customer = json!({ "name": "contoso", "kind": "Customer", "parent": "provider" });
        client.expect(Method::POST, "/tenants", Some(customer), StatusCode::CREATED).await?;
        let properties = json!({ "Folder": vault.join("contoso"), "Register": register, "Gate": gate });
        let order = json!({ "tenant": "contoso", "service": "vaulted", "plan": "Only", "properties": properties });
        let run = client.expect(Method::POST, "/subscriptions", Some(order), StatusCode::ACCEPTED).await?;
        let run = client.ended(run["id"].as_str().unwrap_or_default()).await?;
        let states: Vec<String> = steps(&run).iter().map(|step| format!("{} {}", step["rule"], step["state"]).replace('"', "")).collect();
        let wanted = ["register undone", "folder undone", "gate succeeded", "quota failed"];
        if run["state"] != "undone" || states != wanted {
            return Err(format!("{} {states:?}, not undone {wanted:?}: {run:#}", run["state"]).into());
        }
        if register.exists() || vault.exists() {
            return Err("something was left behind".into());
        }
        let events = client.get("/billing-events?tenant=contoso").await?;
        if events["items"] != json!([]) { Err(format!("billed: {events}").into()) } else { Ok(()) }
    })
}

/// A server that, asked once, removes the vault before it answers: the moment between two steps, without a clock.
fn gate_that_removes(vault: PathBuf) -> Result<String, Failed> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let address = listener.local_addr()?;
    std::thread::spawn(move || {
        let (mut connection, _) = listener.accept().expect("the step asks");
        let mut request = [0; 4096];
        let _ = connection.read(&mut request);
        fs::remove_dir_all(&vault).expect("the vault is there");
        let _ = connection.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    });
    Ok(format!("http://{address}/"))
}

fn steps(run: &Value) -> Vec<Value> {
    run["steps"].as_array().cloned().unwrap_or_default()
}
