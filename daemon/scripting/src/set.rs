//! A rule set: loaded whole or refused whole.

use std::{collections::BTreeMap, path::Path, sync::Arc};

use engine::{Evaluator, FieldSpec, Level, RuleError, plugin::Manifest};
use model::{RuleSetId, SignalId};
use reading::WordLists;
use rhai::Engine;

use crate::{
    api::{self, Entry, verdict},
    calendars::{self, CalendarSpec},
    check::Names,
    error::{RuleSetErrors, at, did_you_mean},
    extend,
    fields::{self, Field},
    files, plugins,
    policy::{self, Policy},
    sandbox::{bare_engine, weigh_variables},
    script::{Compiler, Script},
    trial::{self, TestResult},
};

const SEVERITY: &str = "severity.rhai";
const SHARED: &str = "shared.rhai";

/// The functions of a signal that the engine calls, with their numbers of arguments.
const HANDLERS: [(&str, usize); 5] =
    [("on_message", 2), ("on_note", 2), ("on_timer", 2), ("on_level", 1), ("on_promise", 2)];

/// A rule set that loaded: everything in it compiles, and unless asked otherwise its tests pass.
pub struct RuleSet {
    id: RuleSetId,
    name: String,
    files: BTreeMap<String, Vec<u8>>,
    pub(crate) engine: Engine,
    pub(crate) signals: Vec<Signal>,
    policies: Vec<Policy>,
    pub(crate) severity: Script,
    pub(crate) levels: Arc<[Level]>,
    pub(crate) lists: Arc<WordLists>,
    pub(crate) fields: Vec<Field>,
    specs: Vec<FieldSpec>,
    calendars: BTreeMap<String, CalendarSpec>,
    entries: Vec<Entry>,
}

impl std::fmt::Debug for RuleSet {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RuleSet").field("id", &self.id).finish_non_exhaustive()
    }
}

/// A signal of a rule set.
#[derive(Debug, Clone)]
pub struct Signal {
    /// Its name: that of its file.
    pub id: SignalId,
    /// A short title, such as `Repeated follow-up`.
    pub title: String,
    /// What it finds, from the comment on top of its file.
    pub help: String,
    /// Its weight in the attention score.
    pub weight: i32,
    /// Whether it only reminds: `const REMINDER = true`.
    pub reminder: bool,
    pub(crate) script: Script,
    pub(crate) handles: [bool; HANDLERS.len()],
}

/// Whether the tests of a set are run when it is loaded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tests {
    /// A set whose tests fail is refused.
    Run,
    /// They are left for [`RuleSet::run_tests`].
    Skip,
}

impl RuleSet {
    /// Loads the set in `directory` and runs its tests.
    pub fn load(directory: &Path) -> Result<Self, RuleSetErrors> {
        Self::read(directory, Tests::Run)
    }

    /// Loads the set in `directory`, with or without its tests. Where there is no such folder, a
    /// plain name is that of a set of the program.
    pub fn read(directory: &Path, tests: Tests) -> Result<Self, RuleSetErrors> {
        let files = extend::read(directory).map_err(|e| RuleSetErrors(vec![e]))?;
        let name = directory.file_name().and_then(|n| n.to_str()).unwrap_or("rules");
        Self::with_tests(name, files, tests)
    }

    /// Loads a set of these files, by path, and runs its tests. It is called `name` unless its
    /// `set.toml` says otherwise. Files that do not belong to a rule set are ignored. A set that
    /// extends one of the program is laid over it.
    pub fn from_files(name: &str, files: BTreeMap<String, Vec<u8>>) -> Result<Self, RuleSetErrors> {
        Self::with_tests(name, files, Tests::Run)
    }

    /// The default set, which the program was built with.
    pub fn default_set() -> Result<Self, RuleSetErrors> {
        Self::from_files("default", files::default_files())
    }

    /// The same as [`RuleSet::from_files`], with or without its tests.
    pub fn with_tests(
        name: &str,
        mut files: BTreeMap<String, Vec<u8>>,
        tests: Tests,
    ) -> Result<Self, RuleSetErrors> {
        files.retain(|path, _| files::belongs(path));
        let files = extend::resolve(files, &|_| Ok(None)).map_err(|e| RuleSetErrors(vec![e]))?;
        let mut loading = Loading { files, errors: Vec::new() };
        let set = loading.load(name);
        let (Some(set), true) = (set, loading.errors.is_empty()) else {
            return Err(RuleSetErrors(loading.errors));
        };
        if tests == Tests::Skip {
            return Ok(set);
        }
        let set = Arc::new(set);
        let failed: Vec<RuleError> =
            trial::run(&set).iter().filter_map(TestResult::error).collect();
        let alone = Arc::into_inner(set);
        match alone {
            Some(set) if failed.is_empty() => Ok(set),
            _ => Err(RuleSetErrors(failed)),
        }
    }

