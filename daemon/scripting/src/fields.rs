//! Fields of a team's own (`fields/*.toml`): values that a pattern, a word list or a plugin finds.

use std::collections::BTreeMap;

use engine::{
    CaseFile, CaseMessage, FieldFound, FieldKind, FieldSpec, RuleError, plugin::Manifest,
};
use model::{PluginName, Side, Span, SpanPart};
use reading::{Hits, ListId, WordLists};
use regex::{Regex, RegexBuilder};
use serde::Deserialize;

use crate::{
    calendars::toml_error,
    error::{at, did_you_mean},
    readings::{Part, Readings, capped, passages},
};

/// The folder of fields within a set.
pub(crate) const FOLDER: &str = "fields/";
/// The most memory that a compiled pattern takes, in bytes.
const PATTERN_SIZE: usize = 256 << 10;
/// The longest text that a pattern looks through, in bytes.
const MAX_TEXT: usize = 64 << 10;
/// The most values of one field in one message.
const MOST_VALUES: usize = 20;
/// The longest value, in bytes.
const MAX_VALUE: usize = 200;

/// A field and how it is found.
#[derive(Debug)]
pub(crate) struct Field {
    pub(crate) spec: FieldSpec,
    from: Vec<Place>,
    by: Author,
    finder: Finder,
}

#[derive(Debug)]
enum Finder {
    Pattern(Regex),
    List(ListId, Option<String>),
    Plugin,
}

/// Where values may stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Place {
    Subject,
    Text,
    Attachments,
}

/// Whose words count.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Author {
    #[default]
    Anyone,
    Customer,
    Us,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Kind {
    Text,
    Number,
    Date,
    Choice,
}

/// What a file says.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Sheet {
    title: String,
    #[serde(default)]
    help: String,
    #[serde(rename = "type")]
    kind: Kind,
    #[serde(default)]
    from: Option<Vec<Place>>,
    #[serde(default)]
    by: Author,
    #[serde(default)]
    choices: Vec<String>,
    #[serde(default)]
    pattern: Option<String>,
    #[serde(default)]
    list: Option<String>,
    #[serde(default)]
    section: Option<String>,
    #[serde(default)]
    plugin: Option<PluginName>,
    /// What the plugin calls the field; its own name unless given.
    #[serde(default)]
    plugin_field: Option<String>,
}

/// The fields of a set by name, or everything that is wrong with them.
pub(crate) fn load(
    files: &BTreeMap<String, Vec<u8>>,
    lists: &WordLists,
    plugins: &[Manifest],
) -> (Vec<Field>, Vec<RuleError>) {
    let (mut fields, mut errors) = (Vec::new(), Vec::new());
    for (path, bytes) in files.iter().filter(|(path, _)| path.starts_with(FOLDER)) {
        let name = path.trim_start_matches(FOLDER).trim_end_matches(".toml");
        match field(path, name, &String::from_utf8_lossy(bytes), lists, plugins) {
            Ok(field) => fields.push(field),
            Err(error) => errors.push(error),
        }
    }
    (fields, errors)
}

fn field(
    path: &str,
    name: &str,
    text: &str,
    lists: &WordLists,
    plugins: &[Manifest],
) -> Result<Field, RuleError> {
    let sheet: Sheet = toml::from_str(text).map_err(|error| toml_error(path, text, &error))?;
    let wrong = |key: &str, message: String| {
        let line = text.lines().position(|line| line.trim_start().starts_with(key));
        at(path, line.map(|line| (line + 1, 1)), message)
    };
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    if name.is_empty() || name.len() > 60 || !name.chars().all(plain) {
        let message = "a field's file name is lower-case letters, digits and _".to_owned();
        return Err(at(path, None, message));
    }
    let mut choices = sheet.choices;
    let mut plugin = None;
    let finder = match (sheet.pattern, sheet.list, sheet.plugin) {
        (Some(pattern), None, None) => {
            Finder::Pattern(compiled(&pattern).map_err(|message| wrong("pattern", message))?)
        }
        (None, Some(list), None) => {
            let Some(id) = lists.list(&list) else {
                let hint = did_you_mean(&list, lists.names().iter().map(String::as_str));
                return Err(wrong("list", format!("no word list `{list}`{hint}")));
            };
            Finder::List(id, sheet.section)
        }
        (None, None, Some(named)) => {
            let field = sheet.plugin_field.unwrap_or_else(|| name.to_owned());
            let Some(manifest) = plugins.iter().find(|manifest| manifest.name == named) else {
                return Err(wrong("plugin", format!("no plugin `{named}` in this set")));
            };
            if !manifest.fields.iter().any(|known| known.name == field) {
                let known: Vec<&str> = manifest.fields.iter().map(|f| f.name.as_str()).collect();
                let known = known.join(", ");
                let message = format!(
                    "plugin `{named}` finds no field `{field}`; `plugin_field` is one of: {known}"
                );
                return Err(wrong("plugin", message));
            }
            plugin = Some((named, field));
            Finder::Plugin
        }
        _ => {
            let message = "say how its values are found: by one of `pattern`, `list` or `plugin`";
            return Err(at(path, None, message));
        }
    };
    let kind = match sheet.kind {
        Kind::Text => FieldKind::Text,
        Kind::Number => FieldKind::Number,
        Kind::Date => FieldKind::Date,
        Kind::Choice => FieldKind::Choice,
    };
    if kind == FieldKind::Choice && choices.is_empty() && !matches!(finder, Finder::List(..)) {
        let message = "a choice needs `choices`, or a `list` whose sections they are".to_owned();
        return Err(wrong("type", message));
    }
    choices.dedup();
    let spec = FieldSpec {
        name: name.to_owned(),
        title: sheet.title,
        help: sheet.help,
        kind,
        choices,
        plugin,
    };
    let from = sheet.from.unwrap_or_else(|| vec![Place::Subject, Place::Text]);
    Ok(Field { spec, from, by: sheet.by, finder })
}

