//! A thread as a test writes it, and the case that it makes.

use std::{collections::BTreeMap, sync::Arc};

use engine::{
    CaseFile, CaseMessage, CaseNote, EarlierCase, NoteKind, Participant, Sides, SidesConfig,
    TeamConfig,
};
use jiff::tz::TimeZone;
use mail::{ClassKind, Segment, SegmentKind};
use model::{Account, AccountId, Address, CaseId, Contact, Instant, MessageKey, id::short_hash};
use serde::Deserialize;

use super::beside::Read;
use crate::set::RuleSet;

/// Our domain in tests; `support@ours.example`, or a subdomain a team.
const OURS: &str = "ours.example";

/// Our teams in tests: `TEAM@ours.example` and `*@TEAM.ours.example`.
const TEAMS: [&str; 6] = ["support", "engineering", "product", "billing", "legal", "success"];

fn team(name: &str) -> TeamConfig {
    let addresses = vec![format!("{name}@{OURS}"), format!("*@{name}.{OURS}")];
    TeamConfig { name: name.to_owned(), addresses }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Sheet {
    #[serde(default)]
    pub(super) test: Vec<Thread>,
}

/// A thread and what a careful reader finds in it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Thread {
    /// What a user would lose, as a sentence.
    pub(super) name: String,
    /// Until when the case is followed; the last message, unless given.
    #[serde(default)]
    until: Option<String>,
    #[serde(default)]
    tier: Option<String>,
    /// The day the account's contract renews.
    #[serde(default)]
    renewal: Option<String>,
    /// Further columns of the account's import.
    #[serde(default)]
    fields: BTreeMap<String, String>,
    #[serde(default)]
    timezone: Option<String>,
    /// Working minutes within which a reply is owed by contract.
    #[serde(default)]
    reply_minutes: Option<u32>,
    #[serde(default)]
    contact: Vec<Known>,
    /// Cases of the account that were opened before about something alike.
    #[serde(default)]
    earlier: Vec<Earlier>,
    message: Vec<Written>,
    #[serde(default)]
    note: Vec<Note>,
    /// Every signal that is to be raised, and no other.
    #[serde(default)]
    pub(super) found: Vec<Found>,
    /// Every alert that is wished for, and no other; `alerts = []` for none. Left out, policies
    /// are not looked at.
    #[serde(default, alias = "alerts")]
    pub(super) alert: Option<Vec<Wished>>,
    /// Every value that the plugin under test is to find, and no other.
    #[serde(default)]
    pub(super) field: Vec<Read>,
    /// Every value of a field of the team's own, and no other; `values = []` for none. Left out,
    /// fields are not looked at.
    #[serde(default, alias = "values")]
    pub(super) value: Option<Vec<Valued>>,
    /// Every detail that the plugin under test is to know, and no other.
    #[serde(default)]
    pub(super) detail: Vec<Read>,
    /// The level at the end.
    #[serde(default)]
    pub(super) level: Option<String>,
}

