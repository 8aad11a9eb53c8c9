//! Where rule sets come from: the configuration's folder, else the set that is built in.

use std::{path::Path, sync::Arc};

use app::rules::RuleSources;
use sandbox::PluginLoader;
use scripting::RhaiLoader;

use store::Views;

use crate::{config::Config, packs::KeyedPacks};

/// What a set is called that does not say so itself and has no folder.
const BUILT_IN: &str = "default";

/// Where compiled plugins are kept, within the data directory.
const COMPILED: &str = "compiled-plugins";

/// The sources of rule sets as the configuration says; compiled plugins are kept in the directory
/// `data`, drafts in `drafts`.
pub fn sources(config: &Config, data: &Path, drafts: Arc<dyn Views>) -> RuleSources {
    let loader = Arc::new(PluginLoader::new(Arc::new(RhaiLoader), data.join(COMPILED)));
    let dir = config.rules.dir.clone();
    let name = dir.as_deref().and_then(|dir| dir.file_name()?.to_str()).unwrap_or(BUILT_IN);
    RuleSources {
        loader,
        name: name.to_owned(),
        four_eyes: config.rules.four_eyes,
        packs: Arc::new(KeyedPacks::new(config)),
        drafts,
        folder: dir
            .map(|dir| -> app::rules::ReadFolder { Box::new(move || scripting::read_files(&dir)) }),
    }
}
