//! Counts what matches and keeps the best of it.

use std::{cmp::Ordering, sync::Arc};

use tantivy::{
    DocAddress, DocId, Score, SegmentOrdinal, SegmentReader,
    collector::{Collector, SegmentCollector},
    columnar::ColumnValues,
    query::Weight,
};

use super::schema::{AT, NUMBER, Numbers};

/// What is wanted of the documents that match.
#[derive(Debug, Clone)]
pub(super) struct Best {
    /// How many of the best to keep.
    pub keep: usize,
    /// Newest first instead of best first.
    pub by_date: bool,
    /// The only numbers that count, if not all.
    pub only: Option<Arc<Membership>>,
    /// The first millisecond that counts.
    pub from: i64,
    /// The first millisecond that is too late.
    pub until: i64,
}

impl Best {
    /// Whether what the query itself says decides about every document, and its score alone ranks.
    pub fn is_plain(&self) -> bool {
        let dated = self.from > i64::MIN || self.until < i64::MAX;
        !dated && self.only.is_none() && self.requires_scoring()
    }
}

/// A document that was kept.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Kept {
    pub score: Score,
    pub at: i64,
    pub number: u64,
    pub address: DocAddress,
}

impl Eq for Kept {}

impl Ord for Kept {
    /// The better one is greater.
    fn cmp(&self, other: &Self) -> Ordering {
        self.score
            .total_cmp(&other.score)
            .then(self.at.cmp(&other.at))
            .then(self.number.cmp(&other.number))
    }
}

impl PartialOrd for Kept {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// A set of numbers that is quick to ask.
#[derive(Debug)]
pub(super) enum Membership {
    /// A bit a number, from the first on.
    Bits { first: u64, bits: Vec<u64> },
    /// Ascending numbers that lie far apart.
    Sorted(Numbers),
}

impl Membership {
    /// The set of `numbers`, which ascend.
    pub fn new(numbers: Numbers) -> Self {
        let (Some(&first), Some(&last)) = (numbers.first(), numbers.last()) else {
            return Self::Sorted(numbers);
        };
        let words = (last.saturating_sub(first) / 64) as usize + 1;
        // No more memory than the list itself takes.
        if words > numbers.len().max(1024) {
            return Self::Sorted(numbers);
        }
        let mut bits = vec![0; words];
        for number in numbers.iter() {
            let place = number - first;
            bits[(place / 64) as usize] |= 1 << (place % 64);
        }
        Self::Bits { first, bits }
    }

    /// Whether `number` is in it.
    pub fn contains(&self, number: u64) -> bool {
        match self {
            Self::Sorted(numbers) => numbers.binary_search(&number).is_ok(),
            Self::Bits { first, bits } => number.checked_sub(*first).is_some_and(|place| {
                bits.get((place / 64) as usize).is_some_and(|word| word >> (place % 64) & 1 == 1)
            }),
        }
    }
}

/// The count, and the best, best first.
pub(super) type Harvest = (u64, Vec<Kept>);

impl Collector for Best {
    type Fruit = Harvest;
    type Child = SegmentBest;

    fn for_segment(
        &self,
        segment: SegmentOrdinal,
        reader: &SegmentReader,
    ) -> tantivy::Result<SegmentBest> {
        let columns = reader.fast_fields();
        let (number, at) = (columns.u64(NUMBER)?, columns.i64(AT)?);
        let dated = self.from > i64::MIN || self.until < i64::MAX;
        // A segment that lies within the dates as a whole needs no look at each document.
        let inside = self.from <= at.min_value() && at.max_value() < self.until;
        Ok(SegmentBest {
            segment,
            number: number.first_or_default_col(0),
            at: at.first_or_default_col(0),
            check_date: dated && !inside,
            wanted: self.clone(),
            total: 0,
            matching: Vec::new(),
            kept: Vec::new(),
            bar: None,
        })
    }

    fn requires_scoring(&self) -> bool {
        !self.by_date && self.keep > 0
    }

    fn merge_fruits(&self, fruits: Vec<Harvest>) -> tantivy::Result<Harvest> {
        let total = fruits.iter().map(|(count, _)| count).sum();
        let mut best: Vec<Kept> = fruits.into_iter().flat_map(|(_, kept)| kept).collect();
        best.sort_unstable_by(|one, other| other.cmp(one));
        best.truncate(self.keep);
        Ok((total, best))
    }
}

/// The best alone: what cannot be among them is passed over, uncounted.
pub(super) struct BestAlone(pub Best);

impl Collector for BestAlone {
    type Fruit = Harvest;
    type Child = SegmentBest;

