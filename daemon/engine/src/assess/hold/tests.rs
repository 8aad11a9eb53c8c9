use std::{collections::BTreeMap, sync::Arc};

use jiff::SignedDuration;
use model::{
    Assessment, FindingKind, Instant, LevelName, RuleSetId, SignalId, fact::Judgement,
    finding::Reason,
};
use proptest::prelude::*;

use crate::{
    Act, CaseFile, Evaluator, Judged, Level, Outcome, RuleError, Step, Verdict, assess,
    clocks::tests::{case, level, message},
};

const JANE: &str = "jane@northwind.example";
const DESK: &str = "support@ours.example";
const QUIET: u32 = 8;

/// The level is the last message's word; what a person disagrees with has no level.
struct Wording(RuleSetId, Vec<Level>);

impl Wording {
    fn new() -> Self {
        let ranked =
            |name: &str, rank, quiet_hours| Level { rank, quiet_hours, ..level(name, None, false) };
        let levels = vec![
            ranked("S1", 90, Some(QUIET)),
            ranked("S2", 70, Some(QUIET)),
            ranked("S4", 20, None),
        ];
        Self(RuleSetId::new("test@1"), levels)
    }
}

impl Evaluator for Wording {
    fn rules(&self) -> &RuleSetId {
        &self.0
    }

    fn levels(&self) -> &[Level] {
        &self.1
    }

    fn step(&self, step: &Step<'_>) -> Outcome {
        let raise = step.message().map(|_| Act::Raise {
            signal: SignalId::new("word"),
            weight: 1,
            spans: vec![],
            inputs: BTreeMap::new(),
        });
        Outcome { acts: raise.into_iter().collect(), ..Outcome::default() }
    }

    fn severity(&self, step: &Step<'_>) -> Result<Verdict, RuleError> {
        let counts = step.findings.iter().enumerate().any(|(at, finding)| {
            matches!(&finding.kind, FindingKind::SignalRaised { signal, .. } if !step.muted.hides(signal, at))
        });
        let last = step.visible().last().filter(|_| counts);
        let level = last.map_or_else(LevelName::none, |m| LevelName::from(&*m.body));
        let text = format!("somebody said {level}");
        Ok(Verdict { level, reasons: vec![Reason { text, signal: None }] })
    }
}

fn at(text: &str) -> Instant {
    text.parse().unwrap()
}

fn said(words: &[(&str, &str)]) -> Arc<CaseFile> {
    case(words.iter().map(|(when, word)| message(when, JANE, &[DESK], word)).collect())
}

fn followed(file: &Arc<CaseFile>) -> Assessment {
    assess(file, &Wording::new(), at("2027-01-01T00:00:00Z")).assessment
}

/// When which level began to hold.
fn course(found: &Assessment) -> Vec<(Instant, LevelName)> {
    let mut course: Vec<(Instant, LevelName)> = Vec::new();
    for finding in &found.findings {
        if let FindingKind::Severity { level, .. } = &finding.kind
            && course.last().is_none_or(|(_, before)| before != level)
        {
            course.push((finding.at, level.clone()));
        }
    }
    course
}

fn shown(file: &Arc<CaseFile>) -> Vec<String> {
    course(&followed(file)).into_iter().map(|(at, level)| format!("{at} {level}")).collect()
}

#[test]
fn a_level_goes_up_at_once_and_down_after_quiet_working_hours() {
    // Monday, half past four: eight working hours later it is Tuesday, half past four.
    let file = said(&[("2026-01-12T10:00:00Z", "S1"), ("2026-01-12T15:30:00Z", "S4")]);
    assert_eq!(shown(&file), ["2026-01-12T10:00:00Z S1", "2026-01-13T15:30:00Z S4"]);
}

#[test]
fn a_level_that_is_asked_for_to_and_fro_does_not_flap() {
    let file = said(&[
        ("2026-01-12T10:00:00Z", "S1"),
        ("2026-01-12T12:00:00Z", "S2"),
        ("2026-01-12T14:00:00Z", "S1"),
        ("2026-01-12T15:00:00Z", "S4"),
        ("2026-01-13T09:00:00Z", "S1"),
    ]);
    assert_eq!(shown(&file), ["2026-01-12T10:00:00Z S1"]);
}

#[test]
fn a_level_of_no_quiet_time_goes_at_once() {
    let file = said(&[("2026-01-12T10:00:00Z", "S4"), ("2026-01-12T11:00:00Z", "none")]);
    assert_eq!(shown(&file), ["2026-01-12T10:00:00Z S4", "2026-01-12T11:00:00Z none"]);
}

