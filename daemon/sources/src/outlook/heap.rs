//! The properties of a node: a heap with a tree of values in it (MS-PST 2.3.1 to 2.3.3).

use super::item::{Properties, Value};

/// Levels of the tree; the format needs no more for all the numbers that there are.
const DEEPEST: u8 = 4;
/// Records that are looked at, of all levels: a property's number has 16 bits, and levels of a tree
/// that lead into one another must come to an end.
const MOST: usize = 1 << 17;
/// The mark of a heap, and that of the one that holds properties.
const HEAP: [u8; 2] = [0xec, 0xbc];
/// The mark of a tree.
const TREE: u8 = 0xb5;

/// Where the value of a property is if it is not in the tree itself.
pub enum Place<'h> {
    /// In the heap.
    Here(&'h [u8]),
    /// In the node of this number below.
    Below(u32),
}

/// A heap by its pieces.
pub struct Heap<'p>(pub &'p [Vec<u8>]);

impl<'p> Heap<'p> {
    /// All properties; `below` reads the data of a node. What cannot be read is left out: the rest of
    /// the message is there all the same. Nothing if this is no heap of properties.
    pub fn properties(&self, below: &dyn Fn(u32) -> Option<Vec<u8>>) -> Option<Properties> {
        let head = self.0.first()?;
        if head.get(2..4)? != HEAP {
            return None;
        }
        let tree = self.at(long(head, 4)?)?;
        if (tree.first()?, tree.get(1)?, tree.get(2)?) != (&TREE, &2, &6) {
            return None;
        }
        let levels = *tree.get(3)?;
        let (mut found, mut left) = (Properties::default(), MOST);
        if levels <= DEEPEST {
            self.branch(long(tree, 4)?, levels, below, &mut found, &mut left);
        }
        Some(found)
    }

    fn branch(
        &self,
        root: u32,
        levels: u8,
        below: &dyn Fn(u32) -> Option<Vec<u8>>,
        found: &mut Properties,
        left: &mut usize,
    ) {
        let records = self.at(root).unwrap_or_default();
        let size = if levels > 0 { 6 } else { 8 };
        let Some(rest) = left.checked_sub(records.len() / size) else { return };
        *left = rest;
        if levels > 0 {
            // The key of the first record there, and where it is.
            for next in records.chunks_exact(size).filter_map(|record| long(record, 2)) {
                self.branch(next, levels - 1, below, found, left);
            }
            return;
        }
        for record in records.chunks_exact(size) {
            if let (Some(id), Some(kind), Some(word)) =
                (short(record, 0), short(record, 2), long(record, 4))
                && let Some(value) = self.value(kind, word, below)
            {
                found.0.insert(id, value);
            }
        }
    }

    fn value(&self, kind: u16, word: u32, below: &dyn Fn(u32) -> Option<Vec<u8>>) -> Option<Value> {
        match kind {
            0x0002 => return Some(Value::Number(i64::from(word as u16 as i16))),
            0x0003 => return Some(Value::Number(i64::from(word as i32))),
            0x000b => return Some(Value::Number(i64::from(word & 0xff != 0))),
            _ => {}
        }
        let bytes = match self.place(word) {
            Some(Place::Here(bytes)) => bytes.to_vec(),
            Some(Place::Below(node)) => below(node)?,
            None => Vec::new(),
        };
        Some(match kind {
            // Of an object, the number of its node.
            0x000d => Value::Number(i64::from(long(&bytes, 0)?)),
            0x0014 => Value::Number(i64::from_le_bytes(bytes.get(..8)?.try_into().ok()?)),
            0x0040 => Value::Time(i64::from_le_bytes(bytes.get(..8)?.try_into().ok()?)),
            0x001e => Value::Narrow(bytes),
            0x001f => Value::wide(&bytes),
            0x0102 => Value::Bytes(bytes),
            _ => return None,
        })
    }

    /// Where a number leads; nowhere if it is nought.
    fn place(&self, number: u32) -> Option<Place<'p>> {
        match number {
            0 => None,
            heap if heap.trailing_zeros() >= 5 => Some(Place::Here(self.at(heap)?)),
            node => Some(Place::Below(node)),
        }
    }

    /// What lies at a number of the heap.
    fn at(&self, number: u32) -> Option<&'p [u8]> {
        let piece = self.0.get((number >> 16) as usize)?;
        let index = (number >> 5 & 0x7ff) as usize;
        let map = usize::from(short(piece, 0)?);
        let ends = |which: usize| short(piece, map + 4 + which * 2).map(usize::from);
        if index == 0 || index > usize::from(short(piece, map)?) {
            return None;
        }
        piece.get(ends(index - 1)?..ends(index)?)
    }
}

