//! Rule sets with plugins: what loads scripts, with the plugins that lie beside them.

use std::{
    collections::BTreeSet,
    path::PathBuf,
    sync::{Arc, OnceLock},
};

use engine::{
    CaseFile, Evaluator, RuleError,
    plugin::Standing,
    rule_set::{
        FixtureRequest, LoadedRules, ReferenceInfo, RuleFiles, RuleLoader, SignalInfo, TestOutcome,
        TraceRequest, Tracer,
    },
};
use model::{PluginName, RuleSetId, SignalId};

use crate::{
    evaluator::PluginEvaluator,
    folder::{Folder, folders},
    host::Host,
    trace::{PluginTraced, ScriptsTraced},
};

/// Loads rule sets with their plugins. The host starts with the first set that has any.
pub struct PluginLoader {
    scripts: Arc<dyn RuleLoader>,
    cache: PathBuf,
    host: OnceLock<Result<Host, String>>,
}

impl std::fmt::Debug for PluginLoader {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PluginLoader").field("cache", &self.cache).finish_non_exhaustive()
    }
}

impl PluginLoader {
    /// Loads scripts by `scripts` and keeps compiled plugins in the directory `cache`.
    pub fn new(scripts: Arc<dyn RuleLoader>, cache: PathBuf) -> Self {
        Self { scripts, cache, host: OnceLock::new() }
    }

    fn host(&self) -> Result<&Host, RuleError> {
        let started = self
            .host
            .get_or_init(|| Host::new(Some(&self.cache)).map_err(|error| error.to_string()));
        started.as_ref().map_err(|message| RuleError {
            file: "plugins".to_owned(),
            position: None,
            message: message.clone(),
        })
    }
}

impl RuleLoader for PluginLoader {
    fn built_in(&self) -> RuleFiles {
        self.scripts.built_in()
    }

    fn belongs(&self, path: &str) -> bool {
        self.scripts.belongs(path)
    }

    fn load(
        &self,
        name: &str,
        files: RuleFiles,
        tests: bool,
    ) -> Result<Arc<dyn LoadedRules>, Vec<RuleError>> {
        let found = folders(&files).map_err(|error| {
            vec![RuleError { file: error.file, position: None, message: error.message }]
        });
        // Scripts first: what is wrong with a manifest is said there with its line.
        let scripts = self.scripts.load(name, files, tests)?;
        let found = found?;
        if found.is_empty() {
            return Ok(scripts);
        }
        let host = self.host().map_err(|error| vec![error])?.clone();
        Ok(Arc::new(PluginRules { scripts, host, folders: found }))
    }
}

/// A rule set that has plugins.
struct PluginRules {
    scripts: Arc<dyn LoadedRules>,
    host: Host,
    folders: Vec<Folder>,
}

impl PluginRules {
    /// The plugin that declares this signal.
    fn plugin_of(&self, signal: &SignalId) -> Option<PluginName> {
        let manifests = self.folders.iter().map(Folder::manifest);
        let mut declaring = manifests.filter(|manifest| manifest.signal(signal).is_some());
        declaring.next().map(|manifest| manifest.name.clone())
    }
}

impl LoadedRules for PluginRules {
    fn id(&self) -> &RuleSetId {
        self.scripts.id()
    }

    fn files(&self) -> &RuleFiles {
        self.scripts.files()
    }

    fn signals(&self) -> Vec<SignalInfo> {
        let mut signals = self.scripts.signals();
        for folder in &self.folders {
            let name = &folder.manifest().name;
            signals.extend(folder.manifest().signals.iter().map(|signal| SignalInfo {
                id: signal.id.clone(),
                title: signal.title.clone(),
                help: signal.help.clone(),
                weight: signal.weight,
                file: format!("plugins/{name}/plugin.toml"),
            }));
        }
        signals.sort_by(|a, b| a.id.cmp(&b.id));
        signals
    }

    fn reference(&self) -> Vec<ReferenceInfo> {
        self.scripts.reference()
    }

    fn evaluator(&self, disabled: &BTreeSet<String>) -> Arc<dyn Evaluator> {
        let scripts = self.scripts.evaluator(disabled);
        Arc::new(PluginEvaluator::new(scripts, &self.host, self.folders.clone()))
    }

    fn test(&self) -> Vec<TestOutcome> {
        self.scripts.test()
    }

    fn tracer(&self, asked: &TraceRequest) -> Result<Arc<dyn Tracer>, Vec<RuleError>> {
        let beside = |scripts| {
            PluginEvaluator::new(scripts, &self.host, self.folders.clone())
                .with_permits(&asked.permits)
        };
        let Some(plugin) = asked.signal.as_ref().and_then(|signal| self.plugin_of(signal)) else {
            let scripts = self.scripts.tracer(asked)?;
            let all = Arc::new(beside(Arc::clone(&scripts).evaluator()));
            return Ok(Arc::new(ScriptsTraced { scripts, all }));
        };
        let all = beside(self.scripts.evaluator(&BTreeSet::new()));
        if all.standing(&plugin) != Some(&Standing::AtWork) {
            let message = "the plugin does not run; an administrator has to grant it: see \
                           `watchkeeper plugin list`";
            return Err(vec![RuleError {
                file: format!("plugins/{plugin}/plugin.toml"),
                position: None,
                message: message.to_owned(),
            }]);
        }
        Ok(Arc::new(PluginTraced::new(all, plugin, asked)))
    }

    fn fixture(&self, case: &Arc<CaseFile>, asked: &FixtureRequest) -> String {
        self.scripts.fixture(case, asked)
    }
}