    /// Its name and the hash of all its files: `default@3fa29c01b7de`.
    pub fn id(&self) -> &RuleSetId {
        &self.id
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its files by path.
    pub fn files(&self) -> &BTreeMap<String, Vec<u8>> {
        &self.files
    }

    /// Its signals by name.
    pub fn signals(&self) -> &[Signal] {
        &self.signals
    }

    /// The signal of that name.
    pub fn signal(&self, id: &SignalId) -> Option<&Signal> {
        self.signals.binary_search_by(|s| s.id.cmp(id)).ok().map(|at| &self.signals[at])
    }

    /// Its policies by name.
    pub fn policies(&self) -> &[Policy] {
        &self.policies
    }

    /// The policy of that name.
    pub fn policy(&self, name: &str) -> Option<&Policy> {
        let place = self.policies.binary_search_by(|policy| policy.name.as_str().cmp(name)).ok()?;
        self.policies.get(place)
    }

    /// Its levels, the gravest first.
    pub fn levels(&self) -> &[Level] {
        &self.levels
    }

    /// Its fields by name.
    pub fn fields(&self) -> &[FieldSpec] {
        &self.specs
    }

    /// Its calendars by name; `default` is always there.
    pub fn calendars(&self) -> &BTreeMap<String, CalendarSpec> {
        &self.calendars
    }

    /// Its word lists.
    pub fn lists(&self) -> &WordLists {
        &self.lists
    }

    /// Everything that scripts can say, for a reference and for completion.
    pub fn reference(&self) -> &[Entry] {
        &self.entries
    }

    /// Runs the tests of a plugin of this set, which `evaluator` must have at work.
    pub fn run_plugin_tests(
        self: &Arc<Self>,
        plugin: &Manifest,
        evaluator: &dyn Evaluator,
    ) -> Vec<TestResult> {
        trial::beside::run(self, plugin, evaluator)
    }

    /// Runs its tests.
    pub fn run_tests(self: &Arc<Self>) -> Vec<TestResult> {
        trial::run(self)
    }
}

/// A set on its way, with what was found wrong so far.
struct Loading {
    files: BTreeMap<String, Vec<u8>>,
    errors: Vec<RuleError>,
}

impl Loading {
    fn load(&mut self, name: &str) -> Option<RuleSet> {
        let name = self.card(name);
        let lists = self.lists();
        let calendars = self.calendars();
        let mut engine = bare_engine();
        let entries = api::register(&mut engine);
        let mut plain = bare_engine();
        api::register(&mut plain);
        let signal_names = self.signal_names();
        let (plugins, wrong) = plugins::manifests(&self.files, &signal_names);
        self.errors.extend(wrong);
        let of_plugins = plugins.iter().flat_map(|p| &p.signals).map(|s| s.id.to_string());
        let all_names: Vec<String> = signal_names.iter().cloned().chain(of_plugins).collect();
        let mut names = Names::of(&engine, &self.list_names(), &all_names)
            .map_err(|e| self.errors.push(e))
            .ok()?;
        let mut compiler = Compiler::new(engine, plain);
        let shares_parts = self.shared(&mut compiler, &mut names)?;
        let signals: Vec<Signal> =
            signal_names.iter().filter_map(|n| self.signal(&compiler, &names, n)).collect();
        let policies = self.policies(&compiler, &names);
        let lists = lists?;
        let (fields, wrong) = fields::load(&self.files, &lists, &plugins);
        self.errors.extend(wrong);
        let (severity, levels) = self.severity(&compiler, &names)?;
        if signals.iter().any(|s| s.script.assigns_parts) || severity.assigns_parts || shares_parts
        {
            weigh_variables(&mut compiler.engine);
        }
        let hash = files::hash(&self.files);
        Some(RuleSet {
            id: RuleSetId::new(&format!("{name}@{hash}")),
            name,
            files: std::mem::take(&mut self.files),
            engine: compiler.engine,
            signals,
            policies,
            severity,
            levels: levels.into(),
            lists: Arc::new(lists),
            specs: fields.iter().map(|field| field.spec.clone()).collect(),
            fields,
            calendars: calendars?,
            entries,
        })
    }

