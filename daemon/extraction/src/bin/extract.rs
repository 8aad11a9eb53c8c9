//! The child alone, for tests: what `watchkeeper extract` is in the program.

use std::{ffi::OsString, process::ExitCode};

fn main() -> ExitCode {
    let arguments: Vec<OsString> = std::env::args_os().skip(1).collect();
    let word = arguments.first().and_then(|word| word.to_str()).unwrap_or_default();
    if word == "ocr" {
        let failed = extraction::become_command(&arguments[1..]);
        return ExitCode::from(failed.raw_os_error().map_or(1, |code| code as u8));
    }
    let memory = word.parse().unwrap_or(256 << 20);
    match extraction::child::run(memory) {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}
