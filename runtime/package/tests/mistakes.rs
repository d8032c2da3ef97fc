//! One planted mistake at a time: what is said about it, and where.

use std::path::Path;

use package::{Files, load};

/// Marks where a mistake is expected: it is taken out of the text, its place remembered.
const HERE: char = '¦';

fn small() -> Files {
    Files::read_folder(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/small")).expect("the small package is there")
}

fn said(files: &Files) -> Vec<String> {
    load(files, &Files::default()).errors.iter().map(|error| format!("{} {}: {error}", error.position, error.code)).collect()
}

/// Replaces `from` by `to` in one file of the small package and expects, at each mark of `to`, a mistake of that code that says `wanted`.
#[track_caller]
fn check(file: &str, from: &str, to: &str, wanted: &[(&str, &str)]) {
    check_edits(file, &[(from, to)], wanted);
}

/// As [`check`], where a mistake shows at another place than where it was made.
#[track_caller]
fn check_edits(file: &str, edits: &[(&str, &str)], wanted: &[(&str, &str)]) {
    let mut files = small();
    let mut marked = String::from_utf8(files.get(file).expect("the file is in it").to_vec()).expect("it is text");
    for (from, to) in edits {
        assert_eq!(marked.matches(from).count(), 1, "`{from}` must be there once");
        marked = marked.replace(from, to);
    }
    files.insert(file, marked.replace(HERE, "").into_bytes());
    let places: Vec<String> = marked
        .match_indices(HERE)
        .map(|(offset, _)| {
            let before = marked[..offset].replace(HERE, "");
            let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
            format!("{file}:{}:{column}", before.matches('\n').count() + 1)
        })
        .collect();
    let found = said(&files);
    assert_eq!(places.len(), wanted.len(), "a mark for each mistake");
    assert_eq!(found.len(), wanted.len(), "{found:#?}");
    for ((found, place), (code, words)) in found.iter().zip(places).zip(wanted) {
        assert!(found.starts_with(&format!("{place} {code}:")) && found.contains(words), "{found}\nis not at {place}, `{code}`, `{words}`");
    }
}

#[test]
fn the_small_package_has_no_mistakes() {
    assert_eq!(said(&small()), Vec::<String>::new());
}

#[test]
fn a_definition_says_what_it_cannot_be() {
    let check = |from, to, wanted| check("service.psd1", from, to, wanted);
    check(
        "DisplayName =",
        "¦DisplayNam =",
        &[("unknown_key", "a service definition has no key `DisplayNam` (did you mean `DisplayName`?)")],
    );
    check("Codes       =", "¦Colour = 1; Codes =", &[("unknown_key", "known: Format, Name, Version")]);
    check("@{\n    Format      = 1\n", "¦@{\n", &[("missing_key", "needs the key `Format`")]);
    check("Format      = 1", "Format = ¦2", &[("unknown_format", "`Format` 1 only")]);
    check("'mail'", "¦'Mail'", &[("bad_name", "lower-case letters")]);
    check("'1.2.0'", "¦'1.2'", &[("bad_value", "three numbers")]);
    check("'1.2.0'", "¦1.2", &[("wrong_type", "`Version` must be text, not a number (put it in quotes)")]);
    check("Format      = 1", "Format = 1; For = ¦'Custommer'", &[("unknown_word", "did you mean `Customer`?")]);
    check("Format      = 1", "Format = 1; ¦Requires = @('dns')", &[("not_available", "not available in this version")]);
    check("Format      = 1", "Format = 1; Instances = ¦'Many'", &[("unknown_word", "known: Single, Multiple")]);
    check("Format      = 1", "Format = 1; ¦InstanceNames = 'dev', 'prod'", &[("key_not_here", "Multiple")]);
    check(
        "Format      = 1",
        "Format = 1; Instances = 'Multiple'; InstanceNames = @{ Pattern = ¦'('; ¦Lable = 'x' }",
        &[("bad_pattern", "at its character 1: unclosed group"), ("unknown_key", "did you mean `Label`?")],
    );
    check("Format      = 1", "Format = 1; ¦format = 1", &[("duplicate_key", "line 2")]);
    check(
        "@{\n    Format      = 1\n    Name        = 'mail'\n    Version     = '1.2.0'\n    DisplayName = 'Mail'\n    Description = 'Mail",
        "¦@{\n    Format = 1\n    DisplayName = 'Mail\n    Description = '¦Mail",
        &[("missing_end", "has no `}`"), ("missing_separator", "without a space")],
    );
}

#[test]
fn a_property_says_what_it_cannot_be() {
    let check = |from, to, wanted| check("service.psd1", from, to, wanted);
    check("@{ Name = 'Alias'; Kind", "@{ ¦Nam = 'Alias'; Kind", &[("unknown_key", "a property has no key `Nam` (did you mean `Name`?)")]);
    check("@{ Name = 'Alias'; Kind", "¦@{ Kind", &[("missing_key", "a property needs the key `Name`")]);
    check("'Alias'", "¦'an alias'", &[("bad_name", "letters, digits and underscores")]);
    check("'Alias'", "¦'Count'", &[("forbidden_name", "every hashtable of PowerShell has a member of that name")]);
    check("'Alias'", "¦'sizegb'", &[("duplicate_name", "there are two properties `sizegb` (first on line 9)")]);
    check(
        "'Seats'; Kind = 'Plan'; Type = 'int'; Unlimited = $true }\n",
        "'Seats'; Kind = ¦'Pln'; Type = 'int' }\n",
        &[("unknown_word", "did you mean `Plan`?")],
    );
    check(
        "'Alias'; Kind = 'Input'; Type = 'string'",
        "'Alias'; Kind = 'Input'; Type = ¦'sting'",
        &[("unknown_type", "did you mean `string`?")],
    );
    check("Type = 'domain'; Required = $true", "Type = 'domain'; Required = ¦'true'", &[("wrong_type", "not text (write $true)")]);
    check(
        "Type = 'domain'; Required = $true",
        "Type = 'domain'; ¦Overridable = 'Customer'",
        &[("key_not_here", "of kind Input (it is for Plan)")],
    );
    check("Levels = 'Service', 'Reseller'", "Levels = 'Service', ¦'Reseler'", &[("unknown_word", "did you mean `Reseller`?")]);
    check("Levels = 'Service', 'Reseller'", "Levels = 'Service', ¦'Provider'", &[("duplicate", "in `Levels` already")]);
    check("Levels = 'Service', 'Reseller'", "Levels = 'Service', ¦'User'", &[("no_user_level", "`For = 'User'`")]);
    check(
        "@{ Name = 'MailboxId'; Kind = 'Result'",
        "@{ Name = ¦'Sku'; Kind = 'Plan'",
        &[("forbidden_name", "$Plan.Sku is the plan's own")],
    );
    check("Min = 1; Max = 100", "Min = ¦'one'; Max = 100", &[("wrong_type", "`Min` must be a whole number (int), not 'one'")]);
    check("Min = 1; Max = 100", "Min = 101; Max = ¦100", &[("bad_value", "`Max` is below `Min`")]);
    check("'domain'; Required = $true", "'domain'; ¦Schema = @()", &[("key_not_here", "only for `Type = 'object'`")]);
    check("'Result'; Type = 'string'", "'Result'; Type = 'bool'; ¦Min = 1", &[("key_not_here", "says nothing for the type bool")]);
    check("Pattern = '[a-z]+'", "Pattern = ¦'(?!x)[a-z]+'", &[("bad_pattern", "look-around")]);
    check("Values = 'Gold', 'Silver'", "Values = 'Gold', 'Silver', ¦'Gold'", &[("duplicate", "'Gold' twice")]);
    check(
        "Default = 'Silver'",
        "Default = ¦'Silber'",
        &[("not_in_values", "`Default`: `Class` does not take 'Silber' (did you mean 'Silver'?)")],
    );
    check("'email'; Required = $true", "'email'; ¦Level = 'Customer'", &[("unknown_key", "a schema member has no key")]);
}

#[test]
fn a_plan_says_what_it_cannot_set() {
    let check = |from, to, wanted| check("service.psd1", from, to, wanted);
    check("SizeGB = 5;", "SizeGB = 5; ¦Sizes = 1;", &[("unknown_property", "there is no property `Sizes`")]);
    check("SizeGB = 5; Seats", "SizeGB = 5; ¦Seets", &[("unknown_property", "did you mean `Seats`?")]);
    check("SizeGB = 5;", "SizeGB = 5; ¦Domain = 'x.example';", &[("not_settable", "of kind Input, not Plan")]);
    check("SizeGB = 5;", "SizeGB = ¦0;", &[("below_min", "`SizeGB` must be at least 1, not 0")]);
    check("SizeGB = 5;", "SizeGB = ¦101;", &[("above_max", "at most 100")]);
    check("SizeGB = 5;", "SizeGB = ¦'five';", &[("wrong_type", "`SizeGB` must be a whole number (int), not 'five'")]);
    check("SizeGB = 5;", "SizeGB = ¦$null;", &[("null_value", "may not be $null")]);
    check("SizeGB = 5;", "SizeGB = ¦{ 5 };", &[("wrong_type", "without a script block")]);
    check("Set = @{ SizeGB = 5;", "¦Set = @{", &[("missing_property", "the plan `Basic` does not set `SizeGB`, which every plan must")]);
    check("Class = 'Gold'", "Class = ¦'Golden'", &[("not_in_values", "did you mean 'Gold'?")]);
    check("'Plus'", "¦'basic'", &[("duplicate_name", "there are two plans `basic`")]);
    check("Quantity = {", "¦Quantiti = {", &[("unknown_key", "did you mean `Quantity`?")]);
    check("{ $Property.Seats }", "¦5", &[("wrong_type", "must be a script block")]);
    check("Sku = 'M1'", "Sku = ¦1; Level = ¦'User'", &[("wrong_type", "put it in quotes"), ("no_user_level", "no plans for users")]);
}

#[test]
fn a_service_for_users_says_for_whom_each_plan_and_plan_property_is() {
    check_edits(
        "service.psd1",
        &[
            ("Format      = 1", "Format = 1; For = 'User'"),
            ("@{ Name = 'SizeGB'", "¦@{ Name = 'SizeGB'"),
            ("'Class'; Kind = 'Plan'", "'Class'; Kind = 'Plan'; Level = 'User'"),
            ("'Seats'; Kind = 'Plan'", "'Seats'; Kind = 'Plan'; Level = 'Customer'"),
            ("Sku = 'M1'; Set = @{ SizeGB", "Sku = 'M1'; Level = 'Customer'; Set = @{ ¦Class = 'Gold'; SizeGB"),
            ("@{ Name = 'Plus'", "¦@{ Name = 'Plus'"),
        ],
        &[
            ("missing_key", "the plan property `SizeGB` of a service for users needs the key `Level`"),
            ("not_settable", "a plan cannot set `Class`: it is for plans of the level User"),
            ("missing_key", "a plan of a service for users needs the key `Level` (Level = 'Customer' or 'User')"),
        ],
    );
}

#[test]
fn validations_roles_and_codes_say_what_they_cannot_be() {
    let check = |from, to, wanted| check("service.psd1", from, to, wanted);
    check("Code = 'MA001'", "Code = ¦'M1'", &[("bad_code", "two capital letters and three digits")]);
    check("@{ When = { $Plan.SizeGB -gt 90 }; Code", "¦@{ Code", &[("missing_key", "a validation needs the key `When`")]);
    check("{ $Plan.SizeGB -gt 90 }", "¦'$Plan.SizeGB -gt 90'", &[("wrong_type", "must be a script block")]);
    check("'mail.read' = 'May read'", "'mail.read' = 'May read'; ¦'post.read' = 'x'", &[("bad_name", "'mail.' and a word")]);
    check("'mail.read' = 'May read'", "'mail.read' = 'May read'; ¦'mail.view' = 'x'", &[("duplicate_name", "already")]);
    check("'mail.view', 'mail.read'", "¦'mail.veiw', 'mail.read'", &[("unknown_permission", "did you mean `mail.view`?")]);
    check("MA002", "¦Ma02", &[("bad_code", "'Ma02' is not a code")]);
    check("Level = 'Error'", "Level = ¦'Eror'", &[("unknown_word", "did you mean `Error`?")]);
}

#[test]
fn a_rule_says_what_it_cannot_be() {
    let check = |from, to, wanted| check("processes/provision.psd1", from, to, wanted);
    check("Timeout = '00:02:00'", "¦Timout = '00:02:00'", &[("unknown_key", "a rule has no key `Timout` (did you mean `Timeout`?)")]);
    check("Timeout = '00:02:00'", "Timeout = ¦'2 minutes'", &[("bad_value", "as in '00:02:00'")]);
    check("Timeout = '00:02:00'", "Timeout = ¦120", &[("wrong_type", "a duration in quotes")]);
    check("Timeout = '00:02:00'", "¦ForEach = { 1, 2 }", &[("not_available", "the key `ForEach` of a rule is not available")]);
    check("Timeout = '00:02:00'", "¦Mutex = { 1 }; ¦Engine = 'x'", &[("not_available", "`Mutex`"), ("not_available", "`Engine`")]);
    check("@{ Name = 'keep';", "@{ ¦Include = 'token' }\n        @{ Name = 'keep';", &[("not_available", "`Include`")]);
    check("'Main'", "¦'Mian'", &[("unknown_word", "did you mean `Main`?")]);
    check("Name = 'keep';", "Name = ¦'Box';", &[("duplicate_name", "there are two rules `Box` (first on line 4)")]);
    check("When    = { $Plan.SizeGB -gt 1 }", "When = ¦$true", &[("wrong_type", "must be a script block")]);
    check("Action  = 'New-Mailbox'", "Action = ¦'undo'", &[("not_available", "the action `undo`")]);
    check("Action  = 'New-Mailbox'", "Action = ¦@{}", &[("wrong_type", "`Action` must be text, not a hashtable")]);
    check("Id = 'MailboxId'", "¦Keys = 'MailboxId'", &[("forbidden_name", "`Keys`")]);
    check("Id = 'MailboxId'", "Id = ¦5", &[("wrong_type", "as in Id = { $Output.Id }")]);
    check("Undo    = @{ Action = 'Remove-Mailbox'; With", "Undo = ¦@{ With", &[("missing_key", "`Undo` needs the key `Action`")]);
    check("Undo = $null", "Undo = ¦'Remove-Mailbox'", &[("wrong_type", "as in Undo = @{ Action")]);
    check("Always = $true", "Always = ¦'yes'", &[("wrong_type", "$true or $false, not text")]);
    check("Count = 3", "Count = ¦0", &[("bad_value", "at least 1")]);
    check("Backoff = 2", "Backoff = ¦0.5", &[("bad_value", "at least 1")]);
    check("Delay = '00:00:05'", "¦Dalay = '00:00:05'", &[("unknown_key", "did you mean `Delay`?")]);
    check("OnError = 'Continue'", "OnError = ¦'Ignore'", &[("unknown_word", "known: Undo, Continue, Attention")]);
    check("Effect  = 'Once'", "Effect = ¦'Twice'", &[("unknown_word", "known: Read, Idempotent, VerifyFirst, Once")]);
    check("    Rules = @(", "    ¦Rule = @(", &[("unknown_key", "did you mean `Rules`?")]);
}

#[test]
fn a_header_says_what_it_cannot_be() {
    let check = |from, to, wanted| check("actions/New-Mailbox.ps1", from, to, wanted);
    check("Effect  =", "¦Efect =", &[("unknown_key", "did you mean `Effect`?")]);
    check("'VerifyFirst'", "¦'VerifyFrist'", &[("unknown_word", "did you mean `VerifyFirst`?")]);
    check(
        "'VerifyFirst'\n    Verify  = 'Test-Mailbox'\n",
        "¦'VerifyFirst'\n",
        &[("missing_key", "of class VerifyFirst needs the key `Verify`")],
    );
    check("'Test-Mailbox'", "¦'Test-Mialbox'", &[("unknown_action", "did you mean `Test-Mailbox`?")]);
    check(
        "'Test-Mailbox'",
        "¦¦'Remove-Mailbox'",
        &[("verify_class", "is of class Idempotent; a verify only looks"), ("verify_parameter", "needs the parameter `MailboxId`")],
    );
    check("'Remove-Mailbox'", "¦'Remove-Mailboxes'", &[("unknown_action", "did you mean `Remove-Mailbox`?")]);
    check("'Remove-Mailbox'", "¦'Get-Unused'", &[("undo_class", "is of class Once; an undo must bear being repeated")]);
    check_edits(
        "actions/New-Mailbox.ps1",
        &[("MailboxId = 'string'", "Id = 'string'"), ("'Remove-Mailbox'", "¦'Remove-Mailbox'")],
        &[("undo_parameter", "`MailboxId`, which `New-Mailbox` neither takes nor outputs")],
    );
    check("MailboxId = 'string'", "MailboxId = ¦'strin'", &[("unknown_type", "did you mean `string`?")]);
    check("'WhatIf'", "¦'Yes'", &[("unknown_word", "known: WhatIf")]);
    check_edits(
        "actions/New-Mailbox.ps1",
        &[("(SupportsShouldProcess)", "()"), ("'WhatIf'", "¦'WhatIf'")],
        &[("no_should_process", "add [CmdletBinding(SupportsShouldProcess)]")],
    );
    check("Timeout =", "¦Secrets = @('api'); Timeout =", &[("not_available", "`Secrets`")]);
    check("<#StoaAction @{", "<#StoaJob ¦@{", &[("wrong_header", "an action has <#StoaAction")]);
}

#[test]
fn a_parameter_says_which_type_it_cannot_have() {
    let check = |from, to, wanted| check("actions/New-Mailbox.ps1", from, to, wanted);
    check("[hashtable]$Extra", "[hashtabel]¦$Extra", &[("unknown_type", "did you mean [hashtable]?")]);
    check("[hashtable]$Extra", "¦$Extra", &[("missing_type", "as in [string]$Extra")]);
    check("[hashtable]$Extra", "[securestring]¦$Extra", &[("unknown_type", "take the secret's name")]);
    check("'1', '2')][int]$", "'1', 'two')][int]¦$", &[("wrong_type", "[ValidateSet()] of `Level`: 'two' is not a whole number")]);
    check("(1, 10)", "(1, ¦'ten')", &[("wrong_type", "[ValidateRange()]: 'ten' is not a decimal")]);
}

/// Adds or takes away whole files; each mistake is one line `file:line:column code: ... words`.
#[track_caller]
fn check_files(change: impl FnOnce(&mut Files), wanted: &[(&str, &str)]) {
    let mut files = small();
    change(&mut files);
    let found = said(&files);
    assert_eq!(found.len(), wanted.len(), "{found:#?}");
    for (found, (start, words)) in found.iter().zip(wanted) {
        assert!(found.starts_with(start) && found.contains(words), "{found}\nis not `{start}`, `{words}`");
    }
}

fn copy(files: &mut Files, from: &str, to: &str) {
    let bytes = files.get(from).expect("the file is in it").clone();
    files.insert(to, bytes);
}

#[test]
fn files_that_are_in_no_place_of_the_format_are_not_silently_left_out() {
    check_files(|files| drop(files.remove("service.psd1")), &[("service.psd1:1:1 missing_file", "needs the file")]);
    check_files(|files| copy(files, "service.psd1", "servce.psd1"), &[("servce.psd1:1:1 unknown_file", "did you mean `service.psd1`?")]);
    check_files(|files| copy(files, "service.psd1", "fields.psd1"), &[("fields.psd1:1:1 not_available", "not available")]);
    check_files(|files| copy(files, "service.psd1", "README.md"), &[]);
    check_files(
        |files| copy(files, "processes/provision.psd1", "process/provision.psd1"),
        &[("process/provision.psd1:1:1 unknown_folder", "did you mean `processes`?")],
    );
    check_files(
        |files| copy(files, "processes/provision.psd1", "processes/provison.psd1"),
        &[("processes/provison.psd1:1:1 unknown_verb", "did you mean `provision.psd1`?")],
    );
    check_files(
        |files| copy(files, "processes/provision.psd1", "processes/token.psd1"),
        &[("processes/token.psd1:1:1 not_available", "the verbs are provision, change")],
    );
    check_files(
        |files| copy(files, "processes/provision.psd1", "processes/change.user.psd1"),
        &[("processes/change.user.psd1:1:1 no_user_level", "no processes for users")],
    );
    check_files(
        |files| copy(files, "processes/provision.psd1", "processes/change.reseller.psd1"),
        &[("processes/change.reseller.psd1:1:1 unknown_word", "`change.customer.psd1`")],
    );
    check_files(
        |files| copy(files, "processes/provision.psd1", "processes/provision.customer.psd1"),
        &[("processes/provision.psd1:1:1 duplicate_name", "the other is processes/provision.customer.psd1")],
    );
    for path in ["../evil.ps1", "actions/../../evil.ps1", "/etc/passwd", "actions\\evil.ps1", "actions//evil.ps1", "files/nul.txt", ""] {
        check_files(|files| files.insert(path, *b""), &[(&format!("{path}:1:1 bad_path"), "relative")]);
    }
    check_files(|files| files.insert("files/HELLO.txt.hbs", *b""), &[("files/hello.txt.hbs:1:1 bad_path", "only in letter case")]);
    check_files(|files| files.insert("processes/notes.txt", *b""), &[("processes/notes.txt:1:1 unknown_file", "nothing else")]);
    check_files(
        |files| files.insert("actions/Do.command.psd1", *b"@{}"),
        &[("actions/Do.command.psd1:1:1 not_available", "command actions")],
    );
    check_files(
        |files| copy(files, "actions/New-Mailbox.ps1", "actions/more/New-Mailbox.ps1"),
        &[("actions/more/New-Mailbox.ps1:1:1 duplicate_name", "the other is actions/New-Mailbox.ps1")],
    );
}

#[test]
fn nasty_files_are_mistakes_and_never_panics() {
    let files = ["service.psd1", "processes/provision.psd1", "actions/New-Mailbox.ps1", "files/hello.txt.hbs"];
    let deep = |open: &str, close: &str| format!("@{{ A = {}{} }}", open.repeat(20_000), close.repeat(20_000)).into_bytes();
    let keys = |count: usize| format!("@{{ {} }}", (0..count).map(|key| format!("k{key} = 1; ")).collect::<String>()).into_bytes();
    let nasty: Vec<Vec<u8>> = vec![
        Vec::new(),
        b"@{".to_vec(),
        b"\xff\xfe@\0{\0".to_vec(),
        b"@{ A = '\xff' }".to_vec(),
        b"@{ A = '\0' }".to_vec(),
        vec![b' '; 2 << 20],
        vec![b'a'; 1 << 20],
        deep("@(", ")"),
        deep("@{ A = ", "}"),
        deep("{", "}"),
        deep("-", ""),
        keys(501),
        keys(60_000),
    ];
    for file in files {
        for bytes in &nasty {
            let mut files = small();
            files.insert(file, bytes.clone());
            let loaded = load(&files, &Files::default());
            let lines = bytes.iter().filter(|byte| **byte == b'\n').count() + 1;
            for error in loaded.errors.iter().filter(|error| error.position.file == file) {
                assert!(error.position.line as usize <= lines && error.position.column as usize <= bytes.len() + 1, "{error}");
            }
            if file.ends_with("psd1") {
                assert!(!loaded.errors.is_empty(), "{file}: {:?}", &bytes[..bytes.len().min(40)]);
            }
        }
    }
}

#[test]
fn a_byte_order_mark_is_no_part_of_the_text() {
    let mut files = small();
    let marked = [b"\xef\xbb\xbf".as_slice(), files.get("service.psd1").unwrap()].concat();
    files.insert("service.psd1", marked);
    assert_eq!(said(&files), Vec::<String>::new());
}

#[test]
fn all_mistakes_of_all_files_are_said_at_once() {
    check_files(
        |files| {
            files.insert("service.psd1", b"@{ Format = 1; Name = 'm'; Version = '1'; DisplayName = 5 }".to_vec());
            files.insert("processes/change.psd1", b"@{ Rules = @{ Name = 'x' } }".to_vec());
            files.insert("processes/suspend.psd1", b"@{ Rules = @(".to_vec());
            files.insert("actions/Get-Unused.ps1", b"<#StoaAction @{ Effect = 'Rad' } #> param()".to_vec());
        },
        &[
            ("actions/Get-Unused.ps1:1:26 unknown_word", "did you mean `Read`?"),
            ("processes/change.psd1:1:12 missing_key", "a rule needs the keys `Phase` and `Action`"),
            ("processes/suspend.psd1:1:", ""),
            ("service.psd1:1:38 bad_value", "three numbers"),
            ("service.psd1:1:57 wrong_type", "must be text"),
        ],
    );
}
