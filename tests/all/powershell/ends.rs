//! How scripts end.

use std::{sync::Arc, time::Duration};

use libtest_mimic::{Failed, Trial};
use model::{LogLevel, Value};
use powershell::{Ended, Record};
use tokio::sync::watch;

use super::{Ran, Shell, expect, object, test, test_limited};

pub(super) fn trials() -> Vec<Trial> {
    vec![
        test("a_script_ends_as_it_says", a_script_ends_as_it_says),
        test("a_script_that_never_began_is_not_done", a_script_that_never_began_is_not_done),
        test("a_failed_script_says_where", a_failed_script_says_where),
        test("a_killed_host_is_lost_and_replaced", a_killed_host_is_lost_and_replaced),
        test_limited("a_timeout_stops_a_script", |config| config.grace = Duration::from_secs(60), a_timeout_stops_a_script),
        test_limited(
            "a_script_that_does_not_stop_is_killed",
            |config| config.grace = Duration::from_millis(300),
            a_script_that_does_not_stop_is_killed,
        ),
        test("a_script_is_stopped_on_demand", a_script_is_stopped_on_demand),
    ]
}

async fn a_script_ends_as_it_says(shell: Shell) -> Result<(), Failed> {
    let cases = [
        ("'out'", "done", 1),
        ("'out'; return; 'never'", "done", 1),
        ("'out'; exit", "done", 1),
        ("'out'; exit 0", "done", 1),
        ("'out'; exit 3", "unclear exit_code", 1),
        ("exit -1", "unclear exit_code", 0),
        ("/bin/sh -c 'exit 3'; 'out'", "done", 1),
        ("/bin/sh -c 'exit 3'", "done", 0),
        ("'out'; throw 'no'", "unclear script_error", 1),
        ("Write-Error 'no'; 'never'", "unclear script_error", 0),
        ("Get-Item /nowhere; 'never'", "unclear script_error", 0),
        ("$ErrorActionPreference = 'Continue'; Write-Error 'no'; 'out'", "done", 1),
        ("Get-Item /nowhere -ErrorAction SilentlyContinue; 'out'", "done", 1),
        ("try { throw 'no' } catch { 'out' }", "done", 1),
        ("No-SuchCommand", "unclear script_error", 0),
        ("[int]'x'", "unclear script_error", 0),
        ("Stop-StoaStep -NotDone 'Nothing was touched.'", "not_done not_done", 0),
        ("Stop-StoaStep -NotDone -Code BK001 -Message 'no'", "not_done BK001", 0),
        ("'out'; Stop-StoaStep -Code BK004 -Message 'no'; 'never'", "unclear BK004", 1),
        ("function Deep { Stop-StoaStep -NotDone -Code BK001 -Message 'no' }; try { Deep } finally { 'out' }", "not_done BK001", 1),
        ("try { Stop-StoaStep -Code BK004 -Message 'no' } catch { throw }", "unclear BK004", 0),
        ("try { Stop-StoaStep -Code BK004 -Message 'no' } catch { 'out' }", "done", 1),
        ("[System.Environment]::Exit(0)", "unclear host_lost", 0),
        ("Stop-Process -Id $PID", "unclear host_lost", 0),
    ];
    for (text, outcome, outputs) in cases {
        let ran = shell.run(shell.script(text)).await;
        expect(text, (ran.outcome().as_str(), ran.end.output.len()), (outcome, outputs))?;
    }
    Ok(())
}

async fn a_script_that_never_began_is_not_done(shell: Shell) -> Result<(), Failed> {
    let cases = [
        ("param([int]$Value) 'never'", "not_done parameter_refused"),
        ("[CmdletBinding()]param([ValidateSet('a')][string]$Value) 'never'", "not_done parameter_refused"),
        ("[CmdletBinding()]param([string]$Other) 'never'", "not_done parameter_refused"),
        ("[CmdletBinding()]param([string]$Value, [Parameter(Mandatory)]$Other) 'never'", "not_done parameter_refused"),
        ("if (", "not_done script_unreadable"),
    ];
    for (text, outcome) in cases {
        let mut given = shell.script(text);
        given.parameters = object([("Value", Value::text("x"))]);
        expect(text, shell.run(given).await.outcome(), outcome.to_owned())?;
    }
    let missing = shell.file(&shell.scripts.join("missing.ps1"));
    expect("a missing script", shell.run(missing).await.outcome(), "not_done script_missing".to_owned())?;
    // The same errors inside a script prove nothing.
    let inside = shell.run(shell.script("function F { param([int]$X) }; 'out'; F -X x")).await;
    expect("inside", inside.outcome(), "unclear script_error".to_owned())
}

