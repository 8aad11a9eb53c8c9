//! Cases put together from views and evidence: everything that rules may look at.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use engine::{CaseFile, CaseMessage, CaseNote, NoteKind, directory::Directory};
use mail::Limits;
use model::{CaseId, MessageKey};
use rayon::prelude::*;
use store::Evidence;

use crate::{
    Result, Settings,
    courses::Course,
    library::{self, Recipe},
    promises, siblings,
    tables::{
        CaseState, HEADER_ID, HeaderIdRow, JudgedRow, MESSAGE, MessageRow, NOTE, NoteEvidence,
        NoteRow, header_id_key, number_key,
    },
    texts::{Text, TextCache},
};

/// What a case file is put together from.
pub struct Files<'a, R: library::Rows + ?Sized> {
    /// The views.
    pub rows: &'a R,
    /// Original bytes.
    pub evidence: &'a dyn Evidence,
    /// Configuration.
    pub settings: &'a Settings,
    /// Accounts and people.
    pub directory: &'a Directory,
    /// Texts for rules.
    pub texts: &'a TextCache,
}

/// Bytes that were read, with what makes a text of them and where that belongs.
type Raw = (usize, Recipe, Box<[u8]>);

/// So many messages are read before they are parsed.
const AT_ONCE: usize = 128;

/// A case with everything that rules may look at.
pub fn case_file<R: library::Rows + ?Sized>(
    files: &Files<'_, R>,
    case: CaseId,
    state: &CaseState,
    account: Option<Arc<model::Account>>,
) -> Result<CaseFile> {
    let texts = files.texts(&state.messages)?;
    let course = files.course(None, case, state, account, texts)?;
    Ok(Arc::unwrap_or_clone(course.file))
}

