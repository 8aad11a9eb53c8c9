//! What a call costs beyond the plugin's own work: `cargo run --release -p sandbox --example
//! plugin_bench [PLUGIN_FOLDER..]`. Without folders, an empty guest is called.
#![allow(
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a benchmark prints and may fail"
)]

use std::{hint::black_box, path::Path, sync::Arc, time::Instant as Clock};

use engine::{Calendar, CaseFile, CaseMessage, Event, Participant, Step, plugin::Hook};
use jiff::tz::TimeZone;
use mail::{ClassKind, Segment, SegmentKind};
use model::{Address, CaseId, Instant, LevelName, MessageKey, Side};
use sandbox::{Folder, Host, Plugin, componentize};

const CALLS: usize = 20_000;

const EMPTY: &str = r#"(module
  (memory (export "memory") 1)
  (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (i32.const 1024))
  (func (export "watchkeeper:plugin/signal@1.0.0#assess") (param i32 i32 i32) (result i32)
    (i32.const 64)))"#;
const MANIFEST: &str = "name = \"empty\"\nversion = \"1\"\ntitle = \"Empty\"\nhelp = \"h\"\n\
    [[signal]]\nid = \"empty\"\ntitle = \"t\"\nhelp = \"h\"\nweight = 1\n";

fn main() {
    let module = wat::parse_str(EMPTY).unwrap();
    let component = componentize(&module, [Hook::Signal]).unwrap();
    measure(Folder::new("empty", MANIFEST, &component).unwrap());
    for folder in std::env::args().skip(1) {
        let path = Path::new(&folder).canonicalize().unwrap();
        let name = path.file_name().unwrap().to_str().unwrap();
        let manifest = std::fs::read_to_string(path.join("plugin.toml")).unwrap();
        let component = std::fs::read(path.join(format!("{name}.wasm"))).unwrap();
        measure(Folder::new(name, &manifest, &component).unwrap());
    }
}

fn measure(folder: Folder) {
    let cache = tempfile::tempdir().unwrap();
    let directory = cache.path().join("compiled");
    let name = folder.manifest().name.clone();
    let began = Clock::now();
    prepare(&directory, folder.clone());
    let cold = began.elapsed();
    let began = Clock::now();
    let plugin = prepare(&directory, folder);
    let warm = began.elapsed();
    let case = case();
    let (findings, muted, promises) = (Arc::default(), Arc::default(), Arc::default());
    let step = Step {
        case: &case,
        messages: case.messages.len(),
        notes: 0,
        at: case.messages[0].at,
        event: &Event::Message(case.messages.len() - 1),
        findings: &findings,
        level: &LevelName::none(),
        levels: &[],
        reply_due: None,
        muted: &muted,
        promises: &promises,
        explain: false,
    };
    let mut times: Vec<_> = (0..CALLS)
        .map(|_| {
            let began = Clock::now();
            let hooks = plugin.manifest().hooks();
            if hooks.contains(&Hook::Signal) {
                black_box(plugin.signals(&step)).unwrap();
            } else if hooks.contains(&Hook::Field) {
                black_box(plugin.fields(&step, case.messages.len() - 1)).unwrap();
            } else {
                black_box(plugin.details(&step, case.messages.len() - 1)).unwrap();
            }
            began.elapsed()
        })
        .collect();
    times.sort_unstable();
    println!(
        "{name}: engine and compiling {} ms, from the cache {} ms; a call: median {:.1} us, p99 {:.1} us",
        cold.as_millis(),
        warm.as_millis(),
        times[CALLS / 2].as_nanos() as f64 / 1000.0,
        times[CALLS * 99 / 100].as_nanos() as f64 / 1000.0,
    );
}

fn prepare(directory: &Path, folder: Folder) -> Plugin {
    let plugin = Plugin::new(&Host::new(Some(directory)).unwrap(), folder);
    plugin.prepare().unwrap();
    plugin
}

/// A case of twenty messages of a few hundred bytes.
fn case() -> Arc<CaseFile> {
    let jane = Participant {
        address: Address { name: "Jane".to_owned(), email: "jane@northwind.example".to_owned() },
        side: Side::Customer,
        team: None,
        title: "".into(),
    };
    let body: Arc<str> = "The export of last month stops after the first page and says that it is \
        done. We tried it on two machines with the same result. Could you take a look?\n"
        .repeat(3)
        .into();
    let message = |number: u8| {
        Arc::new(CaseMessage {
            key: MessageKey([number; 16]),
            at: Instant::from_seconds(1_770_000_000 + i64::from(number) * 3600),
            offset: Some(0),
            from: jane.clone(),
            to: Vec::new(),
            cc: Vec::new(),
            subject: "Export".into(),
            body: Arc::clone(&body),
            segments: [Segment { start: 0, end: body.len() as u32, kind: SegmentKind::New }].into(),
            class: ClassKind::Human,
            attachments: Vec::new(),
            answers: None,
        })
    };
    Arc::new(CaseFile {
        id: CaseId::derive(&MessageKey([0; 16]), 0),
        account: None,
        contacts: Vec::new(),
        messages: (0..20).map(message).collect(),
        notes: Vec::new(),
        judged: Vec::new(),
        decided: Vec::new(),
        given_to: None,
        earlier: [].into(),
        calendar: Arc::new(Calendar::office_hours(TimeZone::UTC)),
        reply_minutes: None,
    })
}
