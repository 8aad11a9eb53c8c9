//! HTML to plain text: every visible word once, lines as a reader sees them, quotation marked
//! with `> ` by depth.
//!
//! Works on the tokens of the page, without a tree: linear in its length, whatever its nesting.

use std::cell::RefCell;

use html5ever::{
    Attribute, TokenizerResult,
    buffer_queue::BufferQueue,
    tendril::StrTendril,
    tokenizer::{
        Tag, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts, states::RawKind,
    },
};

/// A line that stands for the rule which Outlook draws above the message that it quotes.
pub(crate) const QUOTE_RULE: &str = "________________________________";

/// The line that announces a signature (RFC 3676 4.3), written where the page marks one.
const SIGNATURE_DELIMITER: &str = "-- ";

/// Open elements that are kept track of; deeper ones are taken for part of their parent.
const MAX_OPEN: usize = 4_096;

/// The text of the page `html`.
pub(crate) fn to_text(html: &str) -> String {
    let text = convert(html, Hidden::Skip);
    if text.trim().is_empty() && html.len() > 20 {
        // A title or style that never ends hides the whole page; its text is better than none.
        return convert(html, Hidden::Show);
    }
    text
}

#[derive(Clone, Copy, PartialEq)]
enum Hidden {
    Skip,
    Show,
}

fn convert(html: &str, hidden: Hidden) -> String {
    let sink = Sink { writer: RefCell::new(Writer::new(html.len() / 2)), hidden };
    let tokenizer = Tokenizer::new(sink, TokenizerOpts::default());
    let input = BufferQueue::default();
    input.push_back(StrTendril::from_slice(html));
    // The tokenizer stops at the end of each script; none is run.
    while !matches!(tokenizer.feed(&input), TokenizerResult::Done) {}
    tokenizer.end();
    tokenizer.sink.writer.into_inner().finish()
}

struct Sink {
    writer: RefCell<Writer>,
    hidden: Hidden,
}

impl TokenSink for Sink {
    type Handle = ();

    fn process_token(&self, token: Token, _line: u64) -> TokenSinkResult<()> {
        let mut writer = self.writer.borrow_mut();
        match token {
            Token::CharacterTokens(text) => writer.text(&text),
            Token::TagToken(tag) if tag.kind == TagKind::StartTag => {
                writer.start(&tag);
                if self.hidden == Hidden::Skip {
                    return raw_kind(&tag.name).map_or(TokenSinkResult::Continue, |kind| {
                        writer.skipping = true;
                        TokenSinkResult::RawData(kind)
                    });
                }
            }
            Token::TagToken(tag) => writer.end(&tag),
            _ => {}
        }
        TokenSinkResult::Continue
    }
}

/// How the content of an element that shows no text must be tokenized.
fn raw_kind(name: &str) -> Option<RawKind> {
    match name {
        "script" => Some(RawKind::ScriptData),
        "style" | "xmp" | "iframe" | "noembed" | "noframes" => Some(RawKind::Rawtext),
        "title" => Some(RawKind::Rcdata),
        _ => None,
    }
}

/// An element that may quote.
struct Open {
    blockquote: bool,
    quotes: bool,
}

struct Writer {
    out: String,
    open: Vec<Open>,
    /// Elements opened beyond [`MAX_OPEN`].
    unseen: usize,
    quote_depth: usize,
    pre_depth: usize,
    skipping: bool,
    /// Line breaks to write before the next word.
    breaks: usize,
    /// Whether a space belongs before the next word.
    space: bool,
    line_is_empty: bool,
}

impl Writer {
    fn new(capacity: usize) -> Self {
        Self {
            out: String::with_capacity(capacity),
            open: Vec::new(),
            unseen: 0,
            quote_depth: 0,
            pre_depth: 0,
            skipping: false,
            breaks: 0,
            space: false,
            line_is_empty: true,
        }
    }

    fn text(&mut self, text: &str) {
        if self.skipping {
            return;
        }
        if self.pre_depth > 0 {
            for (number, line) in text.split('\n').enumerate() {
                if number > 0 {
                    self.break_line();
                }
                let line = line.trim_end_matches('\r');
                if !line.is_empty() {
                    self.word(line);
                }
            }
            return;
        }
        let mut rest = text;
        while !rest.is_empty() {
            let blank = rest.trim_start_matches(is_collapsible);
            self.space |= blank.len() < rest.len();
            let end = blank.find(is_collapsible).unwrap_or(blank.len());
            let (word, after) = blank.split_at(end);
            if !word.is_empty() {
                self.word(word);
            }
            rest = after;
        }
    }

