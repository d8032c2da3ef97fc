//! What ships inside the program: the scripts packages may use, and the starter packages.

use package::Files;
use rust_embed::RustEmbed;

#[derive(RustEmbed)]
#[folder = "../../scripts/actions"]
#[allow_missing = true]
struct Scripts;

#[derive(RustEmbed)]
#[folder = "../../templates/services"]
#[allow_missing = true]
struct Services;

/// The installation's scripts, by their place below `scripts/actions`.
pub(crate) fn scripts() -> Files {
    let scripts = Scripts::iter().filter(|name| name.ends_with(".ps1"));
    scripts.filter_map(|name| Some((name.to_string(), Scripts::get(&name)?.data.into_owned()))).collect()
}

/// The starter package of a service.
pub(crate) fn starter(service: &str) -> Files {
    let folder = format!("{service}/");
    Services::iter().filter_map(|name| Some((name.strip_prefix(&folder)?.to_owned(), Services::get(&name)?.data.into_owned()))).collect()
}
