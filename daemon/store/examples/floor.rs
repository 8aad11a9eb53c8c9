//! The least that an import must do: parse, hash, compress and index a Maildir on two threads, and
//! nothing else. The import is measured against it: `floor MAILDIR`.

use std::{error::Error, fs, path::PathBuf, time::Instant};

use mail_parser::MessageParser;
use rayon::prelude::*;
use sha2::{Digest as _, Sha256};
use tantivy::{
    Index, TantivyDocument,
    schema::{Schema, TEXT},
};

/// Messages that are compressed together.
const FRAME: usize = 64;
const HEAP: usize = 64 << 20;

fn main() -> Result<(), Box<dyn Error>> {
    let dir = std::env::args().nth(1).ok_or("usage: floor MAILDIR")?;
    rayon::ThreadPoolBuilder::new().num_threads(2).build_global()?;
    let started = Instant::now();
    let mut files: Vec<PathBuf> = fs::read_dir(PathBuf::from(dir).join("cur"))?
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<Result<_, _>>()?;
    files.sort();
    let mut schema = Schema::builder();
    let subject = schema.add_text_field("subject", TEXT);
    let body = schema.add_text_field("body", TEXT);
    let folder = tempfile::tempdir()?;
    let index = Index::create_in_dir(folder.path(), schema.build())?;
    let mut writer = index.writer_with_num_threads::<TantivyDocument>(2, HEAP)?;
    let (raw, stored) = files
        .par_chunks(FRAME)
        .map(|chunk| {
            let mut frame = Vec::new();
            for path in chunk {
                let bytes = fs::read(path).unwrap_or_default();
                std::hint::black_box(Sha256::digest(&bytes));
                if let Some(message) = MessageParser::default().parse(&bytes) {
                    let mut document = TantivyDocument::default();
                    document.add_text(subject, message.subject().unwrap_or_default());
                    document.add_text(body, message.body_text(0).unwrap_or_default());
                    let _ = writer.add_document(document);
                }
                frame.extend_from_slice(&bytes);
            }
            let packed = zstd::bulk::compress(&frame, 3).map_or(0, |packed| packed.len());
            (frame.len(), packed)
        })
        .reduce(|| (0, 0), |a, b| (a.0 + b.0, a.1 + b.1));
    writer.commit()?;
    let seconds = started.elapsed().as_secs_f64();
    #[expect(clippy::print_stdout, reason = "the result")]
    {
        println!("{} messages, {raw} bytes, {stored} compressed, {seconds:.2} s", files.len());
    }
    Ok(())
}
