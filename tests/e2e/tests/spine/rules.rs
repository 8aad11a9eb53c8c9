//! Rule sets of a store: versions, packs, the decision log.

use std::{fs, path::Path};

use crate::{
    letters::{self, Amount},
    program::Place,
};

/// A place with some mail in it.
fn filled() -> Place {
    let place = Place::new();
    let amount = Amount { maildirs: 1, conversations: 6, replies: 3 };
    let letters = letters::write(&place.path("mail"), &amount);
    place.import(&[&letters.root]);
    place
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

/// The built-in set as a folder, with a signal of another weight.
fn changed_set(place: &Place) -> std::path::PathBuf {
    let (pack, set) = (place.path("set.pack"), place.path("set"));
    place.run(&["rules", "export", text(&pack)]).expect(0);
    place.run(&["rules", "import", text(&pack), "--into", text(&set)]).expect(1);
    let import = ["rules", "import", text(&pack), "--into", text(&set), "--allow-unsigned"];
    place.run(&import).expect(0);
    let signal = set.join("signals/frustration.rhai");
    let script = String::from_utf8(fs::read(&signal).unwrap()).unwrap();
    let line = script.lines().find(|line| line.starts_with("const WEIGHT")).unwrap();
    fs::write(&signal, script.replace(line, "const WEIGHT = 1;")).unwrap();
    set
}

#[test]
fn the_decision_log_is_the_same_after_a_rebuild() {
    let place = filled();
    let (before, after) = (place.path("before.jsonl"), place.path("after.jsonl"));
    place.run(&["rules", "log", "--out", text(&before)]).expect(0);
    place.run(&["rebuild"]).expect(0);
    place.run(&["rules", "log", "--out", text(&after)]).expect(0);
    let log = fs::read(&before).unwrap();
    assert!(log.len() > 1000);
    assert!(log == fs::read(&after).unwrap(), "the log differs after a rebuild");
    let replayed = place.run(&["rules", "log", "--replay", text(&before)]).expect(0);
    assert!(replayed.out.contains("all the same"), "{}", replayed.out);
    let forged =
        String::from_utf8(fs::read(&before).unwrap()).unwrap().replacen("\"none\"", "\"S1\"", 1);
    fs::write(&before, forged).unwrap();
    place.run(&["rules", "log", "--replay", text(&before)]).expect(1);
}

#[test]
fn a_version_can_be_tried_and_taken_back() {
    let place = filled();
    let set = changed_set(&place);
    let diff = place.run(&["rules", "diff", "active", text(&set)]).expect(1);
    assert!(diff.out.contains("+const WEIGHT = 1;"), "{}", diff.out);
    let report = place.run(&["rules", "backtest", text(&set)]).expect(0);
    assert!(report.out.contains("with a difference"), "{}", report.out);
    let saved = place.run(&["rules", "save", text(&set), "--note", "calmer"]).expect(0);
    let version = saved.out.split_whitespace().next().unwrap().to_owned();
    place.run(&["rules", "activate", &version, "--note", "a try"]).expect(0);
    let active = |place: &Place| {
        let versions = place.run(&["rules", "versions", "--json"]).expect(0).out;
        let rows =
            versions.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap());
        let active = rows.filter(|row| row["active"] == true).collect::<Vec<_>>();
        active[0]["rules"].as_str().unwrap().to_owned()
    };
    assert_eq!(active(&place), version);
    place.run(&["rules", "rollback"]).expect(0);
    assert_ne!(active(&place), version);
    place.run(&["verify"]).expect(0);
}

#[test]
fn a_folder_with_an_error_does_not_stop_the_work() {
    let place = filled();
    let set = changed_set(&place);
    let config = place.path("with-rules.toml");
    let lines =
        format!("[organisation]\ndomains = [\"harbour.example\"]\n[rules]\ndir = {set:?}\n");
    fs::write(&config, lines).unwrap();
    let run = |args: &[&str]| {
        let mut command = place.command(&[] as &[&str]);
        let data = place.data();
        command = std::process::Command::new(command.get_program());
        command.args(args).arg("--data").arg(data).arg("--config").arg(&config);
        command.output().unwrap()
    };
    assert!(run(&["rebuild"]).status.success(), "the folder is taken up");
    fs::write(set.join("severity.rhai"), "fn levels( {").unwrap();
    let rebuilt = run(&["rebuild"]);
    let said = String::from_utf8_lossy(&rebuilt.stderr).into_owned();
    assert!(rebuilt.status.success(), "{said}");
    assert!(said.contains("a rule set is refused, the one before stays active"), "{said}");
    assert!(said.contains("severity.rhai"), "{said}");
    let check = run(&["rules", "check"]);
    assert_eq!(check.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&check.stdout).contains("severity.rhai:1:"));
}
