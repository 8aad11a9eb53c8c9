//! The program's front door: the ports, the configuration, and what is kept in memory.

mod projecting;

use std::{
    collections::BTreeSet,
    sync::{Arc, OnceLock, atomic::Ordering},
};

use engine::{
    Evaluator,
    alerts::{Desk, Roster, Wish},
    directory::Directory,
};
use model::{Account, Actor, CaseId, Contact, Entry, Fact, Instant, Seq, fact::NewFact};
use parking_lot::{Mutex, RwLock};
use store::{Evidence, Journal, Search, Views};

use crate::{
    AppError, Result, Settings,
    alerts::Undecided,
    board::Board,
    courses::Courses,
    outbox::Leased,
    outside::Outside,
    overlay::{Overlay, read, read_all},
    record::CaseRow,
    rules::{Bench, RuleLife, RuleSources},
    seal::Seal,
    tables::{
        ACCOUNT, ASSESSMENT, AssessmentRow, CARD, CHANGED, CONTACT, STATE, StateRow, UNDECIDED,
        VIEW_FORMAT, case_key,
    },
    texts::TextCache,
    titles::{TITLED, TitledRow},
    waiting::Waiting,
};

use projecting::Deriving;

/// Bytes of texts that are kept for rules.
const TEXTS: usize = 36 << 20;
/// Bytes of cases that are kept as far as they were assessed.
const COURSES: usize = 20 << 20;
/// Cases that are assessed at once because another set became active.
const REASSESSED: usize = 2048;

/// Where things are kept.
#[derive(Clone)]
pub struct Ports {
    /// Facts.
    pub journal: Arc<dyn Journal>,
    /// Original bytes.
    pub evidence: Arc<dyn Evidence>,
    /// Projections.
    pub views: Arc<dyn Views>,
    /// The full text index.
    pub search: Arc<dyn Search>,
}

/// Something that changed, for live readers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LiveEvent {
    /// The last fact behind it.
    pub seq: Seq,
    /// The cases that changed.
    pub cases: Vec<CaseId>,
    /// What kind of change: `cases`, `alerts`, `sources` or `search`.
    pub kind: &'static str,
}

type Listener = Box<dyn Fn(&LiveEvent) + Send + Sync>;

/// Everything that Watchkeeper does with one store.
pub struct Watchkeeper {
    pub(crate) ports: Ports,
    pub(crate) settings: Arc<Settings>,
    pub(crate) bench: RwLock<Bench>,
    pub(crate) rule_life: Option<RuleLife>,
    pub(crate) directory: OnceLock<RwLock<Arc<Directory>>>,
    pub(crate) texts: TextCache,
    courses: Courses,
    board: OnceLock<RwLock<Board>>,
    pub(crate) desk: OnceLock<RwLock<Arc<Desk>>>,
    pub(crate) leases: Mutex<Leased>,
    /// Held while answers are looked at, so that none is noted twice.
    pub(crate) heeding: Mutex<()>,
    outside: Arc<Outside>,
    writer: Mutex<Writer>,
    listeners: RwLock<Vec<Listener>>,
}

/// What only the one that projects touches.
#[derive(Default)]
struct Writer {
    /// Cases to be assessed.
    waiting: Waiting,
    /// Documents added to the index since its last commit.
    uncommitted: usize,
    /// Cases that another set assessed last, the most urgent last.
    to_reassess: Vec<CaseId>,
    /// What alerts are to be decided about.
    undecided: Undecided,
}

impl Watchkeeper {
    /// Watchkeeper on these ports. Nothing is read yet.
    pub fn new(ports: Ports, settings: Arc<Settings>, rules: Arc<dyn Evaluator>) -> Self {
        Self {
            ports,
            settings,
            bench: RwLock::new(Bench::new(rules)),
            rule_life: None,
            directory: OnceLock::new(),
            texts: TextCache::new(TEXTS),
            courses: Courses::new(COURSES),
            board: OnceLock::new(),
            desk: OnceLock::new(),
            leases: Mutex::default(),
            heeding: Mutex::default(),
            outside: Arc::default(),
            writer: Mutex::default(),
            listeners: RwLock::default(),
        }
    }

    /// With rule sets that have a life of their own: versions, reloads, drafts. What judges is then
    /// chosen when the store is brought up to date.
    #[must_use]
    pub fn with_rules(self, sources: RuleSources) -> Self {
        Self { rule_life: Some(RuleLife::new(sources)), ..self }
    }

    /// What is known about the world outside.
    pub fn outside(&self) -> &Arc<Outside> {
        &self.outside
    }

    /// Whom alerts can be told, and which team each belongs to.
    pub fn roster(&self) -> Arc<Roster> {
        self.settings.roster()
    }

    /// The key by which our own mail and links are known again, if there is one.
    pub fn seal(&self) -> Option<&Seal> {
        self.settings.seal.as_ref()
    }

    /// Chooses the rule set that readers are told of; instead of [`Watchkeeper::catch_up`], where
    /// nothing is to be written.
    pub fn open_to_read(&self) -> Result<()> {
        self.read_rules()
    }

