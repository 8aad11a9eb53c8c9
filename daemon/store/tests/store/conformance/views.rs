use model::Seq;

use super::Check;
use store::{Change, Snapshot, Views};

/// What every store of views must do.
pub const VIEWS: &[Check<dyn Views>] = &[
    ("what_was_never_written_is_empty", what_was_never_written_is_empty),
    ("the_last_change_of_a_row_holds", the_last_change_of_a_row_holds),
    ("rows_come_in_the_order_of_their_keys", rows_come_in_the_order_of_their_keys),
    ("a_reader_sees_one_moment", a_reader_sees_one_moment),
    ("clearing_leaves_nothing", clearing_leaves_nothing),
];

fn put(table: &'static str, key: &[u8], value: &[u8]) -> Change {
    Change::Put { table, key: key.to_vec(), value: value.to_vec() }
}

fn delete(table: &'static str, key: &[u8]) -> Change {
    Change::Delete { table, key: key.to_vec() }
}

fn keys(
    view: &dyn Snapshot,
    start: &[u8],
    end: &[u8],
    reverse: bool,
    limit: usize,
) -> Vec<Vec<u8>> {
    let mut keys = Vec::new();
    let mut each = |key: &[u8], value: &[u8]| {
        assert_eq!(value, key, "each row was written with its key as value");
        keys.push(key.to_vec());
        keys.len() < limit
    };
    view.scan("rows", start, end, reverse, &mut each).unwrap();
    keys
}

fn what_was_never_written_is_empty(views: &dyn Views) {
    assert_eq!(views.applied().unwrap(), Seq(0));
    let view = views.snapshot().unwrap();
    assert_eq!(view.applied(), Seq(0));
    assert_eq!(view.get("cases", b"1").unwrap(), None);
    assert_eq!(view.count("cases").unwrap(), 0);
    assert!(keys(&*view, b"", b"", false, 1).is_empty());
    assert!(views.verify().unwrap().is_empty());
}

fn the_last_change_of_a_row_holds(views: &dyn Views) {
    let changes = [
        put("cases", b"b", b"1"),
        put("cases", b"a", b"1"),
        delete("cases", b"b"),
        put("cases", b"a", b"2"),
        put("people", b"a", b"3"),
        delete("people", b"never"),
        put("cases", b"c", b"1"),
        delete("cases", b"c"),
        put("cases", b"c", b"4"),
    ];
    views.apply(&changes, Seq(7)).unwrap();
    views.apply(&[put("cases", b"", b"5"), delete("cases", b"a")], Seq(8)).unwrap();
    assert_eq!(views.applied().unwrap(), Seq(8));
    let view = views.snapshot().unwrap();
    let get = |table, key: &[u8]| view.get(table, key).unwrap();
    assert_eq!(get("cases", b"a"), None);
    assert_eq!(get("cases", b"b"), None);
    assert_eq!(get("cases", b"c").as_deref(), Some(&b"4"[..]));
    assert_eq!(get("cases", b"").as_deref(), Some(&b"5"[..]));
    assert_eq!(get("people", b"a").as_deref(), Some(&b"3"[..]));
    assert_eq!((view.count("cases").unwrap(), view.count("people").unwrap()), (2, 1));
    assert!(views.verify().unwrap().is_empty());
}

fn rows_come_in_the_order_of_their_keys(views: &dyn Views) {
    // In no order, and in two transactions of which the second lies between and behind the first.
    let numbers: Vec<u16> = (0..2000_u32).map(|n| (n * 7919 % 2000) as u16).collect();
    let (even, odd): (Vec<u16>, Vec<u16>) = numbers.iter().partition(|n| **n % 2 == 0);
    for (numbers, applied) in [(even, 1), (odd, 2)] {
        let rows = numbers.iter().map(|n| put("rows", &n.to_be_bytes(), &n.to_be_bytes()));
        views.apply(&rows.collect::<Vec<_>>(), Seq(applied)).unwrap();
    }
    let view = views.snapshot().unwrap();
    let wanted = |numbers: std::ops::Range<u16>| -> Vec<Vec<u8>> {
        numbers.map(|n| n.to_be_bytes().to_vec()).collect()
    };
    let backwards = |mut keys: Vec<Vec<u8>>| {
        keys.reverse();
        keys
    };
    let (start, end) = (100_u16.to_be_bytes(), 300_u16.to_be_bytes());
    assert!(keys(&*view, b"", b"", false, usize::MAX) == wanted(0..2000));
    assert!(keys(&*view, b"", b"", true, usize::MAX) == backwards(wanted(0..2000)));
    assert_eq!(keys(&*view, &start, &end, false, usize::MAX), wanted(100..300));
    assert_eq!(keys(&*view, &start, &end, true, usize::MAX), backwards(wanted(100..300)));
    assert_eq!(keys(&*view, &start, b"", false, 3), wanted(100..103));
    assert_eq!(keys(&*view, b"", &end, true, 3), backwards(wanted(297..300)));
    assert!(keys(&*view, &end, &start, false, 3).is_empty());
    assert_eq!(view.count("rows").unwrap(), 2000);
}

fn a_reader_sees_one_moment(views: &dyn Views) {
    views.apply(&[put("rows", b"a", b"a")], Seq(1)).unwrap();
    let before = views.snapshot().unwrap();
    views.apply(&[delete("rows", b"a"), put("rows", b"b", b"b")], Seq(2)).unwrap();
    assert_eq!(before.applied(), Seq(1));
    assert_eq!(keys(&*before, b"", b"", false, usize::MAX), [b"a"]);
    let after = views.snapshot().unwrap();
    assert_eq!(after.applied(), Seq(2));
    assert_eq!(keys(&*after, b"", b"", false, usize::MAX), [b"b"]);
    drop(before);
    drop(after);
    views.compact().unwrap();
    assert_eq!(keys(&*views.snapshot().unwrap(), b"", b"", false, usize::MAX), [b"b"]);
}

fn clearing_leaves_nothing(views: &dyn Views) {
    views.apply(&[put("rows", b"a", b"a"), put("cases", b"a", b"a")], Seq(9)).unwrap();
    views.clear().unwrap();
    assert_eq!(views.applied().unwrap(), Seq(0));
    let view = views.snapshot().unwrap();
    assert_eq!((view.count("rows").unwrap(), view.count("cases").unwrap()), (0, 0));
    drop(view);
    views.apply(&[put("rows", b"b", b"b")], Seq(1)).unwrap();
    assert_eq!(keys(&*views.snapshot().unwrap(), b"", b"", false, usize::MAX), [b"b"]);
}
