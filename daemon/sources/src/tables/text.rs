//! The text of a file that a spreadsheet or a script wrote.

use std::{
    fs::File,
    io::{self, Read},
    path::Path,
};

use encoding_rs::{Encoding, WINDOWS_1252};

use super::TableError;

/// No table is larger.
const LARGEST: u64 = 256 << 20;

/// The text of the file at `path`: by its byte order mark, else as UTF-8, else as Windows-1252,
/// which is what spreadsheets write that do not write UTF-8.
pub fn read(path: &Path) -> Result<String, TableError> {
    let read = || -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        File::open(path)?.take(LARGEST + 1).read_to_end(&mut bytes)?;
        if bytes.len() as u64 > LARGEST {
            return Err(io::Error::other("it is larger than 256 MiB; split it into several files"));
        }
        Ok(bytes)
    };
    let bytes = read().map_err(|source| TableError::Io { path: path.to_owned(), source })?;
    Ok(decode(bytes))
}

fn decode(bytes: Vec<u8>) -> String {
    if let Some((encoding, mark)) = Encoding::for_bom(&bytes) {
        return encoding.decode_without_bom_handling(&bytes[mark..]).0.into_owned();
    }
    String::from_utf8(bytes).unwrap_or_else(|error| {
        WINDOWS_1252.decode_without_bom_handling(error.as_bytes()).0.into_owned()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn umlauts_survive_every_spreadsheet() {
        let text = "Müller €";
        assert_eq!(decode(text.as_bytes().to_vec()), text);
        assert_eq!(decode([b"\xef\xbb\xbf", text.as_bytes()].concat()), text);
        assert_eq!(decode(b"M\xfcller \x80".to_vec()), text);
        let utf16: Vec<u8> = "\u{feff}Müller €".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(decode(utf16), text);
    }
}
