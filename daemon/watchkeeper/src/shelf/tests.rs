use std::{collections::BTreeMap, path::Path};

use app::saved::{Refused, Sealed, Setting, Settings, SourceDraft};
use toml::Table;

use super::{draft, text_of};
use crate::config::{Config, ConfigError, secret_file};

fn text(text: &str) -> Setting {
    Setting::Text(text.to_owned())
}

fn mailbox() -> SourceDraft {
    SourceDraft {
        name: "sales".to_owned(),
        kind: "imap".to_owned(),
        settings: Settings::from([
            ("host".to_owned(), text("imap.harbour.example")),
            ("user".to_owned(), text("sales@harbour.example")),
            ("port".to_owned(), Setting::Number(993)),
            ("folders".to_owned(), Setting::List(vec!["INBOX".to_owned()])),
        ]),
        secrets: BTreeMap::from([("password".to_owned(), Sealed::new("tea".to_owned()))]),
    }
}

fn written(draft: &SourceDraft, before: Option<&Table>) -> Table {
    draft::section(draft, before, &|key| secret_file(&draft.name, key)).unwrap()
}

fn loaded(table: &Table) -> Result<Config, String> {
    let text = text_of(std::slice::from_ref(table)).unwrap();
    let config = Config::default().with_saved(&text, Path::new("/data"));
    config.map_err(ConfigError::detail)
}

#[test]
fn a_draft_becomes_the_section_that_a_person_would_write_and_no_secret_is_in_it() {
    let table = written(&mailbox(), None);
    let text = text_of(std::slice::from_ref(&table)).unwrap();
    assert!(!text.contains("tea"), "{text}");
    assert!(!format!("{:?}", mailbox()).contains("tea"));
    let config = loaded(&table).unwrap();
    let section = &config.source[0];
    assert!(section.saved);
    let mailbox = section.mailbox(Path::new("/data"), 1, &config.time_zone()).unwrap();
    assert_eq!(mailbox.secrets(), [Path::new("/data/secrets/sales.password")]);
    assert_eq!(mailbox.folders, ["INBOX"]);
    let shown = draft::of_section(section, &table);
    assert_eq!(shown.settings, self::mailbox().settings);
    assert_eq!(draft::secrets_of(&table), ["password"]);
}

#[test]
fn a_change_keeps_the_secret_and_what_was_written_by_hand() {
    let mut before = written(&mailbox(), None);
    before.insert("bytes_per_second".to_owned(), 9000.into());
    let mut draft = mailbox();
    draft.secrets.clear();
    draft.settings.remove("port");
    let after = written(&draft, Some(&before));
    assert_eq!(after.get("bytes_per_second").and_then(toml::Value::as_integer), Some(9000));
    assert!(after.get("port").is_none(), "what was taken away in the page is gone");
    assert_eq!(draft::secrets_of(&after), ["password"]);
    assert_ne!(draft::version_of(&after), draft::version_of(&before));

    let oauth = Settings::from([
        ("token_url".to_owned(), text("https://login.harbour.example/token")),
        ("client_id".to_owned(), text("watch")),
    ]);
    draft.settings.insert("oauth".to_owned(), Setting::Section(oauth));
    draft.secrets.insert("oauth.refresh_token".to_owned(), Sealed::new("long".to_owned()));
    let signed_otherwise = written(&draft, Some(&after));
    assert_eq!(draft::secrets_of(&signed_otherwise), ["oauth.refresh_token"]);
    loaded(&signed_otherwise).unwrap();
}

#[test]
fn what_would_be_refused_in_the_configuration_is_refused_here_in_the_same_words() {
    let mut draft = mailbox();
    draft.settings.remove("host");
    let error = loaded(&written(&draft, None)).unwrap_err();
    assert_eq!(error, "source \"sales\": it needs `host`");
    draft.settings.insert("host".to_owned(), text("imap.harbour.example"));
    draft.settings.insert("tls".to_owned(), text("off"));
    assert!(loaded(&written(&draft, None)).unwrap_err().contains("in the clear"));
    draft.settings.insert("program".to_owned(), text("/bin/sh"));
    let place = |_: &str| Path::new("x").to_owned();
    assert!(matches!(draft::section(&draft, None, &place), Err(Refused::Wrong(_))));
}

#[test]
fn no_name_leads_out_of_the_directory_of_secrets_and_no_folder_into_our_own_data() {
    for name in ["", "../x", ".hidden", "a/b", "a b", "ü"] {
        assert!(draft::check_name(name).is_err(), "{name}");
    }
    draft::check_name("sales-2.eu").unwrap();
    let data = tempfile::tempdir().unwrap();
    let watched = |path: &Path| SourceDraft {
        settings: Settings::from([("path".to_owned(), text(&path.display().to_string()))]),
        ..SourceDraft::default()
    };
    for path in [data.path(), &data.path().join("evidence"), data.path().parent().unwrap()] {
        assert!(draft::check_paths(&watched(path), data.path()).is_err(), "{}", path.display());
    }
    assert!(draft::check_paths(&watched(Path::new("relative")), data.path()).is_err());
    let other = tempfile::tempdir().unwrap();
    draft::check_paths(&watched(other.path()), data.path()).unwrap();
}
