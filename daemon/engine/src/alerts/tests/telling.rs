//! Who is told of what, and why not.

use super::*;

#[test]
fn one_case_does_not_ring_twice_within_a_window() {
    let (mut house, now) = (House::new(), monday());
    let (first, second) = (alert("a", now), alert("b", later(now, 5)));
    let third = alert("c", later(now, 6));
    house.wish(now, [first.clone()]);
    house.wish(later(now, 6), [second.clone(), third.clone()]);
    assert_eq!(house.told(&first, now), ("queued", "due"));
    assert_eq!(house.told(&second, later(now, 6)), ("held", "window"));
    assert_eq!(house.last_round(&second), [(ANNA.to_owned(), later(now, 60))]);
    assert_eq!(house.told(&third, later(now, 6)), ("grouped", "grouped"));
}

#[test]
fn what_is_found_at_one_instant_is_one_notice_led_by_the_most_urgent() {
    let (mut house, now) = (House::new(), monday());
    let notice = alert("a", now);
    let page = with(alert("b", now), |a| a.urgency = Urgency::Page);
    house.wish(now, [notice.clone(), page.clone()]);
    assert_eq!(house.told(&page, now), ("queued", "due"));
    assert_eq!(house.told(&notice, now), ("grouped", "grouped"));
}

#[test]
fn a_graver_level_rings_at_once_and_ends_the_lesser_alert() {
    let (mut house, now) = (House::new(), monday());
    let lesser = alert("level", now);
    let graver = with(alert("level", later(now, 5)), |a| a.rank = 70);
    house.wish(now, [lesser.clone()]);
    house.wish(later(now, 5), [graver.clone()]);
    assert_eq!(house.told(&graver, later(now, 5)), ("queued", "due"));
    assert_eq!(house.told(&lesser, later(now, 5)), ("superseded", "superseded"));
}

#[test]
fn a_level_that_goes_up_and_down_alerts_once() {
    let (mut house, now) = (House::new(), monday());
    let first = alert("level", now);
    house.wish(now, [first.clone()]);
    let again = alert("level", later(now, 20));
    house.wish(later(now, 20), [again.clone()]);
    assert_eq!(house.told(&again, later(now, 20)), ("suppressed", "duplicate"));
    house.acknowledge(later(now, 30), &first);
    let soon = alert("level", later(now, 90));
    house.wish(later(now, 90), [soon.clone()]);
    assert_eq!(house.told(&soon, later(now, 90)), ("suppressed", "flapping"));
    let tomorrow = alert("level", later(now, 24 * 60));
    house.wish(later(now, 24 * 60), [tomorrow.clone()]);
    assert_eq!(house.told(&tomorrow, later(now, 24 * 60)), ("queued", "due"));
}

#[test]
fn the_same_finding_read_again_alerts_nobody_again() {
    let (mut house, now) = (House::new(), monday());
    let first = alert("level", now);
    assert_eq!(house.wish(now, [first.clone()]), 1);
    assert_eq!(house.wish(later(now, 1), [first]), 0);
}

#[test]
fn who_has_had_enough_for_the_day_gets_the_rest_in_the_digest() {
    let (mut house, now) = (House::new(), monday());
    house.roster.budget = Some(1);
    let other = |key: &str| with(alert(key, now), |a| key.clone_into(&mut a.group));
    let (first, second) = (other("a"), other("b"));
    let top = with(other("c"), |a| a.top = true);
    house.wish(now, [first.clone(), second.clone(), top.clone()]);
    assert_eq!(house.told(&first, now), ("queued", "due"));
    assert_eq!(house.told(&second, now), ("held", "over_budget"));
    assert_eq!(house.last_round(&second), [(ANNA.to_owned(), at("2026-03-03T08:00:00Z"))]);
    assert_eq!(house.told(&top, now), ("queued", "due"));
}

#[test]
fn a_teams_share_of_the_day_is_kept_too() {
    let (mut house, now) = (House::new(), monday());
    let duty = Duty {
        rotation: vec![BEN.to_owned()],
        turn: SignedDuration::from_hours(24),
        since: now,
        zone: TimeZone::UTC,
        budget: Some(1),
    };
    house.roster.teams.insert("support".to_owned(), duty);
    let to_team = |key: &str| {
        with(alert(key, now), |a| {
            key.clone_into(&mut a.group);
            a.audience = Audience::CaseTeam;
        })
    };
    let (first, second) = (to_team("a"), to_team("b"));
    house.wish(now, [first.clone(), second.clone()]);
    assert_eq!(house.told(&first, now), ("queued", "due"));
    assert_eq!(house.told(&second, now), ("held", "over_budget"));
}

