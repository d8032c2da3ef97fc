//! What was acknowledged is there after the process was killed, and a failing disk ends the process.

use std::{
    io::{BufRead, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
    sync::Arc,
};

use model::Timestamp;
use store::{Store, waits};
use tempfile::TempDir;

const FOLDER: &str = "STORE_TEST_FOLDER";

#[test]
#[ignore = "the child of the tests below: writes until it dies"]
fn writes_until_it_dies() {
    let folder = std::env::var(FOLDER).expect("the parent names the folder");
    let store = Store::open(Path::new(&folder), Arc::new(|| Timestamp(0))).unwrap();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).build().unwrap();
    runtime.block_on(async {
        let writers = (0..8_i64).map(|writer| {
            let store = store.clone();
            tokio::spawn(async move {
                for run in (writer..).step_by(8) {
                    let wait = waits::Wait { run, reason: "x".repeat(200), until: None, key: None, data: "{}".into() };
                    store.write(waits::put(&wait)).await.unwrap();
                    println!("ack {run}");
                }
            })
        });
        for writer in writers.collect::<Vec<_>>() {
            writer.await.unwrap();
        }
    });
}

/// Lets a child write, lets `end` end it after some acknowledgements, and looks for each of them.
fn check(shell: &str, end: impl FnOnce(&mut Child)) {
    let folder = TempDir::new().unwrap();
    let test = std::env::current_exe().unwrap();
    let mut child = Command::new("sh")
        .args(["-c", shell])
        .arg(test)
        .args(["--exact", "crash::writes_until_it_dies", "--ignored", "--nocapture", "--test-threads=1"])
        .env(FOLDER, folder.path())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let number = |line: std::io::Result<String>| line.unwrap().strip_prefix("ack ").map(|number| number.parse().unwrap());
    let mut acknowledged: Vec<i64> = lines.by_ref().filter_map(number).take(100).collect();
    end(&mut child);
    // Killed in the middle of a line, its last number may be cut short; only whole lines count.
    let rest: Vec<String> = lines.map(|line| line.unwrap()).collect();
    let whole = rest.len().saturating_sub(1);
    acknowledged.extend(rest[..whole].iter().filter_map(|line| number(Ok(line.clone()))));
    child.wait().unwrap();

    let store = Store::open(folder.path(), Arc::new(|| Timestamp(0))).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    assert!(acknowledged.len() >= 100, "{} were acknowledged", acknowledged.len());
    for run in acknowledged {
        assert!(runtime.block_on(waits::of_run(&store, run)).unwrap().is_some(), "{run} was acknowledged and is lost");
    }
}

#[test]
fn everything_acknowledged_is_there_after_a_kill() {
    check("exec \"$0\" \"$@\"", |child| child.kill().unwrap());
}

#[cfg(unix)]
#[test]
fn a_failing_disk_ends_the_process_and_nothing_acknowledged_is_lost() {
    use std::os::unix::process::ExitStatusExt;
    // Files may not grow beyond 2 MiB; a write past that is an error of the disk to SQLite.
    check("trap '' XFSZ; ulimit -c 0; ulimit -f 4096; exec \"$0\" \"$@\"", |child| {
        let status = child.wait().unwrap();
        assert_eq!(status.signal(), Some(6), "{status}");
    });
}
