use std::collections::BTreeMap;

use super::*;
use crate::{RuleSet, Tests};

fn files(list: &[(&str, &str)]) -> Files {
    list.iter().map(|(path, text)| ((*path).to_owned(), text.as_bytes().to_vec())).collect()
}

fn over(list: &[(&str, &str)]) -> Result<Files, RuleError> {
    resolve(files(list), &|_| Ok(None))
}

#[test]
fn a_set_replaces_adds_and_removes_files_of_its_base() {
    let laid = over(&[
        ("set.toml", "name = \"ours\"\nextends = \"default\"\ndrop = [\"signals/outage.rhai\"]\n"),
        ("signals/frustration.rhai", "// ours"),
        ("signals/gone_quiet.rhai", "\n"),
        ("words/en/ours.txt", "ours\n"),
    ])
    .unwrap();
    let base = files::default_files();
    assert_eq!(laid["signals/frustration.rhai"], b"// ours");
    assert_eq!(laid["calendars.toml"], base["calendars.toml"]);
    for gone in ["signals/outage.rhai", "signals/gone_quiet.rhai"] {
        assert!(base.contains_key(gone) && !laid.contains_key(gone), "{gone}");
    }
    assert!(laid.contains_key("words/en/ours.txt"));
    assert!(!laid.keys().any(|path| path.starts_with("tests/")));
}

#[test]
fn what_was_laid_together_means_the_same_ever_after() {
    let once = over(&[("set.toml", "name = \"ours\"\nextends = \"p1-p5\"\n")]).unwrap();
    let card = String::from_utf8(once["set.toml"].clone()).unwrap();
    assert_eq!(card, "name = \"ours\"\nbased_on = [\"p1-p5\", \"default\"]\n");
    assert_eq!(resolve(once.clone(), &|_| Ok(None)).unwrap(), once);
    let set = RuleSet::with_tests("x", once.clone(), Tests::Skip).unwrap();
    let again = RuleSet::with_tests("x", set.files().clone(), Tests::Skip).unwrap();
    assert_eq!(set.id(), again.id());
    assert_eq!(set.name(), "ours");
}

#[test]
fn a_base_that_is_nowhere_is_refused_by_its_name() {
    let error = over(&[("set.toml", "name = \"ours\"\nextends = \"defualt\"\n")]).unwrap_err();
    let text = error.to_string();
    assert!(text.starts_with("set.toml:2:11: no set `defualt` to extend; did you mean `default`?"));
    assert!(text.contains("p1-p5"), "{text}");
}

#[test]
fn sets_that_extend_each_other_are_refused_by_name() {
    let extending = |base: &str| format!("name = \"x\"\nextends = \"{base}\"\n");
    let sets: BTreeMap<&str, String> =
        [("one", extending("two")), ("two", extending("three")), ("three", extending("two"))]
            .into();
    let find = |name: &str| Ok(sets.get(name).map(|card| files(&[("set.toml", card)])));
    let error = resolve(files(&[("set.toml", &extending("one"))]), &find).unwrap_err();
    let told =
        "set.toml:2:11: each of these sets extends the next without an end: one, two, three, two";
    assert!(error.to_string().starts_with(told), "{error}");
}

#[test]
fn dropping_what_is_not_there_is_a_mistake() {
    let card = "name = \"ours\"\nextends = \"default\"\ndrop = [\"signals/outtage.rhai\"]\n";
    let error = over(&[("set.toml", card)]).unwrap_err().to_string();
    assert!(error.starts_with("set.toml:3:9: the set default has no file `signals/outtage.rhai`"));
    assert!(error.contains("did you mean `signals/outage.rhai`?"), "{error}");
    let alone = over(&[("set.toml", "name = \"ours\"\ndrop = [\"x\"]\n")]).unwrap_err();
    assert!(alone.to_string().contains("without `extends`"), "{alone}");
}

#[test]
fn a_failing_test_of_the_upper_set_refuses_it() {
    let test = "[[test]]\nname = \"x\"\nlevel = \"S1\"\n[[test.message]]\nat = \"2026-03-02T09:00:00Z\"\n\
                from = \"a@b.example\"\nto = [\"support@ours.example\"]\ntext = \"Hello\"\n";
    let card = "name = \"ours\"\nextends = \"default\"\n";
    let set = files(&[("set.toml", card), ("tests/x.toml", test)]);
    let error = RuleSet::from_files("x", set).unwrap_err().to_string();
    assert!(error.contains("tests/x.toml:2:1"), "{error}");
}

#[test]
fn folders_beside_a_set_can_be_its_base() {
    let place = tempfile::tempdir().unwrap();
    let put = |folder: &str, path: &str, text: &str| {
        let file = place.path().join(folder).join(path);
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(file, text).unwrap();
    };
    put("house", "set.toml", "name = \"house\"\nextends = \"itil\"\n");
    put("house", "words/en/house.txt", "house\n");
    put("team", "set.toml", "name = \"team\"\nextends = \"house\"\n");
    put("team", "words/en/team.txt", "team\n");
    let set = RuleSet::read(&place.path().join("team"), Tests::Skip).unwrap();
    assert_eq!(set.name(), "team");
    assert_eq!(set.levels()[0].name.as_str(), "P1");
    for path in ["words/en/house.txt", "words/en/team.txt"] {
        assert!(set.files().contains_key(path), "{path}");
    }
}

#[test]
fn every_shipped_set_loads_and_passes_its_tests() {
    let levels: [(&str, &[&str]); 4] = [
        ("green-amber-red-black", &["Black", "Red", "Amber", "Green"]),
        ("itil", &["P1", "P2", "P3", "P4", "P5"]),
        ("p1-p5", &["P1", "P2", "P3", "P4", "P5"]),
        ("watch-crisis", &["Crisis", "Executive", "Escalated", "Watch"]),
    ];
    let names: Vec<&str> = files::shipped_names().collect();
    assert_eq!(names[0], "default");
    assert_eq!(names[1..], levels.map(|(name, _)| name));
    for (name, wanted) in levels {
        let set =
            RuleSet::read(Path::new(name), Tests::Run).unwrap_or_else(|e| panic!("{name}: {e}"));
        assert_eq!(set.name(), name);
        let found: Vec<&str> = set.levels().iter().map(|level| level.name.as_str()).collect();
        assert_eq!(found, wanted);
        assert!(
            set.levels().iter().filter(|level| level.escalated).all(|l| l.quiet_hours.is_some())
        );
        assert!(set.files().keys().any(|path| path.starts_with("tests/")), "{name} has no test");
    }
}