    /// Brings views and index up to the journal's end; to be called once after opening for
    /// writing. `progress` gets facts applied and facts in all.
    pub fn catch_up(&self, now: Instant, progress: &mut dyn FnMut(u64, u64)) -> Result<()> {
        if self.ports.journal.head()?.seq == Seq::default() {
            let program = env!("CARGO_PKG_VERSION").to_owned();
            self.append(Actor::System, Fact::Created { program }, now)?;
        }
        if self.views_are_foreign()? {
            log::info!("the views have another format: building them again");
            self.ports.views.clear()?;
        } else {
            self.permit_plugins()?;
        }
        self.writer.lock().waiting = Waiting::load(&*self.ports.views.snapshot()?)?;
        self.take_up_undecided()?;
        if self.rule_life.is_some() {
            self.project(now, Deriving::Later, progress)?;
            self.take_up_rules(now)?;
            self.project(now, Deriving::AtTheEnd, progress)?;
            while self.reassess_some(REASSESSED, now)? > 0 {}
        } else {
            self.project(now, Deriving::AtTheEnd, progress)?;
            self.permit_plugins()?;
            self.adopt_rules(now)?;
        }
        self.heed(now)?;
        self.catch_up_search()
    }

    /// Assesses at most `most` of the cases that wait for it since another set became active. Gives
    /// how many still wait.
    pub fn reassess_some(&self, most: usize, now: Instant) -> Result<usize> {
        let mut writer = self.writer.lock();
        let keep = writer.to_reassess.len().saturating_sub(most);
        let cases = writer.to_reassess.split_off(keep);
        if cases.is_empty() {
            self.note_reassessed()?;
            return Ok(0);
        }
        writer.waiting.add(cases);
        drop(writer);
        self.project(now, Deriving::EveryBatch, &mut |_, _| ())?;
        let left = self.writer.lock().to_reassess.len();
        self.note_waiting(left);
        if left == 0 {
            self.note_reassessed()?;
        }
        Ok(left)
    }

    /// How many cases wait to be assessed by the active set.
    pub(crate) fn to_reassess(&self) -> u64 {
        self.rule_life.as_ref().map_or(0, |life| life.waiting.load(Ordering::Relaxed))
    }

    /// Lines cases up to be assessed again, the most urgent last.
    pub(crate) fn line_up(&self, cases: Vec<CaseId>) {
        self.note_waiting(cases.len());
        self.writer.lock().to_reassess = cases;
    }

    fn note_waiting(&self, cases: usize) {
        if let Some(life) = &self.rule_life {
            life.waiting.store(cases as u64, Ordering::Relaxed);
        }
    }

    /// Applies facts that were just appended.
    pub(crate) fn settle_facts(&self, now: Instant) -> Result<()> {
        let chosen = self.standing(None).is_ok();
        let deriving = if chosen { Deriving::EveryBatch } else { Deriving::Later };
        self.project(now, deriving, &mut |_, _| ())
    }

    /// Assesses every case again if the active rule set is another than the one before.
    pub(crate) fn adopt_rules(&self, now: Instant) -> Result<()> {
        if self.rule_life.is_some() {
            self.queue_reassessment()?;
            while self.reassess_some(REASSESSED, now)? > 0 {}
            return Ok(());
        }
        let rules = self.rules().rules().clone();
        if self.state()?.rules == rules.as_str() {
            return Ok(());
        }
        self.append(
            Actor::System,
            Fact::RulesActivated { rules, note: String::new(), approves: None, team: None },
            now,
        )?;
        let all: Vec<CaseId> = self.board()?.read().places().map(|place| place.id).collect();
        self.writer.lock().waiting.add(all);
        self.project(now, Deriving::AtTheEnd, &mut |_, _| ())
    }

    fn views_are_foreign(&self) -> Result<bool> {
        if self.ports.views.applied()? == Seq::default() {
            return Ok(false);
        }
        let state = self.state();
        Ok(!state.is_ok_and(|s| s.format == VIEW_FORMAT && s.parser == mail::PARSER_VERSION))
    }

    pub(crate) fn state(&self) -> Result<StateRow> {
        let snapshot = self.ports.views.snapshot()?;
        Ok(read(&*snapshot, STATE, b"state")?.unwrap_or_else(|| StateRow {
            format: VIEW_FORMAT,
            parser: mail::PARSER_VERSION,
            ..StateRow::default()
        }))
    }

    /// Accounts and people as known now.
    pub(crate) fn directory(&self) -> Result<Arc<Directory>> {
        if let Some(directory) = self.directory.get() {
            return Ok(directory.read().clone());
        }
        let mut directory = Directory::new(self.settings.sides.clone());
        let snapshot = self.ports.views.snapshot()?;
        read_all::<Account>(&*snapshot, ACCOUNT, &[], |_, account| {
            directory.put_account(Arc::new(account));
            true
        })?;
        read_all::<Contact>(&*snapshot, CONTACT, &[], |_, contact| {
            directory.put_contact(Arc::new(contact));
            true
        })?;
        read_all::<TitledRow>(&*snapshot, TITLED, &[], |email, row| {
            directory.put_title(&String::from_utf8_lossy(email), Some(&row.title));
            true
        })?;
        let slot = self.directory.get_or_init(|| RwLock::new(Arc::new(directory)));
        Ok(slot.read().clone())
    }

