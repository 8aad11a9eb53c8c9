use model::{Digest, Entry, Fact, ItemKey, Seq, fact::NewFact};

use super::{Check, samples::captured};
use store::{Head, Journal};

/// What every journal must do.
pub const JOURNAL: &[Check<dyn Journal>] = &[
    ("an_empty_journal_has_no_end", an_empty_journal_has_no_end),
    ("facts_come_back_in_their_order", facts_come_back_in_their_order),
    ("a_reader_may_begin_and_stop_anywhere", a_reader_may_begin_and_stop_anywhere),
    ("the_head_is_the_hash_of_everything", the_head_is_the_hash_of_everything),
    ("a_captured_item_is_known_again", a_captured_item_is_known_again),
    ("many_captured_items_are_known_again", many_captured_items_are_known_again),
    ("writers_at_the_same_time_get_their_own_places", writers_at_the_same_time),
];

fn an_empty_journal_has_no_end(journal: &dyn Journal) {
    let empty = Head { seq: Seq(0), hash: Digest([0; 32]) };
    assert_eq!(journal.head().unwrap(), empty);
    assert!(journal.read(Seq(0), 10).unwrap().is_empty());
    assert_eq!(journal.append(&[]).unwrap(), 1..1);
    assert_eq!(journal.head().unwrap(), empty);
    assert!(journal.verify(&mut |_| {}).unwrap().is_empty());
}

fn facts_come_back_in_their_order(journal: &dyn Journal) {
    let facts: Vec<_> = (0..1000).map(captured).collect();
    // Batches as a live service, a quick import and an impatient one write them.
    let mut next = 0;
    for len in [1, 1, 2, 250, 1, 500, 245] {
        let written = journal.append(&facts[next..next + len]).unwrap();
        assert_eq!(written, next as u64 + 1..(next + len) as u64 + 1);
        next += len;
    }
    let entries = journal.read(Seq(1), usize::MAX).unwrap();
    assert_eq!(entries.len(), facts.len());
    for ((entry, fact), seq) in entries.iter().zip(&facts).zip(1..) {
        assert_eq!(entry.seq, Seq(seq));
        assert_eq!((entry.at, entry.recorded), (fact.at, fact.recorded));
        assert_eq!((&entry.actor, &entry.fact), (&fact.actor, &fact.fact));
    }
    assert!(journal.verify(&mut |_| {}).unwrap().is_empty());
}

fn a_reader_may_begin_and_stop_anywhere(journal: &dyn Journal) {
    let facts: Vec<_> = (0..700).map(captured).collect();
    journal.append(&facts).unwrap();
    for from in [0, 1, 2, 255, 256, 257, 512, 699, 700, 701, 5000] {
        for limit in [0, 1, 3, 300] {
            let seqs: Vec<u64> =
                journal.read(Seq(from), limit).unwrap().iter().map(|entry| entry.seq.0).collect();
            let wanted: Vec<u64> = (from.max(1)..=700).take(limit).collect();
            assert_eq!(seqs, wanted, "from {from}, at most {limit}");
        }
    }
}

fn the_head_is_the_hash_of_everything(journal: &dyn Journal) {
    let facts: Vec<_> = (0..300).map(captured).collect();
    journal.append(&facts[..3]).unwrap();
    journal.append(&facts[3..]).unwrap();
    let mut hash = Digest([0; 32]);
    for entry in journal.read(Seq(1), usize::MAX).unwrap() {
        hash = Entry::chain(&hash, &entry.to_bytes().unwrap());
    }
    assert_eq!(journal.head().unwrap(), Head { seq: Seq(300), hash });
    journal.compact().unwrap();
    assert_eq!(journal.head().unwrap(), Head { seq: Seq(300), hash });
    journal.append(&facts[..1]).unwrap();
    assert!(journal.verify(&mut |_| {}).unwrap().is_empty());
}

fn a_captured_item_is_known_again(journal: &dyn Journal) {
    let facts: Vec<_> = (0..600).map(captured).collect();
    let items: Vec<ItemKey> = facts.iter().map(item).collect();
    assert_eq!(items.len(), facts.len());
    assert!(!journal.known(&items).unwrap().contains(&true));
    // The second time they were seen again.
    journal.append(&facts[..500]).unwrap();
    journal.append(&facts[400..500]).unwrap();
    let known = journal.known(&items).unwrap();
    assert!(known[..500].iter().all(|known| *known));
    assert!(!known[500..].contains(&true));
    assert!(journal.verify(&mut |_| {}).unwrap().is_empty());
}

fn many_captured_items_are_known_again(journal: &dyn Journal) {
    let facts: Vec<_> = (0..36_000).map(captured).collect();
    let items: Vec<ItemKey> = facts.iter().map(item).collect();
    for (batch, appended) in facts.chunks(6000).zip(1..6) {
        journal.append(batch).unwrap();
        let known = journal.known(&items).unwrap();
        assert!(known[..appended * 6000].iter().all(|known| *known));
        assert!(!known[appended * 6000..].contains(&true));
    }
    assert!(journal.verify(&mut |_| {}).unwrap().is_empty());
}

fn writers_at_the_same_time(journal: &dyn Journal) {
    std::thread::scope(|scope| {
        for writer in 0..8_u64 {
            scope.spawn(move || {
                for number in 0..20 {
                    let fact = captured(writer * 1000 + number);
                    let range = journal.append(std::slice::from_ref(&fact)).unwrap();
                    let read = journal.read(Seq(range.start), 1).unwrap();
                    assert_eq!(read[0].fact, fact.fact);
                }
            });
        }
    });
    assert_eq!(journal.head().unwrap().seq, Seq(160));
    assert!(journal.verify(&mut |_| {}).unwrap().is_empty());
}

/// The item that a captured message was seen as.
fn item(new: &NewFact) -> ItemKey {
    match &new.fact {
        Fact::Captured { item, .. } => *item,
        other => panic!("{other:?} captures nothing"),
    }
}
