//! What each format says, and where in it.

use super::{made, read};

fn places(read: &[(String, String)]) -> Vec<(&str, &str)> {
    read.iter().map(|(place, text)| (place.as_str(), text.as_str())).collect()
}

#[test]
fn a_pdf_names_the_page_of_what_it_says() {
    let pdf = made::bytes(made::pdf(&["Terms of delivery", "Price list"]));
    let read = read("offer.pdf", &pdf).unwrap();
    assert_eq!(places(&read), [("page 1", "Terms of delivery"), ("page 2", "Price list")]);
}

#[test]
fn what_was_filled_into_a_form_is_found_on_its_page() {
    let read = read("form.pdf", &made::bytes(made::filled_pdf("Ada Lovelace"))).unwrap();
    assert_eq!(places(&read), [("page 1", "Name:\nAda Lovelace")]);
}

#[test]
fn a_choice_in_a_form_is_found_by_what_a_reader_sees() {
    let pdf = made::bytes(made::chosen_pdf("code-7", "Premium support"));
    let read = read("form.pdf", &pdf).unwrap();
    assert_eq!(read.len(), 1, "{read:?}");
    assert!(read[0].1.contains("Premium support") && read[0].1.contains("code-7"), "{read:?}");
}

#[test]
fn lines_that_are_set_by_the_short_operators_are_found() {
    let content = b"BT /F1 12 Tf 14 TL 72 700 Td (Terms)' 1 0 (of delivery)\" ET".to_vec();
    let read = read("a.pdf", &made::bytes(made::of_contents(vec![content]))).unwrap();
    let words: Vec<&str> = read[0].1.split_whitespace().collect();
    assert_eq!(words, ["Terms", "of", "delivery"]);
}

#[test]
fn a_pdf_whose_table_of_objects_is_wrong_is_read_by_its_objects() {
    let whole = made::bytes(made::pdf(&["Terms of delivery", "Price list"]));
    let end = whole.iter().position(|byte| *byte == b'\n').unwrap() + 1;
    let moved = [&whole[..end], b"% put in by a relay that thought this was text\n", &whole[end..]];
    let moved = moved.concat();
    let expected = [("page 1", "Terms of delivery"), ("page 2", "Price list")];
    assert_eq!(places(&read("a.pdf", &moved).unwrap()), expected);
    // The end is lost, and the table with it.
    let table = whole.windows(5).rposition(|word| word == b"xref\n").unwrap();
    assert_eq!(places(&read("a.pdf", &whole[..table]).unwrap()), expected);
}

#[test]
fn a_document_gives_its_words_with_tables_and_pages_and_without_what_was_deleted() {
    let body = "<w:p><w:r><w:t>Dear</w:t></w:r><w:r><w:t xml:space=\"preserve\"> team &amp; all\
                </w:t></w:r><w:del><w:r><w:delText>old</w:delText></w:r></w:del></w:p>\
                <w:tbl><w:tr><w:tc><w:p><w:r><w:t>A</w:t></w:r></w:p></w:tc><w:tc><w:p><w:r>\
                <w:t>B</w:t></w:r></w:p></w:tc></w:tr></w:tbl>\
                <w:p><w:r><w:lastRenderedPageBreak/><w:t>Second page</w:t></w:r></w:p>";
    let read = read("a.docx", &made::docx(body)).unwrap();
    assert_eq!(places(&read), [("page 1", "Dear team & all\nA\tB"), ("page 2", "Second page")]);
}

#[test]
fn a_presentation_is_read_in_the_order_of_the_show_with_its_notes() {
    let slide = |text: &str| {
        format!(
            "<p:sld xmlns:p=\"p\" xmlns:a=\"a\"><a:p><a:r><a:t>{text}</a:t></a:r></a:p></p:sld>"
        )
    };
    let related = |pairs: &[(&str, &str)]| {
        let all: String = pairs
            .iter()
            .map(|(id, target)| format!("<Relationship Id=\"{id}\" Target=\"{target}\"/>"))
            .collect();
        format!("<Relationships>{all}</Relationships>")
    };
    let show = "<p:presentation xmlns:p=\"p\" xmlns:r=\"r\"><p:sldIdLst><p:sldId id=\"256\" r:id=\"b\"/>\
                <p:sldId id=\"257\" r:id=\"a\"/></p:sldIdLst></p:presentation>";
    let file = made::zip(&[
        ("ppt/presentation.xml", show.as_bytes()),
        (
            "ppt/_rels/presentation.xml.rels",
            related(&[("a", "slides/slide1.xml"), ("b", "slides/slide2.xml")]).as_bytes(),
        ),
        ("ppt/slides/slide1.xml", slide("Summary").as_bytes()),
        ("ppt/slides/slide2.xml", slide("Welcome").as_bytes()),
        (
            "ppt/slides/_rels/slide1.xml.rels",
            related(&[("n", "../notesSlides/notesSlide1.xml")]).as_bytes(),
        ),
        ("ppt/notesSlides/notesSlide1.xml", slide("Mention the outage").as_bytes()),
    ]);
    let read = read("a.pptx", &file).unwrap();
    assert_eq!(
        places(&read),
        [("slide 1", "Welcome"), ("slide 2", "Summary\n\nMention the outage")]
    );
}

