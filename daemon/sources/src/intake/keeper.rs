//! Keeps what arrives: messages of all connections that come at the same time share one commit, and
//! are answered for before they are put into their cases.

use std::{
    collections::BTreeMap,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use app::{
    AppError, Kept, Watchkeeper,
    source::{Offer, SourceInfo},
};
use egress::Clock;
use model::{
    EvidenceId, ItemKey,
    fact::{Envelope, Received, Sighting},
};
use tokio::{
    sync::{mpsc, oneshot},
    task::JoinHandle,
    time::{Instant, sleep_until},
};

use super::budget::Share;
use crate::refusal::refuse;

/// Messages that share a commit.
const GROUP: usize = 256;
/// Groups that may wait to be put into their cases before the next one is kept.
const WAITING: usize = 512;
/// While mail keeps coming, what came in so long a time is put into its cases at once.
const GATHER: Duration = Duration::from_millis(50);

/// A message that arrived for one source.
pub(super) struct Letter {
    /// The source.
    pub info: Arc<SourceInfo>,
    /// For whom.
    pub envelope: Envelope,
    /// The message.
    pub bytes: Arc<Vec<u8>>,
    /// What it takes up of the room for messages on their way.
    pub share: Arc<Share>,
    /// Who waits to hear what became of it.
    pub answer: oneshot::Sender<Verdict>,
}

/// What became of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    /// It is durable, or a fact says durably why it is not kept.
    Kept(EvidenceId),
    /// There is no room on the disk.
    NoRoom,
    /// It could not be kept.
    Failed,
}

/// Keeps letters, one group after the other.
pub struct Keeper {
    letters: mpsc::Sender<Letter>,
    work: [JoinHandle<()>; 2],
}

/// The way to the keeper.
#[derive(Clone)]
pub(super) struct Slot(mpsc::Sender<Letter>);

impl Slot {
    /// Hands a letter over; it is answered for when it is durable.
    pub async fn hand_in(&self, letter: Letter) {
        // A keeper that has ended answers nobody: the sender hears that it failed.
        let _ = self.0.send(letter).await;
    }
}

/// A group that is durable and not yet in its cases.
struct Group {
    kept: Vec<Kept>,
    /// Given back when the messages are in their cases.
    _shares: Vec<Arc<Share>>,
}

impl Keeper {
    /// Starts keeping.
    pub fn start(app: Arc<Watchkeeper>, clock: Clock) -> Self {
        let (letters, arriving) = mpsc::channel(GROUP);
        let (groups, waiting) = mpsc::channel(WAITING);
        let keeping = tokio::spawn(keep(app.clone(), clock.clone(), arriving, groups));
        let settling = tokio::spawn(settle(app, clock, waiting));
        Self { letters, work: [keeping, settling] }
    }

    pub(super) fn slot(&self) -> Slot {
        Slot(self.letters.clone())
    }

    /// Ends when everybody who may hand something in has ended, and all is in its cases.
    pub async fn finished(self) {
        drop(self.letters);
        for work in self.work {
            // A panic has been shown already.
            let _ = work.await;
        }
    }
}

/// Keeps groups of letters and answers for them.
async fn keep(
    app: Arc<Watchkeeper>,
    clock: Clock,
    mut arriving: mpsc::Receiver<Letter>,
    groups: mpsc::Sender<Group>,
) {
    let count = Arc::new(AtomicU64::new(0));
    let mut letters = Vec::with_capacity(GROUP);
    while arriving.recv_many(&mut letters, GROUP).await > 0 {
        let group = std::mem::replace(&mut letters, Vec::with_capacity(GROUP));
        let (app, clock, count) = (app.clone(), clock.clone(), count.clone());
        let work = tokio::task::spawn_blocking(move || keep_group(&app, &clock, &count, group));
        let Ok(group) = work.await else { continue };
        if groups.send(group).await.is_err() {
            return;
        }
    }
}

