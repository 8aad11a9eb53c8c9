//! `watchkeeper export cases`: JSON Lines, one case a line.

use std::{
    fs::File,
    io::{BufWriter, ErrorKind, Write},
    path::Path,
};

use anyhow::Context as _;
use app::AppError;

use crate::{cli::Common, wiring};

/// Writes every case to `output`, or to standard output.
pub fn run(common: &Common, output: Option<&Path>) -> anyhow::Result<()> {
    let open = wiring::open_to_read(common, wiring::config(common)?)?;
    let out: Box<dyn Write> = match output {
        Some(path) => Box::new(
            File::create(path).with_context(|| format!("cannot write {}", path.display()))?,
        ),
        None => Box::new(std::io::stdout().lock()),
    };
    let mut out = BufWriter::new(out);
    let mut failed = None;
    let done = open.app.export(&mut |case| {
        let written = serde_json::to_writer(&mut out, case)
            .map_err(std::io::Error::from)
            .and_then(|()| out.write_all(b"\n"));
        written.map_err(|error| {
            failed = Some(error);
            AppError::Stopped
        })
    });
    let written = if let Some(error) = failed {
        Err(error)
    } else {
        done?;
        out.flush()
    };
    match written {
        // A reader that has seen enough, such as `head`, is no error of ours.
        Err(error) if output.is_none() && error.kind() == ErrorKind::BrokenPipe => Ok(()),
        written => written.context("cannot write the export"),
    }
}
