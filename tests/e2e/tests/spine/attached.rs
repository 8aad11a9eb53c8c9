//! Attached files through the real program: read by a child of it, found by their words.

use std::fs;

use serde_json::Value;

use crate::program::{Place, number};

/// A letter with a file.
fn letter(number: u32, name: &str, content: &str) -> String {
    format!(
        "From: Ann <ann@north.example>\r\nTo: support@harbour.example\r\n\
         Date: Mon, 12 Jan 2026 09:0{number}:00 +0000\r\nMessage-ID: <file-{number}@north.example>\r\n\
         Subject: Papers {number}\r\nMIME-Version: 1.0\r\n\
         Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n\r\nSee the file.\r\n--x\r\n\
         Content-Type: application/octet-stream\r\n\
         Content-Disposition: attachment; filename={name}\r\n\r\n{content}\r\n--x--\r\n"
    )
}

fn coverage(place: &Place) -> Value {
    place.run(&["coverage", "--json"]).expect(0).rows().remove(0)
}

#[test]
fn a_file_is_read_by_a_child_of_the_program_and_found_or_listed_with_its_reason() {
    let place = Place::new();
    let mail = place.path("mail");
    fs::create_dir_all(&mail).unwrap();
    let sheet = "seat;price\r\nharpsichord;10\r\n";
    let rtf = "{\\rtf1 The {\\b sextant} is in the hold.\\par}";
    for (number, name, content) in
        [(1, "prices.csv", sheet), (2, "hold.rtf", rtf), (3, "cut.pdf", "%PDF-1.7 and no more")]
    {
        fs::write(mail.join(format!("{number}.eml")), letter(number, name, content)).unwrap();
    }
    place.run(&["import", "--without-files", mail.to_str().unwrap()]).expect(0);
    assert_eq!(number(&coverage(&place)["waiting"]), 3);
    assert_eq!(
        number(&place.run(&["search", "--json", "sextant"]).expect(0).rows()[0]["total"]),
        0
    );
    // what an import left is read by whatever comes next
    place.import(&[&mail]);
    for (word, name) in [("sextant", "hold.rtf"), ("harpsichord", "prices.csv")] {
        let found = place.run(&["search", "--json", word]).expect(0).rows().remove(0);
        assert_eq!(number(&found["total"]), 1, "{found}");
        assert_eq!(found["hits"][0]["file"]["name"], name);
    }
    let covered = coverage(&place);
    assert_eq!((number(&covered["read"]), number(&covered["waiting"])), (2, 0));
    assert_eq!(covered["unread"][0]["reason"], "corrupt");
    assert_eq!(covered["page"]["items"][0]["at"]["name"], "cut.pdf");
    // nothing is read again for a rebuild, and nothing is lost by it
    place.run(&["rebuild"]).expect(0);
    assert_eq!(coverage(&place), covered);
    place.run(&["verify"]).expect(0);
    let doctor = place.run(&["doctor"]);
    assert!(doctor.out.lines().any(|line| line.contains("files ")), "{}", doctor.out);
}
