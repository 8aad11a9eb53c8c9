//! How an alert stands, in a word and in a sentence.

use model::{
    Instant,
    alert::{Ending, Held, Suppression},
    id::AlertId,
};

use super::desk::{Desk, Fate, Tracked};

/// How an alert stands at an instant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AlertState {
    /// It is to be told, later.
    Held,
    /// It is due and has not been told to everybody.
    Queued,
    /// Everybody was told; nobody has acknowledged it.
    Sent,
    /// It goes with another one.
    Grouped,
    /// It is told to nobody.
    Suppressed,
    /// Somebody saw to it.
    Acknowledged,
    /// It rests until an instant.
    Snoozed,
    /// It no longer holds.
    Settled,
    /// It got graver and is told anew.
    Superseded,
    /// Its case was closed.
    Closed,
    /// Nobody acknowledged it.
    Expired,
}

impl AlertState {
    /// All of them.
    pub const ALL: [Self; 11] = [
        Self::Held,
        Self::Queued,
        Self::Sent,
        Self::Grouped,
        Self::Suppressed,
        Self::Acknowledged,
        Self::Snoozed,
        Self::Settled,
        Self::Superseded,
        Self::Closed,
        Self::Expired,
    ];

    /// The state as the API and the command line write it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Held => "held",
            Self::Queued => "queued",
            Self::Sent => "sent",
            Self::Grouped => "grouped",
            Self::Suppressed => "suppressed",
            Self::Acknowledged => "acknowledged",
            Self::Snoozed => "snoozed",
            Self::Settled => "settled",
            Self::Superseded => "superseded",
            Self::Closed => "closed",
            Self::Expired => "expired",
        }
    }

    /// The state that is written so.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.word() == word)
    }
}

/// How an alert stands, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// The state.
    pub state: AlertState,
    /// The reason, as a stable word such as `outside_hours`.
    pub code: &'static str,
    /// The reason, as a sentence.
    pub reason: String,
}

impl Desk {
    /// How the alert `id` stands at `now`.
    pub fn told(&self, id: &AlertId, now: Instant) -> Option<Told> {
        let tracked = self.alert(id)?;
        Some(match &tracked.fate {
            Fate::Suppressed(reason) => {
                let (code, reason) = self.suppressed(reason);
                Told { state: AlertState::Suppressed, code, reason }
            }
            Fate::Grouped(into) => self.grouped(into, now),
            Fate::Queued => queued(tracked, now),
        })
    }

    fn suppressed(&self, reason: &Suppression) -> (&'static str, String) {
        match reason {
            Suppression::Duplicate(of) => (
                "duplicate",
                format!("{} says the same and is not acknowledged yet", self.named(of)),
            ),
            Suppression::Flapping(of) => {
                ("flapping", format!("{} said the same a short time ago", self.named(of)))
            }
            Suppression::Silenced(silence) => {
                let kept = self.silence(silence);
                let by = kept.map_or_else(String::new, |kept| {
                    format!(" by {} until {}: {}", kept.by, kept.silence.until, kept.silence.reason)
                });
                ("silenced", format!("silenced{by}"))
            }
            Suppression::NoRecipient => {
                ("no_recipient", "nobody is configured whom it could be told".to_owned())
            }
            Suppression::RulesChanged => {
                ("rules_changed", "another rule set found it in what was known before".to_owned())
            }
        }
    }

    /// Another alert in words: people know it by what it says.
    fn named(&self, other: &AlertId) -> String {
        self.alert(other).map_or_else(
            || "an alert that is no longer kept".to_owned(),
            |other| format!("the alert \"{}\" of {}", other.alert.says, other.alert.at),
        )
    }

    fn grouped(&self, into: &AlertId, now: Instant) -> Told {
        let head = self.alert(into).and_then(|head| head.acknowledged.as_ref());
        match (head, self.told(into, now)) {
            (Some(_), Some(told)) => told,
            _ => Told {
                state: AlertState::Grouped,
                code: "grouped",
                reason: format!("it goes with {}, in one notice", self.named(into)),
            },
        }
    }
}

fn queued(tracked: &Tracked, now: Instant) -> Told {
    let told = |state, code, reason: String| Told { state, code, reason };
    if let Some(by) = &tracked.acknowledged {
        let said = if by.note.is_empty() { String::new() } else { format!(": {}", by.note) };
        let reason = format!("{} saw to it at {}{said}", by.by, by.at);
        return told(AlertState::Acknowledged, "acknowledged", reason);
    }
    if let Some((ending, at)) = tracked.ended {
        let (state, code, why) = match ending {
            Ending::Settled => (AlertState::Settled, "settled", "it no longer holds"),
            Ending::Superseded => {
                (AlertState::Superseded, "superseded", "it got graver and is told anew")
            }
            Ending::CaseClosed => (AlertState::Closed, "case_closed", "a person closed the case"),
            Ending::Expired => (AlertState::Expired, "expired", "nobody saw to it for four weeks"),
        };
        return told(state, code, format!("{why}, since {at}"));
    }
    if let Some(until) = tracked.snoozed {
        return told(AlertState::Snoozed, "snoozed", format!("it rests until {until}"));
    }
    let Some((number, round)) = tracked.rounds.iter().enumerate().next_back() else {
        return told(AlertState::Queued, "due", "it is due".to_owned());
    };
    let sent = |to: &str| {
        tracked.sent.iter().any(|s| s.round as usize == number && s.to == to && !s.failed)
    };
    if !round.deliveries.is_empty() && round.deliveries.iter().all(|d| sent(&d.to)) {
        return told(AlertState::Sent, "sent", "everybody was told".to_owned());
    }
    let later = round.deliveries.iter().filter(|d| d.due > now).max_by_key(|d| d.due);
    match later {
        Some(delivery) if round.deliveries.iter().all(|d| d.due > now) => {
            let (code, why) = held(delivery.held);
            told(AlertState::Held, code, format!("{why}: due {}", delivery.due))
        }
        _ => told(AlertState::Queued, "due", format!("due since {}", round.due())),
    }
}

fn held(held: Option<Held>) -> (&'static str, &'static str) {
    match held {
        Some(Held::Wait) => ("wait", "the policy waits whether it settles"),
        Some(Held::Hours) => ("outside_hours", "the recipient does not work now"),
        Some(Held::Window) => ("window", "a notice about the case has just gone out"),
        Some(Held::Budget) => ("over_budget", "the day's share is used up, so it is in the digest"),
        Some(Held::Digest) => ("digest", "the policy asked for the digest"),
        None => ("due", "it is due"),
    }
}
