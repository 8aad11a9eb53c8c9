//! The command line: names are fixed, options may grow.

mod backup;
mod rules;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

pub use backup::{Backup, Restore};
pub use rules::{Choice as RulesChoice, Rules};

/// Keeps watch over customer escalations: reads support mail, keeps one record with evidence per
/// case, and decides severity by rules of your own.
#[derive(Debug, Parser)]
#[command(name = "watchkeeper", version, arg_required_else_help = true)]
pub struct Cli {
    /// Options of every command.
    #[command(flatten)]
    pub common: Common,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// Options of every command.
#[derive(Debug, Clone, Args)]
pub struct Common {
    /// The data directory [default: ./wk, for `demo` a temporary one]
    #[arg(long, global = true, env = "WATCHKEEPER_DATA", value_name = "DIR")]
    pub data: Option<PathBuf>,
    /// The configuration file [default: watchkeeper.toml in the data directory, if it is there]
    #[arg(long, global = true, env = "WATCHKEEPER_CONFIG", value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Print JSON for another program
    #[arg(long, global = true)]
    pub json: bool,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Run the service: web page, API and clocks
    #[command(after_help = "Example:\n  watchkeeper serve --data /var/lib/watchkeeper")]
    Serve(Serve),
    /// Try it: a made-up company with 90 days of mail, served on this machine
    #[command(after_help = "Example:\n  watchkeeper demo")]
    Demo(Demo),
    /// Make a data directory with a commented configuration
    #[command(after_help = "Example:\n  watchkeeper init --data /var/lib/watchkeeper")]
    Init,
    /// Take in mail: Maildir, mbox, EML, PST, OST and MSG files, folders of these, zip
    #[command(
        after_help = "Examples:\n  watchkeeper import --data wk ~/Maildir\n  watchkeeper import \
                      --data wk --accounts accounts.csv --contacts contacts.csv --notes \
                      notes.jsonl archive.mbox\n\nAn import that was stopped goes on where it \
                      was when you run it again."
    )]
    Import(Import),
    /// Write what is known in a form for other programs
    #[command(subcommand)]
    Export(Export),
    /// Search messages and notes
    #[command(
        after_help = "Examples:\n  watchkeeper search --data wk 'export fails'\n  watchkeeper \
                      search --data wk 'from:jane signal:frustration after:30d \"still nothing\"'"
    )]
    Search(Search),
    /// List attached files that were not read, and why
    #[command(
        after_help = "Examples:\n  watchkeeper coverage --data wk\n  watchkeeper coverage --data \
                      wk --reason encrypted"
    )]
    Coverage(Coverage),
    /// List alerts with why each was told or not, or forecast them
    #[command(
        after_help = "Examples:\n  watchkeeper alerts --data wk --state open\n  watchkeeper alerts \
                      --data wk --forecast 30\n  watchkeeper alerts --data wk --dead\n  \
                      watchkeeper alerts --data wk --replay all"
    )]
    Alerts(Alerts),
    /// Look at a mailbox before it is taken in; let a source rest
    #[command(subcommand)]
    Source(Source),
    /// Check, test, compare and activate rule sets
    #[command(subcommand)]
    Rules(Box<Rules>),
    /// Make, try, install and permit plugins
    #[command(subcommand)]
    Plugin(Plugin),
    /// Add people who may sign in
    #[command(subcommand)]
    User(User),
    /// Make, list and prove backups
    #[command(subcommand)]
    Backup(Backup),
    /// Make a data directory out of a backup
    #[command(after_help = "Example:\n  watchkeeper restore /mnt/backup/watchkeeper --data \
                      /var/lib/watchkeeper")]
    Restore(Restore),
    /// Prove that nothing was lost or altered
    Verify,
    /// Build views and search index again from journal and evidence
    Rebuild(Rebuild),
    /// Look for what keeps this installation from working well
    Doctor,
    /// Read files for the service
    #[command(hide = true)]
    Extract {
        /// Bytes of memory that may be filled
        memory: u64,
    },
    /// Run the command for OCR for the service
    #[command(hide = true)]
    ExtractOcr {
        /// Memory, number of folders, folders, program, its arguments
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<std::ffi::OsString>,
    },
}

