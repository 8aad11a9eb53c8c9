//! Messages as rules see them, the recently used ones kept in memory.

use std::sync::Arc;

use engine::{CaseMessage, Participant, directory::Directory};
use lru::LruCache;
use mail::Message;
use model::{Address, MessageKey};
use parking_lot::Mutex;

/// What a message weighs beside its texts.
const OVERHEAD: usize = 600;

/// A message ready for rules, with what ties it to the one it answers.
#[derive(Debug, Clone)]
pub struct Text {
    /// The message.
    pub message: Arc<CaseMessage>,
    /// Its own Message-ID, if it has one.
    pub id: Option<Arc<str>>,
    /// Message-IDs that it answers, the nearest first.
    pub answers: Arc<[String]>,
}

impl Text {
    /// Reads `message`; sides, teams and titles come from `directory`.
    pub fn of(message: &Message, directory: &Directory) -> Self {
        let people = |list: &[Address]| -> Vec<Participant> {
            list.iter().map(|address| directory.participant(address)).collect()
        };
        let mut cc = people(&message.cc);
        cc.extend(people(&message.bcc));
        let answers: Vec<String> = message
            .in_reply_to
            .iter()
            .chain(message.references.iter().rev())
            .take(4)
            .cloned()
            .collect();
        let seen = CaseMessage {
            key: message.key,
            at: message.happened,
            offset: message.utc_offset,
            from: directory.participant(&message.from),
            to: people(&message.to),
            cc,
            subject: Arc::from(message.subject.as_str()),
            body: Arc::from(message.body.as_str()),
            segments: Arc::from(message.segments.as_slice()),
            class: message.class.kind,
            attachments: message.attachments.iter().map(|a| a.name.clone()).collect(),
            answers: None,
        };
        let id = message.message_id.as_deref().map(Arc::from);
        Self { message: Arc::new(seen), id, answers: answers.into() }
    }

    fn weight(&self) -> usize {
        OVERHEAD + self.message.body.len() + self.message.subject.len()
    }
}

/// Texts by message, bounded in bytes.
pub struct TextCache {
    inner: Mutex<Inner>,
    capacity: usize,
}

struct Inner {
    texts: LruCache<MessageKey, Text>,
    bytes: usize,
}

impl TextCache {
    /// An empty cache of at most `capacity` bytes.
    pub fn new(capacity: usize) -> Self {
        let inner = Inner { texts: LruCache::unbounded(), bytes: 0 };
        Self { inner: Mutex::new(inner), capacity }
    }

    /// The text of a message, if it is at hand.
    pub fn get(&self, key: &MessageKey) -> Option<Text> {
        self.inner.lock().texts.get(key).cloned()
    }

    /// Keeps the text of a message.
    pub fn put(&self, text: Text) {
        let mut inner = self.inner.lock();
        inner.bytes += text.weight();
        if let Some(before) = inner.texts.put(text.message.key, text) {
            inner.bytes -= before.weight();
        }
        while inner.bytes > self.capacity {
            let Some((_, oldest)) = inner.texts.pop_lru() else { break };
            inner.bytes -= oldest.weight();
        }
    }

    /// Forgets the texts of some messages.
    pub fn drop_all(&self, keys: impl Iterator<Item = MessageKey>) {
        let mut inner = self.inner.lock();
        for key in keys {
            if let Some(text) = inner.texts.pop(&key) {
                inner.bytes -= text.weight();
            }
        }
    }

    /// Forgets everything: sides or titles have changed.
    pub fn clear(&self) {
        let mut inner = self.inner.lock();
        inner.texts.clear();
        inner.bytes = 0;
    }
}
