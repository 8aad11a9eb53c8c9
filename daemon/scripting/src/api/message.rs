//! Messages and their texts.

use std::sync::Arc;

use engine::CaseMessage;
use mail::ClassKind;
use model::{Instant, Side};
use rhai::{Array, Dynamic, ImmutableString};

use super::{
    Api,
    person::{everybody, seen_before},
    words::Words,
};
use crate::{readings::Part, scene::Scene};

/// A message of the case.
#[derive(Debug, Clone)]
pub(crate) struct Message {
    pub(super) scene: Arc<Scene>,
    pub(super) position: usize,
}

impl Message {
    pub(crate) fn new(scene: &Arc<Scene>, position: usize) -> Self {
        Self { scene: Arc::clone(scene), position }
    }

    /// Which message it is, for a person.
    pub(crate) fn shown(&self) -> String {
        format!("message {}", self.position + 1)
    }

    pub(super) fn get(&self) -> &CaseMessage {
        &self.scene.visible()[self.position]
    }

    fn words(&self, part: Part) -> Words {
        Words::new(self.clone(), Some(part))
    }

    /// The first sentence of the new text that is more than a greeting, as a range of the body.
    pub(super) fn opening(&self) -> (u32, u32) {
        self.scene.read(self.position, Part::New, |read| {
            let long = read.sentences.iter().find(|s| s.end - s.start > 20);
            long.or(read.sentences.first()).map_or((0, 0), |s| (s.start, s.end))
        })
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

pub(super) fn register(api: &mut Api<'_>) {
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
    api.get("Message", "subject: Text", "Its subject.", |m: &mut Message| {
        Words::new(m.clone(), None)
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
    api.get("Message", "new_team: bool", "Whether a person of another team of ours wrote it than any that wrote before. False for the first team.", |m: &mut Message| joins_as_team(m));
    api.get(
        "Message",
        "new_attachments: list of string",
        "The names of attached files that no earlier message of the case has.",
        |m: &mut Message| -> Array {
            let earlier = &m.scene.visible()[..m.position];
            let known = |name: &&String| earlier.iter().any(|e| e.attachments.contains(name));
            let names = m.get().attachments.iter().filter(|name| !known(name));
            names.map(|name| Dynamic::from(name.clone())).collect()
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

fn joins_as_team(message: &Message) -> bool {
    let wrote = |m: &CaseMessage| {
        let human = m.from_us() && !m.is_automatic();
        if human { m.from.team.clone() } else { None }
    };
    let Some(team) = wrote(message.get()) else { return false };
    let mut earlier = message.scene.visible()[..message.position].iter().filter_map(|m| wrote(m));
    let Some(first) = earlier.next() else { return false };
    first != team && earlier.all(|other| other != team)
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
