//! The key of this installation: marks on our own mail and in links are made with it.

use std::{fs::File, io::Read as _, path::Path};

use anyhow::Context as _;
use app::seal::Seal;

use crate::durable;

/// Its file in the data directory.
const FILE: &str = "seal.key";
const BYTES: usize = 32;

/// The key in `dir`, made if there is none yet.
pub fn open_or_make(dir: &Path) -> anyhow::Result<Seal> {
    if let Some(seal) = open(dir)? {
        return Ok(seal);
    }
    let path = dir.join(FILE);
    let key: [u8; BYTES] = rand::random();
    durable::write(&path, &key).with_context(|| format!("cannot write {}", path.display()))?;
    Ok(Seal::new(&key))
}

/// The key in `dir`, if there is one.
fn open(dir: &Path) -> anyhow::Result<Option<Seal>> {
    let path = dir.join(FILE);
    let mut key = Vec::new();
    match File::open(&path) {
        Ok(file) => file
            .take(1024)
            .read_to_end(&mut key)
            .with_context(|| format!("cannot read {}", path.display()))?,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error).with_context(|| format!("cannot read {}", path.display())),
    };
    anyhow::ensure!(
        key.len() == BYTES,
        "{} is damaged: restore it from a backup, or remove it; links in alerts that went out end \
         to work then",
        path.display()
    );
    Ok(Some(Seal::new(&key)))
}

#[cfg(test)]
mod tests {
    use std::fs;

    use model::id::SendingId;

    use super::*;

    #[test]
    fn links_that_went_out_work_after_a_restart_and_only_their_owner_reads_the_key() {
        use std::os::unix::fs::PermissionsExt as _;
        let dir = tempfile::tempdir().unwrap();
        assert!(open(dir.path()).unwrap().is_none());
        let name = open_or_make(dir.path()).unwrap().notice(SendingId([1; 16]));
        let again = open_or_make(dir.path()).unwrap();
        assert_eq!(again.read_notice(&name), Some(SendingId([1; 16])));
        let mode = fs::metadata(dir.path().join(FILE)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        fs::write(dir.path().join(FILE), b"short").unwrap();
        assert!(open_or_make(dir.path()).unwrap_err().to_string().contains("damaged"));
    }
}
