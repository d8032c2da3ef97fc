//! The server itself.

use axum::{Json, extract::State};
use serde::Serialize;
use uuid::Uuid;

use crate::server::Shared;

/// What a client learns first.
#[derive(Serialize)]
pub(crate) struct About {
    version: String,
    boot: Uuid,
}

/// Version and identity of this start of the server.
pub(crate) async fn get_server(State(server): State<Shared>) -> Json<About> {
    Json(About { version: server.version.clone(), boot: server.boot })
}
