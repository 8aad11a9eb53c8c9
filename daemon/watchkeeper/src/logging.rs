//! Logs: to the journal when systemd started us, else to standard error.

use std::io::Write as _;

use log::{Level, LevelFilter, Log, Metadata, Record, kv};

/// Lines on standard error: level, target, message, fields.
struct Terminal;

impl Log for Terminal {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn log(&self, record: &Record<'_>) {
        let mut line = format!("{} {}", label(record.level()), record.args());
        let _ = record.key_values().visit(&mut Fields(&mut line));
        let _ = writeln!(std::io::stderr().lock(), "{line}");
    }

    fn flush(&self) {}
}

struct Fields<'a>(&'a mut String);

impl<'kvs> kv::VisitSource<'kvs> for Fields<'_> {
    fn visit_pair(&mut self, key: kv::Key<'kvs>, value: kv::Value<'kvs>) -> Result<(), kv::Error> {
        self.0.push_str(&format!(" {key}={value}"));
        Ok(())
    }
}

fn label(level: Level) -> &'static str {
    match level {
        Level::Error => "error:",
        Level::Warn => "warning:",
        Level::Info => "info:",
        Level::Debug => "debug:",
        Level::Trace => "trace:",
    }
}

/// Begins to log at `level`.
pub fn start(level: LevelFilter) {
    log::set_max_level(level);
    if systemd_journal_logger::connected_to_journal()
        && let Ok(journal) = systemd_journal_logger::JournalLog::new()
        && journal.install().is_ok()
    {
        return;
    }
    // A second start in one process keeps the first logger.
    let _ = log::set_logger(&Terminal);
}
