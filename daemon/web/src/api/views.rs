//! What people keep for themselves or their team: queues and searches under a name, read marks.

use app::{PageRequest, QueueFilter, SearchRequest};
use axum::{extract::State, response::Response};
use http::StatusCode;
use model::{Instant, UserName, fact::Role};

use crate::{
    access::{Marked, SavedView, Shows, Tells},
    dto::{KeepView, ReadMark, Tell, View, Views},
    guard::Caller,
    input::{At, Input},
    problem::{Code, Problem},
    reply::{Encoded, Seen, done, fresh},
    service::{Service, Shared},
};

/// The caller's views and those shared with their team, with how much each holds now.
#[utoipa::path(
    get, path = "/api/v1/views", operation_id = "listViews", tag = "queues",
    responses((status = 200, description = "The views", body = Views))
)]
pub(super) async fn list_views(
    State(service): State<Shared>,
    caller: Caller,
    seen: Seen,
) -> Result<Response, Problem> {
    let body = service.work(move |service, now| {
        let team = team_of(service, &caller);
        let views = service.access.views(&caller.0.name, team.as_deref())?;
        let roster = service.app.roster();
        let teams = roster.team_names().into_iter().map(str::to_owned).collect();
        let items = views.into_iter().map(|view| shown(service, &caller, view, now));
        let items = items.collect::<Result<Vec<View>, Problem>>()?;
        Encoded::of(&Views { items, team, teams })
    });
    Ok(seen.reply(body.await?))
}

/// Keeps a view under an id that the caller chooses, or changes the one that has it: then only with
/// `If-Match`, upon the state that was read. To share with a team needs the role agent; what somebody
/// else shared is changed by managers.
#[utoipa::path(
    put, path = "/api/v1/views/{id}", operation_id = "keepView", tag = "queues",
    params(("id" = String, Path, description = "The view: letters, digits and dashes")),
    request_body = KeepView,
    responses((status = 200, description = "The view as it is now", body = View))
)]
pub(super) async fn put_view(
    State(service): State<Shared>,
    caller: Caller,
    At(id): At<String>,
    seen: Seen,
    Input(asked): Input<KeepView>,
) -> Result<Response, Problem> {
    let shows = asked.shows().ok_or_else(|| {
        Problem::invalid("a view shows either a queue or a search: give one of the two")
    })?;
    if asked.team.is_some() {
        caller.require(Role::Agent)?;
    }
    if asked.tell.is_some() && !matches!(shows, Shows::Search { .. }) {
        return Err(Problem::invalid("only a search tells of what is new: leave `tell` out"));
    }
    let kept = service.work(move |service, now| {
        let _one = service.one_change_at_a_time();
        let before = service.access.view(&id)?;
        if let Some(before) = &before {
            may_change(service, &caller, before, &seen)?;
        }
        let me = caller.0.name.clone();
        let owner = before.as_ref().map_or_else(|| me.clone(), |before| before.owner.clone());
        let tells = telling(service, &owner, before.as_ref(), (&shows, asked.tell), now)?;
        let view = SavedView {
            id,
            owner,
            tells,
            team: asked.team,
            name: asked.name.trim().to_owned(),
            order: asked.order,
            shows,
            changed_by: me,
            changed: now,
        };
        service.access.keep_view(&view)?;
        shown(service, &caller, view, now)
    });
    fresh(StatusCode::OK, &kept.await?)
}

/// Removes a view; with `If-Match`, only in the state that was read.
#[utoipa::path(
    delete, path = "/api/v1/views/{id}", operation_id = "dropView", tag = "queues",
    params(("id" = String, Path, description = "The view")),
    responses((status = 204, description = "It is gone"))
)]
pub(super) async fn drop_view(
    State(service): State<Shared>,
    caller: Caller,
    At(id): At<String>,
    seen: Seen,
) -> Result<Response, Problem> {
    let dropped = service.work(move |service, _| {
        let _one = service.one_change_at_a_time();
        let team = team_of(service, &caller);
        let view = service.access.view(&id)?;
        let view = view.filter(|view| view.is_for(&caller.0.name, team.as_deref()));
        let view = view.ok_or_else(|| Problem::not_found("such view"))?;
        may_change(service, &caller, &view, &seen)?;
        Ok(service.access.drop_view(&id)?)
    });
    dropped.await?;
    Ok(done())
}

