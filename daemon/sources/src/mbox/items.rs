//! An mbox as offers: one file within a folder or zip, or a source by itself.

use std::{
    fs::File,
    io,
    path::{Path, PathBuf},
    sync::Arc,
};

use app::source::{Estimate, Offer, Refusal, Source, SourceError, SourceInfo};
use model::{
    ItemKey, SourceId,
    fact::{Received, Sighting},
    id::short_hash,
};

use super::{MboxReader, Message, Piece, Quoting};
use crate::{
    disk::{ReadAt, io_error},
    refusal::{from_io, refuse, too_large},
};

/// Reads a message, at most the given number of bytes.
type Read = Box<dyn FnOnce(u64) -> Result<Vec<u8>, Refusal> + Send>;

/// An mbox up to this size is looked through for a second message before it is called a folder.
const SMALL: u64 = 4 << 20;

/// What a file that begins as an mbox does turns out to be.
pub(crate) enum Found {
    /// A single message behind a separator line: rather a file of its folder than a folder.
    One {
        /// The length of the message, still quoted.
        size: u64,
        /// The date of the separator line.
        received: Option<Received>,
        /// Reads the message.
        read: Read,
    },
    /// An mbox.
    Many(MboxItems),
}

/// What the mbox in `file` holds; see [`MboxItems::new`].
pub(crate) fn find(
    source: &SourceId,
    folder: String,
    path: &Path,
    file: File,
) -> io::Result<Found> {
    let small = file.metadata()?.len() <= SMALL;
    let file = Arc::new(file);
    if small {
        let mut items = MboxItems::new(source, folder.clone(), path, file.clone())?;
        if let Some(message) = items.only_message()? {
            let received = received(&message);
            return Ok(Found::One {
                size: message.len(),
                received,
                read: items.read_later(message),
            });
        }
    }
    Ok(Found::Many(MboxItems::new(source, folder, path, file)?))
}

fn received(message: &Message) -> Option<Received> {
    message.received.map(|at| Received { at, trusted: false })
}

/// The offers of one mbox file.
pub(crate) struct MboxItems {
    source: SourceId,
    folder: String,
    path: PathBuf,
    reader: MboxReader<Arc<File>>,
}

impl MboxItems {
    /// The offers of the mbox in `file`, which people know as `path`; they carry `folder`.
    pub fn new(
        source: &SourceId,
        folder: String,
        path: &Path,
        file: Arc<File>,
    ) -> io::Result<Self> {
        let size = file.metadata()?.len();
        let reader = MboxReader::new(file, size)?;
        Ok(Self { source: source.clone(), folder, path: path.to_owned(), reader })
    }

    /// The next message or stray text.
    pub fn next(&mut self) -> Result<Option<Offer>, SourceError> {
        let piece = self.reader.next_piece().map_err(|error| io_error(&self.path, error))?;
        Ok(piece.map(|piece| match piece {
            Piece::Message(message) => self.offer(message),
            Piece::Stray { len } => self.stray(len),
        }))
    }

    /// The only message, if there is exactly one piece and that is a message.
    fn only_message(&mut self) -> io::Result<Option<Message>> {
        let first = self.reader.next_piece()?;
        let second = self.reader.next_piece()?;
        Ok(match (first, second) {
            (Some(Piece::Message(message)), None) => Some(message),
            _ => None,
        })
    }

    /// Reads `message` of this file, later and elsewhere.
    fn read_later(&self, message: Message) -> Read {
        let (file, quoting) = (Arc::clone(self.reader.input()), self.reader.quoting());
        Box::new(move |cap| read_message(&file, &message, quoting, cap))
    }

    fn offer(&self, message: Message) -> Offer {
        if message.cut_off {
            log::warn!(
                path:% = self.path.display(), offset = message.separator;
                "the mbox ends in the midst of a line: its last message may be cut off"
            );
        }
        // The length is part of the key: a message that was cut off when it was first read is read
        // again when there is more of it.
        let known_by = short_hash(&[&message.fingerprint, &message.len().to_le_bytes()]);
        let known_by = u128::from_be_bytes(known_by);
        Offer {
            sighting: self.sighting(message.separator, received(&message)),
            item: self.key(&format!("{} {known_by:032x}", message.separator)),
            size: Some(message.len()),
            read: self.read_later(message),
        }
    }

    fn stray(&self, len: u64) -> Offer {
        let refusal = refuse(
            "not_a_message",
            format!("{len} bytes before the first line that begins a message"),
        );
        Offer {
            sighting: self.sighting(0, None),
            item: self.key(&format!("stray {len}")),
            size: Some(len),
            read: Box::new(|_| Err(refusal)),
        }
    }

    fn key(&self, place: &str) -> ItemKey {
        ItemKey::of(&self.source, &self.folder, place)
    }

    fn sighting(&self, offset: u64, received: Option<Received>) -> Sighting {
        Sighting {
            source: self.source.clone(),
            folder: self.folder.clone(),
            place: offset.to_string(),
            flags: String::new(),
            received,
            envelope: None,
        }
    }
}

fn read_message(
    file: &impl ReadAt,
    message: &Message,
    quoting: Quoting,
    cap: u64,
) -> Result<Vec<u8>, Refusal> {
    let len = message.len();
    if len == 0 {
        return Err(refuse("empty", "nothing follows its separator line"));
    }
    if len > cap {
        return Err(too_large(len, cap));
    }
    let mut bytes = vec![0; len as usize];
    let filled = file.read_at(&mut bytes, message.start).map_err(|error| from_io(&error))?;
    if filled < bytes.len() || !message.is_at_head_of(&bytes) {
        return Err(refuse("vanished", "the mbox was rewritten while it was read"));
    }
    Ok(quoting.undo(bytes))
}

/// One mbox file.
pub(crate) struct MboxSource {
    info: SourceInfo,
    size: u64,
    items: MboxItems,
}

impl MboxSource {
    /// The mbox in `file` at `path`.
    pub fn new(info: SourceInfo, path: &Path, file: File) -> Result<Self, SourceError> {
        let open = || -> io::Result<(u64, MboxItems)> {
            let size = file.metadata()?.len();
            Ok((size, MboxItems::new(&info.id, String::new(), path, Arc::new(file))?))
        };
        let (size, items) = open().map_err(|error| io_error(path, error))?;
        Ok(Self { info, size, items })
    }
}

impl Source for MboxSource {
    fn info(&self) -> &SourceInfo {
        &self.info
    }

    fn estimate(&mut self) -> Result<Estimate, SourceError> {
        Ok(Estimate { items: None, bytes: Some(self.size) })
    }

    fn next(&mut self) -> Result<Option<Offer>, SourceError> {
        self.items.next()
    }

    fn ack(&mut self, _item: &ItemKey) -> Result<(), SourceError> {
        Ok(())
    }
}
