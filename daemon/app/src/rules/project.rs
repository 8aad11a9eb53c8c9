//! Facts about rule sets, applied to the views.

use model::{Actor, Entry, Fact, fact::RulesOrigin};

use super::{
    rows::{
        ActivationRow, LIFE, LifeRow, MISSED, MissedRow, ProposalRow, SHADOW, ShadowedRow, VERSION,
        VersionRow,
    },
    shadow::ShadowRow,
};
use crate::{Result, batch::Batch, project::Projection};

/// The most activations that are remembered.
const ACTIVATIONS: usize = 200;
/// The key of the [`LifeRow`] of the set that judges all cases whose team has none.
pub(crate) const STATE: &[u8] = b"state";

/// The key of the [`LifeRow`] of a team, or of all others.
pub(crate) fn life_key(team: Option<&str>) -> Vec<u8> {
    match team {
        None => STATE.to_vec(),
        Some(team) => format!("team:{team}").into_bytes(),
    }
}

/// An actor as lists show them.
pub(crate) fn actor_name(actor: &Actor) -> String {
    match actor {
        Actor::User(name) => name.to_string(),
        Actor::CommandLine => "command line".to_owned(),
        Actor::System => "the program".to_owned(),
        Actor::Source(id) => id.to_string(),
        Actor::Rules(id) => id.to_string(),
    }
}

impl Projection<'_> {
    /// Applies a fact about rule sets.
    pub(crate) fn rule_life(&mut self, batch: &mut Batch, entry: &Entry) -> Result<()> {
        let by = actor_name(&entry.actor);
        match &entry.fact {
            Fact::RulesSaved { rules, manifest, note, origin, team } => {
                let known: Option<VersionRow> = batch.rows.get(VERSION, key(rules))?;
                if known.is_none() {
                    let row = VersionRow {
                        manifest: *manifest,
                        author: by,
                        at: entry.at,
                        note: note.clone(),
                        origin: *origin,
                        seq: entry.seq,
                        proposal: None,
                        disabled: Vec::new(),
                    };
                    batch.rows.put(VERSION, key(rules), &row)?;
                }
                life(batch, team.as_deref(), |life| match origin {
                    RulesOrigin::Folder => life.folder = Some(rules.clone()),
                    RulesOrigin::BuiltIn => life.built_in = Some(rules.clone()),
                    RulesOrigin::Draft | RulesOrigin::Pack => {}
                })
            }
            Fact::RulesActivated { rules, note, team, .. } => {
                if team.is_none() {
                    self.state.rules = rules.to_string();
                }
                let mut proposal = None;
                version(batch, rules, |row| proposal = row.proposal.take())?;
                let note = match &proposal {
                    Some(proposal) if note.is_empty() => proposal.note.clone(),
                    _ => note.clone(),
                };
                life(batch, team.as_deref(), |life| {
                    life.activations.push(ActivationRow {
                        seq: entry.seq,
                        rules: rules.clone(),
                        at: entry.at,
                        by,
                        proposed_by: proposal.map(|proposal| proposal.by),
                        note,
                    });
                    let more = life.activations.len().saturating_sub(ACTIVATIONS);
                    life.activations.drain(..more);
                })
            }
            Fact::RulesProposed { rules, note, team } => version(batch, rules, |row| {
                let (seq, at, note, team) = (entry.seq, entry.at, note.clone(), team.clone());
                row.proposal = Some(ProposalRow { seq, by, at, note, team });
            }),
            Fact::RulesDeclined { proposal, .. } => {
                let Some((rules, mut row)) = proposed(batch, *proposal)? else { return Ok(()) };
                row.proposal = None;
                batch.rows.put(VERSION, rules.as_bytes(), &row)
            }
            Fact::RuleDisabled { rules, file, reason } => version(batch, rules, |row| {
                row.disabled.retain(|(known, ..)| known != file);
                row.disabled.push((file.clone(), reason.clone(), entry.at));
            }),
            Fact::RuleEnabled { rules, file } => {
                version(batch, rules, |row| row.disabled.retain(|(known, ..)| known != file))
            }
            Fact::ShadowStarted { rules, until, note, team } => {
                forget_shadow(batch, team.as_deref())?;
                life(batch, team.as_deref(), |life| {
                    let (since, until, note) = (entry.at, *until, note.clone());
                    life.shadow =
                        Some(ShadowedRow { rules: rules.clone(), since, until, by, note });
                })
            }
            Fact::ShadowStopped { team, .. } => {
                forget_shadow(batch, team.as_deref())?;
                life(batch, team.as_deref(), |life| life.shadow = None)
            }
            Fact::EscalationMissed { case, since, signal, level, message, note } => {
                let row = MissedRow {
                    case: *case,
                    since: *since,
                    signal: signal.clone(),
                    level: level.clone(),
                    message: *message,
                    note: note.clone(),
                    by,
                    at: entry.at,
                };
                batch.rows.put(MISSED, &entry.seq.0.to_be_bytes(), &row)
            }
            Fact::EscalationMissedWithdrawn { label } => {
                batch.rows.delete(MISSED, &label.0.to_be_bytes());
                Ok(())
            }
            _ => Ok(()),
        }
    }
}

fn key(rules: &model::RuleSetId) -> &[u8] {
    rules.as_str().as_bytes()
}

fn life(batch: &mut Batch, team: Option<&str>, change: impl FnOnce(&mut LifeRow)) -> Result<()> {
    let key = life_key(team);
    let mut row: LifeRow = batch.rows.get(LIFE, &key)?.unwrap_or_default();
    change(&mut row);
    batch.rows.put(LIFE, &key, &row)
}

fn version(
    batch: &mut Batch,
    rules: &model::RuleSetId,
    change: impl FnOnce(&mut VersionRow),
) -> Result<()> {
    let Some(mut row) = batch.rows.get::<VersionRow>(VERSION, key(rules))? else { return Ok(()) };
    change(&mut row);
    batch.rows.put(VERSION, key(rules), &row)
}

/// Forgets what the shadow of a team has shown.
fn forget_shadow(batch: &mut Batch, team: Option<&str>) -> Result<()> {
    let mut keys: Vec<Vec<u8>> = Vec::new();
    batch.rows.scan_keys(SHADOW, &[], &[0xff; 9], &mut |key| keys.push(key.to_vec()))?;
    for key in keys {
        let row: Option<ShadowRow> = batch.rows.get(SHADOW, &key)?;
        if row.is_some_and(|row| row.team.as_deref() == team) {
            batch.rows.delete(SHADOW, &key);
        }
    }
    Ok(())
}

/// The version whose proposal is this fact.
fn proposed(batch: &Batch, proposal: model::Seq) -> Result<Option<(String, VersionRow)>> {
    let mut keys: Vec<Vec<u8>> = Vec::new();
    batch.rows.scan_keys(VERSION, &[], &[0xff], &mut |key| keys.push(key.to_vec()))?;
    for key in keys {
        let Some(row) = batch.rows.get::<VersionRow>(VERSION, &key)? else { continue };
        if row.proposal.as_ref().is_some_and(|known| known.seq == proposal) {
            return Ok(Some((String::from_utf8_lossy(&key).into_owned(), row)));
        }
    }
    Ok(None)
}
