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
    /// Chooses the active set of every team, and that of all others, and records them.
    pub(crate) fn take_up_rules(&self, now: Instant) -> Result<()> {
        let Some(life) = &self.rule_life else { return Ok(()) };
        for team in life.owners() {
            self.take_up_rules_of(team, now)?;
        }
        self.queue_reassessment()
    }

    /// Chooses the active set of `team` and records it. The folder's set counts when it has changed
    /// since it was last taken up, the built-in one when nothing else was ever chosen; what people
    /// activated stays otherwise.
    fn take_up_rules_of(&self, team: Option<&str>, now: Instant) -> Result<()> {
        let life = self.life()?;
        let line = life.line(team)?;
        let row = self.life_row(team)?;
        let active = self.active_version(&row)?;
        let (origin, offered) = life.offer(team);
        let loaded =
            offered.and_then(|files| life.load_for(team, files, origin == RulesOrigin::Folder));
        match loaded {
            Ok(loaded) => {
                if self.counts(&row, origin, loaded.id())? {
                    return self.take_up(team, &loaded, origin, active.is_some(), now);
                }
            }
            Err(AppError::Rules(errors)) if active.is_some() => line.refuse("folder", errors, now),
            Err(error) => return Err(error),
        }
        let Some(active) = active else { return Ok(()) };
        let loaded = life.load_for(team, self.version_files(&active)?, false)?;
        self.stand_on(team, loaded)?;
        self.resume_shadow(team, now)
    }

    /// Lets readers ask what is active, without recording anything.
    pub(crate) fn read_rules(&self) -> Result<()> {
        let Some(life) = &self.rule_life else { return Ok(()) };
        for team in life.owners() {
            let active = self.active_version(&self.life_row(team)?)?;
            let files = match active {
                Some(active) => self.version_files(&active)?,
                None => life.offer(team).1?,
            };
            self.stand_on(team, life.load_for(team, files, false)?)?;
        }
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
        team: Option<&str>,
        loaded: &Arc<dyn LoadedRules>,
        origin: RulesOrigin,
        others_decide: bool,
        now: Instant,
    ) -> Result<()> {
        let life = self.life()?;
        let note = match (origin, team) {
            (RulesOrigin::Folder, None) => "the folder of the configuration".to_owned(),
            (RulesOrigin::Folder, Some(team)) => format!("the folder of team {team}"),
            (_, None) => "the set of the program".to_owned(),
            (_, Some(team)) => format!("the set that the configuration gives team {team}"),
        };
        let note = note.as_str();
        self.keep_version(team, &**loaded, origin, note, Actor::System, now)?;
        if life.sources.four_eyes && others_decide && origin == RulesOrigin::Folder {
            let (rules, note) = (loaded.id().clone(), "the folder has changed".to_owned());
            let fact = Fact::RulesProposed { rules, note, team: team.map(str::to_owned) };
            self.append(Actor::System, fact, now)?;
            let active = self.active_version(&self.life_row(team)?)?;
            if life.line(team)?.standing.read().is_none()
                && let Some(active) = active
            {
                let loaded = life.load_for(team, self.version_files(&active)?, false)?;
                self.stand_on(team, loaded)?;
            }
            return Ok(());
        }
        self.activate(team, loaded, note, None, Actor::System, now)
    }

    /// Makes `loaded`, a version that is kept, the active set of `team`. Cases are assessed again in
    /// slices by [`Watchkeeper::reassess_some`].
    pub(crate) fn make_active(
        &self,
        team: Option<&str>,
        loaded: &Arc<dyn LoadedRules>,
        note: &str,
        approves: Option<Seq>,
        actor: Actor,
        now: Instant,
    ) -> Result<()> {
        self.activate(team, loaded, note, approves, actor, now)?;
        self.queue_reassessment()
    }

    fn activate(
        &self,
        team: Option<&str>,
        loaded: &Arc<dyn LoadedRules>,
        note: &str,
        approves: Option<Seq>,
        actor: Actor,
        now: Instant,
    ) -> Result<()> {
        let (rules, note) = (loaded.id().clone(), note.to_owned());
        log::info!(rules:% = rules, team:?, actor:?; "a rule set becomes active");
        let of = team.map(str::to_owned);
        self.append(actor, Fact::RulesActivated { rules, note, approves, team: of }, now)?;
        self.stand_on(team, loaded.clone())?;
        *self.life()?.line(team)?.refused.write() = None;
        self.resume_shadow(team, now)
    }

    /// Lets `loaded` judge the cases of `team` from now on, less what is disabled of it.
    fn stand_on(&self, team: Option<&str>, loaded: Arc<dyn LoadedRules>) -> Result<()> {
        let disabled = self.disabled_of(loaded.id())?;
        self.stand(team, Standing::new(loaded, disabled))
    }

    fn stand(&self, team: Option<&str>, standing: Standing) -> Result<()> {
        let permitted = self.permitted(standing.evaluator.clone())?;
        self.bench.write().seat(team, permitted);
        *self.life()?.line(team)?.standing.write() = Some(standing);
        Ok(())
    }

    /// Looks at the folder of `team` again. A set that is wrong leaves the active one in place; the
    /// status says why.
    pub fn reload_rules(&self, team: Option<&str>, now: Instant) -> Result<Reload> {
        let life = self.life()?;
        let line = life.line(team)?;
        let (origin, offered) = life.offer(team);
        if origin != RulesOrigin::Folder {
            return Ok(Reload::Unchanged);
        }
        let loaded = match offered.and_then(|files| life.load_for(team, files, true)) {
            Ok(loaded) => loaded,
            Err(AppError::Rules(errors)) => {
                line.refuse("folder", errors, now);
                return Ok(Reload::Refused);
            }
            Err(error) => return Err(error),
        };
        *line.refused.write() = None;
        if self.life_row(team)?.folder.as_ref() == Some(loaded.id()) {
            return Ok(Reload::Unchanged);
        }
        let rules = loaded.id().clone();
        self.take_up(team, &loaded, RulesOrigin::Folder, true, now)?;
        self.queue_reassessment()?;
        self.settle_facts(now)?;
        let waits = self.version_row(&rules)?.is_some_and(|row| row.proposal.is_some());
        Ok(if waits { Reload::Proposed(rules) } else { Reload::Activated(rules) })
    }

    /// Lines up every case that another set than that of its team assessed last, the latest first.
    pub(crate) fn queue_reassessment(&self) -> Result<()> {
        let bench = self.bench();
        let assessed = self.life_row(None)?.assessed;
        if assessed == self.assessed_by() {
            self.line_up(Vec::new());
            return Ok(());
        }
        // Views of earlier versions do not say by which hours.
        if assessed
            .split_once('\n')
            .is_some_and(|(_, hours)| hours != self.settings.hours().print())
        {
            self.line_up(self.all_by_last_finding()?);
            return Ok(());
        }
        let teams = self.board()?.read();
        let team = |case| teams.place(case).map(|place| teams.team(place));
        let mut places: BTreeMap<CaseId, Instant> = BTreeMap::new();
        let snapshot = self.ports.views.snapshot()?;
        read_all::<AssessmentRow>(&*snapshot, ASSESSMENT, &[], |key, row| {
            let Ok(bytes) = <[u8; 8]>::try_from(key) else { return true };
            let case = CaseId::from_number(u64::from_be_bytes(bytes));
            let team = if bench.is_alone() { None } else { team(case) };
            if row.assessment.rules != *bench.of(team).rules() {
                let last = row.assessment.findings.last().map_or(Instant::EPOCH, |f| f.at);
                places.insert(case, last);
            }
            true
        })?;
        let mut cases: Vec<(Instant, CaseId)> =
            places.into_iter().map(|(case, at)| (at, case)).collect();
        cases.sort_unstable();
        drop(teams);
        self.line_up(cases.into_iter().map(|(_, case)| case).collect());
        Ok(())
    }

    /// What every case is to be assessed by: the sets of rules, and the working hours.
    fn assessed_by(&self) -> String {
        format!("{}\n{}", self.bench().print(), self.settings.hours().print())
    }

    /// Writes down that every case is assessed by the set of its team, and by the hours in force.
    pub(crate) fn note_reassessed(&self) -> Result<()> {
        if self.rule_life.is_none() {
            return Ok(());
        }
        let mut row = self.life_row(None)?;
        let effective = self.assessed_by();
        if row.assessed == effective {
            return Ok(());
        }
        row.assessed = effective;
        let change = Change::Put { table: LIFE, key: STATE.to_vec(), value: encode(LIFE, &row)? };
        let applied = self.ports.views.applied()?;
        Ok(self.ports.views.apply(&[change], applied)?)
    }

    /// Takes scripts that ran away again and again out of the active sets, for people to see why.
    pub(crate) fn disable_runaways(&self, now: Instant) -> Result<()> {
        let Some(life) = &self.rule_life else { return Ok(()) };
        for team in life.owners() {
            self.disable_runaways_of(team, now)?;
        }
        Ok(())
    }

    fn disable_runaways_of(&self, team: Option<&str>, now: Instant) -> Result<()> {
        let Some(standing) = self.life()?.line(team)?.standing.read().clone() else {
            return Ok(());
        };
        let mut disabled = standing.disabled.clone();
        for error in self.bench().of(team).runaways() {
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
        self.stand(team, Standing::new(standing.loaded, disabled))?;
        self.queue_reassessment()
    }

    /// Lets a disabled script of the active set of `team` run again.
    pub fn enable_rule(
        &self,
        team: Option<&str>,
        file: &str,
        actor: Actor,
        now: Instant,
    ) -> Result<()> {
        let standing = self.standing(team)?;
        if !standing.disabled.contains(file) {
            return Err(crate::watchkeeper::not_found(format!("disabled script {file}")));
        }
        let rules = standing.loaded.id().clone();
        self.append(actor, Fact::RuleEnabled { rules, file: file.to_owned() }, now)?;
        self.settle_facts(now)?;
        self.stand_on(team, standing.loaded)?;
        self.queue_reassessment()
    }
}

impl RuleLife {
    /// The set that is offered from outside, with where it is from: the folder's, else the
    /// program's.
    fn offer(&self, team: Option<&str>) -> (RulesOrigin, Result<RuleFiles>) {
        let read = |read: &super::ReadFolder| read().map_err(|error| AppError::Rules(vec![error]));
        let of_team = team.and_then(|team| self.sources.teams.get(team));
        match (of_team, &self.sources.folder) {
            (Some(own), _) => (own.origin, read(&own.read)),
            (None, Some(folder)) => (RulesOrigin::Folder, read(folder)),
            (None, None) => (RulesOrigin::BuiltIn, Ok(self.sources.loader.built_in())),
        }
    }

    /// Loads files for `team`, whose folder gives a set without a name its name.
    fn load_for(
        &self,
        team: Option<&str>,
        files: RuleFiles,
        tests: bool,
    ) -> Result<Arc<dyn LoadedRules>> {
        let of_team = team.and_then(|team| self.sources.teams.get(team));
        let name = of_team.map_or(&self.sources.name, |own| &own.name);
        self.sources.loader.load(name, files, tests).map_err(AppError::Rules)
    }
}
