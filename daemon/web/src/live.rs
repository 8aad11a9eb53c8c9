//! Live events: what changed, as it changes, to everybody who listens.

use std::{collections::VecDeque, sync::Arc, time::Duration};

use app::LiveEvent;
use axum::response::sse::Event;
use model::{CaseId, Seq};
use parking_lot::Mutex;
use tokio::sync::{
    OwnedSemaphorePermit, Semaphore,
    broadcast::{self, error::RecvError},
    mpsc, watch,
};

use crate::{access::Principal, dto::ChangeEvent, service::Shared};

/// Events that are kept for readers who come back.
const KEPT: usize = 4096;
/// Events that a slow reader may lag behind before it is told to read everything again.
const LAG: usize = 1024;
/// Readers at the same time.
const READERS: usize = 512;
/// How often a sign of life is sent where nothing happens.
const HEARTBEAT: Duration = Duration::from_secs(15);
/// How long a browser waits before it comes back.
const RETRY: Duration = Duration::from_secs(3);

/// The events of late, and who listens.
pub(crate) struct Live {
    recent: Mutex<Recent>,
    sender: broadcast::Sender<Arc<ChangeEvent>>,
    readers: Arc<Semaphore>,
    stopping: watch::Receiver<bool>,
}

struct Recent {
    events: VecDeque<Arc<ChangeEvent>>,
    /// Every event of a later sequence is in `events`; nothing while that is not known.
    floor: Option<Seq>,
    last: Seq,
}

/// Where a reader goes on.
struct Resumed {
    at: Seq,
    /// Events since, or nothing if some of them are forgotten.
    missed: Option<Vec<Arc<ChangeEvent>>>,
    receiver: broadcast::Receiver<Arc<ChangeEvent>>,
}

impl Live {
    /// No events yet. Streams end when `stopping` turns true.
    pub(crate) fn new(stopping: watch::Receiver<bool>) -> Self {
        let recent = Recent { events: VecDeque::new(), floor: None, last: Seq::default() };
        Self {
            recent: Mutex::new(recent),
            sender: broadcast::channel(LAG).0,
            readers: Arc::new(Semaphore::new(READERS)),
            stopping,
        }
    }

    /// The record stands at `head`, as read after events began to come.
    pub(crate) fn stands_at(&self, head: Seq) {
        let mut recent = self.recent.lock();
        recent.floor = recent.floor.max(Some(head));
        recent.last = recent.last.max(head);
    }

    /// Whether it is known where the record stands.
    pub(crate) fn stands(&self) -> bool {
        self.recent.lock().floor.is_some()
    }

    /// Tells everybody; never blocks.
    pub(crate) fn publish(&self, event: &LiveEvent) {
        let event = Arc::new(ChangeEvent::from(event));
        let mut recent = self.recent.lock();
        if recent.events.len() == KEPT
            && let Some(forgotten) = recent.events.pop_front()
        {
            recent.floor = recent.floor.max(Some(Seq(forgotten.seq)));
        }
        recent.last = recent.last.max(Seq(event.seq));
        recent.events.push_back(event.clone());
        // in the lock, so that a reader gets each event either as missed or as new; nobody
        // listening is no error
        let _ = self.sender.send(event);
    }

    /// Tells whoever listens now about a case something that the record does not hold: it is not kept,
    /// and who comes back later does not get it.
    pub(crate) fn whisper(&self, kind: &'static str, case: CaseId) {
        let recent = self.recent.lock();
        let event = LiveEvent { seq: recent.last, cases: vec![case], kind };
        let _ = self.sender.send(Arc::new(ChangeEvent::from(&event)));
    }

    fn resume(&self, last_seen: Option<Seq>) -> Resumed {
        let recent = self.recent.lock();
        let receiver = self.sender.subscribe();
        let missed = match last_seen {
            None => Some(Vec::new()),
            Some(seen) if recent.floor.is_none_or(|floor| seen < floor) => None,
            Some(seen) if seen > recent.last => None,
            // several events can bear one sequence, so that of the last one seen is sent again
            Some(seen) => {
                Some(recent.events.iter().filter(|e| Seq(e.seq) >= seen).cloned().collect())
            }
        };
        Resumed { at: recent.last, missed, receiver }
    }

