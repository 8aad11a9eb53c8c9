//! Backups of a directory that is written meanwhile, and what is restored from them.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
    sync::atomic::{AtomicBool, Ordering},
};

use model::{EvidenceId, Fact, Seq};
use store::{
    Change,
    local::{
        OpenOptions, Store,
        backup::{BackupError, Course, Created, Destination, Plan, Result, check, create, restore},
        open_access,
    },
};

use crate::conformance::samples::captured;

/// A data directory, a destination, and room for what is restored.
struct Place {
    dir: tempfile::TempDir,
    store: Store,
}

impl Place {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::open(&dir.path().join("data"), &OpenOptions::write("serve")).unwrap();
        fs::write(dir.path().join("data/seal.key"), b"sealed").unwrap();
        Self { dir, store }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    /// Takes in what `captured` names.
    fn take_in(&self, numbers: std::ops::Range<u64>) {
        take_in(&self.store, numbers);
    }

    fn back_up(&self, second: i64, keep: Option<usize>) -> Result<Created> {
        self.back_up_until(second, keep, &mut |_, _| (), &AtomicBool::new(false))
    }

    fn back_up_until(
        &self,
        second: i64,
        keep: Option<usize>,
        progress: &mut dyn FnMut(u64, u64),
        stop: &AtomicBool,
    ) -> Result<Created> {
        let (data, destination) = (self.path("data"), self.path("backups"));
        let plan = Plan {
            data: &data,
            anew: &["compiled*"],
            configuration: None,
            destination: &destination,
            keep,
            program: "1",
            by: "schedule",
            holder: "a test",
            now: model::Instant::from_seconds(1_800_000_000 + second),
        };
        create(&plan, &mut Course { progress, stop })
    }

    fn destination(&self) -> Destination {
        Destination::open(&self.path("backups")).unwrap()
    }

    fn restore(&self, id: Option<&str>, to: &str) -> Result<PathBuf> {
        let to = self.path(to);
        let stop = AtomicBool::new(false);
        let mut course = Course { progress: &mut |_, _| (), stop: &stop };
        restore(&self.destination(), id, &to, &mut course).map(|_| to)
    }

    fn broken(&self) -> Vec<store::Broken> {
        let destination = self.destination();
        let stop = AtomicBool::new(false);
        let mut course = Course { progress: &mut |_, _| (), stop: &stop };
        check(&destination, &destination.snapshots().unwrap(), &mut course).unwrap()
    }

    /// The files of a folder of the destination.
    fn objects(&self, folder: &str) -> BTreeSet<String> {
        fs::read_dir(self.path("backups").join(folder))
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect()
    }
}

fn take_in(store: &Store, numbers: std::ops::Range<u64>) {
    for number in numbers {
        let bytes = number.to_le_bytes();
        store.evidence().put(&[(EvidenceId::of(&bytes), &bytes)]).unwrap();
        store.journal().append(&[captured(number)]).unwrap();
    }
}

/// Fails unless everything in `dir` is as it was at `head`, with all evidence that facts name.
#[track_caller]
fn assert_whole(dir: &Path, head: store::Head) {
    let store = Store::open(dir, &OpenOptions::write("restored")).unwrap();
    assert_eq!(store.journal().head().unwrap(), head);
    assert_eq!(store.journal().verify(&mut |_| ()).unwrap(), []);
    assert_eq!(store.evidence().verify(&mut |_| ()).unwrap(), []);
    for entry in store.journal().read(Seq(1), usize::MAX).unwrap() {
        let Fact::Captured { evidence, item, .. } = entry.fact else { continue };
        assert!(store.evidence().get(&evidence).unwrap().is_some(), "fact {}", entry.seq);
        assert_eq!(store.journal().known(&[item]).unwrap(), [true]);
    }
}

#[test]
fn what_is_restored_is_the_same_fact_by_fact_and_row_by_row() {
    let place = Place::new();
    place.take_in(0..600);
    let access = open_access(&place.path("data")).unwrap();
    let row = |key: &[u8]| Change::Put { table: "access", key: key.to_vec(), value: vec![0, 255] };
    access.apply(&[row(b"ann"), row(b"\xff")], Seq(0)).unwrap();
    fs::create_dir_all(place.path("data/secrets")).unwrap();
    fs::write(place.path("data/secrets/imap.password"), b"tea").unwrap();
    fs::create_dir_all(place.path("data/compiled-plugins")).unwrap();
    fs::write(place.path("data/compiled-plugins/x"), b"machine code").unwrap();
    let head = place.store.journal().head().unwrap();
    let created = place.back_up(0, None).unwrap();
    assert_eq!(
        (created.snapshot.manifest.seq, created.snapshot.manifest.head),
        (head.seq, head.hash)
    );
    assert_eq!(place.broken(), []);

    let to = place.restore(None, "restored").unwrap();
    let mut names: Vec<String> = fs::read_dir(&to)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    assert_eq!(names, ["access.redb", "evidence", "journal.redb", "seal.key", "secrets"]);
    assert_eq!(fs::read(to.join("secrets/imap.password")).unwrap(), b"tea");
    let restored = open_access(&to).unwrap().snapshot().unwrap();
    assert_eq!(restored.count("access").unwrap(), 2);
    assert_eq!(restored.get("access", b"\xff").unwrap(), Some(vec![0, 255]));
    drop(restored);
    assert_whole(&to, head);
    // It goes on from there, into backups of its own.
    let store = Store::open(&to, &OpenOptions::write("serve")).unwrap();
    take_in(&store, 600..610);
    assert_eq!(store.journal().head().unwrap().seq, Seq(610));
}

