//! Promises in a text, and what a text says became of earlier ones.
//!
//! A promise is first person and future (or says that something will be there), has a time or is
//! explicit, and is neither a question, a condition, negated nor in quotation marks. The words
//! come from the lists named here; this module knows how they go together. Whose promise it is and
//! what becomes of it, the ledger of the engine decides.
//!
//! Start with [`find`].

mod due;
mod topics;

use model::Instant;

use crate::{
    dates::Moment,
    hits::{Hit, Hits},
    lists::WordLists,
    token::{Sentence, Text},
};

pub use topics::Topic;

/// The list whose words commit their author; those in its section `explicit` even without a time.
pub const PROMISES: &str = "promises";
/// The list whose words keep a clause from being a promise: absences, pleasantries, third parties.
pub const NO_PROMISE: &str = "promise_not";
/// The list whose words tell of a delay of what was promised; those in its section `time` name another
/// time, which is a promise of its own.
pub const MOVED: &str = "promise_moved";
/// The list whose words say that something is done, sent or attached; in its section `received`
/// those by which the other side says that it has come, in `on_time` that it came in time.
pub const DONE: &str = "promise_done";
/// The list whose words take a promise back.
pub const WITHDRAWN: &str = "promise_withdrawn";
/// The list whose words say that a commitment was missed.
pub const DISPUTED: &str = "promise_disputed";
/// The list whose words hand something to the reader: without them a customer's plans are their own.
pub const GIVES: &str = "promise_gives";
/// The list whose words tell promises to answer (section `reply`) from those to deliver or to do.
pub const ACTS: &str = "promise_acts";

/// How many bytes behind a commitment a word that keeps it from being a promise may begin.
const VETO_REACH: u32 = 10;

/// What is promised.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Act {
    /// To write, call or tell.
    Reply,
    /// To deliver or to do something.
    Deliver,
}

/// A promise in a text. Offsets are bytes of the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Promise {
    /// Where its words begin.
    pub start: u32,
    /// Where they end.
    pub end: u32,
    /// Where the words for what is to be delivered stand, if there are any.
    pub deliverable: Option<(u32, u32)>,
    /// When it is due; nothing if no time is named.
    pub due: Option<Instant>,
    /// Whether a careful reader could take its time for another instant.
    pub ambiguous: bool,
    /// Whether its author hands something to the reader, rather than telling of plans.
    pub gives: bool,
    /// What is promised.
    pub act: Act,
    /// What it is about.
    pub topics: Vec<Topic>,
    /// Whether its words name a new time for something promised before.
    pub renews: bool,
}

/// What a text says of earlier promises.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Turn {
    /// What was promised is done or comes along.
    Done,
    /// What was promised has come.
    Received,
    /// It came in time.
    OnTime,
    /// It will be another time or step.
    Moved,
    /// It will not be.
    Withdrawn,
    /// It was missed.
    Disputed,
}

/// A passage that speaks of an earlier promise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// What it says.
    pub turn: Turn,
    /// Where it begins.
    pub start: u32,
    /// Where it ends.
    pub end: u32,
    /// What its sentence is about.
    pub topics: Vec<Topic>,
}

/// Everything that a text says about promises.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Statements {
    /// Promises, in order of place.
    pub made: Vec<Promise>,
    /// What became of earlier ones, in order of place.
    pub told: Vec<Told>,
    /// What the whole text is about.
    pub topics: Vec<Topic>,
}

impl Statements {
    /// Adds those of a later part of the same text that begins at byte `offset`.
    pub fn append(&mut self, later: Self, offset: u32) {
        self.made.extend(later.made.into_iter().map(|promise| Promise {
            start: promise.start + offset,
            end: promise.end + offset,
            deliverable: promise.deliverable.map(|(start, end)| (start + offset, end + offset)),
            ..promise
        }));
        self.told.extend(later.told.into_iter().map(|told| Told {
            start: told.start + offset,
            end: told.end + offset,
            ..told
        }));
        self.topics.extend(later.topics);
        self.topics.sort_unstable();
        self.topics.dedup();
    }
}

