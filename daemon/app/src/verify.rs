//! Proof that nothing was lost or altered.

use std::collections::BTreeSet;

use model::{EvidenceId, Fact, Seq};
use store::{Broken, Evidence, Journal};

use crate::{
    Result,
    library::Rows,
    overlay::read_all,
    query::sources::balances,
    tables::{EVIDENCE, EvidenceRow, MESSAGE, QUARANTINE, SOURCE, SourceRow, number_key},
    watchkeeper::Watchkeeper,
};

/// How many facts are looked through at once.
const FACTS: usize = 4096;

/// One part of the proof.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checked {
    /// What was checked, such as `journal`.
    pub what: &'static str,
    /// What it covers, such as `20,000 facts`.
    pub extent: String,
    /// What is broken, the first first.
    pub broken: Vec<Broken>,
}

impl Watchkeeper {
    /// Checks journal, evidence, views, ledger and index. `progress` gets the part under way and
    /// the share of it that is done, 0 to 1.
    pub fn verify(&self, progress: &mut dyn FnMut(&'static str, f32)) -> Result<Vec<Checked>> {
        let mut checks = Vec::new();
        let head = self.ports.journal.head()?;
        let broken = self.ports.journal.verify(&mut |share| progress("journal", share))?;
        let journal_is_whole = broken.is_empty();
        checks.push(Checked {
            what: "journal",
            extent: format!("{} facts, head {}", head.seq, head.hash),
            broken,
        });
        let stats = self.ports.evidence.stats()?;
        let broken = self.ports.evidence.verify(&mut |share| progress("evidence", share))?;
        checks.push(Checked {
            what: "evidence",
            extent: format!("{} items in {} packs", stats.items, stats.packs),
            broken,
        });
        // Rows of altered views must not be read: what they hold has no sense.
        let broken = self.ports.views.verify()?;
        let views_are_whole = broken.is_empty();
        if journal_is_whole && views_are_whole {
            checks.push(self.verify_facts(head.seq, progress)?);
        }
        let extent = if views_are_whole {
            format!("applied up to fact {}", self.ports.views.applied()?)
        } else {
            "not readable; `watchkeeper rebuild` makes them anew".to_owned()
        };
        checks.push(Checked { what: "views", extent, broken });
        if views_are_whole {
            checks.push(self.verify_ledger()?);
        }
        let extent = format!("{} documents", self.ports.search.count()?);
        checks.push(Checked { what: "index", extent, broken: self.ports.search.verify()? });
        Ok(checks)
    }

    /// Every evidence that a fact names is kept, and every captured message is in the views or in
    /// quarantine, once.
    fn verify_facts(
        &self,
        head: Seq,
        progress: &mut dyn FnMut(&'static str, f32),
    ) -> Result<Checked> {
        let snapshot = self.ports.views.snapshot()?;
        let applied = snapshot.applied();
        let mut broken = Vec::new();
        let named = each_named(&*self.ports.journal, head, &mut |seq, id, is_message| {
            if is_message && seq <= applied {
                broken.extend(unplaced(&*snapshot, seq, &id)?);
            }
            progress("facts", seq.0 as f32 / head.0.max(1) as f32);
            Ok(())
        })?;
        broken.extend(lacking(&named, &*self.ports.evidence)?);
        Ok(Checked { what: "facts", extent: format!("{} items named", named.len()), broken })
    }

    /// The ledger of every folder accounts for every item.
    fn verify_ledger(&self) -> Result<Checked> {
        let snapshot = self.ports.views.snapshot()?;
        let mut broken = Vec::new();
        let mut folders = 0;
        read_all::<SourceRow>(&*snapshot, SOURCE, &[], |_, row| {
            for folder in &row.folders {
                folders += 1;
                if !balances(&folder.recorded, folder.shown) {
                    broken.push(Broken {
                        item: format!("folder `{}` of {}", folder.folder, row.title),
                        detail: format!(
                            "the source showed {} items, {} are accounted for",
                            folder.shown.unwrap_or_default(),
                            folder.recorded.seen
                        ),
                    });
                }
            }
            true
        })?;
        Ok(Checked { what: "ledger", extent: format!("{folders} folders"), broken })
    }
}

/// How many items the facts of `journal` name, and those that `evidence` does not hold.
pub fn named_evidence(
    journal: &dyn Journal,
    evidence: &dyn Evidence,
) -> Result<(usize, Vec<Broken>)> {
    let named = each_named(journal, journal.head()?.seq, &mut |_, _, _| Ok(()))?;
    Ok((named.len(), lacking(&named, evidence)?))
}

/// The evidence that facts up to `head` name. Calls `each` with every item as it is named first, and
/// whether it is a message.
fn each_named(
    journal: &dyn Journal,
    head: Seq,
    each: &mut dyn FnMut(Seq, EvidenceId, bool) -> Result<()>,
) -> Result<BTreeSet<EvidenceId>> {
    let mut named = BTreeSet::new();
    let mut next = Seq(1);
    while next <= head {
        let entries = journal.read(next, FACTS)?;
        let Some(last) = entries.last() else { break };
        next = last.seq.next();
        for entry in entries {
            let (id, is_message) = match &entry.fact {
                Fact::Captured { evidence, .. } => (*evidence, true),
                Fact::NoteAdded { evidence, .. }
                | Fact::AccountRecorded { evidence, .. }
                | Fact::ContactRecorded { evidence }
                | Fact::RulesSaved { manifest: evidence, .. }
                | Fact::FileRead { text: evidence, .. } => (*evidence, false),
                _ => continue,
            };
            if named.insert(id) {
                each(entry.seq, id, is_message)?;
            }
        }
    }
    Ok(named)
}

/// Those of `named` that are not kept.
fn lacking(named: &BTreeSet<EvidenceId>, evidence: &dyn Evidence) -> Result<Vec<Broken>> {
    let ids: Vec<EvidenceId> = named.iter().copied().collect();
    let kept = evidence.contains(&ids)?;
    let missing = ids.iter().zip(kept).filter(|(_, kept)| !kept);
    Ok(missing
        .map(|(id, _)| {
            let detail = "the journal names it, the packs do not hold it".to_owned();
            Broken { item: format!("evidence {id}"), detail }
        })
        .collect())
}

/// What is wrong if captured evidence is neither a message nor in quarantine.
fn unplaced(rows: &dyn store::Snapshot, seq: Seq, id: &EvidenceId) -> Result<Option<Broken>> {
    let item = format!("fact {seq}");
    let Some(row) = rows.row::<EvidenceRow>(EVIDENCE, &id.0)? else {
        let detail = format!("evidence {id} is missing from the views; run `watchkeeper rebuild`");
        return Ok(Some(Broken { item, detail }));
    };
    let placed = match row.message {
        Some(number) => rows.get(MESSAGE, &number_key(number))?.is_some(),
        None => rows.get(QUARANTINE, &id.0)?.is_some(),
    };
    if placed {
        return Ok(None);
    }
    let detail = format!("evidence {id} is neither a message nor in quarantine");
    Ok(Some(Broken { item, detail }))
}
