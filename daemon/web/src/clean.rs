//! HTML of strangers, made harmless.

use std::borrow::Cow;

use ammonia::{Builder, UrlRelative};

/// The largest HTML that is cleaned, in bytes.
const HTML_BYTES: usize = 2 << 20;
/// The deepest nesting; cleaning takes time with the square of it.
const DEPTH: usize = 256;
/// The largest picture that is shown within, in bytes.
pub(crate) const PICTURE_BYTES: usize = 1 << 20;
/// All pictures within together, in bytes.
const PICTURES_BYTES: usize = 4 << 20;

/// Elements that have no end tag, or whose end tag is often left out without nesting them.
const FLAT: &[&str] = &[
    "area", "base", "br", "col", "dd", "dt", "embed", "hr", "img", "input", "li", "link", "meta",
    "option", "p", "param", "source", "tbody", "td", "tfoot", "th", "thead", "tr", "track", "wbr",
];
/// Attributes that only say how something looks, and load nothing.
const LOOKS: &[&str] = &[
    "align",
    "bgcolor",
    "border",
    "cellpadding",
    "cellspacing",
    "color",
    "dir",
    "face",
    "height",
    "nowrap",
    "size",
    "valign",
    "width",
];
/// Properties of styles that cannot load anything or cover anything.
const STYLES: &[&str] = &[
    "background-color",
    "border",
    "border-bottom",
    "border-collapse",
    "border-color",
    "border-left",
    "border-radius",
    "border-right",
    "border-style",
    "border-top",
    "border-width",
    "color",
    "font-family",
    "font-size",
    "font-style",
    "font-weight",
    "height",
    "line-height",
    "list-style-type",
    "margin",
    "margin-bottom",
    "margin-left",
    "margin-right",
    "margin-top",
    "max-width",
    "padding",
    "padding-bottom",
    "padding-left",
    "padding-right",
    "padding-top",
    "text-align",
    "text-decoration",
    "text-indent",
    "vertical-align",
    "white-space",
    "width",
    "word-break",
];

/// Why HTML is not shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Refused {
    /// It is too long.
    #[error("the HTML has more than {HTML_BYTES} bytes")]
    Long,
    /// It is nested too deeply.
    #[error("the HTML is nested more than {DEPTH} deep")]
    Deep,
}

/// A picture that came with a message.
pub(crate) struct Picture {
    /// Its Content-ID without angle brackets.
    pub(crate) content_id: String,
    pub(crate) media_type: String,
    pub(crate) bytes: Vec<u8>,
}

/// Whether this media type is a picture that cannot hold scripts.
pub(crate) fn is_picture(media_type: &str) -> bool {
    matches!(media_type, "image/png" | "image/jpeg" | "image/gif" | "image/webp" | "image/bmp")
}

/// `html` without scripts, forms, frames and whatever would be loaded from elsewhere; `cid:`
/// pictures are put in, others left out.
pub(crate) fn html(html: &str, pictures: &[Picture]) -> Result<String, Refused> {
    if html.len() > HTML_BYTES {
        return Err(Refused::Long);
    }
    if depth(html) > DEPTH {
        return Err(Refused::Deep);
    }
    let inlined = inlined(pictures);
    let mut builder = Builder::default();
    builder
        .add_tags(["font", "u", "big"])
        .add_generic_attributes(LOOKS)
        .add_generic_attributes(["style"])
        .filter_style_properties(STYLES.iter().copied().collect())
        .url_schemes(["http", "https", "mailto", "tel", "cid", "data"].into())
        .url_relative(UrlRelative::Deny)
        .add_clean_content_tags(["svg", "math", "template", "noscript", "title", "textarea"])
        .attribute_filter(move |element, attribute, value| {
            attribute_of(element, attribute, value, &inlined)
        });
    let body = builder.clean(html).to_string();
    Ok(format!(
        "<!doctype html><html><head><meta charset=\"utf-8\">\
         <style>body{{margin:0;font:14px system-ui,sans-serif;overflow-wrap:anywhere}}\
         img{{max-width:100%;height:auto}}blockquote{{margin:0 0 0 .5em;padding-left:.5em;\
         border-left:2px solid #ccc}}</style></head><body>{body}</body></html>"
    ))
}

/// What an attribute may be; nothing drops it.
fn attribute_of<'v>(
    element: &str,
    attribute: &str,
    value: &'v str,
    inlined: &[(String, String)],
) -> Option<Cow<'v, str>> {
    match (element, attribute) {
        ("img", "src") => {
            let id = value.strip_prefix("cid:")?;
            let found = inlined.iter().find(|(content_id, _)| content_id == id);
            found.map(|(_, data)| Cow::Owned(data.clone()))
        }
        (_, "href") => {
            let scheme = value.split(':').next()?.trim().to_ascii_lowercase();
            let follows = matches!(scheme.as_str(), "http" | "https" | "mailto" | "tel");
            follows.then_some(Cow::Borrowed(value))
        }
        (_, "src" | "cite" | "background" | "poster" | "srcset") => None,
        (_, "style") => {
            let loads = value.to_ascii_lowercase();
            let loads = loads.contains("url") || loads.contains("image") || loads.contains('\\');
            (!loads).then_some(Cow::Borrowed(value))
        }
        _ => Some(Cow::Borrowed(value)),
    }
}

