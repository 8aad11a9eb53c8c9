//! A sliding view of a large input.

use std::io;

use crate::disk::ReadAt;

const CHUNK: usize = 256 << 10;

/// Shows any stretch of an input while it holds one chunk of it.
#[derive(Debug)]
pub struct Window<R> {
    input: R,
    size: u64,
    base: u64,
    held: Vec<u8>,
}

impl<R: ReadAt> Window<R> {
    /// A window over the first `size` bytes of `input`.
    pub fn new(input: R, size: u64) -> Self {
        Self { input, size, base: 0, held: Vec::new() }
    }

    /// The input below.
    pub fn input(&self) -> &R {
        &self.input
    }

    /// How many bytes the input has.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// The bytes from `offset` on: at least `least` of them, fewer only at the end of the input.
    pub fn from(&mut self, offset: u64, least: usize) -> io::Result<&[u8]> {
        let wanted = (least as u64).min(self.size.saturating_sub(offset)) as usize;
        let held_until = self.base + self.held.len() as u64;
        if offset < self.base || offset + wanted as u64 > held_until {
            self.load(offset, wanted)?;
        }
        Ok(self.held.get((offset - self.base) as usize..).unwrap_or(&[]))
    }

    fn load(&mut self, offset: u64, wanted: usize) -> io::Result<()> {
        let rest = self.size.saturating_sub(offset);
        let length = (wanted.max(CHUNK) as u64).min(rest) as usize;
        self.held.resize(length, 0);
        self.base = offset;
        let filled = self.input.read_at(&mut self.held, offset)?;
        if filled < length {
            // The file became shorter while it was read: it ends here.
            self.held.truncate(filled);
            self.size = offset + filled as u64;
        }
        Ok(())
    }
}
