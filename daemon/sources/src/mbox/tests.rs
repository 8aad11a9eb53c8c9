use proptest::prelude::*;

use super::*;

const FIRST: &str = "From jane@northwind.example Fri Apr  1 03:51:20 2011\n";
const SECOND: &str = "From - Sat Apr  2 04:00:00 2011\n";

/// The messages of an mbox as text, stray bytes as `!stray n`.
fn messages(mbox: &[u8]) -> Vec<String> {
    let mut reader = MboxReader::new(mbox, mbox.len() as u64).unwrap();
    let quoting = reader.quoting();
    let mut found = Vec::new();
    while let Some(piece) = reader.next_piece().unwrap() {
        found.push(match piece {
            Piece::Message(at) => {
                let raw = mbox[at.start as usize..at.end as usize].to_vec();
                assert!(at.is_at_head_of(&raw));
                String::from_utf8_lossy(&quoting.undo(raw)).into_owned()
            }
            Piece::Stray { len } => format!("!stray {len}"),
        });
    }
    found
}

#[test]
fn messages_come_out_as_they_went_in() {
    let mbox = format!("{FIRST}Subject: a\n\nA\n\n{SECOND}Subject: b\n\nB\n\n");
    assert_eq!(messages(mbox.as_bytes()), ["Subject: a\n\nA\n", "Subject: b\n\nB\n"]);
    let windows = mbox.replace('\n', "\r\n");
    assert_eq!(
        messages(windows.as_bytes()),
        ["Subject: a\r\n\r\nA\r\n", "Subject: b\r\n\r\nB\r\n"]
    );
    assert!(messages(b"").is_empty());
    assert!(messages(b"\n\n").is_empty());
}

#[test]
fn a_line_of_a_body_that_begins_with_from_does_not_split_the_message() {
    let body = "From here it works.\n\nFrom Monday on too.\nFrom x Fri Apr  1 03:51:20 2011\nend\n";
    let mbox = format!("{FIRST}Subject: a\n\n{body}\n{SECOND}Subject: b\n\nB\n");
    assert_eq!(
        messages(mbox.as_bytes()),
        [format!("Subject: a\n\n{body}"), "Subject: b\n\nB\n".into()]
    );
}

#[test]
fn quoted_lines_are_restored_by_the_habit_of_the_file() {
    let mboxo = format!("{FIRST}Subject: a\n\n>From here\n> >From there\n\n");
    assert_eq!(messages(mboxo.as_bytes()), ["Subject: a\n\nFrom here\n> >From there\n"]);
    let mboxrd = format!("{FIRST}Subject: a\n\n>From here\n>>From there\n\n");
    assert_eq!(messages(mboxrd.as_bytes()), ["Subject: a\n\nFrom here\n>From there\n"]);
    let verbatim = format!("{FIRST}Subject: a\n\nFrom here\n>From there\n\n");
    assert_eq!(messages(verbatim.as_bytes()), ["Subject: a\n\nFrom here\n>From there\n"]);
}

#[test]
fn a_content_length_that_fits_protects_the_body() {
    let body = format!("{SECOND}Subject: inner\n\ninner\n");
    let length = body.len() + 1;
    let mbox = format!(
        "{FIRST}Subject: a\nContent-Length: {length}\n\n\n{body}\n{SECOND}Content-Length: 2\n\nB\n"
    );
    let found = messages(mbox.as_bytes());
    assert_eq!(found.len(), 2, "{found:?}");
    assert!(found[0].ends_with("inner\n"));
}

#[test]
fn a_content_length_that_does_not_fit_hides_nothing() {
    for length in ["7", "999999999", "18446744073709551615", "-1", ""] {
        let mbox = format!("{FIRST}Content-Length: {length}\n\nA\n\n{SECOND}Subject: b\n\nB\n");
        assert_eq!(messages(mbox.as_bytes()).len(), 2, "{length}");
    }
    // Sent along by a stranger, into a file whose other messages have none.
    let second = format!("{SECOND}Subject: b\n\nB\n\n");
    let mbox = format!(
        "{FIRST}Subject: a\n\nA\n\n{SECOND}Content-Length: {}\n\nA\n\n{second}{SECOND}Subject: c\n\nC\n",
        3 + second.len() - 1,
    );
    assert_eq!(messages(mbox.as_bytes()).len(), 4);
}

