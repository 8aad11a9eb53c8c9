//! Search: the index finds documents, the views say what they are and which may show.

use std::{collections::BTreeSet, sync::Arc};

use model::{Address, Assessment, CaseId, FindingKind, Instant, LevelName, fact::Visibility};
use store::{
    SearchHit, SearchQuery, Snapshot,
    search::query::{ViewTerm, split_view_terms},
};

use crate::{
    Result,
    files::numbers_within,
    library::Rows,
    overlay::read_all,
    query::{PageRequest, messages::case_of},
    record::{CaseRow, HitRecord, SearchRecord},
    tables::{
        ASSESSMENT, AssessmentRow, CARD, CASE, CaseState, FIRST_FILE_NUMBER, FIRST_NOTE_NUMBER,
        MESSAGE, MessageRow, NOTE, NoteRow, case_key, number_key,
    },
    watchkeeper::Watchkeeper,
};

/// What to search for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SearchRequest {
    /// What was typed.
    pub text: String,
    /// Which page.
    pub page: PageRequest,
    /// Newest first instead of best first.
    pub by_date: bool,
    /// The reader's zone, as an IANA name; UTC if empty.
    pub timezone: String,
}

impl Watchkeeper {
    /// Answers a search. Beside the index's operators these of the cases are understood: `signal:`,
    /// `severity:`, `owner:`, `case:`, `state:` and `team:`.
    pub fn search(&self, request: &SearchRequest, now: Instant) -> Result<SearchRecord> {
        self.search_among(request, None, now)
    }

    /// The same among the documents with these numbers, ascending, if they are given.
    pub(crate) fn search_among(
        &self,
        request: &SearchRequest,
        among: Option<&Arc<Vec<u64>>>,
        now: Instant,
    ) -> Result<SearchRecord> {
        let (offset, limit) = request.page.window()?;
        let split = split_view_terms(&request.text);
        let snapshot = self.ports.views.snapshot()?;
        let rows = &*snapshot;
        let mut problems = split.problems;
        let only = if split.terms.is_empty() {
            among.cloned()
        } else {
            let mut numbers = self.numbers_for(rows, &split.terms, now, &mut problems)?;
            if let Some(among) = among {
                numbers.retain(|number| among.binary_search(number).is_ok());
            }
            Some(Arc::new(numbers))
        };
        let answer = self.ports.search.query(&SearchQuery {
            text: split.text,
            only: only.clone(),
            timezone: request.timezone.clone(),
            now,
            limit,
            offset,
            by_date: request.by_date,
        })?;
        problems.extend(answer.problems);
        problems.sort();
        let mut hits = Vec::with_capacity(answer.hits.len());
        for hit in answer.hits {
            if hit.number >= FIRST_FILE_NUMBER {
                let within = only.as_ref().map(|numbers| numbers.as_slice());
                hits.extend(self.file_hit(rows, hit, &answer.wanted, within)?);
            } else {
                hits.extend(hit_record(rows, hit)?);
            }
        }
        Ok(SearchRecord {
            total: answer.total,
            hits,
            problems,
            corrected: answer.corrected,
            coverage: self.search_coverage()?,
        })
    }

    /// Numbers of the documents in cases that meet every term, ascending.
    fn numbers_for(
        &self,
        rows: &dyn Snapshot,
        terms: &[ViewTerm],
        now: Instant,
        problems: &mut Vec<(usize, String)>,
    ) -> Result<Vec<u64>> {
        for term in terms.iter().filter(|term| term.operator == "case") {
            if term.value.parse::<CaseId>().is_err() {
                let what = format!("`{}` is no case id (like 7F3K2-M9QAB)", term.value);
                problems.push((term.at.start, what));
            }
        }
        let mut cards = Vec::new();
        read_all::<CaseRow>(rows, CARD, &[], |_, card| {
            cards.push(card);
            true
        })?;
        let mut numbers = BTreeSet::new();
        for card in cards {
            let meets = |term: &ViewTerm| -> Result<bool> {
                Ok(term.negated != self.meets(rows, &card, term, now)?)
            };
            let mut all = true;
            for term in terms {
                all = all && meets(term)?;
            }
            if all && let Some(state) = rows.row::<CaseState>(CASE, &case_key(card.id))? {
                numbers.extend(state.messages.iter().chain(&state.notes));
            }
        }
        numbers_within(rows, &mut numbers)?;
        Ok(numbers.into_iter().collect())
    }

    fn meets(
        &self,
        rows: &dyn Snapshot,
        card: &CaseRow,
        term: &ViewTerm,
        now: Instant,
    ) -> Result<bool> {
        let value = term.value.to_lowercase();
        let is = |text: &str| text.to_lowercase() == value;
        let holds =
            |text: Option<&str>| text.is_some_and(|text| text.to_lowercase().contains(&value));
        Ok(match term.operator.as_str() {
            "severity" => is(card.level.as_str()),
            "owner" => match value.as_str() {
                "none" => card.owner.is_none(),
                _ => holds(card.owner.as_deref()),
            },
            "case" => term.value.parse::<CaseId>().is_ok_and(|id| id == card.id),
            "state" => is(&card.state),
            "team" => holds(card.team.as_deref()),
            "signal" => {
                let row = rows.row::<AssessmentRow>(ASSESSMENT, &case_key(card.id))?;
                row.is_some_and(|row| has_signal(&row.assessment, &value, now))
            }
            _ => false,
        })
    }
}

fn has_signal(assessment: &Assessment, name: &str, now: Instant) -> bool {
    assessment.signals_at(now).iter().any(|finding| match &finding.kind {
        FindingKind::SignalRaised { signal, .. } => signal.as_str() == name,
        _ => false,
    })
}

/// A hit with what the views know of it; nothing if it has vanished since.
fn hit_record(rows: &dyn Snapshot, hit: SearchHit) -> Result<Option<HitRecord>> {
    let marks = hit.marks.iter().map(|mark| (mark.start, mark.end)).collect();
    if hit.number >= FIRST_NOTE_NUMBER {
        let Some(note) = rows.row::<NoteRow>(NOTE, &number_key(hit.number))? else {
            return Ok(None);
        };
        let card = card_of(rows, note.case)?;
        return Ok(Some(HitRecord {
            kind: "note".to_owned(),
            message: None,
            note: Some(note.id),
            case: note.case,
            level: card.as_ref().map_or_else(LevelName::none, |card| card.level.clone()),
            subject: card.as_ref().map(|card| card.title.clone()).unwrap_or_default(),
            account: card.map(|card| card.account),
            from: Address { name: String::new(), email: note.author },
            at: note.at,
            snippet: hit.snippet,
            marks,
            visibility: note.visibility,
            file: None,
        }));
    }
    let Some(row) = rows.row::<MessageRow>(MESSAGE, &number_key(hit.number))? else {
        return Ok(None);
    };
    let case = case_of(rows, hit.number)?;
    let card = card_of(rows, case)?;
    Ok(Some(HitRecord {
        kind: if row.within.is_some() { "nested" } else { "message" }.to_owned(),
        message: Some(row.key),
        note: None,
        case,
        level: card.as_ref().map_or_else(LevelName::none, |card| card.level.clone()),
        account: card.map(|card| card.account),
        subject: row.subject,
        from: Address { name: row.from_name, email: row.from_email },
        at: row.at,
        snippet: hit.snippet,
        marks,
        visibility: Visibility::Internal,
        file: None,
    }))
}

fn card_of(rows: &dyn Snapshot, case: Option<CaseId>) -> Result<Option<CaseRow>> {
    case.map(|case| rows.row(CARD, &case_key(case))).transpose().map(Option::flatten)
}