    fn wrong(&mut self, file: &str, message: impl Into<String>) {
        self.errors.push(at(file, None, message));
    }

    fn text(&mut self, path: &str) -> Option<String> {
        let bytes = self.files.get(path)?.clone();
        let text = String::from_utf8(bytes).ok();
        if text.is_none() {
            self.wrong(path, "not UTF-8: save it as UTF-8");
        }
        text
    }

    fn card(&mut self, name: &str) -> String {
        let Some(text) = self.text(extend::CARD) else { return name.to_owned() };
        match extend::parse(&text) {
            Ok(card) if !card.name.is_empty() && !card.name.contains('@') => card.name,
            Ok(_) => {
                self.wrong(extend::CARD, "`name` must be a word without @");
                name.to_owned()
            }
            Err(error) => {
                self.errors.push(error);
                name.to_owned()
            }
        }
    }

    fn lists(&mut self) -> Option<WordLists> {
        let mut texts: BTreeMap<String, BTreeMap<String, String>> = BTreeMap::new();
        let paths: Vec<String> =
            self.files.keys().filter(|p| p.starts_with("words/")).cloned().collect();
        for path in paths {
            let parts: Vec<&str> = path.split('/').collect();
            let [_, language, file] = parts[..] else {
                self.wrong(&path, "word lists stand in words/<language>/<name>.txt");
                continue;
            };
            let list = file.trim_end_matches(".txt").to_owned();
            if let Some(text) = self.text(&path) {
                texts.entry(list).or_default().insert(language.to_owned(), text);
            }
        }
        match WordLists::compile(&texts) {
            Ok(lists) => Some(lists),
            Err(errors) => {
                let wrong =
                    errors.into_iter().map(|e| at(&e.file, Some((e.line, e.column)), e.message));
                self.errors.extend(wrong);
                None
            }
        }
    }

    fn calendars(&mut self) -> Option<BTreeMap<String, CalendarSpec>> {
        let Some(text) = self.text(calendars::FILE) else {
            self.wrong(calendars::FILE, "missing: declare at least [default.hours]");
            return None;
        };
        match calendars::parse(&text) {
            Ok(calendars) if calendars.contains_key("default") => Some(calendars),
            Ok(_) => {
                self.wrong(calendars::FILE, "no calendar called `default`");
                None
            }
            Err(errors) => {
                self.errors.extend(errors);
                None
            }
        }
    }

    /// Names of word lists, whether they compile or not.
    fn list_names(&self) -> Vec<String> {
        let paths = self.files.keys().filter(|p| p.starts_with("words/"));
        let names = paths.filter_map(|p| p.rsplit('/').next()?.strip_suffix(".txt"));
        names.map(ToOwned::to_owned).collect()
    }

    fn signal_names(&self) -> Vec<String> {
        let paths = self.files.keys().filter_map(|p| p.strip_prefix("signals/"));
        paths.filter_map(|p| p.strip_suffix(".rhai")).map(ToOwned::to_owned).collect()
    }

    fn compile(&mut self, compiler: &Compiler, names: &Names, path: &str) -> Option<Script> {
        let source = self.files.get(path)?.clone();
        compiler.compile(path, &source, names).map_err(|e| self.errors.extend(e)).ok()
    }

    /// Gives the functions of `shared.rhai` to all scripts, if there is such a file.
    /// Gives whether they assign to parts of values.
    fn shared(&mut self, compiler: &mut Compiler, names: &mut Names) -> Option<bool> {
        if !self.files.contains_key(SHARED) {
            return Some(false);
        }
        let script = self.compile(compiler, names, SHARED)?;
        names.add(script.functions());
        compiler.share(&script).map_err(|e| self.errors.push(e)).ok()?;
        Some(script.assigns_parts)
    }

