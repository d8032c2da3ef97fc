//! The packages that ship with the product load without a mistake.

use std::path::Path;

use model::{Effect, Subject, Verb};
use package::{Files, Package, load};

fn folder(name: &str) -> Files {
    Files::read_folder(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(name)).expect("the folder is there")
}

fn starter(name: &str) -> Package {
    let loaded = load(&folder(&format!("templates/services/{name}")), &folder("scripts/actions"));
    let said: Vec<String> = loaded.errors.iter().chain(&loaded.warnings).map(ToString::to_string).collect();
    assert!(said.is_empty(), "{name}:\n{}", said.join("\n"));
    loaded.package.expect("a package without mistakes is there")
}

#[test]
fn both_starters_are_the_same_service_under_another_name() {
    let (scripted, native) = (starter("backup"), starter("backup-native"));
    assert_eq!((scripted.service.name.as_str(), native.service.name.as_str()), ("backup", "backup-native"));
    let strip = |package: &Package| {
        let mut service = package.service.clone();
        service.plans.iter_mut().for_each(|plan| plan.position.line = 0);
        service.properties.iter_mut().for_each(|property| property.position.line = 0);
        (service.properties, service.plans)
    };
    assert_eq!(strip(&scripted), strip(&native));
    for package in [&scripted, &native] {
        for verb in [Verb::Provision, Verb::Change, Verb::Deprovision] {
            assert!(package.process(verb.as_str(), Subject::Customer).is_some(), "{} {verb}", package.service.name);
        }
        assert!(package.templates.contains_key("files/readme.txt.hbs"));
    }
}

#[test]
fn no_script_of_a_starter_is_of_class_once() {
    let package = starter("backup");
    let names: Vec<&str> = package.scripts.keys().map(String::as_str).collect();
    assert_eq!(names, ["New-BackupAccount", "Remove-BackupAccount", "Test-BackupAccount"]);
    for script in package.scripts.values() {
        assert_ne!(script.signature.effect, Effect::Once, "{}", script.name);
    }
    assert!(starter("backup-native").scripts.is_empty());
}

#[test]
fn a_package_and_the_shared_scripts_it_uses_make_the_same_package_again() {
    let first = starter("backup");
    let again = load(&first.files, &first.shared_files()).package.unwrap();
    assert_eq!(again.service, first.service);
    assert_eq!(again.processes, first.processes);
    let hashes = |package: &Package| package.scripts.values().map(|script| (script.path.clone(), script.hash.clone())).collect::<Vec<_>>();
    assert_eq!(hashes(&again), hashes(&first));
    assert_eq!(again.files.digest(), first.files.digest());
}
