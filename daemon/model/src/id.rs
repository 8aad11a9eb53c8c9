//! A type for every identifier, so that one cannot be passed for another.

use std::{fmt, str::FromStr, sync::Arc};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use sha2::{Digest as _, Sha256};

/// Why a text is not the identifier that it should be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not {wanted}")]
pub struct ParseIdError {
    /// The text as given.
    pub text: String,
    /// What was wanted, with its form.
    pub wanted: &'static str,
}

/// Declares a fixed-size hash that prints as lower-case hexadecimal, and is written as raw bytes
/// by binary formats.
macro_rules! hash_id {
    ($(#[$doc:meta])* $name:ident, $len:literal, $wanted:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub [u8; $len]);

        impl $name {
            /// The raw bytes.
            pub fn as_bytes(&self) -> &[u8; $len] {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&data_encoding::HEXLOWER.encode(&self.0))
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}({self})", stringify!($name))
            }
        }

        impl FromStr for $name {
            type Err = ParseIdError;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                data_encoding::HEXLOWER_PERMISSIVE
                    .decode(text.as_bytes())
                    .ok()
                    .and_then(|bytes| bytes.try_into().ok())
                    .map(Self)
                    .ok_or_else(|| ParseIdError { text: text.to_owned(), wanted: $wanted })
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
                if s.is_human_readable() { s.collect_str(self) } else { self.0.serialize(s) }
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
                if d.is_human_readable() {
                    let text = std::borrow::Cow::<'de, str>::deserialize(d)?;
                    text.parse().map_err(de::Error::custom)
                } else {
                    <[u8; $len]>::deserialize(d).map(Self)
                }
            }
        }
    };
}

hash_id!(
    /// SHA-256 of some bytes, 32 bytes.
    Digest, 32, "a SHA-256 in hexadecimal (64 digits)"
);
hash_id!(
    /// Names one captured item: the SHA-256 of its original bytes.
    EvidenceId, 32, "an evidence id (64 hexadecimal digits)"
);
hash_id!(
    /// Names one message, whatever its number of copies: the first 16 bytes of a SHA-256 over its
    /// Message-ID and the digest of From, Date and decoded body.
    MessageKey, 16, "a message key (32 hexadecimal digits)"
);
hash_id!(
    /// Names one place of one source (a file of a Maildir, an offset of an mbox, a UID), so that a
    /// resumed run knows what it has already captured: the first 16 bytes of a SHA-256 over source,
    /// folder and place.
    ItemKey, 16, "an item key (32 hexadecimal digits)"
);
hash_id!(
    /// Names a promise: the first 16 bytes of a SHA-256 over its message and the place of its words.
    PromiseId, 16, "a promise id (32 hexadecimal digits)"
);
hash_id!(
    /// Names a note: the first 16 bytes of a SHA-256 over author, instant and text.
    NoteId, 16, "a note id (32 hexadecimal digits)"
);
hash_id!(
    /// Names an alert: the first 16 bytes of a SHA-256 over case, policy, dedup key, audience and the
    /// instant of what it tells of.
    AlertId, 16, "an alert id (32 hexadecimal digits)"
);
hash_id!(
    /// Names a silence: the first 16 bytes of a SHA-256 over who silenced what, and when.
    SilenceId, 16, "a silence id (32 hexadecimal digits)"
);
hash_id!(
    /// Names one attempt at telling one recipient; the same for every retry, so that a channel can
    /// tell a retry from news.
    SendingId, 16, "a sending id (32 hexadecimal digits)"
);

impl Digest {
    /// The SHA-256 of `bytes`.
    pub fn of(bytes: &[u8]) -> Self {
        Self(Sha256::digest(bytes).into())
    }
}

impl EvidenceId {
    /// The id of evidence with these original bytes.
    pub fn of(bytes: &[u8]) -> Self {
        Self(Sha256::digest(bytes).into())
    }
}

/// The first 16 bytes of the SHA-256 over `parts`, each preceded by its length, so that no two
/// lists of parts collide by concatenation.
pub fn short_hash(parts: &[&[u8]]) -> [u8; 16] {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part);
    }
    let full: [u8; 32] = hash.finalize().into();
    let mut short = [0; 16];
    short.copy_from_slice(&full[..16]);
    short
}

impl PromiseId {
    /// The id of the promise whose words stand at `span`.
    pub fn of(span: &crate::Span) -> Self {
        let (start, end) = (span.start.to_le_bytes(), span.end.to_le_bytes());
        Self(short_hash(&[span.message.as_bytes(), &start, &end]))
    }
}

impl ItemKey {
    /// The key of `place` in `folder` of `source`.
    pub fn of(source: &SourceId, folder: &str, place: &str) -> Self {
        Self(short_hash(&[source.as_str().as_bytes(), folder.as_bytes(), place.as_bytes()]))
    }
}

/// The position of a fact in the journal, from 1. Zero stands before the first fact.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Seq(pub u64);

impl Seq {
    /// The next position.
    pub fn next(self) -> Self {
        Self(self.0 + 1)
    }
}

