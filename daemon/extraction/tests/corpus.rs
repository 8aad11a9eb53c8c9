//! Real files of many programs: nothing crashes or hangs, and what a reader sees is found.
//!
//! Reads the folder that `WATCHKEEPER_CORPORA` names; without it there is nothing to measure.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
    process::Command,
    time::Instant,
};

use extraction::{Handed, Limits, Reader};
use model::Unread;

fn reader() -> Reader {
    Reader::new(PathBuf::from(env!("CARGO_BIN_EXE_extract")), Vec::new(), Limits::default())
}

fn files(dir: &Path, into: &mut Vec<PathBuf>) {
    let Ok(entries) = std::fs::read_dir(dir) else { return };
    let mut entries: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() { files(&path, into) } else { into.push(path) }
    }
}

/// Words of three letters or more, folded.
fn words(text: &str) -> BTreeSet<String> {
    text.replace('\u{ad}', "")
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| word.chars().count() >= 3)
        .map(str::to_lowercase)
        .collect()
}

fn run(program: &str, arguments: &[&str]) -> Option<String> {
    let output = Command::new(program).args(arguments).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).into_owned())
}

/// The text that other programs find in files, by file: `pdftotext` in PDF, LibreOffice in the
/// formats of offices. Files in which they find none, and programs that are missing, are left out.
fn references(paths: &[PathBuf]) -> BTreeMap<PathBuf, String> {
    let mut found = BTreeMap::new();
    let mut office = Vec::new();
    for path in paths {
        match ending(path).as_str() {
            "pdf" => {
                if let Some(text) = path.to_str().and_then(|path| run("pdftotext", &[path, "-"])) {
                    found.insert(path.clone(), text);
                }
            }
            "docx" | "doc" | "odt" | "rtf" | "xlsx" | "pptx" | "ppt" => office.push(path),
            _ => {}
        }
    }
    let dir = tempfile::tempdir().unwrap();
    let at = dir.path().to_str().unwrap();
    let mut copies = BTreeMap::new();
    for (number, path) in office.iter().enumerate() {
        let copy = format!("{at}/{number}.{}", ending(path));
        std::fs::copy(path, &copy).unwrap();
        copies.insert(copy, *path);
    }
    for (to, written) in [("txt:Text (encoded):UTF8", "txt"), ("pdf", "pdf")] {
        let laid_out =
            |copy: &&str| [".xlsx", ".pptx", ".ppt"].iter().any(|ending| copy.ends_with(ending));
        let these: Vec<&str> = copies
            .keys()
            .map(String::as_str)
            .filter(|copy| laid_out(copy) == (written == "pdf"))
            .collect();
        let home = format!("-env:UserInstallation=file://{at}/home");
        for some in these.chunks(8) {
            let options =
                ["180", "soffice", &home, "--headless", "--convert-to", to, "--outdir", at];
            let arguments: Vec<&str> =
                options.iter().copied().chain(some.iter().copied()).collect();
            // what became of each file is seen by what was written
            drop(run("timeout", &arguments));
        }
    }
    for (copy, path) in copies {
        let stem = Path::new(&copy).with_extension("");
        let text = std::fs::read(stem.with_extension("txt")).ok();
        let text = text.map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
        let pdf = stem.with_extension("pdf");
        let text = text.or_else(|| run("pdftotext", &[pdf.to_str()?, "-"]));
        if let Some(text) = text {
            found.insert(path.clone(), text);
        }
    }
    found
}

fn ending(path: &Path) -> String {
    path.extension().map(|ending| ending.to_string_lossy().to_lowercase()).unwrap_or_default()
}

/// Files whose reference gives words that no reader sees in them, or are not to be read, each with why.
const WRONG: &[(&str, &str)] = &[
    ("habibi-oneline-cmap.pdf", "pdftotext gives an Arabic word in the order of its glyphs"),
    ("testOverlappingText.pdf", "pdftotext joins the ends of two lines that lie upon one another"),
    (
        "xlsx_03_chartsheet.xlsx",
        "headings of columns are cut and joined, a chart's scale is computed",
    ),
    ("xlsx_06_edge_cases_.xlsx", "words of neighbouring cells are joined where a page is narrow"),
    ("testWPSAttachment.xlsx", "the words are drawn in the pictures that stand for attached files"),
    ("test.pptx", "long words are broken over lines, a chart's scale is computed"),
    ("testMSChart-govdocs-428996.pptx", "the words are drawn in the picture of a chart"),
    ("testPPT_various.pptx", "a text box and the mark of a footnote are joined"),
    ("protect.xlsx", "it is encrypted, with a password that Excel tries by itself: listed as that"),
    ("testPPT_various.ppt", "a text box and the mark of a footnote are joined"),
];