/// An alert that is to be wished for.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Wished {
    pub(super) policy: String,
    /// Whom it is for: `owner`, `team`, `team NAME`, `role NAME`, `group NAME` or an address.
    #[serde(default)]
    pub(super) to: Option<String>,
    /// `page`, `notice` or `digest`.
    #[serde(default)]
    pub(super) urgency: Option<String>,
    #[serde(default)]
    pub(super) key: Option<String>,
    /// The message that sets it off, from 1.
    #[serde(default)]
    pub(super) message: Option<usize>,
    /// The instant, where time sets it off.
    #[serde(default)]
    pub(super) at: Option<String>,
    /// Words that it says.
    #[serde(default)]
    pub(super) says: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Known {
    email: String,
    title: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Earlier {
    at: String,
    title: String,
    /// How much of the subjects both share, in percent.
    likeness: u8,
    /// Whether the same person opened both.
    #[serde(default)]
    same_person: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    at: String,
    from: String,
    to: Vec<String>,
    #[serde(default)]
    cc: Vec<String>,
    #[serde(default)]
    subject: String,
    text: String,
    #[serde(default)]
    signature: Option<String>,
    #[serde(default)]
    quoted: Option<String>,
    #[serde(default)]
    class: Option<ClassKind>,
    /// Names of attached files.
    #[serde(default)]
    attachments: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Note {
    at: String,
    author: String,
    text: String,
    /// What wrote it, where that is no person.
    #[serde(default)]
    kind: Option<String>,
}

/// A value of a field that is to be read.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Valued {
    pub(super) field: String,
    pub(super) value: String,
    /// The message that names it, from 1.
    #[serde(default)]
    pub(super) message: Option<usize>,
    /// The words that it stands on.
    #[serde(default)]
    pub(super) quote: Option<String>,
}

/// A signal that is to be raised.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Found {
    pub(super) signal: String,
    /// The message that raises it first, from 1.
    #[serde(default)]
    pub(super) message: Option<usize>,
    /// The instant, where time raises it.
    #[serde(default)]
    pub(super) at: Option<String>,
    /// Words that one of its spans holds.
    #[serde(default)]
    pub(super) quote: Option<String>,
}

/// A case of one customer message of this text.
#[cfg(test)]
pub(crate) fn written(text: &str) -> Arc<CaseFile> {
    let sheet = format!(
        "[[test]]\nname = \"x\"\n[[test.message]]\nat = \"2026-03-02T09:00:00Z\"\n\
         from = \"Jane <jane@customer.example>\"\nto = [\"support@ours.example\"]\ntext = {text:?}\n"
    );
    let sheet: Sheet = toml::from_str(&sheet).unwrap();
    let set = RuleSet::with_tests("default", crate::default_files(), crate::Tests::Skip).unwrap();
    Arc::new(sheet.test[0].case(&set).unwrap())
}

impl Thread {
    pub(super) fn until(&self, case: &CaseFile) -> Result<Instant, String> {
        match &self.until {
            Some(until) => instant(until),
            None => Ok(case.messages.last().map_or(Instant::EPOCH, |m| m.at)),
        }
    }

    pub(super) fn case(&self, set: &RuleSet) -> Result<CaseFile, String> {
        let zone = match &self.timezone {
            None => TimeZone::UTC,
            Some(name) => TimeZone::get(name).map_err(|_| format!("no time zone `{name}`"))?,
        };
        let calendar = set.calendars().get("default").map(|spec| spec.for_zone(zone));
        let sides = Sides::new(&SidesConfig {
            domains: vec![OURS.to_owned()],
            teams: TEAMS.map(team).into(),
            ..SidesConfig::default()
        });
        let titles: BTreeMap<String, &str> =
            self.contact.iter().map(|c| (c.email.to_lowercase(), c.title.as_str())).collect();
        let people = People { sides, titles };
        let messages = self
            .message
            .iter()
            .enumerate()
            .map(|(position, written)| people.message(position, written).map(Arc::new))
            .collect::<Result<Vec<_>, String>>()?;
        if !messages.is_sorted_by_key(|m| m.at) {
            return Err("its messages are not in order of time".to_owned());
        }
        let first = messages.first().ok_or("it has no message")?;
        Ok(CaseFile {
            id: CaseId::derive(&first.key, 0),
            account: Some(Arc::new(self.account())),
            contacts: self.contacts(),
            notes: self.notes()?,
            judged: Vec::new(),
            calendar: Arc::new(calendar.ok_or("the set has no default calendar")?),
            reply_minutes: self.reply_minutes,
            decided: Vec::new(),
            given_to: None,
            earlier: self.earlier()?,
            messages,
        })
    }

    fn earlier(&self) -> Result<Arc<[EarlierCase]>, String> {
        let case = |(number, earlier): (u64, &Earlier)| {
            Ok(EarlierCase {
                id: CaseId::from_number(number),
                opened: instant(&earlier.at)?,
                title: earlier.title.clone(),
                same_person: earlier.same_person,
                likeness: earlier.likeness.min(100),
            })
        };
        (1..).zip(&self.earlier).map(case).collect()
    }

