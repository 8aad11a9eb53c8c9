//! Reading messages, a few at a time, without touching them.

use std::{collections::BTreeMap, time::Duration};

use app::source::{Offer, Refusal, SourceInfo};
use async_imap::types::{Fetch, Flag};
use futures_util::StreamExt as _;
use model::{
    Instant,
    fact::{Received, Sighting},
};

use super::{
    connect::{Open, within},
    error::WatchError,
    folder::{Folder, SHORT, Shown, place},
    scope::{Excluded, Scope},
};
use crate::refusal::refuse;

/// How long the server may take from one message to the next.
const NEXT: Duration = Duration::from_mins(1);

/// Messages as they were read.
#[derive(Default)]
pub(super) struct Read {
    /// What arrived whole.
    pub offers: Vec<Offer>,
    /// Why it broke off, if it did; what came before counts.
    pub broken: Option<WatchError>,
}

/// So many messages are asked about at once.
const ABOUT: usize = 2_000;

/// Messages as the server shows them.
#[derive(Debug, Default)]
pub(super) struct Seen {
    /// Those that are to be taken in, ascending by UID.
    pub shown: Vec<Shown>,
    /// How many are not, by reason.
    pub excluded: Excluded,
}

impl Seen {
    /// Adds what is shown behind it.
    fn add(&mut self, more: Self) {
        self.shown.extend(more.shown);
        for (reason, count) in more.excluded {
            *self.excluded.entry(reason).or_default() += count;
        }
    }
}

/// What the server shows of messages. One that is gone is left out.
pub(super) async fn shown(
    session: &mut Open,
    uids: &[u32],
    scope: &Scope,
) -> Result<Seen, WatchError> {
    let mut seen = Seen::default();
    for some in uids.chunks(ABOUT) {
        let wanted = |uid: u32| some.binary_search(&uid).is_ok();
        seen.add(asked(session, &set(some), scope, &wanted).await?);
    }
    Ok(seen)
}

/// What the server shows of the last message of the opened folder.
pub(super) async fn last(session: &mut Open, scope: &Scope) -> Result<Seen, WatchError> {
    asked(session, "*", scope, &|_| true).await
}

async fn asked(
    session: &mut Open,
    which: &str,
    scope: &Scope,
    wanted: &(dyn Fn(u32) -> bool + Sync),
) -> Result<Seen, WatchError> {
    let mut all = BTreeMap::new();
    let query = if scope.asks_for_senders() {
        "(UID RFC822.SIZE INTERNALDATE ENVELOPE)"
    } else {
        "(UID RFC822.SIZE INTERNALDATE)"
    };
    let asking = session.uid_fetch(which, query);
    let mut answers = within("asking for sizes", SHORT, asking).await?;
    loop {
        let next = async { Ok::<_, WatchError>(answers.next().await) };
        match within("asking for sizes", NEXT, next).await? {
            None => break,
            Some(Err(error)) => return Err(error.into()),
            Some(Ok(answer)) => {
                if let (Some(uid), Some(size)) = (answer.uid, answer.size)
                    && wanted(uid)
                {
                    let date = answer.internal_date().map(|date| date.timestamp_millis());
                    let out = scope.leaves_out(date, &answer);
                    all.insert(uid, (Shown { uid, size: u64::from(size), date }, out));
                }
            }
        }
    }
    let mut seen = Seen::default();
    for (shown, out) in all.into_values() {
        match out {
            Some(reason) => *seen.excluded.entry(reason).or_default() += 1,
            None => seen.shown.push(shown),
        }
    }
    Ok(seen)
}