/// Up to when the caller has read what changed, or looked at a case.
#[utoipa::path(
    get, path = "/api/v1/marks/{id}", operation_id = "getMark", tag = "queues",
    params(("id" = String, Path, description = "`changes`, or a case")),
    responses((status = 200, description = "The mark", body = ReadMark))
)]
pub(super) async fn get_mark(
    State(service): State<Shared>,
    caller: Caller,
    At(id): At<String>,
    seen: Seen,
) -> Result<Response, Problem> {
    let of = marked(&id)?;
    let body = service.work(move |service, _| {
        Encoded::of(&ReadMark { at: service.access.mark(&caller.0.name, &of)? })
    });
    Ok(seen.reply(body.await?))
}

/// Notes up to when the caller has read.
#[utoipa::path(
    put, path = "/api/v1/marks/{id}", operation_id = "putMark", tag = "queues",
    params(("id" = String, Path, description = "`changes`, or a case")),
    request_body = ReadMark,
    responses((status = 200, description = "The mark", body = ReadMark))
)]
pub(super) async fn put_mark(
    State(service): State<Shared>,
    caller: Caller,
    At(id): At<String>,
    Input(ReadMark { at }): Input<ReadMark>,
) -> Result<Response, Problem> {
    let of = marked(&id)?;
    let mark = service.work(move |service, now| {
        // a clock that runs ahead must not hide what is still to come
        let at = at.unwrap_or(now).min(now);
        service.access.set_mark(&caller.0.name, &of, at)?;
        Ok(ReadMark { at: Some(at) })
    });
    fresh(StatusCode::OK, &mark.await?)
}

fn marked(id: &str) -> Result<Marked, Problem> {
    if id == "changes" {
        return Ok(Marked::Changes);
    }
    let case = id
        .parse()
        .map_err(|error| Problem::invalid(format!("{error}: name a case, or write changes")))?;
    Ok(Marked::Case(case))
}

/// How a view tells its owner from now on: of what is new since it did so first.
fn telling(
    service: &Service,
    owner: &UserName,
    before: Option<&SavedView>,
    (shows, tell): (&Shows, Option<Tell>),
    now: Instant,
) -> Result<Option<Tells>, Problem> {
    let Some(tell) = tell else { return Ok(None) };
    if service.app.address_of(owner.as_str()).is_none() {
        return Err(Problem::invalid(format!(
            "no address of {owner} is known, so nobody can be told: an administrator adds [[people]] \
             with `email` and `user = \"{owner}\"` to the configuration"
        )));
    }
    let same = before.filter(|before| before.shows == *shows);
    let since = same.and_then(|before| before.tells.as_ref()).map_or(now, |tells| tells.since);
    Ok(Some(Tells { urgency: tell.urgency(), since }))
}

/// The team of the caller, as the configuration says.
fn team_of(service: &Service, caller: &Caller) -> Option<String> {
    service.app.roster().team_of_person(caller.0.name.as_str()).map(str::to_owned)
}

/// Whether the caller may change a view that is there, in the state that was seen.
fn may_change(
    service: &Service,
    caller: &Caller,
    view: &SavedView,
    seen: &Seen,
) -> Result<(), Problem> {
    if !view.is_for(&caller.0.name, team_of(service, caller).as_deref()) {
        let detail = "that id is taken: choose another one";
        return Err(Problem::new(Code::Conflict, detail));
    }
    if view.owner != caller.0.name {
        caller.require(Role::Manager)?;
    }
    if !seen.is_particular() {
        let detail = "there is a view with this id: send its tag as If-Match to change it";
        return Err(Problem::new(Code::Conflict, detail));
    }
    seen.require(Encoded::of(view)?.tag())
}

fn shown(
    service: &Service,
    caller: &Caller,
    view: SavedView,
    now: Instant,
) -> Result<View, Problem> {
    let tag = Encoded::of(&view)?.tag().to_owned();
    let editable = view.owner == caller.0.name || caller.0.may(Role::Manager);
    let count = match &view.shows {
        Shows::Queue { queue, account, owner, level, team } => {
            let (account, owner) = (account.clone(), owner.clone());
            let filter = QueueFilter { account, owner, level: level.clone(), team: team.clone() };
            service.app.queue_count(queue, &filter, now)?
        }
        Shows::Search { q, .. } => {
            Some(service.counts.of(q, now, || -> Result<u64, Problem> {
                let page = PageRequest { cursor: None, limit: 1 };
                let asked = SearchRequest { text: q.clone(), page, ..SearchRequest::default() };
                Ok(service.app.search(&asked, now)?.total)
            })?)
        }
    };
    Ok(View::new(view, editable, count, tag))
}
