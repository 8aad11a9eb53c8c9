//! What a meeting says, and when it takes place.

use std::{collections::BTreeSet, str::FromStr as _};

use calcard::{
    common::timezone::Tz,
    icalendar::{
        ICalendar, ICalendarComponent, ICalendarEntry, ICalendarFrequency, ICalendarParameterName,
        ICalendarProperty, ICalendarStatus, ICalendarValue, dates::TimeOrDelta,
    },
};
use model::{Address, Instant};

use super::{Attendee, Occurrence};

/// Dates of one series that are counted; a daily one lasts 27 years.
pub(super) const DATES: usize = 10_000;
/// Characters of a description that are read.
const LONGEST: usize = 8_000;

/// The occurrences of the meetings in `text`, which is a calendar of one UID, with the reason for each
/// that has none: as many as `most` of a series. Times without a zone are in `zone`.
pub(super) fn occurrences(
    text: &str,
    zone: &str,
    calls_off: bool,
    most: usize,
) -> Result<(Vec<Occurrence>, Vec<String>), String> {
    let calendar = ICalendar::parse(text)
        .map_err(|_| "the meeting that begins here cannot be read".to_owned())?;
    let default = Tz::from_str(zone).unwrap_or(Tz::UTC);
    let resolver = calendar.build_tz_resolver().with_default(default);
    let mut faults = Vec::new();
    for entry in calendar.components.iter().flat_map(|component| &component.entries) {
        if let Some(name) = entry.tz_id()
            && resolver.resolve(name).is_none()
        {
            let fault =
                format!("the zone \"{name}\" is not known; its times are read as in {zone}");
            if !faults.contains(&fault) {
                faults.push(fault);
            }
        }
    }
    let expanded = calendar.expand_dates(default, most);
    if !expanded.errors.is_empty() {
        faults.push("a date or its repetition cannot be understood; it is passed over".to_owned());
    }
    let series = calendar.components.iter().any(ICalendarComponent::is_recurrent_or_override);
    let mut found = Vec::with_capacity(expanded.events.len());
    let mut replaced = BTreeSet::new();
    for event in expanded.events {
        let Some(component) = calendar.component_by_id(event.comp_id) else { continue };
        if !component.component_type.is_event() {
            continue;
        }
        // Where no end is given, the library takes the end of the day; RFC 5545 (3.6.1) does not.
        let ends = [ICalendarProperty::Dtend, ICalendarProperty::Duration];
        let end = match event.end {
            _ if !ends.iter().any(|end| component.has_property(end)) => None,
            TimeOrDelta::Time(end) => Some(end),
            TimeOrDelta::Delta(long) => event.start.checked_add_signed(long),
        };
        let begins = event.start.timestamp();
        let original = component.property(&ICalendarProperty::RecurrenceId).and_then(|entry| {
            let date = entry.values.first()?.as_partial_date_time()?;
            let zone = resolver.resolve_or_default(entry.tz_id());
            Some(date.to_date_time_with_tz(zone)?.timestamp())
        });
        let all_day = component.property(&ICalendarProperty::Dtstart).is_some_and(is_day);
        let local = event.start.naive_local();
        let until =
            end.as_ref().and_then(|end| Some(end.naive_local()).filter(|until| *until > local));
        let when = if all_day {
            // The end of a day-long meeting is the day after its last.
            let last =
                until.and_then(|until| until.date().pred_opt()).filter(|last| *last > local.date());
            let last = last.map(|last| format!(" to {last}")).unwrap_or_default();
            format!("{}{last}, all day", local.date())
        } else {
            let to = until.map(|until| {
                let form = if until.date() == local.date() { "%H:%M" } else { "%Y-%m-%d %H:%M" };
                format!(" to {}", until.format(form))
            });
            let zone = event.start.timezone();
            format!("{}{} {zone}", local.format("%Y-%m-%d %H:%M"), to.unwrap_or_default())
        };
        if let Some(original) = original {
            replaced.insert(original.to_string());
        }
        let own = original.is_some();
        let occurrence = Occurrence {
            key: if series { original.unwrap_or(begins).to_string() } else { String::new() },
            at: Instant::from_seconds(begins),
            until: Instant::from_seconds(end.map_or(begins, |end| end.timestamp().max(begins))),
            all_day,
            when,
            repeats: repeats(component),
            title: words(component, &ICalendarProperty::Summary),
            location: words(component, &ICalendarProperty::Location),
            description: words(component, &ICalendarProperty::Description),
            cancelled: calls_off || component.status() == Some(&ICalendarStatus::Cancelled),
            people: people(component),
            sequence: component
                .property(&ICalendarProperty::Sequence)
                .and_then(|entry| entry.values.first()?.as_integer())
                .unwrap_or(0),
        };
        found.push((own, occurrence));
    }
    // An instance with words of its own stands for the one that the series would have there, also
    // where the two were changed a different number of times.
    found.retain(|(own, one)| *own || !replaced.contains(&one.key));
    let mut found: Vec<Occurrence> = found.into_iter().map(|(_, one)| one).collect();
    found.sort_by(|a, b| (a.at, &a.key).cmp(&(b.at, &b.key)));
    Ok((found, faults))
}

