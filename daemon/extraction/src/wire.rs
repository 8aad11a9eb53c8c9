//! Frames between the service and the child: a length, then that many bytes.

use std::io::{self, Read, Write};

use model::{FileText, Unread};
use serde::{Deserialize, Serialize, de::DeserializeOwned};

use crate::{Confinement, Limits};

/// No frame is longer.
const LONGEST: u64 = 1 << 30;

/// Room that is made for a frame before its bytes come.
const SMALL: u64 = 256 << 10;

/// What the child is asked to read; the bytes of the file follow in a frame of their own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Asked {
    /// The file's name.
    pub name: String,
    /// Its media type, as its sender says.
    pub media_type: String,
    /// Whether pictures of pages without text are wanted.
    pub pictures: bool,
    /// What reading may cost.
    pub limits: Limits,
}

/// What the child says.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) enum Said {
    /// It is confined, and waits for files.
    Ready(Confinement),
    /// It has read a file.
    Read(Answer),
}

/// What the child read.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Answer {
    /// The text, or why there is none.
    pub outcome: Result<FileText, Unread>,
    /// Pictures of pages, by page.
    pub pictures: Vec<(u32, Vec<u8>)>,
}

/// Writes one frame.
pub(crate) fn write_bytes(to: &mut impl Write, bytes: &[u8]) -> io::Result<()> {
    to.write_all(&(bytes.len() as u64).to_le_bytes())?;
    to.write_all(bytes)?;
    to.flush()
}

/// Reads one frame of at most `most` bytes; nothing at the end.
pub(crate) fn read_bytes(from: &mut impl Read, most: u64) -> io::Result<Option<Vec<u8>>> {
    let mut length = [0; 8];
    match from.read_exact(&mut length) {
        Ok(()) => {}
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(None),
        Err(error) => return Err(error),
    }
    let length = u64::from_le_bytes(length);
    if length > most.min(LONGEST) {
        return Err(io::Error::new(io::ErrorKind::InvalidData, "the frame is too long"));
    }
    // What is said to come is believed a little: most files need no more room than this.
    let mut bytes = Vec::with_capacity(length.min(SMALL) as usize);
    from.take(length).read_to_end(&mut bytes)?;
    if bytes.len() as u64 != length {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    Ok(Some(bytes))
}

/// Writes `value` as one frame.
pub(crate) fn write<T: Serialize>(to: &mut impl Write, value: &T) -> io::Result<()> {
    let bytes = postcard::to_stdvec(value).map_err(io::Error::other)?;
    write_bytes(to, &bytes)
}

/// Reads a value from one frame; nothing at the end.
pub(crate) fn read<T: DeserializeOwned>(from: &mut impl Read, most: u64) -> io::Result<Option<T>> {
    let Some(bytes) = read_bytes(from, most)? else { return Ok(None) };
    postcard::from_bytes(&bytes).map(Some).map_err(io::Error::other)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_that_lies_about_its_length_is_refused_without_room_made_for_it() {
        let mut bytes = u64::MAX.to_le_bytes().to_vec();
        bytes.extend(b"short");
        assert!(read_bytes(&mut &bytes[..], u64::MAX).is_err());
        let mut cut = 100_u64.to_le_bytes().to_vec();
        cut.extend(b"short");
        assert!(read_bytes(&mut &cut[..], u64::MAX).is_err());
        assert!(read_bytes(&mut &[][..], u64::MAX).unwrap().is_none());
    }

    #[test]
    fn what_is_written_is_read_back() {
        let asked = Asked {
            name: "offer.pdf".to_owned(),
            media_type: "application/pdf".to_owned(),
            pictures: true,
            limits: Limits::default(),
        };
        let mut wire = Vec::new();
        write(&mut wire, &asked).unwrap();
        write_bytes(&mut wire, b"%PDF").unwrap();
        let mut from = &wire[..];
        assert_eq!(read::<Asked>(&mut from, 1 << 20).unwrap(), Some(asked));
        assert_eq!(read_bytes(&mut from, 1 << 20).unwrap().as_deref(), Some(&b"%PDF"[..]));
        assert_eq!(read::<Asked>(&mut from, 1 << 20).unwrap(), None);
    }
}
