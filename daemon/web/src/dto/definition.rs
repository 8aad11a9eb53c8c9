//! Sources as people define them.

use std::collections::BTreeMap;

use app::saved::{self, Origin, Sealed, Settings};
use model::Instant;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::each;

/// A source as a person writes it down. Keys and values are those of `[[source]]` in the
/// configuration; which belong to which kind is checked when it is tried or kept.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SourceDraft {
    /// Its name for ever: letters, digits and `-`.
    #[schema(max_length = 60)]
    pub name: String,
    /// What it is.
    pub kind: SourceKind,
    /// What is written down.
    #[serde(default)]
    pub settings: SourceSettings,
    /// Secrets and certificates that are new: `password`, `ca` (PEM), `secret_url`,
    /// `oauth.client_secret`, `oauth.refresh_token`. An empty one takes away what there was; one that
    /// is left out stays.
    #[serde(default)]
    pub secrets: BTreeMap<String, String>,
}

/// What a source is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum SourceKind {
    /// A mailbox on an IMAP server.
    Imap,
    /// Mail that servers hand over by SMTP.
    Smtp,
    /// Mail that servers hand over by LMTP.
    Lmtp,
    /// A page of the web.
    Page,
    /// A folder of documents and mail on the machine of the service.
    Folder,
    /// A calendar: a file, a folder of files, or an address on the net.
    Calendar,
}

impl SourceKind {
    fn word(self) -> &'static str {
        match self {
            Self::Imap => "imap",
            Self::Smtp => "smtp",
            Self::Lmtp => "lmtp",
            Self::Page => "page",
            Self::Folder => "folder",
            Self::Calendar => "calendar",
        }
    }

    fn of(word: &str) -> Self {
        let all = [Self::Imap, Self::Smtp, Self::Lmtp, Self::Page, Self::Folder, Self::Calendar];
        all.into_iter().find(|kind| kind.word() == word).unwrap_or(Self::Folder)
    }
}

/// What is written down of a source, without its secrets.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SourceSettings {
    /// The account that a page, a folder or a calendar tells of.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub account: Option<String>,
    /// Whether a page or calendar may be on an address of the inside.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub allow_private: Option<bool>,
    /// How often a page, a folder or a calendar is looked at, such as `15m`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub every: Option<String>,
    /// The day on which its password or token ends, such as `2026-12-31`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires: Option<String>,
    /// The folders of a mailbox that are watched, by name or by use such as `\Sent`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub folders: Option<Vec<String>>,
    /// The server.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub host: Option<String>,
    /// Parts of a page that are left out, as CSS selectors.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ignore: Option<Vec<String>>,
    /// Where mail is handed over, and for whom.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub intake: Option<IntakeSettings>,
    /// How many messages a minute are read at most.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub messages_per_minute: Option<u32>,
    /// Whether the newest messages are taken in first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub newest_first: Option<bool>,
    /// No mail from these is taken in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub not_senders: Option<Vec<String>>,
    /// Where tokens come from, instead of a password.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub oauth: Option<OauthSettings>,
    /// Whose mailbox it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    /// A folder, or a calendar, on the machine of the service.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// The port of the server.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub port: Option<u16>,
    /// A silence that is too long whatever its rhythm is, such as `12h`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quiet_after: Option<String>,
    /// The part of a page that is read, as a CSS selector.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub selector: Option<String>,
    /// Only mail from these is taken in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub senders: Option<Vec<String>>,
    /// What came before this day is left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub since: Option<String>,
    /// `tls`, `starttls` or `off`, the latter on this machine alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tls: Option<String>,
    /// The address of a page or a calendar.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// The name of the mailbox on its server.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user: Option<String>,
}

/// Where mail is handed over, and for whom.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct IntakeSettings {
    /// The addresses that mail is taken for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub addresses: Option<Vec<String>>,
    /// Whether it gets journal reports.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub journal: Option<bool>,
    /// An address with a port, or `unix:` and a path.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub listen: Option<String>,
}

/// Where tokens come from.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OauthSettings {
    /// Our name there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_id: Option<String>,
    /// What is asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scope: Option<String>,
    /// The token endpoint.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token_url: Option<String>,
}

impl SourceSettings {
    fn settings(&self) -> Settings {
        let value = serde_json::to_value(self).unwrap_or_default();
        serde_json::from_value(value).unwrap_or_default()
    }

    /// What the form of the page knows of these settings.
    fn of(settings: &Settings) -> Self {
        let value = serde_json::to_value(settings).unwrap_or_default();
        serde_json::from_value(value).unwrap_or_default()
    }
}

