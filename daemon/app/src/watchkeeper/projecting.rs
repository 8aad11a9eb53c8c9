//! Facts become views, and what follows from them: one at a time, by whoever holds the writer.

use std::sync::Arc;

use engine::directory::Directory;
use model::{Actor, Entry, Fact, Instant, Seq, fact::NewFact};

use super::{LiveEvent, Watchkeeper, Writer};
use crate::{
    Result,
    alerts::concerned,
    batch::Batch,
    capture::Fresh,
    derive::{Derivation, Derived},
    overlay::Overlay,
    project::Projection,
    tables::{ANSWER, UNDECIDED, case_key},
    waiting::{Waiting, Which},
};

/// How many facts are projected at once.
const FACTS: usize = 4096;

/// When facts that follow are recorded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Deriving {
    EveryBatch,
    /// Once a case has rested: more mail for it is likely to come at once.
    Rested,
    /// When all facts are in.
    AtTheEnd,
    Later,
}

impl Watchkeeper {
    /// Projects all that the journal holds.
    pub(crate) fn project_all(&self, now: Instant) -> Result<()> {
        self.project(now, Deriving::EveryBatch, &mut |_, _| ())
    }

    /// Projects what was just captured, up to its last fact: what a capture has recorded since then
    /// comes with its own messages.
    /// Cases are assessed when they have rested, or with [`Watchkeeper::project_all`].
    pub(crate) fn project_fresh(&self, fresh: &Fresh, until: Seq, now: Instant) -> Result<()> {
        let mut writer = self.writer.lock();
        let deriving = Deriving::Rested;
        self.project_until(&mut writer, until, fresh, now, deriving, &mut |_, _| ())?;
        drop(writer);
        self.disable_runaways(now)
    }

    /// Makes what was indexed so far visible.
    pub(crate) fn settle_search(&self) -> Result<()> {
        let mut writer = self.writer.lock();
        writer.uncommitted = 0;
        let applied = self.ports.views.applied()?;
        if self.ports.search.applied()? < applied {
            self.ports.search.commit(applied)?;
            drop(writer);
            self.tell(&LiveEvent { seq: applied, cases: Vec::new(), kind: "search" });
        }
        Ok(())
    }

    /// Applies all facts that the views lack, and records what follows from them.
    pub(super) fn project(
        &self,
        now: Instant,
        deriving: Deriving,
        progress: &mut dyn FnMut(u64, u64),
    ) -> Result<()> {
        let mut writer = self.writer.lock();
        let head = self.ports.journal.head()?.seq;
        self.project_until(&mut writer, head, &Fresh::new(), now, deriving, progress)?;
        drop(writer);
        self.disable_runaways(now)
    }

    fn project_until(
        &self,
        writer: &mut Writer,
        head: Seq,
        fresh: &Fresh,
        now: Instant,
        deriving: Deriving,
        progress: &mut dyn FnMut(u64, u64),
    ) -> Result<()> {
        loop {
            let applied = self.ports.views.applied()?;
            let ahead = usize::try_from(head.0.saturating_sub(applied.0)).unwrap_or(FACTS);
            let entries = match ahead.min(FACTS) {
                0 => Vec::new(),
                ahead => self.ports.journal.read(applied.next(), ahead)?,
            };
            let last = entries.last().map_or(applied, |entry| entry.seq);
            let derive = match deriving {
                Deriving::EveryBatch => Which::All,
                Deriving::Rested => Which::Rested,
                Deriving::AtTheEnd if last >= head => Which::All,
                Deriving::AtTheEnd | Deriving::Later => Which::None,
            };
            if entries.is_empty() && (writer.waiting.is_empty() || derive != Which::All) {
                break;
            }
            self.project_batch(writer, &entries, fresh, now, derive)?;
            progress(last.0, head.0);
            if last >= head {
                break;
            }
        }
        // Alerts are decided by the rules that were chosen, so not before they are, and once what
        // comes at once has come.
        if matches!(deriving, Deriving::EveryBatch | Deriving::AtTheEnd) {
            self.settle_alerts(writer, now)?;
        }
        Ok(())
    }

    /// Decides about alerts, records the decisions and applies them, until there is nothing more to
    /// decide.
    fn settle_alerts(&self, writer: &mut Writer, now: Instant) -> Result<()> {
        loop {
            let undecided = std::mem::take(&mut writer.undecided);
            let wishing = undecided.wishing();
            let facts = self.decide_alerts(undecided, now)?;
            if facts.is_empty() {
                return self.forget_undecided(&wishing);
            }
            let head = Seq(self.ports.journal.append(&facts)?.end - 1);
            self.forget_undecided(&wishing)?;
            while self.ports.views.applied()? < head {
                let from = self.ports.views.applied()?.next();
                let entries = self.ports.journal.read(from, FACTS)?;
                self.project_batch(writer, &entries, &Fresh::new(), now, Which::All)?;
            }
            self.tell(&LiveEvent { seq: head, cases: concerned(&facts), kind: "alerts" });
        }
    }

