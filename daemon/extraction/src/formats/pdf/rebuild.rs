//! A PDF whose table of objects is wrong: the objects are looked for (ISO 32000-1, 7.5.4).

use std::collections::BTreeMap;

/// Objects that are looked for.
const MOST: usize = 1_000_000;

/// The file written anew from the objects that are found in it; nothing if there are none, or if they
/// are encrypted: what that was done by is in the table that is lost.
pub(super) fn rebuilt(bytes: &[u8]) -> Option<Vec<u8>> {
    let objects = objects(bytes);
    if objects.is_empty() || last(bytes, b"/Encrypt").is_some() {
        return None;
    }
    let root = last(bytes, b"/Root")
        .and_then(|at| number(bytes.get(at..)?))
        .and_then(|(root, _)| u32::try_from(root).ok())
        .filter(|root| objects.contains_key(root))
        .or_else(|| catalog(bytes, &objects))?;
    let mut file = b"%PDF-1.7\n".to_vec();
    let mut table = "xref\n0 1\n0000000000 65535 f \n".to_owned();
    for (number, (at, generation)) in &objects {
        table.push_str(&format!("{number} 1\n{:010} {generation:05} n \n", file.len()));
        copy(&bytes[*at..], &mut file);
    }
    let (size, generation) = (objects.keys().next_back()? + 1, objects.get(&root)?.1);
    let start = file.len();
    let end = format!(
        "trailer\n<< /Size {size} /Root {root} {generation} R >>\nstartxref\n{start}\n%%EOF\n"
    );
    file.extend(table.into_bytes());
    file.extend(end.into_bytes());
    Some(file)
}

/// Copies the object at the start of `from`; of a stream, the length that it has.
fn copy(from: &[u8], to: &mut Vec<u8>) {
    let end = find(from, b"endobj").unwrap_or(from.len());
    let starts = find(from, b"stream").filter(|at| *at < end);
    let line = |at: usize| match from.get(at..) {
        Some([b'\r', b'\n', ..]) => Some(at + 2),
        Some([b'\r' | b'\n', ..]) => Some(at + 1),
        _ => None,
    };
    let Some((dict, data)) = starts.and_then(|at| Some((at, line(at + 6)?))) else {
        to.extend(&from[..end]);
        to.extend(b"\nendobj\n");
        return;
    };
    let (head, data) = (&from[..dict], &from[data..]);
    let told = find_length(head).and_then(|(at, _)| number(&head[at..]));
    let told = told.and_then(|(length, _)| data.split_at_checked(usize::try_from(length).ok()?));
    let data = match told {
        Some((told, rest)) if rest.trim_ascii_start().starts_with(b"endstream") => told,
        _ => &data[..find(data, b"endstream").unwrap_or(data.len())],
    };
    let length = format!(" {} ", data.len());
    match find_length(head) {
        Some((from, until)) => {
            to.extend([&head[..from], length.as_bytes(), &head[until..]].concat());
        }
        None => to.extend(head),
    }
    to.extend(b"stream\n");
    to.extend(data);
    to.extend(b"\nendstream\nendobj\n");
}

/// Where the value of the length of a stream is in its dictionary: a number or a reference.
fn find_length(head: &[u8]) -> Option<(usize, usize)> {
    let name = b"/Length";
    let at = head.windows(name.len() + 1).position(|found| {
        found.starts_with(name) && found.last().is_some_and(u8::is_ascii_whitespace)
    })? + name.len();
    let (_, ends) = number(&head[at..])?;
    let mut until = at + ends;
    // A reference: two numbers and a letter.
    if let Some((_, more)) = number(&head[until..])
        && head[until + more..].trim_ascii_start().first() == Some(&b'R')
    {
        until += more + head[until + more..].iter().position(|byte| *byte == b'R')? + 1;
    }
    Some((at, until))
}

/// The number that comes first, after white space, and where it ends.
fn number(bytes: &[u8]) -> Option<(u64, usize)> {
    let start = bytes.iter().position(|byte| !byte.is_ascii_whitespace())?;
    let digits = bytes[start..].iter().take(10).take_while(|byte| byte.is_ascii_digit()).count();
    let text = std::str::from_utf8(&bytes[start..start + digits]).ok()?;
    Some((text.parse().ok()?, start + digits))
}

fn find(bytes: &[u8], word: &[u8]) -> Option<usize> {
    bytes.windows(word.len()).position(|found| found == word)
}

/// Where each object begins, and its generation; of several with one number the last.
fn objects(bytes: &[u8]) -> BTreeMap<u32, (usize, u16)> {
    let mut found = BTreeMap::new();
    let ends = bytes.windows(3).enumerate().filter(|(_, word)| word == b"obj").map(|(at, _)| at);
    for end in ends {
        let Some((before, generation)) = number_before(bytes, end) else { continue };
        let Some((start, number)) = number_before(bytes, before) else { continue };
        if let (Ok(number), Ok(generation)) = (u32::try_from(number), u16::try_from(generation)) {
            found.insert(number, (start, generation));
        }
        if found.len() >= MOST {
            break;
        }
    }
    found
}

/// The number that ends before `end` with white space between, and where it begins.
fn number_before(bytes: &[u8], end: usize) -> Option<(usize, u64)> {
    let spaces = bytes[..end].iter().rev().take_while(|b| b.is_ascii_whitespace()).count();
    let end = end - spaces;
    let digits = bytes[..end].iter().rev().take(10).take_while(|b| b.is_ascii_digit()).count();
    if spaces == 0 || digits == 0 {
        return None;
    }
    let text = std::str::from_utf8(&bytes[end - digits..end]).ok()?;
    Some((end - digits, text.parse().ok()?))
}

/// The object that says it is the catalog.
fn catalog(bytes: &[u8], objects: &BTreeMap<u32, (usize, u16)>) -> Option<u32> {
    let at = last(bytes, b"/Catalog")?;
    let before = objects.iter().filter(|(_, (start, _))| *start < at);
    before.max_by_key(|(_, (start, _))| *start).map(|(number, _)| *number)
}

/// The end of the last `word`.
fn last(bytes: &[u8], word: &[u8]) -> Option<usize> {
    Some(bytes.windows(word.len()).rposition(|found| found == word)? + word.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn copied(object: &str) -> String {
        let mut to = Vec::new();
        copy(object.as_bytes(), &mut to);
        String::from_utf8(to).unwrap()
    }

    #[test]
    fn a_stream_gets_the_length_that_it_has() {
        let told = "5 0 obj\n<< /Length 9 /X 1 >>\nstream\r\nBT ET\nendstream\nendobj";
        assert_eq!(
            copied(told),
            "5 0 obj\n<< /Length 6  /X 1 >>\nstream\nBT ET\n\nendstream\nendobj\n"
        );
        let referred = "5 0 obj << /Length 8 0 R >> stream\nBT ET endstream endobj";
        assert!(copied(referred).contains("/Length 6  >>"), "{}", copied(referred));
        let right = "5 0 obj << /Length 5 >> stream\nBT ET\nendstream endobj";
        assert!(copied(right).contains("/Length 5  >>"), "{}", copied(right));
        assert_eq!(copied("5 0 obj [1 2] endobj 6 0 obj"), "5 0 obj [1 2] \nendobj\n");
    }
}
