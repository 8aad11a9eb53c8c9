//! What only an index on the disk can lose.

mod twin;

use std::{
    fs,
    io::{BufRead as _, BufReader},
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use tempfile::TempDir;

use super::*;

const SMALL: WriterOptions = WriterOptions { heap_bytes: 15_000_000, threads: 1 };

fn write(dir: &Path) -> (TantivySearch, OpenReport) {
    TantivySearch::open(dir, Mode::Write(SMALL)).unwrap()
}

fn read(dir: &Path) -> (TantivySearch, OpenReport) {
    TantivySearch::open(dir, Mode::ReadOnly).unwrap()
}

fn document(number: u64, body: &str) -> SearchDocument {
    SearchDocument {
        number,
        body: body.into(),
        kind: "message".into(),
        ..SearchDocument::default()
    }
}

fn total(search: &TantivySearch, text: &str) -> u64 {
    let query = SearchQuery { text: text.into(), limit: 5, ..SearchQuery::default() };
    search.query(&query).unwrap().total
}

/// An index with one commit of sequence 7 and the document 1.
fn filled() -> TempDir {
    let dir = tempfile::tempdir().unwrap();
    let (search, _) = write(dir.path());
    search.add(vec![document(1, "kept for good")]).unwrap();
    search.commit(Seq(7)).unwrap();
    dir
}

fn files(dir: &Path, extension: &str) -> Vec<PathBuf> {
    let generation = dir.join("g0001");
    let entries = fs::read_dir(generation).unwrap().map(|entry| entry.unwrap().path());
    entries.filter(|path| path.extension().is_some_and(|found| found == extension)).collect()
}

#[test]
fn an_index_that_never_was_answers_nothing_and_is_begun() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("search");
    let (reader, report) = read(&path);
    assert_eq!((report.state, reader.count().unwrap()), (IndexState::Absent, 0));
    let (writer, report) = write(&path);
    assert_eq!(report, OpenReport { state: IndexState::Absent, building: None });
    writer.add(vec![document(1, "first")]).unwrap();
    writer.commit(Seq(1)).unwrap();
    assert_eq!(total(&reader, "first"), 1, "a reader that came first finds it too");
    assert!(reader.add(vec![document(2, "refused")]).is_err());
}

#[test]
fn what_was_committed_outlives_the_process() {
    let dir = filled();
    let (search, report) = write(dir.path());
    assert_eq!(report, OpenReport { state: IndexState::Ready, building: None });
    assert_eq!((search.applied().unwrap(), total(&search, "kept")), (Seq(7), 1));
    search.add(vec![document(1, "replaced after all")]).unwrap();
    search.commit(Seq(8)).unwrap();
    assert_eq!((total(&search, "kept"), search.count().unwrap()), (0, 1));
}

#[test]
fn a_second_writer_is_refused() {
    let dir = filled();
    let (first, _) = write(dir.path());
    first.add(vec![document(2, "mine")]).unwrap();
    let (second, _) = write(dir.path());
    let refused = second.add(vec![document(3, "theirs")]);
    assert!(matches!(refused, Err(StoreError::InUse { .. })), "{refused:?}");
}

#[test]
fn a_reader_follows_commits_merges_and_swaps() {
    let dir = filled();
    let (reader, report) = read(dir.path());
    assert_eq!(report.state, IndexState::Ready);
    let (writer, _) = write(dir.path());
    for number in 2..40 {
        writer.add(vec![document(number, "kept")]).unwrap();
        writer.commit(Seq(number)).unwrap();
        assert_eq!(total(&reader, "kept"), number);
    }
    writer.finish_merges().unwrap();
    assert!(files(dir.path(), "idx").len() < 20, "segments are merged");
    assert_eq!(total(&reader, "kept"), 39);
    writer.begin_generation().unwrap();
    writer.add(vec![document(1, "another")]).unwrap();
    writer.commit(Seq(50)).unwrap();
    assert_eq!((total(&reader, "kept"), total(&reader, "another")), (39, 0));
    writer.swap().unwrap();
    assert_eq!((total(&reader, "kept"), total(&reader, "another")), (0, 1));
    assert_eq!(reader.applied().unwrap(), Seq(50));
    assert!(!dir.path().join("g0001").exists());
    assert!(reader.verify().unwrap().is_empty());
}

