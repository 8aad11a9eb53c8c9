//! `watchkeeper coverage`: which attached files were read, and why others were not.

use app::{
    PageRequest,
    files::{CoverageRecord, CoverageRequest, FileState, UnreadFile},
};
use model::{Actor, Digest, Unread};

use crate::{
    cli::{Common, Coverage},
    clock, console, wiring,
};

/// Shows the coverage, or has a file read once more.
pub fn run(common: &Common, options: &Coverage) -> anyhow::Result<()> {
    let config = wiring::config(common)?;
    if let Some(file) = &options.retry {
        let file: Digest = file.parse()?;
        let open = wiring::open(common, config)?;
        open.app.retry_file(file, &Actor::CommandLine, clock::now())?;
        console::line(&format!("{file} is read once more when the service runs next"));
        return Ok(());
    }
    let open = wiring::open_to_read(common, config)?;
    let mut asked = CoverageRequest {
        reason: options.reason.as_deref().and_then(Unread::of_word),
        waiting: options.waiting,
        page: PageRequest { cursor: None, limit: options.limit },
    };
    let mut coverage = open.app.coverage(&asked)?;
    while coverage.page.items.len() < options.limit && coverage.page.next.is_some() {
        asked.page.cursor = coverage.page.next.take();
        asked.page.limit = options.limit - coverage.page.items.len();
        let more = open.app.coverage(&asked)?.page;
        coverage.page.items.extend(more.items);
        coverage.page.next = more.next;
    }
    if common.json {
        console::line(&serde_json::to_string(&coverage)?);
        return Ok(());
    }
    summary(&coverage);
    for file in &coverage.page.items {
        show(file);
    }
    let shown = coverage.page.items.len();
    console::note(&format!("{shown} of {} files", console::count(coverage.page.total)));
    Ok(())
}

fn summary(coverage: &CoverageRecord) {
    console::line(&format!(
        "{} files: {} read, {} read in part, {} waiting, {} not read",
        console::count(coverage.files),
        console::count(coverage.read),
        console::count(coverage.read_in_part),
        console::count(coverage.waiting),
        console::count(coverage.unread.iter().map(|row| row.files).sum()),
    ));
    for row in &coverage.unread {
        let (count, word) = (console::count(row.files), row.reason.word());
        console::line(&format!("{count:>8} {word:14} {}", row.reason.told()));
    }
}

fn show(file: &UnreadFile) {
    let name = file.at.as_ref().map_or("", |at| at.name.as_str());
    let case = file.at.as_ref().and_then(|at| at.case).map(|case| case.to_string());
    let (size, case) = (console::bytes(file.size), case.unwrap_or_default());
    let line = |what: &str, reason: &str| {
        console::line(&format!("{}  {case:11}  {size:>10}  {reason:14}  {what}", file.file));
    };
    match &file.state {
        FileState::Waiting => line(name, "waiting"),
        FileState::Unread(reason) => line(name, reason.word()),
        FileState::Read(parts) => {
            for part in parts {
                line(&format!("{name}/{}", part.path), part.reason.word());
            }
        }
    }
}