impl fmt::Display for Seq {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Names a case: 50 bits, written as ten characters of Crockford's base 32 (`7F3K2-M9QAB`).
///
/// It is derived from the first captured message of the case, so a rebuilt store names its cases
/// as before.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CaseId(u64);

const CROCKFORD: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const CASE_BITS: u32 = 50;

impl CaseId {
    /// The id of a case that begins with `first`; `attempt` is raised while the id is taken.
    pub fn derive(first: &MessageKey, attempt: u32) -> Self {
        let hash = short_hash(&[b"case", &first.0, &attempt.to_le_bytes()]);
        let mut low = [0; 8];
        low.copy_from_slice(&hash[..8]);
        Self(u64::from_be_bytes(low) >> (64 - CASE_BITS))
    }

    /// The id as a number below 2^50.
    pub fn number(self) -> u64 {
        self.0
    }

    /// The id with this number; bits above the fiftieth are dropped.
    pub fn from_number(number: u64) -> Self {
        Self(number & ((1 << CASE_BITS) - 1))
    }

    /// The token that we put into subjects so that an answer finds its case: `[WK-7F3K2-M9QAB]`.
    pub fn token(self) -> String {
        format!("[WK-{self}]")
    }

    /// The first case token in `text`, with or without its brackets.
    pub fn find_token(text: &str) -> Option<Self> {
        text.match_indices("WK-").find_map(|(at, _)| text.get(at + 3..at + 14)?.parse().ok())
    }
}

impl fmt::Display for CaseId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for place in (0..10).rev() {
            let digit = CROCKFORD[(self.0 >> (place * 5) & 31) as usize] as char;
            fmt::Write::write_char(f, digit)?;
            if place == 5 {
                f.write_str("-")?;
            }
        }
        Ok(())
    }
}

impl fmt::Debug for CaseId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CaseId({self})")
    }
}

impl FromStr for CaseId {
    type Err = ParseIdError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let wrong =
            || ParseIdError { text: text.to_owned(), wanted: "a case id (like 7F3K2-M9QAB)" };
        let mut number = 0_u64;
        let mut digits = 0;
        for (at, c) in text.bytes().enumerate() {
            if c == b'-' && at == 5 {
                continue;
            }
            let upper = match c.to_ascii_uppercase() {
                b'O' => b'0',
                b'I' | b'L' => b'1',
                other => other,
            };
            let value = CROCKFORD.iter().position(|x| *x == upper).ok_or_else(wrong)?;
            number = (number << 5) | value as u64;
            digits += 1;
            if digits > 10 {
                return Err(wrong());
            }
        }
        if digits == 10 { Ok(Self(number)) } else { Err(wrong()) }
    }
}

impl Serialize for CaseId {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        if s.is_human_readable() { s.collect_str(self) } else { s.serialize_u64(self.0) }
    }
}

impl<'de> Deserialize<'de> for CaseId {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        if d.is_human_readable() {
            let text = std::borrow::Cow::<'de, str>::deserialize(d)?;
            text.parse().map_err(de::Error::custom)
        } else {
            u64::deserialize(d).map(Self::from_number)
        }
    }
}

/// Declares a name: a short text with a type of its own, cheap to clone.
macro_rules! name_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(Arc<str>);

        impl $name {
            /// The name that reads `text`.
            pub fn new(text: &str) -> Self {
                Self(Arc::from(text))
            }

            /// The name as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                Self::new(text)
            }
        }

        impl std::borrow::Borrow<str> for $name {
            fn borrow(&self) -> &str {
                &self.0
            }
        }
    };
}

name_id!(
    /// Names a source of evidence, such as `maildir:support` or `notes`.
    SourceId
);
name_id!(
    /// Names an account: the `id` column of its import where there is one, else its folded name.
    AccountId
);
name_id!(
    /// Names a person who signs in to Watchkeeper.
    UserName
);
name_id!(
    /// Names a version of a rule set: its name and the first 12 digits of its SHA-256, such as
    /// `default@3fa29c01b7de`.
    RuleSetId
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_case_token_survives_a_subject_line() {
        let id = CaseId::derive(&MessageKey([7; 16]), 0);
        let subject = format!("Re: export fails {} again", id.token());
        assert_eq!(CaseId::find_token(&subject), Some(id));
        assert_eq!(id.to_string().to_lowercase().parse(), Ok(id));
        assert_eq!(CaseId::find_token("WK-é345-67890 WK-"), None);
    }

    #[test]
    fn ids_are_text_for_people_and_bytes_for_machines() {
        let id = EvidenceId::of(b"abc");
        let json = serde_json::to_string(&id).unwrap();
        assert!(json.contains("ba7816bf"));
        assert_eq!(serde_json::from_str::<EvidenceId>(&json).unwrap(), id);
        assert!("xyz".parse::<EvidenceId>().is_err());
    }

    #[test]
    fn a_short_hash_keeps_its_parts_apart() {
        assert_ne!(short_hash(&[b"ab", b"c"]), short_hash(&[b"a", b"bc"]));
    }
}
