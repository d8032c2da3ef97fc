//! Each action is done, done again, verified, undone and undone again, from every state a place can be in.

use actions::{Registry, Verified};
use model::{Object, Value};
use tempfile::TempDir;

use crate::disk::{context, done, not_done, object, prepare, tree, undo_of};

/// Does `action` at `relative` from `state`, and all that may follow; `refused` is the code if it must not be done.
async fn check(action: &str, relative: &str, more: &Object, state: &str, refused: Option<&str>) {
    let case = format!("{action} {relative} {more:?} on {state}");
    let folder = TempDir::new().unwrap();
    let root = folder.path();
    prepare(root, state);
    let before = tree(root);
    let mut parameters = more.clone();
    parameters.insert("Path", Value::Text(root.join(relative).display().to_string()));

    if let Some(code) = refused {
        assert_eq!(not_done(action, "t1", &parameters).await, code, "{case}");
        assert_eq!(tree(root), before, "a refusal leaves everything as it was: {case}");
        return;
    }
    let outputs = done(action, "t1", &parameters).await;
    let after = tree(root);
    let native = Registry::standard().get(action).unwrap();
    for output in &native.signature().outputs {
        assert!(outputs.contains(&output.name), "{case} lacks {}", output.name);
    }
    assert!(!after.keys().any(|path| path.ends_with(".new")), "nothing prepared is left over: {case} {after:?}");
    assert_eq!(native.verify(&context("t1"), &parameters).await, Verified::Already(outputs.clone()), "{case}");
    assert_eq!(done(action, "t1", &parameters).await, outputs, "a second attempt answers the same: {case}");
    assert_eq!(tree(root), after, "a second attempt leaves the same: {case}");

    let (undo, undo_parameters) = undo_of(action, &parameters, &outputs);
    done(&undo, "t2", &undo_parameters).await;
    assert_eq!(tree(root), before, "undone: {case}");
    done(&undo, "t2", &undo_parameters).await;
    assert_eq!(tree(root), before, "undone again: {case}");
}

#[tokio::test]
async fn what_is_done_can_be_done_again_and_undone_from_every_state() {
    let none = Object::new();
    let content = object([("Content", Value::text("new"))]);
    let secret = object([("Content", Value::text("new")), ("Mode", Value::text("0600"))]);
    let template = object([("Template", Value::text("files/readme.txt.hbs"))]);
    let open = object([("Mode", Value::text("2775"))]);
    let recurse = object([("Recurse", Value::Bool(true))]);
    for (action, relative, more, state, refused) in [
        ("file.write", "x", &content, "nothing", None),
        ("file.write", "x", &content, "file", None),
        ("file.write", "x", &secret, "file", None),
        ("file.write", "x", &content, "link", None),
        ("file.write", "x", &content, "dangling link", None),
        ("file.write", "x", &content, "folder", Some("in_the_way")),
        ("file.write", "x", &content, "full folder", Some("in_the_way")),
        ("file.write", "x/new", &content, "folder", None),
        ("file.write", "x/new", &content, "nothing", Some("not_found")),
        ("file.write", "x/new", &content, "file", Some("in_the_way")),
        ("file.write", "x/y/z", &content, "full folder", None),
        ("file.render", "x", &template, "nothing", None),
        ("file.render", "x", &template, "file", None),
        ("file.render", "x", &template, "folder", Some("in_the_way")),
        ("file.render", "x", &none, "nothing", Some("bad_parameter")),
        ("file.directory.create", "x", &none, "nothing", None),
        ("file.directory.create", "x", &open, "nothing", None),
        ("file.directory.create", "x/y/z", &open, "nothing", None),
        ("file.directory.create", "x", &open, "folder", None),
        ("file.directory.create", "x/a/b", &none, "full folder", None),
        ("file.directory.create", "x", &none, "file", Some("in_the_way")),
        ("file.directory.create", "x/y/z", &none, "file", Some("in_the_way")),
        ("file.directory.create", "x/y/z/a", &none, "full folder", Some("in_the_way")),
        ("file.directory.create", "x", &none, "link", Some("in_the_way")),
        ("file.directory.create", "x/y", &none, "dangling link", Some("in_the_way")),
        ("file.delete", "x", &none, "nothing", None),
        ("file.delete", "x", &none, "file", None),
        ("file.delete", "x", &none, "link", None),
        ("file.delete", "x", &none, "folder", None),
        ("file.delete", "x", &none, "full folder", Some("directory_not_empty")),
        ("file.delete", "x", &recurse, "full folder", None),
        ("file.delete", "x/y/z", &none, "full folder", None),
        ("file.delete", "x/y/z", &none, "nothing", None),
        ("file.delete", "x/y", &none, "file", None),
    ] {
        check(action, relative, more, state, refused).await;
    }
}
