//! Several steps, other people's work between them, and attempts that were killed.

use std::collections::BTreeMap;
use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::sync::{Arc, Mutex};

use actions::{Context, Outcome, Registry};
use model::{Object, Value};
use tempfile::TempDir;

use crate::disk::{Tree, context, done, not_done, object, prepare, tree, undo_of};

/// A folder in which steps are done and undone one by one.
struct Scene {
    folder: TempDir,
}

impl Scene {
    fn new() -> Self {
        Scene { folder: TempDir::new().unwrap() }
    }

    fn path(&self, relative: &str) -> std::path::PathBuf {
        self.folder.path().join(relative)
    }

    fn tree(&self) -> Tree {
        tree(self.folder.path())
    }

    /// Does an action at `relative`; its undo, ready to run.
    async fn step(&self, token: &str, action: &str, relative: &str, more: Object) -> (String, Object) {
        let mut parameters = more;
        parameters.insert("Path", Value::Text(self.path(relative).display().to_string()));
        let outputs = done(action, token, &parameters).await;
        undo_of(action, &parameters, &outputs)
    }

    async fn write(&self, token: &str, relative: &str, content: &str) -> (String, Object) {
        self.step(token, "file.write", relative, object([("Content", Value::text(content))])).await
    }
}

#[tokio::test]
async fn steps_on_one_place_are_undone_in_reverse() {
    let scene = Scene::new();
    prepare(scene.folder.path(), "file");
    let before = scene.tree();
    let mut undos = vec![scene.step("a1", "file.directory.create", "d/e", Object::new()).await];
    undos.push(scene.write("a2", "d/e/f", "one").await);
    undos.push(scene.write("a3", "d/e/f", "two").await);
    undos.push(scene.write("a4", "x", "three").await);
    undos.push(scene.step("a5", "file.delete", "d", object([("Recurse", Value::Bool(true))])).await);
    undos.push(scene.write("a6", "d", "a file where the folder was").await);
    undos.push(scene.step("a7", "file.delete", "x", Object::new()).await);
    for (number, (action, parameters)) in undos.iter().enumerate().rev() {
        done(action, &format!("u{number}"), parameters).await;
    }
    assert_eq!(scene.tree(), before);
}

#[tokio::test]
async fn a_folder_with_something_of_somebody_else_in_it_stays() {
    let scene = Scene::new();
    let (action, parameters) = scene.step("t1", "file.directory.create", "accounts/contoso", Object::new()).await;
    fs::create_dir(scene.path("accounts/fabrikam")).unwrap();
    let said = Arc::new(Mutex::new(Vec::new()));
    let log = Arc::clone(&said);
    let context = Context { log: Arc::new(move |_, code, _| log.lock().unwrap().extend(code.map(str::to_owned))), ..context("t2") };
    let outcome = Registry::standard().get(&action).unwrap().run(&context, &parameters).await;
    assert!(matches!(outcome, Outcome::Done(_)), "{outcome:?}");
    assert!(!scene.path("accounts/contoso").exists() && scene.path("accounts/fabrikam").exists());
    assert_eq!(*said.lock().unwrap(), ["folder_kept"]);
}

#[tokio::test]
async fn a_folder_that_the_step_did_not_make_is_never_removed() {
    let scene = Scene::new();
    prepare(scene.folder.path(), "folder");
    let (action, mut parameters) = scene.step("t1", "file.directory.create", "x", Object::new()).await;
    done(&action, "t2", &parameters).await;
    assert!(scene.path("x").exists());
    fs::create_dir(scene.path("other")).unwrap();
    parameters.insert("Created", Value::List(vec![Value::Text(scene.path("other").display().to_string())]));
    assert_eq!(not_done(&action, "t2", &parameters).await, "bad_parameter");
}

#[tokio::test]
async fn a_file_changed_since_it_was_written_is_kept_when_the_write_is_undone() {
    for state in ["nothing", "file"] {
        let scene = Scene::new();
        prepare(scene.folder.path(), state);
        let mut wanted = scene.tree();
        let (action, parameters) = scene.write("t1", "x", "new").await;
        fs::write(scene.path("x"), "changed by hand").unwrap();
        let kept = done(&action, "t2", &parameters).await.get("Kept").and_then(Value::as_text).unwrap().to_owned();
        assert_eq!(fs::read_to_string(kept).unwrap(), "changed by hand", "{state}");
        let mut found = scene.tree();
        found.retain(|path, _| !path.starts_with(".stoa-held"));
        wanted.retain(|path, _| !path.starts_with(".stoa-held"));
        assert_eq!(found, wanted, "{state}");
    }
}

#[tokio::test]
async fn where_everything_is_gone_there_is_nothing_left_to_undo() {
    let scene = Scene::new();
    let made = scene.step("t1", "file.directory.create", "vault/index", Object::new()).await;
    let written = scene.write("t2", "vault/index/contoso.json", "{}").await;
    fs::remove_dir_all(scene.path("vault")).unwrap();
    done(&written.0, "t3", &written.1).await;
    done(&made.0, "t4", &made.1).await;
    assert_eq!(scene.tree(), Tree::new());
}

