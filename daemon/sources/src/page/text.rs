//! What a page says: its readable lines, in order.
//!
//! Without a selector the main part of the page is read: what leads elsewhere (navigation, footers,
//! banners, related links) is left out by the meaning of its elements and by the names that people
//! give such parts. With a selector, what it finds is read whole.

use scraper::{ElementRef, Html, Node, Selector, node::Element};

use super::{
    PageError,
    boilerplate::{self, Weights},
};

/// The most elements that may lie within one another: building a tree takes time by its depth.
const DEEPEST: usize = 1000;
/// The most lines of a page that are read.
const MOST_LINES: usize = 50_000;
/// A part that says less than this is not taken for the main one.
const MAIN: usize = 200;

/// What a page says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reading {
    /// Its title; may be empty.
    pub title: String,
    /// Its lines.
    pub lines: Vec<Line>,
}

/// A line of a page.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Line {
    /// Its words.
    pub text: String,
    /// Where its links lead.
    pub links: Vec<String>,
    /// Whether nothing of it stands outside a link.
    pub all_link: bool,
    /// Whether it is a heading.
    pub heading: bool,
}

/// What of a page is read.
#[derive(Debug, Clone, Default)]
pub struct Scope {
    /// The parts that are read; without one, the main part.
    pub selector: Option<Selector>,
    /// Parts that are left out.
    pub ignore: Vec<Selector>,
}

/// Reads a CSS selector; says what is wrong with it.
pub fn selector(text: &str) -> Result<Selector, String> {
    Selector::parse(text)
        .map_err(|error| format!("\"{text}\" is no CSS selector ({error}); write it as main .news"))
}

/// Reads HTML, of which `host` is the server's name.
pub fn read(html: &str, host: &str, scope: &Scope) -> Result<Reading, PageError> {
    if is_too_deep(html) {
        return Err(PageError::TooDeep);
    }
    let page = Html::parse_document(html);
    let ignored: Vec<_> =
        scope.ignore.iter().flat_map(|s| page.select(s)).map(|found| found.id()).collect();
    let roots = match &scope.selector {
        Some(selector) => outermost(page.select(selector).collect()),
        None => vec![main_part(&page)],
    };
    if roots.is_empty() {
        return Err(PageError::NothingSelected);
    }
    let plain = |element: ElementRef<'_>| {
        ignored.contains(&element.id()) || boilerplate::is_mute(element.value())
    };
    let mut lines = Vec::new();
    if scope.selector.is_none() {
        let weights = Weights::of(roots[0]);
        lines = lines_of(&roots, host, &plain, &|element| weights.is_boilerplate(element));
    }
    if lines.is_empty() {
        lines = lines_of(&roots, host, &plain, &|_| false);
    }
    Ok(Reading { title: title(&page), lines })
}

