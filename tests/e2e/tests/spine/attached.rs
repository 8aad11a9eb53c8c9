//! Attached files through the real program: read by a child of it, found by their words.

use std::{
    fs,
    time::{Duration, Instant},
};

use serde_json::Value;

use crate::program::{Place, Running, number};

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

#[test]
fn reading_that_is_killed_in_the_middle_loses_no_file_and_doubles_none() {
    const FILES: u32 = 90;
    let place = Place::new();
    let mail = place.path("mail");
    fs::create_dir_all(&mail).unwrap();
    for number in 0..FILES {
        let rows: String = (0..2000).map(|row| format!("{number};{row}\r\n")).collect();
        let letter =
            letter(number % 10, "list.csv", &format!("item;count\r\ncapstan;{number}\r\n{rows}"));
        let letter = letter.replace("<file-", &format!("<file-{number}-"));
        fs::write(mail.join(format!("{number}.eml")), letter).unwrap();
    }
    let path = mail.to_str().unwrap();
    place.run(&["import", "--without-files", path]).expect(0);
    assert_eq!(number(&coverage(&place)["waiting"]), u64::from(FILES));
    // What is there is known: all that an import does is to read the files. Each run is killed a
    // little later than the one before, so that some are killed within every stage of it.
    let (mut kills, mut delay) = (0, Duration::from_millis(60));
    loop {
        let mut reading = Running::start(&mut place.command(&["import", path]));
        let begun = Instant::now();
        while begun.elapsed() < delay && reading.0.try_wait().unwrap().is_none() {
            std::thread::sleep(Duration::from_millis(1));
        }
        if let Some(status) = reading.0.try_wait().unwrap() {
            assert!(status.success(), "{status}");
            break;
        }
        reading.kill();
        kills += 1;
        delay = delay.mul_f64(1.25);
        let covered = coverage(&place);
        let known = number(&covered["read"]) + number(&covered["waiting"]);
        assert_eq!(known, u64::from(FILES), "after kill {kills}: {covered}");
    }
    assert!(kills > 0, "it was over before it could be killed");
    println!("{kills} kills");
    let covered = coverage(&place);
    let counts = ["files", "read", "waiting"].map(|count| number(&covered[count]));
    assert_eq!(counts, [u64::from(FILES), u64::from(FILES), 0], "{covered}");
    let found = place.run(&["search", "--json", "capstan"]).expect(0).rows().remove(0);
    assert_eq!(number(&found["total"]), u64::from(FILES), "each is found once");
    place.run(&["verify"]).expect(0);
}
