//! Alerts from a letter to an outbox, over ports in memory.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use app::{
    AppError, PageRequest, Ports, Settings, Watchkeeper,
    alerts::{AlertFilter, AlertRecord, NewSilence},
    quiet::{POLICY, QuietRules},
    record::TimelineKind,
    source::{Estimate, Offer, Source, SourceError, SourceInfo},
};
use engine::{
    Calendar, Evaluator, Level, Outcome, RuleError, Sides, SidesConfig, Step, TeamConfig, Verdict,
    alerts::{Call, Change, PolicyAct, PolicyOutcome, Recipient, Roster},
};
use jiff::{SignedDuration, tz::TimeZone};
use model::{
    Actor, Instant, ItemKey, LevelName, RuleSetId, SourceId, UserName,
    alert::{Audience, ChainStep, Pacing, SilenceScope, Urgency},
    fact::{Compared, Sighting},
};
use store::memory::{MemoryEvidence, MemoryJournal, MemoryViews, search::MemorySearch};

const KIM: &str = "kim@brightwater.example";
const LOU: &str = "lou@brightwater.example";

fn at(text: &str) -> Instant {
    text.parse().unwrap()
}

/// Wednesday noon.
fn noon() -> Instant {
    at("2026-01-14T12:00:00Z")
}

fn later(from: Instant, minutes: i64) -> Instant {
    from.plus(SignedDuration::from_mins(minutes))
}

/// Rules that find every case grave and tell the team.
struct Grave {
    id: RuleSetId,
    levels: Vec<Level>,
}

impl Evaluator for Grave {
    fn rules(&self) -> &RuleSetId {
        &self.id
    }

    fn levels(&self) -> &[Level] {
        &self.levels
    }

    fn step(&self, _: &Step<'_>) -> Outcome {
        Outcome::default()
    }

    fn severity(&self, _: &Step<'_>) -> Result<Verdict, RuleError> {
        Ok(Verdict { level: LevelName::from("S2"), reasons: Vec::new() })
    }

    fn policies(&self, change: &Change) -> PolicyOutcome {
        let call = || Call {
            policy: "level_raised".to_owned(),
            audience: Audience::CaseTeam,
            channel: "mail".to_owned(),
            urgency: Urgency::Page,
            says: "the level rose".to_owned(),
            key: "level".to_owned(),
            group: None,
            pacing: Pacing {
                window: 60,
                quiet: 720,
                chain: vec![ChainStep { audience: Audience::Group("leads".to_owned()), after: 30 }],
                ..Pacing::default()
            },
        };
        let acts = if change.raised() { vec![PolicyAct::Alert(call())] } else { Vec::new() };
        PolicyOutcome { acts, errors: Vec::new() }
    }
}

fn rules(version: &str) -> Arc<Grave> {
    let level = Level {
        name: LevelName::from("S2"),
        title: "High".to_owned(),
        colour: "#c00000".to_owned(),
        rank: 70,
        escalated: true,
        reply_minutes: None,
        update_minutes: None,
        round_the_clock: false,
        quiet_hours: None,
    };
    let top = Level { name: LevelName::from("S1"), rank: 90, ..level.clone() };
    Arc::new(Grave { id: RuleSetId::new(version), levels: vec![top, level] })
}

fn settings() -> Settings {
    let sides = SidesConfig {
        domains: vec!["brightwater.example".to_owned()],
        teams: vec![TeamConfig {
            name: "support".to_owned(),
            addresses: vec!["support@brightwater.example".to_owned()],
        }],
        ..SidesConfig::default()
    };
    let calendar = Calendar::office_hours(TimeZone::UTC);
    let kim = Recipient {
        user: Some("kim".to_owned()),
        team: Some("support".to_owned()),
        role: None,
        calendar: Arc::new(calendar.clone()),
        budget: None,
    };
    let roster = Roster {
        people: [(KIM.to_owned(), kim)].into(),
        groups: [("leads".to_owned(), vec![LOU.to_owned()])].into(),
        ..Roster::default()
    };
    let limits = mail::Limits::default();
    Settings::new(Sides::new(&sides), calendar, [].into(), limits, 64 << 20).with_roster(roster)
}

fn open(ports: &Ports, version: &str, now: Instant) -> Watchkeeper {
    let app = Watchkeeper::new(ports.clone(), Arc::new(settings()), rules(version));
    app.catch_up(now, &mut |_, _| ()).unwrap();
    app
}

