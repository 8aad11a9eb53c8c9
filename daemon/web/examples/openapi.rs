//! Prints the description of the API: `cargo run -p web --example openapi > openapi.json`.

use std::io::Write;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    std::io::stdout().write_all(&web::openapi_document()?)?;
    Ok(())
}
