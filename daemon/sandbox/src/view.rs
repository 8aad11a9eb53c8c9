//! What a plugin is given: the case as it stands at an instant, read only.

use std::sync::Arc;

use engine::{CaseFile, CaseMessage, Participant, Step};
use mail::{ClassKind, SegmentKind};
use model::{Finding, FindingKind, Instant, LevelName, Side};
use wasmtime::{ResourceLimiter, Result};

use crate::{
    contract::given::{
        account, log, moment, notes, people, text,
        types::{self, Note, Organisation, Outline, Passage, Person, Segment},
    },
    failure::first_line,
    host::MAX_MEMORY,
};

/// Bytes of the case that one call may ask for, counting [`A_QUESTION`] for each question.
const BUDGET: u64 = 32 << 20;
const A_QUESTION: u64 = 4096;
/// Lines that one call may write into the log.
const LINES: usize = 16;
/// Elements of all tables of a plugin.
const TABLE_ELEMENTS: usize = 20_000;

/// A plugin asked for more of the case than [`BUDGET`].
#[derive(Debug, thiserror::Error)]
#[error("it asked for too much of the case")]
pub(crate) struct OutOfBudget;

/// A case at an instant; nothing after it shows.
#[derive(Debug, Clone)]
pub(crate) struct Scene {
    pub(crate) case: Arc<CaseFile>,
    pub(crate) messages: usize,
    notes: usize,
    findings: Arc<Vec<Finding>>,
    level: LevelName,
    reply_due: Option<Instant>,
}

impl Scene {
    pub(crate) fn of(step: &Step<'_>) -> Self {
        Self {
            case: Arc::clone(step.case),
            messages: step.messages,
            notes: step.notes,
            findings: Arc::clone(step.findings),
            level: step.level.clone(),
            reply_due: step.reply_due,
        }
    }

    pub(crate) fn message(&self, index: u32) -> Option<&CaseMessage> {
        let index = index as usize;
        (index < self.messages).then(|| &*self.case.messages[index])
    }

    fn raised(&self, wanted: &str) -> bool {
        let last = self.findings.iter().rev().find_map(|finding| match &finding.kind {
            FindingKind::SignalRaised { signal, .. } if signal.as_str() == wanted => Some(true),
            FindingKind::SignalCleared { signal } if signal.as_str() == wanted => Some(false),
            _ => None,
        });
        last.unwrap_or_default()
    }
}

/// The state of one call.
pub(crate) struct View {
    scene: Option<Scene>,
    now: Instant,
    chance: u64,
    budget: u64,
    refused_memory: bool,
    lines: Vec<String>,
}

impl View {
    /// A view of `scene`, if there is a case, at `now`; `seed` comes from the evidence.
    pub(crate) fn new(scene: Option<Scene>, now: Instant, seed: u64) -> Self {
        let lines = Vec::new();
        Self { scene, now, chance: seed, budget: BUDGET, refused_memory: false, lines }
    }

    pub(crate) fn was_refused_memory(&self) -> bool {
        self.refused_memory
    }

    /// What the call wrote into the log.
    pub(crate) fn take_lines(&mut self) -> Vec<String> {
        std::mem::take(&mut self.lines)
    }

    fn spend(&mut self, bytes: usize) -> Result<()> {
        let cost = A_QUESTION + bytes as u64;
        if cost > self.budget {
            return Err(OutOfBudget.into());
        }
        self.budget -= cost;
        Ok(())
    }

    fn message_at(&self, index: u32) -> Option<&CaseMessage> {
        self.scene.as_ref()?.message(index)
    }

    /// What `read` makes of a message and the number of its bytes; the empty value if there is no
    /// such message.
    fn of_message<T: Default>(
        &mut self,
        index: u32,
        read: impl FnOnce(&CaseMessage) -> (T, usize),
    ) -> Result<T> {
        let (value, bytes) = self.message_at(index).map(read).unwrap_or_default();
        self.spend(bytes)?;
        Ok(value)
    }
}

impl ResourceLimiter for View {
    fn memory_growing(&mut self, _: usize, desired: usize, _: Option<usize>) -> Result<bool> {
        let granted = desired <= MAX_MEMORY;
        self.refused_memory |= !granted;
        Ok(granted)
    }

