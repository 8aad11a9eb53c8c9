//! The value of a variable in a few words.

use model::Instant;
use rhai::Dynamic;

use crate::{
    api::{message::Message, record::Record},
    readings::capped,
};

/// The most bytes of a value.
const LONGEST: usize = 100;
/// The most entries of a list or map that are written out.
const ENTRIES: usize = 4;

/// `value` in a few words; large ones are shortened.
pub(super) fn shown(value: &Dynamic) -> String {
    let text = whole(value);
    let short = capped(&text, LONGEST);
    if short.len() == text.len() { text } else { format!("{short}...") }
}

fn whole(value: &Dynamic) -> String {
    if let Ok(text) = value.as_immutable_string_ref() {
        return format!("{:?}", capped(&text, LONGEST));
    }
    if let Ok(list) = value.as_array_ref() {
        let first: Vec<String> = list.iter().take(ENTRIES).map(shown).collect();
        let more = if list.len() > ENTRIES { ", .." } else { "" };
        return format!("{} of [{}{more}]", list.len(), first.join(", "));
    }
    if let Ok(map) = value.as_map_ref() {
        let entry =
            |(key, value): (&rhai::Identifier, &Dynamic)| format!("{key}: {}", shown(value));
        let first: Vec<String> = map.iter().take(ENTRIES).map(entry).collect();
        let more = if map.len() > ENTRIES { ", .." } else { "" };
        return format!("{{{}{more}}}", first.join(", "));
    }
    if let Some(at) = value.read_lock::<Instant>() {
        return at.to_string();
    }
    if let Some(message) = value.read_lock::<Message>() {
        return message.shown();
    }
    if let Some(passage) = value.read_lock::<crate::api::passage::Passage>() {
        return format!("passage {:?}", passage.text().as_str());
    }
    if value.read_lock::<Record>().is_some() {
        return "the case".to_owned();
    }
    if value.is_unit() {
        return "()".to_owned();
    }
    match value.type_name() {
        "i64" | "f64" | "bool" | "char" => value.to_string(),
        name => name.rsplit("::").next().unwrap_or(name).to_owned(),
    }
}
