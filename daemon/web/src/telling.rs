//! Tells people of new mail that their saved searches find.

use std::{collections::BTreeSet, time::Duration};

use app::searches::ToldSearch;
use model::{Instant, Seq};

use crate::{
    access::Shows,
    problem::Problem,
    service::{Service, Shared},
};

/// How often it is looked whether something new can be found.
const LOOK: Duration = Duration::from_secs(2);

/// What stood when the searches were asked last: what can be found, and what was saved.
type Stood = (Seq, Vec<ToldSearch>);

/// Asks the saved searches again whenever more can be found; never ends.
pub(crate) async fn tell(service: Shared) {
    let mut every = tokio::time::interval(LOOK);
    every.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    let mut stood: Option<Stood> = None;
    loop {
        every.tick().await;
        let before = stood.clone();
        // a failure is in the log; the next round tries again
        if let Ok(now) = service.work(move |service, now| look(service, before.as_ref(), now)).await
        {
            stood = now;
        }
    }
}

fn look(service: &Service, before: Option<&Stood>, now: Instant) -> Result<Option<Stood>, Problem> {
    let searches = searches(service)?;
    if searches.is_empty() {
        return Ok(None);
    }
    let stands = (service.app.searchable()?, searches);
    if before != Some(&stands) {
        service.app.tell_searches(&stands.1, now)?;
    }
    Ok(Some(stands))
}

/// The searches that tell somebody who may still sign in.
fn searches(service: &Service) -> Result<Vec<ToldSearch>, Problem> {
    let views = service.access.telling_views()?;
    if views.is_empty() {
        return Ok(Vec::new());
    }
    let users: BTreeSet<String> =
        service.access.users().into_iter().map(|user| user.name).collect();
    let told = views.into_iter().filter(|view| users.contains(view.owner.as_str()));
    Ok(told
        .filter_map(|view| match (view.shows, view.tells) {
            (Shows::Search { q, .. }, Some(tells)) => Some(ToldSearch {
                id: view.id,
                name: view.name,
                text: q,
                owner: view.owner,
                since: tells.since,
                urgency: tells.urgency,
            }),
            _ => None,
        })
        .collect())
}