fn keep_group(app: &Watchkeeper, clock: &Clock, count: &AtomicU64, letters: Vec<Letter>) -> Group {
    let shares = letters.iter().map(|letter| letter.share.clone()).collect();
    let mut by_source: BTreeMap<String, Vec<Letter>> = BTreeMap::new();
    for letter in letters {
        by_source.entry(letter.info.id.to_string()).or_default().push(letter);
    }
    let mut kept = Vec::new();
    for letters in by_source.into_values() {
        let Some(info) = letters.first().map(|letter| letter.info.clone()) else { continue };
        let mut waiting = Vec::with_capacity(letters.len());
        let mut offers = Vec::with_capacity(letters.len());
        for letter in letters {
            let id = EvidenceId::of(&letter.bytes);
            let nth = count.fetch_add(1, Ordering::Relaxed);
            offers.push(offer(&info, letter.envelope, letter.bytes, id, nth, clock));
            waiting.push((letter.answer, id));
        }
        let outcome = app.keep(&info, offers, &|| clock());
        let failed = outcome.as_ref().err().map(|error| {
            log::error!(source:% = info.id, error:%; "mail that arrived cannot be kept");
            verdict(error)
        });
        for (answer, id) in waiting {
            // A sender who has gone will send it again.
            let _ = answer.send(failed.unwrap_or(Verdict::Kept(id)));
        }
        kept.extend(outcome.ok());
    }
    Group { kept, _shares: shares }
}

fn verdict(error: &AppError) -> Verdict {
    if error.is_out_of_room() { Verdict::NoRoom } else { Verdict::Failed }
}

fn offer(
    info: &SourceInfo,
    envelope: Envelope,
    bytes: Arc<Vec<u8>>,
    id: EvidenceId,
    nth: u64,
    clock: &Clock,
) -> Offer {
    let at = clock();
    let folder = envelope.to.first().cloned().unwrap_or_default();
    // With the bytes' own name in it, so that a clock that was set back makes no two places one.
    let name = id.to_string();
    let place = format!("{}-{}-{nth}", at.millis(), name.get(..12).unwrap_or(&name));
    let item = ItemKey::of(&info.id, &folder, &place);
    let sighting = Sighting {
        source: info.id.clone(),
        folder,
        place,
        flags: String::new(),
        received: Some(Received { at, trusted: true }),
        envelope: Some(envelope),
    };
    let size = Some(bytes.len() as u64);
    let read = Box::new(move |most: u64| {
        if bytes.len() as u64 > most {
            let detail = format!("it has {} bytes; `message_size` allows {most}", bytes.len());
            return Err(refuse("too_large", detail));
        }
        Ok(Arc::unwrap_or_clone(bytes))
    });
    Offer { sighting, item, size, read }
}

/// Puts what was kept into its cases, as many groups at once as have come meanwhile.
async fn settle(app: Arc<Watchkeeper>, clock: Clock, mut waiting: mpsc::Receiver<Group>) {
    // A message that comes alone waits for nothing.
    let mut next = Instant::now();
    while let Some(first) = waiting.recv().await {
        sleep_until(next).await;
        let mut all = vec![first];
        while let Ok(more) = waiting.try_recv() {
            all.push(more);
        }
        let rests = waiting.is_empty();
        let (app, clock) = (app.clone(), clock.clone());
        let work = tokio::task::spawn_blocking(move || {
            let kept: Vec<Kept> = all.into_iter().flat_map(|group| group.kept).collect();
            app.settle(kept, clock())?;
            // Nothing more comes at once: what waits for more is assessed.
            if rests { app.assess_waiting(clock()) } else { Ok(()) }
        });
        let done = work.await;
        next = Instant::now() + GATHER;
        let failed = match done {
            Ok(Ok(())) => continue,
            Ok(Err(error)) => error.to_string(),
            Err(error) => error.to_string(),
        };
        // The facts are durable: whoever projects next takes them along.
        log::error!(error = failed.as_str(); "mail that was kept is not in its cases yet");
    }
}
