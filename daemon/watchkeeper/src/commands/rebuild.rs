//! `watchkeeper rebuild`: views and index again from journal and evidence.

use crate::{
    cli::{Common, Rebuild},
    clock, console, wiring,
};

/// Builds again.
pub fn run(common: &Common, options: &Rebuild) -> anyhow::Result<()> {
    wiring::require_data(&wiring::data_dir(common))?;
    let open = wiring::open(common, wiring::config(common)?)?;
    let mut bar = console::Progress::new("rebuild", None);
    let mut show = |done, total| bar.show(done, Some(total), "");
    if options.search_only {
        open.app.rebuild_search(&mut show)?;
    } else {
        open.app.rebuild(clock::now(), &mut show)?;
    }
    bar.done();
    let status = open.app.status()?;
    console::line(&format!(
        "{} in {} from {}",
        console::counted(status.messages, "message", "messages"),
        console::counted(status.cases, "case", "cases"),
        console::counted(status.facts, "fact", "facts")
    ));
    Ok(())
}
