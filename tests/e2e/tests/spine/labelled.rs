//! The labelled threads: each in one case, none mixed with another.

use std::{fs, path::Path};

use serde_json::Value;

use crate::program::{Place, cases, corpora, ledgers, number, python};

#[test]
fn every_labelled_thread_is_one_case_of_its_own() {
    let Some(root) = corpora("the labelled threads") else { return };
    let labelled = root.join("escalations");
    let fixture = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures/brightwater.toml");
    let place = Place::of(&fixture);
    let dev = place.path("dev");
    python(&[&labelled.join("build_maildir.py"), &labelled.join("threads"), &dev]);

    let files = ["accounts.csv", "contacts.csv", "notes.jsonl", "Maildir"].map(|f| dev.join(f));
    let [accounts, contacts, notes, maildir] = files.each_ref().map(|path| path.to_str().unwrap());
    let import = [
        "import",
        "--json",
        "--accounts",
        accounts,
        "--contacts",
        contacts,
        "--notes",
        notes,
        maildir,
    ];
    let first = ledgers(&place.run(&import).expect(0));
    let messages = number(&first[maildir]["stored"]);
    let written = fs::read_dir(dev.join("Maildir/cur")).unwrap().count() as u64;
    assert_eq!(messages, written);

    let export = place.export();
    let score = score(&place, &labelled.join("score.py"), &export);
    println!("{score}");
    assert_eq!(score["messages_found"], 1.0);
    assert!(score["threads_in_one_case"].as_f64().unwrap() >= 0.97, "{score}");
    assert_eq!(score["threads_mixed_with_others"], 0);
    place.run(&["verify"]).expect(0);

    let again = ledgers(&place.run(&import).expect(0));
    assert_eq!(number(&again[maildir]["skipped"]["already_captured"]), messages);
    assert_eq!(place.export(), export, "the same mail taken in again changed the record");

    let mbox = dev.join("all.mbox");
    let copies = place.import(&[&mbox]);
    let copies = &copies[mbox.to_str().unwrap()];
    assert_eq!((number(&copies["seen"]), number(&copies["stored"])), (messages, 0));
    assert_eq!(number(&copies["duplicate"]), messages, "every copy is a further sighting");
    let total = |export: &str| cases(export).into_iter().flatten().count() as u64;
    assert_eq!(place.export(), export, "copies of known messages changed the record");
    assert_eq!(total(&export), messages);
    place.run(&["verify"]).expect(0);
}

fn score(place: &Place, script: &Path, export: &str) -> Value {
    let path = place.path("export.jsonl");
    fs::write(&path, export).unwrap();
    let truth = place.path("dev/truth.jsonl");
    let said =
        python(&[script.as_os_str(), truth.as_os_str(), path.as_os_str(), "--json".as_ref()]);
    // Python writes NaN for a share of nothing, which is no JSON.
    serde_json::from_str(&said.replace("NaN", "null")).unwrap()
}
