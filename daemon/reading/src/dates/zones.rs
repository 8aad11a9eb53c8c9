//! Time zones as people name them: "your time", "CET", "Eastern", "Brisbane time", "hora de Chile".

use std::sync::LazyLock;

use jiff::tz::{Offset, TimeZone};
use rustc_hash::FxHashMap;

use super::{Writing, scan::Scanner};

/// The zone that a time is said in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Said {
    /// That of whom the text is written to.
    Reader,
    /// That of its author.
    Author,
    /// One that is named.
    Named(TimeZone),
}

impl Said {
    /// The zone meant by somebody who wrote at `writing`.
    pub(super) fn zone<'a>(&'a self, writing: &'a Writing) -> &'a TimeZone {
        match self {
            Self::Reader => writing.reader.as_ref().unwrap_or(&writing.zone),
            Self::Author => &writing.zone,
            Self::Named(zone) => zone,
        }
    }
}

/// Words that say whose time it is, behind a time: the reader's.
const READER: [&[&str]; 16] = [
    &["your", "local", "time"],
    &["your", "time"],
    &["local", "time", "for", "you"],
    &["ihrer", "zeit"],
    &["deiner", "zeit"],
    &["eurer", "zeit"],
    &["heure", "de", "chez", "vous"],
    &["votre", "heure"],
    &["hora", "suya"],
    &["hora", "vuestra"],
    &["su", "hora"],
    &["tu", "hora"],
    &["ora", "vostra"],
    &["uw", "tijd"],
    &["jullie", "tijd"],
    &["hora", "vossa"],
];

/// The same, the author's.
const AUTHOR: [&[&str]; 6] = [
    &["my", "time"],
    &["our", "time"],
    &["unserer", "zeit"],
    &["notre", "heure"],
    &["hora", "nuestra"],
    &["onze", "tijd"],
];

/// Abbreviations, and the zone that each means in business mail. They are written in capitals.
const SHORT: &[(&str, &str)] = &[
    ("UTC", "UTC"),
    ("GMT", "UTC"),
    ("CET", "Europe/Paris"),
    ("CEST", "Europe/Paris"),
    ("MEZ", "Europe/Berlin"),
    ("MESZ", "Europe/Berlin"),
    ("EET", "Europe/Athens"),
    ("EEST", "Europe/Athens"),
    ("WET", "Europe/Lisbon"),
    ("WEST", "Europe/Lisbon"),
    ("BST", "Europe/London"),
    ("IST", "Asia/Kolkata"),
    ("SGT", "Asia/Singapore"),
    ("HKT", "Asia/Hong_Kong"),
    ("JST", "Asia/Tokyo"),
    ("KST", "Asia/Seoul"),
    ("SAST", "Africa/Johannesburg"),
    ("EAT", "Africa/Nairobi"),
    ("WAT", "Africa/Lagos"),
    ("BRT", "America/Sao_Paulo"),
    ("ART", "America/Argentina/Buenos_Aires"),
    ("CLT", "America/Santiago"),
    ("COT", "America/Bogota"),
    ("ET", "America/New_York"),
    ("EST", "America/New_York"),
    ("EDT", "America/New_York"),
    ("CT", "America/Chicago"),
    ("CST", "America/Chicago"),
    ("CDT", "America/Chicago"),
    ("MT", "America/Denver"),
    ("MST", "America/Denver"),
    ("MDT", "America/Denver"),
    ("PT", "America/Los_Angeles"),
    ("PST", "America/Los_Angeles"),
    ("PDT", "America/Los_Angeles"),
    ("AEST", "Australia/Brisbane"),
    ("AEDT", "Australia/Sydney"),
    ("ACST", "Australia/Darwin"),
    ("AWST", "Australia/Perth"),
    ("NZST", "Pacific/Auckland"),
    ("NZDT", "Pacific/Auckland"),
];