#[test]
fn a_last_message_that_is_cut_off_is_kept_and_marked() {
    let mbox = format!("{FIRST}Subject: a\n\nA\n\n{SECOND}Subject: b\n\nhalf a wo");
    assert_eq!(messages(mbox.as_bytes())[1], "Subject: b\n\nhalf a wo");
    let mut reader = MboxReader::new(mbox.as_bytes(), mbox.len() as u64).unwrap();
    let cut: Vec<bool> = std::iter::from_fn(|| reader.next_piece().unwrap())
        .map(|piece| matches!(piece, Piece::Message(Message { cut_off: true, .. })))
        .collect();
    assert_eq!(cut, [false, true]);
    assert_eq!(messages(FIRST.trim_end().as_bytes()), [""]);
}

#[test]
fn text_before_the_first_message_is_accounted_for() {
    let mbox = format!("junk\nmore junk\n\n{FIRST}Subject: a\n\nA\n");
    assert_eq!(messages(mbox.as_bytes()), ["!stray 15", "Subject: a\n\nA\n"]);
    assert_eq!(messages(b"no mail here"), ["!stray 12"]);
    let mbox = format!("\u{feff}\n\n{FIRST}Subject: a\n\nA\n");
    assert_eq!(messages(mbox.as_bytes()), ["Subject: a\n\nA\n"]);
}

#[test]
fn a_file_without_dates_in_its_separators_is_read_all_the_same() {
    let mbox = "From nobody\nSubject: a\n\nFrom here on\ntext\n\nFrom nobody\nSubject: b\n\nB\n";
    assert_eq!(messages(mbox.as_bytes()).len(), 2);
}

#[test]
fn a_message_larger_than_the_window_is_found_whole() {
    let line = "0123456789abcdef ".repeat(4);
    let body = format!("{line}\n").repeat(30_000);
    let mbox =
        format!("{FIRST}Subject: a\n\n{body}\n{SECOND}Subject: b\n\n{body}\n{FIRST}c: d\n\n");
    let found = messages(mbox.as_bytes());
    assert_eq!(found.len(), 3);
    assert!(found[1].ends_with(&body));
}

#[test]
fn a_separator_is_found_wherever_a_chunk_ends() {
    for shift in 0..40 {
        let fill = "x".repeat(256 * 1024 - 80 + shift);
        let mbox = format!("{FIRST}a: b\r\n\r\n{fill}\r\n\r\n{SECOND}Subject: b\n\nB\n");
        assert_eq!(messages(mbox.as_bytes()).len(), 2, "{shift}");
    }
}

/// Writes messages as mboxrd does.
fn join(messages: &[String], line_end: &str) -> Vec<u8> {
    let mut mbox = String::new();
    for message in messages {
        mbox.push_str("From mboxrd@z Thu Jan  1 00:00:00 1970\n");
        for line in message.split_inclusive('\n') {
            if line.trim_start_matches('>').starts_with("From ") {
                mbox.push('>');
            }
            mbox.push_str(line);
        }
        mbox.push('\n');
    }
    mbox.replace('\n', line_end).into_bytes()
}

fn body() -> impl Strategy<Value = String> {
    let line = prop_oneof![
        Just(String::new()),
        Just(FIRST.trim_end().to_owned()),
        "(>){0,3}From [a-z]{0,5}",
        "[a-zA-Z >:]{0,30}",
        "\\PC{0,10}",
    ];
    proptest::collection::vec(line, 0..12)
        .prop_map(|lines| format!("Subject: x\n\n{}\n", lines.join("\n")))
}

