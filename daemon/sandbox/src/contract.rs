//! The contract in Rust, made from `plugins/wit`.
#![allow(missing_docs, unused_qualifications, clippy::all, clippy::pedantic)]

wasmtime::component::bindgen!({
    path: "../../plugins/wit",
    world: "everything",
    imports: { default: trappable },
});

pub use self::exports::watchkeeper::plugin as hooks;
pub use self::watchkeeper::plugin as given;
