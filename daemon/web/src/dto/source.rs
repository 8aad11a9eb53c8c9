//! Sources, the quarantine, the state of the program and its journal.

use std::collections::BTreeMap;

use app::{
    outside::{Outside, WatchRecord},
    record,
};
use model::{Actor, Entry, EvidenceId, Instant};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::each;

/// A source with its completeness ledger.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Source {
    /// The source.
    pub id: String,
    /// What it is, such as `maildir` or `mbox`.
    pub kind: String,
    /// What people call it.
    pub title: String,
    /// The mailbox's owner, if named.
    pub owner: Option<String>,
    /// When it was last read to the end.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub complete_at: Option<Instant>,
    /// Since when it rests, if somebody lets it.
    pub paused: Option<Paused>,
    /// The ledger of every folder.
    pub folders: Vec<Folder>,
    /// How it is doing, if it is watched while the service runs.
    pub watch: Option<Watch>,
}

/// A source that rests.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Paused {
    /// Since when.
    #[schema(value_type = String, format = DateTime)]
    pub since: Instant,
    /// Who wanted it.
    pub by: String,
    /// Why; may be empty.
    pub reason: String,
}

impl From<app::sources::Pause> for Paused {
    fn from(pause: app::sources::Pause) -> Self {
        Self { since: pause.since, by: pause.by, reason: pause.reason }
    }
}

/// A source is to rest.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PauseSource {
    /// Why.
    #[serde(default)]
    pub reason: String,
}

/// What a mailbox would bring.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct SourcePreview {
    /// The source.
    pub source: String,
    /// Its folders.
    pub folders: Vec<PreviewedFolder>,
}

/// What a folder would bring.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct PreviewedFolder {
    /// The folder.
    pub folder: String,
    /// Messages that would be taken in.
    pub messages: u64,
    /// Their bytes.
    pub bytes: u64,
    /// When the oldest of them came there.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub oldest: Option<Instant>,
    /// When the newest of them came there.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub newest: Option<Instant>,
    /// Messages that are kept already.
    pub kept: u64,
    /// Messages that would be left out, by reason: `before_since`, `not_among_senders`,
    /// `not_senders`, `too_large`.
    pub excluded: BTreeMap<String, u64>,
}

impl From<app::outside::Preview> for SourcePreview {
    fn from(preview: app::outside::Preview) -> Self {
        Self { source: preview.source.to_string(), folders: each(preview.folders) }
    }
}

impl From<app::outside::FolderPreview> for PreviewedFolder {
    fn from(folder: app::outside::FolderPreview) -> Self {
        Self {
            folder: folder.folder,
            messages: folder.messages,
            bytes: folder.bytes,
            oldest: folder.oldest,
            newest: folder.newest,
            kept: folder.kept,
            excluded: folder.excluded,
        }
    }
}

/// How a watched source is doing.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Watch {
    /// `unused`, `starting`, `working`, `failing` or `paused`.
    pub health: String,
    /// What it does, for people.
    pub doing: String,
    /// The host that it is on.
    pub host: String,
    /// When something was last taken in, since the service was started.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub taken_at: Option<Instant>,
    /// When the server was last heard.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub heard_at: Option<Instant>,
    /// What went wrong, with the remedy, if it fails.
    pub error: Option<String>,
    /// When it is tried again, if it fails.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub retry_at: Option<Instant>,
    /// What ends soon of what it needs, such as a password or the server's certificate, each with the
    /// remedy.
    pub warnings: Vec<String>,
    /// What happened since the service was started, by a stable word such as `accepted`.
    pub counts: BTreeMap<String, u64>,
}

impl From<WatchRecord> for Watch {
    fn from(watch: WatchRecord) -> Self {
        Self {
            health: super::outside::word(watch.health),
            doing: watch.doing,
            host: watch.host,
            taken_at: watch.taken_at,
            heard_at: watch.heard_at,
            error: watch.error,
            retry_at: watch.retry_at,
            warnings: Vec::new(),
            counts: watch.counts,
        }
    }
}

