//! Versions of rule sets: kept, proposed, approved, activated, rolled back.

use std::{collections::BTreeMap, sync::Arc};

use engine::{LoadedRules, RuleFiles};
use model::{Actor, EvidenceId, Fact, Instant, RuleSetId, Seq, fact::RulesOrigin};

use super::{
    project::actor_name,
    rows::{ActivationRow, ProposalRow, VERSION, VersionRow},
};
use crate::{
    AppError, Result,
    acts::invalid,
    overlay::read_all,
    watchkeeper::{Watchkeeper, not_found},
};

/// The most characters of a note.
const NOTE_CHARS: usize = 4000;

/// A version, for lists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VersionRecord {
    /// Its name.
    pub rules: RuleSetId,
    /// Who kept it.
    pub author: String,
    /// When.
    pub at: Instant,
    /// What is new.
    pub note: String,
    /// Where it came from.
    pub origin: RulesOrigin,
    /// Who wants it to become active, if somebody does.
    pub proposal: Option<ProposalRow>,
    /// When it became active, oldest first.
    pub activations: Vec<ActivationRow>,
    /// Whether it is the active one of the team that was asked about.
    pub active: bool,
    seq: Seq,
}

/// What came of asking for an activation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Activation {
    /// It is active.
    Active(RuleSetId),
    /// It waits for a second person.
    Proposed(RuleSetId),
}

impl Watchkeeper {
    /// All versions, the latest first, with when they were active for `team`.
    pub fn rule_versions(&self, team: Option<&str>) -> Result<Vec<VersionRecord>> {
        let life = self.life_row(team)?;
        let active = self.standing(team).ok().map(|standing| standing.loaded.id().clone());
        let snapshot = self.ports.views.snapshot()?;
        let mut all = Vec::new();
        read_all::<VersionRow>(&*snapshot, VERSION, &[], |key, row| {
            let rules = RuleSetId::new(&String::from_utf8_lossy(key));
            let activations = life.activations.iter().filter(|a| a.rules == rules).cloned();
            all.push(VersionRecord {
                activations: activations.collect(),
                active: active.as_ref() == Some(&rules),
                author: row.author,
                at: row.at,
                note: row.note,
                origin: row.origin,
                proposal: row.proposal,
                seq: row.seq,
                rules,
            });
            true
        })?;
        all.sort_by_key(|version| std::cmp::Reverse(version.seq));
        Ok(all)
    }

    /// The files of a version.
    pub fn version_files(&self, rules: &RuleSetId) -> Result<RuleFiles> {
        let missing = || not_found(format!("version {rules}: see `watchkeeper rules versions`"));
        let row = self.version_row(rules)?.ok_or_else(missing)?;
        let manifest = self.ports.evidence.get(&row.manifest)?.ok_or_else(missing)?;
        let manifest: BTreeMap<String, EvidenceId> =
            serde_json::from_slice(&manifest).map_err(|error| {
                invalid(&format!("the manifest of {rules} cannot be read"), &error.to_string())
            })?;
        let ids: Vec<EvidenceId> = manifest.values().copied().collect();
        let mut contents: Vec<Option<Vec<u8>>> = vec![None; ids.len()];
        self.ports.evidence.get_many(&ids, &mut |at, bytes| contents[at] = Some(bytes.to_vec()))?;
        let mut files = RuleFiles::new();
        for (path, content) in manifest.into_keys().zip(contents) {
            let gone = || not_found(format!("file {path} of version {rules} in the evidence"));
            let content = content.ok_or_else(gone)?;
            files.insert(path, content);
        }
        Ok(files)
    }

    /// Keeps a set as a version, unless it is kept already. What a folder or the program offers is
    /// remembered for its team.
    pub(crate) fn keep_version(
        &self,
        team: Option<&str>,
        loaded: &dyn LoadedRules,
        origin: RulesOrigin,
        note: &str,
        actor: Actor,
        now: Instant,
    ) -> Result<()> {
        let life = self.life_row(team)?;
        let noted = match origin {
            RulesOrigin::Folder => life.folder.as_ref() == Some(loaded.id()),
            RulesOrigin::BuiltIn => life.built_in.as_ref() == Some(loaded.id()),
            RulesOrigin::Draft | RulesOrigin::Pack => true,
        };
        if noted && self.version_row(loaded.id())?.is_some() {
            return Ok(());
        }
        let ids: BTreeMap<&str, EvidenceId> = loaded
            .files()
            .iter()
            .map(|(path, bytes)| (path.as_str(), EvidenceId::of(bytes)))
            .collect();
        let manifest = serde_json::to_vec(&ids)
            .map_err(|error| invalid("the manifest cannot be written", &error.to_string()))?;
        let id = EvidenceId::of(&manifest);
        let mut items: Vec<(EvidenceId, &[u8])> =
            loaded.files().values().map(|bytes| (EvidenceId::of(bytes), &**bytes)).collect();
        items.push((id, &manifest));
        self.ports.evidence.put(&items)?;
        let (rules, note, team) = (loaded.id().clone(), note.to_owned(), team.map(str::to_owned));
        self.append(actor, Fact::RulesSaved { rules, manifest: id, note, origin, team }, now)?;
        self.settle_facts(now)
    }

