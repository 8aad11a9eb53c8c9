//! No file of a rule set breaks the loader: what is wrong is said, with the file it stands in. A set
//! that loads gives the same name for the same files.

#![no_main]

use std::collections::BTreeMap;

use libfuzzer_sys::fuzz_target;
use scripting::{RuleSet, Tests};

/// A set that loads, so that one bad file is alone with its error.
const SOUND: [(&str, &str); 6] = [
    ("set.toml", "name = \"fuzz\"\n"),
    ("calendars.toml", "[default]\nzone = \"Europe/Berlin\"\n[default.hours]\nmonday = [\"09:00-17:00\"]\n"),
    (
        "severity.rhai",
        "fn levels() { [#{ name: \"S1\", title: \"Top\", colour: \"#ff0000\", rank: 9 }] }\nfn \
         severity(record) { level(\"none\", []) }\n",
    ),
    ("shared.rhai", "fn loud(text) { text.words > 3 }\n"),
    (
        "signals/noise.rhai",
        "//! Noise.\nconst WEIGHT = 3;\nfn on_message(record, msg) {\n    let found = \
         msg.new_text.find(\"noise\");\n    if found != () { raise(found); }\n}\n",
    ),
    ("words/en/noise.txt", "noise\n"),
];

/// What the bytes behind a zero stand in for.
const PATHS: [&str; 9] = [
    "set.toml",
    "calendars.toml",
    "severity.rhai",
    "shared.rhai",
    "signals/noise.rhai",
    "signals/other.rhai",
    "policies/told.rhai",
    "words/en/noise.txt",
    "tests/noise.toml",
];

fuzz_target!(|data: &[u8]| {
    let mut files: BTreeMap<String, Vec<u8>> = SOUND
        .iter()
        .map(|(path, text)| ((*path).to_owned(), text.as_bytes().to_vec()))
        .collect();
    for part in data.split(|byte| *byte == 0) {
        if let Some((which, content)) = part.split_first() {
            let path = PATHS[usize::from(*which) % PATHS.len()];
            files.insert(path.to_owned(), content.to_vec());
        }
    }
    match RuleSet::with_tests("fuzz", files.clone(), Tests::Run) {
        Err(errors) => {
            assert!(!errors.0.is_empty());
            for error in &errors.0 {
                assert!(!error.file.is_empty() && !error.message.is_empty(), "{error:?}");
            }
        }
        Ok(set) => {
            let again = RuleSet::with_tests("fuzz", files, Tests::Skip).expect("it did load");
            assert_eq!(set.id(), again.id());
        }
    }
});
