use std::{collections::BTreeSet, sync::Arc};

use engine::{
    Calendar, Evaluator, Level, Outcome, RuleError, Sides, SidesConfig, Step, Verdict,
    plugin::{Manifest, Permits, PluginReport, Standing},
};
use jiff::tz::TimeZone;
use model::{Actor, Capability, Digest, Fact, Instant, LevelName, RuleSetId, Seq};
use store::memory::{MemoryEvidence, MemoryJournal, MemoryViews, search::MemorySearch};

use crate::{AppError, Ports, Settings, Watchkeeper};

const NOW: i64 = 1_770_000_000;

/// A rule set with one plugin, which asks for texts.
#[derive(Clone)]
struct Rules {
    id: RuleSetId,
    hash: Digest,
    standing: Standing,
    tripped: Option<String>,
}

fn rules() -> Rules {
    let (hash, standing) = (Digest([7; 32]), Standing::Waiting);
    Rules { id: RuleSetId::new("set@1"), hash, standing, tripped: None }
}

fn manifest() -> Manifest {
    serde_json::from_value(serde_json::json!({
        "name": "tone", "version": "1", "title": "Tone", "help": "h", "capabilities": ["text"],
        "signal": [{"id": "tone", "title": "t", "help": "h", "weight": 5}],
    }))
    .unwrap()
}

impl Evaluator for Rules {
    fn rules(&self) -> &RuleSetId {
        &self.id
    }

    fn levels(&self) -> &[Level] {
        &[]
    }

    fn step(&self, _: &Step<'_>) -> Outcome {
        Outcome::default()
    }

    fn plugins(&self) -> Vec<PluginReport> {
        vec![PluginReport {
            manifest: manifest(),
            hash: self.hash,
            size: 1,
            standing: self.standing.clone(),
            calls: 0,
            failures: 0,
            last_failure: None,
            most_fuel: 0,
            tripped: self.tripped.clone(),
        }]
    }

    fn permitting(&self, permits: &Permits) -> Option<Arc<dyn Evaluator>> {
        let manifest = manifest();
        let standing = Standing::of(&manifest, &self.hash, permits.get(&manifest.name));
        let works = standing == Standing::AtWork;
        let id = RuleSetId::new(if works { "set@1+77" } else { "set@1" });
        Some(Arc::new(Self { id, standing, ..self.clone() }))
    }

    fn severity(&self, _: &Step<'_>) -> Result<Verdict, RuleError> {
        Ok(Verdict { level: LevelName::none(), reasons: Vec::new() })
    }
}

fn ports() -> Ports {
    Ports {
        journal: Arc::new(MemoryJournal::default()),
        evidence: Arc::new(MemoryEvidence::default()),
        views: Arc::new(MemoryViews::default()),
        search: Arc::new(MemorySearch::new()),
    }
}

fn open(ports: &Ports, rules: Rules) -> Watchkeeper {
    let settings = Settings::new(
        Sides::new(&SidesConfig::default()),
        Calendar::office_hours(TimeZone::UTC),
        std::collections::BTreeMap::new(),
        mail::Limits::default(),
        1 << 20,
    );
    let app = Watchkeeper::new(ports.clone(), Arc::new(settings), Arc::new(rules));
    app.catch_up(now(), &mut |_, _| ()).unwrap();
    app
}

fn now() -> Instant {
    Instant::from_seconds(NOW)
}

fn grant(app: &Watchkeeper, hash: u8, capabilities: &[Capability]) -> Result<Standing, AppError> {
    let capabilities: BTreeSet<_> = capabilities.iter().copied().collect();
    let name = "tone".parse().unwrap();
    let granted =
        app.grant_plugin(&name, Digest([hash; 32]), &capabilities, Actor::CommandLine, now());
    granted.map(|report| report.standing)
}

fn standing(app: &Watchkeeper) -> Standing {
    app.plugins().remove(0).standing
}

/// The rule sets that were activated, in order.
fn activated(app: &Watchkeeper) -> Vec<String> {
    let facts = app.facts(Seq(1), 1000).unwrap();
    let rules = facts.into_iter().filter_map(|entry| match entry.fact {
        Fact::RulesActivated { rules, .. } => Some(rules.to_string()),
        _ => None,
    });
    rules.collect()
}

#[test]
fn a_grant_outlives_a_restart_and_a_rebuild() {
    let ports = ports();
    let app = open(&ports, rules());
    assert_eq!(standing(&app), Standing::Waiting);
    assert_eq!(grant(&app, 7, &[Capability::Text]).unwrap(), Standing::AtWork);
    assert_eq!(activated(&app), ["set@1", "set@1+77"], "what decides is on record");
    drop(app);
    let app = open(&ports, rules());
    assert_eq!(standing(&app), Standing::AtWork);
    app.rebuild(now(), &mut |_, _| ()).unwrap();
    app.permit_plugins().unwrap();
    assert_eq!(standing(&app), Standing::AtWork);
    assert_eq!(activated(&app), ["set@1", "set@1+77"], "nothing new was decided");
}

#[test]
fn other_bytes_after_the_grant_wait_for_an_administrator() {
    let ports = ports();
    grant(&open(&ports, rules()), 7, &[Capability::Text]).unwrap();
    let app = open(&ports, Rules { hash: Digest([8; 32]), ..rules() });
    assert_eq!(standing(&app), Standing::Changed { granted: Digest([7; 32]) });
}

#[test]
fn nothing_is_granted_unseen() {
    let app = open(&ports(), rules());
    assert!(matches!(grant(&app, 9, &[Capability::Text]), Err(AppError::Conflict { .. })));
    assert!(matches!(grant(&app, 7, &[]), Err(AppError::Invalid { .. })));
    let more = [Capability::Text, Capability::People];
    assert!(matches!(grant(&app, 7, &more), Err(AppError::Invalid { .. })));
    assert_eq!(standing(&app), Standing::Waiting);
}

#[test]
fn what_was_revoked_or_switched_off_does_not_run() {
    let ports = ports();
    let app = open(&ports, rules());
    let name = "tone".parse().unwrap();
    assert!(app.enable_plugin(&name, Actor::CommandLine, now()).is_err(), "never granted");
    grant(&app, 7, &[Capability::Text]).unwrap();
    let reason = "too loud".to_owned();
    app.disable_plugin(&name, reason.clone(), Actor::CommandLine, now()).unwrap();
    assert_eq!(standing(&open(&ports, rules())), Standing::Disabled { reason });
    app.enable_plugin(&name, Actor::CommandLine, now()).unwrap();
    assert_eq!(standing(&app), Standing::AtWork);
    app.revoke_plugin(&name, Actor::CommandLine, now()).unwrap();
    assert_eq!(standing(&app), Standing::Waiting);
}

#[test]
fn a_plugin_that_keeps_failing_is_switched_off_on_record() {
    let ports = ports();
    let why = "it failed in 5 of 5 calls".to_owned();
    let app = open(&ports, Rules { tripped: Some(why.clone()), ..rules() });
    grant(&app, 7, &[Capability::Text]).unwrap();
    app.tick(now()).unwrap();
    assert_eq!(standing(&app), Standing::Disabled { reason: why });
    let facts = app.facts(Seq(1), 1000).unwrap();
    let disabled = facts.iter().filter(|e| matches!(e.fact, Fact::PluginDisabled { .. })).count();
    assert_eq!(disabled, 1);
    app.tick(now()).unwrap();
    assert_eq!(app.facts(Seq(1), 1000).unwrap().len(), facts.len(), "once is enough");
}