fn ports() -> Ports {
    Ports {
        journal: Arc::new(MemoryJournal::default()),
        evidence: Arc::new(MemoryEvidence::default()),
        views: Arc::new(MemoryViews::default()),
        search: Arc::new(MemorySearch::new()),
    }
}

fn world() -> Watchkeeper {
    open(&ports(), "grave@0", noon())
}

struct Letters(SourceInfo, Vec<Vec<u8>>);

impl Source for Letters {
    fn info(&self) -> &SourceInfo {
        &self.0
    }

    fn estimate(&mut self) -> Result<Estimate, SourceError> {
        Ok(Estimate::default())
    }

    fn next(&mut self) -> Result<Option<Offer>, SourceError> {
        let Some(bytes) = self.1.pop() else { return Ok(None) };
        let place = format!("{} {}", self.1.len(), self.0.title);
        let (source, flags, folder) = (self.0.id.clone(), String::new(), String::new());
        let item = ItemKey::of(&source, "", &place);
        let sighting = Sighting { source, folder, place, flags, received: None, envelope: None };
        Ok(Some(Offer { item, sighting, size: None, read: Box::new(|_| Ok(bytes)) }))
    }

    fn ack(&mut self, _: &ItemKey) -> Result<(), SourceError> {
        Ok(())
    }
}

/// A letter of a customer's of its own, written at `date`, arrives at `now`.
fn deliver(app: &Watchkeeper, name: &str, date: &str, now: Instant) {
    let letter = format!(
        "From: Jane Doe <jane@{name}.example>\r\nTo: support@brightwater.example\r\n\
         Date: {date}\r\nMessage-ID: <1@{name}.example>\r\nSubject: {name}\r\n\r\nIt is down.\r\n"
    );
    let id = SourceId::new("letters");
    let info = SourceInfo { id, kind: "eml", title: name.to_owned(), owner: None };
    let mut source = Letters(info, vec![letter.into_bytes()]);
    app.import(&mut source, &|| now, &AtomicBool::new(false), &mut |_| ()).unwrap();
}

fn fresh(app: &Watchkeeper, name: &str) -> AlertRecord {
    deliver(app, name, "Wed, 14 Jan 2026 11:58:00 +0000", noon());
    let all = alerts(app, noon());
    let account = format!("{name}.example");
    all.into_iter().find(|alert| alert.account.as_ref() == Some(&account)).unwrap()
}

fn alerts(app: &Watchkeeper, now: Instant) -> Vec<AlertRecord> {
    let page = PageRequest { cursor: None, limit: 100 };
    app.alerts(&AlertFilter::default(), &page, now).unwrap().items
}

fn kim() -> Actor {
    Actor::User(UserName::new("kim"))
}

fn leased(app: &Watchkeeper, now: Instant) -> Vec<(String, u32)> {
    let sendings = app.lease_sendings(&|_| true, 10, SignedDuration::from_mins(5), now).unwrap();
    sendings.into_iter().map(|sending| (sending.to, sending.round)).collect()
}

#[test]
fn a_letter_of_today_is_told_and_one_of_last_year_is_not() {
    let app = world();
    let told = Arc::new(AtomicBool::new(false));
    let heard = told.clone();
    app.subscribe(Box::new(move |event| {
        heard.fetch_or(event.kind == "alerts", Ordering::Relaxed);
    }));
    deliver(&app, "harbour", "Tue, 14 Jan 2025 11:58:00 +0000", noon());
    assert_eq!(alerts(&app, noon()), []);
    assert!(!told.load(Ordering::Relaxed));
    let alert = fresh(&app, "northwind");
    assert_eq!((alert.state.as_str(), alert.title.as_deref()), ("queued", Some("northwind")));
    assert_eq!(alert.rules.as_deref(), Some("grave@0"));
    assert_eq!(alert.deliveries[0].to, KIM);
    assert!(told.load(Ordering::Relaxed));
    let case = app.case(alert.case.unwrap(), noon()).unwrap();
    let shown = |item: &app::record::TimelineItem| matches!(&item.what, TimelineKind::Alert { alert: id, .. } if *id == alert.id);
    assert!(case.timeline.iter().any(shown));
}

#[test]
fn the_clock_alone_carries_a_page_up_the_chain() {
    let app = world();
    let alert = fresh(&app, "northwind");
    assert_eq!(app.tick(later(noon(), 29)).unwrap(), 0);
    app.tick(later(noon(), 30)).unwrap();
    let climbed = app.alert(alert.id, later(noon(), 30)).unwrap();
    assert_eq!(climbed.deliveries[1].to, LOU);
    assert_eq!(climbed.deliveries[1].because.as_deref(), Some("chain"));
}

