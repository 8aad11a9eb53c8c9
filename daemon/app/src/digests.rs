//! The next digests (F86): to whom, when, and what they would say now.
//!
//! A digest is the lines that wait for one recipient and one channel when its time comes; who has
//! none gets none. How it is put into words is known to the room that sends it, which implements
//! [`DigestWriter`].

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use engine::alerts::Desk;
use model::{Instant, alert::Route};

use crate::{
    Result,
    outbox::{Place, Sending, waiting},
    watchkeeper::Watchkeeper,
};

/// A digest as it would go out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NextDigest {
    /// The recipient's address.
    pub to: String,
    /// The name that they sign in with, if they do.
    pub user: Option<String>,
    /// Their team.
    pub team: Option<String>,
    /// The channel's name; nothing if no line waits.
    pub channel: Option<String>,
    /// When it is due.
    pub due: Instant,
    /// What it would tell of; nothing is sent if it is empty.
    pub sendings: Vec<Sending>,
    /// Lines that wait for a digest after this one.
    pub later: usize,
}

/// A digest in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WrittenDigest {
    /// The subject of the mail.
    pub subject: String,
    /// The mail as plain text.
    pub text: String,
    /// The mail as HTML.
    pub html: String,
}

/// Puts digests into words, as they are sent.
pub trait DigestWriter: Send + Sync {
    /// The words of what goes to one recipient; nothing if it says nothing.
    fn write(&self, sendings: Vec<Sending>) -> Option<WrittenDigest>;
}

/// How digests are put into words.
pub type Writer = Arc<dyn DigestWriter>;

impl Watchkeeper {
    /// The next digests of everybody who can be told anything, by address.
    pub fn next_digests(&self, now: Instant) -> Result<Vec<NextDigest>> {
        let desk = self.desk()?;
        let mut waits: BTreeMap<&str, Vec<Place<'_>>> = BTreeMap::new();
        for place in waiting(&desk, Instant::FAR_FUTURE).filter(digested) {
            waits.entry(&place.delivery.to).or_default().push(place);
        }
        let roster = self.settings.roster();
        let known =
            roster.people.keys().chain(&roster.fallback).chain(roster.groups.values().flatten());
        let all: BTreeSet<&str> = known.map(String::as_str).chain(waits.keys().copied()).collect();
        let mut found = Vec::with_capacity(all.len());
        for to in all {
            found.extend(self.digests_of(&desk, to, waits.remove(to).unwrap_or_default(), now)?);
        }
        Ok(found)
    }

    /// The next digests of the one who is named by address or by the name they sign in with; nothing
    /// if they cannot be told anything.
    pub fn next_digest_of(&self, name: &str, now: Instant) -> Result<Vec<NextDigest>> {
        let mut all = self.next_digests(now)?;
        all.retain(|one| one.to == name || one.user.as_deref() == Some(name));
        Ok(all)
    }

    /// The digests of one recipient, one a channel; one that says nothing if no line waits.
    fn digests_of(
        &self,
        desk: &Desk,
        to: &str,
        waits: Vec<Place<'_>>,
        now: Instant,
    ) -> Result<Vec<NextDigest>> {
        let roster = self.settings.roster();
        let person = roster.people.get(to);
        let empty = NextDigest {
            to: to.to_owned(),
            user: person.and_then(|person| person.user.clone()),
            team: person.and_then(|person| person.team.clone()),
            channel: None,
            due: roster.next_digest(to, now),
            sendings: Vec::new(),
            later: 0,
        };
        let mut by_channel: BTreeMap<&str, Vec<Place<'_>>> = BTreeMap::new();
        for place in waits {
            by_channel.entry(&place.tracked.alert.channel).or_default().push(place);
        }
        if by_channel.is_empty() {
            return Ok(vec![empty]);
        }
        let mut found = Vec::new();
        for (channel, places) in by_channel {
            let due = places.iter().map(|place| place.delivery.due).min().unwrap_or(empty.due);
            let due = due.max(now);
            let goes = |place: &Place<'_>| {
                digested(place) && place.delivery.to == to && place.tracked.alert.channel == channel
            };
            let mut next: Vec<Place<'_>> = waiting(desk, due).filter(goes).collect();
            next.sort_by_key(Place::order);
            let sendings: Result<Vec<Sending>> =
                next.iter().map(|place| self.sending(place, now)).collect();
            let sendings = sendings?;
            let later = places.len().saturating_sub(sendings.len());
            let channel = Some(channel.to_owned());
            found.push(NextDigest { channel, due, sendings, later, ..empty.clone() });
        }
        Ok(found)
    }
}

fn digested(place: &Place<'_>) -> bool {
    place.delivery.route == Route::Digest
}
