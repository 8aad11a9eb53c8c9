//! Messages that change their case: merges, moves, and cases whose account became known.

use std::{collections::BTreeSet, sync::Arc};

use engine::{
    directory::AccountScope,
    threading::{ThreadRule, Threadable},
};
use mail::{Message, Segment, SegmentKind};
use model::{
    Address, CaseId, Entry, Fact, Instant, Ledger, MessageKey, Seq, SourceId,
    fact::{MoveTarget, NoteTarget},
};

use crate::{
    Result,
    batch::Batch,
    library,
    passages::PASSAGES,
    project::{Projection, number_of},
    tables::{
        ACT, ASSESSMENT, ActRow, AssessmentRow, CARD, DECIDED, DecidedRow, FieldRow, JudgedRow,
        MESSAGE, MessageRow, NOTE, NoteRow, REVIEW, SEGMENTS, SourceRow, THREAD_CARD, UNKNOWN,
        WhyRow, case_key, folder_of, number_key,
    },
};

impl Projection<'_> {
    /// Moves everything of `from` into `into`.
    pub(crate) fn merge_cases(
        &mut self,
        batch: &mut Batch,
        from: CaseId,
        into: CaseId,
        seq: Seq,
    ) -> Result<()> {
        let (from, into) = (batch.resolve(from)?, batch.resolve(into)?);
        if from == into {
            return Ok(());
        }
        let Some(gone) = batch.case_state(from)? else { return Ok(()) };
        crate::handoff::merged(batch, from, into)?;
        for number in &gone.messages {
            self.set_family(batch, *number, into)?;
        }
        for number in &gone.notes {
            self.set_note(batch, *number, into)?;
        }
        let scope_before = batch.with_case(into, |state| state.summary.scope().clone())?;
        batch.change_case(into, |state| {
            Arc::make_mut(&mut state.summary).merge(&gone.summary);
            let marks: BTreeSet<_> = state.marks.iter().chain(&gone.marks).copied().collect();
            state.marks = marks.into_iter().collect();
            if gone.first_at < state.first_at {
                state.title.clone_from(&gone.title);
            }
            state.first_at = state.first_at.min(gone.first_at);
            state.last_at = state.last_at.max(gone.last_at);
            state.noticed = state.noticed.max(gone.noticed);
            state.messages.extend(&gone.messages);
            state.messages.sort_unstable();
            state.notes.extend(&gone.notes);
            state.notes.sort_unstable();
            state.notes.dedup();
            state.merged.push(from);
            state.merged.extend(&gone.merged);
            state.judged.extend(gone.judged.iter().cloned());
            state.judged.sort_by_key(|row| row.at);
            for field in &gone.fields {
                if !state.fields.iter().any(|known| known.field == field.field) {
                    state.fields.push(field.clone());
                }
            }
            state.acts.extend(&gone.acts);
            state.changed = state.changed.max(seq);
        })?;
        let after = batch.with_case(into, |s| (s.summary.scope().clone(), s.marks.clone()))?;
        if let Some((scope, marks)) = after {
            let marks = if Some(&scope) == scope_before.as_ref() { gone.marks } else { marks };
            batch.mark(into, &scope, &marks, gone.last_at)?;
            batch.mark(into, &scope, &[], gone.first_at)?;
        }
        batch.change_case(from, |state| {
            state.messages.clear();
            state.notes.clear();
            state.merged_into = Some(into);
            state.changed = seq;
        })?;
        batch.rows.delete(CARD, &case_key(from));
        batch.rows.delete(PASSAGES, &case_key(from));
        batch.rows.delete(ASSESSMENT, &case_key(from));
        batch.touched.insert(into);
        batch.touched.insert(from);
        Ok(())
    }

    /// Puts a message and all within it into `case`.
    fn set_family(&self, batch: &mut Batch, number: u64, case: CaseId) -> Result<()> {
        batch.set_case_of(number, case)?;
        let row = batch.rows.get::<MessageRow>(MESSAGE, &number_key(number))?;
        for inner in row.map(|row| row.nested).unwrap_or_default() {
            self.set_family(batch, inner, case)?;
        }
        Ok(())
    }

    fn set_note(&self, batch: &mut Batch, number: u64, case: CaseId) -> Result<()> {
        if let Some(mut row) = batch.rows.get::<NoteRow>(NOTE, &number_key(number))? {
            row.case = Some(case);
            batch.rows.put(NOTE, &number_key(number), &row)?;
        }
        Ok(())
    }

    /// Reads the message of a row again from its bytes.
    pub(crate) fn load(&self, batch: &Batch, number: u64) -> Result<Option<Message>> {
        library::load(&batch.rows, self.evidence, &self.settings.limits, number)
    }

    /// Remembers a scope whose account is unknown.
    pub(crate) fn note_unknown(&self, batch: &mut Batch, scope: &AccountScope) -> Result<()> {
        let key = match scope {
            AccountScope::Domain(domain) => format!("d:{domain}"),
            AccountScope::Person(address) => format!("p:{address}"),
            AccountScope::Account(_) | AccountScope::Internal => return Ok(()),
        };
        batch.rows.put(UNKNOWN, key.as_bytes(), &())
    }

    /// Gives cases whose domain or person has become known to their account.
    pub(crate) fn rescope_known(&mut self, batch: &mut Batch) -> Result<()> {
        let mut unknown: Vec<String> = Vec::new();
        batch.rows.scan_keys(UNKNOWN, b"", b"\xff", &mut |key| {
            unknown.extend(std::str::from_utf8(key).ok().map(str::to_owned));
        })?;
        unknown.sort_unstable();
        for key in unknown {
            let (scope, address) = match key.split_at(2) {
                ("d:", domain) => {
                    let email = format!("someone@{domain}");
                    (AccountScope::Domain(domain.to_owned()), email)
                }
                (_, person) => (AccountScope::Person(person.to_owned()), person.to_owned()),
            };
            let address = Address { name: String::new(), email: address };
            if self.directory.scope_of_address(&address) == scope {
                continue;
            }
            batch.rows.delete(UNKNOWN, key.as_bytes());
            let far = (Instant::from_seconds(-100_000_000_000), Instant::FAR_FUTURE);
            let cases = engine::threading::ThreadIndex::active(batch, &scope, far.0, far.1);
            batch.check()?;
            for case in cases {
                self.reread_case(batch, case)?;
            }
        }
        Ok(())
    }

    /// Works out again what threading keeps of a case, from its messages.
    pub(crate) fn reread_case(&mut self, batch: &mut Batch, case: CaseId) -> Result<()> {
        let Some(state) = batch.case_state(case)? else { return Ok(()) };
        batch.change_case(case, |state| {
            state.summary = Arc::default();
            state.marks.clear();
            state.messages.clear();
        })?;
        for number in state.messages {
            let Some(message) = self.load(batch, number)? else { continue };
            let mut threadable = Threadable::of(&message, &self.directory);
            let row = batch.rows.get::<MessageRow>(MESSAGE, &number_key(number))?;
            threadable.moved = row.is_some_and(|row| row.why.rule == ThreadRule::Moved);
            batch.rows.put(THREAD_CARD, &number_key(number), &threadable.card())?;
            self.absorb(batch, case, number, &threadable, state.changed)?;
        }
        batch.touched.insert(case);
        Ok(())
    }

    /// Applies an act of a person.
    pub(crate) fn act(&mut self, batch: &mut Batch, entry: &Entry) -> Result<()> {
        match &entry.fact {
            Fact::MessagesMoved { messages, to, reason } => {
                self.moved(batch, entry, messages, *to, reason)
            }
            Fact::CasesMerged { from, into, reason } => {
                self.merged(batch, entry, *from, *into, reason)
            }
            Fact::ReviewDecided { message, join } => {
                batch.rows.delete(REVIEW, &message.0);
                let Some(case) = join else { return Ok(()) };
                let reason = "joined after review";
                self.moved(batch, entry, &[*message], MoveTarget::Case(*case), reason)
            }
            Fact::Undone { act } => self.undone(batch, entry, *act),
            Fact::SegmentsCorrected { message, segments } => {
                self.corrected(batch, entry, message, segments)
            }
            Fact::PromiseDecided { promise, decided, reason } => {
                let row = DecidedRow {
                    act: entry.seq,
                    at: entry.at,
                    recorded: entry.recorded,
                    by: actor_name(&entry.actor),
                    promise: promise.clone(),
                    decided: decided.clone(),
                    reason: reason.clone(),
                };
                let key = &promise.message;
                let mut rows: Vec<DecidedRow> =
                    batch.rows.get(DECIDED, &key.0)?.unwrap_or_default();
                rows.push(row);
                batch.rows.put(DECIDED, &key.0, &rows)?;
                let number = number_of(&batch.rows, key)?;
                let case = number.map(|number| batch.case_of(number)).transpose()?.flatten();
                let Some(case) = case else { return Ok(()) };
                self.courses.forget(case);
                batch.change_case(case, |state| state.changed = entry.seq)?;
                batch.touched.insert(case);
                Ok(())
            }
            Fact::PersonTitled { .. } => self.titled(batch, entry, &actor_name(&entry.actor)),
            Fact::FieldDecided { .. } => {
                crate::fields::apply(batch, entry, &actor_name(&entry.actor))
            }
            Fact::CaseFieldSet { case, field, value, reason } => {
                let case = batch.resolve(*case)?;
                let by = actor_name(&entry.actor);
                batch.change_case(case, |state| {
                    state.fields.retain(|known| known.field != *field);
                    state.fields.extend(value.as_ref().map(|value| FieldRow {
                        field: field.clone(),
                        value: value.clone(),
                        reason: reason.clone(),
                        by,
                        at: entry.recorded,
                    }));
                    state.changed = entry.seq;
                    state.acts.push(entry.seq);
                })?;
                batch.touched.insert(case);
                Ok(())
            }
            Fact::HandoffOffered { .. } | Fact::HandoffAccepted { .. } => {
                crate::handoff::apply(batch, entry, actor_name(&entry.actor))
            }
            Fact::SignalJudged { case, signal, judgement, reason } => {
                let case = batch.resolve(*case)?;
                let row = JudgedRow {
                    signal: signal.clone(),
                    judgement: *judgement,
                    reason: reason.clone(),
                    by: actor_name(&entry.actor),
                    at: entry.recorded,
                };
                batch.change_case(case, |state| {
                    state.judged.push(row);
                    state.judged.sort_by_key(|row| row.at);
                    state.changed = entry.seq;
                })?;
                batch.touched.insert(case);
                Ok(())
            }
            _ => Ok(()),
        }
    }

    fn moved(
        &mut self,
        batch: &mut Batch,
        entry: &Entry,
        messages: &[MessageKey],
        to: MoveTarget,
        reason: &str,
    ) -> Result<()> {
        let mut moving = Vec::new();
        for key in messages {
            let number = number_of(&batch.rows, key)?;
            let case = number.map(|number| batch.case_of(number)).transpose()?.flatten();
            moving.extend(number.zip(case));
        }
        moving.sort_unstable();
        let Some((first, _)) = moving.first().copied() else { return Ok(()) };
        let into = match to {
            MoveTarget::Case(case) => batch.resolve(case)?,
            MoveTarget::NewCase => {
                let Some(message) = self.load(batch, first)? else { return Ok(()) };
                let threadable = Threadable::of(&message, &self.directory);
                self.new_case(batch, &message, &threadable)?
            }
        };
        moving.retain(|(_, case)| *case != into);
        let by = actor_name(&entry.actor);
        let why = WhyRow {
            rule: ThreadRule::Moved,
            by: None,
            detail: format!("{by}: {reason}"),
            confidence: 100,
        };
        for (number, _) in &moving {
            if let Some(mut row) = batch.rows.get::<MessageRow>(MESSAGE, &number_key(*number))? {
                row.why = why.clone();
                batch.rows.put(MESSAGE, &number_key(*number), &row)?;
            }
        }
        let count = moving.len();
        self.reassign(
            batch,
            &moving.iter().map(|(n, _)| (*n, into)).collect::<Vec<_>>(),
            entry.seq,
        )?;
        let act = ActRow {
            text: format!("moved {count} message(s) here: {reason}"),
            by,
            at: entry.recorded,
            before: moving,
            notes: Vec::new(),
            merged: None,
            into,
            undone: false,
        };
        self.record_act(batch, entry.seq, &act)
    }

    fn merged(
        &mut self,
        batch: &mut Batch,
        entry: &Entry,
        from: CaseId,
        into: CaseId,
        reason: &str,
    ) -> Result<()> {
        let (from, into) = (batch.resolve(from)?, batch.resolve(into)?);
        let Some(gone) = batch.case_state(from)? else { return Ok(()) };
        if from == into {
            return Ok(());
        }
        self.merge_cases(batch, from, into, entry.seq)?;
        let act = ActRow {
            text: format!("merged case {from} into this one: {reason}"),
            by: actor_name(&entry.actor),
            at: entry.recorded,
            before: gone.messages.iter().map(|number| (*number, from)).collect(),
            notes: gone.notes.iter().map(|number| (*number, from)).collect(),
            merged: Some(from),
            into,
            undone: false,
        };
        self.record_act(batch, entry.seq, &act)
    }

    fn undone(&mut self, batch: &mut Batch, entry: &Entry, act: Seq) -> Result<()> {
        let key = number_key(act.0);
        let Some(mut row) = batch.rows.get::<ActRow>(ACT, &key)? else { return Ok(()) };
        if row.undone {
            return Ok(());
        }
        row.undone = true;
        batch.rows.put(ACT, &key, &row)?;
        if let Some(merged) = row.merged {
            batch.change_case(merged, |state| state.merged_into = None)?;
            batch.change_case(row.into, |state| state.merged.retain(|case| *case != merged))?;
        }
        self.reassign(batch, &row.before, entry.seq)?;
        for (number, case) in &row.notes {
            let about = batch.rows.get::<NoteRow>(NOTE, &number_key(*number))?.map(|row| row.about);
            // What was seen about an account is told to several cases: either may keep it.
            if !matches!(about, Some(NoteTarget::Account(_))) {
                batch.change_case(row.into, |state| state.notes.retain(|note| note != number))?;
            }
            self.attach_note(batch, *number, *case)?;
        }
        batch.touched.insert(row.into);
        Ok(())
    }

    /// Puts each message into the case beside it, and works out again what the cases concerned
    /// hold.
    fn reassign(&mut self, batch: &mut Batch, moves: &[(u64, CaseId)], seq: Seq) -> Result<()> {
        let mut concerned: BTreeSet<CaseId> = BTreeSet::new();
        for (number, case) in moves {
            if let Some(before) = batch.case_of(*number)? {
                concerned.insert(before);
                batch.change_case(before, |state| {
                    state.messages.retain(|known| known != number);
                    state.changed = seq;
                })?;
            }
            concerned.insert(*case);
            self.set_family(batch, *number, *case)?;
            let top = batch
                .rows
                .get::<MessageRow>(MESSAGE, &number_key(*number))?
                .is_some_and(|row| row.within.is_none());
            batch.change_case(*case, |state| {
                if top && !state.messages.contains(number) {
                    state.messages.push(*number);
                    state.messages.sort_unstable();
                }
                state.changed = seq;
            })?;
        }
        for case in concerned {
            self.reread_case(batch, case)?;
            let empty = batch
                .with_case(case, |state| state.messages.is_empty() && state.notes.is_empty())?;
            if empty == Some(true) {
                batch.rows.delete(CARD, &case_key(case));
                batch.rows.delete(PASSAGES, &case_key(case));
                batch.rows.delete(ASSESSMENT, &case_key(case));
            }
        }
        Ok(())
    }

    fn record_act(&self, batch: &mut Batch, seq: Seq, act: &ActRow) -> Result<()> {
        batch.rows.put(ACT, &number_key(seq.0), act)?;
        batch.change_case(act.into, |state| {
            state.acts.push(seq);
            state.changed = seq;
        })
    }

    fn corrected(
        &mut self,
        batch: &mut Batch,
        entry: &Entry,
        message: &MessageKey,
        segments: &[(u32, u32, String)],
    ) -> Result<()> {
        let Some(number) = number_of(&batch.rows, message)? else { return Ok(()) };
        if let Some(mut row) = batch.rows.get::<MessageRow>(MESSAGE, &number_key(number))? {
            row.corrected = Some(actor_name(&entry.actor));
            batch.rows.put(MESSAGE, &number_key(number), &row)?;
        }
        let segments: Vec<Segment> = segments
            .iter()
            .filter_map(|(start, end, kind)| {
                let kind = SegmentKind::from_name(kind)?;
                Some(Segment { start: *start, end: *end, kind })
            })
            .collect();
        batch.rows.put(SEGMENTS, &number_key(number), &segments)?;
        self.texts.clear();
        self.courses.clear();
        if let Some(case) = batch.case_of(number)? {
            batch.change_case(case, |state| state.changed = entry.seq)?;
            batch.touched.insert(case);
        }
        Ok(())
    }

    /// Applies a recorded assessment, unless it is in already.
    pub(crate) fn assessed(&mut self, batch: &mut Batch, entry: &Entry) -> Result<()> {
        let Fact::Assessed { case, rules, until, removed, added, wake } = &entry.fact else {
            return Ok(());
        };
        let key = case_key(*case);
        let before = batch.rows.get::<AssessmentRow>(ASSESSMENT, &key)?;
        if before.as_ref().is_some_and(|row| row.seq >= entry.seq) {
            return Ok(());
        }
        if batch.with_case(*case, |state| state.merged_into.is_some())? != Some(false) {
            return Ok(());
        }
        let findings = before.map(|row| row.assessment.findings).unwrap_or_default();
        let findings = engine::assess::apply_diff(findings, removed, added.clone());
        let assessment =
            model::Assessment { rules: rules.clone(), until: *until, findings, wake: *wake };
        batch.rows.put(ASSESSMENT, &key, &AssessmentRow { seq: entry.seq, assessment })?;
        batch.touched.insert(*case);
        Ok(())
    }

    pub(crate) fn count(
        &self,
        batch: &mut Batch,
        source: &SourceId,
        folder: &str,
        change: impl FnOnce(&mut Ledger),
    ) -> Result<()> {
        self.change_source(batch, source, |row| {
            let ledger = &mut folder_of(row, folder).recorded;
            ledger.seen += 1;
            change(ledger);
        })
    }

    pub(crate) fn change_source(
        &self,
        batch: &mut Batch,
        source: &SourceId,
        change: impl FnOnce(&mut SourceRow),
    ) -> Result<()> {
        batch.change_source(source, change)
    }
}

/// Who recorded a fact, for people.
pub fn actor_name(actor: &model::Actor) -> String {
    match actor {
        model::Actor::System => "Watchkeeper".to_owned(),
        model::Actor::Source(source) => source.to_string(),
        model::Actor::User(user) => user.to_string(),
        model::Actor::Rules(rules) => rules.to_string(),
        model::Actor::CommandLine => "command line".to_owned(),
    }
}