    /// Keeps `files` as a version; refused whole if anything is wrong or a test fails.
    pub fn save_rules(
        &self,
        files: RuleFiles,
        origin: RulesOrigin,
        note: &str,
        actor: Actor,
        now: Instant,
    ) -> Result<RuleSetId> {
        check_note(note)?;
        let loaded = self.life()?.load(files, true)?;
        self.keep_version(None, &*loaded, origin, note, actor, now)?;
        Ok(loaded.id().clone())
    }

    /// Makes a version the active set of `team`, or, with four eyes, asks a second person for it.
    /// Going back to a version that was active before needs nobody else: it was approved then.
    pub fn activate_rules(
        &self,
        team: Option<&str>,
        rules: &RuleSetId,
        note: &str,
        actor: Actor,
        now: Instant,
    ) -> Result<Activation> {
        check_note(note)?;
        let life = self.life()?;
        if self.standing(team)?.loaded.id() == rules {
            return Err(AppError::Conflict { what: format!("{rules} is active already") });
        }
        let loaded = life.load(self.version_files(rules)?, true)?;
        let was_active = self.life_row(team)?.activations.iter().any(|a| a.rules == *rules);
        if life.sources.four_eyes && !was_active {
            let (note, team) = (note.to_owned(), team.map(str::to_owned));
            let fact = Fact::RulesProposed { rules: rules.clone(), note, team };
            self.append(actor, fact, now)?;
            self.settle_facts(now)?;
            return Ok(Activation::Proposed(rules.clone()));
        }
        self.make_active(team, &loaded, note, None, actor, now)?;
        self.settle_facts(now)?;
        Ok(Activation::Active(rules.clone()))
    }

    /// Makes a proposed version active, as a second person.
    pub fn approve_rules(
        &self,
        rules: &RuleSetId,
        note: &str,
        actor: Actor,
        now: Instant,
    ) -> Result<RuleSetId> {
        check_note(note)?;
        let (row, proposal) = self.proposal(rules)?;
        let name = actor_name(&actor);
        if name == proposal.by || name == row.author {
            let what = format!(
                "{rules} was written or proposed by {name}: somebody else has to approve it"
            );
            return Err(AppError::Forbidden { what });
        }
        let loaded = self.life()?.load(self.version_files(rules)?, true)?;
        let team = proposal.team.as_deref();
        self.make_active(team, &loaded, note, Some(proposal.seq), actor, now)?;
        self.settle_facts(now)?;
        Ok(rules.clone())
    }

    /// Takes a proposal off the list, by its author or by somebody who refuses it.
    pub fn decline_rules(
        &self,
        rules: &RuleSetId,
        note: &str,
        actor: Actor,
        now: Instant,
    ) -> Result<()> {
        check_note(note)?;
        let (_, proposal) = self.proposal(rules)?;
        let fact = Fact::RulesDeclined { proposal: proposal.seq, note: note.to_owned() };
        self.append(actor, fact, now)?;
        self.settle_facts(now)
    }

    fn proposal(&self, rules: &RuleSetId) -> Result<(VersionRow, ProposalRow)> {
        let row = self.version_row(rules)?.ok_or_else(|| not_found(format!("version {rules}")))?;
        let proposal = row.proposal.clone();
        let proposal = proposal.ok_or_else(|| not_found(format!("proposal for {rules}")))?;
        Ok((row, proposal))
    }

    /// Makes the set of `team` active that was so before the present one.
    pub fn roll_back_rules(
        &self,
        team: Option<&str>,
        note: &str,
        actor: Actor,
        now: Instant,
    ) -> Result<RuleSetId> {
        let active = self.standing(team)?.loaded.id().clone();
        let history = self.life_row(team)?.activations;
        let before = history.iter().rev().map(|activation| &activation.rules);
        let before = before.skip_while(|rules| **rules != active).find(|rules| **rules != active);
        let before = before.cloned().ok_or_else(|| {
            not_found(format!(
                "set that was active before {active}, so there is nothing to roll back to"
            ))
        })?;
        // Tests written since may fail on it; it did judge before, so it may again.
        let loaded: Arc<dyn LoadedRules> =
            self.life()?.load(self.version_files(&before)?, false)?;
        let note = if note.is_empty() { format!("back from {active}") } else { note.to_owned() };
        self.make_active(team, &loaded, &note, None, actor, now)?;
        self.settle_facts(now)?;
        Ok(before)
    }
}

fn check_note(note: &str) -> Result<()> {
    if note.chars().count() > NOTE_CHARS {
        return Err(invalid("the note is too long", "keep it below 4,000 characters"));
    }
    Ok(())
}
