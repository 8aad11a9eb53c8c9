//! What a message means for an earlier promise.

use model::{PromiseState, Promisor};
use reading::promises::{Act, Promise as Read, Statements, Told, Topic, Turn};

use super::Promise;
use crate::case_file::CaseMessage;

/// What became of a promise, the words that show it, and the position of the new promise that
/// stands in its place.
pub(super) type Bearing<'a> = Option<(PromiseState, Option<&'a Told>, Option<usize>)>;

/// What a message of the side that made `promise` means for it; `new` are the promises that the
/// message makes.
pub(super) fn of_own<'a>(
    promise: &Promise,
    message: &CaseMessage,
    said: &'a Statements,
    new: &[Promise],
) -> Bearing<'a> {
    if promise.by == Promisor::Us && !message.is_reply_of_ours() {
        return None;
    }
    let told = |turn: Turn| said.told.iter().filter(move |told| told.turn == turn);
    let about = |told: &&Told| related(&promise.topics, &told.topics);
    if let Some(heir) = heir(promise, said, new) {
        return Some((PromiseState::Changed, told(Turn::Moved).next(), Some(heir)));
    }
    if let Some(taken_back) = told(Turn::Withdrawn).find(about) {
        return Some((PromiseState::Withdrawn, Some(taken_back), None));
    }
    if let Some(moved) = told(Turn::Moved).find(about) {
        return Some((PromiseState::Changed, Some(moved), None));
    }
    if let Some(done) = told(Turn::Done).find(about).or_else(|| told(Turn::Done).next()) {
        return Some((PromiseState::Kept, Some(done), None));
    }
    (promise.act == Act::Reply).then_some((PromiseState::Kept, None, None))
}

/// What a message of the other side means for `promise`.
pub(super) fn of_other<'a>(
    promise: &Promise,
    message: &CaseMessage,
    said: &'a Statements,
) -> Bearing<'a> {
    let told = |turn: Turn| said.told.iter().filter(move |told| told.turn == turn);
    if let Some(complaint) = told(Turn::Disputed).next() {
        let passed = promise.due.is_some_and(|due| due <= message.at);
        return passed.then_some((PromiseState::Disputed, Some(complaint), None));
    }
    let received = told(Turn::Received).next()?;
    Some((PromiseState::Kept, Some(received), None))
}

/// The new promise that takes the place of `promise`: one with a later time that says so, or that
/// speaks of the same thing.
fn heir(promise: &Promise, said: &Statements, new: &[Promise]) -> Option<usize> {
    let later = |new: &Promise| match (promise.due, new.due) {
        (Some(before), Some(after)) => after > before,
        _ => false,
    };
    new.iter().position(|new| {
        let read = said.made.iter().find(|made| made.start == new.span.start);
        let renews = read.is_some_and(|read| read.renews);
        let same = shared(&promise.topics, &new.topics) > 0
            || (promise.act == Act::Reply && new.act == Act::Reply);
        later(new) && (renews || same)
    })
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
