use std::{fs, io::Write};

use zip::{ZipWriter, write::SimpleFileOptions};

use super::*;
use crate::OpenOptions;

const MAIL: &str = "Subject: hello\n\nHello\n";
const FROM: &str = "From jane@northwind.example Fri Apr  1 03:51:20 2011\n";

fn zip(entries: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = ZipWriter::new(io::Cursor::new(Vec::new()));
    for (name, content) in entries {
        if name.ends_with('/') {
            writer.add_directory(*name, SimpleFileOptions::default()).unwrap();
        } else {
            writer.start_file(*name, SimpleFileOptions::default()).unwrap();
            writer.write_all(content).unwrap();
        }
    }
    writer.finish().unwrap().into_inner()
}

/// A line for every offer of an archive: where it is, and what became of reading it.
fn contents(bytes: &[u8], options: &OpenOptions) -> Result<Vec<String>, String> {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("mail.zip");
    fs::write(&path, bytes).unwrap();
    let mut sources = crate::open(&path, options).map_err(|error| error.to_string())?;
    assert_eq!((sources.len(), sources[0].info().kind), (1, "zip"));
    let mut lines = Vec::new();
    while let Some(offer) = sources[0].next().map_err(|error| error.to_string())? {
        let at = offer.sighting;
        let became = match (offer.read)(1_000_000) {
            Ok(bytes) => String::from_utf8(bytes).unwrap().replace('\n', "/"),
            Err(refusal) => refusal.reason.to_owned(),
        };
        lines.push(format!("[{}] {} {}: {became}", at.folder, at.place, at.flags));
    }
    Ok(lines)
}

#[test]
fn everything_that_lies_in_folders_is_found_in_a_zip() {
    let two = format!("{FROM}{MAIL}\n{FROM}Subject: two\n\n2\n");
    let one = format!("{FROM}{MAIL}");
    let archive = zip(&[
        ("export/", b""),
        ("export/a.eml", MAIL.as_bytes()),
        ("export/12.", MAIL.as_bytes()),
        ("export/readme.txt", b"hello"),
        ("export/box.mbox", two.as_bytes()),
        ("export/00001.ham", one.as_bytes()),
        ("Maildir/cur/1.a:2,RS", MAIL.as_bytes()),
        ("Maildir/new/2.b", MAIL.as_bytes()),
        ("Maildir/tmp/3.c", MAIL.as_bytes()),
        ("export/empty.eml", b""),
    ]);
    let place = FROM.len() + MAIL.len() + 1;
    assert_eq!(
        contents(&archive, &OpenOptions::default()).unwrap(),
        [
            "[export] a.eml : Subject: hello//Hello/".to_owned(),
            "[export] 12. : Subject: hello//Hello/".into(),
            "[export] readme.txt : not_a_message".into(),
            "[export/box.mbox] 0 : Subject: hello//Hello/".into(),
            format!("[export/box.mbox] {place} : Subject: two//2/"),
            "[export] 00001.ham : Subject: hello//Hello/".into(),
            "[Maildir] 1.a RS: Subject: hello//Hello/".into(),
            "[Maildir] 2.b : Subject: hello//Hello/".into(),
            "[export] empty.eml : empty".into(),
        ]
    );
}

#[test]
fn a_name_that_leads_out_of_the_archive_is_only_a_name() {
    let archive =
        zip(&[("../../etc/cron.d/x.eml", MAIL.as_bytes()), ("..\\y.eml", MAIL.as_bytes())]);
    let lines = contents(&archive, &OpenOptions::default()).unwrap();
    assert!(lines[0].starts_with("[etc/cron.d] x.eml : Subject"), "{lines:?}");
    assert!(lines[1].starts_with("[] y.eml : Subject"), "{lines:?}");
}

#[test]
fn a_zip_bomb_costs_that_one_entry() {
    let bomb = format!("{MAIL}{}", " ".repeat(5_000_000));
    let archive = zip(&[("bomb.eml", bomb.as_bytes()), ("a.eml", MAIL.as_bytes())]);
    let lines = contents(&archive, &OpenOptions::default()).unwrap();
    assert_eq!(lines[0], "[] bomb.eml : too_large");
    assert!(lines[1].starts_with("[] a.eml : Subject"));
}

