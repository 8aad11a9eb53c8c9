//! Rows under change while facts are projected: decoded once, written once.
//!
//! Also the [`ThreadIndex`] that threading asks.

use std::{
    cell::RefCell,
    collections::{BTreeSet, HashMap},
    sync::Arc,
};

use engine::{
    directory::AccountScope,
    threading::{CaseSummary, Known, Mark, ThreadIndex},
};
use model::{CaseId, Instant, Seq, SourceId};
use store::Views;

use crate::{
    AppError, Result,
    overlay::Overlay,
    tables::{
        ACTIVE, CASE, CaseState, HEADER_ID, HeaderIdRow, MARK, MESSAGE_CASE, SOURCE, SourceRow,
        THREAD_CARD, active_key, case_key, header_id_key, mark_key, number_key,
    },
};

/// How far back and ahead days are looked through for active cases.
const DAY: i64 = 86_400;

/// Facts being projected.
pub struct Batch {
    /// All other rows.
    pub rows: Overlay,
    /// Cases whose assessment may have changed.
    pub touched: BTreeSet<CaseId>,
    cases: RefCell<HashMap<CaseId, Option<CaseState>>>,
    dirty: BTreeSet<CaseId>,
    headers: RefCell<HashMap<[u8; 16], HeaderIdRow>>,
    dirty_headers: BTreeSet<[u8; 16]>,
    failed: RefCell<Option<AppError>>,
    sources: HashMap<SourceId, SourceRow>,
}

impl Batch {
    /// An empty batch on top of what `views` hold now.
    pub fn new(views: &dyn Views) -> Result<Self> {
        Ok(Self {
            rows: Overlay::new(views)?,
            touched: BTreeSet::new(),
            cases: RefCell::default(),
            dirty: BTreeSet::new(),
            headers: RefCell::default(),
            dirty_headers: BTreeSet::new(),
            failed: RefCell::default(),
            sources: HashMap::new(),
        })
    }

    /// Calls `look` with a case, if there is one.
    pub fn with_case<T>(
        &self,
        id: CaseId,
        look: impl FnOnce(&CaseState) -> T,
    ) -> Result<Option<T>> {
        let mut cases = self.cases.borrow_mut();
        if let std::collections::hash_map::Entry::Vacant(slot) = cases.entry(id) {
            slot.insert(self.rows.get(CASE, &case_key(id))?);
        }
        Ok(cases.get(&id).and_then(Option::as_ref).map(look))
    }

    /// A copy of a case.
    pub fn case_state(&self, id: CaseId) -> Result<Option<CaseState>> {
        self.with_case(id, Clone::clone)
    }

    /// Changes a case; nothing happens if there is none.
    pub fn change_case(&mut self, id: CaseId, change: impl FnOnce(&mut CaseState)) -> Result<()> {
        self.with_case(id, |_| ())?;
        if let Some(Some(state)) = self.cases.get_mut().get_mut(&id) {
            change(state);
            self.dirty.insert(id);
        }
        Ok(())
    }

    /// Adds a case or replaces it.
    pub fn put_case(&mut self, id: CaseId, state: CaseState) {
        self.cases.get_mut().insert(id, Some(state));
        self.dirty.insert(id);
    }

    /// The case that `id` has become by merging.
    pub fn resolve(&self, id: CaseId) -> Result<CaseId> {
        let mut current = id;
        for _ in 0..64 {
            match self.with_case(current, |state| state.merged_into)? {
                Some(Some(next)) => current = next,
                _ => break,
            }
        }
        Ok(current)
    }

    /// What is known of a Message-ID.
    pub fn header(&self, message_id: &str) -> Result<HeaderIdRow> {
        let key = header_id_key(message_id);
        if let Some(row) = self.headers.borrow().get(&key) {
            return Ok(row.clone());
        }
        let row: HeaderIdRow = self.rows.get(HEADER_ID, &key)?.unwrap_or_default();
        self.headers.borrow_mut().insert(key, row.clone());
        Ok(row)
    }

    /// Changes what is known of a Message-ID.
    pub fn change_header(
        &mut self,
        message_id: &str,
        change: impl FnOnce(&mut HeaderIdRow),
    ) -> Result<()> {
        self.header(message_id)?;
        let key = header_id_key(message_id);
        if let Some(row) = self.headers.get_mut().get_mut(&key) {
            change(row);
            self.dirty_headers.insert(key);
        }
        Ok(())
    }

    /// Changes the row of a source.
    pub fn change_source(
        &mut self,
        source: &SourceId,
        change: impl FnOnce(&mut SourceRow),
    ) -> Result<()> {
        let row = match self.sources.entry(source.clone()) {
            std::collections::hash_map::Entry::Occupied(slot) => slot.into_mut(),
            std::collections::hash_map::Entry::Vacant(slot) => {
                let key = source.as_str().as_bytes();
                slot.insert(self.rows.get(SOURCE, key)?.unwrap_or_default())
            }
        };
        change(row);
        Ok(())
    }

