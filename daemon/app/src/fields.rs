//! Fields of a team's own: values as the rules read them, and as people decided about them.
//!
//! What is read of a message is kept with its case, so that a message is read once by each version
//! of its rule set. What people decided is applied when somebody looks, and stands whatever the
//! rules read later.

mod decide;
mod list;

use std::sync::Arc;

use engine::{CaseFile, Evaluator};
use model::{
    CaseId, Entry, Fact, Instant, MessageKey, Seq, Span, SpanPart, fact::FieldDecision,
    id::short_hash,
};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use store::Table;

use crate::{
    Result,
    batch::Batch,
    library::Rows,
    overlay::Overlay,
    project::number_of,
    record::{AccountRef, Quote},
    rules::Bench,
    tables::case_key,
};

pub use decide::FieldAct;
pub use list::{FieldFilter, FieldRecord, Latest};

/// [`FieldsRow`] by case; none where its rule set has no fields.
const FIELDS: Table = "field_values";
/// What people decided about values in a message ([`DecidedRow`]s), by message key.
const DECIDED: Table = "field_decided";

/// What was read of the messages of a case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct FieldsRow {
    /// The rule set that read them.
    rules: String,
    messages: Vec<ReadRow>,
}

/// What was read of a message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct ReadRow {
    message: MessageKey,
    at: Instant,
    /// Tells the text that was read from a corrected one.
    print: u64,
    found: Vec<FoundRow>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct FoundRow {
    field: String,
    value: String,
    span: Span,
}

/// A person's decision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct DecidedRow {
    act: Seq,
    at: Instant,
    by: String,
    field: String,
    span: Span,
    decided: FieldDecision,
    reason: String,
}

/// A value of a field as it stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldValueRecord {
    /// Names it for acts: field and place.
    pub id: String,
    /// The field.
    pub field: String,
    /// Its title, if the rule set still has it.
    pub title: String,
    /// What its values are: `text`, `number`, `date` or `choice`.
    pub kind: String,
    /// The value: a person's before the rules'.
    pub value: String,
    /// What the rules read there; nothing where they read nothing any more.
    pub rules_value: Option<String>,
    /// `found`, `approved`, `corrected` or `rejected`.
    pub state: String,
    /// Whether others of the case, or account, say something else and nobody has decided.
    pub conflicting: bool,
    /// The case.
    pub case: CaseId,
    /// Its title.
    pub case_title: String,
    /// Its account.
    pub account: AccountRef,
    /// The message that names it.
    pub message: MessageKey,
    /// When that was written.
    pub at: Instant,
    /// Its words; nothing if the message is gone.
    pub quote: Option<Quote>,
    /// Who decided.
    pub by: Option<String>,
    /// When.
    pub decided_at: Option<Instant>,
    /// Why.
    pub reason: String,
}

/// A value before it is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Value {
    case: CaseId,
    at: Instant,
    field: String,
    span: Span,
    read: Option<String>,
    decided: Option<DecidedRow>,
}

impl Value {
    fn state(&self) -> &'static str {
        match self.decided.as_ref().map(|row| &row.decided) {
            Some(FieldDecision::Approved) => "approved",
            Some(FieldDecision::Corrected(_)) => "corrected",
            Some(FieldDecision::Rejected) => "rejected",
            Some(FieldDecision::Restored) | None => "found",
        }
    }

    fn value(&self) -> &str {
        match self.decided.as_ref().map(|row| &row.decided) {
            Some(FieldDecision::Corrected(value)) => value,
            _ => self.read.as_deref().unwrap_or_default(),
        }
    }

    fn id(&self) -> String {
        let Span { message, part, start, end } = &self.span;
        format!("{}.{message}.{}.{start}.{end}", self.field, part_name(*part))
    }
}

fn part_name(part: SpanPart) -> &'static str {
    match part {
        SpanPart::Body => "body",
        SpanPart::Subject => "subject",
        SpanPart::From => "from",
        SpanPart::To => "to",
        SpanPart::Cc => "cc",
        SpanPart::Attachments => "attachments",
    }
}

