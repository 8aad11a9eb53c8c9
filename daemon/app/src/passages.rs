//! What the page of a case needs of its texts: who takes part, and the words that were found.
//!
//! Kept with a case of some length when it is assessed, so that its page opens without reading
//! every message of it; made anew for a short one.

use std::{collections::BTreeMap, sync::Arc};

use engine::{CaseFile, CaseMessage, Participant};
use model::{Address, Finding, FindingKind, Instant, MessageKey, Side, Span, SpanPart};
use serde::{Deserialize, Serialize};
use store::Table;

use crate::{
    card::words_of,
    record::{PersonRecord, Quote},
    titles,
};

/// [`Passages`] by case; none for short ones.
pub(crate) const PASSAGES: Table = "passages";
/// Cases with more messages than this have theirs kept.
const SHORT: usize = 8;

/// Who takes part in a case, and the words behind what was found in it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Passages {
    /// The team of ours that its mail names.
    team: Option<String>,
    /// Who takes part, those who wrote most first.
    people: Vec<Person>,
    /// By message.
    quoted: Vec<Quoted>,
}

/// Somebody who takes part.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Person {
    address: Address,
    side: Side,
    team: Option<String>,
    /// The title that an import gives.
    title: Option<String>,
    /// The title in their latest signature.
    signed: Option<Quote>,
    wrote: u32,
    first_at: Instant,
}

/// The passages of one message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Quoted {
    message: MessageKey,
    from: Address,
    at: Instant,
    passages: Vec<(SpanPart, u32, u32, String)>,
}

impl Passages {
    /// Reads the texts of a case for the words of `spans`.
    pub(crate) fn of<'a>(file: &CaseFile, spans: impl Iterator<Item = &'a Span>) -> Self {
        let mut wanted: Vec<&Span> = spans.collect();
        wanted.sort_unstable();
        wanted.dedup();
        let messages: BTreeMap<MessageKey, &Arc<CaseMessage>> =
            file.messages.iter().map(|message| (message.key, message)).collect();
        let of_message = |spans: &[&Span]| {
            let message = messages.get(&spans.first()?.message)?;
            let words =
                |span: &&Span| Some((span.part, span.start, span.end, words_of(message, span)?));
            Some(Quoted {
                message: message.key,
                from: message.from.address.clone(),
                at: message.at,
                passages: spans.iter().filter_map(words).collect(),
            })
        };
        Self {
            team: file.team_of_mail().map(ToString::to_string),
            people: people(file),
            quoted: wanted.chunk_by(|a, b| a.message == b.message).filter_map(of_message).collect(),
        }
    }

    /// The same, if the case is long enough for it to be kept.
    pub(crate) fn worth_keeping<'a>(
        file: &CaseFile,
        spans: impl Iterator<Item = &'a Span>,
    ) -> Option<Self> {
        (file.messages.len() > SHORT).then(|| Self::of(file, spans))
    }

    /// The words of a span that was found; nothing if its message is gone or it does not fit.
    pub(crate) fn quote(&self, span: &Span) -> Option<Quote> {
        let at = self.quoted.binary_search_by(|quoted| quoted.message.cmp(&span.message)).ok()?;
        let Quoted { from, at, passages, .. } = &self.quoted[at];
        let place = (span.part, span.start, span.end);
        let same = |(part, start, end, _): &&(_, _, _, String)| (*part, *start, *end) == place;
        let (.., text) = passages.iter().find(same)?;
        Some(Quote { span: span.clone(), text: text.clone(), from: from.clone(), at: *at })
    }

    /// The first team of ours that its mail names.
    pub(crate) fn team_of_mail(&self) -> Option<&str> {
        self.team.as_deref()
    }

    /// Who takes part, those who wrote most first. Their titles are those of imports, the quotes
    /// those of signatures.
    pub(crate) fn into_people(self) -> Vec<PersonRecord> {
        let shown = |person: Person| PersonRecord {
            address: person.address,
            side: match person.side {
                Side::Us => "us",
                Side::Customer => "customer",
                Side::Partner => "partner",
            }
            .to_owned(),
            team: person.team,
            title: person.title,
            title_from: None,
            title_by: None,
            title_quote: person.signed,
            seniority: None,
            wrote: person.wrote,
            first_at: person.first_at,
        };
        self.people.into_iter().map(shown).collect()
    }
}

/// The spans of signals.
pub(crate) fn spans_of(findings: &[Finding]) -> impl Iterator<Item = &Span> {
    findings.iter().flat_map(|finding| match &finding.kind {
        FindingKind::SignalRaised { spans, .. } => spans.as_slice(),
        _ => &[],
    })
}

fn people(file: &CaseFile) -> Vec<Person> {
    let mut found: BTreeMap<&str, Person> = BTreeMap::new();
    for message in &file.messages {
        meet(&mut found, &message.from, 1, message.at);
        for person in message.to.iter().chain(&message.cc) {
            meet(&mut found, person, 0, message.at);
        }
    }
    let mut signed = titles::signed(file);
    for person in found.values_mut() {
        person.signed = signed.remove(person.address.email.as_str());
    }
    let mut people: Vec<Person> = found.into_values().collect();
    people
        .sort_by(|a, b| b.wrote.cmp(&a.wrote).then_with(|| a.address.email.cmp(&b.address.email)));
    people
}

fn meet<'a>(
    found: &mut BTreeMap<&'a str, Person>,
    person: &'a Participant,
    wrote: u32,
    at: Instant,
) {
    let Address { name, email } = &person.address;
    let key = if email.is_empty() { name } else { email };
    let known = found.entry(key).or_insert_with(|| Person {
        address: person.address.clone(),
        side: person.side,
        team: person.team.as_ref().map(ToString::to_string),
        title: (!person.title.is_empty()).then(|| person.title.to_string()),
        signed: None,
        wrote: 0,
        first_at: at,
    });
    if known.address.name.is_empty() {
        known.address.name.clone_from(name);
    }
    known.wrote += wrote;
}
