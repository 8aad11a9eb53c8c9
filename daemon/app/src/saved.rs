//! Sources that people define while the service runs (F6, F12): tried before they are kept, taken up
//! at once, and there again after a restart.
//!
//! What a source needs is known to the room that reads the configuration, which implements
//! [`SavedSources`]; the API shows it, the journal remembers who did what.

use std::{collections::BTreeMap, fmt, sync::Arc};

use model::{Actor, Instant, SourceId};
use serde::{Deserialize, Serialize};

/// A source as a person writes it down.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SourceDraft {
    /// Its name for ever.
    pub name: String,
    /// `imap`, `smtp`, `lmtp`, `page`, `folder` or `calendar`.
    pub kind: String,
    /// What is written down, by the keys of the configuration.
    pub settings: Settings,
    /// Secrets and certificates that are new, by their keys, such as `password` or
    /// `oauth.client_secret`. An empty one takes away what there was.
    pub secrets: BTreeMap<String, Sealed>,
}

/// What a draft can say, by the keys of the configuration. What else stands in a definition was
/// written by hand and stays when it is changed.
pub const KEYS: &[&str] = &[
    "account",
    "allow_private",
    "every",
    "expires",
    "folders",
    "host",
    "ignore",
    "intake.addresses",
    "intake.journal",
    "intake.listen",
    "messages_per_minute",
    "newest_first",
    "not_senders",
    "oauth.client_id",
    "oauth.scope",
    "oauth.token_url",
    "owner",
    "path",
    "port",
    "quiet_after",
    "selector",
    "senders",
    "since",
    "tls",
    "url",
    "user",
];

/// What a draft can bring as a secret, or as a file of its own, by the keys of the configuration.
pub const SECRETS: &[&str] =
    &["ca", "oauth.client_secret", "oauth.refresh_token", "password", "secret_url"];

/// Settings by their keys.
pub type Settings = BTreeMap<String, Setting>;

/// What a setting says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Setting {
    /// Whether it is on.
    Switch(bool),
    /// A number.
    Number(i64),
    /// A text.
    Text(String),
    /// Texts.
    List(Vec<String>),
    /// Settings of their own.
    Section(Settings),
}

/// A secret on its way to its file: it is not shown by mistake.
#[derive(Clone, PartialEq, Eq)]
pub struct Sealed(String);

impl Sealed {
    /// Seals `text`.
    pub fn new(text: String) -> Self {
        Self(text)
    }

    /// The secret itself; for the file alone.
    pub fn open(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Sealed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Sealed")
    }
}

/// Where a source is defined.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// In the configuration, which people edit as a file.
    Configuration {
        /// The file.
        file: String,
    },
    /// In the page: it can be changed and taken out there.
    Page,
}

/// A source that is defined.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DefinedSource {
    /// The source.
    pub id: SourceId,
    /// Where it is, for people.
    pub place: String,
    /// Where it is defined.
    pub origin: Origin,
    /// What was written down, without secrets.
    pub draft: SourceDraft,
    /// The keys of the secrets that it has.
    pub has: Vec<String>,
    /// Changes with what was written down.
    pub version: String,
}

/// What was found where a source is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Found {
    /// Where it is, for people.
    pub place: String,
    /// Whether nobody on the way can read along; nothing where nobody is called.
    pub protected: Option<bool>,
    /// The certificate that was shown.
    pub certificate: Option<ShownCertificate>,
    /// What the server offers, in its own words.
    pub capabilities: Vec<String>,
    /// The folders that are there.
    pub folders: Vec<FoundFolder>,
    /// How many things there are: messages, files, meetings, lines.
    pub items: Option<u64>,
    /// The first lines, or the latest of what is there.
    pub lines: Vec<String>,
    /// What is worth knowing before it is kept.
    pub remarks: Vec<String>,
}

/// A certificate that a server showed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ShownCertificate {
    /// Whom it names.
    pub subject: String,
    /// Who vouches for it.
    pub issuer: String,
    /// When it ends.
    pub ends: Instant,
}

/// A folder that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundFolder {
    /// Its name.
    pub name: String,
    /// How many messages or files are in it, if that is told.
    pub items: Option<u64>,
    /// Whether it would be watched.
    pub watched: bool,
}

/// Why a source cannot be kept, changed or taken out.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// Something is to be corrected; the text says what.
    #[error("{0}")]
    Wrong(String),
    /// It cannot be read as it is; the text says why, and what to do.
    #[error("{0}")]
    Unreadable(String),
    /// There is no such source among those of the page.
    #[error("there is no source \"{0}\" that was defined in the page")]
    Unknown(String),
    /// There is a source of that name.
    #[error("there is a source \"{0}\" already; take another name")]
    Taken(String),
    /// Somebody changed it meanwhile.
    #[error("somebody changed the source \"{0}\" meanwhile; read it again")]
    Changed(String),
    /// It could not be written down.
    #[error("{0}")]
    Failed(String),
}

/// Who did what, and when.
#[derive(Debug, Clone, Copy)]
pub struct Act<'a> {
    /// Who.
    pub actor: &'a Actor,
    /// When.
    pub now: Instant,
}

/// The sources that are defined. Every call may take as long as a server takes to answer, within
/// deadlines, and is made where a thread may wait.
pub trait SavedSources: Send + Sync {
    /// The sources that are defined, by name.
    fn defined(&self) -> Vec<DefinedSource>;

    /// Connects to what `draft` says, without keeping anything.
    fn try_out(&self, draft: &SourceDraft, act: Act<'_>) -> Result<Found, Refused>;

    /// Keeps a new source and takes it up at once.
    fn add(&self, draft: &SourceDraft, act: Act<'_>) -> Result<DefinedSource, Refused>;

    /// Keeps a source anew that was read as `version`.
    fn change(
        &self,
        draft: &SourceDraft,
        version: &str,
        act: Act<'_>,
    ) -> Result<DefinedSource, Refused>;

    /// Takes a source out that was read as `version`; what it brought stays.
    fn remove(&self, name: &str, version: &str, act: Act<'_>) -> Result<(), Refused>;
}

/// The sources that can be defined, if anything is watched at all.
pub type Shelf = Arc<dyn SavedSources>;
