//! Rule sets as signed files.

use std::{
    fs::{File, OpenOptions},
    io::{Read as _, Write as _},
    os::unix::fs::OpenOptionsExt as _,
    path::Path,
    process::ExitCode,
};

use anyhow::{Context as _, bail};
use model::{Actor, fact::RulesOrigin};
use scripting::{PublicKey, SigningKey, Trust};

use super::{reading, set, writing};
use crate::{cli::Common, clock, console, wiring};

/// The largest pack that is read.
const LARGEST: u64 = 64 << 20;

fn read(path: &Path) -> anyhow::Result<Vec<u8>> {
    let unreadable = || format!("cannot read {}", path.display());
    let mut bytes = Vec::new();
    let file = File::open(path).with_context(unreadable)?;
    file.take(LARGEST + 1).read_to_end(&mut bytes).with_context(unreadable)?;
    if bytes.len() as u64 > LARGEST {
        bail!("{} is larger than any rule pack", path.display());
    }
    Ok(bytes)
}

/// Writes a set into one file, signed if there is a key.
pub fn export(
    common: &Common,
    out: &Path,
    name: &str,
    key: Option<&Path>,
) -> anyhow::Result<ExitCode> {
    let open = reading(common)?;
    let rules = set(&open, name)?;
    let key = match key {
        Some(path) => {
            let text = String::from_utf8(read(path)?).context("the key's file is no text")?;
            Some(SigningKey::from_secret(&text)?)
        }
        None => None,
    };
    let bytes = scripting::pack(rules.id().as_str(), rules.files(), key.as_ref())?;
    std::fs::write(out, bytes).with_context(|| format!("cannot write {}", out.display()))?;
    let signed = match &key {
        Some(key) => format!("signed with {}", key.public()),
        None => "not signed: others take it only with --allow-unsigned".to_owned(),
    };
    console::line(&format!("{} in {}, {signed}", rules.id(), out.display()));
    Ok(ExitCode::SUCCESS)
}

/// Takes a pack in: as a version of the store, or into a folder.
pub fn import(
    common: &Common,
    pack: &Path,
    into: Option<&Path>,
    allow_unsigned: bool,
    note: &str,
) -> anyhow::Result<ExitCode> {
    let config = wiring::config(common)?;
    let trusted: Vec<PublicKey> = config.rules.trusted_keys.iter().map(|k| k.0.clone()).collect();
    let (name, files, trust) = scripting::unpack(&read(pack)?, &trusted)?;
    let remedy = "take it with --allow-unsigned if you know where it comes from";
    let doubt = match &trust {
        Trust::Trusted(_) => None,
        Trust::Unsigned => Some(format!("the pack is not signed; {remedy}")),
        Trust::UnknownKey(key) => Some(format!(
            "the pack is signed with {key}, which is not trusted here; add it to `trusted_keys` \
             under [rules], or {remedy}"
        )),
        Trust::WrongSignature => Some(format!(
            "the pack is not what was signed: somebody changed it; get it again, or {remedy}"
        )),
    };
    match doubt {
        Some(doubt) if !allow_unsigned => bail!(doubt),
        Some(doubt) => console::note(&format!("warning: {doubt}")),
        None => {}
    }
    if let Some(dir) = into {
        for (path, bytes) in &files {
            let path = dir.join(path);
            let folder = path.parent().unwrap_or(dir);
            std::fs::create_dir_all(folder)
                .and_then(|()| std::fs::write(&path, bytes))
                .with_context(|| format!("cannot write {}", path.display()))?;
        }
        console::line(&format!("{} files of {name} in {}", files.len(), dir.display()));
        return Ok(ExitCode::SUCCESS);
    }
    let open = writing(common)?;
    let (actor, now) = (Actor::CommandLine, clock::now());
    let rules = open.app.save_rules(files, RulesOrigin::Pack, note, actor, now)?;
    console::line(&format!("{rules} is kept; make it active with `watchkeeper rules activate`"));
    Ok(ExitCode::SUCCESS)
}

/// Makes a key; the secret half is written where nobody else may read it.
pub fn key(out: &Path) -> anyhow::Result<ExitCode> {
    let key = SigningKey::generate()?;
    let mut file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(out)
        .with_context(|| format!("cannot make {}", out.display()))?;
    writeln!(file, "{}", key.secret())
        .with_context(|| format!("cannot write {}", out.display()))?;
    console::line(&format!("The secret key is in {}: keep it.", out.display()));
    console::line("Others trust it by this line under [rules] of their configuration:");
    console::line(&format!("trusted_keys = [\"{}\"]", key.public()));
    Ok(ExitCode::SUCCESS)
}
