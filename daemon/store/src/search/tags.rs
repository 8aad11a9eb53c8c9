//! The plain marks of a document, which `has:`, `kind:`, `class:`, `source:` and `from:us` ask for.

use std::collections::BTreeSet;

use crate::SearchDocument;

/// Sent by one of ours.
const FROM_US: &str = "from:us";
/// Sent by somebody else.
const FROM_OTHERS: &str = "from:others";

/// All marks of `document`, sorted.
pub fn of(document: &SearchDocument) -> Vec<String> {
    let mut tags = BTreeSet::new();
    tags.insert(kind(&document.kind));
    tags.insert(class(&document.class));
    tags.insert(if document.from_us { FROM_US } else { FROM_OTHERS }.to_owned());
    tags.extend(document.sources.iter().map(|id| source(id)));
    if !document.attachments.is_empty() || !document.media_types.is_empty() {
        tags.insert("has:attachment".to_owned());
    }
    for name in &document.attachments {
        if let Some(extension) = extension(name) {
            tags.extend(group_of_extension(&extension).map(|group| format!("has:{group}")));
            tags.insert(format!("has:{extension}"));
        }
    }
    for media_type in &document.media_types {
        let essence = media_type.split(';').next().unwrap_or_default().trim().to_lowercase();
        tags.extend(group_of_media_type(&essence).map(|group| format!("has:{group}")));
        tags.insert(format!("has:{essence}"));
    }
    tags.into_iter().collect()
}

/// The mark that `kind:value` asks for.
pub fn kind(value: &str) -> String {
    format!("kind:{}", value.to_lowercase())
}

/// The mark that `class:value` asks for.
pub fn class(value: &str) -> String {
    format!("class:{}", value.to_lowercase())
}

/// The mark that `source:value` asks for.
pub fn source(value: &str) -> String {
    format!("source:{}", value.to_lowercase())
}

/// The mark that `has:value` asks for: a group such as `image`, an extension or a media type.
pub fn has(value: &str) -> String {
    let value = value.to_lowercase();
    let group = match value.as_str() {
        "attachments" | "file" | "files" => "attachment",
        "images" | "picture" | "pictures" | "photo" | "photos" | "screenshot" => "image",
        "documents" | "word" => "document",
        "spreadsheets" | "excel" | "sheet" | "table" => "spreadsheet",
        "presentations" | "powerpoint" | "slides" => "presentation",
        "archives" => "archive",
        "calendars" | "invite" | "invitation" => "calendar",
        "videos" => "video",
        "sound" => "audio",
        "message" | "mail" | "email" => "mail",
        other => other.trim_start_matches('.'),
    };
    format!("has:{group}")
}

/// The mark that `from:us` or `from:customer` asks for, if `value` is one of these.
pub fn side(value: &str) -> Option<&'static str> {
    match value.to_lowercase().as_str() {
        "us" => Some(FROM_US),
        "customer" | "customers" | "them" => Some(FROM_OTHERS),
        _ => None,
    }
}

fn extension(name: &str) -> Option<String> {
    let (stem, extension) = name.rsplit_once('.')?;
    let plain = (1..=8).contains(&extension.len())
        && extension.bytes().all(|byte| byte.is_ascii_alphanumeric());
    (plain && !stem.is_empty()).then(|| extension.to_lowercase())
}

fn group_of_extension(extension: &str) -> Option<&'static str> {
    Some(match extension {
        "jpg" | "jpeg" | "png" | "gif" | "webp" | "bmp" | "tif" | "tiff" | "heic" | "svg" => {
            "image"
        }
        "doc" | "docx" | "odt" | "rtf" | "pages" => "document",
        "xls" | "xlsx" | "xlsm" | "ods" | "csv" | "tsv" | "numbers" => "spreadsheet",
        "ppt" | "pptx" | "odp" | "key" => "presentation",
        "zip" | "gz" | "tgz" | "tar" | "7z" | "rar" | "bz2" | "xz" | "zst" => "archive",
        "ics" | "vcs" => "calendar",
        "mp3" | "wav" | "ogg" | "m4a" | "flac" => "audio",
        "mp4" | "mov" | "avi" | "mkv" | "webm" => "video",
        "txt" | "log" | "md" => "text",
        "eml" | "msg" => "mail",
        _ => return None,
    })
}

fn group_of_media_type(essence: &str) -> Option<&'static str> {
    Some(match essence {
        "application/pdf" => "pdf",
        "text/calendar" | "application/ics" => "calendar",
        "text/csv" | "application/vnd.ms-excel" => "spreadsheet",
        "application/msword" | "application/rtf" => "document",
        "application/vnd.ms-powerpoint" => "presentation",
        "application/zip"
        | "application/gzip"
        | "application/x-tar"
        | "application/x-7z-compressed" => "archive",
        "message/rfc822" | "application/vnd.ms-outlook" => "mail",
        "text/plain" => "text",
        "text/html" => "html",
        _ if essence.starts_with("image/") => "image",
        _ if essence.starts_with("audio/") => "audio",
        _ if essence.starts_with("video/") => "video",
        _ if essence.contains("wordprocessing") || essence.contains("opendocument.text") => {
            "document"
        }
        _ if essence.contains("spreadsheet") => "spreadsheet",
        _ if essence.contains("presentation") => "presentation",
        _ => return None,
    })
}
