//! `watchkeeper extract`: not for people. The service starts it to read attached files.

use std::{ffi::OsString, process::ExitCode};

use anyhow::Context as _;

/// Reads files until the service hangs up.
pub fn read(memory: u64) -> anyhow::Result<ExitCode> {
    extraction::child::run(memory).context("the connection to the service broke")?;
    Ok(ExitCode::SUCCESS)
}

/// Becomes the command for OCR.
pub fn ocr(arguments: &[OsString]) -> anyhow::Result<ExitCode> {
    Err(extraction::become_command(arguments)).context("the command for OCR does not start")
}
