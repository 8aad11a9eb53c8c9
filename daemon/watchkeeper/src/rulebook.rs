//! Where rule sets come from: the configuration's folder, else the set that is built in.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use app::rules::{ReadFolder, RuleSources, TeamRules};
use model::fact::RulesOrigin;
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
        teams: teams(config).collect(),
        folder: dir.map(|dir| -> ReadFolder { Box::new(move || scripting::read_files(&dir)) }),
    }
}

/// The teams with a set of their own.
fn teams(config: &Config) -> impl Iterator<Item = (String, TeamRules)> + '_ {
    config.team_rules().map(|(team, rules)| {
        let dir = PathBuf::from(rules);
        let shipped = scripting::shipped_names().any(|name| name == rules);
        let origin = if shipped { RulesOrigin::BuiltIn } else { RulesOrigin::Folder };
        let name = dir.file_name().and_then(|name| name.to_str()).unwrap_or(team).to_owned();
        let read: ReadFolder = match scripting::shipped_files(rules).filter(|_| shipped) {
            Some(files) => Box::new(move || Ok(files.clone())),
            None => Box::new(move || scripting::read_files(&dir)),
        };
        (team.to_owned(), TeamRules { name, origin, read })
    })
}

/// The folders that rule sets are read from, each with its team.
pub fn folders(config: &Config) -> Vec<(Option<String>, PathBuf)> {
    let default = config.rules.dir.clone().map(|dir| (None, dir));
    let own = config
        .team_rules()
        .filter(|(_, rules)| scripting::shipped_names().all(|name| name != *rules));
    let own = own.map(|(team, rules)| (Some(team.to_owned()), PathBuf::from(rules)));
    default.into_iter().chain(own).collect()
}
