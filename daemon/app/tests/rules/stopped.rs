use app::rules::{DisabledRule, StoppedKind};

use crate::world::{Disk, Letter, alerts, deliver, files_with, later, reassess, standing, user};

const WILD_SIGNAL: &str = "//! Wild.\nconst WEIGHT = 1;\nfn on_message(record, msg) { loop { } }\n";
const WILD_POLICY: &str = "//! Wild.\nfn on_change(change) { loop { } }\n";

/// Letters enough for a script to run away as often as is borne.
fn letters() -> Vec<Letter> {
    ["Pump", "Fan", "Belt", "Gate", "Lift"]
        .into_iter()
        .zip(1..)
        .map(|(subject, minute)| Letter::customer(subject, later(minute), "There is noise."))
        .collect()
}

fn kinds(disabled: &[DisabledRule]) -> Vec<(StoppedKind, &str)> {
    disabled.iter().map(|rule| (rule.kind, rule.file.as_str())).collect()
}

#[test]
fn a_signal_and_a_policy_that_run_away_are_named_and_the_others_decide() {
    let wild = [("signals/wild.rhai", WILD_SIGNAL), ("policies/wild.rhai", WILD_POLICY)];
    let disk = Disk::new(files_with(&wild));
    let app = disk.open(later(0));
    for letter in letters() {
        let at = letter.at;
        deliver(&app, &[letter], at);
    }
    app.tick(later(10)).unwrap();
    reassess(&app, later(10));
    let status = app.rules_status(None).unwrap();
    let (signal, policy) = (StoppedKind::Signal, StoppedKind::Policy);
    let expected = [(signal, "signals/wild.rhai"), (policy, "policies/wild.rhai")];
    assert_eq!(kinds(&status.disabled), expected);
    for rule in &status.disabled {
        assert!(rule.reason.contains("loop that does not end"), "{}", rule.reason);
        assert!(rule.since.is_some(), "{} is not on record", rule.file);
    }
    assert_eq!(status.effective.as_str(), format!("{}-without-policy.wild,wild", status.active));
    assert_eq!(standing(&app, "Lift", later(10)).0, "S1");
    assert_eq!(alerts(&app, later(10)).len(), 5, "the other policy tells of each");

    drop(app);
    let app = disk.open(later(11));
    assert_eq!(
        kinds(&app.rules_status(None).unwrap().disabled),
        expected,
        "a restart forgets none"
    );
    for (_, file) in expected {
        app.enable_rule(None, file, user("kim"), later(12)).unwrap();
    }
    assert_eq!(app.rules_status(None).unwrap().disabled, []);
}

#[test]
fn a_severity_function_that_runs_away_is_named_too() {
    let severity = "fn levels() { [#{ name: \"S1\", title: \"Top\", colour: \"#ff0000\", rank: 9 \
                    }] }\nfn severity(record) { loop { } }\n";
    let disk = Disk::new(files_with(&[("severity.rhai", severity)]));
    let app = disk.open(later(0));
    deliver(&app, &letters(), later(9));
    let status = app.rules_status(None).unwrap();
    assert_eq!(kinds(&status.disabled), [(StoppedKind::Severity, "severity.rhai")]);
    let (level, raised) = standing(&app, "Pump", later(9));
    assert_eq!((level.as_str(), raised), ("none", vec!["noise".to_owned()]), "signals go on");
}

#[test]
fn a_log_of_decisions_by_a_reduced_set_is_replayed() {
    let disk = Disk::new(files_with(&[("signals/wild.rhai", WILD_SIGNAL)]));
    let app = disk.open(later(0));
    for letter in letters() {
        let at = letter.at;
        deliver(&app, &[letter], at);
    }
    app.tick(later(10)).unwrap();
    reassess(&app, later(10));
    let mut log = Vec::new();
    let lines = app.decision_log(&[], None, &mut log).unwrap();
    assert!(lines > 5);
    app.enable_rule(None, "signals/wild.rhai", user("kim"), later(12)).unwrap();
    let log = String::from_utf8(log).unwrap();
    let replayed = app.replay_log(&mut log.lines().map(ToOwned::to_owned)).unwrap();
    assert_eq!((replayed.same, replayed.differs), (lines, None));
}
