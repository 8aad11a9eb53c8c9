//! Word lists: all of them compiled into one automaton over words, which one pass over a text walks.

use std::collections::BTreeMap;

use crate::{
    automaton::Automaton,
    hits::Hits,
    language::Languages,
    pattern::{self, Demands},
    token::Text,
    vocabulary::Vocabulary,
};

/// A word list that does not compile.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{file}:{line}:{column}: {message}")]
pub struct ListError {
    /// The file within the rule set, such as `words/en/chasing.txt`.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// The column, from 1.
    pub column: usize,
    /// What is wrong, and what to write instead.
    pub message: String,
}

/// Which list; a position in [`WordLists::names`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ListId(pub u16);

/// Every word list of a rule set, ready to be found in texts.
#[derive(Debug, Clone)]
pub struct WordLists {
    names: Vec<String>,
    marks: Vec<String>,
    patterns: Vec<Pattern>,
    vocabulary: Vocabulary,
    automaton: Automaton,
}

#[derive(Debug, Clone)]
pub(crate) struct Pattern {
    pub(crate) list: ListId,
    pub(crate) mark: u16,
    pub(crate) languages: Languages,
    pub(crate) demands: Demands,
}

impl WordLists {
    /// Compiles `lists`: by list name, then by language code (`any` for every language), the text
    /// of the file `words/<language>/<name>.txt`. The form of a file is described in
    /// `rules/README.md`.
    pub fn compile(
        lists: &BTreeMap<String, BTreeMap<String, String>>,
    ) -> Result<Self, Vec<ListError>> {
        let mut building = Self {
            names: lists.keys().cloned().collect(),
            marks: vec![String::new()],
            patterns: Vec::new(),
            vocabulary: Vocabulary::default(),
            automaton: Automaton::default(),
        };
        let mut errors = Vec::new();
        for (position, (name, texts)) in lists.iter().enumerate() {
            for (language, text) in texts {
                let file = format!("words/{language}/{name}.txt");
                let Some(languages) = languages_of(language) else {
                    let message = format!(
                        "no language `{language}`: use {} or any",
                        crate::language::CODES.join(", ")
                    );
                    errors.push(ListError { file, line: 1, column: 1, message });
                    continue;
                };
                building.add_file(&file, ListId(position as u16), languages, text, &mut errors);
            }
        }
        if !errors.is_empty() {
            return Err(errors);
        }
        building.automaton.settle(building.vocabulary.len());
        Ok(building)
    }

    /// The names of the lists, in order.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// The list called `name`.
    pub fn list(&self, name: &str) -> Option<ListId> {
        self.names.binary_search_by(|n| n.as_str().cmp(name)).ok().map(|at| ListId(at as u16))
    }

    /// The section mark with this position; empty for the part before the first mark.
    pub fn mark(&self, mark: u16) -> &str {
        self.marks.get(mark as usize).map_or("", String::as_str)
    }

    /// The hits of every list in `text`, found in one pass.
    pub fn find_all(&self, text: &str) -> Hits {
        self.find_in(&Text::read(text))
    }

    /// The hits of every list in a text that was read before.
    pub fn find_in(&self, text: &Text<'_>) -> Hits {
        let symbols = self.vocabulary.symbols(text);
        let found = self.automaton.walk(text, &symbols);
        Hits::settle(found, text, self)
    }

    fn add_file(
        &mut self,
        file: &str,
        list: ListId,
        languages: Languages,
        text: &str,
        errors: &mut Vec<ListError>,
    ) {
        let mut mark = 0;
        for (number, written) in text.lines().enumerate() {
            let line = written.split(" #").next().unwrap_or_default();
            let trimmed = line.trim();
            if trimmed.is_empty() || trimmed.starts_with('#') {
                continue;
            }
            let indent = line.len() - line.trim_start().len();
            if let Some(name) = trimmed.strip_prefix('[').and_then(|m| m.strip_suffix(']')) {
                mark = self.mark_named(name.trim());
                continue;
            }
            match pattern::parse(trimmed) {
                Ok(parsed) => {
                    let id = self.patterns.len() as u32;
                    let demands = parsed.demands;
                    self.patterns.push(Pattern { list, mark, languages, demands });
                    self.automaton.add(&parsed.items, id, &mut self.vocabulary);
                }
                Err((column, message)) => errors.push(ListError {
                    file: file.to_owned(),
                    line: number + 1,
                    column: indent + column,
                    message,
                }),
            }
        }
    }

    fn mark_named(&mut self, name: &str) -> u16 {
        let known = self.marks.iter().position(|m| m == name);
        let at = known.unwrap_or_else(|| {
            self.marks.push(name.to_owned());
            self.marks.len() - 1
        });
        at as u16
    }

    pub(crate) fn pattern(&self, id: u32) -> &Pattern {
        &self.patterns[id as usize]
    }
}

fn languages_of(code: &str) -> Option<Languages> {
    if code == "any" { Some(Languages::ALL) } else { Languages::from_code(code) }
}

#[cfg(test)]
mod tests;
