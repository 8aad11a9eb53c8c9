//! What people are to know of the meetings of a calendar, and what of it is new.

use std::collections::{BTreeMap, BTreeSet};

use app::{
    Watchkeeper,
    observe::{Gone, Observation, Says},
    source::SourceInfo,
};
use jiff::SignedDuration;
use mail::calendar::{Calendar, Meeting, Occurrence};
use model::{
    AccountId, Digest, EvidenceId, Instant,
    fact::{EvidenceKind, NoteTarget},
};

use super::WatchedError;

/// A series is told so far back, and so far ahead.
const BACK: SignedDuration = SignedDuration::from_hours(365 * 24);
const AHEAD: SignedDuration = SignedDuration::from_hours(30 * 24);

/// A calendar that is compared with what was told of it.
pub(super) struct Meetings<'a> {
    pub app: &'a Watchkeeper,
    pub info: &'a SourceInfo,
    /// Where the calendar is, from the source.
    pub place: &'a str,
    /// The zone of times that name none.
    pub zone: &'a str,
    /// What meetings are about where nobody's account is known.
    pub about: &'a NoteTarget,
    pub now: Instant,
}

/// A meeting as it was told last.
struct Before {
    evidence: EvidenceId,
    occurrences: BTreeMap<String, Occurrence>,
}

