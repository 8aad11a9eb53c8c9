//! A message as threading sees it.

use mail::{ClassKind, SegmentKind};
use model::{Address, Instant, MessageKey, Side, fold_text};

use super::{
    card::{
        ANSWERS, AUTOMATIC, Card, FROM_PARTNER, FROM_US, KNOWN_ACCOUNT, MACHINE_ANSWER, Mark,
        QUOTES, Traits, UNADDRESSED,
    },
    subject::Subject,
};
use crate::{
    assess::is_shared_mailbox,
    directory::{AccountScope, Directory},
};

/// The most references that are looked at: the first, and the last of the rest.
const MOST_REFERENCES: usize = 32;

/// The most people of one message that are looked at.
const MOST_PEOPLE: usize = 200;

/// A message as threading sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Threadable {
    /// Which message.
    pub key: MessageKey,
    /// Its Message-ID, without angle brackets; nothing if it was missing.
    pub message_id: Option<String>,
    /// When it happened.
    pub at: Instant,
    /// Whose business it is.
    pub scope: AccountScope,
    /// Whether a person decided which case it is in. False as read; the app sets it when it reads a
    /// message again that somebody has moved. Such a message never pulls cases together again.
    pub moved: bool,
    /// References with In-Reply-To behind them, without angle brackets: oldest first, each once, at
    /// most 32. What an index must find [`super::ThreadIndex::awaiting`] by.
    pub references: Vec<String>,
    /// How many of them, from the end, stand in In-Reply-To only.
    pub(super) reply_only: usize,
    /// Message-IDs of messages that it encloses.
    pub(super) encloses: Vec<String>,
    /// Whether a person wrote it.
    pub(super) class: ClassKind,
    /// The decoded subject.
    pub(super) subject: String,
    pub(super) topic: Subject,
    /// Marks of ticket tokens, of the sender's domain first.
    pub(super) tokens: Vec<Mark>,
    /// People of ours who take part with an address of their own.
    pub(super) ours: Vec<Mark>,
    /// Whether it goes to or comes from anybody of ours.
    pub(super) with_us: bool,
    pub(super) traits: Traits,
}

impl Threadable {
    /// Reads `message`, with sides and accounts from `directory`.
    pub fn of(message: &mail::Message, directory: &Directory) -> Self {
        let topic = Subject::read(&message.subject, &message.foreign_tokens);
        let people = People::of(message, directory);
        let (references, reply_only) = references(message);
        let mut encloses: Vec<String> =
            message.nested.iter().filter_map(|n| n.message.message_id.clone()).collect();
        encloses.truncate(MOST_REFERENCES);
        Self {
            key: message.key,
            message_id: message.message_id.clone(),
            at: message.happened,
            scope: people.scope.clone(),
            moved: false,
            references,
            reply_only,
            encloses,
            class: message.class.kind,
            subject: message.subject.clone(),
            tokens: tokens(message, &topic),
            ours: people.ours,
            with_us: people.with_us,
            traits: Traits {
                flags: people.flags | body_flags(message, &topic),
                subject: Mark::of("subject", &topic.key),
                words: topic.words.clone(),
                sender: address_mark(&message.from),
                outside: people.outside,
                list: message.list_id.as_deref().map(|id| Mark::of("list", &fold_text(id))),
            },
            topic,
        }
    }

    /// What weak ties are judged by.
    pub(super) fn asker(&self) -> Asker<'_> {
        Asker {
            at: self.at,
            internal: self.scope == AccountScope::Internal,
            ours: &self.ours,
            takes_back: self.topic.takes_back,
            traits: &self.traits,
        }
    }

    /// What is kept of it, by Message-ID and by the Message-IDs that it references.
    pub fn card(&self) -> Card {
        Card { key: self.key, at: self.at, moved: self.moved, traits: self.traits.clone() }
    }

    /// What its case is to be found by, within the scope of the case: its subject, if that tells
    /// anything, and its ticket tokens. Automatic mail that answers nothing has none.
    pub fn marks(&self) -> Vec<Mark> {
        if self.class == ClassKind::Newsletter {
            return Vec::new();
        }
        self.topic.mark().into_iter().chain(self.tokens.iter().copied()).collect()
    }
}

/// What weak ties are judged by, of a message at hand or of one that opened a case.
#[derive(Debug, Clone, Copy)]
pub(super) struct Asker<'a> {
    pub(super) at: Instant,
    pub(super) internal: bool,
    pub(super) ours: &'a [Mark],
    pub(super) takes_back: bool,
    pub(super) traits: &'a Traits,
}

/// The people of a message.
struct People {
    scope: AccountScope,
    outside: Vec<(Mark, Mark)>,
    ours: Vec<Mark>,
    with_us: bool,
    flags: u8,
}

