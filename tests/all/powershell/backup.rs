//! The scripts of scripts/actions/backup, against a vault on disk.

use std::{
    fs,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
};

use libtest_mimic::{Failed, Trial};
use model::{Object, Value};

use super::{Ran, Shell, expect, object, test};
use crate::peers::checkout;

pub(super) fn trials() -> Vec<Trial> {
    vec![
        test("backup_accounts_are_made_found_and_removed", accounts_are_made_found_and_removed),
        test("backup_a_vault_that_cannot_be_written_is_left_as_it_was", a_vault_that_cannot_be_written),
        test("backup_what_is_not_ours_is_not_removed", what_is_not_ours_is_not_removed),
        test("backup_a_dry_run_changes_nothing", a_dry_run_changes_nothing),
    ]
}

fn parameters(vault: &Path, quota: i32) -> Object {
    object([("UserName", Value::text("contoso")), ("QuotaGB", Value::Int(quota)), ("VaultPath", Value::text(vault.display().to_string()))])
}

async fn run(shell: &Shell, name: &str, mut parameters: Object, what_if: bool) -> Ran {
    let mut given = shell.file(&checkout().join("scripts/actions/backup").join(name));
    match name {
        "Remove-BackupAccount.ps1" => {
            parameters.remove("UserName");
            parameters.remove("QuotaGB");
            parameters.insert("AccountId", Value::text("acct-contoso"));
        }
        "New-BackupAccount.ps1" => parameters.insert("Contact", Value::text("it@contoso.example")),
        _ => {}
    }
    given.parameters = parameters;
    given.what_if = what_if;
    shell.run(given).await
}

fn vault(shell: &Shell) -> Result<PathBuf, Failed> {
    let vault = shell.scripts.join("vault");
    fs::create_dir(&vault)?;
    Ok(vault)
}

/// Every file and folder below, by name, in order.
fn listing(folder: &Path) -> Vec<String> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        found.push(entry.file_name().to_string_lossy().into_owned());
        found.extend(listing(&path).into_iter().map(|name| format!("{}/{name}", entry.file_name().to_string_lossy())));
    }
    found.sort();
    found
}

async fn accounts_are_made_found_and_removed(shell: Shell) -> Result<(), Failed> {
    let vault = vault(&shell)?;
    let id = vec![Value::Object(object([("AccountId", Value::text("acct-contoso"))]))];
    let steps = [
        ("Test-BackupAccount.ps1", 10, "done", vec![]),
        ("New-BackupAccount.ps1", 10, "done", id.clone()),
        ("Test-BackupAccount.ps1", 10, "done", id),
        ("Test-BackupAccount.ps1", 20, "done", vec![]),
        ("New-BackupAccount.ps1", 10, "not_done account_exists", vec![]),
    ];
    for (name, quota, outcome, output) in steps {
        let ran = run(&shell, name, parameters(&vault, quota), false).await;
        expect(name, (ran.outcome(), ran.end.output), (outcome.to_owned(), output))?;
    }
    let account = vault.join("accounts/contoso");
    let mode = |name: &str| fs::metadata(account.join(name)).map(|data| data.permissions().mode() & 0o777);
    expect("modes", (mode("credentials")?, mode("quota.json")?, mode("")?), (0o600, 0o640, 0o750))?;
    expect("quota", fs::read_to_string(account.join("quota.json"))?, r#"{"quotaGB":10}"#.to_owned())?;
    let credentials: serde_json::Value = serde_json::from_str(&fs::read_to_string(account.join("credentials"))?)?;
    expect(
        "credentials",
        credentials.as_object().map(|object| object.keys().map(String::as_str).collect()),
        Some(vec!["userName", "contact", "method", "salt", "hash"]),
    )?;
    fs::write(account.join("README.txt"), "of the package")?;
    for _ in 0..2 {
        expect("removed", run(&shell, "Remove-BackupAccount.ps1", parameters(&vault, 10), false).await.outcome(), "done".to_owned())?;
        expect("left", listing(&vault), vec!["accounts".to_owned()])?;
    }
    Ok(())
}

async fn a_vault_that_cannot_be_written(shell: Shell) -> Result<(), Failed> {
    let vault = vault(&shell)?;
    fs::write(vault.join("accounts"), "a file where the folder should be")?;
    for place in [vault.clone(), vault.join("missing")] {
        let ran = run(&shell, "New-BackupAccount.ps1", parameters(&place, 10), false).await;
        expect("outcome", ran.outcome(), "not_done BK001".to_owned())?;
    }
    expect("left", listing(&vault), vec!["accounts".to_owned()])
}

async fn what_is_not_ours_is_not_removed(shell: Shell) -> Result<(), Failed> {
    let vault = vault(&shell)?;
    run(&shell, "New-BackupAccount.ps1", parameters(&vault, 10), false).await;
    fs::write(vault.join("accounts/contoso/data.bin"), "a customer's")?;
    let before = listing(&vault);
    let ran = run(&shell, "Remove-BackupAccount.ps1", parameters(&vault, 10), false).await;
    expect("outcome", ran.outcome(), "not_done account_in_use".to_owned())?;
    expect("left", listing(&vault), before)
}

async fn a_dry_run_changes_nothing(shell: Shell) -> Result<(), Failed> {
    let vault = vault(&shell)?;
    expect("new", run(&shell, "New-BackupAccount.ps1", parameters(&vault, 10), true).await.outcome(), "done".to_owned())?;
    expect("left", listing(&vault), vec![])?;
    run(&shell, "New-BackupAccount.ps1", parameters(&vault, 10), false).await;
    let before = listing(&vault);
    expect("remove", run(&shell, "Remove-BackupAccount.ps1", parameters(&vault, 10), true).await.outcome(), "done".to_owned())?;
    expect("left", listing(&vault), before)
}
