//! A case that is handed over and that nobody takes is told of, until somebody does.

use app::{
    Watchkeeper,
    alerts::AlertRecord,
    handoff::{OFFERED, WAITING},
    record::TimelineKind,
};
use model::{Actor, Instant};

use crate::world::{KIM, LOU, Letter, WATCH, alerts, at, case, deliver, noon, user, world};

/// Wednesday afternoon: two working hours are left of the day.
fn three() -> Instant {
    at("2026-01-14T15:00:00Z")
}

fn of(app: &Watchkeeper, policy: &str, now: Instant) -> Vec<AlertRecord> {
    let mut found = alerts(app, now);
    found.retain(|alert| alert.policy == policy);
    found
}

fn told(alert: &AlertRecord, round: u32) -> Vec<&str> {
    let of_round = alert.deliveries.iter().filter(|delivery| delivery.round == round);
    of_round.map(|delivery| delivery.to.as_str()).collect()
}

fn accept(app: &Watchkeeper, case: model::CaseId, by: Actor, now: Instant) {
    app.accept_handoff(case, |_| true, by, now).unwrap();
}

#[test]
fn an_offer_that_nobody_takes_is_told_again_until_somebody_sees_to_it() {
    let (_, app) = world();
    deliver(&app, &[Letter::customer("Pump", noon(), "There is noise.")], noon());
    let pump = case(&app, "Pump");
    app.hand_off(pump, "lou", "their audit is on Friday".to_owned(), user("kim"), three()).unwrap();

    let offered = of(&app, OFFERED, three());
    assert_eq!((offered.len(), told(&offered[0], 0)), (1, vec![LOU]), "{offered:?}");
    assert!(offered[0].says.contains("audit") && offered[0].rules.is_none());
    let due = at("2026-01-15T11:00:00Z");
    let waiting = app.case(pump, three()).unwrap().handoff.unwrap();
    assert_eq!(waiting.reminds_at, Some(due), "four working hours go on next morning");

    app.tick(at("2026-01-15T10:59:00Z")).unwrap();
    assert_eq!(of(&app, WAITING, due), []);
    app.tick(due).unwrap();
    app.tick(due).unwrap();
    let late = of(&app, WAITING, due);
    assert_eq!((late.len(), told(&late[0], 0)), (1, vec![KIM, WATCH]), "{late:?}");
    assert_eq!(late[0].policy_title, "Handoff not accepted");

    let again = at("2026-01-15T15:00:00Z");
    app.tick(again).unwrap();
    let late = of(&app, WAITING, again);
    assert_eq!((late.len(), told(&late[0], 1)), (1, vec![KIM, WATCH]), "it is told once more");
    app.acknowledge_alert(late[0].id, String::new(), user("kim"), again).unwrap();
    let days_later = at("2026-01-17T15:00:00Z");
    app.tick(days_later).unwrap();
    assert_eq!(told(&of(&app, WAITING, days_later)[0], 2), Vec::<&str>::new());
}

#[test]
fn who_takes_a_case_ends_its_alerts_and_the_time_until_then_is_known() {
    let (_, app) = world();
    deliver(&app, &[Letter::customer("Pump", noon(), "There is noise.")], noon());
    let pump = case(&app, "Pump");
    app.hand_off(pump, "lou", String::new(), user("kim"), three()).unwrap();
    for told in ["2026-01-15T11:00:00Z", "2026-01-15T15:00:00Z"] {
        app.tick(at(told)).unwrap();
    }
    let taken = at("2026-01-15T16:20:00Z");
    accept(&app, pump, user("lou"), taken);
    for policy in [OFFERED, WAITING] {
        assert_eq!(of(&app, policy, taken)[0].state, "settled", "{policy} goes on");
    }
    app.tick(at("2026-01-19T16:00:00Z")).unwrap();
    assert_eq!(told(&of(&app, WAITING, taken)[0], 2), Vec::<&str>::new(), "it is told on");

    let record = app.case(pump, taken).unwrap();
    let handoff = record.handoff.unwrap();
    assert_eq!((handoff.seconds(), handoff.reminds_at), (Some((25 * 60 + 20) * 60), None));
    let said = |text: &str| {
        record.timeline.iter().any(
            |item| matches!(&item.what, TimelineKind::Act { text: found, .. } if found == text),
        )
    };
    assert!(said("took the case over after 1 d 1 h"), "{:?}", record.timeline);
    let found = app.outcomes(at("2026-01-01T00:00:00Z"), taken).unwrap();
    let handoffs = found[1].handoffs;
    assert_eq!((found[1].month.as_str(), handoffs.offered, handoffs.waiting), ("2026-01", 1, 0));
    assert_eq!(handoffs.to_accept.median, Some((25 * 60 + 20) * 60));
}

#[test]
fn an_offer_that_is_replaced_or_merged_is_told_of_where_it_waits() {
    let (_, app) = world();
    let letters = [
        Letter::customer("Pump", noon(), "There is noise."),
        Letter::customer("Fan", noon(), "There is noise, too."),
    ];
    deliver(&app, &letters, noon());
    let (pump, fan) = (case(&app, "Pump"), case(&app, "Fan"));
    for to in ["kim", "lou"] {
        app.hand_off(fan, to, String::new(), user("mia"), three()).unwrap();
    }
    let offered = of(&app, OFFERED, three());
    let mut states: Vec<_> =
        offered.iter().map(|one| (told(one, 0)[0].to_owned(), one.state.as_str())).collect();
    states.sort();
    let expected = [(KIM.to_owned(), "settled"), (LOU.to_owned(), "queued")];
    assert_eq!(states, expected, "who is asked no more is told on");

    app.merge(fan, pump, "the same".to_owned(), user("mia"), three()).unwrap();
    let due = at("2026-01-15T11:00:00Z");
    app.tick(due).unwrap();
    let late = of(&app, WAITING, due);
    assert_eq!((late.len(), late[0].case), (1, Some(pump)), "{late:?}");
    let found = app.outcomes(at("2026-01-01T00:00:00Z"), due).unwrap();
    let handoffs = found[0].handoffs;
    assert_eq!((handoffs.offered, handoffs.waiting, handoffs.replaced), (2, 1, 1));

    // Nobody has to take over what is resolved.
    let resolved = Some("resolved".to_owned());
    app.set_field(pump, "state", resolved, "done".to_owned(), user("mia"), due).unwrap();
    assert_eq!(of(&app, WAITING, due)[0].state, "closed");
}