/// What `text`, written at `at`, says about promises; `hits` and `moments` are those of `text`.
pub fn find(
    text: &Text<'_>,
    lists: &WordLists,
    hits: &Hits,
    moments: &[Moment],
    at: Instant,
) -> Statements {
    let page = Page { text, lists, hits, moments, at };
    let mut statements = Statements::default();
    // "It will be done by 11:00" speaks of what the sentence before it does.
    let mut before: Vec<Topic> = Vec::new();
    for (index, sentence) in text.sentences().iter().enumerate() {
        let topics = page.read_sentence(index as u32, sentence, &before, &mut statements);
        if !topics.is_empty() {
            before = topics;
        }
    }
    statements.topics.sort_unstable();
    statements.topics.dedup();
    statements
}

/// A text with everything that was found in it.
struct Page<'a> {
    text: &'a Text<'a>,
    lists: &'a WordLists,
    hits: &'a Hits,
    moments: &'a [Moment],
    at: Instant,
}

/// Words that commit, and whether they name a new time for something older.
#[derive(Clone, Copy)]
struct Commitment {
    start: u32,
    end: u32,
    explicit: bool,
    /// Whether the words name another time rather than tell of a delay.
    names_time: bool,
    renews: bool,
}

impl Page<'_> {
    /// Reads one sentence, of which the one before has the topics `before`. Gives its own.
    fn read_sentence(
        &self,
        index: u32,
        sentence: &Sentence,
        before: &[Topic],
        into: &mut Statements,
    ) -> Vec<Topic> {
        let topics = topics::of(self.text, self.hits, self.lists, index, self.moments);
        self.tell(index, &topics, into);
        into.topics.extend(&topics);
        let commitments = if sentence.question { Vec::new() } else { self.commitments(index) };
        let moments: Vec<&Moment> = self.ahead(sentence).collect();
        let whole = (sentence.start, sentence.end);
        for (commitment, place, moment) in pair(self.text, &commitments, &moments, whole) {
            if moment.is_none() && !commitment.explicit {
                continue;
            }
            let due = moment.map(|moment| due::of(self.text, moment));
            let act = self.act(index, place);
            let end = moment.map_or(place.1, |m| m.start.max(commitment.end));
            if let Some(last) = into.made.last_mut()
                && due.is_some()
                && last.due == due
            {
                // "It is moved to Thursday. The fix comes with it on Thursday."
                last.end = place.1;
                last.topics.extend(&topics);
                last.renews |= commitment.renews;
                continue;
            }
            into.made.push(Promise {
                start: place.0,
                end: place.1,
                deliverable: topics::deliverable(
                    self.text,
                    (self.behind_act(index, commitment), end),
                ),
                due,
                ambiguous: moment.is_some_and(|m| m.ambiguous),
                gives: self.gives(index, place),
                act,
                topics: if topics.is_empty() { before.to_vec() } else { topics.clone() },
                renews: commitment.renews,
            });
        }
        topics
    }

    /// What the sentence says of earlier promises.
    fn tell(&self, index: u32, topics: &[Topic], into: &mut Statements) {
        let turns = [
            (DONE, Turn::Done),
            (MOVED, Turn::Moved),
            (WITHDRAWN, Turn::Withdrawn),
            (DISPUTED, Turn::Disputed),
        ];
        for (list, turn) in turns {
            for hit in self.in_sentence(list, index).filter(|hit| meant(hit)) {
                let turn = match (turn, self.lists.mark(hit.mark)) {
                    (Turn::Done, "received") => Turn::Received,
                    (Turn::Done, "on_time") => Turn::OnTime,
                    (turn, _) => turn,
                };
                let (start, end, topics) = (hit.start, hit.end, topics.to_vec());
                into.told.push(Told { turn, start, end, topics });
            }
        }
    }

    /// The words of the sentence that commit its author, in order of place.
    fn commitments(&self, index: u32) -> Vec<Commitment> {
        let vetoes: Vec<(u32, u32)> = self
            .in_sentence(NO_PROMISE, index)
            .map(|hit| (self.clause(hit.start), hit.start))
            .collect();
        let of = |list: &'static str, renews: bool| {
            self.in_sentence(list, index).filter(|hit| meant(hit)).map(move |hit| {
                let mark = self.lists.mark(hit.mark);
                Commitment {
                    start: hit.start,
                    end: hit.end,
                    explicit: mark == "explicit",
                    names_time: mark == "time",
                    renews,
                }
            })
        };
        let mut found: Vec<Commitment> = of(PROMISES, false).collect();
        let moved: Vec<Commitment> = of(MOVED, true).collect();
        for commitment in &mut found {
            commitment.renews = !moved.is_empty();
        }
        if found.is_empty() {
            found = moved.into_iter().filter(|c| c.names_time).collect();
        }
        found.retain(|c| {
            let clause = self.clause(c.start);
            !vetoes.iter().any(|(of, start)| *of == clause && *start <= c.end + VETO_REACH)
        });
        found.sort_by_key(|c| c.start);
        found
    }

    fn in_sentence(&self, list: &'static str, index: u32) -> impl Iterator<Item = &Hit> {
        let hits = self.lists.list(list).map_or(&[][..], |list| self.hits.of(list));
        let from = hits.partition_point(|hit| hit.sentence < index);
        hits[from..].iter().take_while(move |hit| hit.sentence == index)
    }

    /// The moments of the sentence that lie ahead of its writing.
    fn ahead(&self, sentence: &Sentence) -> impl Iterator<Item = &Moment> {
        let (start, end) = (sentence.start, sentence.end);
        let within = move |m: &&Moment| m.start >= start && m.end <= end;
        self.moments
            .iter()
            .filter(within)
            .filter(|m| m.at > self.at && !due::is_no_due(self.text, m))
    }

    fn clause(&self, byte: u32) -> u32 {
        let tokens = self.text.tokens();
        let at = tokens.partition_point(|t| t.end <= byte);
        tokens.get(at).map_or(u32::MAX, |t| t.clause)
    }

    /// Where the words for what is promised begin: behind the first act of a commitment.
    fn behind_act(&self, index: u32, commitment: Commitment) -> u32 {
        let mut acts = self.in_sentence(ACTS, index).filter(|h| h.end > commitment.end);
        acts.next().map_or(commitment.end, |hit| hit.end)
    }

    fn gives(&self, index: u32, place: (u32, u32)) -> bool {
        self.in_sentence(GIVES, index).any(|h| h.start >= place.0 && h.end <= place.1)
    }

    /// What is promised in `place` of the sentence.
    fn act(&self, index: u32, place: (u32, u32)) -> Act {
        let mut acts =
            self.in_sentence(ACTS, index).filter(|h| h.start >= place.0 && h.end <= place.1);
        let first = acts.next().map(|hit| self.lists.mark(hit.mark));
        if first == Some("reply") { Act::Reply } else { Act::Deliver }
    }
}