/// The field and place that an id names.
fn parse_id(id: &str) -> Option<(String, Span)> {
    let mut parts = id.split('.');
    let field = parts.next()?.to_owned();
    let message = parts.next()?.parse().ok()?;
    let part = match parts.next()? {
        "body" => SpanPart::Body,
        "subject" => SpanPart::Subject,
        "attachments" => SpanPart::Attachments,
        _ => return None,
    };
    let (start, end) = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
    parts.next().is_none().then_some((field, Span { message, part, start, end }))
}

/// Reads the fields of `files` as far as they were not read before.
pub(crate) fn read(rows: &mut Overlay, bench: &Bench, files: &[&Arc<CaseFile>]) -> Result<()> {
    let mut before = Vec::with_capacity(files.len());
    for file in files {
        before.push(rows.get::<FieldsRow>(FIELDS, &case_key(file.id))?);
    }
    let read: Vec<Option<FieldsRow>> = files
        .par_iter()
        .zip(&before)
        .map(|(file, before)| read_case(bench, file, before.as_ref()))
        .collect();
    for ((file, before), now) in files.iter().zip(before).zip(read) {
        match now {
            Some(now) if before.as_ref() != Some(&now) => {
                rows.put(FIELDS, &case_key(file.id), &now)?;
            }
            None if before.is_some() => rows.delete(FIELDS, &case_key(file.id)),
            _ => {}
        }
    }
    Ok(())
}

fn read_case(bench: &Bench, file: &Arc<CaseFile>, before: Option<&FieldsRow>) -> Option<FieldsRow> {
    let evaluator = bench.judge(file);
    if evaluator.fields().is_empty() {
        return None;
    }
    let rules = evaluator.rules().to_string();
    let known = before.filter(|row| row.rules == rules);
    let message = |position: usize| {
        let (key, print) = (file.messages[position].key, print(file, position));
        let same = |row: &&ReadRow| row.message == key && row.print == print;
        if let Some(row) = known.and_then(|known| known.messages.iter().find(same)) {
            return row.clone();
        }
        let found = evaluator.read_fields(file, position).into_iter();
        let found =
            found.map(|f| FoundRow { field: f.field, value: f.value, span: f.span }).collect();
        ReadRow { message: key, at: file.messages[position].at, print, found }
    };
    Some(FieldsRow { messages: (0..file.messages.len()).map(message).collect(), rules })
}

/// Two texts of one message differ only if this does.
fn print(file: &CaseFile, position: usize) -> u64 {
    let message = &file.messages[position];
    let mut places = Vec::with_capacity(message.segments.len() * 9);
    for segment in &*message.segments {
        places.extend_from_slice(&segment.start.to_le_bytes());
        places.extend_from_slice(&segment.end.to_le_bytes());
        places.push(segment.kind as u8);
    }
    let zone = file.calendar.zone.iana_name().unwrap_or_default();
    let hash = short_hash(&[&places, message.subject.as_bytes(), zone.as_bytes()]);
    let mut low = [0; 8];
    low.copy_from_slice(&hash[..8]);
    u64::from_le_bytes(low)
}

/// Forgets what was read of a case that has ceased to be.
pub(crate) fn forget(rows: &mut Overlay, case: CaseId) {
    rows.delete(FIELDS, &case_key(case));
}

/// Takes a person's decision into the views.
pub(crate) fn apply(batch: &mut Batch, entry: &Entry, by: &str) -> Result<()> {
    let Fact::FieldDecided { field, span, decided, reason } = &entry.fact else { return Ok(()) };
    let key = span.message;
    let mut rows: Vec<DecidedRow> = batch.rows.get(DECIDED, &key.0)?.unwrap_or_default();
    rows.push(DecidedRow {
        act: entry.seq,
        at: entry.at,
        by: by.to_owned(),
        field: field.clone(),
        span: span.clone(),
        decided: decided.clone(),
        reason: reason.clone(),
    });
    batch.rows.put(DECIDED, &key.0, &rows)?;
    let number = number_of(&batch.rows, &key)?;
    let case = number.map(|number| batch.case_of(number)).transpose()?.flatten();
    let Some(case) = case else { return Ok(()) };
    batch.change_case(case, |state| state.changed = entry.seq)?;
    batch.touched.insert(case);
    Ok(())
}

