//! What administrators decide about plugins, and what becomes of those that fail.
//!
//! Plugins travel with their rule set: the evaluator knows them. Permits are facts; which plugins
//! are at work is part of the evaluator's name, so that a change assesses every case again.

use std::collections::BTreeSet;

use engine::plugin::{Permit, Permits, PluginReport, Standing};
use model::{Actor, Capability, Digest, Entry, Fact, Instant, PluginName};

use crate::{
    AppError, Result,
    acts::invalid,
    batch::Batch,
    overlay::read_all,
    tables::{PERMIT, SWITCHED_OFF},
    watchkeeper::{Watchkeeper, not_found},
};

impl Watchkeeper {
    /// The plugins of the active rule sets, by name. Of several sets with the same plugin, one
    /// speaks for it.
    pub fn plugins(&self) -> Vec<PluginReport> {
        let bench = self.bench();
        let mut all: Vec<_> = bench.all().flat_map(|(_, evaluator)| evaluator.plugins()).collect();
        all.sort_by(|a, b| a.manifest.name.cmp(&b.manifest.name));
        all.dedup_by(|later, first| {
            let same = (&later.manifest.name, later.hash) == (&first.manifest.name, first.hash);
            // What has failed in one set fails in all.
            if same && first.tripped.is_none() {
                first.tripped = later.tripped.take();
            }
            same
        });
        all
    }

    /// The plugin of that name.
    pub fn plugin(&self, name: &PluginName) -> Result<PluginReport> {
        let found = self.plugins().into_iter().find(|report| report.manifest.name == *name);
        found.ok_or_else(|| not_found(format!("plugin {name} in the active rule set")))
    }

    /// What is permitted, by plugin, whether the active rule set has it or not.
    pub fn permits(&self) -> Result<Permits> {
        let mut permits = Permits::new();
        read_all::<Permit>(&*self.ports.views.snapshot()?, PERMIT, &[], |key, permit| {
            let name = std::str::from_utf8(key).ok().and_then(|name| name.parse().ok());
            if let Some(name) = name {
                permits.insert(name, permit);
            }
            true
        })?;
        Ok(permits)
    }

    /// Lets a plugin run with the bytes of that hash and with these capabilities, which must be
    /// those that it asks for.
    pub fn grant_plugin(
        &self,
        name: &PluginName,
        hash: Digest,
        capabilities: &BTreeSet<Capability>,
        actor: Actor,
        now: Instant,
    ) -> Result<PluginReport> {
        let report = self.plugin(name)?;
        if let Standing::Unusable { reason } = &report.standing {
            return Err(AppError::Conflict { what: format!("plugin {name} cannot run: {reason}") });
        }
        if report.hash != hash {
            let what = format!("plugin {name} has the hash {}, not {hash}", report.hash);
            return Err(AppError::Conflict { what });
        }
        if report.manifest.capabilities != *capabilities {
            let wanted: Vec<_> = report.manifest.capabilities.iter().map(|c| c.name()).collect();
            let wanted = if wanted.is_empty() { "none".to_owned() } else { wanted.join(", ") };
            return Err(invalid(
                &format!("plugin {name} asks for other capabilities"),
                &format!("grant what it asks for ({wanted}), or do not let it run"),
            ));
        }
        let capabilities = capabilities.iter().copied().collect();
        self.decide(
            name,
            Fact::PluginGranted { plugin: name.clone(), hash, capabilities },
            actor,
            now,
        )
    }

    /// Takes back what a plugin was granted.
    pub fn revoke_plugin(&self, name: &PluginName, actor: Actor, now: Instant) -> Result<()> {
        if !self.permits()?.contains_key(name) {
            return Err(not_found(format!("grant of plugin {name}")));
        }
        self.audit(Fact::PluginRevoked { plugin: name.clone() }, actor, now)?;
        self.adopt_plugins(now)
    }

    /// Switches a plugin off; its grant stays.
    pub fn disable_plugin(
        &self,
        name: &PluginName,
        reason: String,
        actor: Actor,
        now: Instant,
    ) -> Result<PluginReport> {
        if reason.trim().is_empty() {
            return Err(invalid("no reason is given", "say why in `reason`"));
        }
        let hash = self.granted(name)?.hash;
        self.decide(name, Fact::PluginDisabled { plugin: name.clone(), hash, reason }, actor, now)
    }

