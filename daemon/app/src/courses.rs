//! Cases as far as they were assessed, the recently touched ones kept in memory: one more message
//! then costs what the message costs, however long its case is.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use engine::{CaseFile, assess::Checkpoint};
use lru::LruCache;
use model::{CaseId, MessageKey};
use parking_lot::Mutex;

/// What a message weighs beside its texts, and a finding.
const OVERHEAD: usize = 700;
const FINDING: usize = 300;

/// Where a case stands.
#[derive(Debug)]
pub(crate) struct Course {
    /// Numbers of its messages in the order in which they came, with their keys.
    pub(crate) numbers: Vec<u64>,
    /// Keys of messages by their numbers.
    pub(crate) keys: BTreeMap<u64, MessageKey>,
    /// Numbers of its notes.
    pub(crate) notes: Vec<u64>,
    /// Message-IDs that its messages would rather answer than what they answer now.
    pub(crate) awaited: BTreeSet<String>,
    /// The state of [`crate::texts::TextCache`] that it was read in.
    pub(crate) epoch: u64,
    /// Its messages, people and notes.
    pub(crate) file: Arc<CaseFile>,
    /// What was found up to the last message.
    pub(crate) checkpoint: Option<Checkpoint>,
}

impl Course {
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

    /// Takes out where a case stands, if that is known.
    pub(crate) fn take(&self, case: CaseId) -> Option<Arc<Course>> {
        let mut inner = self.inner.lock();
        let (course, weight) = inner.courses.pop(&case)?;
        inner.bytes -= weight;
        Some(course)
    }

    /// Keeps where a case stands.
    pub(crate) fn put(&self, case: CaseId, course: Course) {
        let weight = course.weight();
        if weight > self.capacity {
            return;
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
}
