//! Whatever happens in whatever order: nothing is lost, and the facts say all.

use proptest::prelude::*;

use super::*;

#[derive(Debug, Clone)]
enum Step {
    Wish { key: u8, rank: u8, kind: u8, wait: u32 },
    Settle { key: u8 },
    Acknowledge { number: usize },
    Snooze { number: usize, minutes: i64 },
    Silence { minutes: i64 },
    Tick,
}

fn step() -> impl Strategy<Value = (i64, Step)> {
    let step = prop_oneof![
        4 => (0..3_u8, 0..4_u8, 0..3_u8, prop_oneof![Just(0_u32), Just(45)])
            .prop_map(|(key, rank, kind, wait)| Step::Wish { key, rank, kind, wait }),
        1 => (0..3_u8).prop_map(|key| Step::Settle { key }),
        1 => (0..20_usize).prop_map(|number| Step::Acknowledge { number }),
        1 => (0..20_usize, 1..3000_i64)
            .prop_map(|(number, minutes)| Step::Snooze { number, minutes }),
        1 => (1..2000_i64).prop_map(|minutes| Step::Silence { minutes }),
        3 => Just(Step::Tick),
    ];
    (1..900_i64, step)
}

fn wished(key: u8, rank: u8, kind: u8, wait: u32, now: Instant) -> Alert {
    with(alert(&key.to_string(), now), |a| {
        (a.rank, a.top) = (rank * 30, rank == 3);
        a.urgency = [Urgency::Digest, Urgency::Notice, Urgency::Page][usize::from(kind)];
        a.pacing.wait = wait;
        a.pacing.repeats = vec![240, 1440];
        a.pacing.chain = chain();
    })
}

fn play(steps: &[(i64, Step)]) -> (House, Vec<Alert>) {
    let mut house = House::new();
    house.roster.budget = Some(3);
    let mut now = monday();
    let mut asked = Vec::new();
    for (minutes, step) in steps {
        now = later(now, *minutes);
        let pick = |number: &usize| -> Option<&Alert> {
            (!asked.is_empty()).then(|| &asked[number % asked.len()])
        };
        match step {
            Step::Wish { key, rank, kind, wait } => {
                let alert = wished(*key, *rank, *kind, *wait, now);
                house.wish(now, [alert.clone()]);
                asked.push(alert);
            }
            Step::Settle { key } => {
                house.settle(now, &key.to_string());
            }
            Step::Acknowledge { number } => {
                if let Some(alert) = pick(number).cloned() {
                    house.acknowledge(now, &alert);
                }
            }
            Step::Snooze { number, minutes } => {
                if let Some(alert) = pick(number) {
                    let fact = Fact::AlertSnoozed { alert: alert.id, until: later(now, *minutes) };
                    house.act(now, fact);
                }
            }
            Step::Silence { minutes } => {
                house.silence(now, *minutes);
            }
            Step::Tick => {
                house.tick(now);
            }
        }
    }
    (house, asked)
}

proptest! {
    #[test]
    fn replaying_the_facts_gives_the_same_desk(
        steps in proptest::collection::vec(step(), 1..60)
    ) {
        let (house, _) = play(&steps);
        let mut replayed = Desk::default();
        for (recorded, actor, fact) in &house.log {
            replayed.apply(*recorded, actor, fact);
        }
        prop_assert_eq!(&replayed, &house.desk);
        let mut restored = Desk::default();
        for tracked in house.desk.alerts() {
            restored.restore((**tracked).clone());
        }
        for kept in house.desk.silences() {
            restored.restore_silence((**kept).clone());
        }
        prop_assert_eq!(&restored, &house.desk);
        // The same desk, asked the same, decides the same.
        let now = house.log.last().map_or(monday(), |(at, _, _)| later(*at, 500));
        let again = House { desk: restored, roster: house.roster.clone(), ..House::new() };
        prop_assert_eq!(again.ask(now, Vec::new()), house.ask(now, Vec::new()));
    }

    #[test]
    fn every_wish_is_told_or_says_why_not(
        steps in proptest::collection::vec(step(), 1..60)
    ) {
        let (house, asked) = play(&steps);
        let end = later(house.log.last().map_or(monday(), |(at, _, _)| *at), 1);
        for alert in &asked {
            let told = house.desk.told(&alert.id, end);
            prop_assert!(told.is_some_and(|told| !told.reason.is_empty()));
            if let Fate::Grouped(into) = house.desk.alert(&alert.id).unwrap().fate {
                let head = house.desk.alert(&into).unwrap();
                // What was to go along with what ended untold has a notice of its own by now.
                let untold = head.ended.is_some_and(|(_, at)| head.first_due() > Some(at));
                prop_assert!(!untold);
            }
        }
    }

    #[test]
    fn nothing_is_decided_twice_at_one_instant(
        steps in proptest::collection::vec(step(), 1..60)
    ) {
        let (mut house, _) = play(&steps);
        let now = house.log.last().map_or(monday(), |(at, _, _)| later(*at, 700));
        house.tick(now);
        prop_assert_eq!(house.tick(now), 0);
        prop_assert!(house.desk.wake().is_none_or(|wake| wake > now));
    }

    #[test]
    fn nobody_gets_more_notices_a_day_than_agreed_but_for_the_gravest(
        steps in proptest::collection::vec(step(), 1..60)
    ) {
        let (house, _) = play(&steps);
        let mut days: BTreeMap<(String, jiff::civil::Date), u32> = BTreeMap::new();
        for tracked in house.desk.alerts().filter(|tracked| !tracked.alert.top) {
            for delivery in tracked.rounds.iter().flat_map(|round| &round.deliveries) {
                if delivery.route == model::alert::Route::Notice {
                    let day = house.roster.calendar.date_of(delivery.due);
                    *days.entry((delivery.to.clone(), day)).or_default() += 1;
                }
            }
        }
        prop_assert!(days.values().all(|count| *count <= 3), "{:?}", days);
    }
}