    fn signal(&mut self, compiler: &Compiler, names: &Names, name: &str) -> Option<Signal> {
        let path = format!("signals/{name}.rhai");
        if !is_plain(name) {
            self.wrong(&path, "a signal's file name is lower-case letters, digits and _");
        }
        let script = self.compile(compiler, names, &path)?;
        let weight = match script.constant("WEIGHT").map(rhai::Dynamic::as_int) {
            Some(Ok(weight @ -100..=100)) => weight as i32,
            Some(_) => {
                self.wrong(&path, "WEIGHT is a whole number from -100 to 100");
                return None;
            }
            None => {
                self.wrong(&path, "missing: const WEIGHT, its weight in the attention score");
                return None;
            }
        };
        let reminder = match script.constant("REMINDER").map(rhai::Dynamic::as_bool) {
            None => false,
            Some(Ok(reminder)) => reminder,
            Some(Err(_)) => {
                self.wrong(&path, "REMINDER is true or false");
                return None;
            }
        };
        let handles = HANDLERS.map(|(name, arguments)| script.has(name, arguments));
        self.handlers(&script, handles);
        let (title, help) = titled(name, &script.doc);
        Some(Signal { id: SignalId::new(name), title, help, weight, reminder, script, handles })
    }

    fn policies(&mut self, compiler: &Compiler, names: &Names) -> Vec<Policy> {
        let paths = self.files.keys().filter_map(|p| p.strip_prefix("policies/"));
        let all: Vec<String> =
            paths.filter_map(|p| p.strip_suffix(".rhai")).map(ToOwned::to_owned).collect();
        all.iter().filter_map(|name| self.policy(compiler, names, name)).collect()
    }

    fn policy(&mut self, compiler: &Compiler, names: &Names, name: &str) -> Option<Policy> {
        let path = format!("policies/{name}.rhai");
        if !is_plain(name) {
            self.wrong(&path, "a policy's file name is lower-case letters, digits and _");
        }
        let script = self.compile(compiler, names, &path)?;
        self.errors.extend(policy::check(&path, script.ast()));
        let (handler, arguments) = policy::HANDLER;
        for (function, _) in script.functions().iter().filter(|(f, _)| f.starts_with("on_")) {
            if function != handler {
                self.wrong(&path, format!("nothing calls `{function}`; did you mean `{handler}`?"));
            }
        }
        if !script.has(handler, arguments) {
            self.wrong(&path, format!("missing: define {handler}(change)"));
        }
        let (title, help) = titled(name, &script.doc);
        Some(Policy { name: name.to_owned(), title, help, script })
    }

    /// Functions whose names look like handlers must be some.
    fn handlers(&mut self, script: &Script, handles: [bool; HANDLERS.len()]) {
        for (name, arguments) in script.functions() {
            match HANDLERS.iter().find(|(handler, _)| handler == name) {
                Some((_, wanted)) if wanted != arguments => {
                    self.wrong(
                        &script.file,
                        format!("{name} takes {wanted} arguments, not {arguments}"),
                    );
                }
                None if name.starts_with("on_") => {
                    let hint = did_you_mean(name, HANDLERS.map(|(handler, _)| handler));
                    self.wrong(&script.file, format!("nothing calls `{name}`{hint}"));
                }
                _ => {}
            }
        }
        if !handles.contains(&true) {
            self.wrong(&script.file, "nothing to call: define on_message(record, msg)");
        }
    }

    fn severity(&mut self, compiler: &Compiler, names: &Names) -> Option<(Script, Vec<Level>)> {
        if !self.files.contains_key(SEVERITY) {
            self.wrong(SEVERITY, "missing: define levels() and severity(record)");
            return None;
        }
        let script = self.compile(compiler, names, SEVERITY)?;
        for (name, arguments) in [("levels", 0), ("severity", 1)] {
            if !script.has(name, arguments) {
                self.wrong(SEVERITY, format!("missing: fn {name} with {arguments} arguments"));
                return None;
            }
        }
        let returned = script.call(&compiler.engine, "levels", None, ());
        let returned = returned.map_err(|e| self.errors.push(e)).ok()?;
        let levels = verdict::levels(&returned);
        let levels = levels.map_err(|message| self.wrong(SEVERITY, message)).ok()?;
        Some((script, levels))
    }
}

/// Whether a name is lower-case letters, digits and `_`.
fn is_plain(name: &str) -> bool {
    name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
}

/// The title and help of a signal from its doc comment, `Title: what it finds.`.
fn titled(name: &str, doc: &str) -> (String, String) {
    if let Some((title, help)) = doc.split_once(':')
        && title.len() <= 60
        && !title.contains('\n')
    {
        return (title.trim().to_owned(), help.trim().to_owned());
    }
    let mut title = name.replace('_', " ");
    if let Some(first) = title.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    (title, doc.to_owned())
}

#[cfg(test)]
mod tests;