    fn table_growing(&mut self, _: usize, desired: usize, _: Option<usize>) -> Result<bool> {
        Ok(desired <= TABLE_ELEMENTS)
    }
}

impl types::Host for View {}

impl moment::Host for View {
    fn now(&mut self) -> Result<i64> {
        self.spend(0)?;
        Ok(self.now.millis())
    }

    fn random(&mut self) -> Result<u64> {
        self.spend(0)?;
        // SplitMix64, Steele et al. 2014
        self.chance = self.chance.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.chance;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        Ok(mixed ^ (mixed >> 31))
    }

    fn message_count(&mut self) -> Result<u32> {
        self.spend(0)?;
        Ok(self.scene.as_ref().map_or(0, |scene| scene.messages as u32))
    }

    fn message(&mut self, index: u32) -> Result<Option<Outline>> {
        self.spend(0)?;
        let Some(scene) = &self.scene else { return Ok(None) };
        Ok(scene.message(index).map(|message| outline(scene, message)))
    }

    fn note_count(&mut self) -> Result<u32> {
        self.spend(0)?;
        Ok(self.scene.as_ref().map_or(0, |scene| scene.notes as u32))
    }

    fn level(&mut self) -> Result<String> {
        self.spend(0)?;
        let level = self.scene.as_ref().map(|scene| scene.level.as_str().to_owned());
        Ok(level.unwrap_or_else(|| "none".to_owned()))
    }

    fn raised(&mut self, signal: String) -> Result<bool> {
        let findings = self.scene.as_ref().map_or(0, |scene| scene.findings.len());
        self.spend(findings * 16)?;
        Ok(self.scene.as_ref().is_some_and(|scene| scene.raised(&signal)))
    }

    fn reply_due(&mut self) -> Result<Option<i64>> {
        self.spend(0)?;
        Ok(self.scene.as_ref().and_then(|scene| scene.reply_due).map(Instant::millis))
    }

    fn working_minutes(&mut self, start: i64, end: i64) -> Result<u64> {
        // A calendar walks day by day: a century costs more than a day.
        const A_DAY: u64 = 86_400_000;
        self.spend((start.abs_diff(end) / A_DAY).min(BUDGET) as usize * 64)?;
        let Some(scene) = &self.scene else { return Ok(0) };
        let between = |at| Instant::from_millis(at);
        let worked = scene.case.calendar.working_between(between(start), between(end));
        Ok(u64::try_from(worked.as_mins()).unwrap_or_default())
    }
}

fn outline(scene: &Scene, message: &CaseMessage) -> Outline {
    let answers = message.answers.and_then(|key| {
        let before = &scene.case.messages[..scene.messages];
        before.iter().position(|other| other.key == key).map(|index| index as u32)
    });
    Outline {
        at: message.at.millis(),
        side: side(message.from.side),
        class: class(message.class),
        answers,
        attachments: message.attachments.len() as u32,
    }
}

fn side(side: Side) -> types::Side {
    match side {
        Side::Us => types::Side::Us,
        Side::Customer => types::Side::Customer,
        Side::Partner => types::Side::Partner,
    }
}

fn class(class: ClassKind) -> types::Class {
    match class {
        ClassKind::Human => types::Class::Human,
        ClassKind::OutOfOffice => types::Class::OutOfOffice,
        ClassKind::AutoReply => types::Class::AutoReply,
        ClassKind::Bounce => types::Class::Bounce,
        ClassKind::Receipt => types::Class::Receipt,
        ClassKind::Newsletter => types::Class::Newsletter,
        ClassKind::Calendar => types::Class::Calendar,
        ClassKind::Notification => types::Class::Notification,
    }
}

fn kind(kind: SegmentKind) -> types::SegmentKind {
    match kind {
        SegmentKind::New => types::SegmentKind::New,
        SegmentKind::Quotation => types::SegmentKind::Quotation,
        SegmentKind::Signature => types::SegmentKind::Signature,
        SegmentKind::Disclaimer => types::SegmentKind::Disclaimer,
        SegmentKind::Forwarded => types::SegmentKind::Forwarded,
    }
}

impl text::Host for View {
    fn subject(&mut self, index: u32) -> Result<String> {
        self.of_message(index, |message| (message.subject.to_string(), message.subject.len()))
    }

