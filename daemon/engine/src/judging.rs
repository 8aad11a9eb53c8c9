//! Which findings count: a person may disagree with a signal, or snooze it.

use std::collections::BTreeMap;

use model::{Finding, Instant, SignalId, fact::Judgement};

use crate::Judged;

/// Findings of signals that do not count at an instant, because a person said so.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Muted {
    by_signal: BTreeMap<SignalId, Mute>,
}

/// What does not count of one signal.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Mute {
    /// Findings before this position: somebody disagreed with them.
    before: usize,
    /// All of them, until then: somebody put them off.
    until: Option<Instant>,
}

impl Muted {
    /// Whether the finding at `position`, one of `signal`, does not count.
    pub fn hides(&self, signal: &SignalId, position: usize) -> bool {
        let mute = self.by_signal.get(signal);
        mute.is_some_and(|mute| position < mute.before || mute.until.is_some())
    }

    /// What does not count at `now`, of these findings in order of time and judgements by instant.
    pub fn at(findings: &[Finding], judged: &[Judged], now: Instant) -> Self {
        let mut muted = Self::default();
        for said in judged.iter().take_while(|said| said.at <= now) {
            let before = findings.partition_point(|finding| finding.at <= said.at);
            muted.judge(&said.signal, said.judgement, before);
        }
        muted.end(now);
        muted
    }

    /// Whether everything counts.
    pub fn is_empty(&self) -> bool {
        self.by_signal.is_empty()
    }

    /// Takes in what a person said of `signal` when there were so many `findings`.
    pub(crate) fn judge(&mut self, signal: &SignalId, judgement: Judgement, findings: usize) {
        match judgement {
            Judgement::Acknowledged => {}
            Judgement::Disagreed => {
                self.by_signal.entry(signal.clone()).or_default().before = findings;
            }
            Judgement::Snoozed { until } => {
                self.by_signal.entry(signal.clone()).or_default().until = Some(until);
            }
            Judgement::Restored => {
                self.by_signal.remove(signal);
            }
        }
    }

    /// When the next snooze ends.
    pub(crate) fn next_end(&self) -> Option<Instant> {
        self.by_signal.values().filter_map(|mute| mute.until).min()
    }

    /// Ends the snoozes that are over at `now`.
    pub(crate) fn end(&mut self, now: Instant) {
        for mute in self.by_signal.values_mut() {
            mute.until = mute.until.filter(|until| *until > now);
        }
        self.by_signal.retain(|_, mute| *mute != Mute::default());
    }
}

#[cfg(test)]
mod tests {
    use std::{collections::BTreeMap, sync::Arc};

    use model::{FindingKind, LevelName, RuleSetId, Span, SpanPart};

    use super::*;
    use crate::{
        Act, CaseFile, Evaluator, Level, Outcome, RuleError, Step, Verdict, assess,
        clocks::tests::{case, level, message},
    };

    /// Raises `pain` on every message that says so; the level follows what counts of it.
    struct Rules(RuleSetId, Vec<Level>);

    impl Evaluator for Rules {
        fn rules(&self) -> &RuleSetId {
            &self.0
        }

        fn levels(&self) -> &[Level] {
            &self.1
        }

        fn step(&self, step: &Step<'_>) -> Outcome {
            let hurts = step.message().filter(|m| m.body.contains("pain"));
            let raise = hurts.map(|m| {
                let span = Span { message: m.key, part: SpanPart::Body, start: 0, end: 4 };
                let signal = SignalId::new("pain");
                Act::Raise { signal, weight: 20, spans: vec![span], inputs: BTreeMap::new() }
            });
            Outcome { acts: raise.into_iter().collect(), ..Outcome::default() }
        }

        fn severity(&self, step: &Step<'_>) -> Result<Verdict, RuleError> {
            let counts = step.findings.iter().enumerate().any(|(at, finding)| {
                matches!(&finding.kind, FindingKind::SignalRaised { signal, .. } if !step.muted.hides(signal, at))
            });
            let level = if counts { "S3".into() } else { LevelName::none() };
            Ok(Verdict { level, reasons: vec![] })
        }
    }

    fn at(text: &str) -> Instant {
        text.parse().unwrap()
    }

    fn hurting(judged: Vec<(&str, Judgement)>) -> Arc<CaseFile> {
        let says =
            |when, text| message(when, "jane@northwind.example", &["support@ours.example"], text);
        let first = says("2026-01-12T10:00:00Z", "It is a pain.");
        let second = says("2026-01-14T10:00:00Z", "Still a pain.");
        let mut file = (*case(vec![first, second])).clone();
        let signal = SignalId::new("pain");
        let judge = |(when, judgement): (&str, Judgement)| Judged {
            at: at(when),
            signal: signal.clone(),
            judgement,
        };
        file.judged = judged.into_iter().map(judge).collect();
        Arc::new(file)
    }

    /// The level and the attention score at these instants.
    fn seen(file: &Arc<CaseFile>, instants: [&str; 3]) -> Vec<(String, u8)> {
        let rules = Rules(RuleSetId::new("test@1"), vec![level("S3", None, false)]);
        let found = assess(file, &rules, at("2026-02-01T00:00:00Z")).assessment;
        let score = |until: Instant| {
            let scores = found.findings.iter().take_while(|f| f.at <= until);
            scores.fold(0, |last, f| match f.kind {
                FindingKind::Attention { score } => score,
                _ => last,
            })
        };
        instants.map(|when| (found.level_at(at(when)).to_string(), score(at(when)))).into()
    }

    fn state(level: &str, score: u8) -> (String, u8) {
        (level.to_owned(), score)
    }

    #[test]
    fn what_a_person_disagrees_with_no_longer_counts_until_it_happens_again() {
        let file = hurting(vec![("2026-01-13T10:00:00Z", Judgement::Disagreed)]);
        let instants = ["2026-01-13T09:59:00Z", "2026-01-13T10:00:00Z", "2026-01-14T10:00:00Z"];
        let wanted = vec![state("S3", 20), state("none", 0), state("S3", 20)];
        assert_eq!(seen(&file, instants), wanted);
    }

    #[test]
    fn a_snoozed_signal_stays_quiet_and_comes_back_by_itself() {
        let until = at("2026-01-15T08:00:00Z");
        let file = hurting(vec![("2026-01-13T10:00:00Z", Judgement::Snoozed { until })]);
        let instants = ["2026-01-13T09:59:00Z", "2026-01-14T12:00:00Z", "2026-01-15T08:00:00Z"];
        let found = seen(&file, instants);
        assert_eq!(found[..2], [state("S3", 20), state("none", 0)]);
        assert_eq!(found[2].0, "S3");
    }

    #[test]
    fn a_judgement_that_is_taken_back_leaves_nothing_behind() {
        let judged = vec![
            ("2026-01-13T10:00:00Z", Judgement::Disagreed),
            ("2026-01-13T11:00:00Z", Judgement::Restored),
        ];
        let instants = ["2026-01-13T10:30:00Z", "2026-01-13T11:00:00Z", "2026-01-13T12:00:00Z"];
        let levels: Vec<String> =
            seen(&hurting(judged), instants).into_iter().map(|(level, _)| level).collect();
        assert_eq!(levels, ["none", "S3", "S3"]);
    }
}
