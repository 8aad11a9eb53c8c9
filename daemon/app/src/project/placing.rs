//! A message finds its case, and what the views say of it.

use std::sync::Arc;

use engine::threading::{Card, CaseChoice, ThreadRule, Threadable, Why, place};
use mail::{Message, NestedOrigin};
use model::{CaseId, EvidenceId, Instant, MessageKey, Seq};

use super::Projection;
use crate::{
    Result,
    batch::Batch,
    tables::{
        CaseState, MESSAGE, MESSAGE_KEY, MessageRow, NESTED_KEY, REVIEW, ReviewRow, THREAD_CARD,
        WhyRow, number_key,
    },
};

/// Characters of new text kept with a message for lists.
const PREVIEW: usize = 120;

/// A message on its way into the views.
pub(super) struct Incoming<'a> {
    pub(super) message: &'a Arc<Message>,
    pub(super) evidence: EvidenceId,
    pub(super) seq: Seq,
    /// When it could be known here.
    pub(super) noticed: Instant,
}

impl Projection<'_> {
    /// Puts a message into its case, or adds a copy to the one that is there.
    pub(super) fn message(&mut self, batch: &mut Batch, incoming: &Incoming<'_>) -> Result<u64> {
        let message = incoming.message;
        if let Some(number) = batch.rows.get::<u64>(MESSAGE_KEY, &message.key.0)? {
            if let Some(mut row) = batch.rows.get::<MessageRow>(MESSAGE, &number_key(number))? {
                row.copies.push(incoming.evidence);
                batch.rows.put(MESSAGE, &number_key(number), &row)?;
            }
            return Ok(number);
        }
        let threadable = Threadable::of(message, &self.directory);
        let placement = place(&threadable, batch);
        batch.check()?;
        let number = self.take_number();
        let case = match placement.case {
            CaseChoice::Existing(case) => case,
            CaseChoice::New => self.new_case(batch, message, &threadable)?,
        };
        for other in placement.merges {
            self.merge_cases(batch, other, case, incoming.seq)?;
        }
        self.write_message(batch, incoming, number, case, &placement.why)?;
        batch.rows.put(MESSAGE_KEY, &message.key.0, &number)?;
        self.enter(batch, case, number, &threadable, incoming.seq)?;
        batch.change_case(case, |state| state.noticed = state.noticed.max(incoming.noticed))?;
        if let Some(review) = placement.review {
            let row = ReviewRow { message: number, quoted: review.case, reason: review.reason };
            batch.rows.put(REVIEW, &message.key.0, &row)?;
        }
        for quoting in placement.quoted_by {
            if let Some(message) = batch.rows.get::<u64>(MESSAGE_KEY, &quoting.0)? {
                let reason = format!("it references {}", threadable_id(&threadable));
                batch.rows.put(REVIEW, &quoting.0, &ReviewRow { message, quoted: case, reason })?;
            }
        }
        self.to_index.push((number, message.clone()));
        self.may_answer(batch, message, incoming.evidence, incoming.seq)?;
        Ok(number)
    }

    fn take_number(&mut self) -> u64 {
        let number = self.state.next_message;
        self.state.next_message += 1;
        number
    }

    pub(crate) fn new_case(
        &self,
        batch: &mut Batch,
        message: &Message,
        threadable: &Threadable,
    ) -> Result<CaseId> {
        let mut attempt = 0;
        let id = loop {
            let id = CaseId::derive(&message.key, attempt);
            if batch.with_case(id, |_| ())?.is_none() {
                break id;
            }
            attempt += 1;
        };
        let title = mail::display_subject(&message.subject);
        batch.put_case(
            id,
            CaseState {
                title,
                summary: Arc::default(),
                marks: Vec::new(),
                first_at: threadable.at,
                last_at: threadable.at,
                noticed: threadable.at,
                messages: Vec::new(),
                notes: Vec::new(),
                merged_into: None,
                merged: Vec::new(),
                fields: Vec::new(),
                judged: Vec::new(),
                changed: Seq::default(),
                acts: Vec::new(),
            },
        );
        Ok(id)
    }

    /// Adds a placed message to its case and to what threading finds cases by.
    pub(crate) fn enter(
        &mut self,
        batch: &mut Batch,
        case: CaseId,
        number: u64,
        threadable: &Threadable,
        seq: Seq,
    ) -> Result<()> {
        batch.set_case_of(number, case)?;
        self.absorb(batch, case, number, threadable, seq)?;
        let card = threadable.card();
        batch.rows.put(THREAD_CARD, &number_key(number), &card)?;
        if let Some(id) = &threadable.message_id {
            let waiting = batch.header(id)?.notes;
            batch.change_header(id, |row| {
                row.messages.push(number);
                row.notes.clear();
            })?;
            for note in waiting {
                self.attach_note(batch, note, case)?;
            }
        }
        for reference in &threadable.references {
            let known = batch.header(reference)?;
            if !known.messages.is_empty() {
                continue;
            }
            let mut at = 0;
            for other in &known.awaiting {
                let other: Option<Card> = batch.rows.get(THREAD_CARD, &number_key(*other))?;
                at += usize::from(other.is_some_and(|other| other.key < card.key));
            }
            batch.change_header(reference, |row| row.awaiting.insert(at, number))?;
        }
        Ok(())
    }

    /// Adds a message to what its case holds and is found by.
    pub(crate) fn absorb(
        &mut self,
        batch: &mut Batch,
        case: CaseId,
        number: u64,
        threadable: &Threadable,
        seq: Seq,
    ) -> Result<()> {
        let marks = threadable.marks();
        let mut remark = None;
        batch.change_case(case, |state| {
            let before = state.summary.scope().clone();
            Arc::make_mut(&mut state.summary).absorb(threadable);
            for mark in &marks {
                if let Err(place) = state.marks.binary_search(mark) {
                    state.marks.insert(place, *mark);
                }
            }
            if *state.summary.scope() != before {
                remark = Some(state.marks.clone());
            }
            state.first_at = state.first_at.min(threadable.at);
            state.last_at = state.last_at.max(threadable.at);
            state.messages.push(number);
            state.changed = state.changed.max(seq);
        })?;
        let scope = batch.with_case(case, |state| state.summary.scope().clone())?;
        if let Some(scope) = scope {
            self.note_unknown(batch, &scope)?;
            batch.mark(case, &scope, remark.as_ref().unwrap_or(&marks), threadable.at)?;
        }
        batch.touched.insert(case);
        Ok(())
    }

    fn write_message(
        &mut self,
        batch: &mut Batch,
        incoming: &Incoming<'_>,
        number: u64,
        case: CaseId,
        why: &Why,
    ) -> Result<()> {
        self.attached(batch, incoming.message, number, number)?;
        let nested =
            self.nested(batch, incoming, incoming.message, (number, number), case, &mut vec![])?;
        let mut row = self.row(incoming.message, incoming.evidence, why);
        row.nested = nested;
        row.noticed = incoming.noticed;
        if why.rule.is_by_message_id()
            && let [first, ..] = batch.header(&why.detail)?.messages[..]
        {
            row.why.by = Some(first);
            row.why.detail.clear();
        }
        batch.rows.put(MESSAGE, &number_key(number), &row)
    }

    /// Gives the messages within `outer` rows of their own, in the same case.
    fn nested(
        &mut self,
        batch: &mut Batch,
        incoming: &Incoming<'_>,
        outer: &Message,
        (within, outermost): (u64, u64),
        case: CaseId,
        path: &mut Vec<u32>,
    ) -> Result<Vec<u64>> {
        let mut numbers = Vec::with_capacity(outer.nested.len());
        for (position, inner) in outer.nested.iter().enumerate() {
            let message = &*inner.message;
            let number = self.take_number();
            let why =
                Why { rule: ThreadRule::Nested, detail: outer.id_or_derived(), confidence: 100 };
            path.push(position as u32);
            let mut row = self.row(message, incoming.evidence, &why);
            row.path.clone_from(path);
            row.within = Some(within);
            row.nested = self.nested(batch, incoming, message, (number, outermost), case, path)?;
            self.attached(batch, message, number, outermost)?;
            path.pop();
            batch.set_case_of(number, case)?;
            batch.rows.put(MESSAGE, &number_key(number), &row)?;
            if batch.rows.get::<u64>(NESTED_KEY, &message.key.0)?.is_none() {
                batch.rows.put(NESTED_KEY, &message.key.0, &number)?;
            }
            if inner.origin != NestedOrigin::InlineForward {
                self.to_index.push((number, Arc::new(message.clone())));
            }
            numbers.push(number);
        }
        Ok(numbers)
    }

    fn row(&self, message: &Message, evidence: EvidenceId, why: &Why) -> MessageRow {
        let side = self.directory.participant(&message.from).side;
        MessageRow {
            key: message.key,
            evidence,
            copies: Vec::new(),
            path: Vec::new(),
            within: None,
            at: message.happened,
            // What stands within another message is told of with that one.
            noticed: message.happened,
            message_id: message.id_or_derived(),
            from_name: message.from.name.clone(),
            from_email: message.from.email.clone(),
            side: side as u8,
            subject: message.subject.clone(),
            preview: preview(message),
            class: message.class.kind,
            attachments: message.attachments.len() as u32,
            why: WhyRow {
                rule: why.rule,
                by: None,
                detail: why.detail.clone(),
                confidence: why.confidence,
            },
            nested: Vec::new(),
            corrected: None,
        }
    }
}

/// The beginning of the new text, on one line.
fn preview(message: &Message) -> String {
    let mut line = String::new();
    for segment in message.new_text() {
        for word in message.text_of(segment).split_whitespace() {
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
            if line.len() >= PREVIEW {
                let end = line.char_indices().nth(PREVIEW).map_or(line.len(), |(at, _)| at);
                line.truncate(end);
                return line;
            }
        }
    }
    line
}

fn threadable_id(threadable: &Threadable) -> &str {
    threadable.message_id.as_deref().unwrap_or("a message of this case")
}

/// The number of a message or nested message with this key.
pub fn number_of(rows: &crate::overlay::Overlay, key: &MessageKey) -> Result<Option<u64>> {
    match rows.get(MESSAGE_KEY, &key.0)? {
        Some(number) => Ok(Some(number)),
        None => rows.get(NESTED_KEY, &key.0),
    }
}
