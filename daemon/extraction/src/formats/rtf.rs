//! Rich Text Format 1.9.1: the words, without tables of fonts, pictures and fields' instructions.

use encoding_rs::{Encoding, WINDOWS_1252};
use model::Unread;

use crate::output::{File, Output};

/// Groups within groups; deeper ones are read as part of the deepest.
const DEEPEST: usize = 1_000;

/// Destinations whose content is not text of the document.
const ASIDE: &[&str] = &[
    "fonttbl",
    "colortbl",
    "stylesheet",
    "info",
    "pict",
    "object",
    "objdata",
    "fldinst",
    "themedata",
    "colorschememapping",
    "datastore",
    "latentstyles",
    "listtable",
    "listoverridetable",
    "rsidtbl",
    "generator",
    "xmlnstbl",
    "mmathPr",
    "filetbl",
    "revtbl",
    "bkmkstart",
    "bkmkend",
    "nonshppict",
    "pntext",
    "pntxta",
    "pntxtb",
    "falt",
    "panose",
    "wgrffmtfilter",
    "sp",
    "shpinst",
    "mailmerge",
];

pub(super) fn read(file: &File<'_>, output: &mut Output) -> Result<(), Unread> {
    output.format("rtf");
    let text = text(file.bytes);
    output.whole(file, &text)
}

/// The text of an RTF file, or of an RTF body of a message.
pub(super) fn text(bytes: &[u8]) -> String {
    let mut reader = Reader::new(bytes);
    reader.run();
    reader.flush();
    reader.out.push_str(&reader.comments);
    reader.out
}

#[derive(Clone, Copy)]
struct State {
    /// Whether this is no text of the document.
    aside: bool,
    /// Whether this wraps HTML that the RTF was made from.
    html_tag: bool,
    /// Whether this is a comment on the text: it is told after it, for it may stand within a word.
    comment: bool,
    /// Characters that stand for a Unicode one, for programs that know none.
    stand_ins: u32,
    encoding: &'static Encoding,
}

struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
    state: State,
    stack: Vec<State>,
    unseen: usize,
    /// The character set of the document, and those of its fonts.
    default: &'static Encoding,
    fonts: std::collections::BTreeMap<i64, &'static Encoding>,
    font: i64,
    in_fonts: Option<usize>,
    pending: Vec<u8>,
    skip: u32,
    high: Option<u16>,
    ignorable: bool,
    out: String,
    comments: String,
}

impl<'a> Reader<'a> {
    fn new(bytes: &'a [u8]) -> Self {
        let state = State {
            aside: false,
            html_tag: false,
            comment: false,
            stand_ins: 1,
            encoding: WINDOWS_1252,
        };
        Self {
            bytes,
            at: 0,
            state,
            stack: Vec::new(),
            unseen: 0,
            default: WINDOWS_1252,
            fonts: std::collections::BTreeMap::new(),
            font: 0,
            in_fonts: None,
            pending: Vec::new(),
            skip: 0,
            high: None,
            ignorable: false,
            out: String::new(),
            comments: String::new(),
        }
    }

    fn run(&mut self) {
        while let Some(&byte) = self.bytes.get(self.at) {
            self.at += 1;
            match byte {
                b'{' => self.open(),
                b'}' => self.close(),
                b'\\' => self.control(),
                b'\r' | b'\n' => {}
                byte => self.byte(byte),
            }
        }
    }

    fn open(&mut self) {
        self.flush();
        self.skip = 0;
        if self.stack.len() < DEEPEST {
            self.stack.push(self.state);
        } else {
            self.unseen += 1;
        }
    }

    fn close(&mut self) {
        self.flush();
        self.skip = 0;
        self.ignorable = false;
        if self.unseen > 0 {
            self.unseen -= 1;
        } else if let Some(state) = self.stack.pop() {
            self.state = state;
        }
        if self.in_fonts.is_some_and(|depth| self.stack.len() < depth) {
            self.in_fonts = None;
        }
    }

    fn control(&mut self) {
        let Some(&first) = self.bytes.get(self.at) else { return };
        if !first.is_ascii_alphabetic() {
            self.at += 1;
            return self.symbol(first);
        }
        let start = self.at;
        while self.bytes.get(self.at).is_some_and(u8::is_ascii_alphabetic) {
            self.at += 1;
        }
        let word = std::str::from_utf8(&self.bytes[start..self.at]).unwrap_or_default();
        let number = self.number();
        if self.bytes.get(self.at) == Some(&b' ') {
            self.at += 1;
        }
        let ignorable = std::mem::take(&mut self.ignorable);
        self.word(word, number, ignorable);
    }