async fn a_failed_script_says_where(shell: Shell) -> Result<(), Failed> {
    let given = shell.script("'a'\n\nfunction Get-It {\n    throw 'the reason'\n}\nGet-It\n");
    let name = given.path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let ran = shell.run(given).await;
    let [Record { level: LogLevel::Error, message, source, data, .. }] = ran.records.as_slice() else {
        return Err(format!("{ran:#?}").into());
    };
    expect("message", message.as_str(), "the reason")?;
    expect("source", source.clone(), Some(format!("{name}:4")))?;
    expect("stack", data.get("stack").and_then(Value::as_text).is_some_and(|stack| stack.contains("line 6")), true)
}

async fn a_killed_host_is_lost_and_replaced(shell: Shell) -> Result<(), Failed> {
    let mut given = shell.script("Write-Information \"$PID\"; while ($true) { Start-Sleep 1 }");
    given.heard = Arc::new(|record| {
        let killed = std::process::Command::new("/bin/kill").args(["-9", &record.message]).status();
        assert!(killed.is_ok_and(|status| status.success()), "{record:?}");
    });
    expect("killed", shell.run(given).await.outcome(), "unclear host_lost".to_owned())?;
    expect("the next run", shell.run(shell.script("'out'")).await.outcome(), "done".to_owned())
}

async fn a_timeout_stops_a_script(shell: Shell) -> Result<(), Failed> {
    let cases = ["Start-Sleep 1000", "while ($true) {}", "try { Start-Sleep 1000 } catch { 'caught' } finally { $x = 1 }"];
    for text in cases {
        let mut given = shell.script(text);
        given.timeout = Duration::from_millis(300);
        let ran = shell.run(given).await;
        expect(text, ran.outcome(), "unclear timeout".to_owned())?;
        expect(text, was_killed(&ran), false)?;
    }
    expect("the next run", shell.run(shell.script("'out'")).await.outcome(), "done".to_owned())
}

async fn a_script_that_does_not_stop_is_killed(shell: Shell) -> Result<(), Failed> {
    // A program's own child keeps its output open, so that the engine waits although the program is gone.
    for text in ["[System.Threading.Thread]::Sleep(1000000)", "/bin/sh -c 'sleep 1000; true'"] {
        let mut given = shell.script(text);
        // Long enough for the script to have begun in a host that never ran one.
        given.timeout = Duration::from_secs(3);
        let ran = shell.run(given).await;
        expect(text, ran.outcome(), "unclear timeout".to_owned())?;
        expect(text, was_killed(&ran), true)?;
    }
    expect("the next run", shell.run(shell.script("'out'")).await.outcome(), "done".to_owned())
}

fn was_killed(ran: &Ran) -> bool {
    matches!(&ran.end.outcome, Ended::Unclear(failure) if failure.message.contains("was killed"))
}

async fn a_script_is_stopped_on_demand(shell: Shell) -> Result<(), Failed> {
    let (stopper, stop) = watch::channel(false);
    let mut given = shell.script("Write-Information 'on'; try { Start-Sleep 1000 } finally { Write-Information 'last words' }");
    given.stop = stop.clone();
    let heard = stopper.clone();
    given.heard = Arc::new(move |_| {
        heard.send_replace(true);
    });
    let ran = shell.run(given).await;
    expect("stopped", ran.outcome(), "unclear stopped".to_owned())?;
    let mut late = shell.script("'never'");
    late.stop = stop;
    expect("stopped before it began", shell.run(late).await.outcome(), "not_done stopped".to_owned())
}
