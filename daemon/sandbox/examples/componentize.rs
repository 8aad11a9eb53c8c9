//! Makes a component of a core module: `cargo run -p sandbox --example componentize MODULE HOOK
//! COMPONENT`, for compilers that `watchkeeper plugin build` does not know.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a tool for developers may fail")]

use engine::plugin::Hook;
use sandbox::componentize;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [module, hook, component] = &arguments[..] else { panic!("MODULE HOOK COMPONENT") };
    let all = [Hook::Signal, Hook::Field, Hook::Enrich, Hook::Extract, Hook::Notify];
    let hook = all.into_iter().find(|known| known.name() == hook).unwrap();
    let made = componentize(&std::fs::read(module).unwrap(), [hook]).unwrap();
    std::fs::write(component, made).unwrap();
}
