//! Cases as JSON Lines, so that another program can ask what held at any instant.

use engine::NOBODY;
use model::{
    CaseId, FindingKind, Instant, MessageKey, PromiseStanding, PromiseState, SignalId, Span,
};
use serde::Serialize;
use store::Snapshot;

use crate::{
    Result,
    card::{account, quote},
    fields,
    library::Rows,
    tables::{
        ASSESSMENT, AssessmentRow, CASE, CaseState, MESSAGE, MessageRow, case_key, number_key,
    },
    watchkeeper::Watchkeeper,
};

/// One case, as one line. All instants are RFC 3339; `at` is when something became true.
#[derive(Debug, Serialize)]
pub struct ExportedCase {
    case: CaseId,
    account: Option<String>,
    team: Option<String>,
    title: String,
    messages: Vec<ExportedMessage>,
    signals: Vec<ExportedSignal>,
    promises: Vec<ExportedPromise>,
    severity: Vec<ExportedLevel>,
    owner: Vec<ExportedOwner>,
    waiting_on: Vec<ExportedWait>,
    fields: Vec<ExportedField>,
}

#[derive(Debug, Serialize)]
struct ExportedField {
    field: String,
    value: String,
    state: String,
    at: Instant,
    message_id: Option<String>,
    quote: String,
}

#[derive(Debug, Serialize)]
struct ExportedMessage {
    message_id: String,
    date: Instant,
    from: String,
    automatic: bool,
}

#[derive(Debug, Serialize)]
struct ExportedSignal {
    id: SignalId,
    at: Instant,
    cleared_at: Option<Instant>,
    message_id: Option<String>,
    quote: String,
}

#[derive(Debug, Serialize)]
struct ExportedPromise {
    message_id: String,
    quote: String,
    by: &'static str,
    due: Option<Instant>,
    history: Vec<ExportedOutcome>,
}

#[derive(Debug, Serialize)]
struct ExportedOutcome {
    at: Instant,
    outcome: &'static str,
}

#[derive(Debug, Serialize)]
struct ExportedLevel {
    at: Instant,
    level: String,
    by: String,
}

#[derive(Debug, Serialize)]
struct ExportedOwner {
    at: Instant,
    to: Option<String>,
}

#[derive(Debug, Serialize)]
struct ExportedWait {
    at: Instant,
    on: String,
}

impl Watchkeeper {
    /// Calls `each` with every case that has messages, in the order of their first message.
    pub fn export(&self, each: &mut dyn FnMut(&ExportedCase) -> Result<()>) -> Result<()> {
        let snapshot = self.ports.views.snapshot()?;
        let mut ids: Vec<(Instant, CaseId)> = Vec::new();
        crate::overlay::read_all::<CaseState>(&*snapshot, CASE, &[], |key, state| {
            if let Ok(bytes) = <[u8; 8]>::try_from(key)
                && state.merged_into.is_none()
                && !state.messages.is_empty()
            {
                ids.push((state.first_at, CaseId::from_number(u64::from_be_bytes(bytes))));
            }
            true
        })?;
        ids.sort_unstable();
        for (_, id) in ids {
            if let Some(case) = self.exported(&*snapshot, id)? {
                each(&case)?;
            }
        }
        Ok(())
    }

