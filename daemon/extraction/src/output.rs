//! What reading a file has brought so far, and what it may still cost.

use model::{
    FileText, Unread,
    file::{Place, Section, Unit, UnreadPart},
};

use crate::{Limits, wire::Answer};

/// From this many unpacked bytes on, the ratio counts.
const RATIO_FROM: u64 = 16 << 20;

/// A file as a format gets it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct File<'a> {
    /// Its name, without directories.
    pub name: &'a str,
    /// Its media type as declared; may be empty.
    pub media_type: &'a str,
    /// Its bytes.
    pub bytes: &'a [u8],
    /// Its path within the outermost file; empty for that itself.
    pub path: &'a str,
    /// How many files it lies in.
    pub depth: u32,
}

/// Collects text under limits.
pub(crate) struct Output {
    pub limits: Limits,
    text: FileText,
    text_left: u64,
    unpacked_left: u64,
    files_left: u32,
    pictures_wanted: bool,
    pictures: Vec<(u32, Vec<u8>)>,
    picture_bytes_left: u64,
}

impl Output {
    pub fn new(limits: Limits, pictures_wanted: bool) -> Self {
        Self {
            limits,
            text: FileText::default(),
            text_left: limits.text_bytes,
            unpacked_left: limits.unpacked_bytes,
            files_left: limits.files,
            pictures_wanted,
            pictures: Vec::new(),
            picture_bytes_left: limits.picture_bytes,
        }
    }

    /// Bytes of text that there is still room for.
    pub fn text_left(&self) -> u64 {
        self.text_left
    }

    /// Names the format of the outermost file.
    pub fn format(&mut self, name: &str) {
        if self.text.format.is_empty() {
            name.clone_into(&mut self.text.format);
        }
    }

    /// Adds a stretch of text. Refused once there is too much; what fits is kept.
    pub fn section(
        &mut self,
        file: &File<'_>,
        unit: Unit,
        number: u32,
        name: &str,
        text: &str,
    ) -> Result<(), Unread> {
        let mut tidy = tidy(text);
        let full = tidy.len() as u64 > self.text_left;
        if full {
            tidy.truncate(tidy.floor_char_boundary(self.text_left as usize));
        }
        self.text_left -= tidy.len() as u64;
        if !tidy.is_empty() {
            let place =
                Place { path: file.path.to_owned(), unit, number, name: name.trim().to_owned() };
            self.text.sections.push(Section { place, text: tidy });
        }
        if full { Err(Unread::TooLarge) } else { Ok(()) }
    }

    /// Adds a whole file's text.
    pub fn whole(&mut self, file: &File<'_>, text: &str) -> Result<(), Unread> {
        self.section(file, Unit::Whole, 1, "", text)
    }

    /// Notes that the file at `path` within the outermost one was not read.
    pub fn unread(&mut self, path: &str, reason: Unread) {
        self.text.unread.push(UnreadPart { path: path.to_owned(), reason });
    }

    /// Counts a file within a file.
    pub fn enter(&mut self) -> Result<(), Unread> {
        self.files_left = self.files_left.checked_sub(1).ok_or(Unread::TooLarge)?;
        Ok(())
    }

    /// Counts what came out of `packed` bytes.
    pub fn unpacked(&mut self, packed: u64, bytes: u64) -> Result<(), Unread> {
        if bytes >= RATIO_FROM && bytes / packed.max(1) > self.limits.ratio {
            return Err(Unread::Bomb);
        }
        self.unpacked_left = self.unpacked_left.checked_sub(bytes).ok_or(Unread::Bomb)?;
        Ok(())
    }

    /// How much a file may at most unpack to.
    pub fn most_unpacked(&self) -> u64 {
        self.unpacked_left
    }

    /// Whether pictures of pages are wanted still.
    pub fn wants_pictures(&self) -> bool {
        self.pictures_wanted && self.pictures.len() < self.limits.pictures as usize
    }

    /// Hands on the picture of a page.
    pub fn picture(&mut self, page: u32, bytes: Vec<u8>) {
        if let Some(left) = self.picture_bytes_left.checked_sub(bytes.len() as u64)
            && self.wants_pictures()
        {
            self.picture_bytes_left = left;
            self.pictures.push((page, bytes));
        }
    }

    /// What was read, given how reading the outermost file ended.
    pub fn finish(self, ended: Result<(), Unread>) -> Answer {
        let Self { mut text, pictures, .. } = self;
        let nothing = text.sections.is_empty() && text.unread.is_empty();
        let outcome = match ended {
            Err(reason) if text.sections.is_empty() => Err(reason),
            Ok(()) if nothing => Err(Unread::Empty),
            Err(reason) => {
                text.unread.push(UnreadPart { path: String::new(), reason });
                Ok(text)
            }
            Ok(()) => Ok(text),
        };
        Answer { outcome, pictures }
    }
}

/// `text` with line ends `\n`, without control characters, and with no more than one empty line or
/// run of spaces at once; empty if nothing is to be seen in it.
pub(crate) fn tidy(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut empty = 0;
    for line in text.split(['\n', '\r', '\u{b}', '\u{c}', '\u{85}', '\u{2028}', '\u{2029}']) {
        let start = out.len();
        let mut space = false;
        for c in line.chars() {
            if c == '\t' {
                space = false;
                if out.len() > start {
                    out.push('\t');
                }
            } else if c.is_whitespace() {
                space = true;
            } else if !c.is_control()
                && !matches!(c, '\u{ad}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}')
            {
                if space && out.len() > start && !out.ends_with('\t') {
                    out.push(' ');
                }
                space = false;
                out.push(c);
            }
        }
        while out.len() > start && out.ends_with('\t') {
            out.pop();
        }
        if out.len() > start {
            out.push('\n');
            empty = 0;
        } else if empty == 0 && !out.is_empty() {
            out.push('\n');
            empty = 1;
        }
    }
    out.truncate(out.trim_end().len());
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_kept_tidy_and_soft_hyphens_do_not_split_words() {
        assert_eq!(tidy("a  b\r\n\r\n\r\n\r\nc\t\td\t\n"), "a b\n\nc\t\td");
        assert_eq!(tidy("Ge\u{ad}rät\u{0}e \u{a0} x"), "Geräte x");
        assert_eq!(tidy(" \n\t\n "), "");
    }

    #[test]
    fn text_beyond_the_limit_is_cut_and_said_to_be_cut() {
        let limits = Limits { text_bytes: 5, ..Limits::default() };
        let mut output = Output::new(limits, false);
        let file = File { name: "a.txt", media_type: "", bytes: b"", path: "", depth: 0 };
        let ended = output.whole(&file, "ééé");
        assert_eq!(ended, Err(Unread::TooLarge));
        let read = output.finish(ended).outcome.unwrap();
        assert_eq!(read.sections[0].text, "éé");
        assert_eq!(read.unread[0].reason, Unread::TooLarge);
    }

    #[test]
    fn what_unpacks_to_far_more_is_a_bomb() {
        let mut output = Output::new(Limits::default(), false);
        assert_eq!(output.unpacked(1 << 20, 32 << 20), Ok(()));
        assert_eq!(output.unpacked(1 << 10, 32 << 20), Err(Unread::Bomb));
        assert_eq!(output.unpacked(200 << 20, 230 << 20), Err(Unread::Bomb));
    }
}
