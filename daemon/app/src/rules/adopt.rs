//! How a set becomes the active one: at the start, on a change of its folder, and by people.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use engine::{LoadedRules, RuleFiles};
use model::{Actor, CaseId, Fact, Instant, RuleSetId, Seq, fact::RulesOrigin};
use store::Change;

use super::{
    RuleLife, Standing,
    project::{STATE, actor_name},
    rows::{LIFE, LifeRow},
};
use crate::{
    AppError, Result,
    overlay::read_all,
    tables::{ASSESSMENT, AssessmentRow, encode},
    watchkeeper::Watchkeeper,
};

/// What came of looking at the folder again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reload {
    /// It holds what it held before.
    Unchanged,
    /// Its set is the active one now.
    Activated(RuleSetId),
    /// Its set is kept and waits for somebody who approves.
    Proposed(RuleSetId),
    /// Its set is wrong; the one before stays active.
    Refused,
}

impl Watchkeeper {
    /// Chooses the active set and records it. The folder's set counts when it has changed since it
    /// was last taken up, the built-in one when nothing else was ever chosen; what people activated
    /// stays otherwise.
    pub(crate) fn take_up_rules(&self, now: Instant) -> Result<()> {
        let Some(life) = &self.rule_life else { return Ok(()) };
        let row = self.life_row()?;
        let active = self.active_version(&row)?;
        let offered = match life.offer() {
            Ok(offered) => offered,
            Err(AppError::Rules(errors)) if active.is_some() => {
                life.refuse("folder", errors, now);
                None
            }
            Err(error) => return Err(error),
        };
        if let Some((origin, files)) = offered {
            match life.load(files, origin == RulesOrigin::Folder) {
                Ok(loaded) => {
                    if self.counts(&row, origin, loaded.id())? {
                        return self.take_up(&loaded, origin, active.is_some(), now);
                    }
                }
                Err(AppError::Rules(errors)) if active.is_some() => {
                    life.refuse("folder", errors, now);
                }
                Err(error) => return Err(error),
            }
        }
        let Some(active) = active else { return Ok(()) };
        let loaded = life.load(self.version_files(&active)?, false)?;
        self.stand_on(loaded)?;
        self.resume_shadow(now)
    }

    /// Lets readers ask what is active, without recording anything.
    pub(crate) fn read_rules(&self) -> Result<()> {
        let Some(life) = &self.rule_life else { return Ok(()) };
        let active = self.active_version(&self.life_row()?)?;
        let files = match active {
            Some(active) => self.version_files(&active)?,
            None => match life.offer()? {
                Some((_, files)) => files,
                None => return Ok(()),
            },
        };
        let loaded = life.load(files, false)?;
        let standing = Standing::new(loaded.clone(), self.disabled_of(loaded.id())?);
        *self.rules.write() = self.permitted(standing.evaluator.clone())?;
        *life.standing.write() = Some(standing);
        Ok(())
    }

    fn disabled_of(&self, rules: &RuleSetId) -> Result<BTreeSet<String>> {
        let row = self.version_row(rules)?;
        let disabled = row.map(|row| row.disabled).unwrap_or_default();
        Ok(disabled.into_iter().map(|(file, ..)| file).collect())
    }

    /// The version that the journal says is active, if its files are kept.
    fn active_version(&self, row: &LifeRow) -> Result<Option<RuleSetId>> {
        let last = row.activations.last().map(|activation| activation.rules.clone());
        let Some(last) = last else { return Ok(None) };
        Ok(self.version_row(&last)?.map(|_| last))
    }

