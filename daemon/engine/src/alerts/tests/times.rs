//! When people are told, and when once more.

use super::*;

#[test]
fn nobody_is_woken_but_for_the_gravest() {
    let (mut house, night) = (House::new(), at("2026-03-03T02:00:00Z"));
    let usual = alert("a", night);
    let top = with(alert("b", night), |a| (a.top, a.rank) = (true, 90));
    house.wish(night, [usual.clone(), top.clone()]);
    assert_eq!(house.told(&usual, night), ("held", "outside_hours"));
    assert_eq!(house.last_round(&usual), [(ANNA.to_owned(), at("2026-03-03T09:00:00Z"))]);
    assert_eq!(house.last_round(&top), [(ANNA.to_owned(), night)]);
}

#[test]
fn a_page_that_nobody_acknowledges_goes_up_the_chain() {
    let (mut house, now) = (House::new(), monday());
    let page = with(alert("a", now), |a| {
        a.urgency = Urgency::Page;
        a.pacing.chain = chain();
    });
    house.wish(now, [page.clone()]);
    assert_eq!(house.desk.wake(), Some(later(now, 30)));
    assert_eq!(house.tick(later(now, 29)), 0);
    house.tick(later(now, 30));
    assert_eq!(house.last_round(&page), [(CARA.to_owned(), later(now, 30))]);
    house.tick(later(now, 90));
    let everybody = [(ANNA.to_owned(), later(now, 90)), (BEN.to_owned(), later(now, 90))];
    assert_eq!(house.last_round(&page), everybody);
    assert_eq!(house.tick(later(now, 600)), 0, "the chain has ended");
}

#[test]
fn an_acknowledgement_stops_the_chain() {
    let (mut house, now) = (House::new(), monday());
    let page = with(alert("a", now), |a| a.pacing.chain = chain());
    house.wish(now, [page.clone()]);
    house.acknowledge(later(now, 10), &page);
    assert_eq!(house.desk.wake(), None);
    assert_eq!(house.tick(later(now, 60)), 0);
    assert_eq!(house.told(&page, later(now, 60)), ("acknowledged", "acknowledged"));
}

#[test]
fn a_service_that_was_down_goes_up_the_chain_one_step_at_a_time() {
    let (mut house, now) = (House::new(), monday());
    let page = with(alert("a", now), |a| a.pacing.chain = chain());
    house.wish(now, [page.clone()]);
    assert_eq!(house.tick(later(now, 300)), 1);
    assert_eq!(house.last_round(&page), [(CARA.to_owned(), later(now, 300))]);
    assert_eq!(house.tick(later(now, 301)), 0);
}

#[test]
fn repeats_become_rarer_and_end_with_the_acknowledgement() {
    let (mut house, now) = (House::new(), monday());
    let mut times = Vec::new();
    let nagging = with(alert("a", now), |a| {
        (a.top, a.pacing.repeats) = (true, vec![4 * 60, 24 * 60, 7 * 24 * 60]);
    });
    house.wish(now, [nagging.clone()]);
    while let Some(wake) = house.desk.wake() {
        house.tick(wake);
        times.push(wake.since(now).as_hours());
    }
    assert_eq!(times, [4, 28, 196, 364, 532, 672]);
    let last = later(now, 672 * 60);
    assert_eq!(house.told(&nagging, last), ("expired", "expired"));
}

#[test]
fn a_snoozed_alert_comes_back() {
    let (mut house, now) = (House::new(), monday());
    let nagging = with(alert("a", now), |a| a.pacing.repeats = vec![60]);
    house.wish(now, [nagging.clone()]);
    let until = later(now, 180);
    house.act(later(now, 10), Fact::AlertSnoozed { alert: nagging.id, until });
    assert_eq!(house.told(&nagging, later(now, 70)), ("snoozed", "snoozed"));
    assert_eq!(house.tick(later(now, 70)), 0);
    assert_eq!(house.tick(until), 1);
    assert_eq!(house.told(&nagging, until), ("queued", "due"));
    assert_eq!(house.last_round(&nagging), [(ANNA.to_owned(), until)]);
}

