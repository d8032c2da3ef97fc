//! Processes killed in the middle of an action: the next attempt knows what they had done, and its undo leaves nothing.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use model::{Object, Value};
use rand::RngExt as _;
use tempfile::TempDir;

use crate::disk::{done, object, prepare, run, tree, undo_of};

const ROOT: &str = "STOA_TEST_KILLED_ROOT";
const CASE: &str = "STOA_TEST_KILLED_CASE";
const KILLS_OF_EACH: usize = 12;

/// Actions on the place `x`, with the state it is in before.
fn cases() -> Vec<(&'static str, &'static str, &'static str, Object)> {
    let content = || object([("Content", Value::Text("new".repeat(100_000)))]);
    vec![
        ("file.write", "x", "file", content()),
        ("file.write", "x", "nothing", content()),
        ("file.directory.create", "x/a/b/c/d", "nothing", Object::new()),
        ("file.delete", "x", "full folder", object([("Recurse", Value::Bool(true))])),
        ("file.delete", "x", "file", Object::new()),
    ]
}

fn parameters(root: &Path, relative: &str, more: &Object) -> Object {
    let mut parameters = more.clone();
    parameters.insert("Path", Value::Text(root.join(relative).display().to_string()));
    parameters
}

/// Not a test by itself: what the killed process runs.
#[tokio::test]
async fn the_process_that_is_killed() {
    let (Ok(root), Ok(case)) = (std::env::var(ROOT), std::env::var(CASE)) else { return };
    let (action, relative, _, more) = cases().swap_remove(case.parse().unwrap());
    writeln!(std::io::stderr(), "ready").unwrap();
    run(action, "t1", &parameters(Path::new(&root), relative, &more)).await;
    // Until it is killed: its end would tell the other side that it was too late.
    std::future::pending::<()>().await;
}

/// Starts an action in another process and kills it `after` it began.
fn start_and_kill(root: &Path, case: usize, after: Duration) {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "killed::the_process_that_is_killed", "--nocapture"])
        .env(ROOT, root)
        .env(CASE, case.to_string())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(child.stderr.take().unwrap()).read_line(&mut line).unwrap();
    assert_eq!(line, "ready\n");
    std::thread::sleep(after);
    child.kill().unwrap();
    child.wait().unwrap();
}

async fn check(case: usize, after: Duration) -> bool {
    let (action, relative, state, more) = cases().swap_remove(case);
    let folder = TempDir::new().unwrap();
    prepare(folder.path(), state);
    let before = tree(folder.path());
    start_and_kill(folder.path(), case, after);
    let began = tree(folder.path()) != before;

    let parameters = parameters(folder.path(), relative, &more);
    let outputs = done(action, "t1", &parameters).await;
    let (undo, undo_parameters) = undo_of(action, &parameters, &outputs);
    done(&undo, "t2", &undo_parameters).await;
    assert_eq!(tree(folder.path()), before, "{action} on {state}, killed after {after:?}");
    began
}

#[tokio::test]
async fn an_action_killed_at_any_moment_is_done_again_and_undone_without_a_trace() {
    let mut random = rand::rng();
    let mut began = 0;
    for case in 0..cases().len() {
        for _ in 0..KILLS_OF_EACH {
            began += usize::from(check(case, Duration::from_micros(random.random_range(0..4000))).await);
        }
    }
    assert!(began > 0, "no process was killed in the middle of anything");
}
