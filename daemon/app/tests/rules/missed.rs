use app::rules::missed::NewMiss;
use model::{LevelName, SignalId};

use crate::world::{Letter, at, case, deliver, noon, user, world};

fn label(since: &str) -> NewMiss {
    let (case, message) = (model::CaseId::from_number(0), None);
    let note = "They called, and nobody knew.".to_owned();
    NewMiss { case, since: at(since), signal: None, level: None, message, note }
}

#[test]
fn a_late_find_that_is_named_by_the_minute_is_taken_and_measured_by_the_minute() {
    let (_, app) = world();
    let letters = [
        Letter::customer("Pump", at("2026-01-14T08:00:30Z"), "There is noise."),
        Letter::customer("Fan", at("2026-01-14T08:00:30Z"), "It murmurs."),
    ];
    deliver(&app, &letters, noon());
    let noise = Some(SignalId::new("noise"));
    for title in ["Pump", "Fan"] {
        // The page names minutes; the message came half a minute later.
        let miss = NewMiss {
            case: case(&app, title),
            signal: noise.clone(),
            ..label("2026-01-14T08:00:00Z")
        };
        app.label_missed(miss, user("kim"), noon()).unwrap();
    }
    let log = app.missed_log().unwrap();
    let told: Vec<bool> = log.labels.iter().map(|label| label.in_time).collect();
    assert_eq!(told, [false, true], "the latest label is first");
    let recall = &log.recall[0];
    assert_eq!((recall.labelled, recall.caught, recall.recall), (2, 1, Some(0.5)));
    let early = NewMiss { case: case(&app, "Pump"), ..label("2026-01-14T07:59:00Z") };
    assert!(app.label_missed(early, user("kim"), noon()).is_err(), "the case had not begun");
}

#[test]
fn a_label_that_names_a_level_becomes_a_test_that_expects_it() {
    let (_, app) = world();
    deliver(&app, &[Letter::customer("Fan", at("2026-01-14T08:00:30Z"), "It murmurs.")], noon());
    let level = Some(LevelName::from("S1"));
    let miss = NewMiss { case: case(&app, "Fan"), level, ..label("2026-01-14T09:00:00Z") };
    let seq = app.label_missed(miss, user("kim"), noon()).unwrap();
    let test = app.missed_fixture(seq, true).unwrap();
    assert!(test.contains("\nlevel = \"S1\"\n"), "{test}");
    assert!(
        test.contains("it should be S1 since 2026-01-14T09:00:00Z; the rules said \"none\"."),
        "{test}"
    );
}
