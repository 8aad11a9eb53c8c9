//! Whether the ledger accounts for all that the sources showed, and what servers were found to have.

use app::{
    incomplete::lacks,
    record::{FolderRecord, SourceRecord},
};
use jiff::SignedDuration;
use model::Instant;

use super::Finding;
use crate::{clock, console, wiring::Open};

/// A comparison is made every day while the service runs; after so long one is overdue.
const OVERDUE: SignedDuration = SignedDuration::from_hours(36);

/// Looks at the ledger of every source.
pub(super) fn look(open: &Open, findings: &mut Vec<Finding>) {
    let sources = match open.app.sources() {
        Ok(sources) => sources,
        Err(error) => return findings.push(Finding::error("ledger", error.to_string())),
    };
    for source in sources {
        for folder in source.folders.iter().filter(|folder| !folder.balances) {
            let text = format!(
                "folder `{}` of {} does not balance; import it again",
                folder.folder, source.title
            );
            findings.push(Finding::error("ledger", text));
        }
        findings.extend(compared(&source, clock::now()));
    }
}

/// What comparing a source with its server found last; nothing for what is no server.
fn compared(source: &SourceRecord, now: Instant) -> Option<Finding> {
    let at = source.folders.iter().filter_map(|folder| Some(folder.compared.as_ref()?.at)).min()?;
    let lacks: Vec<String> = source.folders.iter().filter_map(lacks).collect();
    if !lacks.is_empty() {
        let remedy = "see Sources in the page for what went wrong there";
        let text = format!("{}: {}; {remedy}", source.id, lacks.join(", "));
        return Some(Finding::error("ledger", text));
    }
    let sum =
        |of: fn(&FolderRecord) -> u64| console::count(source.folders.iter().map(of).sum::<u64>());
    let text = format!(
        "{} was compared with its server at {at}: {} messages there, {} taken in then; {} were \
         deleted there and {} moved, all told, and are kept",
        source.id,
        sum(|folder| folder.compared.as_ref().map_or(0, |found| found.on_server)),
        sum(|folder| folder.compared.as_ref().map_or(0, |found| found.taken_in)),
        sum(|folder| folder.gone),
        sum(|folder| folder.moved),
    );
    if source.paused.is_none() && now.since(at) > OVERDUE {
        let remedy = "it is compared every day while the service runs and reaches the server";
        return Some(Finding::warning("ledger", format!("{text}; that is long ago: {remedy}")));
    }
    Some(Finding::ok("ledger", text))
}

#[cfg(test)]
mod tests {
    use app::record::ComparedRecord;
    use model::{Ledger, SourceId};

    use super::{super::Grade, *};

    fn source(missing: u64) -> SourceRecord {
        let at = "2026-01-14T12:00:00Z".parse().unwrap();
        let found = ComparedRecord { at, on_server: 7, taken_in: 2, missing, gone: 1 };
        let folder = FolderRecord {
            folder: "INBOX".to_owned(),
            ledger: Ledger::default(),
            gone: 3,
            moved: 4,
            compared: Some(found),
            balances: true,
        };
        SourceRecord {
            id: SourceId::new("imap:support"),
            kind: "imap".to_owned(),
            title: "support".to_owned(),
            owner: None,
            complete_at: Some(at),
            paused: None,
            folders: vec![folder],
        }
    }

    #[test]
    fn it_is_told_when_a_mailbox_was_compared_last_and_what_it_lacks() {
        let soon = "2026-01-15T12:00:00Z".parse().unwrap();
        let fine = compared(&source(0), soon).unwrap();
        assert!(fine.grade == Grade::Ok && fine.text.contains("2026-01-14"), "{}", fine.text);
        assert!(fine.text.contains("7 messages there, 2 taken in"), "{}", fine.text);
        let late = compared(&source(0), "2026-01-17T12:00:00Z".parse().unwrap()).unwrap();
        assert!(late.grade == Grade::Warning, "{}", late.text);
        let lacks = compared(&source(5), soon).unwrap();
        assert!(lacks.grade == Grade::Error, "{}", lacks.text);
        assert!(
            lacks.text.contains("5 of 7 messages on the server in \"INBOX\""),
            "{}",
            lacks.text
        );
    }
}