impl Source {
    /// All sources: those that hold something, and those that are watched and hold nothing yet.
    pub(crate) fn all(
        known: Vec<record::SourceRecord>,
        outside: &Outside,
        now: Instant,
    ) -> Vec<Self> {
        let mut all: Vec<Self> = known.into_iter().map(Self::from).collect();
        for watch in outside.watches() {
            let warnings = outside.warnings(&watch, now);
            let id = watch.source.to_string();
            let at = all.iter().position(|source| source.id == id).unwrap_or_else(|| {
                all.push(Self {
                    id: id.clone(),
                    kind: watch.kind.to_owned(),
                    title: format!("{id} on {}", watch.host),
                    owner: None,
                    complete_at: None,
                    paused: None,
                    folders: Vec::new(),
                    watch: None,
                });
                all.len() - 1
            });
            all[at].watch = Some(Watch { warnings, ..watch.into() });
        }
        all
    }
}

impl From<record::SourceRecord> for Source {
    fn from(source: record::SourceRecord) -> Self {
        Self {
            id: source.id.to_string(),
            kind: source.kind,
            title: source.title,
            owner: source.owner,
            complete_at: source.complete_at,
            paused: source.paused.map(Paused::from),
            folders: each(source.folders),
            watch: None,
        }
    }
}

/// What became of every item of a folder.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Folder {
    /// The folder; empty for the root.
    pub folder: String,
    /// Items the source showed.
    pub seen: u64,
    /// Items whose bytes were new and are kept.
    pub stored: u64,
    /// Items whose very bytes were kept already.
    pub duplicate: u64,
    /// Items that were not kept, by reason.
    pub skipped: BTreeMap<String, u64>,
    /// Stored items that could not be parsed.
    pub quarantined: u64,
    /// Bytes of the stored items.
    pub bytes: u64,
    /// Items that the source showed once and shows no more; what was kept of them stays.
    pub gone: u64,
    /// Items that the source shows in another folder now.
    pub moved: u64,
    /// What the last comparison with the server found; nothing for what is no server.
    pub compared: Option<Compared>,
    /// Whether that accounts for every item.
    pub balances: bool,
}

/// What the last comparison of a folder with its server found. It is made once a day, and whenever
/// the server cannot tell what changed.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Compared {
    /// When it ended.
    #[schema(value_type = String, format = DateTime)]
    pub at: Instant,
    /// Messages on the server that are to be in the ledger.
    pub on_server: u64,
    /// Of these, those that were not in it before, and were taken in.
    pub taken_in: u64,
    /// Of these, those that are not in it afterwards either: an alert is raised.
    pub missing: u64,
    /// Messages in the ledger that were on the server no more.
    pub gone: u64,
}

impl From<record::ComparedRecord> for Compared {
    fn from(found: record::ComparedRecord) -> Self {
        let record::ComparedRecord { at, on_server, taken_in, missing, gone } = found;
        Self { at, on_server, taken_in, missing, gone }
    }
}

impl From<record::FolderRecord> for Folder {
    fn from(folder: record::FolderRecord) -> Self {
        let ledger = folder.ledger;
        Self {
            folder: folder.folder,
            seen: ledger.seen,
            stored: ledger.stored,
            duplicate: ledger.duplicate,
            skipped: ledger.skipped,
            quarantined: ledger.quarantined,
            bytes: ledger.bytes,
            gone: folder.gone,
            moved: folder.moved,
            compared: folder.compared.map(Compared::from),
            balances: folder.balances,
        }
    }
}