#[test]
fn a_rebuild_that_was_interrupted_goes_on() {
    let dir = filled();
    let (writer, _) = write(dir.path());
    writer.begin_generation().unwrap();
    writer.add(vec![document(1, "half")]).unwrap();
    writer.commit(Seq(3)).unwrap();
    drop(writer);
    let (writer, report) = write(dir.path());
    assert_eq!(report, OpenReport { state: IndexState::Ready, building: Some(Seq(3)) });
    assert_eq!((writer.applied().unwrap(), writer.building().unwrap()), (Seq(7), Some(Seq(3))));
    writer.add(vec![document(2, "whole")]).unwrap();
    writer.commit(Seq(9)).unwrap();
    assert_eq!(total(&writer, "kept"), 1);
    writer.swap().unwrap();
    assert_eq!((total(&writer, ""), writer.applied().unwrap()), (2, Seq(9)));
}

#[test]
fn a_rebuild_that_is_begun_again_leaves_nothing_behind() {
    let dir = filled();
    let (writer, _) = write(dir.path());
    writer.begin_generation().unwrap();
    writer.begin_generation().unwrap();
    let mut names: Vec<_> = fs::read_dir(dir.path())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    assert_eq!(names, ["current", "g0001", "g0003"]);
}

#[test]
fn damage_is_reported_and_the_index_begins_anew() {
    type Harm = fn(&Path);
    let harms: [(&str, Harm); 5] = [
        ("no meta", |dir| fs::remove_file(dir.join("g0001/meta.json")).unwrap()),
        ("meta cut short", |dir| fs::write(dir.join("g0001/meta.json"), "{\"segm").unwrap()),
        ("a segment cut short", |dir| {
            for file in files(dir, "fast") {
                fs::write(file, "short").unwrap();
            }
        }),
        ("a segment gone", |dir| {
            for file in files(dir, "idx") {
                fs::remove_file(file).unwrap();
            }
        }),
        ("current is nonsense", |dir| fs::write(dir.join("current"), [0xFF, 0xFE]).unwrap()),
    ];
    for (name, harm) in harms {
        let dir = filled();
        harm(dir.path());
        let (reader, report) = read(dir.path());
        assert!(matches!(report.state, IndexState::Damaged(_)), "{name}: {report:?}");
        let asked = reader.query(&SearchQuery { limit: 1, ..SearchQuery::default() });
        assert!(matches!(asked, Err(StoreError::Damaged { .. })), "{name}: {asked:?}");
        assert_eq!(reader.verify().unwrap().len(), 1, "{name}");
        let (writer, report) = write(dir.path());
        assert!(report.state.needs_rebuild(), "{name}");
        assert_eq!((writer.applied().unwrap(), writer.count().unwrap()), (Seq(0), 0), "{name}");
        writer.add(vec![document(1, "kept again")]).unwrap();
        writer.commit(Seq(7)).unwrap();
        assert_eq!((total(&writer, "kept"), total(&reader, "again")), (1, 1), "{name}");
    }
}

#[test]
fn one_changed_byte_is_found_by_verify() {
    let dir = filled();
    let (search, _) = read(dir.path());
    assert!(search.verify().unwrap().is_empty());
    for extension in ["idx", "pos", "term", "store", "fast", "fieldnorm"] {
        for file in files(dir.path(), extension) {
            let whole = fs::read(&file).unwrap();
            let mut changed = whole.clone();
            changed[0] ^= 0x10;
            fs::write(&file, &changed).unwrap();
            let broken = search.verify().unwrap();
            assert!(!broken.is_empty(), "{}", file.display());
            fs::write(&file, &whole).unwrap();
        }
    }
    assert!(search.verify().unwrap().is_empty());
}

#[test]
fn an_index_of_a_later_version_is_not_misread() {
    let dir = filled();
    fs::write(dir.path().join("current"), "99 generations/main\n").unwrap();
    let (reader, report) = read(dir.path());
    assert_eq!(report.state, IndexState::Newer(99));
    let refused = reader.count();
    assert!(matches!(refused, Err(StoreError::Newer { found: 99, .. })), "{refused:?}");
    fs::write(dir.path().join("current"), "0 g0001\n").unwrap();
    assert_eq!(read(dir.path()).1.state, IndexState::Outdated(0));
    assert_eq!(write(dir.path()).1.state, IndexState::Outdated(0));
}

/// Not a test of its own: [`a_killed_process_loses_only_what_it_did_not_commit`] runs it as the
/// process to be killed.
#[test]
fn child_that_writes_until_it_is_killed() {
    #[allow(clippy::disallowed_methods, reason = "the parent names the directory")]
    let Ok(dir) = std::env::var("WATCHKEEPER_TEST_SEARCH_DIR") else { return };
    let (search, _) = write(Path::new(&dir));
    for number in 1.. {
        search.add(vec![document(number, "kept")]).unwrap();
        if number % 3 == 0 {
            search.commit(Seq(number)).unwrap();
            println!("\ncommitted {number}");
        }
    }
}