/// Countries of one business zone and regions, folded.
const PLACES: &[(&str, &str)] = &[
    ("eastern", "America/New_York"),
    ("central", "America/Chicago"),
    ("mountain", "America/Denver"),
    ("pacific", "America/Los_Angeles"),
    ("india", "Asia/Kolkata"),
    ("mexico", "America/Mexico_City"),
    ("chile", "America/Santiago"),
    ("colombia", "America/Bogota"),
    ("peru", "America/Lima"),
    ("argentina", "America/Argentina/Buenos_Aires"),
    ("brasilia", "America/Sao_Paulo"),
    ("japan", "Asia/Tokyo"),
    ("korea", "Asia/Seoul"),
    ("china", "Asia/Shanghai"),
    ("beijing", "Asia/Shanghai"),
    ("germany", "Europe/Berlin"),
    ("france", "Europe/Paris"),
    ("italy", "Europe/Rome"),
    ("italia", "Europe/Rome"),
    ("spain", "Europe/Madrid"),
    ("espana", "Europe/Madrid"),
    ("peninsular", "Europe/Madrid"),
    ("poland", "Europe/Warsaw"),
    ("sweden", "Europe/Stockholm"),
    ("norway", "Europe/Oslo"),
    ("finland", "Europe/Helsinki"),
    ("denmark", "Europe/Copenhagen"),
    ("netherlands", "Europe/Amsterdam"),
    ("switzerland", "Europe/Zurich"),
    ("austria", "Europe/Vienna"),
    ("ireland", "Europe/Dublin"),
    ("uk", "Europe/London"),
    ("israel", "Asia/Jerusalem"),
    ("kenya", "Africa/Nairobi"),
    ("nigeria", "Africa/Lagos"),
    ("ghana", "Africa/Accra"),
    ("philippines", "Asia/Manila"),
    ("vietnam", "Asia/Ho_Chi_Minh"),
    ("thailand", "Asia/Bangkok"),
];

/// Cities of the zone database by their folded names, words joined by an underscore.
static CITIES: LazyLock<FxHashMap<String, String>> = LazyLock::new(|| {
    let mut cities = FxHashMap::default();
    for name in jiff::tz::db().available() {
        let id = name.as_str();
        let Some((region, city)) = id.rsplit_once('/') else { continue };
        if region != "Etc" {
            cities.entry(city.to_ascii_lowercase()).or_insert_with(|| id.to_owned());
        }
    }
    cities
});

impl Scanner<'_> {
    /// The zone that is named from token `next` on, behind a time.
    pub(super) fn zone(&self, next: usize) -> Option<(Said, usize)> {
        let said = |words: &[&[&str]]| {
            let held = words.iter().find(|words| self.says(next, words));
            held.map(|words| next + words.len())
        };
        if let Some(after) = said(&READER) {
            return Some((Said::Reader, after));
        }
        if let Some(after) = said(&AUTHOR) {
            return Some((Said::Author, after));
        }
        self.short_zone(next).or_else(|| self.place_zone(next))
    }

    fn says(&self, next: usize, words: &[&str]) -> bool {
        words
            .iter()
            .enumerate()
            .all(|(at, word)| self.joined(next + at) && self.word(next + at) == *word)
    }

    /// `CET`, `IST`.
    fn short_zone(&self, next: usize) -> Option<(Said, usize)> {
        let written = self.written(next).filter(|_| self.joined(next))?;
        let (_, id) = SHORT.iter().find(|(short, _)| *short == written)?;
        Some((Said::Named(known(id)?), next + 1))
    }

    /// `Brisbane time`, `Eastern`, `hora de Chile`, `heure de Paris`, `de Chile`.
    fn place_zone(&self, next: usize) -> Option<(Said, usize)> {
        let led = ["hora", "heure", "ora", "uhr", "tijd", "horas"].contains(&self.word(next));
        let mut at = next + usize::from(led);
        let article = matches!(self.word(at), "de" | "di" | "da" | "do" | "van" | "der" | "in");
        at += usize::from(article);
        let (zone, after) = self.place(at)?;
        let times =
            self.joined(after) && matches!(self.word(after), "time" | "zeit" | "tijd" | "ortszeit");
        // "At 16:00 Central" needs no more; a city does, or it may be where something happens.
        let region = PLACES[..4].iter().any(|(name, _)| *name == self.word(at));
        let said = times || led && article || region || article && self.word(at - 1) != "in";
        (said && self.joined(at)).then_some((Said::Named(zone), after + usize::from(times)))
    }

    fn place(&self, at: usize) -> Option<(TimeZone, usize)> {
        let (one, two) = (self.word(at), self.word(at + 1));
        let both = format!("{one}_{two}");
        if let Some(id) = CITIES.get(both.as_str()).filter(|_| self.joined(at + 1)) {
            return Some((known(id)?, at + 2));
        }
        let country = PLACES.iter().find(|(name, _)| *name == one).map(|(_, id)| *id);
        let id = country.or_else(|| CITIES.get(one).map(String::as_str))?;
        Some((known(id)?, at + 1))
    }
}

fn known(id: &str) -> Option<TimeZone> {
    TimeZone::get(id).ok()
}

/// The zone of an author whose clock is `offset` seconds east of UTC at some instant: the first of
/// `likely` that has this offset then, else the offset alone.
pub fn of_author(offset: i32, at: model::Instant, likely: &[&TimeZone]) -> TimeZone {
    let shows = |zone: &&&TimeZone| zone.to_offset(at.timestamp()).seconds() == offset;
    match likely.iter().find(shows) {
        Some(zone) => (*zone).clone(),
        None => Offset::from_seconds(offset).map_or(TimeZone::UTC, TimeZone::fixed),
    }
}