    fn new_text(&mut self, index: u32) -> Result<Vec<Passage>> {
        self.of_message(index, |message| {
            let new = message.segments.iter().filter(|part| part.kind == SegmentKind::New);
            let passages: Vec<Passage> = new
                .filter_map(|part| {
                    let text = message.body.get(part.start as usize..part.end as usize)?;
                    Some(Passage { start: part.start, text: text.to_owned() })
                })
                .collect();
            let bytes = passages.iter().map(|passage| passage.text.len()).sum();
            (passages, bytes)
        })
    }

    fn body(&mut self, index: u32) -> Result<String> {
        self.of_message(index, |message| (message.body.to_string(), message.body.len()))
    }

    fn segments(&mut self, index: u32) -> Result<Vec<Segment>> {
        self.of_message(index, |message| {
            let segment = |part: &mail::Segment| Segment {
                kind: kind(part.kind),
                start: part.start,
                end: part.end,
            };
            let segments: Vec<Segment> = message.segments.iter().map(segment).collect();
            let bytes = segments.len() * size_of::<Segment>();
            (segments, bytes)
        })
    }

    fn attachments(&mut self, index: u32) -> Result<Vec<String>> {
        self.of_message(index, |message| {
            let bytes = message.attachments.iter().map(String::len).sum();
            (message.attachments.clone(), bytes)
        })
    }
}

fn person(participant: &Participant) -> Person {
    Person {
        name: participant.address.name.clone(),
        email: participant.address.email.clone(),
        title: participant.title.to_string(),
        side: side(participant.side),
        team: participant.team.as_deref().unwrap_or_default().to_owned(),
    }
}

fn persons(participants: &[Participant]) -> (Vec<Person>, usize) {
    let size = |p: &Participant| p.address.name.len() + p.address.email.len() + p.title.len();
    (participants.iter().map(person).collect(), participants.iter().map(size).sum())
}

impl people::Host for View {
    fn sender(&mut self, index: u32) -> Result<Option<Person>> {
        self.of_message(index, |message| (Some(person(&message.from)), 64))
    }

    fn to(&mut self, index: u32) -> Result<Vec<Person>> {
        self.of_message(index, |message| persons(&message.to))
    }

    fn cc(&mut self, index: u32) -> Result<Vec<Person>> {
        self.of_message(index, |message| persons(&message.cc))
    }
}

impl account::Host for View {
    fn account(&mut self) -> Result<Option<Organisation>> {
        let account = self.scene.as_ref().and_then(|scene| scene.case.account.clone());
        let Some(account) = account else {
            self.spend(0)?;
            return Ok(None);
        };
        self.spend(account.fields.iter().map(|(name, value)| name.len() + value.len()).sum())?;
        let fields = account.fields.iter().map(|(name, value)| (name.clone(), value.clone()));
        Ok(Some(Organisation {
            name: account.name.clone(),
            tier: account.tier.clone().unwrap_or_default(),
            timezone: account.timezone.clone().unwrap_or_default(),
            renewal: account.renewal.clone().unwrap_or_default(),
            fields: fields.collect(),
        }))
    }
}

impl notes::Host for View {
    fn read(&mut self, index: u32) -> Result<Option<Note>> {
        let note = self.scene.as_ref().and_then(|scene| {
            let note = scene.case.notes[..scene.notes].get(index as usize)?;
            let (author, text) = (note.author.clone(), note.text.to_string());
            Some(Note { at: note.at.millis(), author, text })
        });
        self.spend(note.as_ref().map_or(0, |note| note.text.len()))?;
        Ok(note)
    }
}

impl log::Host for View {
    fn say(&mut self, line: String) -> Result<()> {
        self.spend(line.len())?;
        if self.lines.len() < LINES {
            self.lines.push(first_line(&line));
        }
        Ok(())
    }
}

/// A number that depends on the evidence alone: the messages so far and the instant.
pub(crate) fn seed(scene: &Scene, now: Instant) -> u64 {
    let last = scene.case.messages[..scene.messages].last();
    let key = last.map_or([0; 16], |message| message.key.0);
    let (mut low, mut high) = ([0; 8], [0; 8]);
    low.copy_from_slice(&key[..8]);
    high.copy_from_slice(&key[8..]);
    u64::from_le_bytes(low)
        ^ u64::from_le_bytes(high).rotate_left(17)
        ^ now.millis().cast_unsigned()
}
