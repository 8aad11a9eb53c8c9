//! Files that cannot be read: each says why, and none harms the next.

use extraction::Limits;
use lopdf::{EncryptionState, EncryptionVersion, Permissions};
use model::Unread;

use super::{made, read, read_all, unread};

#[test]
fn a_locked_file_is_said_to_be_locked() {
    let mut document = made::pdf(&["secret"]);
    let version = EncryptionVersion::V2 {
        document: &document,
        owner_password: "owner",
        user_password: "user",
        key_length: 128,
        permissions: Permissions::all(),
    };
    let state = EncryptionState::try_from(version).unwrap();
    document.encrypt(&state).unwrap();
    assert_eq!(read("a.pdf", &made::bytes(document)), Err(Unread::Encrypted));
    let locked = made::locked_zip(&[("plan.txt", b"secret")]);
    assert_eq!(unread("a.zip", &locked), [("plan.txt".to_owned(), Unread::Encrypted)]);
}

#[test]
fn a_zip_bomb_is_not_unpacked() {
    let bomb = made::zip(&[("zeros.txt", &vec![b'0'; 200 << 20]), ("fine.txt", b"fine")]);
    assert!(bomb.len() < 1 << 20);
    assert!(unread("a.zip", &bomb).contains(&("zeros.txt".to_owned(), Unread::Bomb)));
    let document = made::docx(&" ".repeat(200 << 20));
    assert_eq!(read("a.docx", &document), Err(Unread::Bomb));
}

#[test]
fn what_is_packed_by_gzip_or_tar_unpacks_under_the_same_limits() {
    let bomb = made::gzip(&vec![b'0'; 40 << 20]);
    assert!(bomb.len() < 1 << 20);
    assert_eq!(read("a.txt.gz", &bomb), Err(Unread::Bomb));
    let tape = made::tape(&[("plan.txt", b"the sextant"), ("deep/inner.tar", b"no tar at all")]);
    let read_well = read("a.tgz", &made::gzip(&tape)).unwrap();
    assert!(read_well.iter().any(|(_, text)| text == "the sextant"), "{read_well:?}");
    assert_eq!(read("cut.gz", &made::gzip(b"the sextant")[..14]), Err(Unread::Corrupt));
    let mut bytes = made::tape(&[("deep.txt", b"at the bottom")]);
    for _ in 0..20 {
        bytes = made::gzip(&made::tape(&[("inner.tgz", &bytes), ("near.txt", b"at hand")]));
    }
    let parts = unread("a.tgz", &bytes);
    assert!(parts.iter().all(|(_, reason)| *reason == Unread::TooDeep), "{parts:?}");
    assert_eq!(parts.len(), 1);
    let cut = made::tape(&[("plan.txt", &[b'x'; 4000])]);
    let parts = unread("cut.tar", &cut[..2000]);
    assert!(parts.contains(&("plan.txt".to_owned(), Unread::Corrupt)), "{parts:?}");
}

#[test]
fn an_archive_of_7_zip_is_read_under_the_same_limits() {
    let plan = made::seven(&[("plan.txt", b"the sextant"), ("inner/b.rtf", br"{\rtf1 a chart}")]);
    let read_well = read("a.7z", &plan).unwrap();
    let words: Vec<&str> = read_well.iter().map(|(_, text)| text.as_str()).collect();
    assert_eq!(words, ["the sextant", "a chart"]);
    let bomb = made::seven(&[("zeros.txt", &vec![b'0'; 20 << 20]), ("fine.txt", b"fine")]);
    assert!(bomb.len() < 100 << 10);
    assert_eq!(read("bomb.7z", &bomb), Err(Unread::Bomb));
    assert_eq!(read("cut.7z", &plan[..plan.len() - 9]), Err(Unread::Corrupt));
    let locked = include_bytes!("locked.7z");
    assert_eq!(read("locked.7z", locked), Err(Unread::Encrypted));
    let listed = include_bytes!("locked-names.7z");
    assert_eq!(read("locked-names.7z", listed), Err(Unread::Encrypted));
}