#[test]
fn each_level_on_the_way_down_has_its_own_quiet_time() {
    let file = said(&[
        ("2026-01-12T10:00:00Z", "S1"),
        ("2026-01-13T10:00:00Z", "S2"),
        ("2026-01-14T09:59:00Z", "none"),
    ]);
    let wanted = ["2026-01-12T10:00:00Z S1", "2026-01-14T10:00:00Z none"];
    assert_eq!(shown(&file), wanted);
    let file = said(&[
        ("2026-01-12T10:00:00Z", "S1"),
        ("2026-01-13T10:00:00Z", "S2"),
        ("2026-01-14T11:00:00Z", "none"),
    ]);
    let wanted =
        ["2026-01-12T10:00:00Z S1", "2026-01-14T10:00:00Z S2", "2026-01-15T11:00:00Z none"];
    assert_eq!(shown(&file), wanted);
}

#[test]
fn who_disagrees_lowers_the_level_at_once_and_who_acknowledges_does_not() {
    let judged = |judgement| {
        let mut file = (*said(&[("2026-01-12T10:00:00Z", "S1")])).clone();
        let signal = SignalId::new("word");
        file.judged = vec![Judged { at: at("2026-01-12T11:00:00Z"), signal, judgement }];
        shown(&Arc::new(file))
    };
    let lowered = ["2026-01-12T10:00:00Z S1", "2026-01-12T11:00:00Z none"];
    assert_eq!(judged(Judgement::Disagreed), lowered);
    assert_eq!(judged(Judgement::Acknowledged), lowered[..1]);
}

#[test]
fn a_level_that_waits_says_so_and_keeps_its_reasons() {
    let file = said(&[("2026-01-12T10:00:00Z", "S1"), ("2026-01-12T15:30:00Z", "S4")]);
    let found = assess(&file, &Wording::new(), at("2026-01-12T16:00:00Z")).assessment;
    let reasons = found.findings.iter().rev().find_map(|finding| match &finding.kind {
        FindingKind::Severity { reasons, .. } => Some(reasons.clone()),
        _ => None,
    });
    let texts: Vec<String> = reasons.unwrap().into_iter().map(|reason| reason.text).collect();
    let waits = "the rules say S4 now, and S1 holds until that lasts for 8 working hours";
    assert_eq!(texts, ["somebody said S1", waits]);
    assert_eq!(found.wake, Some(at("2026-01-13T15:30:00Z")));
}

fn words() -> impl Strategy<Value = Vec<(i64, &'static str)>> {
    let word = prop::sample::select(vec!["S1", "S2", "S4", "none"]);
    prop::collection::vec((0_i64..20_000, word), 1..20)
}

fn rank(level: &str) -> u8 {
    let levels = Wording::new().1;
    levels.iter().find(|l| l.name.as_str() == level).map_or(0, |l| l.rank)
}

proptest! {
    #[test]
    fn a_level_never_goes_down_within_its_quiet_time(words in words()) {
        let start = at("2026-01-12T00:00:00Z");
        let texts: BTreeMap<i64, &str> = words.into_iter().collect();
        let messages: Vec<(String, &str)> = texts
            .into_iter()
            .map(|(minute, word)| (start.plus(SignedDuration::from_mins(minute)).to_string(), word))
            .collect();
        let listed: Vec<(&str, &str)> = messages.iter().map(|(at, word)| (at.as_str(), *word)).collect();
        let file = said(&listed);
        let found = followed(&file);
        for pair in course(&found).windows(2) {
            let [(_, before), (down, after)] = pair else { continue };
            if rank(after.as_str()) > rank(before.as_str()) || before.as_str() == "S4" {
                continue;
            }
            let asked = file.messages.iter().filter(|m| m.at < *down && rank(&m.body) >= rank(before.as_str()));
            let asked = asked.map(|m| m.at).max().unwrap();
            let quiet = file.calendar.working_between(asked, *down);
            prop_assert!(quiet >= SignedDuration::from_hours(QUIET.into()), "{before} {asked} {down}");
        }
        for message in &file.messages {
            prop_assert!(rank(found.level_at(message.at).as_str()) >= rank(&message.body));
        }
        let last = file.messages.last().unwrap();
        let settled = found.level_at(found.until);
        prop_assert_eq!(settled.as_str(), &*last.body);
    }
}