#[test]
fn the_second_backup_copies_only_what_is_new_though_small_packs_were_merged() {
    let place = Place::new();
    place.take_in(0..40);
    let first = place.back_up(0, None).unwrap().snapshot;
    let again = place.back_up(1, None).unwrap().snapshot;
    assert_eq!(again.manifest.new_bytes, 0, "nothing is new");
    assert_eq!(place.objects("packs").len(), 40);

    place.take_in(40..42);
    let third = place.back_up(2, None).unwrap().snapshot;
    assert_eq!(place.objects("packs").len(), 42);
    assert!(third.manifest.new_bytes < first.manifest.new_bytes, "{third:?}");

    place.store.evidence().merge_small().unwrap();
    let merged = place.back_up(3, Some(1)).unwrap();
    assert_eq!((merged.snapshot.manifest.packs.len(), merged.dropped), (1, 3));
    assert_eq!(place.objects("packs").len(), 1, "what nobody names goes");
    assert_eq!(place.objects("facts").len(), merged.snapshot.manifest.facts.len());
    assert_eq!(place.objects("snapshots").len(), 1);
    let head = place.store.journal().head().unwrap();
    assert_whole(&place.restore(None, "restored").unwrap(), head);
}

#[test]
fn a_backup_made_while_mail_comes_in_holds_all_evidence_that_its_facts_name() {
    let place = Place::new();
    place.take_in(0..3);
    let done = AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            for round in 0..30 {
                place.take_in(3 + round * 5..3 + (round + 1) * 5);
                if round % 7 == 6 {
                    place.store.evidence().merge_small().unwrap();
                }
            }
            done.store(true, Ordering::Release);
        });
        let mut number = 0;
        while number < 2 || (number < 6 && !done.load(Ordering::Acquire)) {
            let made = place.back_up(number, None).unwrap().snapshot.manifest;
            let to = place.restore(None, &format!("restored-{number}")).unwrap();
            assert_whole(&to, store::Head { seq: made.seq, hash: made.head });
            number += 1;
        }
    });
    assert_eq!(place.broken(), []);
}

#[test]
fn a_backup_that_was_stopped_leaves_the_former_one_and_the_next_goes_on_from_it() {
    let place = Place::new();
    place.take_in(0..5);
    place.back_up(0, None).unwrap();
    place.take_in(5..60);
    let stop = AtomicBool::new(false);
    let mut steps = 0;
    let mut halt = |_, _| {
        steps += 1;
        stop.store(steps > 20, Ordering::Relaxed);
    };
    let stopped = place.back_up_until(1, None, &mut halt, &stop);
    assert!(matches!(stopped, Err(BackupError::Stopped)), "{stopped:?}");
    assert_eq!(place.destination().snapshots().unwrap().len(), 1);
    assert_eq!(place.broken(), []);
    let copied = place.objects("packs");
    assert!((6..60).contains(&copied.len()), "{}", copied.len());

    let newest = place.path("backups/packs").join(copied.iter().next().unwrap());
    let before = fs::metadata(&newest).unwrap().modified().unwrap();
    place.back_up(2, None).unwrap();
    assert_eq!(fs::metadata(&newest).unwrap().modified().unwrap(), before, "copied once");
    assert_eq!(place.objects("packs").len(), 60);
    assert_eq!(place.objects("unfinished").len(), 0);
    assert_whole(&place.restore(None, "restored").unwrap(), place.store.journal().head().unwrap());
}

#[test]
fn an_earlier_backup_is_restored_as_it_was() {
    let place = Place::new();
    place.take_in(0..3);
    let head = place.store.journal().head().unwrap();
    let first = place.back_up(0, None).unwrap().snapshot.id;
    place.take_in(3..9);
    place.back_up(1, None).unwrap();
    assert_whole(&place.restore(Some(&first[..15]), "restored").unwrap(), head);
    let missing = place.restore(Some("2020"), "other").unwrap_err().to_string();
    assert!(missing.contains("holds no backup 2020"), "{missing}");
}

