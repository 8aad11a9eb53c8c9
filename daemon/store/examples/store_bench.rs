//! Measures journal, evidence and views on local files, best in a release build:
//! `cargo run --release -p store --example store_bench [-- FOLDER-OF-MAIL]`.
//!
//! Without a folder, evidence is measured on messages that no person wrote.

#![expect(clippy::print_stdout, reason = "a measurement is printed")]

use std::{fs, path::Path, time::Instant};

use model::{EvidenceId, ItemKey, Seq};
use store::{
    Change, Result,
    local::{OpenOptions, Store},
};

#[path = "../tests/store/conformance/samples.rs"]
mod samples;

use samples::{captured, message};

const FACTS: u64 = 20_000;
const MAIL_BYTES: usize = 160 << 20;
/// As an import writes them.
const BATCH: usize = 1000;

fn main() -> std::result::Result<(), Box<dyn std::error::Error>> {
    let folder = std::env::args().nth(1);
    let dir = tempfile::tempdir_in(".")?;
    let store = Store::open(dir.path(), &OpenOptions::write("a measurement"))?;
    journal(&store, dir.path())?;
    evidence(&store, dir.path(), folder.as_deref())?;
    views(&store, dir.path())?;
    drop(store);
    timed("open to read", 1, || Store::open(dir.path(), &OpenOptions::read_only()).map(drop))?;
    timed("open to write", 1, || Store::open(dir.path(), &OpenOptions::write("again")).map(drop))?;
    Ok(())
}

fn journal(store: &Store, dir: &Path) -> Result<()> {
    let facts: Vec<_> = (0..FACTS).map(captured).collect();
    let journal = store.journal();
    timed("journal: append, by thousands", FACTS, || {
        facts.chunks(BATCH).try_for_each(|batch| journal.append(batch).map(drop))
    })?;
    let disk = on_disk(&dir.join("journal.redb"));
    println!("  {} bytes on disk, {:.0} a fact", disk, disk as f64 / FACTS as f64);
    timed("journal: append, one by one", 200, || {
        facts[..200]
            .iter()
            .try_for_each(|fact| journal.append(std::slice::from_ref(fact)).map(drop))
    })?;
    timed("journal: read", FACTS, || {
        (0..FACTS).step_by(BATCH).try_for_each(|from| journal.read(Seq(from + 1), BATCH).map(drop))
    })?;
    let keys: Vec<ItemKey> =
        (0..FACTS).map(|n| ItemKey(model::id::short_hash(&[&n.to_le_bytes()]))).collect();
    timed("journal: known", FACTS, || journal.known(&keys).map(drop))?;
    timed("journal: verify", FACTS, || journal.verify(&mut |_| {}).map(drop))
}

fn evidence(
    store: &Store,
    dir: &Path,
    folder: Option<&str>,
) -> std::result::Result<(), Box<dyn std::error::Error>> {
    let mut mail = Vec::new();
    if let Some(folder) = folder {
        read_mail(Path::new(folder), &mut mail)?;
    } else {
        let mut bytes = 0;
        for number in 0.. {
            mail.push(message(number));
            bytes += mail.last().map_or(0, Vec::len);
            if bytes >= MAIL_BYTES {
                break;
            }
        }
    }
    let items: Vec<(EvidenceId, &[u8])> =
        mail.iter().map(|bytes| (EvidenceId::of(bytes), bytes.as_slice())).collect();
    let evidence = store.evidence();
    let count = items.len() as u64;
    timed("evidence: put, by thousands", count, || {
        items.chunks(BATCH).try_for_each(|batch| evidence.put(batch).map(drop))
    })?;
    let stats = evidence.stats()?;
    let ratio = stats.stored_bytes as f64 / stats.raw_bytes as f64;
    let disk = on_disk(&dir.join("evidence"));
    println!("  {stats:?}: {ratio:.3} of raw in frames, {disk} bytes on disk");
    let ids: Vec<EvidenceId> = items.iter().map(|(id, _)| *id).collect();
    timed("evidence: contains", count, || evidence.contains(&ids).map(drop))?;
    let few: Vec<EvidenceId> = ids.iter().step_by(ids.len().div_ceil(200)).copied().collect();
    timed("evidence: get here and there", few.len() as u64, || {
        few.iter().try_for_each(|id| evidence.get(id).map(drop))
    })?;
    timed("evidence: get many", count, || {
        ids.chunks(BATCH).try_for_each(|batch| evidence.get_many(batch, &mut |_, _| {}))
    })?;
    timed("evidence: merge", stats.packs, || evidence.merge_small())?;
    println!("  {:?}, {} bytes on disk", evidence.stats()?, on_disk(&dir.join("evidence")));
    timed("evidence: verify", count, || evidence.verify(&mut |_| {}).map(drop))?;
    Ok(())
}

