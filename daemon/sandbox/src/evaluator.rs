//! Plugins beside the scripts of a rule set.

use std::sync::Arc;

use engine::{
    Act, Basis, CaseFile, Described, Evaluator, Event, FieldFound, FieldSpec, Level, Outcome,
    RuleError, Statements, Step, Verdict,
    alerts::{Change, PolicyOutcome},
    plugin::{FieldValue, Hook, Permit, Permits, PluginReport, Reading, Standing},
};
use model::{Digest, LevelName, PluginName, RuleSetId, SignalId};

use crate::{
    failure::PluginFailure,
    folder::Folder,
    health::Health,
    host::Host,
    plugin::{Plugin, Ran},
};

/// A rule set with its plugins: the scripts decide first, then the plugins that are permitted, by
/// name. The name of the set tells which plugins are at work, since they decide too.
pub struct PluginEvaluator {
    scripts: Arc<dyn Evaluator>,
    seats: Vec<Seat>,
    id: RuleSetId,
}

/// What a call of a plugin's signals gave.
pub(crate) type Called = Result<Ran<Vec<Act>>, RuleError>;

#[derive(Clone)]
struct Seat {
    plugin: Arc<Plugin>,
    standing: Standing,
    health: Arc<Health>,
}

impl std::fmt::Debug for PluginEvaluator {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PluginEvaluator").field("id", &self.id).finish_non_exhaustive()
    }
}

impl PluginEvaluator {
    /// `scripts` with these plugins, none of which is permitted yet.
    pub fn new(scripts: Arc<dyn Evaluator>, host: &Host, folders: Vec<Folder>) -> Self {
        let seat = |folder| Seat {
            plugin: Arc::new(Plugin::new(host, folder)),
            standing: Standing::Waiting,
            health: Arc::default(),
        };
        let id = scripts.rules().clone();
        Self { scripts, seats: folders.into_iter().map(seat).collect(), id }
    }

    /// The same with `permits` in force.
    pub fn with_permits(&self, permits: &Permits) -> Self {
        let seats: Vec<Seat> = self
            .seats
            .iter()
            .map(|seat| seat.permitted(permits.get(&seat.plugin.manifest().name)))
            .collect();
        let id = named(self.scripts.rules(), &seats);
        Self { scripts: Arc::clone(&self.scripts), seats, id }
    }

    /// The same with everything that its plugins ask for, as a test of the set needs it.
    pub fn with_all_permitted(&self) -> Self {
        let permit = |seat: &Seat| {
            let manifest = seat.plugin.manifest();
            let capabilities = manifest.capabilities.clone();
            let permit = Permit { hash: seat.plugin.hash(), capabilities, disabled: None };
            (manifest.name.clone(), permit)
        };
        self.with_permits(&self.seats.iter().map(permit).collect())
    }

    /// What the plugins alone do at a step.
    pub fn step_of_plugins(&self, step: &Step<'_>) -> Outcome {
        let mut outcome = Outcome::default();
        for seat in self.signalling(step) {
            match seat.call(|plugin| plugin.signals(step)) {
                Ok(mut ran) => outcome.acts.append(&mut ran.value),
                Err(error) => outcome.errors.push(error),
            }
        }
        outcome
    }

    /// A step of all, with what the call of the plugin `watched` gave, if it was called.
    pub(crate) fn watched_step(
        &self,
        step: &Step<'_>,
        watched: &PluginName,
    ) -> (Outcome, Option<Called>) {
        let mut outcome = self.scripts.step(step);
        let mut seen = None;
        for seat in self.signalling(step) {
            let called = seat.call(|plugin| plugin.signals(step));
            if seat.plugin.manifest().name == *watched {
                seen = Some(called.clone());
            }
            match called {
                Ok(mut ran) => outcome.acts.append(&mut ran.value),
                Err(error) => outcome.errors.push(error),
            }
        }
        (outcome, seen)
    }

    /// The plugins at work that hear of what happened.
    fn signalling(&self, step: &Step<'_>) -> impl Iterator<Item = &Seat> {
        self.at_work(Hook::Signal).filter(|seat| seat.plugin.hears(step.event))
    }

    /// How the plugin of that name stands.
    pub(crate) fn standing(&self, name: &PluginName) -> Option<&Standing> {
        let seat = self.seats.iter().find(|seat| seat.plugin.manifest().name == *name);
        seat.map(|seat| &seat.standing)
    }

    /// The values of fields that plugins read out of a message as it arrives.
    fn values_of(&self, case: &Arc<CaseFile>, position: usize) -> Vec<FieldValue> {
        let (findings, muted, promises) = (Arc::default(), Arc::default(), Arc::default());
        let reading = self.read_by_plugins(&Step {
            case,
            messages: position + 1,
            notes: 0,
            at: case.messages[position].at,
            event: &Event::Message(position),
            findings: &findings,
            level: &LevelName::none(),
            levels: self.levels(),
            reply_due: None,
            muted: &muted,
            promises: &promises,
            explain: false,
        });
        for error in &reading.errors {
            log::warn!(case:% = case.id, error:%; "a plugin failed");
        }
        reading.values
    }

    fn at_work(&self, hook: Hook) -> impl Iterator<Item = &Seat> {
        self.seats.iter().filter(move |seat| {
            seat.standing == Standing::AtWork && seat.plugin.manifest().hooks().contains(&hook)
        })
    }
}

impl Seat {
    fn permitted(&self, permit: Option<&Permit>) -> Self {
        let plugin = Arc::clone(&self.plugin);
        let mut standing = Standing::of(plugin.manifest(), &plugin.hash(), permit);
        if standing == Standing::AtWork
            && let Err(failure) = plugin.prepare()
        {
            standing = Standing::Unusable { reason: failure.to_string() };
        }
        // One that is let in again begins anew.
        let stays = self.standing == standing;
        let health = if stays { Arc::clone(&self.health) } else { Arc::default() };
        Self { plugin, standing, health }
    }

