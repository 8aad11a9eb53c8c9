//! Who is told of a handoff (F80): whoever is to take the case, at once; and whoever handed it over,
//! with those who are told by default, once nobody has taken it in time.
//!
//! Both are alerts as those of policies are: they keep hours, can be silenced and acknowledged, are
//! repeated less and less often, and end when somebody takes the case.

use std::collections::BTreeSet;

use engine::alerts::{CaseNow, Cases as _, Wish};
use model::{
    Alert, AlertId, CaseId, Instant,
    alert::{Audience, Pacing, Urgency},
};
use store::Snapshot;

use crate::{
    Result,
    alerts::Shown,
    library::Rows,
    record::CaseRow,
    tables::{CARD, HandoffRow, case_key},
    watchkeeper::Watchkeeper,
};

/// The policy that tells whoever is to take a case.
pub const OFFERED: &str = "handoff_offered";
/// The policy that tells that nobody has taken it.
pub const WAITING: &str = "handoff_waiting";

/// When an alert that nobody acknowledges is repeated, in minutes: after 4 h, daily, then weekly.
const REPEATS: [u32; 3] = [4 * 60, 24 * 60, 7 * 24 * 60];
/// The most characters of a note that an alert repeats.
const MOST: usize = 300;

/// When and by which way it is told that a case was handed over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HandoffRules {
    /// Working minutes of the case's team within which it is to be taken.
    pub minutes: u32,
    /// The channel's name.
    pub channel: String,
}

impl Default for HandoffRules {
    fn default() -> Self {
        Self { minutes: 4 * 60, channel: "mail".to_owned() }
    }
}

impl Watchkeeper {
    /// Queues the alerts about handoffs that are due at `now`, and ends those of handoffs that do not
    /// wait any more.
    pub fn watch_handoffs(&self, now: Instant) -> Result<()> {
        let waiting = self.handed_over()?;
        let keys: BTreeSet<String> = waiting.iter().map(|(_, row)| key(row)).collect();
        for policy in [OFFERED, WAITING] {
            self.end_alerts(policy, |alert| keys.contains(&alert.key), now)?;
        }
        if waiting.is_empty() {
            return Ok(());
        }
        let known: BTreeSet<(String, String)> = {
            let desk = self.desk()?;
            let alerts = desk.alerts().map(|tracked| &tracked.alert);
            let ours = alerts.filter(|alert| [OFFERED, WAITING].contains(&alert.policy.as_str()));
            ours.map(|alert| (alert.policy.clone(), alert.key.clone())).collect()
        };
        let mut wishes = Vec::new();
        let snapshot = self.ports.views.snapshot()?;
        for (case, row) in &waiting {
            let mut due = self.due_alerts(&*snapshot, *case, row, now)?;
            due.retain(|alert| !known.contains(&(alert.policy.clone(), alert.key.clone())));
            wishes.extend(due.into_iter().map(|alert| Wish::Own(Box::new(alert))));
        }
        drop(snapshot);
        self.wish(wishes, now)
    }

    /// When those are told who wait for an offer to be accepted.
    pub(crate) fn reminds_at(&self, row: &HandoffRow, team: Option<&str>) -> Instant {
        let calendar = self.settings.hours().calendar_for(None, team);
        calendar.plus_working(row.at, self.settings.handoffs.minutes)
    }

    /// What is to be told of an offer by `now`; nothing about a case that is closed.
    fn due_alerts(
        &self,
        rows: &dyn Snapshot,
        case: CaseId,
        row: &HandoffRow,
        now: Instant,
    ) -> Result<Vec<Alert>> {
        let card: Option<CaseRow> = rows.row(CARD, &case_key(case))?;
        let stands = Shown(rows).case(case).filter(|case| !case.closed);
        let (Some(card), Some(stands)) = (card, stands) else { return Ok(Vec::new()) };
        let about = About { case, card: &card, stands: &stands, row };
        let channel = &self.settings.handoffs.channel;
        let mut due = vec![about.offered(channel)];
        let at = self.reminds_at(row, stands.team.as_deref());
        if at <= now {
            let roster = self.settings.roster();
            let by_default = &roster.fallback;
            due.push(about.waiting(channel, by_default, at));
        }
        Ok(due)
    }
}

/// An offer, and the case that it is about.
struct About<'a> {
    case: CaseId,
    card: &'a CaseRow,
    stands: &'a CaseNow,
    row: &'a HandoffRow,
}

impl About<'_> {
    fn offered(&self, channel: &str) -> Alert {
        let HandoffRow { to, by, note, at, .. } = self.row;
        let note: String = note.chars().take(MOST).collect();
        let said = if note.is_empty() { String::new() } else { format!(": {note}") };
        let says = format!("{by} hands this case over to {to}{said}");
        self.alert(OFFERED, Audience::Person(to.clone()), channel, *at, says)
    }

    fn waiting(&self, channel: &str, by_default: &[String], at: Instant) -> Alert {
        let HandoffRow { to, by, .. } = self.row;
        let mut names = vec![by.clone()];
        names.extend(by_default.iter().cloned());
        let says = format!("{to} has not taken this case over, which {by} handed over.");
        let alert = self.alert(WAITING, Audience::People(names), channel, at, says);
        Alert { pacing: Pacing { repeats: REPEATS.to_vec(), ..Pacing::default() }, ..alert }
    }

    fn alert(
        &self,
        policy: &str,
        audience: Audience,
        channel: &str,
        at: Instant,
        says: String,
    ) -> Alert {
        let key = key(self.row);
        Alert {
            id: AlertId::derive(Some(self.case), policy, &key, &audience, at),
            case: Some(self.case),
            account: self.card.account.id.as_deref().map(model::AccountId::new),
            policy: policy.to_owned(),
            at,
            // What the rules tell of the case is no reason to say this later.
            group: format!("{policy} {key}"),
            key,
            audience,
            channel: channel.to_owned(),
            urgency: Urgency::Notice,
            says,
            level: self.card.level.clone(),
            rank: self.card.rank,
            top: false,
            owner: self.stands.owner.clone(),
            team: self.stands.team.clone(),
            pacing: Pacing::default(),
        }
    }
}

/// What makes two alerts about an offer the same.
fn key(row: &HandoffRow) -> String {
    format!("offer {}", row.offer.0)
}
