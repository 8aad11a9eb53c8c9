//! A case with everything that is known of it.

use std::{collections::BTreeMap, sync::Arc};

use engine::{CaseFile, DueLedger, Evaluator};
use model::{Assessment, CaseId, Finding, FindingKind, Instant, LevelName, MessageKey, SignalId};
use store::Snapshot;

use crate::{
    Result,
    card::{card, owner, signal_title},
    case_files::{Files, case_file},
    fields,
    judging::{judged, judgements_as_items},
    library::Rows,
    passages::{PASSAGES, Passages, spans_of},
    query::messages::key_of,
    record::{
        CaseRecord, CaseRow, OverrideRecord, Quote, ReviewRecord, RiskStep, SignalRecord,
        TimelineItem, TimelineKind,
    },
    tables::{
        ACT, ASSESSMENT, ActRow, AssessmentRow, CARD, CASE, CaseState, MESSAGE, MessageRow, NOTE,
        NoteEvidence, NoteRow, REVIEW, ReviewRow, case_key, number_key, scope_account,
    },
    titles,
    watchkeeper::Watchkeeper,
};

/// A case as far as it is shown.
pub(crate) struct Seen {
    pub(crate) assessment: Assessment,
    pub(crate) passages: Passages,
    /// Who judges it.
    pub(crate) rules: Arc<dyn Evaluator>,
    /// Its texts, if they had to be read.
    pub(super) file: Option<CaseFile>,
}

impl Watchkeeper {
    /// Everything about a case; a merged one gives what it has become.
    pub fn case(&self, id: CaseId, now: Instant) -> Result<CaseRecord> {
        let (id, state) = self.live_case(id)?;
        let snapshot = self.ports.views.snapshot()?;
        let rows = &*snapshot;
        let seen = self.seen(rows, id, &state)?;
        let Seen { assessment, rules, file, .. } = &seen;
        let kept = rows.row::<CaseRow>(CARD, &case_key(id))?;
        let row = match (kept, file) {
            (Some(kept), None) if now >= assessment.until => kept,
            (_, Some(file)) => card(file, &state, assessment, &**rules, now),
            (_, None) => card(&self.file(rows, id, &state)?, &state, assessment, &**rules, now),
        };
        let promises = self.promises_of(id)?;
        let mut record = self.compose(rows, id, &state, seen, row, now)?;
        record.promises = promises;
        Ok(record)
    }

    /// Joins what is known of a case at `now`; its promises are left for the caller.
    pub(super) fn compose(
        &self,
        rows: &dyn Snapshot,
        id: CaseId,
        state: &CaseState,
        seen: Seen,
        row: CaseRow,
        now: Instant,
    ) -> Result<CaseRecord> {
        let Seen { assessment, passages, rules, .. } = seen;
        let mut signals = signals(&passages, &assessment, &*rules);
        for signal in &mut signals {
            signal.judged = judged(state, signal);
        }
        let mut timeline = self.messages_of(rows, state)?;
        timeline.extend(self.notes_numbered(rows, &state.notes)?);
        timeline.extend(findings(&passages, &assessment, &*rules));
        timeline.extend(self.acts_of(rows, state)?);
        timeline.extend(overrides_as_items(state, &assessment));
        timeline.extend(judgements_as_items(state, &*rules));
        timeline.extend(self.alert_items(state, id, now)?);
        timeline.extend(crate::handoff::items(rows, id)?);
        timeline.sort_by(|a, b| a.at.cmp(&b.at).then_with(|| order(&a.what).cmp(&order(&b.what))));
        let (title, account) = (&*row.title, &row.account);
        let heading = fields::Heading { title, account, rules: &*rules };
        let custom_fields = fields::of_case(rows, id, &heading, &|span| passages.quote(span))?;
        let overrides = overrides(state, &passages, &assessment, now);
        let mut people = passages.into_people();
        titles::complete(rows, &mut people)?;
        Ok(CaseRecord {
            custom_fields,
            token: id.token(),
            rules: Some(assessment.rules.to_string()),
            merged: state.merged.clone(),
            promises: Vec::new(),
            handoff: crate::query::changes::handoff_of(rows, id)?
                .map(|handoff| self.handoff(handoff, row.team.as_deref())),
            level_reasons: level_reasons(&assessment, now),
            risk: risk(&assessment, now),
            overrides,
            review: self.reviews_of(rows, id)?,
            people,
            signals,
            timeline,
            changed: state.changed,
            row,
        })
    }

