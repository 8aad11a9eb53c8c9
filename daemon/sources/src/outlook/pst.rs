//! A store of Outlook (PST, OST; MS-PST), read only.
//!
//! The library's types cannot leave their thread, so one thread reads the store and hands messages
//! over, a few at a time. A message that cannot be read is refused by itself; the rest goes on.

use std::{
    fs::File,
    io::{self, BufReader},
    panic::{AssertUnwindSafe, catch_unwind},
    path::{Path, PathBuf},
    rc::Rc,
    sync::mpsc::{Receiver, SyncSender, sync_channel},
};

use app::source::{Estimate, Offer, Refusal, Source, SourceError, SourceInfo};
use model::{ItemKey, fact::Sighting};
use outlook_pst::{
    AnsiPstFile, UnicodePstFile,
    ltp::{prop_context::PropertyValue, table_context::TableContext},
    messaging::{
        attachment::{AnsiAttachment, Attachment as _, AttachmentData, UnicodeAttachment},
        folder::Folder,
        message::{AnsiMessage, Message, UnicodeMessage},
        store::{AnsiStore, EntryId, Store, UnicodeStore},
    },
    ndb::node_id::NodeId,
};

use super::{
    compose,
    item::{Attachment, Item, METHOD, Properties, Value},
};
use crate::refusal::{refuse, too_large};

/// Folders that lie within one another.
const DEEPEST: usize = 32;
/// Messages that wait to be taken.
const WAITING: usize = 16;

/// What the reading thread hands over.
enum Handed {
    Message {
        folder: String,
        place: String,
        read: Result<Vec<u8>, Refusal>,
    },
    /// The store cannot be read at all, or no further.
    Broken(String),
}

/// A PST or OST file as a source.
pub struct PstSource {
    info: SourceInfo,
    path: PathBuf,
    handed: Option<Receiver<Handed>>,
}

impl PstSource {
    /// The store at `path`.
    pub fn new(info: SourceInfo, path: PathBuf) -> Self {
        Self { info, path, handed: None }
    }

    fn damaged(&self, detail: String) -> SourceError {
        SourceError::Damaged { path: self.path.clone(), detail }
    }
}

impl Source for PstSource {
    fn info(&self) -> &SourceInfo {
        &self.info
    }

    fn estimate(&mut self) -> Result<Estimate, SourceError> {
        Ok(Estimate::default())
    }

    fn next(&mut self) -> Result<Option<Offer>, SourceError> {
        if self.handed.is_none() {
            let (hand, handed) = sync_channel(WAITING);
            let path = self.path.clone();
            std::thread::Builder::new()
                .name("pst".to_owned())
                .spawn(move || read_store(&path, &hand))
                .map_err(|error| self.damaged(error.to_string()))?;
            self.handed = Some(handed);
        }
        // The thread's end is the store's end.
        let next = self.handed.as_ref().and_then(|handed| handed.recv().ok());
        let (folder, place, read) = match next {
            None => return Ok(None),
            Some(Handed::Broken(detail)) => return Err(self.damaged(detail)),
            Some(Handed::Message { folder, place, read }) => (folder, place, read),
        };
        let source = self.info.id.clone();
        Ok(Some(Offer {
            item: ItemKey::of(&source, &folder, &place),
            size: read.as_ref().ok().map(|bytes| bytes.len() as u64),
            sighting: Sighting {
                source,
                folder,
                place,
                flags: String::new(),
                received: None,
                envelope: None,
            },
            read: Box::new(move |most| match read {
                Ok(bytes) if bytes.len() as u64 > most => Err(too_large(bytes.len() as u64, most)),
                other => other,
            }),
        }))
    }

    fn ack(&mut self, _: &ItemKey) -> Result<(), SourceError> {
        Ok(())
    }
}

/// Reads the whole store, until it ends or nobody takes any more.
fn read_store(path: &Path, hand: &SyncSender<Handed>) {
    // The library may panic on what is damaged: that is the end of this store, not of the import.
    let outcome = catch_unwind(AssertUnwindSafe(|| match Opened::new(path) {
        Ok(opened) => Walk { opened, hand }.store(),
        Err(error) => Err(error),
    }));
    let broken = match outcome {
        Ok(Ok(())) => return,
        Ok(Err(error)) => error.to_string(),
        Err(_) => "it cannot be read any further".to_owned(),
    };
    let _ = hand.send(Handed::Broken(broken));
}

/// A store of either width.
enum Opened {
    Unicode(Rc<UnicodeStore>),
    Ansi(Rc<AnsiStore>),
}

impl Opened {
    fn new(path: &Path) -> io::Result<Self> {
        let reader = || -> io::Result<Box<BufReader<File>>> {
            Ok(Box::new(BufReader::new(File::open(path)?)))
        };
        if let Ok(file) = UnicodePstFile::read_from(reader()?) {
            return UnicodeStore::read(Rc::new(file)).map(Self::Unicode);
        }
        AnsiStore::read(Rc::new(AnsiPstFile::read_from(reader()?)?)).map(Self::Ansi)
    }

    fn store(&self) -> Rc<dyn Store> {
        match self {
            Self::Unicode(store) => store.clone(),
            Self::Ansi(store) => store.clone(),
        }
    }

    fn item(&self, id: &EntryId) -> io::Result<Item> {
        match self {
            Self::Unicode(store) => {
                let message = UnicodeMessage::read(store.clone(), id, None)?;
                let file = |node| {
                    let found = UnicodeAttachment::read(message.clone(), node, None)?;
                    Ok(attachment(found.properties().iter(), found.data()))
                };
                Ok(item(&*message, &file))
            }
            Self::Ansi(store) => {
                let message = AnsiMessage::read(store.clone(), id, None)?;
                let file = |node| {
                    let found = AnsiAttachment::read(message.clone(), node, None)?;
                    Ok(attachment(found.properties().iter(), found.data()))
                };
                Ok(item(&*message, &file))
            }
        }
    }
}

