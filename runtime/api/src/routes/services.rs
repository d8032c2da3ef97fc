//! Services as their definitions say.

use axum::{
    Json,
    extract::{Path, State},
};

use crate::{
    find,
    problems::Failed,
    server::Shared,
    wire::{List, Plan, Property, Service},
};

/// Every service in its current version.
pub(crate) async fn list_services(State(server): State<Shared>) -> Result<Json<List<Service>>, Failed> {
    let versions = store::services::list(&server.store).await?;
    let services: Vec<model::Service> = versions.iter().map(find::definition).collect::<Result<_, _>>()?;
    Ok(Json(services.iter().map(Service::from).collect()))
}

/// One service.
pub(crate) async fn get_service(State(server): State<Shared>, Path(name): Path<String>) -> Result<Json<Service>, Failed> {
    let service = find::service(&server.store, &name).await?;
    Ok(Json(Service::from(&service)))
}

/// The plans of a service.
pub(crate) async fn list_plans(State(server): State<Shared>, Path(name): Path<String>) -> Result<Json<List<Plan>>, Failed> {
    let service = find::service(&server.store, &name).await?;
    Ok(Json(service.plans.iter().map(Plan::from).collect()))
}

/// The properties of a service.
pub(crate) async fn list_properties(State(server): State<Shared>, Path(name): Path<String>) -> Result<Json<List<Property>>, Failed> {
    let service = find::service(&server.store, &name).await?;
    Ok(Json(service.properties.iter().map(Property::from).collect()))
}
