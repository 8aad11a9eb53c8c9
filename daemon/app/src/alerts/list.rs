//! The feed of alerts: what was told, what was not, and why.

use std::{cmp::Reverse, collections::BTreeMap, sync::Arc};

use engine::alerts::{AlertState, Desk, Fate, Tracked};
use model::{CaseId, Instant, alert::Suppression, id::AlertId};
use store::Snapshot;

use super::{
    AlertRecord, SilenceRecord, named_alert,
    record::{record, silence},
    tally,
};
use crate::{
    Result,
    acts::invalid,
    library::Rows,
    query::PageRequest,
    record::{CaseRow, Page, TimelineItem, TimelineKind},
    tables::{CARD, CASE, CaseState, case_key},
    watchkeeper::{Watchkeeper, not_found},
};

/// Which alerts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AlertFilter {
    /// Only those that stand so, such as `held`; `open` for all that wait for somebody.
    pub state: Option<String>,
    /// Only those of this case, or of cases merged into it.
    pub case: Option<CaseId>,
    /// Only those that go to this address.
    pub to: Option<String>,
    /// Only those of this policy.
    pub policy: Option<String>,
    /// Only what was decided since.
    pub since: Option<Instant>,
}

impl Watchkeeper {
    /// A page of alerts, the latest first.
    pub fn alerts(
        &self,
        filter: &AlertFilter,
        page: &PageRequest,
        now: Instant,
    ) -> Result<Page<AlertRecord>> {
        let desk = self.desk()?;
        let snapshot = self.ports.views.snapshot()?;
        let wanted = self.wanted(&desk, &*snapshot, filter, now)?;
        let rules = self.bench();
        page.cut(&wanted, |tracked| {
            let mut shown = record(&desk, tracked, &rules, now);
            name_case(&*snapshot, &mut shown)?;
            Ok(Some(shown))
        })
    }

    /// One alert.
    pub fn alert(&self, id: AlertId, now: Instant) -> Result<AlertRecord> {
        let desk = self.desk()?;
        let tracked = desk.alert(&id).ok_or_else(|| not_found(named_alert(id)))?;
        let mut shown = record(&desk, tracked, &self.bench(), now);
        name_case(&*self.ports.views.snapshot()?, &mut shown)?;
        Ok(shown)
    }

    /// How many alerts stand how, by the word of the state.
    pub fn alert_counts(&self, now: Instant) -> Result<BTreeMap<String, u64>> {
        let desk = self.desk()?;
        let told = desk.alerts().filter_map(|tracked| desk.told(&tracked.alert.id, now));
        Ok(tally(told.map(|told| told.state.word())))
    }

    /// Silences, those that hold first, the latest first.
    pub fn silences(&self, now: Instant) -> Result<Vec<SilenceRecord>> {
        let desk = self.desk()?;
        let mut all: Vec<_> = desk.silences().map(|kept| silence(&desk, kept, now)).collect();
        all.sort_by_key(|silence| (!silence.active, Reverse(silence.at), silence.id));
        Ok(all)
    }

    fn wanted(
        &self,
        desk: &Desk,
        rows: &dyn Snapshot,
        filter: &AlertFilter,
        now: Instant,
    ) -> Result<Vec<Arc<Tracked>>> {
        let state = filter.state.as_deref().map(StateFilter::read).transpose()?;
        let family = filter.case.map(|case| family(rows, case)).transpose()?;
        let holds = |tracked: &&Arc<Tracked>| {
            let alert = &tracked.alert;
            let to = |wanted: &String| {
                let mut all = tracked.rounds.iter().flat_map(|round| &round.deliveries);
                all.any(|delivery| delivery.to.eq_ignore_ascii_case(wanted))
            };
            filter.policy.as_ref().is_none_or(|policy| alert.policy == *policy)
                && filter.since.is_none_or(|since| tracked.decided >= since)
                && filter.to.as_ref().is_none_or(to)
                && family.as_ref().is_none_or(|f| alert.case.is_some_and(|c| f.contains(&c)))
                && state.as_ref().is_none_or(|state| state.takes(desk, tracked, now))
        };
        let mut wanted: Vec<Arc<Tracked>> = desk.alerts().filter(holds).cloned().collect();
        wanted.sort_by_key(|tracked| {
            (Reverse(tracked.decided), Reverse(tracked.alert.at), tracked.alert.id)
        });
        Ok(wanted)
    }

    /// What a case's timeline shows of alerts. What merely said the same again is left out.
    pub(crate) fn alert_items(
        &self,
        state: &CaseState,
        case: CaseId,
        now: Instant,
    ) -> Result<Vec<TimelineItem>> {
        let desk = self.desk()?;
        let rules = self.bench();
        let again = |tracked: &&Arc<Tracked>| {
            matches!(
                tracked.fate,
                Fate::Suppressed(
                    Suppression::Duplicate(_)
                        | Suppression::Flapping(_)
                        | Suppression::RulesChanged
                )
            )
        };
        let cases = state.merged.iter().chain([&case]);
        let alerts = cases.flat_map(|case| desk.of_case(Some(*case)));
        let items = alerts.filter(|tracked| !again(tracked)).map(|tracked| {
            let shown = record(&desk, tracked, &rules, now);
            let what = TimelineKind::Alert {
                alert: shown.id,
                title: shown.policy_title,
                says: shown.says,
                audience: shown.audience,
                urgency: shown.urgency,
                state: shown.state,
                reason: shown.reason,
                acknowledged_by: shown.acknowledged.map(|seen| seen.by),
            };
            TimelineItem { at: tracked.decided, what }
        });
        Ok(items.collect())
    }
}

/// Which states are wanted.
enum StateFilter {
    Open,
    One(AlertState),
}

impl StateFilter {
    fn read(word: &str) -> Result<Self> {
        if word == "open" {
            return Ok(Self::Open);
        }
        AlertState::from_word(word).map(Self::One).ok_or_else(|| {
            let words = AlertState::ALL.map(AlertState::word).join(", ");
            invalid(&format!("`{word}` is no state of an alert"), &format!("use open, {words}"))
        })
    }

    fn takes(&self, desk: &Desk, tracked: &Tracked, now: Instant) -> bool {
        match self {
            Self::Open => tracked.is_open(now),
            Self::One(state) => {
                desk.told(&tracked.alert.id, now).is_some_and(|told| told.state == *state)
            }
        }
    }
}

/// All ids that a case goes by.
fn family(rows: &dyn Snapshot, case: CaseId) -> Result<Vec<CaseId>> {
    let mut ids = vec![case];
    if let Some(state) = rows.row::<CaseState>(CASE, &case_key(case))? {
        ids.extend(state.merged);
    }
    Ok(ids)
}

/// Adds what the views know of the case, under the id that it has now.
fn name_case(rows: &dyn Snapshot, shown: &mut AlertRecord) -> Result<()> {
    let Some(mut case) = shown.case else { return Ok(()) };
    for _ in 0..64 {
        match rows.row::<CaseState>(CASE, &case_key(case))?.and_then(|state| state.merged_into) {
            Some(next) => case = next,
            None => break,
        }
    }
    shown.case = Some(case);
    if let Some(card) = rows.row::<CaseRow>(CARD, &case_key(case))? {
        shown.title = Some(card.title);
        shown.account = Some(card.account.name);
    }
    Ok(())
}