fn views(store: &Store, dir: &Path) -> Result<()> {
    let rows: Vec<Change> = (0..FACTS)
        .map(|number| {
            let mut value = message(number);
            value.truncate(600);
            let key = number.to_be_bytes().to_vec();
            Change::Put { table: "messages", key, value }
        })
        .collect();
    let views = store.views();
    timed("views: apply, by thousands", FACTS, || {
        rows.chunks(BATCH).zip(1..).try_for_each(|(rows, seq)| views.apply(rows, Seq(seq)))
    })?;
    println!("  {} bytes on disk", on_disk(&dir.join("views.redb")));
    let view = views.snapshot()?;
    timed("views: get", FACTS, || {
        (0..FACTS).try_for_each(|number| view.get("messages", &number.to_be_bytes()).map(drop))
    })?;
    timed("views: scan", FACTS, || view.scan("messages", b"", b"", false, &mut |_, _| true))
}

/// Runs `work` on `count` things and prints how long it took.
fn timed<E>(name: &str, count: u64, work: impl FnOnce() -> Result<(), E>) -> Result<(), E> {
    let (begun, worked) = (Instant::now(), processor_seconds());
    work()?;
    let (took, worked) = (begun.elapsed().as_secs_f64(), processor_seconds() - worked);
    let each = |seconds: f64| seconds * 1e6 / count as f64;
    println!(
        "{name}: {:.1} ms, {:.2} us each; processor {:.0} ms, {:.2} us each",
        took * 1e3,
        each(took),
        worked * 1e3,
        each(worked)
    );
    Ok(())
}

/// What this process has used of the processors, in steps of 10 ms.
fn processor_seconds() -> f64 {
    let Ok(stat) = fs::read("/proc/self/stat") else { return 0.0 };
    let stat = String::from_utf8_lossy(&stat);
    let fields = stat.rsplit(')').next().unwrap_or_default().split_whitespace();
    let ticks: f64 = fields.skip(11).take(2).filter_map(|field| field.parse::<f64>().ok()).sum();
    ticks / 100.0
}

/// The bytes of the blocks that files under `path` take on the disk.
fn on_disk(path: &Path) -> u64 {
    use std::os::unix::fs::MetadataExt as _;
    let Ok(meta) = fs::metadata(path) else { return 0 };
    let within = fs::read_dir(path).into_iter().flatten().flatten();
    meta.blocks() * 512 + within.map(|entry| on_disk(&entry.path())).sum::<u64>()
}

/// Every file under `folder`, up to the bytes that are measured.
fn read_mail(folder: &Path, mail: &mut Vec<Vec<u8>>) -> std::io::Result<()> {
    let mut entries: Vec<_> = fs::read_dir(folder)?.collect::<std::io::Result<_>>()?;
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        if entry.file_type()?.is_dir() {
            read_mail(&entry.path(), mail)?;
        } else if mail.iter().map(Vec::len).sum::<usize>() < MAIL_BYTES {
            mail.push(fs::read(entry.path())?);
        }
    }
    Ok(())
}
