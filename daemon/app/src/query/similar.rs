//! Cases that are like one: those whose words the search finds again, with what they share and how
//! they ended.
//!
//! What is looked for is how the case began: its title and the new text of the customer's first
//! message. Only messages are looked at, never notes, so that nothing is shown to who may not read
//! it.

use std::collections::{BTreeMap, BTreeSet};

use mail::SegmentKind;
use model::{CaseId, FindingKind, Instant, MessageKey, PromiseState, Promisor, SignalId};
use store::{SearchQuery, Snapshot};

use crate::{
    Result,
    card::signal_title,
    library::Rows,
    promises::PromiseRecord,
    query::messages::{case_of, key_of},
    record::CaseRow,
    tables::{
        ASSESSMENT, AssessmentRow, CARD, CASE, CaseState, FIRST_NOTE_NUMBER, PROMISE, case_key,
    },
    watchkeeper::Watchkeeper,
};

/// Words of the title that are looked for.
const TITLE_WORDS: usize = 8;
/// Words of the first message that are looked for.
const BODY_WORDS: usize = 16;
/// Shorter words say little.
const SHORTEST: usize = 4;
/// A word in more than one of so many documents is everybody's, unless it is in few.
const COMMON: u64 = 10;
/// A word in so few documents is nobody's habit.
const FEW: u64 = 20;
/// What people write for politeness, and what holds sentences together, in the languages that are
/// read: it says nothing about a matter, and in a small store it is not known by its frequency.
const PLEASANTRIES: &str = "about after again also always been before bitte both buenas buenos buongiorno \
    bonjour cannot could danke dass dear eine einen einer estamos everybody everyone favor from \
    geachte gern goedemorgen gracias grazie grüße guten hallo have haben hello herr hier hola ihnen \
    just kann kind know lieber liebe madame many merci mijn mister monday tuesday wednesday thursday \
    friday saturday sunday montag dienstag mittwoch donnerstag freitag morgen morning monsieur more \
    much need nicht noch nous obrigado olá only onze other ours please pouvez prego regards sehr \
    señor should sich sind since sobre some still such tag team than thank thanks that their them \
    then there these they this those unser unsere very vous want welche were what when where which \
    while will wird with wurde would würde your yours über";
/// Documents that are looked at.
const LOOKED_AT: usize = 80;
/// Words that two cases have to share, unless something else speaks for them.
const SHARED: usize = 3;
/// The most cases that are given.
const MOST: usize = 5;

/// A case that is like another.
#[derive(Debug, Clone, PartialEq)]
pub struct SimilarCase {
    /// The case as it is now.
    pub row: CaseRow,
    /// Words that both have, as the other one writes them.
    pub words: Vec<String>,
    /// Titles of signals that both had.
    pub signals: Vec<String>,
    /// Whether it is of the same account.
    pub same_account: bool,
    /// The message in which the words stand.
    pub message: Option<MessageKey>,
    /// A passage of it.
    pub snippet: String,
    /// When its first message was written.
    pub opened: Instant,
    /// How it ended, as far as it has.
    pub ended: Option<Ended>,
    /// Our promises in it that were kept in time.
    pub kept: u32,
    /// Our promises in it that were not.
    pub broken: u32,
}

/// How a case ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ended {
    /// `resolved` or `dismissed`.
    pub state: String,
    /// Who said so.
    pub by: String,
    /// When.
    pub at: Instant,
    /// Why, in their words.
    pub reason: String,
}

/// What was found of a case.
#[derive(Debug, Default)]
struct Found {
    score: f32,
    words: BTreeMap<String, String>,
    snippet: String,
    number: u64,
}