#[test]
fn an_acknowledgement_ends_it_for_everybody() {
    let app = world();
    let alert = fresh(&app, "northwind");
    let seen = app.acknowledge_alert(alert.id, "on it".to_owned(), kim(), noon()).unwrap();
    assert_eq!(
        (seen.state.as_str(), seen.acknowledged.unwrap().by.as_str()),
        ("acknowledged", "kim")
    );
    assert_eq!(app.tick(later(noon(), 600)).unwrap(), 0);
    assert_eq!(leased(&app, later(noon(), 600)), []);
}

#[test]
fn a_snooze_puts_it_off_and_no_longer() {
    let app = world();
    let alert = fresh(&app, "northwind");
    let until = later(noon(), 60);
    let past = app.snooze_alert(alert.id, noon(), kim(), noon());
    assert!(matches!(past, Err(AppError::Invalid { .. })));
    let rests = app.snooze_alert(alert.id, until, kim(), noon()).unwrap();
    assert_eq!((rests.state.as_str(), rests.snoozed_until), ("snoozed", Some(until)));
    assert_eq!(leased(&app, later(noon(), 59)), []);
    app.tick(until).unwrap();
    assert_eq!(leased(&app, until), [(KIM.to_owned(), 1)]);
}

#[test]
fn a_silence_has_a_reason_holds_back_and_tells_when_it_is_over() {
    let app = world();
    let new = |reason: &str| NewSilence {
        scope: SilenceScope::Team("support".to_owned()),
        until: later(noon(), 60),
        reason: reason.to_owned(),
    };
    assert!(matches!(app.silence(new(" "), kim(), noon()), Err(AppError::Invalid { .. })));
    let silence = app.silence(new("planned work"), kim(), noon()).unwrap();
    let hidden = fresh(&app, "northwind");
    assert_eq!((hidden.state.as_str(), hidden.code.as_str()), ("suppressed", "silenced"));
    assert!(hidden.reason.contains("planned work"), "{}", hidden.reason);
    app.tick(later(noon(), 60)).unwrap();
    app.tick(later(noon(), 61)).unwrap();
    let over: Vec<_> = alerts(&app, later(noon(), 61))
        .into_iter()
        .filter(|alert| alert.policy == "silence_over")
        .collect();
    assert_eq!(over.len(), 1);
    assert_eq!(over[0].deliveries[0].to, KIM, "kim signs in so, and has this address");
    let ended = app.silences(later(noon(), 61)).unwrap().remove(0);
    assert_eq!((ended.active, ended.held_back, ended.id), (false, 1, silence.id));
    let again = app.lift_silence(silence.id, kim(), later(noon(), 61));
    assert!(matches!(again, Err(AppError::Conflict { .. })));
}

#[test]
fn a_person_who_resolves_the_case_is_left_alone() {
    let app = world();
    let alert = fresh(&app, "northwind");
    let resolved = Some("resolved".to_owned());
    let case = alert.case.unwrap();
    app.set_field(case, "state", resolved, String::new(), kim(), later(noon(), 5)).unwrap();
    let ended = app.alert(alert.id, later(noon(), 5)).unwrap();
    assert_eq!((ended.state.as_str(), ended.code.as_str()), ("closed", "case_closed"));
    assert_eq!(leased(&app, later(noon(), 5)), []);
}

#[test]
fn nothing_is_sent_twice_and_nothing_is_forgotten_by_a_crash() {
    let ports = ports();
    let app = open(&ports, "grave@0", noon());
    let alert = fresh(&app, "northwind");
    assert_eq!(leased(&app, noon()), [(KIM.to_owned(), 0)]);
    assert_eq!(leased(&app, noon()), [], "somebody works on it");
    // A crash loses the lease and nothing else.
    let app = open(&ports, "grave@0", later(noon(), 1));
    let sending =
        app.lease_sendings(&|_| true, 10, SignedDuration::from_mins(5), later(noon(), 1)).unwrap();
    let key = sending[0].id;
    let retry = Some(later(noon(), 10));
    let error = "421 try again".to_owned();
    app.sending_failed(alert.id, 0, KIM, error, retry, later(noon(), 2)).unwrap();
    assert_eq!(leased(&app, later(noon(), 9)), []);
    let again =
        app.lease_sendings(&|_| true, 10, SignedDuration::from_mins(5), later(noon(), 10)).unwrap();
    assert_eq!((again[0].id, again[0].tries), (key, 1));
    for _ in 0..2 {
        app.sending_done(alert.id, 0, KIM, "<1@x.example>".to_owned(), later(noon(), 11)).unwrap();
    }
    assert_eq!(leased(&app, later(noon(), 20)), []);
    let sent = app.alert(alert.id, later(noon(), 20)).unwrap();
    assert_eq!(
        (sent.state.as_str(), sent.deliveries[0].sent_at),
        ("sent", Some(later(noon(), 11)))
    );
    assert!(app.sending_done(alert.id, 7, KIM, String::new(), noon()).is_err());
}

