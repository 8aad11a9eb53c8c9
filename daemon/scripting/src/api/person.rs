//! People on a message.

use std::sync::Arc;

use engine::{CaseMessage, Participant};
use model::{Address, Side, Span, SpanPart};
use reading::{Hit, ListId};
use rhai::{Dynamic, ImmutableString};

use super::{
    Api, Fallible,
    passage::Passage,
    words::{known_list, meant},
};
use crate::{
    readings::{Part, Read},
    scene::Scene,
};

/// Somebody in a header of a message.
#[derive(Debug, Clone)]
pub(crate) struct Person {
    pub(super) scene: Arc<Scene>,
    pub(super) message: usize,
    pub(super) part: SpanPart,
    pub(super) index: usize,
}

impl Person {
    fn message(&self) -> &CaseMessage {
        &self.scene.visible()[self.message]
    }

    fn listed(&self) -> &[Participant] {
        let message = self.message();
        match self.part {
            SpanPart::To => &message.to,
            SpanPart::Cc => &message.cc,
            _ => std::slice::from_ref(&message.from),
        }
    }

    pub(super) fn get(&self) -> &Participant {
        &self.listed()[self.index]
    }

    /// Where the header names them: headers are shown as addresses joined by `, `.
    pub(super) fn span(&self) -> Span {
        let lengths = self.listed().iter().map(|p| p.address.to_string().len());
        let start: usize = lengths.clone().take(self.index).map(|length| length + 2).sum();
        let end = start + lengths.clone().nth(self.index).unwrap_or(0);
        let message = self.message().key;
        Span { message, part: self.part, start: start as u32, end: end as u32 }
    }
}

/// Everybody on the message at `position`.
pub(super) fn everybody(scene: &Arc<Scene>, position: usize) -> impl Iterator<Item = Person> {
    let message = &scene.visible()[position];
    let person =
        move |part, index| Person { scene: Arc::clone(scene), message: position, part, index };
    let to = message.to.len();
    let cc = message.cc.len();
    std::iter::once(person(SpanPart::From, 0))
        .chain((0..to).map(move |index| person(SpanPart::To, index)))
        .chain((0..cc).map(move |index| person(SpanPart::Cc, index)))
}

/// Whether a message before `position` names somebody with this address.
pub(super) fn seen_before(scene: &Scene, position: usize, email: &str) -> bool {
    scene.visible()[..position].iter().any(|message| {
        std::iter::once(&message.from)
            .chain(&message.to)
            .chain(&message.cc)
            .any(|p| p.address.email == email)
    })
}

pub(super) fn register(api: &mut Api<'_>) {
    api.kind::<Person>("Person", "Somebody in the From, To or Cc of a message.");
    api.get(
        "Person",
        "name: string",
        "The name as the header shows it.",
        |p: &mut Person| -> ImmutableString { p.get().address.name.as_str().into() },
    );
    api.get(
        "Person",
        "email: string",
        "The address in lower case.",
        |p: &mut Person| -> ImmutableString { p.get().address.email.as_str().into() },
    );
    api.get(
        "Person",
        "domain: string",
        "What stands behind the @ of their address.",
        |p: &mut Person| -> ImmutableString { p.get().address.domain().into() },
    );
    api.get(
        "Person",
        "title: string",
        "The job title from the import of contacts; empty if unknown.",
        |p: &mut Person| -> ImmutableString { (&*p.get().title).into() },
    );
    api.get(
        "Person",
        "side: string",
        "`us`, `customer` or `partner`.",
        |p: &mut Person| -> ImmutableString {
            match p.get().side {
                Side::Us => "us",
                Side::Customer => "customer",
                Side::Partner => "partner",
            }
            .into()
        },
    );
    api.get(
        "Person",
        "team: string",
        "The team of ours; empty if none.",
        |p: &mut Person| -> ImmutableString { p.get().team.as_deref().unwrap_or_default().into() },
    );
    api.get(
        "Person",
        "header: string",
        "`from`, `to` or `cc`.",
        |p: &mut Person| -> ImmutableString {
            match p.part {
                SpanPart::To => "to",
                SpanPart::Cc => "cc",
                _ => "from",
            }
            .into()
        },
    );
    api.get(
        "Person",
        "is_new: bool",
        "Whether no earlier message of the case names them.",
        |p: &mut Person| !seen_before(&p.scene, p.message, &p.get().address.email),
    );
    api.get(
        "Person",
        "side_wrote: bool",
        "Whether somebody of their organisation sent an earlier message of the case.",
        |p: &mut Person| {
            let own = &p.get().address;
            let earlier = &p.scene.visible()[..p.message];
            earlier.iter().rev().any(|m| p.scene.same_organisation(&m.from.address, own))
        },
    );
    api.get(
        "Person",
        "has_written: bool",
        "Whether they sent an earlier message of the case.",
        |p: &mut Person| {
            let email = &p.get().address.email;
            let earlier = &p.scene.visible()[..p.message];
            earlier.iter().rev().any(|m| m.from.address.email == *email)
        },
    );
    api.call(
        "Person",
        "holds(list) -> string",
        "The section of the word list that their title belongs to, `\"yes\"` if the list has no sections, or `\"\"` if none of its words is in the title.",
        |p: &mut Person, list: &str| holds(p, list),
    );
    api.call(
        "Person",
        "titled(list) -> Passage or ()",
        "The words of that list by which their signature, the end of a mail of theirs, or a sentence of their side that names them tells what they are.",
        |p: &mut Person, list: &str| titled(p, list),
    );
}

