//! Cases as far as they were assessed, the recently touched ones kept in memory: one more message
//! then costs what the message costs, however long its case is.

use std::{collections::BTreeSet, sync::Arc};

use engine::{Calendar, CaseFile, assess::Checkpoint};
use jiff::tz::TimeZone;
use lru::LruCache;
use model::{CaseId, MessageKey};
use parking_lot::Mutex;

use crate::tables::CaseState;

/// What a message weighs beside its texts, and a finding.
const OVERHEAD: usize = 700;
const FINDING: usize = 300;

/// Where a case stands.
#[derive(Debug)]
pub(crate) struct Course {
    /// Its messages by number, in the order in which they came.
    pub(crate) messages: Vec<(u64, MessageKey)>,
    /// Numbers of its notes, in the order in which they came.
    pub(crate) notes: Vec<u64>,
    /// Message-IDs that its messages would rather answer than what they answer now.
    pub(crate) awaited: BTreeSet<String>,
    /// Its messages, people and notes.
    pub(crate) file: Arc<CaseFile>,
    /// What was found up to the last message.
    pub(crate) checkpoint: Option<Checkpoint>,
}

impl Course {
    /// A case of which nothing is known.
    pub(crate) fn new(case: CaseId) -> Self {
        let file = CaseFile {
            id: case,
            account: None,
            contacts: Vec::new(),
            messages: Vec::new(),
            notes: Vec::new(),
            judged: Vec::new(),
            decided: Vec::new(),
            calendar: Arc::new(Calendar::round_the_clock(TimeZone::UTC)),
            reply_minutes: None,
            given_to: None,
            earlier: [].into(),
        };
        Self {
            messages: Vec::new(),
            notes: Vec::new(),
            awaited: BTreeSet::new(),
            file: Arc::new(file),
            checkpoint: None,
        }
    }

    /// Whether a case stood here before it came to `state`.
    pub(crate) fn leads_to(&self, state: &CaseState) -> bool {
        let mut numbers = self.messages.iter().map(|(number, _)| number);
        let known = &state.messages[..self.messages.len().min(state.messages.len())];
        known.len() == self.messages.len()
            && known.iter().all(|number| numbers.next() == Some(number))
            && state.notes.starts_with(&self.notes)
    }

    /// The same, to go on from.
    pub(crate) fn again(&self) -> Self {
        Self {
            messages: self.messages.clone(),
            notes: self.notes.clone(),
            awaited: self.awaited.clone(),
            file: Arc::clone(&self.file),
            checkpoint: self.checkpoint.clone(),
        }
    }

    fn weight(&self) -> usize {
        let texts: usize = self.file.messages.iter().map(|m| m.body.len() + OVERHEAD).sum();
        texts + self.checkpoint.as_ref().map_or(0, Checkpoint::findings) * FINDING
    }
}

/// Courses by case, bounded in bytes.
pub(crate) struct Courses {
    inner: Mutex<Inner>,
    capacity: usize,
}

struct Inner {
    courses: LruCache<CaseId, (Arc<Course>, usize)>,
    bytes: usize,
}

impl Courses {
    /// Courses of at most `capacity` bytes.
    pub(crate) fn new(capacity: usize) -> Self {
        let inner = Inner { courses: LruCache::unbounded(), bytes: 0 };
        Self { inner: Mutex::new(inner), capacity }
    }

    /// Where a case stands, if that is known.
    pub(crate) fn get(&self, case: CaseId) -> Option<Arc<Course>> {
        self.inner.lock().courses.get(&case).map(|(course, _)| Arc::clone(course))
    }

    /// Keeps where a case stands.
    pub(crate) fn put(&self, case: CaseId, course: Course) {
        let weight = course.weight();
        if weight > self.capacity {
            return self.forget(case);
        }
        let mut inner = self.inner.lock();
        inner.bytes += weight;
        if let Some((_, before)) = inner.courses.put(case, (Arc::new(course), weight)) {
            inner.bytes -= before;
        }
        while inner.bytes > self.capacity {
            let Some((_, (_, oldest))) = inner.courses.pop_lru() else { break };
            inner.bytes -= oldest;
        }
    }

    /// Forgets where a case stands.
    pub(crate) fn forget(&self, case: CaseId) {
        let mut inner = self.inner.lock();
        if let Some((_, weight)) = inner.courses.pop(&case) {
            inner.bytes -= weight;
        }
    }

    /// Forgets everything: sides or titles have changed.
    pub(crate) fn clear(&self) {
        let mut inner = self.inner.lock();
        inner.courses.clear();
        inner.bytes = 0;
    }
}
