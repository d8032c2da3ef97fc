//! Which paths and permissions are taken.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use model::{Object, Value};
use tempfile::TempDir;

use crate::disk::{done, not_done, object, prepare};

#[tokio::test]
async fn paths_that_are_not_plain_and_absolute_are_refused() {
    for (name, given) in [
        ("file.write", object([("Content", Value::text("x"))])),
        ("file.render", object([("Template", Value::text("x"))])),
        ("file.directory.create", Object::new()),
        ("file.delete", Object::new()),
        ("file.restore", object([("Sha256", Value::text("00"))])),
        ("file.undelete", Object::new()),
        ("file.directory.remove", object([("Created", Value::List(vec![]))])),
    ] {
        for path in ["relative/x", "/srv/../etc/passwd", "/", "/srv/.stoa-held/x"] {
            let mut parameters = given.clone();
            parameters.insert("Path", Value::text(path));
            assert_eq!(not_done(name, "t1", &parameters).await, "bad_parameter", "{name} {path}");
        }
        assert_eq!(not_done(name, "t1", &given).await, "bad_parameter", "{name} without a path");
    }
}

/// Permissions of a new or replaced file or folder.
async fn check_mode(action: &str, state: &str, mode: Option<&str>, wanted: u32) {
    let folder = TempDir::new().unwrap();
    prepare(folder.path(), state);
    let path = folder.path().join("x");
    let mut parameters = object([("Path", Value::Text(path.display().to_string())), ("Content", Value::text("new"))]);
    if let Some(mode) = mode {
        parameters.insert("Mode", Value::text(mode));
    }
    done(action, "t1", &parameters).await;
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o7777, wanted, "{action} {state} {mode:?}");
}

#[tokio::test]
async fn permissions_are_those_asked_for_else_those_there_else_closed_to_others() {
    check_mode("file.write", "nothing", None, 0o640).await;
    check_mode("file.write", "nothing", Some("0600"), 0o600).await;
    check_mode("file.write", "nothing", Some("666"), 0o666).await;
    check_mode("file.write", "file", None, 0o604).await;
    check_mode("file.write", "file", Some("0600"), 0o600).await;
    check_mode("file.directory.create", "nothing", None, 0o750).await;
    check_mode("file.directory.create", "nothing", Some("1777"), 0o1777).await;
    check_mode("file.directory.create", "folder", Some("0700"), 0o755).await;
    for mode in ["", "9", "0o644", "rw-r--r--", "00644", "644 "] {
        let parameters = object([("Path", Value::text("/nowhere/x")), ("Content", Value::text("")), ("Mode", Value::text(mode))]);
        assert_eq!(not_done("file.write", "t1", &parameters).await, "bad_parameter", "{mode:?}");
    }
}
