//! Messages and their texts.

use std::sync::Arc;

use engine::CaseMessage;
use mail::ClassKind;
use model::{Instant, Side, SpanPart};
use reading::{Hit, ListId, WordLists};
use rhai::{Array, Dynamic, ImmutableString};

use super::{
    Api, Fallible, fail,
    passage::{Passage, When},
    person::{everybody, seen_before},
};
use crate::{
    error::did_you_mean,
    readings::{Part, Read, Said, capped, passages},
    scene::Scene,
};

/// A message of the case.
#[derive(Debug, Clone)]
pub(crate) struct Message {
    pub(super) scene: Arc<Scene>,
    pub(super) position: usize,
}

/// One text of a message.
#[derive(Debug, Clone)]
pub(crate) struct Words {
    message: Message,
    /// Nothing for the subject.
    part: Option<Part>,
}

impl Message {
    pub(crate) fn new(scene: &Arc<Scene>, position: usize) -> Self {
        Self { scene: Arc::clone(scene), position }
    }

    pub(super) fn get(&self) -> &CaseMessage {
        &self.scene.visible()[self.position]
    }

    fn words(&self, part: Part) -> Words {
        Words { message: self.clone(), part: Some(part) }
    }

    /// The first sentence of the new text that is more than a greeting, as a range of the body.
    pub(super) fn opening(&self) -> (u32, u32) {
        let reading = self.scene.reading(self.position);
        let read = reading.part(self.scene.readings().lists(), self.get(), Part::New);
        let long = read.sentences.iter().find(|s| s.end - s.start > 20);
        long.or(read.sentences.first()).map_or((0, 0), |s| (s.start, s.end))
    }

    fn people(&self, wanted: impl Fn(Side) -> bool) -> Array {
        everybody(&self.scene, self.position)
            .filter(|p| wanted(p.get().side))
            .map(Dynamic::from)
            .collect()
    }

    fn new_people(&self) -> Array {
        everybody(&self.scene, self.position)
            .filter(|p| p.get().side == Side::Customer)
            .filter(|p| !seen_before(&self.scene, self.position, &p.get().address.email))
            .map(Dynamic::from)
            .collect()
    }
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
fn meant(hit: &Hit) -> bool {
    !hit.negated && !hit.quoted
}

impl Words {
    fn scene(&self) -> &Arc<Scene> {
        &self.message.scene
    }

    /// Calls `with` on the part's reading; the subject has none.
    fn read<T>(&self, with: impl FnOnce(&Read) -> T) -> T {
        let reading = self.scene().reading(self.message.position);
        match self.part {
            Some(part) => {
                with(reading.part(self.scene().readings().lists(), self.message.get(), part))
            }
            None => with(&Read::default()),
        }
    }

    /// Calls `with` on the hits of `list`.
    fn hits<T>(&self, list: &str, with: impl FnOnce(&[Hit]) -> T) -> Fallible<T> {
        let lists = self.scene().readings().lists();
        let list = known_list(lists, list)?;
        let reading = self.scene().reading(self.message.position);
        let hits = match self.part {
            Some(part) => &reading.part(lists, self.message.get(), part).hits,
            None => reading.subject(lists, self.message.get()),
        };
        Ok(with(hits.of(list)))
    }

    fn passage(&self, hit: &Hit) -> Passage {
        let part = if self.part.is_some() { SpanPart::Body } else { SpanPart::Subject };
        Passage::of_hit(self.scene(), self.message.position, part, hit)
    }

    fn find(&self, list: &str) -> Fallible<Dynamic> {
        self.hits(list, |hits| {
            let found = hits.iter().find(|hit| meant(hit));
            found.map_or(Dynamic::UNIT, |hit| Dynamic::from(self.passage(hit)))
        })
    }

