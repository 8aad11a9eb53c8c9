//! What a person at the terminal sees: results on standard output, progress and errors on standard
//! error. A bar with rate and time to go on a terminal, plain lines otherwise.

use std::{
    io::{IsTerminal as _, Write as _},
    time::{Duration, Instant as Clock},
};

use indicatif::{HumanBytes, HumanCount, ProgressBar, ProgressDrawTarget, ProgressStyle};

/// How often a plain line is written where there is no terminal.
const LINE_EVERY: Duration = Duration::from_secs(10);

/// Prints a line of the result.
pub fn line(text: &str) {
    let mut out = std::io::stdout().lock();
    // A reader that has gone away, such as `head`, is no error of ours.
    let _ = writeln!(out, "{text}");
}

/// Prints a line about the work.
pub fn note(text: &str) {
    let _ = writeln!(std::io::stderr().lock(), "{text}");
}

/// Prints why the command failed, with its causes.
pub fn error(error: &anyhow::Error) {
    let mut text = format!("error: {error}");
    for cause in error.chain().skip(1) {
        let cause = cause.to_string();
        if !text.contains(&cause) {
            text.push_str(": ");
            text.push_str(&cause);
        }
    }
    note(&text);
}

/// Progress of long work.
pub struct Progress {
    bar: ProgressBar,
    what: String,
    plain: bool,
    bytes: bool,
    started: Clock,
    last_line: Clock,
}

impl Progress {
    /// Progress of `what`, in bytes.
    pub fn of_bytes(what: &str) -> Self {
        let mut progress = Self::new(what, Some(0));
        progress.bytes = true;
        let form = "{msg} {bar:24} {bytes}/{total_bytes} {bytes_per_sec}, {eta} to go";
        if let Ok(style) = ProgressStyle::with_template(form) {
            progress.bar.set_style(style);
        }
        progress
    }

    /// Progress of `what`, counted to `total` if that is known.
    pub fn new(what: &str, total: Option<u64>) -> Self {
        let plain = !std::io::stderr().is_terminal();
        let bar = ProgressBar::with_draw_target(total, ProgressDrawTarget::stderr());
        let form = match total {
            Some(_) => "{msg} {bar:24} {human_pos}/{human_len} {per_sec}, {eta} to go",
            None => "{msg} {spinner} {human_pos} {per_sec}",
        };
        if let Ok(style) = ProgressStyle::with_template(form) {
            bar.set_style(style);
        }
        bar.set_message(what.to_owned());
        let now = Clock::now();
        Self { bar, what: what.to_owned(), plain, bytes: false, started: now, last_line: now }
    }

    /// Shows that `done` are done, out of `total` if that is known, and `detail` beside.
    pub fn show(&mut self, done: u64, total: Option<u64>, detail: &str) {
        if !self.plain {
            if let Some(total) = total {
                self.bar.set_length(total.max(done));
            }
            self.bar.set_position(done);
            self.bar.set_message(format!("{} {detail}", self.what));
            return;
        }
        if self.last_line.elapsed() < LINE_EVERY {
            return;
        }
        self.last_line = Clock::now();
        let rate = done as f64 / self.started.elapsed().as_secs_f64().max(0.001);
        let amount = |number: u64| if self.bytes { bytes(number) } else { count(number) };
        let of = match total {
            Some(total) => {
                let left = total.saturating_sub(done) as f64 / rate.max(0.001);
                format!("/{}, {}/s, {left:.0} s to go", amount(total), amount(rate as u64))
            }
            None => format!(", {}/s", amount(rate as u64)),
        };
        note(&format!("{}: {}{of} {detail}", self.what, amount(done)));
    }

    /// Takes the bar away.
    pub fn done(self) {
        self.bar.finish_and_clear();
    }
}

/// `bytes` for a person.
pub fn bytes(bytes: u64) -> String {
    HumanBytes(bytes).to_string()
}

/// `count` for a person.
pub fn count(count: u64) -> String {
    HumanCount(count).to_string()
}

/// `count` things for a person, by the word for one and the word for more.
pub fn counted(number: u64, one: &str, more: &str) -> String {
    format!("{} {}", count(number), if number == 1 { one } else { more })
}