impl Meetings<'_> {
    /// Tells what is new or changed in `calendar`, and what is in it no more. Gives how much that was.
    /// Where something in it is not understood, or all of it is gone at once, nothing is believed to
    /// be called off.
    pub(super) fn tell(&self, calendar: &Calendar) -> Result<usize, WatchedError> {
        let mut new = 0;
        let mut there = BTreeSet::new();
        for meeting in &calendar.meetings {
            let place = self.place_of(&meeting.uid);
            new += self.tell_meeting(meeting, &place)?;
            there.insert(place);
        }
        if there.is_empty() || !calendar.faults.is_empty() {
            return Ok(new);
        }
        for place in self.places()?.into_iter().filter(|place| !there.contains(place)) {
            self.tell_gone(&place)?;
            new += 1;
        }
        Ok(new)
    }

    /// Tells that the whole calendar is there no more. Gives how many meetings it had.
    pub(super) fn tell_all_gone(&self) -> Result<usize, WatchedError> {
        let places = self.places()?;
        places.iter().try_for_each(|place| self.tell_gone(place))?;
        Ok(places.len())
    }

    /// The places of the meetings that are known.
    fn places(&self) -> Result<Vec<String>, WatchedError> {
        let prefix = self.place_of("");
        let places = self.app.places_seen(&self.info.id)?;
        Ok(places.into_keys().filter(|place| place.starts_with(&prefix)).collect())
    }

    fn place_of(&self, uid: &str) -> String {
        format!("{}#{uid}", self.place)
    }

    fn tell_meeting(&self, meeting: &Meeting, place: &str) -> Result<usize, WatchedError> {
        let before = self.before(place)?;
        let mut seen = Vec::new();
        for one in meeting.occurrences.iter().filter(|one| self.is_told(one)) {
            let known = before.as_ref().and_then(|before| before.occurrences.get(&one.key));
            let change = match (&before, known) {
                (Some(before), Some(known)) if known.text() != one.text() => {
                    // What was otherwise in the past is no news.
                    if one.at.max(known.at) <= self.now {
                        continue;
                    }
                    Some((before, known))
                }
                (Some(_), None) if one.at <= self.now => continue,
                _ => None,
            };
            seen.push(self.observation(meeting, one, change, place)?);
        }
        let held: BTreeSet<&str> = meeting.occurrences.iter().map(|one| one.key.as_str()).collect();
        if let Some(before) = &before {
            let dropped = before.occurrences.values().filter(|known| {
                let ahead = known.at > self.now && !known.cancelled && self.is_told(known);
                ahead && !held.contains(known.key.as_str())
            });
            for known in dropped {
                let off = Occurrence { cancelled: true, ..known.clone() };
                seen.push(self.observation(meeting, &off, Some((before, known)), place)?);
            }
        }
        if seen.is_empty() {
            return Ok(0);
        }
        Ok(self.app.observe(self.info, seen, self.now)?)
    }

    /// Whether the time has come to tell of it.
    fn is_told(&self, one: &Occurrence) -> bool {
        one.key.is_empty() || (one.at >= self.now.plus(-BACK) && one.at <= self.now.plus(AHEAD))
    }

    /// What was told of the meeting at `place`.
    fn before(&self, place: &str) -> Result<Option<Before>, WatchedError> {
        let Some(last) = self.app.last_seen(&self.info.id, place)? else { return Ok(None) };
        let calendar = mail::calendar::read(&last.bytes, self.zone).unwrap_or_default();
        let occurrences = calendar.meetings.into_iter().flat_map(|meeting| meeting.occurrences);
        let occurrences = occurrences.map(|one| (one.key.clone(), one)).collect();
        Ok(Some(Before { evidence: last.evidence, occurrences }))
    }

    /// An occurrence as it is to be kept; `change` is what was told of it before, where that was
    /// something else.
    fn observation(
        &self,
        meeting: &Meeting,
        one: &Occurrence,
        change: Option<(&Before, &Occurrence)>,
        place: &str,
    ) -> Result<Observation, WatchedError> {
        let mut text = one.text();
        // What makes it one and the same telling, however often the calendar is read.
        let mut mark = format!("{} {}", one.key, Digest::of(text.as_bytes()));
        if let Some((before, known)) = change {
            mark.push_str(&format!(" {}", before.evidence));
            if known.when != one.when {
                text.push_str(&format!("\n\nMoved; it was to be: {}", known.when));
            } else if !one.cancelled {
                text.push_str("\n\nChanged since it was told of before.");
            }
        }
        let targets = self.targets(one)?;
        // It is told once more when the account of somebody becomes known.
        for target in &targets {
            if let NoteTarget::Account(account) = target {
                mark.push_str(&format!(" {account}"));
            }
        }
        let says = targets.into_iter().map(|about| Says {
            about,
            // What lies ahead is told when it is heard of.
            at: one.at.min(self.now),
            kind: "meeting",
            title: one.title.clone(),
            text: text.clone(),
            before: change.map(|(before, _)| before.evidence),
        });
        Ok(Observation {
            kind: EvidenceKind::Calendar,
            folder: String::new(),
            place: place.to_owned(),
            at: one.at.min(self.now),
            once: Some(mark),
            says: says.collect(),
            bytes: meeting.bytes.clone(),
        })
    }

    /// The accounts of those who take part, and what the calendar is about where there is none.
    fn targets(&self, one: &Occurrence) -> Result<Vec<NoteTarget>, WatchedError> {
        let mut accounts: BTreeSet<AccountId> = BTreeSet::new();
        for person in &one.people {
            accounts.extend(self.app.account_of(&person.address.email)?);
        }
        if accounts.is_empty() {
            return Ok(vec![self.about.clone()]);
        }
        Ok(accounts.into_iter().map(NoteTarget::Account).collect())
    }

    /// Tells that a meeting is in the calendar no more: called off, as far as it was ahead.
    fn tell_gone(&self, place: &str) -> Result<(), WatchedError> {
        let Some(before) = self.before(place)? else { return Ok(()) };
        let ahead = before.occurrences.values().find(|one| one.at > self.now && !one.cancelled);
        let mut says = Vec::new();
        if let Some(one) = ahead {
            let text = format!("{}\n\nIt is in the calendar no more.", one.text());
            let says_to = |about| Says {
                about,
                at: self.now,
                kind: "meeting",
                title: one.title.clone(),
                text: text.clone(),
                before: None,
            };
            says.extend(self.targets(one)?.into_iter().map(says_to));
        }
        let (folder, place, evidence) = (String::new(), place.to_owned(), Some(before.evidence));
        let gone = Gone { folder, place, evidence, says };
        Ok(self.app.vanished(self.info, vec![gone], self.now)?)
    }
}
