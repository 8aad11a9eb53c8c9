//! What is wrong with a configuration, by line, in words for the person who edits it.

use std::{
    io,
    path::{Path, PathBuf},
};

/// Why a configuration cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("cannot read {}: {source}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// A line must be corrected.
    #[error("{}:{line}: {detail}", path.display())]
    Wrong {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
        /// What is wrong, and what to write instead.
        detail: String,
    },
}

impl ConfigError {
    /// What is wrong, without the place: for who has not written the file themselves.
    pub fn detail(self) -> String {
        match self {
            Self::Io { .. } => self.to_string(),
            Self::Wrong { detail, .. } => detail,
        }
    }

    /// The error for what is wrong at byte `at` of `text`.
    pub(super) fn at(path: &Path, text: &str, at: usize, detail: String) -> Self {
        let before = &text.as_bytes()[..at.min(text.len())];
        let line = before.split(|byte| *byte == b'\n').count();
        Self::Wrong { path: path.to_owned(), line, detail }
    }

    /// The error for what the TOML reader says.
    pub(super) fn of_toml(path: &Path, text: &str, error: &toml::de::Error) -> Self {
        let at = error.span().map_or(0, |span| span.start);
        let detail = unknown_key(text, at, error.message())
            .unwrap_or_else(|| error.message().trim().replace('\n', "; "));
        Self::at(path, text, at, detail)
    }
}

/// The words for an unknown key, if `message` is about one: where it stands, and what it may have
/// been meant to be.
fn unknown_key(text: &str, at: usize, message: &str) -> Option<String> {
    let rest = message.strip_prefix("unknown field ")?;
    let mut names = rest.split('`').skip(1).step_by(2);
    let unknown = names.next()?;
    let known: Vec<&str> = names.collect();
    let line_start = text.get(..at)?.rfind('\n').map_or(0, |end| end + 1);
    let line = text.get(line_start..)?.lines().next()?;
    let header = line.trim_start().starts_with('[');
    let (what, section) = match section_before(text.get(..line_start)?) {
        _ if header => ("section", String::new()),
        None if known.contains(&"organisation") => ("key", " outside any section".to_owned()),
        None => ("key", String::new()),
        Some(section) => ("key", format!(" in {section}")),
    };
    let closest = known
        .iter()
        .map(|name| (strsim::damerau_levenshtein(unknown, name), *name))
        .filter(|(distance, name)| *distance <= 1 + name.len() / 4)
        .min();
    let remedy = match closest {
        Some((_, name)) => format!("did you mean \"{name}\"?"),
        None => format!("known are {}", known.join(", ")),
    };
    Some(format!("unknown {what} \"{unknown}\"{section}; {remedy}"))
}

/// The last section header in `text`, as it is written.
fn section_before(text: &str) -> Option<&str> {
    let header = text.lines().rev().map(str::trim).find(|line| line.starts_with('['))?;
    let end = header.rfind(']')?;
    Some(&header[..=end])
}
