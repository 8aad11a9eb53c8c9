//! A mailbox on a server, compared with what was seen of it: what it shows no more, and how far it is
//! known.

use std::collections::{BTreeMap, BTreeSet};

use model::{
    Actor, EvidenceId, Fact, Instant, ItemKey, Ledger, Seq, SourceId,
    fact::{Compared, NewFact, Sighting},
};
use store::Snapshot;

use crate::{
    Result,
    capture::refusal_key,
    library::Rows,
    overlay::read_all,
    source::SourceInfo,
    tables::{EVIDENCE, EvidenceRow, PLACE, SOURCE, SourceRow, place_key},
    watchkeeper::Watchkeeper,
};

/// So many facts are recorded at once.
const AT_ONCE: usize = 1_000;

/// A place in a folder of a server.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Spot {
    /// The folder.
    pub folder: String,
    /// The place in it: what its UIDs mean, a dot, the UID.
    pub place: String,
}

impl Watchkeeper {
    /// Records that a mailbox was compared with the journal from end to end.
    pub fn finish_pass(
        &self,
        info: &SourceInfo,
        started: Instant,
        folders: Vec<(String, Ledger)>,
        compared: Vec<Compared>,
        now: Instant,
    ) -> Result<()> {
        self.introduce(info, now)?;
        let (source, complete) = (info.id.clone(), true);
        let finished = Fact::RunFinished { source, started, folders, complete, compared };
        self.append(Actor::Source(info.id.clone()), finished, now)?;
        self.project_all(now)
    }

    /// When a mailbox was compared with the journal last, and what was found then, by folder.
    pub fn last_compared(
        &self,
        source: &SourceId,
    ) -> Result<BTreeMap<String, (Instant, Compared)>> {
        let snapshot = self.ports.views.snapshot()?;
        let row = snapshot.row::<SourceRow>(SOURCE, source.as_str().as_bytes())?;
        let folders = row.map(|row| row.folders).unwrap_or_default();
        let found = folders.into_iter().filter_map(|folder| {
            let compared = folder.compared?;
            let at = compared.at;
            Some((folder.folder.clone(), (at, compared.of_folder(&folder.folder))))
        });
        Ok(found.collect())
    }

    /// How many of `items` the ledger does not account for: neither kept, nor passed over with a
    /// reason.
    pub fn unaccounted(&self, items: &[ItemKey]) -> Result<u64> {
        let refused: Vec<ItemKey> = items.iter().map(refusal_key).collect();
        let known = self.ports.journal.known(items)?;
        let refused = self.ports.journal.known(&refused)?;
        Ok(known.into_iter().zip(refused).filter(|(known, refused)| !(*known || *refused)).count()
            as u64)
    }

    /// The places of a folder where mail was seen and that `shown` does not name.
    pub fn places_left(
        &self,
        source: &SourceId,
        folder: &str,
        shown: &dyn Fn(&str) -> bool,
    ) -> Result<Vec<Spot>> {
        let prefix = place_key(source, folder, "");
        let snapshot = self.ports.views.snapshot()?;
        let mut left = Vec::new();
        read_all::<Seq>(&*snapshot, PLACE, &prefix, |key, _| {
            let Some(place) = key.strip_prefix(&prefix[..]) else { return false };
            let place = String::from_utf8_lossy(place);
            if !shown(&place) {
                left.push(Spot { folder: folder.to_owned(), place: place.into_owned() });
            }
            true
        })?;
        Ok(left)
    }

    /// Notes of places where mail was seen that it is there no more, and in which other folder it is
    /// now, if it is in one. What was kept stays. Gives how many messages the mailbox shows nowhere
    /// any more.
    pub fn mail_left(
        &self,
        info: &SourceInfo,
        left: &BTreeSet<Spot>,
        now: Instant,
    ) -> Result<BTreeMap<String, u64>> {
        let mut gone: BTreeMap<String, u64> = BTreeMap::new();
        let snapshot = self.ports.views.snapshot()?;
        let mut facts = Vec::new();
        for spot in left {
            let key = place_key(&info.id, &spot.folder, &spot.place);
            let Some(seq) = snapshot.row::<Seq>(PLACE, &key)? else { continue };
            let Some((evidence, sighting)) = self.seen_by(seq)? else { continue };
            let moved_to = self.elsewhere(&*snapshot, evidence, &sighting, left)?;
            if moved_to.is_none() {
                *gone.entry(spot.folder.clone()).or_default() += 1;
            }
            let fact = Fact::Vanished { sighting, evidence: Some(evidence), moved_to };
            let actor = Actor::Source(info.id.clone());
            facts.push(NewFact { at: now, recorded: now, actor, fact });
        }
        drop(snapshot);
        for some in facts.chunks(AT_ONCE) {
            self.ports.journal.append(some)?;
        }
        if !facts.is_empty() {
            self.project_all(now)?;
        }
        Ok(gone)
    }

    /// What a capture saw, and where.
    fn seen_by(&self, capture: Seq) -> Result<Option<(EvidenceId, Sighting)>> {
        let entry = self.ports.journal.read(capture, 1)?.into_iter().next();
        Ok(match entry.map(|entry| entry.fact) {
            Some(Fact::Captured { evidence, sighting, .. }) => Some((evidence, sighting)),
            _ => None,
        })
    }

    /// The folder of the same source where the very bytes are still shown: another one, or the same
    /// under a number of another meaning.
    fn elsewhere(
        &self,
        rows: &dyn Snapshot,
        evidence: EvidenceId,
        was: &Sighting,
        left: &BTreeSet<Spot>,
    ) -> Result<Option<String>> {
        let kept = rows.row::<EvidenceRow>(EVIDENCE, &evidence.0)?;
        for capture in kept.map(|kept| kept.captures).unwrap_or_default() {
            let Some((_, other)) = self.seen_by(capture)? else { continue };
            let renumbered = meaning(&other.place) != meaning(&was.place);
            if other.source != was.source || (other.folder == was.folder && !renumbered) {
                continue;
            }
            let spot = Spot { folder: other.folder, place: other.place };
            let key = place_key(&was.source, &spot.folder, &spot.place);
            if !left.contains(&spot) && rows.row::<Seq>(PLACE, &key)? == Some(capture) {
                return Ok(Some(spot.folder));
            }
        }
        Ok(None)
    }
}

/// What the number in a place means.
fn meaning(place: &str) -> &str {
    place.split_once('.').map_or(place, |(meaning, _)| meaning)
}