    fn exported(&self, rows: &dyn Snapshot, id: CaseId) -> Result<Option<ExportedCase>> {
        let Some(state) = rows.row::<CaseState>(CASE, &case_key(id))? else { return Ok(None) };
        let file = self.file(rows, id, &state)?;
        let assessed = rows.row::<AssessmentRow>(ASSESSMENT, &case_key(id))?;
        let mut ids: std::collections::BTreeMap<MessageKey, String> =
            std::collections::BTreeMap::new();
        let mut messages = Vec::with_capacity(state.messages.len());
        for number in &state.messages {
            let Some(row) = rows.row::<MessageRow>(MESSAGE, &number_key(*number))? else {
                continue;
            };
            let message_id = format!("<{}>", row.message_id);
            ids.insert(row.key, message_id.clone());
            messages.push(ExportedMessage {
                message_id,
                date: row.at,
                from: row.from_email,
                automatic: row.class.is_automatic(),
            });
        }
        messages.sort_by(|a, b| a.date.cmp(&b.date).then_with(|| a.message_id.cmp(&b.message_id)));
        let mut exported = ExportedCase {
            case: id,
            account: file.account.as_ref().map(|account| account.name.clone()),
            team: self.card_team(rows, id)?,
            title: state.title.clone(),
            messages,
            signals: Vec::new(),
            promises: Vec::new(),
            severity: Vec::new(),
            owner: Vec::new(),
            waiting_on: Vec::new(),
            fields: Vec::new(),
        };
        let account = account(&file, &state);
        let bench = self.bench();
        let (title, rules) = (&*state.title, &**bench.judge(&file));
        let heading = fields::Heading { title, account: &account, rules };
        let values = fields::of_case(rows, id, &heading, &|span| quote(&file, span))?;
        exported.fields.extend(values.into_iter().rev().map(|value| ExportedField {
            message_id: ids.get(&value.message).cloned(),
            quote: value.quote.map(|quote| quote.text).unwrap_or_default(),
            field: value.field,
            value: value.value,
            state: value.state,
            at: value.at,
        }));
        let words = |spans: &[Span]| {
            spans.iter().find_map(|span| quote(&file, span)).map(|q| q.text).unwrap_or_default()
        };
        if let Some(row) = assessed {
            let rules = self.bench().judge(&file).clone();
            for finding in &row.assessment.findings {
                let reminds = match &finding.kind {
                    FindingKind::SignalRaised { signal, .. } => {
                        rules.describe(signal).is_some_and(|described| described.reminder)
                    }
                    _ => false,
                };
                if reminds {
                    continue;
                }
                let message_id = finding.message.and_then(|key| ids.get(&key).cloned());
                exported.add(&finding.kind, finding.at, message_id, &row, &words);
            }
            let promises = row.assessment.promises_at(Instant::FAR_FUTURE).into_iter();
            // Until the mail tells of somebody, nobody has to act.
            let told = exported.waiting_on.first().map(|wait| wait.at);
            if let Some(first) = exported.messages.first()
                && told.is_none_or(|told| told > first.date)
            {
                let on = NOBODY.to_owned();
                exported.waiting_on.insert(0, ExportedWait { at: first.date, on });
            }
            exported.promises = promises.map(|p| exported_promise(&p, &ids, &words)).collect();
        }
        for field in &state.fields {
            match field.field.as_str() {
                "severity" => exported.severity.push(ExportedLevel {
                    at: field.at,
                    level: field.value.clone(),
                    by: field.by.clone(),
                }),
                "owner" => exported
                    .owner
                    .push(ExportedOwner { at: field.at, to: Some(field.value.clone()) }),
                _ => {}
            }
        }
        Ok(Some(exported))
    }

    fn card_team(&self, rows: &dyn Snapshot, id: CaseId) -> Result<Option<String>> {
        let card = rows.row::<crate::record::CaseRow>(crate::tables::CARD, &case_key(id))?;
        Ok(card.and_then(|card| card.team))
    }
}

/// A promise as its reader asks for it: what came after its time is missed, whatever followed.
fn exported_promise(
    promise: &PromiseStanding,
    ids: &std::collections::BTreeMap<MessageKey, String>,
    words: &dyn Fn(&[Span]) -> String,
) -> ExportedPromise {
    let outcome = |state: PromiseState| match state {
        PromiseState::Late | PromiseState::Disputed => PromiseState::Missed.name(),
        state => state.name(),
    };
    let mut history: Vec<ExportedOutcome> = Vec::with_capacity(promise.history.len());
    for turn in &promise.history {
        let outcome = outcome(turn.state);
        if history.last().is_none_or(|last| last.outcome != outcome) {
            history.push(ExportedOutcome { at: turn.at, outcome });
        }
    }
    ExportedPromise {
        message_id: ids.get(&promise.span.message).cloned().unwrap_or_default(),
        quote: words(std::slice::from_ref(&promise.span)),
        by: promise.by.name(),
        due: promise.due,
        history,
    }
}

impl ExportedCase {
    fn add(
        &mut self,
        kind: &FindingKind,
        at: Instant,
        message_id: Option<String>,
        row: &AssessmentRow,
        words: &dyn Fn(&[Span]) -> String,
    ) {
        match kind {
            FindingKind::SignalRaised { signal, spans, .. } => self.signals.push(ExportedSignal {
                id: signal.clone(),
                at,
                cleared_at: None,
                message_id,
                quote: words(spans),
            }),
            FindingKind::SignalCleared { signal } => {
                let open = self.signals.iter_mut().filter(|s| s.id == *signal);
                for raised in open.filter(|s| s.cleared_at.is_none()) {
                    raised.cleared_at = Some(at);
                }
            }
            FindingKind::Severity { level, .. } => {
                let by = row.assessment.rules.to_string();
                self.severity.push(ExportedLevel { at, level: level.to_string(), by });
            }
            FindingKind::Owner { to } => self.owner.push(ExportedOwner { at, to: to.clone() }),
            FindingKind::WaitingOn { on } => {
                self.waiting_on.push(ExportedWait { at, on: on.clone() });
            }
            _ => {}
        }
    }
}
