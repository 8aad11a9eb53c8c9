//! What lies on a page without being of it: fields that were filled in, comments, stamps.

use std::collections::BTreeMap;

use lopdf::{Dictionary, Document, Object, ObjectId, dictionary};

/// The flag of what is not shown.
const HIDDEN: i64 = 2;

/// Adds pages that draw what notes look like, behind the last; gives their numbers by the number of
/// the page that the notes are on. What a choice is called is in its look alone.
pub(super) fn draw(document: &mut Document, pages: &BTreeMap<u32, ObjectId>) -> BTreeMap<u32, u32> {
    let mut added = BTreeMap::new();
    for (number, page) in pages {
        let looks: Vec<ObjectId> =
            notes(document, *page).iter().filter_map(|note| look(document, note)).collect();
        if !looks.is_empty() {
            let page = page_of(document, &looks);
            added.insert(page, *number);
        }
    }
    if added.is_empty() || append(document, added.keys()).is_none() {
        return BTreeMap::new();
    }
    let numbers = document.get_pages().into_iter();
    numbers.filter_map(|(number, id)| Some((*added.get(&id)?, number))).collect()
}

/// What was filled in and written on a page that is not in `text` already.
pub(super) fn said(document: &Document, page: ObjectId, text: &str) -> String {
    let mut more = String::new();
    for note in notes(document, page) {
        // a field of several boxes holds its value above them
        let above = get(document, &note, b"Parent");
        let above = above.as_ref().and_then(|parent| parent.as_dict().ok());
        let value = get(document, &note, b"V").or_else(|| get(document, above?, b"V"));
        for said in value.into_iter().chain(get(document, &note, b"Contents")) {
            if let Ok(said) = lopdf::decode_text_string(&said)
                && !text.contains(said.trim())
            {
                more.push('\n');
                more.push_str(&said);
            }
        }
    }
    more
}

fn get(document: &Document, dict: &Dictionary, key: &[u8]) -> Option<Object> {
    Some(document.dereference(dict.get(key).ok()?).ok()?.1.clone())
}

fn notes(document: &Document, page: ObjectId) -> Vec<Dictionary> {
    let listed = document.get_dictionary(page).ok().and_then(|page| get(document, page, b"Annots"));
    let listed = listed.and_then(|listed| listed.as_array().ok().cloned()).unwrap_or_default();
    let note = |object: &Object| document.dereference(object).ok()?.1.as_dict().ok().cloned();
    listed.iter().filter_map(note).collect()
}

/// The form that draws a note, if it draws text.
fn look(document: &Document, note: &Dictionary) -> Option<ObjectId> {
    if note.get(b"F").and_then(Object::as_i64).is_ok_and(|flags| flags & HIDDEN != 0) {
        return None;
    }
    let looks = get(document, note, b"AP")?;
    let mut normal = looks.as_dict().ok()?.get(b"N").ok()?.clone();
    // of several states, the one that it is in
    if let Ok(states) = document.dereference(&normal).ok()?.1.as_dict() {
        normal = states.get(note.get(b"AS").ok()?.as_name().ok()?).ok()?.clone();
    }
    let id = normal.as_reference().ok()?;
    let form = document.get_object(id).ok()?.as_stream().ok()?;
    let fonts = get(document, &form.dict, b"Resources")?;
    fonts.as_dict().ok()?.has(b"Font").then_some(id)
}

fn page_of(document: &mut Document, looks: &[ObjectId]) -> ObjectId {
    let (mut forms, mut content) = (Dictionary::new(), String::new());
    for (number, look) in looks.iter().enumerate() {
        forms.set(format!("W{number}"), *look);
        content.push_str(&format!("q /W{number} Do Q\n"));
    }
    let content = lopdf::Stream::new(Dictionary::new(), content.into_bytes());
    let content = document.add_object(content);
    document.add_object(dictionary! {
        "Type" => "Page", "Contents" => content,
        "Resources" => dictionary! { "XObject" => forms },
        "MediaBox" => vec![0.into(), 0.into(), 612.into(), 792.into()],
    })
}

/// Puts pages behind the last one.
fn append<'p>(document: &mut Document, pages: impl Iterator<Item = &'p ObjectId>) -> Option<()> {
    let root = document.catalog().ok()?.get(b"Pages").ok()?.as_reference().ok()?;
    let root = document.get_object_mut(root).ok()?.as_dict_mut().ok()?;
    let kids = root.get_mut(b"Kids").ok()?;
    let list = match kids {
        Object::Reference(id) => {
            let id = *id;
            document.get_object_mut(id).ok()?
        }
        list => list,
    };
    list.as_array_mut().ok()?.extend(pages.map(|page| Object::Reference(*page)));
    Some(())
}
