//! A single message of Outlook (MS-OXMSG): a compound file.

use std::{
    io::{self, Cursor, Read, Seek},
    path::{Path, PathBuf},
};

use app::source::Refusal;
use cfb::CompoundFile;

use super::{
    compose,
    item::{Attachment, Item, METHOD, Properties, Value},
};
use crate::refusal::{refuse, too_large};

/// Attachments and recipients that are read of one message.
const MOST: usize = 2000;
/// Messages within messages within messages.
const DEEPEST: usize = 8;
/// A compound file begins with it.
const MAGIC: &[u8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1";
/// The name of the stream that holds values of a fixed size.
const FIXED: &str = "__properties_version1.0";

/// Whether bytes are a message of Outlook, among all the files that are compound files.
pub fn is_message(bytes: &[u8]) -> bool {
    if !bytes.starts_with(MAGIC) {
        return false;
    }
    let file = CompoundFile::open(Cursor::new(bytes));
    file.is_ok_and(|file| file.is_stream(Path::new("/").join(FIXED)))
}

/// The message in the bytes of an MSG file as RFC 5322, if it is no larger than `cap`.
pub fn read(bytes: &[u8], cap: u64) -> Result<Vec<u8>, Refusal> {
    let damaged =
        |error: io::Error| refuse("unreadable", format!("the MSG file is damaged: {error}"));
    let mut file = CompoundFile::open(Cursor::new(bytes)).map_err(damaged)?;
    let item = item(&mut file, Path::new("/"), 32, DEEPEST).map_err(damaged)?;
    if !item.is_mail() {
        let detail = format!("it is no mail but {} of Outlook", item.class());
        return Err(refuse("not_a_message", detail));
    }
    let message = compose::message(&item);
    match message.len() as u64 {
        size if size > cap => Err(too_large(size, cap)),
        _ => Ok(message),
    }
}

/// The message in a storage; `header` is how many bytes stand before its fixed values.
fn item<F: Read + Seek>(
    file: &mut CompoundFile<F>,
    at: &Path,
    header: usize,
    depth: usize,
) -> io::Result<Item> {
    let properties = properties(file, at, header)?;
    let mut below: Vec<(String, PathBuf)> = file
        .read_storage(at)?
        .filter(cfb::Entry::is_storage)
        .map(|entry| (entry.name().to_owned(), entry.path().to_owned()))
        .collect();
    // By their numbers, which are hexadecimal and of one length.
    below.sort();
    let mut item = Item { properties, ..Item::default() };
    for (name, path) in below.into_iter().take(MOST) {
        if name.starts_with("__recip_version1.0_") {
            item.recipients.extend(self::properties(file, &path, 8).ok());
        } else if name.starts_with("__attach_version1.0_") {
            // What is damaged keeps its place; the rest of the message is not.
            item.attachments.push(attachment(file, &path, depth).unwrap_or_default());
        }
    }
    Ok(item)
}

fn attachment<F: Read + Seek>(
    file: &mut CompoundFile<F>,
    at: &Path,
    depth: usize,
) -> io::Result<Attachment> {
    let properties = properties(file, at, 8)?;
    let inner = at.join("__substg1.0_3701000D");
    let is_message = properties.number(METHOD) == Some(5) && depth > 0 && file.is_storage(&inner);
    let message =
        if is_message { Some(Box::new(item(file, &inner, 24, depth - 1)?)) } else { None };
    Ok(Attachment { properties, message })
}

fn properties<F: Read + Seek>(
    file: &mut CompoundFile<F>,
    at: &Path,
    header: usize,
) -> io::Result<Properties> {
    let mut found = Properties::default();
    let streams: Vec<(String, PathBuf)> = file
        .read_storage(at)?
        .filter(cfb::Entry::is_stream)
        .map(|entry| (entry.name().to_owned(), entry.path().to_owned()))
        .collect();
    for (name, path) in streams {
        if name == FIXED {
            let bytes = stream(file, &path)?;
            for entry in bytes.get(header..).unwrap_or_default().chunks_exact(16) {
                fixed(entry, &mut found);
            }
            continue;
        }
        // __substg1.0_ and number and type, four hexadecimal digits each.
        let Some(tag) = name.strip_prefix("__substg1.0_").filter(|tag| tag.len() == 8) else {
            continue;
        };
        let (Ok(id), Ok(kind)) = (
            u16::from_str_radix(tag.get(..4).unwrap_or_default(), 16),
            u16::from_str_radix(tag.get(4..).unwrap_or_default(), 16),
        ) else {
            continue;
        };
        let value = match kind {
            0x001f => Value::wide(&stream(file, &path)?),
            0x001e => Value::Narrow(stream(file, &path)?),
            0x0102 => Value::Bytes(stream(file, &path)?),
            _ => continue,
        };
        found.0.insert(id, value);
    }
    Ok(found)
}

/// A value of fixed size: type, number, flags, value.
fn fixed(entry: &[u8], found: &mut Properties) {
    let word = |at: usize| u16::from_le_bytes([entry[at], entry[at + 1]]);
    let long = i64::from_le_bytes(entry[8..16].try_into().unwrap_or_default());
    let value = match word(0) {
        0x0002 => Value::Number(i64::from(word(8) as i16)),
        0x0003 => Value::Number(i64::from(long as i32)),
        0x000b => Value::Number(i64::from(word(8) & 0xff != 0)),
        0x0014 => Value::Number(long),
        0x0040 => Value::Time(long),
        _ => return,
    };
    found.0.insert(word(2), value);
}

fn stream<F: Read + Seek>(file: &mut CompoundFile<F>, path: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    // No stream is larger than its file, and that was capped.
    file.open_stream(path)?.read_to_end(&mut bytes)?;
    Ok(bytes)
}
