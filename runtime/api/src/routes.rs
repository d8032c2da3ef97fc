//! Every route in one table: method, path, the permission it needs, its handler. The handler's name is the operation's id.

mod billing;
mod packages;
mod properties;
mod runs;
mod server;
mod services;
mod subscriptions;
mod tenants;
mod users;
mod values;

use std::fmt;

use axum::{
    Router,
    handler::Handler,
    http::StatusCode,
    middleware,
    routing::{MethodFilter, MethodRouter, on},
};

use crate::{caller::authorise, server::Shared};

/// Where the routes begin.
pub const PREFIX: &str = "/api/v1";

/// A right that a route asks for: `<noun>.<verb>`, or `any` for whoever has signed in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Permission(&'static str);

impl fmt::Display for Permission {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

/// One route, as documentation and tests see it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Operation {
    /// `GET`, `POST` ...
    pub method: &'static str,
    /// Path with its parameters in braces.
    pub path: &'static str,
    /// Name of its handler.
    pub id: &'static str,
    /// The permission it asks for.
    pub permission: &'static str,
}

struct Route {
    operation: Operation,
    handler: MethodRouter<Shared>,
}

/// The operations of the API, in the order of the table.
pub fn operations() -> Vec<Operation> {
    table().into_iter().map(|route| route.operation).collect()
}

/// The router of the table: what is not in it does not exist, and what is in it has a permission.
pub(crate) fn router() -> Router<Shared> {
    let routes = table().into_iter().fold(Router::new(), |router, route| {
        let permission = Permission(route.operation.permission);
        let path = format!("{PREFIX}{}", route.operation.path);
        router.route(&path, route.handler.route_layer(middleware::from_fn_with_state(permission, authorise)))
    });
    routes.fallback(async || StatusCode::NOT_FOUND)
}

fn route<H, T>(method: &'static str, path: &'static str, permission: &'static str, handler: H) -> Route
where
    H: Handler<T, Shared>,
    T: 'static,
{
    let id = std::any::type_name::<H>().rsplit("::").next().expect("a name has a last part");
    let filter = match method {
        "GET" => MethodFilter::GET,
        "POST" => MethodFilter::POST,
        "PUT" => MethodFilter::PUT,
        "PATCH" => MethodFilter::PATCH,
        _ => MethodFilter::DELETE,
    };
    Route { operation: Operation { method, path, id, permission }, handler: on(filter, handler) }
}

fn table() -> Vec<Route> {
    vec![
        route("GET", "/server", "any", server::get_server),
        route("GET", "/tenants", "tenant.view", tenants::list_tenants),
        route("POST", "/tenants", "tenant.edit", tenants::create_tenant),
        route("GET", "/tenants/{tenant}", "tenant.view", tenants::get_tenant),
        route("GET", "/tenants/{tenant}/users", "user.view", users::list_users),
        route("POST", "/tenants/{tenant}/users", "user.edit", users::create_user),
        route("GET", "/tenants/{tenant}/users/{user}", "user.view", users::get_user),
        route("GET", "/services", "service.view", services::list_services),
        route("GET", "/services/{service}", "service.view", services::get_service),
        route("GET", "/services/{service}/plans", "service.view", services::list_plans),
        route("GET", "/services/{service}/properties", "service.view", services::list_properties),
        route("POST", "/packages", "package.import", packages::import_package),
        route("GET", "/properties/resolve", "property.view", properties::resolve_properties),
        route("GET", "/properties/values", "property.view", values::list_property_values),
        route("PUT", "/properties/values", "property.edit", values::set_property_value),
        route("DELETE", "/properties/values", "property.edit", values::remove_property_value),
        route("GET", "/overrides", "override.view", values::list_overrides),
        route("PUT", "/overrides", "override.edit", values::set_override),
        route("DELETE", "/overrides", "override.edit", values::remove_override),
        route("GET", "/subscriptions", "subscription.view", subscriptions::list_subscriptions),
        route("POST", "/subscriptions", "subscription.provision", subscriptions::create_subscription),
        route("GET", "/subscriptions/{id}", "subscription.view", subscriptions::get_subscription),
        route("PATCH", "/subscriptions/{id}", "subscription.change", subscriptions::change_subscription),
        route("DELETE", "/subscriptions/{id}", "subscription.deprovision", subscriptions::remove_subscription),
        route("POST", "/subscriptions/{id}/suspend", "subscription.suspend", subscriptions::suspend_subscription),
        route("POST", "/subscriptions/{id}/resume", "subscription.resume", subscriptions::resume_subscription),
        route("POST", "/subscriptions/{id}/verify", "subscription.verify", subscriptions::verify_subscription),
        route("GET", "/runs", "run.view", runs::list_runs),
        route("GET", "/runs/{id}", "run.view", runs::get_run),
        route("GET", "/runs/{id}/log", "run.view", runs::get_run_log),
        route("POST", "/runs/{id}/cancel", "run.cancel", runs::cancel_run),
        route("POST", "/runs/{id}/resolve", "run.resolve", runs::resolve_run),
        route("POST", "/runs/{id}/undo", "run.undo", runs::undo_run),
        route("GET", "/billing-events", "billing.view", billing::list_billing_events),
    ]
}
