//! Packs outlive the program: any tar and zstd open them.

use std::process::Command;

use model::EvidenceId;
use store::local::{OpenOptions, Store};

use crate::conformance::samples::message;

/// Mail in several sizes, one of which fills a frame alone.
fn mail() -> Vec<Vec<u8>> {
    let mut mail: Vec<Vec<u8>> = (0..300).map(message).collect();
    mail.push((0..700_000_u32).flat_map(|n| n.wrapping_mul(2_654_435_761).to_le_bytes()).collect());
    mail.push(b"Subject: short\r\n\r\n".to_vec());
    mail
}

fn named(mail: &[Vec<u8>]) -> Vec<(EvidenceId, &[u8])> {
    mail.iter().map(|bytes| (EvidenceId::of(bytes), bytes.as_slice())).collect()
}

/// What the system's own tar makes of the packs in `dir`.
fn extract(dir: &std::path::Path) -> tempfile::TempDir {
    let out = tempfile::tempdir().unwrap();
    let packs = std::fs::read_dir(dir.join("evidence")).unwrap();
    let packs = packs.map(|entry| entry.unwrap().path());
    for pack in packs.filter(|path| path.extension().is_some_and(|end| end == "zst")) {
        let tar = Command::new("tar")
            .args(["--zstd", "-xf"])
            .arg(&pack)
            .arg("-C")
            .arg(out.path())
            .output()
            .expect("tar is installed");
        assert!(tar.status.success(), "{}", String::from_utf8_lossy(&tar.stderr));
        assert!(tar.stderr.is_empty(), "{}", String::from_utf8_lossy(&tar.stderr));
    }
    out
}

fn assert_extracted(out: &tempfile::TempDir, mail: &[Vec<u8>]) {
    assert_eq!(std::fs::read_dir(out.path()).unwrap().count(), mail.len());
    for bytes in mail {
        let file = std::fs::read(out.path().join(EvidenceId::of(bytes).to_string())).unwrap();
        assert!(file == *bytes);
    }
}

#[test]
fn the_evidence_outlives_the_program() {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(dir.path(), &OpenOptions::write("a test")).unwrap();
    let mail = mail();
    let evidence = store.evidence();
    for batch in mail.chunks(100) {
        evidence.put(&named(batch)).unwrap();
    }
    assert_extracted(&extract(dir.path()), &mail);
    evidence.merge_small().unwrap();
    assert_eq!(evidence.stats().unwrap().packs, 1);
    assert_extracted(&extract(dir.path()), &mail);
}

#[test]
fn answers_are_compressed_against_what_they_quote() {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(dir.path(), &OpenOptions::write("a test")).unwrap();
    let evidence = store.evidence();
    for batch in mail()[..300].chunks(100) {
        evidence.put(&named(batch)).unwrap();
    }
    let stats = evidence.stats().unwrap();
    assert!(stats.stored_bytes * 100 < stats.raw_bytes * 26, "{stats:?}");
}

#[test]
fn an_index_that_is_lost_is_built_again() {
    let dir = tempfile::tempdir().unwrap();
    let mail = mail();
    let index = dir.path().join("evidence/index.redb");
    let open = || Store::open(dir.path(), &OpenOptions::write("a test")).unwrap();
    let store = open();
    for batch in mail.chunks(40) {
        store.evidence().put(&named(batch)).unwrap();
    }
    let stats = store.evidence().stats().unwrap();
    drop(store);
    std::fs::write(dir.path().join("evidence/00000099.tar.zst.tmp"), b"unfinished").unwrap();
    for damage in [None, Some(&b"not an index"[..]), Some(&[0; 5000][..])] {
        match damage {
            None => std::fs::remove_file(&index).unwrap(),
            Some(bytes) => std::fs::write(&index, bytes).unwrap(),
        }
        let store = open();
        assert_eq!(store.report().evidence_reindexed.is_some(), damage.is_some());
        assert_eq!(store.evidence().stats().unwrap(), stats);
        assert_eq!(store.evidence().put(&named(&mail)).unwrap(), vec![false; mail.len()]);
        assert!(store.evidence().verify(&mut |_| {}).unwrap().is_empty());
    }
    assert!(!dir.path().join("evidence/00000099.tar.zst.tmp").exists());
}

#[test]
fn a_pack_without_its_table_of_contents_is_read_from_its_frames() {
    let dir = tempfile::tempdir().unwrap();
    let mail = mail();
    let store = Store::open(dir.path(), &OpenOptions::write("a test")).unwrap();
    store.evidence().put(&named(&mail)).unwrap();
    drop(store);
    let pack = dir.path().join("evidence/00000001.tar.zst");
    let bytes = std::fs::read(&pack).unwrap();
    std::fs::write(&pack, &bytes[..bytes.len() - 1]).unwrap();
    std::fs::remove_file(dir.path().join("evidence/index.redb")).unwrap();
    let store = Store::open(dir.path(), &OpenOptions::write("a test")).unwrap();
    for bytes in &mail {
        let kept = store.evidence().get(&EvidenceId::of(bytes)).unwrap();
        assert!(kept.as_deref() == Some(&bytes[..]));
    }
    assert!(!store.evidence().verify(&mut |_| {}).unwrap().is_empty(), "it is named all the same");
}
