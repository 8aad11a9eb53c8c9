//! `watchkeeper backup`: makes backups, lists and proves them.

use std::{
    path::{Path, PathBuf},
    process::ExitCode,
    sync::atomic::AtomicBool,
};

use anyhow::Context as _;
use serde_json::{Value, json};
use store::local::backup::{Course, Destination, Snapshot, check};

use crate::{
    backups::{Wanted, make, rehearse},
    cli::{Backup, Common},
    clock,
    config::Config,
    console, stop, wiring,
};

/// Who makes a backup here.
const BY: &str = "command line";

/// Does what is asked; exit code 1 if something is broken, which is named.
pub fn run(common: &Common, asked: &Backup) -> anyhow::Result<ExitCode> {
    match asked {
        Backup::Create { destination, keep } => {
            create(common, destination.as_deref(), *keep).map(|()| ExitCode::SUCCESS)
        }
        Backup::List { destination } => {
            list(common, destination.as_deref()).map(|()| ExitCode::SUCCESS)
        }
        Backup::Verify { destination } => verify(common, destination.as_deref()),
        Backup::Rehearse { destination, snapshot, within } => {
            let found = find(common, destination.as_deref())?;
            let (id, within) = (snapshot.as_deref(), within.as_deref());
            let row = watched("rehearse", &*stop::flag()?, |course| {
                rehearse(&found, id, within, (BY, clock::now()), course)
            });
            Ok(show_rehearsal(common, &row?))
        }
    }
}

fn create(common: &Common, named: Option<&Path>, keep: Option<u32>) -> anyhow::Result<()> {
    let config = wiring::config(common)?;
    let data = wiring::data_dir(common);
    wiring::require_data(&data)?;
    let destination = named_or_configured(named, &config)?;
    let configured = config.backup.destination.as_ref() == Some(&destination);
    let keep = keep.or_else(|| configured.then(|| config.backup.keep()));
    let wanted = Wanted {
        data: &data,
        configured: &wiring::configured(common),
        destination: &destination,
        keep: keep.map(|keep| keep as usize),
        by: BY,
        now: clock::now(),
    };
    let created = watched("backup", &*stop::flag()?, |course| make(&wanted, course))?;
    let row = as_json(&created.snapshot);
    if common.json {
        console::line(&row.to_string());
        return Ok(());
    }
    let manifest = &created.snapshot.manifest;
    console::line(&format!(
        "{} holds {} and {} of evidence; {} were new",
        created.snapshot.id,
        console::counted(manifest.seq.0, "fact", "facts"),
        console::counted(manifest.packs.len() as u64, "pack", "packs"),
        console::bytes(manifest.new_bytes),
    ));
    if created.dropped > 0 {
        let dropped = created.dropped as u64;
        console::line(&console::counted(
            dropped,
            "earlier backup was taken away",
            "earlier backups were taken away",
        ));
    }
    Ok(())
}

fn list(common: &Common, named: Option<&Path>) -> anyhow::Result<()> {
    let found = find(common, named)?;
    let snapshots = found.snapshots()?;
    if snapshots.is_empty() && !common.json {
        console::line(&format!("{} holds no backup yet", found.dir().display()));
    }
    for snapshot in &snapshots {
        if common.json {
            console::line(&as_json(snapshot).to_string());
            continue;
        }
        let manifest = &snapshot.manifest;
        let proved = match &snapshot.rehearsal {
            None => "not rehearsed".to_owned(),
            Some(found) if found.broken.is_empty() => format!("rehearsed {}", found.at),
            Some(found) => format!("BROKEN when rehearsed {}", found.at),
        };
        console::line(&format!(
            "{}  {}, {} ({} new), by {}, {proved}",
            snapshot.id,
            console::counted(manifest.seq.0, "fact", "facts"),
            console::bytes(manifest.bytes()),
            console::bytes(manifest.new_bytes),
            manifest.by,
        ));
    }
    Ok(())
}

fn verify(common: &Common, named: Option<&Path>) -> anyhow::Result<ExitCode> {
    let found = find(common, named)?;
    let snapshots = found.snapshots()?;
    let broken =
        watched("verify", &*stop::flag()?, |course| Ok(check(&found, &snapshots, course)?))?;
    let ids: Vec<&str> = snapshots.iter().map(|one| one.id.as_str()).collect();
    if common.json {
        let faults: Vec<_> =
            broken.iter().map(|one| json!({ "item": one.item, "detail": one.detail })).collect();
        console::line(&json!({ "snapshots": ids, "broken": faults }).to_string());
    } else {
        let verdict = if broken.is_empty() { "ok" } else { "BROKEN" };
        let count = console::counted(ids.len() as u64, "backup", "backups");
        console::line(&format!("{verdict:7} {count} in {}", found.dir().display()));
        for one in broken.iter().take(20) {
            console::line(&format!("        {}: {}", one.item, one.detail));
        }
    }
    Ok(if broken.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn show_rehearsal(
    common: &Common,
    (snapshot, found): &(Snapshot, store::local::backup::Rehearsal),
) -> ExitCode {
    if common.json {
        let row = json!({
            "snapshot": snapshot.id,
            "compared": found.compared,
            "broken": found.broken,
        });
        console::line(&row.to_string());
    } else {
        let verdict = if found.broken.is_empty() { "ok" } else { "BROKEN" };
        console::line(&format!("{verdict:7} {} was restored aside and removed again", snapshot.id));
        for text in &found.compared {
            console::line(&format!("        {text}"));
        }
        for text in found.broken.iter().take(20) {
            console::line(&format!("        {text}"));
        }
    }
    if found.broken.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn find(common: &Common, named: Option<&Path>) -> anyhow::Result<Destination> {
    let dir = match named {
        Some(dir) => dir.to_owned(),
        None => named_or_configured(None, &wiring::config(common)?)?,
    };
    Ok(Destination::open(&dir)?)
}

fn named_or_configured(named: Option<&Path>, config: &Config) -> anyhow::Result<PathBuf> {
    named
        .map(Path::to_owned)
        .or_else(|| config.backup.destination.clone())
        .context("name the folder of the backups, or set `destination` under [backup]")
}

/// Does long work with its progress shown.
fn watched<T>(
    what: &str,
    stop: &AtomicBool,
    work: impl FnOnce(&mut Course<'_>) -> anyhow::Result<T>,
) -> anyhow::Result<T> {
    let mut bar = console::Progress::of_bytes(what);
    let mut show = |done, total| bar.show(done, Some(total), "");
    let done = work(&mut Course { progress: &mut show, stop });
    bar.done();
    done
}

fn as_json(snapshot: &Snapshot) -> Value {
    let manifest = &snapshot.manifest;
    json!({
        "snapshot": snapshot.id,
        "at": manifest.at,
        "by": manifest.by,
        "program": manifest.program,
        "facts": manifest.seq,
        "head": manifest.head,
        "packs": manifest.packs.len(),
        "files": manifest.files.len() + manifest.tables.len(),
        "bytes": manifest.bytes(),
        "new_bytes": manifest.new_bytes,
        "rehearsal": snapshot.rehearsal,
    })
}