#[test]
fn a_workbook_names_the_sheet() {
    let rows = "<row r=\"1\"><c r=\"A1\" t=\"inlineStr\"><is><t>Seats</t></is></c><c r=\"B1\"><v>42</v>\
                </c></row><row r=\"3\"><c r=\"A3\" t=\"b\"><v>1</v></c></row>";
    let read = read("a.xlsx", &made::xlsx("Q1 plan", rows)).unwrap();
    assert_eq!(places(&read), [("sheet Q1 plan", "Seats\t42\nTRUE")]);
}

#[test]
fn an_open_document_gives_its_paragraphs() {
    let content = "<office:document-content xmlns:office=\"o\" xmlns:text=\"t\"><text:p>First\
                   <text:s/>line</text:p><text:p>Second<text:tab/>line</text:p>\
                   </office:document-content>";
    let file = made::zip(&[
        ("mimetype", b"application/vnd.oasis.opendocument.text"),
        ("content.xml", content.as_bytes()),
    ]);
    assert_eq!(places(&read("a.odt", &file).unwrap()), [("", "First line\nSecond\tline")]);
}

#[test]
fn files_within_files_are_found_by_their_path() {
    let letter = b"From: Ann <ann@a.example>\r\nSubject: Offer\r\nContent-Type: multipart/mixed; \
                   boundary=x\r\n\r\n--x\r\n\r\nSee attached.\r\n--x\r\nContent-Type: text/csv\r\n\
                   Content-Disposition: attachment; filename=prices.csv\r\n\r\nseat;10\r\n--x--\r\n";
    let file = made::zip(&[("mail/offer.eml", letter)]);
    let read = read("all.zip", &file).unwrap();
    assert_eq!(read[0].0, "mail/offer.eml");
    assert!(read[0].1.contains("Subject: Offer") && read[0].1.contains("See attached."));
    assert_eq!((read[1].0.as_str(), read[1].1.as_str()), ("mail/offer.eml/prices.csv", "seat;10"));
}

#[test]
fn text_is_read_in_its_own_character_set() {
    let utf_16: Vec<u8> = "\u{feff}Größe".encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert_eq!(read("a.txt", &utf_16).unwrap()[0].1, "Größe");
    let page = "<html><body><p>One</p><script>no()</script><p>Two</p></body></html>";
    assert_eq!(read("a.html", page.as_bytes()).unwrap()[0].1, "One\n\nTwo");
}

#[test]
fn an_invitation_is_read_in_words() {
    let invitation = "BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nBEGIN:VEVENT\r\nUID:a\r\nSUMMARY:Go-live\r\n\
        DTSTART;TZID=Europe/Berlin:20260114T100000\r\nORGANIZER;CN=Sam Lee:mailto:sam@brightwater.exa\r\n \
        mple\r\nLOCATION:Room 4\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";
    let read = read("invite.ics", invitation.as_bytes()).unwrap();
    let text = &read[0].1;
    for words in [
        "Meeting: Go-live",
        "2026-01-14 10:00 Europe/Berlin",
        "Room 4",
        "<sam@brightwater.example>",
    ] {
        assert!(text.contains(words), "{words}: {text}");
    }
}

#[test]
fn an_old_word_document_gives_its_words_and_a_broken_one_says_so() {
    let bytes =
        made::doc("Dear team,\rsee \u{13} HYPERLINK x \u{14}here\u{15}. ", "Ünsere Preise\r");
    let text = read("offer.doc", &bytes).unwrap();
    assert_eq!(text[0].1, "Dear team,\nsee here. Ünsere Preise");
    let mut broken = bytes;
    let at = broken.windows(4).position(|w| w == [0xec, 0xa5, 0xc1, 0x00]).unwrap();
    broken[at + 418..at + 422].copy_from_slice(&[0xff; 4]);
    assert_eq!(read("offer.doc", &broken), Err(model::Unread::Corrupt));
}
