//! From the bytes of a calendar to its meetings' lines, whatever else is broken in the file.

use std::collections::BTreeMap;

use super::Fault;

/// Meetings of one file that are read.
const MOST: usize = 20_000;
/// Faults that are told; a file of another kind would have one in every line.
const TOLD: usize = 20;
/// Characters of a broken line that are quoted.
const QUOTED: usize = 40;

/// The lines of one component, unfolded.
#[derive(Debug, Clone, Default)]
pub(super) struct Block {
    /// The line that it begins in, from 1.
    pub line: u64,
    /// Its lines, those that begin and end it included.
    pub text: String,
    /// The values of its own properties that tell meetings apart, by name.
    pub own: BTreeMap<&'static str, String>,
    /// The zones that it names.
    pub zones: Vec<String>,
}

/// A calendar in pieces.
#[derive(Debug, Default)]
pub(super) struct Pieces {
    pub meetings: Vec<Block>,
    pub zones: Vec<Block>,
    /// Whether all of its meetings are called off.
    pub calls_off: bool,
    /// Whether it is a calendar at all.
    pub begun: bool,
    pub faults: Vec<Fault>,
}

impl Pieces {
    pub(super) fn fault(&mut self, line: u64, detail: impl Into<String>) {
        if self.faults.len() < TOLD {
            self.faults.push(Fault { line, detail: detail.into() });
        }
    }
}

/// Properties that are kept beside the text.
const OWN: [&str; 6] = ["UID", "SEQUENCE", "RECURRENCE-ID", "DTSTAMP", "DTSTART", "TZID"];

/// Takes a calendar apart.
pub(super) fn pieces(text: &str) -> Pieces {
    let mut pieces = Pieces::default();
    let mut open: Option<(Block, Vec<String>)> = None;
    for (line, content) in unfolded(text) {
        if content.trim().is_empty() {
            continue;
        }
        let Some((name, parameters, value)) = property(&content) else {
            if open.is_some() || pieces.begun {
                let shown: String = content.chars().take(QUOTED).collect();
                pieces.fault(
                    line,
                    format!("\"{shown}\" is no property of a calendar; it is passed over"),
                );
            }
            continue;
        };
        let (name, value) = (name.to_ascii_uppercase(), value.trim());
        let component = value.to_ascii_uppercase();
        match (name.as_str(), &mut open) {
            ("BEGIN", None) if component == "VCALENDAR" => pieces.begun = true,
            ("BEGIN", None) => {
                let mut block = Block { line, ..Block::default() };
                block.push(&content);
                open = Some((block, vec![component]));
            }
            ("BEGIN", Some((block, stack))) => {
                block.push(&content);
                stack.push(component);
            }
            ("END", Some((block, stack))) => {
                if stack.last() == Some(&component) {
                    block.push(&content);
                    stack.pop();
                } else {
                    pieces.fault(
                        line,
                        format!("END:{component} ends what did not begin; it is passed over"),
                    );
                }
                if stack.is_empty()
                    && let Some((block, _)) = open.take()
                {
                    close(&mut pieces, block, &component);
                }
            }
            (_, Some((block, stack))) => {
                if let [_] = stack[..] {
                    block.note(&name, parameters, value);
                }
                block.push(&content);
            }
            ("METHOD", None) => pieces.calls_off = component == "CANCEL",
            (_, None) => {}
        }
    }
    if let Some((block, stack)) = open {
        let inner = stack.first().map_or("", String::as_str);
        let detail = format!("the file ends in the middle of this {inner}; it is passed over");
        pieces.fault(block.line, detail);
    }
    pieces
}

fn close(pieces: &mut Pieces, block: Block, component: &str) {
    match component {
        "VTIMEZONE" => pieces.zones.push(block),
        "VEVENT"
            if !block.own.contains_key("DTSTART") && !block.own.contains_key("RECURRENCE-ID") =>
        {
            pieces.fault(
                block.line,
                "the meeting that begins here has no DTSTART; it is passed over",
            );
        }
        "VEVENT" if pieces.meetings.len() < MOST => pieces.meetings.push(block),
        "VEVENT" if pieces.meetings.len() == MOST => {
            pieces.fault(block.line, format!("only the first {MOST} meetings are read"));
        }
        _ => {}
    }
}

impl Block {
    fn push(&mut self, content: &str) {
        self.text.push_str(content);
        self.text.push_str("\r\n");
    }

    fn note(&mut self, name: &str, parameters: &str, value: &str) {
        if let Some(known) = OWN.into_iter().find(|known| *known == name) {
            self.own.entry(known).or_insert_with(|| value.to_owned());
        }
        for parameter in parameters.split(';') {
            if let Some((key, zone)) = parameter.split_once('=')
                && key.eq_ignore_ascii_case("tzid")
            {
                let zone = zone.trim_matches('"').to_owned();
                if !self.zones.contains(&zone) {
                    self.zones.push(zone);
                }
            }
        }
    }
}

/// Lines that were folded, whole again, each with the number of its first line.
fn unfolded(text: &str) -> Vec<(u64, String)> {
    let mut lines: Vec<(u64, String)> = Vec::new();
    for (at, line) in text.trim_start_matches('\u{feff}').split('\n').enumerate() {
        let line = line.strip_suffix('\r').unwrap_or(line);
        match (line.strip_prefix([' ', '\t']), lines.last_mut()) {
            (Some(rest), Some((_, last))) => last.push_str(rest),
            _ => lines.push((at as u64 + 1, line.to_owned())),
        }
    }
    lines
}

/// Name, parameters and value of a content line; quoted parameters may hold what else would end them.
fn property(line: &str) -> Option<(&str, &str, &str)> {
    let mut quoted = false;
    let colon = line.char_indices().find_map(|(at, c)| {
        quoted ^= c == '"';
        (c == ':' && !quoted).then_some(at)
    })?;
    let (head, value) = (line.get(..colon)?, line.get(colon + 1..)?);
    let (name, parameters) = head.split_once(';').unwrap_or((head, ""));
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '-';
    (!name.is_empty() && name.chars().all(plain)).then_some((name, parameters, value))
}