fn is_day(entry: &ICalendarEntry) -> bool {
    let date = entry.values.first().and_then(ICalendarValue::as_partial_date_time);
    date.is_some_and(|date| !date.has_time())
}

fn words(component: &ICalendarComponent, property: &ICalendarProperty) -> String {
    let text = component
        .property(property)
        .and_then(|entry| entry.values.first()?.as_text())
        .unwrap_or_default();
    text.replace("\r\n", "\n").trim().chars().take(LONGEST).collect()
}

/// How a meeting repeats, in words; empty if it does not.
fn repeats(component: &ICalendarComponent) -> String {
    let rule = component.property(&ICalendarProperty::Rrule).and_then(|entry| entry.values.first());
    let Some(ICalendarValue::RecurrenceRule(rule)) = rule else { return String::new() };
    let unit = match rule.freq {
        ICalendarFrequency::Yearly => "year",
        ICalendarFrequency::Monthly => "month",
        ICalendarFrequency::Weekly => "week",
        ICalendarFrequency::Daily => "day",
        ICalendarFrequency::Hourly => "hour",
        ICalendarFrequency::Minutely => "minute",
        ICalendarFrequency::Secondly => "second",
    };
    let mut text = match rule.interval.filter(|interval| *interval > 1) {
        Some(interval) => format!("every {interval} {unit}s"),
        None => format!("every {unit}"),
    };
    if let Some(count) = rule.count {
        text.push_str(&format!(", {count} times"));
    }
    let until = rule.until.as_ref().and_then(|until| Some((until.year?, until.month?, until.day?)));
    if let Some((year, month, day)) = until {
        text.push_str(&format!(", until {year:04}-{month:02}-{day:02}"));
    }
    text
}

/// Organiser and attendees, each once.
fn people(component: &ICalendarComponent) -> Vec<Attendee> {
    let mut people: Vec<Attendee> = Vec::new();
    for entry in &component.entries {
        if !matches!(entry.name, ICalendarProperty::Organizer | ICalendarProperty::Attendee) {
            continue;
        }
        let text = |name| entry.parameter(&name).and_then(|value| value.as_text());
        let known = |address: &&str| address.contains('@');
        let email =
            entry.calendar_address().filter(known).or_else(|| text(ICalendarParameterName::Email));
        let Some(email) = email.map(|email| email.trim().to_ascii_lowercase()) else { continue };
        let answer = match text(ICalendarParameterName::Partstat) {
            Some("ACCEPTED") => "accepted",
            Some("DECLINED") => "declined",
            Some("TENTATIVE") => "tentative",
            Some("DELEGATED") => "delegated",
            _ => "",
        };
        if let Some(before) = people.iter_mut().find(|before| before.address.email == email) {
            if before.answer.is_empty() {
                before.answer = answer;
            }
            continue;
        }
        let name = text(ICalendarParameterName::Cn).unwrap_or_default().trim().to_owned();
        people.push(Attendee { address: Address { name, email }, answer });
    }
    people
}
