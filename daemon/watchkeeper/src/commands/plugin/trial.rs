//! `watchkeeper plugin test`: a plugin against its fixtures, as the service would run it.

use std::{
    collections::BTreeMap,
    fs,
    io::Read as _,
    path::Path,
    process::ExitCode,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use anyhow::{Context as _, bail};
use engine::{
    Act, CaseFile, Described, Evaluator, Event, Level, Outcome, RuleError, Step, Verdict,
    plugin::{Manifest, Reading},
};
use model::{RuleSetId, SignalId, Span, SpanPart};
use sandbox::{Folder, Host, PluginEvaluator};
use scripting::{RhaiEvaluator, RuleSet, Tests};

use crate::{cli::Common, console};

/// The largest file of a plugin that is read, in bytes.
const MAX_FILE: u64 = 32 << 20;

/// The manifest, component and tests in `dir`, by their path in a rule set.
pub fn files(dir: &Path) -> anyhow::Result<BTreeMap<String, Vec<u8>>> {
    let full = dir.canonicalize().with_context(|| dir.display().to_string())?;
    let name = full.file_name().and_then(|name| name.to_str()).context("a folder has a name")?;
    let mut files = BTreeMap::new();
    for file in ["plugin.toml".to_owned(), format!("{name}.wasm")] {
        let path = full.join(&file);
        if !path.exists() {
            bail!("{} is missing: is this the folder of a plugin, and built?", path.display());
        }
        files.insert(format!("plugins/{name}/{file}"), read(&path)?);
    }
    let tests = full.join("tests");
    if tests.is_dir() {
        for entry in fs::read_dir(&tests)? {
            let path = entry?.path();
            let file = path.file_name().and_then(|file| file.to_str()).unwrap_or_default();
            if file.strip_suffix(".toml").is_some() {
                files.insert(format!("plugins/{name}/tests/{file}"), read(&path)?);
            }
        }
    }
    Ok(files)
}

fn read(path: &Path) -> anyhow::Result<Vec<u8>> {
    let shown = || path.display().to_string();
    let mut bytes = Vec::new();
    let file = fs::File::open(path).with_context(shown)?;
    file.take(MAX_FILE + 1).read_to_end(&mut bytes).with_context(shown)?;
    if bytes.len() as u64 > MAX_FILE {
        bail!("{} is larger than 32 MiB", path.display());
    }
    Ok(bytes)
}

/// The one plugin among `files`.
pub fn folder(files: &BTreeMap<String, Vec<u8>>) -> anyhow::Result<Folder> {
    sandbox::folders(files)?.pop().context("there is no plugin")
}

/// Runs the tests and shows what was found and what it cost.
pub fn run(common: &Common, dir: &Path) -> anyhow::Result<ExitCode> {
    let own = files(dir)?;
    let folder = folder(&own)?;
    let manifest = folder.manifest().clone();
    let mut files = scripting::default_files();
    files.extend(own);
    let set = Arc::new(RuleSet::with_tests("default", files, Tests::Skip)?);
    let host = Host::new(None)?;
    sandbox::Plugin::new(&host, folder.clone()).prepare()?;
    let scripts = Arc::new(RhaiEvaluator::new(Arc::clone(&set)));
    let plugins = PluginEvaluator::new(scripts, &host, vec![folder]).with_all_permitted();
    let watched = Watched { plugins, manifest: &manifest, seen: Mutex::default() };
    let results = set.run_plugin_tests(&manifest, &watched);
    let failed = results.iter().filter(|result| !result.passed()).count();
    let seen = watched.seen.into_inner().unwrap_or_else(PoisonError::into_inner);
    let report = watched.plugins.plugins().pop();
    let (calls, fuel) = report.map_or((0, 0), |report| (report.calls, report.most_fuel));
    if common.json {
        let tests: Vec<_> = results
            .iter()
            .map(|r| serde_json::json!({"file": r.file, "name": r.name, "differences": r.differences}))
            .collect();
        let shown = serde_json::json!({"tests": tests, "found": seen.lines, "calls": calls,
            "most_fuel": fuel, "slowest_us": seen.slowest.as_micros()});
        console::line(&serde_json::to_string_pretty(&shown)?);
    } else {
        seen.lines.iter().for_each(|line| console::line(line));
        for result in results.iter().filter(|result| !result.passed()) {
            let line = result.line.map(|line| format!(":{line}")).unwrap_or_default();
            console::line(&format!("FAILED {}{line}: {}", result.file, result.name));
            result.differences.iter().for_each(|d| console::line(&format!("    {d}")));
        }
        console::line(&format!(
            "{calls} calls; the dearest used {fuel} of 20000000 fuel, the slowest took {} µs",
            seen.slowest.as_micros()
        ));
        console::line(&format!("{} passed, {failed} failed", results.len() - failed));
    }
    if results.is_empty() {
        bail!("no test: write one into {}", dir.join("tests").display());
    }
    Ok(if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// The plugins with somebody who takes notes.
struct Watched<'a> {
    plugins: PluginEvaluator,
    manifest: &'a Manifest,
    seen: Mutex<Seen>,
}

#[derive(Default)]
struct Seen {
    lines: Vec<String>,
    slowest: Duration,
}

impl Watched<'_> {
    fn note(&self, took: Duration, lines: impl Iterator<Item = String>) {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        seen.slowest = seen.slowest.max(took);
        for line in lines {
            if !seen.lines.contains(&line) {
                seen.lines.push(line);
            }
        }
    }
}

impl Evaluator for Watched<'_> {
    fn rules(&self) -> &RuleSetId {
        self.plugins.rules()
    }

    fn levels(&self) -> &[Level] {
        self.plugins.levels()
    }

    fn step(&self, step: &Step<'_>) -> Outcome {
        let began = Instant::now();
        let outcome = self.plugins.step_of_plugins(step);
        let acts = outcome.acts.iter().map(|act| shown(act, step.case));
        self.note(began.elapsed(), acts);
        outcome
    }

    fn describe(&self, signal: &SignalId) -> Option<Described> {
        self.plugins.describe(signal)
    }

    fn read_by_plugins(&self, step: &Step<'_>) -> Reading {
        let began = Instant::now();
        let reading = self.plugins.read_by_plugins(step);
        let took = began.elapsed();
        let message = match step.event {
            Event::Message(position) => position + 1,
            _ => 0,
        };
        let own = self.manifest.name.clone();
        let values = reading.values.iter().filter(|value| value.plugin == own);
        let values = values.map(|v| {
            let quote = quote(&v.span, step.case);
            format!(
                "{} = {} (message {message}, {quote:?}, {:.2} sure)",
                v.field, v.value, v.confidence
            )
        });
        let details = reading.details.iter();
        let details = details.map(|d| format!("{} = {} of {:?}", d.name, d.value, d.about));
        self.note(took, values.chain(details));
        reading
    }

    fn severity(&self, step: &Step<'_>) -> Result<Verdict, RuleError> {
        self.plugins.severity(step)
    }
}

fn shown(act: &Act, case: &CaseFile) -> String {
    match act {
        Act::Raise { signal, weight, spans, inputs } => {
            let quotes: Vec<_> =
                spans.iter().map(|span| format!("{:?}", quote(span, case))).collect();
            let inputs: Vec<_> =
                inputs.iter().map(|(name, value)| format!("{name} {value}")).collect();
            format!("{signal}, weight {weight}: {} ({})", quotes.join(", "), inputs.join(", "))
        }
        Act::Clear { signal } => format!("{signal} cleared"),
        Act::Wake { signal, name, at } => format!("{signal} wants to be called at {at} ({name})"),
    }
}

fn quote<'a>(span: &Span, case: &'a CaseFile) -> &'a str {
    let message = case.messages.iter().find(|message| message.key == span.message);
    let text = message.and_then(|message| match span.part {
        SpanPart::Subject => span.of(&message.subject),
        _ => span.of(&message.body),
    });
    text.unwrap_or_default()
}
