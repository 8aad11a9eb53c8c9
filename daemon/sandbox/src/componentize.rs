//! From the module that a compiler writes to the component that a plugin is.

use engine::plugin::Hook;
use wit_component::{ComponentEncoder, StringEncoding, embed_component_metadata};
use wit_parser::{Resolve, WorldId};

/// The contract, as authors need it.
pub const WIT: &str = include_str!("../../../plugins/wit/plugin.wit");

/// Why a module cannot become a component.
#[derive(Debug, thiserror::Error)]
#[error("the module does not become a component: {0}")]
pub struct BuildError(String);

/// Makes a component of a core `module` that has these hooks. A module that was made with the Rust
/// SDK tells its hooks itself; to others they are added.
pub fn componentize(
    module: &[u8],
    hooks: impl IntoIterator<Item = Hook>,
) -> Result<Vec<u8>, BuildError> {
    let mut module = module.to_vec();
    if !describes_itself(&module) {
        let mut resolve = Resolve::default();
        let package = resolve.push_str("plugin.wit", WIT).map_err(failed)?;
        for hook in hooks {
            let name = format!("{}-plugin", hook.name());
            let world: WorldId = resolve.select_world(&[package], Some(&name)).map_err(failed)?;
            embed_component_metadata(&mut module, &resolve, world, StringEncoding::UTF8)
                .map_err(failed)?;
        }
    }
    ComponentEncoder::default()
        .validate(true)
        .module(&module)
        .and_then(|mut encoder| encoder.encode())
        .map_err(failed)
}

/// With all causes, in one line.
fn failed(error: impl std::fmt::Display) -> BuildError {
    BuildError(format!("{error:#}"))
}

/// Whether a custom section of the module tells its hooks.
fn describes_itself(module: &[u8]) -> bool {
    module.windows(b"component-type".len()).any(|window| window == b"component-type")
}
