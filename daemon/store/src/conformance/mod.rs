//! What every adapter of a port must do. Each port has a list of checks, each for a fresh store; a
//! check panics where the adapter fails it.

mod evidence;
mod journal;
mod leases;
pub mod samples;
mod search;
mod views;

pub use evidence::EVIDENCE;
pub use journal::JOURNAL;
pub use leases::LEASES;
pub use search::SEARCH;
pub use views::VIEWS;

/// A check of an adapter of `P`, with the name of what a user would lose.
pub type Check<P> = (&'static str, fn(&P));

/// Runs `checks`, each on what `fresh` gives for it.
pub fn run<P: ?Sized, F: AsRef<P>>(checks: &[Check<P>], mut fresh: impl FnMut() -> F) {
    for (name, check) in checks {
        log::info!("{name}");
        check(fresh().as_ref());
    }
}
