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
    ltp::table_context::TableContext,
    messaging::{folder::Folder, store::Store},
    ndb::node_id::NodeId,
};

use super::{
    blocks::{Blocks, Narrow, Wide},
    compose, node,
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
    let outcome = catch_unwind(AssertUnwindSafe(|| {
        let (store, blocks) = opened(path)?;
        Walk { store, blocks: &*blocks, hand }.store()
    }));
    let broken = match outcome {
        Ok(Ok(())) => return,
        Ok(Err(error)) => error.to_string(),
        Err(_) => "it cannot be read any further".to_owned(),
    };
    let _ = hand.send(Handed::Broken(broken));
}

/// The folders of the store at `path`, and its nodes.
fn opened(path: &Path) -> io::Result<(Rc<dyn Store>, Box<dyn Blocks>)> {
    let reader =
        || -> io::Result<Box<BufReader<File>>> { Ok(Box::new(BufReader::new(File::open(path)?))) };
    if let Ok(file) = UnicodePstFile::read_from(reader()?) {
        let opened = Wide::of(file)?;
        return Ok((opened.store(), Box::new(opened)));
    }
    let opened = Narrow::of(AnsiPstFile::read_from(reader()?)?)?;
    Ok((opened.store(), Box::new(opened)))
}

struct Walk<'h> {
    store: Rc<dyn Store>,
    blocks: &'h dyn Blocks,
    hand: &'h SyncSender<Handed>,
}

impl Walk<'_> {
    fn store(&self) -> io::Result<()> {
        let top = self.store.properties().ipm_sub_tree_entry_id()?;
        let folder = self.store.open_folder(&top)?;
        self.folder(&*folder, "", DEEPEST);
        Ok(())
    }

    /// Hands a folder over, and those within it. False if nobody takes any more.
    fn folder(&self, folder: &dyn Folder, name: &str, depth: usize) -> bool {
        for node in rows(folder.contents_table()) {
            let place = format!("{node:08x}");
            let read = catch_unwind(AssertUnwindSafe(|| self.message(node)));
            let read = read.unwrap_or_else(|_| Err(refuse("unreadable", "it is damaged")));
            if self.hand.send(Handed::Message { folder: name.to_owned(), place, read }).is_err() {
                return false;
            }
        }
        if depth == 0 {
            return true;
        }
        for node in rows(folder.hierarchy_table()) {
            let id = self.store.properties().make_entry_id(NodeId::from(node));
            let Ok(inner) = id.and_then(|id| self.store.open_folder(&id)) else {
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
            if !self.folder(&*inner, &path, depth - 1) {
                return false;
            }
        }
        true
    }

    fn message(&self, node: u32) -> Result<Vec<u8>, Refusal> {
        let damaged = |error: io::Error| refuse("unreadable", error.to_string());
        let node = self.blocks.node(node).map_err(damaged)?;
        let item = node::item(self.blocks, &node).map_err(damaged)?;
        if !item.is_mail() {
            let detail = format!("it is no mail but {} of Outlook", item.class());
            return Err(refuse("not_a_message", detail));
        }
        Ok(compose::message(&item))
    }
}

/// The numbers of the rows of a table.
pub fn rows(table: Option<&Rc<dyn TableContext>>) -> Vec<u32> {
    let ids =
        |table: &Rc<dyn TableContext>| table.rows_matrix().map(|row| row.id().into()).collect();
    table.map(ids).unwrap_or_default()
}
