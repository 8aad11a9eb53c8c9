//! Documents and presentations of Office Open XML (ECMA-376) and OpenDocument.

use std::collections::BTreeMap;

use model::{Unread, file::Unit};

use super::{
    archive::{self, Archive},
    xml::{Met, walk},
};
use crate::output::{File, Output};

/// Parts of a DOCX beside the document itself.
const ASIDE: &[&str] = &["word/footnotes.xml", "word/endnotes.xml", "word/comments.xml"];

/// Text that is gathered until a page, slide or sheet ends.
struct Pages {
    unit: Unit,
    number: u32,
    name: String,
    text: String,
}

impl Pages {
    fn new(unit: Unit) -> Self {
        Self { unit, number: 1, name: String::new(), text: String::new() }
    }

    /// Ends a page.
    fn turn(&mut self, file: &File<'_>, output: &mut Output) -> Result<(), Unread> {
        let text = std::mem::take(&mut self.text);
        output.section(file, self.unit, self.number, &self.name, &text)?;
        self.number += 1;
        Ok(())
    }

    /// Adds text, under the limit of all text.
    fn push(&mut self, text: &str, output: &Output) -> Result<(), Unread> {
        self.text.push_str(text);
        // white space that goes away later may make up the difference
        if self.text.len() as u64 > output.text_left().saturating_mul(4).saturating_add(1 << 20) {
            return Err(Unread::TooLarge);
        }
        Ok(())
    }
}

/// Reads a DOCX. Its pages are those of the program that saved it last, if that noted them.
pub(super) fn document(
    file: &File<'_>,
    archive: &mut Archive<'_>,
    output: &mut Output,
) -> Result<(), Unread> {
    output.format("docx");
    let main = archive.bytes("word/document.xml", output)?.ok_or(Unread::Corrupt)?;
    let paged = main.windows(20).any(|w| w == b"lastRenderedPageBrea");
    let mut pages = Pages::new(if paged { Unit::Page } else { Unit::Whole });
    let ended = word(&main, &mut pages, file, output);
    drop(main);
    pages.turn(file, output)?;
    ended?;
    let mut aside = String::new();
    for name in archive.names() {
        let furniture = name.starts_with("word/header") || name.starts_with("word/footer");
        if !(furniture || ASIDE.contains(&name.as_str())) || !archive::has_ending(&name, "xml") {
            continue;
        }
        if let Some(bytes) = archive.bytes(&name, output)? {
            let mut part = Pages::new(Unit::Whole);
            word(&bytes, &mut part, file, output)?;
            aside.push_str(&part.text);
            aside.push('\n');
        }
    }
    output.whole(file, &aside)?;
    archive::embedded(file, archive, "word/embeddings/", output)
}

/// The text of a part of a DOCX (ECMA-376 part 1, 17.3).
fn word(
    bytes: &[u8],
    pages: &mut Pages,
    file: &File<'_>,
    output: &mut Output,
) -> Result<(), Unread> {
    let (mut in_text, mut fallback) = (false, 0_u32);
    walk(bytes, &mut |met| {
        match met {
            // what follows was shown another way already
            Met::Start("Fallback", _) => fallback += 1,
            Met::End("Fallback") => fallback = fallback.saturating_sub(1),
            _ if fallback > 0 => {}
            Met::Start("t", _) => in_text = true,
            Met::End("t") => in_text = false,
            Met::Start("tab", _) => pages.push("\t", output)?,
            Met::Start("br" | "cr", _) | Met::End("p" | "tr") => pages.push("\n", output)?,
            Met::End("tc") => {
                while pages.text.ends_with('\n') {
                    pages.text.pop();
                }
                pages.push("\t", output)?;
            }
            Met::Start("noBreakHyphen", _) => pages.push("-", output)?,
            Met::Start("lastRenderedPageBreak", _) if pages.unit == Unit::Page => {
                pages.turn(file, output)?;
            }
            Met::Text(text) if in_text => pages.push(text, output)?,
            _ => {}
        }
        Ok(())
    })
}

/// Reads a PPTX, slides in the order of the show, each with its notes.
pub(super) fn slides(
    file: &File<'_>,
    archive: &mut Archive<'_>,
    output: &mut Output,
) -> Result<(), Unread> {
    output.format("pptx");
    let related = relations(archive, "ppt/_rels/presentation.xml.rels", "ppt", output)?;
    let show = archive.bytes("ppt/presentation.xml", output)?.ok_or(Unread::Corrupt)?;
    let mut order = Vec::new();
    walk(&show, &mut |met| {
        if let Met::Start("sldId", attributes) = met {
            // `id` is the slide's own number, `r:id` what it is related by
            let id = attributes.get_prefixed("id");
            order.extend(id.and_then(|id| related.get(&id).cloned()));
        }
        Ok(())
    })?;
    if order.is_empty() {
        order = archive.names();
        order.retain(|name| {
            name.starts_with("ppt/slides/slide") && archive::has_ending(name, "xml")
        });
        order.sort_by_key(|name| (name.len(), name.clone()));
    }
    for (name, number) in order.iter().zip(1..) {
        let Some(bytes) = archive.bytes(name, output)? else { continue };
        let mut text = drawn(&bytes)?;
        let (folder, base) = name.rsplit_once('/').unwrap_or(("", name));
        let rels = relations(archive, &format!("{folder}/_rels/{base}.rels"), folder, output)?;
        for part in rels.values() {
            let wanted = ["notesSlide", "comments/", "diagrams/data", "charts/chart"];
            if wanted.iter().any(|w| part.contains(w))
                && let Some(bytes) = archive.bytes(part, output)?
            {
                text.push('\n');
                text.push_str(&drawn(&bytes)?);
            }
        }
        output.section(file, Unit::Slide, number, "", &text)?;
    }
    archive::embedded(file, archive, "ppt/embeddings/", output)
}

