//! The binary: command line, configuration, wiring, systemd; nothing else.
//!
//! `cli` declares the commands, `commands` holds one file for each, `wiring` opens the store and
//! puts the rooms together.

mod access;
mod backups;
mod cli;
mod clock;
mod commands;
mod config;
mod console;
mod demo;
mod durable;
mod files;
mod logging;
mod office;
mod outside;
mod packs;
mod rulebook;
mod seal;
mod shelf;
mod stop;
mod tables;
mod watching;
mod wiring;

use std::process::ExitCode;

use clap::Parser as _;

/// An import makes and drops many small texts on several threads; this allocator does that quicker
/// than the system's. Its second version gives back what is free sooner than its third.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    spare_memory();
    let cli = cli::Cli::parse();
    match commands::run(cli) {
        Ok(code) => code,
        Err(error) => {
            console::error(&error);
            ExitCode::FAILURE
        }
    }
}

/// Declines pages of 2 MiB. An import fills and frees small texts all over its memory: with large
/// pages it holds a quarter more of it and spends its time on clearing them.
fn spare_memory() {
    #[cfg(target_os = "linux")]
    if let Err(error) = rustix::thread::disable_transparent_huge_pages(true) {
        log::debug!(error:%; "the kernel keeps its large pages");
    }
}
