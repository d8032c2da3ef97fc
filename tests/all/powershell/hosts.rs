//! Which host runs what, and what stays in it.

use std::{fs, path::Path, sync::Arc, time::Duration};

use libtest_mimic::{Failed, Trial};
use model::Value;

use super::{Shell, expect, object, test, test_limited};

pub(super) fn trials() -> Vec<Trial> {
    vec![
        test("two_customers_never_share_a_host", two_customers_never_share_a_host),
        test("nothing_of_a_run_is_left_for_the_next", nothing_of_a_run_is_left),
        test_limited("a_host_is_replaced_after_its_runs", |config| config.runs_per_host = 2, a_host_is_replaced_after_its_runs),
        test_limited("runs_wait_for_a_host_when_all_are_busy", |config| config.hosts_max = 1, runs_wait_for_a_host),
        test_limited("a_blank_host_is_bound_at_its_first_run", |config| config.blank = 1, a_blank_host_is_bound),
        test("a_dropped_run_kills_its_host_with_all_it_started", a_dropped_run_kills_its_host),
        test("a_shutdown_kills_all_hosts", a_shutdown_kills_all_hosts),
        test_limited("a_program_that_is_no_powershell_is_unavailable", |config| config.program = "/bin/false".into(), no_powershell),
    ]
}

async fn process_of(shell: &Shell, customer: &str) -> Result<String, Failed> {
    let mut given = shell.script("\"$PID\"");
    given.customer = customer.into();
    Ok(shell.output(given).await?.as_text().unwrap_or_default().to_owned())
}

async fn two_customers_never_share_a_host(shell: Shell) -> Result<(), Failed> {
    let mut seen = Vec::new();
    for customer in ["contoso", "fabrikam", "contoso", "fabrikam"] {
        seen.push(process_of(&shell, customer).await?);
    }
    expect("a customer's own", (&seen[0], &seen[1]), (&seen[2], &seen[3]))?;
    expect("shared", seen[0] == seen[1], false)
}

async fn nothing_of_a_run_is_left(shell: Shell) -> Result<(), Failed> {
    let dirty = r#"
        $global:Leak = 1
        function global:Get-Leak { 'leaked' }
        Set-Alias -Name leak -Value Get-Date -Scope Global
        Set-Location /
        [System.Environment]::CurrentDirectory = '/'
        $env:LEAK = 'leaked'
        $env:PATH = '/leaked'
        Remove-Item env:LANG -ErrorAction Ignore
        New-PSDrive -Name leak -PSProvider FileSystem -Root / -Scope Global | Out-Null
        New-Module -Name Leak -ScriptBlock { function Get-LeakToo { 'leaked' } } | Import-Module -Global
        Update-TypeData -TypeName System.String -MemberType NoteProperty -MemberName Leak -Value 'leaked'
        $PSDefaultParameterValues['Get-Date:Year'] = 1999
        $ErrorActionPreference = 'SilentlyContinue'
        $global:VerbosePreference = 'SilentlyContinue'
        [System.Globalization.CultureInfo]::CurrentCulture = 'de-DE'
        $global:LASTEXITCODE = 5
        function global:Write-Verbose { throw 'leaked' }
        "$PID"
    "#;
    let look = r#"
        Write-Verbose 'still here'
        "$PID"
        @(
            Test-Path variable:global:Leak
            Test-Path function:Get-Leak
            Test-Path alias:leak
            Test-Path env:LEAK
            $env:PATH -eq '/leaked'
            (Get-Location).Path -eq '/'
            [System.Environment]::CurrentDirectory -eq '/'
            $null -ne (Get-PSDrive -Name leak -ErrorAction Ignore)
            $null -ne (Get-Command Get-LeakToo -ErrorAction Ignore)
            'x'.Leak -eq 'leaked'
            $PSDefaultParameterValues.Count -gt 0
            $ErrorActionPreference -ne 'Stop'
            [System.Globalization.CultureInfo]::CurrentCulture.Name -eq 'de-DE'
            $LASTEXITCODE -ne 0
            $Error.Count -gt 0
            $null -ne (Get-Job)
        ) -join ' '
    "#;
    let dirtied = shell.output(shell.script(dirty)).await?;
    for _ in 0..3 {
        let ran = shell.run(shell.script(look)).await;
        let clean = Value::text(vec!["False"; 16].join(" "));
        expect("leaks", ran.end.output, vec![dirtied.clone(), clean])?;
        expect("its verbose record", ran.records.len(), 1)?;
    }
    Ok(())
}