impl From<SourceDraft> for saved::SourceDraft {
    fn from(draft: SourceDraft) -> Self {
        Self {
            name: draft.name.trim().to_owned(),
            kind: draft.kind.word().to_owned(),
            settings: draft.settings.settings(),
            secrets: draft.secrets.into_iter().map(|(key, it)| (key, Sealed::new(it))).collect(),
        }
    }
}

/// A source that is defined.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct DefinedSource {
    /// The source, as in the list of sources.
    pub id: String,
    /// Its name.
    pub name: String,
    /// What it is.
    pub kind: SourceKind,
    /// Where it is, for people.
    pub place: String,
    /// The configuration file that defines it, if it cannot be changed here.
    pub file: Option<String>,
    /// What was written down here, without secrets.
    pub settings: SourceSettings,
    /// The secrets that it has, by their keys.
    pub has: Vec<String>,
    /// To be sent as `If-Match`, in quotation marks, with a change.
    pub version: String,
}

impl From<saved::DefinedSource> for DefinedSource {
    fn from(defined: saved::DefinedSource) -> Self {
        let file = match defined.origin {
            Origin::Configuration { file } => Some(file),
            Origin::Page => None,
        };
        Self {
            id: defined.id.to_string(),
            name: defined.draft.name,
            kind: SourceKind::of(&defined.draft.kind),
            place: defined.place,
            file,
            settings: SourceSettings::of(&defined.draft.settings),
            has: defined.has,
            version: defined.version,
        }
    }
}

/// What was found where a source is.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct FoundSource {
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
    /// How many things there are: messages in the folders that would be watched, files, meetings,
    /// lines.
    pub items: Option<u64>,
    /// The first lines, or the latest of what is there.
    pub lines: Vec<String>,
    /// What is worth knowing before it is kept.
    pub remarks: Vec<String>,
}

/// A certificate that a server showed.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ShownCertificate {
    /// Whom it names.
    pub subject: String,
    /// Who vouches for it.
    pub issuer: String,
    /// When it ends.
    #[schema(value_type = String, format = DateTime)]
    pub ends: Instant,
}

/// A folder that was found.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct FoundFolder {
    /// Its name; empty for the root.
    pub name: String,
    /// How many messages or files are in it, if that is told.
    pub items: Option<u64>,
    /// Whether it would be watched.
    pub watched: bool,
}

impl From<saved::Found> for FoundSource {
    fn from(found: saved::Found) -> Self {
        Self {
            place: found.place,
            protected: found.protected,
            certificate: found.certificate.map(|shown| ShownCertificate {
                subject: shown.subject,
                issuer: shown.issuer,
                ends: shown.ends,
            }),
            capabilities: found.capabilities,
            folders: each(found.folders),
            items: found.items,
            lines: found.lines,
            remarks: found.remarks,
        }
    }
}

impl From<saved::FoundFolder> for FoundFolder {
    fn from(folder: saved::FoundFolder) -> Self {
        Self { name: folder.name, items: folder.items, watched: folder.watched }
    }
}

#[cfg(test)]
mod tests {
    use app::saved::Setting;

    use super::*;

    #[test]
    fn every_key_that_a_draft_may_hold_is_known_to_who_writes_it_down() {
        let text = || Some("x".to_owned());
        let list = || Some(vec!["x".to_owned()]);
        let all = SourceSettings {
            account: text(),
            allow_private: Some(true),
            every: text(),
            expires: text(),
            folders: list(),
            host: text(),
            ignore: list(),
            intake: Some(IntakeSettings { addresses: list(), journal: Some(true), listen: text() }),
            messages_per_minute: Some(1),
            newest_first: Some(true),
            not_senders: list(),
            oauth: Some(OauthSettings { client_id: text(), scope: text(), token_url: text() }),
            owner: text(),
            path: text(),
            port: Some(1),
            quiet_after: text(),
            selector: text(),
            senders: list(),
            since: text(),
            tls: text(),
            url: text(),
            user: text(),
        };
        let settings = all.settings();
        let mut keys: Vec<String> = Vec::new();
        for (key, setting) in &settings {
            match setting {
                Setting::Section(inner) => {
                    keys.extend(inner.keys().map(|inner| format!("{key}.{inner}")));
                }
                _ => keys.push(key.clone()),
            }
        }
        assert_eq!(keys, saved::KEYS);
        assert_eq!(SourceSettings::of(&settings), all);
    }
}