/// What can be done with a source.
#[derive(Debug, Subcommand)]
pub enum Source {
    /// Show how much a mailbox would bring, by folder, without taking anything in
    #[command(after_help = "Example:\n  watchkeeper source preview --data wk support")]
    Preview {
        /// The name of the [[source]] in the configuration
        name: String,
    },
    /// Let a source rest: nothing is taken in until it is resumed
    #[command(
        after_help = "Example:\n  watchkeeper source pause --data wk support --reason 'server is \
                      being moved'"
    )]
    Pause {
        /// The name of the [[source]] in the configuration
        name: String,
        /// Why, for those who wonder
        #[arg(long, default_value = "")]
        reason: String,
    },
    /// Let a source go on
    Resume {
        /// The name of the [[source]] in the configuration
        name: String,
    },
}

/// Options of `serve`.
#[derive(Debug, Args)]
pub struct Serve {
    /// Address and port to listen on, before what the configuration says
    #[arg(long, value_name = "ADDRESS:PORT")]
    pub listen: Option<std::net::SocketAddr>,
}

/// Options of `demo`.
#[derive(Debug, Args)]
pub struct Demo {
    /// Address and port to listen on [default: 127.0.0.1:8321, or a free port if that is taken]
    #[arg(long, value_name = "ADDRESS:PORT")]
    pub listen: Option<std::net::SocketAddr>,
}

/// Options of `import`.
#[derive(Debug, Args)]
pub struct Import {
    /// Accounts as CSV: name, domains, tier, timezone, renewal, further columns become fields
    #[arg(long, value_name = "FILE")]
    pub accounts: Option<PathBuf>,
    /// Contacts as CSV: email, name, title, account, further columns become fields
    #[arg(long, value_name = "FILE")]
    pub contacts: Option<PathBuf>,
    /// Notes as JSON Lines: message_id, case or account, at, author, text
    #[arg(long, value_name = "FILE")]
    pub notes: Option<PathBuf>,
    /// Leave attached files for the service to read
    #[arg(long)]
    pub without_files: bool,
    /// Whose mailbox it is
    #[arg(long, value_name = "ADDRESS")]
    pub owner: Option<String>,
    /// Mail to take in
    #[arg(value_name = "PATH", required_unless_present_any = ["accounts", "contacts", "notes"])]
    pub paths: Vec<PathBuf>,
}

/// What can be exported.
#[derive(Debug, Subcommand)]
pub enum Export {
    /// Cases as JSON Lines, one case a line
    Cases {
        /// Where to write [default: standard output]
        #[arg(long, short, value_name = "FILE")]
        output: Option<PathBuf>,
    },
}

/// Options of `search`.
#[derive(Debug, Args)]
pub struct Search {
    /// What to look for
    #[arg(required = true, value_name = "QUERY")]
    pub query: Vec<String>,
    /// How many hits
    #[arg(long, short = 'n', default_value_t = 20)]
    pub limit: usize,
    /// Newest first instead of best first
    #[arg(long)]
    pub by_date: bool,
}

/// Options of `coverage`.
#[derive(Debug, Args)]
pub struct Coverage {
    /// Only files that were not read for this reason
    #[arg(long, value_name = "REASON", value_parser = model::Unread::ALL.map(model::Unread::word))]
    pub reason: Option<String>,
    /// Instead, files that wait to be read
    #[arg(long, conflicts_with = "reason")]
    pub waiting: bool,
    /// How many files
    #[arg(long, short = 'n', default_value_t = 50)]
    pub limit: usize,
    /// Instead, have a file read once more, by its SHA-256. The service must not be running; while it
    /// is, use the page
    #[arg(long, value_name = "SHA256", conflicts_with_all = ["reason", "waiting"])]
    pub retry: Option<String>,
}