fn inlined(pictures: &[Picture]) -> Vec<(String, String)> {
    let mut room = PICTURES_BYTES;
    let mut inlined = Vec::new();
    for picture in pictures {
        let fits = picture.bytes.len() <= room.min(PICTURE_BYTES);
        if fits && is_picture(&picture.media_type) {
            room -= picture.bytes.len();
            let data = data_encoding::BASE64.encode(&picture.bytes);
            let url = format!("data:{};base64,{data}", picture.media_type);
            inlined.push((picture.content_id.clone(), url));
        }
    }
    inlined
}

/// About how deep elements nest, found in one pass.
fn depth(html: &str) -> usize {
    let (mut depth, mut deepest) = (0_usize, 0);
    for tag in html.split('<').skip(1) {
        let (ends, tag) = tag.strip_prefix('/').map_or((false, tag), |tag| (true, tag));
        let len = tag.bytes().take_while(u8::is_ascii_alphanumeric).count();
        let name = &tag[..len];
        if len == 0 || FLAT.iter().any(|flat| flat.eq_ignore_ascii_case(name)) {
            continue;
        }
        if ends {
            depth = depth.saturating_sub(1);
        } else {
            depth += 1;
            deepest = deepest.max(depth);
        }
    }
    deepest
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cleaned(text: &str) -> String {
        let whole = html(text, &[]).unwrap();
        let body = whole.split_once("<body>").unwrap().1;
        body.strip_suffix("</body></html>").unwrap().to_owned()
    }

    #[test]
    fn nothing_of_a_strangers_html_runs() {
        for hostile in [
            "<script>alert(1)</script>",
            "<img src=x onerror=alert(1)>",
            "<svg onload=alert(1)><script>alert(1)</script></svg>",
            "<a href=\"javascript:alert(1)\">a</a>",
            "<a href=\" jAvaScript&colon;alert(1)\">a</a>",
            "<a href=\"data:text/html,<script>alert(1)</script>\">a</a>",
            "<iframe srcdoc=\"<script>alert(1)</script>\"></iframe>",
            "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
            "<form action=https://evil.example><input name=p></form>",
            "<base href=https://evil.example/><meta http-equiv=refresh content=\"0;url=x\">",
            "<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\">",
        ] {
            let clean = cleaned(hostile).to_lowercase();
            for word in
                ["script", "onerror", "onload", "<svg", "<iframe", "<form", "<meta", "<base"]
            {
                assert!(!clean.contains(&format!("<{word}")) && !clean.contains("alert(1)\">"));
                assert!(word == "script" || !clean.contains(word), "{hostile} gave {clean}");
            }
            assert!(!clean.contains("javascript:") && !clean.contains("data:"), "{clean}");
        }
    }

    #[test]
    fn reading_a_message_tells_its_sender_nothing() {
        for tracking in [
            "<img src=\"https://evil.example/p.gif?id=1\" alt=\"\">",
            "<img srcset=\"https://evil.example/p.gif 2x\">",
            "<table background=\"https://evil.example/p.gif\"><tr><td>x</table>",
            "<p style=\"background:url(https://evil.example/p.gif)\">x",
            "<p style=\"color:red;background-color:url(https://evil.example/p.gif)\">x",
            "<p style=\"color:\\75rl(https://evil.example/p.gif)\">x",
            "<style>@import 'https://evil.example/s.css'</style>",
            "<link rel=stylesheet href=https://evil.example/s.css>",
            "<video poster=https://evil.example/p.gif></video>",
            "<blockquote cite=https://evil.example/>x</blockquote>",
            "<img src=\"//evil.example/p.gif\">",
        ] {
            assert!(!cleaned(tracking).contains("evil.example"), "{tracking}");
        }
    }

    #[test]
    fn a_screenshot_that_came_along_is_shown() {
        let picture = |media_type: &str| Picture {
            content_id: "shot@x".to_owned(),
            media_type: media_type.to_owned(),
            bytes: b"png".to_vec(),
        };
        let shown = html("<img src=\"cid:shot@x\">", &[picture("image/png")]).unwrap();
        assert!(shown.contains("<img src=\"data:image/png;base64,cG5n\">"), "{shown}");
        let hidden = html("<img src=\"cid:shot@x\">", &[picture("image/svg+xml")]).unwrap();
        assert!(!hidden.contains("data:"), "{hidden}");
    }

    #[test]
    fn ordinary_formatting_and_links_stay() {
        let text = "<p style=\"color:red;position:fixed\">Hi <b>Jo</b>, see \
                    <a href=\"https://x.example/a?b=1\">this</a></p><table border=1><tr><td>1</table>";
        let clean = cleaned(text);
        assert!(clean.contains("<b>Jo</b>") && clean.contains("href=\"https://x.example/a?b=1\""));
        assert!(clean.contains("color:red") && !clean.contains("position"), "{clean}");
        assert!(clean.contains("<table border=\"1\">"), "{clean}");
    }

    #[test]
    fn html_that_would_keep_the_service_busy_is_refused() {
        assert_eq!(html(&"<div>".repeat(20_000), &[]), Err(Refused::Deep));
        assert_eq!(html(&"x".repeat(HTML_BYTES + 1), &[]), Err(Refused::Long));
        assert!(html(&"<p>one<br>two".repeat(20_000), &[]).is_ok());
    }
}
