//! Compressed RTF (MS-OXRTFCP), and the plain text within RTF: enough to read a letter.

use encoding_rs::WINDOWS_1252;

use crate::html;

/// Bytes of RTF that are read.
const MAX_RTF: usize = 16 << 20;
/// What every dictionary begins with.
const DICTIONARY: &[u8] = b"{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern \\fscript \\fdecor MS Sans SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n\\par \\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx";

/// The text of compressed RTF; nothing if it cannot be read.
pub(super) fn text_of(compressed: &[u8]) -> Option<String> {
    let rtf = decompress(compressed)?;
    let text = Plain::read(&rtf);
    (!text.trim().is_empty()).then_some(text)
}

fn decompress(bytes: &[u8]) -> Option<Vec<u8>> {
    let number =
        |at: usize| bytes.get(at..at + 4)?.first_chunk().map(|b: &[u8; 4]| u32::from_le_bytes(*b));
    let raw_size = (number(4)? as usize).min(MAX_RTF);
    let data = bytes.get(16..)?;
    match number(8)? {
        0x414c_454d => Some(data.get(..raw_size).unwrap_or(data).to_vec()),
        0x7546_5a4c => Some(expand(data, raw_size)),
        _ => None,
    }
}

/// Undoes the LZ77 of MS-OXRTFCP: a ring of 4096 bytes, runs of 2 to 17.
fn expand(data: &[u8], raw_size: usize) -> Vec<u8> {
    let mut ring = [b' '; 4096];
    ring[..DICTIONARY.len()].copy_from_slice(DICTIONARY);
    let mut write = DICTIONARY.len();
    let mut out = Vec::with_capacity(raw_size.min(data.len() * 8));
    let mut input = data.iter().copied();
    let mut put = |byte: u8, ring: &mut [u8; 4096], write: &mut usize| {
        out.push(byte);
        ring[*write] = byte;
        *write = (*write + 1) % 4096;
        out.len() < raw_size
    };
    'all: while let Some(control) = input.next() {
        for bit in 0..8 {
            if control >> bit & 1 == 0 {
                let Some(byte) = input.next() else { break 'all };
                if !put(byte, &mut ring, &mut write) {
                    break 'all;
                }
                continue;
            }
            let (Some(high), Some(low)) = (input.next(), input.next()) else { break 'all };
            let offset = usize::from(high) << 4 | usize::from(low) >> 4;
            if offset == write {
                break 'all;
            }
            for step in 0..usize::from(low & 15) + 2 {
                let byte = ring[(offset + step) % 4096];
                if !put(byte, &mut ring, &mut write) {
                    break 'all;
                }
            }
        }
    }
    out
}

/// Reads the text out of RTF.
#[derive(Default)]
struct Plain {
    out: String,
    /// For each open group, whether its text is hidden.
    groups: Vec<bool>,
    hidden: bool,
    /// Whether the RTF encloses HTML (MS-OXRTFEX).
    from_html: bool,
    /// Characters to pass over behind a `\u`.
    skip: usize,
}

/// Groups whose text is not of the letter.
const HIDDEN: &[&str] = &[
    "fonttbl",
    "colortbl",
    "stylesheet",
    "info",
    "pict",
    "object",
    "themedata",
    "datastore",
    "generator",
    "listtable",
    "listoverridetable",
    "revtbl",
    "rsidtbl",
    "xmlnstbl",
    "latentstyles",
    "fldinst",
    "header",
    "footer",
];

impl Plain {
    fn read(rtf: &[u8]) -> String {
        let mut plain = Self::default();
        let mut at = 0;
        while let Some(&byte) = rtf.get(at) {
            at += 1;
            match byte {
                b'{' => {
                    // A bound keeps hostile nesting from growing the stack without end.
                    if plain.groups.len() < 10_000 {
                        plain.groups.push(plain.hidden);
                    }
                }
                b'}' => plain.hidden = plain.groups.pop().unwrap_or(false),
                b'\\' => at = plain.control(rtf, at),
                b'\r' | b'\n' => {}
                _ => plain.put(byte as char),
            }
        }
        if plain.from_html { html::to_text(&plain.out) } else { plain.out }
    }

    fn put(&mut self, c: char) {
        if self.skip > 0 {
            self.skip -= 1;
        } else if !self.hidden {
            self.out.push(c);
        }
    }

    /// Reads the control word or symbol behind a backslash; gives where it ends.
    fn control(&mut self, rtf: &[u8], at: usize) -> usize {
        let rest = rtf.get(at..).unwrap_or_default();
        let letters = rest.iter().take_while(|b| b.is_ascii_alphabetic()).count();
        if letters == 0 {
            return at + self.symbol(rest);
        }
        let word = String::from_utf8_lossy(rest.get(..letters).unwrap_or_default());
        let tail = rest.get(letters..).unwrap_or_default();
        let digits = tail.iter().take(8).take_while(|b| b.is_ascii_digit() || **b == b'-').count();
        let number = std::str::from_utf8(tail.get(..digits).unwrap_or_default()).ok();
        self.word(&word, number.and_then(|n| n.parse().ok()));
        at + letters + digits + usize::from(tail.get(digits) == Some(&b' '))
    }

    fn symbol(&mut self, rest: &[u8]) -> usize {
        match rest {
            [b'\'', high, low, ..] => {
                let pair = (crate::transfer::hex(*high), crate::transfer::hex(*low));
                if let (Some(high), Some(low)) = pair {
                    let byte = [high << 4 | low];
                    let (text, _) = WINDOWS_1252.decode_without_bom_handling(&byte);
                    text.chars().for_each(|c| self.put(c));
                }
                3
            }
            [b'*', ..] => {
                self.hidden |= !rest.starts_with(b"*\\htmltag");
                1
            }
            [b'~', ..] => {
                self.put(' ');
                1
            }
            [c @ (b'\\' | b'{' | b'}'), ..] => {
                self.put(*c as char);
                1
            }
            [] => 0,
            _ => 1,
        }
    }

    fn word(&mut self, word: &str, number: Option<i32>) {
        match word {
            "fromhtml" => self.from_html = true,
            // Text that stands only for readers of RTF: the HTML has it elsewhere.
            "htmlrtf" => self.hidden = number != Some(0),
            "par" | "line" | "sect" | "page" | "row" => self.put('\n'),
            "tab" | "cell" => self.put('\t'),
            "lquote" | "rquote" => self.put('\''),
            "ldblquote" | "rdblquote" => self.put('"'),
            "bullet" => self.put('•'),
            "endash" => self.put('–'),
            "emdash" => self.put('—'),
            "u" => {
                let code = number.unwrap_or(0);
                let code = if code < 0 { code + 0x1_0000 } else { code };
                self.put(u32::try_from(code).ok().and_then(char::from_u32).unwrap_or('\u{fffd}'));
                self.skip = 1;
            }
            _ if HIDDEN.contains(&word) => self.hidden = true,
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rtf_gives_its_text() {
        let rtf = br"{\rtf1\ansi{\fonttbl{\f0 Arial;}}\f0 Gr\'fc\'dfe\par from \u8364?5 \{x\}}";
        assert_eq!(Plain::read(rtf), "Grüße\nfrom €5 {x}");
    }

    #[test]
    fn html_within_rtf_comes_back() {
        let rtf = br"{\rtf1\ansi\fromhtml1 {\*\htmltag64 <p>}\htmlrtf {\htmlrtf0 Hello{\*\htmltag72 </p>}\htmlrtf\par}\htmlrtf0 }";
        assert_eq!(Plain::read(rtf).trim(), "Hello");
    }

    #[test]
    fn the_example_of_the_specification_is_expanded() {
        // MS-OXRTFCP 4.1.1
        let compressed = [
            0x2d, 0, 0, 0, 0x2b, 0, 0, 0, 0x4c, 0x5a, 0x46, 0x75, 0xf1, 0xc5, 0xc7, 0xa7, 0x03,
            0x00, 0x0a, 0x00, 0x72, 0x63, 0x70, 0x67, 0x31, 0x32, 0x35, 0x42, 0x32, 0x0a, 0xf3,
            0x20, 0x68, 0x65, 0x6c, 0x09, 0x00, 0x20, 0x62, 0x77, 0x05, 0xb0, 0x6c, 0x64, 0x7d,
            0x0a, 0x80, 0x0f, 0xa0,
        ];
        let rtf = decompress(&compressed).unwrap();
        assert_eq!(rtf, b"{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n");
        assert_eq!(text_of(&compressed).unwrap().trim(), "hello world");
    }
}
