//! Files made for the tests.

use std::io::{Cursor, Write as _};

use flate2::{Compression, write::GzEncoder};
use lopdf::{
    Dictionary, Document, Object, Stream, content::Content, content::Operation, dictionary,
};
use zip::{ZipWriter, write::SimpleFileOptions};

/// A zip archive of these entries.
pub fn zip(entries: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in entries {
        zip.start_file(*name, SimpleFileOptions::default()).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// An archive whose entries need a password, as far as its headers say.
pub fn locked_zip(entries: &[(&str, &[u8])]) -> Vec<u8> {
    let mut bytes = zip(entries);
    for (magic, flags) in [(b"PK\x03\x04", 6), (b"PK\x01\x02", 8)] {
        let places: Vec<usize> =
            bytes.windows(4).enumerate().filter(|(_, w)| w == magic).map(|(at, _)| at).collect();
        for at in places {
            bytes[at + flags] |= 1;
        }
    }
    bytes
}

/// A PDF with a page for each text.
pub fn pdf(pages: &[&str]) -> Document {
    let contents = pages.iter().map(|text| {
        let operations = vec![
            Operation::new("BT", vec![]),
            Operation::new("Tf", vec!["F1".into(), 12.into()]),
            Operation::new("Td", vec![72.into(), 700.into()]),
            Operation::new("Tj", vec![Object::string_literal(*text)]),
            Operation::new("ET", vec![]),
        ];
        Content { operations }.encode().unwrap()
    });
    of_contents(contents.collect())
}

/// A PDF with a field into which `value` was filled.
pub fn filled_pdf(value: &str) -> Document {
    let mut document = pdf(&["Name:"]);
    let field = document.add_object(dictionary! {
        "Type" => "Annot", "Subtype" => "Widget", "FT" => "Tx",
        "V" => Object::string_literal(value),
    });
    let page = document.page_iter().next().unwrap();
    let page = document.get_object_mut(page).unwrap().as_dict_mut().unwrap();
    page.set("Annots", vec![field.into()]);
    document
}

/// A PDF with a field in which one of several is chosen: what it is called is in its look.
pub fn chosen_pdf(value: &str, shown: &str) -> Document {
    let mut document = filled_pdf(value);
    let look = format!("/Tx BMC BT /F1 9 Tf 12 TL ({shown})' ET EMC");
    let look = document.add_object(Stream::new(form(None), look.into_bytes()));
    let field = document.objects.values_mut().filter_map(|object| object.as_dict_mut().ok());
    for field in field.filter(|dict| dict.has(b"FT")) {
        field.set("AP", dictionary! { "N" => look });
    }
    document
}

/// A PDF whose only page draws a form that draws a form that draws a form, each a hundred times.
pub fn endless_pdf() -> Document {
    let mut document = pdf(&["start"]);
    let last = Stream::new(form(None), b"BT /F1 9 Tf (again) Tj ET".to_vec());
    let mut inner = document.add_object(last);
    for _ in 0..8 {
        let stream = Stream::new(form(Some(inner)), b"/X Do ".repeat(100));
        inner = document.add_object(stream);
    }
    let page = document.page_iter().next().unwrap();
    let resources = document.get_or_create_resources(page).unwrap().as_dict_mut().unwrap();
    resources.set("XObject", dictionary! { "X" => inner });
    document.change_page_content(page, b"/X Do".to_vec()).unwrap();
    document
}

fn form(inner: Option<lopdf::ObjectId>) -> Dictionary {
    let font = dictionary! { "Type" => "Font", "Subtype" => "Type1", "BaseFont" => "Helvetica" };
    let mut resources = dictionary! { "Font" => dictionary! { "F1" => font } };
    if let Some(inner) = inner {
        resources.set("XObject", dictionary! { "X" => inner });
    }
    dictionary! {
        "Type" => "XObject", "Subtype" => "Form", "Resources" => resources,
        "BBox" => vec![0.into(), 0.into(), 600.into(), 800.into()],
    }
}

/// A PDF of scanned pages: each shows a picture and no text.
pub fn scanned_pdf() -> Document {
    let mut document = of_contents(vec![b"/P Do".to_vec()]);
    let picture = dictionary! {
        "Type" => "XObject", "Subtype" => "Image", "Width" => 400, "Height" => 400,
        "ColorSpace" => "DeviceGray", "BitsPerComponent" => 8,
    };
    let picture = document.add_object(Stream::new(picture, vec![255; 160_000]));
    let page = document.page_iter().next().unwrap();
    let resources = document.get_or_create_resources(page).unwrap().as_dict_mut().unwrap();
    resources.set("XObject", dictionary! { "P" => picture });
    document
}

/// A PDF with a page for each content stream.
pub fn of_contents(contents: Vec<Vec<u8>>) -> Document {
    let mut document = Document::with_version("1.5");
    let pages = document.new_object_id();
    let font = document.add_object(dictionary! {
        "Type" => "Font", "Subtype" => "Type1", "BaseFont" => "Helvetica",
        "Encoding" => "WinAnsiEncoding",
    });
    let mut kids: Vec<Object> = Vec::new();
    for content in contents {
        let content = document.add_object(Stream::new(Dictionary::new(), content));
        let page = document.add_object(dictionary! {
            "Type" => "Page", "Parent" => pages, "Contents" => content,
            "Resources" => dictionary! { "Font" => dictionary! { "F1" => font } },
            "MediaBox" => vec![0.into(), 0.into(), 600.into(), 800.into()],
        });
        kids.push(page.into());
    }
    let count = kids.len() as u32;
    let tree = dictionary! { "Type" => "Pages", "Kids" => kids, "Count" => count };
    document.objects.insert(pages, Object::Dictionary(tree));
    let catalog = document.add_object(dictionary! { "Type" => "Catalog", "Pages" => pages });
    document.trailer.set("Root", catalog);
    let id = Object::string_literal("0123456789abcdef");
    document.trailer.set("ID", vec![id.clone(), id]);
    document
}

/// The bytes of a PDF.
pub fn bytes(mut document: Document) -> Vec<u8> {
    let mut bytes = Vec::new();
    document.save_to(&mut bytes).unwrap();
    bytes
}

/// A DOCX with these runs of XML as its body.
pub fn docx(body: &str) -> Vec<u8> {
    let xml = format!(
        "<w:document xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\">\
         <w:body>{body}</w:body></w:document>"
    );
    zip(&[("[Content_Types].xml", b"<Types/>"), ("word/document.xml", xml.as_bytes())])
}

/// An XLSX with one sheet of this name and these rows of XML.
pub fn xlsx(name: &str, rows: &str) -> Vec<u8> {
    let main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    let related = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let book = format!(
        "<workbook xmlns=\"{main}\" xmlns:r=\"{related}\"><sheets><sheet name=\"{name}\" \
         sheetId=\"1\" r:id=\"rId1\"/></sheets></workbook>"
    );
    let rels = format!(
        "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">\
         <Relationship Id=\"rId1\" Type=\"{related}/worksheet\" Target=\"worksheets/sheet1.xml\"/>\
         </Relationships>"
    );
    let sheet = format!("<worksheet xmlns=\"{main}\"><sheetData>{rows}</sheetData></worksheet>");
    let package = format!(
        "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">\
         <Relationship Id=\"rId1\" Type=\"{related}/officeDocument\" Target=\"xl/workbook.xml\"/>\
         </Relationships>"
    );
    zip(&[
        ("[Content_Types].xml", b"<Types/>"),
        ("_rels/.rels", package.as_bytes()),
        ("xl/workbook.xml", book.as_bytes()),
        ("xl/_rels/workbook.xml.rels", rels.as_bytes()),
        ("xl/worksheets/sheet1.xml", sheet.as_bytes()),
    ])
}

/// `bytes` packed by gzip.
pub fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut packing = GzEncoder::new(Vec::new(), Compression::best());
    packing.write_all(bytes).unwrap();
    packing.finish().unwrap()
}

/// An archive of 7-Zip with these files, all packed as one.
pub fn seven(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut archive = sevenz_rust2::ArchiveWriter::new(Cursor::new(Vec::new())).unwrap();
    for (name, bytes) in files {
        let entry = sevenz_rust2::ArchiveEntry::new_file(name);
        archive.push_archive_entry(entry, Some(*bytes)).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

/// A tape archive of these files.
pub fn tape(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut archive = tar::Builder::new(Vec::new());
    for (name, bytes) in files {
        let mut header = tar::Header::new_gnu();
        header.set_size(bytes.len() as u64);
        header.set_mode(0o644);
        archive.append_data(&mut header, name, *bytes).unwrap();
    }
    archive.into_inner().unwrap()
}

/// A document of Word 97 whose text lies in two pieces, one of them in a character set of one byte.
pub fn doc(first: &str, second: &str) -> Vec<u8> {
    let wide: Vec<u8> = second.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let mut document = vec![0_u8; 1024];
    document[0..4].copy_from_slice(&[0xec, 0xa5, 0xc1, 0x00]);
    let (at, then) = (document.len(), document.len() + first.len());
    document.extend(first.bytes());
    document.extend(&wide);
    let number = |number: usize| u32::try_from(number).unwrap().to_le_bytes();
    let (middle, end) = (first.len(), first.len() + wide.len() / 2);
    let mut plc: Vec<u8> = [0, middle, end].into_iter().flat_map(number).collect();
    for place in [(at * 2) | 0x4000_0000, then] {
        plc.extend([0, 0]);
        plc.extend(number(place));
        plc.extend([0, 0]);
    }
    let table = [&[2][..], &number(plc.len()), &plc].concat();
    document[422..426].copy_from_slice(&number(table.len()));
    let mut file = cfb::CompoundFile::create(Cursor::new(Vec::new())).unwrap();
    for (name, bytes) in [("/WordDocument", document), ("/0Table", table)] {
        file.create_stream(name).unwrap().write_all(&bytes).unwrap();
    }
    file.into_inner().into_inner()
}