/// Compiles a pattern within its bounds. Its time is linear in the text, whatever it says.
fn compiled(pattern: &str) -> Result<Regex, String> {
    let built = RegexBuilder::new(pattern)
        .size_limit(PATTERN_SIZE)
        .dfa_size_limit(4 * PATTERN_SIZE)
        .nest_limit(32)
        .build();
    let regex = built.map_err(|error| match error {
        regex::Error::CompiledTooBig(_) => {
            "the pattern is too large: bound its repetitions, as in [0-9]{4,8}".to_owned()
        }
        other => {
            let last = other.to_string();
            let last = last.lines().last().unwrap_or_default().trim_start_matches("error: ");
            format!("the pattern cannot be read: {last}")
        }
    })?;
    if regex.is_match("") {
        return Err("the pattern also matches nothing at all: let it name a character".to_owned());
    }
    Ok(regex)
}

impl Field {
    /// Its values in the message at `position` of `case`, in order of place.
    pub(crate) fn read(
        &self,
        case: &CaseFile,
        position: usize,
        readings: &Readings,
    ) -> Vec<FieldFound> {
        let message = &case.messages[position];
        let counts = match self.by {
            Author::Anyone => true,
            Author::Customer => message.from.side != Side::Us,
            Author::Us => message.from.side == Side::Us,
        };
        let mut found = Vec::new();
        if !counts {
            return found;
        }
        for place in &self.from {
            match &self.finder {
                Finder::Pattern(regex) => {
                    self.matches(regex, case, message, *place, readings, &mut found);
                }
                Finder::List(list, section) => {
                    let section = section.as_deref();
                    self.hits(*list, section, case, message, *place, readings, &mut found);
                }
                Finder::Plugin => {}
            }
        }
        found.truncate(MOST_VALUES);
        found
    }

    fn matches(
        &self,
        regex: &Regex,
        case: &CaseFile,
        message: &CaseMessage,
        place: Place,
        readings: &Readings,
        found: &mut Vec<FieldFound>,
    ) {
        let mut take = |part: SpanPart, offset: u32, text: &str| {
            let text = capped(text, MAX_TEXT);
            for captures in regex.captures_iter(text).take(MOST_VALUES) {
                let whole = captures.name("value").or_else(|| captures.get(1));
                let Some(words) = whole.or_else(|| captures.get(0)) else { continue };
                let (start, end) = (words.start() as u32 + offset, words.end() as u32 + offset);
                let span = Span { message: message.key, part, start, end };
                let value = match self.spec.kind {
                    FieldKind::Date => self.day(&span, words.as_str(), case, message, readings),
                    _ => self.value(words.as_str()),
                };
                found.extend(value.map(|value| self.found(value, span)));
            }
        };
        match place {
            Place::Subject => take(SpanPart::Subject, 0, &message.subject),
            Place::Attachments => take(SpanPart::Attachments, 0, &message.attachment_names()),
            Place::Text => {
                for (offset, passage) in passages(message, Part::New) {
                    take(SpanPart::Body, offset, passage);
                }
            }
        }
    }

