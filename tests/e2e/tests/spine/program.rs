//! The program under test, and a place for it to work in.

use std::{
    collections::BTreeMap,
    ffi::OsStr,
    fs,
    io::{BufRead as _, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
    sync::mpsc::{Receiver, channel},
    time::Duration,
};

use serde_json::Value;
use tempfile::TempDir;

/// How long anything may take before it counts as hanging.
pub const PATIENCE: Duration = Duration::from_mins(1);

/// The organisation of the letters in `letters`.
const CONFIG: &str = "[organisation]\nname = \"Harbour Software\"\ndomains = [\"harbour.example\"]\n\
                      timezone = \"UTC\"\n\n[[teams]]\nname = \"support\"\naddresses = \
                      [\"support@harbour.example\"]\n";

/// A directory of our own, with a configuration and room for data and mail.
pub struct Place {
    dir: TempDir,
    config: PathBuf,
}

/// What a run of the program said.
#[derive(Debug)]
pub struct Said {
    pub code: Option<i32>,
    pub out: String,
    pub err: String,
}

impl Place {
    pub fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let config = dir.path().join("harbour.toml");
        fs::write(&config, CONFIG).unwrap();
        Self { dir, config }
    }

    /// The same, with this configuration.
    pub fn configured(config: &str) -> Self {
        let place = Self::new();
        fs::write(&place.config, config).unwrap();
        place
    }

    /// The same, for the organisation that the file at `config` describes.
    pub fn of(config: &Path) -> Self {
        Self { config: config.to_owned(), ..Self::new() }
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    pub fn data(&self) -> PathBuf {
        self.path("wk")
    }

    pub fn command<A: AsRef<OsStr>>(&self, args: &[A]) -> Command {
        let mut command = Command::new(binary());
        command.args(args).arg("--data").arg(self.data()).arg("--config").arg(&self.config);
        command.env_remove("WATCHKEEPER_DATA").env_remove("WATCHKEEPER_CONFIG");
        command.stdin(Stdio::null());
        command
    }

    pub fn run<A: AsRef<OsStr>>(&self, args: &[A]) -> Said {
        Said::of(self.command(args).output().unwrap())
    }

    /// Takes mail in and gives the ledger of each source, by its path.
    #[track_caller]
    pub fn import(&self, paths: &[&Path]) -> BTreeMap<String, Value> {
        let mut args = vec![OsStr::new("import"), OsStr::new("--json")];
        args.extend(paths.iter().map(|path| path.as_os_str()));
        ledgers(&self.run(&args).expect(0))
    }

    /// `export cases`, as it is written.
    #[track_caller]
    pub fn export(&self) -> String {
        self.run(&["export", "cases"]).expect(0).out
    }
}

/// The ledgers in what an import said; each has to balance.
#[track_caller]
pub fn ledgers(said: &Said) -> BTreeMap<String, Value> {
    let rows = said.rows().into_iter().map(|row| {
        assert_eq!(row["balances"], true, "{row}");
        let ledger = &row["ledger"];
        let skipped: u64 = ledger["skipped"].as_object().unwrap().values().map(number).sum();
        let kept = number(&ledger["stored"]) + number(&ledger["duplicate"]);
        assert_eq!(number(&ledger["seen"]), kept + skipped, "{row}");
        (row["source"].as_str().unwrap().to_owned(), ledger.clone())
    });
    rows.collect()
}

#[track_caller]
pub fn number(value: &Value) -> u64 {
    value.as_u64().unwrap_or_else(|| panic!("{value} is no count"))
}

/// The Message-IDs of each case of an export.
#[track_caller]
pub fn cases(export: &str) -> Vec<Vec<String>> {
    let ids = |case: Value| {
        let messages = case["messages"].as_array().unwrap().clone();
        messages.iter().map(|m| m["message_id"].as_str().unwrap().to_owned()).collect()
    };
    export.lines().map(|line| ids(serde_json::from_str(line).unwrap())).collect()
}

impl Said {
    pub fn of(output: Output) -> Self {
        Self {
            code: output.status.code(),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// The same, if the program ended with this code.
    #[track_caller]
    pub fn expect(self, code: i32) -> Self {
        assert_eq!(self.code, Some(code), "{}\n{}", self.out, self.err);
        self
    }

    /// What it said on standard error, if it holds all of `words`.
    #[track_caller]
    pub fn names(&self, words: &[&str]) {
        for word in words {
            assert!(self.err.contains(word), "{word:?} is not in: {}", self.err);
        }
    }

    /// The lines of JSON on standard output.
    #[track_caller]
    pub fn rows(&self) -> Vec<Value> {
        let parse = |line| serde_json::from_str(line).unwrap_or_else(|_| panic!("no JSON: {line}"));
        self.out.lines().map(parse).collect()
    }
}

/// Where the program is: `WATCHKEEPER_BIN`, else where a debug build puts it.
fn binary() -> PathBuf {
    #[expect(clippy::disallowed_methods, reason = "which program to test is no configuration")]
    let named = std::env::var("WATCHKEEPER_BIN").ok().map(PathBuf::from);
    let built = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/debug/watchkeeper");
    let path = named.unwrap_or_else(built);
    assert!(
        path.is_file(),
        "{} is missing: run `cargo build -p watchkeeper`, or name a built one in WATCHKEEPER_BIN",
        path.display()
    );
    path
}

/// A process of ours, killed by its id when it is no longer wanted.
pub struct Running(pub Child);

impl Running {
    pub fn start(command: &mut Command) -> Self {
        Self(command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap())
    }

    /// What it prints, line by line, as it prints.
    pub fn lines(&mut self) -> Receiver<String> {
        let (to, lines) = channel();
        let out = BufReader::new(self.0.stdout.take().unwrap());
        std::thread::spawn(move || {
            for line in out.lines().map_while(Result::ok) {
                if to.send(line).is_err() {
                    return;
                }
            }
        });
        lines
    }

    /// Kills it at once, with no chance to tidy up.
    pub fn kill(&mut self) {
        // SIGKILL; it may have ended by itself
        let _ = self.0.kill();
        self.0.wait().unwrap();
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// The mail that is no part of the repository, or nothing (said so) where it is not at hand.
pub fn corpora(test: &str) -> Option<PathBuf> {
    #[expect(clippy::disallowed_methods, reason = "the corpora are no part of the repository")]
    let root = std::env::var("WATCHKEEPER_CORPORA");
    if root.is_err() {
        println!("skipped: {test} (WATCHKEEPER_CORPORA is not set)");
    }
    root.ok().map(PathBuf::from)
}

/// Runs Python and gives what it printed.
#[track_caller]
pub fn python<A: AsRef<OsStr>>(args: &[A]) -> String {
    let output = Command::new("python3").args(args).output().expect("python3 has to be installed");
    Said::of(output).expect(0).out
}