impl<R: library::Rows + ?Sized> Files<'_, R> {
    /// The course of a case that goes on from `known` with the texts of its further messages.
    pub(crate) fn course(
        &self,
        known: Option<&Course>,
        case: CaseId,
        state: &CaseState,
        account: Option<Arc<model::Account>>,
        texts: Vec<Option<Text>>,
    ) -> Result<Course> {
        let (seen, read) = known.map_or((0, 0), |known| (known.messages.len(), known.notes.len()));
        // A message that an earlier one would rather answer changes that one.
        let awaited = |known: &Course| {
            let mut ids = texts.iter().flatten().filter_map(|text| text.id.as_deref());
            ids.any(|id| known.awaited.contains(id))
        };
        if known.is_some_and(awaited) {
            let texts = self.texts(&state.messages)?;
            return self.course(None, case, state, account, texts);
        }
        let numbers = state.messages[seen..].iter().copied();
        let texts: Vec<(u64, Text)> =
            numbers.zip(texts).filter_map(|(number, text)| Some((number, text?))).collect();
        let mut course = known.map_or_else(|| Course::new(case), Course::again);
        course.messages.extend(texts.iter().map(|(number, text)| (*number, text.message.key)));
        let file = Arc::make_mut(&mut course.file);
        let members: BTreeMap<u64, MessageKey> = course.messages.iter().copied().collect();
        let fresh = !texts.is_empty();
        for (_, text) in texts {
            file.messages.push(self.answering(text, &members, &mut course.awaited)?);
        }
        file.messages.sort_by(|a, b| a.at.cmp(&b.at).then_with(|| a.key.cmp(&b.key)));
        for number in &state.notes[read..] {
            file.notes.extend(note(self, *number)?);
        }
        course.notes.clone_from(&state.notes);
        file.notes.sort_by(|a, b| a.at.cmp(&b.at).then_with(|| a.text.cmp(&b.text)));
        file.contacts =
            account.as_ref().map(|a| self.directory.contacts_of(&a.id)).unwrap_or_default();
        let given_to = state.fields.iter().find(|row| row.field == "team");
        file.given_to = given_to.map(|row| Arc::from(row.value.as_str()));
        file.earlier = siblings::earlier(self.rows, case)?;
        let team = file.team().map(|team| &**team);
        file.calendar = self.settings.hours().calendar_for(account.as_deref(), team);
        let tier = account.as_ref().and_then(|account| account.tier.as_deref());
        file.reply_minutes =
            tier.and_then(|tier| self.settings.reply_minutes.get(&model::fold_text(tier))).copied();
        file.account = account;
        file.judged = state.judged.iter().map(JudgedRow::judged).collect();
        if fresh {
            file.decided = promises::decided(self.rows, &file.messages)?;
        }
        Ok(course)
    }

    /// Texts of messages, from the cache or from their bytes; nothing for one that is gone.
    pub(crate) fn texts(&self, numbers: &[u64]) -> Result<Vec<Option<Text>>> {
        let mut texts: Vec<Option<Text>> = Vec::with_capacity(numbers.len());
        let (mut ids, mut missing) = (Vec::new(), Vec::new());
        for number in numbers {
            let row = self.rows.row::<MessageRow>(MESSAGE, &number_key(*number))?;
            let text = row.as_ref().and_then(|row| self.texts.get(&row.key));
            if let Some(row) = row.filter(|_| text.is_none())
                && let Some(recipe) = Recipe::of(self.rows, *number, &row)?
            {
                ids.push(row.evidence);
                missing.push((texts.len(), Some(recipe)));
            }
            texts.push(text);
        }
        let mut raw: Vec<Raw> = Vec::new();
        self.evidence.get_many(&ids, &mut |index, bytes| {
            let (at, recipe) = &mut missing[index];
            raw.extend(recipe.take().map(|recipe| (*at, recipe, bytes.into())));
            if raw.len() == AT_ONCE {
                self.parse(&mut raw, &mut texts);
            }
        })?;
        self.parse(&mut raw, &mut texts);
        Ok(texts)
    }

    /// Parses what was read, on all processors, and puts each text in its place.
    fn parse(&self, raw: &mut Vec<Raw>, texts: &mut [Option<Text>]) {
        let (limits, directory): (&Limits, _) = (&self.settings.limits, self.directory);
        let read: Vec<(usize, Option<Text>)> = raw
            .par_drain(..)
            .map(|(at, recipe, bytes)| {
                let message = recipe.parse(&bytes, limits);
                (at, message.map(|message| Text::of(&message, directory)))
            })
            .collect();
        for (at, text) in read {
            if let Some(text) = &text {
                self.texts.put(text.clone());
            }
            texts[at] = text;
        }
    }

    /// A message with the one of the same case that it answers. Those that it would rather answer,
    /// but which are not there, go to `awaited`.
    fn answering(
        &self,
        text: Text,
        members: &BTreeMap<u64, MessageKey>,
        awaited: &mut BTreeSet<String>,
    ) -> Result<Arc<CaseMessage>> {
        let mut answers = None;
        for id in text.answers.iter() {
            let known: Option<HeaderIdRow> = self.rows.row(HEADER_ID, &header_id_key(id))?;
            let found = known.and_then(|row| {
                row.messages.iter().find_map(|number| members.get(number).copied())
            });
            if found.is_some_and(|key| key != text.message.key) {
                answers = found;
                break;
            }
            awaited.insert(id.clone());
        }
        if answers == text.message.answers {
            return Ok(text.message);
        }
        let mut message = (*text.message).clone();
        message.answers = answers;
        Ok(Arc::new(message))
    }
}

fn note<R: library::Rows + ?Sized>(files: &Files<'_, R>, number: u64) -> Result<Option<CaseNote>> {
    let Some(row) = files.rows.row::<NoteRow>(NOTE, &number_key(number))? else { return Ok(None) };
    let Some(bytes) = files.evidence.get(&row.evidence)? else { return Ok(None) };
    let Ok(kept) = serde_json::from_slice::<NoteEvidence>(&bytes) else { return Ok(None) };
    let kind = kept.seen.as_ref().and_then(|seen| NoteKind::of(&seen.kind)).unwrap_or_default();
    Ok(Some(CaseNote { at: row.at, author: kept.author, text: Arc::from(kept.text), kind }))
}
