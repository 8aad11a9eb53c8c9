//! Queues: which cases, in which order.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet},
};

use jiff::SignedDuration;
use model::{CaseId, Instant, PromiseState, Promisor};

use crate::{
    Result,
    board::{Board, Place},
    library::Rows,
    promises::PromiseRecord,
    query::PageRequest,
    record::{CaseRow, Page, QueueInfo},
    tables::{CARD, PROMISE, REVIEW, ReviewRow, case_key},
    watchkeeper::{Watchkeeper, not_found},
};

/// What to leave out of a queue.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct QueueFilter {
    /// Only cases of this account key or unknown domain.
    pub account: Option<String>,
    /// Only cases of this owner; `none` for cases without one.
    pub owner: Option<String>,
    /// Only cases of this level.
    pub level: Option<String>,
    /// Only cases of this team.
    pub team: Option<String>,
}

/// Who owns a case without an owner, in filters and searches.
const NOBODY: &str = "none";

/// Days for which an escalation counts as new.
const NEW_DAYS: i64 = 3;

/// From this rank on a level is high on every team's scale: S2 and S1 of the shipped set.
const HIGH_RANK: u8 = 70;

/// Escalations of an account count as repeated when they began within so long: 90 days.
const REPEATED: SignedDuration = SignedDuration::from_hours(90 * 24);

/// A shipped queue.
struct Queue {
    id: &'static str,
    title: &'static str,
    help: &'static str,
    holds: fn(&Place, &Sight) -> bool,
    order: Order,
}

/// What decides about a case's place in queues beside the case.
struct Sight<'a> {
    board: &'a Board,
    now: Instant,
    /// Accounts of which more than one escalation began lately.
    repeated: BTreeSet<&'a str>,
}

impl<'a> Sight<'a> {
    fn of(board: &'a Board, now: Instant) -> Self {
        let mut escalations: BTreeMap<&str, u32> = BTreeMap::new();
        let lately = |at: Instant| now.since(at) <= REPEATED;
        for place in board.places() {
            if place.escalated && place.level_since.is_some_and(lately) {
                *escalations.entry(board.account(place)).or_default() += 1;
            }
        }
        let repeated = escalations.into_iter().filter(|(_, count)| *count > 1);
        Self { board, now, repeated: repeated.map(|(account, _)| account).collect() }
    }
}

#[derive(Clone, Copy)]
enum Order {
    /// The gravest first, then the one that needs attention most.
    Gravest,
    /// The one that is due first.
    Due,
    /// The latest first.
    Latest,
}

const QUEUES: &[Queue] = &[
    Queue {
        id: "new",
        title: "New escalations",
        help: "Cases that became an escalation within the last three days.",
        holds: |place, sight| {
            let fresh = |at: Instant| sight.now.since(at).as_hours() < NEW_DAYS * 24;
            place.escalated && !place.closed && place.level_since.is_some_and(fresh)
        },
        order: Order::Gravest,
    },
    Queue {
        id: "high",
        title: "High severity",
        help: "Open cases whose level is high on every team's scale: rank 70 and more.",
        holds: |place, _| place.rank >= HIGH_RANK && !place.closed,
        order: Order::Gravest,
    },
    Queue {
        id: "escalations",
        title: "Escalations",
        help: "Every open case whose severity reaches the team's line.",
        holds: |place, _| place.escalated && !place.closed,
        order: Order::Gravest,
    },
    Queue {
        id: OVERDUE_QUEUE,
        title: "Overdue replies",
        help: "Cases whose oldest unanswered customer message is past its target.",
        holds: |place, sight| {
            !place.closed && place.rank > 0 && place.reply_due.is_some_and(|due| due <= sight.now)
        },
        order: Order::Due,
    },
    Queue {
        id: "unowned",
        title: "Without an owner",
        help: "Escalations that nobody of ours has answered or taken.",
        holds: |place, sight| {
            place.escalated && !place.closed && sight.board.owner(place).is_empty()
        },
        order: Order::Gravest,
    },
    Queue {
        id: "waiting",
        title: "With another team",
        help: "Open cases in which another team of ours has to act.",
        holds: |place, sight| {
            !place.closed && sight.board.waiting_on(place).starts_with("internal:")
        },
        order: Order::Gravest,
    },
    Queue {
        id: "repeated",
        title: "Repeated escalations",
        help: "Open escalations of accounts that had more than one within 90 days.",
        holds: |place, sight| {
            place.escalated && !place.closed && sight.repeated.contains(sight.board.account(place))
        },
        order: Order::Gravest,
    },
    Queue {
        id: "candidates",
        title: "Candidates",
        help: "Cases with signals that are no escalation yet.",
        holds: |place, _| !place.escalated && !place.closed && place.signals,
        order: Order::Gravest,
    },
    Queue {
        id: "unknown",
        title: "Unknown senders",
        help: "Cases of domains and people that belong to no account.",
        holds: |place, sight| {
            !place.known && !place.closed && sight.board.account(place) != "internal"
        },
        order: Order::Gravest,
    },
    Queue {
        id: "closed",
        title: "Closed",
        help: "Cases that a person has closed.",
        holds: |place, _| place.closed,
        order: Order::Latest,
    },
    Queue {
        id: "all",
        title: "All cases",
        help: "Every case, the latest first.",
        holds: |_, _| true,
        order: Order::Latest,
    },
];

