use app::{
    PageRequest, Watchkeeper,
    pilot::{Counted, PilotCase, PilotRequest, Stretch},
};
use model::Instant;

use crate::world::{KIM, Letter, at, case, deliver, later, noon, user, world};

/// A sign on the 5th that somebody answers the next day, one on the 12th that nobody answers, one on
/// the 13th that is answered at once, and a matter that is none.
fn history() -> std::sync::Arc<Watchkeeper> {
    let (_, app) = world();
    let letters = [
        Letter::customer("Pump", at("2026-01-05T08:00:00Z"), "The pump stands still."),
        Letter::customer("Pump", at("2026-01-05T09:00:00Z"), "There is noise now."),
        Letter::ours("Pump", at("2026-01-06T09:00:00Z"), "Good morning, we look at it."),
        Letter::customer("Fan", at("2026-01-12T10:00:00Z"), "There is noise."),
        Letter::customer("Belt", at("2026-01-13T10:00:00Z"), "All is quiet."),
    ];
    deliver(&app, &letters, noon());
    app
}

fn asked() -> PilotRequest {
    PilotRequest { split: Some(at("2026-01-10T00:00:00Z")), ..PilotRequest::default() }
}

fn behind(app: &Watchkeeper, counted: Counted, stretch: Stretch, now: Instant) -> Vec<PilotCase> {
    let page = PageRequest { cursor: None, limit: 50 };
    app.pilot_cases(asked(), counted, stretch, &page, now).unwrap().items
}

fn titles(cases: &[PilotCase]) -> Vec<&str> {
    cases.iter().map(|one| one.row.title.as_str()).collect()
}

#[test]
fn a_pilot_tells_how_much_earlier_somebody_would_have_known() {
    let app = history();
    let report = app.pilot(asked(), noon()).unwrap();
    assert_eq!(report.since, at("2026-01-05T08:00:00Z"));
    assert_eq!((report.whole.messages, report.whole.cases, report.whole.escalations), (5, 3, 2));
    assert_eq!((report.whole.earlier, report.whole.unanswered, report.whole.later), (1, 1, 0));
    assert_eq!((report.whole.lead.count, report.whole.lead.median), (1, Some(24 * 3600)));
    assert_eq!(report.whole.to_reaction.median, Some(24 * 3600));
    assert_eq!((report.whole.to_told.count, report.whole.to_told.median), (2, Some(0)));
    let pump = report.examples.iter().find(|one| one.row.title == "Pump").unwrap();
    assert_eq!(pump.sign, at("2026-01-05T09:00:00Z"));
    assert_eq!(pump.quote.as_ref().map(|quote| quote.text.as_str()), Some("noise"));
    assert_eq!(report.months, [("2026-01".to_owned(), 2, 1)]);
}

#[test]
fn before_and_after_add_up_to_the_whole() {
    let app = history();
    let report = app.pilot(asked(), noon()).unwrap();
    let (before, after) = (report.before.unwrap(), report.after.unwrap());
    assert_eq!((before.escalations, after.escalations), (1, 1));
    assert_eq!(before.messages + after.messages, report.whole.messages);
    assert_eq!(before.cases + after.cases, report.whole.cases);
    assert_eq!(before.notices + after.notices, report.whole.notices);
    assert!(before.notices > 0, "nobody would have been told");
    assert_eq!(report.whole.people.first().map(|load| load.to.as_str()), Some(KIM));
}

#[test]
fn every_figure_opens_the_cases_that_it_counts() {
    let app = history();
    let open = |counted, stretch| behind(&app, counted, stretch, noon());
    assert_eq!(titles(&open(Counted::Escalations, Stretch::Whole)).len(), 2);
    assert_eq!(titles(&open(Counted::Earlier, Stretch::Whole)), ["Pump"]);
    assert_eq!(titles(&open(Counted::Earlier, Stretch::After)), [""; 0]);
    assert_eq!(titles(&open(Counted::Unanswered, Stretch::After)), ["Fan"]);
    // All three are one customer's.
    assert_eq!(titles(&open(Counted::Repeated, Stretch::Whole)).len(), 2);
    assert_eq!(titles(&open(Counted::Repeated, Stretch::Before)), [""; 0]);
}

#[test]
fn a_person_who_takes_the_case_reacts_to_it() {
    let app = history();
    let fan = case(&app, "Fan");
    app.set_field(fan, "owner", Some(KIM.to_owned()), "mine".to_owned(), user("kim"), later(5))
        .unwrap();
    let found = behind(&app, Counted::Earlier, Stretch::After, later(10));
    assert_eq!(titles(&found), ["Fan"]);
    assert_eq!(found[0].reaction.as_ref().map(|one| one.by.as_str()), Some(KIM));
}

#[test]
fn a_promise_that_nobody_came_back_to_is_counted_and_found() {
    let (_, app) = world();
    let promised = "Hello Jane,\r\n\r\nwe will send you the pump by January 15, 2026 at 3 pm.\r\n";
    let letters = [
        Letter::customer("Pump", at("2026-01-14T09:00:00Z"), "When does the pump come?"),
        Letter::ours("Pump", at("2026-01-14T10:00:00Z"), promised),
    ];
    deliver(&app, &letters, noon());
    let after = at("2026-01-16T12:00:00Z");
    app.tick(after).unwrap();
    let figures = app.pilot(PilotRequest::default(), after).unwrap().whole.promises;
    assert_eq!((figures.found, figures.rate.broken, figures.unfollowed), (1, 1, 1));
    let page = PageRequest { cursor: None, limit: 50 };
    let open = |asked| app.pilot_cases(asked, Counted::Unfollowed, Stretch::Whole, &page, after);
    assert_eq!(titles(&open(PilotRequest::default()).unwrap().items), ["Pump"]);
    let late = "I am sorry, here is the pump at last.";
    deliver(
        &app,
        &[Letter::ours("Pump", at("2026-01-16T13:00:00Z"), late)],
        at("2026-01-16T14:00:00Z"),
    );
    let figures = app.pilot(PilotRequest::default(), at("2026-01-16T15:00:00Z")).unwrap();
    assert_eq!(figures.whole.promises.unfollowed, 0);
}

#[test]
fn a_split_outside_of_the_history_is_refused() {
    let app = history();
    let split = Some(at("2027-01-01T00:00:00Z"));
    let refused = app.pilot(PilotRequest { split, ..PilotRequest::default() }, noon());
    assert!(refused.unwrap_err().to_string().contains("order"));
}