    /// Switches a plugin on again.
    pub fn enable_plugin(
        &self,
        name: &PluginName,
        actor: Actor,
        now: Instant,
    ) -> Result<PluginReport> {
        self.granted(name)?;
        self.decide(name, Fact::PluginEnabled { plugin: name.clone() }, actor, now)
    }

    fn granted(&self, name: &PluginName) -> Result<Permit> {
        let permit = self.permits()?.remove(name);
        permit.ok_or_else(|| not_found(format!("grant of plugin {name}")))
    }

    fn decide(
        &self,
        name: &PluginName,
        fact: Fact,
        actor: Actor,
        now: Instant,
    ) -> Result<PluginReport> {
        self.audit(fact, actor, now)?;
        self.adopt_plugins(now)?;
        self.plugin(name)
    }

    /// Switches off what has failed again and again, with its reason as a fact. Gives how many.
    pub(crate) fn disable_tripped(&self, now: Instant) -> Result<usize> {
        let tripped: Vec<(PluginName, Digest, String)> = self
            .plugins()
            .into_iter()
            .filter(|report| report.standing == Standing::AtWork)
            .filter_map(|report| Some((report.manifest.name, report.hash, report.tripped?)))
            .collect();
        for (plugin, hash, reason) in &tripped {
            log::error!(plugin:%, reason:%; "a plugin is switched off because it keeps failing");
            let (plugin, reason) = (plugin.clone(), reason.clone());
            let fact = Fact::PluginDisabled { plugin, hash: *hash, reason };
            self.audit(fact, Actor::System, now)?;
        }
        if !tripped.is_empty() {
            self.adopt_plugins(now)?;
        }
        Ok(tripped.len())
    }

    /// Puts the permits as they are now into force, and assesses every case again if that changes
    /// who decides.
    fn adopt_plugins(&self, now: Instant) -> Result<()> {
        self.permit_plugins()?;
        self.adopt_rules(now)
    }

    /// Gives the active rule set its permits, as the views know them.
    pub fn permit_plugins(&self) -> Result<()> {
        if self.bench().all().any(|(_, evaluator)| !evaluator.plugins().is_empty()) {
            let permits = self.permits()?;
            self.bench.write().permit(&permits);
        }
        Ok(())
    }
}

/// Applies what was decided about a plugin.
pub(crate) fn apply(batch: &mut Batch, entry: &Entry) -> Result<()> {
    match &entry.fact {
        Fact::PluginGranted { plugin, hash, capabilities } => {
            let capabilities = capabilities.iter().copied().collect();
            let permit = Permit { hash: *hash, capabilities, disabled: None };
            batch.rows.delete(SWITCHED_OFF, plugin.as_str().as_bytes());
            batch.rows.put(PERMIT, plugin.as_str().as_bytes(), &permit)
        }
        Fact::PluginRevoked { plugin } => {
            batch.rows.delete(PERMIT, plugin.as_str().as_bytes());
            batch.rows.delete(SWITCHED_OFF, plugin.as_str().as_bytes());
            Ok(())
        }
        Fact::PluginDisabled { plugin, reason, .. } => {
            batch.rows.put(SWITCHED_OFF, plugin.as_str().as_bytes(), &entry.at)?;
            switch(batch, plugin, Some(reason.clone()))
        }
        Fact::PluginEnabled { plugin } => {
            batch.rows.delete(SWITCHED_OFF, plugin.as_str().as_bytes());
            switch(batch, plugin, None)
        }
        _ => Ok(()),
    }
}

fn switch(batch: &mut Batch, plugin: &PluginName, disabled: Option<String>) -> Result<()> {
    let key = plugin.as_str().as_bytes();
    if let Some(mut permit) = batch.rows.get::<Permit>(PERMIT, key)? {
        permit.disabled = disabled;
        batch.rows.put(PERMIT, key, &permit)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests;
