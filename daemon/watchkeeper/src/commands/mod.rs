//! One file a command.

mod alerts;
mod backup;
mod coverage;
mod doctor;
mod export;
mod extract;
mod import;
mod init;
mod plugin;
mod rebuild;
mod restore;
mod rules;
mod search;
pub mod serve;
mod source;
mod user;
mod verify;

use std::process::ExitCode;

use crate::{
    cli::{Cli, Command, Export},
    demo, logging, wiring,
};

/// Runs a command. Exit codes: 0 done, 1 failed, 2 wrong usage (by the argument parser).
pub fn run(cli: Cli) -> anyhow::Result<ExitCode> {
    let common = cli.common;
    match &cli.command {
        // a child that reads what strangers sent: it looks at nothing else
        Command::Extract { memory } => return extract::read(*memory),
        Command::ExtractOcr { arguments } => return extract::ocr(arguments),
        _ => {}
    }
    let level = wiring::config(&common).map_or(log::LevelFilter::Info, |config| config.log.level.0);
    logging::start(level);
    match cli.command {
        Command::Serve(options) => serve::run(&common, &options).map(|()| ExitCode::SUCCESS),
        Command::Demo(options) => demo::run(&common, &options).map(|()| ExitCode::SUCCESS),
        Command::Init => init::run(&common).map(|()| ExitCode::SUCCESS),
        Command::Import(options) => import::run(&common, &options).map(|()| ExitCode::SUCCESS),
        Command::Export(Export::Cases { output }) => {
            export::run(&common, output.as_deref()).map(|()| ExitCode::SUCCESS)
        }
        Command::Alerts(options) => alerts::run(&common, &options).map(|()| ExitCode::SUCCESS),
        Command::Search(options) => search::run(&common, &options).map(|()| ExitCode::SUCCESS),
        Command::Source(options) => source::run(&common, &options).map(|()| ExitCode::SUCCESS),
        Command::Rules(options) => rules::run(&common, *options),
        Command::Plugin(options) => plugin::run(&common, &options),
        Command::User(options) => user::run(&common, &options).map(|()| ExitCode::SUCCESS),
        Command::Backup(asked) => backup::run(&common, &asked),
        Command::Restore(options) => restore::run(&common, &options).map(|()| ExitCode::SUCCESS),
        Command::Verify => verify::run(&common),
        Command::Rebuild(options) => rebuild::run(&common, &options).map(|()| ExitCode::SUCCESS),
        Command::Coverage(options) => coverage::run(&common, &options).map(|()| ExitCode::SUCCESS),
        Command::Extract { memory } => extract::read(memory),
        Command::ExtractOcr { arguments } => extract::ocr(&arguments),
        Command::Doctor => Ok(doctor::run(&common)),
    }
}
