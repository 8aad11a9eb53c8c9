//! Lets cargo notice files that are added to the built page: a macro alone sees only changed ones.
#![expect(clippy::print_stdout, reason = "that is how a build script talks to cargo")]

fn main() {
    println!("cargo::rerun-if-changed=../../admin-ui/dist");
}
