//! Lets cargo notice files that are added to the built page: a macro alone sees only changed ones.

fn main() {
    println!("cargo::rerun-if-changed=../../admin-ui/dist");
}
