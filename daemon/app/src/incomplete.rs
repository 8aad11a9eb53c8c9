//! A source whose ledger does not account for all that its server has (F6): told of as an alert about
//! no case, by the way that the silence watchdog uses.

use model::{Alert, Instant, SourceId};

use crate::{
    Result,
    quiet::QuietRules,
    record::{FolderRecord, SourceRecord},
    watchkeeper::Watchkeeper,
};

/// The name that its alerts go under, as that of a policy.
pub const POLICY: &str = "incomplete_source";

/// A source that lacks something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Incomplete {
    /// The source.
    pub source: SourceId,
    /// When it was compared with its server.
    pub at: Instant,
    /// What is to be said of it.
    pub says: String,
}

/// What a folder lacks, for people; nothing if the ledger accounts for all that the server has.
pub fn lacks(folder: &FolderRecord) -> Option<String> {
    let found = folder.compared.as_ref().filter(|found| found.missing > 0)?;
    Some(format!(
        "{} of {} messages on the server in \"{}\" are not in the ledger",
        found.missing, found.on_server, folder.folder
    ))
}

fn incomplete(source: SourceRecord) -> Option<Incomplete> {
    let lacks: Vec<String> = source.folders.iter().filter_map(lacks).collect();
    let at = source.folders.iter().filter_map(|folder| Some(folder.compared.as_ref()?.at)).max()?;
    (!lacks.is_empty()).then(|| Incomplete {
        says: format!(
            "{}: {}; see Sources for what went wrong there, then let it rest and go on, and it is \
             compared again",
            source.id,
            lacks.join(", ")
        ),
        source: source.id,
        at,
    })
}

impl Watchkeeper {
    /// The sources whose last comparison with their server left something out.
    pub fn incomplete(&self) -> Result<Vec<Incomplete>> {
        Ok(self.sources()?.into_iter().filter_map(incomplete).collect())
    }

    /// Queues an alert for every source of `rules` that lacks something, unless one is open, and ends
    /// those of sources that lack nothing any more. Gives how many alerts were queued.
    pub fn watch_ledgers(&self, rules: &QuietRules, now: Instant) -> Result<usize> {
        let mut incomplete = self.incomplete()?;
        incomplete.retain(|one| rules.sources.contains_key(&one.source));
        let still = |alert: &Alert| incomplete.iter().any(|one| one.source.as_str() == alert.key);
        self.end_alerts(POLICY, still, now)?;
        let mut told = 0;
        for one in &incomplete {
            let desk = self.desk()?;
            let known = desk.maybe_open().any(|tracked| {
                tracked.alert.policy == POLICY
                    && tracked.is_open(now)
                    && tracked.alert.key == one.source.as_str()
            });
            let alert = rules.alert(POLICY, one.source.as_str(), one.at, one.says.clone());
            if known || rules.tell.is_empty() || desk.alert(&alert.id).is_some() {
                continue;
            }
            log::warn!(source:% = one.source; "the ledger lacks messages that are on the server");
            self.tell_of(alert, rules, now)?;
            told += 1;
        }
        Ok(told)
    }
}
