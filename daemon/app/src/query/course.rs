//! How grave the cases of an account were over time (F31).

use std::{cmp::Reverse, collections::BTreeMap};

use model::{CaseId, Fact, FindingKind, Instant, LevelName};

use crate::{
    Result,
    library::Rows,
    record::CaseRow,
    rules::Scales,
    tables::{ASSESSMENT, AssessmentRow, CaseState, case_key},
    watchkeeper::Watchkeeper,
};

/// The signal of a case that came back after it was resolved.
const REOPENED: &str = "reopened";

/// From when on which level was the gravest of an account's open cases.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeverityStep {
    /// From when on.
    pub at: Instant,
    /// The level; `none` where no open case had one.
    pub level: LevelName,
    /// Its rank across all teams, 0 to 100.
    pub rank: u8,
    /// The case that has it; nothing for `none`.
    pub case: Option<CaseId>,
}

/// What sets the level of a case.
enum Turn {
    /// The rules find this level.
    Rules(LevelName),
    /// A person sets this level, or gives it back to the rules.
    Person(Option<LevelName>),
    /// Whether it is closed from now on.
    Closed(bool),
}

impl Watchkeeper {
    /// The gravest level of open cases from each change to the next.
    pub(super) fn severity_of(&self, cases: &[CaseRow]) -> Result<Vec<SeverityStep>> {
        let mut turns: Vec<(Instant, CaseId, LevelName, u8)> = Vec::new();
        let scales = self.scales()?;
        for row in cases {
            self.turns_of(row, &scales, &mut turns)?;
        }
        turns.sort_by_key(|(at, case, ..)| (*at, *case));
        let mut standing: BTreeMap<CaseId, (u8, LevelName)> = BTreeMap::new();
        let mut steps: Vec<SeverityStep> = Vec::new();
        for (at, case, level, rank) in turns {
            if level.is_none() {
                standing.remove(&case);
            } else {
                standing.insert(case, (rank, level));
            }
            let gravest = standing.iter().max_by_key(|(case, (rank, _))| (*rank, Reverse(**case)));
            let step = match gravest {
                Some((case, (rank, level))) => {
                    SeverityStep { at, level: level.clone(), rank: *rank, case: Some(*case) }
                }
                None => SeverityStep { at, level: LevelName::none(), rank: 0, case: None },
            };
            // Of what changes at one instant the last holds.
            if steps.last().is_some_and(|last| last.at == at) {
                steps.pop();
            }
            if steps.last().is_none_or(|last| last.level != step.level || last.case != step.case) {
                steps.push(step);
            }
        }
        Ok(steps)
    }

    /// What level a case had from when on, as the rules and persons had it; none while it was closed.
    fn turns_of(
        &self,
        row: &CaseRow,
        scales: &Scales,
        turns: &mut Vec<(Instant, CaseId, LevelName, u8)>,
    ) -> Result<()> {
        let (id, state) = self.live_case(row.id)?;
        let key = case_key(id);
        let snapshot = self.ports.views.snapshot()?;
        let kept: Option<AssessmentRow> = snapshot.row(ASSESSMENT, &key)?;
        let mut events: Vec<(Instant, Turn)> = self.set_by_persons(&state)?;
        for finding in kept.map(|row| row.assessment.findings).unwrap_or_default() {
            events.extend(match finding.kind {
                FindingKind::Severity { level, .. } => Some((finding.at, Turn::Rules(level))),
                FindingKind::SignalRaised { signal, .. } if signal.as_str() == REOPENED => {
                    Some((finding.at, Turn::Closed(false)))
                }
                _ => None,
            });
        }
        events.sort_by_key(|(at, _)| *at);
        let (mut rules, mut person, mut closed) = (LevelName::none(), None, false);
        for (at, turn) in events {
            match turn {
                Turn::Rules(level) => rules = level,
                Turn::Person(level) => person = level,
                Turn::Closed(now) => closed = now,
            }
            let level = if closed {
                LevelName::none()
            } else {
                person.clone().unwrap_or_else(|| rules.clone())
            };
            let rank = scales.rank(&key, &level);
            turns.push((at, id, level, rank));
        }
        Ok(())
    }

    /// The levels and states that persons set in a case.
    fn set_by_persons(&self, state: &CaseState) -> Result<Vec<(Instant, Turn)>> {
        let mut found = Vec::new();
        for act in &state.acts {
            let Some(entry) = self.ports.journal.read(*act, 1)?.into_iter().next() else {
                continue;
            };
            if entry.seq != *act {
                continue;
            }
            let Fact::CaseFieldSet { field, value, .. } = entry.fact else { continue };
            found.extend(match (&*field, value) {
                ("severity", value) => {
                    Some((entry.recorded, Turn::Person(value.map(|name| LevelName::from(&*name)))))
                }
                ("state", value) => {
                    let closed = value.is_some_and(|to| to == "resolved" || to == "dismissed");
                    Some((entry.recorded, Turn::Closed(closed)))
                }
                _ => None,
            });
        }
        Ok(found)
    }
}
