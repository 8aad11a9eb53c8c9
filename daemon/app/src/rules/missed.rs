//! The log of missed escalations: what people found late or not at all, and what rules make of it
//! since.

use std::collections::{BTreeMap, BTreeSet};

use model::{
    Actor, Assessment, CaseId, Fact, FindingKind, Instant, LevelName, MessageKey, Seq, SignalId,
};

use super::{
    inspect::FixtureWish,
    rows::{MISSED, MissedRow},
};
use crate::{
    Result,
    acts::invalid,
    library::Rows,
    overlay::read_all,
    tables::{ASSESSMENT, AssessmentRow, case_key},
    watchkeeper::{Watchkeeper, not_found},
};

/// The most characters of a note.
const NOTE_CHARS: usize = 4000;

/// A label: this case was an escalation, and the rules did not say so in time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewMiss {
    /// The case.
    pub case: CaseId,
    /// When it should have been noticed.
    pub since: Instant,
    /// The signal that should have been raised, if one of the set fits.
    pub signal: Option<SignalId>,
    /// The level that it should have had.
    pub level: Option<LevelName>,
    /// The message that shows it.
    pub message: Option<MessageKey>,
    /// What was missed.
    pub note: String,
}

/// A label, with what the active set makes of its case now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MissRecord {
    /// The fact, for taking it back.
    pub label: Seq,
    /// The case.
    pub case: CaseId,
    /// When it should have been noticed.
    pub since: Instant,
    /// The signal that should have been raised.
    pub signal: Option<SignalId>,
    /// The level that it should have had.
    pub level: Option<LevelName>,
    /// The message that shows it.
    pub message: Option<MessageKey>,
    /// What was missed.
    pub note: String,
    /// Who says so.
    pub by: String,
    /// When they said so.
    pub at: Instant,
    /// Since when the active set notices it: the signal, else an escalated level.
    pub noticed_at: Option<Instant>,
    /// Whether that is in time.
    pub in_time: bool,
}

/// How much of what it should find a signal finds, as far as people said.
#[derive(Debug, Clone, PartialEq)]
pub struct Recall {
    /// The signal.
    pub signal: SignalId,
    /// Cases that the active set raises it on.
    pub raised: u64,
    /// Labels that name it.
    pub labelled: u64,
    /// Labels among them that the active set catches in time.
    pub caught: u64,
    /// Share of the cases that should bear it that do: those raised, out of these and the labelled
    /// ones it does not raise in time. Nothing where there is no such case.
    pub recall: Option<f64>,
}

/// The log with its figures.
#[derive(Debug, Clone, PartialEq)]
pub struct MissedLog {
    /// The labels, the latest first.
    pub labels: Vec<MissRecord>,
    /// Recall by signal, of those that labels name.
    pub recall: Vec<Recall>,
}

impl Watchkeeper {
    /// Labels a case as a missed escalation.
    pub fn label_missed(&self, miss: NewMiss, actor: Actor, now: Instant) -> Result<Seq> {
        let (case, state) = self.live_case(miss.case)?;
        if miss.note.chars().count() > NOTE_CHARS {
            return Err(invalid("the note is too long", "keep it below 4,000 characters"));
        }
        if miss.since > now || in_its_minute(miss.since) < state.first_at {
            let remedy = "give an instant between the first message of the case and now";
            return Err(invalid(&format!("{} lies outside of the case", miss.since), remedy));
        }
        if let Some(signal) = &miss.signal
            && !self.rules_of_case(case)?.signals().iter().any(|known| known.id == *signal)
        {
            let remedy = "name one of the active set, or leave it out";
            return Err(invalid(&format!("there is no signal {signal}"), remedy));
        }
        if let Some(level) = &miss.level
            && !self.scales()?.knows(&case_key(case), level)
        {
            return Err(invalid(&format!("`{level}` is no level"), "use one of the active set"));
        }
        let NewMiss { since, signal, level, message, note, .. } = miss;
        let since = since.max(state.first_at);
        let fact = Fact::EscalationMissed { case, since, signal, level, message, note };
        let seq = self.append(actor, fact, now)?;
        self.settle_facts(now)?;
        Ok(seq)
    }

    /// Takes a label back.
    pub fn withdraw_missed(&self, label: Seq, actor: Actor, now: Instant) -> Result<()> {
        self.missed_row(label)?;
        self.append(actor, Fact::EscalationMissedWithdrawn { label }, now)?;
        self.settle_facts(now)
    }

    fn missed_row(&self, label: Seq) -> Result<MissedRow> {
        let snapshot = self.ports.views.snapshot()?;
        let row = snapshot.row::<MissedRow>(MISSED, &label.0.to_be_bytes())?;
        row.ok_or_else(|| not_found(format!("label {label}")))
    }