type Test<'t> = &'t dyn Fn(ElementRef<'_>) -> bool;

fn lines_of(roots: &[ElementRef<'_>], host: &str, mute: Test<'_>, aside: Test<'_>) -> Vec<Line> {
    let mut reader = Reader { host, lines: Vec::new(), line: Building::default(), empty: None };
    for root in roots {
        reader.walk(*root, mute, aside);
    }
    reader.close_heading();
    reader.lines
}

/// Those that lie in no other.
fn outermost(found: Vec<ElementRef<'_>>) -> Vec<ElementRef<'_>> {
    let ids: Vec<_> = found.iter().map(|element| element.id()).collect();
    let inside =
        |element: &ElementRef<'_>| element.ancestors().any(|outer| ids.contains(&outer.id()));
    found.into_iter().filter(|element| !inside(element)).collect()
}

/// The part of a page that is its matter.
fn main_part(page: &Html) -> ElementRef<'_> {
    let mut candidates: Vec<ElementRef<'_>> = Vec::new();
    let mut articles = Vec::new();
    let mut body = page.root_element();
    for element in page.root_element().descendent_elements() {
        let value = element.value();
        match value.name() {
            "main" => candidates.push(element),
            "article" => articles.push(element),
            "body" => body = element,
            _ if value.attr("role") == Some("main") => candidates.push(element),
            _ => {}
        }
    }
    if let [only] = articles[..] {
        candidates.push(only);
    }
    let says = |element: &ElementRef<'_>| {
        element.text().map(|text| text.trim().len()).sum::<usize>() >= MAIN
    };
    candidates.into_iter().find(says).unwrap_or(body)
}

fn title(page: &Html) -> String {
    let found = page.root_element().descendent_elements().find(|e| e.value().name() == "title");
    let text: String = found.map(|element| element.text().collect()).unwrap_or_default();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Whether elements lie deeper in one another than is sane, by a look at the tags alone.
fn is_too_deep(html: &str) -> bool {
    let bytes = html.as_bytes();
    let mut depth = 0_usize;
    for at in memchr::memchr_iter(b'<', bytes) {
        match bytes.get(at + 1) {
            Some(b'/') => depth = depth.saturating_sub(1),
            Some(first) if first.is_ascii_alphabetic() => {
                let name =
                    bytes[at + 1..].iter().take(12).take_while(|b| b.is_ascii_alphanumeric());
                let name: Vec<u8> = name.map(u8::to_ascii_lowercase).collect();
                depth += usize::from(!stands_alone(&name));
            }
            _ => {}
        }
        if depth > DEEPEST {
            return true;
        }
    }
    false
}

/// Elements that have no end tag, or may lack it.
fn stands_alone(name: &[u8]) -> bool {
    const ALONE: &[&[u8]] = &[
        b"area",
        b"base",
        b"br",
        b"col",
        b"embed",
        b"hr",
        b"img",
        b"input",
        b"link",
        b"meta",
        b"source",
        b"track",
        b"wbr",
        b"p",
        b"li",
        b"dt",
        b"dd",
        b"tr",
        b"td",
        b"th",
        b"thead",
        b"tbody",
        b"tfoot",
        b"option",
        b"path",
        b"rect",
        b"circle",
        b"use",
        b"line",
        b"polygon",
        b"polyline",
        b"ellipse",
        b"stop",
    ];
    ALONE.contains(&name)
}

#[derive(Default)]
struct Building {
    line: Line,
    /// Characters outside links.
    plain: usize,
}

struct Reader<'h> {
    host: &'h str,
    lines: Vec<Line>,
    line: Building,
    /// The last line, if it is a heading of which nothing is read.
    empty: Option<usize>,
}

impl Reader<'_> {
    /// Reads all below `root`, in order and without recursion.
    fn walk(&mut self, root: ElementRef<'_>, skip: Test<'_>, aside: Test<'_>) {
        use ego_tree::iter::Edge;
        // How deep we are in parts that are left out, in links and in headings.
        let (mut mute, mut linked, mut heading) = (0_usize, 0_usize, 0_usize);
        for edge in root.traverse() {
            match edge {
                Edge::Open(node) => match node.value() {
                    Node::Text(text) if mute == 0 => self.add(text, linked > 0, heading > 0),
                    Node::Element(element) => {
                        let within = ElementRef::wrap(node).filter(|e| e.id() != root.id());
                        let beside = mute == 0 && within.is_some_and(aside);
                        let out = mute > 0 || beside || within.is_some_and(skip);
                        mute += usize::from(out);
                        if beside {
                            self.end();
                            let last = self.lines.len().checked_sub(1);
                            self.empty = last.filter(|at| self.lines[*at].heading);
                            if within.is_some_and(follows_heading) {
                                self.close_heading();
                            }
                        }
                        if !out {
                            self.open(element);
                            linked += usize::from(element.name() == "a");
                            heading += usize::from(is_heading(element.name()));
                        }
                    }
                    _ => {}
                },
                Edge::Close(node) => {
                    if let Node::Element(element) = node.value() {
                        if mute > 0 {
                            mute -= 1;
                        } else {
                            linked -= usize::from(element.name() == "a");
                            heading -= usize::from(is_heading(element.name()));
                            if is_block(element.name()) {
                                self.end();
                            }
                        }
                    }
                }
            }
        }
        self.end();
    }

    fn open(&mut self, element: &Element) {
        match element.name() {
            "td" | "th" if !self.line.line.text.trim_end().is_empty() => {
                self.line.line.text.push_str(" | ");
            }
            "a" => {
                let target = element.attr("href").and_then(|href| target(href, self.host));
                self.line.line.links.extend(target);
            }
            "img" => {
                if let Some(words) = element.attr("alt") {
                    self.add(words, true, false);
                }
            }
            name if is_block(name) => self.end(),
            _ => {}
        }
    }

    fn add(&mut self, text: &str, linked: bool, heading: bool) {
        let line = &mut self.line.line.text;
        if text.starts_with(char::is_whitespace) && !line.is_empty() && !line.ends_with(' ') {
            line.push(' ');
        }
        for (index, word) in text.split_whitespace().enumerate() {
            if index > 0 {
                line.push(' ');
            }
            line.push_str(word);
            if !linked {
                self.line.plain += word.chars().filter(|c| c.is_alphanumeric()).count();
            }
        }
        if text.ends_with(char::is_whitespace) && !line.is_empty() && !line.ends_with(' ') {
            line.push(' ');
        }
        self.line.line.heading |= heading;
    }

    fn end(&mut self) {
        let mut done = std::mem::take(&mut self.line);
        let text = done.line.text.trim();
        if text.chars().any(char::is_alphanumeric) && self.lines.len() < MOST_LINES {
            let text = text.to_owned();
            done.line.text = text;
            done.line.all_link = done.plain == 0;
            if done.line.heading {
                self.close_heading();
            } else {
                self.empty = None;
            }
            self.lines.push(done.line);
        }
    }

    /// Takes a heading back that stands above what is left out alone.
    fn close_heading(&mut self) {
        if let Some(at) = self.empty.take() {
            self.lines.truncate(at);
        }
    }
}

