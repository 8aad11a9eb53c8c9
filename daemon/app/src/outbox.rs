//! What is to be sent now: the contract with the channels.
//!
//! A channel takes a few [`Sending`]s under a lease, sends each, and says what became of it. The
//! lease is kept in memory alone: after a crash the same sendings are given out again, under the
//! same id, so every alert is sent at least once, and a channel or its recipient can tell a retry by
//! the id. What was sent is a fact; nothing is sent that a person has acknowledged, snoozed or
//! silenced, whose case was closed, or that a later round has overtaken. What a channel gave up is a
//! [`DeadLetter`], which people see and can have tried again.

use std::collections::BTreeMap;

use engine::alerts::{Desk, Round, Tracked};
use jiff::SignedDuration;
use model::{
    Actor, Fact, Instant,
    alert::{Delivery, Route},
    id::{AlertId, SendingId, short_hash},
};

use crate::{
    AppError, Result,
    alerts::AlertRecord,
    watchkeeper::{Watchkeeper, not_found},
};

/// Something that is to be sent to one recipient.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sending {
    /// Its idempotency key: the same for every try.
    pub id: SendingId,
    /// The channel's name.
    pub channel: String,
    /// The recipient's address.
    pub to: String,
    /// As a notice of its own or as a line of a digest.
    pub route: Route,
    /// How often it had been told before.
    pub round: u32,
    /// How often this one was tried before.
    pub tries: u32,
    /// When it was due.
    pub due: Instant,
    /// The alert.
    pub alert: AlertRecord,
    /// Alerts that go with it.
    pub along: Vec<AlertRecord>,
}

/// Something that was given up: nobody is told unless it is tried again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeadLetter {
    /// Its idempotency key, under which it is asked for again.
    pub id: SendingId,
    /// The channel's name.
    pub channel: String,
    /// The recipient's address.
    pub to: String,
    /// How often it had been told before.
    pub round: u32,
    /// How often it was tried.
    pub tries: u32,
    /// When it was given up.
    pub at: Instant,
    /// What the channel said last.
    pub error: String,
    /// Whether it can still be sent: nobody has seen to the alert, and it has not ended.
    pub open: bool,
    /// The alert.
    pub alert: AlertRecord,
}

/// Which sendings somebody works on, and until when.
#[derive(Debug, Default)]
pub struct Leased(BTreeMap<SendingId, Instant>);

/// What identifies a sending: the alert, the round and the recipient.
pub(crate) struct Place<'a> {
    pub(crate) tracked: &'a Tracked,
    round: u32,
    pub(crate) delivery: &'a Delivery,
}

impl Place<'_> {
    fn id(&self) -> SendingId {
        let alert = self.tracked.alert.id;
        let round = self.round.to_be_bytes();
        SendingId(short_hash(&[b"sending", &alert.0, &round, self.delivery.to.as_bytes()]))
    }

    /// The longest due goes first.
    pub(crate) fn order(&self) -> (Instant, AlertId, u32) {
        (self.delivery.due, self.tracked.alert.id, self.round)
    }

    fn tries(&self) -> impl DoubleEndedIterator<Item = &engine::alerts::Sent> {
        let mine =
            |sent: &&engine::alerts::Sent| sent.round == self.round && sent.to == self.delivery.to;
        self.tracked.sent.iter().filter(mine)
    }

    /// How often it was tried, since somebody asked for it again if they did.
    fn tried(&self) -> u32 {
        let tries: Vec<_> = self.tries().collect();
        let given_up = tries.iter().rposition(|sent| sent.failed && sent.retry.is_none());
        // What follows a given-up try is the wish to try again, and then the tries.
        let since = given_up.map_or(tries.len(), |at| tries.len().saturating_sub(at + 2));
        u32::try_from(since).unwrap_or(u32::MAX)
    }

    /// Whether it is still to be sent at `now`: due, not sent, not given up, not waiting for a retry.
    fn waits(&self, now: Instant) -> bool {
        let ready = match self.tries().next_back() {
            None => true,
            Some(last) => last.failed && last.retry.is_some_and(|retry| retry <= now),
        };
        self.delivery.due <= now && ready
    }
}

