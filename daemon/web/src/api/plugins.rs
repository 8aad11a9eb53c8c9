//! Plugins: the list, grants, the switch.

use axum::{extract::State, response::Response};
use http::StatusCode;
use model::{CaseId, PluginName};

use crate::{
    dto::{Plugin, PluginGrant, PluginReading, PluginSwitch},
    guard::Caller,
    input::{At, Input},
    problem::Problem,
    reply::{done, fresh},
    service::Shared,
};

/// The plugins of the active rule set.
#[utoipa::path(
    get, path = "/api/v1/plugins", operation_id = "listPlugins", tag = "plugins",
    responses((status = 200, description = "The plugins, by name", body = Vec<Plugin>))
)]
pub(super) async fn list_plugins(State(service): State<Shared>) -> Result<Response, Problem> {
    let listed = service.work(|service, _| Ok(service.app.plugins()));
    let plugins: Vec<Plugin> = listed.await?.into_iter().map(Plugin::from).collect();
    fresh(StatusCode::OK, &plugins)
}

/// Lets a plugin run. Every case is assessed again.
#[utoipa::path(
    put, path = "/api/v1/plugins/{name}/grant", operation_id = "grantPlugin", tag = "plugins",
    params(("name" = String, Path, description = "The plugin")),
    request_body = PluginGrant,
    responses((status = 200, description = "Granted", body = Plugin))
)]
pub(super) async fn grant_plugin(
    State(service): State<Shared>,
    caller: Caller,
    At(name): At<String>,
    Input(PluginGrant { hash, capabilities }): Input<PluginGrant>,
) -> Result<Response, Problem> {
    let name = named(&name)?;
    let granted = service.work(move |service, now| {
        Ok(service.app.grant_plugin(&name, hash, &capabilities, caller.actor(), now)?)
    });
    fresh(StatusCode::OK, &Plugin::from(granted.await?))
}

/// Takes back what a plugin was granted. Every case is assessed again.
#[utoipa::path(
    delete, path = "/api/v1/plugins/{name}/grant", operation_id = "revokePlugin", tag = "plugins",
    params(("name" = String, Path, description = "The plugin")),
    responses((status = 204, description = "Revoked"))
)]
pub(super) async fn revoke_plugin(
    State(service): State<Shared>,
    caller: Caller,
    At(name): At<String>,
) -> Result<Response, Problem> {
    let name = named(&name)?;
    let revoked = service
        .work(move |service, now| Ok(service.app.revoke_plugin(&name, caller.actor(), now)?));
    revoked.await?;
    Ok(done())
}

/// Switches a granted plugin off or on again. Every case is assessed again.
#[utoipa::path(
    put, path = "/api/v1/plugins/{name}/switch", operation_id = "switchPlugin", tag = "plugins",
    params(("name" = String, Path, description = "The plugin")),
    request_body = PluginSwitch,
    responses((status = 200, description = "Switched", body = Plugin))
)]
pub(super) async fn switch_plugin(
    State(service): State<Shared>,
    caller: Caller,
    At(name): At<String>,
    Input(PluginSwitch { on, reason }): Input<PluginSwitch>,
) -> Result<Response, Problem> {
    let name = named(&name)?;
    let switched = service.work(move |service, now| {
        let (app, actor) = (&service.app, caller.actor());
        Ok(if on {
            app.enable_plugin(&name, actor, now)?
        } else {
            app.disable_plugin(&name, reason, actor, now)?
        })
    });
    fresh(StatusCode::OK, &Plugin::from(switched.await?))
}

/// What the plugins at work read out of a case, message by message. It is read now and recorded
/// nowhere.
#[utoipa::path(
    get, path = "/api/v1/cases/{id}/plugin-readings", operation_id = "getPluginReadings",
    tag = "plugins",
    params(("id" = String, Path, description = "The case")),
    responses((
        status = 200, description = "Messages with what was read, oldest first",
        body = Vec<PluginReading>,
    ))
)]
pub(super) async fn get_plugin_readings(
    State(service): State<Shared>,
    At(id): At<CaseId>,
) -> Result<Response, Problem> {
    let read = service.work(move |service, _| Ok(service.app.read_by_plugins(id)?));
    let readings: Vec<PluginReading> = read.await?.into_iter().map(Into::into).collect();
    fresh(StatusCode::OK, &readings)
}

fn named(name: &str) -> Result<PluginName, Problem> {
    name.parse().map_err(|_| Problem::not_found(&format!("plugin {name}")))
}
