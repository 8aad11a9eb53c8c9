//! What every search index must do.

#![expect(clippy::unwrap_used, reason = "a check fails by panicking")]

use std::sync::Arc;

use model::{Instant, Seq};

use super::Check;
use crate::{Search, SearchAnswer, SearchDocument, SearchHit, SearchQuery};

/// What every search index must do; each check wants a fresh, empty one.
pub const SEARCH: &[Check<dyn Search>] = &[
    ("words_are_all_needed_anywhere_in_the_message", words_are_all_needed_anywhere_in_the_message),
    ("a_phrase_is_exact_and_within_one_field", a_phrase_is_exact_and_within_one_field),
    ("a_beginning_finds_every_ending", a_beginning_finds_every_ending),
    ("an_address_is_found_whole_and_by_its_parts", an_address_is_found_whole_and_by_its_parts),
    ("each_operator_looks_at_its_own_part", each_operator_looks_at_its_own_part),
    ("attachments_are_found_by_kind_name_and_type", attachments_are_found_by_kind_name_and_type),
    ("what_is_refused_does_not_come", what_is_refused_does_not_come),
    ("either_side_of_or_is_enough", either_side_of_or_is_enough),
    ("dates_begin_where_the_reader_lives", dates_begin_where_the_reader_lives),
    ("accents_and_case_do_not_matter", accents_and_case_do_not_matter),
    ("text_without_spaces_is_found_by_any_part", text_without_spaces_is_found_by_any_part),
    (
        "a_rare_word_is_found_in_near_spellings_ranked_below_itself",
        a_rare_word_is_found_in_near_spellings_ranked_below_itself,
    ),
    ("the_subject_counts_most_and_quotations_least", the_subject_counts_most_and_quotations_least),
    ("without_words_the_newest_comes_first", without_words_the_newest_comes_first),
    ("pages_follow_one_another", pages_follow_one_another),
    (
        "only_what_the_reader_may_see_is_found_and_counted",
        only_what_the_reader_may_see_is_found_and_counted,
    ),
    (
        "a_query_that_makes_no_sense_still_answers_and_says_why",
        a_query_that_makes_no_sense_still_answers_and_says_why,
    ),
    ("snippets_mark_what_was_found", snippets_mark_what_was_found),
    ("a_document_replaces_the_one_with_its_number", a_document_replaces_the_one_with_its_number),
    ("what_was_removed_is_gone", what_was_removed_is_gone),
    ("nothing_shows_before_it_is_committed", nothing_shows_before_it_is_committed),
    (
        "a_generation_is_built_beside_the_one_that_answers",
        a_generation_is_built_beside_the_one_that_answers,
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

fn words_are_all_needed_anywhere_in_the_message(search: &dyn Search) {
    let mut quoting = message(3, "Re: printer", "as said below");
    quoting.quoted = "the invoice is overdue".into();
    fill(
        search,
        vec![
            message(1, "Invoice 2026-17", "It is overdue since Monday."),
            message(2, "Printer", "The invoice was paid."),
            quoting,
        ],
    );
    expect(search, "invoice", &[1, 2, 3]);
    expect(search, "overdue invoice", &[1, 3]);
    expect(search, "INVOICE and overdue", &[]);
    expect(search, "invoice AND overdue", &[1, 3]);
    expect(search, "printer jane", &[2, 3]);
    expect(search, "nowhere", &[]);
}

fn a_phrase_is_exact_and_within_one_field(search: &dyn Search) {
    let mut two = message(3, "x", "y");
    two.to = vec!["Ann Lee <ann@one.example>".into(), "Bob Ray <bob@two.example>".into()];
    fill(
        search,
        vec![
            message(1, "x", "The payment is overdue, again"),
            message(2, "x", "Overdue is the payment"),
            two,
        ],
    );
    expect(search, "\"payment is overdue\"", &[1]);
    expect(search, "\"is the payment\"", &[2]);
    expect(search, "\u{201C}payment is overdue\u{201D}", &[1]);
    expect(search, "\"payment overdue\"", &[]);
    expect(search, "to:\"ann lee\"", &[3]);
    expect(search, "to:\"example bob\"", &[]);
    expect(search, "\"the paiment\"", &[]);
}

fn a_beginning_finds_every_ending(search: &dyn Search) {
    fill(
        search,
        vec![
            message(1, "x", "escalation"),
            message(2, "x", "we escalate now"),
            message(3, "x", "a scale"),
            message(4, "x", "please escalate at once"),
        ],
    );
    expect(search, "esc*", &[1, 2, 4]);
    expect(search, "escalat* now", &[2]);
    expect(search, "body:esca*", &[1, 2, 4]);
    expect(search, "\"please esc\"*", &[4]);
    expect(search, "subject:esc*", &[]);
    expect(search, "*", &[1, 2, 3, 4]);
}

fn an_address_is_found_whole_and_by_its_parts(search: &dyn Search) {
    let mut other = message(2, "INC-4711 open", "see ticket INC-4711, version 2.3.1");
    other.from = "jane@other.example".into();
    fill(search, vec![message(1, "x", "y"), other]);
    expect(search, "jane.doe@acme.example", &[1]);
    expect(search, "from:jane", &[1, 2]);
    expect(search, "from:doe@acme.example", &[1]);
    expect(search, "from:@acme.example", &[1]);
    expect(search, "from:acme", &[1]);
    expect(search, "from:jane.d*", &[1]);
    expect(search, "INC-4711", &[2]);
    expect(search, "4711", &[2]);
    expect(search, "INC-4712", &[]);
    expect(search, "4712", &[]);
    expect(search, "2.3.1", &[2]);
}

fn each_operator_looks_at_its_own_part(search: &dyn Search) {
    let mut note = message(2, "other", "zebra");
    note.kind = "note".into();
    note.class = "newsletter".into();
    note.sources = vec!["notes".into(), "imap:Support Box".into()];
    note.account = vec!["Acme Holding".into(), "acme-01".into()];
    note.from_us = true;
    note.quoted = "giraffe".into();
    fill(search, vec![message(1, "zebra", "other giraffe"), note]);
    for (text, expected) in [
        ("subject:zebra", &[1][..]),
        ("body:zebra", &[2]),
        ("quoted:giraffe", &[2]),
        ("body:giraffe", &[1]),
        ("zebra", &[1, 2]),
        ("SUBJECT:Zebra", &[1]),
        ("to:support", &[1, 2]),
        ("cc:brightwater", &[1, 2]),
        ("to:jane", &[]),
        ("account:acme", &[2]),
        ("account:\"acme holding\"", &[2]),
        ("account:acme-01", &[2]),
        ("kind:note", &[2]),
        ("kind:message", &[1]),
        ("class:newsletter", &[2]),
        ("source:notes", &[2]),
        ("source:\"imap:support box\"", &[2]),
        ("source:maildir:inbox", &[1]),
        ("from:us", &[2]),
        ("from:customer", &[1]),
        ("from:\"us\"", &[]),
        ("subject:(zebra OR other)", &[1, 2]),
        ("subject:(zebra other)", &[]),
        ("kind:note zebra", &[2]),
        ("kind:note subject:zebra", &[]),
    ] {
        expect(search, text, expected);
    }
}

fn attachments_are_found_by_kind_name_and_type(search: &dyn Search) {
    let mut invoice = message(1, "x", "y");
    invoice.attachments = vec!["Invoice 2026-17.PDF".into()];
    invoice.media_types = vec!["application/octet-stream".into()];
    let mut picture = message(2, "x", "y");
    picture.media_types = vec!["image/png; name=a".into()];
    fill(search, vec![invoice, picture, message(3, "x", "y")]);
    expect(search, "has:attachment", &[1, 2]);
    expect(search, "-has:attachment", &[3]);
    expect(search, "has:pdf", &[1]);
    expect(search, "has:image", &[2]);
    expect(search, "has:image/png", &[2]);
    expect(search, "has:spreadsheet", &[]);
    expect(search, "file:invoice", &[1]);
    expect(search, "file:*.pdf", &[1]);
    expect(search, "file:\"invoice 2026\"", &[1]);
    expect(search, "2026-17", &[1]);
}

fn what_is_refused_does_not_come(search: &dyn Search) {
    fill(
        search,
        vec![
            message(1, "x", "alpha beta"),
            message(2, "x", "alpha gamma"),
            message(3, "x", "delta"),
        ],
    );
    expect(search, "alpha -beta", &[2]);
    expect(search, "alpha NOT beta", &[2]);
    expect(search, "-alpha", &[3]);
    expect(search, "-(beta OR delta)", &[2]);
    expect(search, "-\"alpha beta\"", &[2, 3]);
    expect(search, "-from:jane", &[]);
    expect(search, "NOT NOT alpha", &[1, 2]);
    expect(search, "delta OR -alpha", &[3]);
    // A refused word is meant as it is typed.
    expect(search, "-alpka", &[1, 2, 3]);
    expect(search, "alpha-beta", &[1]);
}

fn either_side_of_or_is_enough(search: &dyn Search) {
    fill(
        search,
        vec![
            message(1, "x", "alpha beta"),
            message(2, "x", "alpha gamma"),
            message(3, "x", "delta"),
        ],
    );
    expect(search, "beta OR delta", &[1, 3]);
    expect(search, "alpha (beta OR gamma)", &[1, 2]);
    expect(search, "alpha beta OR delta", &[1, 3]);
    expect(search, "(alpha (beta)) OR (delta)", &[1, 3]);
    expect(search, "alpha or beta", &[]);
    expect(search, "kind:note OR delta", &[3]);
}

fn dates_begin_where_the_reader_lives(search: &dyn Search) {
    let dated =
        |number, when: &str| SearchDocument { at: at(when), ..message(number, "x", "dated") };
    fill(
        search,
        vec![
            dated(1, "2025-12-31T22:59:59Z"),
            dated(2, "2025-12-31T23:30:00Z"),
            dated(3, "2026-01-31T12:00:00Z"),
            dated(4, "2026-03-18T12:00:00Z"),
        ],
    );
    let in_berlin = |text: &str| {
        let query = SearchQuery { timezone: "Europe/Berlin".into(), ..ask(text) };
        let mut found = numbers(&search.query(&query).unwrap());
        found.sort_unstable();
        found
    };
    expect(search, "before:2026", &[1, 2]);
    assert_eq!(in_berlin("before:2026"), [1]);
    assert_eq!(in_berlin("on:2026-01-01"), [2]);
    assert_eq!(in_berlin("on:2026-01"), [2, 3]);
    expect(search, "on:2026-01", &[3]);
    expect(search, "after:2026-01-31", &[3, 4]);
    expect(search, "before:2026-01-31", &[1, 2]);
    expect(search, "after:2026-01-31 before:2026-02-01", &[3]);
    expect(search, "after:7d", &[4]);
    expect(search, "before:7d", &[1, 2, 3]);
    expect(search, "after:8w", &[3, 4]);
    expect(search, "-after:2026", &[1, 2]);
    expect(search, "on:2025-12-31 OR after:7d", &[1, 2, 4]);
    expect(search, "dated after:2026-02", &[4]);
}

fn accents_and_case_do_not_matter(search: &dyn Search) {
    fill(
        search,
        vec![
            message(1, "Grüße", "Die STRASSE und der Café in São Paulo"),
            message(2, "x", "cafe\u{301} и ещё ЁЛКА"),
        ],
    );
    expect(search, "gruße", &[1]);
    expect(search, "straße", &[1]);
    expect(search, "CAFÉ", &[1, 2]);
    expect(search, "cafe", &[1, 2]);
    expect(search, "\"sao paulo\"", &[1]);
    expect(search, "елка", &[2]);
}

fn text_without_spaces_is_found_by_any_part(search: &dyn Search) {
    fill(
        search,
        vec![
            message(1, "请求退款", "您好，我们的发票有问题。请尽快处理"),
            message(2, "x", "東京都の請求書をお願いします"),
            message(3, "x", "환불을 요청합니다"),
        ],
    );
    expect(search, "发票", &[1]);
    expect(search, "发票问题", &[]);
    expect(search, "退款", &[1]);
    expect(search, "款", &[1]);
    expect(search, "票", &[1]);
    expect(search, "請求書", &[2]);
    expect(search, "京都", &[2]);
    expect(search, "환불", &[3]);
    expect(search, "요청합니다 환불", &[3]);
}

fn a_rare_word_is_found_in_near_spellings_ranked_below_itself(search: &dyn Search) {
    let mut documents: Vec<_> =
        (1..=5).map(|number| message(number, "x", "an escalation of the invoice")).collect();
    documents.push(message(6, "x", "an invocie as somebody spelt it"));
    documents.push(message(7, "x", "code 47110815"));
    fill(search, documents);
    let corrected = |text: &str| answer(search, text).corrected;
    let one = answer(search, "invocie");
    assert_eq!(one.total, 6);
    assert_eq!(one.hits[0].number, 6, "the word itself comes first: {:?}", one.hits);
    assert!(one.hits[0].score > one.hits[1].score);
    assert_eq!(one.corrected, [("invocie".to_owned(), vec!["invoice".to_owned()])]);
    expect(search, "escallatoin", &[1, 2, 3, 4, 5]);
    expect(search, "inboice", &[1, 2, 3, 4, 5]);
    assert!(corrected("invoice").is_empty());
    assert!(corrected("\"inboice\"").is_empty());
    assert!(corrected("am").is_empty());
    expect(search, "47110816", &[]);
    expect(search, "inbboice", &[1, 2, 3, 4, 5]);
    expect(search, "inboise", &[]);
    expect(search, "nvoice", &[1, 2, 3, 4, 5]);
    expect(search, "nivoice", &[1, 2, 3, 4, 5]);
    expect(search, "unvoice", &[1, 2, 3, 4, 5]);
}

fn the_subject_counts_most_and_quotations_least(search: &dyn Search) {
    let body = "some words about nothing that matters to anybody";
    let mut quoting = message(3, body, body);
    quoting.quoted = format!("refund {body}");
    fill(
        search,
        vec![
            quoting,
            message(2, body, &format!("refund {body}")),
            message(1, &format!("refund {body}"), body),
        ],
    );
    let answer = answer(search, "refund");
    assert_eq!(numbers(&answer), [1, 2, 3]);
    assert!(answer.hits.is_sorted_by(|one, other| one.score >= other.score));
}

fn without_words_the_newest_comes_first(search: &dyn Search) {
    fill(
        search,
        vec![message(1, "x", "same"), message(3, "x", "same same same"), message(2, "x", "same")],
    );
    assert_eq!(numbers(&answer(search, "")), [3, 2, 1]);
    assert_eq!(numbers(&answer(search, "kind:message")), [3, 2, 1]);
    assert_eq!(numbers(&answer(search, "-other")), [3, 2, 1]);
    let by_date = SearchQuery { by_date: true, ..ask("same") };
    assert_eq!(numbers(&search.query(&by_date).unwrap()), [3, 2, 1]);
    let two = SearchQuery { only: Some(Arc::new(vec![1, 2])), ..ask("same") };
    assert_eq!(numbers(&search.query(&two).unwrap()), [2, 1], "newest first of equal ones");
}

fn pages_follow_one_another(search: &dyn Search) {
    fill(search, (1..=25).map(|number| message(number, "x", "same")).collect());
    let page = |offset, limit| {
        let answer = search.query(&SearchQuery { limit, offset, ..ask("same") }).unwrap();
        assert_eq!(answer.total, 25);
        numbers(&answer)
    };
    assert_eq!(page(0, 3), [25, 24, 23]);
    assert_eq!(page(3, 3), [22, 21, 20]);
    assert_eq!(page(24, 10), [1]);
    assert!(page(25, 10).is_empty());
    assert!(page(0, 0).is_empty());
    assert!(page(usize::MAX, usize::MAX).is_empty());
}

fn only_what_the_reader_may_see_is_found_and_counted(search: &dyn Search) {
    let far = 1 << 40;
    fill(
        search,
        vec![
            message(1, "x", "same"),
            message(2, "x", "same"),
            message(3, "x", "same"),
            message(far, "x", "same"),
        ],
    );
    let of = |only: Vec<u64>, text: &str| {
        let query = SearchQuery { only: Some(Arc::new(only)), ..ask(text) };
        let answer = search.query(&query).unwrap();
        assert_eq!(answer.total, answer.hits.len() as u64);
        numbers(&answer)
    };
    assert_eq!(of(vec![1, 3], "same"), [3, 1]);
    assert_eq!(of(vec![1, 3], ""), [3, 1]);
    assert_eq!(of(vec![2, far, far + 1], "same"), [far, 2]);
    assert!(of(vec![], "same").is_empty());
    assert!(of(vec![4, 5], "").is_empty());
}

fn a_query_that_makes_no_sense_still_answers_and_says_why(search: &dyn Search) {
    fill(search, vec![message(1, "x", "refund of 30 Euro"), message(2, "x", "other")]);
    let of = |text: &str| {
        let answer = answer(search, text);
        let places: Vec<usize> = answer.problems.iter().map(|(at, _)| *at).collect();
        (places, answer.total)
    };
    assert_eq!(of("refund \"30 euro"), (vec![7], 1));
    assert_eq!(of("(refund"), (vec![0], 1));
    assert_eq!(of("refund)"), (vec![6], 1));
    assert_eq!(of("refund before:soon"), (vec![7], 1));
    assert_eq!(of("refund OR"), (vec![7], 1));
    assert_eq!(of("refund from:"), (vec![7], 1));
    assert_eq!(of("refund colour:30"), (vec![7], 0));
    assert_eq!(of("refund severity:high"), (vec![7], 1));
    assert_eq!(of("refund & - ?"), (vec![], 1));
    assert_eq!(of("NOT"), (vec![0], 2));
    let nowhere = SearchQuery { timezone: "Mars/Olympus".into(), ..ask("refund") };
    assert_eq!(search.query(&nowhere).unwrap().problems.len(), 1);
}

fn snippets_mark_what_was_found(search: &dyn Search) {
    let filler = "There is nothing to be said here. ".repeat(15);
    let mut quoting = message(2, "x", "See below, please.");
    quoting.quoted = "walrus".into();
    fill(
        search,
        vec![
            message(1, "x", &format!("{filler}The pump was\nbroken by  a walrus. {filler}")),
            quoting,
            message(3, "x", &format!("{}walrus", filler.repeat(8))),
        ],
    );
    let answer = answer(search, "walrus \"was broken\" OR walrus");
    let hit = |number| answer.hits.iter().find(|hit| hit.number == number).unwrap();
    assert_eq!(marked(hit(1)), ["was", "broken", "walrus"]);
    assert!(hit(1).snippet.contains("pump was broken by a walrus. "), "{}", hit(1).snippet);
    assert!(hit(1).snippet.chars().count() <= 210);
    assert_eq!(hit(2).snippet, "See below, please.");
    assert!(marked(hit(2)).is_empty());
    assert!(hit(3).snippet.starts_with("There is nothing"));
    let near = search.query(&ask("walruss")).unwrap();
    assert!(near.hits.iter().any(|hit| marked(hit) == ["walrus"]), "{:?}", near.hits);
    let subject = search.query(&ask("subject:x pump -kind:note")).unwrap();
    assert_eq!(marked(&subject.hits[0]), ["pump"]);
}

fn marked(hit: &SearchHit) -> Vec<&str> {
    hit.marks.iter().map(|mark| &hit.snippet[mark.start as usize..mark.end as usize]).collect()
}

fn a_document_replaces_the_one_with_its_number(search: &dyn Search) {
    fill(search, vec![message(1, "x", "first"), message(2, "x", "second")]);
    fill(
        search,
        vec![message(1, "x", "third"), message(1, "x", "fourth"), message(3, "x", "first")],
    );
    expect(search, "first", &[3]);
    expect(search, "third", &[]);
    expect(search, "fourth", &[1]);
    expect(search, "second", &[2]);
    assert_eq!(search.count().unwrap(), 3);
}

fn what_was_removed_is_gone(search: &dyn Search) {
    fill(search, vec![message(1, "x", "same"), message(2, "x", "same")]);
    search.remove(&[1, 77]).unwrap();
    search.commit(Seq(2)).unwrap();
    expect(search, "same", &[2]);
    search.add(vec![message(5, "x", "same")]).unwrap();
    search.remove(&[5]).unwrap();
    search.add(vec![message(2, "x", "other")]).unwrap();
    search.commit(Seq(3)).unwrap();
    expect(search, "same", &[]);
    expect(search, "other", &[2]);
}

fn nothing_shows_before_it_is_committed(search: &dyn Search) {
    assert_eq!(search.applied().unwrap(), Seq(0));
    assert_eq!(search.count().unwrap(), 0);
    expect(search, "", &[]);
    search.add(vec![message(1, "x", "same")]).unwrap();
    expect(search, "same", &[]);
    search.commit(Seq(41)).unwrap();
    expect(search, "same", &[1]);
    assert_eq!(search.applied().unwrap(), Seq(41));
    search.commit(Seq(42)).unwrap();
    assert_eq!(search.applied().unwrap(), Seq(42), "a commit without documents still counts");
    assert!(search.verify().unwrap().is_empty());
}

fn a_generation_is_built_beside_the_one_that_answers(search: &dyn Search) {
    fill(search, vec![message(1, "x", "former")]);
    assert_eq!(search.building().unwrap(), None);
    assert!(search.swap().is_err(), "nothing was begun");
    search.begin_generation().unwrap();
    assert_eq!(search.building().unwrap(), Some(Seq(0)));
    search.add(vec![message(1, "x", "thrown away")]).unwrap();
    search.commit(Seq(5)).unwrap();
    assert_eq!(search.building().unwrap(), Some(Seq(5)));
    search.begin_generation().unwrap();
    search.add(vec![message(2, "x", "fresh")]).unwrap();
    search.commit(Seq(9)).unwrap();
    expect(search, "former", &[1]);
    expect(search, "fresh", &[]);
    assert_eq!((search.applied().unwrap(), search.count().unwrap()), (Seq(1), 1));
    search.swap().unwrap();
    expect(search, "", &[2]);
    expect(search, "fresh", &[2]);
    assert_eq!((search.applied().unwrap(), search.building().unwrap()), (Seq(9), None));
    fill(search, vec![message(3, "x", "fresh")]);
    expect(search, "fresh", &[2, 3]);
    assert!(search.verify().unwrap().is_empty());
}
