//! Outcomes: how quickly escalations are detected, owned and handed off, how often they come back,
//! and how often promises are kept.

use std::collections::BTreeMap;

use jiff::tz::TimeZone;
use model::{Assessment, FindingKind, Instant, LevelName, Promisor};

use crate::{
    Result,
    handoff::{
        Handoffs,
        times::{self, Offered},
    },
    library::Rows,
    overlay::read_all,
    promises::Rate,
    tables::{ASSESSMENT, AssessmentRow, CASE, CaseState, FieldRow},
    watchkeeper::Watchkeeper,
};

/// The signal of a case that came back after it was resolved.
const REOPENED: &str = "reopened";

/// Durations in seconds, summed up.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Spread {
    /// How many there are.
    pub count: u64,
    /// Half of them take no longer.
    pub median: Option<i64>,
    /// Nine of ten take no longer.
    pub p90: Option<i64>,
}

/// The outcomes of escalations that began within a stretch of time.
#[derive(Debug, Clone, PartialEq)]
pub struct Outcomes {
    /// The month, such as `2026-01`; empty for all of them.
    pub month: String,
    /// Escalations.
    pub escalations: u64,
    /// From the first message to the first escalated level.
    pub to_detect: Spread,
    /// From the first escalated level to an owner; zero where it had one.
    pub to_own: Spread,
    /// From the first escalated level until somebody else took over: another owner, or another team
    /// of ours that has to act.
    pub to_hand_off: Spread,
    /// Escalations that nobody has owned.
    pub never_owned: u64,
    /// Escalations that are resolved, or were before they came back.
    pub resolved: u64,
    /// Those among them that came back.
    pub reopened: u64,
    /// Promises of ours that fell due then, in any case.
    pub promises: Rate,
    /// Cases, escalations or not, that were handed over then.
    pub handoffs: Handoffs,
}

/// What became of one escalation.
struct Course {
    month: String,
    detect: i64,
    own: Option<i64>,
    hand_off: Option<i64>,
    resolved: bool,
    reopened: bool,
}

impl Watchkeeper {
    /// The outcomes of escalations that began from `since` to `until`, with promises of ours that fell
    /// due then: of all, then by month.
    pub fn outcomes(&self, since: Instant, until: Instant) -> Result<Vec<Outcomes>> {
        let snapshot = self.ports.views.snapshot()?;
        let scales = self.scales()?;
        let mut courses: Vec<Course> = Vec::new();
        let mut failed = None;
        read_all::<CaseState>(&*snapshot, CASE, &[], |key, state| {
            if state.merged_into.is_some() || state.messages.is_empty() {
                return true;
            }
            match snapshot.row::<AssessmentRow>(ASSESSMENT, key) {
                Ok(Some(row)) => {
                    let began = |c: &(Instant, Course)| c.0 >= since && c.0 <= until;
                    let escalated = |level: &LevelName| scales.escalated(key, level);
                    let course = course(&state, &row.assessment, &escalated).filter(began);
                    courses.extend(course.map(|(_, course)| course));
                    true
                }
                Ok(None) => true,
                Err(error) => {
                    failed = Some(error);
                    false
                }
            }
        })?;
        if let Some(error) = failed {
            return Err(error);
        }
        let (kept, kept_by_month) = self.kept_by_month(since, until)?;
        let mut offers = times::offers(&*snapshot)?;
        offers.retain(|offer| offer.at >= since && offer.at <= until);
        let mut months: BTreeMap<String, (Vec<&Course>, Vec<&Offered>)> =
            kept_by_month.keys().map(|month| (month.clone(), Default::default())).collect();
        for course in &courses {
            months.entry(course.month.clone()).or_default().0.push(course);
        }
        for offer in &offers {
            months.entry(month_of(offer.at)).or_default().1.push(offer);
        }
        let all: Vec<&Course> = courses.iter().collect();
        let offered: Vec<&Offered> = offers.iter().collect();
        let mut outcomes = vec![summed(String::new(), &all, kept, &offered)];
        outcomes.extend(months.into_iter().map(|(month, (courses, offers))| {
            let kept = kept_by_month.get(&month).copied().unwrap_or_default();
            summed(month, &courses, kept, &offers)
        }));
        Ok(outcomes)
    }

