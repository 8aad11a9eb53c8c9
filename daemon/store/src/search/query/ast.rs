//! The form a query has once it was read.

use std::ops::Range;

use model::Instant;

/// A condition on documents.
#[derive(Debug, Clone, PartialEq)]
pub enum Node {
    /// Every one of these; all documents if there are none.
    And(Vec<Node>),
    /// At least one of these.
    Or(Vec<Node>),
    /// Not this.
    Not {
        /// What is refused.
        node: Box<Node>,
        /// Where the sign or the word `NOT` stands.
        sign: Range<usize>,
    },
    /// Words in a part of the document.
    Text(Text),
    /// One of the document's plain marks, such as `kind:note`.
    Tag {
        /// The mark, as [`crate::search::tags`] writes it.
        tag: String,
        /// Where it stands.
        at: Range<usize>,
    },
    /// When it happened: from the first instant on, before the second.
    Time {
        /// The first instant, if there is one.
        from: Option<Instant>,
        /// The first instant that is too late, if there is one.
        until: Option<Instant>,
        /// Where it stands.
        at: Range<usize>,
    },
    /// What only the views of cases can answer.
    View(ViewTerm),
}

/// Words to be found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Text {
    /// The part of the document.
    pub scope: Scope,
    /// What was typed.
    pub text: String,
    /// Whether it was in quotation marks: then spelling is exact.
    pub quoted: bool,
    /// Whether the last word is only the beginning of one.
    pub prefix: bool,
    /// Where it stands.
    pub at: Range<usize>,
}

/// A part of a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scope {
    /// Everything but the account.
    Anywhere,
    /// The sender.
    From,
    /// To, Cc and Bcc.
    To,
    /// The subject.
    Subject,
    /// The account's name and key.
    Account,
    /// New text.
    Body,
    /// Quotations, signatures, forwarded text.
    Quoted,
    /// Names of attached files.
    File,
}

/// A condition that the views of cases answer, such as `severity:high`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ViewTerm {
    /// The operator in lower case, without its colon.
    pub operator: String,
    /// Its value as typed, without quotation marks.
    pub value: String,
    /// Whether it is refused.
    pub negated: bool,
    /// Where it stands, sign included.
    pub at: Range<usize>,
}

/// Something that could not be understood, with the byte offset it stands at.
pub type Problem = (usize, String);

/// A field of the index.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Part {
    /// The subject.
    Subject,
    /// New text.
    Body,
    /// The sender.
    From,
    /// To, Cc and Bcc.
    To,
    /// Names of attached files.
    File,
    /// Quotations, signatures, forwarded text.
    Quoted,
    /// The account's name and key.
    Account,
}

impl Part {
    /// How much a word counts here against one in new text.
    pub fn weight(self) -> f32 {
        match self {
            Self::Subject => 2.0,
            Self::Body | Self::From | Self::To | Self::File | Self::Account => 1.0,
            Self::Quoted => 0.3,
        }
    }
}

impl Scope {
    /// The fields that it covers.
    pub fn parts(self) -> &'static [Part] {
        match self {
            Self::Anywhere => {
                &[Part::Subject, Part::Body, Part::From, Part::To, Part::File, Part::Quoted]
            }
            Self::From => &[Part::From],
            Self::To => &[Part::To],
            Self::Subject => &[Part::Subject],
            Self::Account => &[Part::Account],
            Self::Body => &[Part::Body],
            Self::Quoted => &[Part::Quoted],
            Self::File => &[Part::File],
        }
    }
}