/// The queue of cases whose reply is late; what was promised for today is listed after it.
const OVERDUE_QUEUE: &str = "overdue";
/// The queue of messages that quote another account's case.
const REVIEW_QUEUE: &str = "review";
/// The queue of cases that were handed over and that nobody has taken.
const HANDED_QUEUE: &str = "handed";
/// The queue of cases with a promise of ours that falls due today.
const PROMISED_QUEUE: &str = "promised";
/// The queues whose cases are found by what else is kept of them than their place on the board.
const KEPT_QUEUES: [&str; 3] = [PROMISED_QUEUE, HANDED_QUEUE, REVIEW_QUEUE];

impl Watchkeeper {
    /// The queues with what they hold now.
    pub fn queues(&self, now: Instant) -> Result<Vec<QueueInfo>> {
        let board = self.board()?.read();
        let sight = Sight::of(&board, now);
        let mut counts = vec![0_u64; QUEUES.len()];
        for place in board.places() {
            for (count, queue) in counts.iter_mut().zip(QUEUES) {
                *count += u64::from((queue.holds)(place, &sight));
            }
        }
        let mut infos: Vec<QueueInfo> = QUEUES
            .iter()
            .zip(counts)
            .map(|(queue, count)| QueueInfo {
                id: queue.id.to_owned(),
                title: queue.title.to_owned(),
                help: queue.help.to_owned(),
                count,
            })
            .collect();
        let promised = QueueInfo {
            id: PROMISED_QUEUE.to_owned(),
            title: "Promised for today".to_owned(),
            help: "Cases with a promise of ours that falls due today and is not kept yet."
                .to_owned(),
            count: self.promised_today(&board, now)?.len() as u64,
        };
        let late = infos.iter().position(|queue| queue.id == OVERDUE_QUEUE);
        infos.insert(late.map_or(0, |place| place + 1), promised);
        infos.push(QueueInfo {
            id: HANDED_QUEUE.to_owned(),
            title: "Handed over".to_owned(),
            help: "Cases that were handed over and that nobody has taken yet.".to_owned(),
            count: self.handed_over()?.len() as u64,
        });
        infos.push(QueueInfo {
            id: REVIEW_QUEUE.to_owned(),
            title: "To review".to_owned(),
            help: "Cases with a message that quotes another account's case.".to_owned(),
            count: self.ports.views.snapshot()?.count(REVIEW)?,
        });
        Ok(infos)
    }

    /// A page of a queue.
    pub fn queue(
        &self,
        id: &str,
        filter: &QueueFilter,
        page: &PageRequest,
        now: Instant,
    ) -> Result<Page<CaseRow>> {
        let (start, limit) = page.window()?;
        let cases = self.queue_cases(id, filter, start.saturating_add(limit), now)?;
        let snapshot = self.ports.views.snapshot()?;
        page.cut(&cases, |case| {
            let Some(row) = snapshot.row::<CaseRow>(CARD, &case_key(*case))? else {
                return Ok(None);
            };
            let made: Option<Vec<PromiseRecord>> = snapshot.row(PROMISE, &case_key(*case))?;
            Ok(Some(CaseRow { promise_due: earliest(made.unwrap_or_default()), ..row }))
        })
    }

    /// How many cases of a queue pass a filter; nothing if there is no such queue.
    pub fn queue_count(&self, id: &str, filter: &QueueFilter, now: Instant) -> Result<Option<u64>> {
        if !KEPT_QUEUES.contains(&id) && !QUEUES.iter().any(|queue| queue.id == id) {
            return Ok(None);
        }
        Ok(Some(self.queue_cases(id, filter, 0, now)?.len() as u64))
    }

