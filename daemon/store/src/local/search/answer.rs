//! Answers queries from one state of the index.

use std::sync::Arc;

use tantivy::{Searcher, TantivyDocument, schema::Value as _};

use super::{
    collect::{Best, BestAlone, Kept, Membership},
    compile::Compiler,
    dictionary::IndexWords,
    fault,
    generation::Generation,
};
use crate::{
    Result, SearchAnswer, SearchHit, SearchQuery,
    search::{
        plan::{Plan, Sequence, plan},
        snippet::snippet,
    },
};

/// A page ends at this place at the latest.
const DEEPEST: usize = 100_000;

/// Answers `query` from `generation`.
pub(super) fn answer(generation: &Generation, query: &SearchQuery) -> Result<SearchAnswer> {
    let searcher = generation.searcher()?;
    let words =
        IndexWords { searcher: &searcher, fields: &generation.fields, dir: &generation.dir };
    let planned = plan(query, &words)?;
    let (asked, from, until) = split_dates(planned.plan);
    let best = Best {
        keep: query.offset.saturating_add(query.limit).min(DEEPEST),
        by_date: query.by_date || !planned.ranked,
        only: query.only.clone().map(|numbers| Arc::new(Membership::new(numbers))),
        from,
        until,
    };
    let failed = |error| fault::tantivy("search the index in", &generation.dir, error);
    let compiler = Compiler { searcher: &searcher, fields: &generation.fields };
    let compiled = compiler.query(&asked).map_err(failed)?;
    // Counting alone and then looking for the best alone is quicker than scoring all that match.
    let (total, kept) = if best.is_plain() && is_of_words(&asked) {
        let (_, kept) = searcher.search(&compiled, &BestAlone(best)).map_err(failed)?;
        (compiled.count(&searcher).map_err(failed)? as u64, kept)
    } else {
        searcher.search(&compiled, &best).map_err(failed)?
    };
    let wanted = asked.wanted();
    let mut hits = Vec::with_capacity(query.limit.min(kept.len()));
    for kept in kept.into_iter().skip(query.offset).take(query.limit) {
        hits.push(hit(generation, &searcher, kept, &wanted).map_err(failed)?);
    }
    let wanted = wanted.into_iter().cloned().collect();
    let (problems, corrected) = (planned.problems, planned.corrected);
    Ok(SearchAnswer { total, hits, problems, corrected, wanted })
}

fn hit(
    generation: &Generation,
    searcher: &Searcher,
    kept: Kept,
    wanted: &[&Sequence],
) -> tantivy::Result<SearchHit> {
    let document: TantivyDocument = searcher.doc(kept.address)?;
    let text = document.get_first(generation.fields.kept).and_then(|value| value.as_str());
    let (snippet, marks) = snippet(text.unwrap_or_default(), wanted);
    Ok(SearchHit { number: kept.number, score: kept.score, snippet, marks })
}

/// Whether `plan` is made of single words, whose postings tell beforehand how high a score can get.
fn is_of_words(plan: &Plan) -> bool {
    match plan {
        Plan::And(parts) | Plan::Or(parts) => parts.iter().all(is_of_words),
        Plan::Words(sequence) => sequence.words.len() == 1 && !sequence.prefix,
        Plan::Not(_) | Plan::Tag(_) | Plan::Time { .. } => false,
    }
}

/// Takes the dates that every document must meet out of `plan`: a look at the date of what
/// otherwise matches is cheaper than a list of all documents of a time.
fn split_dates(plan: Plan) -> (Plan, i64, i64) {
    let (mut latest_start, mut earliest_end) = (i64::MIN, i64::MAX);
    let mut rest = Vec::new();
    let parts = if let Plan::And(parts) = plan { parts } else { vec![plan] };
    for part in parts {
        if let Plan::Time { from, until } = part {
            latest_start = from.map_or(latest_start, |at| latest_start.max(at.millis()));
            earliest_end = until.map_or(earliest_end, |at| earliest_end.min(at.millis()));
        } else {
            rest.push(part);
        }
    }
    (Plan::And(rest), latest_start, earliest_end)
}