    fn word(&mut self, word: &str) {
        self.write_breaks();
        if self.line_is_empty {
            for _ in 0..self.quote_depth.min(16) {
                self.out.push_str("> ");
            }
        } else if self.space {
            self.out.push(' ');
        }
        self.space = false;
        self.line_is_empty = false;
        if word.contains(['\u{a0}', '\u{200b}', '\u{feff}']) {
            self.out.extend(word.chars().filter_map(visible));
        } else {
            self.out.push_str(word);
        }
    }

    fn write_breaks(&mut self) {
        if self.breaks == 0 {
            return;
        }
        if !self.out.is_empty() {
            self.out.push('\n');
            for _ in 1..self.breaks {
                if self.quote_depth > 0 {
                    self.out.push('>');
                }
                self.out.push('\n');
            }
        }
        self.breaks = 0;
        self.line_is_empty = true;
        self.space = false;
    }

    /// A line break that always counts, such as `<br>`.
    fn break_line(&mut self) {
        self.breaks = (self.breaks + 1).min(3);
        self.space = false;
    }

    /// Starts a new line unless one was just started.
    fn block(&mut self) {
        if !self.line_is_empty {
            self.breaks = self.breaks.max(1);
        }
        self.space = false;
    }

    /// Leaves a line empty, as margins do.
    fn margin(&mut self) {
        self.breaks = self.breaks.max(2);
        self.space = false;
    }

    fn line(&mut self, text: &str) {
        self.margin();
        self.word(text);
        self.breaks = 1;
    }

    fn start(&mut self, tag: &Tag) {
        match &*tag.name {
            "br" => self.break_line(),
            "p" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "ul" | "ol" | "dl" => self.margin(),
            "pre" | "plaintext" | "listing" | "textarea" => {
                self.margin();
                self.pre_depth += 1;
            }
            "hr" => self.line(QUOTE_RULE),
            "li" => {
                self.block();
                self.word("-");
                self.space = true;
            }
            "td" | "th" => self.space = true,
            "div" => {
                self.block();
                let quotes = div_quotes(&tag.attrs);
                self.open(false, quotes);
                if starts_outlook_quotation(&tag.attrs) {
                    self.line(QUOTE_RULE);
                } else if self.quote_depth == 0 && is_signature(&tag.attrs) {
                    self.line(SIGNATURE_DELIMITER);
                }
            }
            "blockquote" => {
                self.margin();
                self.open(true, blockquote_quotes(&tag.attrs));
            }
            name if is_block(name) => self.block(),
            _ => {}
        }
    }

    fn end(&mut self, tag: &Tag) {
        self.skipping = false;
        match &*tag.name {
            "br" => self.break_line(),
            "p" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "ul" | "ol" | "dl" => self.margin(),
            "pre" | "plaintext" | "listing" | "textarea" => {
                self.pre_depth = self.pre_depth.saturating_sub(1);
                self.margin();
            }
            "td" | "th" => self.space = true,
            "div" => {
                self.block();
                self.close(false);
            }
            "blockquote" => {
                self.margin();
                self.close(true);
            }
            name if is_block(name) => self.block(),
            _ => {}
        }
    }

    fn open(&mut self, blockquote: bool, quotes: bool) {
        if self.open.len() >= MAX_OPEN {
            self.unseen += 1;
            return;
        }
        if quotes {
            self.write_breaks();
            self.quote_depth += 1;
        }
        self.open.push(Open { blockquote, quotes });
    }

    /// Closes the innermost open element of this kind; those within it that were left open end too.
    fn close(&mut self, blockquote: bool) {
        if self.unseen > 0 {
            self.unseen -= 1;
            return;
        }
        // A stray end tag of a div must not end a quotation around it.
        let innermost = self.open.iter().rposition(|o| o.blockquote == blockquote);
        let Some(at) =
            innermost.filter(|at| blockquote || self.open.iter().skip(*at).all(|o| !o.blockquote))
        else {
            return;
        };
        let ended = self.open.drain(at..).filter(|o| o.quotes).count();
        if ended > 0 {
            self.write_breaks_within_quotation();
            self.quote_depth -= ended;
        }
    }

    /// Ends the quoted line, so that what follows starts on an unquoted one.
    fn write_breaks_within_quotation(&mut self) {
        self.breaks = self.breaks.max(1);
    }

    fn finish(mut self) -> String {
        let kept = self.out.trim_end().len();
        self.out.truncate(kept);
        if !self.out.is_empty() {
            self.out.push('\n');
        }
        self.out
    }
}

fn is_collapsible(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\n' | '\r' | '\u{c}')
}

/// The character as plain text shows it: hard spaces are spaces, zero-width ones nothing.
fn visible(c: char) -> Option<char> {
    match c {
        '\u{a0}' => Some(' '),
        '\u{200b}' | '\u{feff}' => None,
        _ => Some(c),
    }
}

