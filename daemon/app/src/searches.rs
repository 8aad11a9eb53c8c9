//! Saved searches that tell (F75): what was taken in of late and is found by one is an alert to whoever
//! saved it.
//!
//! A search is asked again over the mail of the last days, since a case that is S1 only today may be
//! what it asks for; what was told once is not told again, whatever restarts in between.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use engine::alerts::Wish;
use model::{
    Alert, AlertId, Instant, MessageKey, Seq, UserName,
    alert::{Audience, Pacing, Urgency},
};
use store::Snapshot;

use crate::{
    Result, SearchRequest,
    files::numbers_within,
    library::Rows,
    query::PageRequest,
    record::{CaseRow, HitRecord},
    tables::{CARD, MESSAGE, MessageRow, case_key, number_key},
    watchkeeper::Watchkeeper,
};

/// The policy of their alerts.
pub const POLICY: &str = "saved_search";
/// Messages that are looked at, the latest taken in.
const MOST: u64 = 5000;
/// Hits of one search that are told at once; what is more shows in the search itself.
const HITS: usize = 200;
/// What comes within so many minutes of a notice about the same case goes into one.
const WINDOW: u32 = 15;

/// A saved search that tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ToldSearch {
    /// What tells it from others.
    pub id: String,
    /// What it is called.
    pub name: String,
    /// What is searched for.
    pub text: String,
    /// Who is told.
    pub owner: UserName,
    /// What was taken in before is not told.
    pub since: Instant,
    /// How much it may disturb.
    pub urgency: Urgency,
}

impl Watchkeeper {
    /// The address by which somebody who signs in as `user` can be told; nothing if none is known.
    pub fn address_of(&self, user: &str) -> Option<String> {
        let roster = self.settings.roster();
        let known = roster
            .people
            .iter()
            .find(|(email, person)| person.user.as_deref() == Some(user) || email.as_str() == user);
        known.map(|(email, _)| email.clone())
    }

    /// Up to which fact things can be found.
    pub fn searchable(&self) -> Result<Seq> {
        Ok(self.ports.search.applied()?)
    }

    /// Queues an alert for everything new that one of `searches` finds. Gives how many there were.
    pub fn tell_searches(&self, searches: &[ToldSearch], now: Instant) -> Result<usize> {
        let Some(since) = searches.iter().map(|one| one.since).min() else { return Ok(0) };
        let since = since.max(now.plus(-self.settings.roster().horizon));
        let snapshot = self.ports.views.snapshot()?;
        let fresh = self.fresh_messages(&*snapshot, since)?;
        if fresh.is_empty() {
            return Ok(0);
        }
        let mut numbers: BTreeSet<u64> = fresh.values().map(|(number, _)| *number).collect();
        numbers_within(&*snapshot, &mut numbers)?;
        let numbers = Arc::new(numbers.into_iter().collect::<Vec<u64>>());
        let mut wishes = Vec::new();
        for search in searches.iter().filter(|one| self.address_of(one.owner.as_str()).is_some()) {
            let page = PageRequest { cursor: None, limit: HITS };
            let asked = SearchRequest {
                text: search.text.clone(),
                page,
                by_date: true,
                ..SearchRequest::default()
            };
            let found = self.search_among(&asked, Some(&numbers), now)?;
            for hit in found.hits {
                let Some(message) = hit.message else { continue };
                let Some((_, noticed)) = fresh.get(&message) else { continue };
                if *noticed >= search.since {
                    wishes.extend(self.told_hit(&*snapshot, search, &hit, message)?);
                }
            }
        }
        drop(snapshot);
        let count = wishes.len();
        self.wish(wishes, now)?;
        Ok(count)
    }

    /// Messages that became known since then, with their numbers and when they did.
    fn fresh_messages(
        &self,
        rows: &dyn Snapshot,
        since: Instant,
    ) -> Result<BTreeMap<MessageKey, (u64, Instant)>> {
        let next = self.state()?.next_message;
        let mut found = BTreeMap::new();
        for number in next.saturating_sub(MOST)..next {
            if let Some(row) = rows.row::<MessageRow>(MESSAGE, &number_key(number))?
                && row.noticed >= since
                && row.within.is_none()
            {
                found.insert(row.key, (number, row.noticed));
            }
        }
        Ok(found)
    }

    /// The alert about one hit, unless it was decided about before.
    fn told_hit(
        &self,
        rows: &dyn Snapshot,
        search: &ToldSearch,
        hit: &HitRecord,
        message: MessageKey,
    ) -> Result<Option<Wish>> {
        let Some(case) = hit.case else { return Ok(None) };
        let Some(card) = rows.row::<CaseRow>(CARD, &case_key(case))? else { return Ok(None) };
        let audience = Audience::Person(search.owner.to_string());
        let key = format!("{} {message}", search.id);
        // Not by its case: that may be another one by now.
        let id = AlertId::derive(None, POLICY, &key, &audience, hit.at);
        if self.desk()?.alert(&id).is_some() {
            return Ok(None);
        }
        Ok(Some(Wish::Own(Box::new(Alert {
            id,
            case: Some(case),
            account: card.account.id.as_deref().map(model::AccountId::new),
            policy: POLICY.to_owned(),
            at: hit.at,
            key,
            group: format!("search {}", search.id),
            audience,
            channel: self.settings.handoffs.channel.clone(),
            urgency: search.urgency,
            says: format!("New mail is found by your search \"{}\".", search.name),
            level: card.level,
            rank: card.rank,
            top: false,
            owner: card.owner,
            team: card.team,
            pacing: Pacing { window: WINDOW, ..Pacing::default() },
        }))))
    }
}