/// The text of a drawing (DrawingML `a:t` by `a:p`), of a comment, or of a chart (its `c:v`).
pub(super) fn drawn(bytes: &[u8]) -> Result<String, Unread> {
    let (mut text, mut in_text, mut fallback) = (String::new(), false, 0_u32);
    walk(bytes, &mut |met| {
        match met {
            Met::Start("Fallback", _) => fallback += 1,
            Met::End("Fallback") => fallback = fallback.saturating_sub(1),
            _ if fallback > 0 => {}
            Met::Start("t" | "text" | "v", _) => in_text = true,
            Met::End("t") => in_text = false,
            Met::End("text" | "v") => {
                in_text = false;
                text.push('\n');
            }
            Met::End("p") | Met::Start("br", _) => text.push('\n'),
            Met::End("tc") => text.push('\t'),
            Met::Text(words) if in_text => text.push_str(words),
            _ => {}
        }
        Ok(())
    })?;
    Ok(text)
}

/// What a part refers to, by id; targets as names within the archive.
fn relations(
    archive: &mut Archive<'_>,
    name: &str,
    folder: &str,
    output: &mut Output,
) -> Result<BTreeMap<String, String>, Unread> {
    let mut all = BTreeMap::new();
    let Some(bytes) = archive.bytes(name, output)? else { return Ok(all) };
    walk(&bytes, &mut |met| {
        if let Met::Start("Relationship", attributes) = met
            && let (Some(id), Some(target)) = (attributes.get("Id"), attributes.get("Target"))
        {
            all.insert(id, resolve(folder, &target));
        }
        Ok(())
    })?;
    Ok(all)
}

/// The name within the archive that `target` means, seen from `folder`.
fn resolve(folder: &str, target: &str) -> String {
    if let Some(absolute) = target.strip_prefix('/') {
        return absolute.to_owned();
    }
    let mut parts: Vec<&str> = folder.split('/').collect();
    for part in target.split('/') {
        match part {
            ".." => drop(parts.pop()),
            "." | "" => {}
            part => parts.push(part),
        }
    }
    parts.join("/")
}

/// Reads an OpenDocument text, sheet or presentation; `kind` is the rest of its media type.
pub(super) fn open_document(
    file: &File<'_>,
    archive: &mut Archive<'_>,
    kind: &[u8],
    output: &mut Output,
) -> Result<(), Unread> {
    let manifest = archive.bytes("META-INF/manifest.xml", output)?.unwrap_or_default();
    if manifest.windows(15).any(|w| w == b"encryption-data") {
        return Err(Unread::Encrypted);
    }
    drop(manifest);
    let (format, unit) = match kind {
        kind if kind.starts_with(b"spreadsheet") => ("ods", Unit::Sheet),
        kind if kind.starts_with(b"presentation") => ("odp", Unit::Slide),
        _ => ("odt", Unit::Whole),
    };
    output.format(format);
    let content = archive.bytes("content.xml", output)?.ok_or(Unread::Corrupt)?;
    let paged = unit == Unit::Whole && content.windows(15).any(|w| w == b"soft-page-break");
    let mut pages = Pages::new(if paged { Unit::Page } else { unit });
    let ended = open_text(&content, &mut pages, file, output);
    if !pages.text.trim().is_empty() {
        pages.turn(file, output)?;
    }
    ended?;
    let styles = archive.bytes("styles.xml", output)?.unwrap_or_default();
    let mut furniture = Pages::new(Unit::Whole);
    open_text(&styles, &mut furniture, file, output)?;
    output.whole(file, &furniture.text)
}

/// The text of `content.xml` (OpenDocument 1.3 part 3, 5 and 9).
fn open_text(
    bytes: &[u8],
    pages: &mut Pages,
    file: &File<'_>,
    output: &mut Output,
) -> Result<(), Unread> {
    let (mut paragraphs, mut hidden) = (0_u32, 0_u32);
    walk(bytes, &mut |met| {
        match met {
            Met::Start("tracked-changes", _) => hidden += 1,
            Met::End("tracked-changes") => hidden = hidden.saturating_sub(1),
            _ if hidden > 0 => {}
            Met::Start("p" | "h", _) => paragraphs += 1,
            Met::End("p" | "h") => {
                paragraphs = paragraphs.saturating_sub(1);
                pages.push("\n", output)?;
            }
            Met::Start("tab", _) => pages.push("\t", output)?,
            Met::Start("s", _) => pages.push(" ", output)?,
            Met::Start("soft-page-break", _) if pages.unit == Unit::Page => {
                pages.turn(file, output)?;
            }
            Met::End("table-cell") => {
                while pages.text.ends_with('\n') {
                    pages.text.pop();
                }
                pages.push("\t", output)?;
            }
            Met::Start("line-break", _) | Met::End("table-row") => pages.push("\n", output)?,
            Met::Start("table", attributes) if pages.unit == Unit::Sheet => {
                pages.name = attributes.get("name").unwrap_or_default();
            }
            Met::End("table") if pages.unit == Unit::Sheet => pages.turn(file, output)?,
            Met::End("page") if pages.unit == Unit::Slide => pages.turn(file, output)?,
            Met::Text(text) if paragraphs > 0 => pages.push(&text.replace('\n', " "), output)?,
            _ => {}
        }
        Ok(())
    })
}