/// Evidence that could not be parsed.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Quarantined {
    /// The evidence.
    #[schema(value_type = String)]
    pub evidence: EvidenceId,
    /// What went wrong.
    pub reason: String,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    pub at: Instant,
    /// Its size in bytes.
    pub size: u64,
    /// Where it was seen first.
    pub source: String,
    /// The folder.
    pub folder: String,
    /// The place in it.
    pub place: String,
    /// How often it was tried.
    pub tries: u32,
}

impl From<record::QuarantineRecord> for Quarantined {
    fn from(record: record::QuarantineRecord) -> Self {
        Self {
            evidence: record.evidence,
            reason: record.reason,
            at: record.at,
            size: record.size,
            source: record.source.to_string(),
            folder: record.folder,
            place: record.place,
            tries: record.tries,
        }
    }
}

/// What the program holds.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Status {
    /// Version of the program.
    pub version: String,
    /// Facts in the journal.
    pub facts: u64,
    /// Hash of the last fact.
    pub head: String,
    /// Items of evidence.
    pub evidence_items: u64,
    /// Their original bytes.
    pub evidence_bytes: u64,
    /// Bytes of the packs.
    pub stored_bytes: u64,
    /// Messages, copies counted once.
    pub messages: u64,
    /// Cases.
    pub cases: u64,
    /// Escalations.
    pub escalations: u64,
    /// Messages in quarantine.
    pub quarantined: u64,
    /// The sequence that the views have applied.
    pub views_applied: u64,
    /// The sequence that the index has applied.
    pub search_applied: u64,
    /// Share of the documents that the index holds, in percent.
    pub search_coverage: f32,
    /// The active rule set.
    pub rules: String,
}

impl From<record::StatusRecord> for Status {
    fn from(status: record::StatusRecord) -> Self {
        Self {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            facts: status.facts,
            head: status.head,
            evidence_items: status.evidence_items,
            evidence_bytes: status.evidence_bytes,
            stored_bytes: status.stored_bytes,
            messages: status.messages,
            cases: status.cases,
            escalations: status.escalations,
            quarantined: status.quarantined,
            views_applied: status.views_applied.0,
            search_applied: status.search_applied.0,
            search_coverage: status.search_coverage,
            rules: status.rules,
        }
    }
}

/// That the service answers.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
pub struct Health {
    /// Always true.
    pub ok: bool,
}

/// Which facts of the journal.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct JournalQuery {
    /// The sequence to begin with; 1 if not given.
    #[param(minimum = 1)]
    pub from: Option<u64>,
    /// How many, 1 to 200; 50 if not given.
    #[param(minimum = 1, maximum = 200, default = 50)]
    pub limit: Option<usize>,
}

/// Facts of the journal, in order.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Journal {
    /// The facts.
    pub items: Vec<JournalEntry>,
    /// What to pass as `from` to go on; missing at the end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<u64>,
}

/// One fact of the journal.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct JournalEntry {
    /// Position in the journal.
    pub seq: u64,
    /// When it happened.
    #[schema(value_type = String, format = DateTime)]
    pub at: Instant,
    /// When it was recorded.
    #[schema(value_type = String, format = DateTime)]
    pub recorded: Instant,
    /// `system`, `command_line`, `user:<name>`, `source:<id>` or `rules:<id>`.
    pub actor: String,
    /// The fact; its `kind` tells the variants apart.
    #[schema(value_type = Object)]
    pub fact: model::Fact,
}

impl From<Entry> for JournalEntry {
    fn from(entry: Entry) -> Self {
        let actor = match &entry.actor {
            Actor::System => "system".to_owned(),
            Actor::CommandLine => "command_line".to_owned(),
            Actor::User(name) => format!("user:{name}"),
            Actor::Source(id) => format!("source:{id}"),
            Actor::Rules(id) => format!("rules:{id}"),
        };
        let Entry { seq, at, recorded, fact, .. } = entry;
        Self { seq: seq.0, at, recorded, actor, fact }
    }
}

/// What came of reading quarantined evidence again.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
pub struct Retried {
    /// Whether it could be read now.
    pub readable: bool,
}
