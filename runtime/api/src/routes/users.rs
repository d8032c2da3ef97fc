//! Users of customers.

use axum::{
    Json,
    extract::{Path, State},
    http::StatusCode,
};
use engine::NewUser;
use serde::Deserialize;

use crate::{
    body::Input,
    caller::Caller,
    find,
    problems::Failed,
    server::Shared,
    wire::{List, User},
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(crate) struct New {
    name: String,
    upn: Option<String>,
    first_name: Option<String>,
    last_name: Option<String>,
    display_name: Option<String>,
    email: Option<String>,
    language: Option<String>,
}

/// The users of a customer, by name.
pub(crate) async fn list_users(State(server): State<Shared>, Path(tenant): Path<String>) -> Result<Json<List<User>>, Failed> {
    let tenant = find::tenant(&server.store, &tenant).await?;
    let users = store::users::list(&server.store, tenant.id).await?;
    Ok(Json(users.into_iter().map(|user| User::of(user, &tenant.name)).collect()))
}

/// One user.
pub(crate) async fn get_user(State(server): State<Shared>, Path((tenant, user)): Path<(String, String)>) -> Result<Json<User>, Failed> {
    let tenant = find::tenant(&server.store, &tenant).await?;
    let user = find::user(&server.store, &tenant, &user).await?;
    Ok(Json(User::of(user, &tenant.name)))
}

/// Makes a user of a customer.
pub(crate) async fn create_user(
    State(server): State<Shared>,
    caller: Caller,
    Path(tenant): Path<String>,
    input: Input<New>,
) -> Result<(StatusCode, Json<User>), Failed> {
    let new = input.body;
    let new = NewUser {
        upn: new.upn,
        first_name: new.first_name,
        last_name: new.last_name,
        display_name: new.display_name,
        email: new.email,
        language: new.language,
        ..NewUser::new(&tenant, &new.name)
    };
    let user = engine::create_user(&server.store, &new, &caller.principal).await?;
    Ok((StatusCode::CREATED, Json(User::of(user, &new.tenant))))
}