/// How many messages back somebody is looked for by name.
const LOOK_BACK: usize = 12;

/// The words of `list` that say what a person is: in a signature of theirs, at the end of a mail of
/// theirs, or in a sentence of their side that names them.
fn titled(person: &Person, list: &str) -> Fallible<Dynamic> {
    let list = known_list(person.scene.readings().lists(), list)?;
    let own = person.get();
    let names = names_of(&own.address);
    let from = (person.message + 1).saturating_sub(LOOK_BACK);
    for position in (from..=person.message).rev() {
        let message = &person.scene.visible()[position];
        if message.is_automatic() || message.from.side != own.side {
            continue;
        }
        let theirs = message.from.address.email == own.address.email;
        if theirs && let Some(found) = pick(person, position, Part::Signature, list, |_, _| true) {
            return Ok(found);
        }
        let says = |read: &Read, hit: &Hit| {
            let count = read.sentences.len();
            let closing = theirs && hit.sentence as usize + 2 >= count;
            closing
                || read.sentences.get(hit.sentence as usize).is_some_and(|said| {
                    let sentence = message.body.get(said.start as usize..said.end as usize);
                    sentence.is_some_and(|text| names.iter().any(|name| has_word(text, name)))
                })
        };
        for part in [Part::New, Part::Quoted] {
            if let Some(found) = pick(person, position, part, list, says) {
                return Ok(found);
            }
        }
    }
    Ok(Dynamic::UNIT)
}

/// The first hit of `list` in a part of a message that is meant and that `fits`.
fn pick(
    person: &Person,
    position: usize,
    part: Part,
    list: ListId,
    fits: impl Fn(&Read, &Hit) -> bool,
) -> Option<Dynamic> {
    let found = person.scene.read(position, part, |read| {
        read.hits.of(list).iter().find(|hit| meant(hit) && fits(read, hit)).copied()
    });
    let hit = found?;
    Some(Dynamic::from(Passage::of_hit(&person.scene, position, Some(part), &hit)))
}

/// The names that people are called by: words of the display name, and of the address before the @.
fn names_of(address: &Address) -> Vec<String> {
    let local = address.email.split('@').next().unwrap_or_default();
    let words = address.name.split(|c: char| !c.is_alphanumeric() && c != '-');
    let parts = local.split(|c: char| !c.is_alphanumeric());
    let long = |word: &&str| word.chars().count() >= 3;
    words.chain(parts).filter(long).map(str::to_lowercase).collect()
}

fn has_word(text: &str, name: &str) -> bool {
    text.split(|c: char| !c.is_alphanumeric() && c != '-').any(|word| word.to_lowercase() == name)
}

fn holds(person: &Person, list: &str) -> Fallible<ImmutableString> {
    let lists = person.scene.readings().lists();
    let list = known_list(lists, list)?;
    let title = &person.get().title;
    if title.is_empty() {
        return Ok(ImmutableString::new());
    }
    let hits = lists.find_all(title);
    Ok(match hits.of(list).first() {
        None => ImmutableString::new(),
        Some(hit) if lists.mark(hit.mark).is_empty() => "yes".into(),
        Some(hit) => lists.mark(hit.mark).into(),
    })
}
