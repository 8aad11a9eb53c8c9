//! A mailbox looked at before it is watched: whether it lets us in, what the server offers, its
//! folders with their counts, and its latest messages by sender and subject.

use std::time::Duration;

use app::saved::{Found, FoundFolder};
use egress::Egress;
use futures_util::StreamExt as _;
use jiff::tz::TimeZone;
use model::Instant;

use super::{
    Mailbox,
    changes::Tells,
    connect::{self, Open, within},
    error::WatchError,
    folder::{self, Folder, SHORT},
    names,
};
use crate::looking::{LINES, line, with_connection};

/// How long all of it may take.
const LONGEST: Duration = Duration::from_secs(45);
/// Folders that are counted; the others are named alone.
const COUNTED: usize = 60;
/// Messages that are shown.
const SHOWN: u32 = 3;

/// Looks at `mailbox` now, by the same way as it would be watched. Nothing changes there.
pub async fn look(mailbox: &Mailbox, egress: &Egress) -> Result<Found, String> {
    mailbox.allow(egress);
    let looked = tokio::time::timeout(LONGEST, found(mailbox, egress)).await;
    let found = looked
        .map_err(|_| {
            let seconds = LONGEST.as_secs();
            format!("{} did not tell all within {seconds} s; try again", mailbox.host.name)
        })?
        .map_err(|error| error.to_string())?;
    Ok(with_connection(found, &mailbox.host, egress))
}

async fn found(mailbox: &Mailbox, egress: &Egress) -> Result<Found, WatchError> {
    let mut session = connect::open(mailbox, egress).await?;
    let offered = within("asking what it can do", SHORT, session.capabilities()).await?;
    let mut capabilities: Vec<String> = offered.iter().map(word).collect();
    capabilities.sort();
    let listed = folder::list(&mut session).await?;
    let wanted = folder::among(&listed, &mailbox.folders)?;
    let mut folders = Vec::new();
    for (wire, _) in &listed {
        let items = if folders.len() < COUNTED { count(&mut session, wire).await? } else { None };
        let watched = wanted.iter().any(|one| one.wire == *wire);
        folders.push(FoundFolder { name: names::decode(wire), items, watched });
    }
    folders.sort_by(|a, b| b.watched.cmp(&a.watched).then_with(|| a.name.cmp(&b.name)));
    let lines = match wanted.first() {
        Some(first) => latest(&mut session, first, egress.now()).await?,
        None => Vec::new(),
    };
    // Nobody waits for the server's farewell.
    let _ = within("signing out", SHORT, session.logout()).await;
    let mut remarks = Vec::new();
    if !offered.has_str("IDLE") {
        remarks.push(format!(
            "the server does not tell of new mail (no IDLE): it is asked every {} s",
            mailbox.poll.as_secs()
        ));
    }
    Ok(Found {
        place: mailbox.info.title.clone(),
        items: Some(folders.iter().filter(|one| one.watched).filter_map(|one| one.items).sum()),
        capabilities,
        folders,
        lines,
        remarks,
        ..Found::default()
    })
}

fn word(capability: &async_imap::types::Capability) -> String {
    use async_imap::types::Capability;
    match capability {
        Capability::Imap4rev1 => "IMAP4rev1".to_owned(),
        Capability::Auth(way) => format!("AUTH={way}"),
        Capability::Atom(word) => word.clone(),
    }
}

/// How many messages a folder holds; nothing if it is none that can be opened.
async fn count(session: &mut Open, wire: &str) -> Result<Option<u64>, WatchError> {
    use async_imap::error::Error;
    let asked = within("counting a folder", SHORT, async {
        Ok::<_, WatchError>(session.status(wire, "(MESSAGES)").await)
    });
    match asked.await? {
        Ok(state) => Ok(Some(u64::from(state.exists))),
        Err(Error::No(_) | Error::Bad(_)) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// The latest messages of a folder, by day, sender and subject.
async fn latest(
    session: &mut Open,
    folder: &Folder,
    now: Instant,
) -> Result<Vec<String>, WatchError> {
    let exists = folder.examine(session, Tells::Nothing, None).await?.exists;
    if exists == 0 {
        return Ok(Vec::new());
    }
    let from = exists.saturating_sub(SHOWN - 1).max(1);
    let asking = session.fetch(format!("{from}:{exists}"), "(BODY.PEEK[HEADER])");
    let mut answers = within("reading the latest messages", SHORT, asking).await?;
    let mut lines = Vec::new();
    loop {
        let next = async { Ok::<_, WatchError>(answers.next().await) };
        match within("reading the latest messages", SHORT, next).await? {
            None => break,
            Some(answer) => lines.extend(answer?.header().and_then(|header| shown(header, now))),
        }
    }
    lines.reverse();
    lines.truncate(LINES);
    Ok(lines)
}

fn shown(header: &[u8], now: Instant) -> Option<String> {
    let context = mail::ParseContext { received: None, journal: false, captured: now };
    let message = mail::parse(header, &context, &mail::Limits::default()).ok()?;
    let day = message.happened.in_zone(&TimeZone::UTC).date();
    Some(line(&format!("{day} · {} · {}", message.from, message.subject)))
}
