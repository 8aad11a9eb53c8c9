//! Tokens to a tree.

use std::ops::Range;

use super::{
    ast::{Node, Problem, Scope, Text, ViewTerm},
    dates::{Clock, read_date, whole_day},
    lexer::{Token, TokenKind, tokens},
};
use crate::search::tags;

/// Operators that only the views of cases can answer.
pub const VIEW_OPERATORS: [&str; 6] = ["signal", "severity", "owner", "case", "state", "team"];

/// No more of a query than this is read, in bytes.
const LONGEST: usize = 4_096;

/// Parentheses may nest this deep; deeper ones are passed over.
const DEEPEST: usize = 32;

/// A query that was read.
#[derive(Debug, Clone, PartialEq)]
pub struct Query {
    /// What a document must meet.
    pub node: Node,
    /// What could not be understood.
    pub problems: Vec<Problem>,
}

/// Reads `text`. Dates are read by `clock`.
pub fn parse(text: &str, clock: &Clock) -> Query {
    let mut problems = Vec::new();
    let read = &text[..text.floor_char_boundary(LONGEST)];
    if read.len() < text.len() {
        problems.push((read.len(), "the query is too long, so this was left out".into()));
    }
    let tokens = tokens(read, &mut problems);
    let mut parser = Parser { tokens: &tokens, at: 0, clock, scope: None, depth: 0, problems };
    let mut parts = Vec::new();
    while parser.at < tokens.len() {
        parts.extend(parser.either());
        if let Some(token) = parser.take(&TokenKind::Close) {
            parser.problems.push((token.start, "this parenthesis was not opened".into()));
        }
    }
    let node = all_of(parts);
    parser.problems.sort();
    Query { node, problems: parser.problems }
}

struct Parser<'a> {
    tokens: &'a [Token],
    at: usize,
    clock: &'a Clock,
    scope: Option<Scope>,
    depth: usize,
    problems: Vec<Problem>,
}

