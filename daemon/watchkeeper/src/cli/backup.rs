//! Backups, and the way back.

use std::path::PathBuf;

use clap::{Args, Subcommand};

/// What can be done with backups. A destination that is not named is that of the configuration.
#[derive(Debug, Subcommand)]
pub enum Backup {
    /// Copy what is new since the last backup; the service may run meanwhile
    #[command(
        after_help = "Examples:\n  watchkeeper backup create --data wk /mnt/backup/watchkeeper\n  \
                      watchkeeper backup create --data wk /mnt/backup/watchkeeper --keep 30"
    )]
    Create {
        /// The folder that backups go into; made if it is not there
        destination: Option<PathBuf>,
        /// How many backups are kept, this one among them [default: that of the configuration for
        /// its destination, all of them for another]
        #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
        keep: Option<u32>,
    },
    /// Which backups there are
    List {
        /// The folder that they are in
        destination: Option<PathBuf>,
    },
    /// Compare everything in the destination with its hashes, in its place
    Verify {
        /// The folder that they are in
        destination: Option<PathBuf>,
    },
    /// Restore a backup aside, prove what came of it, and remove that again
    #[command(after_help = "Example:\n  watchkeeper backup rehearse /mnt/backup/watchkeeper")]
    Rehearse {
        /// The folder that they are in
        destination: Option<PathBuf>,
        /// Which backup, as `backup list` names it [default: the latest]
        #[arg(long, value_name = "ID")]
        snapshot: Option<String>,
        /// Where there is room for a copy [default: the destination]
        #[arg(long, value_name = "DIR")]
        within: Option<PathBuf>,
    },
}

/// Options of `restore`.
#[derive(Debug, Args)]
pub struct Restore {
    /// The folder that backups were made into
    pub from: PathBuf,
    /// Which backup, as `backup list` names it [default: the latest]
    #[arg(long, value_name = "ID")]
    pub snapshot: Option<String>,
}
