//! The case as a whole.

use std::sync::Arc;

use engine::CaseNote;
use jiff::SignedDuration;
use model::{FindingKind, Instant, SignalId};
use rhai::{Array, Dynamic, ImmutableString, Map};

use super::{
    Api,
    account::{self, AccountOf},
    earlier, history,
    message::Message,
};
use crate::scene::Scene;

/// Customer messages closer together than this are one turn.
const BURST: SignedDuration = SignedDuration::from_mins(30);

/// The case at the instant of a step.
#[derive(Debug, Clone)]
pub(crate) struct Record(pub(crate) Arc<Scene>);

/// Customer messages that wait for a reply.
#[derive(Debug, Clone)]
pub(crate) struct Waiting {
    scene: Arc<Scene>,
    /// The first message of each turn, then the last message of all.
    turns: Vec<usize>,
    last: usize,
}

/// A signal that is raised.
#[derive(Debug, Clone)]
struct Raised {
    scene: Arc<Scene>,
    /// The position of its first finding since it was last cleared.
    finding: usize,
}

impl Record {
    fn message(&self, position: usize) -> Dynamic {
        Dynamic::from(Message::new(&self.0, position))
    }

    fn message_or_unit(&self, position: Option<usize>) -> Dynamic {
        position.map_or(Dynamic::UNIT, |position| self.message(position))
    }

    /// Whether the customer was owed a reply just before `message` came.
    fn reply_owed(&self, message: &Message) -> bool {
        self.0.step_with(message.position).reply_owed().is_some()
    }

    /// Messages of the organisation that sent `message`, up to and with it, since anybody else
    /// answered.
    fn unanswered(&self, message: &Message) -> Waiting {
        let messages = self.0.visible();
        let own = &message.get().from.address;
        let of_own =
            |position: &usize| self.0.same_organisation(&messages[*position].from.address, own);
        let since_our_reply = self.0.step_with(message.position + 1).unanswered();
        let since_any = since_our_reply.iter().rposition(|p| !of_own(p)).map_or(0, |last| last + 1);
        let mut turns: Vec<usize> = Vec::new();
        let mut before: Option<Instant> = None;
        for &position in &since_our_reply[since_any..] {
            let at = messages[position].at;
            if before.is_none_or(|before| at.since(before) >= BURST) {
                turns.push(position);
            }
            before = Some(at);
        }
        Waiting { scene: Arc::clone(&self.0), turns, last: message.position }
    }

    /// What waits for a reply as things stand: of the organisation that wrote last.
    fn waiting(&self) -> Waiting {
        match self.0.step().unanswered().last() {
            Some(last) => self.unanswered(&Message::new(&self.0, *last)),
            None => Waiting { scene: Arc::clone(&self.0), turns: Vec::new(), last: 0 },
        }
    }

    /// The last message of ours before `message` that answers the customer.
    fn last_reply(&self, message: &Message) -> Dynamic {
        self.message_or_unit(self.0.step_with(message.position).last_reply_of_ours())
    }

    /// Positions of the first findings of signals that are raised.
    fn raised(&self) -> Vec<usize> {
        let mut raised: Vec<usize> = Vec::new();
        for (position, finding) in self.0.findings.iter().enumerate() {
            let named =
                |signal: &SignalId| raised.iter().position(|r| self.names(*r, signal.as_str()));
            match &finding.kind {
                FindingKind::SignalRaised { signal, .. }
                    if named(signal).is_none() && !self.0.muted.hides(signal, position) =>
                {
                    raised.push(position);
                }
                FindingKind::SignalCleared { signal } => {
                    if let Some(at) = named(signal) {
                        raised.remove(at);
                    }
                }
                _ => {}
            }
        }
        raised
    }

    fn names(&self, position: usize, name: &str) -> bool {
        match &self.0.findings[position].kind {
            FindingKind::SignalRaised { signal, .. } => {
                signal.as_str() == name && !self.0.muted.hides(signal, position)
            }
            _ => false,
        }
    }

    fn signal(&self, name: &str) -> Dynamic {
        let found = self.raised().into_iter().find(|position| self.names(*position, name));
        found.map_or(Dynamic::UNIT, |finding| {
            Dynamic::from(Raised { scene: Arc::clone(&self.0), finding })
        })
    }

    /// Whether `name` was ever raised, cleared since or not.
    fn was_raised(&self, name: &str) -> bool {
        (0..self.0.findings.len()).any(|position| self.names(position, name))
    }

    fn due_for(&self, message: &Message) -> Dynamic {
        let target = self.0.step().reply_target();
        target.map_or(Dynamic::UNIT, |target| {
            Dynamic::from(target.due(&self.0.case.calendar, message.get().at))
        })
    }

    fn contract_due(&self, message: &Message) -> Dynamic {
        let minutes = self.0.case.reply_minutes;
        minutes.map_or(Dynamic::UNIT, |minutes| {
            Dynamic::from(self.0.case.calendar.plus_working(message.get().at, minutes))
        })
    }