    /// The case of a message.
    pub fn case_of(&self, number: u64) -> Result<Option<CaseId>> {
        self.rows.get(MESSAGE_CASE, &number_key(number))
    }

    /// Puts a message into a case.
    pub fn set_case_of(&mut self, number: u64, case: CaseId) -> Result<()> {
        self.rows.put(MESSAGE_CASE, &number_key(number), &case)
    }

    /// Lets a case be found by `marks` and by the day of `at`, in `scope`.
    pub fn mark(
        &mut self,
        case: CaseId,
        scope: &AccountScope,
        marks: &[Mark],
        at: Instant,
    ) -> Result<()> {
        for mark in marks {
            let key = mark_key(scope, *mark);
            let mut cases: Vec<CaseId> = self.rows.get(MARK, &key)?.unwrap_or_default();
            if let Err(place) = cases.binary_search(&case) {
                cases.insert(place, case);
                self.rows.put(MARK, &key, &cases)?;
            }
        }
        self.rows.put(ACTIVE, &active_key(scope, at, case), &())
    }

    /// A failure of a look-up since the last call.
    pub fn check(&self) -> Result<()> {
        self.failed.borrow_mut().take().map_or(Ok(()), Err)
    }

    /// Encodes what is still decoded, and writes everything.
    pub fn commit(mut self, views: &dyn Views, applied: Seq) -> Result<()> {
        self.flush()?;
        self.rows.commit(views, applied)
    }

    /// Encodes what is still decoded, so that `rows` shows it.
    pub fn flush(&mut self) -> Result<()> {
        let cases = self.cases.get_mut();
        for id in std::mem::take(&mut self.dirty) {
            if let Some(Some(state)) = cases.get(&id) {
                self.rows.put(CASE, &case_key(id), state)?;
            }
        }
        let headers = self.headers.get_mut();
        for key in std::mem::take(&mut self.dirty_headers) {
            if let Some(row) = headers.get(&key) {
                self.rows.put(HEADER_ID, &key, row)?;
            }
        }
        for (source, row) in self.sources.drain() {
            self.rows.put(SOURCE, source.as_str().as_bytes(), &row)?;
        }
        Ok(())
    }

    fn known(&self, numbers: &[u64]) -> Result<Vec<Known>> {
        let mut known = Vec::with_capacity(numbers.len());
        for number in numbers {
            let card = self.rows.get(THREAD_CARD, &number_key(*number))?;
            if let (Some(case), Some(card)) = (self.case_of(*number)?, card) {
                known.push(Known { case, card });
            }
        }
        Ok(known)
    }

    /// Keeps a failure for [`Batch::check`] and goes on with nothing.
    fn or_note<T: Default>(&self, result: Result<T>) -> T {
        result.unwrap_or_else(|error| {
            self.failed.borrow_mut().get_or_insert(error);
            T::default()
        })
    }

    fn cases_resolved(&self, cases: Vec<CaseId>) -> Result<Vec<CaseId>> {
        let resolved: Result<BTreeSet<CaseId>> =
            cases.into_iter().map(|case| self.resolve(case)).collect();
        Ok(resolved?.into_iter().collect())
    }
}

impl ThreadIndex for Batch {
    fn by_message_id(&self, message_id: &str) -> Option<Known> {
        let found = self.header(message_id).and_then(|row| {
            let first = row.messages.get(..1).unwrap_or_default();
            self.known(first)
        });
        self.or_note(found).into_iter().next()
    }

    fn awaiting(&self, message_id: &str) -> Vec<Known> {
        self.or_note(self.header(message_id).and_then(|row| self.known(&row.awaiting)))
    }

    fn case(&self, case: CaseId) -> Option<Arc<CaseSummary>> {
        let summary =
            self.resolve(case).and_then(|case| self.with_case(case, |state| state.summary.clone()));
        self.or_note(summary)
    }

    fn by_mark(&self, scope: &AccountScope, mark: Mark) -> Vec<CaseId> {
        let cases = self.rows.get(MARK, &mark_key(scope, mark)).map(Option::unwrap_or_default);
        self.or_note(cases.and_then(|cases| self.cases_resolved(cases)))
    }

    fn active(&self, scope: &AccountScope, from: Instant, to: Instant) -> Vec<CaseId> {
        let zero = CaseId::from_number(0);
        let start = active_key(scope, from, zero);
        let end = active_key(scope, Instant::from_seconds(to.seconds() + DAY), zero);
        let mut cases = BTreeSet::new();
        let found = self.rows.scan_keys(ACTIVE, &start, &end, &mut |key| {
            let number = key.get(12..20).and_then(|bytes| bytes.try_into().ok());
            cases.extend(number.map(|bytes| CaseId::from_number(u64::from_be_bytes(bytes))));
        });
        let found = found.and_then(|()| self.cases_resolved(cases.into_iter().collect()));
        self.or_note(found)
    }
}
