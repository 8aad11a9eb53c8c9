//! A plugin as files: its manifest and its component, within a rule set or alone.

use std::{collections::BTreeMap, sync::Arc};

use engine::plugin::Manifest;
use model::Digest;

/// The manifest's name.
pub const MANIFEST: &str = "plugin.toml";
/// The largest component, in bytes.
const MAX_COMPONENT: usize = 32 << 20;

/// Why a folder is no plugin.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{file}: {message}")]
pub struct FolderError {
    /// The file, within the rule set or folder.
    pub file: String,
    /// What is wrong, and the remedy.
    pub message: String,
}

/// A plugin as it lies in a rule set.
#[derive(Debug, Clone)]
pub struct Folder {
    manifest: Manifest,
    component: Arc<[u8]>,
    hash: Digest,
}

impl Folder {
    /// A plugin of its manifest and component; `folder` is the name of its folder.
    pub fn new(folder: &str, manifest: &str, component: &[u8]) -> Result<Self, FolderError> {
        let wrong = |name: &str, message: String| FolderError {
            file: format!("plugins/{folder}/{name}"),
            message,
        };
        let manifest: Manifest = toml::from_str(manifest)
            .map_err(|error| wrong(MANIFEST, error.to_string().trim_end().to_owned()))?;
        let defects = manifest.defects(folder);
        if !defects.is_empty() {
            return Err(wrong(MANIFEST, defects.join("; ")));
        }
        if component.len() > MAX_COMPONENT {
            return Err(wrong(&format!("{folder}.wasm"), "larger than 32 MiB".to_owned()));
        }
        Ok(Self { manifest, component: component.into(), hash: Digest::of(component) })
    }

    /// What it says of itself.
    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// Its component.
    pub fn component(&self) -> &[u8] {
        &self.component
    }

    /// The SHA-256 of its component, which a grant pins.
    pub fn hash(&self) -> Digest {
        self.hash
    }
}

/// The plugins among the files of a rule set, by name.
pub fn folders(files: &BTreeMap<String, Vec<u8>>) -> Result<Vec<Folder>, FolderError> {
    let mut found = Vec::new();
    for (path, bytes) in files {
        let parts: Vec<&str> = path.split('/').collect();
        let ["plugins", name, MANIFEST] = parts[..] else { continue };
        let component = format!("plugins/{name}/{name}.wasm");
        let Some(wasm) = files.get(&component) else {
            let message = "missing: build the plugin with `watchkeeper plugin build`".to_owned();
            return Err(FolderError { file: component, message });
        };
        found.push(Folder::new(name, &String::from_utf8_lossy(bytes), wasm)?);
    }
    Ok(found)
}
