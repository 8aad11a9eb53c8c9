//! The life of a source: it becomes known, is compared with the journal, rests, and shows no more what
//! it showed once.

use model::{Actor, Entry, Fact, Instant, Seq, SourceId, fact::Sighting};
use serde::{Deserialize, Serialize};

use crate::{
    AppError, Result,
    batch::Batch,
    library::Rows,
    regroup::actor_name,
    tables::{
        self, ComparedRow, LATEST, PLACE, PausedRow, SOURCE, SourceRow, latest_key, place_key,
    },
    watchkeeper::Watchkeeper,
};

/// A source that rests.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pause {
    /// Since when.
    pub since: Instant,
    /// Who wanted it.
    pub by: String,
    /// Why; may be empty.
    pub reason: String,
}

/// Applies a fact about a source.
pub(crate) fn apply(batch: &mut Batch, entry: &Entry) -> Result<()> {
    match &entry.fact {
        Fact::SourceAdded { source, source_kind, title, owner } => {
            batch.change_source(source, |row| {
                row.kind.clone_from(source_kind);
                row.title.clone_from(title);
                row.owner.clone_from(owner);
            })
        }
        Fact::SourcePaused { source, reason } => batch.change_source(source, |row| {
            let (since, by) = (entry.recorded, actor_name(&entry.actor));
            row.paused = Some(PausedRow { since, by, reason: reason.clone() });
        }),
        Fact::SourceResumed { source } => batch.change_source(source, |row| row.paused = None),
        Fact::RunFinished { source, folders, complete: true, compared, .. } => {
            batch.change_source(source, |row| {
                row.complete_at = Some(entry.recorded);
                for (folder, ledger) in folders {
                    tables::folder_of(row, folder).shown = Some(ledger.seen);
                }
                for one in compared {
                    let found = ComparedRow::of(one, entry.recorded);
                    tables::folder_of(row, &one.folder).compared = Some(found);
                }
            })
        }
        Fact::Vanished { sighting, moved_to, .. } => {
            batch.rows.delete(LATEST, &latest_key(&sighting.source, &sighting.place));
            let key = place_key(&sighting.source, &sighting.folder, &sighting.place);
            batch.rows.delete(PLACE, &key);
            batch.change_source(&sighting.source, |row| {
                let folder = tables::folder_of(row, &sighting.folder);
                match moved_to {
                    None => folder.gone += 1,
                    Some(to) if *to != sighting.folder => folder.moved += 1,
                    Some(_) => {}
                }
            })
        }
        _ => Ok(()),
    }
}

/// Remembers where mail was seen on a server, so that it is noticed when it is there no more.
pub(crate) fn shown(batch: &mut Batch, seq: Seq, sighting: &Sighting) -> Result<()> {
    if !sighting.source.as_str().starts_with("imap:") {
        return Ok(());
    }
    let key = place_key(&sighting.source, &sighting.folder, &sighting.place);
    let before = batch.rows.get::<Seq>(PLACE, &key)?;
    batch.rows.put(PLACE, &key, &seq)?;
    if before.is_none_or(|before| before == seq) {
        return Ok(());
    }
    // A number that was given again: what had it before is gone.
    batch.change_source(&sighting.source, |row| {
        tables::folder_of(row, &sighting.folder).gone += 1;
    })
}

impl From<PausedRow> for Pause {
    fn from(row: PausedRow) -> Self {
        Self { since: row.since, by: row.by, reason: row.reason }
    }
}

impl Watchkeeper {
    /// Lets a source rest: what it has is not taken in until it is resumed. Nothing is lost by that,
    /// as long as the server keeps it. A source that rests already goes on resting.
    pub fn pause_source(
        &self,
        source: &SourceId,
        reason: &str,
        actor: &Actor,
        now: Instant,
    ) -> Result<()> {
        if matches!(source.as_str().split(':').next(), Some("smtp" | "lmtp")) {
            return Err(AppError::Invalid {
                what: format!("{source} takes what other servers hand to it and cannot rest"),
                remedy: "let the server that sends wait, or take the section out".to_owned(),
            });
        }
        if self.source_pause(source)?.is_some() {
            return Ok(());
        }
        let fact = Fact::SourcePaused { source: source.clone(), reason: reason.to_owned() };
        self.append(actor.clone(), fact, now)?;
        self.project_all(now)
    }

    /// Lets a source go on.
    pub fn resume_source(&self, source: &SourceId, actor: &Actor, now: Instant) -> Result<()> {
        if self.source_pause(source)?.is_none() {
            return Ok(());
        }
        self.append(actor.clone(), Fact::SourceResumed { source: source.clone() }, now)?;
        self.project_all(now)
    }

    /// Since when a source rests, if it does.
    pub fn source_pause(&self, source: &SourceId) -> Result<Option<Pause>> {
        let snapshot = self.ports.views.snapshot()?;
        let row = snapshot.row::<SourceRow>(SOURCE, source.as_str().as_bytes())?;
        Ok(row.and_then(|row| row.paused).map(Pause::from))
    }

    /// Whether a source holds something or is watched.
    pub fn knows_source(&self, source: &SourceId) -> Result<bool> {
        let snapshot = self.ports.views.snapshot()?;
        let held = snapshot.row::<SourceRow>(SOURCE, source.as_str().as_bytes())?.is_some();
        Ok(held || self.outside().watches().iter().any(|watch| watch.source == *source))
    }
}
