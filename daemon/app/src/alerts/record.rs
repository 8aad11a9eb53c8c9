//! What readers get of alerts and silences.

use engine::alerts::{Desk, Kept, Told, Tracked};
use model::{
    CaseId, Instant, LevelName,
    alert::{Held, Renewal, Route, SilenceScope, Urgency},
    id::{AlertId, SilenceId},
};
use serde::{Deserialize, Serialize};

use super::own;
use crate::rules::Bench;

/// An alert with why it was told or not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AlertRecord {
    /// The alert.
    pub id: AlertId,
    /// The case; nothing for what is about no case.
    pub case: Option<CaseId>,
    /// The title of the case.
    pub title: Option<String>,
    /// The account, as queues show it.
    pub account: Option<String>,
    /// The policy.
    pub policy: String,
    /// Its title.
    pub policy_title: String,
    /// Whom it tells and when.
    pub help: String,
    /// What the alert says, in words of the rule.
    pub says: String,
    /// When it became true.
    pub at: Instant,
    /// When it was decided about.
    pub decided: Instant,
    /// The rule set whose policy it was.
    pub rules: Option<String>,
    /// Who was meant, such as `owner` or `team support`.
    pub audience: String,
    /// The channel.
    pub channel: String,
    /// `page`, `notice` or `digest`.
    pub urgency: String,
    /// The level of the case then.
    pub level: LevelName,
    /// How it stands, such as `held`.
    pub state: String,
    /// Why, as a stable word such as `outside_hours`.
    pub code: String,
    /// Why, as a sentence.
    pub reason: String,
    /// To whom it went or goes, the first round first.
    pub deliveries: Vec<DeliveryRecord>,
    /// Alerts that go with it.
    pub carries: Vec<AlertId>,
    /// Who saw to it.
    pub acknowledged: Option<AcknowledgedRecord>,
    /// Until when it rests.
    pub snoozed_until: Option<Instant>,
}

/// What goes or went to one recipient.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeliveryRecord {
    /// The recipient.
    pub to: String,
    /// When it is or was due.
    pub due: Instant,
    /// `notice` or `digest`.
    pub route: String,
    /// Why it is later or by another way than asked for, if so.
    pub held: Option<String>,
    /// Which time of telling, from 0.
    pub round: u32,
    /// Why it is told once more: `repeat`, `chain` or `snooze_ended`; nothing the first time.
    pub because: Option<String>,
    /// When it was sent.
    pub sent_at: Option<Instant>,
    /// What went wrong last, if it was not sent.
    pub error: Option<String>,
}

/// Who saw to an alert.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AcknowledgedRecord {
    /// Who.
    pub by: String,
    /// When.
    pub at: Instant,
    /// What they said.
    pub note: String,
}

/// A silence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SilenceRecord {
    /// The silence.
    pub id: SilenceId,
    /// What it is about.
    pub scope: SilenceScope,
    /// The same for people.
    pub about: String,
    /// Since when.
    pub at: Instant,
    /// When it ends by itself.
    pub until: Instant,
    /// Who.
    pub by: String,
    /// Why.
    pub reason: String,
    /// Whether it holds.
    pub active: bool,
    /// When it ended.
    pub ended_at: Option<Instant>,
    /// How many alerts it held back.
    pub held_back: u64,
}

