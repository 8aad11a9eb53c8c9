//! A message of a store, from the nodes that it is made of (MS-PST 2.4.5 and 2.4.6).

use std::{cell::Cell, collections::BTreeMap, io};

use outlook_pst::ltp::{prop_context::PropertyValue, table_context::TableContext};

use super::{
    blocks::{Blocks, Node},
    heap::Heap,
    item::{Attachment, DATA, Item, METHOD, Properties, Value},
    pst::rows,
};

/// Messages within messages within messages that are read.
const DEEPEST: usize = 8;
/// Attachments that are read of one message and of those within it.
const MOST: usize = 2000;
/// The kinds of nodes below a message, in the last bits of their numbers (MS-PST 2.2.2.1).
const OF_ATTACHMENT: u32 = 0x05;
const OF_ATTACHMENTS: u32 = 0x11;
const OF_RECIPIENTS: u32 = 0x12;
/// The attachment is a message (MS-OXCMSG 2.2.2.9).
const MESSAGE: i64 = 5;

type Below = BTreeMap<u32, Node>;

/// The message in `node`.
pub fn item(blocks: &dyn Blocks, node: &Node) -> io::Result<Item> {
    Reader { blocks, left: Cell::new(MOST) }.item(node, DEEPEST)
}

struct Reader<'b> {
    blocks: &'b dyn Blocks,
    /// Attachments that may still be read: nodes may lead into one another.
    left: Cell<usize>,
}

impl Reader<'_> {
    fn item(&self, node: &Node, depth: usize) -> io::Result<Item> {
        let (properties, below) = read(self.blocks, node)?;
        let table = |kind: u32| {
            let node = below.values().find(|node| node.id & 0x1f == kind)?;
            self.blocks.table(node).ok()
        };
        let recipients = table(OF_RECIPIENTS).map(|table| table_rows(&*table)).unwrap_or_default();
        // The table says which attachments there are; where it is damaged, their nodes do.
        let all = || below.keys().copied().filter(|id| id & 0x1f == OF_ATTACHMENT).collect();
        let listed = table(OF_ATTACHMENTS).map_or_else(all, |table| rows(Some(&table)));
        let mut item = Item { properties, recipients, attachments: Vec::new() };
        for id in listed {
            let Some(left) = self.left.get().checked_sub(1) else { break };
            self.left.set(left);
            let node = below.get(&id);
            let read = node.and_then(|node| self.attachment(node, &below, depth).ok());
            // What is damaged keeps its place; the rest of the message is not.
            item.attachments.push(read.unwrap_or_default());
        }
        Ok(item)
    }

    /// An attachment; `beside` are the nodes of its message.
    fn attachment(&self, node: &Node, beside: &Below, depth: usize) -> io::Result<Attachment> {
        let (properties, below) = read(self.blocks, node)?;
        let inner = properties.number(DATA).and_then(|id| u32::try_from(id).ok());
        let inner = inner.filter(|_| properties.number(METHOD) == Some(MESSAGE) && depth > 0);
        let inner = inner.and_then(|id| below.get(&id).or_else(|| beside.get(&id)));
        let message = inner.and_then(|node| self.item(node, depth - 1).ok()).map(Box::new);
        Ok(Attachment { properties, message })
    }
}

/// What is said of a node, and the nodes below it.
fn read(blocks: &dyn Blocks, node: &Node) -> io::Result<(Properties, Below)> {
    let below = node.below.map(|block| blocks.below(block)).transpose()?.unwrap_or_default();
    let data = |id: u32| Some(blocks.pieces(below.get(&id)?.data).ok()?.concat());
    let properties = Heap(&blocks.pieces(node.data)?).properties(&data);
    let properties = properties.ok_or_else(|| io::Error::other("it holds no properties"))?;
    Ok((properties, below))
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

#[cfg(test)]
mod tests {
    use std::rc::Rc;

    use super::{
        super::{heap::tests::heap_of, item::SUBJECT},
        *,
    };

    /// Nodes by the blocks that they name: data, and what is below.
    #[derive(Default)]
    struct Made {
        data: BTreeMap<u64, Vec<u8>>,
        below: BTreeMap<u64, Below>,
    }

    impl Made {
        /// A node with these properties and the nodes below it.
        fn add(&mut self, id: u32, properties: &[(u16, Value)], below: &[Node]) -> Node {
            let block = self.data.len() as u64;
            self.data.insert(block, heap_of(properties));
            let has = !below.is_empty();
            self.below.insert(block, below.iter().map(|node| (node.id, *node)).collect());
            Node { id, data: block, below: has.then_some(block) }
        }
    }

    impl Blocks for Made {
        fn node(&self, id: u32) -> io::Result<Node> {
            Ok(Node { id, data: 0, below: None })
        }

        fn pieces(&self, block: u64) -> io::Result<Vec<Vec<u8>>> {
            Ok(vec![self.data.get(&block).ok_or(io::ErrorKind::NotFound)?.clone()])
        }

        fn below(&self, block: u64) -> io::Result<Below> {
            Ok(self.below.get(&block).ok_or(io::ErrorKind::NotFound)?.clone())
        }

        fn table(&self, _: &Node) -> io::Result<Rc<dyn TableContext>> {
            Err(io::ErrorKind::Unsupported.into())
        }
    }

    fn said(text: &str) -> Value {
        Value::Text(text.to_owned())
    }

    #[test]
    fn what_is_attached_to_a_message_within_a_message_is_read_and_nobody_need_be_addressed() {
        let mut made = Made::default();
        let log = [(DATA, Value::Bytes(b"the log".to_vec())), (METHOD, Value::Number(1))];
        let file = made.add(0x8025, &log, &[]);
        let inner = made.add(0x44, &[(SUBJECT, said("Within"))], &[file]);
        let held = [(METHOD, Value::Number(MESSAGE)), (DATA, Value::Number(0x44))];
        let message = made.add(0x8045, &held, &[inner]);
        let lost = Node { id: 0x8065, data: 99, below: None };
        let outer = made.add(0x20_0024, &[(SUBJECT, said("Around"))], &[message, lost]);
        let item = item(&made, &outer).unwrap();
        assert_eq!(item.properties.0.get(&SUBJECT), Some(&said("Around")));
        assert!(item.recipients.is_empty());
        assert_eq!(item.attachments[1], Attachment::default(), "what is lost keeps its place");
        let within = item.attachments[0].message.as_ref().unwrap();
        assert_eq!(within.attachments[0].properties.bytes(DATA), Some(&b"the log"[..]));
    }

    #[test]
    fn a_message_that_holds_itself_many_times_over_ends() {
        let mut made = Made::default();
        let held = [(METHOD, Value::Number(MESSAGE)), (DATA, Value::Number(0x24))];
        let outer = made.add(0x24, &[(SUBJECT, said("Again"))], &[]);
        let around = Node { below: Some(0), ..outer };
        let mut below = Below::from([(0x24, around)]);
        for number in 0..50 {
            let file = made.add(0x8005 + number * 0x20, &held, &[]);
            below.insert(file.id, file);
        }
        made.below.insert(0, below);
        let mut open = vec![item(&made, &around).unwrap()];
        let mut read = 0;
        while let Some(item) = open.pop() {
            read += item.attachments.len();
            open.extend(item.attachments.into_iter().filter_map(|a| a.message).map(|m| *m));
        }
        assert_eq!(read, MOST);
    }
}
