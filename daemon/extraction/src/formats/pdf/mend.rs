//! What the library that sets lines passes over is put into words that it knows.

use lopdf::{
    Dictionary, Document, Object, ObjectId, Stream,
    content::{Content, Operation},
};

/// Mends pages, forms and fonts.
pub(super) fn mend(document: &mut Document) {
    for page in document.get_pages().into_values() {
        let mended = document.get_page_content(page).ok().and_then(|bytes| shown_in_lines(&bytes));
        let Some(mended) = mended else { continue };
        let content = document.add_object(Stream::new(Dictionary::new(), mended));
        if let Ok(page) = document.get_object_mut(page).and_then(Object::as_dict_mut) {
            page.set("Contents", content);
        }
    }
    let mended: Vec<(ObjectId, Vec<u8>)> =
        document.objects.iter().filter_map(|(id, object)| of(document, *id, object)).collect();
    for (id, content) in mended {
        if let Ok(stream) = document.get_object_mut(id).and_then(Object::as_stream_mut) {
            stream.set_plain_content(content);
        }
    }
}

/// What an object leads to that is to be mended: a form itself, the code map of a font.
fn of(document: &Document, id: ObjectId, object: &Object) -> Option<(ObjectId, Vec<u8>)> {
    let is = |dict: &Dictionary, kind: &[u8]| {
        dict.get(b"Subtype").and_then(Object::as_name).is_ok_and(|name| name == kind)
    };
    match object {
        Object::Stream(form) if is(&form.dict, b"Form") => {
            Some((id, shown_in_lines(&form.get_plain_content().ok()?)?))
        }
        Object::Dictionary(font) if is(font, b"Type0") => {
            let map = font.get(b"Encoding").and_then(Object::as_reference).ok()?;
            let stream = document.get_object(map).and_then(Object::as_stream).ok()?;
            Some((map, code_map(&stream.get_plain_content().ok()?)?))
        }
        _ => None,
    }
}

/// The content with `'` and `"`, which set a line each, written out (ISO 32000-1, table 109);
/// nothing if it has none.
fn shown_in_lines(content: &[u8]) -> Option<Vec<u8>> {
    // Decoding takes time: they stand behind a string.
    let behind_string = |at: usize| {
        let before = content[..at].iter().rev().find(|b| !b.is_ascii_whitespace());
        matches!(before, Some(b')' | b'>'))
    };
    let mut marks = content.iter().enumerate().filter(|(_, b)| matches!(b, b'\'' | b'"'));
    if !marks.any(|(at, _)| behind_string(at)) {
        return None;
    }
    let decoded = Content::decode(content).ok()?;
    let mut operations = Vec::with_capacity(decoded.operations.len() + 64);
    for Operation { operator, mut operands } in decoded.operations {
        let line = matches!(operator.as_str(), "'" | "\"");
        let text = if line { operands.pop() } else { None };
        let Some(text) = text else {
            operations.push(Operation { operator, operands });
            continue;
        };
        // The spaces of words and characters come before.
        for (operator, space) in ["Tw", "Tc"].into_iter().zip(operands) {
            operations.push(Operation::new(operator, vec![space]));
        }
        operations.push(Operation::new("T*", Vec::new()));
        operations.push(Operation::new("Tj", vec![text]));
    }
    Content { operations }.encode().ok()
}

/// A map from codes to characters (Adobe Technical Note 5014) as the library reads one: it takes a
/// code for half as wide as it is, and the first range alone. Nothing if there are none.
fn code_map(content: &[u8]) -> Option<Vec<u8>> {
    let text = String::from_utf8_lossy(content).replace('<', " <").replace('>', "> ");
    let mut words = text.split_whitespace();
    let mut mended = String::new();
    while let Some(word) = words.next() {
        let (until, columns) = match word {
            "begincodespacerange" => ("endcodespacerange", 2),
            "begincidrange" => ("endcidrange", 3),
            "begincidchar" => ("endcidchar", 2),
            _ => continue,
        };
        let cells: Vec<&str> = words.by_ref().take_while(|word| *word != until).collect();
        for row in cells.chunks_exact(columns) {
            let range = match (until, row) {
                ("endcodespacerange", [from, to]) => {
                    format!("codespacerange {} {}", wider(from), wider(to))
                }
                (_, [from, to, first]) => format!("cidrange {from} {to} {first}"),
                (_, [code, number]) => format!("cidrange {code} {code} {number}"),
                _ => continue,
            };
            let kind = range.split(' ').next().unwrap_or_default();
            mended.push_str(&format!("1 begin{range} end{kind}\n"));
        }
    }
    (!mended.is_empty()).then(|| mended.into_bytes())
}

/// A code with as many digits again, all noughts, before it.
fn wider(code: &str) -> String {
    let digits = code.trim_matches(['<', '>']);
    format!("<{}{digits}>", "0".repeat(digits.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn operators_that_set_a_line_are_written_out_and_nothing_else_is_touched() {
        assert_eq!(shown_in_lines(b"BT (don't) Tj ET"), None);
        let content = b"BT (one)' 1 2 (two)\" (three) Tj ET";
        let mended = String::from_utf8(shown_in_lines(content).unwrap()).unwrap();
        let words: Vec<&str> = mended.split_whitespace().collect();
        assert_eq!(
            words.join(" "),
            "BT T* (one) Tj 1 Tw 2 Tc T* (two) Tj (three) Tj ET",
            "{mended}"
        );
    }

    #[test]
    fn a_map_of_codes_is_written_as_the_library_reads_it() {
        let map = b"/X def 2 begincodespacerange <00><7F> <8000> <FFFF> endcodespacerange\n\
                    1 begincidrange <00> <7F> 0 endcidrange 1 begincidchar <8001> 9 endcidchar";
        let mended = String::from_utf8(code_map(map).unwrap()).unwrap();
        let lines: Vec<&str> = mended.lines().collect();
        assert_eq!(
            lines,
            [
                "1 begincodespacerange <0000> <007F> endcodespacerange",
                "1 begincodespacerange <00008000> <0000FFFF> endcodespacerange",
                "1 begincidrange <00> <7F> 0 endcidrange",
                "1 begincidrange <8001> <8001> 9 endcidrange",
            ]
        );
        assert_eq!(code_map(b"/Identity-H usecmap"), None);
    }
}
