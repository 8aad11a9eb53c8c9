//! What the texts of messages say, read once and kept while there is room.

use std::{
    hash::{Hash, Hasher},
    num::NonZeroUsize,
    sync::{Arc, OnceLock},
};

use engine::{Calendar, CaseMessage};
use jiff::civil::Time;
use lru::LruCache;
use mail::SegmentKind;
use model::MessageKey;
use parking_lot::Mutex;
use reading::{
    Hits, Text, WordLists,
    dates::{self, Moment, Week, Writing},
    money::{self, Amount},
    promises::{self, Statements},
};

/// How many messages' readings are kept.
const KEPT: NonZeroUsize = NonZeroUsize::new(4096).unwrap();
/// The longest text that is read of one message, in bytes; what lies beyond is no mail of a person.
const MAX_TEXT: usize = 256 * 1024;

/// Which text of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part {
    /// What its author wrote for it.
    New,
    /// Signature and sign-off.
    Signature,
    /// What it quotes or forwards.
    Quoted,
}

/// A sentence in a body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Said {
    pub(crate) start: u32,
    pub(crate) end: u32,
    pub(crate) question: bool,
    pub(crate) exclaimed: bool,
    pub(crate) emphatic: bool,
}

/// What one part of a message says. Offsets are those of the body.
#[derive(Debug, Default)]
pub(crate) struct Read {
    pub(crate) hits: Hits,
    pub(crate) sentences: Vec<Said>,
    pub(crate) words: u32,
    /// Dates and times, resolved for the author; only new text is searched for them.
    pub(crate) moments: Vec<Moment>,
    /// Amounts of money; only new text is searched for them.
    pub(crate) amounts: Vec<Amount>,
    /// Promises, made and earlier ones; only new text is searched for them.
    pub(crate) statements: Arc<Statements>,
}

/// What a message says, part by part, as far as somebody asked. It holds no text itself: whoever
/// asks brings the message that it is the reading of.
#[derive(Debug, Default)]
pub(crate) struct Reading {
    /// Tells the text and zone that were read from later, corrected ones.
    print: u64,
    new: OnceLock<Read>,
    signature: OnceLock<Read>,
    quoted: OnceLock<Read>,
    subject: OnceLock<Hits>,
}

impl Reading {
    /// The part `part` of `message`.
    pub(crate) fn part(
        &self,
        lists: &WordLists,
        calendar: &Calendar,
        message: &CaseMessage,
        part: Part,
    ) -> &Read {
        let cell = match part {
            Part::New => &self.new,
            Part::Signature => &self.signature,
            Part::Quoted => &self.quoted,
        };
        cell.get_or_init(|| read(lists, calendar, message, part))
    }

    /// The hits in the subject of `message`.
    pub(crate) fn subject(&self, lists: &WordLists, message: &CaseMessage) -> &Hits {
        self.subject.get_or_init(|| lists.find_all(capped(&message.subject, MAX_TEXT)))
    }
}

fn read(lists: &WordLists, calendar: &Calendar, message: &CaseMessage, part: Part) -> Read {
    let writing = writing(calendar, message);
    let mut read = Read::default();
    let mut statements = Statements::default();
    for (offset, passage) in passages(message, part) {
        let text = Text::read(passage);
        let sentences = read.sentences.len() as u32;
        read.words += text.tokens().len() as u32;
        let hits = lists.find_in(&text);
        read.hits.append(&hits, offset, sentences);
        read.sentences.extend(text.sentences().iter().map(|s| Said {
            start: s.start + offset,
            end: s.end + offset,
            question: s.question,
            exclaimed: s.exclaimed,
            emphatic: s.emphatic,
        }));
        if part == Part::New {
            let moved = |m: Moment| Moment { start: m.start + offset, end: m.end + offset, ..m };
            let moments = dates::find(&text, &writing);
            statements.append(promises::find(&text, lists, &hits, &moments, message.at), offset);
            read.moments.extend(moments.into_iter().map(moved));
            let moved = |a: Amount| Amount { start: a.start + offset, end: a.end + offset };
            read.amounts.extend(money::find(&text).into_iter().map(moved));
        }
    }
    read.statements = Arc::new(statements);
    read
}

