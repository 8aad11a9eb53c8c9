//! Texts of messages: what word lists, dates and sentences are found in them.

use std::sync::Arc;

use reading::{Hit, ListId, WordLists, dates::Moment, money::Amount};
use rhai::{Array, Dynamic, ImmutableString, NativeCallContext};

use super::{
    Api, Fallible, acts, fail,
    message::Message,
    passage::{Passage, When},
};
use crate::{
    error::did_you_mean,
    readings::{Part, Read, Said, capped, passages},
    scene::Scene,
};

/// One text of a message.
#[derive(Debug, Clone)]
pub(crate) struct Words {
    message: Message,
    /// Nothing for the subject.
    part: Option<Part>,
}

/// The list called `name`, or an error with a hint.
pub(super) fn known_list(lists: &WordLists, name: &str) -> Fallible<ListId> {
    if let Some(list) = lists.list(name) {
        return Ok(list);
    }
    let hint = did_you_mean(name, lists.names().iter().map(String::as_str));
    fail(format!("no word list `{name}`{hint}"))
}

/// Whether the author says it as their own.
pub(super) fn meant(hit: &Hit) -> bool {
    !hit.negated && !hit.quoted
}

impl Words {
    /// The text `part` of `message`; its subject without one.
    pub(super) fn new(message: Message, part: Option<Part>) -> Self {
        Self { message, part }
    }

    fn scene(&self) -> &Arc<Scene> {
        &self.message.scene
    }

    /// Calls `with` on what the text says; a subject says hits only.
    fn read<T>(&self, with: impl FnOnce(&Read) -> T) -> T {
        match self.part {
            Some(part) => self.scene().read(self.message.position, part, with),
            None => with(&Read::default()),
        }
    }

    /// Calls `with` on the hits of `list`.
    fn hits<T>(&self, list: &str, with: impl FnOnce(&[Hit]) -> T) -> Fallible<T> {
        let list = known_list(self.scene().readings().lists(), list)?;
        let position = self.message.position;
        Ok(match self.part {
            Some(part) => self.scene().read(position, part, |read| with(read.hits.of(list))),
            None => self.scene().read_subject(position, |hits| with(hits.of(list))),
        })
    }

    fn passage(&self, hit: &Hit) -> Passage {
        Passage::of_hit(self.scene(), self.message.position, self.part, hit)
    }

    fn find(&self, context: &NativeCallContext<'_>, list: &str) -> Fallible<Dynamic> {
        self.find_where(context, list, |_| true)
    }

    fn find_marked(
        &self,
        context: &NativeCallContext<'_>,
        list: &str,
        mark: &str,
    ) -> Fallible<Dynamic> {
        let lists = self.scene().readings().lists();
        self.find_where(context, list, |hit| lists.mark(hit.mark) == mark)
    }

    /// The first hit that `fits` and that its author means. Where only others stand, that is a near
    /// miss of the signal that asks.
    fn find_where(
        &self,
        context: &NativeCallContext<'_>,
        list: &str,
        fits: impl Fn(&Hit) -> bool,
    ) -> Fallible<Dynamic> {
        let (found, other) = self.hits(list, |hits| {
            let found = hits.iter().find(|hit| meant(hit) && fits(hit)).map(|h| self.passage(h));
            (found, hits.iter().find(|hit| fits(hit)).copied())
        })?;
        if let (None, Some(hit), true) = (&found, other, self.scene().explain) {
            let why = if hit.negated { "negated" } else { "between quotation marks" };
            let reason = format!("words of `{list}` stand there, but {why}");
            acts::nearly(context, vec![self.passage(&hit).span()], reason);
        }
        Ok(found.map_or(Dynamic::UNIT, Dynamic::from))
    }

    fn amounts(&self) -> Array {
        self.read(|read| {
            let place = |amount: &Amount| {
                let sentence = read.sentences.partition_point(|s| s.end <= amount.start);
                let said = read.sentences.get(sentence);
                Dynamic::from(self.plain(amount.start, amount.end, sentence, said))
            };
            read.amounts.iter().map(place).collect()
        })
    }