#[test]
fn an_alert_for_nobody_is_seen_to_be_for_nobody() {
    let (mut house, now) = (House::new(), monday());
    let lost = with(alert("a", now), |a| a.audience = Audience::Group("nobody".to_owned()));
    house.wish(now, [lost.clone()]);
    assert_eq!(house.told(&lost, now), ("suppressed", "no_recipient"));
    house.roster.fallback = vec![CARA.to_owned()];
    let caught = with(lost, |a| a.at = later(now, 1));
    house.wish(later(now, 1), [caught.clone()]);
    assert_eq!(house.last_round(&caught)[0].0, CARA);
}

#[test]
fn an_owner_is_told_and_where_there_is_none_the_team() {
    let (mut house, now) = (House::new(), monday());
    let owned = with(alert("a", now), |a| {
        a.audience = Audience::Owner;
        a.owner = Some(BEN.to_owned());
    });
    let free = with(alert("b", now), |a| {
        a.audience = Audience::Owner;
        a.group = "another".to_owned();
    });
    house.wish(now, [owned.clone(), free.clone()]);
    assert_eq!(house.last_round(&owned), [(BEN.to_owned(), now)]);
    assert_eq!(house.last_round(&free), [(ANNA.to_owned(), now), (BEN.to_owned(), now)]);
}

#[test]
fn a_silence_holds_back_and_its_end_is_told_once() {
    let (mut house, now) = (House::new(), monday());
    house.silence(now, 120);
    let hidden = alert("a", later(now, 10));
    house.wish(later(now, 10), [hidden.clone()]);
    assert_eq!(house.told(&hidden, later(now, 10)), ("suppressed", "silenced"));
    assert_eq!(house.desk.wake(), Some(later(now, 120)));
    assert_eq!(house.tick(later(now, 120)), 2);
    let over = house.desk.alerts().find(|t| t.alert.policy == "silence_over").unwrap();
    assert!(over.alert.says.ends_with("held back meanwhile: 1."), "{}", over.alert.says);
    assert_eq!(over.rounds[0].deliveries[0].to, ANNA);
    assert_eq!(house.tick(later(now, 121)), 0);
    let shown = alert("b", later(now, 180));
    house.wish(later(now, 180), [shown.clone()]);
    assert_eq!(house.told(&shown, later(now, 180)).0, "queued");
}

#[test]
fn another_rule_set_does_not_ring_for_what_was_known() {
    let (mut house, now) = (House::new(), monday());
    let old = alert("a", now);
    let rules = RuleSetId::new("default@1");
    let facts = house.desk.decide(&Question {
        now: later(now, 60),
        wishes: vec![Wish::Alert(Box::new(old.clone()))],
        rules: &|_| rules.clone(),
        replaced: [old.id].into(),
        roster: &house.roster,
        cases: &house.closed,
    });
    for (actor, fact) in facts {
        house.take(later(now, 60), actor, fact);
    }
    assert_eq!(house.told(&old, now), ("suppressed", "rules_changed"));
    assert_eq!(house.wish(later(now, 61), [old]), 0);
}

#[test]
fn what_goes_along_with_a_settled_notice_is_still_told() {
    // Saturday: the notice waits for Monday morning, and so does what joins it.
    let (mut house, saturday) = (House::new(), at("2026-03-07T10:00:00Z"));
    let (first, second) = (alert("a", saturday), alert("b", later(saturday, 5)));
    house.wish(saturday, [first.clone()]);
    house.wish(later(saturday, 5), [second.clone()]);
    assert_eq!(house.told(&second, later(saturday, 5)), ("grouped", "grouped"));
    house.settle(later(saturday, 60), "a");
    assert_eq!(house.told(&first, later(saturday, 60)), ("settled", "settled"));
    assert_eq!(house.told(&second, later(saturday, 60)), ("held", "outside_hours"));
    assert_eq!(house.last_round(&second), [(ANNA.to_owned(), at("2026-03-09T09:00:00Z"))]);
}

#[test]
fn an_acknowledgement_counts_for_all_that_went_along() {
    let (mut house, saturday) = (House::new(), at("2026-03-07T10:00:00Z"));
    let (first, second) = (alert("a", saturday), alert("b", saturday));
    house.wish(saturday, [first.clone(), second.clone()]);
    house.acknowledge(later(saturday, 5), &second);
    assert_eq!(house.told(&first, later(saturday, 5)).0, "acknowledged");
    assert_eq!(house.told(&second, later(saturday, 5)).0, "acknowledged");
}
