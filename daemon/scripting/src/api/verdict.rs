//! What `severity.rhai` says: its levels, and a level with reasons.

use engine::{Level, Verdict};
use model::{LevelName, SignalId, finding::Reason};
use rhai::{Array, Dynamic, Map};

use super::Api;
use crate::error::did_you_mean;

/// A reason within a script.
#[derive(Debug, Clone)]
pub(crate) struct Because(Reason);

pub(super) fn register(api: &mut Api<'_>) {
    api.kind::<Because>("Reason", "A reason for a level.");
    api.call(
        "",
        "because(text) -> Reason",
        "A reason for a level, in words of the rule.",
        |text: &str| Because(Reason { text: text.to_owned(), signal: None }),
    );
    api.call(
        "",
        "because(text, signal) -> Reason",
        "The same, standing on the signal of that name.",
        |text: &str, signal: &str| {
            Because(Reason { text: text.to_owned(), signal: Some(SignalId::new(signal)) })
        },
    );
    api.call(
        "",
        "level(name, reasons) -> Level",
        "What `severity(record)` returns: the level of that name, or `\"none\"`, with its reasons, the most important first.",
        |name: &str, reasons: Array| Decided { name: name.to_owned(), reasons },
    );
    api.kind::<Decided>("Level", "A level with its reasons.");
}

/// A level with reasons within a script.
#[derive(Debug, Clone)]
pub(crate) struct Decided {
    name: String,
    reasons: Array,
}

/// The verdict that `severity(record)` returned.
pub(crate) fn verdict(returned: &Dynamic, levels: &[Level]) -> Result<Verdict, String> {
    let Some(decided) = returned.clone().try_cast::<Decided>() else {
        return Err("severity(record) must return level(name, reasons)".to_owned());
    };
    let name = decided.name.as_str();
    let known = levels.iter().find(|l| l.name.as_str() == name).map(|l| l.name.clone());
    let level = match known {
        Some(level) => level,
        None if name == "none" => LevelName::none(),
        None => {
            let hint = did_you_mean(name, levels.iter().map(|l| l.name.as_str()));
            return Err(format!("no level `{name}` is declared{hint}"));
        }
    };
    let mut reasons = Vec::with_capacity(decided.reasons.len());
    for reason in &decided.reasons {
        match reason.clone().try_cast::<Because>() {
            Some(Because(reason)) => reasons.push(reason),
            None => return Err("reasons are made by because(text, signal)".to_owned()),
        }
    }
    Ok(Verdict { level, reasons })
}

/// The levels that `levels()` returned, the gravest first.
pub(crate) fn levels(returned: &Dynamic) -> Result<Vec<Level>, String> {
    let Some(list) = returned.clone().try_cast::<Array>() else {
        return Err("levels() must return a list of maps".to_owned());
    };
    let mut levels = Vec::with_capacity(list.len());
    for entry in &list {
        let Some(map) = entry.clone().try_cast::<Map>() else {
            return Err(
                "each level is a map such as #{ name: \"S1\", title: \"Critical\" }".to_owned()
            );
        };
        levels.push(level(&map)?);
    }
    if levels.is_empty() {
        return Err("levels() names no level".to_owned());
    }
    levels.sort_by_key(|l| std::cmp::Reverse(l.rank));
    Ok(levels)
}

const KEYS: [&str; 9] = [
    "name",
    "title",
    "colour",
    "rank",
    "escalated",
    "reply_minutes",
    "update_minutes",
    "round_the_clock",
    "quiet_hours",
];

fn level(map: &Map) -> Result<Level, String> {
    if let Some(unknown) = map.keys().find(|key| !KEYS.contains(&key.as_str())) {
        return Err(format!("a level has no `{unknown}`{}", did_you_mean(unknown, KEYS)));
    }
    let text = |key: &str| {
        let value = map.get(key).cloned().unwrap_or(Dynamic::UNIT);
        value.into_string().map_err(|_| format!("each level needs a `{key}` in quotation marks"))
    };
    let number = |key: &str| match map.get(key) {
        None => Ok(None),
        Some(value) if value.is_unit() => Ok(None),
        Some(value) => value
            .as_int()
            .ok()
            .and_then(|n| u32::try_from(n).ok())
            .map(Some)
            .ok_or_else(|| format!("`{key}` of a level is a whole number of 0 or more, or ()")),
    };
    let flag = |key: &str| match map.get(key) {
        None => Ok(false),
        Some(value) => value.as_bool().map_err(|_| format!("`{key}` of a level is true or false")),
    };
    let name = text("name")?;
    let rank = number("rank")?.filter(|rank| *rank <= 100);
    if name == "none" {
        return Err("`none` is the absence of a level and cannot be declared".to_owned());
    }
    Ok(Level {
        rank: rank.ok_or_else(|| format!("level {name} needs a `rank` of 0 to 100"))? as u8,
        name: LevelName::from(name.as_str()),
        title: text("title")?,
        colour: text("colour")?,
        escalated: flag("escalated")?,
        reply_minutes: number("reply_minutes")?,
        update_minutes: number("update_minutes")?,
        round_the_clock: flag("round_the_clock")?,
        quiet_hours: number("quiet_hours")?,
    })
}
