//! How accounts stand, and which queues their cases are in.

use app::{
    PageRequest, QueueFilter, Watchkeeper,
    query::health::{AccountHealth, Cause},
};
use model::{Account, AccountId, Actor, Instant};

use crate::world::{Letter, at, case, deliver, noon, user, world};

fn account(app: &Watchkeeper, renewal: Option<&str>) {
    let account = Account {
        id: AccountId::new("northwind"),
        name: "Northwind Traders".to_owned(),
        domains: vec!["northwind.example".to_owned()],
        tier: None,
        timezone: None,
        renewal: renewal.map(str::to_owned),
        fields: [].into(),
    };
    app.put_account(account, &Actor::CommandLine, noon()).unwrap();
}

fn health(app: &Watchkeeper, now: Instant) -> AccountHealth {
    app.account_health(&AccountId::new("northwind"), now).unwrap()
}

fn causes(health: &AccountHealth) -> Vec<(Cause, u8)> {
    health.contributions.iter().map(|one| (one.cause, one.points)).collect()
}

#[track_caller]
fn set(app: &Watchkeeper, title: &str, field: &str, value: &str, now: Instant) {
    let value = Some(value.to_owned());
    app.set_field(case(app, title), field, value, "so".to_owned(), user("kim"), now).unwrap();
}

fn queued(app: &Watchkeeper, queue: &str, now: Instant) -> Vec<String> {
    let page = PageRequest { cursor: None, limit: 10 };
    let rows = app.queue(queue, &QueueFilter::default(), &page, now).unwrap().items;
    let counted = app.queues(now).unwrap().into_iter().find(|one| one.id == queue).unwrap();
    assert_eq!(counted.count as usize, rows.len(), "{queue}");
    rows.into_iter().map(|row| row.title).collect()
}

#[test]
fn health_says_what_takes_from_it_and_where_that_stands() {
    let (_, app) = world();
    account(&app, Some("2026-03-01"));
    let quiet = [Letter::customer("Belt", at("2026-01-14T08:00:00Z"), "All is quiet.")];
    deliver(&app, &quiet, noon());
    let calm = health(&app, noon());
    assert_eq!((calm.score, calm.contributions.len(), calm.severity.len()), (100, 0, 0));

    let loud = [
        Letter::customer("Pump", at("2026-01-14T09:00:00Z"), "There is noise."),
        Letter::customer("Fan", at("2026-01-14T11:30:00Z"), "More noise here."),
    ];
    deliver(&app, &loud, noon());
    let now = health(&app, noon());
    let two =
        [(Cause::Escalation, 44), (Cause::Renewal, 10), (Cause::Overdue, 5), (Cause::Repeated, 5)];
    assert_eq!((now.score, causes(&now)), (36, two.to_vec()));
    let words: Vec<_> = now.contributions[0].grounds.iter().map(|one| &one.quote).collect();
    assert!(
        words.iter().all(|quote| quote.as_ref().is_some_and(|q| q.text == "noise")),
        "{words:?}"
    );
    let late = &now.contributions[2].grounds;
    assert_eq!((late.len(), &*late[0].title), (1, "Pump"));
    let people: Vec<_> = now.people.iter().map(|one| &*one.person.address.email).collect();
    assert_eq!((people, now.people[0].cases), (vec!["jane@northwind.example"], 3));
}

#[test]
fn severity_over_time_goes_up_with_the_gravest_case_and_down_when_it_is_closed() {
    let (_, app) = world();
    account(&app, None);
    let loud = [
        Letter::customer("Pump", at("2026-01-14T09:00:00Z"), "There is noise."),
        Letter::customer("Fan", at("2026-01-14T10:00:00Z"), "More noise here."),
    ];
    deliver(&app, &loud, noon());
    let (first, second) = (at("2026-01-14T13:00:00Z"), at("2026-01-14T14:00:00Z"));
    set(&app, "Pump", "state", "resolved", first);
    set(&app, "Fan", "severity", "none", second);
    let steps = health(&app, second).severity;
    let seen: Vec<_> = steps.iter().map(|step| (step.at, step.level.as_str(), step.case)).collect();
    let (pump, fan) = (Some(case(&app, "Pump")), Some(case(&app, "Fan")));
    let begun = at("2026-01-14T09:00:00Z");
    // Of two that are equally grave the older case is named.
    let either = [(begun, "S1", pump), (first, "S1", fan), (second, "none", None)];
    let other =
        [(begun, "S1", pump), (at("2026-01-14T10:00:00Z"), "S1", fan), (second, "none", None)];
    let expected = if pump < fan { either } else { other };
    assert_eq!(seen, expected);
}

#[test]
fn queues_hold_what_is_high_repeated_promised_for_today_or_with_another_team() {
    let (_, app) = world();
    account(&app, None);
    let letters = [
        Letter::customer("Pump", at("2026-01-14T09:00:00Z"), "There is noise."),
        Letter::customer("Belt", at("2026-01-14T09:30:00Z"), "When does the belt come?"),
        Letter::ours(
            "Belt",
            at("2026-01-14T10:00:00Z"),
            "Hello Jane,\r\n\r\nwe will send you the belt by January 15, 2026 at 3 pm.\r\n",
        ),
    ];
    deliver(&app, &letters, noon());
    assert_eq!(queued(&app, "high", noon()), ["Pump"]);
    assert!(queued(&app, "repeated", noon()).is_empty());
    assert!(queued(&app, "promised", noon()).is_empty());
    assert!(queued(&app, "waiting", noon()).is_empty());

    let fan = [Letter::customer("Fan", at("2026-01-14T11:30:00Z"), "More noise here.")];
    deliver(&app, &fan, noon());
    let mut repeated = queued(&app, "repeated", noon());
    repeated.sort();
    assert_eq!(repeated, ["Fan", "Pump"]);
    // The promise is of the fifteenth, before and after its hour.
    let (before, after) = (at("2026-01-15T00:01:00Z"), at("2026-01-15T16:00:00Z"));
    assert_eq!(queued(&app, "promised", before), ["Belt"]);
    app.tick(after).unwrap();
    assert_eq!(queued(&app, "promised", after), ["Belt"]);
    assert!(queued(&app, "promised", at("2026-01-16T00:01:00Z")).is_empty());
    set(&app, "Belt", "state", "resolved", after);
    assert!(queued(&app, "promised", after).is_empty());
}
