//! Documents as PDF: A4, text that can be selected and searched, tables, bars, links, page numbers.
//!
//! A [`Document`] says what stands on the paper, in order; [`write`] sets it. The same document gives
//! the same bytes. It is told every word that it prints, so it knows no language; it opens no file,
//! reads no clock, and knows nothing of cases.
//!
//! The text is set in Inter, of which only the glyphs in use are embedded. A sign that the font lacks
//! is printed as a box and named in [`Paper::missing`] and on the last page.

mod face;
mod flow;
mod lines;
mod pages;
mod table;

use std::collections::BTreeSet;

/// Something that cannot be written.
#[derive(Debug, thiserror::Error)]
pub enum PaperError {
    /// The font that comes with the program is broken: the build is.
    #[error("the font of the program cannot be read: build the program again")]
    Font,
    /// The writer gave up.
    #[error("the PDF cannot be written: {0}")]
    Writer(String),
}

/// When a document was written, in UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Written {
    /// Year.
    pub year: u16,
    /// Month, 1 to 12.
    pub month: u8,
    /// Day of the month.
    pub day: u8,
    /// Hour.
    pub hour: u8,
    /// Minute.
    pub minute: u8,
    /// Second.
    pub second: u8,
}

/// What stands on the paper.
#[derive(Debug, Clone, PartialEq)]
pub struct Document {
    /// The title, in the metadata and on top.
    pub title: String,
    /// The language, such as `de`.
    pub language: String,
    /// When it was written.
    pub written: Written,
    /// What the foot of every page says on the left.
    pub foot: String,
    /// The number of a page, with `{page}` and `{pages}` in the place of the figures.
    pub page_of: String,
    /// What the last page says before the signs that the font lacks.
    pub missing: String,
    /// The content, in order.
    pub blocks: Vec<Block>,
}

/// A part of a document.
#[derive(Debug, Clone, PartialEq)]
pub enum Block {
    /// Facts below the title, in grey.
    Facts(String),
    /// The heading of a section.
    Heading(String),
    /// A paragraph.
    Text(String),
    /// An item of a list.
    Bullet(String),
    /// A line with what stands behind it.
    Line(Line),
    /// A table.
    Table(Table),
    /// Bars side by side.
    Bars(Bars),
}

/// A line with what stands behind it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Line {
    /// What it says; nothing where the quotation says all.
    pub text: String,
    /// The words it stands on.
    pub quote: Option<String>,
    /// Who said so, and when.
    pub source: String,
    /// Where the source is opened.
    pub link: Option<String>,
}

/// A table: the first column on the left, the others on the right.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Table {
    /// Its columns.
    pub head: Vec<String>,
    /// Its rows, each with a cell a column. What follows a line break in the first one is grey.
    pub rows: Vec<Vec<String>>,
}

/// Bars side by side, each with its figure on top, so that nothing is told by height alone.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Bars {
    /// What they show.
    pub title: String,
    /// The names of the series, at most two.
    pub series: Vec<String>,
    /// A label with a figure a series.
    pub rows: Vec<(String, Vec<u64>)>,
}

/// A document as bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paper {
    /// The PDF.
    pub bytes: Vec<u8>,
    /// Its number of pages.
    pub pages: usize,
    /// Signs that the font lacks.
    pub missing: BTreeSet<char>,
}

/// Sets a document.
pub fn write(document: &Document) -> Result<Paper, PaperError> {
    let faces = face::Faces::new()?;
    let pages = flow::flow(document, &faces);
    pages::write(document, &faces, pages)
}
