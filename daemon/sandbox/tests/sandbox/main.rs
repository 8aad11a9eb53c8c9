//! The sandbox against plugins that mean no good, and the shipped samples against their tests.

mod beside_scripts;
mod guests;
mod hostile;
mod nonsense;
