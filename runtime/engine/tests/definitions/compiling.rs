//! What the compiler finds before anything runs: every mistake, at its place in the author's file.

use model::{Effect, OnError, Phase, Subject, Verb};
use package::Files;

use crate::world::{SERVICE, files, package, process, program};

/// The mistakes of a provision with these rules, as `line:column code`; the first rule begins on line 2.
fn check(rules: &str, wanted: &[&str]) {
    check_files(&package(rules), wanted);
}

fn check_files(files: &Files, wanted: &[&str]) {
    let found = engine::check(files, &Files::default(), &actions::Registry::standard(), std::path::Path::new("/nowhere"));
    let errors = found.map(|_| ()).err().unwrap_or_default();
    let short: Vec<String> =
        errors.iter().map(|error| format!("{}:{} {}", error.position.line, error.position.column, error.code)).collect();
    assert_eq!(short, wanted, "\n{}", errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"));
}

/// The one mistake of a provision with these rules, in words.
fn words(rules: &str, wanted: &str) {
    let found = engine::check(&package(rules), &Files::default(), &actions::Registry::standard(), std::path::Path::new("/nowhere"));
    let errors = found.map(|_| ()).err().unwrap_or_default();
    assert_eq!(errors.iter().map(ToString::to_string).collect::<Vec<_>>(), [wanted]);
}

#[test]
fn rules_run_in_the_order_of_their_phases() {
    let program = program(&package(
        "@{ Name = 'keep'; Phase = 'Post'; Action = 'property.set'; With = @{ AccountId = 'x' } }
         @{ Name = 'first'; Phase = 'Main'; Action = 'data.compute'; With = @{ A = 1 } }
         @{ Name = 'names'; Phase = 'Pre'; Action = 'data.compute'; With = @{ A = 1 } }
         @{ Name = 'second'; Phase = 'Main'; Action = 'data.compute'; With = @{ A = 1 } }",
    ));
    let rules = &program.process(Verb::Provision, Subject::Customer).unwrap().rules;
    let order: Vec<(u32, &str, Phase)> = rules.iter().map(|rule| (rule.seq, &*rule.name, rule.phase)).collect();
    assert_eq!(order, [(1, "names", Phase::Pre), (2, "first", Phase::Main), (3, "second", Phase::Main), (4, "keep", Phase::Post)]);
}

#[test]
fn provision_and_change_undo_what_other_verbs_leave_to_a_person() {
    let rules = process("@{ Name = 'a'; Phase = 'Main'; Action = 'data.compute'; With = @{ A = 1 } }");
    let own = process("@{ Name = 'a'; Phase = 'Main'; Action = 'data.compute'; With = @{ A = 1 }; OnError = 'Continue' }");
    let program = program(&files(
        SERVICE,
        &[("processes/provision.psd1", &rules), ("processes/deprovision.psd1", &rules), ("processes/suspend.psd1", &own)],
    ));
    let on_error = |verb| program.process(verb, Subject::Customer).unwrap().rules[0].on_error;
    assert_eq!(on_error(Verb::Provision), OnError::Undo);
    assert_eq!(on_error(Verb::Deprovision), OnError::Attention);
    assert_eq!(on_error(Verb::Suspend), OnError::Continue);
    assert!(program.process(Verb::Change, Subject::Customer).is_none());
}

#[test]
fn a_script_brings_its_time_out_verify_undo_and_place() {
    let program =
        program(&package("@{ Name = 'account'; Phase = 'Main'; Action = 'new-account'; With = @{ UserName = 'a'; QuotaGB = 5 } }"));
    let rule = &program.process(Verb::Provision, Subject::Customer).unwrap().rules[0];
    assert_eq!((rule.effect, rule.timeout.as_secs(), rule.retry.count), (Effect::VerifyFirst, 120, 0));
    assert_eq!(rule.verify.as_ref().map(|verify| verify.name()), Some("Test-Account"));
    let engine::Action::Script(script) = &rule.action else { panic!("not a script") };
    assert_eq!(script.path, std::path::Path::new("/nowhere").join(&program.hash).join("actions/New-Account.ps1"));
    assert_eq!(script.owner, "backup");
    assert!(program.action("remove-account").is_some());
}

#[test]
fn an_unknown_action_is_named_with_its_nearest() {
    words(
        "@{ Name = 'a'; Phase = 'Main'; Action = 'file.wriet'; With = @{ Path = '/x'; Content = 'x' } }",
        "processes/provision.psd1:2:41: there is no action `file.wriet` (did you mean `file.write`?)",
    );
    words(
        "@{ Name = 'a'; Phase = 'Main'; Action = 'New-Acount'; With = @{ UserName = 'a' } }",
        "processes/provision.psd1:2:41: there is no action `New-Acount` (did you mean `New-Account`?)",
    );
}

#[test]
fn parameters_are_checked_against_the_action() {
    check("@{ Name = 'a'; Phase = 'Main'; Action = 'New-Account'; With = @{ UserNam = 'a'; QuotaGB = 5 } }", &["2:66 unknown_parameter"]);
    check("@{ Name = 'a'; Phase = 'Main'; Action = 'New-Account'; With = @{ UserName = 'a'; QuotaGB = 'many' } }", &["2:82 wrong_type"]);
    check(
        "@{ Name = 'a'; Phase = 'Main'; Action = 'New-Account'; With = @{ UserName = '9'; QuotaGB = 0; Priority = 'low' } }",
        &["2:66 wrong_type", "2:82 wrong_type"],
    );
    check(
        "@{ Name = 'a'; Phase = 'Main'; Action = 'New-Account'; With = @{ UserName = $null; QuotaGB = 5; Priority = 'Mid' } }",
        &["2:66 wrong_type", "2:97 wrong_type"],
    );
    check(
        "@{ Name = 'a'; Phase = 'Main'; Action = 'New-Account'; With = @{ UserName = @{ A = { 1 } }; QuotaGB = @({ 1 }); Tags = 'one' } }",
        &["2:66 wrong_type", "2:93 wrong_type"],
    );
}

#[test]
fn properties_are_set_only_where_the_service_has_them() {
    check(
        "@{ Name = 'a'; Phase = 'Post'; Action = 'property.set'; With = @{ AcountId = 'x'; StorageTB = 5; UsedGB = 'much'; Username = 'A' } }",
        &["2:67 unknown_property", "2:83 property_kind", "2:98 wrong_type", "2:115 wrong_type"],
    );
    words(
        "@{ Name = 'a'; Phase = 'Post'; Action = 'property.set'; With = @{ AcountId = 'x' } }",
        "processes/provision.psd1:2:67: the service has no property `AcountId` (did you mean `AccountId`?)",
    );
}

#[test]
fn expressions_know_only_what_is_there() {
    check(
        "@{ Name = 'a'; Phase = 'Main'; When = { $Plan.StorageGB -gt 5 }; Action = 'data.compute'; With = @{ A = { $Property.UserName }; B = { $Custmer.Name } } }",
        &["2:47 unknown_member", "2:135 unknown_variable"],
    );
}

#[test]
fn a_rule_sees_only_the_steps_before_it_and_their_outputs() {
    let rule = |name: &str, value: &str| {
        format!("@{{ Name = '{name}'; Phase = 'Main'; Action = 'data.compute'; With = @{{ Value = {{ {value} }} }} }}")
    };
    let ok = format!("{}\n{}", rule("one-step", "1"), rule("two", "$Step.'one-step'.Value"));
    check(&ok, &[]);
    let wrong = format!("{}\n{}", rule("one", "$Step.two.Value"), rule("two", "$Step.one.Valeu"));
    check(&wrong, &["2:85 unknown_member", "3:89 unknown_member"]);
}

#[test]
fn out_names_what_the_action_gives() {
    let with = "Action = 'New-Account'; With = @{ UserName = 'a'; QuotaGB = 5 }";
    check(&format!("@{{ Name = 'a'; Phase = 'Main'; {with}; Out = @{{ Id = 'AccountID'; At = {{ $Output.CreatedAt.Year }} }} }}"), &[]);
    check(
        &format!("@{{ Name = 'a'; Phase = 'Main'; {with}; Out = @{{ Id = 'AccountNo'; At = {{ $Output.Created }} }} }}"),
        &["2:106 unknown_output", "2:139 unknown_member"],
    );
    check(
        &format!(
            "@{{ Name = 'a'; Phase = 'Main'; {with}; Out = @{{ Id = 'AccountId' }} }}
@{{ Name = 'b'; Phase = 'Main'; Action = 'data.compute'; With = @{{ Was = {{ $Step.a.Id }}; Is = {{ $Step.a.AccountId }} }} }}"
        ),
        &["3:104 unknown_member"],
    );
}

#[test]
fn an_undo_must_bear_being_repeated_and_get_what_it_needs() {
    let with = "Action = 'data.compute'; With = @{ A = 'x' }";
    check(
        &format!("@{{ Name = 'a'; Phase = 'Main'; {with}; Undo = @{{ Action = 'Send-Letter'; With = @{{ To = {{ $Output.A }} }} }} }}"),
        &["2:97 undo_class"],
    );
    check(
        &format!(
            "@{{ Name = 'a'; Phase = 'Main'; {with}; Undo = @{{ Action = 'Remove-Account'; With = @{{ AccountId = {{ $Output.B }} }} }} }}"
        ),
        &["2:147 unknown_member"],
    );
    check(&format!("@{{ Name = 'a'; Phase = 'Main'; {with}; Undo = @{{ Action = 'Remove-Account' }} }}"), &["2:97 missing_parameter"]);
    check(&format!("@{{ Name = 'a'; Phase = 'Main'; {with}; Undo = $null }}"), &[]);
}

#[test]
fn a_rule_lowers_the_class_of_its_action_and_never_raises_it() {
    let letter = "Action = 'Send-Letter'; With = @{ To = 'x' }";
    check(&format!("@{{ Name = 'a'; Phase = 'Main'; {letter}; Effect = 'Idempotent' }}"), &["2:1 effect_raised"]);
    check("@{ Name = 'a'; Phase = 'Main'; Action = 'file.delete'; With = @{ Path = '/x' }; Effect = 'Once' }", &[]);
    check("@{ Name = 'a'; Phase = 'Main'; Action = 'data.compute'; With = @{ A = 1 }; Effect = 'VerifyFirst' }", &["2:1 verify_missing"]);
    let put = "Action = 'http.request'; With = @{ Method = 'PUT'; Uri = 'https://x.example/' }";
    check(&format!("@{{ Name = 'a'; Phase = 'Main'; {put}; Effect = 'Idempotent' }}"), &[]);
    check(&format!("@{{ Name = 'a'; Phase = 'Main'; {put}; Effect = 'Read' }}"), &["2:1 effect_raised"]);
}

#[test]
fn a_template_is_there_and_uses_only_what_its_rule_gives() {
    let rule = |template: &str| {
        format!(
            "@{{ Name = 'a'; Phase = 'Main'; Action = 'file.render'; With = @{{ Path = '/x'; Template = '{template}'; Data = @{{ Name = {{ 1 }} }} }} }}"
        )
    };
    let with = |template: &str| {
        files(
            SERVICE,
            &[
                ("processes/provision.psd1", &process(&rule(template))),
                ("files/a.txt.hbs", "Dear {{Name}}"),
                ("files/b.txt.hbs", "\n{{Nmae}}"),
            ],
        )
    };
    check_files(&with("files/a.txt.hbs"), &[]);
    check_files(&with("files/a.hbs"), &["2:79 unknown_template"]);
    check_files(&with("files/b.txt.hbs"), &["2:3 template_name"]);
}

#[test]
fn defaults_that_read_each_other_in_a_circle_are_named() {
    let circle = SERVICE
        .replace("Default = { $Customer.Email }", "Default = { $Property.AccountId + $Property.LeaveReason }")
        .replace("AskOn = 'deprovision' }", "AskOn = 'deprovision'; Default = { $Property.AdminEmailAddress } }");
    check_files(&files(&circle, &[]), &["14:123 default_cycle"]);
}

#[test]
fn all_mistakes_of_reading_and_compiling_come_together_in_the_order_of_the_files() {
    let service = SERVICE.replace("Version     =", "Versoin     =").replace("$Customer.Email", "$Customer.Mail");
    let rules = process("@{ Name = 'a'; Phase = 'Main'; Action = 'New-Account'; Whit = @{ UserName = 'a'; QuotaGB = 5 } }");
    let files = files(&service, &[("processes/provision.psd1", &rules)]);
    let found = engine::check(&files, &Files::default(), &actions::Registry::standard(), std::path::Path::new("/nowhere"));
    let codes: Vec<&str> = found.map(|_| ()).unwrap_err().iter().map(|error| error.code).collect();
    assert_eq!(codes, ["missing_parameter", "missing_parameter", "unknown_key", "unknown_key", "unknown_member"]);
}

#[test]
fn the_hash_changes_with_what_decides_a_run_and_with_nothing_else() {
    let rules = process("@{ Name = 'a'; Phase = 'Main'; Action = 'Send-Letter'; With = @{ To = 'x' } }");
    let hash = |more: &[(&str, &str)]| {
        let more: Vec<(&str, &str)> = [("processes/provision.psd1", rules.as_str())].into_iter().chain(more.iter().copied()).collect();
        program(&files(SERVICE, &more)).hash
    };
    let plain = hash(&[]);
    assert_eq!(plain, hash(&[("tests/order.psd1", "@{}"), ("pages/usage.html.hbs", "x"), ("actions/Get-Nothing.ps1", "param()\n")]));
    assert_ne!(plain, hash(&[("files/a.txt.hbs", "x")]));
    assert_ne!(plain, hash(&[("actions/Send-Letter.ps1", "# another\nparam([Parameter(Mandatory)][string]$To)\n")]));
}
