//! What the program refuses, and in which words.

use std::fs;

use serde_json::Value;

use crate::{
    letters::{self, Amount, WORD},
    program::{Place, number},
    service::serve,
};

const FEW: Amount = Amount { maildirs: 1, conversations: 3, replies: 2 };

#[test]
fn a_second_process_is_refused_by_name_and_search_goes_on_beside_a_service() {
    let place = Place::new();
    let letters = letters::write(&place.path("mail"), &FEW);
    place.import(&[&letters.root]);
    let export = place.export();
    let service = serve(&place, true);
    let holder = format!("process {}", service.process.0.id());
    let dir = place.data();
    let mail = letters.root.to_str().unwrap();
    let writers: [&[&str]; 4] =
        [&["import", mail], &["rebuild"], &["serve"], &["user", "add", "ann"]];
    for command in writers {
        place.run(command).expect(1).names(&["in use by", &holder, dir.to_str().unwrap()]);
    }
    let found = place.run(&["search", "--json", WORD]).expect(0).rows();
    assert_eq!(number(&found[0]["total"]), letters.ids.len() as u64);
    assert_eq!(place.export(), export);
    place.run(&["verify"]).expect(0);
}

#[test]
fn an_unknown_key_is_refused_by_file_and_line_before_anything_is_done() {
    let place = Place::new();
    let letters = letters::write(&place.path("mail"), &FEW);
    let path = place.path("wrong.toml");
    fs::write(&path, "[organisation]\nname = \"Harbour\"\ndomain = [\"harbour.example\"]\n")
        .unwrap();
    let wrong = Place::of(&path);
    let at = format!("{}:3: ", path.display());
    let mail = letters.root.to_str().unwrap();
    let commands: [&[&str]; 4] =
        [&["import", mail], &["serve"], &["doctor"], &["search", "anything"]];
    for command in commands {
        let said = wrong.run(command).expect(1);
        let all = format!("{}{}", said.out, said.err);
        assert!(all.contains(&at) && all.contains("did you mean \"domains\"?"), "{all}");
        assert!(!wrong.data().join("journal.redb").exists(), "{command:?} wrote all the same");
    }
}

#[test]
fn one_mistyped_path_takes_nothing_in() {
    let place = Place::new();
    let letters = letters::write(&place.path("mail"), &FEW);
    let missing = place.path("no-such-mail");
    let (mail, typo) = (letters.root.to_str().unwrap(), missing.to_str().unwrap());
    place.run(&["import", mail, typo]).expect(1).names(&[typo, "nothing at this path"]);
    assert!(!place.data().join("journal.redb").exists());
    let picture = place.path("photo.png");
    fs::write(&picture, b"\x89PNG\r\n\x1a\n").unwrap();
    place.run(&["import", picture.to_str().unwrap()]).expect(1).names(&["photo.png", "a picture"]);
}

#[test]
fn where_there_is_no_data_none_is_made_and_the_remedy_is_named() {
    let place = Place::new();
    let commands: [&[&str]; 4] =
        [&["search", "anything"], &["export", "cases"], &["verify"], &["rebuild"]];
    for command in commands {
        let dir = place.data();
        place.run(command).expect(1).names(&[dir.to_str().unwrap(), "--data", "watchkeeper init"]);
        assert!(!dir.exists(), "{command:?} made a data directory");
    }
    let doctor = place.run(&["doctor"]).expect(1);
    assert!(doctor.out.contains("does not exist"), "{}", doctor.out);
}

#[test]
fn wrong_usage_is_told_from_failure() {
    let place = Place::new();
    let wrong: [&[&str]; 8] = [
        &["exprot"],
        &["export"],
        &["search"],
        &["search", "--limit", "many", "word"],
        &["serve", "--listen", "somewhere"],
        &["verify", "--jsn"],
        &["import"],
        &["user", "add", "ann", "--role", "captain"],
    ];
    for command in wrong {
        let said = place.run(command).expect(2);
        assert!(said.out.is_empty() && !said.err.is_empty(), "{command:?}: {said:?}");
    }
    assert!(!place.data().exists());
    for command in ["import", "search", "serve"] {
        let help = place.run(&[command, "--help"]).expect(0);
        assert!(help.out.contains("Example"), "{}", help.out);
    }
}

#[test]
fn json_is_json_and_nothing_else() {
    let place = Place::new();
    let letters = letters::write(&place.path("mail"), &FEW);
    let mail = letters.root.to_str().unwrap();
    let sources = place.run(&["import", "--json", mail]).expect(0).rows();
    assert_eq!(sources.len(), letters.maildirs.len());
    let checks = place.run(&["verify", "--json"]).expect(0).rows();
    assert!(checks.iter().all(|check| check["broken"] == Value::Array(Vec::new())));
    let names: Vec<&str> = checks.iter().map(|check| check["what"].as_str().unwrap()).collect();
    assert_eq!(names, ["journal", "evidence", "facts", "views", "ledger", "index"]);
    let found = place.run(&["search", "--json", "-n", "2", WORD]).expect(0).rows();
    assert_eq!((found.len(), found[0]["hits"].as_array().unwrap().len()), (1, 2));
    let findings = place.run(&["doctor", "--json"]).expect(0).rows();
    assert!(findings.iter().all(|f| f["grade"].is_string() && f["text"].is_string()));
}