    fn find_all(&self, list: &str) -> Fallible<Array> {
        self.hits(list, |hits| hits.iter().map(|hit| Dynamic::from(self.passage(hit))).collect())
    }

    fn text(&self) -> ImmutableString {
        let most = crate::sandbox::MAX_STRING / 2;
        let Some(part) = self.part else {
            return capped(&self.message.get().subject, most).into();
        };
        let mut text = String::new();
        for (_, passage) in passages(self.message.get(), part) {
            text.push_str(capped(passage, most - text.len()));
        }
        text.into()
    }

    fn dates(&self) -> Array {
        self.read(|read| {
            let when = |moment: &Moment| {
                let sentence = read.sentences.partition_point(|s| s.end <= moment.start);
                let (start, end) = (moment.start, moment.end);
                let passage = self.plain(start, end, sentence, read.sentences.get(sentence));
                Dynamic::from(When { passage, moment: *moment })
            };
            read.moments.iter().map(when).collect()
        })
    }

    /// The sentences that `wanted` picks.
    fn sentences(&self, wanted: fn(&Said) -> bool) -> Array {
        self.read(|read| {
            let picked = read.sentences.iter().enumerate().filter(|(_, said)| wanted(said));
            picked
                .map(|(at, said)| Dynamic::from(self.plain(said.start, said.end, at, Some(said))))
                .collect()
        })
    }

    /// A passage that no word list found.
    fn plain(&self, start: u32, end: u32, sentence: usize, said: Option<&Said>) -> Passage {
        Passage {
            scene: Arc::clone(self.scene()),
            message: self.message.position,
            within: self.part,
            start,
            end,
            sentence: sentence as u32,
            mark: 0,
            negated: false,
            conditional: false,
            question: said.is_some_and(|s| s.question),
            quoted: false,
        }
    }
}

pub(super) fn register(api: &mut Api<'_>) {
    api.kind::<Words>("Text", "A text of a message.");
    api.call(
        "Text",
        "find(list) -> Passage or ()",
        "The first words of that word list that are neither negated nor between quotation marks.",
        |c: NativeCallContext<'_>, w: &mut Words, list: &str| w.find(&c, list),
    );
    api.call(
        "Text",
        "find(list, section) -> Passage or ()",
        "The same within one `[section]` of the list.",
        |c: NativeCallContext<'_>, w: &mut Words, list: &str, mark: &str| {
            w.find_marked(&c, list, mark)
        },
    );
    api.call(
        "Text",
        "find_all(list) -> list of Passage",
        "All words of that list, negated and quoted ones too.",
        |w: &mut Words, list: &str| w.find_all(list),
    );
    api.get(
        "Text",
        "dates: list of When",
        "The dates and times it names, in order. Only the new text has any.",
        |w: &mut Words| w.dates(),
    );
    api.get(
        "Text",
        "amounts: list of Passage",
        "The amounts of money it names, in order. Only the new text has any.",
        |w: &mut Words| w.amounts(),
    );
    api.get("Text", "sentences: list of Passage", "Its sentences.", |w: &mut Words| {
        w.sentences(|_| true)
    });
    api.get(
        "Text",
        "emphatic: list of Passage",
        "Its sentences that end in `??`, `!!` or `?!`.",
        |w: &mut Words| w.sentences(|said| said.emphatic),
    );
    api.get("Text", "words: int", "How many words it has.", |w: &mut Words| {
        w.read(|read| i64::from(read.words))
    });
    api.get(
        "Text",
        "questions: int",
        "How many of its sentences are questions.",
        |w: &mut Words| w.read(|read| read.sentences.iter().filter(|s| s.question).count() as i64),
    );
    api.get(
        "Text",
        "exclamations: int",
        "How many of its sentences end in an exclamation mark.",
        |w: &mut Words| w.read(|read| read.sentences.iter().filter(|s| s.exclaimed).count() as i64),
    );
    api.get("Text", "text: string", "The text itself, at most its first 32 KiB. Prefer word lists: they know negation, forms and languages.", |w: &mut Words| w.text());
}
