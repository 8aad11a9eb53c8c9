//! Marks that only this installation can make: on its own mail, so that it knows it again, and in
//! links, so that nobody can make one up.

use data_encoding::{BASE64URL_NOPAD, HEXLOWER};
use model::id::{AlertId, SendingId};
use ring::hmac;

/// Bytes of a mark: HMAC-SHA256, cut to 128 bits.
const MARK: usize = 16;

/// The header that our own mail carries.
pub const NOTICE_HEADER: &str = "Watchkeeper-Notice";

/// The key of an installation.
#[derive(Clone)]
pub struct Seal(hmac::Key);

impl std::fmt::Debug for Seal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Seal(..)")
    }
}

/// What a link to acknowledge says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AcknowledgeLink {
    /// The alert.
    pub alert: AlertId,
    /// Who was told.
    pub to: String,
}

impl Seal {
    /// The seal with this key.
    pub fn new(key: &[u8]) -> Self {
        Self(hmac::Key::new(hmac::HMAC_SHA256, key))
    }

    fn mark(&self, purpose: &str, said: &[u8]) -> [u8; MARK] {
        let mut context = hmac::Context::with_key(&self.0);
        context.update(&(purpose.len() as u64).to_le_bytes());
        context.update(purpose.as_bytes());
        context.update(said);
        let mut mark = [0; MARK];
        mark.copy_from_slice(&context.sign().as_ref()[..MARK]);
        mark
    }

    fn is_ours(&self, purpose: &str, said: &[u8], mark: &[u8]) -> bool {
        // Compared in constant time, so that nobody can feel their way to a mark.
        let ours = hmac::sign(&self.0, &self.mark(purpose, said));
        mark.len() == MARK && hmac::verify(&self.0, mark, ours.as_ref()).is_ok()
    }

    /// The name of a notice: what its Message-ID begins with and its header says.
    pub fn notice(&self, id: SendingId) -> String {
        format!("wk.{id}.{}", HEXLOWER.encode(&self.mark("notice", &id.0)))
    }

    /// The sending that a notice's name stands for, if this installation gave that name.
    pub fn read_notice(&self, name: &str) -> Option<SendingId> {
        let (id, mark) = name.strip_prefix("wk.")?.split_once('.')?;
        let id: SendingId = id.parse().ok()?;
        let mark = HEXLOWER.decode(mark.as_bytes()).ok()?;
        self.is_ours("notice", &id.0, &mark).then_some(id)
    }

    /// The sending that one of our own messages carries, if the header section of `raw` says so
    /// truly. Anybody can write the header; nobody else can write the mark.
    pub fn own_mail(&self, raw: &[u8]) -> Option<SendingId> {
        let end = raw.windows(4).position(|four| four == b"\r\n\r\n");
        let end = end.or_else(|| raw.windows(2).position(|two| two == b"\n\n"));
        let headers = &raw[..end.unwrap_or(raw.len()).min(64 << 10)];
        headers.split(|byte| *byte == b'\n').find_map(|line| {
            let (name, value) = std::str::from_utf8(line).ok()?.split_once(':')?;
            let ours = name.eq_ignore_ascii_case(NOTICE_HEADER);
            ours.then(|| self.read_notice(value.trim())).flatten()
        })
    }

    /// The token of a link by which `link.to` acknowledges.
    pub fn acknowledge_token(&self, link: &AcknowledgeLink) -> String {
        let mut said = link.alert.0.to_vec();
        said.extend_from_slice(link.to.as_bytes());
        let mark = self.mark("acknowledge", &said);
        said.extend_from_slice(&mark);
        BASE64URL_NOPAD.encode(&said)
    }

    /// What a token says, if this installation made it.
    pub fn read_acknowledge_token(&self, token: &str) -> Option<AcknowledgeLink> {
        let bytes = BASE64URL_NOPAD.decode(token.as_bytes()).ok()?;
        let (said, mark) = bytes.split_at(bytes.len().checked_sub(MARK)?);
        if !self.is_ours("acknowledge", said, mark) {
            return None;
        }
        let (alert, to) = said.split_at_checked(16)?;
        let alert = AlertId(alert.try_into().ok()?);
        Some(AcknowledgeLink { alert, to: String::from_utf8(to.to_vec()).ok()? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seal() -> Seal {
        Seal::new(b"a key of an installation, for a test")
    }

    #[test]
    fn our_own_mail_is_known_again_and_nobody_else_can_claim_to_be_it() {
        let id = SendingId([7; 16]);
        let name = seal().notice(id);
        let letter = format!("Subject: x\r\nwatchkeeper-notice: {name}\r\n\r\nBody\r\n");
        assert_eq!(seal().own_mail(letter.as_bytes()), Some(id));
        assert_eq!(Seal::new(b"another installation").own_mail(letter.as_bytes()), None);
        let quoted = format!("Subject: x\r\n\r\nWatchkeeper-Notice: {name}\r\n");
        assert_eq!(seal().own_mail(quoted.as_bytes()), None, "a quotation is somebody's own mail");
        let forged = name.replace("0707", "0708");
        assert_eq!(seal().read_notice(&forged), None);
    }

    #[test]
    fn a_link_that_was_tampered_with_acknowledges_nothing() {
        let link =
            AcknowledgeLink { alert: AlertId([3; 16]), to: "kim@brightwater.example".to_owned() };
        let token = seal().acknowledge_token(&link);
        assert_eq!(seal().read_acknowledge_token(&token), Some(link));
        for at in 0..token.len() {
            let mut other = token.clone().into_bytes();
            other[at] = if other[at] == b'A' { b'B' } else { b'A' };
            let other = String::from_utf8(other).unwrap();
            assert!(other == token || seal().read_acknowledge_token(&other).is_none());
        }
        assert_eq!(seal().read_acknowledge_token(""), None);
    }
}
