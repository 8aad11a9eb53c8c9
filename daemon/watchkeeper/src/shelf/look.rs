//! Looking at a source before it is kept, by the same way as it would be watched.

use std::{path::Path, sync::Arc};

use app::{outside::Outside, saved::Found};
use egress::Egress;
use sources::{imap, intake::Reception, page, watched};

use crate::{
    clock,
    config::{Config, SourceKind, SourceSection},
    watching::Watching,
};

/// What is found where `section` says. The book of what may be called is one of its own: a trial allows
/// the service nothing.
pub fn look(
    section: &SourceSection,
    config: &Config,
    watching: &Watching,
    dir: &Path,
) -> Result<Found, String> {
    let egress = Egress::new(Arc::new(Outside::default()), Arc::new(clock::now));
    let wait = tokio::runtime::Handle::current();
    match section.kind {
        SourceKind::Imap => {
            let mailbox = section.mailbox(dir, config.limits.message_size, &config.time_zone())?;
            wait.block_on(imap::look(&mailbox, &egress))
        }
        SourceKind::Page => wait.block_on(page::look(&section.page()?, &egress)),
        SourceKind::Folder => {
            wait.block_on(watched::look_at_folder(section.folder(config.largest_document())?))
        }
        SourceKind::Calendar => {
            let calendar = section.calendar(config.zone())?;
            wait.block_on(watched::look_at_calendar(calendar, &egress))
        }
        SourceKind::Smtp | SourceKind::Lmtp => {
            let listen = section.intake.as_ref().map(crate::config::IntakeSection::listen);
            let intakes = config.intakes();
            let intake = intakes.iter().find(|one| Some(&one.listen) == listen.as_ref());
            let intake = intake.ok_or("it has no place to listen")?;
            let mut remarks = Vec::new();
            if watching.listens_on(&intake.listen) {
                let shared = "mail is taken there already; its addresses join those of the others";
                remarks.push(shared.to_owned());
            } else {
                Reception::try_out(intake)?;
            }
            if intake.certificate.is_none() && !intake.listen.is_local() {
                remarks.push(
                    "it takes mail in the clear; for STARTTLS, define it in the configuration with \
                     `starttls`"
                        .to_owned(),
                );
            }
            let desks = intake.desks.iter().filter(|desk| desk.info.id == section.id());
            Ok(Found {
                place: section.place(),
                lines: desks.flat_map(|desk| desk.addresses.iter().cloned()).collect(),
                remarks,
                ..Found::default()
            })
        }
    }
}
