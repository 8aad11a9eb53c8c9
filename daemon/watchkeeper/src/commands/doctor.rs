//! `watchkeeper doctor`: what keeps this installation from working well, each with its remedy.

mod backups;
mod ledger;
mod sources;

use std::{os::unix::fs::PermissionsExt as _, path::Path, process::ExitCode, sync::Arc};

use app::{
    outside::{certificate_ends, secret_ends},
    rules::StoppedKind,
};
use serde_json::json;
use store::StoreError;

use crate::{cli::Common, clock, config::Config, console, files, wiring};

/// Room on the disk below which a warning is given.
const LITTLE_ROOM: u64 = 1 << 30;

/// How bad a finding is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Grade {
    Ok,
    Warning,
    Error,
}

struct Finding {
    grade: Grade,
    about: &'static str,
    text: String,
}

/// Looks at everything; exit code 1 if something is wrong.
pub fn run(common: &Common) -> ExitCode {
    let mut findings = Vec::new();
    let config = match wiring::config(common) {
        Ok(config) => Some(config),
        Err(error) => {
            findings.push(Finding::error("configuration", error.to_string()));
            None
        }
    };
    if let Some(config) = &config {
        organisation(config, &mut findings);
        rule_set(config, &mut findings);
        channels(config, &wiring::data_dir(common), &mut findings);
        sources::look(config, &wiring::data_dir(common), &mut findings);
        attached_files(config, &mut findings);
        backups::look(config, &wiring::configured(common), &mut findings);
        let listen = config.service.listen;
        if let web::Tls::Own { cert, .. } = config.service.tls(&wiring::data_dir(common), listen) {
            findings.extend(certificate("page", &cert));
        }
    }
    let dir = wiring::data_dir(common);
    directory(&dir, &mut findings);
    if let Some(config) = config {
        store(common, config, &mut findings);
    }
    let worst = findings.iter().map(|finding| finding.grade).max().unwrap_or(Grade::Ok);
    for finding in &findings {
        finding.show(common.json);
    }
    if worst == Grade::Error { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}

fn organisation(config: &Config, findings: &mut Vec<Finding>) {
    let domains = &config.organisation.domains;
    findings.push(if domains.is_empty() {
        let text = "no domain of yours is named, so every sender counts as a customer; set \
                    `domains` under [organisation]";
        Finding::warning("configuration", text.to_owned())
    } else {
        Finding::ok(
            "configuration",
            format!(
                "we are {}",
                domains.iter().map(|d| d.0.as_str()).collect::<Vec<_>>().join(", ")
            ),
        )
    });
}

/// What is to be said of a certificate of ours that ends soon.
fn certificate(about: &'static str, path: &Path) -> Option<Finding> {
    let ends = egress::certificate_file_ends(path)?;
    let told = certificate_ends(&path.display().to_string(), ends, clock::now())?;
    Some(Finding::warning(about, told))
}

/// Whether attached files can be read, and how their readers are confined.
fn attached_files(config: &Config, findings: &mut Vec<Finding>) {
    let Some(reader) = files::reader(config, Arc::default()) else {
        let text = "attached files are not read: `read = false` stands under [files]";
        return findings.push(Finding::warning("files", text.to_owned()));
    };
    findings.push(match reader.complaint() {
        Ok(None) => {
            let ocr = match &config.files.ocr {
                Some(ocr) => format!("text in pictures by {}", ocr.program.get_ref().display()),
                None => "pictures are not read".to_owned(),
            };
            let text = "attached files are read by a process without files and network";
            Finding::ok("files", format!("{text}; {ocr}"))
        }
        Ok(Some(complaint)) => Finding::warning("files", complaint),
        Err(error) => Finding::error("files", error.to_string()),
    });
    if let Some(ocr) = &config.files.ocr
        && !ocr.program.get_ref().is_file()
    {
        let text =
            format!("the command for OCR, {}, is not there", ocr.program.get_ref().display());
        findings.push(Finding::error("files", text));
    }
}

/// Whether alerts can go out, as far as the configuration tells.
fn channels(config: &Config, dir: &Path, findings: &mut Vec<Finding>) {
    if config.channel.is_empty() {
        let text = "no [[channel]] is named, so alerts are shown in the page and told to nobody";
        findings.push(Finding::warning("alerts", text.to_owned()));
        return;
    }
    let known = |name: &String| config.channel.iter().any(|known| known.name.get_ref() == name);
    if let Some(name) = config.alerts.quiet_channel.as_ref().filter(|name| !known(name)) {
        let text = format!("`quiet_channel`: there is no [[channel]] \"{name}\"; add it");
        findings.push(Finding::error("alerts", text));
    }
    for section in &config.channel {
        let name = section.name.get_ref();
        let ready = section.channel(dir).and_then(|channel| {
            let unread = channel.secrets().iter().find_map(|secret| secret.read().err());
            unread.map_or(Ok(channel), |error| Err(error.to_string()))
        });
        let ends = section.ends(&config.time_zone());
        if let Some(told) = ends.and_then(|ends| secret_ends(ends, clock::now())) {
            findings.push(Finding::warning("alerts", format!("{name}: {told}")));
        }
        findings.push(match ready {
            Ok(channel) => {
                let host = channel.host();
                let text = format!("{} by {} at {}:{}", name, channel.kind(), host.name, host.port);
                Finding::ok("alerts", text)
            }
            Err(error) => Finding::error("alerts", format!("channel \"{name}\": {error}")),
        });
    }
}

fn rule_set(config: &Config, findings: &mut Vec<Finding>) {
    findings.push(match wiring::rules(config) {
        Ok(set) => Finding::ok("rules", format!("{}, {} signals", set.id(), set.signals().len())),
        Err(error) => Finding::error("rules", format!("{error:#}")),
    });
}

fn directory(dir: &Path, findings: &mut Vec<Finding>) {
    let Ok(found) = std::fs::metadata(dir) else {
        let text = format!("{} does not exist; run `watchkeeper init`", dir.display());
        findings.push(Finding::error("data", text));
        return;
    };
    let mode = found.permissions().mode() & 0o077;
    if mode != 0 {
        let text = format!(
            "others on this machine may enter {}; run `chmod 700 {}`",
            dir.display(),
            dir.display()
        );
        findings.push(Finding::warning("data", text));
    }
    if let Ok(disk) = rustix::fs::statvfs(dir) {
        let free = disk.f_bavail * disk.f_frsize;
        let text = format!("{} free on the disk of {}", console::bytes(free), dir.display());
        findings.push(if free < LITTLE_ROOM {
            Finding::warning("disk", format!("only {text}; nothing is taken in when it is full"))
        } else {
            Finding::ok("disk", text)
        });
    }
}

fn store(common: &Common, config: Config, findings: &mut Vec<Finding>) {
    let open = match wiring::open_to_read(common, config) {
        Ok(open) => open,
        Err(error) => {
            let remedy = match error.downcast_ref::<StoreError>() {
                Some(StoreError::Damaged { .. }) => "; run `watchkeeper verify`",
                _ => "",
            };
            findings.push(Finding::error("store", format!("{error:#}{remedy}")));
            return;
        }
    };
    match open.app.status() {
        Ok(status) => {
            let text = format!(
                "{} facts, {} messages, {} cases, head {}",
                console::count(status.facts),
                console::count(status.messages),
                console::count(status.cases),
                status.head.get(..12).unwrap_or_default()
            );
            findings.push(Finding::ok("store", text));
            if status.search_coverage < 100.0 {
                let text = format!(
                    "the search index holds {:.0} % of the facts; it catches up when the service \
                     runs",
                    status.search_coverage
                );
                findings.push(Finding::warning("search", text));
            }
            if status.quarantined > 0 {
                let text = format!(
                    "{} messages could not be parsed; see Sources in the page",
                    console::count(status.quarantined)
                );
                findings.push(Finding::warning("quarantine", text));
            }
        }
        Err(error) => findings.push(Finding::error("store", error.to_string())),
    }
    rules_at_work(&open, findings);
    ledger::look(&open, findings);
}

/// What the store says of the set that judges.
fn rules_at_work(open: &wiring::Open, findings: &mut Vec<Finding>) {
    rules_of(open, None, findings);
    for team in open.app.rule_teams() {
        rules_of(open, Some(&team), findings);
    }
}

fn rules_of(open: &wiring::Open, team: Option<&str>, findings: &mut Vec<Finding>) {
    let Ok(status) = open.app.rules_status(team) else { return };
    let whose = team.map(|team| format!(" for team {team}")).unwrap_or_default();
    findings.push(Finding::ok("rules", format!("{} is active{whose}", status.effective)));
    for rule in status.disabled {
        let since = rule.since.map(|since| format!(" since {since}")).unwrap_or_default();
        let remedy = match rule.kind {
            StoppedKind::Plugin => "mend it, or switch it on with `watchkeeper plugin enable`",
            StoppedKind::Severity => "mend it",
            _ => "mend it, or enable it on the page",
        };
        let (kind, file, reason) = (rule.kind.name(), rule.file, rule.reason);
        let text = format!("{kind} {file} is not asked any more{since}: {reason}; {remedy}");
        findings.push(Finding::error("rules", text));
    }
    for version in status.proposed {
        let text = format!("{} waits for a second person who approves it", version.rules);
        findings.push(Finding::warning("rules", text));
    }
}

impl Finding {
    fn ok(about: &'static str, text: String) -> Self {
        Self { grade: Grade::Ok, about, text }
    }

    fn warning(about: &'static str, text: String) -> Self {
        Self { grade: Grade::Warning, about, text }
    }

    fn error(about: &'static str, text: String) -> Self {
        Self { grade: Grade::Error, about, text }
    }

    fn show(&self, as_json: bool) {
        let grade = match self.grade {
            Grade::Ok => "ok",
            Grade::Warning => "warning",
            Grade::Error => "error",
        };
        if as_json {
            let row = json!({ "grade": grade, "about": self.about, "text": self.text });
            console::line(&row.to_string());
        } else {
            console::line(&format!("{grade:8} {:14} {}", self.about, self.text));
        }
    }
}
