//! MAPI property lists as TNEF encodes them (MS-OXTNEF 2.1.3.4).

use encoding_rs::UTF_16LE;
use model::Instant;

pub(super) const SUBJECT: u16 = 0x0037;
pub(super) const SENT: u16 = 0x0039;
pub(super) const SENDER_NAME: u16 = 0x0c1a;
pub(super) const SENDER_EMAIL: u16 = 0x0c1f;
pub(super) const SENDER_SMTP: u16 = 0x5d01;
pub(super) const DISPLAY_TO: u16 = 0x0e04;
pub(super) const BODY: u16 = 0x1000;
pub(super) const RTF: u16 = 0x1009;
pub(super) const HTML: u16 = 0x1013;
pub(super) const MESSAGE_ID: u16 = 0x1035;
pub(super) const DISPLAY_NAME: u16 = 0x3001;
pub(super) const DATA: u16 = 0x3701;
pub(super) const SHORT_NAME: u16 = 0x3704;
pub(super) const METHOD: u16 = 0x3705;
pub(super) const LONG_NAME: u16 = 0x3707;
pub(super) const MIME_TAG: u16 = 0x370e;
pub(super) const CONTENT_ID: u16 = 0x3712;

/// Milliseconds from 1601, where Windows begins to count, to 1970.
const WINDOWS_EPOCH_MILLIS: i64 = 11_644_473_600_000;
/// Properties read of one list.
const MAX_PROPERTIES: u32 = 10_000;

/// The value of a property.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Value<'b> {
    Unicode(String),
    Bytes(&'b [u8]),
    Number(u32),
    Time(Instant),
}

/// A property list.
#[derive(Debug, Default)]
pub(super) struct Properties<'b> {
    values: Vec<(u16, Value<'b>)>,
}

impl<'b> Properties<'b> {
    /// Reads the list in `bytes`, up to its end or its first damage.
    pub fn read(bytes: &'b [u8]) -> Self {
        let mut reader = Reader { rest: bytes };
        let mut properties = Self::default();
        let count = reader.number().unwrap_or(0).min(MAX_PROPERTIES);
        for _ in 0..count {
            let Some((id, value)) = reader.property() else { break };
            properties.values.extend(value.map(|value| (id, value)));
        }
        properties
    }

    /// The value of property `id`.
    pub fn get(&self, id: u16) -> Option<&Value<'b>> {
        self.values.iter().find(|(known, _)| *known == id).map(|(_, value)| value)
    }
}

struct Reader<'b> {
    rest: &'b [u8],
}

impl<'b> Reader<'b> {
    fn take(&mut self, len: usize) -> Option<&'b [u8]> {
        let (taken, rest) = self.rest.split_at_checked(len)?;
        self.rest = rest;
        Some(taken)
    }

    fn number(&mut self) -> Option<u32> {
        self.take(4)?.first_chunk().map(|bytes| u32::from_le_bytes(*bytes))
    }

    /// Bytes with their length before them, padded to a multiple of four.
    fn counted(&mut self) -> Option<&'b [u8]> {
        let len = self.number()? as usize;
        let bytes = self.take(len)?;
        self.take((4 - len % 4) % 4)?;
        Some(bytes)
    }

    /// One property; its value is nothing if its type is of no interest.
    fn property(&mut self) -> Option<(u16, Option<Value<'b>>)> {
        let head = self.number()?;
        let (kind, id) = (head as u16, (head >> 16) as u16);
        if id >= 0x8000 {
            self.skip_name()?;
        }
        let several = kind & 0x1000 != 0;
        let kind = kind & 0x0fff;
        let counted = matches!(kind, 0x001e | 0x001f | 0x0102 | 0x000d);
        let count = if several || counted { self.number()? } else { 1 };
        let mut first = None;
        for _ in 0..count {
            let value = self.value(kind)?;
            first = first.or(value);
        }
        Some((id, first))
    }

    fn skip_name(&mut self) -> Option<()> {
        self.take(16)?;
        if self.number()? == 0 {
            self.number()?;
        } else {
            self.counted()?;
        }
        Some(())
    }

    #[expect(clippy::option_option, reason = "outside: the list goes on; inside: there is a value")]
    fn value(&mut self, kind: u16) -> Option<Option<Value<'b>>> {
        Some(match kind {
            0x0002 | 0x0003 | 0x0004 | 0x000a | 0x000b => Some(Value::Number(self.number()?)),
            0x0005 | 0x0006 | 0x0007 | 0x0014 => {
                self.take(8)?;
                None
            }
            0x0040 => {
                let ticks = self.take(8)?.first_chunk().map(|bytes| i64::from_le_bytes(*bytes))?;
                Some(Value::Time(Instant::from_millis(ticks / 10_000 - WINDOWS_EPOCH_MILLIS)))
            }
            0x0048 => {
                self.take(16)?;
                None
            }
            0x001e | 0x0102 | 0x000d => Some(Value::Bytes(self.counted()?)),
            0x001f => {
                let (text, _) = UTF_16LE.decode_without_bom_handling(self.counted()?);
                Some(Value::Unicode(text.trim_end_matches('\0').to_owned()))
            }
            _ => return None,
        })
    }
}