/// What can be done with plugins.
#[derive(Debug, Subcommand)]
pub enum Plugin {
    /// List the plugins of the active rule set and how they stand
    List,
    /// Write the folder of a new plugin that works
    #[command(after_help = "Example:\n  watchkeeper plugin new voicemail")]
    New {
        /// Its name: lower-case letters, digits and -
        name: String,
        /// Where its folder is made
        #[arg(long, value_name = "DIR", default_value = ".")]
        within: PathBuf,
    },
    /// Compile a plugin from its sources, in Rust or C
    Build {
        /// Its folder
        dir: PathBuf,
    },
    /// Run the tests of a plugin as the service would
    #[command(after_help = "Example:\n  watchkeeper plugin test voicemail")]
    Test {
        /// Its folder
        dir: PathBuf,
    },
    /// Put a plugin into the configured rule set
    Install {
        /// Its folder
        dir: PathBuf,
    },
    /// Let a plugin run, with what it asks for. The service must not be running.
    Grant {
        /// Its name
        name: String,
        /// The SHA-256 of its component, as `plugin list` shows it
        #[arg(long)]
        hash: String,
    },
    /// Take back what a plugin was granted. The service must not be running.
    Revoke {
        /// Its name
        name: String,
    },
    /// Switch a plugin off; its grant stays. The service must not be running.
    Disable {
        /// Its name
        name: String,
        /// Why
        #[arg(long)]
        reason: String,
    },
    /// Switch a plugin on again. The service must not be running.
    Enable {
        /// Its name
        name: String,
    },
}

/// Options of `alerts`.
#[derive(Debug, Args)]
pub struct Alerts {
    /// Only alerts that stand so: open, held, queued, sent, grouped, suppressed, acknowledged,
    /// snoozed, settled, superseded, closed or expired
    #[arg(long, value_name = "STATE")]
    pub state: Option<String>,
    /// Only alerts of this case
    #[arg(long, value_name = "CASE")]
    pub case: Option<model::CaseId>,
    /// Only alerts that go to this address
    #[arg(long, value_name = "ADDRESS")]
    pub to: Option<String>,
    /// How many alerts
    #[arg(long, short = 'n', default_value_t = 50)]
    pub limit: usize,
    /// Instead, what the policies would have told over the last days
    #[arg(long, value_name = "DAYS", conflicts_with_all = ["state", "case", "to"])]
    pub forecast: Option<u32>,
    /// Instead, what could not be delivered and was given up
    #[arg(long, conflicts_with_all = ["state", "case", "to", "forecast"])]
    pub dead: bool,
    /// Instead, have a dead letter tried again, or `all` of them, when the service runs next. The
    /// service must not be running; while it is, use the page
    #[arg(
        long,
        value_name = "ID",
        conflicts_with_all = ["state", "case", "to", "forecast", "dead"]
    )]
    pub replay: Option<String>,
}

/// What can be done with users.
#[derive(Debug, Subcommand)]
pub enum User {
    /// Add a person; the password is read from standard input. The service must not be running.
    Add {
        /// The name to sign in with
        name: String,
        /// What they may do: admin, ops, manager, agent or viewer
        #[arg(
            long,
            default_value = "agent",
            value_parser = ["admin", "ops", "manager", "agent", "viewer"]
        )]
        role: String,
    },
    /// Who may sign in. The service must not be running.
    List,
    /// Change what a person may do. The service must not be running.
    Role {
        /// The name to sign in with
        name: String,
        /// What they may do from now on: admin, ops, manager, agent or viewer
        #[arg(value_parser = ["admin", "ops", "manager", "agent", "viewer"])]
        role: String,
    },
    /// Give a person a new password, read from standard input. The service must not be running.
    Password {
        /// The name to sign in with
        name: String,
    },
    /// Let a person sign in no more. The service must not be running.
    Remove {
        /// The name to sign in with
        name: String,
    },
}

/// Options of `rebuild`.
#[derive(Debug, Args)]
pub struct Rebuild {
    /// Only the search index
    #[arg(long)]
    pub search_only: bool,
}
