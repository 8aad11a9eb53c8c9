//! The next digests: whom they would go to, when, and what they would say.

use app::digests::{NextDigest, WrittenDigest};
use model::{CaseId, Instant};
use serde::Serialize;
use utoipa::ToSchema;

/// A digest as it would go out.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Digest {
    /// The recipient's address.
    pub to: String,
    /// The name that they sign in with, if they do.
    pub user: Option<String>,
    /// Their team.
    pub team: Option<String>,
    /// The channel's name; nothing if there is nothing to say.
    pub channel: Option<String>,
    /// Whether there is such a channel, so that it can go out at all.
    pub channel_known: bool,
    /// When it is due.
    #[schema(value_type = String, format = DateTime)]
    pub due: Instant,
    /// What it would tell of; with nothing to tell, none is sent.
    pub changes: u64,
    /// In how many cases.
    pub cases: u64,
    /// What waits for a digest after this one.
    pub later: u64,
}

impl Digest {
    /// A digest, where these channels are known.
    pub(crate) fn of(digest: &NextDigest, channels: &[String]) -> Self {
        let alerts =
            digest.sendings.iter().flat_map(|one| std::iter::once(&one.alert).chain(&one.along));
        let mut ids: Vec<_> = alerts.clone().map(|alert| alert.id).collect();
        let mut cases: Vec<CaseId> = alerts.filter_map(|alert| alert.case).collect();
        ids.sort_unstable();
        ids.dedup();
        cases.sort_unstable();
        cases.dedup();
        Self {
            to: digest.to.clone(),
            user: digest.user.clone(),
            team: digest.team.clone(),
            channel: digest.channel.clone(),
            channel_known: digest.channel.as_ref().is_some_and(|name| channels.contains(name)),
            due: digest.due,
            changes: ids.len() as u64,
            cases: cases.len() as u64,
            later: digest.later as u64,
        }
    }
}

/// A digest with its words.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct DigestPreview {
    /// The digest.
    #[serde(flatten)]
    pub digest: Digest,
    /// The subject of its mail; nothing if none would be sent.
    pub subject: Option<String>,
    /// The mail as plain text; as HTML it is under `html` beside this.
    pub text: Option<String>,
}

impl DigestPreview {
    /// A digest with the words that it would have.
    pub(crate) fn of(digest: Digest, written: Option<WrittenDigest>) -> Self {
        let (subject, text) = written.map(|written| (written.subject, written.text)).unzip();
        Self { digest, subject, text }
    }
}