    fn number(&mut self) -> Option<i64> {
        let start = self.at;
        if self.bytes.get(self.at) == Some(&b'-') {
            self.at += 1;
        }
        while self.bytes.get(self.at).is_some_and(u8::is_ascii_digit) {
            self.at += 1;
        }
        let number = std::str::from_utf8(&self.bytes[start..self.at]).ok()?.parse().ok();
        if number.is_none() {
            self.at = start;
        }
        number
    }

    fn symbol(&mut self, symbol: u8) {
        match symbol {
            b'\'' => {
                let digits = self.bytes.get(self.at..self.at + 2);
                let digits = digits.and_then(|d| std::str::from_utf8(d).ok());
                if let Some(byte) = digits.and_then(|d| u8::from_str_radix(d, 16).ok()) {
                    self.at += 2;
                    self.byte(byte);
                }
            }
            b'*' => self.ignorable = true,
            b'\\' | b'{' | b'}' => self.byte(symbol),
            b'~' => self.push(" "),
            b'_' => self.push("-"),
            b'\r' | b'\n' => self.push("\n"),
            _ => {}
        }
    }

    fn word(&mut self, word: &str, number: Option<i64>, ignorable: bool) {
        match word {
            "htmltag" => {
                // Before it is hidden: the words on both sides of a line break are two.
                if self.breaks_line() {
                    self.push("\n");
                }
                self.state.html_tag = true;
                return;
            }
            "mhtmltag" | "htmlrtf" => {
                self.flush();
                self.state.aside = word == "mhtmltag" || number != Some(0);
                return;
            }
            "fonttbl" => self.in_fonts = Some(self.stack.len()),
            "f" if self.in_fonts.is_some() => self.font = number.unwrap_or(0),
            "fcharset" if self.in_fonts.is_some() => {
                if let Some(encoding) = number.and_then(of_charset) {
                    self.fonts.insert(self.font, encoding);
                }
            }
            "f" => {
                self.flush();
                let font = number.unwrap_or(0);
                self.state.encoding = self.fonts.get(&font).copied().unwrap_or(self.default);
            }
            "ansicpg" => {
                if let Some(encoding) = number.and_then(of_code_page) {
                    self.default = encoding;
                    self.state.encoding = encoding;
                }
            }
            "mac" => {
                self.default = encoding_rs::MACINTOSH;
                self.state.encoding = self.default;
            }
            "plain" => {
                self.flush();
                self.state.encoding = self.default;
            }
            "uc" => self.state.stand_ins = number.unwrap_or(1).clamp(0, 16) as u32,
            "u" => return self.unicode(number.unwrap_or(0)),
            "bin" => {
                let length = usize::try_from(number.unwrap_or(0)).unwrap_or(0);
                self.at = self.at.saturating_add(length).min(self.bytes.len());
            }
            _ => {}
        }
        if ASIDE.contains(&word) || (ignorable && !matches!(word, "shppict" | "annotation")) {
            self.flush();
            self.state.aside = true;
            return;
        }
        match word {
            "annotation" => {
                self.state.comment = true;
                self.push("\n");
            }
            "par" | "line" | "sect" | "page" | "row" | "softline" | "column" => self.push("\n"),
            "tab" | "cell" | "nestcell" => self.push("\t"),
            "emdash" => self.push("—"),
            "endash" => self.push("–"),
            "lquote" => self.push("‘"),
            "rquote" => self.push("’"),
            "ldblquote" => self.push("“"),
            "rdblquote" => self.push("”"),
            "bullet" => self.push("•"),
            "emspace" | "enspace" | "qmspace" => self.push(" "),
            _ => {}
        }
    }

    fn unicode(&mut self, number: i64) {
        self.flush();
        self.skip = self.state.stand_ins;
        let unit = (number & 0xffff) as u16;
        let pair: Vec<u16> = self.high.take().into_iter().chain([unit]).collect();
        if (0xd800..0xdc00).contains(&unit) {
            self.high = Some(unit);
            return;
        }
        let text = String::from_utf16_lossy(&pair);
        if !self.hidden() {
            self.target().push_str(&text);
        }
    }

    fn target(&mut self) -> &mut String {
        if self.state.comment { &mut self.comments } else { &mut self.out }
    }

