//! Spikes and drops: what customers write in a week, against what they usually write (F45).
//!
//! The statistic: messages that people of a customer wrote, counted by week (from Monday, in our own
//! zone), for each account and for each issue type that people gave its cases. The baseline is the
//! median of the twelve whole weeks before; the spread is the median distance from it, scaled by
//! 1.4826 as for a normal distribution, and at least the square root of the median, as for rare
//! events, and at least one. The score is the distance from the baseline in spreads. Half of the
//! weeks may be freak ones without moving either figure, and the same mail always gives the same
//! report.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, HashMap},
};

use jiff::{ToSpan as _, civil::Date};
use model::{CaseId, Instant};
use serde::{Deserialize, Serialize};

use crate::{
    Result,
    overlay::read_all,
    record::{AccountRef, CaseRow},
    tables::{CARD, CASE, CaseState, MESSAGE, MESSAGE_CASE, MessageRow},
    watchkeeper::Watchkeeper,
};

/// Whole weeks of a baseline.
const WEEKS: usize = 12;
/// The fewest of them in which an account must have been known.
const LEAST_WEEKS: usize = 6;
/// The least score of a spike, and of a drop below the baseline.
const SCORE: f64 = 3.0;
/// The fewest messages by which a week differs.
const LEAST: f64 = 3.0;

/// What a week is against its baseline.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Swing {
    /// Far more than usual.
    Spike,
    /// Far less than usual.
    Drop,
    /// As usual.
    Usual,
}

/// The week of an account, or of one of its issue types.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct BaselineRow {
    /// The account.
    pub account: AccountRef,
    /// The issue type that people gave its cases; nothing for all of the account's.
    pub issue_type: Option<String>,
    /// What the week is.
    pub swing: Swing,
    /// Messages in the week.
    pub count: u32,
    /// The baseline: the median of the weeks before.
    pub median: f64,
    /// How far weeks usually lie from it.
    pub spread: f64,
    /// How many spreads the week lies above it, or below if negative.
    pub score: f64,
    /// The counts of the weeks before, the earliest first, since the account is known.
    pub weeks: Vec<u32>,
}

/// Spikes and drops of a week.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct BaselineReport {
    /// The Monday that the week begins with.
    pub week: String,
    /// Whether it is over. Before that nothing counts as a drop.
    pub complete: bool,
    /// Spikes and drops, the farthest from usual first; all rows where they were asked for.
    pub rows: Vec<BaselineRow>,
    /// How many accounts and issue types were compared.
    pub compared: u64,
    /// How many are known for too short a time.
    pub too_new: u64,
}

/// Of whom weeks are counted: account key or unknown domain, and issue type.
type Whose = (String, Option<String>);

/// What was counted.
struct Counted {
    /// The accounts by key or unknown domain.
    accounts: HashMap<String, AccountRef>,
    /// The counts of a week and of those before, the latest first, back to the first message.
    weeks: BTreeMap<Whose, Vec<u32>>,
}

impl Watchkeeper {
    /// Spikes and drops of the week of `day`, or of the last whole week before `now`; with `all`,
    /// usual weeks too.
    pub fn baselines(&self, day: Option<Date>, all: bool, now: Instant) -> Result<BaselineReport> {
        let today = self.day_of(now);
        let this_week = monday(today);
        let week = match day {
            Some(day) => monday(day),
            None => this_week.saturating_sub(1.week()),
        };
        let Counted { accounts, weeks } = self.weeks_of_all(week)?;
        let complete = week < this_week;
        let mut report = BaselineReport {
            week: week.to_string(),
            complete,
            rows: Vec::new(),
            compared: 0,
            too_new: 0,
        };
        for ((account, issue_type), counts) in weeks {
            let Some(mut row) = compared(&counts, complete) else {
                report.too_new += 1;
                continue;
            };
            report.compared += 1;
            if all || row.swing != Swing::Usual {
                if let Some(known) = accounts.get(&account) {
                    row.account = known.clone();
                }
                row.issue_type = issue_type;
                report.rows.push(row);
            }
        }
        report.rows.sort_by(|a, b| {
            let far = |row: &BaselineRow| Reverse((row.score.abs() * 1000.0) as u64);
            (far(a), &a.account.name, &a.issue_type).cmp(&(far(b), &b.account.name, &b.issue_type))
        });
        Ok(report)
    }

    fn day_of(&self, at: Instant) -> Date {
        at.timestamp().to_zoned(self.settings.hours().zone().clone()).date()
    }

