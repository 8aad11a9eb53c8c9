//! `watchkeeper import`: mail, accounts, contacts and notes taken in.

use std::{
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use anyhow::{Context as _, bail};
use app::{AppError, Progress};
use model::{Actor, Ledger};
use serde_json::json;
use sources::OpenOptions;

use crate::{
    cli::{Common, Import},
    clock, console, files, stop,
    wiring::{self, Open},
};

/// Takes in what `options` name.
pub fn run(common: &Common, options: &Import) -> anyhow::Result<()> {
    let config = wiring::config(common)?;
    let nobody_is_ours = config.organisation.domains.is_empty();
    // Look at every path before anything is taken in: a typing error costs no half import.
    let mut found = Vec::new();
    for path in &options.paths {
        let open = OpenOptions { owner: options.owner.clone(), ..OpenOptions::default() };
        found.extend(sources::open(path, &open)?);
    }
    let open = wiring::open(common, config)?;
    tables(&open, options)?;
    let stop = stop::flag()?;
    let mut total = Ledger::default();
    for mut source in found {
        let info = source.info().clone();
        let estimate = source.estimate()?;
        let mut bar = console::Progress::new(&info.title, estimate.items);
        let outcome = open.app.import(&mut *source, &clock::now, &stop, &mut |progress| {
            bar.show(progress.items, progress.items_total, &console::bytes(progress.bytes));
        });
        bar.done();
        match outcome {
            Ok(progress) => {
                report(common, &info.title, &progress);
                total.add(&progress.ledger);
            }
            Err(AppError::Stopped) => bail!("stopped; run the same command again to go on"),
            Err(error) => return Err(error).with_context(|| format!("importing {}", info.title)),
        }
    }
    if !options.without_files {
        read_files(&open, &stop)?;
    }
    if nobody_is_ours && total.seen > 0 {
        console::note(
            "note: no domain of yours is configured, so every sender counts as a customer; set \
             `domains` under [organisation] in watchkeeper.toml and run `watchkeeper rebuild`",
        );
    }
    if !common.json {
        let status = open.app.status()?;
        console::line(&format!(
            "{} in {}, {}, {} in quarantine; {} of evidence kept in {}",
            console::counted(status.messages, "message", "messages"),
            console::counted(status.cases, "case", "cases"),
            console::counted(status.escalations, "escalation", "escalations"),
            console::count(status.quarantined),
            console::bytes(status.evidence_bytes),
            console::bytes(status.stored_bytes),
        ));
    }
    Ok(())
}

/// Reads the attached files of what is there. Cases stand already: who stops here loses nothing.
fn read_files(open: &Open, stop: &Arc<AtomicBool>) -> anyhow::Result<()> {
    let Some(reader) = files::reader(&open.config, stop.clone()) else { return Ok(()) };
    let mut bar = console::Progress::new("attached files", None);
    let mut done = 0;
    loop {
        let read = match open.app.read_files(&reader, clock::now()) {
            Ok(0) => break,
            Ok(read) => read,
            Err(_) if stop.load(Ordering::Relaxed) => {
                bail!("stopped; what is left of attached files is read by the service")
            }
            Err(error) => return Err(error).context("reading attached files"),
        };
        done += read as u64;
        bar.show(done, Some(done + open.app.files_waiting()?), "");
    }
    bar.done();
    open.app.refresh_search()?;
    if done > 0 {
        console::note(&format!(
            "{} attached files read; `watchkeeper coverage` lists what could not be",
            console::count(done)
        ));
    }
    Ok(())
}

fn tables(open: &Open, options: &Import) -> anyhow::Result<()> {
    let actor = Actor::CommandLine;
    let now = clock::now();
    let said = |what: &str, count: usize, path: &Path| {
        console::note(&format!("{count} {what} new or changed from {}", path.display()));
    };
    if let Some(path) = &options.accounts {
        let accounts = sources::tables::read_accounts(path)?;
        said("accounts", open.app.put_accounts(accounts, &actor, now)?, path);
    }
    if let Some(path) = &options.contacts {
        let contacts = sources::tables::read_contacts(path)?;
        said("contacts", open.app.put_contacts(contacts, &actor, now)?, path);
    }
    if let Some(path) = &options.notes {
        let notes = sources::tables::read_notes(path)?;
        let notes = notes
            .into_iter()
            .map(|note| app::NewNote {
                about: note.about,
                at: note.at,
                author: note.author,
                text: note.text,
                visibility: note.visibility,
            })
            .collect();
        said("notes", open.app.add_notes(notes, &actor, now)?.len(), path);
    }
    Ok(())
}

fn report(common: &Common, title: &str, progress: &Progress) {
    let ledger = &progress.ledger;
    if common.json {
        console::line(
            &json!({ "source": title, "ledger": ledger, "balances": ledger.balances() })
                .to_string(),
        );
        return;
    }
    let mut skipped = String::new();
    for (reason, count) in &ledger.skipped {
        let reason = reason.replace('_', " ");
        skipped.push_str(&format!(", {} {reason}", console::count(*count)));
    }
    console::line(&format!(
        "{title}: {} seen = {} stored, {} duplicate{skipped}",
        console::count(ledger.seen),
        console::count(ledger.stored),
        console::count(ledger.duplicate),
    ));
}