#[test]
fn archives_within_archives_end_somewhere() {
    let mut bytes = made::zip(&[("deep.txt", b"at the bottom")]);
    for _ in 0..20 {
        bytes = made::zip(&[("inner.zip", &bytes), ("near.txt", b"at hand")]);
    }
    let reading = read_all(Limits::default(), &[("a.zip", &bytes)]).pop().unwrap();
    let text = reading.outcome.unwrap();
    assert!(text.unread.iter().all(|part| part.reason == Unread::TooDeep), "{:?}", text.unread);
    assert_eq!(text.sections.len(), 6);
    assert_eq!(text.sections[0].place.path.matches("inner.zip").count(), 5);
}

#[test]
fn an_archive_of_very_many_files_is_read_in_part_and_says_so() {
    let names: Vec<String> = (0..30).map(|number| format!("{number}.txt")).collect();
    let entries: Vec<(&str, &[u8])> = names.iter().map(|n| (n.as_str(), &b"word"[..])).collect();
    let limits = Limits { files: 10, ..Limits::default() };
    let reading = read_all(limits, &[("a.zip", &made::zip(&entries))]).pop().unwrap();
    let text = reading.outcome.unwrap();
    assert_eq!(text.sections.len(), 10);
    assert_eq!((text.unread[0].path.as_str(), text.unread[0].reason), ("", Unread::TooLarge));
}

#[test]
fn a_sheet_with_a_cell_in_its_last_corner_is_as_small_as_that_cell() {
    let rows =
        "<row r=\"1048576\"><c r=\"XFD1048576\" t=\"inlineStr\"><is><t>corner</t></is></c></row>";
    assert_eq!(
        read("a.xlsx", &made::xlsx("Plan", rows)),
        Ok(vec![("sheet Plan".to_owned(), "corner".to_owned())])
    );
}

#[test]
fn files_that_say_nothing_say_why() {
    assert_eq!(read("a.txt", b" \n"), Err(Unread::Empty));
    assert_eq!(read("a.bin", &[0, 1, 2, 3, 255, 254]), Err(Unread::UnknownFormat));
    assert_eq!(read("a.png", b"\x89PNG\r\n\x1a\n"), Err(Unread::Picture));
    assert_eq!(read("a.mp3", b"ID3\x04\0\0\0\0"), Err(Unread::Recording));
    assert_eq!(read("a.pdf", b"%PDF-1.7\nand nothing more"), Err(Unread::Corrupt));
    let limits = Limits { file_bytes: 10, ..Limits::default() };
    let reading = read_all(limits, &[("a.txt", b"more than ten bytes")]).pop().unwrap();
    assert_eq!(reading.outcome, Err(Unread::TooLarge));
}

#[test]
fn a_file_cut_off_anywhere_never_harms_the_next() {
    let whole = [
        ("a.pdf", made::bytes(made::pdf(&["one", "two"]))),
        ("a.docx", made::docx("<w:p><w:r><w:t>words</w:t></w:r></w:p>")),
        ("a.xlsx", made::xlsx("S", "<row r=\"1\"><c r=\"A1\"><v>1</v></c></row>")),
        ("a.rtf", br"{\rtf1 words {\b more}\par}".to_vec()),
        (
            "a.eml",
            b"From: a@b.example\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n"
                .to_vec(),
        ),
        ("a.msg", [&b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"[..], &[7; 600]].concat()),
    ];
    let mut files: Vec<(&str, &[u8])> = Vec::new();
    for (name, bytes) in &whole {
        for tenth in 1..10 {
            files.push((*name, &bytes[..bytes.len() * tenth / 10]));
            files.push(("after.txt", b"after"));
        }
    }
    let readings = read_all(Limits::default(), &files);
    assert_eq!(readings.len(), files.len());
    for (reading, (name, _)) in readings.iter().zip(&files) {
        if *name == "after.txt" {
            assert_eq!(reading.outcome.as_ref().unwrap().sections[0].text, "after");
        }
    }
}
