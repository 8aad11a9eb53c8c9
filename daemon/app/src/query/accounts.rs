//! Accounts, their people and cases, and domains that belong to none.

use std::cmp::Reverse;

use model::{Account, AccountId, Instant};

use crate::{
    Result,
    query::{PageRequest, queues::QueueFilter},
    record::{AccountRecord, Page, UnknownDomain},
    watchkeeper::{Watchkeeper, not_found},
};

/// The most cases shown with an account.
const CASES: usize = 100;

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
        Ok(AccountRecord { account: (*account).clone(), contacts, cases })
    }

    /// Domains and addresses that belong to no account, the busiest first.
    pub fn unknown_domains(&self, page: &PageRequest) -> Result<Page<UnknownDomain>> {
        let all = self.board()?.read().unknown_domains();
        page.cut(&all, |(name, cases, last_at)| {
            Ok(Some(UnknownDomain { name: name.clone(), cases: *cases, last_at: *last_at }))
        })
    }
}
