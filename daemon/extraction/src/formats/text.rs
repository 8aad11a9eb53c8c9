//! Text of any kind: plain, CSV, logs, source, XML.

use model::Unread;

use crate::output::{File, Output};

pub(super) fn read(file: &File<'_>, output: &mut Output) -> Result<(), Unread> {
    let ending = file.name.rsplit_once('.').map(|(_, ending)| ending.to_lowercase());
    let csv = matches!(ending.as_deref(), Some("csv" | "tsv"));
    output.format(if csv { "csv" } else { "text" });
    output.whole(file, &decode(file.bytes, ""))
}

/// The characters of `bytes`, said to be in `charset`.
pub(super) fn decode(bytes: &[u8], charset: &str) -> String {
    match encoding_rs::Encoding::for_bom(bytes) {
        Some((encoding, _)) => encoding.decode(bytes).0.into_owned(),
        None => mail::decode_text(bytes, charset),
    }
}