    fn working_hours(&self, from: Instant, to: Instant) -> f64 {
        self.0.step().working_hours_between(from, to)
    }

    fn after_working_hours(&self, from: Instant, hours: f64) -> Instant {
        let minutes = (hours * 60.0).clamp(0.0, 1e6) as u32;
        self.0.case.calendar.plus_working(from, minutes)
    }
}

pub(super) fn register(api: &mut Api<'_>) {
    register_record(api);
    history::register(api);
    earlier::register(api);
    register_clocks(api);
    register_waiting(api);
    account::register(api);
    register_raised(api);
}

fn register_record(api: &mut Api<'_>) {
    api.kind::<Record>(
        "Record",
        "The case as it stands when something happens. Nothing later shows.",
    );
    api.get("Record", "at: Instant", "The instant of what happens.", |r: &mut Record| -> Instant {
        r.0.at
    });
    api.get(
        "Record",
        "messages: list of Message",
        "Its messages so far, oldest first.",
        |r: &mut Record| -> Array {
            (0..r.0.messages).map(|position| r.message(position)).collect()
        },
    );
    api.get(
        "Record",
        "message_count: int",
        "How many messages it has so far.",
        |r: &mut Record| r.0.messages as i64,
    );
    api.get("Record", "first: Message or ()", "Its first message.", |r: &mut Record| {
        r.message_or_unit((r.0.messages > 0).then_some(0))
    });
    api.get("Record", "last: Message or ()", "Its latest message.", |r: &mut Record| {
        r.message_or_unit(r.0.messages.checked_sub(1))
    });
    api.get(
        "Record",
        "notes: list of map",
        "Its notes so far, each with `at`, `author`, `text` and `kind`: `note` of a person, `page` of a watched page that changed, `meeting`, `document`.",
        |r: &mut Record| notes(r),
    );
    api.get("Record", "account: Account", "Its account.", |r: &mut Record| {
        AccountOf(Arc::clone(&r.0))
    });
    api.get(
        "Record",
        "level: string",
        "The level that holds, or `none`.",
        |r: &mut Record| -> ImmutableString { r.0.level.as_str().into() },
    );
    api.get("Record", "ours_involved: bool", "Whether one of ours wrote in it or was written to. False for mail that merely passed through, such as a mailing list.", |r: &mut Record| r.0.ours_involved());
    api.get(
        "Record",
        "signals: list of Signal",
        "The signals that are raised, in order of time.",
        |r: &mut Record| -> Array {
            let raised = r.raised();
            raised
                .into_iter()
                .map(|finding| Dynamic::from(Raised { scene: Arc::clone(&r.0), finding }))
                .collect()
        },
    );
    api.call(
        "Record",
        "signal(name) -> Signal or ()",
        "The signal of that name, if it is raised.",
        |r: &mut Record, name: &str| r.signal(name),
    );
    api.call(
        "Record",
        "has(name) -> bool",
        "Whether the signal of that name is raised.",
        |r: &mut Record, name: &str| !r.signal(name).is_unit(),
    );
    api.call(
        "Record",
        "ever(name) -> bool",
        "Whether the signal of that name is or was raised.",
        |r: &mut Record, name: &str| r.was_raised(name),
    );
}

fn register_clocks(api: &mut Api<'_>) {
    api.call(
        "Record",
        "reply_owed(msg) -> bool",
        "Whether we already owed the customer a reply when that message came.",
        |r: &mut Record, msg: Message| r.reply_owed(&msg),
    );
    api.call(
        "Record",
        "unanswered(msg) -> Waiting",
        "The messages of the organisation that sent that one, up to and with it, since anybody else answered.",
        |r: &mut Record, msg: Message| r.unanswered(&msg),
    );
    api.get(
        "Record",
        "waiting: Waiting",
        "What waits for a reply as things stand: the messages of the organisation that wrote last, since anybody else answered.",
        |r: &mut Record| r.waiting(),
    );
    api.call(
        "Record",
        "last_reply(msg) -> Message or ()",
        "Our last human reply to the customer before that message.",
        |r: &mut Record, msg: Message| r.last_reply(&msg),
    );
    api.get(
        "Record",
        "oldest_unanswered: Message or ()",
        "The oldest customer message that needs an answer and has none.",
        |r: &mut Record| r.message_or_unit(r.0.step().reply_owed()),
    );
    api.get("Record", "reply_due: Instant or ()", "When the reply that is owed falls due, by the account's contract or the level, whichever is earlier.", |r: &mut Record| r.0.reply_due.map_or(Dynamic::UNIT, Dynamic::from));
    api.call("Record", "contract_due(msg) -> Instant or ()", "When a reply to that message falls due by the account's contract; `()` if it sets no time.", |r: &mut Record, msg: Message| r.contract_due(&msg));
    api.call("Record", "due_for(msg) -> Instant or ()", "When a reply to that message falls due, by the account's contract or the level, whichever is earlier.", |r: &mut Record, msg: Message| r.due_for(&msg));
    api.call(
        "Record",
        "working_hours(from, to) -> float",
        "Working hours between two instants.",
        |r: &mut Record, from: Instant, to: Instant| r.working_hours(from, to),
    );
    api.call(
        "Record",
        "after_working_hours(from, hours) -> Instant",
        "The instant so many working hours after another.",
        |r: &mut Record, from: Instant, hours: f64| r.after_working_hours(from, hours),
    );
    api.call(
        "Record",
        "after_working_hours(from, hours) -> Instant",
        "",
        |r: &mut Record, from: Instant, hours: i64| r.after_working_hours(from, hours as f64),
    );
}

