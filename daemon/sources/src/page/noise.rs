//! What of a line counts when a page is compared with itself: not how long ago it was written, how
//! often it was seen, what day it is, or the token of this very visit.

use std::{borrow::Cow, sync::LazyLock};

use jiff::civil::Date;
use regex::Regex;

use super::text::Line;

/// A line as it is compared; nothing if it never counts.
///
/// `selected` says that somebody chose the part that is read: then a line that is nothing but a
/// link counts too. `day` is the day on which the page was fetched: a page that says what day it is
/// says nothing new.
pub fn key(line: &Line, selected: bool, day: Date) -> Option<String> {
    if line.all_link && !line.heading && !selected {
        return None;
    }
    let mut key = replaced(&line.text, &RULES);
    if is_stamp(&replaced(&key, &DATES)) {
        return None;
    }
    for spelling in spellings(day) {
        key = key.replace(&spelling, "⟨today⟩");
    }
    for link in &line.links {
        key.push('\u{1f}');
        key.push_str(&replaced(link, &RULES[..TOKENS]));
    }
    Some(key)
}

fn replaced(text: &str, rules: &[(Regex, &str)]) -> String {
    let mut text = text.to_owned();
    for (pattern, replacement) in rules {
        if let Cow::Owned(changed) = pattern.replace_all(&text, *replacement) {
            text = changed;
        }
    }
    text
}

/// How a day is written where a page says what day it is.
fn spellings(day: Date) -> impl Iterator<Item = String> {
    [
        "%Y-%m-%d",
        "%B %-d, %Y",
        "%-d %B %Y",
        "%b %-d, %Y",
        "%-d %b %Y",
        "%-d.%-m.%Y",
        "%d.%m.%Y",
        "%m/%d/%Y",
        "%d/%m/%Y",
    ]
    .into_iter()
    .map(move |form| day.strftime(form).to_string())
}

/// How many of the rules are about tokens, and hold for links too.
const TOKENS: usize = 2;

/// Dates and times of day. They count in a sentence, and not in a line of their own.
static DATES: LazyLock<Vec<(Regex, &str)>> = LazyLock::new(|| {
    const MONTHS: &str = "jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|\
         sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?|januar|februar|märz|mai|juni|juli|\
         oktober|dezember|janvier|février|mars|avril|juin|juillet|août|septembre|octobre|novembre|\
         décembre|enero|febrero|marzo|abril|mayo|junio|julio|agosto|septiembre|octubre|noviembre|\
         diciembre|gennaio|febbraio|aprile|maggio|giugno|luglio|settembre|ottobre|dicembre";
    let date = format!(
        r"(?i)\b(?:\d{{4}}-\d{{2}}-\d{{2}}(?:[T ]\d{{2}}:\d{{2}}(?::\d{{2}})?(?:\.\d+)?Z?)?|\d{{1,2}}[./]\d{{1,2}}[./]\d{{2,4}}|\d{{1,2}}(?:st|nd|rd|th|\.)?\s+(?:de\s+)?(?:{MONTHS})\.?,?(?:\s+(?:de\s+)?\d{{4}})?|(?:{MONTHS})\.?\s+\d{{1,2}}(?:st|nd|rd|th)?(?:,?\s+\d{{4}})?)\b"
    );
    compiled(&[(&date, "⟨date⟩"), (CLOCK, "⟨time⟩")])
});

/// What varies by itself, and what it is replaced by.
static RULES: LazyLock<Vec<(Regex, &str)>> = LazyLock::new(|| {
    compiled(&[
        // identifiers, and tokens of a visit
        (r"(?i)\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b", "⟨token⟩"),
        (r"\b(?:[0-9a-f]{4,}[a-f][0-9][0-9a-f]{6,}|[0-9a-f]*[0-9][a-f][0-9a-f]{12,})\b", "⟨token⟩"),
        // how long ago
        (
            r"(?i)\b(?:just now|moments? ago|(?:\d+|an?|one|a few)\s+(?:sec(?:ond)?s?|min(?:ute)?s?|h(?:ou)?rs?|days?|weeks?|months?|years?)\s+ago|yesterday at|today at)\b",
            "⟨ago⟩",
        ),
        (
            r"(?i)\b(?:vor\s+\d+\s+(?:Sekunden?|Minuten?|Stunden?|Tag(?:en)?|Wochen?|Monat(?:en)?|Jahr(?:en)?)|il y a\s+\d+\s+\w+|hace\s+\d+\s+\w+)\b",
            "⟨ago⟩",
        ),
        // how often
        (
            r"(?i)\b\d[\d,. ]*[km]?\+?\s*(views?|visits?|visitors?|likes?|shares?|comments?|followers?|subscribers?|reads?|downloads?|upvotes?|votes?|reactions?|online now|people (?:online|viewing|found)|readers?|ratings?|reviews?|claps?|stars?|aufrufe|kommentare|vues?|visitas)\b",
            "⟨count⟩ $1",
        ),
        (
            r"(?i)\b(views?|visits?|visitors?|likes?|shares?|comments?|downloads?|votes?)\s*[:(]\s*\d[\d,. ]*[km]?\)?",
            "$1 ⟨count⟩",
        ),
        (r"(?i)\b\d+\s*[- ]?min(?:ute)?s?\s+read\b", "⟨count⟩ read"),
        // whose it is, and since when
        (r"(?i)((?:©|\(c\)|copyright)[^\d]{0,40})\d{4}(?:\s*[-–]\s*\d{4})?", "${1}⟨year⟩"),
        (r"\d{4}(?:\s*[-–]\s*\d{4})?(\s*©)", "⟨year⟩$1"),
    ])
});

