//! Walks XML of office files: names without prefixes, text with entities resolved.

use std::borrow::Cow;

use model::Unread;
use quick_xml::{Reader, events::Event};

/// What a walk meets.
pub(super) enum Met<'a> {
    /// An element begins; its local name.
    Start(&'a str, &'a Attributes<'a>),
    /// An element ends. One without content begins and ends.
    End(&'a str),
    /// Text.
    Text(&'a str),
}

/// The attributes of an element.
pub(super) struct Attributes<'a>(&'a quick_xml::events::BytesStart<'a>);

impl Attributes<'_> {
    /// The value of the first attribute with this local name, entities resolved.
    pub fn get(&self, local: &str) -> Option<String> {
        let mut attributes = self.0.attributes();
        let mut found = attributes
            .with_checks(false)
            .flatten()
            .filter(|a| a.key.local_name().as_ref() == local);
        found.next().map(|attribute| resolved(&attribute.value))
    }

    /// The value of the attribute with this local name that has a prefix too.
    pub fn get_prefixed(&self, local: &str) -> Option<String> {
        let mut attributes = self.0.attributes();
        let mut found = attributes
            .with_checks(false)
            .flatten()
            .filter(|a| a.key.prefix().is_some() && a.key.local_name().as_ref() == local);
        found.next().map(|attribute| resolved(&attribute.value))
    }
}

fn resolved(value: &str) -> String {
    quick_xml::escape::unescape(value).map_or_else(|_| value.to_owned(), Cow::into_owned)
}

/// Calls `each` with everything in the document `bytes`, in order.
pub(super) fn walk(
    bytes: &[u8],
    each: &mut dyn FnMut(&Met<'_>) -> Result<(), Unread>,
) -> Result<(), Unread> {
    let text = super::text::decode(bytes, "utf-8");
    let mut reader = Reader::from_str(&text);
    let config = reader.config_mut();
    config.check_end_names = false;
    config.allow_unmatched_ends = true;
    loop {
        match reader.read_event().map_err(|_| Unread::Corrupt)? {
            Event::Start(start) => {
                each(&Met::Start(start.local_name().as_ref(), &Attributes(&start)))?;
            }
            Event::Empty(start) => {
                each(&Met::Start(start.local_name().as_ref(), &Attributes(&start)))?;
                each(&Met::End(start.local_name().as_ref()))?;
            }
            Event::End(end) => each(&Met::End(end.local_name().as_ref()))?,
            Event::Text(text) => each(&Met::Text(&text))?,
            Event::CData(text) => each(&Met::Text(&text))?,
            Event::GeneralRef(name) => each(&Met::Text(&resolved(&format!("&{};", &*name))))?,
            Event::Eof => return Ok(()),
            _ => {}
        }
    }
}
