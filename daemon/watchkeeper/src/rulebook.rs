//! Where rule sets come from: the configuration's folder, else the set that is built in.

use app::rules::RuleSources;
use scripting::RhaiLoader;

use crate::config::Config;

/// What a set is called that does not say so itself and has no folder.
const BUILT_IN: &str = "default";

/// The sources of rule sets as the configuration says.
pub fn sources(config: &Config) -> RuleSources {
    let loader = std::sync::Arc::new(RhaiLoader);
    let dir = config.rules.dir.clone();
    let name = dir.as_deref().and_then(|dir| dir.file_name()?.to_str()).unwrap_or(BUILT_IN);
    RuleSources {
        loader,
        name: name.to_owned(),
        four_eyes: config.rules.four_eyes,
        folder: dir.map(|dir| -> app::rules::ReadFolder {
            Box::new(move || scripting::read_files(&dir))
        }),
    }
}