    fn for_segment(
        &self,
        segment: SegmentOrdinal,
        reader: &SegmentReader,
    ) -> tantivy::Result<SegmentBest> {
        self.0.for_segment(segment, reader)
    }

    fn requires_scoring(&self) -> bool {
        true
    }

    fn collect_segment(
        &self,
        weight: &dyn Weight,
        segment: SegmentOrdinal,
        reader: &SegmentReader,
    ) -> tantivy::Result<Harvest> {
        let mut best = self.for_segment(segment, reader)?;
        let alive = reader.alive_bitset();
        weight.for_each_pruning(Score::MIN, reader, &mut |doc, score| {
            if alive.is_none_or(|alive| alive.is_alive(doc)) {
                best.collect(doc, score);
            }
            // Among equals the newest wins, so they must still come.
            best.bar.map_or(Score::MIN, |bar| bar.score.next_down())
        })?;
        Ok(best.harvest())
    }

    fn merge_fruits(&self, fruits: Vec<Harvest>) -> tantivy::Result<Harvest> {
        self.0.merge_fruits(fruits)
    }
}

/// The best of one segment.
pub(super) struct SegmentBest {
    segment: SegmentOrdinal,
    number: Arc<dyn ColumnValues<u64>>,
    at: Arc<dyn ColumnValues<i64>>,
    check_date: bool,
    wanted: Best,
    total: u64,
    /// By date: all that match. Documents were added as they came, so the newest are the last.
    matching: Vec<DocId>,
    /// Up to twice as many as are to be kept, in no order.
    kept: Vec<Kept>,
    /// The worst of the best so far: who is not better need not come.
    bar: Option<Kept>,
}

impl SegmentCollector for SegmentBest {
    type Fruit = Harvest;

    fn collect(&mut self, doc: DocId, score: Score) {
        if !self.counts(doc) {
            return;
        }
        self.total += 1;
        if self.wanted.by_date {
            self.matching.push(doc);
            return;
        }
        match &self.bar {
            Some(bar) if score < bar.score => {}
            Some(bar) if score <= bar.score && self.at.get_val(doc) < bar.at => {}
            _ => self.keep(doc, score, self.at.get_val(doc)),
        }
    }

    fn collect_block(&mut self, docs: &[DocId]) {
        if self.check_date || self.wanted.only.is_some() || !self.wanted.by_date {
            for &doc in docs {
                self.collect(doc, 0.0);
            }
            return;
        }
        self.total += docs.len() as u64;
        self.matching.extend_from_slice(docs);
    }

    fn harvest(mut self) -> Harvest {
        self.keep_newest();
        self.cut();
        (self.total, self.kept)
    }
}

impl SegmentBest {
    /// Whether what lies outside the query itself lets `doc` count.
    fn counts(&self, doc: DocId) -> bool {
        if self.check_date {
            let at = self.at.get_val(doc);
            if at < self.wanted.from || at >= self.wanted.until {
                return false;
            }
        }
        self.wanted.only.as_ref().is_none_or(|only| only.contains(self.number.get_val(doc)))
    }

    fn keep_newest(&mut self) {
        let matching = std::mem::take(&mut self.matching);
        let mut dates = [0; 64];
        for docs in matching.rchunks(dates.len()) {
            let dates = &mut dates[..docs.len()];
            self.at.get_vals(docs, dates);
            for (&doc, &at) in docs.iter().zip(&*dates).rev() {
                if self.bar.is_none_or(|bar| at >= bar.at) {
                    self.keep(doc, 0.0, at);
                }
            }
        }
    }

    fn keep(&mut self, doc: DocId, score: Score, at: i64) {
        if self.wanted.keep == 0 {
            return;
        }
        let number = self.number.get_val(doc);
        let address = DocAddress { segment_ord: self.segment, doc_id: doc };
        self.kept.push(Kept { score, at, number, address });
        if self.kept.len() >= 2 * self.wanted.keep {
            self.cut();
            self.bar = self.kept.iter().min().copied();
        }
    }

    /// Leaves the best.
    fn cut(&mut self) {
        let keep = self.wanted.keep;
        if self.kept.len() > keep {
            self.kept.select_nth_unstable_by(keep - 1, |one, other| other.cmp(one));
            self.kept.truncate(keep);
        }
    }
}
