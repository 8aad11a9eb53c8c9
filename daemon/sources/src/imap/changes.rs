//! What changed in a folder since it was looked at, told by the server (RFC 7162): which messages it
//! got or changed (CONDSTORE), and which went (QRESYNC).

use std::{collections::BTreeSet, ops::RangeInclusive, time::Duration};

use async_imap::{
    error::Error,
    imap_proto::{AttributeValue, MailboxDatum, Response, ResponseCode, Status},
    types::Capabilities,
};
use futures_util::StreamExt as _;

use super::{
    connect::{Open, within},
    error::WatchError,
    folder::{Cursor, LONG, SHORT, State},
};

/// What a server tells of changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tells {
    /// Nothing: what is there has to be listed.
    Nothing,
    /// Which messages are new or changed (CONDSTORE).
    Changes,
    /// That, and which ones went (QRESYNC).
    Removals,
}

impl Tells {
    /// What a server of these capabilities tells, once it is asked to.
    pub(super) async fn by(
        session: &mut Open,
        capabilities: &Capabilities,
    ) -> Result<Self, WatchError> {
        if capabilities.has_str("QRESYNC") {
            let asking = session.run_command_and_check_ok("ENABLE QRESYNC");
            match within("asking it to tell of changes", SHORT, asking).await {
                Ok(()) => return Ok(Self::Removals),
                Err(WatchError::Imap(Error::Bad(_) | Error::No(_))) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(if capabilities.has_str("CONDSTORE") { Self::Changes } else { Self::Nothing })
    }
}

/// Opens a folder to read only, and hears what changed `since`, as far as the server tells.
pub(super) async fn examine(
    session: &mut Open,
    wire: &str,
    tells: Tells,
    since: Option<Cursor>,
) -> Result<State, WatchError> {
    let parameter = match (tells, since) {
        (Tells::Nothing, _) => String::new(),
        (Tells::Removals, Some(Cursor { validity, modseq: Some(modseq), .. })) => {
            format!(" (QRESYNC ({validity} {modseq}))")
        }
        (Tells::Removals | Tells::Changes, _) => " (CONDSTORE)".to_owned(),
    };
    let command = format!("EXAMINE {}{parameter}", quoted(wire));
    let tag = within("opening a folder", SHORT, session.run_command(command)).await?;
    let reading = async {
        let mut heard = Heard::default();
        loop {
            let response = session.read_response().await.map_err(Error::Io)?;
            let response = response.ok_or(Error::ConnectionLost)?;
            if let Response::Done { tag: done, status, outcome } = response.parsed()
                && *done == tag
            {
                let said = || outcome.information.as_deref().unwrap_or_default().to_owned();
                return match status {
                    Status::Ok => Ok(heard),
                    Status::No => Err(Error::No(said())),
                    _ => Err(Error::Bad(said())),
                };
            }
            heard.take(response.parsed());
        }
    };
    let heard = within("opening a folder", LONG, reading).await?;
    let validity = heard.validity.ok_or(WatchError::Unable(
        "the server gives messages no lasting numbers (UIDVALIDITY); it cannot be watched",
    ))?;
    let Heard { next, exists, modseq, changed, gone, .. } = heard;
    Ok(State { validity, next, exists, modseq, changed, gone })
}

/// What a server says while a folder is opened.
#[derive(Default)]
struct Heard {
    validity: Option<u32>,
    next: Option<u32>,
    exists: u32,
    modseq: Option<u64>,
    changed: BTreeSet<u32>,
    gone: Vec<RangeInclusive<u32>>,
}

impl Heard {
    fn take(&mut self, response: &Response<'_>) {
        match response {
            Response::Data { status: Status::Ok, outcome } => match outcome.code {
                Some(ResponseCode::UidValidity(validity)) => self.validity = Some(validity),
                Some(ResponseCode::UidNext(next)) => self.next = Some(next),
                Some(ResponseCode::HighestModSeq(modseq)) => self.modseq = Some(modseq),
                _ => {}
            },
            Response::MailboxData(MailboxDatum::Exists(exists)) => self.exists = *exists,
            Response::Vanished { earlier: true, uids } => self.gone.extend(uids.iter().cloned()),
            Response::Fetch(_, attributes) => {
                self.changed.extend(attributes.iter().find_map(|attribute| match attribute {
                    AttributeValue::Uid(uid) => Some(*uid),
                    _ => None,
                }));
            }
            _ => {}
        }
    }
}

/// The messages of the opened folder that are new or changed since a modification sequence.
pub(super) async fn since(session: &mut Open, modseq: u64) -> Result<BTreeSet<u32>, WatchError> {
    let query = format!("(UID) (CHANGEDSINCE {modseq})");
    let mut answers = within("asking for changes", SHORT, session.uid_fetch("1:*", query)).await?;
    let mut changed = BTreeSet::new();
    loop {
        let next = async { Ok::<_, WatchError>(answers.next().await) };
        match within("asking for changes", Duration::from_mins(1), next).await? {
            None => return Ok(changed),
            Some(answer) => changed.extend(answer?.uid),
        }
    }
}

/// A folder's name on the wire as a quoted string.
fn quoted(wire: &str) -> String {
    let plain: String = wire.chars().filter(|c| !c.is_control()).collect();
    format!("\"{}\"", plain.replace('\\', "\\\\").replace('"', "\\\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_server_says_of_changes_is_heard_and_of_another_folder_is_not() {
        let mut heard = Heard::default();
        for line in [
            "* VANISHED 7\r\n",
            "* 3 EXISTS\r\n",
            "* OK [UIDVALIDITY 9] valid\r\n",
            "* OK [UIDNEXT 12] next\r\n",
            "* OK [HIGHESTMODSEQ 40] highest\r\n",
            "* VANISHED (EARLIER) 2,4:6\r\n",
            "* 3 FETCH (UID 11 FLAGS (\\Seen) MODSEQ (40))\r\n",
        ] {
            heard.take(&Response::parse(line.as_bytes()).unwrap().1);
        }
        assert_eq!((heard.validity, heard.next, heard.exists), (Some(9), Some(12), 3));
        assert_eq!(heard.modseq, Some(40));
        assert_eq!(heard.gone, [2..=2, 4..=6]);
        assert_eq!(heard.changed, [11].into());
    }

    #[test]
    fn a_name_cannot_end_its_own_quotation() {
        assert_eq!(quoted("a\"b\\c\r\nd"), "\"a\\\"b\\\\cd\"");
    }
}
