use app::AppError;

use crate::world::{later, noon, user, world};

const WORDS: &str = "words/en/noise.txt";

#[test]
fn a_restart_loses_no_draft() {
    let (disk, app) = world();
    app.put_draft_file("kim", WORDS, b"noise\nhum\n".to_vec()).unwrap();
    app.delete_draft_file("kim", "policies/level_raised.rhai").unwrap();
    drop(app);
    let app = disk.open(later(1));
    assert!(app.has_draft("kim").unwrap());
    assert_eq!(app.draft_file("kim", WORDS).unwrap(), b"noise\nhum\n");
    let (_, list) = app.draft_list("kim").unwrap();
    let changed: Vec<(&str, &str)> = list
        .iter()
        .filter(|file| file.change != "same")
        .map(|file| (file.path.as_str(), file.change))
        .collect();
    assert_eq!(changed, [("policies/level_raised.rhai", "removed"), (WORDS, "changed")]);
}

#[test]
fn a_rebuild_loses_no_draft() {
    let (_, app) = world();
    app.put_draft_file("kim", WORDS, b"hum\n".to_vec()).unwrap();
    app.rebuild(later(1), &mut |_, _| ()).unwrap();
    assert_eq!(app.draft_file("kim", WORDS).unwrap(), b"hum\n");
}

#[test]
fn nobody_writes_into_the_draft_of_another() {
    let (_, app) = world();
    app.put_draft_file("kim", WORDS, b"hum\n".to_vec()).unwrap();
    app.put_draft_file("kimberly", WORDS, b"buzz\n".to_vec()).unwrap();
    assert_eq!(app.draft_file("kim", WORDS).unwrap(), b"hum\n");
    app.begin_draft("kim", "active").unwrap();
    assert_eq!(app.draft_file("kim", WORDS).unwrap(), b"noise\n");
    assert_eq!(app.draft_file("kimberly", WORDS).unwrap(), b"buzz\n");
}

#[test]
fn a_draft_says_what_is_wrong_with_it_and_is_kept_only_when_nothing_is() {
    let (_, app) = world();
    let bad = b"fn levels() { [] }\nfn severity(record) {\n    recrd.has(\"noise\")\n}\n";
    app.put_draft_file("kim", "severity.rhai", bad.to_vec()).unwrap();
    let (rules, errors) = app.check_draft("kim").unwrap();
    assert_eq!(rules, None);
    let place = errors.iter().find_map(|error| error.position);
    assert_eq!(place.map(|(line, _)| line), Some(3), "{errors:?}");
    let kept = app.save_draft("kim", "", user("kim"), later(1));
    assert!(matches!(kept, Err(AppError::Rules(_))));

    app.begin_draft("kim", "active").unwrap();
    app.put_draft_file("kim", WORDS, b"noise\nhum\n".to_vec()).unwrap();
    let rules = app.save_draft("kim", "hums too", user("kim"), later(2)).unwrap();
    assert_eq!(app.draft_list("kim").unwrap().0, rules, "the draft goes on from there");
    let version = app.rule_versions(None).unwrap().remove(0);
    assert_eq!((version.author.as_str(), version.note.as_str()), ("kim", "hums too"));
    assert!(!version.active, "keeping is not activating");
}

#[test]
fn a_file_that_belongs_to_no_set_is_refused() {
    let (_, app) = world();
    for path in ["../escape.rhai", "signals/../../escape.rhai", "notes.txt"] {
        let put = app.put_draft_file("kim", path, Vec::new());
        assert!(matches!(put, Err(AppError::Invalid { .. })), "{path}");
    }
    let gone = app.delete_draft_file("kim", "signals/nothing.rhai");
    assert!(matches!(gone, Err(AppError::NotFound { .. })));
    assert!(app.rules_status(None).unwrap().refused.is_none());
    assert!(app.tick(noon()).is_ok());
}
