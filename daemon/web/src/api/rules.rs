//! Rule sets: what is active, versions, and how they become active.

use app::rules::versions::Activation;
use axum::{extract::State, response::Response};
use http::StatusCode;
use model::RuleSetId;

use crate::{
    dto::{
        DiffQuery, EnableRule, RuleFile, RuleFileDiff, RuleReference, RuleVersion, Rules,
        RulesActivated, RulesNote, TeamQuery,
    },
    guard::Caller,
    input::{Asked, At, Input},
    problem::Problem,
    reply::{Encoded, Seen, done, fresh},
    service::{Service, Shared},
};

fn status(service: &Service, team: Option<&str>) -> Result<Rules, Problem> {
    let signals = service.app.active_rules(team)?.signals();
    Ok(Rules::of(service.app.rules_status(team)?, signals))
}

/// How rule sets stand: the active version, what was refused, what waits.
#[utoipa::path(
    get, path = "/api/v1/rules", operation_id = "getRules", tag = "rules",
    params(TeamQuery),
    responses((status = 200, description = "The state", body = Rules))
)]
pub(super) async fn get_rules(
    State(service): State<Shared>,
    Asked(TeamQuery { team }): Asked<TeamQuery>,
    seen: Seen,
) -> Result<Response, Problem> {
    let body = service.work(move |service, _| Encoded::of(&status(service, team.as_deref())?));
    Ok(seen.reply(body.await?))
}

/// Everything that scripts can say, for completion.
#[utoipa::path(
    get, path = "/api/v1/rules/reference", operation_id = "getRuleReference", tag = "rules",
    responses((status = 200, description = "The reference", body = Vec<RuleReference>))
)]
pub(super) async fn get_reference(
    State(service): State<Shared>,
    seen: Seen,
) -> Result<Response, Problem> {
    let body = service.work(|service, _| {
        let entries = service.app.active_rules(None)?.reference();
        Encoded::of(&entries.into_iter().map(RuleReference::from).collect::<Vec<_>>())
    });
    Ok(seen.reply(body.await?))
}

/// The versions that are kept, the latest first.
#[utoipa::path(
    get, path = "/api/v1/rules/versions", operation_id = "listRuleVersions", tag = "rules",
    params(TeamQuery),
    responses((status = 200, description = "The versions", body = Vec<RuleVersion>))
)]
pub(super) async fn list_versions(
    State(service): State<Shared>,
    Asked(TeamQuery { team }): Asked<TeamQuery>,
    seen: Seen,
) -> Result<Response, Problem> {
    let body = service.work(move |service, _| {
        let versions = service.app.rule_versions(team.as_deref())?;
        Encoded::of(&versions.into_iter().map(RuleVersion::from).collect::<Vec<_>>())
    });
    Ok(seen.reply(body.await?))
}

/// The files of a version.
#[utoipa::path(
    get, path = "/api/v1/rules/versions/{id}", operation_id = "getRuleVersion", tag = "rules",
    params(("id" = String, Path, description = "The version, or active, team:NAME, built_in or folder")),
    responses((status = 200, description = "Its files", body = Vec<RuleFile>))
)]
pub(super) async fn get_version(
    State(service): State<Shared>,
    caller: Caller,
    At(id): At<String>,
    seen: Seen,
) -> Result<Response, Problem> {
    let body = service.work(move |service, _| {
        let files = service.app.rule_files(&id, &caller.user())?;
        let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
        let files = files.into_iter().map(|(path, bytes)| RuleFile { path, text: text(bytes) });
        Encoded::of(&files.collect::<Vec<_>>())
    });
    Ok(seen.reply(body.await?))
}

/// Makes a version the active set; with four eyes, asks a second person. A version that was active
/// before needs nobody else. With `If-Match`, only while the version named there, in quotation marks,
/// is the active one.
#[utoipa::path(
    post, path = "/api/v1/rules/versions/{id}/activate", operation_id = "activateRules",
    tag = "rules",
    params(("id" = String, Path, description = "The version"), TeamQuery),
    request_body = RulesNote,
    responses((status = 200, description = "What came of it", body = RulesActivated))
)]
pub(super) async fn activate(
    State(service): State<Shared>,
    caller: Caller,
    At(id): At<String>,
    Asked(TeamQuery { team }): Asked<TeamQuery>,
    seen: Seen,
    Input(RulesNote { note }): Input<RulesNote>,
) -> Result<Response, Problem> {
    let done = service.work(move |service, now| {
        let _one = service.one_change_at_a_time();
        let rules = RuleSetId::new(&id);
        let team = team.as_deref();
        if seen.is_particular() {
            seen.require(&format!("\"{}\"", service.app.rules_status(team)?.active))?;
        }
        Ok(match service.app.activate_rules(team, &rules, &note, caller.actor(), now)? {
            Activation::Active(rules) => RulesActivated { rules, active: true },
            Activation::Proposed(rules) => RulesActivated { rules, active: false },
        })
    });
    fresh(StatusCode::OK, &done.await?)
}

