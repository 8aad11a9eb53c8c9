//! What sources see that is no mail: watched pages, calendars, documents.
//!
//! The original bytes are evidence like those of a message. What people are to know of them is kept
//! as a note that the source wrote, so that it stands in the timeline of its case or account, is
//! found by a search, and reaches the rules.

use std::{collections::BTreeMap, sync::Arc};

use engine::directory::Directory;
use model::{
    AccountId, Actor, EvidenceId, Fact, Instant, ItemKey, NoteId, SourceId,
    fact::{EvidenceKind, NewFact, NoteTarget, Sighting, Visibility},
};

use crate::{
    Result,
    library::Rows,
    overlay::read_all,
    source::SourceInfo,
    tables::{LATEST, LatestRow, NoteEvidence, Seen, latest_key},
    watchkeeper::Watchkeeper,
};

/// The most bytes of text that are kept of one thing seen.
const LONGEST: usize = 256 << 10;

/// Something that a source saw.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Observation {
    /// What the bytes are.
    pub kind: EvidenceKind,
    /// The folder within the source; empty for its root.
    pub folder: String,
    /// Where it is: a URL, a path.
    pub place: String,
    /// When it was so.
    pub at: Instant,
    /// What makes it the same sighting however often it is seen there; the instant and the bytes
    /// where nothing is said.
    pub once: Option<String>,
    /// The original bytes.
    pub bytes: Vec<u8>,
    /// What people are to know of it.
    pub says: Vec<Says>,
}

/// What people are to know of something that was seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Says {
    /// What it is about.
    pub about: NoteTarget,
    /// When it happened.
    pub at: Instant,
    /// `page`, `meeting` or `document`.
    pub kind: &'static str,
    /// What people call it.
    pub title: String,
    /// What it says.
    pub text: String,
    /// The original bytes as they were before.
    pub before: Option<EvidenceId>,
}

/// What was seen last at a place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LastSeen {
    /// The id of the bytes.
    pub evidence: EvidenceId,
    /// When they were captured.
    pub at: Instant,
    /// The original bytes.
    pub bytes: Arc<[u8]>,
}

/// Something that was seen and is there no more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gone {
    /// The folder within the source; empty for its root.
    pub folder: String,
    /// Where it was.
    pub place: String,
    /// The original bytes as they were last, if they were kept under that place.
    pub evidence: Option<EvidenceId>,
    /// What people are to know of it.
    pub says: Vec<Says>,
}

impl Observation {
    /// The dedup key of this sighting.
    fn item(&self, source: &SourceId, evidence: &EvidenceId) -> ItemKey {
        if let Some(once) = &self.once {
            let parts = [source.as_str(), &self.folder, &self.place, once];
            let parts = parts.map(str::as_bytes);
            return ItemKey(model::id::short_hash(&[
                b"once", parts[0], parts[1], parts[2], parts[3],
            ]));
        }
        let at = self.at.to_string();
        let parts = [
            b"seen",
            source.as_str().as_bytes(),
            self.folder.as_bytes(),
            self.place.as_bytes(),
            at.as_bytes(),
            &evidence.0,
        ];
        ItemKey(model::id::short_hash(&parts))
    }
}

impl Watchkeeper {
    /// What `source` saw last at `place`, and when it was captured.
    pub fn last_seen(&self, source: &SourceId, place: &str) -> Result<Option<LastSeen>> {
        let snapshot = self.ports.views.snapshot()?;
        let Some(row) = snapshot.row::<LatestRow>(LATEST, &latest_key(source, place))? else {
            return Ok(None);
        };
        let bytes = self.ports.evidence.get(&row.evidence)?;
        Ok(bytes.map(|bytes| LastSeen { evidence: row.evidence, at: row.at, bytes }))
    }

    /// The id of what `source` saw last at `place`, if it is still there.
    pub fn seen_at(&self, source: &SourceId, place: &str) -> Result<Option<EvidenceId>> {
        let snapshot = self.ports.views.snapshot()?;
        let row = snapshot.row::<LatestRow>(LATEST, &latest_key(source, place))?;
        Ok(row.map(|row| row.evidence))
    }

    /// The places at which `source` saw something that is still there, as far as it is known: each
    /// with the id of the bytes.
    pub fn places_seen(&self, source: &SourceId) -> Result<BTreeMap<String, EvidenceId>> {
        let prefix = latest_key(source, "");
        let snapshot = self.ports.views.snapshot()?;
        let mut places = BTreeMap::new();
        read_all::<LatestRow>(&*snapshot, LATEST, &prefix, |key, row| {
            let Some(place) = key.strip_prefix(&prefix[..]) else { return false };
            places.insert(String::from_utf8_lossy(place).into_owned(), row.evidence);
            true
        })?;
        Ok(places)
    }

    /// The account of an address, if it is known.
    pub fn account_of(&self, email: &str) -> Result<Option<AccountId>> {
        Ok(self.directory()?.account_of(email).map(|account| account.id.clone()))
    }

