use std::path::Path;

#[test]
fn the_checked_in_description_is_what_the_service_does() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../openapi.json");
    let checked_in = std::fs::read(path).unwrap_or_default();
    let current = web::openapi_document().unwrap();
    assert!(
        checked_in == current,
        "openapi.json is out of date: run `cargo run -p web --example openapi > openapi.json`"
    );
}
