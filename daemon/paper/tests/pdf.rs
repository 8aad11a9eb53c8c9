//! What a reader of the PDF finds in it.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]

use paper::{Bars, Block, Document, Line, Paper, Table, Written, write};

fn document(blocks: Vec<Block>) -> Document {
    Document {
        title: "Northwind: Größe der Übersicht".to_owned(),
        language: "de".to_owned(),
        written: Written { year: 2026, month: 2, day: 3, hour: 14, minute: 5, second: 6 },
        foot: "https://desk.example/cases/1".to_owned(),
        page_of: "Seite {page} von {pages}".to_owned(),
        missing: "Zeichen, die fehlen:".to_owned(),
        blocks,
    }
}

fn line(text: &str, quote: &str) -> Block {
    Block::Line(Line {
        text: text.to_owned(),
        quote: Some(quote.to_owned()),
        source: "Jane Doe, 03.02.2026, 09:14".to_owned(),
        link: Some("https://desk.example/cases/1?message=ab&start=1&end=9".to_owned()),
    })
}

/// The text of a page, its white space as single blanks.
fn text(paper: &Paper, page: u32) -> String {
    let pdf = lopdf::Document::load_mem(&paper.bytes).unwrap();
    let text = pdf.extract_text(&[page]).unwrap();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn sentences_and_their_sources_can_be_selected_and_searched() {
    let blocks = vec![
        Block::Heading("Wie es steht".to_owned()),
        line(
            "Antwort überfällig",
            "Le système est arrêté depuis hier, où en êtes-vous, façon Œuvre?",
        ),
        Block::Bullet("Ein Punkt – mit Strich, „Zitat“ und 1.234 €".to_owned()),
    ];
    let paper = write(&document(blocks)).unwrap();
    let text = text(&paper, 1);
    for wanted in [
        "Northwind: Größe der Übersicht",
        "Wie es steht",
        "Antwort überfällig",
        "Le système est arrêté depuis hier, où en êtes-vous, façon Œuvre?",
        "Jane Doe, 03.02.2026, 09:14",
        "Ein Punkt – mit Strich, „Zitat“ und 1.234 €",
        "Seite 1 von 1",
        "https://desk.example/cases/1",
    ] {
        assert!(text.contains(wanted), "`{wanted}` is not in: {text}");
    }
    assert!(paper.missing.is_empty(), "{:?}", paper.missing);
}

#[test]
fn the_same_document_gives_the_same_bytes() {
    let blocks = || vec![line("Once", "twice"), Block::Text("and a paragraph".to_owned())];
    let (one, other) = (write(&document(blocks())).unwrap(), write(&document(blocks())).unwrap());
    assert!(one.bytes == other.bytes, "two runs differ");
}

#[test]
fn title_language_and_links_are_known_to_the_reader() {
    let paper = write(&document(vec![line("One", "two")])).unwrap();
    let pdf = lopdf::Document::load_mem(&paper.bytes).unwrap();
    let info = pdf.trailer.get(b"Info").unwrap().as_reference().unwrap();
    let title = pdf.get_dictionary(info).unwrap().get(b"Title").unwrap();
    assert_eq!(lopdf::decode_text_string(title).unwrap(), "Northwind: Größe der Übersicht");
    let language = pdf.catalog().unwrap().get(b"Lang").unwrap();
    assert_eq!(lopdf::decode_text_string(language).unwrap(), "de");
    let page = pdf.get_pages()[&1];
    let links = pdf.get_page_annotations(page).unwrap();
    assert_eq!(links.len(), 1, "the source cannot be opened");
}

#[test]
fn a_sign_that_the_font_lacks_is_named_and_breaks_nothing() {
    let paper = write(&document(vec![line("Betreff", "見積もり 🚀 ok")])).unwrap();
    assert!(paper.missing.contains(&'見') && paper.missing.contains(&'🚀'), "{:?}", paper.missing);
    let text = text(&paper, 1);
    assert!(text.contains("Zeichen, die fehlen:") && text.contains("U+308A"), "{text}");
    assert!(text.contains("ok"), "{text}");
}

#[test]
fn long_tables_go_on_with_their_head_and_every_page_has_its_number() {
    let rows = (0..120).map(|at| vec![format!("Row {at}\nwhat it counts"), at.to_string()]);
    let head = vec!["Figure".to_owned(), "Whole".to_owned()];
    let paper = write(&document(vec![Block::Table(Table { head, rows: rows.collect() })])).unwrap();
    assert!(paper.pages > 3);
    for page in 1..=paper.pages {
        let text = text(&paper, u32::try_from(page).unwrap());
        assert!(text.contains("Figure") && text.contains("Whole"), "page {page} has no head");
        assert!(text.contains(&format!("Seite {page} von {}", paper.pages)), "{text}");
    }
}

#[test]
fn bars_tell_their_figures_in_words_too() {
    let rows = (1..=30).map(|at| (format!("2026-{at:02}"), vec![at * 3, at])).collect();
    let series = vec!["all".to_owned(), "told".to_owned()];
    let bars = Bars { title: "By month".to_owned(), series, rows };
    let paper = write(&document(vec![Block::Bars(bars)])).unwrap();
    let text = text(&paper, 1);
    assert!(text.contains("By month") && text.contains("90") && text.contains("2026-01"), "{text}");
    let nothing = Bars { title: "None".to_owned(), series: Vec::new(), rows: Vec::new() };
    assert_eq!(write(&document(vec![Block::Bars(nothing)])).unwrap().pages, 1);
}

#[test]
fn a_very_long_mail_is_printed_whole() {
    let text = "Nobody has called us back. ".repeat(600);
    let paper = write(&document(vec![Block::Text(text), line("", &"x".repeat(2_000))])).unwrap();
    assert!(paper.pages > 3 && paper.bytes.starts_with(b"%PDF-"), "{} pages", paper.pages);
}
