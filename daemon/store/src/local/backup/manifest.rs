//! What a backup holds: everything by its SHA-256.

use model::{Digest, Instant, Seq};
use serde::{Deserialize, Serialize};

/// The version of the form.
pub(super) const FORMAT: u32 = 1;

/// One backup.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// The version of the form.
    pub format: u32,
    /// The version of the program that wrote it.
    pub program: String,
    /// The chain's hash after the journal's first fact: it tells one installation from another.
    pub journal: Digest,
    /// When the backup was begun.
    pub at: Instant,
    /// Who began it: a user, `schedule` or `command line`.
    pub by: String,
    /// The last fact that it holds.
    pub seq: Seq,
    /// The chain's hash after that.
    pub head: Digest,
    /// The facts, in their order.
    pub facts: Vec<FactsPart>,
    /// The packs of evidence.
    pub packs: Vec<Kept>,
    /// Tables of access and drafts.
    pub tables: Vec<Kept>,
    /// All other files, by their path below the data directory.
    pub files: Vec<Kept>,
    /// The configuration, where it lies elsewhere than in the data directory.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub configuration: Option<Kept>,
    /// Bytes that were new to the destination.
    pub new_bytes: u64,
}

/// Consecutive facts in one file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FactsPart {
    /// The first.
    pub first: Seq,
    /// The last.
    pub last: Seq,
    /// The chain's hash after the last.
    pub head: Digest,
    /// The SHA-256 of the file.
    pub sha256: Digest,
    /// Its bytes.
    pub bytes: u64,
}

/// A file as it was when it was copied.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kept {
    /// Its path, from the folder that it stands in.
    pub name: String,
    /// The SHA-256 of its bytes.
    pub sha256: Digest,
    /// How many there are.
    pub bytes: u64,
    /// When it was changed last, in nanoseconds since 1970; a pack of the same name, size and age is
    /// not read again.
    #[serde(default)]
    pub changed: i64,
    /// Its permissions.
    #[serde(default)]
    pub mode: u32,
}

impl Manifest {
    /// The bytes of everything that it holds.
    pub fn bytes(&self) -> u64 {
        let kept: u64 = self.kept().map(|kept| kept.bytes).sum();
        kept + self.facts.iter().map(|part| part.bytes).sum::<u64>()
    }

    /// Every file but those of facts.
    fn kept(&self) -> impl Iterator<Item = &Kept> {
        let one = self.packs.iter().chain(&self.tables).chain(&self.files);
        one.chain(&self.configuration)
    }
}