    /// What customers wrote in `week` and in the weeks before.
    fn weeks_of_all(&self, week: Date) -> Result<Counted> {
        let snapshot = self.ports.views.snapshot()?;
        let mut accounts: HashMap<String, AccountRef> = HashMap::new();
        let mut of_case: HashMap<CaseId, Whose> = HashMap::new();
        read_all::<CaseRow>(&*snapshot, CARD, &[], |_, card| {
            let key = card.account.id.clone().unwrap_or_else(|| card.account.name.clone());
            if card.account.id.is_some() || card.account.name != "internal" {
                accounts.entry(key.clone()).or_insert(card.account);
                of_case.insert(card.id, (key, None));
            }
            true
        })?;
        read_all::<CaseState>(&*snapshot, CASE, &[], |key, state| {
            let set = state.fields.iter().find(|row| row.field == "issue_type");
            if let (Some(row), Ok(bytes)) = (set, <[u8; 8]>::try_from(key))
                && let Some(whose) =
                    of_case.get_mut(&CaseId::from_number(u64::from_be_bytes(bytes)))
            {
                whose.1 = Some(row.value.clone());
            }
            true
        })?;
        let mut cases: HashMap<u64, CaseId> = HashMap::new();
        read_all::<CaseId>(&*snapshot, MESSAGE_CASE, &[], |key, case| {
            if let Ok(bytes) = <[u8; 8]>::try_from(key) {
                cases.insert(u64::from_be_bytes(bytes), case);
            }
            true
        })?;
        let mut weeks: BTreeMap<Whose, Vec<u32>> = BTreeMap::new();
        read_all::<MessageRow>(&*snapshot, MESSAGE, &[], |key, row| {
            let number = <[u8; 8]>::try_from(key).map(u64::from_be_bytes).ok();
            let by_customer = row.side == 1 && row.within.is_none() && !row.class.is_automatic();
            let whose = number.and_then(|number| of_case.get(cases.get(&number)?));
            if let (true, Some((account, issue_type))) = (by_customer, whose) {
                let ago = weeks_between(self.day_of(row.at), week);
                // What came after the week is not known in it.
                if let Ok(ago) = usize::try_from(ago) {
                    count(weeks.entry((account.clone(), None)).or_default(), ago);
                    if issue_type.is_some() {
                        let whose = (account.clone(), issue_type.clone());
                        count(weeks.entry(whose).or_default(), ago);
                    }
                }
            }
            true
        })?;
        Ok(Counted { accounts, weeks })
    }
}

/// The Monday of the week of `day`.
fn monday(day: Date) -> Date {
    day.saturating_sub(i64::from(day.weekday().to_monday_zero_offset()).days())
}

/// How many weeks before the one that begins on `week` the week of `day` lies; negative behind it.
fn weeks_between(day: Date, week: Date) -> i64 {
    let days = week.duration_since(monday(day)).as_hours() / 24;
    days.div_euclid(7)
}

/// Counts a message so many weeks ago; weeks between stand as empty.
fn count(weeks: &mut Vec<u32>, ago: usize) {
    // The far past tells only that the account was known.
    let ago = ago.min(WEEKS + 1);
    if weeks.len() <= ago {
        weeks.resize(ago + 1, 0);
    }
    weeks[ago] += 1;
}

/// The latest of `counts` against those before it; nothing for those known too short a time.
fn compared(counts: &[u32], complete: bool) -> Option<BaselineRow> {
    let count = *counts.first()?;
    let before = counts.get(1..)?;
    let before = &before[..before.len().min(WEEKS)];
    if before.len() < LEAST_WEEKS {
        return None;
    }
    let figures: Vec<f64> = before.iter().map(|count| f64::from(*count)).collect();
    let middle = median(figures.clone());
    let distances = figures.iter().map(|figure| (figure - middle).abs()).collect();
    let spread = (1.4826 * median(distances)).max(middle.sqrt()).max(1.0);
    let distance = f64::from(count) - middle;
    let score = distance / spread;
    let swing = if score >= SCORE && distance >= LEAST {
        Swing::Spike
    } else if complete && score <= -SCORE && distance <= -LEAST {
        Swing::Drop
    } else {
        Swing::Usual
    };
    Some(BaselineRow {
        account: AccountRef { id: None, name: String::new(), tier: None },
        issue_type: None,
        swing,
        count,
        median: middle,
        spread: rounded(spread),
        score: rounded(score),
        weeks: before.iter().rev().copied().collect(),
    })
}

fn rounded(figure: f64) -> f64 {
    (figure * 100.0).round() / 100.0
}

fn median(mut figures: Vec<f64>) -> f64 {
    figures.sort_by(f64::total_cmp);
    let half = figures.len() / 2;
    match figures.len() % 2 {
        0 if half > 0 => f64::midpoint(figures[half - 1], figures[half]),
        _ => figures.get(half).copied().unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn swing(counts: &[u32]) -> Option<Swing> {
        compared(counts, true).map(|row| row.swing)
    }

    #[test]
    fn a_week_far_from_its_own_usual_is_a_spike_or_a_drop() {
        assert_eq!(swing(&[40, 10, 12, 9, 11, 10, 10, 8]), Some(Swing::Spike));
        assert_eq!(swing(&[12, 10, 12, 9, 11, 10, 10, 8]), Some(Swing::Usual));
        assert_eq!(swing(&[0, 20, 22, 19, 21, 20, 20, 18]), Some(Swing::Drop));
        assert_eq!(swing(&[0, 2, 1, 0, 3, 1, 2, 1]), Some(Swing::Usual), "few say little");
        assert_eq!(swing(&[3, 0, 0, 0, 0, 0, 0, 0]), Some(Swing::Spike));
        assert_eq!(swing(&[2, 0, 0, 0, 0, 0, 0, 0]), Some(Swing::Usual));
    }

    #[test]
    fn one_freak_week_does_not_hide_the_next() {
        assert_eq!(swing(&[40, 90, 10, 12, 9, 11, 10, 10]), Some(Swing::Spike));
    }

    #[test]
    fn a_new_account_and_a_week_that_goes_on_are_not_judged_too_early() {
        assert_eq!(swing(&[40, 1, 2, 1]), None);
        let row = compared(&[0, 20, 22, 19, 21, 20, 20, 18], false).unwrap();
        assert_eq!(row.swing, Swing::Usual);
    }

    #[test]
    fn weeks_begin_on_monday() {
        let day = |text: &str| text.parse::<Date>().unwrap();
        assert_eq!(monday(day("2026-01-18")), day("2026-01-12"));
        assert_eq!(weeks_between(day("2026-01-18"), day("2026-01-12")), 0);
        assert_eq!(weeks_between(day("2026-01-11"), day("2026-01-12")), 1);
        assert_eq!(weeks_between(day("2026-01-19"), day("2026-01-12")), -1);
    }
}