#[derive(Default)]
struct Row {
    files: u32,
    read: u32,
    unread: BTreeMap<&'static str, u32>,
    compared: u32,
    found: u32,
}

#[test]
#[allow(
    clippy::disallowed_methods,
    reason = "names the folder of corpora that are not ours to keep"
)]
fn files_of_many_programs_are_read_and_none_ends_the_service() {
    let Ok(corpora) = std::env::var("WATCHKEEPER_CORPORA") else {
        println!("skipped: WATCHKEEPER_CORPORA names no folder");
        return;
    };
    let mut paths = Vec::new();
    files(&Path::new(&corpora).join("corpora/attach"), &mut paths);
    let expected = references(&paths);
    let (mut rows, mut bytes_in_all) = (BTreeMap::<String, Row>::new(), 0);
    let mut spent = std::time::Duration::ZERO;
    for batch in paths.chunks(32) {
        let contents: Vec<Vec<u8>> = batch.iter().map(|p| std::fs::read(p).unwrap()).collect();
        bytes_in_all += contents.iter().map(Vec::len).sum::<usize>();
        let names: Vec<&str> =
            batch.iter().map(|p| p.file_name().unwrap().to_str().unwrap()).collect();
        let handed: Vec<Handed<'_>> = names
            .iter()
            .zip(&contents)
            .map(|(name, bytes)| Handed { name, media_type: "", bytes })
            .collect();
        let begun = Instant::now();
        let readings = reader().read(&handed).unwrap();
        spent += begun.elapsed();
        for (path, reading) in batch.iter().zip(readings) {
            let row = rows.entry(ending(path)).or_default();
            row.files += 1;
            let text = match reading.outcome {
                Ok(read) => {
                    row.read += 1;
                    read.sections.iter().map(|s| format!("{}\n", s.text)).collect::<String>()
                }
                Err(reason) => {
                    *row.unread.entry(reason.word()).or_default() += 1;
                    if matches!(reason, Unread::Crashed | Unread::TimedOut | Unread::OutOfMemory) {
                        println!("{}: {}", path.display(), reason.word());
                    }
                    String::new()
                }
            };
            let Some(expected) = expected.get(path).map(|text| words(text)) else { continue };
            let name = path.file_name().unwrap().to_str().unwrap();
            if expected.is_empty() || WRONG.iter().any(|(wrong, _)| *wrong == name) {
                continue;
            }
            let ours = words(&text);
            let found = expected.intersection(&ours).count();
            row.compared += 1;
            if found * 100 >= expected.len() * 95 {
                row.found += 1;
            } else {
                let missing: Vec<_> = expected.difference(&ours).take(6).collect();
                println!(
                    "{}: {found} of {} words; lacks {missing:?}",
                    path.display(),
                    expected.len()
                );
            }
        }
    }
    println!(
        "{:8} {:>5} {:>5} {:>9} {:>6}  not read",
        "format", "files", "read", "compared", ">=95%"
    );
    for (ending, row) in &rows {
        let (files, read, compared, found) = (row.files, row.read, row.compared, row.found);
        println!("{ending:8} {files:5} {read:5} {compared:9} {found:6}  {:?}", row.unread);
    }
    let (compared, found) =
        rows.values().fold((0, 0), |(c, f), row| (c + row.compared, f + row.found));
    println!("{} files, {bytes_in_all} bytes in {:.1} s", paths.len(), spent.as_secs_f64());
    assert!(!paths.is_empty(), "the folder of corpora holds no attachments");
    let missed = rows.iter().filter(|(_, row)| row.found * 100 < row.compared * 95);
    let missed: Vec<&String> = missed.map(|(ending, _)| ending).collect();
    assert!(
        missed.is_empty(),
        "{found} of {compared} files are read well, but of {missed:?} fewer"
    );
}
