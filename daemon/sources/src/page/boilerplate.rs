//! Parts of a page that are not its matter.

use std::collections::HashMap;

use ego_tree::{NodeId, iter::Edge};
use scraper::{ElementRef, Node, node::Element};

/// Words by which people name such parts, in classes and ids.
const NAMES: &[&str] = &[
    "ad",
    "ads",
    "advert",
    "advertisement",
    "advertisements",
    "advertising",
    "breadcrumb",
    "breadcrumbs",
    "carousel",
    "consent",
    "cookie",
    "cookies",
    "footer",
    "gdpr",
    "menu",
    "minitoc",
    "modal",
    "nav",
    "navbar",
    "navigation",
    "newsletter",
    "pager",
    "pagination",
    "popup",
    "promo",
    "promotion",
    "recommendations",
    "recommended",
    "related",
    "share",
    "sharing",
    "sidebar",
    "sitemap",
    "skip",
    "skiplink",
    "social",
    "sponsor",
    "sponsored",
    "submenu",
    "subscribe",
    "testimonial",
    "testimonials",
    "toc",
    "toolbar",
    "tooltip",
    "trending",
];

/// Roles of such parts (WAI-ARIA).
const ROLES: &[&str] = &[
    "alertdialog",
    "banner",
    "complementary",
    "contentinfo",
    "dialog",
    "menu",
    "menubar",
    "navigation",
    "search",
    "toolbar",
    "tooltip",
];

/// Whether nothing in an element is text for people.
pub fn is_mute(element: &Element) -> bool {
    let named = matches!(
        element.name(),
        "script"
            | "style"
            | "noscript"
            | "template"
            | "head"
            | "svg"
            | "math"
            | "iframe"
            | "object"
            | "embed"
            | "canvas"
            | "video"
            | "audio"
            | "select"
            | "textarea"
            | "input"
            | "button"
            | "datalist"
            | "map"
            | "progress"
            | "meter"
    );
    named
        || element.attr("hidden").is_some()
        // Marks in a line are hidden from screen readers, and seen by everybody else.
        || element.attr("aria-hidden") == Some("true") && element.name() != "span"
        || element.attr("style").is_some_and(is_hidden)
}

fn is_hidden(style: &str) -> bool {
    let bare: String = style.chars().filter(|c| !c.is_whitespace()).collect();
    let bare = bare.to_ascii_lowercase();
    bare.contains("display:none") || bare.contains("visibility:hidden")
}

/// Whether an element says of itself that it is not the page's matter.
fn is_aside(element: &Element) -> bool {
    matches!(element.name(), "nav" | "aside" | "dialog" | "menu")
        || element.attr("role").is_some_and(|role| ROLES.contains(&role))
}

/// How much text lies in each element of a page.
pub struct Weights {
    within: HashMap<NodeId, usize>,
    all: usize,
    root: NodeId,
}

impl Weights {
    /// Weighs the elements below `root`.
    pub fn of(root: ElementRef<'_>) -> Self {
        let mut within = HashMap::new();
        let mut open: Vec<usize> = Vec::new();
        let mut sum = 0;
        let mut mute = 0_usize;
        for edge in root.traverse() {
            match edge {
                Edge::Open(node) => match node.value() {
                    Node::Text(text) if mute == 0 => sum += text.trim().len(),
                    Node::Element(element) => {
                        open.push(sum);
                        mute += usize::from(mute > 0 || is_mute(element) || is_aside(element));
                    }
                    _ => {}
                },
                Edge::Close(node) => {
                    if matches!(node.value(), Node::Element(_)) {
                        mute = mute.saturating_sub(1);
                        within.insert(node.id(), sum - open.pop().unwrap_or(sum));
                    }
                }
            }
        }
        Self { within, all: sum, root: root.id() }
    }

    /// Whether an element is not the page's matter. One that holds most of the text is, whatever
    /// people named it.
    pub fn is_boilerplate(&self, element: ElementRef<'_>) -> bool {
        let value = element.value();
        if matches!(value.name(), "html" | "body" | "main" | "article") {
            return false;
        }
        if is_aside(value) {
            return true;
        }
        let weight = self.within.get(&element.id()).copied().unwrap_or(0);
        if weight * 2 > self.all {
            return false;
        }
        // A header or footer of a part is its title or its date; one of the page is its frame.
        matches!(value.name(), "header" | "footer") && !self.is_part(element)
            || value.classes().any(is_named_so)
            || value.id().is_some_and(is_named_so)
    }

    /// Whether an element lies in a part of the page that has a matter of its own.
    fn is_part(&self, element: ElementRef<'_>) -> bool {
        let root_is_main = element
            .ancestors()
            .filter_map(ElementRef::wrap)
            .any(|outer| matches!(outer.value().name(), "article" | "main" | "section"));
        root_is_main || element.ancestors().all(|outer| outer.id() != self.root)
    }
}

/// Whether one of the words in a class or id is among [`NAMES`].
fn is_named_so(name: &str) -> bool {
    words(name).any(|word| NAMES.contains(&word.as_str()))
}

/// The words of a name as programmers join them: `site-footer`, `siteFooter`, `site__footer`.
fn words(name: &str) -> impl Iterator<Item = String> {
    let mut spaced = String::with_capacity(name.len() + 4);
    let mut lower = false;
    for c in name.chars() {
        if lower && c.is_ascii_uppercase() {
            spaced.push(' ');
        }
        lower = c.is_ascii_lowercase();
        spaced.push(if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { ' ' });
    }
    spaced
        .split(' ')
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect::<Vec<_>>()
        .into_iter()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_read_by_its_words_and_never_by_its_letters() {
        for noise in ["site-footer", "siteFooter", "js_nav__item", "Related", "ad"] {
            assert!(is_named_so(noise), "{noise}");
        }
        for matter in ["download", "navigator2000x", "header", "shared", "loading", "adoption"] {
            assert!(!is_named_so(matter), "{matter}");
        }
    }
}
