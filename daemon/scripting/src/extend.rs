//! Sets that extend one another: the files of a set laid over those of its base.
//!
//! What comes out stands on its own: it names its base, and needs it no longer. So a version that
//! was kept means the same after the base has changed.

use std::{collections::BTreeMap, ops::Range, path::Path};

use engine::RuleError;
use serde::Deserialize;
use toml::Spanned;

use crate::{
    calendars::toml_error,
    error::{at, did_you_mean},
    files,
};

/// The file that names a set and its base.
pub(crate) const CARD: &str = "set.toml";

/// The most sets on top of one another.
const MOST_LAYERS: usize = 8;

type Files = BTreeMap<String, Vec<u8>>;

/// What `set.toml` says.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Card {
    pub(crate) name: String,
    /// The set that this one is laid over.
    extends: Option<Spanned<String>>,
    /// Files of the base that do not belong to this set.
    #[serde(default)]
    drop: Vec<Spanned<String>>,
    /// Of which sets the files were put together.
    #[serde(default)]
    #[allow(dead_code, reason = "kept for people")]
    based_on: Vec<String>,
}

/// A set and what it says of its base.
struct Layer {
    files: Files,
    text: String,
    card: Card,
}

/// Reads the set in `directory`, laid over its base: a set of the program, or a folder beside this
/// one. Where there is no such folder, a plain name is that of a set of the program.
pub fn read(directory: &Path) -> Result<Files, RuleError> {
    if !directory.exists()
        && let Some(files) = directory.to_str().and_then(shipped)
    {
        return Ok(files);
    }
    let beside = |name: &str| {
        let folder = directory.parent().map(|parent| parent.join(name)).filter(|f| f.is_dir());
        folder.map(|folder| files::read(&folder)).transpose()
    };
    resolve(files::read(directory)?, &beside)
}

/// The files of a set of the program, laid over its base.
pub fn shipped(name: &str) -> Option<Files> {
    resolve(files::shipped(name)?, &|_| Ok(None)).ok()
}

/// Lays `files` over their base, if they name one. A base that the program does not have is asked
/// of `other`.
pub(crate) fn resolve(
    files: Files,
    other: &dyn Fn(&str) -> Result<Option<Files>, RuleError>,
) -> Result<Files, RuleError> {
    let mut layers: Vec<Layer> = Vec::new();
    let mut chain: Vec<String> = Vec::new();
    let mut files = files;
    loop {
        // Whatever else is wrong with the card shows when the set is loaded.
        let text = files.get(CARD).map(|bytes| String::from_utf8_lossy(bytes).into_owned());
        let text = text.unwrap_or_default();
        let Ok(card) = toml::from_str::<Card>(&text) else { break };
        let Some(extends) = &card.extends else {
            if let Some(dropped) = card.drop.first() {
                let message = "`drop` without `extends`: name the set whose files are dropped";
                return Err(wrong(&text, &dropped.span(), message));
            }
            break;
        };
        let base = extends.get_ref().clone();
        if chain.contains(&base) || chain.len() >= MOST_LAYERS {
            let circle = format!("{}, {base}", chain.join(", "));
            let message = format!(
                "each of these sets extends the next without an end: {circle}; let one extend none"
            );
            return Err(wrong(&text, &extends.span(), &message));
        }
        let below = match files::shipped(&base) {
            Some(files) => Some(files),
            None => other(&base)?,
        };
        let Some(below) = below else {
            let hint = did_you_mean(&base, files::shipped_names());
            let message = format!(
                "no set `{base}` to extend{hint}; a set of the program is one of {}, any other \
                 stands in a folder beside this one",
                files::shipped_names().collect::<Vec<_>>().join(", ")
            );
            return Err(wrong(&text, &extends.span(), &message));
        };
        chain.push(base);
        layers.push(Layer { files: std::mem::replace(&mut files, below), text, card });
    }
    for (depth, layer) in layers.into_iter().enumerate().rev() {
        files = lay(files, layer, &chain[depth..])?;
    }
    Ok(files)
}

/// Lays one set over its base.
fn lay(mut files: Files, layer: Layer, bases: &[String]) -> Result<Files, RuleError> {
    // Tests say what their own set finds.
    files.retain(|path, _| !path.starts_with("tests/"));
    for dropped in &layer.card.drop {
        if files.remove(dropped.get_ref()).is_none() {
            let path = dropped.get_ref();
            let hint = did_you_mean(path, files.keys().map(String::as_str));
            let message = format!("the set {} has no file `{path}` to drop{hint}", bases[0]);
            return Err(wrong(&layer.text, &dropped.span(), &message));
        }
    }
    for (path, bytes) in layer.files {
        if bytes.trim_ascii().is_empty() && files.remove(&path).is_some() {
            continue;
        }
        files.insert(path, bytes);
    }
    files.insert(CARD.to_owned(), card(&layer.card.name, bases).into_bytes());
    Ok(files)
}

/// The card of a set that was put together.
fn card(name: &str, bases: &[String]) -> String {
    let quoted = |text: &String| toml::Value::from(text.as_str()).to_string();
    let bases: Vec<String> = bases.iter().map(quoted).collect();
    format!("name = {}\nbased_on = [{}]\n", quoted(&name.to_owned()), bases.join(", "))
}

fn wrong(text: &str, span: &Range<usize>, message: &str) -> RuleError {
    let before = text.get(..span.start).unwrap_or(text);
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().map_or(1, |line| line.chars().count() + 1);
    at(CARD, Some((line, column)), message)
}

/// Reads `set.toml`.
pub(crate) fn parse(text: &str) -> Result<Card, RuleError> {
    toml::from_str(text).map_err(|error| toml_error(CARD, text, &error))
}

#[cfg(test)]
mod tests;