    /// Why the reply that is owed in a case is due when it is; nothing if none is owed.
    pub fn explain_due(&self, id: CaseId, now: Instant) -> Result<Option<DueLedger>> {
        let (id, state) = self.live_case(id)?;
        let snapshot = self.ports.views.snapshot()?;
        let file = Arc::new(self.file(&*snapshot, id, &state)?);
        Ok(engine::explain_due(&file, &**self.bench().judge(&file), now))
    }

    pub(crate) fn file(
        &self,
        rows: &dyn Snapshot,
        id: CaseId,
        state: &CaseState,
    ) -> Result<CaseFile> {
        let directory = self.directory()?;
        let account = scope_account(state.summary.scope()).and_then(|id| directory.account(id));
        let files = Files {
            rows,
            evidence: &*self.ports.evidence,
            settings: &self.settings,
            directory: &directory,
            texts: &self.texts,
        };
        case_file(&files, id, state, account.cloned())
    }

    /// What was found in a case, with its passages: the kept ones, else those of its texts.
    pub(crate) fn seen(&self, rows: &dyn Snapshot, id: CaseId, state: &CaseState) -> Result<Seen> {
        let assessed: Option<AssessmentRow> = rows.row(ASSESSMENT, &case_key(id))?;
        let kept: Option<Passages> = rows.row(PASSAGES, &case_key(id))?;
        if let (Some(AssessmentRow { assessment, .. }), Some(passages)) = (&assessed, kept) {
            let given = state.fields.iter().find(|row| row.field == "team");
            let team = given.map_or(passages.team_of_mail(), |row| Some(&row.value));
            let rules = self.bench().of(team).clone();
            return Ok(Seen { assessment: assessment.clone(), passages, rules, file: None });
        }
        let file = self.file(rows, id, state)?;
        let rules = self.bench().judge(&file).clone();
        let assessment = assessed.map_or_else(|| unassessed(&*rules), |row| row.assessment);
        let values = fields::spans(rows, id)?;
        let passages = Passages::of(&file, spans_of(&assessment.findings).chain(&values));
        Ok(Seen { assessment, passages, rules, file: Some(file) })
    }

    /// The signals of a case that stand on one message.
    pub(crate) fn signals_on(
        &self,
        rows: &dyn Snapshot,
        case: CaseId,
        key: MessageKey,
    ) -> Result<Vec<SignalRecord>> {
        let Some(state) = rows.row::<CaseState>(CASE, &case_key(case))? else {
            return Ok(Vec::new());
        };
        let Seen { assessment, passages, rules, .. } = self.seen(rows, case, &state)?;
        let mut found = signals(&passages, &assessment, &*rules);
        found.retain(|signal| {
            signal.message == Some(key) || signal.evidence.iter().any(|q| q.span.message == key)
        });
        Ok(found)
    }

    fn messages_of(&self, rows: &dyn Snapshot, state: &CaseState) -> Result<Vec<TimelineItem>> {
        let mut items = Vec::with_capacity(state.messages.len());
        let mut numbers = state.messages.clone();
        while let Some(number) = numbers.pop() {
            let Some(row) = rows.row::<MessageRow>(MESSAGE, &number_key(number))? else { continue };
            numbers.extend(&row.nested);
            let within = row.within.map(|outer| key_of(rows, outer)).transpose()?.flatten();
            items.push(TimelineItem {
                at: row.at,
                what: TimelineKind::Message {
                    message: row.key,
                    from: model::Address { name: row.from_name, email: row.from_email },
                    side: side_name(row.side).to_owned(),
                    subject: row.subject,
                    preview: row.preview,
                    class: row.class.name().to_owned(),
                    attachments: row.attachments,
                    within,
                    noticed: row.noticed,
                },
            });
        }
        Ok(items)
    }

