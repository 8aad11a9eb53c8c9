//! Asks a rule set, for the fold.

use std::{collections::BTreeSet, sync::Arc};

use engine::{
    Basis, CaseFile, Described, Evaluator, Event, FieldFound, FieldSpec, Level, Outcome, RuleError,
    Step, Verdict,
    alerts::{Change, PolicyOutcome},
};
use model::{RuleSetId, SignalId};
use reading::promises::Statements;

use crate::{
    api::{
        acts::Acting,
        looking,
        message::Message,
        promise::Promise,
        record::{Record, note},
        verdict,
    },
    error::at,
    policy,
    readings::{Part, Readings},
    runaway::{self, Runaways},
    scene::Scene,
    set::{RuleSet, Signal},
};

/// A rule set at work. Cheap to share; what it read of messages is kept for the next step.
#[derive(Debug)]
pub struct RhaiEvaluator {
    set: Arc<RuleSet>,
    readings: Arc<Readings>,
    id: RuleSetId,
    /// Files of scripts that are not asked.
    disabled: BTreeSet<String>,
    runaways: Runaways,
}

impl RhaiEvaluator {
    /// An evaluator for `set`.
    pub fn new(set: Arc<RuleSet>) -> Self {
        Self::without(set, &BTreeSet::new())
    }

    /// An evaluator for `set` that leaves out the scripts of the files in `disabled`; its identity
    /// names them, because it decides otherwise than the whole set.
    pub fn without(set: Arc<RuleSet>, disabled: &BTreeSet<String>) -> Self {
        let readings = Arc::new(Readings::new(Arc::clone(&set.lists)));
        let id = runaway::reduced_id(set.id(), disabled);
        let disabled = disabled.clone();
        Self { set, readings, id, disabled, runaways: Runaways::default() }
    }

    /// Its rule set.
    pub fn set(&self) -> &Arc<RuleSet> {
        &self.set
    }

    /// Forgets what it read of a message.
    #[cfg(test)]
    fn forget(&self, message: model::MessageKey) {
        self.readings.forget(message);
    }

    fn scene(&self, step: &Step<'_>) -> Arc<Scene> {
        Arc::new(Scene::of(step, &self.set.levels, &self.readings))
    }

    /// Runs one signal's handler for what happened, if it has one.
    fn run(&self, signal: &Signal, scene: &Arc<Scene>, outcome: &mut Outcome) {
        let file = &signal.script.file;
        if self.disabled.contains(file) || self.runaways.stopped(file) {
            return;
        }
        let [message, noted, timer, level, promise] = signal.handles;
        let acting = Acting::new(signal.id.clone(), signal.weight, scene.explain);
        let record = Record(Arc::clone(scene));
        let engine = &self.set.engine;
        let script = &signal.script;
        let result = match &scene.event {
            Event::Message(position) if message && *position < scene.messages => {
                if !scene.explain && script.guard.returns(scene, *position) {
                    return;
                }
                let msg = Message::new(scene, *position);
                script.attempt(engine, "on_message", Some(&acting), (record, msg))
            }
            Event::Note(position) if noted && *position < scene.notes => {
                let note = note(&scene.case.notes[*position]);
                script.attempt(engine, "on_note", Some(&acting), (record, note))
            }
            Event::Timer { name, .. } if timer => {
                script.attempt(engine, "on_timer", Some(&acting), (record, name.clone()))
            }
            Event::Promise(position) if promise && *position < scene.promises.len() => {
                let subject = Promise::new(scene, *position);
                script.attempt(engine, "on_promise", Some(&acting), (record, subject))
            }
            Event::LevelChanged if level => {
                script.attempt(engine, "on_level", Some(&acting), (record,))
            }
            _ => return,
        };
        outcome.nearly.append(&mut acting.near_misses());
        match result {
            Ok(_) => outcome.acts.append(&mut acting.take()),
            Err(broke) => outcome.errors.push(self.runaways.note(file, broke)),
        }
    }
}

impl Evaluator for RhaiEvaluator {
    fn rules(&self) -> &RuleSetId {
        &self.id
    }

    fn levels(&self) -> &[Level] {
        self.set.levels()
    }

    fn step(&self, step: &Step<'_>) -> Outcome {
        let scene = self.scene(step);
        let mut outcome = Outcome::default();
        match step.event {
            Event::Timer { signal, .. } => {
                if let Some(signal) = self.set.signal(signal) {
                    self.run(signal, &scene, &mut outcome);
                }
            }
            _ => {
                for signal in self.set.signals() {
                    self.run(signal, &scene, &mut outcome);
                }
            }
        }
        outcome
    }

    fn describe(&self, signal: &SignalId) -> Option<Described> {
        let signal = self.set.signal(signal)?;
        Some(Described {
            title: signal.title.clone(),
            help: signal.help.clone(),
            reminder: signal.reminder,
        })
    }

    fn policies(&self, change: &Change) -> PolicyOutcome {
        policy::run(&self.set, change, &self.disabled, &self.runaways)
    }

    fn describe_policy(&self, policy: &str) -> Option<Described> {
        let policy = self.set.policy(policy)?;
        Some(Described { title: policy.title.clone(), help: policy.help.clone(), reminder: false })
    }

    fn fields(&self) -> &[FieldSpec] {
        self.set.fields()
    }

    fn read_fields(&self, case: &Arc<CaseFile>, position: usize) -> Vec<FieldFound> {
        if position >= case.messages.len() {
            return Vec::new();
        }
        let fields = self.set.fields.iter();
        fields.flat_map(|field| field.read(case, position, &self.readings)).collect()
    }

    fn statements(&self, case: &CaseFile, position: usize) -> Arc<Statements> {
        let Some(message) = case.messages.get(position) else { return Arc::default() };
        let reading = self.readings.of(message, &case.calendar);
        let read = reading.part(self.readings.lists(), &case.calendar, message, Part::New);
        Arc::clone(&read.statements)
    }

    fn runaways(&self) -> Vec<RuleError> {
        self.runaways.all()
    }

    fn severity(&self, step: &Step<'_>) -> Result<Verdict, RuleError> {
        self.severity_by(step).map(|(verdict, _)| verdict)
    }

    fn severity_by(&self, step: &Step<'_>) -> Result<(Verdict, Basis), RuleError> {
        let script = &self.set.severity;
        if let Some(error) = self.runaways.stopping(&script.file) {
            return Err(error);
        }
        let record = Record(self.scene(step));
        let call = || script.attempt(&self.set.engine, "severity", None, (record,));
        let (returned, looked) = looking(call);
        let returned = returned.map_err(|broke| self.runaways.note(&script.file, broke))?;
        let verdict = verdict::verdict(&returned, self.set.levels())
            .map_err(|message| at(&script.file, None, message))?;
        Ok((verdict, if looked { Basis::Anything } else { Basis::Signals }))
    }
}

#[cfg(test)]
mod speed;
#[cfg(test)]
mod tests;
