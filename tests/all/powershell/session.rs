//! What a script finds in its session.

use libtest_mimic::{Failed, Trial};
use model::{Failure, LogLevel, Value};
use powershell::Record;

use super::{Shell, expect, object, test};

pub(super) fn trials() -> Vec<Trial> {
    vec![
        test("records_of_all_streams_come_in_order_with_their_source", records_of_all_streams),
        test("a_record_with_a_code_carries_its_data", a_record_with_a_code),
        test("progress_is_shown", progress_is_shown),
        test("results_are_given_with_the_end", results_are_given),
        test("a_question_is_answered_or_refused", a_question_is_answered_or_refused),
        test("prepared_variables_are_read_only", prepared_variables_are_read_only),
        test("a_script_knows_its_file_and_whether_it_is_only_asked", a_script_knows_its_file),
        test("what_is_too_much_is_cut_with_a_mark", what_is_too_much_is_cut),
        test("the_environment_holds_only_what_is_allowed", the_environment_holds_only_what_is_allowed),
    ]
}

async fn records_of_all_streams(shell: Shell) -> Result<(), Failed> {
    let text = [
        "Write-Debug 'one'",
        "Write-Verbose 'two'",
        "'out'",
        "Write-Information 'three'",
        "Write-Host 'four'",
        "Write-Warning 'five'",
        "Write-Error 'six' -ErrorAction Continue",
        "function Say { Write-Verbose 'seven' }",
        "Say",
        "Write-StoaLog -Level Debug -Message 'eight'",
        "1..3 | ForEach-Object { Write-Verbose \"loop $_\"; $_ }",
    ]
    .join("\n");
    let ran = shell.run(shell.script(&text)).await;
    let shown: Vec<String> = ran
        .records
        .iter()
        .map(|record| {
            let line = record.source.as_deref().and_then(|source| source.rsplit_once(':')).map_or("?", |(_, line)| line);
            format!("{} {} {line}", record.level, record.message)
        })
        .collect();
    let expected = [
        "debug one 1",
        "verbose two 2",
        "information three 4",
        "information four 5",
        "warning five 6",
        "error six 7",
        "verbose seven 8",
        "debug eight 10",
        "verbose loop 1 11",
        "verbose loop 2 11",
        "verbose loop 3 11",
    ];
    expect("records", shown, expected.map(str::to_owned).to_vec())?;
    expect("output", ran.end.output, vec![Value::text("out"), Value::Int(1), Value::Int(2), Value::Int(3)])
}

async fn a_record_with_a_code(shell: Shell) -> Result<(), Failed> {
    let ran =
        shell.run(shell.script("Write-StoaLog -Level Warning -Code BK004 -Message \"m _x0041_ é\" -Data @{ Account = 'a'; N = 5 }")).await;
    let [Record { level: LogLevel::Warning, code: Some(code), message, data, .. }] = ran.records.as_slice() else {
        return Err(format!("{ran:#?}").into());
    };
    expect("code", (code.as_str(), message.as_str()), ("BK004", "m _x0041_ é"))?;
    expect("data", (data.get("account").cloned(), data.get("N").cloned()), (Some(Value::text("a")), Some(Value::Int(5))))
}

async fn progress_is_shown(shell: Shell) -> Result<(), Failed> {
    // It comes beside the other streams, now and then: the script waits until it was seen.
    let mut given = shell.script("Write-Progress -Activity 'Copying' -Status 'half' -PercentComplete 50; $null = Test-StoaPermission 'look'; Start-Sleep -Milliseconds 600");
    given.answers.insert("permission look".into(), Ok(Value::Bool(true)));
    let ran = shell.run(given).await;
    let shown: Vec<_> = ran.progress.iter().map(|one| (one.activity.as_str(), one.status.as_str(), one.percent, one.completed)).collect();
    expect("progress", shown, vec![("Copying", "half", 50, false)])
}

async fn results_are_given(shell: Shell) -> Result<(), Failed> {
    let ran = shell.run(shell.script("Set-StoaResult @{ UsedGB = 12.5d }; Set-StoaResult ([ordered]@{ usedgb = 13d; Other = 'x' })")).await;
    expect("outcome", ran.outcome(), "done".to_owned())?;
    expect("results", ran.end.results, object([("UsedGB", Value::Decimal("13".parse()?)), ("Other", Value::text("x"))]))
}

