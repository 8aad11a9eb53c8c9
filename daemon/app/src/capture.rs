//! Taking evidence in: raw first, durable before anything reads it.
//!
//! One pass over a source goes batch by batch: ask which offers are new, read and hash those on
//! the pool, keep their bytes as one pack, append their facts in one transaction, acknowledge.
//! Parsing happens afterwards; a stop at any instant leaves a state that the next pass goes on from.

use std::{
    collections::BTreeMap,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use mail::{Limits, Message, ParseContext};
use model::{
    Actor, EvidenceId, Fact, Instant, ItemKey, Ledger, Seq,
    fact::{EvidenceKind, NewFact, Sighting},
};
use rayon::prelude::*;
use store::{Evidence, Journal};

use crate::{
    AppError, Result,
    seal::Seal,
    source::{Estimate, Offer, Refusal, Source, SourceError, SourceInfo},
};

/// How much one batch may hold.
const BATCH_ITEMS: usize = 768;
const BATCH_BYTES: u64 = 8 << 20;
/// What an item of unknown size is taken for.
const USUAL_SIZE: u64 = 8 << 10;

/// Messages that were just captured, by evidence, so that projecting need not read them back: each
/// parsed, or why it cannot be.
pub type Fresh = BTreeMap<EvidenceId, Result<Arc<Message>, String>>;

/// Bytes that were captured for the first time.
#[derive(Debug, Clone)]
pub struct Captured {
    evidence: EvidenceId,
    bytes: Arc<[u8]>,
    context: ParseContext,
}

/// Parses, on the pool, what was captured.
pub fn parse(captured: Vec<Captured>, limits: &Limits) -> Fresh {
    captured
        .into_par_iter()
        .map(|new| {
            let parsed = mail::parse(&new.bytes, &new.context, limits);
            (new.evidence, parsed.map(Arc::new).map_err(|error| error.to_string()))
        })
        .collect()
}

/// The ledger word for places that an earlier pass captured.
pub const ALREADY: &str = "already_captured";

/// Refusals that another pass may overcome: a file became readable, a limit was raised.
const PASSING: &[&str] = &["vanished", "unreadable", "too_large"];

/// The dedup key under which a passing refusal is remembered, so that the place itself is tried
/// again at the next pass while the refusal is recorded once.
pub(crate) fn refusal_key(item: &ItemKey) -> ItemKey {
    ItemKey(model::id::short_hash(&[b"refused", &item.0]))
}

/// Where a pass stands; given to the caller after every batch.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Progress {
    /// Items seen so far.
    pub items: u64,
    /// Items in all, if the source knows.
    pub items_total: Option<u64>,
    /// Bytes read so far.
    pub bytes: u64,
    /// Bytes in all, if the source knows.
    pub bytes_total: Option<u64>,
    /// What became of the items.
    pub ledger: Ledger,
}

/// Takes what a batch captured: its last fact, the bytes that are new, the progress.
pub type Done<'d> = dyn FnMut(Seq, Vec<Captured>, &Progress) -> Result<()> + 'd;

/// What a capture needs.
pub struct Capture<'a> {
    /// Where the bytes go.
    pub evidence: &'a dyn Evidence,
    /// Where the facts go.
    pub journal: &'a dyn Journal,
    /// The clock.
    pub now: &'a (dyn Fn() -> Instant + Sync),
    /// The largest message that is kept, in bytes.
    pub max_size: u64,
    /// Set to stop after the batch at hand.
    pub stop: &'a AtomicBool,
    /// By which our own mail is known again: it is not taken in.
    pub seal: Option<&'a Seal>,
}

/// One offer, read.
struct Read {
    sighting: Sighting,
    item: ItemKey,
    outcome: Result<(EvidenceId, Arc<[u8]>), Refusal>,
}

