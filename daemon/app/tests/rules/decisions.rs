use app::Watchkeeper;

use crate::world::{Disk, Letter, at, deliver, files, later, noon, user, world};

fn letters() -> Vec<Letter> {
    vec![
        Letter::customer("Pump", at("2026-01-14T08:00:00Z"), "There is noise."),
        Letter::ours(
            "Pump",
            at("2026-01-14T09:00:00Z"),
            "We will send you a new pump by January 15, 2026.",
        ),
        Letter::customer("Pump", at("2026-01-14T11:00:00Z"), "Still noise. Any news?"),
        Letter::customer("Fan", at("2026-01-14T10:00:00Z"), "All is quiet."),
    ]
}

fn log(app: &Watchkeeper) -> String {
    let mut out = Vec::new();
    app.decision_log(&[], None, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

fn lines(log: &str) -> impl Iterator<Item = String> + '_ {
    log.lines().map(ToOwned::to_owned)
}

#[test]
fn a_rebuild_decides_everything_again_to_the_byte() {
    let (disk, app) = world();
    deliver(&app, &letters(), noon());
    let before = log(&app);
    assert!(before.lines().count() > 6, "{before}");
    app.rebuild(later(5), &mut |_, _| ()).unwrap();
    assert_eq!(log(&app), before);
    drop(app);
    assert_eq!(log(&disk.open(later(10))), before, "and so does a restart");
}

#[test]
fn another_machine_decides_the_same_to_the_byte_whenever_it_takes_mail_in() {
    let (_, app) = world();
    deliver(&app, &letters(), noon());
    let other = Disk::new(files()).open(later(90));
    for (minute, letter) in (90..).zip(letters()) {
        deliver(&other, &[letter], later(minute));
        other.tick(later(minute)).unwrap();
    }
    assert_eq!(log(&other), log(&app));
    let there = log(&app);
    let replayed = other.replay_log(&mut lines(&there)).unwrap();
    assert_eq!((replayed.differs, replayed.same), (None, there.lines().count() as u64));
}

#[test]
fn a_log_that_somebody_touched_is_found_out_at_its_line() {
    let (_, app) = world();
    deliver(&app, &letters(), noon());
    let touched = log(&app).replacen("\"weight\":10", "\"weight\":11", 1);
    let differs = app.replay_log(&mut lines(&touched)).unwrap().differs.expect("nothing differs");
    assert!(differs.1.contains("\"weight\":11") && differs.2.contains("\"weight\":10"));
    let whole = log(&app);
    let cut: Vec<String> = lines(&whole).take(whole.lines().count() - 1).collect();
    assert!(app.replay_log(&mut cut.into_iter()).unwrap().differs.is_some(), "a line is missing");
    assert!(app.replay_log(&mut lines("no log")).is_err());
}

#[test]
fn a_log_of_an_earlier_version_is_replayed_by_that_version() {
    let (disk, app) = world();
    deliver(&app, &letters(), noon());
    let before = log(&app);
    *disk.folder.lock() = crate::world::keener();
    app.reload_rules(None, later(1)).unwrap();
    crate::world::reassess(&app, later(1));
    assert_ne!(log(&app), before, "the new version names itself");
    assert_eq!(app.replay_log(&mut lines(&before)).unwrap().differs, None);
    app.roll_back_rules(None, "", user("kim"), later(2)).unwrap();
    crate::world::reassess(&app, later(2));
    assert_eq!(log(&app), before);
}

#[test]
fn the_log_says_what_policies_were_asked_and_what_they_wished_for() {
    let (_, app) = world();
    deliver(&app, &letters(), noon());
    let whole = log(&app);
    let raised: Vec<&str> = whole.lines().filter(|line| line.contains("\"alert\"")).collect();
    let [raised] = raised[..] else { panic!("one case became grave: {whole}") };
    for part in ["\"level\":[\"none\",\"S1\"]", "\"began\":[\"noise\"]", "\"key\":\"level\""] {
        assert!(raised.contains(part), "{part} is missing in {raised}");
    }
    let silent = whole.lines().filter(|line| line.contains("\"policies\":[]")).count();
    assert!(silent > 0, "a question that a policy left unanswered is written too: {whole}");

    let touched = whole.replacen("The level rose.", "All is well.", 1);
    let differs = app.replay_log(&mut lines(&touched)).unwrap().differs.expect("nothing differs");
    assert!(differs.1.contains("All is well."), "{differs:?}");
}