impl People {
    fn of(message: &mail::Message, directory: &Directory) -> Self {
        let sides = directory.sides();
        let mut people = Self {
            scope: AccountScope::Internal,
            outside: Vec::new(),
            ours: Vec::new(),
            with_us: false,
            flags: UNADDRESSED,
        };
        let mut partner = None;
        let others = message.to.iter().chain(&message.cc).chain(&message.bcc);
        for (position, address) in std::iter::once(&message.from).chain(others).enumerate() {
            if position > 0 {
                people.flags &= !UNADDRESSED;
            }
            if position > MOST_PEOPLE {
                break;
            }
            let side = sides.side(address);
            if side == Side::Us {
                people.with_us = true;
                people.flags |= if position == 0 { FROM_US } else { 0 };
                if !is_shared_mailbox(&address.email) {
                    people.ours.push(address_mark(address));
                }
                continue;
            }
            let scope = directory.scope_of_address(address);
            if matches!(scope, AccountScope::Account(_)) {
                people.flags |= KNOWN_ACCOUNT;
            }
            people.outside.push((address_mark(address), scope_mark(&scope)));
            if side == Side::Partner {
                people.flags |= if position == 0 { FROM_PARTNER } else { 0 };
                partner.get_or_insert(scope);
            } else if people.scope == AccountScope::Internal {
                people.scope = scope;
            }
        }
        if people.scope == AccountScope::Internal {
            people.scope = partner.unwrap_or(AccountScope::Internal);
        }
        people.ours.sort_unstable();
        people.ours.dedup();
        people.outside.sort_unstable();
        people.outside.dedup();
        people
    }
}

fn body_flags(message: &mail::Message, topic: &Subject) -> u8 {
    let class = message.class.kind;
    let quoted = |kind| matches!(kind, SegmentKind::Quotation | SegmentKind::Forwarded);
    let quotes = message.segments.iter().any(|s| quoted(s.kind) && s.start < s.end);
    let machine = matches!(
        class,
        ClassKind::Bounce
            | ClassKind::OutOfOffice
            | ClassKind::AutoReply
            | ClassKind::Receipt
            | ClassKind::Calendar
    );
    let mut flags = 0;
    for (holds, flag) in [
        (class.is_automatic(), AUTOMATIC),
        (machine, MACHINE_ANSWER),
        (quotes, QUOTES),
        (quotes || topic.is_answer, ANSWERS),
    ] {
        flags |= if holds { flag } else { 0 };
    }
    flags
}

/// References with In-Reply-To at their end, and how many of those stand there only.
fn references(message: &mail::Message) -> (Vec<String>, usize) {
    let own = message.message_id.as_deref();
    let mut all: Vec<String> = Vec::new();
    let usable = |id: &str| !id.is_empty() && Some(id) != own;
    for id in message.references.iter().filter(|id| usable(id)) {
        // The nearest mention counts where an id comes twice.
        all.retain(|known| known != id);
        all.push(id.clone());
    }
    let before = all.len();
    for id in message.in_reply_to.iter().filter(|id| usable(id)) {
        if !all.contains(id) {
            all.push(id.clone());
        }
    }
    let reply_only = all.len() - before;
    if all.len() > MOST_REFERENCES {
        all.drain(1..=all.len() - MOST_REFERENCES);
    }
    let reply_only = reply_only.min(all.len());
    (all, reply_only)
}

/// Ticket tokens belong to the system that made them: that of the sender's domain, or, in an
/// answer, that of the domain which it goes to.
fn tokens(message: &mail::Message, topic: &Subject) -> Vec<Mark> {
    if message.foreign_tokens.is_empty() {
        return Vec::new();
    }
    let mut domains = vec![message.from.domain()];
    if topic.is_answer {
        for address in message.to.iter().chain(&message.cc) {
            if !domains.contains(&address.domain()) {
                domains.push(address.domain());
            }
        }
    }
    let bare = |token: &str| token.trim_matches(['[', ']', '#']).to_lowercase();
    let marks = message.foreign_tokens.iter().flat_map(|token| {
        let token = bare(token);
        domains.iter().map(move |domain| Mark::of(domain, &token)).collect::<Vec<_>>()
    });
    marks.collect()
}

pub(super) fn address_mark(address: &Address) -> Mark {
    if address.email.is_empty() {
        Mark::of("name", &fold_text(&address.name))
    } else {
        Mark::of("address", &address.email)
    }
}

pub(super) fn scope_mark(scope: &AccountScope) -> Mark {
    match scope {
        AccountScope::Account(id) => Mark::of("account", id.as_str()),
        AccountScope::Domain(domain) => Mark::of("domain", domain),
        AccountScope::Person(person) => Mark::of("person", person),
        AccountScope::Internal => Mark(0),
    }
}
