//! A draft as a section of the configuration, and back.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use app::saved::{KEYS, Refused, SECRETS, Setting, Settings, SourceDraft};
use toml::{Table, Value};

use crate::config::SourceSection;

/// The longest name.
const LONGEST: usize = 60;

/// Refuses a name that cannot be one of a source, before any file is called after it.
pub fn check_name(name: &str) -> Result<(), Refused> {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
    let fits = !name.is_empty() && name.len() <= LONGEST && !name.starts_with('.');
    if fits && name.chars().all(plain) {
        return Ok(());
    }
    Err(Refused::Wrong(format!("\"{name}\" is no name of a source; use letters, digits and -")))
}

/// Refuses to watch our own data: it would read itself, and its secrets.
pub fn check_paths(draft: &SourceDraft, data: &Path) -> Result<(), Refused> {
    let Some(Setting::Text(path)) = draft.settings.get("path") else { return Ok(()) };
    let path = Path::new(path);
    if !path.is_absolute() {
        let told = format!("write the whole path of \"{}\", from / on", path.display());
        return Err(Refused::Wrong(told));
    }
    let real = |path: &Path| path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let (path, data) = (real(path), real(data));
    if path.starts_with(&data) || data.starts_with(&path) {
        let told = format!("{} is where Watchkeeper keeps its own data", path.display());
        return Err(Refused::Wrong(told));
    }
    Ok(())
}

/// The section that `draft` is; what `before` has beside what a draft can say stays. Secrets that are
/// new lie where `place` says.
pub fn section(
    draft: &SourceDraft,
    before: Option<&Table>,
    place: &dyn Fn(&str) -> PathBuf,
) -> Result<Table, Refused> {
    let mut table = before.cloned().unwrap_or_default();
    for key in KEYS {
        take(&mut table, key);
    }
    for (key, setting) in &draft.settings {
        lay(&mut table, key, setting)?;
    }
    for (key, secret) in &draft.secrets {
        if !SECRETS.contains(&key.as_str()) {
            return Err(Refused::Wrong(format!("`{key}` is no secret of a source")));
        }
        take(&mut table, key);
        if !secret.open().is_empty() {
            let path = Value::String(place(key).display().to_string());
            let value = match key.as_str() {
                "ca" => path,
                _ => Value::Table(Table::from_iter([("file".to_owned(), path)])),
            };
            put(&mut table, key, value);
        }
    }
    // One way to sign in: the one that was given last.
    if draft.settings.contains_key("oauth") {
        table.remove("password");
    } else {
        table.remove("oauth");
    }
    for of_others in ["password", "secret_url"] {
        let kind = if of_others == "password" { "imap" } else { "calendar" };
        if draft.kind != kind {
            table.remove(of_others);
        }
    }
    if draft.settings.contains_key("path") || draft.settings.contains_key("url") {
        table.remove("secret_url");
    }
    table.insert("name".to_owned(), Value::String(draft.name.clone()));
    table.insert("kind".to_owned(), Value::String(draft.kind.clone()));
    Ok(table)
}

/// Removes what stands under `key`, in a section of its own where it has a dot.
fn take(table: &mut Table, key: &str) {
    match key.split_once('.') {
        None => drop(table.remove(key)),
        Some((section, key)) => {
            if let Some(Value::Table(inner)) = table.get_mut(section) {
                inner.remove(key);
            }
        }
    }
}

fn put(table: &mut Table, key: &str, value: Value) {
    match key.split_once('.') {
        None => drop(table.insert(key.to_owned(), value)),
        Some((section, key)) => {
            let inner = table.entry(section).or_insert_with(|| Value::Table(Table::new()));
            if let Value::Table(inner) = inner {
                inner.insert(key.to_owned(), value);
            }
        }
    }
}

fn lay(table: &mut Table, key: &str, setting: &Setting) -> Result<(), Refused> {
    let value = match setting {
        Setting::Section(inner) => {
            if inner.is_empty() {
                put(table, &format!("{key}.none"), Value::Boolean(false));
                take(table, &format!("{key}.none"));
            }
            for (name, setting) in inner {
                lay(table, &format!("{key}.{name}"), setting)?;
            }
            return Ok(());
        }
        Setting::Switch(on) => Value::Boolean(*on),
        Setting::Number(number) => Value::Integer(*number),
        Setting::Text(text) => Value::String(text.clone()),
        Setting::List(list) => Value::Array(list.iter().cloned().map(Value::String).collect()),
    };
    if !KEYS.contains(&key) {
        return Err(Refused::Wrong(format!("`{key}` is no key of a source in the page")));
    }
    put(table, key, value);
    Ok(())
}

/// What a section says, without its secrets.
pub fn of_section(section: &SourceSection, table: &Table) -> SourceDraft {
    let mut settings = Settings::new();
    for key in KEYS {
        let (outer, inner) = key.split_once('.').map_or((*key, None), |(o, i)| (o, Some(i)));
        let value = match (table.get(outer), inner) {
            (Some(Value::Table(within)), Some(inner)) => within.get(inner),
            (value, None) => value,
            _ => None,
        };
        let Some(setting) = value.and_then(setting) else { continue };
        match inner {
            None => drop(settings.insert(outer.to_owned(), setting)),
            Some(inner) => {
                let within = settings
                    .entry(outer.to_owned())
                    .or_insert_with(|| Setting::Section(Settings::new()));
                if let Setting::Section(within) = within {
                    within.insert(inner.to_owned(), setting);
                }
            }
        }
    }
    SourceDraft {
        name: section.name.get_ref().clone(),
        kind: section.kind.word().to_owned(),
        settings,
        secrets: BTreeMap::new(),
    }
}

fn setting(value: &Value) -> Option<Setting> {
    match value {
        Value::String(text) => Some(Setting::Text(text.clone())),
        Value::Integer(number) => Some(Setting::Number(*number)),
        Value::Boolean(on) => Some(Setting::Switch(*on)),
        Value::Array(list) => {
            let texts = list.iter().map(|one| one.as_str().map(str::to_owned));
            texts.collect::<Option<Vec<_>>>().map(Setting::List)
        }
        _ => None,
    }
}

/// The keys of the secrets that a section has.
pub fn secrets_of(table: &Table) -> Vec<String> {
    let has = |key: &&&str| match key.split_once('.') {
        None => table.contains_key(**key),
        Some((section, key)) => table
            .get(section)
            .and_then(Value::as_table)
            .is_some_and(|inner| inner.contains_key(key)),
    };
    SECRETS.iter().filter(has).map(|key| (*key).to_owned()).collect()
}

/// The name of a section.
pub fn name_of(table: &Table) -> &str {
    table.get("name").and_then(Value::as_str).unwrap_or_default()
}

/// Changes with what a section says.
pub fn version_of(table: &Table) -> String {
    let hash = model::id::short_hash(&[table.to_string().as_bytes()]);
    hash.iter().map(|byte| format!("{byte:02x}")).collect()
}
