//! Importing packages.

use axum::{
    Json,
    extract::{Request, State},
    http::StatusCode,
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use engine::Imported;
use model::{Object, Value};
use package::Files;
use serde::Deserialize;

use crate::{
    body::{PACKAGE_LIMIT, bytes, json},
    caller::Caller,
    json::{GivenObject, Refusal, typed},
    problems::Failed,
    server::Shared,
};

/// A package as a body: names of files, each with its text, or with its bytes as `{"base64": "..."}`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Package {
    files: GivenObject,
}

/// Imports a package, all or nothing. Importing it again changes nothing.
pub(crate) async fn import_package(
    State(server): State<Shared>,
    caller: Caller,
    request: Request,
) -> Result<(StatusCode, Json<Imported>), Failed> {
    let (parts, body) = request.into_parts();
    let bytes = bytes(&parts.headers, body, PACKAGE_LIMIT).await?;
    let package: Package = typed(json(&parts.headers, &bytes)?)?;
    drop(bytes);
    let files = files(package.files.0)?;
    let imported = server.engine.import_package(&files, &caller.principal).await?;
    let status = if imported.created { StatusCode::CREATED } else { StatusCode::OK };
    Ok((status, Json(imported)))
}

fn files(given: Object) -> Result<Files, Refusal> {
    let mut files = Files::default();
    for (name, content) in given {
        plain(&name).map_err(|refusal| refusal.within(&name).within("files"))?;
        let bytes = content_of(content).ok_or_else(|| {
            Refusal::new("invalid_value", "a file is its text, or its bytes as {\"base64\": \"...\"}").within(&name).within("files")
        })?;
        files.insert(name, bytes);
    }
    Ok(files)
}

fn content_of(content: Value) -> Option<Vec<u8>> {
    match content {
        Value::Text(text) => Some(text.into_bytes()),
        Value::Object(object) if object.len() == 1 => STANDARD.decode(object.get("base64")?.as_text()?).ok(),
        _ => None,
    }
}

/// A name becomes a path on this machine and on an author's: relative, with `/`, nothing that a system reads otherwise.
fn plain(name: &str) -> Result<(), Refusal> {
    let part = |part: &str| {
        !part.is_empty()
            && !part.starts_with('.')
            && !part.ends_with([' ', '.'])
            && !part.contains(|c: char| c.is_control() || r#"\:*?"<>|"#.contains(c))
    };
    if name.len() <= 255 && name.split('/').count() <= 16 && name.split('/').all(part) {
        return Ok(());
    }
    Err(Refusal::new("invalid_value", format!("`{name}` is not a plain relative name")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(name: &str, fits: bool) {
        assert_eq!(plain(name).is_ok(), fits, "{name}");
    }

    #[test]
    fn names_of_files_stay_inside_the_package() {
        check("service.psd1", true);
        check("files/readme.txt.hbs", true);
        for name in ["", "/etc/passwd", "../x", "a/../x", "a//b", "a\\b", "c:x", ".git/config", "a/", "a\0b", "nul.", "a "] {
            check(name, false);
        }
    }
}
