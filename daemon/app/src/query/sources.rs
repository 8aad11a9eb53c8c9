//! Sources with their ledgers, the quarantine, reviews, and what the store holds.

use model::{EvidenceId, Fact, Ledger, SourceId};

use crate::{
    Result,
    library::Rows,
    overlay::read_all,
    query::{PageRequest, cases::review_record},
    record::{
        ComparedRecord, FolderRecord, Page, QuarantineRecord, ReviewRecord, SourceRecord,
        StatusRecord,
    },
    tables::{
        EVIDENCE, EvidenceRow, MESSAGE_KEY, QUARANTINE, QuarantineRow, REVIEW, ReviewRow, SOURCE,
        SourceRow,
    },
    watchkeeper::Watchkeeper,
};

impl Watchkeeper {
    /// The sources with the ledger of every folder.
    pub fn sources(&self) -> Result<Vec<SourceRecord>> {
        let snapshot = self.ports.views.snapshot()?;
        let mut records = Vec::new();
        read_all::<SourceRow>(&*snapshot, SOURCE, &[], |key, row| {
            let id = SourceId::new(&String::from_utf8_lossy(key));
            records.push(SourceRecord {
                id,
                kind: row.kind,
                title: row.title,
                owner: row.owner,
                complete_at: row.complete_at,
                paused: row.paused.map(Into::into),
                folders: row
                    .folders
                    .into_iter()
                    .map(|folder| FolderRecord {
                        balances: balances(&folder.recorded, folder.shown),
                        folder: folder.folder,
                        ledger: folder.recorded,
                        gone: folder.gone,
                        moved: folder.moved,
                        compared: folder.compared.map(|compared| ComparedRecord {
                            at: compared.at,
                            on_server: compared.on_server,
                            taken_in: compared.unknown.saturating_sub(compared.missing),
                            missing: compared.missing,
                            gone: compared.gone,
                        }),
                    })
                    .collect(),
            });
            true
        })?;
        Ok(records)
    }

    /// Evidence that could not be parsed, the latest first.
    pub fn quarantine(&self, page: &PageRequest) -> Result<Page<QuarantineRecord>> {
        let snapshot = self.ports.views.snapshot()?;
        let mut all: Vec<(EvidenceId, QuarantineRow)> = Vec::new();
        read_all::<QuarantineRow>(&*snapshot, QUARANTINE, &[], |key, row| {
            all.extend(key.try_into().ok().map(|bytes| (EvidenceId(bytes), row)));
            true
        })?;
        all.sort_by_key(|(_, row)| std::cmp::Reverse(row.captured));
        page.cut(&all, |(evidence, row)| {
            let entry = self.ports.journal.read(row.captured, 1)?.into_iter().next();
            let kept = snapshot.row::<EvidenceRow>(EVIDENCE, &evidence.0)?;
            let Some(Fact::Captured { sighting, .. }) = entry.map(|entry| entry.fact) else {
                return Ok(None);
            };
            Ok(Some(QuarantineRecord {
                evidence: *evidence,
                reason: row.reason.clone(),
                at: row.at,
                size: kept.map_or(0, |kept| kept.size),
                source: sighting.source,
                folder: sighting.folder,
                place: sighting.place,
                tries: row.tries,
            }))
        })
    }

    /// Messages that quote the case of another account, the latest first.
    pub fn reviews(&self, page: &PageRequest) -> Result<Page<ReviewRecord>> {
        let snapshot = self.ports.views.snapshot()?;
        let mut all = Vec::new();
        read_all::<ReviewRow>(&*snapshot, REVIEW, &[], |_, row| {
            all.push(row);
            true
        })?;
        all.sort_by_key(|row| std::cmp::Reverse(row.message));
        page.cut(&all, |row| review_record(&*snapshot, row))
    }

    /// Our own time zone.
    pub fn zone(&self) -> jiff::tz::TimeZone {
        self.settings.hours().zone().clone()
    }

    /// What the store holds.
    pub fn status(&self) -> Result<StatusRecord> {
        let head = self.ports.journal.head()?;
        let evidence = self.ports.evidence.stats()?;
        let snapshot = self.ports.views.snapshot()?;
        let board = self.board()?.read();
        Ok(StatusRecord {
            facts: head.seq.0,
            head: head.hash.to_string(),
            evidence_items: evidence.items,
            evidence_bytes: evidence.raw_bytes,
            stored_bytes: evidence.stored_bytes,
            messages: snapshot.count(MESSAGE_KEY)?,
            cases: board.len() as u64,
            escalations: board.places().filter(|p| p.escalated && !p.closed).count() as u64,
            quarantined: snapshot.count(QUARANTINE)?,
            views_applied: self.ports.views.applied()?,
            search_applied: self.ports.search.applied()?,
            search_coverage: self.search_coverage()?,
            rules: self.rules().rules().to_string(),
        })
    }
}

/// Whether the facts account for every item that the source showed at its last whole pass. Items
/// that have vanished from the source since stay recorded.
pub(crate) fn balances(recorded: &Ledger, shown: Option<u64>) -> bool {
    recorded.balances() && shown.is_none_or(|shown| recorded.seen >= shown)
}
