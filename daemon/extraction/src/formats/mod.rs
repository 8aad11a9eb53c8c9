//! One file a format; [`read`] chooses.

mod archive;
mod calendar;
mod compound;
mod eml;
mod html;
mod msg;
mod object;
mod office;
mod packed;
mod pdf;
mod powerpoint;
mod rtf;
mod seven;
mod sheets;
mod text;
mod word;
mod xml;

use model::Unread;

use crate::{
    kind::{Kind, kind},
    output::{File, Output},
};

/// Reads `file` into `output`. What an error leaves behind is kept.
pub(crate) fn read(file: &File<'_>, output: &mut Output) -> Result<(), Unread> {
    match kind(file) {
        Kind::Pdf => pdf::read(file, output),
        Kind::Zip => archive::read(file, output),
        Kind::Compound => compound::read(file, output),
        Kind::Gzip => packed::gzip(file, output),
        Kind::Tape => packed::tape(file, output),
        Kind::Seven => seven::read(file, output),
        Kind::Rtf => rtf::read(file, output),
        Kind::Html => html::read(file, output),
        Kind::Text => text::read(file, output),
        Kind::Mail => eml::read(file, output),
        Kind::Calendar => calendar::read(file, output),
        Kind::Picture => Err(Unread::Picture),
        Kind::Recording => Err(Unread::Recording),
        Kind::Empty => Err(Unread::Empty),
        Kind::Unknown => Err(Unread::UnknownFormat),
    }
}

/// Reads a file that lies within `outer`; what is wrong with it is noted and does not concern the
/// rest.
pub(crate) fn read_within(
    outer: &File<'_>,
    name: &str,
    media_type: &str,
    bytes: &[u8],
    output: &mut Output,
) -> Result<(), Unread> {
    let path = path_within(outer, name);
    output.enter()?;
    if outer.depth + 1 > output.limits.depth {
        output.unread(&path, Unread::TooDeep);
        return Ok(());
    }
    let base = name.rsplit('/').next().unwrap_or_default();
    let file = File { name: base, media_type, bytes, path: &path, depth: outer.depth + 1 };
    match read(&file, output) {
        Ok(()) => Ok(()),
        // there is no room for anything else either
        Err(Unread::TooLarge) if output.text_left() == 0 => Err(Unread::TooLarge),
        Err(reason) => {
            output.unread(&path, reason);
            Ok(())
        }
    }
}

/// The path of the file `name` within `outer`.
pub(crate) fn path_within(outer: &File<'_>, name: &str) -> String {
    let name = name.replace('\\', "/");
    let name: String = name.chars().filter(|c| !c.is_control()).take(200).collect();
    if outer.path.is_empty() { name } else { format!("{}/{name}", outer.path) }
}
