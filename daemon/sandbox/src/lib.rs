//! Untrusted code: the host of WASM plugins.
//!
//! A plugin is a component by the contract in `plugins/wit`. It is given the outline of a case, and
//! beyond that only what its manifest asks for and an administrator granted: the rest is not even
//! linked. It has no file, socket, environment, clock or chance. Fuel decides how long a call may
//! take, so that it ends at the same place everywhere; processor time only kills what fuel does not
//! measure. Each call has a store of its own, and what it returns is checked before anybody sees it.
//!
//! Start with [`Host`], which compiles and keeps components, [`Plugin`], which calls one, and
//! [`PluginEvaluator`], which lets the plugins of a rule set decide beside its scripts.

mod answer;
mod componentize;
mod contract;
mod evaluator;
mod failure;
mod folder;
mod health;
mod host;
mod loader;
mod plugin;
mod ticker;
mod trace;
mod view;

pub use componentize::{BuildError, WIT, componentize};
pub use evaluator::PluginEvaluator;
pub use failure::PluginFailure;
pub use folder::{Folder, FolderError, folders};
pub use host::{Host, HostError};
pub use loader::PluginLoader;
pub use plugin::{Alert, Composed, Extracted, File, Plugin, Ran};
