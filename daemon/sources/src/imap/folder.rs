//! A folder on a server, and how far it was taken in.

use std::{collections::BTreeSet, ops::RangeInclusive, time::Duration};

use app::source::SourceInfo;
use async_imap::types::NameAttribute;
use futures_util::TryStreamExt as _;
use model::ItemKey;

use super::{
    changes::{self, Tells},
    connect::{Open, within},
    error::WatchError,
    names,
};

/// How long a short command may take.
pub(super) const SHORT: Duration = Duration::from_secs(30);
/// How long listing all messages of a folder may take.
pub(super) const LONG: Duration = Duration::from_mins(3);

/// A folder that is watched.
#[derive(Debug, Clone)]
pub(super) struct Folder {
    /// Its name for people.
    pub name: String,
    /// Its name on the wire.
    pub wire: String,
    /// How far it was taken in; nothing before its first whole pass.
    pub cursor: Option<Cursor>,
    /// How often fetching failed since something was fetched: smaller steps are tried then.
    pub trouble: u32,
    /// Whether it was seen in this connection that the cursor still fits.
    pub fits: bool,
}

/// How far a folder was taken in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Cursor {
    /// What UIDs mean; when it changes, all of them mean something else.
    pub validity: u32,
    /// The first UID that was not seen.
    pub next: u32,
    /// The modification sequence up to which changes are known, if the server counts them.
    pub modseq: Option<u64>,
}

/// What the server shows of a message before it is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Shown {
    /// Its number.
    pub uid: u32,
    /// Its bytes.
    pub size: u64,
    /// When it came there, in milliseconds since 1970.
    pub date: Option<i64>,
}

/// A folder as it was opened.
#[derive(Debug, Clone)]
pub(super) struct State {
    pub validity: u32,
    /// The UID of the next message to arrive, if the server says so.
    pub next: Option<u32>,
    pub exists: u32,
    /// The highest modification sequence in it, if the server counts them.
    pub modseq: Option<u64>,
    /// Messages that are new or changed since it was looked at, as far as the server tells.
    pub changed: BTreeSet<u32>,
    /// UIDs that went since, likewise; some of them may never have been messages.
    pub gone: Vec<RangeInclusive<u32>>,
}

impl State {
    /// The cursor of who has seen all that there was when the folder was opened, up to `last`.
    pub fn cursor(&self, last: Option<u32>) -> Cursor {
        let behind = last.map_or(1, |last| last.saturating_add(1));
        Cursor { validity: self.validity, next: self.next.unwrap_or(behind), modseq: self.modseq }
    }

    /// Whether the server can go on from `cursor`: it means the same numbers, and none went back, as
    /// they do when a server is restored from a backup.
    pub fn continues(&self, cursor: &Cursor) -> bool {
        self.validity == cursor.validity
            && self.next.is_none_or(|next| next >= cursor.next)
            && self.modseq.is_none_or(|now| cursor.modseq.is_none_or(|then| now >= then))
    }
}

impl Folder {
    /// The dedup key of a message: its number with its size and when it came, for a server that was
    /// restored from a backup may give a number again.
    pub fn item(&self, info: &SourceInfo, validity: u32, shown: &Shown) -> ItemKey {
        let date = shown.date.map(|date| date.to_string()).unwrap_or_default();
        let place = format!("{}.{}.{date}", place(validity, shown.uid), shown.size);
        ItemKey::of(&info.id, &self.name, &place)
    }

    /// The key that earlier versions gave it.
    pub fn former_item(&self, info: &SourceInfo, validity: u32, uid: u32) -> ItemKey {
        ItemKey::of(&info.id, &self.name, &place(validity, uid))
    }

    /// Opens the folder, to read only, and hears what changed `since`, as far as the server tells.
    pub async fn examine(
        &self,
        session: &mut Open,
        tells: Tells,
        since: Option<Cursor>,
    ) -> Result<State, WatchError> {
        changes::examine(session, &self.wire, tells, since).await
    }

    /// The UIDs in the opened folder, from `from` on, ascending, under a further condition.
    pub async fn uids(
        &self,
        session: &mut Open,
        from: u32,
        condition: &str,
    ) -> Result<BTreeSet<u32>, WatchError> {
        let query = format!("UID {from}:*{condition}");
        let found = within("listing a folder", LONG, session.uid_search(query)).await?;
        // `*` is the last message even if it lies before `from`.
        Ok(found.into_iter().filter(|uid| *uid >= from).collect())
    }
}

/// The place of a message in its folder.
pub(super) fn place(validity: u32, uid: u32) -> String {
    format!("{validity}.{uid}")
}

/// A folder as the server lists it: its name on the wire, and what it is for.
pub(super) type Listed = (String, Vec<String>);

/// All folders of the mailbox.
pub(super) async fn list(session: &mut Open) -> Result<Vec<Listed>, WatchError> {
    within("listing folders", SHORT, async {
        let names = session.list(Some(""), Some("*")).await?;
        let mut all: Vec<Listed> = Vec::new();
        names
            .try_for_each(|name| {
                let uses = name.attributes().iter().filter_map(use_of).collect();
                all.push((name.name().to_owned(), uses));
                std::future::ready(Ok(()))
            })
            .await?;
        Ok::<_, async_imap::error::Error>(all)
    })
    .await
}

/// The folders that `wanted` means, by name or by use. A use that no folder has is passed over; a
/// name that is not there is an error.
pub(super) async fn find(session: &mut Open, wanted: &[String]) -> Result<Vec<Folder>, WatchError> {
    among(&list(session).await?, wanted)
}

/// Those of `listed` that `wanted` means.
pub(super) fn among(listed: &[Listed], wanted: &[String]) -> Result<Vec<Folder>, WatchError> {
    let mut folders: Vec<Folder> = Vec::new();
    for want in wanted {
        let by_use = want.strip_prefix('\\');
        let wire = match by_use {
            Some(by_use) => listed
                .iter()
                .find(|(_, uses)| uses.iter().any(|known| known.eq_ignore_ascii_case(by_use)))
                .map(|(wire, _)| wire.clone()),
            None if want.eq_ignore_ascii_case("inbox") => Some("INBOX".to_owned()),
            None => {
                let encoded = names::encode(want);
                if !listed.iter().any(|(wire, _)| *wire == encoded) {
                    return Err(missing(want, listed));
                }
                Some(encoded)
            }
        };
        let Some(wire) = wire else { continue };
        if !folders.iter().any(|known| known.wire == wire) {
            let name = names::decode(&wire);
            folders.push(Folder { name, wire, cursor: None, trouble: 0, fits: false });
        }
    }
    if folders.is_empty() {
        return Err(missing(&wanted.join(", "), listed));
    }
    Ok(folders)
}

fn use_of(attribute: &NameAttribute<'_>) -> Option<String> {
    let word = match attribute {
        NameAttribute::Sent => "Sent",
        NameAttribute::Archive => "Archive",
        NameAttribute::All => "All",
        NameAttribute::Junk => "Junk",
        NameAttribute::Trash => "Trash",
        NameAttribute::Drafts => "Drafts",
        NameAttribute::Flagged => "Flagged",
        _ => return None,
    };
    Some(word.to_owned())
}

fn missing(folder: &str, listed: &[(String, Vec<String>)]) -> WatchError {
    let mut names: Vec<String> =
        listed.iter().take(20).map(|(wire, _)| names::decode(wire)).collect();
    names.sort();
    WatchError::NoFolder {
        folder: folder.to_owned(),
        said: "it is not listed".to_owned(),
        has: names.join(", "),
    }
}
