//! Accounts, their people and cases, and domains that belong to none.

use std::cmp::Reverse;

use model::{Account, AccountId, Instant};

use crate::{
    Result,
    overlay::read_all,
    query::{PageRequest, queues::QueueFilter},
    record::{AccountRecord, Page, TimelineItem, UnknownDomain},
    tables::{ACCOUNT_NOTE, account_note_prefix},
    watchkeeper::{Watchkeeper, not_found},
};

/// The most cases shown with an account.
const CASES: usize = 100;
/// The most notes shown with an account.
const NOTES: usize = 100;

impl Watchkeeper {
    /// The accounts, by name.
    pub fn accounts(&self, page: &PageRequest) -> Result<Page<Account>> {
        let directory = self.directory()?;
        let mut all: Vec<_> = directory.accounts().cloned().collect();
        all.sort_by_cached_key(|account| (model::fold_text(&account.name), account.id.clone()));
        page.cut(&all, |account| Ok(Some((**account).clone())))
    }

    /// Everything about an account.
    pub fn account(&self, id: &AccountId, now: Instant) -> Result<AccountRecord> {
        let directory = self.directory()?;
        let account =
            directory.account(id).cloned().ok_or_else(|| not_found(format!("account {id}")))?;
        let contacts = directory.contacts_of(id).iter().map(|c| (**c).clone()).collect();
        let filter = QueueFilter { account: Some(id.to_string()), ..QueueFilter::default() };
        let page = PageRequest { cursor: None, limit: CASES };
        let mut cases = self.queue("all", &filter, &page, now)?.items;
        cases.sort_by_key(|case| Reverse((case.rank, case.last_at)));
        let notes = self.notes_about(id)?;
        Ok(AccountRecord { account: (*account).clone(), contacts, cases, notes })
    }

    /// The latest notes about an account.
    fn notes_about(&self, id: &AccountId) -> Result<Vec<TimelineItem>> {
        let snapshot = self.ports.views.snapshot()?;
        let mut numbers = Vec::new();
        let prefix = account_note_prefix(id);
        read_all::<()>(&*snapshot, ACCOUNT_NOTE, &prefix, |key, ()| {
            let number = key.strip_prefix(&*prefix).and_then(|rest| rest.try_into().ok());
            numbers.extend(number.map(u64::from_be_bytes));
            number.is_some()
        })?;
        // Numbers go up with the journal: the last ones are the latest.
        let first = numbers.len().saturating_sub(NOTES);
        let mut notes = self.notes_numbered(&*snapshot, &numbers[first..])?;
        notes.sort_by_key(|item| Reverse(item.at));
        Ok(notes)
    }

    /// Domains and addresses that belong to no account, the busiest first.
    pub fn unknown_domains(&self, page: &PageRequest) -> Result<Page<UnknownDomain>> {
        let all = self.board()?.read().unknown_domains();
        page.cut(&all, |(name, cases, last_at)| {
            Ok(Some(UnknownDomain { name: name.clone(), cases: *cases, last_at: *last_at }))
        })
    }
}
