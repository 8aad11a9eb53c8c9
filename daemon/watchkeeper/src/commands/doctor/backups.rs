//! Whether backups are made, and can be relied upon.

use std::path::Path;

use jiff::SignedDuration;
use model::Instant;
use store::local::backup::{Destination, Snapshot};

use super::Finding;
use crate::{clock, config::Config, console};

/// A backup whose restore was never rehearsed is warned of from this age on.
const UNPROVED: SignedDuration = SignedDuration::from_hours(30 * 24);

/// Looks at the backups that the configuration asks for.
pub(super) fn look(config: &Config, configured: &Path, findings: &mut Vec<Finding>) {
    let Some(dir) = &config.backup.destination else {
        let text = format!(
            "no backups are made by themselves; set `destination` under [backup] in {}, or run \
             `watchkeeper backup create`",
            configured.display()
        );
        return findings.push(Finding::warning("backup", text));
    };
    let found = Destination::open(dir).and_then(|destination| destination.snapshots());
    findings.push(match found {
        Ok(snapshots) => judge(dir, &snapshots, config, clock::now()),
        Err(error) => Finding::error("backup", error.to_string()),
    });
}

fn judge(dir: &Path, snapshots: &[Snapshot], config: &Config, now: Instant) -> Finding {
    let Some(last) = snapshots.last() else {
        let text =
            format!("{} holds no backup yet; run `watchkeeper backup create`", dir.display());
        return Finding::warning("backup", text);
    };
    let text = format!(
        "{} in {}, the latest of {} with {}",
        console::counted(snapshots.len() as u64, "backup", "backups"),
        dir.display(),
        last.manifest.at,
        console::counted(last.manifest.seq.0, "fact", "facts"),
    );
    let proofs = || snapshots.iter().rev().filter_map(|one| one.rehearsal.as_ref());
    if let Some(broken) = last.rehearsal.as_ref().and_then(|found| found.broken.first()) {
        let text = format!("{text}; it cannot be relied upon: {broken}; make a new one");
        return Finding::error("backup", text);
    }
    let due = config.backup_schedule().after(last.manifest.at);
    if now.since(due) > SignedDuration::from_hours(24) {
        let remedy = "they are made while the service runs; its log says what went wrong";
        return Finding::error("backup", format!("{text}; the next was due {due}: {remedy}"));
    }
    let first = snapshots.first().map_or(now, |first| first.manifest.at);
    match proofs().map(|found| found.at).max() {
        Some(at) if now.since(at) <= UNPROVED => {
            Finding::ok("backup", format!("{text}; rehearsed {at}"))
        }
        None if now.since(first) <= UNPROVED => Finding::ok("backup", text),
        _ => {
            let remedy = "run `watchkeeper backup rehearse`";
            let text = format!("{text}; none was rehearsed of late: {remedy}");
            Finding::warning("backup", text)
        }
    }
}

#[cfg(test)]
mod tests {
    use model::{Digest, Seq};
    use store::local::backup::{Manifest, Rehearsal};

    use super::{super::Grade, *};

    fn snapshot(at: &str, broken: Option<Vec<String>>) -> Snapshot {
        let at: Instant = at.parse().unwrap();
        let manifest = Manifest {
            format: 1,
            program: "1".to_owned(),
            journal: Digest([1; 32]),
            at,
            by: "schedule".to_owned(),
            seq: Seq(7),
            head: Digest([2; 32]),
            facts: Vec::new(),
            packs: Vec::new(),
            tables: Vec::new(),
            files: Vec::new(),
            configuration: None,
            new_bytes: 0,
        };
        let rehearsal = broken.map(|broken| Rehearsal {
            at,
            by: "ada".to_owned(),
            compared: Vec::new(),
            broken,
        });
        Snapshot { id: at.to_string(), manifest, rehearsal }
    }

    #[test]
    fn a_backup_that_is_overdue_or_cannot_be_restored_is_no_good_news() {
        let config = Config::default();
        let now = "2026-03-10T12:00:00Z".parse().unwrap();
        let judged = |all: &[Snapshot]| judge(Path::new("backups"), all, &config, now);
        assert!(judged(&[]).grade == Grade::Warning);
        let fresh = "2026-03-10T02:00:00Z";
        assert!(judged(&[snapshot(fresh, Some(Vec::new()))]).grade == Grade::Ok);
        assert!(
            judged(&[snapshot("2026-01-10T02:00:00Z", Some(Vec::new())), snapshot(fresh, None)])
                .grade
                == Grade::Warning
        );
        assert!(judged(&[snapshot("2026-03-07T02:00:00Z", None)]).grade == Grade::Error);
        let rotten = judged(&[snapshot(fresh, Some(vec!["packs/1: it is missing".to_owned()]))]);
        assert!(rotten.grade == Grade::Error && rotten.text.contains("it is missing"));
    }
}