#[tokio::test]
async fn what_cannot_be_put_back_is_said_never_passed_over() {
    let scene = Scene::new();
    prepare(scene.folder.path(), "file");
    let written = scene.write("t1", "x", "new").await;
    fs::remove_dir_all(scene.path(".stoa-held")).unwrap();
    assert_eq!(not_done(&written.0, "t2", &written.1).await, "previous_missing");
    assert_eq!(fs::read_to_string(scene.path("x")).unwrap(), "new");
    fs::remove_file(scene.path("x")).unwrap();
    assert_eq!(not_done(&written.0, "t2", &written.1).await, "previous_missing");

    fs::write(scene.path("y"), "old").unwrap();
    let deleted = scene.step("t3", "file.delete", "y", Object::new()).await;
    fs::write(scene.path("y"), "new").unwrap();
    assert_eq!(not_done(&deleted.0, "t4", &deleted.1).await, "in_the_way");
    fs::remove_dir_all(scene.path(".stoa-held")).unwrap();
    fs::remove_file(scene.path("y")).unwrap();
    assert_eq!(not_done(&deleted.0, "t4", &deleted.1).await, "held_missing");

    let outside = object([("Path", Value::Text(scene.path("x").display().to_string())), ("Held", Value::text("/etc/passwd"))]);
    assert_eq!(not_done("file.undelete", "t5", &outside).await, "bad_parameter");
}

#[tokio::test]
async fn an_attempt_after_a_killed_one_clears_its_leftovers_and_knows_what_it_had_done() {
    let scene = Scene::new();
    prepare(scene.folder.path(), "file");
    let before = scene.tree();
    // Killed after the previous version was held and the new one half prepared.
    fs::create_dir(scene.path(".stoa-held")).unwrap();
    fs::set_permissions(scene.path(".stoa-held"), Permissions::from_mode(0o700)).unwrap();
    fs::hard_link(scene.path("x"), scene.path(".stoa-held/t1")).unwrap();
    fs::write(scene.path(".stoa-t1.new"), "ha").unwrap();
    let (action, parameters) = scene.write("t1", "x", "new").await;
    assert_eq!(fs::read_to_string(scene.path("x")).unwrap(), "new");
    done(&action, "t2", &parameters).await;
    assert_eq!(scene.tree(), before);

    // Killed before the outer of two folders got its name.
    fs::create_dir(scene.path(".stoa-t3.new")).unwrap();
    let (action, parameters) = scene.step("t3", "file.directory.create", "d/e", Object::new()).await;
    done(&action, "t4", &parameters).await;
    assert_eq!(scene.tree(), before);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_steps_that_make_a_shared_folder_at_once_exactly_one_made_it() {
    let scene = Arc::new(Scene::new());
    let steps = (0..16).map(|number| {
        let scene = Arc::clone(&scene);
        tokio::spawn(async move {
            let path = Value::Text(scene.path(&format!("accounts/shared/c{number}")).display().to_string());
            done("file.directory.create", &format!("t{number}"), &object([("Path", path)])).await
        })
    });
    let mut makers: BTreeMap<String, u32> = BTreeMap::new();
    for step in steps.collect::<Vec<_>>() {
        let outputs = step.await.unwrap();
        let Some(Value::List(created)) = outputs.get("Created") else { panic!("{outputs:?}") };
        for folder in created {
            *makers.entry(folder.as_text().unwrap().to_owned()).or_default() += 1;
        }
    }
    assert_eq!(makers.len(), 18);
    assert!(makers.values().all(|count| *count == 1), "{makers:?}");
    assert!(!scene.tree().keys().any(|path| path.ends_with(".new")), "{:?}", scene.tree());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn steps_that_share_a_holding_folder_do_not_disturb_each_other() {
    let scene = Arc::new(Scene::new());
    for number in 0..8 {
        fs::write(scene.path(&format!("f{number}")), format!("old {number}")).unwrap();
    }
    let before = scene.tree();
    let steps = (0..8).map(|number| {
        let scene = Arc::clone(&scene);
        tokio::spawn(async move {
            let file = format!("f{number}");
            for round in 0..10 {
                let written = scene.write(&format!("w{number}-{round}"), &file, "new").await;
                let deleted = scene.step(&format!("d{number}-{round}"), "file.delete", &file, Object::new()).await;
                done(&deleted.0, &format!("ud{number}-{round}"), &deleted.1).await;
                done(&written.0, &format!("uw{number}-{round}"), &written.1).await;
            }
        })
    });
    for step in steps.collect::<Vec<_>>() {
        step.await.unwrap();
    }
    assert_eq!(scene.tree(), before);
}
