//! Cases that wait to be assessed.
//!
//! While much mail comes at once, a case is assessed when it has rested: most of its mail is there by
//! then, and is walked once. What waits stands in the views, so that a stop forgets none.

use std::collections::{BTreeMap, BTreeSet};

use model::CaseId;

use crate::{
    Result,
    overlay::{Overlay, read_all},
    tables::{WAITING, case_key},
};

/// A case has rested when so many batches did not touch it.
const REST: u64 = 3;
/// So many batches after it was touched first, a case is assessed though it has not rested.
const LONGEST: u64 = 32;

/// Which of the waiting cases are assessed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Which {
    All,
    /// Those that rested, or waited very long.
    Rested,
    None,
}

/// The cases that wait, by when they were touched.
#[derive(Debug, Default)]
pub(crate) struct Waiting {
    cases: BTreeMap<CaseId, Wait>,
    batch: u64,
}

#[derive(Debug)]
struct Wait {
    since: u64,
    touched: u64,
    /// Whether the views know.
    kept: bool,
}

impl Waiting {
    /// What the views say.
    pub(crate) fn load(views: &dyn store::Snapshot) -> Result<Self> {
        let mut waiting = Self::default();
        read_all::<()>(views, WAITING, &[], |key, ()| {
            if let Ok(number) = <[u8; 8]>::try_from(key) {
                let case = CaseId::from_number(u64::from_be_bytes(number));
                waiting.cases.insert(case, Wait { since: 0, touched: 0, kept: true });
            }
            true
        })?;
        Ok(waiting)
    }

    /// Whether none waits.
    pub(crate) fn is_empty(&self) -> bool {
        self.cases.is_empty()
    }

    /// Lets `cases` wait, from the present batch on.
    pub(crate) fn add(&mut self, cases: impl IntoIterator<Item = CaseId>) {
        for case in cases {
            let batch = self.batch;
            let fresh = Wait { since: batch, touched: batch, kept: false };
            self.cases.entry(case).or_insert(fresh).touched = batch;
        }
    }

    /// Ends a batch: takes out those to be assessed now, and lets `rows` know of the others.
    pub(crate) fn take(&mut self, which: Which, rows: &mut Overlay) -> Result<BTreeSet<CaseId>> {
        let batch = self.batch;
        self.batch += 1;
        let mut taken = BTreeSet::new();
        for (case, wait) in &mut self.cases {
            let now = match which {
                Which::All => true,
                Which::Rested => wait.touched + REST <= batch || wait.since + LONGEST <= batch,
                Which::None => false,
            };
            if now {
                taken.insert(*case);
                if wait.kept {
                    rows.delete(WAITING, &case_key(*case));
                }
            } else if !wait.kept {
                rows.put(WAITING, &case_key(*case), &())?;
                wait.kept = true;
            }
        }
        self.cases.retain(|case, _| !taken.contains(case));
        Ok(taken)
    }
}

#[cfg(test)]
mod tests {
    use store::{Views, memory::MemoryViews};

    use super::*;

    fn case(number: u64) -> CaseId {
        CaseId::from_number(number)
    }

    #[test]
    fn a_case_that_is_touched_again_and_again_is_assessed_all_the_same() {
        let views = MemoryViews::default();
        let mut rows = Overlay::new(&views).unwrap();
        let mut waiting = Waiting::default();
        let mut busy = Vec::new();
        for batch in 0..100 {
            waiting.add([case(1)]);
            if batch == 0 {
                waiting.add([case(2)]);
            }
            let taken = waiting.take(Which::Rested, &mut rows).unwrap();
            assert_eq!(taken.contains(&case(2)), batch == REST);
            busy.extend(taken.contains(&case(1)).then_some(batch));
        }
        assert_eq!(busy, [32, 65, 98]);
    }

    #[test]
    fn what_waits_outlives_a_stop() {
        let views = MemoryViews::default();
        let mut rows = Overlay::new(&views).unwrap();
        let mut waiting = Waiting::default();
        waiting.add([case(1), case(2)]);
        assert!(waiting.take(Which::Rested, &mut rows).unwrap().is_empty());
        rows.commit(&views, model::Seq(1)).unwrap();

        let mut waiting = Waiting::load(&*views.snapshot().unwrap()).unwrap();
        let mut rows = Overlay::new(&views).unwrap();
        let all = BTreeSet::from([case(1), case(2)]);
        assert_eq!(waiting.take(Which::All, &mut rows).unwrap(), all);
        rows.commit(&views, model::Seq(2)).unwrap();
        assert!(Waiting::load(&*views.snapshot().unwrap()).unwrap().is_empty());
    }
}