async fn a_host_is_replaced_after_its_runs(shell: Shell) -> Result<(), Failed> {
    let mut seen = Vec::new();
    for _ in 0..4 {
        seen.push(process_of(&shell, "contoso").await?);
    }
    expect("same, other, same", (seen[0] == seen[1], seen[1] == seen[2], seen[2] == seen[3]), (true, false, true))
}

async fn runs_wait_for_a_host(shell: Shell) -> Result<(), Failed> {
    let run = |customer: &'static str| process_of(&shell, customer);
    let (a, b, c) = tokio::join!(run("contoso"), run("fabrikam"), run("contoso"));
    expect("all ran", [a, b, c].iter().all(Result::is_ok), true)
}

async fn a_blank_host_is_bound(shell: Shell) -> Result<(), Failed> {
    shell.handle.warm();
    let first = process_of(&shell, "contoso").await?;
    expect("bound", process_of(&shell, "contoso").await?, first.clone())?;
    expect("shared", process_of(&shell, "fabrikam").await? == first, false)
}

/// Whether a process runs; one that ended and was not waited for does not.
fn is_running(process: &str) -> bool {
    fs::read_to_string(Path::new("/proc").join(process).join("stat")).is_ok_and(|stat| !stat.contains(") Z "))
}

async fn gone(process: &str) {
    while is_running(process) {
        tokio::task::yield_now().await;
    }
}

async fn a_dropped_run_kills_its_host(shell: Shell) -> Result<(), Failed> {
    let (heard, mut said) = tokio::sync::mpsc::unbounded_channel();
    let mut given = shell.script(
        "$far = /bin/sh -c 'setsid sleep 1000 > /dev/null 2>&1 & echo $!'; Write-Information \"$PID $far\"; while ($true) { Start-Sleep 1 }",
    );
    given.heard = Arc::new(move |record| heard.send(record.message.clone()).expect("the test listens"));
    let processes = {
        let run = shell.run(given);
        tokio::select! {
            ran = run => return Err(format!("it ended: {ran:?}").into()),
            processes = said.recv() => processes.unwrap_or_default(),
        }
    };
    expect("host and child", processes.split(' ').count(), 2)?;
    for process in processes.split(' ') {
        gone(process).await;
    }
    expect("the next run", shell.run(shell.script("'out'")).await.outcome(), "done".to_owned())
}

async fn a_shutdown_kills_all_hosts(shell: Shell) -> Result<(), Failed> {
    let idle = process_of(&shell, "fabrikam").await?;
    let down = shell.down.clone();
    let mut given = shell.script("Write-Information \"$PID\"; [System.Threading.Thread]::Sleep(1000000)");
    let (_keep, stop) = tokio::sync::watch::channel(false);
    given.stop = stop;
    given.heard = Arc::new(move |_| {
        down.send_replace(true);
    });
    let ran = shell.run(given).await;
    expect("the busy one", ran.outcome(), "unclear host_lost".to_owned())?;
    gone(&ran.records[0].message).await;
    gone(&idle).await;
    expect("afterwards", shell.run(shell.script("'never'")).await.outcome(), "not_done stopped".to_owned())
}

async fn no_powershell(shell: Shell) -> Result<(), Failed> {
    let mut given = shell.script("'never'");
    given.timeout = Duration::from_secs(5);
    given.parameters = object([]);
    expect("outcome", shell.run(given).await.outcome(), "not_done host_unavailable".to_owned())
}
