use app::{AppError, Watchkeeper};
use model::{Instant, SignalId, fact::Judgement};

use crate::world::{Letter, at, case, deliver, later, noon, standing, user, world};

fn judge(
    app: &Watchkeeper,
    judgement: Judgement,
    reason: &str,
    now: Instant,
) -> Result<(), AppError> {
    let (case, noise) = (case(app, "Pump"), SignalId::new("noise"));
    app.judge_signal(case, &noise, judgement, reason.to_owned(), user("kim"), now)
}

fn loud() -> std::sync::Arc<Watchkeeper> {
    let (_, app) = world();
    deliver(&app, &[Letter::customer("Pump", noon(), "There is noise.")], noon());
    assert_eq!(standing(&app, "Pump", noon()).0, "S1");
    app
}

#[test]
fn an_acknowledged_signal_still_counts_and_shows_who_saw_it() {
    let app = loud();
    judge(&app, Judgement::Acknowledged, "", later(5)).unwrap();
    let record = app.case(case(&app, "Pump"), later(5)).unwrap();
    assert_eq!(record.row.level.as_str(), "S1");
    let said = &record.signals[0].judged[0];
    assert_eq!((said.judgement, said.by.as_str()), (Judgement::Acknowledged, "kim"));
}

#[test]
fn a_signal_that_somebody_disagrees_with_no_longer_counts_until_it_is_restored() {
    let app = loud();
    let silent = judge(&app, Judgement::Disagreed, " ", later(4));
    assert!(matches!(silent, Err(AppError::Invalid { .. })), "a reason is owed");
    judge(&app, Judgement::Disagreed, "it was a joke", later(5)).unwrap();
    assert_eq!(standing(&app, "Pump", later(5)).0, "none");
    let record = app.case(case(&app, "Pump"), later(5)).unwrap();
    assert_eq!(record.signals[0].judged[0].reason, "it was a joke");
    judge(&app, Judgement::Restored, "", later(6)).unwrap();
    assert_eq!(standing(&app, "Pump", later(6)).0, "S1");
}

#[test]
fn a_snoozed_signal_comes_back_by_itself() {
    let app = loud();
    let until = at("2026-01-14T14:00:00Z");
    let past = judge(&app, Judgement::Snoozed { until: noon() }, "later", later(5));
    assert!(matches!(past, Err(AppError::Invalid { .. })));
    judge(&app, Judgement::Snoozed { until }, "after lunch", later(5)).unwrap();
    assert_eq!(standing(&app, "Pump", later(5)).0, "none");
    app.tick(later(119)).unwrap();
    assert_eq!(standing(&app, "Pump", later(119)).0, "none");
    app.tick(later(121)).unwrap();
    assert_eq!(standing(&app, "Pump", later(121)).0, "S1");
}

#[test]
fn a_judgement_survives_a_rebuild() {
    let app = loud();
    judge(&app, Judgement::Disagreed, "it was a joke", later(5)).unwrap();
    app.rebuild(later(6), &mut |_, _| ()).unwrap();
    assert_eq!(standing(&app, "Pump", later(6)).0, "none");
    let nothing = app.judge_signal(
        case(&app, "Pump"),
        &SignalId::new("nothing"),
        Judgement::Acknowledged,
        String::new(),
        user("kim"),
        later(7),
    );
    assert!(matches!(nothing, Err(AppError::NotFound { .. })));
}
