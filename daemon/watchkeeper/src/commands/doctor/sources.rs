//! Whether sources can be watched, as far as it can be seen from here.

use std::path::Path;

use ::sources::{intake::Listen, watched::CalendarPlace};
use app::outside::secret_ends;

use super::{Finding, certificate};
use crate::{
    clock,
    config::{Config, SourceKind},
};

/// Looks at every source of the configuration.
pub(super) fn look(config: &Config, dir: &Path, findings: &mut Vec<Finding>) {
    mailboxes(config, dir, findings);
    pages(config, findings);
    intakes(config, findings);
    watched_files(config, findings);
}

/// Whether pages can be watched, as far as the configuration tells.
fn pages(config: &Config, findings: &mut Vec<Finding>) {
    for section in config.source.iter().filter(|section| section.kind == SourceKind::Page) {
        let name = section.name.get_ref();
        findings.push(match section.page() {
            Ok(page) => Finding::ok("source", format!("{name}: {}", page.endpoint.url())),
            Err(error) => Finding::error("source", format!("source \"{name}\": {error}")),
        });
    }
}

/// Whether folders, calendars and tables can be watched, as far as it can be seen from here.
fn watched_files(config: &Config, findings: &mut Vec<Finding>) {
    let there = |name: &str, path: &Path| match path.metadata() {
        Ok(_) => Finding::ok("source", format!("{name}: {}", path.display())),
        Err(error) => {
            let text = format!("{name}: cannot read {}: {error}", path.display());
            Finding::error("source", text)
        }
    };
    for table in config.tables() {
        findings.push(there(table.info.kind, &table.path));
    }
    match config.folders() {
        Ok(folders) => {
            findings.extend(folders.iter().map(|one| there(one.info.id.as_str(), &one.path)));
        }
        Err(error) => findings.push(Finding::error("source", error)),
    }
    for (name, calendar) in config.calendars() {
        findings.push(match calendar.map(|calendar| (calendar.place, calendar.info.title)) {
            Ok((CalendarPlace::Path(path), _)) => there(name, &path),
            Ok((CalendarPlace::Page(_), title)) => {
                Finding::ok("source", format!("{name}: {title}"))
            }
            Err(error) => Finding::error("source", format!("source \"{name}\": {error}")),
        });
    }
}

/// Whether mailboxes can be watched, as far as the configuration tells.
fn mailboxes(config: &Config, dir: &Path, findings: &mut Vec<Finding>) {
    for section in config.source.iter().filter(|section| section.kind == SourceKind::Imap) {
        let name = section.name.get_ref();
        let ready = section.mailbox(dir, config.limits.message_size, &config.time_zone()).and_then(
            |mailbox| {
                let secrets = mailbox.secrets();
                let unread = secrets.into_iter().find_map(|path| {
                    egress::Secret { path: path.clone() }
                        .read()
                        .err()
                        .map(|error| error.to_string())
                });
                unread.map_or(Ok(mailbox), Err)
            },
        );
        let ends = section.ends(&config.time_zone());
        if let Some(told) = ends.and_then(|ends| secret_ends(ends, clock::now())) {
            findings.push(Finding::warning("source", format!("{name}: {told}")));
        }
        findings.push(match ready {
            Ok(mailbox) => {
                let host = &mailbox.host;
                let text = format!("{name}: {} at {}:{}", mailbox.user, host.name, host.port);
                Finding::ok("source", text)
            }
            Err(error) => Finding::error("source", format!("source \"{name}\": {error}")),
        });
    }
}

/// Whether mail can be handed to us, as far as the configuration tells.
fn intakes(config: &Config, findings: &mut Vec<Finding>) {
    for intake in config.intakes() {
        let names: Vec<&str> = intake.desks.iter().map(|desk| desk.info.id.as_str()).collect();
        let names = names.join(", ");
        let (listen, protocol) = (&intake.listen, intake.protocol.word());
        let open = matches!(listen, Listen::Tcp(at) if !at.ip().is_loopback());
        let broken = intake.certificate.as_ref().and_then(|c| c.check().err());
        let chain = intake.certificate.as_ref().map(|certificate| &certificate.chain);
        findings.extend(chain.and_then(|chain| certificate("source", chain)));
        findings.push(match broken {
            Some(error) => Finding::error("source", format!("{names}: {error}")),
            None if open && intake.certificate.is_none() => {
                let text = format!(
                    "{names}: {protocol} on {listen} takes mail in the clear; name `starttls` with a \
                     certificate"
                );
                Finding::warning("source", text)
            }
            None => Finding::ok("source", format!("{names}: {protocol} on {listen}")),
        });
    }
}