fn short(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_le_bytes(bytes.get(at..at + 2)?.try_into().ok()?))
}

fn long(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(bytes.get(at..at + 4)?.try_into().ok()?))
}

#[cfg(test)]
pub mod tests {
    use super::{super::item::SUBJECT, *};

    /// A heap of one piece with these entries; the first is its root.
    fn heap(entries: &[&[u8]]) -> Vec<u8> {
        let mut piece = vec![0, 0, 0xec, 0xbc];
        piece.extend(0x20_u32.to_le_bytes());
        piece.extend([0; 4]);
        let mut ends = vec![u16::try_from(piece.len()).unwrap()];
        for entry in entries {
            piece.extend(*entry);
            ends.push(u16::try_from(piece.len()).unwrap());
        }
        let map = u16::try_from(piece.len()).unwrap().to_le_bytes();
        piece[..2].copy_from_slice(&map);
        piece.extend(u16::try_from(entries.len()).unwrap().to_le_bytes());
        piece.extend([0; 2]);
        piece.extend(ends.iter().flat_map(|end| end.to_le_bytes()));
        piece
    }

    /// A heap that holds these properties.
    pub fn heap_of(properties: &[(u16, Value)]) -> Vec<u8> {
        let (mut records, mut values) = (Vec::new(), Vec::new());
        for (id, value) in properties {
            let (kind, bytes) = match value {
                Value::Number(number) if *id == super::super::item::DATA => {
                    (0x0d, [number.to_le_bytes()].concat())
                }
                Value::Number(number) => {
                    records.extend(record(*id, 0x03, u32::try_from(*number).unwrap()));
                    continue;
                }
                Value::Text(text) => {
                    (0x1f, text.encode_utf16().flat_map(u16::to_le_bytes).collect())
                }
                Value::Narrow(bytes) => (0x1e, bytes.clone()),
                Value::Bytes(bytes) => (0x0102, bytes.clone()),
                Value::Time(ticks) => (0x40, ticks.to_le_bytes().to_vec()),
            };
            values.push(bytes);
            records.extend(record(*id, kind, u32::try_from((values.len() + 2) << 5).unwrap()));
        }
        let tree = [0xb5, 2, 6, 0, 0x40, 0, 0, 0];
        let mut entries: Vec<&[u8]> = vec![&tree, &records];
        entries.extend(values.iter().map(Vec::as_slice));
        heap(&entries)
    }

    fn record(id: u16, kind: u16, word: u32) -> Vec<u8> {
        [&id.to_le_bytes()[..], &kind.to_le_bytes(), &word.to_le_bytes()].concat()
    }

    #[test]
    fn values_are_read_wherever_they_lie_and_a_lost_one_loses_itself_alone() {
        let records = [
            record(SUBJECT, 0x1f, 0x60),
            record(0x0c15, 0x03, 2),
            record(0x1000, 0x1f, 0x25),
            record(0x1013, 0x0102, 0x45),
            record(0x3007, 0x40, 0x7fe0),
        ];
        let bytes = heap(&[&[0xb5, 2, 6, 0, 0x40, 0, 0, 0], &records.concat(), b"L\0o\0g\0"]);
        let pieces = [bytes];
        let below = |node: u32| (node == 0x25).then(|| b"B\0".to_vec());
        let found = Heap(&pieces).properties(&below).unwrap();
        assert_eq!(found.0.get(&SUBJECT), Some(&Value::Text("Log".to_owned())));
        assert_eq!(found.0.get(&0x0c15), Some(&Value::Number(2)));
        assert_eq!(found.0.get(&0x1000), Some(&Value::Text("B".to_owned())));
        assert_eq!(found.0.len(), 3, "what points nowhere is left out: {found:?}");
    }

    #[test]
    fn a_heap_that_is_none_or_leads_into_itself_gives_nothing() {
        assert!(Heap(&[]).properties(&|_| None).is_none());
        assert!(Heap(&[vec![7; 40]]).properties(&|_| None).is_none());
        // A branch whose thousand ways all lead back to it.
        let back = [1, 0, 0x40, 0, 0, 0].repeat(1000);
        let pieces = [heap(&[&[0xb5, 2, 6, 4, 0x40, 0, 0, 0], &back])];
        assert!(Heap(&pieces).properties(&|_| None).unwrap().0.is_empty());
    }
}
