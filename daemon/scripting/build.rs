//! Lists the files of the shipped rule sets, so that the program carries them.

use std::{
    env, fs, io,
    path::{Path, PathBuf},
};

fn main() -> io::Result<()> {
    let here = env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from).unwrap_or_default();
    let rules = here.join("../../rules");
    println!("cargo:rerun-if-changed={}", rules.display());
    let mut source = String::from(
        "type Listed = &'static [(&'static str, &'static [u8])];\nconst DEFAULT: Listed = ",
    );
    source.push_str(&listed(&rules)?);
    source.push_str(";\nconst SHIPPED: &[(&str, Listed)] = &[\n");
    let sets = rules.join(SETS);
    let mut names = Vec::new();
    for entry in fs::read_dir(&sets)? {
        names.push(entry?.file_name().to_string_lossy().into_owned());
    }
    names.sort();
    for name in names {
        let files = listed(&sets.join(&name))?;
        source.push_str(&format!("    ({name:?}, {files}),\n"));
    }
    source.push_str("];\n");
    let out = env::var_os("OUT_DIR").map(PathBuf::from).unwrap_or_default();
    fs::write(out.join("default_files.rs"), source)
}

/// The folder of sets beside the default one.
const SETS: &str = "sets";

/// The files of the set in `rules` as a list in Rust.
fn listed(rules: &Path) -> io::Result<String> {
    let mut files = Vec::new();
    collect(rules, "", &mut files)?;
    files.sort();
    let mut source = String::from("&[\n");
    for file in files {
        let path = rules.join(&file).display().to_string();
        source.push_str(&format!("    ({file:?}, include_bytes!({path:?})),\n"));
    }
    source.push(']');
    Ok(source)
}

/// Adds the paths of all rule files below `folder` to `files`.
fn collect(rules: &Path, folder: &str, files: &mut Vec<String>) -> io::Result<()> {
    for entry in fs::read_dir(rules.join(folder))? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let path = if folder.is_empty() { name } else { format!("{folder}/{name}") };
        if path == SETS {
            println!("cargo:rerun-if-changed={}", entry.path().display());
        } else if entry.path().is_dir() {
            println!("cargo:rerun-if-changed={}", entry.path().display());
            collect(rules, &path, files)?;
        } else if [".rhai", ".toml", ".txt"].iter().any(|ending| path.ends_with(ending)) {
            files.push(path);
        }
    }
    Ok(())
}
