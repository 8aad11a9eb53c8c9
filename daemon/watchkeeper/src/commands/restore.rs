//! `watchkeeper restore`: a data directory out of a backup.

use anyhow::{Context as _, bail};
use serde_json::json;
use store::local::backup::{Course, Destination, restore};

use crate::{
    cli::{Common, Restore},
    clock, console, stop, wiring,
};

/// Restores into the directory that `--data` names, and builds views and search there.
pub fn run(common: &Common, options: &Restore) -> anyhow::Result<()> {
    let Some(dir) = &common.data else {
        bail!("name the directory to restore into, which is made or empty, with --data");
    };
    let destination = Destination::open(&options.from)?;
    let stop = stop::flag()?;
    let mut bar = console::Progress::of_bytes("restore");
    let mut course =
        Course { progress: &mut |done, total| bar.show(done, Some(total), ""), stop: &stop };
    let restored = restore(&destination, options.snapshot.as_deref(), dir, &mut course)?;
    bar.done();
    let manifest = &restored.snapshot.manifest;
    if let Some(path) = &restored.configuration {
        console::note(&format!(
            "the configuration lay outside of the data directory and is now {}; files that it names \
             by relative paths are looked for beside it",
            path.display()
        ));
    }
    // From here on all of it is back: what is left can be made again at any time.
    let opened = wiring::config(common).and_then(|config| wiring::open(common, config));
    let open = opened.with_context(|| {
        format!(
            "everything is restored into {}, but its views could not be built; mend this and run \
             `watchkeeper rebuild`",
            dir.display()
        )
    })?;
    let status = open.app.status()?;
    if common.json {
        let row = json!({
            "snapshot": restored.snapshot.id,
            "at": manifest.at,
            "facts": manifest.seq,
            "head": manifest.head,
            "messages": status.messages,
            "cases": status.cases,
            "data": dir,
            "restored": clock::now(),
        });
        console::line(&row.to_string());
        return Ok(());
    }
    console::line(&format!(
        "{} of {} is restored into {}: {} and {} in {}",
        restored.snapshot.id,
        manifest.at,
        dir.display(),
        console::counted(manifest.seq.0, "fact", "facts"),
        console::counted(status.messages, "message", "messages"),
        console::counted(status.cases, "case", "cases"),
    ));
    console::line(&format!("`watchkeeper verify --data {}` proves it", dir.display()));
    Ok(())
}
