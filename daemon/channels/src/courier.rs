//! The courier: takes what is due, has it delivered, records what became of it.

use std::{
    collections::BTreeMap,
    future::Future,
    sync::{Arc, Weak},
    time::Duration,
};

use app::{
    Watchkeeper,
    outbox::Sending,
    outside::{ChannelRecord, Health},
    seal::{AcknowledgeLink, Seal},
};
use egress::Egress;
use jiff::SignedDuration;
use model::{CaseId, Instant, id::SendingId};
use tokio::{
    sync::{Mutex, Notify, Semaphore},
    task::JoinSet,
};

use crate::{Backoff, Channel, Failure, Parcel, backoff::pause};

/// How often the outbox is looked at, beside every time that alerts change.
const LOOK: Duration = Duration::from_secs(1);
/// Sendings that are on their way at the same time.
const AT_ONCE: usize = 64;
/// Parcels that one channel takes at the same time.
const PER_CHANNEL: usize = 4;
/// For how long nobody else gets a sending: longer than any delivery takes.
const LEASE: SignedDuration = SignedDuration::from_mins(10);
/// How late in its lease a delivery may still begin.
const BEGIN: SignedDuration = SignedDuration::from_mins(5);

/// What letters say of the house that they come from.
#[derive(Debug, Clone)]
pub struct House {
    /// The address of the page, without a slash at its end.
    pub url: String,
    /// By what our own mail and links are known again.
    pub seal: Seal,
}

impl House {
    pub(crate) fn case_url(&self, case: CaseId) -> String {
        format!("{}/cases/{case}", self.url)
    }

    pub(crate) fn acknowledge_url(&self, link: &AcknowledgeLink) -> String {
        format!("{}/acknowledge/{}", self.url, self.seal.acknowledge_token(link))
    }
}

/// Takes alerts from the outbox to their channels.
pub struct Courier {
    shared: Arc<Shared>,
    wake: Arc<Notify>,
}

struct Shared {
    app: Arc<Watchkeeper>,
    egress: Egress,
    house: House,
    backoff: Backoff,
    channels: BTreeMap<String, Line>,
}

/// A channel with how it is doing.
struct Line {
    channel: Channel,
    turns: Semaphore,
    state: Mutex<Standing>,
}

#[derive(Debug, Clone, Copy, Default)]
struct Standing {
    /// Failures in a row.
    failed: u32,
    /// Until when nothing is tried.
    rests_until: Option<Instant>,
    sent_at: Option<Instant>,
}

impl Courier {
    /// A courier for these channels.
    pub fn new(
        app: Arc<Watchkeeper>,
        egress: Egress,
        house: House,
        channels: Vec<Channel>,
        backoff: Backoff,
    ) -> Self {
        let line = |channel: Channel| {
            egress.allow(channel.host(), &format!("channel {}", channel.name));
            if let Some(tokens) = channel.tokens() {
                let purpose = format!("tokens of channel {}", channel.name);
                egress.allow(&tokens.endpoint.host, &purpose);
            }
            let state = Mutex::new(Standing::default());
            (channel.name.clone(), Line { channel, turns: Semaphore::new(PER_CHANNEL), state })
        };
        let channels: BTreeMap<String, Line> = channels.into_iter().map(line).collect();
        for line in channels.values() {
            egress.book().set_channel(line.record(Standing::default(), Health::Unused, None));
        }
        let wake = Arc::new(Notify::new());
        // Weak, so that a courier that has stopped costs nothing.
        let woken: Weak<Notify> = Arc::downgrade(&wake);
        app.subscribe(Box::new(move |event| {
            if event.kind == "alerts"
                && let Some(wake) = woken.upgrade()
            {
                wake.notify_one();
            }
        }));
        let shared = Arc::new(Shared { app, egress, house, backoff, channels });
        Self { shared, wake }
    }

    /// Delivers until `stop` ends; what is on its way then is finished.
    pub async fn run(self, stop: impl Future<Output = ()>) {
        let mut stop = std::pin::pin!(stop);
        let mut under_way: JoinSet<usize> = JoinSet::new();
        let mut count = 0;
        loop {
            while let Some(done) = under_way.try_join_next() {
                count -= done.unwrap_or(0).min(count);
            }
            if under_way.is_empty() {
                count = 0;
            }
            for (parcel, until) in self.take(AT_ONCE.saturating_sub(count)).await {
                count += parcel.sendings.len();
                let shared = self.shared.clone();
                under_way.spawn(async move {
                    let sendings = parcel.sendings.len();
                    shared.carry(parcel, until).await;
                    sendings
                });
            }
            tokio::select! {
                () = &mut stop => break,
                () = self.wake.notified() => {}
                Some(done) = under_way.join_next() => count -= done.unwrap_or(0).min(count),
                () = tokio::time::sleep(LOOK) => {}
            }
        }
        while under_way.join_next().await.is_some() {}
    }

