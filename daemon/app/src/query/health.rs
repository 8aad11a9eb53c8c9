//! How an account stands (F31, F32): what its health is made of, how grave its cases were over time,
//! and who its people are.

use std::{cmp::Reverse, collections::HashMap};

use jiff::{SignedDuration, ToSpan, civil::Date, tz::TimeZone};
use model::{AccountId, CaseId, Instant, LevelName, PromiseState, Promisor};

use crate::{
    Result,
    promises::{PromiseFilter, PromiseRecord},
    query::{PageRequest, course::SeverityStep, people::AccountPerson, queues::QueueFilter},
    record::{CaseRow, Quote},
    tables::case_key,
    watchkeeper::Watchkeeper,
};

/// For so long a broken promise and a new escalation count against an account: 90 days.
const RECENT: SignedDuration = SignedDuration::from_hours(90 * 24);
/// A renewal within so many days makes open escalations worse.
const RENEWAL_DAYS: i64 = 90;
/// The latest cases of an account that are read for its health and its people.
const CASES: usize = 200;
/// The most promises looked at.
const PROMISES: usize = 500;

/// What an overdue reply takes from an account's health.
const OVERDUE: u8 = 5;
/// What a broken promise takes.
const BROKEN: u8 = 8;
/// What each escalation beyond the first takes, of those that began in [`RECENT`].
const REPEATED: u8 = 5;
/// What a renewal takes that is near while something is escalated.
const RENEWAL: u8 = 10;
/// A level takes its rank divided by this: 22 for one of rank 90, 12 for one of rank 50.
const RANK_SHARE: u8 = 4;

/// How an account stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountHealth {
    /// 100 less the points of all contributions, at least 0.
    pub score: u8,
    /// What takes from it, the heaviest first.
    pub contributions: Vec<Contribution>,
    /// The gravest level of its open cases, from each change to the next, oldest first.
    pub severity: Vec<SeverityStep>,
    /// Its people as they took part in its latest cases, those who wrote most first.
    pub people: Vec<AccountPerson>,
}

/// Why an account's health is less than it could be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cause {
    /// Open escalations, each by the rank of its level.
    Escalation,
    /// Open cases whose reply is past its target.
    Overdue,
    /// Promises of ours that were missed, late or disputed within 90 days.
    BrokenPromise,
    /// More than one escalation began within 90 days.
    Repeated,
    /// The contract renews within 90 days while something is escalated.
    Renewal,
}

/// What one cause takes from an account's health.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contribution {
    /// Why.
    pub cause: Cause,
    /// How many points of a hundred.
    pub points: u8,
    /// What it stands on.
    pub grounds: Vec<Ground>,
}

/// A case, and where it applies a passage, behind a contribution.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ground {
    /// The case.
    pub case: CaseId,
    /// Its title.
    pub title: String,
    /// Its level.
    pub level: LevelName,
    /// The rank of that level across all teams, 0 to 100.
    pub rank: u8,
    /// Since when, or when it fell due.
    pub at: Option<Instant>,
    /// The words behind it.
    pub quote: Option<Quote>,
}

impl Watchkeeper {
    /// What the health of an account is made of, its severity over time, and its people.
    pub fn account_health(&self, id: &AccountId, now: Instant) -> Result<AccountHealth> {
        let record = self.account(id, now)?;
        let filter = QueueFilter { account: Some(id.to_string()), ..QueueFilter::default() };
        let page = PageRequest { cursor: None, limit: CASES };
        let cases = self.queue("all", &filter, &page, now)?.items;
        let contributions =
            self.contributions(id, &cases, record.account.renewal.as_deref(), now)?;
        let taken = contributions.iter().fold(0_u8, |all, one| all.saturating_add(one.points));
        Ok(AccountHealth {
            score: 100_u8.saturating_sub(taken),
            contributions,
            severity: self.severity_of(&cases)?,
            people: self.people_of(&cases)?,
        })
    }

