//! What can be done with rule sets.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use model::{CaseId, Instant, MessageKey};

/// What can be done with rule sets. A set is named by `active`, `team:NAME` for the active one of a team,
/// `built_in`, `folder`, a version such as `default@3fa29c01b7de`, or the path of a folder.
#[derive(Debug, Subcommand)]
pub enum Rules {
    /// Load a rule set and say what is wrong with it
    Check {
        /// The folder of the rule set, or `team:NAME` [default: the one of the configuration]
        dir: Option<PathBuf>,
    },
    /// Run the tests of a rule set
    Test {
        /// The folder of the rule set, or `team:NAME` [default: the one of the configuration]
        dir: Option<PathBuf>,
    },
    /// What another set would have made of all history: signals, cases, escalations a day
    #[command(after_help = "Example:\n  watchkeeper rules backtest --data wk ./my-rules")]
    Backtest {
        /// The other set [default: the folder of the configuration]
        #[arg(default_value = "folder")]
        candidate: String,
        /// Compare with the set of this team, over its cases [default: all other cases]
        #[arg(long, value_name = "TEAM")]
        team: Option<String>,
        /// Only what happened since, such as 2026-01-01T00:00:00Z
        #[arg(long, value_name = "INSTANT")]
        since: Option<Instant>,
        /// How many cases to name
        #[arg(long, short = 'n', default_value_t = 20)]
        cases: usize,
    },
    /// Follow one script over a case, step by step, with its variables
    #[command(
        after_help = "Examples:\n  watchkeeper rules trace --data wk 7F3K2-M9QAB frustration\n  \
                            watchkeeper rules trace --data wk 7F3K2-M9QAB severity"
    )]
    Trace {
        /// The case
        case: CaseId,
        /// The signal, or `severity`
        signal: String,
        /// Only what this message sets off
        #[arg(long, value_name = "KEY")]
        message: Option<MessageKey>,
        /// The set [default: the one that judges the case]
        #[arg(long)]
        set: Option<String>,
        /// The most steps
        #[arg(long, default_value_t = 400)]
        steps: usize,
    },
    /// A case of the store as a test of the set that judges it
    Fixture {
        /// The case
        case: CaseId,
        /// What the test says [default: the title of the case]
        #[arg(long)]
        name: Option<String>,
        /// Keep names, addresses and numbers as they are
        #[arg(long)]
        keep_names: bool,
        /// Where to write [default: standard output]
        #[arg(long, short, value_name = "FILE")]
        out: Option<PathBuf>,
    },
    /// What two sets differ in, file by file
    Diff {
        /// The one set [default: the active one]
        #[arg(default_value = "active")]
        before: String,
        /// The other [default: the folder of the configuration]
        #[arg(default_value = "folder")]
        after: String,
    },
    /// The versions that are kept, with author and note
    Versions {
        /// Those that are or were active for this team [default: for all other cases]
        #[arg(long, value_name = "TEAM")]
        team: Option<String>,
    },
    /// Keep the set in a folder as a version
    Save {
        /// The folder
        dir: PathBuf,
        /// What is new
        #[arg(long, default_value = "")]
        note: String,
    },
    /// Make a version the active set; with four eyes, ask a second person. The service must not run.
    Activate(Choice),
    /// Approve a version that somebody else proposed. The service must not run.
    Approve(Choice),
    /// Make the set active that was so before. The service must not run.
    Rollback {
        /// The set of this team [default: that of all other cases]
        #[arg(long, value_name = "TEAM")]
        team: Option<String>,
        /// Why
        #[arg(long, default_value = "")]
        note: String,
    },
    /// Write a set into one file, signed
    Export {
        /// The file
        out: PathBuf,
        /// The set
        #[arg(long, default_value = "active")]
        set: String,
        /// The file of the key to sign with; see `rules key`
        #[arg(long, value_name = "FILE")]
        key: Option<PathBuf>,
    },
    /// Take a pack in, as a version or into a folder
    Import {
        /// The pack
        pack: PathBuf,
        /// Write its files here instead of keeping it as a version
        #[arg(long, value_name = "DIR")]
        into: Option<PathBuf>,
        /// Take it without a signature of a trusted key
        #[arg(long)]
        allow_unsigned: bool,
        /// What is new
        #[arg(long, default_value = "")]
        note: String,
    },
    /// Make a key to sign packs with; its public half goes into the configuration of others
    Key {
        /// Where the secret half is written
        out: PathBuf,
    },
    /// Every question and answer of the active set about cases, the same bytes on any machine
    Log {
        /// The cases [default: all]
        cases: Vec<CaseId>,
        /// Where to write [default: standard output]
        #[arg(long, short, value_name = "FILE")]
        out: Option<PathBuf>,
        /// Up to when cases are followed [default: the last message or note of each]
        #[arg(long, value_name = "INSTANT")]
        until: Option<Instant>,
        /// Decide a log again by the versions that it names, and compare
        #[arg(long, value_name = "FILE", conflicts_with_all = ["cases", "out", "until"])]
        replay: Option<PathBuf>,
    },
    /// How often each signal fires, and which never does
    Noise {
        /// How many days back
        #[arg(long, default_value_t = 30)]
        days: u32,
    },
    /// Escalations that people say were missed, and the recall of the signals they name
    Missed {
        /// Print this label's case as a test that fails until the rules notice it
        #[arg(long, value_name = "LABEL")]
        fixture: Option<u64>,
    },
}

/// A version and why.
#[derive(Debug, Args)]
pub struct Choice {
    /// The version, such as default@3fa29c01b7de
    pub version: String,
    /// Whose set it becomes [default: that of all other cases]
    #[arg(long, value_name = "TEAM")]
    pub team: Option<String>,
    /// Why
    #[arg(long, default_value = "")]
    pub note: String,
}
