//! One file that is one message.

use std::path::PathBuf;

use app::source::{Estimate, Offer, Source, SourceError, SourceInfo};
use model::{ItemKey, fact::Sighting};

use crate::{
    disk::{io_error, shown},
    folder::read_file,
};

/// A single message.
pub struct MessageFile {
    info: SourceInfo,
    path: PathBuf,
    given: bool,
}

impl MessageFile {
    /// The message in the file at `path`.
    pub fn new(info: SourceInfo, path: PathBuf) -> Self {
        Self { info, path, given: false }
    }
}

impl Source for MessageFile {
    fn info(&self) -> &SourceInfo {
        &self.info
    }

    fn estimate(&mut self) -> Result<Estimate, SourceError> {
        let file = std::fs::metadata(&self.path).map_err(|error| io_error(&self.path, error))?;
        Ok(Estimate { items: Some(1), bytes: Some(file.len()) })
    }

    fn next(&mut self) -> Result<Option<Offer>, SourceError> {
        if std::mem::replace(&mut self.given, true) {
            return Ok(None);
        }
        let place = self.path.file_name().map(shown).unwrap_or_default();
        let path = self.path.clone();
        let source = self.info.id.clone();
        Ok(Some(Offer {
            item: ItemKey::of(&source, "", &place),
            sighting: Sighting {
                source,
                folder: String::new(),
                place,
                flags: String::new(),
                received: None,
                envelope: None,
            },
            size: None,
            read: Box::new(move |cap| read_file(&path, cap, true)),
        }))
    }

    fn ack(&mut self, _item: &ItemKey) -> Result<(), SourceError> {
        Ok(())
    }
}
