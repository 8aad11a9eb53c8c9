//! The disk has no room left, and later some again.

use std::{
    path::Path,
    process::{Command, Output},
};

use model::{EvidenceId, Seq};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use store::{
    Change, Result, StoreError,
    local::{OpenOptions, Store},
};

use crate::conformance::samples::captured;

const CHILD: &str = "WATCHKEEPER_TEST_FULL_DIR";

/// The directory on the small disk, if this process is the child that fills it.
#[allow(clippy::disallowed_methods, reason = "the child is told its part by its environment")]
fn child_dir() -> Option<String> {
    std::env::var(CHILD).ok()
}

/// Runs the test `name` as a child behind `prefix`, which makes the disk small for it.
fn run_child(prefix: &[&str], name: &str, dir: &Path) -> Output {
    Command::new(prefix[0])
        .args(&prefix[1..])
        .arg(std::env::current_exe().unwrap())
        .args(["--exact", name, "--nocapture", "--test-threads=1"])
        .env(CHILD, dir)
        .output()
        .unwrap()
}

fn assert_passed(output: &Output) {
    let said = String::from_utf8_lossy(&output.stdout);
    let complained = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}\n{complained}");
    assert!(said.contains("1 passed"), "{said}");
}

/// Repeats `step` until there is no room; gives how often it worked.
fn until_full(mut step: impl FnMut(u64) -> Result<()>) -> u64 {
    for number in 0..100_000 {
        match step(number) {
            Ok(()) => {}
            Err(StoreError::DiskFull { .. }) => return number,
            Err(other) => panic!("after {number} steps: {other}"),
        }
    }
    panic!("the disk was never full");
}

/// Bytes that do not compress; more with each number, for a limit may be one on each file.
fn noise(number: u64) -> Vec<u8> {
    let mut state = 0x9E37_79B9_7F4A_7C15 ^ (number + 1);
    let words = (0..12_500 * (1 + number)).flat_map(|_| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state.to_le_bytes()
    });
    words.collect()
}

fn append(store: &Store, number: u64) -> Result<()> {
    let facts: Vec<_> = (number * 200..(number + 1) * 200).map(captured).collect();
    store.journal().append(&facts).map(drop)
}

fn put(store: &Store, number: u64) -> Result<()> {
    let bytes = noise(number);
    store.evidence().put(&[(EvidenceId::of(&bytes), &bytes)]).map(drop)
}

fn apply(store: &Store, number: u64) -> Result<()> {
    let bytes = noise(number);
    let rows = bytes.chunks(500).map(|chunk| Change::Put {
        table: "rows",
        key: chunk[..16].to_vec(),
        value: chunk.to_vec(),
    });
    store.views().apply(&rows.collect::<Vec<_>>(), Seq(number + 1))
}

/// Fills the disk under `dir` with everything, then makes room and goes on.
fn fill(dir: &Path, make_room: impl FnOnce()) {
    let store = Store::open(dir, &OpenOptions::write("a test")).unwrap();
    append(&store, 0).unwrap();
    put(&store, 0).unwrap();
    apply(&store, 0).unwrap();
    let packs = 1 + until_full(|number| put(&store, number + 1));
    let batches = 1 + until_full(|number| append(&store, number + 1));
    let steps = 1 + until_full(|number| apply(&store, number + 1));
    println!("full after {packs} packs, {batches} appends, {steps} changes of views");

    // What was acknowledged is there and whole, on the full disk too.
    check(&store, packs, batches, steps);
    // A second attempt fails in the same way.
    assert!(matches!(append(&store, batches), Err(StoreError::DiskFull { .. })));
    assert!(matches!(put(&store, packs), Err(StoreError::DiskFull { .. })));

    make_room();
    append(&store, batches).unwrap();
    put(&store, packs).unwrap();
    apply(&store, steps).unwrap();
    check(&store, packs + 1, batches + 1, steps + 1);
    drop(store);
    let store = Store::open(dir, &OpenOptions::write("a test")).unwrap();
    assert_eq!(store.report(), &store::local::OpenReport::default());
    check(&store, packs + 1, batches + 1, steps + 1);
}

fn check(store: &Store, packs: u64, batches: u64, steps: u64) {
    for number in 0..packs {
        let bytes = noise(number);
        let kept = store.evidence().get(&EvidenceId::of(&bytes)).unwrap();
        assert!(kept.as_deref() == Some(&bytes[..]), "pack {number}");
    }
    assert_eq!(store.evidence().stats().unwrap().items, packs);
    let entries = store.journal().read(Seq(1), usize::MAX).unwrap();
    assert_eq!(entries.len() as u64, batches * 200);
    assert!(entries.iter().zip(0..).all(|(entry, number)| entry.fact == captured(number).fact));
    assert_eq!(store.views().applied().unwrap(), Seq(steps));
    assert!(store.journal().verify(&mut |_| {}).unwrap().is_empty());
    assert!(store.evidence().verify(&mut |_| {}).unwrap().is_empty());
    assert!(store.views().verify().unwrap().is_empty());
}

#[test]
fn a_full_disk_corrupts_nothing_and_work_goes_on_when_there_is_room() {
    if let Some(dir) = child_dir() {
        let mount = |options: &str| {
            let mount = Command::new("mount")
                .args(["-t", "tmpfs", "-o", options, "watchkeeper-test", &dir])
                .status();
            assert!(mount.unwrap().success(), "mount -o {options}");
        };
        mount("size=12m");
        fill(Path::new(&dir), || mount("remount,size=64m"));
        return;
    }
    // In a mount namespace of its own, so that nothing remains of it; without being root, in a
    // user namespace as well.
    let root = rustix::process::geteuid().is_root();
    let unshare: &[&str] =
        if root { &["unshare", "-m"] } else { &["unshare", "--map-root-user", "-m"] };
    let able = Command::new(unshare[0]).args(&unshare[1..]).arg("true").output();
    if !able.is_ok_and(|output| output.status.success()) {
        println!("SKIPPED: no namespace for a small disk; the limit on file sizes stands in");
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let name = "disk_full::a_full_disk_corrupts_nothing_and_work_goes_on_when_there_is_room";
    assert_passed(&run_child(unshare, name, dir.path()));
}

#[test]
fn a_limit_on_file_sizes_corrupts_nothing() {
    if let Some(dir) = child_dir() {
        fill(Path::new(&dir), || {
            let Rlimit { maximum, .. } = getrlimit(Resource::Fsize);
            setrlimit(Resource::Fsize, Rlimit { current: maximum, maximum }).unwrap();
        });
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    // The signal that a process gets at the limit is ignored, so that writing fails instead.
    let shell = ["sh", "-c", r#"trap '' XFSZ; ulimit -S -f 3000; exec "$0" "$@""#];
    let name = "disk_full::a_limit_on_file_sizes_corrupts_nothing";
    assert_passed(&run_child(&shell, name, dir.path()));
}
