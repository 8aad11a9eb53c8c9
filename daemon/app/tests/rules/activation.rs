use app::{
    AppError,
    rules::{Reload, RulesStatus, versions::Activation},
};
use model::fact::RulesOrigin;

use crate::world::{
    Disk, Letter, case, deliver, files, files_with, keener, later, noon, reassess, standing, user,
    world,
};

/// What was refused: where, and the first error.
#[track_caller]
fn refused(status: &RulesStatus) -> (String, String) {
    let refusal = status.refused.as_ref().expect("nothing was refused");
    (refusal.origin.clone(), refusal.errors[0].to_string())
}

#[test]
fn a_bad_file_leaves_the_old_set_active_and_says_where_it_is_wrong() {
    let (disk, app) = world();
    let before = app.rules_status(None).unwrap().active;
    let broken = "//! Finds noise.\nconst WEIGHT = 10;\nfn on_message(record, msg) {\n    let \
                  found = msg.new_text.fnd(\"noise\");\n}\n";
    *disk.folder.lock() = files_with(&[("signals/noise.rhai", broken)]);
    assert_eq!(app.reload_rules(None, later(1)).unwrap(), Reload::Refused);
    let status = app.rules_status(None).unwrap();
    assert_eq!(status.active, before);
    let (origin, error) = refused(&status);
    assert_eq!(origin, "folder");
    assert!(error.starts_with("signals/noise.rhai:4:"), "{error}");
    assert!(error.contains("find"), "{error} gives no hint");

    deliver(&app, &[Letter::customer("Pump", noon(), "There is noise.")], noon());
    assert_eq!(standing(&app, "Pump", noon()).0, "S1", "the old set goes on");

    *disk.folder.lock() = keener();
    assert!(matches!(app.reload_rules(None, later(2)).unwrap(), Reload::Activated(_)));
    assert!(app.rules_status(None).unwrap().refused.is_none());
}

#[test]
fn a_set_with_a_failing_test_is_refused_whole() {
    let (disk, app) = world();
    let test = "[[test]]\nname = \"silence is heard\"\n\n[[test.message]]\nat = \
                \"2026-03-02T09:00:00+01:00\"\nfrom = \"Jane Doe <jane@customer.example>\"\nto = \
                [\"support@ours.example\"]\ntext = \"All is quiet.\"\n\n[[test.found]]\nsignal = \
                \"noise\"\nmessage = 1\nquote = \"quiet\"\n";
    *disk.folder.lock() = files_with(&[("tests/quiet.toml", test)]);
    assert_eq!(app.reload_rules(None, later(1)).unwrap(), Reload::Refused);
    let (_, error) = refused(&app.rules_status(None).unwrap());
    assert!(error.starts_with("tests/quiet.toml:2:"), "{error}");
    assert!(error.contains("silence is heard"), "{error}");
}

#[test]
fn a_change_of_the_folder_judges_everything_again_and_decisions_name_it() {
    let (disk, app) = world();
    deliver(&app, &[Letter::customer("Pump", noon(), "There is a murmur.")], noon());
    assert_eq!(standing(&app, "Pump", noon()).0, "none");
    *disk.folder.lock() = keener();
    let Reload::Activated(rules) = app.reload_rules(None, later(1)).unwrap() else {
        panic!("not activated")
    };
    assert!(app.rules_status(None).unwrap().reassessing > 0);
    reassess(&app, later(1));
    assert_eq!(standing(&app, "Pump", later(1)).0, "S1");
    let record = app.case(case(&app, "Pump"), later(1)).unwrap();
    assert_eq!(record.signals[0].rules, rules.to_string());
    assert_eq!(app.rules_status(None).unwrap().reassessing, 0);
    assert_eq!(app.reload_rules(None, later(2)).unwrap(), Reload::Unchanged);
}

#[test]
fn a_version_that_people_activated_stays_until_the_folder_changes() {
    let (disk, app) = world();
    let first = app.rules_status(None).unwrap().active;
    let (kim, origin) = (user("kim"), RulesOrigin::Draft);
    let keen = app.save_rules(keener(), origin, "keener", kim.clone(), later(1)).unwrap();
    app.activate_rules(None, &keen, "try it", kim.clone(), later(2)).unwrap();
    assert_eq!(app.reload_rules(None, later(3)).unwrap(), Reload::Unchanged);
    drop(app);
    let app = disk.open(later(4));
    assert_eq!(app.rules_status(None).unwrap().active, keen, "a restart changes nothing");
    let again = app.activate_rules(None, &keen, "", kim.clone(), later(5));
    assert!(matches!(again, Err(AppError::Conflict { .. })));
    assert_eq!(app.roll_back_rules(None, "too keen", kim, later(6)).unwrap(), first);
    let versions = app.rule_versions(None).unwrap();
    let active: Vec<bool> = versions.iter().map(|version| version.active).collect();
    assert_eq!(active, [false, true]);
    assert_eq!(versions[0].note, "keener");
    let last = versions[1].activations.last().unwrap();
    assert_eq!((last.by.as_str(), last.note.as_str()), ("kim", "too keen"));
}

#[test]
fn with_four_eyes_nobody_approves_what_they_wrote_themselves() {
    let disk = Disk { four_eyes: true, ..Disk::new(files()) };
    let app = disk.open(noon());
    let first = app.rules_status(None).unwrap().active;
    let (kim, lou) = (user("kim"), user("lou"));
    let origin = RulesOrigin::Draft;
    let keen = app.save_rules(keener(), origin, "keener", kim.clone(), later(1)).unwrap();
    let asked = app.activate_rules(None, &keen, "please", kim.clone(), later(2)).unwrap();
    assert_eq!(asked, Activation::Proposed(keen.clone()));
    let status = app.rules_status(None).unwrap();
    assert_eq!((&status.active, status.proposed.len()), (&first, 1));
    let alone = app.approve_rules(&keen, "", kim.clone(), later(3));
    assert!(matches!(alone, Err(AppError::Forbidden { .. })));
    app.approve_rules(&keen, "fine", lou.clone(), later(4)).unwrap();
    let status = app.rules_status(None).unwrap();
    assert_eq!((&status.active, status.proposed.len()), (&keen, 0));
    let activation = status.activation.unwrap();
    assert_eq!((activation.by.as_str(), activation.proposed_by.as_deref()), ("lou", Some("kim")));

    // Going back needs nobody else: it was approved then.
    assert_eq!(app.roll_back_rules(None, "", kim.clone(), later(5)).unwrap(), first);
    let twice = app.activate_rules(None, &keen, "", kim, later(6)).unwrap();
    assert_eq!(twice, Activation::Active(keen.clone()));
    let none = app.approve_rules(&keen, "", lou, later(7));
    assert!(matches!(none, Err(AppError::NotFound { .. })), "nothing waits any more");
}

#[test]
fn with_four_eyes_a_change_of_the_folder_waits_and_can_be_declined() {
    let disk = Disk { four_eyes: true, ..Disk::new(files()) };
    let app = disk.open(noon());
    let first = app.rules_status(None).unwrap().active;
    *disk.folder.lock() = keener();
    let Reload::Proposed(keen) = app.reload_rules(None, later(1)).unwrap() else {
        panic!("it does not wait")
    };
    drop(app);
    let app = disk.open(later(2));
    assert_eq!(app.rules_status(None).unwrap().active, first, "a restart approves nothing");
    app.decline_rules(&keen, "not now", user("lou"), later(3)).unwrap();
    let status = app.rules_status(None).unwrap();
    assert_eq!((&status.active, status.proposed.len()), (&first, 0));
}