    fn contributions(
        &self,
        id: &AccountId,
        cases: &[CaseRow],
        renewal: Option<&str>,
        now: Instant,
    ) -> Result<Vec<Contribution>> {
        let open: Vec<&CaseRow> = cases.iter().filter(|row| !is_closed(row)).collect();
        let scales = self.scales()?;
        let escalated = |row: &CaseRow| scales.escalated(&case_key(row.id), &row.level);
        let grave: Vec<&CaseRow> = open.iter().copied().filter(|row| escalated(row)).collect();
        let mut found = Vec::new();
        let mut add = |cause, points: usize, grounds: Vec<Ground>| {
            if points > 0 && !grounds.is_empty() {
                let points = u8::try_from(points.min(100)).unwrap_or(100);
                found.push(Contribution { cause, points, grounds });
            }
        };
        let by_rank = grave.iter().map(|row| usize::from(row.rank / RANK_SHARE)).sum();
        add(Cause::Escalation, by_rank, grave.iter().map(|row| behind(row)).collect());
        let late = open.iter().filter(|row| row.reply_due.is_some_and(|due| due <= now));
        let late: Vec<Ground> = late.map(|row| awaited(row)).collect();
        add(Cause::Overdue, late.len() * usize::from(OVERDUE), late);
        let broken = self.broken_to(id, cases, now)?;
        add(Cause::BrokenPromise, broken.len() * usize::from(BROKEN), broken);
        let recent = now.plus(-RECENT);
        let began =
            |row: &&CaseRow| escalated(row) && row.level_since.is_some_and(|at| at >= recent);
        let again: Vec<Ground> = cases.iter().filter(began).map(behind).collect();
        let beyond = again.len().saturating_sub(1);
        add(Cause::Repeated, beyond * usize::from(REPEATED), again);
        if renewal.is_some_and(|day| is_near(day, now)) {
            let grounds = grave.iter().map(|row| behind(row)).collect();
            add(Cause::Renewal, usize::from(RENEWAL), grounds);
        }
        found.sort_by_key(|one| Reverse(one.points));
        Ok(found)
    }

    /// Promises of ours to an account that were broken lately.
    fn broken_to(&self, id: &AccountId, cases: &[CaseRow], now: Instant) -> Result<Vec<Ground>> {
        let filter = PromiseFilter {
            states: vec![PromiseState::Missed, PromiseState::Late, PromiseState::Disputed],
            due_from: Some(now.plus(-RECENT)),
            account: Some(id.to_string()),
            by: Some(Promisor::Us),
            ..PromiseFilter::default()
        };
        let levels: HashMap<CaseId, &CaseRow> = cases.iter().map(|row| (row.id, row)).collect();
        let broken = self.promises(&filter, None, PROMISES)?.items.into_iter();
        let ground = |promise: PromiseRecord| {
            let row = levels.get(&promise.case);
            Ground {
                case: promise.case,
                title: promise.title,
                level: row.map_or_else(LevelName::none, |row| row.level.clone()),
                rank: row.map_or(0, |row| row.rank),
                at: promise.due,
                quote: promise.quote,
            }
        };
        Ok(broken.map(ground).collect())
    }
}

fn is_closed(row: &CaseRow) -> bool {
    matches!(row.state.as_str(), "resolved" | "dismissed")
}

/// A case with the words of the first reason for its rank.
fn behind(row: &CaseRow) -> Ground {
    Ground {
        case: row.id,
        title: row.title.clone(),
        level: row.level.clone(),
        rank: row.rank,
        at: row.level_since,
        quote: row.reasons.iter().find_map(|reason| reason.quote.clone()),
    }
}

/// A case with the words of the customer that wait for a reply.
fn awaited(row: &CaseRow) -> Ground {
    Ground { at: row.reply_due, quote: row.last_words.clone(), ..behind(row) }
}

/// Whether a contract that renews on `day` does so soon.
fn is_near(day: &str, now: Instant) -> bool {
    let today = now.in_zone(&TimeZone::UTC).date();
    let Ok(day) = day.parse::<Date>() else { return false };
    let last = today.checked_add(RENEWAL_DAYS.days());
    day >= today && last.is_ok_and(|last| day <= last)
}
