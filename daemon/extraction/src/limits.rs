//! What reading one file may cost.

use serde::{Deserialize, Serialize};

/// Caps on reading one file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limits {
    /// Bytes of the file. Default 64 MiB.
    pub file_bytes: u64,
    /// Seconds that reading it may take. Default 20.
    pub seconds: u32,
    /// Bytes of memory that the child may fill. Default 240 MiB, which with the program's own code
    /// stays below 300 MB.
    pub memory: u64,
    /// Files within files within files. Default 6.
    pub depth: u32,
    /// Bytes of text. Default 4 MiB.
    pub text_bytes: u64,
    /// Bytes that it, and all in it, may unpack to. Default 256 MiB.
    pub unpacked_bytes: u64,
    /// How many times larger what it unpacks to may be, from 16 MiB on. Default 150.
    pub ratio: u64,
    /// Files within it. Default 2,000.
    pub files: u32,
    /// Pictures handed on for OCR. Default 20.
    pub pictures: u32,
    /// Their bytes together. Default 32 MiB.
    pub picture_bytes: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            file_bytes: 64 << 20,
            seconds: 20,
            memory: 240 << 20,
            depth: 6,
            text_bytes: 4 << 20,
            unpacked_bytes: 256 << 20,
            ratio: 150,
            files: 2_000,
            pictures: 20,
            picture_bytes: 32 << 20,
        }
    }
}
