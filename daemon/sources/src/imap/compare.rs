//! A mailbox compared with the journal: from end to end once a day, and by what changed in between.

use std::collections::{BTreeMap, BTreeSet};

use app::{capture::ALREADY, mailbox::Spot};
use async_imap::error::Error;
use model::{ItemKey, Ledger, fact::Compared};

use super::{
    changes::{self, Tells},
    connect::Open,
    error::WatchError,
    fetch,
    folder::{Cursor, Shown, State, place},
    scope::Scope,
    watch::{Watcher, add, blocking},
};

/// So many numbers that went are looked up one by one; of more, the folder is looked through.
const FEW: u64 = 256;

impl Watcher {
    /// Goes on from where the last comparison ended, if the server can tell what changed since, and
    /// nothing else is wanted of it now.
    pub(super) async fn recall(&mut self) -> Result<(), WatchError> {
        if self.tells == Tells::Nothing || std::mem::replace(&mut self.recalled, true) {
            return Ok(());
        }
        let (app, source) = (self.app.clone(), self.mailbox.info.id.clone());
        let mut last = blocking(move || app.last_compared(&source)).await?;
        let wanted = self.wanted();
        let mut oldest = None;
        for folder in &mut self.folders {
            let Some((at, found)) = last.remove(&folder.name) else { return Ok(()) };
            if found.wanted != wanted || found.modseq.is_none() {
                return Ok(());
            }
            let Compared { validity, next, modseq, .. } = found;
            folder.cursor = Some(Cursor { validity, next, modseq });
            oldest = Some(oldest.map_or(at, |oldest: model::Instant| oldest.min(at)));
        }
        self.reconciled = oldest;
        Ok(())
    }

