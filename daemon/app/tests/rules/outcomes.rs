use app::rules::outcomes::Outcomes;

use crate::world::{Letter, at, case, deliver, noon, user, world};

#[test]
fn outcomes_tell_how_long_it_took_to_see_to_own_and_to_resolve() {
    let (_, app) = world();
    let letters = [
        Letter::customer("Pump", at("2026-01-14T08:00:00Z"), "The pump hums."),
        Letter::customer("Pump", at("2026-01-14T09:00:00Z"), "There is noise now."),
        Letter::customer("Fan", at("2026-01-14T10:00:00Z"), "There is noise."),
        Letter::customer("Belt", at("2026-01-14T10:30:00Z"), "All is quiet."),
    ];
    deliver(&app, &letters, noon());
    let pump = case(&app, "Pump");
    let set = |field: &str, value: &str, when| {
        let value = Some(value.to_owned());
        app.set_field(pump, field, value, "done".to_owned(), user("kim"), when).unwrap();
    };
    set("owner", "kim@brightwater.example", at("2026-01-14T12:00:00Z"));
    set("state", "resolved", at("2026-01-14T15:00:00Z"));

    let (since, until) = (at("2026-01-01T00:00:00Z"), at("2026-01-31T00:00:00Z"));
    let found = app.outcomes(since, until).unwrap();
    let months: Vec<&str> = found.iter().map(|outcomes| outcomes.month.as_str()).collect();
    assert_eq!(months, ["", "2026-01"]);
    let all: &Outcomes = &found[0];
    assert_eq!((all.escalations, all.never_owned, all.resolved, all.reopened), (2, 1, 1, 0));
    assert_eq!((all.to_detect.count, all.to_detect.p90), (2, Some(3600)));
    assert_eq!((all.to_own.count, all.to_own.median), (1, Some(3 * 3600)));
    let later = at("2026-02-01T00:00:00Z");
    let none = app.outcomes(later, later).unwrap();
    assert_eq!(none.first().map_or(0, |outcomes| outcomes.escalations), 0);
}

#[test]
fn promises_count_in_the_month_in_which_they_fell_due() {
    let (_, app) = world();
    let promised = "Hello Jane,\r\n\r\nwe will send you the pump by January 15, 2026 at 3 pm.\r\n";
    let letters = [
        Letter::customer("Pump", at("2025-12-30T09:00:00Z"), "When does the pump come?"),
        Letter::ours("Pump", at("2025-12-30T10:00:00Z"), promised),
    ];
    deliver(&app, &letters, at("2025-12-30T11:00:00Z"));
    app.tick(at("2026-01-16T12:00:00Z")).unwrap();

    let (since, until) = (at("2025-12-01T00:00:00Z"), at("2026-01-31T00:00:00Z"));
    let found = app.outcomes(since, until).unwrap();
    let broken: Vec<(&str, u64, u64)> =
        found.iter().map(|one| (&*one.month, one.promises.made, one.promises.broken)).collect();
    assert_eq!(broken, [("", 1, 1), ("2026-01", 1, 1)]);
    let before = app.outcomes(since, at("2026-01-14T00:00:00Z")).unwrap();
    assert_eq!(before.len(), 1, "a promise that is not due yet counts as broken");
}
