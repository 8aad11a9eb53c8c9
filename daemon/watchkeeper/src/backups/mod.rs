//! Backups: what of a data directory they hold, and proof that they can be relied upon.

pub mod keeper;
mod rehearse;
mod schedule;

use std::{io, path::Path};

use model::Instant;
use store::local::backup::{Course, Created, Plan, create};

pub use rehearse::rehearse;
pub use schedule::Schedule;

/// What lies in a data directory and is made anew, beside what the store knows of: compiled plugins,
/// secrets of sources that are being tried, and what is known of our own backups.
const ANEW: [&str; 3] = ["compiled-plugins", "trial*", keeper::LAST];

/// What is backed up, and where to.
pub struct Wanted<'a> {
    /// The data directory.
    pub data: &'a Path,
    /// Where the configuration is, or would be.
    pub configured: &'a Path,
    /// The folder that backups go into.
    pub destination: &'a Path,
    /// How many are kept; all of them unless told.
    pub keep: Option<usize>,
    /// Who asked for it.
    pub by: &'a str,
    /// When it is begun.
    pub now: Instant,
}

/// Makes a backup. The configuration goes with it, wherever it lies.
pub fn make(wanted: &Wanted<'_>, course: &mut Course<'_>) -> anyhow::Result<Created> {
    let plan = Plan {
        data: wanted.data,
        anew: &ANEW,
        configuration: wanted.configured.exists().then_some(wanted.configured),
        destination: wanted.destination,
        keep: wanted.keep,
        program: env!("CARGO_PKG_VERSION"),
        by: wanted.by,
        holder: &holder(),
        now: wanted.now,
    };
    Ok(create(&plan, course)?)
}

/// What others are told who want the same folder meanwhile.
pub fn holder() -> String {
    format!("watchkeeper, process {}", std::process::id())
}

/// Whether the file at `path` is there; an error that is not its absence counts as one.
fn is_there(path: &Path) -> io::Result<bool> {
    path.try_exists()
}