    #[allow(clippy::too_many_arguments, reason = "the list and what it is looked for in")]
    fn hits(
        &self,
        list: ListId,
        section: Option<&str>,
        case: &CaseFile,
        message: &CaseMessage,
        place: Place,
        readings: &Readings,
        found: &mut Vec<FieldFound>,
    ) {
        let reading = readings.of(message, &case.calendar);
        let lists = readings.lists();
        let (part, hits, text): (SpanPart, &Hits, &str) = match place {
            Place::Subject => {
                (SpanPart::Subject, reading.subject(lists, message), &message.subject)
            }
            Place::Text => {
                let read = reading.part(lists, &case.calendar, message, Part::New);
                (SpanPart::Body, &read.hits, &message.body)
            }
            // Names of files are no sentences.
            Place::Attachments => return,
        };
        for hit in hits.of(list).iter().filter(|hit| !hit.negated && !hit.quoted) {
            let mark = lists.mark(hit.mark);
            if section.is_some_and(|section| section != mark) {
                continue;
            }
            let span = Span { message: message.key, part, start: hit.start, end: hit.end };
            let words = span.of(text).unwrap_or_default();
            let by_section = self.spec.kind == FieldKind::Choice && self.spec.choices.is_empty();
            let value = if by_section && !mark.is_empty() {
                Some(mark.to_owned())
            } else if self.spec.kind == FieldKind::Date {
                self.day(&span, words, case, message, readings)
            } else {
                self.value(words)
            };
            found.extend(value.map(|value| self.found(value, span)));
        }
    }

    fn found(&self, value: String, span: Span) -> FieldFound {
        FieldFound { field: self.spec.name.clone(), value, span }
    }

    /// `words` in the form of values of this field; nothing if they are none.
    pub(crate) fn value(&self, words: &str) -> Option<String> {
        let words = words.split_whitespace().collect::<Vec<_>>().join(" ");
        if words.is_empty() || words.len() > MAX_VALUE {
            return None;
        }
        match self.spec.kind {
            FieldKind::Text => Some(words),
            FieldKind::Number => number(&words),
            FieldKind::Date => words.parse::<jiff::civil::Date>().ok().map(|day| day.to_string()),
            FieldKind::Choice => {
                let folded = model::fold_text(&words);
                let fits = |choice: &&String| model::fold_text(choice) == folded;
                self.spec.choices.iter().find(fits).cloned()
            }
        }
    }

    /// The day that `words` name: as the dates of the text are read, else as `2026-03-31`.
    fn day(
        &self,
        span: &Span,
        words: &str,
        case: &CaseFile,
        message: &CaseMessage,
        readings: &Readings,
    ) -> Option<String> {
        if span.part == SpanPart::Body {
            let reading = readings.of(message, &case.calendar);
            let read = reading.part(readings.lists(), &case.calendar, message, Part::New);
            let named = read.moments.iter().find(|m| m.start < span.end && span.start < m.end);
            if let Some(moment) = named {
                let zone = case.calendar.zone.clone();
                return Some(moment.at.timestamp().to_zoned(zone).date().to_string());
            }
        }
        self.value(words)
    }
}

/// A number however it is grouped: `1,234.50`, `1.234,50`, `1 234,5` and `1234.5`.
fn number(words: &str) -> Option<String> {
    let digits: String =
        words.chars().filter(|c| c.is_ascii_digit() || matches!(c, '.' | ',' | '-')).collect();
    let negative = digits.starts_with('-');
    let digits = digits.trim_start_matches('-');
    if digits.is_empty() || digits.contains('-') {
        return None;
    }
    let last = digits.rfind(['.', ',']);
    // A mark that stands once, or behind marks of the other kind, and not before three digits alone
    // that it would group, parts the decimals.
    let decimal = last.filter(|at| {
        let mark = &digits[*at..=*at];
        let other = if mark == "." { "," } else { "." };
        let behind = digits.len() - at - 1;
        digits.matches(mark).count() == 1 && (behind != 3 || digits.contains(other))
    });
    let (whole, part) = decimal.map_or((digits, ""), |at| (&digits[..at], &digits[at + 1..]));
    let whole: String = whole.chars().filter(char::is_ascii_digit).collect();
    let whole = whole.trim_start_matches('0');
    let part = part.trim_end_matches('0');
    let whole = if whole.is_empty() { "0" } else { whole };
    let sign = if negative { "-" } else { "" };
    Some(if part.is_empty() { format!("{sign}{whole}") } else { format!("{sign}{whole}.{part}") })
}

#[cfg(test)]
mod tests;