    /// One call, unless there were too many bad ones before.
    fn call<T>(
        &self,
        call: impl FnOnce(&Plugin) -> Result<Ran<T>, PluginFailure>,
    ) -> Result<Ran<T>, RuleError> {
        let name = &self.plugin.manifest().name;
        let failed = |failure: PluginFailure| RuleError {
            file: format!("plugins/{name}/{name}.wasm"),
            position: None,
            message: failure.to_string(),
        };
        if let Some(reason) = self.health.tripped() {
            return Err(failed(PluginFailure::Tripped(reason)));
        }
        let outcome = call(&self.plugin);
        self.health.note(outcome.as_ref().map(|ran| ran.fuel));
        let ran = outcome.map_err(failed)?;
        for line in &ran.lines {
            log::info!(plugin:% = name, line:%; "a plugin says");
        }
        Ok(ran)
    }

    fn report(&self) -> PluginReport {
        let record = self.health.record();
        PluginReport {
            manifest: self.plugin.manifest().clone(),
            hash: self.plugin.hash(),
            size: self.plugin.size(),
            standing: self.standing.clone(),
            calls: record.calls,
            failures: record.failures,
            last_failure: record.last,
            most_fuel: record.most_fuel,
            tripped: record.tripped,
        }
    }
}

/// The name of a set with what else decides: `default@3fa29c01b7de+77b2c9`.
fn named(scripts: &RuleSetId, seats: &[Seat]) -> RuleSetId {
    let working = seats.iter().filter(|seat| seat.standing == Standing::AtWork);
    let names: Vec<u8> = working
        .flat_map(|seat| {
            let name = seat.plugin.manifest().name.as_str().as_bytes();
            [name, &[0], &seat.plugin.hash().0].concat()
        })
        .collect();
    if names.is_empty() {
        return scripts.clone();
    }
    let hash = Digest::of(&names).to_string();
    RuleSetId::new(&format!("{scripts}+{}", &hash[..6]))
}

impl Evaluator for PluginEvaluator {
    fn rules(&self) -> &RuleSetId {
        &self.id
    }

    fn levels(&self) -> &[Level] {
        self.scripts.levels()
    }

    fn step(&self, step: &Step<'_>) -> Outcome {
        let mut outcome = self.scripts.step(step);
        let Outcome { mut acts, mut errors, .. } = self.step_of_plugins(step);
        outcome.acts.append(&mut acts);
        outcome.errors.append(&mut errors);
        outcome
    }

    fn describe(&self, signal: &SignalId) -> Option<Described> {
        let found = self.seats.iter().find_map(|seat| seat.plugin.manifest().signal(signal));
        match found {
            Some(spec) => Some(Described {
                title: spec.title.clone(),
                help: spec.help.clone(),
                reminder: false,
            }),
            None => self.scripts.describe(signal),
        }
    }

    fn plugins(&self) -> Vec<PluginReport> {
        self.seats.iter().map(Seat::report).collect()
    }

    fn permitting(&self, permits: &Permits) -> Option<Arc<dyn Evaluator>> {
        Some(Arc::new(self.with_permits(permits)))
    }

    fn read_by_plugins(&self, step: &Step<'_>) -> Reading {
        let mut reading = Reading::default();
        let Event::Message(message) = *step.event else { return reading };
        for seat in self.at_work(Hook::Field) {
            match seat.call(|plugin| plugin.fields(step, message)) {
                Ok(mut ran) => reading.values.append(&mut ran.value),
                Err(error) => reading.errors.push(error),
            }
        }
        for seat in self.at_work(Hook::Enrich) {
            match seat.call(|plugin| plugin.details(step, message)) {
                Ok(mut ran) => reading.details.append(&mut ran.value),
                Err(error) => reading.errors.push(error),
            }
        }
        reading
    }

    fn fields(&self) -> &[FieldSpec] {
        self.scripts.fields()
    }

    fn read_fields(&self, case: &Arc<CaseFile>, position: usize) -> Vec<FieldFound> {
        let mut found = self.scripts.read_fields(case, position);
        let named: Vec<(&FieldSpec, &(PluginName, String))> =
            self.fields().iter().filter_map(|spec| Some((spec, spec.plugin.as_ref()?))).collect();
        if named.is_empty() || position >= case.messages.len() {
            return found;
        }
        for value in self.values_of(case, position) {
            let is_meant = |(_, (plugin, field)): &&(&FieldSpec, &(PluginName, String))| {
                *plugin == value.plugin && *field == value.field
            };
            if let Some((spec, _)) = named.iter().find(is_meant) {
                let (field, span) = (spec.name.clone(), value.span);
                found.push(FieldFound { field, value: value.value, span });
            }
        }
        found
    }

    fn policies(&self, change: &Change) -> PolicyOutcome {
        self.scripts.policies(change)
    }

    fn describe_policy(&self, policy: &str) -> Option<Described> {
        self.scripts.describe_policy(policy)
    }

    fn statements(&self, case: &CaseFile, position: usize) -> Arc<Statements> {
        self.scripts.statements(case, position)
    }

    fn runaways(&self) -> Vec<RuleError> {
        self.scripts.runaways()
    }

    fn severity(&self, step: &Step<'_>) -> Result<Verdict, RuleError> {
        self.scripts.severity(step)
    }

    fn severity_by(&self, step: &Step<'_>) -> Result<(Verdict, Basis), RuleError> {
        self.scripts.severity_by(step)
    }
}
