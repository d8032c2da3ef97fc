//! The conventions that a reader relies on, as tests that find their subjects themselves.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use libtest_mimic::{Failed, Trial};

use crate::peers::{checkout, test};

/// Which room may use which: the table of `runtime/ARCHITECTURE.md`.
const MAY_USE: &[(&str, &[&str])] = &[
    ("model", &[]),
    ("language", &[]),
    ("store", &["model"]),
    ("render", &["model"]),
    ("powershell", &["model"]),
    ("package", &["language", "model"]),
    ("actions", &["language", "model"]),
    ("engine", &["actions", "powershell", "render", "package", "store", "language", "model"]),
    ("api", &["engine", "render", "store", "package", "model"]),
    ("stoa", &["actions", "api", "engine", "language", "model", "package", "powershell", "render", "store"]),
    ("testkit", &["actions", "api", "engine", "language", "model", "package", "powershell", "render", "store"]),
];

/// Rooms that may start processes.
const MAY_SPAWN: &[&str] = &["powershell", "render", "actions", "stoa"];

pub fn trials() -> Vec<Trial> {
    vec![
        test("conventions::rooms_use_only_what_the_table_allows", rooms_use_only_what_the_table_allows),
        test("conventions::the_map_names_every_room", the_map_names_every_room),
        test("conventions::sql_stands_only_in_the_store", sql_stands_only_in_the_store),
        test("conventions::only_the_listed_rooms_start_processes", only_the_listed_rooms_start_processes),
        test("conventions::nothing_unfinished_and_no_foreign_path_is_left", nothing_unfinished_and_no_foreign_path_is_left),
        test("conventions::long_files_are_reported", long_files_are_reported),
    ]
}

fn rooms() -> Vec<String> {
    let mut rooms: Vec<String> = fs::read_dir(checkout().join("runtime"))
        .expect("the checkout has runtime/")
        .filter_map(|entry| entry.ok())
        .filter(|entry| entry.path().join("Cargo.toml").is_file())
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect();
    rooms.sort();
    rooms
}

fn sources(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            found.extend(sources(&path, ending));
        } else if path.to_string_lossy().ends_with(ending) {
            found.push(path);
        }
    }
    found.sort();
    found
}

/// Lines of the product's Rust sources, outside `#[cfg(test)]` modules at the end of a file.
fn product_lines(room: &str) -> Vec<(PathBuf, usize, String)> {
    let mut lines = Vec::new();
    for path in sources(&checkout().join("runtime").join(room).join("src"), ".rs") {
        let text = fs::read_to_string(&path).expect("a source file is UTF-8");
        let product = text.split("\n#[cfg(test)]\nmod ").next().unwrap_or_default();
        lines.extend(product.lines().enumerate().map(|(index, line)| (path.clone(), index + 1, line.to_owned())));
    }
    lines
}

fn none(what: &str, found: Vec<String>) -> Result<(), Failed> {
    if found.is_empty() { Ok(()) } else { Err(format!("{what}:\n{}", found.join("\n")).into()) }
}

fn rooms_use_only_what_the_table_allows() -> Result<(), Failed> {
    let table: BTreeMap<&str, &[&str]> = MAY_USE.iter().copied().collect();
    let rooms = rooms();
    let mut wrong = Vec::new();
    for room in &rooms {
        let Some(allowed) = table.get(room.as_str()) else {
            wrong.push(format!("{room}: not in the table"));
            continue;
        };
        let manifest = fs::read_to_string(checkout().join("runtime").join(room).join("Cargo.toml")).expect("a room has a manifest");
        let manifest: toml::Table = manifest.parse().expect("a manifest is TOML");
        let used = manifest.get("dependencies").and_then(|table| table.as_table()).into_iter().flat_map(|table| table.keys());
        wrong.extend(
            used.filter(|name| rooms.contains(name) && !allowed.contains(&name.as_str())).map(|name| format!("{room} must not use {name}")),
        );
    }
    none("dependencies outside the table", wrong)
}

fn the_map_names_every_room() -> Result<(), Failed> {
    let map = fs::read_to_string(checkout().join("runtime/ARCHITECTURE.md")).expect("the map is there");
    none("rooms that the map does not name", rooms().into_iter().filter(|room| !map.contains(&format!("`{room}`"))).collect())
}

fn sql_stands_only_in_the_store() -> Result<(), Failed> {
    let words = ["SELECT ", "INSERT INTO ", "DELETE FROM ", "UPDATE run", "UPDATE subscription", "CREATE TABLE "];
    let found = rooms().into_iter().filter(|room| room != "store").flat_map(|room| product_lines(&room));
    none(
        "SQL outside the store",
        found
            .filter(|(_, _, line)| words.iter().any(|word| line.contains(word)))
            .map(|(path, line, text)| format!("{}:{line}: {text}", path.display()))
            .collect(),
    )
}

fn only_the_listed_rooms_start_processes() -> Result<(), Failed> {
    let found =
        rooms().into_iter().filter(|room| !MAY_SPAWN.contains(&room.as_str()) && room != "testkit").flat_map(|room| product_lines(&room));
    none(
        "a process started outside the listed rooms",
        found
            .filter(|(_, _, line)| line.contains("Command::new") || line.contains("duct::"))
            .map(|(path, line, text)| format!("{}:{line}: {text}", path.display()))
            .collect(),
    )
}

fn nothing_unfinished_and_no_foreign_path_is_left() -> Result<(), Failed> {
    let words = ["TODO", "FIXME", "todo!(", "unimplemented!(", "../shared"];
    let mut found = Vec::new();
    for room in rooms() {
        for (path, line, text) in product_lines(&room) {
            if words.iter().any(|word| text.contains(word)) {
                found.push(format!("{}:{line}: {}", path.display(), text.trim()));
            }
        }
    }
    for folder in ["scripts", "templates"] {
        for path in [".ps1", ".psd1", ".hbs"].iter().flat_map(|ending| sources(&checkout().join(folder), ending)) {
            let text = fs::read_to_string(&path).expect("a shipped text is UTF-8");
            found.extend(words.iter().filter(|word| text.contains(**word)).map(|word| format!("{}: {word}", path.display())));
        }
    }
    none("unfinished or foreign", found)
}

/// Reported, not enforced: a longer file is a table or gets split.
fn long_files_are_reported() -> Result<(), Failed> {
    for room in rooms() {
        for path in sources(&checkout().join("runtime").join(&room).join("src"), ".rs") {
            let lines = fs::read_to_string(&path).expect("a source file is UTF-8").lines().count();
            if lines > 300 {
                println!("{} has {lines} lines", path.display());
            }
        }
    }
    Ok(())
}
