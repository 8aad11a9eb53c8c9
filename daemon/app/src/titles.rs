//! Job titles: from imports and signatures, and as people put them right.

use std::{collections::BTreeMap, sync::Arc};

use engine::CaseFile;
use mail::SegmentKind;
use model::{Actor, Address, CaseId, Entry, Fact, Instant, Span, SpanPart};
use reading::titles;
use serde::{Deserialize, Serialize};
use store::Table;

use crate::{
    Result,
    acts::invalid,
    batch::Batch,
    card::quote,
    library::Rows,
    project::Projection,
    record::{PersonRecord, Quote},
    tables::{CASE, CaseState},
    watchkeeper::Watchkeeper,
};

/// [`TitledRow`] by address.
pub(crate) const TITLED: Table = "titled";
/// The most characters of a title.
const TITLE_CHARS: usize = 120;

/// A title that a person gave.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct TitledRow {
    pub(crate) title: String,
    pub(crate) by: String,
    pub(crate) at: Instant,
    pub(crate) reason: String,
}

impl Watchkeeper {
    /// Says what the job title of the person with this address is; nothing gives it back to imports
    /// and signatures.
    pub fn set_title(
        &self,
        email: &str,
        title: Option<String>,
        reason: String,
        actor: Actor,
        now: Instant,
    ) -> Result<()> {
        let person = email.trim().to_lowercase();
        if !person.contains('@') {
            let what = format!("`{email}` is no mail address");
            return Err(invalid(&what, "write it as jane@northwind.example"));
        }
        let title = title.map(|title| title.trim().to_owned());
        if title.as_ref().is_some_and(|t| t.is_empty() || t.chars().count() > TITLE_CHARS) {
            return Err(invalid("that is no title", "give 1 to 120 characters, or leave it out"));
        }
        self.record(Fact::PersonTitled { person, title, reason }, actor, now).map(|_| ())
    }
}

impl Projection<'_> {
    /// Takes a person's title into the views, and has every case assessed in which they take part.
    pub(crate) fn titled(&mut self, batch: &mut Batch, entry: &Entry, by: &str) -> Result<()> {
        let Fact::PersonTitled { person, title, reason } = &entry.fact else { return Ok(()) };
        match title {
            Some(title) => {
                let (title, by, reason) = (title.clone(), by.to_owned(), reason.clone());
                let row = TitledRow { title, by, at: entry.at, reason };
                batch.rows.put(TITLED, person.as_bytes(), &row)?;
            }
            None => batch.rows.delete(TITLED, person.as_bytes()),
        }
        Arc::make_mut(&mut self.directory).put_title(person, title.as_deref());
        self.texts.clear();
        self.courses.clear();
        batch.flush()?;
        let mut keys: Vec<Vec<u8>> = Vec::new();
        batch.rows.scan_keys(CASE, &[], &[0xff; 9], &mut |key| keys.push(key.to_vec()))?;
        let address = Address { name: String::new(), email: person.clone() };
        for key in keys {
            let state: Option<CaseState> = batch.rows.get(CASE, &key)?;
            if state.is_some_and(|state| state.summary.includes(&address))
                && let Ok(bytes) = <[u8; 8]>::try_from(&*key)
            {
                batch.touched.insert(CaseId::from_number(u64::from_be_bytes(bytes)));
            }
        }
        Ok(())
    }
}

/// Adds to people what their titles are, where those come from, and how senior they make them.
/// Their titles are those of imports before, and their quotes those of signatures.
pub(crate) fn complete<R: Rows + ?Sized>(rows: &R, people: &mut [PersonRecord]) -> Result<()> {
    for person in people {
        let given: Option<TitledRow> = rows.row(TITLED, person.address.email.as_bytes())?;
        if let Some(row) = given {
            person.title = Some(row.title);
            person.title_from = Some("person".to_owned());
            person.title_by = Some(row.by);
        } else if person.title.is_some() {
            person.title_from = Some("import".to_owned());
        } else if let Some(quote) = &person.title_quote {
            person.title = Some(quote.text.clone());
            person.title_from = Some("signature".to_owned());
        }
        let seniority = person.title.as_deref().and_then(titles::seniority);
        person.seniority = seniority.map(|seniority| seniority.name().to_owned());
    }
    Ok(())
}

/// The titles that people's latest signatures give them, by address.
pub(crate) fn signed(file: &CaseFile) -> BTreeMap<&str, Quote> {
    let mut found = BTreeMap::new();
    for message in file.messages.iter().filter(|message| !message.is_automatic()) {
        let signatures = message.segments.iter().filter(|s| s.kind == SegmentKind::Signature);
        for segment in signatures {
            let Some(text) = message.body.get(segment.start as usize..segment.end as usize) else {
                continue;
            };
            let from = &message.from.address;
            let Some((start, end)) = titles::in_signature(text, &from.name) else { continue };
            let (start, end) = (segment.start + start as u32, segment.start + end as u32);
            let span = Span { message: message.key, part: SpanPart::Body, start, end };
            if let Some(quote) = quote(file, &span) {
                found.insert(from.email.as_str(), quote);
            }
        }
    }
    found
}