    fn find_marked(&self, list: &str, mark: &str) -> Fallible<Dynamic> {
        let lists = self.scene().readings().lists();
        self.hits(list, |hits| {
            let found = hits.iter().find(|hit| meant(hit) && lists.mark(hit.mark) == mark);
            found.map_or(Dynamic::UNIT, |hit| Dynamic::from(self.passage(hit)))
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
        if self.part != Some(Part::New) {
            return Array::new();
        }
        let scene = self.scene();
        let reading = scene.reading(self.message.position);
        let moments = reading.moments(&scene.case.calendar, self.message.get());
        let read = reading.part(scene.readings().lists(), self.message.get(), Part::New);
        let sentence = |at: u32| read.sentences.partition_point(|s| s.end <= at) as u32;
        moments
            .iter()
            .map(|moment| {
                let sentence = sentence(moment.start);
                let question = read.sentences.get(sentence as usize).is_some_and(|s| s.question);
                let passage = Passage {
                    scene: Arc::clone(scene),
                    message: self.message.position,
                    part: SpanPart::Body,
                    start: moment.start,
                    end: moment.end,
                    sentence,
                    mark: 0,
                    negated: false,
                    conditional: false,
                    question,
                    quoted: false,
                };
                Dynamic::from(When { passage, moment: *moment })
            })
            .collect()
    }

    /// The sentences that `wanted` picks.
    fn sentences(&self, wanted: fn(&Said) -> bool) -> Array {
        self.read(|read| {
            let passage = |(index, said): (usize, &Said)| Passage {
                scene: Arc::clone(self.scene()),
                message: self.message.position,
                part: SpanPart::Body,
                start: said.start,
                end: said.end,
                sentence: index as u32,
                mark: 0,
                negated: false,
                conditional: false,
                question: said.question,
                quoted: false,
            };
            let picked = read.sentences.iter().enumerate().filter(|(_, said)| wanted(said));
            picked.map(passage).map(Dynamic::from).collect()
        })
    }
}

pub(super) fn register(api: &mut Api<'_>) {
    register_message(api);
    register_words(api);
}

fn register_message(api: &mut Api<'_>) {
    api.kind::<Message>("Message", "A message of the case.");
    api.get(
        "Message",
        "from_customer: bool",
        "Whether somebody of the customer's sent it.",
        |m: &mut Message| m.get().from_customer(),
    );
    api.get("Message", "from_us: bool", "Whether one of ours sent it.", |m: &mut Message| {
        m.get().from_us()
    });
    api.get(
        "Message",
        "automatic: bool",
        "Whether no person wrote it: out-of-office, bounce, newsletter, monitoring.",
        |m: &mut Message| m.get().is_automatic(),
    );
    api.get("Message", "class: string", "`human`, `out_of_office`, `auto_reply`, `bounce`, `receipt`, `newsletter`, `calendar` or `notification`.", |m: &mut Message| -> ImmutableString { class_name(m.get().class).into() });
    api.get("Message", "needs_answer: bool", "Whether a person of the customer's wrote it and it asks for something, if only by telling of a problem. A mere thank-you does not.", |m: &mut Message| m.get().needs_answer());
    api.get(
        "Message",
        "to_us: bool",
        "Whether an address of ours is in To or Cc.",
        |m: &mut Message| {
            let message = m.get();
            message.to.iter().chain(&message.cc).any(|p| p.side == Side::Us)
        },
    );
    api.get("Message", "first: bool", "Whether it is the first of the case.", |m: &mut Message| {
        m.position == 0
    });
    api.get("Message", "at: Instant", "When it happened.", |m: &mut Message| -> Instant {
        m.get().at
    });
    api.get("Message", "subject: Text", "Its subject.", |m: &mut Message| Words {
        message: m.clone(),
        part: None,
    });
    api.get(
        "Message",
        "new_text: Text",
        "What its author wrote for it, without quotations, signature and disclaimer.",
        |m: &mut Message| m.words(Part::New),
    );
    api.get("Message", "signature: Text", "Its signature.", |m: &mut Message| {
        m.words(Part::Signature)
    });
    api.get("Message", "quoted: Text", "What it quotes or forwards.", |m: &mut Message| {
        m.words(Part::Quoted)
    });
    api.get("Message", "from: Person", "Who sent it.", |m: &mut Message| {
        everybody(&m.scene, m.position).next().map_or(Dynamic::UNIT, Dynamic::from)
    });
    api.get(
        "Message",
        "people: list of Person",
        "Everybody in From, To and Cc.",
        |m: &mut Message| m.people(|_| true),
    );
    api.get(
        "Message",
        "customers: list of Person",
        "The customer's people among them.",
        |m: &mut Message| m.people(|side| side == Side::Customer),
    );
    api.get(
        "Message",
        "new_people: list of Person",
        "The customer's people whom no earlier message of the case names.",
        |m: &mut Message| m.new_people(),
    );
    api.get(
        "Message",
        "team: string",
        "The team of ours that its sender belongs to; empty if none.",
        |m: &mut Message| -> ImmutableString {
            m.get().from.team.as_deref().unwrap_or_default().into()
        },
    );
    api.get(
        "Message",
        "attachments: list of string",
        "The names of attached files.",
        |m: &mut Message| -> Array {
            m.get().attachments.iter().map(|name| Dynamic::from(name.clone())).collect()
        },
    );
    api.get(
        "Message",
        "answers: Message or ()",
        "The message of the case that it answers.",
        |m: &mut Message| {
            let answered = m.get().answers.and_then(|key| m.scene.position_of(key));
            answered
                .map_or(Dynamic::UNIT, |position| Dynamic::from(Message::new(&m.scene, position)))
        },
    );
}

fn register_words(api: &mut Api<'_>) {
    api.kind::<Words>("Text", "A text of a message.");
    api.call(
        "Text",
        "find(list) -> Passage or ()",
        "The first words of that word list that are neither negated nor between quotation marks.",
        |w: &mut Words, list: &str| w.find(list),
    );
    api.call(
        "Text",
        "find(list, section) -> Passage or ()",
        "The same within one `[section]` of the list.",
        |w: &mut Words, list: &str, mark: &str| w.find_marked(list, mark),
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

fn class_name(class: ClassKind) -> &'static str {
    match class {
        ClassKind::Human => "human",
        ClassKind::OutOfOffice => "out_of_office",
        ClassKind::AutoReply => "auto_reply",
        ClassKind::Bounce => "bounce",
        ClassKind::Receipt => "receipt",
        ClassKind::Newsletter => "newsletter",
        ClassKind::Calendar => "calendar",
        ClassKind::Notification => "notification",
    }
}
