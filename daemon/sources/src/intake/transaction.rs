//! One message from MAIL to its end.

use std::{collections::BTreeMap, sync::Arc};

use model::fact::Envelope;
use smtp_proto::{MAIL_BODY_BINARYMIME, MAIL_REQUIRETLS, MAIL_SMTPUTF8, MailFrom, RcptTo};
use tokio::sync::oneshot;

use super::{
    Intake,
    body::{Arrived, Body},
    keeper::{Letter, Slot, Verdict},
    reply::Reply,
};

/// Received headers beyond which a message goes round in circles (RFC 5321, 6.3).
const HOPS: usize = 100;
/// Bytes of an address.
const LONGEST: usize = 320;

/// A message that is being sent.
pub(super) struct Transaction {
    from: String,
    utf8: bool,
    /// Recipients with the place of their source among the desks.
    to: Vec<(usize, String)>,
    /// What came in chunks so far.
    pub chunks: Option<Body>,
}

impl Transaction {
    /// Begins with the sender of the envelope.
    pub fn begin(
        intake: &Intake,
        mail: &MailFrom<std::borrow::Cow<'_, str>>,
    ) -> Result<Self, Reply> {
        let most = intake.limits.message_size;
        if mail.flags & (MAIL_BODY_BINARYMIME | MAIL_REQUIRETLS) != 0 {
            return Err(Reply::new(555, "5.5.4 BINARYMIME and REQUIRETLS are not offered"));
        }
        if mail.size as u64 > most {
            return Err(Reply::fault(super::body::Fault::TooLarge, most));
        }
        let utf8 = mail.flags & MAIL_SMTPUTF8 != 0;
        let from = address(&mail.address, utf8)
            .ok_or_else(|| Reply::new(553, "5.6.7 an address in UTF-8 needs SMTPUTF8"))?;
        Ok(Self { from, utf8, to: Vec::new(), chunks: None })
    }

    /// Whether somebody gets it.
    pub fn has_recipients(&self) -> bool {
        !self.to.is_empty()
    }

    /// One more recipient. Gives the place of its source.
    pub fn add(
        &mut self,
        intake: &Intake,
        rcpt: &RcptTo<std::borrow::Cow<'_, str>>,
    ) -> Result<usize, Reply> {
        if self.to.len() >= intake.limits.recipients {
            return Err(Reply::new(452, "4.5.3 too many recipients; send the rest separately"));
        }
        let Some(address) = address(&rcpt.address, self.utf8) else {
            return Err(Reply::new(553, "5.6.7 an address in UTF-8 needs SMTPUTF8"));
        };
        let address = address.to_lowercase();
        let desk = intake.desks.iter().position(|desk| desk.takes(&address));
        let desk = desk.ok_or_else(|| {
            Reply::new(550, "5.7.1 there is no such address here, and nothing is relayed")
        })?;
        self.to.push((desk, address));
        Ok(desk)
    }

    /// The same answer for every recipient, with the place of its source.
    pub fn refuse(self, reply: &Reply) -> Vec<(usize, Reply)> {
        self.to.into_iter().map(|(desk, _)| (desk, reply.clone())).collect()
    }

    /// Hands the message to the keeper, once for every source. Gives, for every recipient in order,
    /// the place of its source and what became of the message.
    pub async fn deliver(
        self,
        arrived: Arrived,
        intake: &Intake,
        slot: &Slot,
    ) -> Vec<(usize, Reply)> {
        let Arrived { bytes, share } = arrived;
        if hops(&bytes) > HOPS {
            let round = Reply::new(554, "5.4.6 it has gone round in circles: too many hops");
            return self.refuse(&round);
        }
        let (bytes, share) = (Arc::new(bytes), Arc::new(share));
        let mut by_desk: BTreeMap<usize, Vec<String>> = BTreeMap::new();
        for (desk, address) in &self.to {
            by_desk.entry(*desk).or_default().push(address.clone());
        }
        let mut waiting = Vec::with_capacity(by_desk.len());
        for (at, mut to) in by_desk {
            let desk = &intake.desks[at];
            to.dedup();
            let (answer, answered) = oneshot::channel();
            let envelope = Envelope { from: self.from.clone(), to, journal: desk.journal };
            let info = Arc::new(desk.info.clone());
            let (bytes, share) = (bytes.clone(), share.clone());
            slot.hand_in(Letter { info, envelope, bytes, share, answer }).await;
            waiting.push((at, answered));
        }
        drop(bytes);
        let mut verdicts = BTreeMap::new();
        for (at, answered) in waiting {
            verdicts.insert(at, answered.await.unwrap_or(Verdict::Failed));
        }
        let of = |desk| verdicts.get(&desk).unwrap_or(&Verdict::Failed);
        self.to.into_iter().map(|(desk, _)| (desk, Reply::verdict(of(desk)))).collect()
    }
}

/// An address as it may be used.
fn address(text: &str, utf8: bool) -> Option<String> {
    let fits = text.len() <= LONGEST && (utf8 || text.is_ascii());
    fits.then(|| text.to_owned())
}

/// How many servers a message has passed.
fn hops(bytes: &[u8]) -> usize {
    let end = memchr::memmem::find(bytes, b"\r\n\r\n").unwrap_or(bytes.len());
    let received =
        |line: &&[u8]| line.get(..9).is_some_and(|name| name.eq_ignore_ascii_case(b"received:"));
    bytes[..end].split(|byte| *byte == b'\n').filter(received).count()
}
