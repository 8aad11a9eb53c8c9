//! From messages and notes to documents of the index.

use mail::{Message, SegmentKind};
use model::{CaseId, Fact, Side};
use rayon::prelude::*;
use store::SearchDocument;

use crate::{
    Result,
    files::{FILE, FileRow, message_files},
    library::{self, Rows},
    overlay::Overlay,
    project::Projection,
    record::CaseRow,
    tables::{
        CARD, EVIDENCE, EvidenceRow, FIRST_FILE_NUMBER, FIRST_NOTE_NUMBER, MESSAGE, MESSAGE_CASE,
        MessageRow, NOTE, NOTE_ID, NoteEvidence, NoteRow, case_key, number_key,
    },
    watchkeeper::Watchkeeper,
};

/// How many facts are looked through at once while catching up.
const FACTS: usize = 2048;
/// How many files are read back at once.
const FILES: usize = 64;

impl Watchkeeper {
    /// The documents of what a batch brought.
    pub(crate) fn documents(
        &self,
        rows: &Overlay,
        projection: &Projection<'_>,
    ) -> Result<Vec<SearchDocument>> {
        let mut meta = Vec::with_capacity(projection.to_index.len());
        for (number, message) in &projection.to_index {
            meta.push((*number, message, self.meta(rows, *number)?));
        }
        let mut documents: Vec<SearchDocument> = meta
            .into_par_iter()
            .map(|(number, message, meta)| document(number, message, meta))
            .collect();
        for number in &projection.notes_to_index {
            documents.extend(self.note_document(rows, *number)?);
        }
        Ok(documents)
    }

    /// The documents of files that a batch brought text or places of, once the batch is in the
    /// views.
    pub(crate) fn file_documents(&self, mut files: Vec<u64>) -> Result<Vec<SearchDocument>> {
        if files.is_empty() {
            return Ok(Vec::new());
        }
        files.sort_unstable();
        files.dedup();
        let snapshot = self.ports.views.snapshot()?;
        let mut documents = Vec::with_capacity(files.len());
        for number in files {
            documents.extend(self.file_document(&*snapshot, number)?);
        }
        Ok(documents)
    }

    /// Indexes what the views hold and the index lacks, after a crash between the two.
    pub(crate) fn catch_up_search(&self) -> Result<()> {
        let (from, to) = (self.ports.search.applied()?, self.ports.views.applied()?);
        if from > to {
            log::warn!("the index is ahead of the journal: building it again");
            return self.rebuild_search(&mut |_, _| ());
        }
        let mut next = from.next();
        while next <= to {
            let entries = self.ports.journal.read(next, FACTS)?;
            let Some(last) = entries.last() else { break };
            let last = last.seq.min(to);
            let snapshot = self.ports.views.snapshot()?;
            let mut numbers = Vec::new();
            for entry in entries.iter().filter(|entry| entry.seq <= to) {
                self.numbers_of(&*snapshot, &entry.fact, &mut numbers)?;
            }
            self.index_numbers(&*snapshot, &numbers)?;
            self.ports.search.commit(last)?;
            next = last.next();
        }
        Ok(())
    }

    /// Builds a fresh index beside the one that answers, and lets it answer then. `progress` gets
    /// documents done and documents in all.
    pub fn rebuild_search(&self, progress: &mut dyn FnMut(u64, u64)) -> Result<()> {
        self.ports.search.begin_generation()?;
        let applied = self.ports.views.applied()?;
        let state = self.state()?;
        let total = state.next_message + state.next_note + state.next_file;
        let mut done = 0;
        let messages: Vec<u64> = (0..state.next_message).collect();
        let notes: Vec<u64> = (0..state.next_note).map(|n| FIRST_NOTE_NUMBER + n).collect();
        let files: Vec<u64> = (0..state.next_file).map(|n| FIRST_FILE_NUMBER + n).collect();
        let chunks = messages.chunks(FACTS).chain(notes.chunks(FACTS)).chain(files.chunks(FILES));
        for chunk in chunks {
            let snapshot = self.ports.views.snapshot()?;
            self.index_numbers(&*snapshot, chunk)?;
            done += chunk.len() as u64;
            progress(done, total);
        }
        self.ports.search.commit(applied)?;
        self.ports.search.swap()?;
        self.catch_up_search()
    }

    /// Numbers of the documents that a fact gave rise to.
    fn numbers_of(
        &self,
        rows: &dyn store::Snapshot,
        fact: &Fact,
        numbers: &mut Vec<u64>,
    ) -> Result<()> {
        match fact {
            Fact::Captured { evidence, .. } | Fact::RetryRequested { evidence } => {
                let row = rows.row::<EvidenceRow>(EVIDENCE, &evidence.0)?;
                if let Some(number) = row.and_then(|row| row.message) {
                    self.family(rows, number, numbers)?;
                }
            }
            Fact::FileRead { file, .. } => {
                let row = rows.row::<FileRow>(FILE, &file.0)?;
                numbers.extend(row.map(|row| FIRST_FILE_NUMBER + row.number));
            }
            Fact::NoteAdded { note, .. } => numbers.extend(rows.row::<u64>(NOTE_ID, &note.0)?),
            _ => {}
        }
        Ok(())
    }

