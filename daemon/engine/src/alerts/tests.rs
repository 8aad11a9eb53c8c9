//! What somebody would lose if the desk decided otherwise.

use std::{collections::BTreeMap, sync::Arc};

use jiff::{SignedDuration, tz::TimeZone};
use model::{
    Actor, Alert, CaseId, Fact, Instant, LevelName, RuleSetId, UserName,
    alert::{Audience, ChainStep, Pacing, Silence, SilenceScope, Urgency},
    id::{AlertId, SilenceId},
};

use super::*;
use crate::calendar::Calendar;

mod properties;
mod telling;
mod times;

const ANNA: &str = "anna@ours.example";
const BEN: &str = "ben@ours.example";
const CARA: &str = "cara@ours.example";

fn at(text: &str) -> Instant {
    text.parse().unwrap()
}

fn later(from: Instant, minutes: i64) -> Instant {
    from.plus(SignedDuration::from_mins(minutes))
}

/// Monday 10:00.
fn monday() -> Instant {
    at("2026-03-02T10:00:00Z")
}

fn person(team: &str) -> Recipient {
    let calendar = Arc::new(Calendar::office_hours(TimeZone::UTC));
    Recipient { user: None, team: Some(team.to_owned()), role: None, calendar, budget: None }
}

fn roster() -> Roster {
    let people = [(ANNA, "support"), (BEN, "support"), (CARA, "leads")];
    Roster {
        people: people.map(|(address, team)| (address.to_owned(), person(team))).into(),
        groups: BTreeMap::from([("leads".to_owned(), vec![CARA.to_owned()])]),
        ..Roster::default()
    }
}

fn case() -> CaseId {
    CaseId::from_number(7)
}

/// An alert to Anna, of rank 50.
fn alert(key: &str, at: Instant) -> Alert {
    let audience = Audience::Person(ANNA.to_owned());
    let mut alert = Alert {
        id: AlertId([0; 16]),
        case: Some(case()),
        account: None,
        policy: "level_raised".to_owned(),
        at,
        key: key.to_owned(),
        group: case().to_string(),
        audience,
        channel: "mail".to_owned(),
        urgency: Urgency::Notice,
        says: "the level rose".to_owned(),
        level: LevelName::from("S3"),
        rank: 50,
        top: false,
        owner: None,
        team: Some("support".to_owned()),
        pacing: Pacing { window: 60, quiet: 720, ..Pacing::default() },
    };
    alert.id = id_of(&alert);
    alert
}

fn id_of(alert: &Alert) -> AlertId {
    AlertId::derive(alert.case, &alert.policy, &alert.key, &alert.audience, alert.at)
}

/// `alert` with something changed, and the id that belongs to it.
fn with(mut alert: Alert, change: impl FnOnce(&mut Alert)) -> Alert {
    change(&mut alert);
    alert.id = id_of(&alert);
    alert
}

/// A desk in a house, with a log of its facts.
struct House {
    desk: Desk,
    roster: Roster,
    closed: bool,
    log: Vec<(Instant, Actor, Fact)>,
}

impl Cases for bool {
    fn case(&self, case: CaseId) -> Option<CaseNow> {
        Some(CaseNow { closed: *self, family: vec![case], ..CaseNow::default() })
    }
}

impl House {
    fn new() -> Self {
        Self { desk: Desk::default(), roster: roster(), closed: false, log: Vec::new() }
    }

    fn ask(&self, now: Instant, wishes: Vec<Wish>) -> Vec<(Actor, Fact)> {
        let rules = RuleSetId::new("default@0");
        self.desk.decide(&Question {
            now,
            wishes,
            rules: &|_| rules.clone(),
            replaced: [].into(),
            roster: &self.roster,
            cases: &self.closed,
        })
    }

    fn tick(&mut self, now: Instant) -> usize {
        self.decide(now, Vec::new())
    }

    fn wish(&mut self, now: Instant, alerts: impl IntoIterator<Item = Alert>) -> usize {
        self.decide(now, alerts.into_iter().map(|alert| Wish::Alert(Box::new(alert))).collect())
    }

    fn settle(&mut self, now: Instant, key: &str) -> usize {
        let (policy, key) = ("level_raised".to_owned(), key.to_owned());
        self.decide(now, vec![Wish::Settle { at: now, case: case(), policy, key }])
    }

    fn decide(&mut self, now: Instant, wishes: Vec<Wish>) -> usize {
        let facts = self.ask(now, wishes);
        let count = facts.len();
        for (actor, fact) in facts {
            self.take(now, actor, fact);
        }
        count
    }

    fn act(&mut self, now: Instant, fact: Fact) {
        self.take(now, Actor::User(UserName::new("anna@ours.example")), fact);
    }

    fn take(&mut self, now: Instant, actor: Actor, fact: Fact) {
        self.desk.apply(now, &actor, &fact);
        self.log.push((now, actor, fact));
    }

    fn acknowledge(&mut self, now: Instant, alert: &Alert) {
        self.act(now, Fact::AlertAcknowledged { alert: alert.id, note: String::new() });
    }

    fn silence(&mut self, now: Instant, minutes: i64) -> SilenceId {
        let id = SilenceId([3; 16]);
        let (scope, until) = (SilenceScope::Case(case()), later(now, minutes));
        let silence = Silence { id, scope, until, reason: "planned work".to_owned() };
        self.act(now, Fact::Silenced { silence });
        id
    }

    /// State and reason of an alert.
    fn told(&self, alert: &Alert, now: Instant) -> (&'static str, &'static str) {
        let told = self.desk.told(&alert.id, now).unwrap();
        (told.state.word(), told.code)
    }

    /// To whom the last round of an alert goes, and when.
    fn last_round(&self, alert: &Alert) -> Vec<(String, Instant)> {
        let tracked = self.desk.alert(&alert.id).unwrap();
        let round = tracked.rounds.last().unwrap();
        round.deliveries.iter().map(|d| (d.to.clone(), d.due)).collect()
    }

    fn rounds(&self, alert: &Alert) -> usize {
        self.desk.alert(&alert.id).unwrap().rounds.len()
    }
}

fn chain() -> Vec<ChainStep> {
    vec![
        ChainStep { audience: Audience::Group("leads".to_owned()), after: 30 },
        ChainStep { audience: Audience::Team("support".to_owned()), after: 60 },
    ]
}
