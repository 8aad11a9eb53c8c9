//! Outlook's own container, `winmail.dat` (MS-OXTNEF): the files, messages and text within it.
//!
//! Reads what it can: a container that is cut or damaged gives what stands before the damage.

mod attributes;
mod properties;
mod rtf;

use model::{Digest, Instant};

use crate::{Attachment, attach::safe_name, charset, html};
use attributes::{Attribute, Reader};
use properties::{Properties, Value};

/// How deep messages within containers within messages are read.
const MAX_DEPTH: usize = 4;
/// Files of one container.
const MAX_FILES: usize = 1_000;

/// What a container holds.
#[derive(Debug, Default)]
pub(crate) struct Container {
    files: Vec<File>,
    /// Messages attached within it.
    pub messages: Vec<Container>,
    /// The subject of the message that it carries.
    pub subject: String,
    /// The name of its sender.
    pub sender_name: String,
    /// The address of its sender.
    pub sender_email: String,
    /// Its recipients as one line.
    pub to: String,
    /// Its Message-ID.
    pub message_id: Option<String>,
    /// When it was sent.
    pub sent: Option<Instant>,
    text: Option<String>,
}

#[derive(Debug, Default)]
struct File {
    name: String,
    media_type: String,
    content_id: Option<String>,
    bytes: Vec<u8>,
}

/// The text within compressed RTF (MS-OXRTFCP), HTML that was packed into it included; nothing if it
/// cannot be read or says nothing.
pub fn rtf_text(compressed: &[u8]) -> Option<String> {
    rtf::text_of(compressed)
}

/// Reads a container; nothing if `bytes` are none.
pub(crate) fn read(bytes: &[u8]) -> Option<Container> {
    read_at_depth(bytes, 0)
}

fn read_at_depth(bytes: &[u8], depth: usize) -> Option<Container> {
    let mut builder = Builder { depth, ..Builder::default() };
    for (attribute, data) in Reader::new(bytes)? {
        builder.take(attribute, data);
    }
    Some(builder.finish())
}

impl Container {
    /// How many files it holds, those of messages within it included.
    pub fn count_files(&self) -> u32 {
        let own = self.files.len() as u32;
        self.messages.iter().fold(own, |count, message| count + message.count_files())
    }

    /// The bytes of a file, its own first, then those of the messages within it.
    pub fn file(&self, at: u32) -> Option<Vec<u8>> {
        if let Some(file) = self.files.get(at as usize) {
            return Some(file.bytes.clone());
        }
        let mut at = at.checked_sub(self.files.len() as u32)?;
        for message in &self.messages {
            match at.checked_sub(message.count_files()) {
                Some(rest) => at = rest,
                None => return message.file(at),
            }
        }
        None
    }

    /// Its own files; the first has the number `first`.
    pub fn list(&self, first: u32) -> Vec<Attachment> {
        let listed = self.files.iter().zip(first..).map(|(file, part)| Attachment {
            part,
            name: safe_name(&file.name),
            media_type: file.media_type.to_lowercase(),
            size: file.bytes.len() as u64,
            sha256: Digest::of(&file.bytes),
            inline: file.content_id.is_some(),
            content_id: file.content_id.clone(),
        });
        listed.collect()
    }

    /// The messages within it, each with the number of its first file.
    pub fn numbered_messages(&self, first: u32) -> impl Iterator<Item = (&Container, u32)> {
        let mut next = first + self.files.len() as u32;
        self.messages.iter().map(move |message| {
            let number = next;
            next += message.count_files();
            (message, number)
        })
    }

    /// The body of the message that it carries.
    pub fn text(&self) -> Option<String> {
        self.text.clone().filter(|text| !text.trim().is_empty())
    }
}

/// Puts a container together from its attributes.
#[derive(Default)]
struct Builder {
    depth: usize,
    code_page: u16,
    container: Container,
    plain: Option<String>,
    html: Option<String>,
    rtf: Option<String>,
    /// The attachment being read.
    file: Option<File>,
}

impl Builder {
    fn take(&mut self, attribute: Attribute, data: &[u8]) {
        match attribute {
            Attribute::CodePage => {
                self.code_page = data.first_chunk().map_or(0, |c| u16::from_le_bytes(*c));
            }
            Attribute::Subject => self.container.subject = self.string(data),
            Attribute::Body => self.plain = Some(self.string(data)),
            Attribute::MessageProperties => {
                let properties = Properties::read(data);
                self.take_message(&properties);
            }
            Attribute::AttachmentStart => {
                self.end_file();
                self.file = Some(File::default());
            }
            Attribute::AttachmentTitle => {
                let name = self.string(data);
                if let Some(file) = &mut self.file
                    && file.name.is_empty()
                {
                    file.name = name;
                }
            }
            Attribute::AttachmentData => {
                if let Some(file) = &mut self.file {
                    file.bytes = data.to_vec();
                }
            }
            Attribute::AttachmentProperties => {
                let properties = Properties::read(data);
                self.take_attachment(&properties);
            }
        }
    }

