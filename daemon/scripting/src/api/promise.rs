//! Promises: what somebody said they would do, and what became of it.

use std::sync::Arc;

use engine::Promise as Entry;
use model::{Instant, PromiseState, Promisor, Span};
use reading::Hit;
use rhai::{Array, Dynamic, ImmutableString};

use super::{Api, message::Message, passage::Passage, record::Record};
use crate::{
    readings::{Part, capped},
    scene::Scene,
};

/// A promise of the case.
#[derive(Debug, Clone)]
pub(crate) struct Promise {
    scene: Arc<Scene>,
    index: usize,
}

impl Promise {
    pub(crate) fn new(scene: &Arc<Scene>, index: usize) -> Self {
        Self { scene: Arc::clone(scene), index }
    }

    fn get(&self) -> &Entry {
        &self.scene.promises[self.index]
    }

    /// The words at `span`; the message itself where it is no passage of a body.
    fn passage(&self, span: &Span) -> Dynamic {
        let Some(message) = self.scene.position_of(span.message) else { return Dynamic::UNIT };
        let sentence = self.scene.read(message, Part::New, |read| {
            read.sentences.iter().position(|s| s.end > span.start).unwrap_or_default()
        });
        let hit = Hit {
            list: reading::ListId(0),
            mark: 0,
            start: span.start,
            end: span.end,
            sentence: sentence as u32,
            negated: false,
            conditional: false,
            question: false,
            quoted: false,
        };
        Dynamic::from(Passage::of_hit(&self.scene, message, Some(Part::New), &hit))
    }

    fn deliverable(&self) -> ImmutableString {
        let promise = self.get();
        if let Some(wording) = &promise.wording {
            return wording.as_str().into();
        }
        let words = promise.deliverable.as_ref().and_then(|span| {
            let position = self.scene.position_of(span.message)?;
            span.of(&self.scene.visible()[position].body)
        });
        capped(words.unwrap_or_default(), crate::sandbox::MAX_STRING / 2).into()
    }

    fn message(&self) -> Dynamic {
        let position = self.scene.position_of(self.get().message);
        position.map_or(Dynamic::UNIT, |at| Dynamic::from(Message::new(&self.scene, at)))
    }

    fn replaced_by(&self) -> Dynamic {
        let heir = self.get().replaced_by;
        let index = heir.and_then(|id| self.scene.promises.iter().position(|p| p.id == id));
        index.map_or(Dynamic::UNIT, |index| Dynamic::from(Self::new(&self.scene, index)))
    }
}

/// The promises of a record.
fn all(scene: &Arc<Scene>) -> Array {
    let counted = (0..scene.promises.len()).filter(|at| !scene.promises[*at].is_rejected());
    counted.map(|at| Dynamic::from(Promise::new(scene, at))).collect()
}

fn or_unit(at: Option<Instant>) -> Dynamic {
    at.map_or(Dynamic::UNIT, Dynamic::from)
}

pub(super) fn register(api: &mut Api<'_>) {
    api.get(
        "Record",
        "promises: list of Promise",
        "What either side has promised so far, oldest first.",
        |r: &mut Record| all(&r.0),
    );
    api.kind::<Promise>("Promise", "What somebody of either side said they would do.");
    register_words(api);
    register_state(api);
}

fn register_words(api: &mut Api<'_>) {
    api.get("Promise", "by: string", "`us` or `customer`.", |p: &mut Promise| -> ImmutableString {
        p.get().by.name().into()
    });
    api.get("Promise", "by_us: bool", "Whether one of ours made it.", |p: &mut Promise| {
        p.get().by == Promisor::Us
    });
    api.get(
        "Promise",
        "who: string",
        "The address of the person who made it.",
        |p: &mut Promise| -> ImmutableString { p.get().who.as_str().into() },
    );
    api.get(
        "Promise",
        "id: string",
        "Its id, the same whenever the same words are read; names timers.",
        |p: &mut Promise| -> ImmutableString { p.get().id.to_string().into() },
    );
    api.get("Promise", "at: Instant", "When it was made.", |p: &mut Promise| -> Instant {
        p.get().at
    });
    api.get(
        "Promise",
        "message: Message or ()",
        "The message that it stands in.",
        |p: &mut Promise| p.message(),
    );
    api.get(
        "Promise",
        "quote: Passage or ()",
        "Its words, as evidence for `raise`.",
        |p: &mut Promise| p.passage(&p.get().span),
    );
    api.get(
        "Promise",
        "deliverable: string",
        "What is to be delivered, as far as its words say.",
        |p: &mut Promise| p.deliverable(),
    );
}

fn register_state(api: &mut Api<'_>) {
    api.get(
        "Promise",
        "due: Instant or ()",
        "When it is due; `()` where no time was named.",
        |p: &mut Promise| or_unit(p.get().due),
    );
    api.get(
        "Promise",
        "due_soon_at: Instant or ()",
        "From when on it is due soon: the last quarter of its time, at least an hour.",
        |p: &mut Promise| or_unit(p.get().due_soon_at()),
    );
    api.get(
        "Promise",
        "ambiguous: bool",
        "Whether a careful reader could take its time for another instant.",
        |p: &mut Promise| p.get().ambiguous,
    );
    api.get(
        "Promise",
        "state: string",
        "`open`, `kept`, `missed`, `late` (done after its time), `changed`, `withdrawn` or `disputed`.",
        |p: &mut Promise| -> ImmutableString { p.get().state.name().into() },
    );
    api.get(
        "Promise",
        "since: Instant",
        "Since when it is in that state.",
        |p: &mut Promise| -> Instant { p.get().since },
    );
    api.get(
        "Promise",
        "open: bool",
        "Whether it stands and its time has not passed.",
        |p: &mut Promise| p.get().is_open(),
    );
    api.get(
        "Promise",
        "broken: bool",
        "Whether its time passed without it, whatever came later.",
        |p: &mut Promise| p.get().state.broken(),
    );
    api.get(
        "Promise",
        "changed: bool",
        "Whether another time or step was named before its time passed.",
        |p: &mut Promise| p.get().state == PromiseState::Changed,
    );
    api.get(
        "Promise",
        "confirmed: bool",
        "Whether a person confirmed it or put it right.",
        |p: &mut Promise| p.get().confirmed,
    );
    api.get(
        "Promise",
        "evidence: Passage or ()",
        "The words that show what became of it; `()` where time or a person did.",
        |p: &mut Promise| match &p.get().evidence {
            Some(span) => p.passage(span),
            None => Dynamic::UNIT,
        },
    );
    api.get(
        "Promise",
        "replaced_by: Promise or ()",
        "The promise that stands in its place.",
        |p: &mut Promise| p.replaced_by(),
    );
}