#[test]
fn what_was_given_up_is_seen_and_can_be_tried_again() {
    let app = world();
    let alert = fresh(&app, "northwind");
    let minutes = SignedDuration::from_mins(5);
    let lease = |now| app.lease_sendings(&|channel| channel == "mail", 10, minutes, now).unwrap();
    assert_eq!(app.lease_sendings(&|_| false, 10, minutes, noon()).unwrap(), []);
    assert_eq!(lease(noon()).len(), 1);
    app.sending_failed(alert.id, 0, KIM, "550 no such user".to_owned(), None, noon()).unwrap();
    assert_eq!(lease(later(noon(), 1)), []);
    let dead = app.dead_letters(later(noon(), 1)).unwrap();
    assert_eq!((dead.len(), dead[0].error.as_str(), dead[0].open), (1, "550 no such user", true));
    assert_eq!(app.outbox_counts(later(noon(), 1)).unwrap()["mail"], (0, 1));

    app.replay_sending(dead[0].id, kim(), later(noon(), 2)).unwrap();
    assert_eq!(app.dead_letters(later(noon(), 2)).unwrap(), []);
    let again = lease(later(noon(), 2));
    assert_eq!((again.len(), again[0].tries, again[0].id), (1, 0, dead[0].id));
    assert!(app.replay_sending(dead[0].id, kim(), later(noon(), 2)).is_err(), "it is not dead");
    app.sending_failed(alert.id, 0, KIM, "550".to_owned(), None, later(noon(), 3)).unwrap();
    app.acknowledge_alert(alert.id, String::new(), kim(), later(noon(), 4)).unwrap();
    let over = app.replay_sending(dead[0].id, kim(), later(noon(), 5));
    assert!(matches!(over, Err(AppError::Conflict { .. })), "{over:?}");
}

#[test]
fn a_rebuild_alerts_nobody_and_shows_the_same() {
    let app = world();
    let alert = fresh(&app, "northwind");
    app.acknowledge_alert(alert.id, String::new(), kim(), later(noon(), 1)).unwrap();
    fresh(&app, "vitrine");
    let before = (alerts(&app, later(noon(), 5)), app.facts(model::Seq(1), 1000).unwrap().len());
    app.rebuild(later(noon(), 5), &mut |_, _| ()).unwrap();
    let after = (alerts(&app, later(noon(), 5)), app.facts(model::Seq(1), 1000).unwrap().len());
    assert_eq!(before, after);
}

#[test]
fn another_rule_set_alerts_nobody_of_what_was_known() {
    let ports = ports();
    let app = open(&ports, "grave@0", noon());
    let first = fresh(&app, "northwind");
    app.acknowledge_alert(first.id, String::new(), kim(), noon()).unwrap();
    drop(app);
    let app = open(&ports, "grave@1", later(noon(), 60));
    assert_eq!(alerts(&app, later(noon(), 60)).len(), 1);
    deliver(&app, "vitrine", "Wed, 14 Jan 2026 12:30:00 +0000", later(noon(), 61));
    let news: Vec<_> = alerts(&app, later(noon(), 61))
        .into_iter()
        .filter(|alert| alert.state == "queued")
        .collect();
    assert_eq!(news.len(), 1, "what arrived since is news");
}

#[test]
fn a_forecast_says_what_each_person_would_have_got() {
    let app = world();
    for (day, name) in ["northwind", "vitrine", "harbour"].into_iter().enumerate() {
        deliver(&app, name, &format!("Mon, {:02} Jan 2026 10:00:00 +0000", 5 + day), noon());
    }
    assert_eq!(alerts(&app, noon()), [], "all of it lies behind the horizon");
    let forecast = app.forecast_alerts(None, 30, noon()).unwrap();
    let kim = forecast.people.iter().find(|person| person.to == KIM).unwrap();
    assert_eq!((kim.notices, kim.most_a_day, forecast.pages), (3, 1, 3));
    assert_eq!(forecast.policies["level_raised"], 3);
    // Kim, and the leads half an hour later: nobody acknowledges at once.
    assert_eq!(app.forecast_alerts(None, 8, noon()).unwrap().notices, 2);
    assert!(app.forecast_alerts(None, 0, noon()).is_err());
}