    /// Whether the set that is offered from outside is to be taken up: because it has changed, or
    /// because the program itself, no person, chose the one before.
    fn counts(&self, row: &LifeRow, origin: RulesOrigin, offered: &RuleSetId) -> Result<bool> {
        let Some(last) = row.activations.last() else { return Ok(true) };
        let Some(active) = self.version_row(&last.rules)? else { return Ok(true) };
        let known = match origin {
            RulesOrigin::Folder => &row.folder,
            _ if matches!(active.origin, RulesOrigin::Draft | RulesOrigin::Pack) => {
                return Ok(false);
            }
            _ => &row.built_in,
        };
        let chosen_by_program = last.by == actor_name(&Actor::System);
        let waits = self.version_row(offered)?.is_some_and(|row| row.proposal.is_some());
        let other = chosen_by_program && last.rules != *offered && !waits;
        Ok(known.as_ref() != Some(offered) || other)
    }

    /// Keeps `loaded` as a version and makes it the active one, or asks for approval.
    fn take_up(
        &self,
        loaded: &Arc<dyn LoadedRules>,
        origin: RulesOrigin,
        others_decide: bool,
        now: Instant,
    ) -> Result<()> {
        let life = self.life()?;
        let note = match origin {
            RulesOrigin::Folder => "the folder of the configuration",
            _ => "the set of the program",
        };
        self.keep_version(&**loaded, origin, note, Actor::System, now)?;
        if life.sources.four_eyes && others_decide && origin == RulesOrigin::Folder {
            let rules = loaded.id().clone();
            let fact = Fact::RulesProposed { rules, note: "the folder has changed".to_owned() };
            self.append(Actor::System, fact, now)?;
            let active = self.active_version(&self.life_row()?)?;
            if self.life()?.standing.read().is_none()
                && let Some(active) = active
            {
                let loaded = life.load(self.version_files(&active)?, false)?;
                self.stand_on(loaded)?;
            }
            return Ok(());
        }
        self.make_active(loaded, note, None, Actor::System, now)
    }

    /// Makes `loaded`, a version that is kept, the active set. Cases are assessed again in slices
    /// by [`Watchkeeper::reassess_some`].
    pub(crate) fn make_active(
        &self,
        loaded: &Arc<dyn LoadedRules>,
        note: &str,
        approves: Option<Seq>,
        actor: Actor,
        now: Instant,
    ) -> Result<()> {
        let (rules, note) = (loaded.id().clone(), note.to_owned());
        log::info!(rules:% = rules, actor:?; "a rule set becomes active");
        self.append(actor, Fact::RulesActivated { rules, note, approves }, now)?;
        self.stand_on(loaded.clone())?;
        *self.life()?.refused.write() = None;
        self.resume_shadow(now)
    }

    /// Lets `loaded` judge from now on, less what is disabled of it.
    fn stand_on(&self, loaded: Arc<dyn LoadedRules>) -> Result<()> {
        let disabled = self.disabled_of(loaded.id())?;
        self.stand(Standing::new(loaded, disabled))
    }

    fn stand(&self, standing: Standing) -> Result<()> {
        *self.rules.write() = self.permitted(standing.evaluator.clone())?;
        *self.life()?.standing.write() = Some(standing);
        self.queue_reassessment()
    }

    /// Looks at the folder again. A set that is wrong leaves the active one in place; the status
    /// says why.
    pub fn reload_rules(&self, now: Instant) -> Result<Reload> {
        let life = self.life()?;
        let Some(read) = &life.sources.folder else { return Ok(Reload::Unchanged) };
        let files = match read() {
            Ok(files) => files,
            Err(error) => {
                life.refuse("folder", vec![error], now);
                return Ok(Reload::Refused);
            }
        };
        let loaded = match life.load(files, true) {
            Ok(loaded) => loaded,
            Err(AppError::Rules(errors)) => {
                life.refuse("folder", errors, now);
                return Ok(Reload::Refused);
            }
            Err(error) => return Err(error),
        };
        *life.refused.write() = None;
        if self.life_row()?.folder.as_ref() == Some(loaded.id()) {
            return Ok(Reload::Unchanged);
        }
        let rules = loaded.id().clone();
        self.take_up(&loaded, RulesOrigin::Folder, true, now)?;
        self.settle_facts(now)?;
        let waits = self.version_row(&rules)?.is_some_and(|row| row.proposal.is_some());
        Ok(if waits { Reload::Proposed(rules) } else { Reload::Activated(rules) })
    }

