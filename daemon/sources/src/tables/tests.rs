use std::{collections::BTreeMap, fs, path::Path};

use model::fact::{NoteTarget, Visibility};

use super::*;

/// Reads `text` as a file and gives what `read` makes of it, or the error without the folder.
fn from<T>(text: &[u8], read: fn(&Path) -> Result<T, TableError>) -> Result<T, String> {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("table");
    fs::write(&path, text).unwrap();
    let folder = format!("{}/", dir.path().display());
    read(&path).map_err(|error| error.to_string().replace(&folder, ""))
}

#[test]
fn accounts_keep_every_column() {
    let csv = "name,domains,tier,timezone,renewal,prior_escalations_90d,Notes\n\
        Northwind Ltd,\"northwind.example, Northwind.example eu.northwind.example\",Enterprise,europe/berlin,2026-03-31,2,\"two\nlines\"\n\
        \n\
        Tarn  GmbH,,,,,0,\n";
    let accounts = from(csv.as_bytes(), read_accounts).unwrap();
    let first = &accounts[0];
    assert_eq!(first.id.as_str(), "northwind ltd");
    assert_eq!(first.domains, ["northwind.example", "eu.northwind.example"]);
    assert_eq!(first.tier.as_deref(), Some("enterprise"));
    assert_eq!(first.timezone.as_deref(), Some("Europe/Berlin"));
    assert_eq!(first.renewal.as_deref(), Some("2026-03-31"));
    let fields = [("prior_escalations_90d", "2"), ("Notes", "two\nlines")];
    let fields: BTreeMap<_, _> =
        fields.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
    assert_eq!(first.fields, fields);
    assert_eq!(accounts[1].id.as_str(), "tarn gmbh");
    assert_eq!((accounts[1].tier.clone(), accounts[1].domains.len()), (None, 0));
}

#[test]
fn a_table_from_a_german_spreadsheet_is_read() {
    let csv = b"sep=;\r\nCompany Name;Account-ID;Domain;Time Zone;Renewal Date\r\nM\xfcller AG;A-7;mueller.example;Europe/Zurich;31.03.2026\r\n";
    let account = from(csv, read_accounts).unwrap().remove(0);
    assert_eq!((account.name.as_str(), account.id.as_str()), ("Müller AG", "A-7"));
    assert_eq!(account.renewal.as_deref(), Some("2026-03-31"));
    let csv = "\u{feff}E-Mail\tFirst Name\tSurname\tCompany\tRole\n<Jane.Doe@Mueller.example>\tJane\tDoe\tM\u{fc}ller AG\tCTO\n";
    let contact = from(csv.as_bytes(), read_contacts).unwrap().remove(0);
    assert_eq!(contact.email, "jane.doe@mueller.example");
    assert_eq!((contact.name.as_str(), contact.title.as_str()), ("Jane Doe", "CTO"));
    assert_eq!(contact.account.unwrap().as_str(), "Müller AG");
}

#[test]
fn everything_that_is_wrong_is_named_with_its_line_and_a_remedy() {
    let csv = "Name,Domains,TZ,Renewal\n\
        A,\"a.example\nb.example\",Europe/Berlin,2026-01-01\n\
        B,localhost,,\n\
        C,,Europe/Berln,\n\
        D,,,03/04/2026\n\
        ,,,\n\
        ,d.example,,\n\
        a,,,\n\
        E,e.example\n";
    assert_eq!(
        from(csv.as_bytes(), read_accounts).unwrap_err(),
        "table:4: column \"Domains\": \"localhost\" is not a mail domain; write it as northwind.example\n\
         table:5: column \"TZ\": \"Europe/Berln\" is not a time zone; write its IANA name, such as Europe/Berlin\n\
         table:6: column \"Renewal\": \"03/04/2026\" is not a day; write it as 2026-03-31\n\
         table:8: column \"Name\": it is empty; every account needs a name\n\
         table:9: account \"a\" stands already in line 2; make the two one row, or tell them apart in a column \"id\"\n\
         table:10: it has 2 cells where the first line has 4; put cells that contain separators or line ends into double quotes"
    );
    let error = from(b"firstname,phone\nJane,1\n", read_contacts).unwrap_err();
    assert!(error.starts_with("table:1: there is no column \"email\" among firstname, phone"));
    assert!(from(b"", read_contacts).unwrap_err().starts_with("table:1: the file is empty"));
    assert!(
        from(b"email\njane\n", read_contacts)
            .unwrap_err()
            .contains("table:2: column \"email\": \"jane\"")
    );
}

#[test]
fn a_file_of_the_wrong_kind_does_not_flood_the_terminal() {
    let csv = format!("name,timezone\n{}", "A,nowhere\n".repeat(100));
    let error = from(csv.as_bytes(), read_accounts).unwrap_err();
    assert_eq!(error.lines().count(), 21);
    assert!(error.ends_with("and 80 more lines like these"));
}

#[test]
fn the_later_row_of_a_contact_counts() {
    let csv = "email,title\na@x.example,CTO\nb@x.example,\nA@x.example,CEO\n";
    let contacts = from(csv.as_bytes(), read_contacts).unwrap();
    assert_eq!(contacts.len(), 2);
    assert_eq!(contacts[0].title, "CEO");
}

#[test]
fn notes_are_about_messages_cases_or_accounts() {
    let lines = r#"{"message_id": "<a1@x.example>", "at": "2026-01-16T16:20:00Z", "author": "tom@us.example", "text": "called"}

{"case": "7F3K2-M9QAB", "at": "2026-01-16T17:20:00+01:00", "author": "tom", "text": "x", "visibility": "managers"}
{"account": "Northwind Ltd", "at": "2026-01-16T16:20:00Z", "author": "tom", "text": "y"}
"#;
    let notes = from(lines.as_bytes(), read_notes).unwrap();
    assert_eq!(notes[0].about, NoteTarget::MessageId("a1@x.example".into()));
    assert!(matches!(notes[1].about, NoteTarget::Case(_)));
    assert_eq!(notes[1].at, notes[0].at);
    assert_eq!(notes[1].visibility, Visibility::Managers);
    assert_eq!(notes[2].about, NoteTarget::Account("Northwind Ltd".into()));
}

#[test]
fn a_wrong_note_is_named_by_its_line() {
    let lines = r#"{"message_id": "a", "at": "yesterday", "author": "t", "text": "x"}
{"at": "2026-01-16T16:20:00Z", "author": "t", "text": "x"}
{"message_id": "a", "at": "2026-01-16T16:20:00Z", "autor": "t", "text": "x"}
not json
"#;
    let error = from(lines.as_bytes(), read_notes).unwrap_err();
    let lines: Vec<&str> = error.lines().collect();
    assert!(lines[0].starts_with("table:1: column \"at\": \"yesterday\" is not an instant"));
    assert!(lines[1].starts_with("table:2: a note is about one thing"));
    assert!(lines[2].starts_with("table:3: unknown field `autor`"), "{}", lines[2]);
    assert!(lines[3].starts_with("table:4: expected ident"), "{}", lines[3]);
}