    /// Whether the tag that begins here begins or ends a line.
    fn breaks_line(&self) -> bool {
        let head = self.bytes.get(self.at..).unwrap_or_default();
        let head = head.trim_ascii_start();
        let Some(tag) = head.strip_prefix(b"<") else { return false };
        let tag = tag.strip_prefix(b"/").unwrap_or(tag);
        let name = tag.split(|byte| !byte.is_ascii_alphanumeric()).next().unwrap_or_default();
        let blocks: [&[u8]; 8] = [b"br", b"p", b"div", b"tr", b"td", b"th", b"li", b"table"];
        blocks.iter().any(|block| name.eq_ignore_ascii_case(block))
    }

    fn hidden(&self) -> bool {
        self.state.aside || self.state.html_tag
    }

    fn byte(&mut self, byte: u8) {
        if self.skip > 0 {
            self.skip -= 1;
        } else if !self.hidden() {
            self.pending.push(byte);
        }
    }

    fn push(&mut self, text: &str) {
        self.flush();
        self.skip = 0;
        if !self.hidden() {
            self.target().push_str(text);
        }
    }

    /// Decodes the bytes read so far: characters of several bytes must be whole.
    fn flush(&mut self) {
        if !self.pending.is_empty() {
            let (text, _) = self.state.encoding.decode_without_bom_handling(&self.pending);
            if self.state.comment {
                self.comments.push_str(&text);
            } else {
                self.out.push_str(&text);
            }
            self.pending.clear();
        }
    }
}

/// The encoding of a Windows code page.
fn of_code_page(page: i64) -> Option<&'static Encoding> {
    let label = match page {
        932 => "shift_jis".to_owned(),
        936 => "gbk".to_owned(),
        949 => "euc-kr".to_owned(),
        950 => "big5".to_owned(),
        10_000 => "macintosh".to_owned(),
        65_001 => "utf-8".to_owned(),
        page => format!("windows-{page}"),
    };
    Encoding::for_label(label.as_bytes())
}

/// The encoding of a font's character set.
fn of_charset(charset: i64) -> Option<&'static Encoding> {
    of_code_page(match charset {
        0 => 1_252,
        77 => 10_000,
        128 => 932,
        129 => 949,
        134 => 936,
        136 => 950,
        161 => 1_253,
        162 => 1_254,
        163 => 1_258,
        177 => 1_255,
        178 => 1_256,
        186 => 1_257,
        204 => 1_251,
        222 => 874,
        238 => 1_250,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_read_in_the_character_set_of_their_font() {
        let rtf = br"{\rtf1\ansi\ansicpg1252{\fonttbl{\f0 Arial;}{\f1\fcharset204 Cyr;}}
\f0 Caf\'e9 \u8364? {\f1 \'cf\'f0\'e8\'e2\'e5\'f2}\par Next\tab col{\*\generator x}}";
        assert_eq!(text(rtf), "Café € Привет\nNext\tcol");
    }

    #[test]
    fn fields_show_their_result_and_pictures_nothing() {
        let rtf = br#"{\rtf1 See {\field{\*\fldinst HYPERLINK "http://x.example"}{\fldrslt here}}{\pict 89504e47}.}"#;
        assert_eq!(text(rtf), "See here.");
    }

    #[test]
    fn a_body_that_wraps_html_gives_the_words_once() {
        let rtf = br"{\rtf1\fromhtml1{\*\htmltag64 <p>}\htmlrtf {\htmlrtf0 Hello\htmlrtf }\htmlrtf0 {\*\htmltag72 </p>} you}";
        assert_eq!(text(rtf).trim(), "Hello\n you");
    }

    #[test]
    fn a_comment_within_a_word_and_a_break_between_two_leave_them_whole() {
        let noted = br"{\rtf1 super{\*\atnid A}{\*\annotation{\*\atnref 1}nice}long word}";
        assert_eq!(text(noted), "superlong word\nnice");
        let broken = br"{\rtf1\fromhtml1 one{\*\htmltag116 <BR>}\htmlrtf \line\htmlrtf0 two}";
        assert_eq!(text(broken), "one\ntwo");
    }

    #[test]
    fn a_million_open_groups_end() {
        let rtf = [b"{\\rtf1 ".to_vec(), vec![b'{'; 1_000_000], b"deep".to_vec()].concat();
        assert_eq!(text(&rtf), "deep");
    }
}