    /// Text in the code page of the container, up to its NUL.
    fn string(&self, data: &[u8]) -> String {
        let data = data.split(|b| *b == 0).next().unwrap_or_default();
        charset::decode(data, &code_page_name(self.code_page)).text.into_owned()
    }

    fn value(&self, value: &Value<'_>) -> String {
        match value {
            Value::Unicode(text) => text.clone(),
            Value::Bytes(bytes) => self.string(bytes),
            Value::Time(_) | Value::Number(_) => String::new(),
        }
    }

    fn take_message(&mut self, properties: &Properties<'_>) {
        let text = |id| properties.get(id).map(|value| self.value(value)).filter(|t| !t.is_empty());
        let plain = text(properties::BODY);
        let html = text(properties::HTML);
        let subject = text(properties::SUBJECT);
        let name = text(properties::SENDER_NAME).unwrap_or_default();
        let email = text(properties::SENDER_SMTP).or_else(|| text(properties::SENDER_EMAIL));
        let to = text(properties::DISPLAY_TO).unwrap_or_default();
        let message_id = text(properties::MESSAGE_ID);
        let rtf = match properties.get(properties::RTF) {
            Some(Value::Bytes(bytes)) => rtf::text_of(bytes),
            _ => None,
        };
        if let Some(Value::Time(at)) = properties.get(properties::SENT) {
            self.container.sent = Some(*at);
        }
        self.plain = plain.or_else(|| self.plain.take());
        self.html = html.or_else(|| self.html.take());
        self.rtf = rtf.or_else(|| self.rtf.take());
        if let Some(subject) = subject {
            self.container.subject = subject;
        }
        self.container.sender_name = name;
        self.container.sender_email = email.filter(|e| e.contains('@')).unwrap_or_default();
        self.container.to = to;
        let id = message_id.map(|id| id.trim_matches(['<', '>', ' ']).to_owned());
        self.container.message_id = id.filter(|id| !id.is_empty());
    }

    fn take_attachment(&mut self, properties: &Properties<'_>) {
        let text = |id| properties.get(id).map(|value| self.value(value)).filter(|t| !t.is_empty());
        let name = text(properties::LONG_NAME)
            .or_else(|| text(properties::SHORT_NAME))
            .or_else(|| text(properties::DISPLAY_NAME));
        let media_type = text(properties::MIME_TAG);
        let content_id = text(properties::CONTENT_ID);
        let embedded = matches!(properties.get(properties::METHOD), Some(Value::Number(5)));
        let Some(file) = &mut self.file else { return };
        if let Some(name) = name {
            file.name = name;
        }
        file.media_type = media_type.unwrap_or_else(|| "application/octet-stream".to_owned());
        file.content_id = content_id;
        if let Some(Value::Bytes(data)) = properties.get(properties::DATA) {
            // An object starts with the 16 bytes that name its interface.
            let object = data.get(16..).unwrap_or_default();
            let inner =
                (embedded && self.depth < MAX_DEPTH).then(|| read_at_depth(object, self.depth + 1));
            if let Some(message) = inner.flatten() {
                self.container.messages.push(message);
                self.file = None;
            } else if file.bytes.is_empty() {
                file.bytes = data.to_vec();
            }
        }
    }

    fn end_file(&mut self) {
        if let Some(mut file) = self.file.take()
            && self.container.files.len() < MAX_FILES
        {
            if file.media_type.is_empty() {
                "application/octet-stream".clone_into(&mut file.media_type);
            }
            self.container.files.push(file);
        }
    }

    fn finish(mut self) -> Container {
        self.end_file();
        let plain = self.plain.filter(|text| !text.trim().is_empty());
        let text = plain.or_else(|| self.html.map(|page| html::to_text(&page))).or(self.rtf);
        self.container.text = text.map(|text| crate::body::line_feeds(&text));
        self.container
    }
}

/// The name of a Windows code page; empty, for detection, where it has none.
fn code_page_name(number: u16) -> String {
    match number {
        0 => String::new(),
        874 | 1250..=1258 => format!("windows-{number}"),
        932 => "shift_jis".into(),
        936 => "gbk".into(),
        949 => "euc-kr".into(),
        950 => "big5".into(),
        20127 => "us-ascii".into(),
        20866 => "koi8-r".into(),
        28591..=28605 => format!("iso-8859-{}", number - 28590),
        65001 => "utf-8".into(),
        _ => format!("ibm{number}"),
    }
}
