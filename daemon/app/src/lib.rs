//! The use cases: capture, project, query, correct, export, verify, rebuild.
//!
//! This crate joins the pure rooms (mail, engine) to the ports of `store`. It opens no file and
//! no socket itself, reads no clock (`now` is a parameter) and knows no script language.
//!
//! Start with [`Watchkeeper`], which owns the ports. A message's way leads through [`capture`]
//! (bytes kept, fact recorded), [`project`] (placed in a case), [`derive`] (assessed, findings
//! recorded) and `index`; [`record`] is what readers get, and [`query`] how.

mod acts;
pub mod alerts;
mod answers;
pub mod backups;
pub mod baselines;
mod batch;
pub mod board;
pub mod capture;
mod card;
mod case_files;
mod courses;
pub mod derive;
pub mod digests;
mod error;
pub mod export;
pub mod fields;
pub mod files;
pub mod handoff;
pub mod hours;
mod import;
pub mod imports;
pub mod incomplete;
mod index;
mod judging;
mod library;
pub mod mailbox;
pub mod observe;
pub mod organisation;
pub mod outbox;
pub mod outside;
mod overlay;
mod passages;
pub mod pilot;
mod plugins;
pub mod project;
pub mod promises;
pub mod query;
pub mod quiet;
pub mod record;
mod regroup;
pub mod rules;
pub mod saved;
pub mod seal;
pub mod searches;
mod settings;
mod siblings;
pub mod source;
pub mod sources;
mod standing;
mod tables;
mod texts;
mod titles;
pub mod verify;
mod waiting;
mod watchkeeper;

pub use acts::NewNote;
pub use capture::Progress;
pub use engine::{
    DueLedger, Period,
    plugin::{About, Detail, FieldValue, PluginReport, Standing},
};
pub use error::{AppError, Result};
pub use import::Kept;
pub use query::{PageRequest, queues::QueueFilter, search::SearchRequest};
pub use settings::{Hours, Settings, TeamHours};
pub use verify::Checked;
pub use watchkeeper::{LiveEvent, Ports, Watchkeeper};