    fn account(&self) -> Account {
        Account {
            id: AccountId::new("customer"),
            name: "Customer".to_owned(),
            domains: vec!["customer.example".to_owned()],
            tier: self.tier.clone(),
            timezone: self.timezone.clone(),
            renewal: self.renewal.clone(),
            fields: self.fields.clone(),
        }
    }

    fn contacts(&self) -> Vec<Arc<Contact>> {
        let contact = |known: &Known| Contact {
            email: known.email.to_lowercase(),
            name: String::new(),
            title: known.title.clone(),
            account: Some(AccountId::new("customer")),
            fields: BTreeMap::new(),
        };
        self.contact.iter().map(contact).map(Arc::new).collect()
    }

    fn notes(&self) -> Result<Vec<CaseNote>, String> {
        let note = |note: &Note| {
            let (author, text) = (note.author.clone(), note.text.as_str().into());
            let kind = match note.kind.as_deref() {
                None => NoteKind::Person,
                Some(word) => NoteKind::of(word).ok_or_else(|| {
                    format!("\"{word}\" is no kind of note; write note, page, meeting or document")
                })?,
            };
            Ok(CaseNote { at: instant(&note.at)?, author, text, kind })
        };
        self.note.iter().map(note).collect()
    }
}

fn instant(text: &str) -> Result<Instant, String> {
    text.parse().map_err(|_| format!("`{text}` is no instant: write 2026-03-02T09:00:00+01:00"))
}

/// The offset that an instant is written with, in seconds east of UTC.
pub(crate) fn offset(text: &str) -> Option<i32> {
    let pieces = jiff::fmt::temporal::DateTimeParser::new();
    let zoned = pieces.parse_pieces(text).ok().and_then(|p| p.to_numeric_offset());
    zoned.map(jiff::tz::Offset::seconds)
}

struct People<'a> {
    sides: Sides,
    titles: BTreeMap<String, &'a str>,
}

impl People<'_> {
    fn message(&self, position: usize, written: &Written) -> Result<CaseMessage, String> {
        let (body, segments) = body_of(written);
        let all = |list: &[String]| list.iter().map(|p| self.participant(p)).collect();
        Ok(CaseMessage {
            key: MessageKey(short_hash(&[b"test", &position.to_le_bytes(), body.as_bytes()])),
            at: instant(&written.at)?,
            offset: offset(&written.at),
            from: self.participant(&written.from),
            to: all(&written.to),
            cc: all(&written.cc),
            subject: written.subject.as_str().into(),
            body: body.into(),
            segments: segments.into(),
            class: written.class.unwrap_or(ClassKind::Human),
            attachments: written.attachments.clone(),
            answers: None,
        })
    }

    fn participant(&self, header: &str) -> Participant {
        let (name, email) = match header.split_once('<') {
            Some((name, email)) => (name.trim(), email.trim_end_matches('>').trim()),
            None => ("", header.trim()),
        };
        let address = Address { name: name.to_owned(), email: email.to_lowercase() };
        let title = self.titles.get(&address.email).copied().unwrap_or_default();
        Participant {
            side: self.sides.side(&address),
            team: self.sides.team(&address),
            title: title.into(),
            address,
        }
    }
}

/// The body with its parts one after another, covering all of it.
fn body_of(written: &Written) -> (String, Vec<Segment>) {
    let mut body = String::new();
    let mut segments = Vec::new();
    let parts = [
        (Some(&written.text), SegmentKind::New),
        (written.signature.as_ref(), SegmentKind::Signature),
        (written.quoted.as_ref(), SegmentKind::Quotation),
    ];
    for (text, kind) in parts {
        let Some(text) = text else { continue };
        let start = body.len() as u32;
        body.push_str(text.trim_end());
        body.push_str("\n\n");
        segments.push(Segment { start, end: body.len() as u32, kind });
    }
    (body, segments)
}