/// The patterns, ready to be used; a test sees that all of them can be.
fn compiled(rules: &[(&str, &'static str)]) -> Vec<(Regex, &'static str)> {
    let ready = |(pattern, to): &(&str, &'static str)| Some((Regex::new(pattern).ok()?, *to));
    rules.iter().filter_map(ready).collect()
}

const CLOCK: &str =
    r"(?i)\b\d{1,2}:\d{2}(?::\d{2})?(?:\s*[ap]\.?m\.?)?(?:\s+(?:UTC|GMT|CES?T|[ECMP][SD]T))?\b";

/// Whether a line is nothing but when something was written, seen or counted.
fn is_stamp(text: &str) -> bool {
    let (mut marks, mut others, mut strange) = (0, 0, 0);
    for word in text.split(|c: char| c.is_whitespace() || c == '|') {
        if word.contains('⟨') {
            marks += 1;
        } else if word.chars().any(char::is_alphanumeric) {
            others += 1;
            let bare = word.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase();
            strange += usize::from(!STAMP_WORDS.contains(&bare.as_str()));
        }
    }
    let is_dated = !text.contains("⟨ago⟩") && !text.contains("⟨count⟩");
    // "End of support: 1 March" is news where "Updated: 1 March" is none.
    marks > 0 && others <= if is_dated && strange > 0 { 0 } else { 4 }
}

/// Words that stand beside a date which says when something was written.
const STAMP_WORDS: &[&str] = &[
    "a",
    "am",
    "as",
    "at",
    "by",
    "changed",
    "checked",
    "created",
    "date",
    "edited",
    "from",
    "generated",
    "last",
    "le",
    "modified",
    "mise",
    "now",
    "of",
    "on",
    "page",
    "posted",
    "published",
    "refreshed",
    "retrieved",
    "revised",
    "stand",
    "the",
    "time",
    "today",
    "uhr",
    "um",
    "update",
    "updated",
    "utc",
    "vom",
    "was",
    "written",
    "aktualisiert",
    "letzte",
    "letzter",
    "zuletzt",
    "änderung",
    "geändert",
    "veröffentlicht",
    "dernière",
    "jour",
    "à",
    "publié",
    "actualizado",
    "actualización",
    "publicado",
    "última",
    "el",
    "aggiornamento",
    "ultimo",
    "bijgewerkt",
    "laatst",
    "op",
    "atualizado",
    "em",
    "mon",
    "tue",
    "wed",
    "thu",
    "fri",
    "sat",
    "sun",
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
];

#[cfg(test)]
mod tests {
    use super::*;

    fn said(text: &str) -> Option<String> {
        let day = jiff::civil::date(2026, 1, 14);
        key(&Line { text: text.to_owned(), ..Line::default() }, false, day)
    }

    #[test]
    fn every_pattern_can_be_read() {
        assert_eq!((RULES.len(), DATES.len()), (9, 2));
    }

    #[test]
    fn what_varies_by_itself_is_the_same_line() {
        for (one, other) in [
            (
                "Posted 3 hours ago by Ann in our long list of news",
                "Posted 2 days ago by Ann in our long list of news",
            ),
            (
                "This article about exports has 1,204 views so far",
                "This article about exports has 1,377 views so far",
            ),
            (
                "© 2023 Northwind, Inc. All rights reserved worldwide.",
                "© 2024 Northwind, Inc. All rights reserved worldwide.",
            ),
            (
                "Your session 9f86d081884c7d659a2feaa0 will end when you leave",
                "Your session 1b4f0e9851971998e732078e will end when you leave",
            ),
        ] {
            assert_eq!(said(one), said(other));
        }
        for stamp in [
            "Last updated: 12 November 2025",
            "2025-11-12 08:15",
            "5 min read",
            "1.2k views",
            "Letzte Änderung: 3. März 2026",
        ] {
            assert_eq!(said(stamp), None, "{stamp}");
        }
    }

    #[test]
    fn what_day_it_is_is_no_news() {
        let said = |text: &str, day: i8| {
            let line = Line { text: text.to_owned(), ..Line::default() };
            key(&line, false, jiff::civil::date(2026, 1, day))
        };
        let (one, other) = ("Good day, it is January 14, 2026", "Good day, it is January 15, 2026");
        assert_eq!(said(one, 14), said(other, 15));
        assert_ne!(said(one, 14), said(other, 14));
    }

    #[test]
    fn numbers_that_people_agreed_on_count() {
        for (one, other) in [
            ("Availability of 99.9% is promised.", "Availability of 99.5% is promised."),
            ("The price is 49 EUR a month.", "The price is 59 EUR a month."),
            (
                "You may end the contract within 30 days.",
                "You may end the contract within 14 days.",
            ),
            ("End of support: 1 March 2026", "End of support: 1 May 2026"),
            ("The old interface ends on 1 March 2026.", "The old interface ends on 1 May 2026."),
            ("Support answers within 4 hours.", "Support answers within 8 hours."),
            ("Monitoring - A fix was implemented.", "Resolved - This incident is over."),
        ] {
            assert_ne!(said(one), said(other));
        }
    }
}