/// When and where `message` was written: on its author's clock, for readers of the account.
fn writing(calendar: &Calendar, message: &CaseMessage) -> Writing {
    let own = &calendar.zone;
    let zone = message
        .offset
        .map_or_else(|| own.clone(), |offset| dates::of_author(offset, message.at, &[own]));
    let hours = calendar.week_of(calendar.date_of(message.at));
    let closes = std::array::from_fn(|day| hours[day].last().map(|(_, to)| time(*to)));
    let week = Week { closes, holidays: Arc::clone(&calendar.holidays) };
    Writing { at: message.at, zone, reader: Some(calendar.zone.clone()), week }
}

/// A time of day; midnight at the end of a day is its last minute.
fn time(minutes: u16) -> Time {
    let minutes = minutes.min(24 * 60 - 1);
    Time::new((minutes / 60) as i8, (minutes % 60) as i8, 0, 0).unwrap_or_default()
}

/// The passages of `part` with their offsets in the body.
pub(crate) fn passages(message: &CaseMessage, part: Part) -> impl Iterator<Item = (u32, &str)> {
    let wanted = move |kind: SegmentKind| match part {
        Part::New => kind == SegmentKind::New,
        Part::Signature => kind == SegmentKind::Signature,
        Part::Quoted => matches!(kind, SegmentKind::Quotation | SegmentKind::Forwarded),
    };
    let mut left = MAX_TEXT;
    message.segments.iter().filter(move |s| wanted(s.kind)).filter_map(move |segment| {
        let passage = message.body.get(segment.start as usize..segment.end as usize)?;
        let passage = capped(passage, left);
        left -= passage.len();
        Some((segment.start, passage))
    })
}

/// The first `most` bytes of `text`, less what would cut a character.
pub(crate) fn capped(text: &str, most: usize) -> &str {
    let mut end = most.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

/// Keeps readings by message; shared by all threads.
pub(crate) struct Readings {
    lists: Arc<WordLists>,
    kept: Mutex<LruCache<MessageKey, Arc<Reading>>>,
}

impl std::fmt::Debug for Readings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Readings")
    }
}

impl Readings {
    pub(crate) fn new(lists: Arc<WordLists>) -> Self {
        Self { lists, kept: Mutex::new(LruCache::new(KEPT)) }
    }

    pub(crate) fn lists(&self) -> &WordLists {
        &self.lists
    }

    #[cfg(test)]
    pub(crate) fn forget(&self, message: MessageKey) {
        self.kept.lock().pop(&message);
    }

    /// What `message` says, for a case with `calendar`.
    pub(crate) fn of(&self, message: &CaseMessage, calendar: &Calendar) -> Arc<Reading> {
        let print = fingerprint(message, calendar);
        let mut kept = self.kept.lock();
        if let Some(reading) = kept.get(&message.key)
            && reading.print == print
        {
            return Arc::clone(reading);
        }
        let reading = Arc::new(Reading { print, ..Reading::default() });
        kept.put(message.key, Arc::clone(&reading));
        reading
    }
}

/// Two readings of one message differ only if this does.
fn fingerprint(message: &CaseMessage, calendar: &Calendar) -> u64 {
    let mut hasher = rustc_hash::FxHasher::default();
    message.body.len().hash(&mut hasher);
    message.at.hash(&mut hasher);
    for segment in &*message.segments {
        (segment.start, segment.end, segment.kind).hash(&mut hasher);
    }
    calendar.zone.iana_name().hash(&mut hasher);
    calendar.week_of(calendar.date_of(message.at)).hash(&mut hasher);
    calendar.holidays.hash(&mut hasher);
    message.offset.hash(&mut hasher);
    hasher.finish()
}