/// The values of a case as they stand, in order of time and place.
fn values<R: Rows + ?Sized>(rows: &R, case: CaseId) -> Result<Vec<Value>> {
    match rows.row::<FieldsRow>(FIELDS, &case_key(case))? {
        Some(row) => standing(rows, case, row),
        None => Ok(Vec::new()),
    }
}

fn standing<R: Rows + ?Sized>(rows: &R, case: CaseId, row: FieldsRow) -> Result<Vec<Value>> {
    let mut values = Vec::new();
    for ReadRow { message, at, found, .. } in row.messages {
        let decided: Vec<DecidedRow> = rows.row(DECIDED, &message.0)?.unwrap_or_default();
        let mut of_message: Vec<Value> = found
            .into_iter()
            .map(|FoundRow { field, value, span }| {
                let meant = |row: &&DecidedRow| row.field == field && overlap(&row.span, &span);
                let decided = decided.iter().rev().find(meant).cloned();
                Value { case, at, field, span, read: Some(value), decided }
            })
            .collect();
        // What a person wrote stands even where the rules read nothing any more.
        for row in decided.into_iter().rev() {
            let known = |value: &Value| value.field == row.field && overlap(&value.span, &row.span);
            if !of_message.iter().any(known) && matches!(row.decided, FieldDecision::Corrected(_)) {
                let (field, span) = (row.field.clone(), row.span.clone());
                let decided = Some(row);
                of_message.push(Value { case, at, field, span, read: None, decided });
            }
        }
        values.extend(of_message);
    }
    Ok(values)
}

fn overlap(a: &Span, b: &Span) -> bool {
    a.message == b.message && a.part == b.part && a.start < b.end && b.start < a.end
}

/// The places of the values of a case.
pub(crate) fn spans<R: Rows + ?Sized>(rows: &R, case: CaseId) -> Result<Vec<Span>> {
    Ok(values(rows, case)?.into_iter().map(|value| value.span).collect())
}

/// What is shown of a case beside its values.
pub(crate) struct Heading<'a> {
    pub(crate) title: &'a str,
    pub(crate) account: &'a AccountRef,
    /// Who judges it.
    pub(crate) rules: &'a dyn Evaluator,
}

/// The values of a case for its record, the latest first.
pub(crate) fn of_case<R: Rows + ?Sized>(
    rows: &R,
    case: CaseId,
    heading: &Heading<'_>,
    quote: &dyn Fn(&Span) -> Option<Quote>,
) -> Result<Vec<FieldValueRecord>> {
    let mut values = values(rows, case)?;
    values.reverse();
    let conflicts = list::conflicts(&values, |value| value.field.clone());
    let shown = values.iter().map(|value| {
        let conflicting = conflicts.contains(&value.field);
        shown(value, heading, quote(&value.span), conflicting)
    });
    Ok(shown.collect())
}

fn shown(
    value: &Value,
    heading: &Heading<'_>,
    quote: Option<Quote>,
    conflicting: bool,
) -> FieldValueRecord {
    let spec = heading.rules.fields().iter().find(|spec| spec.name == value.field);
    let decided = value.decided.as_ref();
    FieldValueRecord {
        id: value.id(),
        field: value.field.clone(),
        title: spec.map_or_else(|| value.field.clone(), |spec| spec.title.clone()),
        kind: spec.map_or("text", |spec| spec.kind.name()).to_owned(),
        value: value.value().to_owned(),
        rules_value: value.read.clone(),
        state: value.state().to_owned(),
        conflicting: conflicting && value.state() == "found",
        case: value.case,
        case_title: heading.title.to_owned(),
        account: heading.account.clone(),
        message: value.span.message,
        at: value.at,
        quote,
        by: decided.map(|row| row.by.clone()),
        decided_at: decided.map(|row| row.at),
        reason: decided.map(|row| row.reason.clone()).unwrap_or_default(),
    }
}