#[test]
fn a_killed_process_loses_only_what_it_did_not_commit() {
    let dir = tempfile::tempdir().unwrap();
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "--nocapture"])
        .arg("local::search::tests::child_that_writes_until_it_is_killed")
        .env("WATCHKEEPER_TEST_SEARCH_DIR", dir.path())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap);
    let mut told = lines.filter_map(|line| line.strip_prefix("committed ")?.parse::<u64>().ok());
    let last = told.nth(9).unwrap();
    child.kill().unwrap();
    child.wait().unwrap();
    let (search, report) = write(dir.path());
    assert_eq!(report.state, IndexState::Ready);
    let Seq(applied) = search.applied().unwrap();
    assert!(applied >= last, "{applied} was told to be {last}");
    assert_eq!(total(&search, "kept"), applied);
    assert!(search.verify().unwrap().is_empty());
    search.add(vec![document(applied + 1, "kept")]).unwrap();
    search.commit(Seq(applied + 1)).unwrap();
    assert_eq!(total(&search, "kept"), applied + 1);
}

/// Words that are like no other, so that the index grows with each document.
fn noise(number: u64) -> String {
    let mut state = 0x9E37_79B9_7F4A_7C15 ^ (number + 1);
    let words = (0..4_000).map(|_| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        format!("{state:x}")
    });
    words.collect::<Vec<_>>().join(" ")
}

fn add_noise(search: &TantivySearch, number: u64) -> Result<()> {
    search.add(vec![document(number, &format!("kept {}", noise(number)))])?;
    search.commit(Seq(number))
}

fn fill_small_disk(dir: &Path, make_room: impl FnOnce()) {
    let (search, _) = write(dir);
    let mut number = 1;
    // After a refusal something smaller may fit, since what was left half done is cleared away; so
    // the disk counts as full when it refuses several times.
    let mut refusals = 0;
    while refusals < 3 {
        assert!(number < 10_000, "the disk was never full");
        match add_noise(&search, number) {
            Ok(()) => number += 1,
            Err(full) => {
                assert!(matches!(full, StoreError::DiskFull { .. }), "{full:?}");
                refusals += 1;
                assert_eq!(search.applied().unwrap(), Seq(number - 1));
                assert_eq!(total(&search, "kept"), number - 1);
            }
        }
    }
    make_room();
    add_noise(&search, number).unwrap();
    assert_eq!(total(&search, "kept"), number);
    assert!(search.verify().unwrap().is_empty());
    drop(search);
    let (search, report) = write(dir);
    assert_eq!(report.state, IndexState::Ready);
    assert_eq!((search.applied().unwrap(), total(&search, "kept")), (Seq(number), number));
}

#[test]
fn a_full_disk_loses_nothing_that_was_committed() {
    const CHILD: &str = "WATCHKEEPER_TEST_SEARCH_FULL_DIR";
    #[allow(clippy::disallowed_methods, reason = "the child is told its part by its environment")]
    if let Ok(dir) = std::env::var(CHILD) {
        let mount = |options: &str| {
            let mounted = Command::new("mount")
                .args(["-t", "tmpfs", "-o", options, "watchkeeper-test", &dir])
                .status();
            assert!(mounted.unwrap().success(), "mount -o {options}");
        };
        mount("size=4m");
        fill_small_disk(Path::new(&dir), || mount("remount,size=64m"));
        return;
    }
    // In a mount namespace of its own, so that nothing remains of it; without being root, in a
    // user namespace as well.
    let root = rustix::process::geteuid().is_root();
    let unshare: &[&str] = if root { &["-m"] } else { &["--map-root-user", "-m"] };
    let able = Command::new("unshare").args(unshare).arg("true").output();
    if !able.is_ok_and(|output| output.status.success()) {
        println!("SKIPPED: no namespace for a small disk");
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let child = Command::new("unshare")
        .args(unshare)
        .arg(std::env::current_exe().unwrap())
        .args(["--exact", "--nocapture"])
        .arg("local::search::tests::a_full_disk_loses_nothing_that_was_committed")
        .env(CHILD, dir.path())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&child.stdout);
    let complained = String::from_utf8_lossy(&child.stderr);
    assert!(child.status.success() && said.contains("1 passed"), "{said}\n{complained}");
}
