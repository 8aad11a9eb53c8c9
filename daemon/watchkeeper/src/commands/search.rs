//! `watchkeeper search`: straight from the files, beside a service or without one.

use app::{PageRequest, SearchRequest, record::HitRecord};

use crate::{
    cli::{Common, Search},
    clock, console, wiring,
};

/// Searches and prints the hits.
pub fn run(common: &Common, options: &Search) -> anyhow::Result<()> {
    let config = wiring::config(common)?;
    let timezone = config.organisation.timezone.clone().unwrap_or_default();
    let open = wiring::open_to_read(common, config)?;
    let request = SearchRequest {
        text: options.query.join(" "),
        page: PageRequest { cursor: None, limit: options.limit },
        by_date: options.by_date,
        timezone,
    };
    let answer = open.app.search(&request, clock::now())?;
    if common.json {
        console::line(&serde_json::to_string(&answer)?);
        return Ok(());
    }
    for (at, problem) in &answer.problems {
        console::note(&format!("note: at character {at}: {problem}"));
    }
    for (word, found) in &answer.corrected {
        console::note(&format!("note: `{word}` is rare; also looked for {}", found.join(", ")));
    }
    for hit in &answer.hits {
        show(hit);
    }
    let shown = answer.hits.len() as u64;
    console::note(&format!("{shown} of {} hits", console::count(answer.total)));
    Ok(())
}

fn show(hit: &HitRecord) {
    let account = hit.account.as_ref().map_or("", |account| account.name.as_str());
    let case = hit.case.map(|case| case.to_string()).unwrap_or_default();
    let day = hit.at.timestamp().strftime("%Y-%m-%d %H:%M");
    let file = hit.file.as_ref().map(|file| match file.place.as_str() {
        "" => format!("    in {}\n", file.name),
        place => format!("    in {}, {place}\n", file.name),
    });
    console::line(&format!(
        "{day}  {case}  {}  {account}  {}\n    {}\n{}    {}",
        hit.level,
        hit.from.shown(),
        hit.subject,
        file.unwrap_or_default(),
        hit.snippet.split_whitespace().collect::<Vec<_>>().join(" ")
    ));
}
