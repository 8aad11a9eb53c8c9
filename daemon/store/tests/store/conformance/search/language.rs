//! What a query finds.

use super::{SearchDocument, SearchQuery, ask, at, expect, fill, message, numbers};
use store::Search;

pub(super) fn words_are_all_needed_anywhere_in_the_message(search: &dyn Search) {
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

pub(super) fn a_phrase_is_exact_and_within_one_field(search: &dyn Search) {
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

pub(super) fn a_beginning_finds_every_ending(search: &dyn Search) {
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

pub(super) fn an_address_is_found_whole_and_by_its_parts(search: &dyn Search) {
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

pub(super) fn each_operator_looks_at_its_own_part(search: &dyn Search) {
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

pub(super) fn attachments_are_found_by_kind_name_and_type(search: &dyn Search) {
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

pub(super) fn what_is_refused_does_not_come(search: &dyn Search) {
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

pub(super) fn either_side_of_or_is_enough(search: &dyn Search) {
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

pub(super) fn dates_begin_where_the_reader_lives(search: &dyn Search) {
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

pub(super) fn accents_and_case_do_not_matter(search: &dyn Search) {
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

pub(super) fn text_without_spaces_is_found_by_any_part(search: &dyn Search) {
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
