//! The rooms know each other in one direction only: from the outside in.

use std::{collections::BTreeMap, path::Path};

use cargo_metadata::{DependencyKind, MetadataCommand};

/// What each room may know. A new edge is a decision about the architecture: it belongs here, with
/// a reason, before it works.
const MAY_KNOW: &[(&str, &[&str])] = &[
    ("model", &[]),
    ("mail", &["model"]),
    ("reading", &["model"]),
    ("engine", &["model", "mail", "reading"]),
    ("scripting", &["model", "mail", "reading", "engine"]),
    ("sandbox", &["model", "mail", "engine"]),
    // reads what is attached, nested mail included, in a process of its own
    ("extraction", &["model", "mail"]),
    ("store", &["model"]),
    ("app", &["model", "mail", "reading", "engine", "store"]),
    // what both sources and channels need to call somebody: the list of who may be, TLS, deadlines
    ("egress", &["model", "app"]),
    ("sources", &["model", "mail", "app", "egress"]),
    ("channels", &["model", "app", "egress"]),
    // prints what it is told to print, in words that others choose
    ("paper", &[]),
    ("web", &["model", "mail", "store", "app", "paper"]),
    (
        "watchkeeper",
        &[
            "model",
            "mail",
            "reading",
            "engine",
            "scripting",
            "sandbox",
            "extraction",
            "store",
            "app",
            "egress",
            "sources",
            "channels",
            "web",
        ],
    ),
    ("e2e", &[]),
];

/// Libraries that bring a room what it must never have, and the rooms that may have them.
const ONLY_IN: &[(&str, &[&str])] = &[
    ("redb", &["store"]),
    ("tantivy", &["store"]),
    ("zstd", &["store"]),
    ("rhai", &["scripting"]),
    ("wasmtime", &["sandbox"]),
    ("wit-component", &["sandbox"]),
    ("axum", &["web"]),
    ("hyper", &["web", "egress"]),
    ("lettre", &["channels"]),
    ("async-imap", &["sources"]),
    ("smtp-proto", &["sources"]),
    ("tokio", &["web", "egress", "sources", "channels", "watchkeeper", "e2e"]),
    ("mail-parser", &["mail"]),
    ("calcard", &["mail"]),
    ("pdf-extract", &["extraction"]),
    ("calamine", &["extraction"]),
    ("landlock", &["extraction"]),
    ("seccompiler", &["extraction"]),
    ("krilla", &["paper"]),
    ("clap", &["watchkeeper"]),
];

fn edges() -> BTreeMap<String, Vec<String>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../Cargo.toml");
    let metadata = MetadataCommand::new()
        .manifest_path(root)
        .no_deps()
        .other_options(vec!["--offline".to_owned()])
        .exec()
        .unwrap_or_else(|error| panic!("cargo metadata of the workspace: {error}"));
    metadata
        .packages
        .into_iter()
        .map(|package| {
            let known = package
                .dependencies
                .into_iter()
                .filter(|dependency| dependency.kind == DependencyKind::Normal)
                .map(|dependency| dependency.name)
                .collect();
            (package.name.to_string(), known)
        })
        .collect()
}

#[test]
fn arrows_point_inwards_only() {
    let edges = edges();
    let rooms: Vec<&str> = MAY_KNOW.iter().map(|(room, _)| *room).collect();
    for (package, known) in &edges {
        let allowed = MAY_KNOW
            .iter()
            .find(|(room, _)| room == package)
            .unwrap_or_else(|| panic!("{package} is a new room: give it a line here"))
            .1;
        for dependency in known.iter().filter(|name| rooms.contains(&name.as_str())) {
            assert!(allowed.contains(&dependency.as_str()), "{package} must not know {dependency}");
        }
    }
}

#[test]
fn engines_stay_behind_their_ports() {
    for (package, known) in edges() {
        for (library, rooms) in ONLY_IN {
            assert!(
                !known.iter().any(|name| name == library) || rooms.contains(&package.as_str()),
                "{package} must not use {library}"
            );
        }
    }
}

#[test]
fn cargo_run_starts_the_program_as_the_readme_says() {
    let workspace = MetadataCommand::new().no_deps().exec().unwrap();
    let chosen: Vec<_> = workspace.packages.iter().filter_map(|p| p.default_run.clone()).collect();
    assert_eq!(chosen, ["watchkeeper"], "several programs, and none that `cargo run` would take");
}
