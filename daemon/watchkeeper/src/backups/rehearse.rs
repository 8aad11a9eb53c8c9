//! A backup restored aside, and what is found there.

use std::path::Path;

use anyhow::Context as _;
use app::verify::named_evidence;
use model::Instant;
use store::{
    Broken,
    local::{
        OpenOptions, Store,
        backup::{BackupError, Course, Destination, Rehearsal, Snapshot, restore},
    },
};

/// Restores the backup called `id`, else the latest, below `within`; reads every fact and every item
/// of evidence back, compares them with their hashes and with each other, and removes what it made.
/// What was found is noted beside the backup.
pub fn rehearse(
    destination: &Destination,
    id: Option<&str>,
    within: Option<&Path>,
    (by, now): (&str, Instant),
    course: &mut Course<'_>,
) -> anyhow::Result<(Snapshot, Rehearsal)> {
    let _held = destination.hold(&super::holder())?;
    let snapshot = destination.snapshot(id)?;
    let scratch = destination.scratch();
    let within = within.unwrap_or(&scratch);
    let aside = tempfile::Builder::new()
        .prefix("rehearsal-")
        .tempdir_in(within)
        .with_context(|| format!("cannot make a folder in {}", within.display()))?;
    let data = aside.path().join("data");
    let (compared, broken) = match restore(destination, Some(&snapshot.id), &data, course) {
        Ok(_) => prove(&data, &snapshot)?,
        Err(BackupError::Damaged { what, detail }) => {
            (Vec::new(), vec![format!("{what}: {detail}")])
        }
        Err(error) => return Err(error.into()),
    };
    let found = Rehearsal { at: now, by: by.to_owned(), compared, broken };
    destination.note_rehearsal(&snapshot.id, &found)?;
    Ok((snapshot, found))
}

/// What was compared in the restored directory, and what does not fit.
fn prove(data: &Path, snapshot: &Snapshot) -> anyhow::Result<(Vec<String>, Vec<String>)> {
    let store = Store::open(data, &OpenOptions::write(super::holder()))?;
    let (journal, evidence) = (store.journal(), store.evidence());
    let head = journal.head()?;
    let mut broken: Vec<Broken> = journal.verify(&mut |_| ())?;
    if (head.seq, head.hash) != (snapshot.manifest.seq, snapshot.manifest.head) {
        let detail = "it ends elsewhere than the manifest says".to_owned();
        broken.push(Broken { item: "journal".to_owned(), detail });
    }
    broken.extend(evidence.verify(&mut |_| ())?);
    let (named, lacking) = named_evidence(&*journal, &*evidence)?;
    broken.extend(lacking);
    let stats = evidence.stats()?;
    let manifest = &snapshot.manifest;
    let compared = vec![
        format!("{} facts, head {}", head.seq, head.hash),
        format!("{} items in {} packs", stats.items, stats.packs),
        format!("{named} items that facts name"),
        format!("{} other files", manifest.files.len() + manifest.tables.len()),
    ];
    let broken = broken.into_iter().map(|one| format!("{}: {}", one.item, one.detail)).collect();
    Ok((compared, broken))
}
