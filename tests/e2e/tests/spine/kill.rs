//! Imports killed at random moments.

use std::{
    collections::BTreeSet,
    path::Path,
    time::{Duration, Instant},
};

use crate::{
    letters::{self, Amount, Letters, WORD},
    program::{Place, Running, cases, ledgers, number},
};

/// Kills where `WATCHKEEPER_KILLS` names no other number.
const KILLS: u32 = 20;
/// Every run of the test kills at the same shares of an import's time.
const SEED: u64 = 0x5eed;

/// SplitMix64 (Steele, Lea, Flood 2014): enough to choose moments.
struct Moments(u64);

impl Moments {
    fn share(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) as f64 / u64::MAX as f64
    }
}

fn kills() -> u32 {
    #[expect(clippy::disallowed_methods, reason = "how long to test is no configuration")]
    let named = std::env::var("WATCHKEEPER_KILLS").ok();
    named.map_or(KILLS, |kills| kills.parse().expect("WATCHKEEPER_KILLS is a number"))
}

#[test]
fn a_killed_import_loses_nothing_and_doubles_nothing() {
    let written = tempfile::tempdir().unwrap();
    let amount = Amount { maildirs: 5, conversations: 20, replies: 4 };
    let letters = letters::write(&written.path().join("mail"), &amount);
    let undisturbed = Place::new();
    let started = Instant::now();
    undisturbed.import(&[&letters.root]);
    let whole = started.elapsed();
    let wanted = threads(&undisturbed.export());
    assert_eq!(wanted.len(), amount.maildirs * amount.conversations);

    let mut moments = Moments(SEED);
    let (mut killed, mut rounds) = (0, 0);
    while killed < kills() {
        let place = Place::new();
        let mut in_a_row = 0;
        while killed < kills() {
            // Squared, so that early moments, of which every run has some, are not outnumbered.
            let delay = whole.mul_f64(moments.share().powi(2) * 1.1);
            if !killed_after(&place, &letters.root, delay) {
                break;
            }
            killed += 1;
            in_a_row += 1;
            data_is_sound_or_absent(&place, delay);
        }
        rounds += 1;
        everything_is_there_once(&place, &letters, &wanted);
        println!("round {rounds}: {in_a_row} kills in a row, then everything was there once");
    }
}

/// The moments in which a data directory is made, one by one.
#[test]
fn a_kill_while_the_data_directory_is_made_leaves_a_sound_one_or_none() {
    let written = tempfile::tempdir().unwrap();
    let amount = Amount { maildirs: 1, conversations: 2, replies: 1 };
    let letters = letters::write(&written.path().join("mail"), &amount);
    let (mut absent, mut sound) = (0, 0);
    for moment in 0..60 {
        let place = Place::new();
        let delay = Duration::from_micros(700 * moment);
        if killed_after(&place, &letters.root, delay) {
            let there = data_is_sound_or_absent(&place, delay);
            *if there { &mut sound } else { &mut absent } += 1;
        }
        let all = ledgers(
            &place.run(&["import".as_ref(), "--json".as_ref(), letters.root.as_os_str()]).expect(0),
        );
        assert_eq!(all.len(), 1, "the import after a kill after {delay:?}");
        place.run(&["verify"]).expect(0);
    }
    println!("{absent} kills before there was data, {sound} after");
    assert!(absent > 0, "no kill came before there was data");
}

/// Whether there is data, which then verifies; where there is none, `verify` says what to do.
fn data_is_sound_or_absent(place: &Place, delay: Duration) -> bool {
    let said = place.run(&["verify"]);
    if said.code == Some(0) {
        return true;
    }
    assert!(
        said.err.contains("there is no Watchkeeper data in"),
        "killed after {delay:?}: {said:?}"
    );
    assert!(!place.data().join("journal.redb").exists(), "killed after {delay:?}: {said:?}");
    false
}

/// Whether an import of `mail` could be killed after `delay`; not if it was done by then.
fn killed_after(place: &Place, mail: &Path, delay: Duration) -> bool {
    let mut command = place.command(&["import", "--json"]);
    let mut import = Running::start(command.arg(mail));
    let until = Instant::now() + delay;
    while Instant::now() < until {
        if let Some(status) = import.0.try_wait().unwrap() {
            assert!(status.success(), "an import after a kill failed: {status}");
            return false;
        }
        std::thread::sleep(Duration::from_millis(1));
    }
    import.kill();
    true
}

fn everything_is_there_once(place: &Place, letters: &Letters, wanted: &BTreeSet<BTreeSet<String>>) {
    let said = place.run(&["import".as_ref(), "--json".as_ref(), letters.root.as_os_str()]);
    let ledgers = ledgers(&said.expect(0));
    assert_eq!(ledgers.len(), letters.maildirs.len());
    for (path, files) in &letters.maildirs {
        let path = path.canonicalize().unwrap();
        assert_eq!(number(&ledgers[path.to_str().unwrap()]["seen"]), *files);
    }
    place.run(&["verify"]).expect(0);
    let findings = place.run(&["doctor", "--json"]).expect(0).rows();
    let quarantine = findings.iter().find(|finding| finding["about"] == "quarantine").unwrap();
    assert!(quarantine["text"].as_str().unwrap().starts_with("1 message"), "{quarantine}");

    let export = place.export();
    let all: Vec<String> = cases(&export).into_iter().flatten().collect();
    let once: BTreeSet<&String> = all.iter().collect();
    assert_eq!(all.len(), once.len(), "a message is there twice");
    let missing: Vec<_> = letters.ids.iter().filter(|id| !once.contains(id)).collect();
    assert!(missing.is_empty(), "{missing:?}");
    assert_eq!(all.len(), letters.ids.len());
    assert_eq!(&threads(&export), wanted, "other cases than an undisturbed import makes");

    let found = place.run(&["search", "--json", WORD]).expect(0).rows();
    assert_eq!(number(&found[0]["total"]), letters.ids.len() as u64, "search and record differ");
}

/// The messages of each case, whatever the cases are called.
fn threads(export: &str) -> BTreeSet<BTreeSet<String>> {
    cases(export).into_iter().map(BTreeSet::from_iter).collect()
}
