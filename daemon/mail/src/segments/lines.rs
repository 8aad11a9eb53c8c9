//! Lines of a body with their depth of quotation.

/// One line.
#[derive(Debug, Clone, Copy)]
pub(super) struct Line<'b> {
    /// Byte offset of its start.
    pub start: usize,
    /// Byte offset behind its line end.
    pub end: usize,
    /// The line without white space at its end.
    pub text: &'b str,
    /// How many quotation marks it starts with.
    pub depth: usize,
    /// The line behind its quotation marks.
    pub content: &'b str,
}

impl Line<'_> {
    /// Whether nothing stands on it.
    pub fn is_blank(&self) -> bool {
        self.text.is_empty()
    }

    /// Whether it is marked as quoted.
    pub fn is_quoted(&self) -> bool {
        self.depth > 0
    }
}

/// The lines of `body`.
pub(super) fn split(body: &str) -> Vec<Line<'_>> {
    let mut lines = Vec::with_capacity(body.len() / 32 + 1);
    let mut start = 0;
    while start < body.len() {
        let rest = body.get(start..).unwrap_or_default();
        let end = memchr::memchr(b'\n', rest.as_bytes()).map_or(body.len(), |at| start + at + 1);
        let text = body.get(start..end).unwrap_or_default().trim_end();
        let (depth, content) = quotation(text);
        lines.push(Line { start, end, text, depth, content });
        start = end;
    }
    lines
}

/// The depth of quotation of a line, and what stands behind the marks.
fn quotation(text: &str) -> (usize, &str) {
    let mut rest = without_initials(text).unwrap_or(text);
    let mut depth = 0;
    loop {
        let next = rest.trim_start_matches(' ');
        let indent = rest.len() - next.len();
        match next.strip_prefix('>') {
            Some(behind) if indent <= 3 => {
                depth += 1;
                rest = behind;
            }
            _ if depth == 0 => return (0, text),
            _ => return (depth, rest.strip_prefix(' ').unwrap_or(rest)),
        }
    }
}

/// The quotation mark of a line that names who is quoted by initials: `JD> text`.
fn without_initials(text: &str) -> Option<&str> {
    let letters = text.bytes().take_while(u8::is_ascii_uppercase).count();
    let rest = text.get(letters..)?;
    ((1..=3).contains(&letters) && rest.starts_with('>')).then_some(rest)
}

/// `text` with one level of quotation marks taken off.
pub(crate) fn unquote(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        let bare = line.trim_start_matches(' ');
        match bare.strip_prefix('>') {
            Some(rest) => out.push_str(rest.strip_prefix(' ').unwrap_or(rest)),
            None => out.push_str(line),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotation_marks_are_counted_however_they_are_spaced() {
        let depths: Vec<_> = split("a\n> b\n>> c\n> > > d\n  > e\nJD> f\nx > g\n>")
            .iter()
            .map(|line| (line.depth, line.content))
            .collect();
        let want =
            [(0, "a"), (1, "b"), (2, "c"), (3, "d"), (1, "e"), (1, "f"), (0, "x > g"), (1, "")];
        assert_eq!(depths, want);
    }

    #[test]
    fn one_level_is_taken_off() {
        assert_eq!(unquote("> a\n>> b\n>\nc\n"), "a\n> b\n\nc\n");
    }
}
