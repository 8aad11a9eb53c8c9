//! From messages and facts to the views of files.

use mail::Message;
use model::{Digest, Entry, Fact, FileText, Instant, Unread};

use super::rows::{
    FILE, FILE_NUMBER, FILE_USE, FILE_WAITING, FILE_WAITING_OCR, FileRow, MESSAGE_FILE, Outcome,
    UseRow, file_use_key, use_key, waiting_key,
};
use crate::{Result, batch::Batch, project::Projection, tables::number_key};

/// Parts that are no file to anybody: messages, which are read as such, containers whose content is
/// listed beside them, and signatures.
fn is_no_file(media_type: &str) -> bool {
    media_type.starts_with("message/")
        || media_type.ends_with("/ms-tnef")
        || media_type.ends_with("-signature")
}

impl Projection<'_> {
    /// Enters the files of the message `number`, which lies within the message `outer` or is it.
    pub(crate) fn attached(
        &mut self,
        batch: &mut Batch,
        message: &Message,
        number: u64,
        outer: u64,
    ) -> Result<()> {
        for attachment in &message.attachments {
            if is_no_file(&attachment.media_type) || attachment.size == 0 {
                continue;
            }
            let file = attachment.sha256;
            let row = match batch.rows.get::<FileRow>(FILE, &file.0)? {
                Some(row) => row,
                None => self.new_file(batch, &file, attachment, number, message.happened)?,
            };
            if matches!(row.outcome, Outcome::Read { .. }) {
                // where it is found changes who is found by it
                self.files_to_index.push(row.number);
            }
            let used = UseRow {
                file,
                number: row.number,
                outer,
                name: attachment.name.clone(),
                media_type: attachment.media_type.clone(),
                inline: attachment.inline,
            };
            batch.rows.put(MESSAGE_FILE, &use_key(number, attachment.part), &used)?;
            batch.rows.put(FILE_USE, &file_use_key(&file, number, attachment.part), &())?;
        }
        Ok(())
    }

    fn new_file(
        &mut self,
        batch: &mut Batch,
        file: &Digest,
        attachment: &mail::Attachment,
        first: u64,
        at: Instant,
    ) -> Result<FileRow> {
        let number = self.state.next_file;
        self.state.next_file += 1;
        let kind = attachment.media_type.split('/').next().unwrap_or_default();
        let outcome = match kind {
            "image" => Outcome::Unread(Unread::Picture),
            "audio" | "video" => Outcome::Unread(Unread::Recording),
            _ => Outcome::Waiting,
        };
        let waits = waiting_key(first, file);
        match outcome {
            Outcome::Waiting => batch.rows.put(FILE_WAITING, &waits, &())?,
            Outcome::Unread(Unread::Picture) => batch.rows.put(FILE_WAITING_OCR, &waits, &())?,
            _ => {}
        }
        let row =
            FileRow { number, first, size: attachment.size, outcome, at, ocr: false, reader: 0 };
        batch.rows.put(FILE, &file.0, &row)?;
        batch.rows.put(FILE_NUMBER, &number_key(number), file)?;
        Ok(row)
    }

    /// Applies a fact about a file.
    pub(crate) fn file(&mut self, batch: &mut Batch, entry: &Entry) -> Result<()> {
        let (Fact::FileRead { file, .. }
        | Fact::FileUnread { file, .. }
        | Fact::FileRetried { file }) = &entry.fact
        else {
            return Ok(());
        };
        // A file whose messages are gone is nobody's.
        let Some(mut row) = batch.rows.get::<FileRow>(FILE, &file.0)? else { return Ok(()) };
        let waits = waiting_key(row.first, file);
        batch.rows.delete(FILE_WAITING, &waits);
        batch.rows.delete(FILE_WAITING_OCR, &waits);
        row.at = entry.recorded;
        match &entry.fact {
            Fact::FileRead { text, reader, ocr, .. } => {
                let bytes = self.evidence.get(text)?;
                let read = bytes.and_then(|b| serde_json::from_slice::<FileText>(&b).ok());
                (row.reader, row.ocr) = (*reader, *ocr);
                row.outcome = match read {
                    Some(read) => Outcome::Read { text: *text, unread: read.unread },
                    None => Outcome::Unread(Unread::Missing),
                };
                self.files_to_index.push(row.number);
            }
            Fact::FileUnread { reason, reader, ocr, .. } => {
                (row.reader, row.ocr) = (*reader, *ocr);
                row.outcome = Outcome::Unread(*reason);
                if reason.wants_ocr() && !ocr {
                    batch.rows.put(FILE_WAITING_OCR, &waits, &())?;
                }
            }
            _ => {
                row.outcome = Outcome::Waiting;
                batch.rows.put(FILE_WAITING, &waits, &())?;
            }
        }
        batch.rows.put(FILE, &file.0, &row)
    }
}
