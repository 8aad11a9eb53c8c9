use super::*;
use crate::OpenOptions;

const MAIL: &str = "Subject: hello\n\nHello\n";
const FROM: &str = "From jane@northwind.example Fri Apr  1 03:51:20 2011\n";

fn write(root: &Path, files: &[(&str, &str)]) {
    for (name, text) in files {
        let path = root.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
}

/// A line for every offer of every source: where it is, and what became of reading it.
fn contents(root: &Path) -> Vec<String> {
    let mut lines = Vec::new();
    for mut source in crate::open(root, &OpenOptions::default()).unwrap() {
        lines.push(source.info().kind.to_owned());
        while let Some(offer) = source.next().unwrap() {
            let (folder, place) = (offer.sighting.folder, offer.sighting.place);
            let became = match (offer.read)(1000) {
                Ok(bytes) => String::from_utf8(bytes).unwrap().replace('\n', "/"),
                Err(refusal) => refusal.reason.to_owned(),
            };
            lines.push(format!("[{folder}] {place}: {became}"));
        }
    }
    lines
}

#[test]
fn a_folder_of_many_things_is_accounted_for_file_by_file() {
    let dir = tempfile::tempdir().unwrap();
    let two = format!("{FROM}{MAIL}\n{FROM}Subject: two\n\n2\n");
    let one = format!("{FROM}{MAIL}");
    write(
        dir.path(),
        &[
            ("1.", MAIL),
            ("LICENSE", "MIT License\n"),
            ("a.eml", "nothing like a header"),
            ("box/2011-April.txt", &two),
            ("easy/00001.7c53", &one),
            ("empty.eml", ""),
            ("list/cur/1.a:2,S", MAIL),
            ("list/tmp/2.b", MAIL),
            ("Archive.sbd/2019", &two),
        ],
    );
    let place = FROM.len() + MAIL.len() + 1;
    assert_eq!(
        contents(dir.path()),
        [
            "folder".to_owned(),
            "[] 1.: Subject: hello//Hello/".into(),
            "[Archive/2019] 0: Subject: hello//Hello/".into(),
            format!("[Archive/2019] {place}: Subject: two//2/"),
            "[] LICENSE: not_a_message".into(),
            "[] a.eml: nothing like a header".into(),
            "[box/2011-April.txt] 0: Subject: hello//Hello/".into(),
            format!("[box/2011-April.txt] {place}: Subject: two//2/"),
            "[easy] 00001.7c53: Subject: hello//Hello/".into(),
            "[] empty.eml: empty".into(),
            "maildir".into(),
            "[] 1.a: Subject: hello//Hello/".into(),
        ]
    );
}

#[test]
fn a_huge_file_is_skipped_and_the_next_one_read() {
    let dir = tempfile::tempdir().unwrap();
    let huge = format!("{MAIL}{}\n", "x".repeat(2000));
    let mbox = format!("{FROM}{huge}\n{FROM}{MAIL}");
    write(dir.path(), &[("a.eml", &huge), ("b.eml", MAIL), ("c.mbox", &mbox)]);
    let lines = contents(dir.path());
    assert_eq!(lines[1], "[] a.eml: too_large");
    assert!(lines[2].starts_with("[] b.eml: Subject"));
    assert_eq!(lines[3], "[c.mbox] 0: too_large");
    assert!(lines[4].contains("Hello"));
}

#[test]
fn the_estimate_counts_what_will_be_read() {
    let dir = tempfile::tempdir().unwrap();
    write(dir.path(), &[("a.eml", MAIL), ("sub/b.eml", MAIL), ("box/cur/1", MAIL)]);
    let mut sources = crate::open(dir.path(), &OpenOptions::default()).unwrap();
    let bytes = Some(2 * MAIL.len() as u64);
    assert_eq!(sources[0].estimate().unwrap(), Estimate { items: None, bytes });
    assert_eq!(sources[1].estimate().unwrap(), Estimate { items: Some(1), bytes: None });
}
