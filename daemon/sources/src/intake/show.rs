//! How the sources of an intake are doing, for people.

use std::{collections::BTreeMap, sync::Arc};

use app::outside::{Health, Outside, WatchRecord};
use egress::Clock;
use parking_lot::Mutex;

use super::Intake;

/// Something worth counting.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Event {
    /// A sender connected.
    Connected,
    /// A sender was turned away: too many connections, or not in a network that may connect.
    TurnedAway,
    /// A message was accepted.
    Accepted,
    /// A recipient is nobody of ours.
    UnknownRecipient,
    /// A message or command was refused for good.
    Refused,
    /// A message was put off: the sender keeps it and comes again.
    PutOff,
    /// A connection broke off in the middle of a message.
    BrokenOff,
}

impl Event {
    fn word(self) -> &'static str {
        match self {
            Self::Connected => "connections",
            Self::TurnedAway => "turned_away",
            Self::Accepted => "accepted",
            Self::UnknownRecipient => "unknown_recipients",
            Self::Refused => "refused",
            Self::PutOff => "put_off",
            Self::BrokenOff => "broken_off",
        }
    }
}

/// The records of the sources of an intake.
pub(super) struct Show {
    book: Arc<Outside>,
    clock: Clock,
    records: Mutex<Vec<WatchRecord>>,
}

impl Show {
    pub fn new(intake: &Intake, book: Arc<Outside>, clock: Clock) -> Self {
        let record = |desk: &super::Desk| WatchRecord {
            source: desk.info.id.clone(),
            kind: intake.protocol.word(),
            host: intake.listen.to_string(),
            health: Health::Starting,
            doing: "not begun".to_owned(),
            taken_at: None,
            heard_at: None,
            error: None,
            retry_at: None,
            counts: BTreeMap::new(),
        };
        let records: Vec<WatchRecord> = intake.desks.iter().map(record).collect();
        for record in &records {
            book.set_watch(record.clone());
        }
        Self { book, clock, records: Mutex::new(records) }
    }

    /// Changes all records.
    pub fn all(&self, change: impl Fn(&mut WatchRecord)) {
        self.some(|_| true, change);
    }

    fn some(&self, which: impl Fn(usize) -> bool, change: impl Fn(&mut WatchRecord)) {
        let mut records = self.records.lock();
        for (_, record) in records.iter_mut().enumerate().filter(|(at, _)| which(*at)) {
            change(record);
            self.book.set_watch(record.clone());
        }
    }

    /// Counts something that concerns all sources.
    pub fn count(&self, event: Event) {
        let now = (self.clock)();
        self.all(|record| {
            *record.counts.entry(event.word().to_owned()).or_default() += 1;
            record.heard_at = Some(now);
        });
    }

    /// Counts something that concerns the source at `desk`.
    pub fn count_at(&self, desk: usize, event: Event) {
        let now = (self.clock)();
        self.some(
            |at| at == desk,
            |record| {
                *record.counts.entry(event.word().to_owned()).or_default() += 1;
                record.heard_at = Some(now);
                if event == Event::Accepted {
                    record.taken_at = Some(now);
                    record.health = Health::Working;
                    record.error = None;
                }
            },
        );
    }

    /// Notes that mail cannot be taken at the moment, with the remedy.
    pub fn failing(&self, error: &str) {
        self.all(|record| {
            record.health = Health::Failing;
            record.error = Some(error.to_owned());
        });
    }
}
