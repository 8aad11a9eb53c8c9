use model::EvidenceId;

use super::{Check, samples::message};
use store::Evidence;

/// What every evidence store must do.
pub const EVIDENCE: &[Check<dyn Evidence>] = &[
    ("an_item_comes_back_byte_for_byte", an_item_comes_back_byte_for_byte),
    ("the_same_bytes_are_kept_once", the_same_bytes_are_kept_once),
    ("many_items_are_read_each_once", many_items_are_read_each_once),
    ("merging_loses_nothing", merging_loses_nothing),
    ("two_imports_at_once_lose_nothing", two_imports_at_once_lose_nothing),
];

/// Items with their names.
fn named(items: &[Vec<u8>]) -> Vec<(EvidenceId, &[u8])> {
    items.iter().map(|bytes| (EvidenceId::of(bytes), bytes.as_slice())).collect()
}

fn assert_kept(evidence: &dyn Evidence, items: &[Vec<u8>]) {
    for bytes in items {
        let kept = evidence.get(&EvidenceId::of(bytes)).unwrap();
        assert_eq!(kept.as_deref(), Some(bytes.as_slice()));
    }
}

fn an_item_comes_back_byte_for_byte(evidence: &dyn Evidence) {
    let large: Vec<u8> = (0..3_000_000_u32).flat_map(u32::to_le_bytes).collect();
    let items = [Vec::new(), b"\0".to_vec(), vec![b'a'; 512], message(3), large, message(4)];
    assert_eq!(evidence.get(&EvidenceId::of(&items[3])).unwrap(), None);
    assert!(evidence.put(&named(&items)).unwrap().iter().all(|new| *new));
    assert_kept(evidence, &items);
    assert!(evidence.verify(&mut |_| {}).unwrap().is_empty());
    let stats = evidence.stats().unwrap();
    assert_eq!(stats.items, items.len() as u64);
    assert_eq!(stats.raw_bytes, items.iter().map(|bytes| bytes.len() as u64).sum::<u64>());
    assert!(stats.stored_bytes > 0 && stats.packs > 0);
}

fn the_same_bytes_are_kept_once(evidence: &dyn Evidence) {
    let items: Vec<_> = (0..5).map(message).collect();
    assert!(evidence.put(&[]).unwrap().is_empty());
    let twice = [named(&items[..2]), named(&items[..3])].concat();
    assert_eq!(evidence.put(&twice).unwrap(), [true, true, false, false, true]);
    assert_eq!(evidence.put(&named(&items)).unwrap(), [false, false, false, true, true]);
    assert_eq!(evidence.put(&named(&items)).unwrap(), [false; 5]);
    assert_eq!(evidence.stats().unwrap().items, 5);
    assert_kept(evidence, &items);
}

fn many_items_are_read_each_once(evidence: &dyn Evidence) {
    let items: Vec<_> = (0..400).map(message).collect();
    for batch in items.chunks(90) {
        evidence.put(&named(batch)).unwrap();
    }
    // Every third twice, in no order, with some that are not kept.
    let wanted: Vec<Vec<u8>> = (0..600)
        .map(|number| message(if number % 3 == 0 { 0 } else { number * 7 % 450 }))
        .collect();
    let ids: Vec<EvidenceId> = wanted.iter().map(|bytes| EvidenceId::of(bytes)).collect();
    let mut seen = vec![0; ids.len()];
    evidence
        .get_many(&ids, &mut |index, bytes| {
            assert_eq!(bytes, wanted[index]);
            seen[index] += 1;
        })
        .unwrap();
    let kept = evidence.contains(&ids).unwrap();
    assert!(kept.contains(&true) && kept.contains(&false));
    assert_eq!(seen, kept.iter().map(|kept| i32::from(*kept)).collect::<Vec<_>>());
}

fn merging_loses_nothing(evidence: &dyn Evidence) {
    let items: Vec<_> = (0..60).map(message).collect();
    for item in items.chunks(1) {
        evidence.put(&named(item)).unwrap();
    }
    let before = evidence.stats().unwrap();
    evidence.merge_small().unwrap();
    evidence.merge_small().unwrap();
    evidence.compact().unwrap();
    let after = evidence.stats().unwrap();
    assert!(after.packs < before.packs);
    assert_eq!((after.items, after.raw_bytes), (before.items, before.raw_bytes));
    assert_kept(evidence, &items);
    assert_eq!(evidence.put(&named(&items)).unwrap(), [false; 60]);
    assert!(evidence.verify(&mut |_| {}).unwrap().is_empty());
}

fn two_imports_at_once_lose_nothing(evidence: &dyn Evidence) {
    let items: Vec<_> = (0..120).map(message).collect();
    let new: usize = std::thread::scope(|scope| {
        let imports = [0, 40].map(|from| {
            let items = &items[from..from + 80];
            scope.spawn(move || {
                let fresh = items.chunks(10).map(|batch| evidence.put(&named(batch)).unwrap());
                fresh.flatten().filter(|new| *new).count()
            })
        });
        imports.map(|import| import.join().unwrap()).iter().sum()
    });
    assert_eq!(new, 120, "each item is new to exactly one of them");
    assert_eq!(evidence.stats().unwrap().items, 120);
    assert_kept(evidence, &items);
    assert!(evidence.verify(&mut |_| {}).unwrap().is_empty());
}
