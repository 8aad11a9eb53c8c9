//! How attached files are read.

use std::path::PathBuf;

use extraction::{Limits, OcrCommand};
use serde::Deserialize;
use toml::Spanned;

use super::{Config, value};

/// How attached files are read.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Files {
    /// Whether they are read at all.
    pub read: bool,
    /// Larger files, in bytes, are not read.
    #[serde(deserialize_with = "value::bytes")]
    pub file_size: u64,
    /// Text of one file beyond this, in bytes, is not read.
    #[serde(deserialize_with = "value::bytes")]
    pub text_size: u64,
    /// What a file, and all in it, may unpack to, in bytes.
    #[serde(deserialize_with = "value::bytes")]
    pub unpacked_size: u64,
    /// Files within files are read this deep.
    pub depth: u32,
    /// How long one file may take.
    pub seconds: u32,
    /// The command that reads text out of pictures.
    pub ocr: Option<Ocr>,
}

/// The command that reads text out of pictures.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ocr {
    /// The program, by its absolute path.
    pub program: Spanned<PathBuf>,
    /// Its arguments. It gets a picture on standard input and gives text on standard output.
    #[serde(default)]
    pub arguments: Vec<String>,
    /// Folders that it may read and run programs from; it sees no others.
    #[serde(default = "system")]
    pub may_read: Vec<PathBuf>,
}

fn system() -> Vec<PathBuf> {
    ["/usr", "/lib", "/lib64", "/etc/ld.so.cache"].map(PathBuf::from).to_vec()
}

impl Default for Files {
    fn default() -> Self {
        let limits = Limits::default();
        Self {
            read: true,
            file_size: limits.file_bytes,
            text_size: limits.text_bytes,
            unpacked_size: limits.unpacked_bytes,
            depth: limits.depth,
            seconds: limits.seconds,
            ocr: None,
        }
    }
}

impl Files {
    /// What reading one file may cost.
    pub fn limits(&self) -> Limits {
        Limits {
            file_bytes: self.file_size,
            text_bytes: self.text_size,
            unpacked_bytes: self.unpacked_size,
            depth: self.depth,
            seconds: self.seconds,
            ..Limits::default()
        }
    }

    /// The command that reads text out of pictures, if one is allowed.
    pub fn ocr_command(&self) -> Option<OcrCommand> {
        self.ocr.as_ref().map(|ocr| OcrCommand {
            program: ocr.program.get_ref().clone(),
            arguments: ocr.arguments.clone(),
            may_read: ocr.may_read.clone(),
            by: vec!["extract-ocr".to_owned()],
        })
    }
}

impl Config {
    /// Checks how attached files are read.
    pub(super) fn check_files(&self) -> Result<(), (usize, String)> {
        let Some(ocr) = &self.files.ocr else { return Ok(()) };
        let program = ocr.program.get_ref();
        if program.is_absolute() {
            return Ok(());
        }
        let detail = format!(
            "the program for OCR has to be named by its whole path, such as /usr/bin/{}",
            program.display()
        );
        Err((ocr.program.span().start, detail))
    }
}
