//! A folder of its own for each test, and running actions in it.

use std::collections::BTreeMap;
use std::fs::{self, Permissions};
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;
use std::sync::Arc;

use actions::{Context, Done, Outcome, Registry};
use futures::FutureExt;
use model::{Object, Timestamp, Value};

/// Everything below a folder: kind, permissions and content by path.
pub(crate) type Tree = BTreeMap<String, String>;

pub(crate) fn tree(root: &Path) -> Tree {
    let mut found = Tree::new();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let metadata = fs::symlink_metadata(&path).unwrap();
            let mode = metadata.permissions().mode() & 0o7777;
            let shown = if metadata.is_symlink() {
                format!("link {}", fs::read_link(&path).unwrap().display())
            } else if metadata.is_dir() {
                folders.push(path.clone());
                format!("folder {mode:o}")
            } else {
                format!("file {mode:o} {}", fs::read_to_string(&path).unwrap())
            };
            found.insert(path.strip_prefix(root).unwrap().display().to_string(), shown);
        }
    }
    found
}

/// States that the place `x` can be in before an action.
pub(crate) fn prepare(root: &Path, state: &str) {
    let x = root.join("x");
    match state {
        "nothing" => (),
        "file" => {
            fs::write(&x, "old").unwrap();
            fs::set_permissions(&x, Permissions::from_mode(0o604)).unwrap();
        }
        "folder" => fs::create_dir(&x).unwrap(),
        "full folder" => {
            fs::create_dir_all(x.join("y")).unwrap();
            fs::write(x.join("y/z"), "kept").unwrap();
        }
        "link" => {
            fs::write(root.join("target"), "old").unwrap();
            symlink("target", &x).unwrap();
        }
        "dangling link" => symlink("nowhere", &x).unwrap(),
        other => panic!("{other} is not a state"),
    }
}

pub(crate) fn context(token: &str) -> Context {
    let render = |ask: actions::RenderAsk| {
        let name = ask.data.get("Name").and_then(Value::as_text).unwrap_or_default().to_owned();
        async move { Ok(format!("{} for {name}", ask.template)) }.boxed()
    };
    Context { render: Arc::new(render), ..Context::new(Timestamp(0), token) }
}

pub(crate) fn object<const N: usize>(entries: [(&str, Value); N]) -> Object {
    entries.into_iter().collect()
}

pub(crate) async fn run(action: &str, token: &str, parameters: &Object) -> Outcome {
    Registry::standard().get(action).unwrap().run(&context(token), parameters).await
}

pub(crate) async fn done(action: &str, token: &str, parameters: &Object) -> Object {
    match run(action, token, parameters).await {
        Outcome::Done(Done { outputs, .. }) => outputs,
        other => panic!("{action} {parameters:?} ended {other:?}"),
    }
}

pub(crate) async fn not_done(action: &str, token: &str, parameters: &Object) -> String {
    match run(action, token, parameters).await {
        Outcome::NotDone(failure) => failure.code,
        other => panic!("{action} {parameters:?} ended {other:?}"),
    }
}

/// The parameters of an action's undo: those it declares, from outputs, else from the parameters of what was done.
pub(crate) fn undo_of(action: &str, parameters: &Object, outputs: &Object) -> (String, Object) {
    let registry = Registry::standard();
    let undo = registry.get(action).unwrap().signature().undo.clone().unwrap();
    let declared = registry.get(&undo).unwrap().signature().parameters.clone();
    let given = declared.iter().filter_map(|parameter| {
        let value = outputs.get(&parameter.name).or_else(|| parameters.get(&parameter.name))?;
        Some((parameter.name.clone(), value.clone()))
    });
    (undo, given.collect())
}
