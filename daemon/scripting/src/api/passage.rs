//! Passages: words that stand somewhere, and dates among them.

use std::sync::Arc;

use engine::CaseMessage;
use model::{Instant, Span, SpanPart};
use reading::{Hit, dates::Moment};
use rhai::ImmutableString;

use super::Api;
use crate::{readings::capped, scene::Scene};

/// A place in a text of a message.
#[derive(Debug, Clone)]
pub(crate) struct Passage {
    pub(super) scene: Arc<Scene>,
    pub(super) message: usize,
    pub(super) part: SpanPart,
    pub(super) start: u32,
    pub(super) end: u32,
    pub(super) sentence: u32,
    pub(super) mark: u16,
    pub(super) negated: bool,
    pub(super) conditional: bool,
    pub(super) question: bool,
    pub(super) quoted: bool,
}

impl Passage {
    pub(super) fn of_hit(scene: &Arc<Scene>, message: usize, part: SpanPart, hit: &Hit) -> Self {
        Self {
            scene: Arc::clone(scene),
            message,
            part,
            start: hit.start,
            end: hit.end,
            sentence: hit.sentence,
            mark: hit.mark,
            negated: hit.negated,
            conditional: hit.conditional,
            question: hit.question,
            quoted: hit.quoted,
        }
    }

    pub(super) fn span(&self) -> Span {
        let message = self.get().key;
        Span { message, part: self.part, start: self.start, end: self.end }
    }

    fn get(&self) -> &CaseMessage {
        &self.scene.visible()[self.message]
    }

    /// The words.
    fn text(&self) -> ImmutableString {
        let message = self.get();
        let whole = match self.part {
            SpanPart::Subject => &*message.subject,
            _ => &*message.body,
        };
        let words = whole.get(self.start as usize..self.end as usize).unwrap_or_default();
        capped(words, crate::sandbox::MAX_STRING / 2).into()
    }

    fn same_sentence(&self, other: &Self) -> bool {
        (self.message, self.part, self.sentence) == (other.message, other.part, other.sentence)
    }

    /// How many words stand between this passage and `other` behind it; -1 if `other` is not behind
    /// it in the same sentence.
    fn words_to(&self, other: &Self) -> i64 {
        if !self.same_sentence(other) || other.start < self.end || self.part != SpanPart::Body {
            return -1;
        }
        let between = self.get().body.get(self.end as usize..other.start as usize);
        between.map_or(-1, |text| {
            text.split_whitespace().filter(|w| w.chars().any(char::is_alphanumeric)).count() as i64
        })
    }

    /// From the first character of either to the last of either, where both stand in one text.
    fn joined(&self, other: &Self) -> Self {
        if (self.message, self.part) != (other.message, other.part) {
            return self.clone();
        }
        let (start, end) = (self.start.min(other.start), self.end.max(other.end));
        Self { start, end, ..self.clone() }
    }
}

/// A date or time that a text names.
#[derive(Debug, Clone)]
pub(crate) struct When {
    pub(super) passage: Passage,
    pub(super) moment: Moment,
}

pub(super) fn register(api: &mut Api<'_>) {
    api.kind::<Passage>("Passage", "Words at a place of a message.");
    api.get("Passage", "text: string", "The words.", |p: &mut Passage| p.text());
    api.get(
        "Passage",
        "mark: string",
        "The section of the word list that they stand in, such as `strong`; empty before the first `[section]`.",
        |p: &mut Passage| -> ImmutableString { p.scene.readings().lists().mark(p.mark).into() },
    );
    api.get(
        "Passage",
        "negated: bool",
        "Whether a word of the list `negations` reaches them: \"not urgent\".",
        |p: &mut Passage| p.negated,
    );
    api.get(
        "Passage",
        "conditional: bool",
        "Whether a word of the list `conditionals` makes their sentence hypothetical: \"if it were down\".",
        |p: &mut Passage| p.conditional,
    );
    api.get(
        "Passage",
        "quoted: bool",
        "Whether they stand between quotation marks: somebody else's words, or a name.",
        |p: &mut Passage| p.quoted,
    );
    api.get(
        "Passage",
        "question: bool",
        "Whether their sentence is a question.",
        |p: &mut Passage| p.question,
    );
    api.get(
        "Passage",
        "sentence: int",
        "Which sentence of the text they stand in, from 0.",
        |p: &mut Passage| i64::from(p.sentence),
    );
    api.call(
        "Passage",
        "same_sentence(other) -> bool",
        "Whether both stand in one sentence. `other` is a Passage or a When.",
        |p: &mut Passage, other: Passage| p.same_sentence(&other),
    );
    api.call("Passage", "same_sentence(other) -> bool", "", |p: &mut Passage, other: When| {
        p.same_sentence(&other.passage)
    });
    api.call(
        "Passage",
        "words_to(other) -> int",
        "How many words stand between this passage and `other` behind it; -1 if `other` is not behind it in the same sentence. `other` is a Passage or a When.",
        |p: &mut Passage, other: Passage| p.words_to(&other),
    );
    api.call("Passage", "words_to(other) -> int", "", |p: &mut Passage, other: When| {
        p.words_to(&other.passage)
    });
    api.call(
        "Passage",
        "join(other) -> Passage",
        "From the first word of either to the last. `other` is a Passage or a When.",
        |p: &mut Passage, other: Passage| p.joined(&other),
    );
    api.call("Passage", "join(other) -> Passage", "", |p: &mut Passage, other: When| {
        p.joined(&other.passage)
    });

    api.kind::<When>("When", "A date or time that a text names, resolved for its author.");
    api.get(
        "When",
        "at: Instant",
        "The instant meant; a day without a time means the close of that day.",
        |w: &mut When| -> Instant { w.moment.at },
    );
    api.get("When", "place: Passage", "Where it is named.", |w: &mut When| w.passage.clone());
    api.get("When", "text: string", "The words that name it.", |w: &mut When| w.passage.text());
    api.get(
        "When",
        "kind: string",
        "`date`, `weekday`, `day` (tomorrow), `period` (month-end), `time` or `span` (within 24 hours).",
        |w: &mut When| -> ImmutableString { w.moment.kind.name().into() },
    );
    api.get(
        "When",
        "ambiguous: bool",
        "Whether a careful reader could take it for another instant.",
        |w: &mut When| w.moment.ambiguous,
    );
}