    fn family(&self, rows: &dyn store::Snapshot, number: u64, out: &mut Vec<u64>) -> Result<()> {
        out.push(number);
        // files that were read before are found by this message, too
        for (_, used) in message_files(rows, number)? {
            out.push(FIRST_FILE_NUMBER + used.number);
        }
        let row = rows.row::<MessageRow>(MESSAGE, &number_key(number))?;
        for inner in row.map(|row| row.nested).unwrap_or_default() {
            self.family(rows, inner, out)?;
        }
        Ok(())
    }

    fn index_numbers(&self, rows: &dyn store::Snapshot, numbers: &[u64]) -> Result<()> {
        let mut documents = Vec::with_capacity(numbers.len());
        for number in numbers {
            if *number >= FIRST_FILE_NUMBER {
                documents.extend(self.file_document(rows, *number - FIRST_FILE_NUMBER)?);
                continue;
            }
            if *number >= FIRST_NOTE_NUMBER {
                documents.extend(self.note_document(rows, *number)?);
                continue;
            }
            let message =
                library::load(rows, &*self.ports.evidence, &self.settings.limits, *number)?;
            if let Some(message) = message {
                documents.push(document(*number, &message, self.meta(rows, *number)?));
            }
        }
        Ok(self.ports.search.add(documents)?)
    }

    fn meta<R: Rows + ?Sized>(&self, rows: &R, number: u64) -> Result<Meta> {
        let row = rows.row::<MessageRow>(MESSAGE, &number_key(number))?;
        let case = rows.row::<CaseId>(MESSAGE_CASE, &number_key(number))?;
        let mut meta = Meta { account: account_words(rows, case)?, ..Meta::default() };
        if let Some(row) = row {
            meta.kind = if row.within.is_some() { "nested" } else { "message" };
            meta.from_us = row.side == Side::Us as u8;
            meta.sources = self.sources_of(rows, &row)?;
        }
        Ok(meta)
    }

    fn sources_of<R: Rows + ?Sized>(&self, rows: &R, row: &MessageRow) -> Result<Vec<String>> {
        let kept = rows.row::<EvidenceRow>(EVIDENCE, &row.evidence.0)?;
        Ok(kept.map(|kept| kept.source).into_iter().collect())
    }

    fn note_document<R: Rows + ?Sized>(
        &self,
        rows: &R,
        number: u64,
    ) -> Result<Option<SearchDocument>> {
        let Some(row) = rows.row::<NoteRow>(NOTE, &number_key(number))? else { return Ok(None) };
        let Some(bytes) = self.ports.evidence.get(&row.evidence)? else { return Ok(None) };
        let Ok(note) = serde_json::from_slice::<NoteEvidence>(&bytes) else { return Ok(None) };
        Ok(Some(SearchDocument {
            number,
            kind: "note".to_owned(),
            at: row.at,
            from: row.author,
            body: note.text,
            account: account_words(rows, row.case)?,
            from_us: true,
            ..SearchDocument::default()
        }))
    }

    /// The share of the documents that the answering index holds, in percent.
    pub(crate) fn search_coverage(&self) -> Result<f32> {
        let (indexed, applied) = (self.ports.search.applied()?, self.ports.views.applied()?);
        if indexed >= applied {
            return Ok(100.0);
        }
        Ok(100.0 * indexed.0 as f32 / applied.0.max(1) as f32)
    }
}

/// What a document holds beside its message.
#[derive(Default)]
struct Meta {
    kind: &'static str,
    account: Vec<String>,
    sources: Vec<String>,
    from_us: bool,
}

fn account_words<R: Rows + ?Sized>(rows: &R, case: Option<CaseId>) -> Result<Vec<String>> {
    let Some(case) = case else { return Ok(Vec::new()) };
    let card = rows.row::<CaseRow>(CARD, &case_key(case))?;
    Ok(card
        .map(|card| card.account.id.into_iter().chain([card.account.name]).collect())
        .unwrap_or_default())
}

fn document(number: u64, message: &Message, meta: Meta) -> SearchDocument {
    let mut body = String::new();
    let mut quoted = String::new();
    for segment in &message.segments {
        let text = message.text_of(segment);
        let into = if segment.kind == SegmentKind::New { &mut body } else { &mut quoted };
        into.push_str(text);
        into.push('\n');
    }
    let people = message.to.iter().chain(&message.cc).chain(&message.bcc);
    SearchDocument {
        number,
        kind: meta.kind.to_owned(),
        at: message.happened,
        from: message.from.to_string(),
        to: people.map(ToString::to_string).collect(),
        subject: message.subject.clone(),
        body,
        quoted,
        attachments: message.attachments.iter().map(|a| a.name.clone()).collect(),
        media_types: message.attachments.iter().map(|a| a.media_type.clone()).collect(),
        account: meta.account,
        sources: meta.sources,
        class: message.class.kind.name().to_owned(),
        from_us: meta.from_us,
    }
}