fn is_block(name: &str) -> bool {
    matches!(
        name,
        "table"
            | "tr"
            | "tbody"
            | "thead"
            | "tfoot"
            | "caption"
            | "center"
            | "address"
            | "article"
            | "aside"
            | "section"
            | "header"
            | "footer"
            | "main"
            | "nav"
            | "figure"
            | "form"
            | "fieldset"
            | "dt"
            | "dd"
            | "body"
            | "html"
            | "details"
            | "summary"
            | "option"
            | "dir"
            | "menu"
    )
}

fn attribute<'a>(attrs: &'a [Attribute], name: &str) -> &'a str {
    attrs.iter().find(|a| &*a.name.local == name).map_or("", |a| &a.value)
}

/// Whether a blockquote quotes mail; one without a border is mere indentation.
fn blockquote_quotes(attrs: &[Attribute]) -> bool {
    let style = attribute(attrs, "style").to_ascii_lowercase();
    !style.contains("border:none") && !style.contains("border: none")
        || attribute(attrs, "type").eq_ignore_ascii_case("cite")
        || attribute(attrs, "class").contains("gmail_quote")
}

/// Whether a div holds a quoted message without further marks.
fn div_quotes(attrs: &[Attribute]) -> bool {
    let class = attribute(attrs, "class");
    class
        .split_whitespace()
        .any(|c| matches!(c, "yahoo_quoted" | "zmail_extra" | "gmail_extra_quote"))
}

/// Whether a div is marked as the sender's signature. Apple's mark is left out: replies are
/// typed within it.
fn is_signature(attrs: &[Attribute]) -> bool {
    let classes = ["gmail_signature", "moz-signature", "protonmail_signature_block"];
    attribute(attrs, "class").split_whitespace().any(|class| classes.contains(&class))
        || matches!(attribute(attrs, "id"), "Signature" | "ms-outlook-mobile-signature")
}

/// Whether a div starts what Outlook quotes: by its id, or by the rule that it draws on top.
fn starts_outlook_quotation(attrs: &[Attribute]) -> bool {
    let id = attribute(attrs, "id");
    if id.ends_with("divRplyFwdMsg") || id == "mail-editor-reference-message-container" {
        return true;
    }
    let style = attribute(attrs, "style");
    if !style.contains("border-top") && !style.contains("BORDER-TOP") {
        return false;
    }
    let style: String = style.to_ascii_lowercase().split_whitespace().collect();
    style.contains("border-top:solid")
        && style.contains("border:none")
        && style.contains("padding:3")
        || style.contains("border-top:#b5c4df") && style.contains("solid")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(html: &str, text: &str) {
        assert_eq!(to_text(html), text, "{html}");
    }

    #[test]
    fn a_page_reads_as_it_looks() {
        check(
            "<p>Hello&nbsp;<b>wor</b>ld &amp; all</p><p>two\n lines</p>",
            "Hello world & all\n\ntwo lines\n",
        );
        check("one<br>two<br><br>three", "one\ntwo\n\nthree\n");
        check("<ul><li>a</li><li>b</li></ul>end", "- a\n- b\n\nend\n");
        check("<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>", "a b\nc\n");
        check("<pre>a  b\n  c</pre>", "a  b\n  c\n");
        check("<div><div><div>x</div></div></div><div>y</div>", "x\ny\n");
        check(
            "<style>p {}</style><script>if (a<b) {}</script><title>t</title><!-- c -->shown",
            "shown\n",
        );
        check("", "");
    }

    #[test]
    fn quotation_is_marked_by_depth() {
        check(
            "new<blockquote type=cite>old<br><br>more<blockquote>older</blockquote></blockquote>again",
            "new\n\n> old\n>\n> more\n>\n> > older\n\nagain\n",
        );
        check(
            r#"<blockquote style="margin:0 0 0 40px;border:none;padding:0px">indented</blockquote>"#,
            "indented\n",
        );
        check(r#"new<div class="yahoo_quoted">old</div></div>new"#, "new\n> old\nnew\n");
    }

    #[test]
    fn what_outlook_quotes_starts_at_a_rule() {
        let rule = QUOTE_RULE;
        let text = format!("new\n\n{rule}\nFrom: A\n");
        check(r#"new<div id="divRplyFwdMsg">From: A</div>"#, &text);
        let style = "border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm";
        check(&format!(r#"new<div style="{style}">From: A</div>"#), &text);
    }

    #[test]
    fn a_marked_signature_gets_its_delimiter() {
        check(r#"new<div class="gmail_signature">Jane</div>"#, "new\n\n-- \nJane\n");
    }

    #[test]
    fn an_element_that_never_ends_does_not_hide_the_text() {
        check(
            "<title>oops <p>all the words of this mail</p>",
            "oops\n\nall the words of this mail\n",
        );
        check("<div><blockquote>a", "> a\n");
    }
}