#[test]
fn a_silence_also_stops_repeats_until_it_is_over() {
    let (mut house, now) = (House::new(), monday());
    let nagging = with(alert("a", now), |a| a.pacing.repeats = vec![60]);
    house.wish(now, [nagging.clone()]);
    house.silence(later(now, 10), 110);
    assert_eq!(house.desk.wake(), Some(later(now, 120)));
    assert_eq!(house.tick(later(now, 70)), 0);
    house.tick(later(now, 120));
    assert_eq!(house.rounds(&nagging), 2);
}

#[test]
fn what_settles_while_it_waits_disturbs_nobody() {
    let (mut house, now) = (House::new(), monday());
    let waiting = with(alert("a", now), |a| a.pacing.wait = 30);
    house.wish(now, [waiting.clone()]);
    assert_eq!(house.told(&waiting, later(now, 1)), ("held", "wait"));
    house.settle(later(now, 20), "a");
    assert_eq!(house.told(&waiting, later(now, 40)), ("settled", "settled"));
    assert_eq!(house.desk.wake(), None);
}

#[test]
fn a_closed_case_nags_no_longer() {
    let (mut house, now) = (House::new(), monday());
    let nagging = with(alert("a", now), |a| a.pacing.repeats = vec![60]);
    house.wish(now, [nagging.clone()]);
    house.closed = true;
    house.tick(later(now, 10));
    assert_eq!(house.told(&nagging, later(now, 10)), ("closed", "case_closed"));
}

#[test]
fn a_rotation_hands_over_at_the_same_hour_in_summer() {
    let zone = TimeZone::get("Europe/Berlin").unwrap();
    let duty = Duty {
        rotation: vec![ANNA.to_owned(), BEN.to_owned()],
        turn: SignedDuration::from_hours(7 * 24),
        // Monday 9:00 in winter; the clocks change on 29 March.
        since: at("2026-03-23T09:00:00+01:00"),
        zone,
        budget: None,
    };
    let on_duty = |text: &str| duty.on_duty(at(text)).unwrap().as_str();
    assert_eq!(on_duty("2026-03-30T08:59:00+02:00"), ANNA);
    assert_eq!(on_duty("2026-03-30T09:00:00+02:00"), BEN);
    assert_eq!(on_duty("2026-04-06T09:00:00+02:00"), ANNA);
    assert_eq!(on_duty("2026-03-20T09:00:00+01:00"), BEN);
}

#[test]
fn the_step_of_a_chain_finds_who_is_on_duty_then() {
    let (mut house, now) = (House::new(), monday());
    let duty = Duty {
        rotation: vec![ANNA.to_owned(), BEN.to_owned()],
        turn: SignedDuration::from_mins(60),
        since: now,
        zone: TimeZone::UTC,
        budget: None,
    };
    house.roster.teams.insert("support".to_owned(), duty);
    let page = with(alert("a", now), |a| {
        a.audience = Audience::CaseTeam;
        a.pacing.chain = vec![ChainStep { audience: Audience::CaseTeam, after: 90 }];
    });
    house.wish(now, [page.clone()]);
    assert_eq!(house.last_round(&page)[0].0, ANNA);
    house.tick(later(now, 90));
    assert_eq!(house.last_round(&page)[0].0, BEN);
}

#[test]
fn a_forecast_counts_what_people_would_have_got() {
    let roster = roster();
    let start = at("2026-03-02T00:00:00Z");
    let mut forecaster = Forecaster::new(&roster, RuleSetId::new("default@0"));
    for day in 0..5 {
        let when = later(monday(), day * 24 * 60);
        let other = |key: String| with(alert(&key, when), |a| a.group = key);
        let two = [other(format!("a{day}")), other(format!("b{day}"))];
        forecaster.add(two.map(|alert| Wish::Alert(Box::new(alert))).into());
        // A page climbs: the forecast sees people take an hour.
        let page = with(other(format!("p{day}")), |a| a.pacing.chain = chain());
        forecaster.add(vec![Wish::Alert(Box::new(page))]);
    }
    let forecast = forecaster.run(start, later(start, 7 * 24 * 60));
    assert_eq!((forecast.span, forecast.days.len()), (7, 5));
    assert_eq!(forecast.people()[ANNA], (15, 3));
    assert_eq!(forecast.people()[CARA], (5, 1));
    assert_eq!(forecast.policies["level_raised"], 15);
    assert_eq!(forecast.cases, [(case(), 15)]);
}
