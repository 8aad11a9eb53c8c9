//! Queues: which cases, in which order.

use std::cmp::Reverse;

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

/// A shipped queue.
struct Queue {
    id: &'static str,
    title: &'static str,
    help: &'static str,
    holds: fn(&Place, &Board, Instant) -> bool,
    order: Order,
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
        holds: |place, _, now| {
            let fresh = |at: Instant| now.since(at).as_hours() < NEW_DAYS * 24;
            place.escalated && !place.closed && place.level_since.is_some_and(fresh)
        },
        order: Order::Gravest,
    },
    Queue {
        id: "escalations",
        title: "Escalations",
        help: "Every open case whose severity reaches the team's line.",
        holds: |place, _, _| place.escalated && !place.closed,
        order: Order::Gravest,
    },
    Queue {
        id: "overdue",
        title: "Overdue replies",
        help: "Cases whose oldest unanswered customer message is past its target.",
        holds: |place, _, now| {
            !place.closed && place.rank > 0 && place.reply_due.is_some_and(|due| due <= now)
        },
        order: Order::Due,
    },
    Queue {
        id: "unowned",
        title: "Without an owner",
        help: "Escalations that nobody of ours has answered or taken.",
        holds: |place, board, _| place.escalated && !place.closed && board.owner(place).is_empty(),
        order: Order::Gravest,
    },
    Queue {
        id: "candidates",
        title: "Candidates",
        help: "Cases with signals that are no escalation yet.",
        holds: |place, _, _| !place.escalated && !place.closed && place.signals,
        order: Order::Gravest,
    },
    Queue {
        id: "unknown",
        title: "Unknown senders",
        help: "Cases of domains and people that belong to no account.",
        holds: |place, board, _| {
            !place.known && !place.closed && board.account(place) != "internal"
        },
        order: Order::Gravest,
    },
    Queue {
        id: "closed",
        title: "Resolved and dismissed",
        help: "Cases that a person has closed.",
        holds: |place, _, _| place.closed,
        order: Order::Latest,
    },
    Queue {
        id: "all",
        title: "All cases",
        help: "Every case, the latest first.",
        holds: |_, _, _| true,
        order: Order::Latest,
    },
];

/// The queue of messages that quote another account's case.
const REVIEW_QUEUE: &str = "review";
/// The queue of cases that were handed over and that nobody has taken.
const HANDED_QUEUE: &str = "handed";

impl Watchkeeper {
    /// The queues with what they hold now.
    pub fn queues(&self, now: Instant) -> Result<Vec<QueueInfo>> {
        let board = self.board()?.read();
        let mut counts = vec![0_u64; QUEUES.len()];
        for place in board.places() {
            for (count, queue) in counts.iter_mut().zip(QUEUES) {
                *count += u64::from((queue.holds)(place, &board, now));
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
        if ![REVIEW_QUEUE, HANDED_QUEUE].contains(&id) && !QUEUES.iter().any(|queue| queue.id == id)
        {
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
        if id == HANDED_QUEUE {
            let waiting = self.handed_over()?.into_iter().map(|(case, _)| case);
            let asked = |case: &CaseId| board.place(*case).is_some_and(|p| filter.takes(&board, p));
            return Ok(waiting.filter(asked).collect());
        }
        let queue = QUEUES.iter().find(|queue| queue.id == id);
        let queue = queue.ok_or_else(|| not_found(format!("queue `{id}`")))?;
        let holds =
            |place: &&Place| (queue.holds)(place, &board, now) && filter.takes(&board, place);
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
