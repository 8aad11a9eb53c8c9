//! `watchkeeper plugin new`: the folder of a plugin that works, with everything it is built from.

use std::{fs, path::Path};

use anyhow::{Context as _, bail};
use model::PluginName;

use crate::console;

/// The SDK, as it lies in the folder of a new plugin.
const SDK: [(&str, &str); 5] = [
    ("sdk/Cargo.toml", include_str!("../../../../../plugins/sdk/Cargo.toml")),
    ("sdk/src/lib.rs", include_str!("../../../../../plugins/sdk/src/lib.rs")),
    ("sdk/src/case.rs", include_str!("../../../../../plugins/sdk/src/case.rs")),
    ("sdk/src/bindings.rs", include_str!("../../../../../plugins/sdk/src/bindings.rs")),
    ("wit/plugin.wit", sandbox::WIT),
];

const MANIFEST: &str = r#"name = "NAME"
version = "0.1.0"
title = "Nobody answers"
help = "The customer says that nobody picks up the telephone."
capabilities = ["text"]

[[signal]]
id = "SIGNAL"
title = "Nobody answers"
help = "The customer says that nobody picks up the telephone."
weight = 8
inputs = ["words"]
"#;

const CARGO: &str = r#"[package]
name = "NAME"
version = "0.1.0"
edition = "2024"
publish = false

[lib]
crate-type = ["cdylib"]

[dependencies]
watchkeeper-plugin = { path = "sdk" }

[profile.release]
opt-level = "s"
lto = true
codegen-units = 1
panic = "abort"
strip = true

[workspace]
"#;

const SOURCE: &str = r#"//! Raises SIGNAL where a customer says that nobody picks up the telephone.

use watchkeeper_plugin::{Act, Case, Event, Raise};

watchkeeper_plugin::signal!(assess);

const PHRASES: [&str; 3] = ["nobody answers the phone", "straight to voicemail", "no one picks up"];

fn assess(event: Event) -> Result<Vec<Act>, String> {
    let Event::Message(index) = event else { return Ok(Vec::new()) };
    let message = Case.message(index).ok_or("no such message")?;
    if !message.from_customer() {
        return Ok(Vec::new());
    }
    let mut acts = Vec::new();
    for passage in message.new_text() {
        let words = passage.text.split_whitespace().count() as f64;
        let found = PHRASES.iter().find_map(|phrase| passage.find(phrase));
        acts.extend(found.map(|span| Raise::new("SIGNAL").at(span).because("words", words).into()));
    }
    Ok(acts)
}
"#;

const TEST: &str = r#"[[test]]
name = "who reaches only a machine is heard"

[[test.message]]
at = "2026-03-02T09:00:00+01:00"
from = "Jane Doe <jane@customer.example>"
to = ["support@ours.example"]
text = "I rang three times and it goes straight to voicemail."

[[test.found]]
signal = "SIGNAL"
message = 1
quote = "straight to voicemail"

[[test]]
name = "our own words raise nothing"

[[test.message]]
at = "2026-03-02T09:00:00+01:00"
from = "Sam <sam@ours.example>"
to = ["jane@customer.example"]
text = "Sorry, after six a call goes straight to voicemail."
"#;

/// Writes the folder.
pub fn run(name: &PluginName, within: &Path) -> anyhow::Result<()> {
    let dir = within.join(name.as_str());
    if dir.exists() {
        bail!("{} is there already: choose another name", dir.display());
    }
    let signal = name.as_str().replace('-', "_");
    let own = [
        ("plugin.toml".to_owned(), MANIFEST),
        ("Cargo.toml".to_owned(), CARGO),
        ("src/lib.rs".to_owned(), SOURCE),
        (format!("tests/{signal}.toml"), TEST),
        (".gitignore".to_owned(), "/target\n"),
    ];
    for (path, text) in own {
        let text = text.replace("SIGNAL", &signal).replace("NAME", name.as_str());
        write(&dir.join(path), &text)?;
    }
    for (path, text) in SDK {
        write(&dir.join(path), text)?;
    }
    let shown = dir.display();
    console::line(&format!("{shown} is made; now"));
    console::line(&format!("  watchkeeper plugin build {shown}"));
    console::line(&format!("  watchkeeper plugin test {shown}"));
    Ok(())
}

fn write(path: &Path, text: &str) -> anyhow::Result<()> {
    let shown = || path.display().to_string();
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent).with_context(shown)?;
    }
    fs::write(path, text).with_context(shown)
}
