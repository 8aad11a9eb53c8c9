use app::AppError;
use model::{RuleSetId, fact::RulesOrigin};

use crate::world::{
    Letter, alerts, at, deliver, keener, later, noon, reassess, standing, user, world,
};

#[test]
fn a_shadow_judges_along_and_tells_nobody() {
    let (disk, app) = world();
    let kim = user("kim");
    let keen = app.save_rules(keener(), RulesOrigin::Draft, "keener", kim.clone(), noon()).unwrap();
    let active = app.rules_status(None).unwrap().active;
    app.start_shadow(None, &keen, 7, "does it help?", kim.clone(), noon()).unwrap();
    let letters = [
        Letter::customer("Pump", later(1), "There is a murmur."),
        Letter::customer("Fan", later(2), "There is noise."),
    ];
    deliver(&app, &letters, later(3));

    assert_eq!(standing(&app, "Pump", later(3)).0, "none", "the active set alone judges");
    let told = alerts(&app, later(3));
    assert_eq!(told.len(), 1, "{told:?}");
    assert_eq!(told[0].title.as_deref(), Some("Fan"));

    drop(app);
    let app = disk.open(later(4));
    let report = app.shadow_report(None, later(5)).unwrap();
    assert!(report.running);
    assert_eq!((report.active, report.shadow.rules.clone()), (active, keen.clone()));
    assert_eq!((report.watched, report.alike, report.escalations_gained), (2, 1, 1));
    assert_eq!(report.cases[0].title, "Pump");
    assert_eq!(report.signals.values().copied().collect::<Vec<_>>(), [(1, 0)]);

    app.stop_shadow(None, kim, later(6)).unwrap();
    assert!(matches!(app.shadow_report(None, later(7)), Err(AppError::NotFound { .. })));
    assert_eq!(app.rules_status(None).unwrap().shadow, None);
}

#[test]
fn a_shadow_ends_by_itself() {
    let (_, app) = world();
    let kim = user("kim");
    let keen = app.save_rules(keener(), RulesOrigin::Draft, "", kim.clone(), noon()).unwrap();
    app.start_shadow(None, &keen, 1, "", kim.clone(), noon()).unwrap();
    let after = at("2026-01-16T09:00:00Z");
    deliver(&app, &[Letter::customer("Pump", after, "There is a murmur.")], after);
    let report = app.shadow_report(None, after).unwrap();
    assert!(!report.running);
    assert_eq!(report.watched, 0, "what comes later is not its affair");
    let wrong =
        [0, 93].map(|days| app.start_shadow(None, &keen, days, "", kim.clone(), after).is_err());
    assert_eq!(wrong, [true, true]);
    let unknown = app.start_shadow(None, &RuleSetId::new("small@1"), 7, "", kim.clone(), after);
    assert!(matches!(unknown, Err(AppError::NotFound { .. })));
    app.activate_rules(None, &keen, "", kim.clone(), after).unwrap();
    reassess(&app, after);
    let itself = app.start_shadow(None, &keen, 7, "", kim, after);
    assert!(matches!(itself, Err(AppError::Conflict { .. })));
}
