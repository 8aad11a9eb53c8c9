//! Files that lie in a document as objects of another program ([MS-OLEDS] 2.3.6).

use super::{compound::Compound, text::decode};

/// The stream of a file that was put in as it is.
const AS_IT_IS: &str = "\u{1}Ole10Native";
/// Streams that hold a whole file, by the programs that made it.
const WHOLE: &[&str] = &["Package", "CONTENTS"];
/// Streams by which an object is a document itself.
const ITSELF: &[&str] = &["WordDocument", "PowerPoint Document"];

/// The file in the wrapper `bytes` and its name; nothing if it holds something else.
pub(super) fn unwrapped(bytes: &[u8]) -> Option<(String, Vec<u8>)> {
    let mut object = Compound::open(bytes).ok()?;
    let most = bytes.len() as u64;
    let streams = object.streams("/");
    let has = |name: &str| streams.iter().any(|stream| stream == name);
    if has(AS_IT_IS) {
        return native(&object.stream(&format!("/{AS_IT_IS}"), most)?);
    }
    if let Some(name) = WHOLE.iter().find(|name| has(name)) {
        return Some(("object".to_owned(), object.stream(&format!("/{name}"), most)?));
    }
    ITSELF.iter().any(|name| has(name)).then(|| ("object".to_owned(), bytes.to_vec()))
}

/// Sizes, names and paths, then the file.
fn native(stream: &[u8]) -> Option<(String, Vec<u8>)> {
    // The size of all and a mark, then the name that is shown and where the file came from.
    let (name, rest) = until_nought(stream.get(6..)?)?;
    let (_, rest) = until_nought(rest)?;
    let (path, rest) = counted(rest.get(4..)?)?;
    let (file, _) = counted(rest)?;
    let shown = if name.is_empty() { path } else { name };
    let shown = decode(shown.strip_suffix(&[0]).unwrap_or(shown), "");
    let name = shown.rsplit(['/', '\\']).next().unwrap_or_default().to_owned();
    Some((name, file.to_vec()))
}

fn until_nought(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let end = bytes.iter().position(|byte| *byte == 0)?;
    Some((&bytes[..end], &bytes[end + 1..]))
}

fn counted(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let count = u32::from_le_bytes(bytes.get(..4)?.try_into().ok()?) as usize;
    bytes.get(4..)?.split_at_checked(count)
}

#[cfg(test)]
mod tests {
    use std::io::{Cursor, Write as _};

    use super::*;

    fn wrapper(name: &str, stream: &[u8]) -> Vec<u8> {
        let mut file = cfb::CompoundFile::create(Cursor::new(Vec::new())).unwrap();
        file.create_stream(format!("/{name}")).unwrap().write_all(stream).unwrap();
        file.into_inner().into_inner()
    }

    #[test]
    fn a_file_put_into_a_document_comes_out_with_its_name() {
        let stream = b"\x30\0\0\0\x02\0plan.txt\0C:\\plan.txt\0\0\0\x03\0\x05\0\0\0C:\\p\0\
                       \x04\0\0\0dock";
        let found = unwrapped(&wrapper(AS_IT_IS, stream)).unwrap();
        assert_eq!(found, ("plan.txt".to_owned(), b"dock".to_vec()));
        let found = unwrapped(&wrapper("Package", b"PK")).unwrap();
        assert_eq!(found.1, b"PK");
    }

    #[test]
    fn an_object_of_another_program_or_a_cut_one_gives_no_file() {
        assert_eq!(unwrapped(&wrapper("Equation Native", b"x")), None);
        assert_eq!(unwrapped(&wrapper(AS_IT_IS, b"\x30\0\0\0\x02\0plan.txt\0C:")), None);
        assert_eq!(unwrapped(b"none"), None);
    }
}
