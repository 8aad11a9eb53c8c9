//! What every search index must do.

use model::{Instant, Seq};

mod answers;
mod keeping;
mod language;

use super::Check;
use store::{Search, SearchAnswer, SearchDocument, SearchQuery};

/// What every search index must do; each check wants a fresh, empty one.
pub const SEARCH: &[Check<dyn Search>] = &[
    (
        "words_are_all_needed_anywhere_in_the_message",
        language::words_are_all_needed_anywhere_in_the_message,
    ),
    ("a_phrase_is_exact_and_within_one_field", language::a_phrase_is_exact_and_within_one_field),
    ("a_beginning_finds_every_ending", language::a_beginning_finds_every_ending),
    (
        "an_address_is_found_whole_and_by_its_parts",
        language::an_address_is_found_whole_and_by_its_parts,
    ),
    ("each_operator_looks_at_its_own_part", language::each_operator_looks_at_its_own_part),
    (
        "attachments_are_found_by_kind_name_and_type",
        language::attachments_are_found_by_kind_name_and_type,
    ),
    ("what_is_refused_does_not_come", language::what_is_refused_does_not_come),
    ("either_side_of_or_is_enough", language::either_side_of_or_is_enough),
    ("dates_begin_where_the_reader_lives", language::dates_begin_where_the_reader_lives),
    ("accents_and_case_do_not_matter", language::accents_and_case_do_not_matter),
    (
        "text_without_spaces_is_found_by_any_part",
        language::text_without_spaces_is_found_by_any_part,
    ),
    (
        "a_rare_word_is_found_in_near_spellings_ranked_below_itself",
        answers::a_rare_word_is_found_in_near_spellings_ranked_below_itself,
    ),
    (
        "the_subject_counts_most_and_quotations_least",
        answers::the_subject_counts_most_and_quotations_least,
    ),
    ("without_words_the_newest_comes_first", answers::without_words_the_newest_comes_first),
    ("pages_follow_one_another", answers::pages_follow_one_another),
    (
        "only_what_the_reader_may_see_is_found_and_counted",
        answers::only_what_the_reader_may_see_is_found_and_counted,
    ),
    (
        "a_query_that_makes_no_sense_still_answers_and_says_why",
        answers::a_query_that_makes_no_sense_still_answers_and_says_why,
    ),
    ("snippets_mark_what_was_found", answers::snippets_mark_what_was_found),
    (
        "a_document_replaces_the_one_with_its_number",
        keeping::a_document_replaces_the_one_with_its_number,
    ),
    ("what_was_removed_is_gone", keeping::what_was_removed_is_gone),
    ("nothing_shows_before_it_is_committed", keeping::nothing_shows_before_it_is_committed),
    (
        "a_generation_is_built_beside_the_one_that_answers",
        keeping::a_generation_is_built_beside_the_one_that_answers,
    ),
];

const MARCH: &str = "2026-03-10T12:00:00Z";

fn at(text: &str) -> Instant {
    text.parse().unwrap()
}

fn message(number: u64, subject: &str, body: &str) -> SearchDocument {
    SearchDocument {
        number,
        kind: "message".into(),
        at: at(MARCH).plus(jiff::SignedDuration::from_secs(number as i64)),
        from: "Jane Doe <jane.doe@acme.example>".into(),
        to: vec!["Support <support@brightwater.example>".into()],
        subject: subject.into(),
        body: body.into(),
        class: "human".into(),
        sources: vec!["maildir:inbox".into()],
        ..SearchDocument::default()
    }
}

fn fill(search: &dyn Search, documents: Vec<SearchDocument>) {
    search.add(documents).unwrap();
    search.commit(Seq(1)).unwrap();
}

fn ask(text: &str) -> SearchQuery {
    SearchQuery {
        text: text.into(),
        now: at("2026-03-20T00:00:00Z"),
        limit: 20,
        ..SearchQuery::default()
    }
}

fn answer(search: &dyn Search, text: &str) -> SearchAnswer {
    search.query(&ask(text)).unwrap()
}

fn numbers(answer: &SearchAnswer) -> Vec<u64> {
    answer.hits.iter().map(|hit| hit.number).collect()
}

/// The numbers that `text` finds, ascending.
fn found(search: &dyn Search, text: &str) -> Vec<u64> {
    let answer = answer(search, text);
    let mut numbers = numbers(&answer);
    numbers.sort_unstable();
    assert_eq!(answer.total, numbers.len() as u64, "the total of {text:?}");
    numbers
}

#[track_caller]
fn expect(search: &dyn Search, text: &str, expected: &[u64]) {
    assert_eq!(found(search, text), expected, "{text:?}");
}
