//! What an index keeps.

use model::Seq;

use super::{expect, fill, message};
use store::Search;

pub(super) fn a_document_replaces_the_one_with_its_number(search: &dyn Search) {
    fill(search, vec![message(1, "x", "first"), message(2, "x", "second")]);
    fill(
        search,
        vec![message(1, "x", "third"), message(1, "x", "fourth"), message(3, "x", "first")],
    );
    expect(search, "first", &[3]);
    expect(search, "third", &[]);
    expect(search, "fourth", &[1]);
    expect(search, "second", &[2]);
    assert_eq!(search.count().unwrap(), 3);
}

pub(super) fn what_was_removed_is_gone(search: &dyn Search) {
    fill(search, vec![message(1, "x", "same"), message(2, "x", "same")]);
    search.remove(&[1, 77]).unwrap();
    search.commit(Seq(2)).unwrap();
    expect(search, "same", &[2]);
    search.add(vec![message(5, "x", "same")]).unwrap();
    search.remove(&[5]).unwrap();
    search.add(vec![message(2, "x", "other")]).unwrap();
    search.commit(Seq(3)).unwrap();
    expect(search, "same", &[]);
    expect(search, "other", &[2]);
}

pub(super) fn nothing_shows_before_it_is_committed(search: &dyn Search) {
    assert_eq!(search.applied().unwrap(), Seq(0));
    assert_eq!(search.count().unwrap(), 0);
    expect(search, "", &[]);
    search.add(vec![message(1, "x", "same")]).unwrap();
    expect(search, "same", &[]);
    search.commit(Seq(41)).unwrap();
    expect(search, "same", &[1]);
    assert_eq!(search.applied().unwrap(), Seq(41));
    search.commit(Seq(42)).unwrap();
    assert_eq!(search.applied().unwrap(), Seq(42), "a commit without documents still counts");
    assert!(search.verify().unwrap().is_empty());
}

pub(super) fn a_generation_is_built_beside_the_one_that_answers(search: &dyn Search) {
    fill(search, vec![message(1, "x", "former")]);
    assert_eq!(search.building().unwrap(), None);
    assert!(search.swap().is_err(), "nothing was begun");
    search.begin_generation().unwrap();
    assert_eq!(search.building().unwrap(), Some(Seq(0)));
    search.add(vec![message(1, "x", "thrown away")]).unwrap();
    search.commit(Seq(5)).unwrap();
    assert_eq!(search.building().unwrap(), Some(Seq(5)));
    search.begin_generation().unwrap();
    search.add(vec![message(2, "x", "fresh")]).unwrap();
    search.commit(Seq(9)).unwrap();
    expect(search, "former", &[1]);
    expect(search, "fresh", &[]);
    assert_eq!((search.applied().unwrap(), search.count().unwrap()), (Seq(1), 1));
    search.swap().unwrap();
    expect(search, "", &[2]);
    expect(search, "fresh", &[2]);
    assert_eq!((search.applied().unwrap(), search.building().unwrap()), (Seq(9), None));
    fill(search, vec![message(3, "x", "fresh")]);
    expect(search, "fresh", &[2, 3]);
    assert!(search.verify().unwrap().is_empty());
}
