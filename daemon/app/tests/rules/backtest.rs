use std::sync::atomic::AtomicBool;

use app::{
    AppError,
    rules::backtest::{BacktestReport, JobState},
};

use crate::world::{KIM, Letter, at, deliver, keener, later, noon, world};

/// Five days with noise and two with a murmur, then what both sets make of it.
fn report() -> BacktestReport {
    let (_, app) = world();
    let subjects = ["Pump", "Fan", "Belt", "Gate", "Lift", "Door", "Bell"];
    for (day, subject) in subjects.into_iter().enumerate() {
        let when = at(&format!("2026-01-{:02}T10:00:00Z", 5 + day));
        let text = if day < 5 { "There is noise." } else { "There is a murmur." };
        deliver(&app, &[Letter::customer(subject, when, text)], noon());
    }
    let other = app.rules_of("small", keener()).unwrap();
    let compared = app.comparison(None, &*other, None).unwrap();
    let mut told = 0;
    let report = app.backtest(&compared, noon(), &AtomicBool::new(false), &mut |_, _| told += 1);
    assert!(told > 0, "nobody was told how far it is");
    report.unwrap()
}

#[test]
fn a_backtest_says_who_would_have_been_alerted_and_how_often() {
    let report = report();
    assert_eq!((report.escalations_gained, report.escalations_lost), (2, 0));
    let alerts = report.alerts.unwrap();
    assert_eq!(alerts.days, 7);
    assert_eq!((alerts.before.notices, alerts.after.notices), (5, 7));
    assert!((alerts.after.notices_a_day - 1.0).abs() < 1e-9, "{}", alerts.after.notices_a_day);
    let load = |record: &app::alerts::ForecastRecord| {
        let kim = record.people.iter().find(|person| person.to == KIM).unwrap();
        (kim.notices, kim.most_a_day)
    };
    assert_eq!((load(&alerts.before), load(&alerts.after)), ((5, 1), (7, 1)));
    assert_eq!(alerts.after.policies["level_raised"], 7);
    assert_eq!(alerts.after.cases.len(), 7, "the cases to look at");
    assert_ne!(alerts.before.rules, alerts.after.rules);
}

#[test]
fn a_backtest_names_the_cases_that_differ() {
    let report = report();
    assert_eq!((report.cases, report.changed), (7, 2));
    let mut named: Vec<&str> = report.named.iter().map(|change| change.title.as_str()).collect();
    named.sort_unstable();
    assert_eq!(named, ["Bell", "Door"]);
    let json = serde_json::to_value(&report).unwrap();
    assert_eq!(json["alerts"]["after"]["people"][0]["to"], KIM);
}

#[test]
fn a_backtest_tells_nobody_of_anything() {
    let (_, app) = world();
    deliver(&app, &[Letter::customer("Pump", later(-5), "There is a murmur.")], noon());
    let before = app.facts(model::Seq(1), 10_000).unwrap().len();
    let other = app.rules_of("small", keener()).unwrap();
    let compared = app.comparison(None, &*other, None).unwrap();
    app.backtest(&compared, noon(), &AtomicBool::new(false), &mut |_, _| ()).unwrap();
    assert_eq!(app.facts(model::Seq(1), 10_000).unwrap().len(), before);
    assert_eq!(crate::world::alerts(&app, noon()), []);
}

#[test]
fn a_backtest_that_is_cancelled_ends_as_cancelled() {
    let (_, app) = world();
    deliver(&app, &[Letter::customer("Pump", later(-5), "There is noise.")], noon());
    let other = app.rules_of("small", keener()).unwrap();
    let compared = app.comparison(None, &*other, None).unwrap();
    let stopped = app.backtest(&compared, noon(), &AtomicBool::new(true), &mut |_, _| ());
    assert!(matches!(stopped, Err(AppError::Stopped)));

    let job = app.start_backtest(None, &other, None, "kim", noon()).unwrap();
    let ended = (0..2000).find_map(|_| {
        std::thread::sleep(std::time::Duration::from_millis(5));
        let job = app.backtest_job(job.id).unwrap();
        (job.state != JobState::Running).then_some(job)
    });
    let ended = ended.expect("it does not end");
    assert_eq!(ended.state, JobState::Done);
    assert!(ended.report.unwrap().alerts.is_some());
    app.cancel_backtest(job.id).unwrap();
    assert!(app.backtest_job(job.id).is_err(), "a job that has ended is forgotten");
}
