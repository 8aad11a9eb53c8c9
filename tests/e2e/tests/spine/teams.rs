//! Two teams in one store, each with a rule set of its own.

use std::fs;

use crate::program::Place;

fn letter(to: &str, from: &str, text: &str) -> String {
    format!(
        "From: Jane <{from}>\r\nTo: {to}@harbour.example\r\nDate: Mon, 12 Jan 2026 09:14:00 \
         +0000\r\nMessage-ID: <{to}@customer.example>\r\nSubject: {to} needs a look\r\n\r\n{text}\r\n"
    )
}

/// A store with one grave case of each team; `billing` counts in P1 to P5.
fn two_teams() -> Place {
    let config = "[organisation]\ndomains = [\"harbour.example\"]\ntimezone = \"UTC\"\n\
                [[teams]]\nname = \"support\"\naddresses = [\"support@harbour.example\"]\n\
                [[teams]]\nname = \"billing\"\naddresses = [\"billing@harbour.example\"]\n\
                rules = \"p1-p5\"\n";
    let place = Place::configured(config);
    let mail = place.path("mail");
    fs::create_dir(&mail).unwrap();
    let down = "Production is down for all of our users. Nobody can work.";
    fs::write(mail.join("1.eml"), letter("support", "jane@north.example", down)).unwrap();
    fs::write(mail.join("2.eml"), letter("billing", "kim@south.example", down)).unwrap();
    place.import(&[&mail]);
    place
}

#[test]
fn teams_with_sets_of_their_own_live_side_by_side() {
    let place = two_teams();
    let level = |place: &Place, team: &str| {
        let export = place.export();
        let rows = export.lines().map(serde_json::from_str::<serde_json::Value>);
        let case = rows.map(Result::unwrap).find(|case| case["team"] == team).unwrap();
        let last = case["severity"].as_array().unwrap().last().unwrap().clone();
        (last["level"].as_str().unwrap().to_owned(), last["by"].as_str().unwrap().to_owned())
    };
    let (support, by) = level(&place, "support");
    assert!(support.starts_with('S') && by.starts_with("default@"), "{support} by {by}");
    let (billing, by) = level(&place, "billing");
    assert!(billing.starts_with('P') && by.starts_with("p1-p5@"), "{billing} by {by}");
    let before = place.export();
    place.run(&["rebuild"]).expect(0);
    assert_eq!(place.export(), before, "a rebuild finds the same");
    place.run(&["verify"]).expect(0);
}

#[test]
fn a_teams_set_is_tested_tried_and_replaced_alone() {
    let place = two_teams();
    place.run(&["rules", "test", "team:billing"]).expect(0);
    place.run(&["rules", "check", "team:support"]).expect(1);
    let report = place.run(&["rules", "backtest", "--team", "billing", "itil"]).expect(0);
    assert!(
        report.out.contains("itil@") && report.out.contains("against p1-p5@"),
        "{}",
        report.out
    );
    assert!(report.out.contains("1 message in 1 case"), "{}", report.out);
    let versions = place.run(&["rules", "versions", "--team", "billing"]).expect(0);
    let active = versions.out.lines().find(|line| line.starts_with("active")).unwrap().to_owned();
    assert!(active.contains("p1-p5@"), "{active}");
    let others = place.run(&["rules", "versions"]).expect(0);
    let active = others.out.lines().find(|line| line.starts_with("active")).unwrap().to_owned();
    assert!(active.contains("default@"), "{active}");
    let version = active.split_whitespace().nth(1).unwrap();
    place.run(&["rules", "activate", "--team", "billing", version]).expect(0);
    assert!(!place.export().contains("p1-p5@"), "the cases of billing were assessed again");
    place.run(&["rules", "rollback", "--team", "billing"]).expect(0);
    assert!(place.export().contains("p1-p5@"));
}