/// The deliveries that may be sent at `now`: of each alert the latest round of each recipient.
pub(crate) fn waiting(desk: &Desk, now: Instant) -> impl Iterator<Item = Place<'_>> {
    let rests = move |tracked: &Tracked| {
        tracked.snoozed.is_some_and(|until| now < until)
            || desk.silenced(&tracked.alert, now).is_some()
    };
    desk.maybe_open().filter(move |tracked| !rests(tracked)).flat_map(move |tracked| {
        let rounds: Vec<(u32, &Round)> = (0_u32..).zip(&tracked.rounds).collect();
        let mut reached: Vec<&str> = Vec::new();
        let mut places = Vec::new();
        for (round, told) in rounds.into_iter().rev() {
            for delivery in told.deliveries.iter().filter(|delivery| delivery.due <= now) {
                if !reached.contains(&delivery.to.as_str()) {
                    reached.push(&delivery.to);
                    places.push(Place { tracked, round, delivery });
                }
            }
        }
        places.into_iter().filter(move |place| place.waits(now))
    })
}

/// Every delivery of an alert that is told.
fn places(tracked: &Tracked) -> impl Iterator<Item = Place<'_>> {
    (0_u32..).zip(&tracked.rounds).flat_map(move |(round, told)| {
        told.deliveries.iter().map(move |delivery| Place { tracked, round, delivery })
    })
}

/// The alert, the round and the recipient of a sending that went out by itself; whether or not the
/// journal says that it did, since a crash may have come in between.
pub(crate) fn find(desk: &Desk, id: SendingId) -> Option<(AlertId, u32, String)> {
    let place = desk.alerts().flat_map(|tracked| places(tracked)).find(|place| place.id() == id)?;
    Some((place.tracked.alert.id, place.round, place.delivery.to.clone()))
}

/// What was given up.
fn dead(desk: &Desk) -> impl Iterator<Item = Place<'_>> {
    let given_up = |place: &Place<'_>| {
        place.tries().next_back().is_some_and(|last| last.failed && last.retry.is_none())
    };
    desk.alerts().flat_map(|tracked| places(tracked)).filter(given_up)
}

impl Watchkeeper {
    /// Gives out at most `limit` sendings that are due on channels that are `wanted`, the longest due
    /// first; nobody else gets them before `lease` has passed, unless they were reported failed
    /// before.
    pub fn lease_sendings(
        &self,
        wanted: &dyn Fn(&str) -> bool,
        limit: usize,
        lease: SignedDuration,
        now: Instant,
    ) -> Result<Vec<Sending>> {
        let mut leases = self.leases.lock();
        // Looked at under the lock: what was just sent has no lease any more, and must show as sent.
        let desk = self.desk()?;
        leases.0.retain(|_, until| *until > now);
        let mut places: Vec<Place<'_>> = waiting(&desk, now)
            .filter(|place| wanted(&place.tracked.alert.channel))
            .filter(|place| !leases.0.contains_key(&place.id()))
            .collect();
        places.sort_by_key(Place::order);
        places.truncate(limit);
        let mut sendings = Vec::with_capacity(places.len());
        for place in &places {
            sendings.push(self.sending(place, now)?);
            leases.0.insert(place.id(), now.plus(lease));
        }
        Ok(sendings)
    }

    /// Gives sendings back that were not tried.
    pub fn release_sendings(&self, ids: &[SendingId]) {
        let mut leases = self.leases.lock();
        for id in ids {
            leases.0.remove(id);
        }
    }

    /// What goes out for a delivery.
    pub(crate) fn sending(&self, place: &Place<'_>, now: Instant) -> Result<Sending> {
        let along: Result<Vec<_>> =
            place.tracked.carries.iter().map(|carried| self.alert(*carried, now)).collect();
        Ok(Sending {
            id: place.id(),
            channel: place.tracked.alert.channel.clone(),
            to: place.delivery.to.clone(),
            route: place.delivery.route,
            round: place.round,
            tries: place.tried(),
            due: place.delivery.due,
            alert: self.alert(place.tracked.alert.id, now)?,
            along: along?,
        })
    }