    /// Every case in a few bytes.
    pub(crate) fn board(&self) -> Result<&RwLock<Board>> {
        if let Some(board) = self.board.get() {
            return Ok(board);
        }
        let mut board = Board::default();
        let snapshot = self.ports.views.snapshot()?;
        let bench = self.bench();
        read_all::<CaseRow>(&*snapshot, CARD, &[], |_, card| {
            board.set(&card, bench.escalated(card.team.as_deref(), &card.level));
            true
        })?;
        read_all::<Instant>(&*snapshot, CHANGED, &[], |key, at| {
            if let Ok(bytes) = <[u8; 8]>::try_from(key) {
                let case = CaseId::from_number(u64::from_be_bytes(bytes));
                board.set_changed(case, Some(at));
            }
            true
        })?;
        read_all::<AssessmentRow>(&*snapshot, ASSESSMENT, &[], |key, row| {
            if let Ok(bytes) = <[u8; 8]>::try_from(key) {
                let case = CaseId::from_number(u64::from_be_bytes(bytes));
                board.set_wake(case, row.assessment.wake);
            }
            true
        })?;
        Ok(self.board.get_or_init(|| RwLock::new(board)))
    }

    /// Assesses the cases that time may have changed by `now`. Gives how many there were.
    pub fn tick(&self, now: Instant) -> Result<usize> {
        self.disable_tripped(now)?;
        self.watch_handoffs(now)?;
        let due = self.board()?.read().due(now, 1000);
        let alerts_are_due = self.desk()?.wake().is_some_and(|wake| wake <= now);
        if due.is_empty() && !alerts_are_due {
            return Ok(0);
        }
        let count = due.len();
        self.writer.lock().waiting.add(due);
        self.project(now, Deriving::EveryBatch, &mut |_, _| ())?;
        Ok(count)
    }

    /// Has wishes decided about that come from no rule set.
    pub(crate) fn wish(&self, wishes: Vec<Wish>, now: Instant) -> Result<()> {
        if wishes.is_empty() {
            return Ok(());
        }
        self.writer.lock().undecided.add(wishes);
        self.project_all(now)
    }

    /// Lets `listener` know of every change from now on. It must not block.
    pub fn subscribe(&self, listener: Listener) {
        self.listeners.write().push(listener);
    }

    pub(crate) fn tell(&self, event: &LiveEvent) {
        for listener in self.listeners.read().iter() {
            listener(event);
        }
    }

    /// Records a fact and nothing else, for the audit.
    pub fn audit(&self, fact: Fact, actor: Actor, now: Instant) -> Result<Seq> {
        let seq = self.append(actor, fact, now)?;
        self.project(now, Deriving::EveryBatch, &mut |_, _| ())?;
        Ok(seq)
    }

    /// Facts from `from` on, at most `limit`.
    pub fn facts(&self, from: Seq, limit: usize) -> Result<Vec<Entry>> {
        Ok(self.ports.journal.read(from, limit)?)
    }

    pub(crate) fn append(&self, actor: Actor, fact: Fact, now: Instant) -> Result<Seq> {
        let fact = NewFact { at: now, recorded: now, actor, fact };
        Ok(Seq(self.ports.journal.append(&[fact])?.end - 1))
    }

    /// Cases that a crash overtook between their wishes and the decision are assessed once more.
    fn take_up_undecided(&self) -> Result<()> {
        let mut cases: Vec<CaseId> = Vec::new();
        read_all::<()>(&*self.ports.views.snapshot()?, UNDECIDED, &[], |key, ()| {
            let key = <[u8; 8]>::try_from(key);
            cases.extend(key.ok().map(|key| CaseId::from_number(u64::from_be_bytes(key))));
            true
        })?;
        self.writer.lock().waiting.add(cases);
        Ok(())
    }

    /// What these cases wished for is decided about. The writer is held by the caller.
    fn forget_undecided(&self, cases: &BTreeSet<CaseId>) -> Result<()> {
        if cases.is_empty() {
            return Ok(());
        }
        let mut rows = Overlay::new(&*self.ports.views)?;
        for case in cases {
            rows.delete(UNDECIDED, &case_key(*case));
        }
        rows.commit(&*self.ports.views, self.ports.views.applied()?)
    }

    /// Who judges which case; ranks of levels, and whether one is an escalation, come from there.
    pub(crate) fn bench(&self) -> Bench {
        self.bench.read().clone()
    }

    /// Who judges the cases whose team has no set of its own.
    pub(crate) fn rules(&self) -> Arc<dyn Evaluator> {
        self.bench.read().of(None).clone()
    }
}

/// There is no such thing.
pub(crate) fn not_found(what: impl Into<String>) -> AppError {
    AppError::NotFound { what: what.into() }
}
