//! Data that was altered behind the program's back.

use std::{
    fs,
    path::{Path, PathBuf},
};

use serde_json::Value;

use crate::{
    letters::{self, Amount, WORD},
    program::{Place, Said, number},
};

/// Something done to a file or a folder.
type Damage = fn(&Path);

/// Data in good order, and what it gives.
struct Sound {
    place: Place,
    export: String,
    messages: u64,
}

impl Sound {
    fn new() -> Self {
        let place = Place::new();
        let amount = Amount { maildirs: 2, conversations: 15, replies: 3 };
        let letters = letters::write(&place.path("mail"), &amount);
        place.import(&[&letters.root]);
        let export = place.export();
        Self { place, export, messages: letters.ids.len() as u64 }
    }

    /// A copy of the data to be damaged.
    fn copy(&self) -> Place {
        let place = Place::new();
        copy(&self.place.data(), &place.data());
        place.run(&["verify"]).expect(0);
        place
    }

    /// Fails unless everything is as it was.
    #[track_caller]
    fn is_mended(&self, place: &Place) {
        place.run(&["verify"]).expect(0);
        assert!(place.export() == self.export, "the export differs from the one before");
        let found = place.run(&["search", "--json", WORD]).expect(0).rows();
        assert_eq!(number(&found[0]["total"]), self.messages);
    }
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

/// Inverts the byte at this share of the file's length.
fn flip(path: &Path, share: f64) {
    let mut bytes = fs::read(path).unwrap();
    let at = (bytes.len() as f64 * share) as usize;
    bytes[at] = !bytes[at];
    fs::write(path, bytes).unwrap();
}

fn truncate(path: &Path, share: f64) {
    let bytes = fs::read(path).unwrap();
    fs::write(path, &bytes[..(bytes.len() as f64 * share) as usize]).unwrap();
}

/// The first file below `dir` whose name ends like this.
fn file(dir: &Path, end: &str) -> PathBuf {
    let mut found: Vec<PathBuf> = fs::read_dir(dir)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.to_str().unwrap().ends_with(end))
        .collect();
    found.sort();
    found.into_iter().next().unwrap_or_else(|| panic!("no *{end} in {}", dir.display()))
}

/// The first broken item that `verify` names, with the part it belongs to. What cannot even be
/// opened is named on standard error.
#[track_caller]
fn first_broken(place: &Place) -> String {
    let said: Said = place.run(&["verify", "--json"]).expect(1);
    let checks = said.rows();
    let broken = checks.iter().find(|check| check["broken"] != Value::Array(Vec::new()));
    match broken {
        Some(check) => {
            let first = &check["broken"][0];
            assert!(first["detail"].as_str().is_some_and(|detail| !detail.is_empty()));
            format!("{} {}", check["what"].as_str().unwrap(), first["item"].as_str().unwrap())
        }
        None => said.err,
    }
}

#[test]
fn an_altered_or_truncated_pack_is_named() {
    let sound = Sound::new();
    let damages: [Damage; 4] = [
        |pack| flip(pack, 0.05),
        |pack| flip(pack, 0.5),
        |pack| truncate(pack, 0.6),
        |pack| fs::remove_file(pack).unwrap(),
    ];
    for (number, damage) in damages.iter().enumerate() {
        let place = sound.copy();
        let pack = file(&place.data().join("evidence"), ".tar.zst");
        damage(&pack);
        let named = first_broken(&place);
        println!("pack damage {number}: {named}");
        let name = pack.file_name().unwrap().to_str().unwrap();
        assert!(named.contains(name.trim_end_matches(".tar.zst")), "{named}");
    }
}

#[test]
fn an_altered_journal_is_never_taken_for_whole() {
    let sound = Sound::new();
    let mut found = 0;
    for step in 0..16 {
        let place = sound.copy();
        flip(&place.data().join("journal.redb"), f64::from(step) / 16.0 + 0.001);
        let said = place.run(&["verify", "--json"]);
        println!("journal byte {step}/16: {:?} {}", said.code, said.err.trim());
        match said.code {
            // The byte was in a page that holds nothing.
            Some(0) => assert!(place.export() == sound.export),
            Some(1) => {
                found += 1;
                let all = format!("{}{}", first_broken(&place), said.err);
                assert!(all.contains("journal") || all.contains("fact"), "{all}");
            }
            code => panic!("{code:?}: {}", said.err),
        }
    }
    assert!(found > 0, "no altered byte of sixteen was found");
    let place = sound.copy();
    truncate(&place.data().join("journal.redb"), 0.5);
    assert!(first_broken(&place).contains("journal"));
}

#[test]
fn damaged_views_are_found_and_built_again_to_the_byte() {
    let sound = Sound::new();
    let damages: [Damage; 4] = [
        |views| fs::remove_file(views).unwrap(),
        |views| truncate(views, 0.5),
        |views| fs::write(views, "no database").unwrap(),
        |views| (0..200).for_each(|at| flip(views, f64::from(at) / 200.0 + 0.002)),
    ];
    for (number, damage) in damages.iter().enumerate() {
        let place = sound.copy();
        damage(&place.data().join("views.redb"));
        let named = first_broken(&place);
        println!("views damage {number}: {named}");
        assert!(named.contains("views"), "{named}");
        place.run(&["rebuild"]).expect(0);
        sound.is_mended(&place);
    }
}

#[test]
fn a_damaged_search_index_is_found_and_built_again() {
    let sound = Sound::new();
    let damages: [Damage; 4] = [
        |search| fs::remove_dir_all(search).unwrap(),
        |search| flip(&file(&search.join("g0001"), ".idx"), 0.5),
        |search| truncate(&file(&search.join("g0001"), ".store"), 0.5),
        |search| fs::write(search.join("g0001/meta.json"), "{").unwrap(),
    ];
    for (number, damage) in damages.iter().enumerate() {
        for only in [&["rebuild"][..], &["rebuild", "--search-only"]] {
            let place = sound.copy();
            damage(&place.data().join("search"));
            let named = first_broken(&place);
            println!("index damage {number}: {named}");
            assert!(named.contains("index") || named.contains("search"), "{named}");
            place.run(only).expect(0);
            sound.is_mended(&place);
        }
    }
}

#[test]
fn sound_data_is_the_same_after_a_rebuild() {
    let sound = Sound::new();
    sound.place.run(&["rebuild"]).expect(0);
    sound.is_mended(&sound.place);
}