impl Parser<'_> {
    fn peek(&self) -> Option<&TokenKind> {
        self.tokens.get(self.at).map(|token| &token.kind)
    }

    fn take(&mut self, kind: &TokenKind) -> Option<Range<usize>> {
        if self.peek() != Some(kind) {
            return None;
        }
        self.at += 1;
        Some(self.tokens[self.at - 1].at.clone())
    }

    /// `a b OR c`, up to a closing parenthesis or the end.
    fn either(&mut self) -> Option<Node> {
        let mut sides = Vec::new();
        sides.extend(self.every());
        while let Some(sign) = self.take(&TokenKind::Or) {
            let right = self.every();
            if sides.is_empty() || right.is_none() {
                self.problems.push((sign.start, "OR needs something on both sides".into()));
            }
            sides.extend(right);
        }
        if sides.len() > 1 { Some(Node::Or(sides)) } else { sides.pop() }
    }

    fn every(&mut self) -> Option<Node> {
        let mut parts = Vec::new();
        loop {
            match self.peek() {
                None | Some(TokenKind::Close | TokenKind::Or) => break,
                Some(TokenKind::And) => self.at += 1,
                Some(_) => parts.extend(self.one()),
            }
        }
        if parts.is_empty() { None } else { Some(all_of(parts)) }
    }

    /// A term, a group, or the refusal of one.
    fn one(&mut self) -> Option<Node> {
        let mut signs = Vec::new();
        while let Some(sign) = self.take(&TokenKind::Not) {
            signs.push(sign);
        }
        let mut node = match self.peek() {
            Some(TokenKind::Open) => self.group(self.scope),
            Some(TokenKind::Term { .. }) => self.term(),
            _ => {
                if let Some(sign) = signs.first() {
                    self.problems.push((sign.start, "nothing follows this NOT".into()));
                }
                return None;
            }
        }?;
        // `NOT NOT a` is `a`; of several signs the views must still see each.
        for sign in signs.into_iter().rev() {
            node = Node::Not { node: Box::new(node), sign };
        }
        Some(node)
    }

    fn group(&mut self, scope: Option<Scope>) -> Option<Node> {
        let opened = self.tokens[self.at].at.start;
        self.at += 1;
        if self.depth == DEEPEST {
            self.problems.push((opened, "parentheses are nested too deep".into()));
            return None;
        }
        let outer = std::mem::replace(&mut self.scope, scope);
        self.depth += 1;
        let node = self.either();
        self.depth -= 1;
        self.scope = outer;
        if self.take(&TokenKind::Close).is_none() {
            self.problems.push((opened, "this parenthesis is not closed".into()));
        }
        node
    }

    fn term(&mut self) -> Option<Node> {
        let token = self.tokens[self.at].clone();
        self.at += 1;
        let TokenKind::Term { operator, value, quoted, prefix } = token.kind else { return None };
        let typed = Typed { value, quoted, prefix, at: token.at };
        match operator {
            None => self.text(self.scope.unwrap_or(Scope::Anywhere), typed),
            Some(name) => self.operator(&name, typed),
        }
    }

    fn operator(&mut self, name: &str, typed: Typed) -> Option<Node> {
        let at = typed.at.clone();
        if typed.value.trim().is_empty() {
            return self.group_in_scope(name, &at);
        }
        if let Some(scope) = scope(name) {
            if scope == Scope::From
                && !typed.quoted
                && let Some(tag) = tags::side(&typed.value)
            {
                return Some(Node::Tag { tag: tag.into(), at });
            }
            return self.text(scope, typed);
        }
        match name {
            "before" | "after" | "on" => self.date(name, &typed),
            "has" => Some(Node::Tag { tag: tags::has(&typed.value), at }),
            "kind" => Some(Node::Tag { tag: tags::kind(&typed.value), at }),
            "class" => Some(Node::Tag { tag: tags::class(&typed.value), at }),
            "source" => Some(Node::Tag { tag: tags::source(&typed.value), at }),
            _ if VIEW_OPERATORS.contains(&name) => Some(Node::View(ViewTerm {
                operator: name.to_owned(),
                value: typed.value,
                negated: false,
                at,
            })),
            _ => {
                if !typed.value.starts_with("//") {
                    let said = format!("there is no operator {name}:, so its words are looked for");
                    self.problems.push((at.start, said));
                }
                let value = format!("{name}:{}", typed.value);
                self.text(self.scope.unwrap_or(Scope::Anywhere), Typed { value, ..typed })
            }
        }
    }

    /// `from:(a OR b)`; an operator with nothing behind it is left out.
    fn group_in_scope(&mut self, name: &str, at: &Range<usize>) -> Option<Node> {
        let opens_here = self
            .tokens
            .get(self.at)
            .is_some_and(|t| t.kind == TokenKind::Open && t.at.start == at.end);
        match scope(name) {
            Some(scope) if opens_here => self.group(Some(scope)),
            _ => {
                self.problems.push((at.start, format!("{name}: needs a value right behind it")));
                None
            }
        }
    }

    fn date(&mut self, name: &str, typed: &Typed) -> Option<Node> {
        let at = typed.at.clone();
        let Some(stretch) = read_date(&typed.value, self.clock) else {
            let said = format!("{name}: needs a date such as 2026-01-31, 2026-01, 2026 or 7d");
            self.problems.push((at.start, said));
            return None;
        };
        Some(match name {
            "before" => Node::Time { from: None, until: Some(stretch.from), at },
            "after" => Node::Time { from: Some(stretch.from), until: None, at },
            _ => {
                let day = whole_day(stretch, self.clock);
                Node::Time { from: Some(day.from), until: Some(day.until), at }
            }
        })
    }

    fn text(&mut self, scope: Scope, typed: Typed) -> Option<Node> {
        let Typed { value: text, quoted, prefix, at } = typed;
        if crate::search::words::query_words(&text).is_empty() {
            if text.chars().any(char::is_alphanumeric) {
                self.problems.push((at.start, "this is too long to be looked for".into()));
            }
            return None;
        }
        Some(Node::Text(Text { scope, text, quoted, prefix, at }))
    }
}

struct Typed {
    value: String,
    quoted: bool,
    prefix: bool,
    at: Range<usize>,
}

fn scope(operator: &str) -> Option<Scope> {
    Some(match operator {
        "from" => Scope::From,
        "to" | "cc" | "bcc" => Scope::To,
        "subject" => Scope::Subject,
        "account" => Scope::Account,
        "body" => Scope::Body,
        "quoted" => Scope::Quoted,
        "file" | "filename" | "attachment" => Scope::File,
        _ => return None,
    })
}

fn all_of(mut parts: Vec<Node>) -> Node {
    match parts.pop() {
        Some(only) if parts.is_empty() => only,
        Some(last) => {
            parts.push(last);
            Node::And(parts)
        }
        None => Node::And(parts),
    }
}
