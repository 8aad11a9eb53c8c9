use std::fs;

use super::*;
use crate::OpenOptions;

const MAIL: &[u8] = b"Subject: hello\n\nHello\n";

fn put(root: &Path, relative: &str) {
    let path = root.join(relative);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, MAIL).unwrap();
}

fn offers(root: &Path) -> Vec<Offer> {
    let mut sources = crate::open(root, &OpenOptions::default()).unwrap();
    assert_eq!(sources.len(), 1);
    assert_eq!(sources[0].info().kind, "maildir");
    std::iter::from_fn(|| sources[0].next().unwrap()).collect()
}

fn places(offers: &[Offer]) -> Vec<String> {
    let place = |offer: &Offer| {
        let at = &offer.sighting;
        format!("{}|{}|{}", at.folder, at.place, at.flags)
    };
    offers.iter().map(place).collect()
}

#[test]
fn every_folder_is_found_however_it_is_nested() {
    let dir = tempfile::tempdir().unwrap();
    for name in [
        "cur/2.b:2,RS",
        "new/1.a",
        "tmp/3.c",
        "cur/.dot",
        "dovecot-uidlist",
        ".Sub.Folder/cur/4.d:2,",
        "Nested/Deep/cur/5.e;2,F",
        ".Empty/cur/x",
    ] {
        put(dir.path(), name);
    }
    fs::remove_file(dir.path().join(".Empty/cur/x")).unwrap();
    let offers = offers(dir.path());
    assert_eq!(places(&offers), ["|1.a|", "|2.b|RS", "Sub/Folder|4.d|", "Nested/Deep|5.e|F"]);
    for offer in offers {
        assert_eq!((offer.read)(1000).unwrap(), MAIL);
    }
}

#[test]
fn a_maildir_without_any_message_is_fine() {
    let dir = tempfile::tempdir().unwrap();
    for name in ["cur", "new", "tmp"] {
        fs::create_dir(dir.path().join(name)).unwrap();
    }
    assert!(offers(dir.path()).is_empty());
}

#[test]
fn a_message_that_is_marked_or_moved_to_cur_is_the_same_item() {
    let dir = tempfile::tempdir().unwrap();
    put(dir.path(), "new/1.a");
    fs::create_dir(dir.path().join("cur")).unwrap();
    let before = offers(dir.path()).remove(0).item;
    fs::rename(dir.path().join("new/1.a"), dir.path().join("cur/1.a:2,RS")).unwrap();
    assert_eq!(offers(dir.path()).remove(0).item, before);
}

#[test]
fn a_message_that_is_renamed_before_it_is_read_is_found_again() {
    let dir = tempfile::tempdir().unwrap();
    for name in ["cur/1.a:2,", "cur/2.b:2,S", "new/3.c", "cur/4.d:2,"] {
        put(dir.path(), name);
    }
    let offers = offers(dir.path());
    let moves = [
        ("cur/1.a:2,", "cur/1.a:2,FS"),
        ("cur/2.b:2,S", "cur/2.b:2,Sabc"),
        ("new/3.c", "cur/3.c:2,S"),
    ];
    for (from, to) in moves {
        fs::rename(dir.path().join(from), dir.path().join(to)).unwrap();
    }
    fs::remove_file(dir.path().join("cur/4.d:2,")).unwrap();
    let read: Vec<_> = offers.into_iter().map(|offer| (offer.read)(1000)).collect();
    assert!(read[..3].iter().all(|bytes| bytes.as_deref() == Ok(MAIL)));
    assert_eq!(read[3].as_ref().unwrap_err().reason, "vanished");
}

#[test]
fn a_pipe_among_the_messages_does_not_stop_the_reader() {
    let dir = tempfile::tempdir().unwrap();
    put(dir.path(), "cur/1.a:2,S");
    let _socket = std::os::unix::net::UnixListener::bind(dir.path().join("cur/2.b")).unwrap();
    let read: Vec<_> = offers(dir.path()).into_iter().map(|offer| (offer.read)(1000)).collect();
    assert_eq!(read.len(), 2);
    assert_eq!(read[1].as_ref().unwrap_err().reason, "unreadable");
}
