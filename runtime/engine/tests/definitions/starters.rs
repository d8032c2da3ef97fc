//! The services that ship compile, with the scripts that ship.

use std::path::Path;

use model::{Effect, Verb};
use package::Files;

fn folder(path: &str) -> Files {
    Files::read_folder(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(path)).unwrap()
}

/// Actions of each process of a shipped service, in the order of their rules.
fn check(service: &str, verb: Verb, wanted: &str) {
    let (files, shared) = (folder(&format!("templates/services/{service}")), folder("scripts/actions"));
    let found = engine::check(&files, &shared, &actions::Registry::standard(), Path::new("/nowhere"));
    let (_, program) = found.unwrap_or_else(|errors| panic!("{}", errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")));
    let rules = &program.process(verb, program.service.subject).unwrap().rules;
    assert_eq!(rules.iter().map(|rule| rule.action.name()).collect::<Vec<_>>().join(" "), wanted, "{service} {verb}");
    assert!(rules.iter().all(|rule| rule.effect != Effect::Once), "no action of a starter must never run twice");
}

#[test]
fn the_starter_services_compile() {
    check(
        "backup-native",
        Verb::Provision,
        "data.compute file.directory.create file.write file.directory.create data.password.generate file.write file.write file.render property.set",
    );
    check("backup-native", Verb::Deprovision, "file.delete file.delete");
    check("backup", Verb::Provision, "data.compute file.directory.create file.write New-BackupAccount file.render property.set");
}

/// The file with `from` turned into `to`, which must be there once.
fn plant(files: &mut Files, path: &str, from: &str, to: &str) {
    let text = String::from_utf8(files.get(path).unwrap().to_vec()).unwrap();
    assert_eq!(text.matches(from).count(), 1, "{path}: {from}");
    files.insert(path, text.replace(from, to).into_bytes());
}

#[test]
fn six_planted_mistakes_are_all_found_each_at_its_place_with_a_suggestion() {
    let mut files = folder("templates/services/backup");
    plant(&mut files, "service.psd1", "    DisplayName =", "    DisplayNam  =");
    plant(&mut files, "service.psd1", "Min = 1; Unlimited", "Min = 'one'; Unlimited");
    plant(
        &mut files,
        "processes/provision.psd1",
        "$Property.AdminEmailAddress }\n                VaultPath",
        "$Property.AdminEmailAdress }\n                VaultPath",
    );
    plant(&mut files, "processes/provision.psd1", "'file.directory.create'", "'file.directory.craete'");
    plant(&mut files, "processes/provision.psd1", "QuotaGB   = {", "# QuotaGB   = {");
    plant(&mut files, "processes/change.psd1", "$Changed -contains 'StorageTB'", "$Changed -contains ");
    let found = engine::check(&files, &folder("scripts/actions"), &actions::Registry::standard(), Path::new("/nowhere"));
    let errors = found.map(|_| ()).unwrap_err();
    let lines: Vec<String> = errors.iter().map(ToString::to_string).collect();
    let check = |file: &str, words: &str, hint: &str| {
        let is_it = |line: &&String| line.starts_with(file) && line.contains(words) && line.contains(hint);
        assert_eq!(lines.iter().filter(is_it).count(), 1, "{words}\n{}", lines.join("\n"));
    };
    check("service.psd1:", "DisplayNam", "`DisplayName`");
    check("service.psd1:", "`Min`", "whole number");
    check("processes/provision.psd1:", "AdminEmailAdress", "AdminEmailAddress");
    check("processes/provision.psd1:", "file.directory.craete", "`file.directory.create`");
    check("processes/provision.psd1:", "`QuotaGB`", "add QuotaGB");
    assert!(lines.iter().any(|line| line.starts_with("processes/change.psd1:")), "{}", lines.join("\n"));
    // The key that is missing because its name is a slip is the seventh.
    assert!(lines.len() <= 7, "{}", lines.join("\n"));
}