/// Approves a version that somebody else wrote and proposed.
#[utoipa::path(
    post, path = "/api/v1/rules/versions/{id}/approve", operation_id = "approveRules",
    tag = "rules",
    params(("id" = String, Path, description = "The version")),
    request_body = RulesNote,
    responses((status = 200, description = "It is active", body = RulesActivated))
)]
pub(super) async fn approve(
    State(service): State<Shared>,
    caller: Caller,
    At(id): At<String>,
    Input(RulesNote { note }): Input<RulesNote>,
) -> Result<Response, Problem> {
    let done = service.work(move |service, now| {
        let _one = service.one_change_at_a_time();
        let rules = RuleSetId::new(&id);
        let rules = service.app.approve_rules(&rules, &note, caller.actor(), now)?;
        Ok(RulesActivated { rules, active: true })
    });
    fresh(StatusCode::OK, &done.await?)
}

/// Takes a proposal off the list.
#[utoipa::path(
    post, path = "/api/v1/rules/versions/{id}/decline", operation_id = "declineRules",
    tag = "rules",
    params(("id" = String, Path, description = "The version")),
    request_body = RulesNote,
    responses((status = 204, description = "It is off the list"))
)]
pub(super) async fn decline(
    State(service): State<Shared>,
    caller: Caller,
    At(id): At<String>,
    Input(RulesNote { note }): Input<RulesNote>,
) -> Result<Response, Problem> {
    let declined = service.work(move |service, now| {
        let _one = service.one_change_at_a_time();
        Ok(service.app.decline_rules(&RuleSetId::new(&id), &note, caller.actor(), now)?)
    });
    declined.await?;
    Ok(done())
}

/// Makes the set active that was so before the present one.
#[utoipa::path(
    post, path = "/api/v1/rules/rollback", operation_id = "rollBackRules", tag = "rules",
    params(TeamQuery),
    request_body = RulesNote,
    responses((status = 200, description = "It is active", body = RulesActivated))
)]
pub(super) async fn roll_back(
    State(service): State<Shared>,
    caller: Caller,
    Asked(TeamQuery { team }): Asked<TeamQuery>,
    Input(RulesNote { note }): Input<RulesNote>,
) -> Result<Response, Problem> {
    let done = service.work(move |service, now| {
        let _one = service.one_change_at_a_time();
        let rules = service.app.roll_back_rules(team.as_deref(), &note, caller.actor(), now)?;
        Ok(RulesActivated { rules, active: true })
    });
    fresh(StatusCode::OK, &done.await?)
}

/// Looks at the configured folder now instead of within a second. A set that is wrong leaves the
/// active one in place; `refused` of the answer says why.
#[utoipa::path(
    post, path = "/api/v1/rules/reload", operation_id = "reloadRules", tag = "rules",
    params(TeamQuery),
    responses((status = 200, description = "The state", body = Rules))
)]
pub(super) async fn reload(
    State(service): State<Shared>,
    Asked(TeamQuery { team }): Asked<TeamQuery>,
) -> Result<Response, Problem> {
    let after = service.work(move |service, now| {
        let _one = service.one_change_at_a_time();
        service.app.reload_rules(team.as_deref(), now)?;
        status(service, team.as_deref())
    });
    fresh(StatusCode::OK, &after.await?)
}

/// Lets a script run again that was disabled because it ran away.
#[utoipa::path(
    post, path = "/api/v1/rules/enable", operation_id = "enableRule", tag = "rules",
    params(TeamQuery),
    request_body = EnableRule,
    responses((status = 200, description = "The state", body = Rules))
)]
pub(super) async fn enable(
    State(service): State<Shared>,
    caller: Caller,
    Asked(TeamQuery { team }): Asked<TeamQuery>,
    Input(EnableRule { file }): Input<EnableRule>,
) -> Result<Response, Problem> {
    let after = service.work(move |service, now| {
        let _one = service.one_change_at_a_time();
        service.app.enable_rule(team.as_deref(), &file, caller.actor(), now)?;
        status(service, team.as_deref())
    });
    fresh(StatusCode::OK, &after.await?)
}

/// What two sets differ in, file by file.
#[utoipa::path(
    get, path = "/api/v1/rules/diff", operation_id = "diffRules", tag = "rules",
    params(DiffQuery),
    responses((status = 200, description = "The files that differ", body = Vec<RuleFileDiff>))
)]
pub(super) async fn diff(
    State(service): State<Shared>,
    caller: Caller,
    Asked(asked): Asked<DiffQuery>,
    seen: Seen,
) -> Result<Response, Problem> {
    let body = service.work(move |service, _| {
        let before = asked.before.as_deref().unwrap_or("active");
        let after = asked.after.as_deref().unwrap_or("draft");
        let files = service.app.diff_rules(before, after, &caller.user())?;
        Encoded::of(&files.into_iter().map(RuleFileDiff::from).collect::<Vec<_>>())
    });
    Ok(seen.reply(body.await?))
}
