//! The program is killed while it writes. Each test runs itself again as the process to be killed.

use std::{
    io::{BufRead as _, BufReader, Write as _},
    path::Path,
    process::{Command, Stdio},
};

use model::{EvidenceId, Seq};
use store::{
    Change,
    local::{OpenOptions, Store},
};

use crate::conformance::samples::{captured, message};

const CHILD: &str = "WATCHKEEPER_TEST_CRASH_DIR";
/// Rounds in which the child is killed, each after another number of acknowledgements.
const KILLS: u64 = 6;

/// The directory in which this process is to write until it is killed, if it is the child.
#[allow(clippy::disallowed_methods, reason = "the child is told its part by its environment")]
fn child_dir() -> Option<String> {
    std::env::var(CHILD).ok()
}

/// Runs the test `name` as a child, kills it after it has acknowledged `count` steps, and gives
/// the last step that it acknowledged.
fn kill_after(name: &str, dir: &Path, count: u64) -> u64 {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", name, "--nocapture", "--test-threads=1"])
        .env(CHILD, dir)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let acknowledged = |line: Option<std::io::Result<String>>| -> Option<u64> {
        line?.ok()?.rsplit_once("kept ")?.1.parse().ok()
    };
    let mut last = 0;
    for _ in 0..count {
        last = loop {
            let line = lines.next();
            assert!(line.is_some(), "the child ended by itself");
            if let Some(step) = acknowledged(line) {
                break step;
            }
        };
    }
    child.kill().unwrap();
    child.wait().unwrap();
    // What it acknowledged until it died counts as well.
    lines.map(|line| acknowledged(Some(line)).unwrap_or(0)).fold(last, u64::max)
}

fn acknowledge(step: u64) {
    let mut out = std::io::stdout().lock();
    writeln!(out, "kept {step}").unwrap();
    out.flush().unwrap();
}

fn open(dir: &Path) -> Store {
    Store::open(dir, &OpenOptions::write("a test")).unwrap()
}

#[test]
fn a_killed_program_loses_no_acknowledged_fact() {
    if let Some(dir) = child_dir() {
        let journal = open(Path::new(&dir)).journal();
        // Batches of every size, so that blocks grow, fill and are cut.
        for step in 1.. {
            let next = journal.head().unwrap().seq.0;
            let facts: Vec<_> = (next..next + 1 + step * 37 % 400).map(captured).collect();
            acknowledge(journal.append(&facts).unwrap().end - 1);
        }
    }
    let dir = tempfile::tempdir().unwrap();
    let name = "crash::a_killed_program_loses_no_acknowledged_fact";
    for round in 0..KILLS {
        let last = kill_after(name, dir.path(), 1 + round * 3);
        let journal = open(dir.path()).journal();
        let head = journal.head().unwrap().seq.0;
        assert!(head >= last, "{last} was acknowledged, {head} is there");
        assert!(journal.verify(&mut |_| {}).unwrap().is_empty());
        let entries = journal.read(Seq(1), usize::MAX).unwrap();
        assert_eq!(entries.len() as u64, head);
        assert!(entries.iter().zip(0..).all(|(entry, number)| entry.fact == captured(number).fact));
    }
}

#[test]
fn a_crash_between_pack_and_index_loses_nothing() {
    if let Some(dir) = child_dir() {
        let evidence = open(Path::new(&dir)).evidence();
        let begin = evidence.stats().unwrap().items;
        for number in begin.. {
            let bytes = message(number);
            evidence.put(&[(EvidenceId::of(&bytes), &bytes)]).unwrap();
            // Merged now and then, so that some die in that.
            if number % 7 == 0 {
                evidence.merge_small().unwrap();
            }
            acknowledge(number + 1);
        }
    }
    let dir = tempfile::tempdir().unwrap();
    let name = "crash::a_crash_between_pack_and_index_loses_nothing";
    for round in 0..KILLS {
        let last = kill_after(name, dir.path(), 1 + round * 5);
        let store = open(dir.path());
        let evidence = store.evidence();
        let stats = evidence.stats().unwrap();
        assert!(stats.items >= last, "{last} were acknowledged, {} are there", stats.items);
        for number in 0..stats.items {
            let bytes = message(number);
            let kept = evidence.get(&EvidenceId::of(&bytes)).unwrap();
            assert_eq!(kept.as_deref(), Some(&bytes[..]), "message {number}");
        }
        assert!(evidence.verify(&mut |_| {}).unwrap().is_empty());
        let names = std::fs::read_dir(dir.path().join("evidence")).unwrap();
        let files = names.map(|entry| entry.unwrap().file_name().into_string().unwrap());
        assert_eq!(files.filter(|name| name.ends_with(".tar.zst")).count() as u64, stats.packs);
    }
}

#[test]
fn a_killed_program_leaves_whole_transactions_in_the_views() {
    if let Some(dir) = child_dir() {
        let views = open(Path::new(&dir)).views();
        for step in views.applied().unwrap().0 + 1.. {
            let rows = (0..200_u64).map(|row| Change::Put {
                table: "rows",
                key: (row * 7919 % 1000).to_be_bytes().to_vec(),
                value: step.to_be_bytes().repeat(60),
            });
            views.apply(&rows.collect::<Vec<_>>(), Seq(step)).unwrap();
            acknowledge(step);
        }
    }
    let dir = tempfile::tempdir().unwrap();
    let name = "crash::a_killed_program_leaves_whole_transactions_in_the_views";
    for round in 0..KILLS {
        let last = kill_after(name, dir.path(), 1 + round * 3);
        // A reader comes first, and recovers what the writer left.
        let reader = Store::open(dir.path(), &OpenOptions::read_only()).unwrap();
        let view = reader.views().snapshot().unwrap();
        assert!(view.applied().0 >= last);
        let value = view.applied().0.to_be_bytes().repeat(60);
        let mut rows = 0;
        view.scan("rows", b"", b"", false, &mut |_, found| {
            assert_eq!(found, value);
            rows += 1;
            true
        })
        .unwrap();
        assert_eq!(rows, 200);
        drop((view, reader));
        assert!(open(dir.path()).views().verify().unwrap().is_empty());
    }
}

#[test]
fn a_lease_dies_with_its_process() {
    if let Some(dir) = child_dir() {
        let _store = open(Path::new(&dir));
        acknowledge(1);
        loop {
            std::thread::park();
        }
    }
    let dir = tempfile::tempdir().unwrap();
    kill_after("crash::a_lease_dies_with_its_process", dir.path(), 1);
    assert!(open(dir.path()).writes());
}

#[test]
fn a_crash_while_the_store_is_made_is_no_damage() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::create_dir(dir.path().join("evidence")).unwrap();
    for name in ["journal.redb.new", "views.redb.new", "evidence/index.redb.new"] {
        // As redb leaves it until the very end: long, and nothing in it yet.
        std::fs::write(dir.path().join(name), vec![0; 100_000]).unwrap();
    }
    let store = open(dir.path());
    assert_eq!(store.report(), &store::local::OpenReport::default());
    store.journal().append(&[captured(1)]).unwrap();
    drop(store);
    assert_eq!(open(dir.path()).journal().head().unwrap().seq, Seq(1));
}