    /// The labelled case as a test that fails until the rules notice it.
    pub fn missed_fixture(&self, label: Seq, replace_names: bool) -> Result<String> {
        let row = self.missed_row(label)?;
        let wish = FixtureWish {
            name: (!row.note.is_empty()).then(|| row.note.clone()),
            until: None,
            replace_names,
            wanted: row.signal.clone().map(|signal| (signal, in_its_minute(row.since))),
        };
        let text = self.case_fixture(row.case, &wish)?;
        Ok(match &row.level {
            Some(level) if row.signal.is_none() => expecting(&text, level, row.since),
            _ => text,
        })
    }

    /// All labels, and the recall of the signals that they name.
    pub fn missed_log(&self) -> Result<MissedLog> {
        let snapshot = self.ports.views.snapshot()?;
        let mut rows: Vec<(Seq, MissedRow)> = Vec::new();
        read_all::<MissedRow>(&*snapshot, MISSED, &[], |key, row| {
            if let Ok(bytes) = <[u8; 8]>::try_from(key) {
                rows.push((Seq(u64::from_be_bytes(bytes)), row));
            }
            true
        })?;
        let scales = self.scales()?;
        let mut labels = Vec::with_capacity(rows.len());
        for (label, row) in rows.into_iter().rev() {
            let (case, _) = self.live_case(row.case)?;
            let assessed: Option<AssessmentRow> = snapshot.row(ASSESSMENT, &case_key(case))?;
            let escalated = |level: &LevelName| scales.escalated(&case_key(case), level);
            let noticed_at = assessed.and_then(|kept| noticed(&kept.assessment, &row, &escalated));
            labels.push(MissRecord {
                label,
                case,
                since: row.since,
                signal: row.signal,
                level: row.level,
                message: row.message,
                note: row.note,
                by: row.by,
                at: row.at,
                in_time: noticed_at.is_some_and(|at| at <= in_its_minute(row.since)),
                noticed_at,
            });
        }
        let recall = self.recall(&*snapshot, &labels)?;
        Ok(MissedLog { labels, recall })
    }

    fn recall(&self, rows: &dyn store::Snapshot, labels: &[MissRecord]) -> Result<Vec<Recall>> {
        let named: BTreeSet<&SignalId> = labels.iter().filter_map(|l| l.signal.as_ref()).collect();
        let mut raised: BTreeMap<&SignalId, BTreeSet<CaseId>> =
            named.iter().map(|signal| (*signal, BTreeSet::new())).collect();
        if named.is_empty() {
            return Ok(Vec::new());
        }
        read_all::<AssessmentRow>(rows, ASSESSMENT, &[], |key, row| {
            let Ok(bytes) = <[u8; 8]>::try_from(key) else { return true };
            let case = CaseId::from_number(u64::from_be_bytes(bytes));
            for finding in &row.assessment.findings {
                if let FindingKind::SignalRaised { signal, .. } = &finding.kind
                    && let Some(cases) = raised.get_mut(signal)
                {
                    cases.insert(case);
                }
            }
            true
        })?;
        let figures = |(signal, cases): (&SignalId, BTreeSet<CaseId>)| {
            let own: Vec<&MissRecord> =
                labels.iter().filter(|label| label.signal.as_ref() == Some(signal)).collect();
            let missed: BTreeSet<CaseId> =
                own.iter().filter(|label| !label.in_time).map(|label| label.case).collect();
            let found = cases.difference(&missed).count();
            let all = found + missed.len();
            Recall {
                signal: signal.clone(),
                raised: cases.len() as u64,
                labelled: own.len() as u64,
                caught: own.iter().filter(|label| label.in_time).count() as u64,
                recall: (all > 0).then(|| found as f64 / all as f64),
            }
        };
        Ok(raised.into_iter().map(figures).collect())
    }
}

/// The end of the minute that `at` begins, if it begins one: people name times by the minute.
fn in_its_minute(at: Instant) -> Instant {
    if at.millis() % 60_000 == 0 { Instant::from_millis(at.millis() + 59_999) } else { at }
}

/// A test of a case that expects `level` in the place of the level that the rules give it.
fn expecting(test: &str, level: &LevelName, since: Instant) -> String {
    let mut lines: Vec<String> = test.lines().map(str::to_owned).collect();
    if let Some(line) = lines.iter_mut().find(|line| line.starts_with("level = ")) {
        let given = line.trim_start_matches("level = ");
        *line = format!(
            "# Labelled as missed: it should be {level} since {since}; the rules said {given}.\n\
             level = {:?}",
            level.as_str()
        );
    }
    lines.join("\n") + "\n"
}

/// Since when an assessment notices what a label says.
fn noticed(
    assessment: &Assessment,
    row: &MissedRow,
    escalated: &dyn Fn(&LevelName) -> bool,
) -> Option<Instant> {
    let fits = |kind: &FindingKind| match (kind, &row.signal, &row.level) {
        (FindingKind::SignalRaised { signal, .. }, Some(wanted), _) => signal == wanted,
        (FindingKind::Severity { level, .. }, None, Some(wanted)) => level == wanted,
        (FindingKind::Severity { level, .. }, None, None) => escalated(level),
        _ => false,
    };
    assessment.findings.iter().find(|finding| fits(&finding.kind)).map(|finding| finding.at)
}
