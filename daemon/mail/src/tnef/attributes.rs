//! The outer form of a TNEF stream: attributes with level, id, length, data and checksum.

const SIGNATURE: u32 = 0x223e_9f78;

/// Attributes that are looked at; the others are passed over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Attribute {
    CodePage,
    Subject,
    Body,
    MessageProperties,
    AttachmentStart,
    AttachmentTitle,
    AttachmentData,
    AttachmentProperties,
}

impl Attribute {
    fn of(id: u32) -> Option<Self> {
        Some(match id {
            0x0006_9007 => Self::CodePage,
            0x0001_8004 => Self::Subject,
            0x0002_800c => Self::Body,
            0x0006_9003 => Self::MessageProperties,
            0x0006_9002 => Self::AttachmentStart,
            0x0001_8010 => Self::AttachmentTitle,
            0x0006_800f => Self::AttachmentData,
            0x0006_9005 => Self::AttachmentProperties,
            _ => return None,
        })
    }
}

/// Gives the attributes of a stream up to its end or its first damage.
pub(super) struct Reader<'b> {
    rest: &'b [u8],
}

impl<'b> Reader<'b> {
    /// A reader of `bytes`; nothing if they are no TNEF.
    pub fn new(bytes: &'b [u8]) -> Option<Self> {
        let mut reader = Self { rest: bytes };
        let signature = reader.number()?;
        reader.bytes(2)?;
        (signature == SIGNATURE).then_some(reader)
    }

    fn bytes(&mut self, len: usize) -> Option<&'b [u8]> {
        let (taken, rest) = self.rest.split_at_checked(len)?;
        self.rest = rest;
        Some(taken)
    }

    fn number(&mut self) -> Option<u32> {
        self.bytes(4)?.first_chunk().map(|bytes| u32::from_le_bytes(*bytes))
    }

    fn attribute(&mut self) -> Option<(u32, &'b [u8])> {
        let level = self.bytes(1)?;
        if !matches!(level, [1 | 2]) {
            return None;
        }
        let id = self.number()?;
        let len = self.number()? as usize;
        // The last attribute of a cut container still holds something.
        let data = self.bytes(len.min(self.rest.len()))?;
        let _checksum = self.bytes(2);
        Some((id, data))
    }
}

impl<'b> Iterator for Reader<'b> {
    type Item = (Attribute, &'b [u8]);

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let (id, data) = self.attribute()?;
            if let Some(attribute) = Attribute::of(id) {
                return Some((attribute, data));
            }
        }
    }
}