    /// By which what is wanted of the mailbox is told from what was wanted before.
    fn wanted(&self) -> String {
        let wanted = format!("{:?} {}", self.mailbox.scope, self.mailbox.max_size);
        let hash = model::id::short_hash(&[wanted.as_bytes()]);
        hash[..8].iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// A whole pass: every message of every folder is known or taken in, what is there no more is
    /// noted, and the ledger says so.
    pub(super) async fn pass(&mut self, session: &mut Open) -> Result<(), WatchError> {
        let started = self.egress.now();
        let mut ledgers: BTreeMap<String, Ledger> = BTreeMap::new();
        let mut compared = Vec::new();
        let mut left_out = 0;
        for at in (0..self.folders.len()).rev() {
            let state = self.examine(session, at, None).await?;
            let uids = match state.exists {
                0 => Vec::new(),
                _ => self.uids(session, at, 1).await?,
            };
            self.look_for_left(session, at, &state, &uids).await?;
            let seen = fetch::shown(session, &uids, &self.mailbox.scope).await?;
            let shown = seen.shown;
            left_out += u64::from(state.exists).saturating_sub(shown.len() as u64);
            let seen = shown.len() as u64;
            let unknown = self.unknown(at, state.validity, shown).await?;
            let mut ledger = Ledger { seen, ..Ledger::default() };
            let known = seen - unknown.len() as u64;
            if known > 0 {
                ledger.skipped.insert(ALREADY.to_owned(), known);
            }
            let new = self.unaccounted(at, state.validity, &unknown).await?;
            let taken = self.take_in(session, at, state.validity, &unknown).await?;
            add(&mut ledger, &taken);
            let missing = self.missing(session, at, state.validity, &unknown).await?;
            let cursor = state.cursor(uids.last().copied());
            let folder = &mut self.folders[at];
            (folder.cursor, folder.fits) = (Some(cursor), true);
            compared.push(Compared {
                folder: folder.name.clone(),
                on_server: seen,
                unknown: new,
                missing,
                gone: 0,
                validity: cursor.validity,
                next: cursor.next,
                modseq: cursor.modseq,
                wanted: self.wanted(),
            });
            ledgers.insert(self.folders[at].name.clone(), ledger);
        }
        if self.mailbox.scope != Scope::default() {
            self.record.counts.insert("out_of_scope".to_owned(), left_out);
        }
        let gone = self.note_left().await?;
        for one in &mut compared {
            one.gone = gone.get(&one.folder).copied().unwrap_or(0);
        }
        compared.reverse();
        let (app, info, now) = (self.app.clone(), self.mailbox.info.clone(), self.egress.now());
        let folders = ledgers.into_iter().collect();
        blocking(move || app.finish_pass(&info, started, folders, compared, now)).await
    }

    /// Takes in what a folder has got since it was looked at. Gives whether that can be told: if not,
    /// everything has to be compared.
    pub(super) async fn catch_up(
        &mut self,
        session: &mut Open,
        at: usize,
    ) -> Result<bool, WatchError> {
        let Some(cursor) = self.folders[at].cursor else { return Ok(false) };
        let state = self.examine(session, at, Some(cursor)).await?;
        if !state.continues(&cursor) || !self.fits(session, at, &state, &cursor).await? {
            return Ok(false);
        }
        self.hear_of_left(at, &state).await?;
        let mut uids = state.changed.clone();
        if self.tells == Tells::Changes
            && let (Some(then), Some(now)) = (cursor.modseq, state.modseq)
            && now > then
        {
            uids.extend(changes::since(session, then).await?);
        }
        if state.exists > 0 && state.next != Some(cursor.next) {
            uids.extend(self.uids(session, at, cursor.next).await?);
        }
        let uids: Vec<u32> = uids.into_iter().collect();
        let last = uids.last().copied().max(Some(cursor.next - 1));
        if !uids.is_empty() {
            let seen = fetch::shown(session, &uids, &self.mailbox.scope).await?;
            let unknown = self.unknown(at, state.validity, seen.shown).await?;
            self.take_in(session, at, state.validity, &unknown).await?;
        }
        self.folders[at].cursor = Some(state.cursor(last));
        Ok(true)
    }

    /// Opens a folder. A server that cannot do what it offered is not asked for it again.
    async fn examine(
        &mut self,
        session: &mut Open,
        at: usize,
        since: Option<Cursor>,
    ) -> Result<State, WatchError> {
        let opened = self.folders[at].examine(session, self.tells, since).await;
        match opened {
            Err(WatchError::Imap(Error::Bad(said))) if self.tells != Tells::Nothing => {
                log::info!(source:% = self.mailbox.info.id, said; "a server does not tell of changes");
                self.tells = Tells::Nothing;
                self.folders[at].examine(session, self.tells, None).await
            }
            other => other,
        }
    }

    /// Whether the last message of a folder is the one that it was: a server that was restored may
    /// give its numbers to others. It is looked at once a connection.
    async fn fits(
        &mut self,
        session: &mut Open,
        at: usize,
        state: &State,
        cursor: &Cursor,
    ) -> Result<bool, WatchError> {
        if self.folders[at].fits || state.exists == 0 {
            return Ok(true);
        }
        let mut last = fetch::last(session, &self.mailbox.scope).await?.shown;
        last.retain(|shown| shown.uid < cursor.next);
        let unknown = self.unknown(at, state.validity, last).await?;
        self.folders[at].fits = self.unaccounted(at, state.validity, &unknown).await? == 0;
        Ok(self.folders[at].fits)
    }

    /// Remembers which messages the server says went.
    async fn hear_of_left(&mut self, at: usize, state: &State) -> Result<(), WatchError> {
        if state.gone.is_empty() {
            return Ok(());
        }
        let folder = self.folders[at].name.clone();
        let validity = state.validity;
        let count = |range: &std::ops::RangeInclusive<u32>| {
            u64::from(range.end().saturating_sub(*range.start())) + 1
        };
        if state.gone.iter().map(count).sum::<u64>() <= FEW {
            let uids = state.gone.iter().cloned().flatten();
            let spot = |uid| Spot { folder: folder.clone(), place: place(validity, uid) };
            self.left.extend(uids.map(spot));
            return Ok(());
        }
        let gone = state.gone.clone();
        self.look_through(at, move |place| {
            uid_of(place, validity).is_none_or(|uid| !gone.iter().any(|range| range.contains(&uid)))
        })
        .await
    }

    /// Remembers which messages were in a folder and are not among those that it has.
    async fn look_for_left(
        &mut self,
        session: &mut Open,
        at: usize,
        state: &State,
        uids: &[u32],
    ) -> Result<(), WatchError> {
        let all: BTreeSet<u32> = if self.mailbox.scope.search().is_empty() || state.exists == 0 {
            uids.iter().copied().collect()
        } else {
            self.folders[at].uids(session, 1, "").await?
        };
        if (all.len() as u64) < u64::from(state.exists) {
            // Something went meanwhile, or the list is not whole: nothing is concluded from it.
            return Ok(());
        }
        let validity = state.validity;
        self.look_through(at, move |place| {
            uid_of(place, validity).is_some_and(|uid| all.contains(&uid))
        })
        .await
    }

    /// Remembers the places of a folder that are not `there`.
    async fn look_through(
        &mut self,
        at: usize,
        there: impl Fn(&str) -> bool + Send + 'static,
    ) -> Result<(), WatchError> {
        let (app, source) = (self.app.clone(), self.mailbox.info.id.clone());
        let folder = self.folders[at].name.clone();
        let left = blocking(move || app.places_left(&source, &folder, &there)).await?;
        self.left.extend(left);
        Ok(())
    }

    /// Notes what went, when all folders were looked at: what was moved is in another one by then.
    /// Gives how many messages are nowhere any more, by folder.
    pub(super) async fn note_left(&mut self) -> Result<BTreeMap<String, u64>, WatchError> {
        if self.left.is_empty() {
            return Ok(BTreeMap::new());
        }
        let (app, info, now) = (self.app.clone(), self.mailbox.info.clone(), self.egress.now());
        let left = self.left.clone();
        let gone = blocking(move || app.mail_left(&info, &left, now)).await?;
        self.left.clear();
        Ok(gone)
    }

    /// How many of `unknown`, which were to be taken in, are still on the server and not accounted
    /// for.
    async fn missing(
        &self,
        session: &mut Open,
        at: usize,
        validity: u32,
        unknown: &[Shown],
    ) -> Result<u64, WatchError> {
        if self.unaccounted(at, validity, unknown).await? == 0 {
            return Ok(0);
        }
        let uids: Vec<u32> = unknown.iter().map(|shown| shown.uid).collect();
        let still = fetch::shown(session, &uids, &self.mailbox.scope).await?.shown;
        self.unaccounted(at, validity, &still).await
    }

    /// How many of `shown` the ledger does not account for.
    async fn unaccounted(
        &self,
        at: usize,
        validity: u32,
        shown: &[Shown],
    ) -> Result<u64, WatchError> {
        let (app, info, folder) = (self.app.clone(), &self.mailbox.info, &self.folders[at]);
        let items: Vec<ItemKey> =
            shown.iter().map(|one| folder.item(info, validity, one)).collect();
        blocking(move || app.unaccounted(&items)).await
    }

    /// The UIDs of a folder, from `from` on, that may be within the scope.
    pub(super) async fn uids(
        &self,
        session: &mut Open,
        at: usize,
        from: u32,
    ) -> Result<Vec<u32>, WatchError> {
        let condition = self.mailbox.scope.search();
        Ok(self.folders[at].uids(session, from, &condition).await?.into_iter().collect())
    }

    /// Those of `shown` that the journal does not know.
    pub(super) async fn unknown(
        &self,
        at: usize,
        validity: u32,
        shown: Vec<Shown>,
    ) -> Result<Vec<Shown>, WatchError> {
        let (app, info, folder) =
            (self.app.clone(), self.mailbox.info.clone(), self.folders[at].clone());
        blocking(move || {
            let now: Vec<_> = shown.iter().map(|one| folder.item(&info, validity, one)).collect();
            let former: Vec<_> =
                shown.iter().map(|one| folder.former_item(&info, validity, one.uid)).collect();
            let known = app.known_items(&now)?.into_iter().zip(app.known_items(&former)?);
            let unknown = shown.into_iter().zip(known).filter(|(_, known)| !(known.0 || known.1));
            Ok(unknown.map(|(one, _)| one).collect())
        })
        .await
    }
}

/// The UID in a place, if it means what UIDs mean now.
fn uid_of(place: &str, validity: u32) -> Option<u32> {
    let (meaning, uid) = place.split_once('.')?;
    (meaning.parse() == Ok(validity)).then(|| uid.parse().ok()).flatten()
}
