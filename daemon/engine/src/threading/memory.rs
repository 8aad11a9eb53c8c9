//! The index in memory: for tests, and as the model of what the app keeps.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::Arc,
};

use model::{CaseId, Instant, MessageKey};

use super::{
    Card, CaseChoice, CaseSummary, Known, Mark, Placement, ThreadIndex, Threadable, place,
};
use crate::directory::AccountScope;

/// Holds everything that threading needs of the messages placed so far.
#[derive(Debug, Clone, Default)]
pub struct MemoryIndex {
    cases: BTreeMap<CaseId, Case>,
    case_of: HashMap<MessageKey, CaseId>,
    by_id: HashMap<String, Card>,
    awaiting: HashMap<String, Vec<Card>>,
    by_scope: HashMap<AccountScope, BTreeSet<CaseId>>,
}

#[derive(Debug, Clone, Default)]
struct Case {
    summary: Arc<CaseSummary>,
    members: Vec<MessageKey>,
    instants: BTreeSet<Instant>,
    marks: BTreeSet<Mark>,
}

impl MemoryIndex {
    /// Places `message` and remembers it. Gives its case.
    pub fn add(&mut self, message: &Threadable) -> (CaseId, Placement) {
        let placement = place(message, self);
        let case = match placement.case {
            CaseChoice::Existing(case) => case,
            CaseChoice::New => self.free_id(&message.key),
        };
        for other in &placement.merges {
            self.merge(*other, case);
        }
        self.enter(case, message);
        (case, placement)
    }

    /// Moves a message into a case of its own, as a person may.
    pub fn split_off(&mut self, message: &Threadable) -> CaseId {
        let mut attempt = 1;
        while self.cases.contains_key(&CaseId::derive(&message.key, attempt)) {
            attempt += 1;
        }
        let case = CaseId::derive(&message.key, attempt);
        if let Some(former) = self.case_of.get(&message.key).and_then(|c| self.cases.get_mut(c)) {
            former.members.retain(|key| *key != message.key);
        }
        let moved = Threadable { moved: true, ..message.clone() };
        self.enter(case, &moved);
        let cards = self.by_id.values_mut().chain(self.awaiting.values_mut().flatten());
        for card in cards.filter(|card| card.key == message.key) {
            *card = moved.card();
        }
        case
    }

    /// The case that holds a message.
    pub fn case_of(&self, message: &MessageKey) -> Option<CaseId> {
        self.case_of.get(message).copied()
    }

    /// The messages of every case, by key.
    pub fn groups(&self) -> BTreeSet<Vec<MessageKey>> {
        let sorted = |case: &Case| {
            let mut members = case.members.clone();
            members.sort_unstable();
            members
        };
        self.cases.values().map(sorted).filter(|members| !members.is_empty()).collect()
    }

    fn free_id(&self, first: &MessageKey) -> CaseId {
        let mut attempt = 0;
        loop {
            let id = CaseId::derive(first, attempt);
            if !self.cases.contains_key(&id) {
                return id;
            }
            attempt += 1;
        }
    }

    fn enter(&mut self, id: CaseId, message: &Threadable) {
        let card = message.card();
        self.case_of.insert(message.key, id);
        if let Some(own) = &message.message_id {
            self.by_id.entry(own.clone()).or_insert_with(|| card.clone());
            self.awaiting.remove(own);
        }
        for reference in &message.references {
            if !self.by_id.contains_key(reference) {
                let cards = self.awaiting.entry(reference.clone()).or_default();
                let at = cards.partition_point(|known| known.key < card.key);
                cards.insert(at, card.clone());
            }
        }
        let case = self.cases.entry(id).or_default();
        Arc::make_mut(&mut case.summary).absorb(message);
        case.members.push(message.key);
        case.instants.insert(message.at);
        case.marks.extend(message.marks());
        let scope = case.summary.scope().clone();
        self.by_scope.entry(scope).or_default().insert(id);
    }

    fn merge(&mut self, from: CaseId, into: CaseId) {
        let Some(former) = self.cases.remove(&from) else { return };
        for key in &former.members {
            self.case_of.insert(*key, into);
        }
        for cases in self.by_scope.values_mut() {
            cases.remove(&from);
        }
        let case = self.cases.entry(into).or_default();
        Arc::make_mut(&mut case.summary).merge(&former.summary);
        case.members.extend(former.members);
        case.instants.extend(former.instants);
        case.marks.extend(former.marks);
        let scope = case.summary.scope().clone();
        self.by_scope.entry(scope).or_default().insert(into);
    }

    fn in_scope<'a>(
        &'a self,
        scope: &'a AccountScope,
        wanted: impl Fn(&Case) -> bool + 'a,
    ) -> Vec<CaseId> {
        let ids = self.by_scope.get(scope).into_iter().flatten();
        let cases = ids.filter_map(|id| Some((id, self.cases.get(id)?)));
        let found = cases.filter(|(_, case)| case.summary.scope() == scope && wanted(case));
        found.map(|(id, _)| *id).collect()
    }

    fn known(&self, card: &Card) -> Option<Known> {
        Some(Known { case: *self.case_of.get(&card.key)?, card: card.clone() })
    }
}

impl ThreadIndex for MemoryIndex {
    fn by_message_id(&self, message_id: &str) -> Option<Known> {
        self.known(self.by_id.get(message_id)?)
    }

    fn awaiting(&self, message_id: &str) -> Vec<Known> {
        let cards = self.awaiting.get(message_id).into_iter().flatten();
        cards.filter_map(|card| self.known(card)).collect()
    }

    fn case(&self, case: CaseId) -> Option<Arc<CaseSummary>> {
        self.cases.get(&case).map(|case| Arc::clone(&case.summary))
    }

    fn by_mark(&self, scope: &AccountScope, mark: Mark) -> Vec<CaseId> {
        self.in_scope(scope, |case| case.marks.contains(&mark))
    }

    fn active(&self, scope: &AccountScope, from: Instant, to: Instant) -> Vec<CaseId> {
        self.in_scope(scope, |case| case.instants.range(from..=to).next().is_some())
    }
}