/// The record of an alert without what the views know of its case.
pub(super) fn record(desk: &Desk, tracked: &Tracked, rules: &Bench, now: Instant) -> AlertRecord {
    let alert = &tracked.alert;
    let of_team = rules.of(alert.team.as_deref()).describe_policy(&alert.policy);
    let described = of_team.or_else(|| rules.describe_policy(&alert.policy));
    let (title, help) = match (described, own::describe(&alert.policy)) {
        (Some(described), _) => (described.title, described.help),
        (None, Some((title, help))) => (title.to_owned(), help.to_owned()),
        (None, None) => (in_words(&alert.policy), String::new()),
    };
    let told = desk.told(&alert.id, now);
    let (state, code, reason) = match told {
        Some(Told { state, code, reason }) => (state.word().to_owned(), code.to_owned(), reason),
        None => Default::default(),
    };
    let acknowledged = |seen: &engine::alerts::Acknowledged| AcknowledgedRecord {
        by: seen.by.clone(),
        at: seen.at,
        note: seen.note.clone(),
    };
    AlertRecord {
        id: alert.id,
        case: alert.case,
        title: None,
        account: alert.account.as_ref().map(ToString::to_string),
        policy: alert.policy.clone(),
        policy_title: title,
        help,
        says: alert.says.clone(),
        at: alert.at,
        decided: tracked.decided,
        rules: tracked.rules.as_ref().map(ToString::to_string),
        audience: alert.audience.to_string(),
        channel: alert.channel.clone(),
        urgency: urgency(alert.urgency).to_owned(),
        level: alert.level.clone(),
        state,
        code,
        reason,
        deliveries: deliveries(tracked),
        carries: tracked.carries.clone(),
        acknowledged: tracked.acknowledged.as_ref().map(acknowledged),
        snoozed_until: tracked.snoozed,
    }
}

fn deliveries(tracked: &Tracked) -> Vec<DeliveryRecord> {
    let mut all = Vec::new();
    for (number, round) in (0_u32..).zip(&tracked.rounds) {
        for delivery in &round.deliveries {
            let mut tries = tracked.sent.iter().rev();
            let last = tries.find(|sent| sent.round == number && sent.to == delivery.to);
            all.push(DeliveryRecord {
                to: delivery.to.clone(),
                due: delivery.due,
                route: route(delivery.route).to_owned(),
                held: delivery.held.map(|held| word_of_held(held).to_owned()),
                round: number,
                because: round.reason.map(|reason| renewal(reason).to_owned()),
                sent_at: last.filter(|sent| !sent.failed).map(|sent| sent.at),
                error: last.filter(|sent| sent.failed).map(|sent| sent.said.clone()),
            });
        }
    }
    all
}

/// The record of a silence.
pub(super) fn silence(desk: &Desk, kept: &Kept, now: Instant) -> SilenceRecord {
    use engine::alerts::Fate;
    use model::alert::Suppression;
    let silence = &kept.silence;
    let mine = Fate::Suppressed(Suppression::Silenced(silence.id));
    SilenceRecord {
        id: silence.id,
        scope: silence.scope.clone(),
        about: silence.scope.to_string(),
        at: kept.at,
        until: silence.until,
        by: kept.by.clone(),
        reason: silence.reason.clone(),
        active: kept.holds(now),
        ended_at: kept.lifted.map(|(at, _)| at),
        held_back: desk.alerts().filter(|tracked| tracked.fate == mine).count() as u64,
    }
}

/// The title of a policy that nobody describes.
fn in_words(name: &str) -> String {
    let mut words = name.replace('_', " ");
    if let Some(first) = words.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    words
}

/// An urgency as the API writes it.
pub(crate) fn urgency(urgency: Urgency) -> &'static str {
    match urgency {
        Urgency::Page => "page",
        Urgency::Notice => "notice",
        Urgency::Digest => "digest",
    }
}

fn route(route: Route) -> &'static str {
    match route {
        Route::Notice => "notice",
        Route::Digest => "digest",
    }
}

fn word_of_held(held: Held) -> &'static str {
    match held {
        Held::Wait => "wait",
        Held::Hours => "outside_hours",
        Held::Window => "window",
        Held::Budget => "over_budget",
        Held::Digest => "digest",
    }
}

fn renewal(renewal: Renewal) -> &'static str {
    match renewal {
        Renewal::Repeat => "repeat",
        Renewal::Chain(_) => "chain",
        Renewal::SnoozeEnded => "snooze_ended",
    }
}
