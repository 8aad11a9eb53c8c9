//! The nodes of a store and the blocks they are made of (MS-PST 2.2), for stores of either width.
//!
//! The library opens messages only where they have recipients, and none of what is attached to a
//! message within a message. So messages are read from their nodes; nodes, blocks and tables are its.

use std::{cell::RefCell, collections::BTreeMap, io, rc::Rc};

use outlook_pst::{
    AnsiPstFile, PstFile as _, UnicodePstFile,
    ltp::table_context::{AnsiTableContext, TableContext, UnicodeTableContext},
    messaging::store::{AnsiStore, Store, UnicodeStore},
    ndb::{
        block::{Block as _, DataTree, SubNodeTree},
        block_id::{AnsiPageId, BlockId as _, UnicodePageId},
        header::Header as _,
        node_id::NodeId,
        page::{
            AnsiBlockBTree, AnsiNodeBTreeEntry, NodeBTreeEntry as _, UnicodeBlockBTree,
            UnicodeNodeBTreeEntry,
        },
        root::Root as _,
    },
};

/// The block of a node's data, and that of the nodes below it.
#[derive(Debug, Clone, Copy)]
pub struct Node {
    /// Its number, which is unique in its place.
    pub id: u32,
    /// Where its data is.
    pub data: u64,
    /// Where the nodes below it are listed, if it has any.
    pub below: Option<u64>,
}

/// A store by its nodes.
pub trait Blocks {
    /// The node of this number.
    fn node(&self, id: u32) -> io::Result<Node>;
    /// The data at `block`, piece by piece.
    fn pieces(&self, block: u64) -> io::Result<Vec<Vec<u8>>>;
    /// The nodes listed at `block`, by their numbers.
    fn below(&self, block: u64) -> io::Result<BTreeMap<u32, Node>>;
    /// The table in a node.
    fn table(&self, node: &Node) -> io::Result<Rc<dyn TableContext>>;
}

/// A store that is open; `Pages` are those of its list of blocks that were read.
pub struct Opened<File, Store, Pages> {
    file: Rc<File>,
    store: Rc<Store>,
    pages: RefCell<Pages>,
}

/// A store of Outlook 2003 and later.
pub type Wide = Opened<UnicodePstFile, UnicodeStore, BTreeMap<UnicodePageId, UnicodeBlockBTree>>;
/// A store of Outlook 97 to 2002.
pub type Narrow = Opened<AnsiPstFile, AnsiStore, BTreeMap<AnsiPageId, AnsiBlockBTree>>;

// The library implements its parts for both widths by traits that it keeps to itself, so that no
// function can be written for the two.
macro_rules! of_width {
    ($opened:ty, $file:ty, $store:ty, $blocks:ty, $table:ty, $entry:ty, $number:ty) => {
        impl $opened {
            /// The store in `file`.
            pub fn of(file: $file) -> io::Result<Self> {
                let file = Rc::new(file);
                let store = <$store>::read(file.clone())?;
                Ok(Self { file, store, pages: RefCell::default() })
            }

            /// Its folders.
            pub fn store(&self) -> Rc<dyn Store> {
                self.store.clone()
            }
        }

        impl Blocks for $opened {
            fn node(&self, id: u32) -> io::Result<Node> {
                let node = self.file.read_node(NodeId::from(id))?;
                let below = node.sub_node().map(|block| block.into_u64());
                Ok(Node { id, data: node.data().into_u64(), below })
            }

            fn pieces(&self, block: u64) -> io::Result<Vec<Vec<u8>>> {
                let mut reader = self.file.reader().lock().map_err(|_| unusable())?;
                let (header, pages) = (self.file.header(), &mut *self.pages.borrow_mut());
                let blocks = <$blocks>::read(&mut *reader, *header.root().block_btree())?;
                let key = number::<$number>(block)? & !1;
                let found = blocks.find_entry(&mut *reader, key, pages)?;
                let how = header.crypt_method();
                let tree = DataTree::<$file>::read(&mut *reader, how, &found)?;
                let mut known = BTreeMap::new();
                let pieces = tree.blocks(&mut *reader, how, &blocks, pages, &mut known)?;
                Ok(pieces.map(|piece| piece.data().to_vec()).collect())
            }

            fn below(&self, block: u64) -> io::Result<BTreeMap<u32, Node>> {
                let mut reader = self.file.reader().lock().map_err(|_| unusable())?;
                let (header, pages) = (self.file.header(), &mut *self.pages.borrow_mut());
                let blocks = <$blocks>::read(&mut *reader, *header.root().block_btree())?;
                let key = number::<$number>(block)? & !1;
                let found = blocks.find_entry(&mut *reader, key, pages)?;
                let tree = SubNodeTree::<$file>::read(&mut *reader, &found)?;
                let entries = tree.entries(&mut *reader, &blocks, pages)?;
                Ok(entries
                    .map(|entry| {
                        let id = u32::from(entry.node());
                        let below = entry.sub_node().map(|block| block.into_u64());
                        (id, Node { id, data: entry.block().into_u64(), below })
                    })
                    .collect())
            }

            fn table(&self, node: &Node) -> io::Result<Rc<dyn TableContext>> {
                let block = |block| number::<$number>(block).map(Into::into);
                let below = node.below.map(block).transpose()?;
                let entry = <$entry>::new(NodeId::from(node.id), block(node.data)?, below, None);
                <$table>::read(self.store.clone(), entry)
            }
        }
    };
}

of_width!(
    Wide,
    UnicodePstFile,
    UnicodeStore,
    UnicodeBlockBTree,
    UnicodeTableContext,
    UnicodeNodeBTreeEntry,
    u64
);
of_width!(
    Narrow,
    AnsiPstFile,
    AnsiStore,
    AnsiBlockBTree,
    AnsiTableContext,
    AnsiNodeBTreeEntry,
    u32
);

fn number<N: TryFrom<u64>>(block: u64) -> io::Result<N> {
    N::try_from(block).map_err(|_| io::Error::other("a block has an impossible number"))
}

fn unusable() -> io::Error {
    io::Error::other("the store cannot be read any further")
}
