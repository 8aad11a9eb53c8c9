//! Attachments of Outlook's own container, `winmail.dat` (MS-OXTNEF).

use crate::Attachment;

/// A TNEF container.
pub(crate) struct Container;

/// Reads a container.
pub(crate) fn read(_bytes: &[u8]) -> Option<Container> {
    None
}

impl Container {
    /// How many files it holds.
    pub fn count_files(&self) -> u32 {
        0
    }

    /// The bytes of a file.
    pub fn file(&self, _at: u32) -> Option<Vec<u8>> {
        None
    }

    /// Its files.
    pub fn list(&self, _first: u32) -> Vec<Attachment> {
        Vec::new()
    }

    /// Its body.
    pub fn text(&self) -> Option<String> {
        None
    }
}
