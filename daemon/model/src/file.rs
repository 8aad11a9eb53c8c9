//! What was read of an attached file, or why it was not.

use serde::{Deserialize, Serialize};

/// Why a file, or a file within it, was not read (F25).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unread {
    /// It opens with a password alone.
    Encrypted,
    /// It is damaged, cut off or not what it says it is.
    Corrupt,
    /// There is nothing in it.
    Empty,
    /// It, or its text, is larger than what is read.
    TooLarge,
    /// It unpacks to far more than it is.
    Bomb,
    /// It lies in containers within containers within containers.
    TooDeep,
    /// Reading took too long.
    TimedOut,
    /// Reading took more memory than a file may.
    OutOfMemory,
    /// What read it broke down over it.
    Crashed,
    /// Its format is not one that is read.
    UnknownFormat,
    /// It holds pictures of pages and no text.
    Scan,
    /// It is a picture.
    Picture,
    /// No text was found in its pictures.
    NoText,
    /// It is sound or film.
    Recording,
    /// Its bytes are not in the evidence, or its part is not in its message any more.
    Missing,
}

impl Unread {
    /// Every reason, in the order in which people see them.
    pub const ALL: [Self; 15] = [
        Self::Encrypted,
        Self::Corrupt,
        Self::Empty,
        Self::TooLarge,
        Self::Bomb,
        Self::TooDeep,
        Self::TimedOut,
        Self::OutOfMemory,
        Self::Crashed,
        Self::UnknownFormat,
        Self::Scan,
        Self::Picture,
        Self::NoText,
        Self::Recording,
        Self::Missing,
    ];

    /// The reason as files and programs write it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Encrypted => "encrypted",
            Self::Corrupt => "corrupt",
            Self::Empty => "empty",
            Self::TooLarge => "too_large",
            Self::Bomb => "bomb",
            Self::TooDeep => "too_deep",
            Self::TimedOut => "timed_out",
            Self::OutOfMemory => "out_of_memory",
            Self::Crashed => "crashed",
            Self::UnknownFormat => "unknown_format",
            Self::Scan => "scan",
            Self::Picture => "picture",
            Self::NoText => "no_text",
            Self::Recording => "recording",
            Self::Missing => "missing",
        }
    }

    /// The reason that is written so.
    pub fn of_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.word() == word)
    }

    /// What it means and what can be done, for people.
    pub fn told(self) -> &'static str {
        match self {
            Self::Encrypted => "it opens with a password alone: ask its sender for an open copy",
            Self::Corrupt => "it is damaged or cut off: ask its sender for it once more",
            Self::Empty => "there is nothing in it",
            Self::TooLarge => "it is larger than what is read: raise the limits under [files]",
            Self::Bomb => "it unpacks to far more than it is: open it only with great care",
            Self::TooDeep => "it lies too deep in other files: unpack it and send it on",
            Self::TimedOut => "reading it took too long: raise `seconds` under [files] and retry",
            Self::OutOfMemory => "reading it took too much memory: open the original",
            Self::Crashed => "the reader broke down over it: retry after an update",
            Self::UnknownFormat => "its format is not one that is read: open the original",
            Self::Scan => "it holds pictures of pages and no text: allow `ocr` under [files]",
            Self::Picture => "it is a picture: allow `ocr` under [files] to read its text",
            Self::NoText => "no text was found in its pictures",
            Self::Recording => "it is sound or film: open the original",
            Self::Missing => "its bytes are not there: run `watchkeeper verify`",
        }
    }

    /// Whether reading text out of pictures may help.
    pub fn wants_ocr(self) -> bool {
        matches!(self, Self::Scan | Self::Picture)
    }
}

/// What a stretch of a file's text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// The whole file: it has no parts that people know.
    Whole,
    /// A page.
    Page,
    /// A sheet.
    Sheet,
    /// A slide.
    Slide,
}

/// Where a stretch of text stands in its file. (Like all of [`FileText`], it also travels in a form
/// that knows no missing fields.)
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// The file within the file, such as `offer.zip/annex.pdf` has `annex.pdf`; empty for the file
    /// itself.
    #[serde(default)]
    pub path: String,
    /// What the stretch is.
    pub unit: Unit,
    /// Its number, from 1.
    pub number: u32,
    /// Its name, such as that of a sheet; empty if it has none.
    #[serde(default)]
    pub name: String,
}

impl Place {
    /// The place in words, such as `annex.pdf, page 3`; empty for a whole file.
    pub fn shown(&self) -> String {
        let unit = match (self.unit, self.name.as_str()) {
            (Unit::Whole, _) => String::new(),
            (Unit::Page, _) => format!("page {}", self.number),
            (Unit::Sheet, "") => format!("sheet {}", self.number),
            (Unit::Sheet, name) => format!("sheet {name}"),
            (Unit::Slide, _) => format!("slide {}", self.number),
        };
        match (self.path.as_str(), unit.as_str()) {
            (path, "") => path.to_owned(),
            ("", unit) => unit.to_owned(),
            (path, unit) => format!("{path}, {unit}"),
        }
    }
}

/// A stretch of a file's text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Section {
    /// Where it stands.
    pub place: Place,
    /// What it says, lines ended by `\n`.
    pub text: String,
}

/// A file within a file that was not read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnreadPart {
    /// Its path within the file; empty for the rest of the file itself.
    pub path: String,
    /// Why.
    pub reason: Unread,
}

/// What was read of a file, as it is kept in the evidence.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileText {
    /// Its format, as a short word such as `pdf`.
    pub format: String,
    /// Its text, in order.
    pub sections: Vec<Section>,
    /// What of it was not read.
    #[serde(default)]
    pub unread: Vec<UnreadPart>,
    /// Whether the text was read out of pictures, so that letters may be wrong.
    #[serde(default)]
    pub ocr: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_names_the_file_within_and_the_page() {
        let place = |path: &str, unit, number, name: &str| Place {
            path: path.to_owned(),
            unit,
            number,
            name: name.to_owned(),
        };
        assert_eq!(place("", Unit::Whole, 1, "").shown(), "");
        assert_eq!(place("", Unit::Page, 3, "").shown(), "page 3");
        assert_eq!(place("a.zip/b.xlsx", Unit::Sheet, 1, "Q1").shown(), "a.zip/b.xlsx, sheet Q1");
        assert_eq!(place("a.txt", Unit::Whole, 1, "").shown(), "a.txt");
    }

    #[test]
    fn every_reason_has_a_word_that_is_read_back() {
        for reason in Unread::ALL {
            assert_eq!(Unread::of_word(reason.word()), Some(reason));
            let json = serde_json::to_string(&reason).unwrap();
            assert_eq!(json, format!("\"{}\"", reason.word()));
        }
    }
}