/// Where a link leads, without what changes from visit to visit; nothing if it leads nowhere.
fn target(href: &str, host: &str) -> Option<String> {
    let href = href.trim();
    let end = href.find(['?', '#']).unwrap_or(href.len());
    let bare = &href[..end];
    let bare =
        ["https://", "http://", "//"].iter().find_map(|s| bare.strip_prefix(s)).unwrap_or(bare);
    let bare = bare.strip_prefix("www.").unwrap_or(bare);
    let host = host.strip_prefix("www.").unwrap_or(host);
    let bare = bare.strip_prefix(host).filter(|_| !host.is_empty()).unwrap_or(bare);
    let scripted = bare.starts_with("javascript:") || bare.starts_with("data:");
    // Addresses that a proxy hides are scrambled anew at every visit.
    let scrambled = bare.starts_with("/cdn-cgi/");
    let bare = bare.trim_end_matches(['.', ',', ' ']);
    (!bare.is_empty() && !scripted && !scrambled).then(|| bare.to_owned())
}

/// Whether an element comes right after a heading of its own, as "In this article" stands above a
/// list of links. The title of the page is nobody's own.
fn follows_heading(element: ElementRef<'_>) -> bool {
    let before = element.prev_siblings().find_map(ElementRef::wrap);
    before.is_some_and(|before| is_heading(before.value().name()) && before.value().name() != "h1")
}

fn is_heading(name: &str) -> bool {
    matches!(name, "h1" | "h2" | "h3" | "h4" | "h5" | "h6")
}

fn is_block(name: &str) -> bool {
    matches!(
        name,
        "address"
            | "article"
            | "aside"
            | "blockquote"
            | "body"
            | "br"
            | "caption"
            | "dd"
            | "details"
            | "dialog"
            | "div"
            | "dl"
            | "dt"
            | "fieldset"
            | "figcaption"
            | "figure"
            | "footer"
            | "form"
            | "h1"
            | "h2"
            | "h3"
            | "h4"
            | "h5"
            | "h6"
            | "header"
            | "hr"
            | "legend"
            | "li"
            | "main"
            | "nav"
            | "ol"
            | "p"
            | "pre"
            | "section"
            | "summary"
            | "table"
            | "tbody"
            | "thead"
            | "tr"
            | "ul"
            | "entry"
            | "item"
            | "title"
            | "content"
            | "description"
            | "channel"
            | "feed"
            | "published"
            | "updated"
            | "pubdate"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(html: &str, scope: &Scope) -> Vec<String> {
        let reading = read(html, "status.northwind.example", scope).unwrap();
        reading.lines.into_iter().map(|line| line.text).collect()
    }

    fn selected(selector: &str) -> Scope {
        Scope { selector: Selector::parse(selector).ok(), ignore: Vec::new() }
    }

    #[test]
    fn what_leads_elsewhere_is_not_what_the_page_says() {
        let page = "<html><head><title> Status \n page</title><style>p{}</style></head><body>\
            <nav><a href=/a>Home</a></nav><div class='cookie-banner'>We use cookies.</div>\
            <div><h1>Exports</h1><p>All systems <b>work</b>.</p><table><tr><td>API</td><td>Up</td>\
            </tr></table><script>var x = 1;</script><p hidden>secret</p></div>\
            <footer>Imprint</footer></body></html>";
        assert_eq!(lines(page, &Scope::default()), ["Exports", "All systems work.", "API | Up"]);
        let found = read(page, "", &Scope::default()).unwrap();
        assert_eq!(found.title, "Status page");
        assert_eq!(lines(page, &selected("footer")), ["Imprint"]);
        let ignore = vec![Selector::parse("table").unwrap()];
        let scope = Scope { selector: None, ignore };
        assert_eq!(lines(page, &scope), ["Exports", "All systems work."]);
        let error = read(page, "", &selected(".gone")).unwrap_err();
        assert!(matches!(error, PageError::NothingSelected));
    }

    #[test]
    fn a_page_nested_without_end_is_refused_before_a_tree_is_built() {
        let deep = "<div>".repeat(100_000);
        assert!(matches!(read(&deep, "", &Scope::default()), Err(PageError::TooDeep)));
        let long = "<p>One.<br><img src=x><li>Two".repeat(5000);
        assert!(read(&long, "", &Scope::default()).is_ok());
    }

    #[test]
    fn a_part_whose_name_sounds_like_noise_stays_where_it_holds_the_page() {
        let text = "The incident goes on. ".repeat(20);
        let page =
            format!("<body class='has-sidebar'><div id='menu-page'><p>{text}</p></div></body>");
        assert_eq!(lines(&page, &Scope::default()).len(), 1);
    }
}
