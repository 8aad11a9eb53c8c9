//! Rule sets as signed files.

use std::{
    fs::{File, OpenOptions},
    io::{Read as _, Write as _},
    os::unix::fs::OpenOptionsExt as _,
    path::Path,
    process::ExitCode,
};

use anyhow::{Context as _, bail};
use app::{
    AppError,
    rules::{OfferedPack, PackTrust, check_pack},
};
use engine::Packs as _;
use model::Actor;
use scripting::SigningKey;

use super::{reading, set, writing};
use crate::{
    cli::Common,
    clock, console,
    packs::{KeyedPacks, read_key},
    wiring,
};

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
    let key = key.or(open.config.rules.signing_key.as_deref()).map(read_key).transpose()?;
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
    let bytes = read(pack)?;
    let Some(dir) = into else {
        let open = writing(common)?;
        let offered = OfferedPack { bytes, note: note.to_owned(), allow_unsigned };
        let taken = open.app.import_pack(&offered, Actor::CommandLine, clock::now());
        let taken = taken.map_err(named_option)?;
        warn(&taken.trust);
        let rules = taken.rules;
        console::line(&format!(
            "{rules} is kept; make it active with `watchkeeper rules activate`"
        ));
        return Ok(ExitCode::SUCCESS);
    };
    let unpacked = KeyedPacks::new(&wiring::config(common)?).unpack(&bytes)?;
    check_pack(&unpacked.trust, allow_unsigned).map_err(named_option)?;
    warn(&unpacked.trust);
    for (path, bytes) in &unpacked.files {
        let path = dir.join(path);
        let folder = path.parent().unwrap_or(dir);
        std::fs::create_dir_all(folder)
            .and_then(|()| std::fs::write(&path, bytes))
            .with_context(|| format!("cannot write {}", path.display()))?;
    }
    let (files, name) = (unpacked.files.len(), unpacked.name);
    console::line(&format!("{files} files of {name} in {}", dir.display()));
    Ok(ExitCode::SUCCESS)
}

/// Tells of a pack that was taken although nobody trusted has signed it.
fn warn(trust: &PackTrust) {
    if let Some(doubt) = trust.doubt() {
        console::note(&format!("warning: {doubt}"));
    }
}

/// Names the option of this command where an error tells of allowing unsigned packs.
fn named_option(error: AppError) -> anyhow::Error {
    match error {
        AppError::Invalid { what, remedy } => {
            let remedy =
                remedy.replace("allow unsigned packs for this one", "use --allow-unsigned");
            anyhow::anyhow!("{what}: {remedy}")
        }
        other => other.into(),
    }
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