#[test]
fn a_source_that_falls_silent_is_told_of_once_and_by_the_channel_that_was_chosen() {
    let app = world();
    let hour = |hours: i64| noon().plus(SignedDuration::from_hours(hours));
    for number in 0..=(21 * 12) {
        let date = "Wed, 14 Jan 2026 11:58:00 +0000";
        deliver(&app, &format!("rhythm{number}"), date, hour(2 * number));
    }
    let rules = QuietRules {
        sources: [(SourceId::new("letters"), None)].into(),
        channel: "phone".to_owned(),
        tell: vec!["watch@brightwater.example".to_owned()],
    };
    let last = 21 * 24;
    assert_eq!(app.watch_silence(&rules, hour(last + 2)).unwrap(), 0, "two hours are usual");
    assert_eq!(app.watch_silence(&rules, hour(last + 30)).unwrap(), 1);
    assert_eq!(app.watch_silence(&rules, hour(last + 31)).unwrap(), 0, "once");
    let wanted = |channel: &str| channel == "phone";
    let lease = SignedDuration::from_mins(5);
    let due = app.lease_sendings(&wanted, 10, lease, hour(last + 31)).unwrap();
    assert_eq!((due.len(), due[0].to.as_str()), (1, "watch@brightwater.example"));
    assert!(due[0].alert.says.contains("letters has taken nothing in"), "{}", due[0].alert.says);
    deliver(&app, "again", "Wed, 14 Jan 2026 11:58:00 +0000", hour(last + 32));
    assert_eq!(app.watch_silence(&rules, hour(last + 33)).unwrap(), 0);
    let page = PageRequest { cursor: None, limit: 10 };
    let filter = AlertFilter { policy: Some(POLICY.to_owned()), ..AlertFilter::default() };
    let told = app.alerts(&filter, &page, hour(last + 33)).unwrap().items;
    assert_eq!((told.len(), told[0].state.as_str()), (1, "settled"), "it speaks again");
}

#[test]
fn a_mailbox_that_lacks_what_its_server_has_is_told_of_until_it_lacks_nothing() {
    let app = world();
    let info = SourceInfo {
        id: SourceId::new("imap:support"),
        kind: "imap",
        title: "support".to_owned(),
        owner: None,
    };
    let rules = QuietRules {
        sources: [(info.id.clone(), None)].into(),
        channel: "phone".to_owned(),
        tell: vec!["watch@brightwater.example".to_owned()],
    };
    let hour = |hours: i64| noon().plus(SignedDuration::from_hours(hours));
    let compare = |missing: u64, hours: i64| {
        let folder = "INBOX".to_owned();
        let found = Compared { folder, on_server: 40, missing, ..Compared::default() };
        app.finish_pass(&info, hour(hours), Vec::new(), vec![found], hour(hours)).unwrap();
    };
    compare(0, 0);
    assert_eq!(app.watch_ledgers(&rules, hour(1)).unwrap(), 0);
    compare(2, 24);
    assert_eq!(app.watch_ledgers(&rules, hour(25)).unwrap(), 1);
    compare(2, 48);
    assert_eq!(app.watch_ledgers(&rules, hour(49)).unwrap(), 0, "it is open already");
    let lease = SignedDuration::from_mins(5);
    let due = app.lease_sendings(&|channel| channel == "phone", 10, lease, hour(49)).unwrap();
    assert_eq!(due.len(), 1);
    let says = &due[0].alert.says;
    assert!(says.contains("2 of 40 messages on the server in \"INBOX\""), "{says}");
    compare(0, 72);
    assert_eq!(app.watch_ledgers(&rules, hour(73)).unwrap(), 0);
    let page = PageRequest { cursor: None, limit: 10 };
    let policy = Some(app::incomplete::POLICY.to_owned());
    let filter = AlertFilter { policy, ..AlertFilter::default() };
    let told = app.alerts(&filter, &page, hour(73)).unwrap().items;
    assert_eq!((told.len(), told[0].state.as_str()), (1, "settled"));
}
