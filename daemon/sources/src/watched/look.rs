//! A folder or a calendar looked at before it is watched.

use std::{
    collections::BTreeMap,
    fs::{self, File},
    io::{self, Read as _},
    path::Path,
};

use app::saved::{Found, FoundFolder};
use egress::Egress;
use http::header;

use super::{
    CalendarPlace, WatchedCalendar, WatchedError, WatchedFolder, beneath, blocking,
    calendar::{LARGEST, is_calendar},
};
use crate::{
    looking::{LINES, line, with_connection},
    page::{Answer, Hops},
};

/// Looks at `folder` now: how many files, of which kinds, in which folders. None is opened.
pub async fn look_at_folder(folder: WatchedFolder) -> Result<Found, String> {
    blocking(move || found_in(&folder)).await.map_err(|error| error.to_string())
}

fn unreadable(path: &Path, error: &io::Error) -> WatchedError {
    WatchedError::Unreadable {
        place: path.display().to_string(),
        detail: format!("{error}; look whether it is there and may be read by us"),
    }
}

fn found_in(folder: &WatchedFolder) -> Result<Found, WatchedError> {
    let about = fs::metadata(&folder.path).map_err(|error| unreadable(&folder.path, &error))?;
    if !about.is_dir() {
        let detail = "it is no folder; name the folder that it lies in".to_owned();
        let place = folder.path.display().to_string();
        return Err(WatchedError::Unreadable { place, detail });
    }
    let found = beneath::list(&folder.path).map_err(|error| unreadable(&folder.path, &error))?;
    let mut folders: BTreeMap<&str, u64> = BTreeMap::new();
    for (place, _) in &found.files {
        let top = place.split_once('/').map_or("", |(top, _)| top);
        *folders.entry(top).or_default() += 1;
    }
    let mut remarks = Vec::new();
    if found.more {
        remarks.push("there is more than is watched: name a smaller folder".to_owned());
    }
    if !found.links.is_empty() {
        remarks.push(format!("{} links lead out of it and are not followed", found.links.len()));
    }
    Ok(Found {
        place: folder.info.title.clone(),
        items: u64::try_from(found.files.len()).ok(),
        folders: folders
            .into_iter()
            .map(|(name, items)| FoundFolder {
                name: name.to_owned(),
                items: Some(items),
                watched: true,
            })
            .collect(),
        lines: found.files.iter().take(LINES).map(|(place, _)| line(place)).collect(),
        remarks,
        ..Found::default()
    })
}

/// Looks at `calendar` now: how many meetings, and the first of them.
pub async fn look_at_calendar(calendar: WatchedCalendar, egress: &Egress) -> Result<Found, String> {
    let looked = match calendar.place.clone() {
        CalendarPlace::Path(path) => {
            blocking(move || {
                let files = read_files(&path).map_err(|error| unreadable(&path, &error))?;
                meetings(&calendar, files)
            })
            .await
        }
        CalendarPlace::Page(page) => {
            for host in page.allowed() {
                egress.allow(&host, &format!("source {}", calendar.info.id));
            }
            let answer = Hops::new(egress.clone()).get(&page, &[]).await;
            let answer = answer.map_err(|error| error.to_string())?;
            let Answer::Page(_, fetched) = answer else {
                return Err("the server says that it has not changed; try again".to_owned());
            };
            let kind = fetched.headers.get(header::CONTENT_TYPE);
            let kind = kind.and_then(|kind| kind.to_str().ok()).unwrap_or_default().to_owned();
            let bytes = fetched.body;
            let met =
                blocking(move || meetings(&calendar, vec![("calendar".to_owned(), bytes)])).await;
            let met = met.map_err(|error| {
                if !kind.starts_with("text/html") {
                    return error;
                }
                WatchedError::Faulty(format!(
                    "{error}: it is a page for people; copy the address of the calendar itself"
                ))
            });
            met.map(|found| with_connection(found, &page.endpoint.host, egress))
        }
    };
    looked.map_err(|error| error.to_string())
}

/// The calendar files at `path`, each with its place.
fn read_files(path: &Path) -> io::Result<Vec<(String, Vec<u8>)>> {
    let read = |file: File| {
        let mut bytes = Vec::new();
        file.take(LARGEST).read_to_end(&mut bytes).map(|_| bytes)
    };
    if !fs::metadata(path)?.is_dir() {
        return Ok(vec![(path.display().to_string(), read(File::open(path)?)?)]);
    }
    let found = beneath::list(path)?.files.into_iter().map(|(place, _)| place);
    found
        .filter(|place| is_calendar(place))
        .take(LINES)
        .map(|place| Ok((place.clone(), read(beneath::open(path, &place)?)?)))
        .collect()
}

fn meetings(
    calendar: &WatchedCalendar,
    files: Vec<(String, Vec<u8>)>,
) -> Result<Found, WatchedError> {
    let mut found = Found { place: calendar.info.title.clone(), ..Found::default() };
    let mut first = Vec::new();
    let mut count = 0_u64;
    for (place, bytes) in files {
        let read = mail::calendar::read(&bytes, &calendar.zone)
            .map_err(|error| WatchedError::Faulty(format!("{place}: {error}")))?;
        count += read.meetings.len() as u64;
        found.remarks.extend(
            read.faults
                .iter()
                .take(LINES)
                .map(|fault| format!("{place}:{}: {}", fault.line, line(&fault.detail))),
        );
        let met = read.meetings.iter().filter_map(|meeting| meeting.occurrences.last());
        first.extend(met.map(|one| (one.at, format!("{} · {}", one.when, one.title))));
    }
    first.sort_by_key(|(at, _)| std::cmp::Reverse(*at));
    found.items = Some(count);
    found.lines = first.iter().take(LINES).map(|(_, text)| line(text)).collect();
    Ok(found)
}