fn notes(record: &Record) -> Array {
    let shown = &record.0.case.notes[..record.0.notes];
    shown.iter().map(note).collect()
}

/// A note as a map with `at`, `author`, `text` and `kind`.
pub(crate) fn note(note: &CaseNote) -> Dynamic {
    let mut map = Map::new();
    map.insert("at".into(), Dynamic::from(note.at));
    map.insert("author".into(), note.author.clone().into());
    let text = crate::readings::capped(&note.text, crate::sandbox::MAX_STRING / 2);
    map.insert("text".into(), text.into());
    map.insert("kind".into(), note.kind.word().into());
    Dynamic::from_map(map)
}

fn register_waiting(api: &mut Api<'_>) {
    api.kind::<Waiting>("Waiting", "Messages of one organisation that wait for a reply.");
    api.get(
        "Waiting",
        "len: int",
        "How many turns: messages within half an hour of one another are one.",
        |w: &mut Waiting| w.turns.len() as i64,
    );
    api.get(
        "Waiting",
        "working_hours: float",
        "Working hours from the first to the last of them.",
        |w: &mut Waiting| {
            let messages = w.scene.visible();
            w.turns.first().map_or(0.0, |first| {
                w.scene.step().working_hours_between(messages[*first].at, messages[w.last].at)
            })
        },
    );
    api.get(
        "Waiting",
        "hours: float",
        "Hours from the first to the last of them, day and night.",
        |w: &mut Waiting| {
            let messages = w.scene.visible();
            w.turns.first().map_or(0.0, |first| {
                messages[w.last].at.since(messages[*first].at).as_secs_f64() / 3600.0
            })
        },
    );
    api.get(
        "Waiting",
        "messages: list of Message",
        "The first message of each turn.",
        |w: &mut Waiting| -> Array {
            w.turns.iter().map(|at| Dynamic::from(Message::new(&w.scene, *at))).collect()
        },
    );
    api.get("Waiting", "first: Message or ()", "The first of them.", |w: &mut Waiting| {
        w.turns.first().map_or(Dynamic::UNIT, |at| Dynamic::from(Message::new(&w.scene, *at)))
    });
}

fn register_raised(api: &mut Api<'_>) {
    api.kind::<Raised>("Signal", "A signal that is raised.");
    api.get("Signal", "name: string", "Its name.", |s: &mut Raised| {
        match &s.scene.findings[s.finding].kind {
            FindingKind::SignalRaised { signal, .. } => signal.as_str().into(),
            _ => ImmutableString::new(),
        }
    });
    api.get("Signal", "at: Instant", "Since when.", |s: &mut Raised| -> Instant {
        s.scene.findings[s.finding].at
    });
    api.get("Signal", "weight: int", "Its weight.", |s: &mut Raised| {
        match &s.scene.findings[s.finding].kind {
            FindingKind::SignalRaised { weight, .. } => i64::from(*weight),
            _ => 0,
        }
    });
    api.get(
        "Signal",
        "count: int",
        "How often it was raised since it was last cleared.",
        |s: &mut Raised| count(s),
    );
    api.call(
        "Signal",
        "input(name) -> string",
        "An input of its latest firing; empty if there is none.",
        |s: &mut Raised, name: &str| input(s, name),
    );
}

fn count(raised: &Raised) -> i64 {
    let findings = &raised.scene.findings[raised.finding..];
    let FindingKind::SignalRaised { signal: mine, .. } = &findings[0].kind else { return 0 };
    let again = |kind: &FindingKind| matches!(kind, FindingKind::SignalRaised { signal, .. } if signal == mine);
    findings.iter().filter(|f| again(&f.kind)).count() as i64
}

fn input(raised: &Raised, name: &str) -> ImmutableString {
    let findings = &raised.scene.findings[raised.finding..];
    let FindingKind::SignalRaised { signal: mine, .. } = &findings[0].kind else {
        return ImmutableString::new();
    };
    let latest = findings.iter().rev().find_map(|finding| match &finding.kind {
        FindingKind::SignalRaised { signal, inputs, .. } if signal == mine => inputs.get(name),
        _ => None,
    });
    latest.map_or_else(ImmutableString::new, |text| text.as_str().into())
}