    /// All cases of a queue, of which the first `ordered` are in its order.
    fn queue_cases(
        &self,
        id: &str,
        filter: &QueueFilter,
        ordered: usize,
        now: Instant,
    ) -> Result<Vec<CaseId>> {
        let board = self.board()?.read();
        if id == REVIEW_QUEUE {
            return self.review_cases(&board, filter);
        }
        let asked = |case: &CaseId| board.place(*case).is_some_and(|p| filter.takes(&board, p));
        if id == HANDED_QUEUE {
            let waiting = self.handed_over()?.into_iter().map(|(case, _)| case);
            return Ok(waiting.filter(asked).collect());
        }
        if id == PROMISED_QUEUE {
            return Ok(self.promised_today(&board, now)?.into_iter().filter(asked).collect());
        }
        let queue = QUEUES.iter().find(|queue| queue.id == id);
        let queue = queue.ok_or_else(|| not_found(format!("queue `{id}`")))?;
        let sight = Sight::of(&board, now);
        let holds = |place: &&Place| (queue.holds)(place, &sight) && filter.takes(&board, place);
        let mut places: Vec<&Place> = board.places().filter(holds).collect();
        match queue.order {
            Order::Gravest => order_first(&mut places, ordered, |p| {
                (Reverse((p.rank, p.attention, p.last_at)), p.id)
            }),
            Order::Due => {
                order_first(&mut places, ordered, |p| (p.reply_due, Reverse(p.rank), p.id));
            }
            Order::Latest => order_first(&mut places, ordered, |p| (Reverse(p.last_at), p.id)),
        }
        Ok(places.into_iter().map(|place| place.id).collect())
    }

    /// Open cases with a promise of ours that falls due on the day of `now` in our own zone, and that
    /// stands or was missed; the one that is due first in front.
    fn promised_today(&self, board: &Board, now: Instant) -> Result<Vec<CaseId>> {
        let hours = self.settings.hours();
        let calendar = hours.ours();
        let today = calendar.date_of(now);
        let snapshot = self.ports.views.snapshot()?;
        let mut due: Vec<(Instant, CaseId)> = Vec::new();
        crate::overlay::read_all::<Vec<PromiseRecord>>(&*snapshot, PROMISE, &[], |_, held| {
            let case = held.first().map(|promise| promise.case);
            let held = held
                .into_iter()
                .filter(|one| one.due.is_some_and(|at| calendar.date_of(at) == today));
            due.extend(earliest(held.collect()).zip(case));
            true
        })?;
        due.sort_unstable();
        due.retain(|(_, case)| board.place(*case).is_some_and(|place| !place.closed));
        Ok(due.into_iter().map(|(_, case)| case).collect())
    }

    fn review_cases(&self, board: &Board, filter: &QueueFilter) -> Result<Vec<CaseId>> {
        let snapshot = self.ports.views.snapshot()?;
        let mut numbers = Vec::new();
        crate::overlay::read_all::<ReviewRow>(&*snapshot, REVIEW, &[], |_, row| {
            numbers.push(row.message);
            true
        })?;
        numbers.sort_unstable_by_key(|number| Reverse(*number));
        let mut cases = Vec::new();
        for number in numbers {
            let case = crate::query::messages::case_of(&*snapshot, number)?;
            let taken =
                case.and_then(|case| board.place(case)).is_some_and(|p| filter.takes(board, p));
            if let Some(case) = case
                && taken
                && !cases.contains(&case)
            {
                cases.push(case);
            }
        }
        Ok(cases)
    }
}

/// By when the first of our promises is due that stands or was broken.
fn earliest(promises: Vec<PromiseRecord>) -> Option<Instant> {
    let waits = |state| matches!(state, PromiseState::Open | PromiseState::Missed);
    let ours = promises.into_iter().filter(|one| one.by == Promisor::Us && waits(one.state));
    ours.filter_map(|promise| promise.due).min()
}

/// Brings the first `ordered` of `places` to the front, by `key`: a page needs no more, and a queue
/// of all cases is long.
fn order_first<K: Ord>(places: &mut [&Place], ordered: usize, key: impl Fn(&Place) -> K) {
    let first = if ordered < places.len() {
        places.select_nth_unstable_by_key(ordered, |place| key(place)).0
    } else {
        places
    };
    first.sort_unstable_by_key(|place| key(place));
}

impl QueueFilter {
    /// Whether a case is asked for.
    pub(super) fn takes(&self, board: &Board, place: &Place) -> bool {
        let is = |wanted: &Option<String>, found: &str| {
            wanted.as_ref().is_none_or(|wanted| wanted == found)
        };
        let owner = match board.owner(place) {
            "" => NOBODY,
            owner => owner,
        };
        is(&self.account, board.account(place))
            && is(&self.owner, owner)
            && is(&self.level, board.level(place))
            && is(&self.team, board.team(place))
    }
}