/// The messages with these UIDs.
pub(super) async fn bodies(
    session: &mut Open,
    info: &SourceInfo,
    folder: &Folder,
    validity: u32,
    lot: &[Shown],
) -> Read {
    let mut read = Read::default();
    let uids: Vec<u32> = lot.iter().map(|shown| shown.uid).collect();
    let query = "(UID FLAGS INTERNALDATE BODY.PEEK[])";
    let outcome = async {
        let asking = session.uid_fetch(set(&uids), query);
        let mut answers = within("fetching", SHORT, asking).await?;
        loop {
            let next = async { Ok::<_, WatchError>(answers.next().await) };
            match within("fetching", NEXT, next).await? {
                None => return Ok(()),
                Some(Err(error)) => return Err(WatchError::from(error)),
                Some(Ok(answer)) => {
                    // What the server says of its own accord has no body.
                    let wanted = answer.uid.and_then(|uid| uids.binary_search(&uid).ok());
                    if let (Some(at), Some(bytes)) = (wanted, answer.body()) {
                        let sighting = sighting(info, folder, validity, lot[at].uid, &answer);
                        let bytes = bytes.to_vec();
                        let item = folder.item(info, validity, &lot[at]);
                        read.offers.push(offer(sighting, item, Ok(bytes)));
                    }
                }
            }
        }
    };
    read.broken = outcome.await.err();
    read
}

/// A message that is not read, with the reason.
pub(super) fn refused(
    info: &SourceInfo,
    folder: &Folder,
    validity: u32,
    shown: &Shown,
    refusal: Refusal,
) -> Offer {
    let sighting = Sighting {
        source: info.id.clone(),
        folder: folder.name.clone(),
        place: place(validity, shown.uid),
        flags: String::new(),
        received: None,
        envelope: None,
    };
    offer(sighting, folder.item(info, validity, shown), Err(refusal))
}

/// The refusal of a message that is too large.
pub(super) fn too_large(size: u64, most: u64) -> Refusal {
    refuse("too_large", format!("it has {size} bytes; `message_size` allows {most}"))
}

fn offer(sighting: Sighting, item: model::ItemKey, outcome: Result<Vec<u8>, Refusal>) -> Offer {
    let size = outcome.as_ref().ok().map(|bytes| bytes.len() as u64);
    Offer { sighting, item, size, read: Box::new(move |_| outcome) }
}

fn sighting(
    info: &SourceInfo,
    folder: &Folder,
    validity: u32,
    uid: u32,
    answer: &Fetch,
) -> Sighting {
    let received = answer
        .internal_date()
        .map(|date| Received { at: Instant::from_millis(date.timestamp_millis()), trusted: true });
    let mut flags: Vec<char> = answer
        .flags()
        .filter_map(|flag| match flag {
            Flag::Seen => Some('S'),
            Flag::Answered => Some('R'),
            Flag::Flagged => Some('F'),
            Flag::Deleted => Some('T'),
            Flag::Draft => Some('D'),
            _ => None,
        })
        .collect();
    flags.sort_unstable();
    Sighting {
        source: info.id.clone(),
        folder: folder.name.clone(),
        place: place(validity, uid),
        flags: flags.into_iter().collect(),
        received,
        envelope: None,
    }
}

/// UIDs, ascending, as a sequence set: `3:7,9`.
pub(super) fn set(uids: &[u32]) -> String {
    let mut ranges: Vec<(u32, u32)> = Vec::new();
    for uid in uids {
        match ranges.last_mut() {
            Some((_, last)) if last.checked_add(1) == Some(*uid) => *last = *uid,
            _ => ranges.push((*uid, *uid)),
        }
    }
    let ranges = ranges.into_iter().map(|(first, last)| {
        if first == last { first.to_string() } else { format!("{first}:{last}") }
    });
    ranges.collect::<Vec<_>>().join(",")
}

#[cfg(test)]
mod tests {
    use super::set;

    #[test]
    fn a_set_of_uids_is_short_and_names_no_other() {
        assert_eq!(set(&[3, 4, 5, 6, 7, 9, 11, 12]), "3:7,9,11:12");
        assert_eq!(set(&[u32::MAX]), u32::MAX.to_string());
    }
}