struct Walk<'h> {
    opened: Opened,
    hand: &'h SyncSender<Handed>,
}

impl Walk<'_> {
    fn store(&self) -> io::Result<()> {
        let store = self.opened.store();
        let top = store.properties().ipm_sub_tree_entry_id()?;
        let folder = store.open_folder(&top)?;
        self.folder(&*store, &*folder, "", DEEPEST);
        Ok(())
    }

    /// Hands a folder over, and those within it. False if nobody takes any more.
    fn folder(&self, store: &dyn Store, folder: &dyn Folder, name: &str, depth: usize) -> bool {
        for node in rows(folder.contents_table()) {
            let place = format!("{node:08x}");
            let read = catch_unwind(AssertUnwindSafe(|| self.message(store, node)));
            let read = read.unwrap_or_else(|_| Err(refuse("unreadable", "it is damaged")));
            if self.hand.send(Handed::Message { folder: name.to_owned(), place, read }).is_err() {
                return false;
            }
        }
        if depth == 0 {
            return true;
        }
        for node in rows(folder.hierarchy_table()) {
            let id = store.properties().make_entry_id(NodeId::from(node));
            let Ok(inner) = id.and_then(|id| store.open_folder(&id)) else {
                let refusal = refuse("unreadable", "this folder cannot be opened");
                let (folder, place) = (name.to_owned(), format!("{node:08x}"));
                if self.hand.send(Handed::Message { folder, place, read: Err(refusal) }).is_err() {
                    return false;
                }
                continue;
            };
            let own = inner.properties().display_name().unwrap_or_else(|_| format!("{node:08x}"));
            let own = own.replace('/', "_");
            let path = if name.is_empty() { own } else { format!("{name}/{own}") };
            if !self.folder(store, &*inner, &path, depth - 1) {
                return false;
            }
        }
        true
    }

    fn message(&self, store: &dyn Store, node: u32) -> Result<Vec<u8>, Refusal> {
        let damaged = |error: io::Error| refuse("unreadable", error.to_string());
        let id = store.properties().make_entry_id(NodeId::from(node)).map_err(damaged)?;
        let item = self.opened.item(&id).map_err(damaged)?;
        if !item.is_mail() {
            let detail = format!("it is no mail but {} of Outlook", item.class());
            return Err(refuse("not_a_message", detail));
        }
        Ok(compose::message(&item))
    }
}

/// The numbers of the rows of a table.
fn rows(table: Option<&Rc<dyn TableContext>>) -> Vec<u32> {
    let ids =
        |table: &Rc<dyn TableContext>| table.rows_matrix().map(|row| row.id().into()).collect();
    table.map(ids).unwrap_or_default()
}

type OpenFile<'f> = &'f dyn Fn(NodeId) -> io::Result<Attachment>;

/// A message; `file` opens its attachments.
fn item(message: &dyn Message, file: OpenFile<'_>) -> Item {
    let mut item = shallow(message);
    for node in rows(message.attachment_table()) {
        // What cannot be opened is lost to any reader; the rest of the message is not.
        item.attachments.extend(file(NodeId::from(node)).ok());
    }
    item
}

/// A message without its attachments.
fn shallow(message: &dyn Message) -> Item {
    let recipients =
        message.recipient_table().map(|table| table_rows(&**table)).unwrap_or_default();
    let properties = properties(message.properties().iter());
    Item { properties, recipients, attachments: Vec::new() }
}

fn attachment<'p>(
    all: impl Iterator<Item = (&'p u16, &'p PropertyValue)>,
    data: Option<&AttachmentData>,
) -> Attachment {
    let properties = properties(all);
    let message = match data {
        Some(AttachmentData::Message(inner)) if properties.number(METHOD) == Some(5) => {
            Some(Box::new(shallow(&**inner)))
        }
        _ => None,
    };
    Attachment { properties, message }
}

fn table_rows(table: &dyn TableContext) -> Vec<Properties> {
    let context = table.context();
    let mut all = Vec::new();
    for row in table.rows_matrix() {
        let Ok(columns) = row.columns(context) else { continue };
        let mut found = Properties::default();
        for (column, value) in context.columns().iter().zip(columns) {
            let value = value.and_then(|value| table.read_column(&value, column.prop_type()).ok());
            if let Some(value) = value.as_ref().and_then(value_of) {
                found.0.insert(column.prop_id(), value);
            }
        }
        all.push(found);
    }
    all
}

fn properties<'p>(all: impl Iterator<Item = (&'p u16, &'p PropertyValue)>) -> Properties {
    Properties(all.filter_map(|(id, value)| Some((*id, value_of(value)?))).collect())
}

fn value_of(value: &PropertyValue) -> Option<Value> {
    Some(match value {
        PropertyValue::Integer16(number) => Value::Number(i64::from(*number)),
        PropertyValue::Integer32(number) => Value::Number(i64::from(*number)),
        PropertyValue::Integer64(number) => Value::Number(*number),
        PropertyValue::Boolean(yes) => Value::Number(i64::from(*yes)),
        PropertyValue::Time(ticks) => Value::Time(*ticks),
        PropertyValue::Unicode(text) => Value::Text(String::from_utf16_lossy(text.buffer())),
        PropertyValue::String8(text) => Value::Narrow(text.buffer().to_vec()),
        PropertyValue::Binary(bytes) => Value::Bytes(bytes.buffer().to_vec()),
        _ => return None,
    })
}