/// Whether a hit says what its words say.
fn meant(hit: &Hit) -> bool {
    !(hit.negated || hit.conditional || hit.question || hit.quoted)
}

type Paired<'a> = (Commitment, (u32, u32), Option<&'a Moment>);

/// Each commitment with its part of the sentence and its time: one promise a sentence, unless
/// several parts of it have a commitment and a time each.
fn pair<'a>(
    text: &Text<'_>,
    commitments: &[Commitment],
    moments: &[&'a Moment],
    whole: (u32, u32),
) -> Vec<Paired<'a>> {
    let Some(first) = commitments.first() else { return Vec::new() };
    let mut parts: Vec<Paired<'a>> = Vec::new();
    if commitments.len() > 1 && moments.len() > 1 {
        for (position, commitment) in commitments.iter().enumerate() {
            let start = if position == 0 { whole.0 } else { commitment.start };
            let end = commitments.get(position + 1).map_or(whole.1, |next| next.start);
            let within: Vec<&Moment> =
                moments.iter().filter(|m| m.start >= start && m.end <= end).copied().collect();
            if let Some(moment) = due::choose(text, &within, commitment.start) {
                parts.push((*commitment, (start, end), Some(moment)));
            }
        }
    }
    // "I rebuild it tonight, and it will be there before 07:00": the time of day counts.
    let sharp = |part: &Paired<'_>| part.2.is_some_and(|moment| moment.timed);
    if parts.iter().any(sharp) {
        parts.retain(sharp);
    }
    if parts.len() > 1 {
        return parts;
    }
    let sharpest = parts.first().map(|part| part.2);
    let explicit = commitments.iter().find(|c| c.explicit).unwrap_or(first);
    let moment = sharpest.unwrap_or_else(|| due::choose(text, moments, first.start));
    vec![(if moment.is_some() { *first } else { *explicit }, whole, moment)]
}

#[cfg(test)]
mod tests;