    /// The notes with these numbers, as far as their text is kept.
    pub(crate) fn notes_numbered(
        &self,
        rows: &dyn Snapshot,
        numbers: &[u64],
    ) -> Result<Vec<TimelineItem>> {
        let mut items = Vec::with_capacity(numbers.len());
        for number in numbers {
            let Some(row) = rows.row::<NoteRow>(NOTE, &number_key(*number))? else { continue };
            let Some(bytes) = self.ports.evidence.get(&row.evidence)? else { continue };
            let Ok(note) = serde_json::from_slice::<NoteEvidence>(&bytes) else { continue };
            let NoteRow { id, author, visibility, .. } = row;
            let seen = note.seen;
            let what = TimelineKind::Note { note: id, author, text: note.text, visibility, seen };
            items.push(TimelineItem { at: row.at, what });
        }
        Ok(items)
    }

    fn acts_of(&self, rows: &dyn Snapshot, state: &CaseState) -> Result<Vec<TimelineItem>> {
        let mut items = Vec::new();
        for seq in &state.acts {
            let Some(row) = rows.row::<ActRow>(ACT, &number_key(seq.0))? else { continue };
            let text = if row.undone { format!("{} (taken back)", row.text) } else { row.text };
            let what = TimelineKind::Act { act: *seq, text, by: row.by, undoable: !row.undone };
            items.push(TimelineItem { at: row.at, what });
        }
        Ok(items)
    }

    fn reviews_of(&self, rows: &dyn Snapshot, case: CaseId) -> Result<Vec<ReviewRecord>> {
        let mut all = Vec::new();
        crate::overlay::read_all::<ReviewRow>(rows, REVIEW, &[], |_, row| {
            all.push(row);
            true
        })?;
        let mut found = Vec::new();
        for row in all {
            let record = review_record(rows, &row)?;
            found.extend(record.filter(|r| r.case == case || r.quoted_case == case));
        }
        Ok(found)
    }
}

/// A review with its message.
pub(crate) fn review_record(rows: &dyn Snapshot, row: &ReviewRow) -> Result<Option<ReviewRecord>> {
    let Some(message) = rows.row::<MessageRow>(MESSAGE, &number_key(row.message))? else {
        return Ok(None);
    };
    let Some(case) = crate::query::messages::case_of(rows, row.message)? else { return Ok(None) };
    Ok(Some(ReviewRecord {
        message: message.key,
        case,
        quoted_case: row.quoted,
        reason: row.reason.clone(),
        from: model::Address { name: message.from_name, email: message.from_email },
        subject: message.subject,
        at: message.at,
    }))
}

pub(super) fn unassessed(rules: &dyn Evaluator) -> Assessment {
    Assessment {
        rules: rules.rules().clone(),
        until: Instant::EPOCH,
        findings: Vec::new(),
        wake: None,
    }
}

/// Messages before what follows from them, at the same instant.
fn order(what: &TimelineKind) -> u8 {
    match what {
        TimelineKind::Message { .. } => 0,
        TimelineKind::Note { .. } => 1,
        TimelineKind::Signal { .. } | TimelineKind::SignalCleared { .. } => 2,
        TimelineKind::Severity { .. } => 3,
        TimelineKind::Owner { .. } => 4,
        TimelineKind::Alert { .. } => 5,
        TimelineKind::Act { .. } => 6,
    }
}

fn side_name(side: u8) -> &'static str {
    match side {
        0 => "us",
        1 => "customer",
        _ => "partner",
    }
}

/// Every attention score up to `now`, from when on it held.
fn risk(assessment: &Assessment, now: Instant) -> Vec<RiskStep> {
    let steps = assessment.findings.iter().filter(|finding| finding.at <= now);
    let score = |finding: &Finding| match finding.kind {
        FindingKind::Attention { score } => Some(RiskStep { at: finding.at, score }),
        _ => None,
    };
    steps.filter_map(score).collect()
}

fn quotes(passages: &Passages, spans: &[model::Span]) -> Vec<Quote> {
    spans.iter().filter_map(|span| passages.quote(span)).collect()
}

