//! The people of a customer, over several cases (F30, F31).

use std::{cmp::Reverse, collections::BTreeMap};

use model::CaseId;

use crate::{
    Result,
    record::{CaseRow, PersonRecord, Quote},
    titles,
    watchkeeper::Watchkeeper,
};

/// The latest cases whose people are shown: each of them may have to be read.
const CASES: usize = 40;

/// Somebody of a customer's, over several cases.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountPerson {
    /// Who they are; their title and its passage are the latest known.
    pub person: PersonRecord,
    /// The latest case in which they take part.
    pub case: CaseId,
    /// In how many of the latest cases they do.
    pub cases: u32,
}

impl AccountPerson {
    /// Takes in what an earlier case knows of the same person.
    fn also(&mut self, earlier: PersonRecord) {
        self.cases += 1;
        let known = &mut self.person;
        known.wrote += earlier.wrote;
        known.first_at = known.first_at.min(earlier.first_at);
        if known.address.name.is_empty() {
            known.address.name = earlier.address.name;
        }
        known.title = known.title.take().or(earlier.title);
        let later = |one: &Quote| known.title_quote.as_ref().is_none_or(|known| known.at < one.at);
        if let Some(quote) = earlier.title_quote.filter(later) {
            known.title_quote = Some(quote);
        }
    }
}

impl Watchkeeper {
    /// Who takes part in cases and is none of ours.
    pub(super) fn people_of(&self, cases: &[CaseRow]) -> Result<Vec<AccountPerson>> {
        let snapshot = self.ports.views.snapshot()?;
        let mut found: BTreeMap<String, AccountPerson> = BTreeMap::new();
        for row in cases.iter().take(CASES) {
            let (id, state) = self.live_case(row.id)?;
            let people = self.seen(&*snapshot, id, &state)?.passages.into_people();
            for person in people.into_iter().filter(|person| person.side != "us") {
                let key = person.address.email.to_lowercase();
                match found.get_mut(&key) {
                    None => drop(found.insert(key, AccountPerson { person, case: id, cases: 1 })),
                    Some(known) => known.also(person),
                }
            }
        }
        let mut people: Vec<AccountPerson> = found.into_values().collect();
        for one in &mut people {
            titles::complete(&*snapshot, std::slice::from_mut(&mut one.person))?;
        }
        people.sort_by_key(|one| (Reverse(one.person.wrote), one.person.address.email.clone()));
        Ok(people)
    }
}
