//! The decision log, written and replayed.

use std::{
    fs::File,
    io::{BufRead as _, BufReader, BufWriter, Write},
    path::Path,
    process::ExitCode,
};

use anyhow::Context as _;
use model::{CaseId, Instant};

use super::reading;
use crate::{cli::Common, console};

/// Writes the decision log of `cases`.
pub fn log(
    common: &Common,
    cases: &[CaseId],
    out: Option<&Path>,
    until: Option<Instant>,
) -> anyhow::Result<ExitCode> {
    let open = reading(common)?;
    let mut to: Box<dyn Write> = match out {
        Some(path) => Box::new(BufWriter::new(
            File::create(path).with_context(|| format!("cannot write {}", path.display()))?,
        )),
        None => Box::new(BufWriter::new(std::io::stdout().lock())),
    };
    let lines = open.app.decision_log(cases, until, &mut to)?;
    to.flush().context("cannot write the decision log")?;
    console::note(&format!("{} lines", console::count(lines)));
    Ok(ExitCode::SUCCESS)
}

/// Decides a log again and compares; exit code 1 if anything differs.
pub fn replay(common: &Common, path: &Path) -> anyhow::Result<ExitCode> {
    let open = reading(common)?;
    let file = File::open(path).with_context(|| format!("cannot read {}", path.display()))?;
    let mut broken = None;
    let mut lines = BufReader::new(file).lines().map_while(|line| match line {
        Ok(line) => Some(line),
        Err(error) => {
            broken = Some(error);
            None
        }
    });
    let replayed = open.app.replay_log(&mut lines)?;
    if let Some(error) = broken {
        return Err(error).with_context(|| format!("cannot read {}", path.display()));
    }
    match replayed.differs {
        None => {
            console::line(&format!("{} lines, all the same", console::count(replayed.same)));
            Ok(ExitCode::SUCCESS)
        }
        Some((line, was, is)) => {
            console::line(&format!("line {line} differs"));
            console::line(&format!("  was {was}"));
            console::line(&format!("  is  {is}"));
            Ok(ExitCode::FAILURE)
        }
    }
}