/// The signals that hold or held, the latest first.
fn signals(
    passages: &Passages,
    assessment: &Assessment,
    rules: &dyn Evaluator,
) -> Vec<SignalRecord> {
    let mut records: Vec<SignalRecord> = Vec::new();
    let mut open: BTreeMap<SignalId, usize> = BTreeMap::new();
    for finding in &assessment.findings {
        match &finding.kind {
            FindingKind::SignalRaised { signal, weight, spans, inputs } => {
                let evidence = quotes(passages, spans);
                if let Some(at) = open.get(signal) {
                    records[*at].evidence.extend(evidence);
                    continue;
                }
                open.insert(signal.clone(), records.len());
                records.push(SignalRecord {
                    signal: signal.clone(),
                    title: signal_title(rules, signal),
                    at: finding.at,
                    cleared_at: None,
                    weight: *weight,
                    message: finding.message,
                    evidence,
                    inputs: inputs.clone(),
                    rules: assessment.rules.to_string(),
                    judged: Vec::new(),
                });
            }
            FindingKind::SignalCleared { signal } => {
                if let Some(at) = open.remove(signal) {
                    records[at].cleared_at = Some(finding.at);
                }
            }
            _ => {}
        }
    }
    records.reverse();
    records
}

/// What was found, as items of the timeline.
fn findings(
    passages: &Passages,
    assessment: &Assessment,
    rules: &dyn Evaluator,
) -> Vec<TimelineItem> {
    let mut level = LevelName::none();
    let mut items = Vec::new();
    for Finding { at, kind, .. } in &assessment.findings {
        let what = match kind {
            FindingKind::SignalRaised { signal, spans, .. } => TimelineKind::Signal {
                signal: signal.clone(),
                title: signal_title(rules, signal),
                evidence: quotes(passages, spans),
            },
            FindingKind::SignalCleared { signal } => TimelineKind::SignalCleared {
                signal: signal.clone(),
                title: signal_title(rules, signal),
            },
            FindingKind::Severity { level: now, reasons } if *now != level => {
                let before = std::mem::replace(&mut level, now.clone());
                let reasons = reasons.iter().map(|reason| reason.text.clone()).collect();
                TimelineKind::Severity { before, level: now.clone(), reasons, by: None }
            }
            FindingKind::Owner { to } => TimelineKind::Owner { to: to.clone(), by: None },
            _ => continue,
        };
        items.push(TimelineItem { at: *at, what });
    }
    items
}

fn level_reasons(assessment: &Assessment, now: Instant) -> Vec<String> {
    let last =
        assessment.findings.iter().rev().filter(|f| f.at <= now).find_map(|f| match &f.kind {
            FindingKind::Severity { reasons, .. } => Some(reasons),
            _ => None,
        });
    last.map(|reasons| reasons.iter().map(|reason| reason.text.clone()).collect())
        .unwrap_or_default()
}

fn overrides(
    state: &CaseState,
    passages: &Passages,
    assessment: &Assessment,
    now: Instant,
) -> Vec<OverrideRecord> {
    state
        .fields
        .iter()
        .map(|row| OverrideRecord {
            field: row.field.clone(),
            value: row.value.clone(),
            rules_value: match row.field.as_str() {
                "severity" => Some(assessment.level_at(now).to_string()),
                "owner" => owner(assessment, now),
                "title" => Some(state.title.clone()),
                "team" => passages.team_of_mail().map(ToOwned::to_owned),
                _ => None,
            },
            by: row.by.clone(),
            at: row.at,
            reason: row.reason.clone(),
        })
        .collect()
}

/// What persons set, each beside what the rules had said until then.
fn overrides_as_items(state: &CaseState, assessment: &Assessment) -> Vec<TimelineItem> {
    let item = |row: &crate::tables::FieldRow| {
        let by = Some(row.by.clone());
        let what = match row.field.as_str() {
            "severity" => TimelineKind::Severity {
                before: assessment.level_at(row.at).clone(),
                level: LevelName::from(row.value.as_str()),
                reasons: vec![row.reason.clone()],
                by,
            },
            "owner" => TimelineKind::Owner { to: Some(row.value.clone()), by },
            _ => TimelineKind::Act {
                act: state.changed,
                text: format!(
                    "set {} to {}: {}",
                    row.field.replace('_', " "),
                    row.value,
                    row.reason
                ),
                by: row.by.clone(),
                undoable: false,
            },
        };
        TimelineItem { at: row.at, what }
    };
    state.fields.iter().map(item).collect()
}