proptest! {
    #[test]
    fn what_was_joined_is_split_again(
        bodies in proptest::collection::vec(body(), 0..6),
        windows in any::<bool>(),
    ) {
        let line_end = if windows { "\r\n" } else { "\n" };
        let mbox = join(&bodies, line_end);
        let expected: Vec<String> = bodies.iter().map(|body| body.replace('\n', line_end)).collect();
        prop_assert_eq!(messages(&mbox), expected);
    }

    #[test]
    fn any_bytes_are_covered_once_and_in_order(
        pieces in proptest::collection::vec(prop_oneof![
            Just(b"\n".to_vec()), Just(b"\r\n".to_vec()), Just(FIRST.as_bytes().to_vec()),
            Just(b"From ".to_vec()), Just(b">From ".to_vec()), Just(b"Content-Length: 3\n".to_vec()),
            proptest::collection::vec(any::<u8>(), 0..20),
        ], 0..30),
    ) {
        let mbox = pieces.concat();
        let mut reader = MboxReader::new(mbox.as_slice(), mbox.len() as u64).unwrap();
        let mut behind = 0;
        while let Some(piece) = reader.next_piece().unwrap() {
            match piece {
                Piece::Stray { len } => behind = len,
                Piece::Message(at) => {
                    prop_assert!(at.separator >= behind);
                    prop_assert!(at.separator < at.start && at.start <= at.end);
                    prop_assert!(at.end <= mbox.len() as u64);
                    let gap = &mbox[behind as usize..at.separator as usize];
                    let first = gap.strip_prefix(b"\xef\xbb\xbf").unwrap_or(gap);
                    prop_assert!(first.iter().all(u8::is_ascii_whitespace), "{:?}", gap);
                    behind = at.end;
                }
            }
        }
    }
}

/// The keys of all items of the mbox at `path`, and the bytes of those that can be read.
fn items(path: &std::path::Path) -> Vec<(model::ItemKey, Result<Vec<u8>, &'static str>)> {
    let mut source = crate::open(path, &crate::OpenOptions::default()).unwrap().remove(0);
    std::iter::from_fn(|| source.next().unwrap())
        .map(|offer| (offer.item, (offer.read)(1 << 20).map_err(|refusal| refusal.reason)))
        .collect()
}

#[test]
fn an_mbox_that_grew_is_read_on_and_one_that_was_rewritten_is_read_again() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("box");
    let write = |text: &str| std::fs::write(&path, text).unwrap();
    let (a, b) = (format!("{FIRST}Subject: a\n\nA\n\n"), format!("{SECOND}Subject: b\n\nB\n\n"));
    let cut = format!("{SECOND}Subject: b\n\nB");
    write(&format!("{a}{cut}"));
    let first = items(&path);
    write(&format!("{a}{b}"));
    let whole = items(&path);
    write(&format!("{a}{b}{a}"));
    let grown = items(&path);
    write(&format!("{b}{a}"));
    let sorted = items(&path);
    assert_eq!(first[0].0, whole[0].0);
    assert_ne!(first[1].0, whole[1].0, "what was cut off is read again when there is more of it");
    assert_eq!(whole, grown[..2]);
    assert_eq!(grown.len(), 3);
    assert!(sorted.iter().all(|(key, _)| !grown.iter().any(|(known, _)| known == key)));
}

#[test]
fn a_message_is_never_made_of_two_when_the_mbox_is_rewritten_meanwhile() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("box");
    let text = format!("{FIRST}Subject: a\n\nA\n\n{SECOND}Subject: b\n\nB\n\n");
    std::fs::write(&path, &text).unwrap();
    let mut source = crate::open(&path, &crate::OpenOptions::default()).unwrap().remove(0);
    let offers: Vec<_> = std::iter::from_fn(|| source.next().unwrap()).collect();
    let start = text.find(SECOND).unwrap();
    std::fs::write(&path, &text[start..]).unwrap();
    for offer in offers {
        assert_eq!((offer.read)(1000).unwrap_err().reason, "vanished");
    }
}