async fn a_question_is_answered_or_refused(shell: Shell) -> Result<(), Failed> {
    let cases = [
        ("Get-StoaSecret backup-api -AsPlainText", "done", Some(Value::text("s3cret <&> é"))),
        ("(Get-StoaSecret backup-api).GetType().Name", "done", Some(Value::text("SecureString"))),
        ("Get-StoaSecret other -AsPlainText", "unclear secret_refused", None),
        ("try { Get-StoaSecret other } catch { $_.TargetObject.Code }", "done", Some(Value::text("secret_refused"))),
        ("Test-StoaPermission backup.restore", "done", Some(Value::Bool(true))),
    ];
    for (text, outcome, output) in cases {
        let mut given = shell.script(text);
        given.answers.insert("secret backup-api".into(), Ok(Value::text("s3cret <&> é")));
        given.answers.insert("secret other".into(), Err(Failure::new("secret_refused", "not named by the step")));
        given.answers.insert("permission backup.restore".into(), Ok(Value::Bool(true)));
        let ran = shell.run(given).await;
        expect(text, ran.outcome(), outcome.to_owned())?;
        expect(text, ran.end.output, Vec::from_iter(output))?;
    }
    Ok(())
}

async fn prepared_variables_are_read_only(shell: Shell) -> Result<(), Failed> {
    let cases = [
        ("\"$($Customer.Name) $($customer.TAGS -join ',') $($Customer.GetType().Name)\"", "done", "contoso a,b OrderedDictionary"),
        ("$global:Customer = 'other'", "unclear script_error", ""),
        ("$Customer = 'mine'; $Customer", "done", "mine"),
    ];
    for (text, outcome, output) in cases {
        let mut given = shell.script(text);
        let tags = Value::List(vec![Value::text("a"), Value::text("b")]);
        given.variables = object([("Customer", Value::Object(object([("Name", Value::text("contoso")), ("Tags", tags)])))]);
        let ran = shell.run(given).await;
        expect(text, ran.outcome(), outcome.to_owned())?;
        expect(text, ran.end.output.first().and_then(Value::as_text).unwrap_or_default().to_owned(), output.to_owned())?;
    }
    Ok(())
}

async fn a_script_knows_its_file(shell: Shell) -> Result<(), Failed> {
    let mut given = shell.script(
        "[CmdletBinding(SupportsShouldProcess)]param() \"$($PSCommandPath -eq $MyInvocation.MyCommand.Path) $PSScriptRoot $($PSCmdlet.ShouldProcess('x')) $WhatIfPreference $ErrorActionPreference\"",
    );
    let folder = given.path.parent().map(|folder| folder.display().to_string()).unwrap_or_default();
    given.what_if = true;
    expect("a dry run", shell.output(given).await?, Value::text(format!("True {folder} False True Stop")))
}

async fn what_is_too_much_is_cut(shell: Shell) -> Result<(), Failed> {
    let ran = shell.run(shell.script("foreach ($i in 1..8) { 'x' * 1000000 }; 'small'")).await;
    expect("outputs", ran.end.output.len(), 5)?;
    expect("marks", ran.records.iter().filter(|record| record.code.as_deref() == Some("output_cut")).count(), 1)?;
    let ran = shell.run(shell.script("foreach ($i in 1..10050) { Write-Verbose 'x' }; Write-Verbose ('y' * 100000)")).await;
    expect("outcome", ran.outcome(), "done".to_owned())?;
    expect("records", ran.records.len(), 10_001)?;
    expect("the mark", ran.records.last().and_then(|record| record.code.clone()), Some("log_cut".to_owned()))
}

async fn the_environment_holds_only_what_is_allowed(shell: Shell) -> Result<(), Failed> {
    let ran = shell.run(shell.script("(Get-ChildItem env:).Name; \"home is private: $((Get-Item ~).FullName -eq $env:HOME)\"")).await;
    let foreign: Vec<&str> = ran.end.output.iter().filter_map(Value::as_text).filter(|name| name.starts_with("CARGO")).collect();
    expect("variables of the server", foreign, Vec::new())?;
    expect("home", ran.end.output.last().cloned(), Some(Value::text("home is private: True")))
}