    /// A place among the readers, if there is one.
    pub(crate) fn seat(&self) -> Option<OwnedSemaphorePermit> {
        self.readers.clone().try_acquire_owned().ok()
    }
}

/// Sends events to one reader until it goes away, may no longer read, or the service stops.
pub(crate) async fn feed(
    service: Shared,
    principal: Principal,
    last_seen: Option<Seq>,
    to: mpsc::Sender<Event>,
    _seat: OwnedSemaphorePermit,
) {
    let mut resumed = service.live.resume(last_seen);
    let mut stopping = service.live.stopping.clone();
    let mut opening = vec![named("hello", resumed.at).retry(RETRY)];
    match &resumed.missed {
        Some(missed) => opening.extend(missed.iter().map(|event| change(event))),
        None => opening.push(named("reset", resumed.at)),
    }
    for event in opening {
        if to.send(event).await.is_err() {
            return;
        }
    }
    let mut heartbeat = tokio::time::interval(HEARTBEAT);
    loop {
        let event = tokio::select! {
            received = resumed.receiver.recv() => match received {
                Ok(event) => change(&event),
                Err(RecvError::Lagged(_)) => named("reset", service.live.recent.lock().last),
                Err(RecvError::Closed) => return,
            },
            _ = heartbeat.tick() => {
                if !service.access.still_holds(&principal, service.now()) {
                    return;
                }
                Event::default().comment("")
            }
            _ = stopping.wait_for(|stopping| *stopping) => return,
            () = to.closed() => return,
        };
        if to.send(event).await.is_err() {
            return;
        }
    }
}

fn change(event: &ChangeEvent) -> Event {
    let data = serde_json::to_string(event).unwrap_or_default();
    Event::default().event("change").id(event.seq.to_string()).data(data)
}

fn named(name: &str, at: Seq) -> Event {
    let data = format!("{{\"seq\":{at}}}");
    Event::default().event(name).id(at.to_string()).data(data)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn live() -> (Live, watch::Sender<bool>) {
        let (stop, stopping) = watch::channel(false);
        let live = Live::new(stopping);
        live.stands_at(Seq(10));
        (live, stop)
    }

    fn publish(live: &Live, seq: u64) {
        live.publish(&LiveEvent { seq: Seq(seq), cases: vec![], kind: "cases" });
    }

    fn missed(live: &Live, seen: u64) -> Option<Vec<u64>> {
        let missed = live.resume(Some(Seq(seen))).missed?;
        Some(missed.iter().map(|event| event.seq).collect())
    }

    #[test]
    fn who_comes_back_gets_what_happened_meanwhile() {
        let (live, _stop) = live();
        for seq in [11, 12, 12, 15] {
            publish(&live, seq);
        }
        assert_eq!(missed(&live, 12), Some(vec![12, 12, 15]));
        assert_eq!(missed(&live, 10), Some(vec![11, 12, 12, 15]));
        assert_eq!(live.resume(None).missed.unwrap().len(), 0);
    }

    #[test]
    fn what_is_whispered_is_heard_by_who_listens_and_kept_for_nobody() {
        let (live, _stop) = live();
        publish(&live, 11);
        let mut listening = live.resume(None).receiver;
        live.whisper("viewers", CaseId::from_number(7));
        let heard = listening.try_recv().unwrap();
        assert_eq!((heard.seq, heard.kind.as_str()), (11, "viewers"));
        assert_eq!(missed(&live, 11), Some(vec![11]));
    }

    #[test]
    fn who_comes_back_before_the_service_knows_where_it_stands_reads_again() {
        let (_stop, stopping) = watch::channel(false);
        let live = Live::new(stopping);
        publish(&live, 12);
        assert_eq!(missed(&live, 12), None);
        live.stands_at(Seq(12));
        assert_eq!(missed(&live, 12), Some(vec![12]));
    }

    #[test]
    fn who_was_away_too_long_is_told_to_read_again() {
        let (live, _stop) = live();
        assert_eq!(missed(&live, 9), None);
        assert_eq!(missed(&live, 99), None);
        for seq in 11..11 + KEPT as u64 + 5 {
            publish(&live, seq);
        }
        assert_eq!(missed(&live, 14), None);
        assert_eq!(missed(&live, 15).unwrap().len(), KEPT);
    }
}