impl Capture<'_> {
    /// Captures all of `source`. After every batch `done` gets the last sequence appended, the
    /// bytes that are new, and the progress.
    pub fn run(&self, source: &mut dyn Source, done: &mut Done<'_>) -> Result<Progress> {
        let info = source.info().clone();
        let estimate = source.estimate()?;
        let mut progress = Progress {
            items_total: estimate.items,
            bytes_total: estimate.bytes,
            ..Progress::default()
        };
        let started = (self.now)();
        let mut folders: BTreeMap<String, Ledger> = BTreeMap::new();
        loop {
            if self.stop.load(Ordering::Relaxed) {
                return Err(AppError::Stopped);
            }
            let offers = gather(source)?;
            if offers.is_empty() {
                break;
            }
            let (seq, captured) = self.batch(source, offers, &mut folders, &mut progress)?;
            done(seq, captured, &progress)?;
        }
        let finished = Fact::RunFinished {
            source: info.id.clone(),
            started,
            folders: folders.into_iter().collect(),
            complete: true,
            compared: Vec::new(),
        };
        let now = (self.now)();
        let actor = Actor::Source(info.id);
        let fact = NewFact { at: now, recorded: now, actor, fact: finished };
        let range = self.journal.append(&[fact])?;
        done(Seq(range.end - 1), Vec::new(), &progress)?;
        Ok(progress)
    }

    /// Captures `offers` of a source that is watched. Gives the last fact, the bytes that are new, and
    /// what became of the offers.
    pub(crate) fn once(
        &self,
        info: &SourceInfo,
        offers: Vec<Offer>,
    ) -> Result<(Seq, Vec<Captured>, Ledger)> {
        let mut progress = Progress::default();
        let mut source = Watched(info);
        let (seq, new) = self.batch(&mut source, offers, &mut BTreeMap::new(), &mut progress)?;
        Ok((seq, new, progress.ledger))
    }

    fn batch(
        &self,
        source: &mut dyn Source,
        offers: Vec<Offer>,
        folders: &mut BTreeMap<String, Ledger>,
        progress: &mut Progress,
    ) -> Result<(Seq, Vec<Captured>)> {
        let items: Vec<ItemKey> = offers.iter().map(|offer| offer.item).collect();
        let known = self.journal.known(&items)?;
        let actor = Actor::Source(source.info().id.clone());
        let mut news = Vec::with_capacity(offers.len());
        for (offer, known) in offers.into_iter().zip(known) {
            let folder = folders.entry(offer.sighting.folder.clone()).or_default();
            for ledger in [folder, &mut progress.ledger] {
                ledger.seen += 1;
                if known {
                    *ledger.skipped.entry(ALREADY.to_owned()).or_default() += 1;
                }
            }
            progress.items += 1;
            if known {
                progress.bytes += offer.size.unwrap_or(0);
            } else {
                news.push(offer);
            }
        }
        let read: Vec<Read> =
            news.into_par_iter().map(|offer| read(offer, self.max_size, self.seal)).collect();
        let kept: Vec<(EvidenceId, &[u8])> = read
            .iter()
            .filter_map(|r| r.outcome.as_ref().ok().map(|(id, bytes)| (*id, &**bytes)))
            .collect();
        let mut new = self.evidence.put(&kept)?.into_iter();
        let refused: Vec<ItemKey> = read.iter().map(|r| refusal_key(&r.item)).collect();
        let refused_before = if read.iter().any(|r| r.outcome.is_err()) {
            self.journal.known(&refused)?
        } else {
            vec![false; refused.len()]
        };
        let mut facts = Vec::with_capacity(read.len());
        let mut captured = Vec::new();
        let now = (self.now)();
        for (item, refused_before) in read.into_iter().zip(refused_before) {
            let folder = folders.entry(item.sighting.folder.clone()).or_default();
            let fact = match item.outcome {
                Ok((evidence, bytes)) => {
                    let again = !new.next().unwrap_or(true);
                    let size = bytes.len() as u64;
                    progress.bytes += size;
                    for ledger in [folder, &mut progress.ledger] {
                        if again {
                            ledger.duplicate += 1;
                        } else {
                            ledger.stored += 1;
                            ledger.bytes += size;
                        }
                    }
                    if !again {
                        let received = item.sighting.received;
                        let journal = item.sighting.unwraps_reports();
                        let context = ParseContext { received, journal, captured: now };
                        captured.push(Captured { evidence, bytes, context });
                    }
                    Fact::Captured {
                        evidence,
                        evidence_kind: EvidenceKind::Message,
                        size,
                        sighting: item.sighting,
                        item: item.item,
                        again,
                    }
                }
                Err(refusal) => {
                    for ledger in [folder, &mut progress.ledger] {
                        *ledger.skipped.entry(refusal.reason.to_owned()).or_default() += 1;
                    }
                    let passing = PASSING.contains(&refusal.reason);
                    if passing && refused_before {
                        continue;
                    }
                    let key = if passing { refusal_key(&item.item) } else { item.item };
                    Fact::Skipped {
                        sighting: item.sighting,
                        item: key,
                        reason: refusal.reason.to_owned(),
                        detail: refusal.detail,
                    }
                }
            };
            facts.push(NewFact { at: now, recorded: now, actor: actor.clone(), fact });
        }
        let end = if facts.is_empty() {
            self.journal.head()?.seq
        } else {
            Seq(self.journal.append(&facts)?.end - 1)
        };
        for item in &items {
            source.ack(item)?;
        }
        Ok((end, captured))
    }
}

/// The next batch of offers.
fn gather(source: &mut dyn Source) -> Result<Vec<Offer>> {
    let mut offers = Vec::new();
    let mut bytes = 0;
    while offers.len() < BATCH_ITEMS && bytes < BATCH_BYTES {
        let Some(offer) = source.next()? else { break };
        bytes += offer.size.unwrap_or(USUAL_SIZE);
        offers.push(offer);
    }
    Ok(offers)
}

/// A source whose offers come from elsewhere: it is asked for nothing.
struct Watched<'a>(&'a SourceInfo);

impl Source for Watched<'_> {
    fn info(&self) -> &SourceInfo {
        self.0
    }

    fn estimate(&mut self) -> Result<Estimate, SourceError> {
        Ok(Estimate::default())
    }

    fn next(&mut self) -> Result<Option<Offer>, SourceError> {
        Ok(None)
    }

    fn ack(&mut self, _: &ItemKey) -> Result<(), SourceError> {
        Ok(())
    }
}

fn read(offer: Offer, max_size: u64, seal: Option<&Seal>) -> Read {
    let outcome = (offer.read)(max_size).and_then(|bytes| {
        if bytes.is_empty() {
            let detail = "the item holds no bytes".to_owned();
            return Err(Refusal { reason: "empty", detail });
        }
        if seal.is_some_and(|seal| seal.own_mail(&bytes).is_some()) {
            let detail = "an alert that this installation sent".to_owned();
            return Err(Refusal { reason: "own_notice", detail });
        }
        Ok((EvidenceId::of(&bytes), Arc::from(bytes)))
    });
    Read { sighting: offer.sighting, item: offer.item, outcome }
}
