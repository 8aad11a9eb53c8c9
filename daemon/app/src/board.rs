//! Every case in a few bytes, in memory: what queues filter and sort.
//!
//! A queue of 60,000 cases is filtered in about a millisecond, so no queue needs an index of its
//! own on disk. The board is filled from the cards at start and follows every commit.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use model::{CaseId, Instant};

use crate::record::CaseRow;

/// A case as the board holds it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The case.
    pub id: CaseId,
    /// Rank of its level, 0 to 100.
    pub rank: u8,
    /// Whether its level counts as an escalation.
    pub escalated: bool,
    /// Attention score.
    pub attention: u8,
    /// Instant of the last message.
    pub last_at: Instant,
    /// Since when its level holds.
    pub level_since: Option<Instant>,
    /// By when a reply is owed.
    pub reply_due: Option<Instant>,
    /// Whether it is resolved or dismissed.
    pub closed: bool,
    /// Whether its account is known.
    pub known: bool,
    /// Whether signals hold.
    pub signals: bool,
    /// Messages.
    pub messages: u32,
    /// Account key or unknown domain, level, owner, team, side awaited: positions in the names.
    names: [u32; 5],
}

const ACCOUNT: usize = 0;
const LEVEL: usize = 1;
const OWNER: usize = 2;
const TEAM: usize = 3;
const WAITING: usize = 4;

/// All cases.
#[derive(Debug, Default)]
pub struct Board {
    places: HashMap<CaseId, Place>,
    names: Vec<String>,
    numbers: HashMap<String, u32>,
    wakes: BTreeSet<(Instant, CaseId)>,
    wake_of: HashMap<CaseId, Instant>,
    changes: BTreeSet<(Instant, CaseId)>,
    change_of: HashMap<CaseId, Instant>,
}

impl Board {
    /// Puts a case on the board or moves it.
    pub fn set(&mut self, card: &CaseRow, escalated: bool) {
        let account = card.account.id.clone().unwrap_or_else(|| card.account.name.clone());
        let names = [
            self.number(&account),
            self.number(card.level.as_str()),
            self.number(card.owner.as_deref().unwrap_or_default()),
            self.number(card.team.as_deref().unwrap_or_default()),
            self.number(&card.waiting_on),
        ];
        let place = Place {
            id: card.id,
            rank: card.rank,
            escalated,
            attention: card.attention,
            last_at: card.last_at,
            level_since: card.level_since,
            reply_due: card.reply_due,
            closed: matches!(card.state.as_str(), "resolved" | "dismissed"),
            known: card.account.id.is_some(),
            signals: !card.reasons.is_empty(),
            messages: card.messages,
            names,
        };
        self.places.insert(card.id, place);
    }

    /// Takes a case off the board.
    pub fn remove(&mut self, case: CaseId) {
        self.places.remove(&case);
        self.set_wake(case, None);
        self.set_changed(case, None);
    }

    /// Empties the board.
    pub fn clear(&mut self) {
        *self = Self::default();
    }

    /// Sets when time alone may change a case.
    pub fn set_wake(&mut self, case: CaseId, wake: Option<Instant>) {
        if let Some(before) = self.wake_of.remove(&case) {
            self.wakes.remove(&(before, case));
        }
        if let Some(at) = wake {
            self.wakes.insert((at, case));
            self.wake_of.insert(case, at);
        }
    }

    /// Sets when something about a case changed last.
    pub fn set_changed(&mut self, case: CaseId, changed: Option<Instant>) {
        if let Some(before) = self.change_of.remove(&case) {
            self.changes.remove(&(before, case));
        }
        if let Some(at) = changed {
            self.changes.insert((at, case));
            self.change_of.insert(case, at);
        }
    }

    /// Cases that changed after `since`, the latest first.
    pub fn changed_since(&self, since: Instant) -> impl Iterator<Item = &Place> {
        let later = self.changes.iter().rev().take_while(move |(at, _)| *at > since);
        later.filter_map(|(_, case)| self.places.get(case))
    }

    /// Cases that time may have changed by `now`, the longest waiting first, at most `limit`.
    pub fn due(&self, now: Instant, limit: usize) -> Vec<CaseId> {
        self.wakes.iter().take_while(|(at, _)| *at <= now).take(limit).map(|(_, id)| *id).collect()
    }

    /// All cases, in no order.
    pub fn places(&self) -> impl Iterator<Item = &Place> {
        self.places.values()
    }

    /// A case.
    pub fn place(&self, case: CaseId) -> Option<&Place> {
        self.places.get(&case)
    }

    /// How many cases there are.
    pub fn len(&self) -> usize {
        self.places.len()
    }

    /// Whether there are no cases.
    pub fn is_empty(&self) -> bool {
        self.places.is_empty()
    }

    /// Account key or unknown domain of a case.
    pub fn account<'a>(&'a self, place: &Place) -> &'a str {
        self.name(place.names[ACCOUNT])
    }

    /// Level of a case.
    pub fn level<'a>(&'a self, place: &Place) -> &'a str {
        self.name(place.names[LEVEL])
    }

    /// Owner of a case; empty if it has none.
    pub fn owner<'a>(&'a self, place: &Place) -> &'a str {
        self.name(place.names[OWNER])
    }

    /// Team of a case; empty if unknown.
    pub fn team<'a>(&'a self, place: &Place) -> &'a str {
        self.name(place.names[TEAM])
    }

    /// Who has to act.
    pub fn waiting_on<'a>(&'a self, place: &Place) -> &'a str {
        self.name(place.names[WAITING])
    }

    /// Unknown domains with their number of cases and latest message, the busiest first.
    pub fn unknown_domains(&self) -> Vec<(String, u64, Instant)> {
        let mut found: BTreeMap<&str, (u64, Instant)> = BTreeMap::new();
        for place in self.places.values().filter(|p| !p.known) {
            let entry = found.entry(self.account(place)).or_insert((0, place.last_at));
            entry.0 += 1;
            entry.1 = entry.1.max(place.last_at);
        }
        let mut list: Vec<_> =
            found.into_iter().map(|(name, (cases, at))| (name.to_owned(), cases, at)).collect();
        list.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        list
    }

    fn name(&self, number: u32) -> &str {
        self.names.get(number as usize).map_or("", String::as_str)
    }

    fn number(&mut self, name: &str) -> u32 {
        if let Some(number) = self.numbers.get(name) {
            return *number;
        }
        let number = self.names.len() as u32;
        self.names.push(name.to_owned());
        self.numbers.insert(name.to_owned(), number);
        number
    }
}
