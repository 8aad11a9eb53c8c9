//! Passages: words that stand somewhere, and dates among them.

use std::sync::Arc;

use engine::CaseMessage;
use model::{Instant, Span, SpanPart};
use reading::{Hit, Hits, dates::Moment};
use rhai::{Dynamic, ImmutableString};

use super::{
    Api, Fallible,
    words::{known_list, meant},
};
use crate::{
    readings::{Part, capped},
    scene::Scene,
};

/// A place in a text of a message.
#[derive(Debug, Clone)]
pub(crate) struct Passage {
    pub(super) scene: Arc<Scene>,
    pub(super) message: usize,
    /// Which text; nothing for the subject.
    pub(super) within: Option<Part>,
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
    pub(super) fn of_hit(
        scene: &Arc<Scene>,
        message: usize,
        within: Option<Part>,
        hit: &Hit,
    ) -> Self {
        Self {
            scene: Arc::clone(scene),
            message,
            within,
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
        let part = if self.within.is_some() { SpanPart::Body } else { SpanPart::Subject };
        Span { message, part, start: self.start, end: self.end }
    }

    fn get(&self) -> &CaseMessage {
        &self.scene.visible()[self.message]
    }

    /// The text it stands in.
    fn whole(&self) -> &str {
        let message = self.get();
        if self.within.is_some() { &message.body } else { &message.subject }
    }

    /// The words.
    pub(crate) fn text(&self) -> ImmutableString {
        let words = self.whole().get(self.start as usize..self.end as usize).unwrap_or_default();
        capped(words, crate::sandbox::MAX_STRING / 2).into()
    }

    fn same_text(&self, other: &Self) -> bool {
        (self.message, self.within) == (other.message, other.within)
    }

    fn same_sentence(&self, other: &Self) -> bool {
        self.same_text(other) && self.sentence == other.sentence
    }

    /// The first hit of `list` that `fits`, in the sentence of this passage, meant and not
    /// hypothetical.
    fn find_beside(&self, list: &str, fits: impl Fn(&Hit) -> bool) -> Fallible<Dynamic> {
        let list = known_list(self.scene.readings().lists(), list)?;
        let pick = |hits: &Hits| {
            let mut hits = hits.of(list).iter();
            hits.find(|h| h.sentence == self.sentence && meant(h) && !h.conditional && fits(h))
                .copied()
        };
        let found = match self.within {
            Some(part) => self.scene.read(self.message, part, |read| pick(&read.hits)),
            None => self.scene.read_subject(self.message, pick),
        };
        Ok(found.map_or(Dynamic::UNIT, |hit| {
            Dynamic::from(Self::of_hit(&self.scene, self.message, self.within, &hit))
        }))
    }

    fn beside(&self, list: &str) -> Fallible<Dynamic> {
        self.find_beside(list, |_| true)
    }

    fn beside_marked(&self, list: &str, mark: &str) -> Fallible<Dynamic> {
        let lists = self.scene.readings().lists();
        self.find_beside(list, |hit| lists.mark(hit.mark) == mark)
    }

    /// A hit of `list` that ends at most `words` words before this passage.
    fn led_by(&self, list: &str, words: i64) -> Fallible<Dynamic> {
        self.find_beside(list, |hit| self.follows(hit, words))
    }

    fn led_by_marked(&self, list: &str, words: i64, mark: &str) -> Fallible<Dynamic> {
        let lists = self.scene.readings().lists();
        self.find_beside(list, |hit| lists.mark(hit.mark) == mark && self.follows(hit, words))
    }

    /// Whether at most `words` words stand between `hit` and this passage behind it.
    fn follows(&self, hit: &Hit, words: i64) -> bool {
        let between = self.whole().get(hit.end as usize..self.start as usize);
        between.is_some_and(|text| word_count(text) <= words)
    }

    /// From the first character of either to the last of either, where both stand in one text.
    fn joined(&self, other: &Self) -> Self {
        if !self.same_text(other) {
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
        "beside(list) -> Passage or ()",
        "The first words of that word list in the same sentence that are neither negated, quoted nor hypothetical.",
        |p: &mut Passage, list: &str| p.beside(list),
    );
    api.call(
        "Passage",
        "beside(list, section) -> Passage or ()",
        "The same within one `[section]` of the list.",
        |p: &mut Passage, list: &str, mark: &str| p.beside_marked(list, mark),
    );
    api.call(
        "Passage",
        "led_by(list, words) -> Passage or ()",
        "The same, but only words that stand before it with at most so many words between.",
        |p: &mut Passage, list: &str, words: i64| p.led_by(list, words),
    );
    api.call(
        "Passage",
        "led_by(list, words, section) -> Passage or ()",
        "The same within one `[section]` of the list.",
        |p: &mut Passage, list: &str, words: i64, mark: &str| p.led_by_marked(list, words, mark),
    );
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
    api.call(
        "When",
        "beside(list) -> Passage or ()",
        "What `place.beside(list)` gives.",
        |w: &mut When, list: &str| w.passage.beside(list),
    );
    api.call(
        "When",
        "beside(list, section) -> Passage or ()",
        "",
        |w: &mut When, list: &str, mark: &str| w.passage.beside_marked(list, mark),
    );
    api.call(
        "When",
        "led_by(list, words) -> Passage or ()",
        "What `place.led_by(list, words)` gives: \"by the\" before \"12th\".",
        |w: &mut When, list: &str, words: i64| w.passage.led_by(list, words),
    );
}

fn word_count(text: &str) -> i64 {
    text.split_whitespace().filter(|w| w.contains(char::is_alphanumeric)).count() as i64
}
