//! The decision log: every question that was asked of a rule set about a case, and every answer:
//! of signals and severity as the case went on, then of policies, change by change.
//!
//! It is a function of the case, the set and an instant, so the same log comes out on another
//! machine and after a rebuild, byte for byte.

mod scribe;

use std::{collections::BTreeSet, io::Write, sync::Arc};

use engine::{Evaluator, assess};
use model::{CaseId, Instant};
use serde_json::{Value, json};

use self::scribe::Scribe;
use crate::{
    Result,
    acts::invalid,
    alerts::Recent,
    overlay::{read, read_all},
    record::CaseRow,
    tables::{CARD, CASE, CaseState, case_key},
    watchkeeper::{Watchkeeper, not_found},
};

/// What came of replaying a log.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Replayed {
    /// Lines that came out the same.
    pub same: u64,
    /// The first line that did not: its number from 1, as it was, as it is.
    pub differs: Option<(u64, String, String)>,
}

/// The file of a script by what the name of a reduced set calls it.
fn file_of(name: &str) -> String {
    match name.strip_prefix("policy.") {
        Some(policy) => format!("policies/{policy}.rhai"),
        None => format!("signals/{name}.rhai"),
    }
}

impl Watchkeeper {
    /// Writes the decision log of `cases` (of all, if there are none) by the active set of
    /// each: JSON Lines, the first of each case saying up to when it is followed. That is `until`, or else the
    /// last message or note, so that the log does not depend on when it is asked for.
    pub fn decision_log(
        &self,
        cases: &[CaseId],
        until: Option<Instant>,
        out: &mut dyn Write,
    ) -> Result<u64> {
        let mut lines = 0;
        for case in self.cases_or_all(cases)? {
            for line in self.decisions(case, until, None)? {
                out.write_all(line.as_bytes()).and_then(|()| out.write_all(b"\n")).map_err(
                    |error| invalid("the decision log cannot be written", &error.to_string()),
                )?;
                lines += 1;
            }
        }
        Ok(lines)
    }

    /// Decides everything in a log again, by the versions that it names, and compares.
    pub fn replay_log(&self, log: &mut dyn Iterator<Item = String>) -> Result<Replayed> {
        let mut replayed = Replayed::default();
        let mut number = 0;
        let mut expected: Vec<String> = Vec::new();
        for line in log {
            number += 1;
            if expected.is_empty() {
                expected = self.replayed_case(&line)?;
                expected.reverse();
            }
            let again = expected.pop().unwrap_or_default();
            if again != line {
                replayed.differs = Some((number, line, again));
                return Ok(replayed);
            }
            replayed.same += 1;
        }
        if let Some(more) = expected.pop() {
            replayed.differs = Some((number + 1, String::new(), more));
        }
        Ok(replayed)
    }

    /// The log of the case that begins with the line `head`, decided again.
    fn replayed_case(&self, head: &str) -> Result<Vec<String>> {
        let wrong = || invalid("this is no decision log", "take one that `rules log` wrote");
        let head: Value = serde_json::from_str(head).map_err(|_| wrong())?;
        let text = |key: &str| head[key].as_str().ok_or_else(wrong);
        let case: CaseId = text("case")?.parse().map_err(|_| wrong())?;
        let until: Instant = text("until")?.parse().map_err(|_| wrong())?;
        let rules = text("rules")?;
        let bench = self.bench();
        let mut sets = bench.all().map(|(_, evaluator)| evaluator);
        if let Some(evaluator) = sets.find(|set| set.rules().as_str() == rules) {
            return self.decisions(case, Some(until), Some(&**evaluator));
        }
        let scripts = rules.split_once('+').map_or(rules, |(scripts, _)| scripts);
        let (version, without) = scripts.split_once("-without-").unwrap_or((scripts, ""));
        let loaded = self.rules_named(version, "")?;
        let named = without.split(',').filter(|name| !name.is_empty());
        let disabled: BTreeSet<String> = named.map(file_of).collect();
        let evaluator = self.permitted(loaded.evaluator(&disabled))?;
        if evaluator.rules().as_str() != rules {
            return Err(invalid(
                &format!("{rules} decided with other plugins than are granted now"),
                "grant the same plugins again, as `watchkeeper plugin list` names them",
            ));
        }
        self.decisions(case, Some(until), Some(&*evaluator))
    }

    fn decisions(
        &self,
        case: CaseId,
        until: Option<Instant>,
        by: Option<&dyn Evaluator>,
    ) -> Result<Vec<String>> {
        let (id, state) = self.live_case(case)?;
        let snapshot = self.ports.views.snapshot()?;
        let file = Arc::new(self.file(&*snapshot, id, &state)?);
        let card: Option<CaseRow> = read(&*snapshot, CARD, &case_key(id))?;
        drop(snapshot);
        let bench = self.bench();
        let evaluator = by.unwrap_or(&**bench.judge(&file));
        let last = file.messages.last().map(|message| message.at);
        let last = last.max(file.notes.last().map(|note| note.at));
        let until = until.or(last).ok_or_else(|| not_found(format!("message in case {id}")))?;
        let head = json!({ "case": id, "rules": evaluator.rules(), "until": until });
        let scribe = Scribe::new(evaluator, id);
        let found = assess(&file, &scribe, until);
        if let Some(card) = &card {
            let recent = Recent {
                card,
                fields: &state.fields,
                account: file.account.clone(),
                assessment: &found.assessment,
                before: None,
                evaluator: &scribe,
                since: Instant::from_seconds(i64::MIN),
                until,
            };
            recent.asked();
        }
        let lines = std::iter::once(head).chain(scribe.into_lines());
        Ok(lines.map(|line| line.to_string()).collect())
    }

    pub(crate) fn cases_or_all(&self, cases: &[CaseId]) -> Result<Vec<CaseId>> {
        if !cases.is_empty() {
            return Ok(cases.to_vec());
        }
        let snapshot = self.ports.views.snapshot()?;
        let mut all = Vec::new();
        read_all::<CaseState>(&*snapshot, CASE, &[], |key, state| {
            if let Ok(bytes) = <[u8; 8]>::try_from(key)
                && state.merged_into.is_none()
                && !state.messages.is_empty()
            {
                all.push(CaseId::from_number(u64::from_be_bytes(bytes)));
            }
            true
        })?;
        Ok(all)
    }
}
