//! The plugins of a rule set, as far as scripts must know them: their signals. Running them is the
//! work of another room.

use std::collections::{BTreeMap, BTreeSet};

use engine::{RuleError, plugin::Manifest};

use crate::{calendars::toml_error, error::at};

/// The manifests among `files`, by name of plugin, and what is wrong with them. A signal may be
/// declared once: by a script or by one plugin.
pub(crate) fn manifests(
    files: &BTreeMap<String, Vec<u8>>,
    scripts: &[String],
) -> (Vec<Manifest>, Vec<RuleError>) {
    let (mut found, mut errors) = (Vec::new(), Vec::new());
    let mut taken: BTreeSet<String> = scripts.iter().cloned().collect();
    for (path, bytes) in files {
        let parts: Vec<&str> = path.split('/').collect();
        let ["plugins", folder, "plugin.toml"] = parts[..] else { continue };
        let text = String::from_utf8_lossy(bytes);
        let manifest: Manifest = match toml::from_str(&text) {
            Ok(manifest) => manifest,
            Err(error) => {
                errors.push(toml_error(path, &text, &error));
                continue;
            }
        };
        errors.extend(manifest.defects(folder).into_iter().map(|wrong| at(path, None, wrong)));
        let component = format!("plugins/{folder}/{folder}.wasm");
        if !files.contains_key(&component) {
            let message = "missing: build the plugin with `watchkeeper plugin build`";
            errors.push(at(&component, None, message));
        }
        for signal in &manifest.signals {
            if !taken.insert(signal.id.as_str().to_owned()) {
                let message = format!("the set has a signal `{}` already: rename one", signal.id);
                errors.push(at(path, None, message));
            }
        }
        found.push(manifest);
    }
    (found, errors)
}

#[cfg(test)]
mod tests {
    use crate::set::{RuleSet, Tests};

    const MANIFEST: &str = "name = \"tone\"\nversion = \"1\"\ntitle = \"Tone\"\nhelp = \"h\"\n\
        [[signal]]\nid = \"SIGNAL\"\ntitle = \"t\"\nhelp = \"h\"\nweight = 5\n";

    fn load(signal: &str, component: bool) -> Result<RuleSet, String> {
        let mut files = crate::default_files();
        let manifest = MANIFEST.replace("SIGNAL", signal);
        files.insert("plugins/tone/plugin.toml".to_owned(), manifest.into_bytes());
        if component {
            files.insert("plugins/tone/tone.wasm".to_owned(), b"bytes".to_vec());
        }
        let severity = files.get_mut("severity.rhai").unwrap();
        severity.extend_from_slice(b"\nfn asks(record) { record.has(\"bad_tone\") }\n");
        RuleSet::with_tests("default", files, Tests::Skip).map_err(|errors| errors.to_string())
    }

    #[test]
    fn severity_may_stand_on_the_signal_of_a_plugin() {
        let set = load("bad_tone", true).unwrap();
        assert!(set.files().contains_key("plugins/tone/tone.wasm"), "its bytes are of the set");
    }

    #[test]
    fn a_signal_has_one_owner() {
        let refused = load("frustration", true).unwrap_err();
        assert!(refused.contains("has a signal `frustration` already"), "{refused}");
    }

    #[test]
    fn a_manifest_without_its_component_is_refused() {
        let refused = load("bad_tone", false).unwrap_err();
        assert!(refused.contains("plugins/tone/tone.wasm"), "{refused}");
    }
}