    fn project_batch(
        &self,
        writer: &mut Writer,
        entries: &[Entry],
        fresh: &Fresh,
        now: Instant,
        derive: Which,
    ) -> Result<()> {
        let applied = match entries.last() {
            Some(entry) => entry.seq,
            None => self.ports.views.applied()?,
        };
        let before = self.directory()?;
        let desk = self.desk()?;
        let mut batch = Batch::new(&*self.ports.views)?;
        let mut projection = Projection {
            evidence: &*self.ports.evidence,
            settings: &self.settings,
            directory: before.clone(),
            texts: &self.texts,
            courses: &self.courses,
            desk: desk.clone(),
            state: self.state()?,
            to_index: Vec::new(),
            notes_to_index: Vec::new(),
            files_to_index: Vec::new(),
            unreadable: Vec::new(),
        };
        projection.apply(&mut batch, entries, fresh)?;
        let directory = projection.directory.clone();
        writer.waiting.add(std::mem::take(&mut batch.touched));
        let cases = writer.waiting.take(derive, &mut batch.rows)?;
        let mut derived = Vec::new();
        if derive != Which::None {
            self.record_unreadable(&projection, now)?;
            let bench = self.bench();
            let shadows = self.running_shadows(now);
            let derivation = Derivation {
                evidence: &*self.ports.evidence,
                journal: &*self.ports.journal,
                settings: &self.settings,
                directory: &directory,
                texts: &self.texts,
                courses: &self.courses,
                bench: &bench,
                shadows: &shadows,
                now,
            };
            derived = derivation.run(&mut batch, &cases)?;
            // A crash before the decision must not lose the wish.
            for one in derived.iter().filter(|one| !one.wishes.is_empty()) {
                batch.rows.put(UNDECIDED, &case_key(one.case), &())?;
            }
        }
        batch.flush()?;
        let mut documents = self.documents(&batch.rows, &projection)?;
        let files = std::mem::take(&mut projection.files_to_index);
        batch.commit(&*self.ports.views, applied)?;
        documents.extend(self.file_documents(files)?);
        if !Arc::ptr_eq(&before, &directory)
            && let Some(slot) = self.directory.get()
        {
            *slot.write() = directory;
        }
        self.keep_desk(&desk, &projection.desk);
        self.show(&derived)?;
        writer.undecided.gather(&mut derived);
        writer.uncommitted += documents.len();
        self.ports.search.add(documents)?;
        let cases = derived.into_iter().map(|d| d.case).collect();
        self.tell(&LiveEvent { seq: applied, cases, kind: "cases" });
        Ok(())
    }

    /// Answers that were looked at wait no more.
    pub(crate) fn forget_answers(&self, keys: impl Iterator<Item = Vec<u8>>) -> Result<()> {
        let _writer = self.writer.lock();
        let mut rows = Overlay::new(&*self.ports.views)?;
        keys.for_each(|key| rows.delete(ANSWER, &key));
        rows.commit(&*self.ports.views, self.ports.views.applied()?)
    }

    /// Puts what was derived on the board.
    fn show(&self, derived: &[Derived]) -> Result<()> {
        if derived.is_empty() {
            return Ok(());
        }
        let bench = self.bench();
        let mut board = self.board()?.write();
        for one in derived {
            match &one.card {
                Some(card) => {
                    board.set(card, bench.escalated(card.team.as_deref(), &card.level));
                    board.set_wake(one.case, one.wake);
                    board.set_changed(one.case, one.changed);
                }
                None => board.remove(one.case),
            }
        }
        Ok(())
    }

    /// Records evidence that could not be parsed, unless the journal says so already.
    fn record_unreadable(&self, projection: &Projection<'_>, now: Instant) -> Result<()> {
        let facts: Vec<NewFact> = projection
            .unreadable
            .iter()
            .map(|(evidence, reason)| NewFact {
                at: now,
                recorded: now,
                actor: Actor::System,
                fact: Fact::Quarantined { evidence: *evidence, reason: reason.clone() },
            })
            .collect();
        if !facts.is_empty() {
            self.ports.journal.append(&facts)?;
        }
        Ok(())
    }

    /// Throws views and index away and builds both again from the journal and the evidence.
    pub fn rebuild(&self, now: Instant, progress: &mut dyn FnMut(u64, u64)) -> Result<()> {
        self.ports.views.clear()?;
        self.texts.clear();
        self.courses.clear();
        self.writer.lock().waiting = Waiting::default();
        if let Some(board) = self.board.get() {
            board.write().clear();
        }
        if let Some(desk) = self.desk.get() {
            *desk.write() = Arc::default();
        }
        if let Some(directory) = self.directory.get() {
            *directory.write() = Arc::new(Directory::new(self.settings.sides.clone()));
        }
        self.ports.search.begin_generation()?;
        self.project(now, Deriving::AtTheEnd, progress)?;
        self.heed(now)?;
        self.settle_generation()
    }

    fn settle_generation(&self) -> Result<()> {
        self.ports.search.commit(self.ports.views.applied()?)?;
        self.ports.search.swap()?;
        self.writer.lock().uncommitted = 0;
        Ok(())
    }

    /// Whether enough has been indexed that a commit is due.
    pub(crate) fn search_is_behind(&self, documents: usize) -> bool {
        self.writer.lock().uncommitted >= documents
    }
}