#[test]
fn what_was_altered_in_a_backup_is_named_and_never_restored() {
    for folder in ["packs", "facts", "files", "tables"] {
        let place = Place::new();
        place.take_in(0..3);
        drop(open_access(&place.path("data")).unwrap());
        place.back_up(0, None).unwrap();
        let name = place.objects(folder).into_iter().next().unwrap();
        let path = place.path("backups").join(folder).join(&name);
        let mut bytes = fs::read(&path).unwrap();
        let middle = bytes.len() / 2;
        bytes[middle] ^= 1;
        fs::write(&path, &bytes).unwrap();
        assert!(place.broken()[0].item.contains(&name), "{folder}");
        let refused = place.restore(None, "restored").unwrap_err().to_string();
        assert!(refused.contains(&name) && refused.contains("SHA-256"), "{refused}");
        assert!(!place.path("restored/journal.redb").exists(), "nothing to be taken for whole");
        fs::remove_file(&path).unwrap();
        assert!(place.broken()[0].detail.contains("missing"));
        // What is gone is copied again, and the same restore, which had been begun, ends well.
        place.back_up(1, None).unwrap();
        place.restore(None, "restored").unwrap();
    }
    let place = Place::new();
    place.take_in(0..3);
    let id = place.back_up(0, None).unwrap().snapshot.id;
    let manifest = place.path("backups/snapshots").join(format!("{id}.json"));
    let text = String::from_utf8(fs::read(&manifest).unwrap()).unwrap();
    fs::write(&manifest, text.replace("schedule", "sch3dule")).unwrap();
    let refused = place.restore(None, "restored").unwrap_err().to_string();
    assert!(refused.contains(&id) && refused.contains("damaged"), "{refused}");
}

#[test]
fn a_destination_that_would_mix_or_lose_backups_is_refused_with_the_remedy() {
    let place = Place::new();
    place.take_in(0..3);
    let refused = |destination: &Path, data: &Path| {
        let plan = Plan {
            data,
            anew: &[],
            configuration: None,
            destination,
            keep: None,
            program: "1",
            by: "schedule",
            holder: "a test",
            now: model::Instant::EPOCH,
        };
        let stop = AtomicBool::new(false);
        create(&plan, &mut Course { progress: &mut |_, _| (), stop: &stop })
            .unwrap_err()
            .to_string()
    };
    let data = place.path("data");
    let within = refused(&data.join("backups/deep"), &data);
    assert!(within.contains("within each other"), "{within}");
    assert!(refused(place.dir.path(), &data).contains("within each other"));
    assert!(!data.join("backups").exists(), "nothing is made there");
    fs::create_dir(place.path("photos")).unwrap();
    fs::write(place.path("photos/cat.jpg"), b"meow").unwrap();
    let foreign = refused(&place.path("photos"), &data);
    assert!(foreign.contains("no backup") && foreign.contains("cat.jpg"), "{foreign}");

    place.back_up(0, None).unwrap();
    let other = Place::new();
    other.take_in(9..12);
    let mixed = refused(&place.path("backups"), &other.path("data"));
    assert!(mixed.contains("another journal"), "{mixed}");
    // Restored, and gone on elsewhere than the original did.
    let restored = place.restore(None, "restored").unwrap();
    place.take_in(3..5);
    place.back_up(1, None).unwrap();
    assert!(
        refused(&place.path("backups"), &restored).contains("holds 5 facts, the journal only 3")
    );
    let gone_on = Store::open(&restored, &OpenOptions::write("serve")).unwrap();
    take_in(&gone_on, 20..24);
    assert!(refused(&place.path("backups"), &restored).contains("differ before fact 5"));

    let full = place.restore(None, "photos").unwrap_err().to_string();
    assert!(full.contains("is not empty"), "{full}");
    assert_eq!(fs::read(place.path("photos/cat.jpg")).unwrap(), b"meow");
    let nothing = Destination::open(&place.path("photos")).unwrap_err().to_string();
    assert!(nothing.contains("watchkeeper backup create"), "{nothing}");
}

#[test]
fn two_backups_at_once_do_not_write_over_each_other() {
    let place = Place::new();
    place.take_in(0..3);
    place.back_up(0, None).unwrap();
    let held = place.destination().hold("nightly, process 7").unwrap();
    let busy = place.back_up(1, None).unwrap_err().to_string();
    assert!(busy.contains("being written by nightly, process 7"), "{busy}");
    drop(held);
    place.back_up(1, None).unwrap();
}
