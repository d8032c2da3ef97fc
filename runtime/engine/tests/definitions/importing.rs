//! Packages taken in, and programs that come back after a restart.

use std::sync::Arc;

use actions::Registry;
use engine::{Ask, At, Programs, Setting, import, set_override};
use model::{Subject, Value, Verb};
use package::Files;
use store::Store;

use crate::world::{NOW, SERVICE, World, files, me, package, process};

#[tokio::test]
async fn importing_twice_changes_nothing_and_says_so() {
    let world = World::empty().await;
    let rules = "@{ Name = 'a'; Phase = 'Main'; Action = 'Send-Letter'; With = @{ To = 'x' } }";
    let first = world.import(&package(rules)).await;
    assert!(first.changed && first.created);
    let written = world.store().counters();
    let second = world.import(&package(rules)).await;
    assert!(!second.changed && !second.created);
    assert_eq!((second.package_hash, second.program_hash), (first.package_hash, first.program_hash));
    assert_eq!(world.store().counters(), written);
    let other = world.import(&files(SERVICE, &[("processes/provision.psd1", &process(rules)), ("tests/a.psd1", "@{}")])).await;
    assert!(other.changed && !other.created);
}

#[tokio::test]
async fn a_package_with_a_mistake_changes_nothing() {
    let world = World::new().await;
    let before = world.programs.current("backup").await.unwrap().hash.clone();
    let broken = package("@{ Name = 'a'; Phase = 'Main'; Action = 'file.wriet'; With = @{} }");
    let problem = import(&world.programs, &broken, &Files::default(), &me()).await.unwrap_err();
    assert_eq!((problem.status, problem.code.as_str()), (422, "package_invalid"));
    let wanted = ("processes/provision.psd1:2:41", "unknown_action", "there is no action `file.wriet` (did you mean `file.write`?)");
    let error = &problem.errors[0];
    assert_eq!((error.field.as_str(), error.code.as_str(), error.detail.as_str()), wanted);
    assert_eq!(world.programs.current("backup").await.unwrap().hash, before);
}

#[tokio::test]
async fn what_someone_has_cannot_go_unless_it_stays_retired() {
    let world = World::new().await;
    let order = world.prepare(&world.order("contoso", "Standard")).await.unwrap();
    world.complete(&order).await;
    let storage = Setting::new("backup", "StorageTB", At::tenant("contoso"), Value::Int(3));
    set_override(&world.programs, &storage, &me()).await.unwrap();
    let line = |name: &str| SERVICE.lines().find(|line| line.contains(&format!("Name = '{name}'"))).unwrap().to_owned();
    let without =
        SERVICE.replace(&line("Standard"), "").replace(&line("Old"), "").replace(&line("UsedGB"), "").replace(&line("Username"), "");
    let problem = import(&world.programs, &files(&without, &[]), &Files::default(), &me()).await.unwrap_err();
    let details: Vec<&str> = problem.errors.iter().map(|error| error.detail.as_str()).collect();
    assert_eq!((problem.status, problem.code.as_str()), (409, "in_use"));
    assert_eq!(details, ["the plan `Standard` has subscriptions", "the property `Username` has values or overrides"]);
    let retired = SERVICE.replace("@{ Name = 'Standard';", "@{ Name = 'Standard'; Retired = $true;").replace(&line("Old"), "");
    world.import(&files(&retired, &[])).await;
    world.prepare(&Ask::of(Verb::Change, order.subscription.id)).await.unwrap();
}

#[tokio::test]
async fn after_a_restart_a_program_comes_back_from_the_store_and_old_runs_keep_theirs() {
    let world = World::empty().await;
    let rules = "@{ Name = 'a'; Phase = 'Main'; Action = 'New-Account'; With = @{ UserName = { $Property.Username }; QuotaGB = 5 } }
                 @{ Name = 'b'; Phase = 'Main'; Action = 'Send-Shared'; With = @{ To = 'x' } }";
    let shared: Files = [("mail/Send-Shared.ps1", b"param([Parameter(Mandatory)][string]$To)\n".to_vec())].into_iter().collect();
    let old = import(&world.programs, &package(rules), &shared, &me()).await.unwrap();
    let new = world.import(&package("")).await;
    let World { programs, folder } = world;
    let scripts = programs.folder().join(&old.program_hash);
    drop(programs);
    std::fs::remove_dir_all(&scripts).unwrap();

    let store = Store::open(folder.path(), Arc::new(|| NOW)).unwrap();
    let programs = Programs::new(store, Registry::standard(), folder.path());
    assert_eq!(programs.current("backup").await.unwrap().hash, new.program_hash);
    let program = programs.get(&old.program_hash).await.unwrap();
    let rules = &program.process(Verb::Provision, Subject::Customer).unwrap().rules;
    let places: Vec<String> = rules
        .iter()
        .map(|rule| match &rule.action {
            engine::Action::Script(script) => script.path.strip_prefix(&scripts).unwrap().display().to_string(),
            engine::Action::Native(_) => "native".to_owned(),
        })
        .collect();
    assert_eq!(places, ["actions/New-Account.ps1", "scripts/actions/mail/Send-Shared.ps1"]);
    for place in places {
        let file = std::fs::metadata(scripts.join(&place)).unwrap();
        assert!(file.permissions().readonly(), "{place}");
    }
    assert!(scripts.join("actions/Test-Account.ps1").exists() && scripts.join("actions/Remove-Account.ps1").exists());
    assert_eq!(programs.get("0000").await.unwrap_err().code, "program_not_found");
}

#[tokio::test]
async fn a_changed_shared_script_is_another_version_of_the_package() {
    let world = World::empty().await;
    let files = package("@{ Name = 'b'; Phase = 'Main'; Action = 'Send-Shared'; With = @{ To = 'x' } }");
    let shared = |text: &str| -> Files { [("Send-Shared.ps1", text.as_bytes().to_vec())].into_iter().collect() };
    let first = shared("param([Parameter(Mandatory)][string]$To)\n");
    let second = shared("# mended\nparam([Parameter(Mandatory)][string]$To)\n");
    let imported = async |shared: &Files| import(&world.programs, &files, shared, &me()).await.unwrap().changed;
    assert!(imported(&first).await);
    assert!(!imported(&first).await);
    assert!(imported(&second).await);
}