    /// A sending went out; `receipt` is what the channel gave as proof. Saying so twice changes
    /// nothing.
    pub fn sending_done(
        &self,
        alert: AlertId,
        round: u32,
        to: &str,
        receipt: String,
        now: Instant,
    ) -> Result<()> {
        let id = self.check_sending(alert, round, to)?;
        let desk = self.desk()?;
        let sent = |t: &Tracked| {
            t.sent.iter().any(|sent| sent.round == round && sent.to == to && !sent.failed)
        };
        if !desk.alert(&alert).is_some_and(|tracked| sent(tracked)) {
            let fact = Fact::AlertSent { alert, round, to: to.to_owned(), receipt };
            self.act_on_alerts(fact, Actor::System, now)?;
        }
        self.leases.lock().0.remove(&id);
        Ok(())
    }

    /// A sending failed; it is given out again from `retry` on, or never if it is given up.
    pub fn sending_failed(
        &self,
        alert: AlertId,
        round: u32,
        to: &str,
        error: String,
        retry: Option<Instant>,
        now: Instant,
    ) -> Result<()> {
        let id = self.check_sending(alert, round, to)?;
        let fact = Fact::AlertSendFailed { alert, round, to: to.to_owned(), error, retry };
        self.act_on_alerts(fact, Actor::System, now)?;
        self.leases.lock().0.remove(&id);
        Ok(())
    }

    /// What was given up, the latest first.
    pub fn dead_letters(&self, now: Instant) -> Result<Vec<DeadLetter>> {
        let desk = self.desk()?;
        let mut all = Vec::new();
        for place in dead(&desk) {
            let Some(last) = place.tries().next_back() else { continue };
            all.push(DeadLetter {
                id: place.id(),
                channel: place.tracked.alert.channel.clone(),
                to: place.delivery.to.clone(),
                round: place.round,
                tries: u32::try_from(place.tries().count()).unwrap_or(u32::MAX),
                at: last.at,
                error: last.said.clone(),
                open: place.tracked.is_open(now) || place.delivery.route == Route::Digest,
                alert: self.alert(place.tracked.alert.id, now)?,
            });
        }
        all.sort_by_key(|letter| (std::cmp::Reverse(letter.at), letter.id));
        Ok(all)
    }

    /// Lets something that was given up be tried again, now.
    pub fn replay_sending(&self, id: SendingId, actor: Actor, now: Instant) -> Result<()> {
        let desk = self.desk()?;
        let place = dead(&desk).find(|place| place.id() == id);
        let place = place.ok_or_else(|| not_found(format!("dead letter {id}")))?;
        let (alert, round) = (place.tracked.alert.id, place.round);
        if place.tracked.acknowledged.is_some() || place.tracked.ended.is_some() {
            let what = format!("alert {alert} is over: nobody needs to be told any more");
            return Err(AppError::Conflict { what });
        }
        let fact = Fact::AlertReplayed { alert, round, to: place.delivery.to.clone() };
        self.act_on_alerts(fact, actor, now)
    }

    /// How many sendings are due and not sent, and how many were given up, by channel.
    pub fn outbox_counts(&self, now: Instant) -> Result<BTreeMap<String, (u64, u64)>> {
        let desk = self.desk()?;
        let mut counts: BTreeMap<String, (u64, u64)> = BTreeMap::new();
        for tracked in desk.maybe_open() {
            for place in places(tracked) {
                let count = counts.entry(tracked.alert.channel.clone()).or_default();
                match place.tries().next_back() {
                    Some(last) if last.failed && last.retry.is_none() => count.1 += 1,
                    Some(last) if !last.failed => {}
                    _ if place.delivery.due <= now => count.0 += 1,
                    _ => {}
                }
            }
        }
        Ok(counts)
    }

    fn check_sending(&self, alert: AlertId, round: u32, to: &str) -> Result<SendingId> {
        let desk = self.desk()?;
        let missing = || not_found(format!("round {round} of alert {alert} to {to}"));
        let tracked = desk.alert(&alert).ok_or_else(missing)?;
        let told = tracked.rounds.get(round as usize).ok_or_else(missing)?;
        let delivery = told.deliveries.iter().find(|d| d.to == to).ok_or_else(missing)?;
        Ok(Place { tracked, round, delivery }.id())
    }
}
