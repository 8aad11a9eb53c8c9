//! Lists the files of the default rule set, so that the program carries them.

use std::{
    env, fs, io,
    path::{Path, PathBuf},
};

fn main() -> io::Result<()> {
    let here = env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from).unwrap_or_default();
    let rules = here.join("../../rules");
    println!("cargo:rerun-if-changed={}", rules.display());
    let mut files = Vec::new();
    collect(&rules, "", &mut files)?;
    files.sort();
    let mut source = String::from("const DEFAULT: &[(&str, &[u8])] = &[\n");
    for file in files {
        let path = rules.join(&file).display().to_string();
        let entry = format!("    ({file:?}, include_bytes!({path:?})),\n");
        source.push_str(&entry);
    }
    source.push_str("];\n");
    let out = env::var_os("OUT_DIR").map(PathBuf::from).unwrap_or_default();
    fs::write(out.join("default_files.rs"), source)
}

/// Adds the paths of all rule files below `folder` to `files`.
fn collect(rules: &Path, folder: &str, files: &mut Vec<String>) -> io::Result<()> {
    for entry in fs::read_dir(rules.join(folder))? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let path = if folder.is_empty() { name } else { format!("{folder}/{name}") };
        if entry.path().is_dir() {
            println!("cargo:rerun-if-changed={}", entry.path().display());
            collect(rules, &path, files)?;
        } else if [".rhai", ".toml", ".txt"].iter().any(|ending| path.ends_with(ending)) {
            files.push(path);
        }
    }
    Ok(())
}