impl Watchkeeper {
    /// The cases that are most like this one, the most alike first.
    pub fn similar(&self, id: CaseId, now: Instant) -> Result<Vec<SimilarCase>> {
        let (id, state) = self.live_case(id)?;
        let snapshot = self.ports.views.snapshot()?;
        let rows = &*snapshot;
        let words = self.words_of(rows, id, &state)?;
        if words.is_empty() {
            return Ok(Vec::new());
        }
        let ask = |text: String, limit: usize| {
            self.ports.search.query(&SearchQuery { text, now, limit, ..SearchQuery::default() })
        };
        let most = (self.ports.search.count()? / COMMON).max(FEW);
        let mut quoted = Vec::with_capacity(words.len());
        for word in words {
            let word = format!("\"{word}\"");
            if ask(word.clone(), 1)?.total <= most {
                quoted.push(word);
            }
        }
        if quoted.is_empty() {
            return Ok(Vec::new());
        }
        let answer = ask(quoted.join(" OR "), LOOKED_AT)?;
        let mut found: BTreeMap<CaseId, Found> = BTreeMap::new();
        for hit in answer.hits.into_iter().filter(|hit| hit.number < FIRST_NOTE_NUMBER) {
            let Some(case) = case_of(rows, hit.number)?.filter(|case| *case != id) else {
                continue;
            };
            let one = found.entry(case).or_default();
            for mark in &hit.marks {
                let shown = hit.snippet.get(mark.start as usize..mark.end as usize);
                if let Some(word) = shown.filter(|word| word.chars().count() >= SHORTEST) {
                    one.words.entry(word.to_lowercase()).or_insert_with(|| word.to_owned());
                }
            }
            if hit.score > one.score {
                (one.score, one.snippet, one.number) = (hit.score, hit.snippet, hit.number);
            }
        }
        let own = self.signals_of(rows, id)?;
        let account = rows.row::<CaseRow>(CARD, &case_key(id))?.and_then(|card| card.account.id);
        let mut alike = Vec::new();
        for (case, found) in found {
            let Some(one) = self.compared(rows, case, found.words, &own, account.as_ref())? else {
                continue;
            };
            let weight =
                1.0 + 0.15 * one.signals.len() as f32 + f32::from(u8::from(one.same_account)) / 5.0;
            let message = key_of(rows, found.number)?;
            alike.push((
                found.score * weight,
                SimilarCase { message, snippet: found.snippet, ..one },
            ));
        }
        alike.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.row.id.cmp(&b.1.row.id)));
        Ok(alike.into_iter().take(MOST).map(|(_, one)| one).collect())
    }

    /// What a case shares with one of `account` that had the signals `own`; nothing if too little.
    fn compared(
        &self,
        rows: &dyn Snapshot,
        case: CaseId,
        words: BTreeMap<String, String>,
        own: &BTreeSet<SignalId>,
        account: Option<&String>,
    ) -> Result<Option<SimilarCase>> {
        let Some(row) = rows.row::<CaseRow>(CARD, &case_key(case))? else { return Ok(None) };
        let Some(state) = rows.row::<CaseState>(CASE, &case_key(case))? else { return Ok(None) };
        let theirs = self.signals_of(rows, case)?;
        let shared: Vec<&SignalId> = own.intersection(&theirs).collect();
        let same_account = account.is_some() && row.account.id.as_ref() == account;
        let needed = if same_account || !shared.is_empty() { SHARED - 1 } else { SHARED };
        if words.len() < needed {
            return Ok(None);
        }
        let rules = self.bench().of(row.team.as_deref()).clone();
        let signals = shared.into_iter().map(|signal| signal_title(&*rules, signal)).collect();
        let promises = rows.row::<Vec<PromiseRecord>>(PROMISE, &case_key(case))?;
        let ours: Vec<PromiseState> = promises
            .unwrap_or_default()
            .into_iter()
            .filter(|promise| promise.by == Promisor::Us)
            .map(|promise| promise.state)
            .collect();
        let count = |of: &[PromiseState]| ours.iter().filter(|state| of.contains(state)).count();
        Ok(Some(SimilarCase {
            words: words.into_values().collect(),
            signals,
            same_account,
            message: None,
            snippet: String::new(),
            opened: state.first_at,
            ended: ended(&state, &row),
            kept: count(&[PromiseState::Kept]) as u32,
            broken: count(&[PromiseState::Missed, PromiseState::Late]) as u32,
            row,
        }))
    }

    /// The words by which a case is looked for.
    fn words_of(&self, rows: &dyn Snapshot, id: CaseId, state: &CaseState) -> Result<Vec<String>> {
        let file = self.file(rows, id, state)?;
        let mut seen = BTreeSet::new();
        let mut words = telling(&state.title, TITLE_WORDS, &mut seen);
        if let Some(first) = file.messages.iter().find(|message| message.from_customer()) {
            let new = first.segments.iter().filter(|part| part.kind == SegmentKind::New);
            let text: Vec<&str> = new
                .filter_map(|part| first.body.get(part.start as usize..part.end as usize))
                .collect();
            words.extend(telling(&text.join("\n"), BODY_WORDS, &mut seen));
        }
        Ok(words)
    }

    /// The signals that a case has or had.
    fn signals_of(&self, rows: &dyn Snapshot, case: CaseId) -> Result<BTreeSet<SignalId>> {
        let row = rows.row::<AssessmentRow>(ASSESSMENT, &case_key(case))?;
        let findings = row.map(|row| row.assessment.findings).unwrap_or_default();
        let raised = findings.into_iter().filter_map(|finding| match finding.kind {
            FindingKind::SignalRaised { signal, .. } => Some(signal),
            _ => None,
        });
        Ok(raised.collect())
    }
}

/// How a case ended, if a person closed it.
fn ended(state: &CaseState, row: &CaseRow) -> Option<Ended> {
    if !matches!(row.state.as_str(), "resolved" | "dismissed") {
        return None;
    }
    let set = state.fields.iter().find(|field| field.field == "state")?;
    Some(Ended {
        state: set.value.clone(),
        by: set.by.clone(),
        at: set.at,
        reason: set.reason.clone(),
    })
}

/// At most `most` words of `text` that may tell what it is about, each once: the longest ones, which
/// are rarely those of every letter.
fn telling(text: &str, most: usize, seen: &mut BTreeSet<String>) -> Vec<String> {
    let plain = text.split(|c: char| !c.is_alphanumeric());
    let mut words: Vec<String> = Vec::new();
    for word in plain.map(str::to_lowercase) {
        let letters = word.chars().count();
        let polite = PLEASANTRIES.split_ascii_whitespace().any(|one| one == word);
        if (SHORTEST..=40).contains(&letters) && !polite && seen.insert(word.clone()) {
            words.push(word);
        }
    }
    words.sort_by_key(|word| std::cmp::Reverse(word.chars().count()));
    words.truncate(most);
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_case_is_looked_for_by_the_words_that_tell_most() {
        let mut seen = BTreeSet::new();
        let title = telling("Re: the export of ledgers fails, the export!", 2, &mut seen);
        assert_eq!(title, ["ledgers", "export"]);
        let body = telling("Export again: timeout in the reconciliation", 8, &mut seen);
        assert_eq!(body, ["reconciliation", "timeout"]);
        assert_eq!(telling("Guten Morgen, bitte schauen Sie", 8, &mut seen), ["schauen"]);
    }
}
