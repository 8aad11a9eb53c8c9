use jiff::tz::TimeZone;
use model::Instant;
use proptest::prelude::*;

use super::*;

fn read(text: &str) -> Query {
    parse(text, &Clock { now: Instant::EPOCH, zone: TimeZone::UTC })
}

/// The tree as a reader would draw it.
fn drawn(node: &Node) -> String {
    let list = |sign: &str, parts: &[Node]| {
        let parts: Vec<String> = parts.iter().map(drawn).collect();
        format!("({})", parts.join(sign))
    };
    match node {
        Node::And(parts) => list(" & ", parts),
        Node::Or(parts) => list(" | ", parts),
        Node::Not { node, .. } => format!("!{}", drawn(node)),
        Node::Text(text) => {
            let (quote, star) =
                (if text.quoted { "'" } else { "" }, if text.prefix { "*" } else { "" });
            format!("{:?}={quote}{}{quote}{star}", text.scope, text.text)
        }
        Node::Tag { tag, .. } => tag.clone(),
        Node::Time { from, until, .. } => {
            let shown = |at: &Option<Instant>| at.map(|at| at.to_string()).unwrap_or_default();
            format!("[{}..{}]", shown(from), shown(until))
        }
        Node::View(term) => format!("<{}={}>", term.operator, term.value),
    }
}

#[test]
fn queries_are_read_as_they_are_meant() {
    let cases = [
        ("a b", "(Anywhere=a & Anywhere=b)"),
        ("a b OR c -d", "((Anywhere=a & Anywhere=b) | (Anywhere=c & !Anywhere=d))"),
        ("a AND (b OR c)", "(Anywhere=a & (Anywhere=b | Anywhere=c))"),
        ("\"a b\" inv* \"a b\"*", "(Anywhere='a b' & Anywhere=inv* & Anywhere='a b'*)"),
        ("from:\"Jane Doe\" TO:x", "(From='Jane Doe' & To=x)"),
        ("from:us -from:customer", "(from:us & !from:others)"),
        ("has:images kind:NOTE", "(has:image & kind:note)"),
        ("NOT (a OR b)", "!(Anywhere=a | Anywhere=b)"),
        ("subject:(a OR from:b)", "(Subject=a | From=b)"),
        ("re:a http://x.example/b", "(Anywhere=re:a & Anywhere=http://x.example/b)"),
        ("before:2026-01-31", "[..2026-01-31T00:00:00Z]"),
        ("on:2026-01", "[2026-01-01T00:00:00Z..2026-02-01T00:00:00Z]"),
        ("severity:high a", "(<severity=high> & Anywhere=a)"),
        ("\u{201E}a b\u{201C} c", "(Anywhere='a b' & Anywhere=c)"),
        ("a-b it's", "(Anywhere=a-b & Anywhere=it's)"),
        ("or not and", "(Anywhere=or & Anywhere=not & Anywhere=and)"),
        ("", "()"),
        ("& - () ( ) \"\"", "()"),
    ];
    for (text, tree) in cases {
        assert_eq!(drawn(&read(text).node), tree, "{text}");
    }
}

#[test]
fn what_is_wrong_is_said_where_it_stands() {
    let problems = |text: &str| -> Vec<usize> { read(text).problems.iter().map(|p| p.0).collect() };
    assert_eq!(problems("a (b"), [2]);
    assert_eq!(problems("a) b"), [1]);
    assert_eq!(problems("é \"b"), [3]);
    assert_eq!(problems("OR a"), [0]);
    assert_eq!(problems("a before:x from: colour:b"), [2, 11, 17]);
    assert_eq!(problems(&"(".repeat(40)).len(), 40);
    assert_eq!(problems(&"x".repeat(60)), [0]);
    assert_eq!(problems(&"é ".repeat(2_000)), [4_095]);
    assert!(problems("a -b \"c d\" from:(e OR f) http://g").is_empty());
}

#[test]
fn what_views_answer_is_taken_out_in_place() {
    let split = split_view_terms("état -severity:high owner:\"Ann Lee\" NOT state:open refund");
    assert_eq!(
        split.text.len(),
        "état -severity:high owner:\"Ann Lee\" NOT state:open refund".len()
    );
    assert_eq!(split.text.split_whitespace().collect::<Vec<_>>(), ["état", "refund"]);
    assert_eq!(split.text.find("refund"), Some(52));
    let terms: Vec<_> = split
        .terms
        .iter()
        .map(|term| (term.operator.as_str(), term.value.as_str(), term.negated, term.at.start))
        .collect();
    assert_eq!(
        terms,
        [
            ("severity", "high", true, 6),
            ("owner", "Ann Lee", false, 21),
            ("state", "open", true, 37)
        ]
    );
    assert!(split.problems.is_empty());
}

#[test]
fn a_view_term_beside_an_or_is_said_to_narrow_everything() {
    let said = |text: &str| {
        let split = split_view_terms(text);
        (split.terms.len(), split.problems.len())
    };
    assert_eq!(said("a (severity:high b)"), (1, 0));
    assert_eq!(said("a OR severity:high"), (1, 1));
    assert_eq!(said("-(severity:high OR team:a)"), (2, 0));
    assert_eq!(said("-(severity:high b)"), (1, 1));
    assert_eq!(said("nothing of views"), (0, 0));
}

fn places(node: &Node, found: &mut Vec<std::ops::Range<usize>>) {
    match node {
        Node::And(parts) | Node::Or(parts) => parts.iter().for_each(|part| places(part, found)),
        Node::Not { node, sign } => {
            found.push(sign.clone());
            places(node, found);
        }
        Node::Text(Text { at, .. }) | Node::Tag { at, .. } | Node::Time { at, .. } => {
            found.push(at.clone());
        }
        Node::View(term) => found.push(term.at.clone()),
    }
}

const ODD: &str = "(a|é|東|from:|to:|before:|on:|severity:|kind:|has:|x:|2026|7d|-|\"|\u{201C}|\\(|\\)|\\*| |OR|AND|NOT|\\PC){0,40}";

proptest! {
    #[test]
    fn whatever_is_typed_is_read_with_places_within_it(text in ODD) {
        let query = read(&text);
        let mut found = Vec::new();
        places(&query.node, &mut found);
        for at in found {
            prop_assert!(text.get(at).is_some());
        }
        for (at, _) in query.problems {
            prop_assert!(text.is_char_boundary(at));
        }
    }

    #[test]
    fn what_is_left_without_view_terms_has_none(text in ODD) {
        let split = split_view_terms(&text);
        prop_assert_eq!(split.text.len(), text.len());
        prop_assert!(split_view_terms(&split.text).terms.is_empty());
        for term in split.terms {
            prop_assert!(text.get(term.at).is_some());
        }
    }
}
