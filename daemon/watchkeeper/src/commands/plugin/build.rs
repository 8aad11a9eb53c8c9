//! `watchkeeper plugin build`: from sources to a component, with the compiler of the author.

use std::{
    fs,
    io::Read as _,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use anyhow::{Context as _, bail};
use engine::plugin::Manifest;

use crate::console;

const TARGET: &str = "wasm32-unknown-unknown";
/// The largest manifest that is read, in bytes.
const MAX_MANIFEST: u64 = 1 << 20;

/// Builds the plugin in `dir` and writes its component beside its manifest.
pub fn run(dir: &Path) -> anyhow::Result<()> {
    let dir = dir.canonicalize().with_context(|| dir.display().to_string())?;
    let manifest = manifest(&dir)?;
    let module = if dir.join("Cargo.toml").exists() {
        rust(&dir)?
    } else {
        let sources = sources(&dir, "c")?;
        if sources.is_empty() {
            bail!("{}: neither a Cargo.toml nor a .c file is there", dir.display());
        }
        c(&dir, &sources)?
    };
    let bytes = fs::read(&module).with_context(|| module.display().to_string())?;
    let component = sandbox::componentize(&bytes, manifest.hooks())?;
    let target = dir.join(format!("{}.wasm", manifest.name));
    fs::write(&target, &component).with_context(|| target.display().to_string())?;
    let hash = model::Digest::of(&component);
    let size = console::bytes(component.len() as u64);
    console::line(&format!("{}: {size}, sha256 {hash}", target.display()));
    Ok(())
}

fn manifest(dir: &Path) -> anyhow::Result<Manifest> {
    let path = dir.join("plugin.toml");
    let shown = || path.display().to_string();
    let mut text = String::new();
    let file = fs::File::open(&path).with_context(shown)?;
    file.take(MAX_MANIFEST).read_to_string(&mut text).with_context(shown)?;
    let manifest: Manifest = toml::from_str(&text).with_context(shown)?;
    let folder = dir.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    let defects = manifest.defects(folder);
    if !defects.is_empty() {
        bail!("{}: {}", path.display(), defects.join("; "));
    }
    Ok(manifest)
}

fn sources(dir: &Path, ending: &str) -> anyhow::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(dir)? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == ending) {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

/// The module that cargo makes. Paths of this machine are kept out of it, so that the same sources
/// give the same bytes elsewhere.
fn rust(dir: &Path) -> anyhow::Result<PathBuf> {
    let libraries = output(Command::new("rustc").current_dir(dir).args([
        "--print",
        "target-libdir",
        "--target",
        TARGET,
    ]))?;
    if !Path::new(libraries.trim()).is_dir() {
        bail!("the compiler lacks the target {TARGET}: rustup target add {TARGET}");
    }
    let root = output(Command::new("cargo").current_dir(dir).args([
        "locate-project",
        "--workspace",
        "--message-format",
        "plain",
    ]))?;
    let root = Path::new(root.trim()).parent().unwrap_or(dir);
    let mut flags = vec![format!("--remap-path-prefix={}=/plugin", root.display())];
    let home = std::env::var_os("CARGO_HOME")
        .map(PathBuf::from)
        .or_else(|| std::env::home_dir().map(|home| home.join(".cargo")));
    if let Some(home) = home {
        flags.push(format!("--remap-path-prefix={}=/cargo", home.display()));
    }
    let messages = output(
        Command::new("cargo")
            .current_dir(dir)
            .env("CARGO_ENCODED_RUSTFLAGS", flags.join("\u{1f}"))
            .args(["build", "--release", "--target", TARGET])
            .arg("--message-format=json-render-diagnostics"),
    )?;
    let mut made = messages.lines().filter_map(|line| {
        let message: serde_json::Value = serde_json::from_str(line).ok()?;
        let of_this =
            message["manifest_path"].as_str().map(Path::new) == Some(&dir.join("Cargo.toml"));
        let files = message["filenames"].as_array().filter(|_| of_this)?.clone();
        files
            .iter()
            .filter_map(|file| file.as_str())
            .find(|file| Path::new(file).extension().is_some_and(|end| end == "wasm"))
            .map(PathBuf::from)
    });
    made.next_back().context("cargo made no module: give the library `crate-type = [\"cdylib\"]`")
}

/// The module that clang makes.
fn c(dir: &Path, sources: &[PathBuf]) -> anyhow::Result<PathBuf> {
    let out = std::env::temp_dir().join(format!("watchkeeper-plugin-{}.wasm", std::process::id()));
    let status = Command::new("clang")
        .current_dir(dir)
        .args(["--target=wasm32", "-O2", "-nostdlib", "-Wall", "-Wextra", "-Werror"])
        .args(["-fno-ident", "-Wl,--no-entry", "-Wl,--strip-all", "-Wl,-z,stack-size=65536", "-o"])
        .arg(&out)
        .args(sources)
        .status()
        .context("cannot run clang: install clang and lld")?;
    if !status.success() {
        bail!("clang failed");
    }
    Ok(out)
}

/// What a command writes on standard output; its errors go to the terminal.
fn output(command: &mut Command) -> anyhow::Result<String> {
    let shown = command.get_program().display().to_string();
    let done = command
        .stderr(Stdio::inherit())
        .output()
        .with_context(|| format!("cannot run {shown}: install Rust"))?;
    if !done.status.success() {
        bail!("{shown} failed");
    }
    Ok(String::from_utf8(done.stdout)?)
}
