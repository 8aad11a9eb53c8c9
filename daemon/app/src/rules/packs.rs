//! Rule sets as signed files: written, and taken in as versions.

use engine::{PackFault, PackTrust};
use model::{Actor, Instant, RuleSetId, fact::RulesOrigin};

use crate::{AppError, Result, acts::invalid, watchkeeper::Watchkeeper};

/// A pack that somebody offers.
#[derive(Debug, Clone)]
pub struct OfferedPack {
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// What is new.
    pub note: String,
    /// Whether it is taken without a signature of a trusted key.
    pub allow_unsigned: bool,
}

/// A pack that was taken in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportedPack {
    /// The version that it is kept as.
    pub rules: RuleSetId,
    /// Who signed it, and whether they are trusted.
    pub trust: PackTrust,
}

/// The keys of the configuration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PackKeys {
    /// Keys whose packs are taken.
    pub trusted: Vec<String>,
    /// The public half of the key that packs are signed with, if there is one.
    pub signs_with: Option<String>,
}

fn refused(PackFault(why): PackFault) -> AppError {
    invalid(&why, "export it again with `rules export`, and see the keys under [rules]")
}

impl Watchkeeper {
    /// The keys that packs are checked and signed with.
    pub fn pack_keys(&self) -> Result<PackKeys> {
        let packs = &self.life()?.sources.packs;
        let signs_with = packs.signs_with().map_err(refused)?;
        Ok(PackKeys { trusted: packs.trusted(), signs_with })
    }

    /// The set called `name`, as [`Watchkeeper::rules_named`] takes it, in one file that is signed if
    /// the configuration names a key to sign with.
    pub fn pack_rules(&self, name: &str, user: &str) -> Result<(RuleSetId, Vec<u8>)> {
        let set = self.rules_named(name, user)?;
        let bytes = self.life()?.sources.packs.pack(set.id(), set.files()).map_err(refused)?;
        Ok((set.id().clone(), bytes))
    }

    /// Keeps the set of a pack as a version; refused whole if nobody trusted has signed it, unless
    /// that is allowed, or if anything is wrong with the set.
    pub fn import_pack(
        &self,
        offered: &OfferedPack,
        actor: Actor,
        now: Instant,
    ) -> Result<ImportedPack> {
        let unpacked = self.life()?.sources.packs.unpack(&offered.bytes).map_err(refused)?;
        check(&unpacked.trust, offered.allow_unsigned)?;
        let (files, origin) = (unpacked.files, RulesOrigin::Pack);
        let rules = self.save_rules(files, origin, &offered.note, actor, now)?;
        Ok(ImportedPack { rules, trust: unpacked.trust })
    }
}

/// Refuses a pack that is not trusted, unless its taking is allowed.
pub fn check(trust: &PackTrust, allow_unsigned: bool) -> Result<()> {
    let Some(doubt) = trust.doubt() else { return Ok(()) };
    match trust {
        PackTrust::WrongSignature => {
            Err(invalid(&doubt, "get it again from those who signed it; it is never taken so"))
        }
        _ if allow_unsigned => Ok(()),
        PackTrust::UnknownKey(_) => Err(invalid(
            &doubt,
            "add the key to `trusted_keys` under [rules] of the configuration if you trust it, or \
             allow unsigned packs for this one",
        )),
        _ => Err(invalid(
            &doubt,
            "have it signed with a key of `trusted_keys`, or allow unsigned packs for this one if \
             you know where it comes from",
        )),
    }
}