    /// How often promises of ours that fell due from `since` to `until` were kept, in all and by the
    /// month in which they did.
    fn kept_by_month(
        &self,
        since: Instant,
        until: Instant,
    ) -> Result<(Rate, BTreeMap<String, Rate>)> {
        let mut all = Rate::default();
        let mut months: BTreeMap<String, Rate> = BTreeMap::new();
        self.each_promise(&mut |promise| {
            let Some(due) = promise.due.filter(|due| *due >= since && *due <= until) else {
                return;
            };
            if promise.by == Promisor::Us {
                all.count(&promise);
                months.entry(month_of(due)).or_default().count(&promise);
            }
        })?;
        Ok((all, months))
    }
}

/// When a case became an escalation first, and what came of it; nothing if it never was one.
fn course(
    state: &CaseState,
    assessment: &Assessment,
    escalated: &dyn Fn(&LevelName) -> bool,
) -> Option<(Instant, Course)> {
    let began = assessment.findings.iter().find_map(|finding| match &finding.kind {
        FindingKind::Severity { level, .. } if escalated(level) => Some(finding.at),
        _ => None,
    })?;
    let set = |field: &str| -> Option<&FieldRow> { state.fields.iter().find(|f| f.field == field) };
    let mut owner: Option<&String> = None;
    let mut owned: Option<Instant> = None;
    let mut handed: Option<Instant> = None;
    for finding in &assessment.findings {
        match &finding.kind {
            FindingKind::Owner { to } => {
                if to.is_some() && owned.is_none() {
                    owned = Some(finding.at.max(began));
                } else if finding.at >= began
                    && owner.is_some()
                    && to.is_some()
                    && owner != to.as_ref()
                {
                    handed = handed.or(Some(finding.at));
                }
                owner = to.as_ref();
            }
            FindingKind::WaitingOn { on } if finding.at >= began && on.starts_with("internal:") => {
                handed = handed.or(Some(finding.at));
            }
            _ => {}
        }
    }
    if let Some(field) = set("owner") {
        let at = field.at.max(began);
        owned = Some(owned.map_or(at, |owned| owned.min(at)));
    }
    let after = |at: Instant| at.seconds() - began.seconds();
    let reopened = assessment.findings.iter().any(|finding| match &finding.kind {
        FindingKind::SignalRaised { signal, .. } => signal.as_str() == REOPENED,
        _ => false,
    });
    let resolved = set("state").is_some_and(|field| field.value == "resolved") || reopened;
    let course = Course {
        month: month_of(began),
        detect: began.seconds() - state.first_at.seconds(),
        own: owned.map(after),
        hand_off: handed.map(after),
        resolved,
        reopened,
    };
    Some((began, course))
}

fn month_of(at: Instant) -> String {
    at.in_zone(&TimeZone::UTC).date().strftime("%Y-%m").to_string()
}

fn summed(month: String, courses: &[&Course], promises: Rate, offers: &[&Offered]) -> Outcomes {
    let count = |test: &dyn Fn(&Course) -> bool| courses.iter().filter(|c| test(c)).count() as u64;
    Outcomes {
        month,
        escalations: courses.len() as u64,
        to_detect: spread(courses.iter().map(|c| c.detect).collect()),
        to_own: spread(courses.iter().filter_map(|c| c.own).collect()),
        to_hand_off: spread(courses.iter().filter_map(|c| c.hand_off).collect()),
        never_owned: count(&|c| c.own.is_none()),
        resolved: count(&|c| c.resolved),
        reopened: count(&|c| c.reopened),
        promises,
        handoffs: times::summed(offers),
    }
}

/// What half and nine of ten of them do not exceed.
pub(crate) fn spread(mut all: Vec<i64>) -> Spread {
    all.sort_unstable();
    // The smallest value that so large a share of all does not exceed.
    let at = |share: usize| all.get((all.len() * share).div_ceil(100).max(1) - 1).copied();
    Spread { count: all.len() as u64, median: at(50), p90: at(90) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_and_nine_of_ten_are_those_that_no_more_exceed() {
        assert_eq!(spread(Vec::new()), Spread::default());
        let ten = spread((1..=10).rev().collect());
        assert_eq!((ten.count, ten.median, ten.p90), (10, Some(5), Some(9)));
        assert_eq!(spread(vec![7]).p90, Some(7));
    }
}
