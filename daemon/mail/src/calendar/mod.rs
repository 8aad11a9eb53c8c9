//! Calendars (iCalendar, RFC 5545): who meets whom, when, and about what.
//!
//! A calendar is read meeting by meeting: one that is broken is named with its line, and the others
//! count. Series are laid out over time, with the instances that were moved or called off.

mod lines;
mod meeting;

use std::collections::BTreeMap;

use model::{Address, Instant};

use lines::{Block, Pieces};

/// A calendar as it was read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Calendar {
    /// Its meetings, in its order.
    pub meetings: Vec<Meeting>,
    /// What of it is not understood, the first faults of many.
    pub faults: Vec<Fault>,
}

/// A meeting, or a series of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Meeting {
    /// Its identity for ever.
    pub uid: String,
    /// Its lines, within a calendar of their own.
    pub bytes: Vec<u8>,
    /// When it takes place, ascending; at least once.
    pub occurrences: Vec<Occurrence>,
}

/// One time that a meeting takes place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Occurrence {
    /// Its identity within the series, wherever it was moved to; empty where there is no series.
    pub key: String,
    /// When it begins.
    pub at: Instant,
    /// When it ends.
    pub until: Instant,
    /// Whether it is about days, without a time of day: where no end is given, about one.
    pub all_day: bool,
    /// Both in its own zone, for people.
    pub when: String,
    /// How the series repeats, such as `every week`; empty where it does not.
    pub repeats: String,
    /// What it is called.
    pub title: String,
    /// Where it is.
    pub location: String,
    /// What it is about.
    pub description: String,
    /// Whether it was called off.
    pub cancelled: bool,
    /// Organiser and attendees, the organiser first.
    pub people: Vec<Attendee>,
    /// How often its organiser changed it.
    pub sequence: i64,
}

/// Somebody who takes part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attendee {
    /// Name and address, the latter in lower case.
    pub address: Address,
    /// `accepted`, `declined`, `tentative`, `delegated`, or empty.
    pub answer: &'static str,
}

/// Something that is not understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The line, from 1.
    pub line: u64,
    /// What is wrong.
    pub detail: String,
}

/// These bytes are no calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("it is no calendar: it has no line BEGIN:VCALENDAR")]
pub struct NoCalendar;

impl Occurrence {
    /// The meeting in words for people.
    pub fn text(&self) -> String {
        let what = if self.cancelled { "Meeting called off" } else { "Meeting" };
        let title = if self.title.is_empty() { "without a title" } else { &self.title };
        let mut text = format!("{what}: {title}\nWhen: {}", self.when);
        if !self.repeats.is_empty() {
            text.push_str(&format!("\nRepeats: {}", self.repeats));
        }
        if !self.location.is_empty() {
            text.push_str(&format!("\nWhere: {}", self.location));
        }
        let shown = |person: &Attendee| match person.answer {
            "" => person.address.to_string(),
            answer => format!("{} ({answer})", person.address),
        };
        let people: Vec<String> = self.people.iter().map(shown).collect();
        if !people.is_empty() {
            text.push_str(&format!("\nWho: {}", people.join(", ")));
        }
        if !self.description.is_empty() {
            text.push_str(&format!("\n\n{}", self.description));
        }
        text
    }
}

/// Reads a calendar. Times without a zone are in `zone` (an IANA name).
pub fn read(bytes: &[u8], zone: &str) -> Result<Calendar, NoCalendar> {
    read_dates(bytes, zone, meeting::DATES)
}

/// Reads a calendar, of each series as many dates as `most`.
fn read_dates(bytes: &[u8], zone: &str, most: usize) -> Result<Calendar, NoCalendar> {
    let text = String::from_utf8_lossy(bytes);
    let mut pieces = lines::pieces(&text);
    if !pieces.begun {
        return Err(NoCalendar);
    }
    let mut meetings = Vec::new();
    for (uid, blocks) in by_uid(&mut pieces) {
        let line = blocks.first().map_or(1, |block| block.line);
        let text = calendar_of(&blocks, &pieces.zones);
        match meeting::occurrences(&text, zone, pieces.calls_off, most) {
            Ok((occurrences, faults)) => {
                for fault in faults {
                    pieces.fault(line, fault);
                }
                if !occurrences.is_empty() {
                    meetings.push(Meeting { uid, bytes: text.into_bytes(), occurrences });
                }
            }
            Err(fault) => pieces.fault(line, fault),
        }
    }
    pieces.faults.sort_by_key(|fault| fault.line);
    Ok(Calendar { meetings, faults: pieces.faults })
}

/// Dates of a series that are looked at to put it into words: all but the first say what it says.
const TOLD: usize = 100;

/// All of a calendar in words, each series once, with its instances that differ.
pub fn text(bytes: &[u8]) -> Result<String, NoCalendar> {
    let calendar = read_dates(bytes, "UTC", TOLD)?;
    let mut texts: Vec<String> = Vec::new();
    for meeting in &calendar.meetings {
        // Instances of a series differ in their time; what else differs is worth a word.
        let mut told: Vec<(&str, &str, bool, bool)> = Vec::new();
        for one in &meeting.occurrences {
            let mark = (&*one.title, &*one.location, one.cancelled, one.repeats.is_empty());
            if one.repeats.is_empty() || !told.contains(&mark) {
                told.push(mark);
                texts.push(one.text());
            }
        }
    }
    Ok(texts.join("\n\n"))
}

/// The blocks of every meeting, in the order of the file. Of a block that stands twice, the one that
/// its organiser changed last counts.
fn by_uid(pieces: &mut Pieces) -> Vec<(String, Vec<Block>)> {
    let mut order: Vec<(String, Vec<Block>)> = Vec::new();
    let mut at: BTreeMap<String, usize> = BTreeMap::new();
    for block in std::mem::take(&mut pieces.meetings) {
        let own = |name: &str| block.own.get(name).map(|value| value.trim().to_owned());
        let uid = own("UID").filter(|uid| !uid.is_empty()).unwrap_or_else(|| {
            pieces.fault(
                block.line,
                "the meeting that begins here has no UID; a change of it is a new one",
            );
            model::Digest::of(block.text.as_bytes()).to_string()
        });
        let index = *at.entry(uid.clone()).or_insert_with(|| {
            order.push((uid, Vec::new()));
            order.len() - 1
        });
        let (_, known) = &mut order[index];
        let instance = |block: &Block| block.own.get("RECURRENCE-ID").cloned();
        let age = |block: &Block| {
            let sequence =
                block.own.get("SEQUENCE").and_then(|text| text.trim().parse::<i64>().ok());
            (sequence.unwrap_or(0), block.own.get("DTSTAMP").cloned())
        };
        match known.iter_mut().find(|other| instance(other) == instance(&block)) {
            Some(other) if age(&block) >= age(other) => *other = block,
            Some(_) => {}
            None => known.push(block),
        }
    }
    order
}

/// A calendar with these meetings alone, and the zones that they name.
fn calendar_of(blocks: &[Block], zones: &[Block]) -> String {
    let mut text =
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Watchkeeper//Excerpt//EN\r\n".to_owned();
    for zone in zones {
        let named =
            |block: &Block| zone.own.get("TZID").is_some_and(|name| block.zones.contains(name));
        if blocks.iter().any(named) {
            text.push_str(&zone.text);
        }
    }
    for block in blocks {
        text.push_str(&block.text);
    }
    text.push_str("END:VCALENDAR\r\n");
    text
}

#[cfg(test)]
mod tests;