    /// Lines up every case that another set than the effective one assessed last, the latest first.
    pub(crate) fn queue_reassessment(&self) -> Result<()> {
        let effective = self.rules.read().rules().clone();
        if self.life_row()?.assessed == effective.as_str() {
            self.line_up(Vec::new());
            return Ok(());
        }
        let mut places: BTreeMap<CaseId, Instant> = BTreeMap::new();
        let snapshot = self.ports.views.snapshot()?;
        read_all::<AssessmentRow>(&*snapshot, ASSESSMENT, &[], |key, row| {
            if row.assessment.rules != effective
                && let Ok(bytes) = <[u8; 8]>::try_from(key)
            {
                let case = CaseId::from_number(u64::from_be_bytes(bytes));
                let last = row.assessment.findings.last().map_or(Instant::EPOCH, |f| f.at);
                places.insert(case, last);
            }
            true
        })?;
        let mut cases: Vec<(Instant, CaseId)> =
            places.into_iter().map(|(case, at)| (at, case)).collect();
        cases.sort_unstable();
        self.line_up(cases.into_iter().map(|(_, case)| case).collect());
        Ok(())
    }

    /// Writes down that every case is assessed by the effective set.
    pub(crate) fn note_reassessed(&self) -> Result<()> {
        if self.rule_life.is_none() {
            return Ok(());
        }
        let mut row = self.life_row()?;
        let effective = self.rules.read().rules().to_string();
        if row.assessed == effective {
            return Ok(());
        }
        row.assessed = effective;
        let change = Change::Put { table: LIFE, key: STATE.to_vec(), value: encode(LIFE, &row)? };
        let applied = self.ports.views.applied()?;
        Ok(self.ports.views.apply(&[change], applied)?)
    }

    /// Takes scripts that ran away again and again out of the active set, for people to see why.
    pub(crate) fn disable_runaways(&self, now: Instant) -> Result<()> {
        let Some(life) = &self.rule_life else { return Ok(()) };
        let Some(standing) = life.standing.read().clone() else { return Ok(()) };
        let mut disabled = standing.disabled.clone();
        for error in self.rules().runaways() {
            let (file, reason) = (error.file.clone(), error.to_string());
            if file == super::SEVERITY || !disabled.insert(file.clone()) {
                continue;
            }
            log::error!(file, reason; "a script ran away again and again and is not asked any more");
            let fact = Fact::RuleDisabled { rules: standing.loaded.id().clone(), file, reason };
            self.append(Actor::System, fact, now)?;
        }
        if disabled == standing.disabled {
            return Ok(());
        }
        self.stand(Standing::new(standing.loaded, disabled))
    }

    /// Lets a disabled script of the active set run again.
    pub fn enable_rule(&self, file: &str, actor: Actor, now: Instant) -> Result<()> {
        let standing = self.standing()?;
        if !standing.disabled.contains(file) {
            return Err(crate::watchkeeper::not_found(format!("disabled script {file}")));
        }
        let rules = standing.loaded.id().clone();
        self.append(actor, Fact::RuleEnabled { rules, file: file.to_owned() }, now)?;
        self.settle_facts(now)?;
        self.stand_on(standing.loaded)
    }
}

impl RuleLife {
    /// The set that is offered from outside: the folder's, else the program's.
    fn offer(&self) -> Result<Option<(RulesOrigin, RuleFiles)>> {
        match &self.sources.folder {
            Some(read) => match read() {
                Ok(files) => Ok(Some((RulesOrigin::Folder, files))),
                Err(error) => Err(AppError::Rules(vec![error])),
            },
            None => Ok(Some((RulesOrigin::BuiltIn, self.sources.loader.built_in()))),
        }
    }
}