    /// Notes that something is there no more. What was kept of it stays.
    pub fn vanished(&self, info: &SourceInfo, gone: Vec<Gone>, now: Instant) -> Result<()> {
        self.introduce(info, now)?;
        let directory = self.directory()?;
        let (mut facts, mut kept) = (Vec::new(), Vec::new());
        for one in gone {
            let sighting = Sighting {
                source: info.id.clone(),
                folder: one.folder,
                place: one.place.clone(),
                flags: String::new(),
                received: None,
                envelope: None,
            };
            let (evidence, moved_to) = (one.evidence, None);
            facts.push(fact(info, now, now, Fact::Vanished { sighting, evidence, moved_to }));
            let Some(evidence) = one.evidence else { continue };
            for mut says in one.says {
                settle_target(&mut says.about, &directory);
                let (bytes, said) = note(info, &one.place, evidence, says, now)?;
                kept.push((EvidenceId::of(&bytes), bytes));
                facts.push(said);
            }
        }
        if facts.is_empty() {
            return Ok(());
        }
        let bytes: Vec<(EvidenceId, &[u8])> =
            kept.iter().map(|(id, bytes)| (*id, bytes.as_slice())).collect();
        self.ports.evidence.put(&bytes)?;
        self.ports.journal.append(&facts)?;
        self.project_all(now)
    }

    /// Keeps what a source saw: the bytes, the facts, and what people are to know. It is durable and
    /// in its cases when this returns. What was kept before is passed over; gives how much was new.
    pub fn observe(
        &self,
        info: &SourceInfo,
        seen: Vec<Observation>,
        now: Instant,
    ) -> Result<usize> {
        self.introduce(info, now)?;
        let ids: Vec<EvidenceId> = seen.iter().map(|one| EvidenceId::of(&one.bytes)).collect();
        let items: Vec<ItemKey> =
            seen.iter().zip(&ids).map(|(one, id)| one.item(&info.id, id)).collect();
        let known = self.ports.journal.known(&items)?;
        let directory = self.directory()?;
        let mut kept: Vec<(EvidenceId, Vec<u8>)> = Vec::new();
        let mut facts = Vec::new();
        let mut count = 0;
        let held = self.ports.evidence.contains(&ids)?;
        let all = seen.into_iter().zip(ids).zip(items).zip(known).zip(held);
        for ((((one, evidence), item), known), held) in all {
            if known {
                continue;
            }
            count += 1;
            let again = held || kept.iter().any(|(id, _)| *id == evidence);
            let place = one.place.clone();
            let size = one.bytes.len() as u64;
            let sighting = Sighting {
                source: info.id.clone(),
                folder: one.folder,
                place: one.place,
                flags: String::new(),
                received: None,
                envelope: None,
            };
            let evidence_kind = one.kind;
            let captured = Fact::Captured { evidence, evidence_kind, size, sighting, item, again };
            facts.push(fact(info, one.at, now, captured));
            kept.push((evidence, one.bytes));
            for mut says in one.says {
                settle_target(&mut says.about, &directory);
                let (bytes, said) = note(info, &place, evidence, says, now)?;
                kept.push((EvidenceId::of(&bytes), bytes));
                facts.push(said);
            }
        }
        if facts.is_empty() {
            return Ok(0);
        }
        let bytes: Vec<(EvidenceId, &[u8])> =
            kept.iter().map(|(id, bytes)| (*id, bytes.as_slice())).collect();
        self.ports.evidence.put(&bytes)?;
        self.ports.journal.append(&facts)?;
        self.project_all(now)?;
        Ok(count)
    }
}

/// The configuration may name an account as people do.
fn settle_target(about: &mut NoteTarget, directory: &Directory) {
    if let NoteTarget::Account(name) = about
        && let Some(account) = directory.find_account(name.as_str())
    {
        *name = account.id.clone();
    }
}

fn fact(info: &SourceInfo, at: Instant, now: Instant, fact: Fact) -> NewFact {
    NewFact { at, recorded: now, actor: Actor::Source(info.id.clone()), fact }
}

/// The note in which a source says what it saw: its evidence, and its fact.
fn note(
    info: &SourceInfo,
    place: &str,
    evidence: EvidenceId,
    says: Says,
    now: Instant,
) -> Result<(Vec<u8>, NewFact)> {
    let author = info.id.to_string();
    let mut text = says.text;
    text.truncate(text.floor_char_boundary(LONGEST));
    let kept = NoteEvidence {
        about: says.about.clone(),
        at: says.at,
        author: author.clone(),
        text,
        visibility: Visibility::Internal,
        seen: Some(Seen {
            kind: says.kind.to_owned(),
            source: info.id.clone(),
            title: says.title,
            place: place.to_owned(),
            evidence,
            before: says.before,
        }),
    };
    let bytes = crate::acts::to_json(&kept)?;
    let id = EvidenceId::of(&bytes);
    let mut short = [0; 16];
    short.copy_from_slice(&id.0[..16]);
    let added = Fact::NoteAdded {
        note: NoteId(short),
        evidence: id,
        about: says.about,
        author,
        visibility: Visibility::Internal,
    };
    Ok((bytes, fact(info, says.at, now, added)))
}