#[test]
fn an_mbox_in_a_zip_takes_no_more_room_than_allowed() {
    let archives = ArchiveLimits { mbox_bytes: 1000, ..ArchiveLimits::default() };
    let options = OpenOptions { archives, ..OpenOptions::default() };
    let mbox = format!("{FROM}{MAIL}\n").repeat(100);
    let archive = zip(&[("box", mbox.as_bytes()), ("a.eml", MAIL.as_bytes())]);
    let lines = contents(&archive, &options).unwrap();
    assert_eq!(lines[0], "[] box : too_large");
    assert_eq!(lines.len(), 2);
}

#[test]
fn an_encrypted_entry_is_refused_by_that_name() {
    let mut archive = zip(&[("a.eml", MAIL.as_bytes()), ("b.eml", MAIL.as_bytes())]);
    // The lowest flag bit of the first local and central header says "encrypted".
    let central = memchr::memmem::find(&archive, b"PK\x01\x02").unwrap();
    archive[6] |= 1;
    archive[central + 8] |= 1;
    let lines = contents(&archive, &OpenOptions::default()).unwrap();
    assert_eq!(lines[0], "[] a.eml : encrypted");
    assert!(lines[1].starts_with("[] b.eml : Subject"));
}

#[test]
fn a_damaged_entry_does_not_stop_the_next_one() {
    let mut archive = zip(&[("a.eml", MAIL.as_bytes()), ("b.eml", MAIL.as_bytes())]);
    archive[30 + 5 + 3] ^= 0xff;
    let lines = contents(&archive, &OpenOptions::default()).unwrap();
    assert!(lines[0].starts_with("[] a.eml : unreadable"), "{lines:?}");
    assert!(lines[1].starts_with("[] b.eml : Subject"));
    let half = &archive[..archive.len() / 2];
    assert!(contents(half, &OpenOptions::default()).unwrap_err().contains("mail.zip is damaged"));
}

#[test]
fn more_entries_than_can_be_held_are_refused_before_they_are_read() {
    let mut tail = b"PK\x06\x06".to_vec();
    tail.extend([0; 28]);
    tail.extend(2_000_000_u64.to_le_bytes());
    tail.extend(b"PK\x06\x07\0\0\0\0");
    tail.extend([0; 12]);
    tail.extend(b"PK\x05\x06");
    tail.extend([0xff; 18]);
    let error = guard::check_count(&tail.as_slice(), tail.len() as u64).unwrap_err();
    assert!(error.starts_with("it has 2000000 entries"), "{error}");
}

#[test]
fn a_zip_in_a_folder_is_read_where_it_lies() {
    let dir = tempfile::tempdir().unwrap();
    fs::create_dir(dir.path().join("old")).unwrap();
    let archive = zip(&[("sub/a.eml", MAIL.as_bytes()), ("sub/b.eml", MAIL.as_bytes())]);
    fs::write(dir.path().join("old/mail.zip"), archive).unwrap();
    fs::write(dir.path().join("old/report.docx"), zip(&[("word.xml", b"<w/>")])).unwrap();
    fs::write(dir.path().join("z.zip"), b"PK\x03\x04 and no more").unwrap();
    let mut sources = crate::open(dir.path(), &OpenOptions::default()).unwrap();
    let offers: Vec<_> = std::iter::from_fn(|| sources[0].next().unwrap())
        .map(|o| (o.sighting.folder, o.sighting.place, (o.read)(1000).map_err(|r| r.reason)))
        .collect();
    let mail = || Ok(MAIL.as_bytes().to_vec());
    assert_eq!(
        offers,
        [
            ("old/mail.zip/sub".to_owned(), "a.eml".to_owned(), mail()),
            ("old/mail.zip/sub".to_owned(), "b.eml".to_owned(), mail()),
            ("old".to_owned(), "report.docx".to_owned(), Err("not_a_message")),
            (String::new(), "z.zip".to_owned(), Err("unreadable")),
        ]
    );
}
