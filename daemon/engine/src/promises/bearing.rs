//! What a message means for an earlier promise.

use model::{Instant, PromiseState, Promisor};
use reading::promises::{Act, Promise as Read, Statements, Told, Topic, Turn};

use super::Promise;
use crate::case_file::CaseMessage;

/// What became of a promise, the words that show it, and the position of the new promise that
/// stands in its place.
pub(super) type Bearing<'a> = Option<(PromiseState, Option<&'a Told>, Option<usize>)>;

/// So many days after its time the other side's word still says that a promise was kept in time.
const CONFIRMED_WITHIN: i64 = 3;

/// What a message says, and what else stands open while it is read.
pub(super) struct Page<'a> {
    pub(super) message: &'a CaseMessage,
    pub(super) said: &'a Statements,
    /// The promises that the message makes.
    pub(super) new: &'a [Promise],
    /// Every promise from before the message.
    pub(super) earlier: &'a [Promise],
    /// Whether the side that made the promise wrote between it and the message.
    pub(super) written_since: bool,
}

impl<'a> Page<'a> {
    fn told(&self, turn: Turn) -> impl Iterator<Item = &'a Told> {
        self.said.told.iter().filter(move |told| told.turn == turn)
    }

    /// What the message means for a promise of its own side.
    pub(super) fn own(&self, promise: &Promise) -> Bearing<'a> {
        if promise.by == Promisor::Us && !self.message.is_reply_of_ours() {
            return None;
        }
        let about = |told: &&Told| related(&promise.topics, &told.topics);
        if promise.state.broken() && promise.replaced_by.is_none() {
            // Told too late to undo the miss, but another time stands in its place from here on.
            if let Some(heir) = self.late_heir(promise) {
                return Some((promise.state, self.told(Turn::Moved).next(), Some(heir)));
            }
        }
        if let Some(heir) = self.heir(promise) {
            return Some((PromiseState::Changed, self.told(Turn::Moved).next(), Some(heir)));
        }
        let own_words = |told: &&Told| {
            shared(&promise.topics, &told.topics) > 0 || self.same_writer(promise) && about(told)
        };
        if let Some(taken_back) = self.told(Turn::Withdrawn).find(own_words) {
            return Some((PromiseState::Withdrawn, Some(taken_back), None));
        }
        let near = promise.due.is_some_and(|due| self.is_near(promise, due));
        let delayed = self.told(Turn::Moved).find(about);
        if delayed.is_some() && promise.act == Act::Deliver {
            return None;
        }
        if promise.act == Act::Reply && promise.due.is_some() {
            if let Some(heir) = self.new.iter().position(|new| self.renews(new)) {
                let moved = self.told(Turn::Moved).next();
                return Some((PromiseState::Changed, moved, Some(heir)));
            }
            return Some((PromiseState::Kept, self.told(Turn::Done).next(), None));
        }
        self.delivered(promise, near)
    }

    /// Whether the message delivers what `promise` is about: it says so of this very thing, or it
    /// brings or says something done where no other open promise is meant.
    fn delivered(&self, promise: &Promise, near: bool) -> Bearing<'a> {
        let same = |told: &&Told| shared(&promise.topics, &told.topics) > 0;
        if let Some(done) = self.told(Turn::Done).find(same) {
            return Some((PromiseState::Kept, Some(done), None));
        }
        let of_another = |other: &Promise| {
            other.message != promise.message
                && other.by == promise.by
                && other.is_open()
                && shared(&other.topics, &self.said.topics)
                    > shared(&promise.topics, &self.said.topics)
        };
        if self.earlier.iter().any(of_another) {
            return None;
        }
        let done = self.told(Turn::Done).next();
        let brings = !self.message.attachments.is_empty();
        let same_writer = self.same_writer(promise);
        if near && same_writer && done.is_none() && !brings {
            // Instead of what was due now, its writer names another time.
            let later = |new: &Promise| new.act == Act::Deliver && new.due > promise.due;
            if let Some(heir) = self.new.iter().position(later) {
                return Some((PromiseState::Changed, None, Some(heir)));
            }
        }
        let undated = promise.due.is_none() && brings && same_writer;
        let late = promise.state.broken() && (done.is_some() || brings) && same_writer;
        let in_time = near && (done.is_some() || brings || same_writer);
        (undated || late || in_time).then_some((PromiseState::Kept, done, None))
    }

    /// Whether the message comes in the last quarter of the time of `promise`, or on its last hour.
    fn is_near(&self, promise: &Promise, due: Instant) -> bool {
        let (whole, passed) = (due.since(promise.at), self.message.at.since(promise.at));
        self.message.at <= due
            && (passed.as_millis() * 4 >= whole.as_millis() * 3
                || due.since(self.message.at).as_secs() <= 3600)
    }

    /// The new promise that takes the place of `promise`: one with a later time that says so, or
    /// that speaks of the same thing.
    fn heir(&self, promise: &Promise) -> Option<usize> {
        let due = promise.due?;
        let delayed = self.told(Turn::Moved).next().is_some();
        let first_due = |other: &Promise| {
            other.by == promise.by && other.is_open() && other.due.is_some_and(|o| o < due)
        };
        let foremost = !self.earlier.iter().any(first_due);
        self.new.iter().position(|new| {
            let renews = self.renews(new) || delayed;
            let common = shared(&promise.topics, &new.topics);
            let least = promise.topics.len().min(new.topics.len());
            let same_writer = promise.who == new.who;
            let same = common > 0 && (same_writer || 2 * common >= least);
            let moved = renews && (common > 0 || foremost && promise.act == Act::Deliver);
            new.due.is_some_and(|after| after > due) && (same || moved)
        })
    }

    /// The new promise that is made in place of a missed one: of the same matter, or where nothing
    /// else of ours was missed since.
    fn late_heir(&self, promise: &Promise) -> Option<usize> {
        let due = promise.due?;
        let since = |other: &Promise| {
            other.by == promise.by
                && other.state.broken()
                && other.replaced_by.is_none()
                && other.due.is_some_and(|o| o > due)
        };
        let last = !self.earlier.iter().any(since);
        self.new.iter().position(|new| {
            let same = shared(&promise.topics, &new.topics) > 0;
            new.due > promise.due && (same || last && new.act == promise.act)
        })
    }

    /// Whether `new` says of itself that it takes an older one's place.
    fn renews(&self, new: &Promise) -> bool {
        let read = self.said.made.iter().find(|made| made.start == new.span.start);
        read.is_some_and(|read| read.renews)
    }

    fn same_writer(&self, promise: &Promise) -> bool {
        promise.who == self.message.from.address.email
    }

    /// What the message means for a promise of the other side.
    pub(super) fn other(&self, promise: &Promise) -> Bearing<'a> {
        let passed = promise.due.is_some_and(|due| due <= self.message.at);
        let same = |told: &&Told| shared(&promise.topics, &told.topics) > 0;
        if let Some(complaint) = self.told(Turn::Disputed).next() {
            let meant = passed && (promise.state != PromiseState::Kept || same(&complaint));
            return meant.then_some((PromiseState::Disputed, Some(complaint), None));
        }
        let due = promise.due?;
        let received = self.told(Turn::Received).find(same);
        if let Some(received) = received.filter(|_| passed || self.written_since) {
            return Some((PromiseState::Kept, Some(received), None));
        }
        if passed {
            // "It came at ten, as written" speaks of what was due last.
            let soon_after = self.message.at.since(due).as_hours() <= 24 * CONFIRMED_WITHIN;
            let since = |other: &Promise| {
                other.by == promise.by && other.due.is_some_and(|o| o > due && o <= self.message.at)
            };
            let on_time = self.told(Turn::OnTime).next();
            let last = soon_after && !self.earlier.iter().any(since);
            return on_time.filter(|_| last).map(|told| (PromiseState::Kept, Some(told), None));
        }
        let received = self.told(Turn::Received).chain(self.told(Turn::OnTime)).next()?;
        let meant = self.written_since && self.is_near(promise, due);
        meant.then_some((PromiseState::Kept, Some(received), None))
    }
}

/// Whether `read` only says again what stands already: the same side, time and matter.
pub(super) fn repeats(all: &[Promise], by: Promisor, read: &Read) -> bool {
    read.due.is_some()
        && all.iter().any(|p| {
            p.by == by && p.is_open() && p.due == read.due && related(&p.topics, &read.topics)
        })
}

/// Whether two lists of topics may speak of one thing: they share one, or one says nothing.
fn related(a: &[Topic], b: &[Topic]) -> bool {
    a.is_empty() || b.is_empty() || shared(a, b) > 0
}

fn shared(a: &[Topic], b: &[Topic]) -> usize {
    a.iter().filter(|topic| b.contains(topic)).count()
}
