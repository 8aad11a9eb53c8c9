//! Words, times and names as printed documents have them, in English and German.

use jiff::tz::TimeZone;
use model::Instant;
use serde::Deserialize;

/// A language that documents are printed in.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Language {
    /// English.
    #[default]
    En,
    /// German.
    De,
}

/// How a document speaks: its language, and the zone of its times.
#[derive(Debug, Clone)]
pub(crate) struct Voice {
    pub(crate) language: Language,
    pub(crate) zone: TimeZone,
}

impl Voice {
    /// One of two wordings.
    pub(crate) fn say(&self, english: &'static str, german: &'static str) -> &'static str {
        match self.language {
            Language::En => english,
            Language::De => german,
        }
    }

    /// The tag of the language.
    pub(crate) fn tag(&self) -> &'static str {
        self.say("en", "de")
    }

    /// Day and time in the document's zone.
    pub(crate) fn moment(&self, at: Instant) -> String {
        let pattern = self.say("%-d %b %Y, %H:%M", "%d.%m.%Y, %H:%M");
        at.in_zone(&self.zone).strftime(pattern).to_string()
    }

    /// The day alone.
    pub(crate) fn day(&self, at: Instant) -> String {
        let pattern = self.say("%-d %b %Y", "%d.%m.%Y");
        at.in_zone(&self.zone).strftime(pattern).to_string()
    }

    /// What says in which zone times are.
    pub(crate) fn zone_words(&self) -> String {
        let zone = self.zone.iana_name().unwrap_or("UTC");
        format!("{} {zone}", self.say("All times:", "Alle Zeiten:"))
    }

    /// A count with its thousands parted.
    pub(crate) fn count(&self, count: u64) -> String {
        let digits = count.to_string();
        let mut parted = String::new();
        for (at, digit) in digits.chars().enumerate() {
            if at > 0 && (digits.len() - at).is_multiple_of(3) {
                parted.push_str(self.say(",", "."));
            }
            parted.push(digit);
        }
        parted
    }

    /// A number with one decimal.
    pub(crate) fn decimal(&self, number: f64) -> String {
        let text = format!("{number:.1}");
        if self.language == Language::De { text.replace('.', ",") } else { text }
    }

    /// A share in percent.
    pub(crate) fn share(&self, share: Option<f64>) -> String {
        let percent =
            |share: f64| format!("{}{}", (share * 100.0).round(), self.say("%", "\u{a0}%"));
        share.map_or_else(|| "–".to_owned(), percent)
    }

    /// A duration as people say it.
    pub(crate) fn span(&self, seconds: Option<i64>) -> String {
        let Some(seconds) = seconds else { return "–".to_owned() };
        match seconds {
            ..60 => self.say("at once", "sofort").to_owned(),
            60..5_400 => format!("{} min", (seconds + 30) / 60),
            5_400..172_800 => format!("{} h", self.decimal(seconds as f64 / 3_600.0)),
            _ => format!("{} {}", self.decimal(seconds as f64 / 86_400.0), self.say("d", "T")),
        }
    }
}

/// A person's name from an address: `a.keller@…` reads `A. Keller`.
pub(crate) fn name_of(address: &str) -> String {
    const SMALL: [&str; 9] = ["von", "van", "de", "der", "den", "di", "da", "le", "la"];
    let Some((local, _)) = address.split_once('@') else { return address.to_owned() };
    let parts: Vec<&str> = local.split(['.', '_', '-']).filter(|part| !part.is_empty()).collect();
    if parts.len() < 2 {
        return local.to_owned();
    }
    let named = |part: &&str| {
        let mut signs = part.chars();
        let first: String = signs.next().into_iter().flat_map(char::to_uppercase).collect();
        match signs.as_str() {
            "" => format!("{first}."),
            _ if SMALL.contains(part) => (*part).to_owned(),
            rest => format!("{first}{rest}"),
        }
    };
    parts.iter().map(named).collect::<Vec<_>>().join(" ")
}

/// When a document was written, for its metadata.
pub(crate) fn written(at: Instant) -> paper::Written {
    let utc = at.in_zone(&TimeZone::UTC);
    paper::Written {
        year: utc.year().unsigned_abs(),
        month: utc.month().unsigned_abs(),
        day: utc.day().unsigned_abs(),
        hour: utc.hour().unsigned_abs(),
        minute: utc.minute().unsigned_abs(),
        second: utc.second().unsigned_abs(),
    }
}

/// A document with its title and nothing in it yet.
pub(crate) fn empty(voice: &Voice, title: String, foot: String, at: Instant) -> paper::Document {
    let missing = voice.say(
        "Signs that the font of this document lacks, printed as boxes:",
        "Zeichen, die der Schrift dieses Dokuments fehlen und als Kästchen gedruckt sind:",
    );
    paper::Document {
        title,
        language: voice.tag().to_owned(),
        written: written(at),
        foot,
        page_of: voice.say("Page {page} of {pages}", "Seite {page} von {pages}").to_owned(),
        missing: missing.to_owned(),
        blocks: Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn voice(language: Language) -> Voice {
        Voice { language, zone: TimeZone::get("Europe/Berlin").unwrap() }
    }

    #[test]
    fn times_and_numbers_are_those_of_the_reader() {
        let at: Instant = "2026-03-31T22:30:00Z".parse().unwrap();
        assert_eq!(voice(Language::En).moment(at), "1 Apr 2026, 00:30");
        assert_eq!(voice(Language::De).moment(at), "01.04.2026, 00:30");
        assert_eq!(voice(Language::En).count(1_234_567), "1,234,567");
        assert_eq!(voice(Language::De).count(1_234), "1.234");
        assert_eq!(voice(Language::De).span(Some(9_000)), "2,5 h");
        assert_eq!(voice(Language::En).share(Some(0.256)), "26%");
    }

    #[test]
    fn an_address_reads_as_a_name() {
        assert_eq!(name_of("a.keller@brightwater.example"), "A. Keller");
        assert_eq!(name_of("jan_van_dyk@brightwater.example"), "Jan van Dyk");
        assert_eq!(name_of("support@brightwater.example"), "support");
        assert_eq!(name_of("kim"), "kim");
    }
}
