//! PDF: the text of each page, and the pictures of pages that have none.

mod mend;
mod notes;
mod rebuild;

use std::{
    collections::BTreeMap,
    fmt,
    panic::{AssertUnwindSafe, catch_unwind},
};

use lopdf::{Document, Error, Object, ObjectId, Stream};
use model::{Unread, file::Unit};
use pdf_extract::{ConvertToFmt, PlainTextOutput};

use crate::output::{File, Output};

/// Pictures smaller than this on a side are no scans.
const SMALLEST_SCAN: i64 = 300;

pub(super) fn read(file: &File<'_>, output: &mut Output) -> Result<(), Unread> {
    output.format("pdf");
    let mut document = open(file.bytes)?;
    if document.is_encrypted() && document.decrypt("").is_err() {
        return Err(Unread::Encrypted);
    }
    let pages = document.get_pages();
    if pages.is_empty() {
        return Err(Unread::Corrupt);
    }
    mend::mend(&mut document);
    let notes = notes::draw(&mut document, &pages);
    let (mut some, mut failed) = (false, 0_usize);
    for (page, id) in &pages {
        match page_text(&document, *page, output.text_left()) {
            Ok(mut text) => {
                let drawn =
                    notes.get(page).map(|page| page_text(&document, *page, output.text_left()));
                text.push_str(&drawn.and_then(Result::ok).unwrap_or_default());
                text.push_str(&notes::said(&document, *id, &text));
                let text = joined(&text);
                some |= !text.trim().is_empty();
                output.section(file, Unit::Page, *page, "", &text)?;
            }
            Err(reason) => {
                failed += 1;
                output.unread(&page_path(file, *page), reason);
            }
        }
    }
    if some || failed == pages.len() {
        return Ok(());
    }
    scans(&document, &pages, output);
    Err(Unread::Scan)
}

fn page_path(file: &File<'_>, page: u32) -> String {
    if file.path.is_empty() {
        format!("page {page}")
    } else {
        format!("{}, page {page}", file.path)
    }
}

fn open(bytes: &[u8]) -> Result<Document, Unread> {
    // what comes before the header moves every offset
    let start = bytes.windows(5).take(1_024).position(|w| w == b"%PDF-").unwrap_or(0);
    let tried = Document::load_mem(&bytes[start..]);
    let tried = match tried {
        Err(_) if start > 0 => Document::load_mem(bytes),
        tried => tried,
    };
    let broken =
        tried.as_ref().map_or_else(|error| !is_locked(error), |d| d.get_pages().is_empty());
    let tried = match broken.then(|| rebuild::rebuilt(bytes)).flatten() {
        Some(rebuilt) => Document::load_mem(&rebuilt),
        None => tried,
    };
    tried.map_err(|error| if is_locked(&error) { Unread::Encrypted } else { Unread::Corrupt })
}

fn is_locked(error: &Error) -> bool {
    matches!(
        error,
        Error::Decryption(_) | Error::InvalidPassword | Error::UnsupportedSecurityHandler(_)
    )
}

/// The text of a page. The library that sets lines best panics over what it does not know; then one
/// that knows less is asked.
fn page_text(document: &Document, page: u32, most: u64) -> Result<String, Unread> {
    let mut text = Capped { text: String::new(), left: most.saturating_mul(2) };
    let laid_out = catch_unwind(AssertUnwindSafe(|| {
        let mut out = PlainTextOutput::new(Sink(&mut text));
        pdf_extract::output_doc_page(document, &mut out, page)
    }));
    if matches!(laid_out, Ok(Ok(()))) || text.left == 0 {
        return Ok(text.text);
    }
    let plain = catch_unwind(AssertUnwindSafe(|| document.extract_text(&[page])));
    match plain {
        Ok(Ok(plain)) if plain.len() > text.text.len() => Ok(plain),
        _ if !text.text.trim().is_empty() => Ok(text.text),
        Ok(Ok(plain)) => Ok(plain),
        _ => Err(Unread::Corrupt),
    }
}

/// The text with words whole that were broken at the end of a line.
fn joined(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut lines = text.lines().peekable();
    while let Some(line) = lines.next() {
        let word =
            line.trim_end().strip_suffix('-').filter(|word| word.ends_with(char::is_alphabetic));
        let goes_on = lines.peek().is_some_and(|next| next.starts_with(char::is_lowercase));
        if let Some(word) = word.filter(|_| goes_on) {
            out.push_str(word);
        } else {
            out.push_str(line);
            out.push('\n');
        }
    }
    out
}

/// Text that ends where there is too much of it.
struct Capped {
    text: String,
    left: u64,
}

impl fmt::Write for Capped {
    fn write_str(&mut self, more: &str) -> fmt::Result {
        self.left = self.left.saturating_sub(more.len() as u64);
        if self.left == 0 {
            return Err(fmt::Error);
        }
        self.text.push_str(more);
        Ok(())
    }
}

struct Sink<'a>(&'a mut Capped);

impl<'a> ConvertToFmt for Sink<'a> {
    type Writer = &'a mut Capped;

    fn convert(self) -> Self::Writer {
        self.0
    }
}

/// Hands on the largest picture of each page, where it is in a form that OCR reads.
fn scans(document: &Document, pages: &BTreeMap<u32, ObjectId>, output: &mut Output) {
    for (page, id) in pages {
        if !output.wants_pictures() {
            return;
        }
        let images = document.get_page_images(*id).unwrap_or_default();
        let scan = images
            .iter()
            .filter(|image| image.width >= SMALLEST_SCAN && image.height >= SMALLEST_SCAN)
            .max_by_key(|image| image.width.saturating_mul(image.height));
        let Some(image) = scan else { continue };
        let Ok(Object::Stream(stream)) = document.get_object(image.id) else { continue };
        if let Some(bytes) = picture(stream, image.width, image.height) {
            output.picture(*page, bytes);
        }
    }
}

/// A picture as a file: a JPEG as it is, plain samples as PNM.
fn picture(stream: &Stream, width: i64, height: i64) -> Option<Vec<u8>> {
    let filters = stream.filters().unwrap_or_default();
    if filters == [b"DCTDecode"] {
        return Some(stream.content.clone());
    }
    let depth = stream.dict.get(b"BitsPerComponent").and_then(Object::as_i64).unwrap_or(1);
    let samples = stream.decompressed_content().ok()?;
    let pixels = usize::try_from(width.checked_mul(height)?).ok()?;
    let row = usize::try_from(width).ok()?.div_ceil(8);
    let (kind, size) = match (depth, samples.len()) {
        (8, length) if length >= pixels.checked_mul(3)? => ("P6", pixels * 3),
        (8, length) if length >= pixels => ("P5", pixels),
        (1, length) if length >= row.checked_mul(usize::try_from(height).ok()?)? => {
            ("P4", row * usize::try_from(height).ok()?)
        }
        _ => return None,
    };
    let most = if kind == "P4" { "" } else { "255\n" };
    let mut file = format!("{kind}\n{width} {height}\n{most}").into_bytes();
    // PDF counts 1 as white, PBM as black
    let sample = |byte: &u8| if kind == "P4" { !byte } else { *byte };
    file.extend(samples[..size].iter().map(sample));
    Some(file)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_broken_at_the_end_of_a_line_is_found_whole() {
        assert_eq!(
            joined("a peri-\nodic report -\nnot x-\nRay"),
            "a periodic report -\nnot x-\nRay\n"
        );
    }
}