    /// Takes at most `most` sendings that are due, packed, each with the latest start.
    async fn take(&self, most: usize) -> Vec<(Parcel, Instant)> {
        if most == 0 {
            return Vec::new();
        }
        let now = self.shared.egress.now();
        let mut resting = Vec::new();
        for (name, line) in &self.shared.channels {
            if line.state.lock().await.rests_until.is_some_and(|until| now < until) {
                resting.push(name.clone());
            }
        }
        let shared = self.shared.clone();
        let leased = tokio::task::spawn_blocking(move || {
            let wanted = |channel: &str| !resting.iter().any(|name| name == channel);
            shared.app.lease_sendings(&wanted, most, LEASE, now)
        });
        let sendings = match leased.await {
            Ok(Ok(sendings)) => sendings,
            Ok(Err(error)) => {
                log::error!(error:%; "the outbox cannot be read; no alert goes out");
                Vec::new()
            }
            Err(error) => {
                log::error!(error:%; "the outbox cannot be read; no alert goes out");
                Vec::new()
            }
        };
        let mut by_channel: BTreeMap<String, Vec<Sending>> = BTreeMap::new();
        for sending in sendings {
            by_channel.entry(sending.channel.clone()).or_default().push(sending);
        }
        let mut parcels = Vec::new();
        for (name, sendings) in by_channel {
            let addressing = self.shared.channels.get(&name).map(|line| line.channel.addressing());
            let addressing = addressing.unwrap_or(crate::parcel::Addressing::Each);
            parcels.extend(Parcel::pack(sendings, addressing));
        }
        parcels.into_iter().map(|parcel| (parcel, now.plus(BEGIN))).collect()
    }
}

impl Shared {
    /// Delivers a parcel, unless its turn comes after `until` or while its channel rests.
    async fn carry(self: Arc<Self>, parcel: Parcel, until: Instant) {
        let Some(name) = parcel.sendings.first().map(|sending| sending.channel.clone()) else {
            return;
        };
        let Some(line) = self.channels.get(&name) else {
            let said = format!(
                "there is no channel \"{name}\": add a [[channel]] of this name to the configuration"
            );
            let failure = Failure::Later { said, after: None };
            return self.note(parcel, Err(failure), None).await;
        };
        let Ok(_turn) = line.turns.acquire().await else { return };
        let now = self.egress.now();
        let rests = line.state.lock().await.rests_until.is_some_and(|until| now < until);
        if rests || now >= until {
            let ids: Vec<SendingId> = parcel.sendings.iter().map(|sending| sending.id).collect();
            return self.app.release_sendings(&ids);
        }
        let outcome = line.channel.deliver(&parcel, &self.house, &self.egress).await;
        let rests_until = self.stand(line, &outcome).await;
        self.note(parcel, outcome, rests_until).await;
    }

    /// Notes how a channel is doing. Gives until when it rests, if it is down.
    async fn stand(&self, line: &Line, outcome: &Result<String, Failure>) -> Option<Instant> {
        let now = self.egress.now();
        let mut state = line.state.lock().await;
        let (health, error) = match outcome {
            Err(Failure::Down { said }) => {
                // Of those that were under way together, one failure counts.
                if state.rests_until.is_none_or(|until| until <= now) {
                    state.failed = state.failed.saturating_add(1);
                    state.rests_until = Some(now.plus(pause(state.failed)));
                    if state.failed == 1 {
                        log::error!(channel = line.channel.name.as_str(), said = said.as_str();
                            "a channel does not work; alerts wait for it");
                    }
                }
                (Health::Failing, Some(said.clone()))
            }
            other => {
                if state.failed > 0 {
                    log::info!(channel = line.channel.name.as_str(); "the channel works again");
                }
                (state.failed, state.rests_until) = (0, None);
                if other.is_ok() {
                    state.sent_at = Some(now);
                }
                (Health::Working, other.as_ref().err().map(ToString::to_string))
            }
        };
        self.egress.book().set_channel(line.record(*state, health, error));
        state.rests_until
    }

    /// Records what became of a parcel.
    async fn note(
        self: &Arc<Self>,
        parcel: Parcel,
        outcome: Result<String, Failure>,
        rests_until: Option<Instant>,
    ) {
        let shared = self.clone();
        let record = move || shared.record(&parcel, &outcome, rests_until);
        let recorded = tokio::task::spawn_blocking(record);
        match recorded.await {
            Ok(Ok(())) => {}
            // The lease ends by itself: it is sent again under the same key, rather than never.
            Ok(Err(error)) => log::error!(error:%; "a delivery cannot be recorded"),
            Err(error) => log::error!(error:%; "a delivery cannot be recorded"),
        }
    }

    fn record(
        &self,
        parcel: &Parcel,
        outcome: &Result<String, Failure>,
        rests_until: Option<Instant>,
    ) -> app::Result<()> {
        let now = self.egress.now();
        for sending in &parcel.sendings {
            let (alert, round, to) = (sending.alert.id, sending.round, sending.to.as_str());
            let (said, retry) = match outcome {
                Ok(receipt) => {
                    self.app.sending_done(alert, round, to, receipt.clone(), now)?;
                    continue;
                }
                Err(Failure::Never { said }) => (said, None),
                Err(Failure::Later { said, after }) => {
                    let retry = self.backoff.retry(parcel.id, parcel.failed(), now);
                    let least = after.and_then(|after| SignedDuration::try_from(after).ok());
                    let least = least.map(|after| now.plus(after));
                    (said, retry.map(|at| least.map_or(at, |least| at.max(least))))
                }
                Err(Failure::Down { said }) => {
                    let until = rests_until.unwrap_or(now);
                    (said, self.backoff.retry_when_up(sending.due, sending.tries, until, now))
                }
            };
            if retry.is_none() {
                log::error!(alert:% = alert, to, said = said.as_str();
                    "an alert was given up; see the dead letters");
            }
            self.app.sending_failed(alert, round, to, said.clone(), retry, now)?;
        }
        Ok(())
    }
}

impl Line {
    fn record(&self, state: Standing, health: Health, error: Option<String>) -> ChannelRecord {
        ChannelRecord {
            name: self.channel.name.clone(),
            kind: self.channel.kind(),
            host: self.channel.host().name.clone(),
            health,
            sent_at: state.sent_at,
            error,
            retry_at: state.rests_until,
        }
    }
}
