//! Putting blocks onto pages, from top to bottom.

use std::collections::BTreeSet;

use crate::{
    Bars, Block, Document, Line,
    face::{Faces, Set, Style},
};

/// A4 in points.
pub(crate) const WIDE: f32 = 595.28;
/// See [`WIDE`].
pub(crate) const TALL: f32 = 841.89;
/// White on all sides.
pub(crate) const MARGIN: f32 = 56.0;
/// Below this there is only the foot.
const BOTTOM: f32 = TALL - MARGIN - 18.0;
/// The width of the text.
pub(crate) const COLUMN: f32 = WIDE - 2.0 * MARGIN;

pub(crate) const BODY: Style = Style { size: 10.0, strong: false, grey: 20 };
pub(crate) const STRONG: Style = Style { size: 10.0, strong: true, grey: 20 };
pub(crate) const SMALL: Style = Style { size: 8.5, strong: false, grey: 95 };
const TITLE: Style = Style { size: 17.0, strong: true, grey: 0 };
const HEADING: Style = Style { size: 12.0, strong: true, grey: 0 };

/// Something at its place on a page; `y` grows downwards.
pub(crate) enum Mark {
    /// A line of text, by the left end of its baseline.
    Text { x: f32, y: f32, set: Set },
    /// A filled box.
    Box { x: f32, y: f32, wide: f32, tall: f32, grey: u8 },
    /// A place that opens an address.
    Link { x: f32, y: f32, wide: f32, tall: f32, to: String },
}

/// Pages that are being filled.
pub(crate) struct Flow<'a> {
    pub(crate) faces: &'a Faces,
    pages: Vec<Vec<Mark>>,
    /// Where the next thing stands.
    pub(crate) y: f32,
    missing: BTreeSet<char>,
}

/// Finished pages.
pub(crate) struct Pages {
    pub(crate) pages: Vec<Vec<Mark>>,
    pub(crate) missing: BTreeSet<char>,
}

/// The pages of a document.
pub(crate) fn flow(document: &Document, faces: &Faces) -> Pages {
    let mut flow = Flow { faces, pages: vec![Vec::new()], y: MARGIN, missing: BTreeSet::new() };
    flow.paragraph(&document.title, TITLE, 0.0);
    flow.y += 4.0;
    for block in &document.blocks {
        flow.block(block);
    }
    if !flow.missing.is_empty() {
        let named: Vec<String> =
            flow.missing.iter().map(|sign| format!("U+{:04X}", *sign as u32)).collect();
        flow.y += 10.0;
        flow.paragraph(&format!("{} {}", document.missing, named.join(", ")), SMALL, 0.0);
    }
    Pages { pages: flow.pages, missing: flow.missing }
}

impl Flow<'_> {
    fn block(&mut self, block: &Block) {
        match block {
            Block::Facts(text) => self.paragraph(text, SMALL, 0.0),
            Block::Heading(text) => self.heading(text),
            Block::Text(text) => {
                self.paragraph(text, BODY, 0.0);
                self.y += 4.0;
            }
            Block::Bullet(text) => self.bullet(text),
            Block::Line(line) => self.line(line),
            Block::Table(table) => self.table(table),
            Block::Bars(bars) => self.bars(bars),
        }
    }

    /// Begins a new page unless so much room is left.
    pub(crate) fn need(&mut self, tall: f32) {
        if self.y + tall > BOTTOM && self.y > MARGIN {
            self.pages.push(Vec::new());
            self.y = MARGIN;
        }
    }

    /// Whether so much room is left.
    pub(crate) fn has(&self, tall: f32) -> bool {
        self.y + tall <= BOTTOM
    }

    pub(crate) fn mark(&mut self, mark: Mark) {
        if let Mark::Text { set, .. } = &mark {
            self.missing.extend(&set.missing);
        }
        if let Some(page) = self.pages.last_mut() {
            page.push(mark);
        }
    }

    /// A line of text whose top is at the present place.
    fn put(&mut self, set: Set, x: f32) {
        let y = self.y + set.style.size;
        self.y += set.style.leading();
        self.mark(Mark::Text { x, y, set });
    }

    pub(crate) fn paragraph(&mut self, text: &str, style: Style, indent: f32) {
        for set in self.faces.lines(text, style, COLUMN - indent) {
            self.need(style.leading());
            self.put(set, MARGIN + indent);
        }
    }

    fn heading(&mut self, text: &str) {
        self.y += 12.0;
        // A heading stands above at least something.
        self.need(HEADING.leading() + 3.0 * BODY.leading());
        self.paragraph(text, HEADING, 0.0);
        let (x, y) = (MARGIN, self.y + 1.0);
        self.mark(Mark::Box { x, y, wide: COLUMN, tall: 0.6, grey: 190 });
        self.y += 6.0;
    }

    fn bullet(&mut self, text: &str) {
        self.need(BODY.leading());
        let (x, y, set) = (MARGIN + 3.0, self.y + BODY.size, self.faces.set("•", BODY));
        self.mark(Mark::Text { x, y, set });
        self.paragraph(text, BODY, 14.0);
        self.y += 2.0;
    }

    /// A line, its quotation beside a rail, and its source; the source opens the passage.
    fn line(&mut self, line: &Line) {
        let quoted = if line.quote.is_some() { 2.0 } else { 1.0 };
        self.need(BODY.leading() * quoted + SMALL.leading());
        if !line.text.is_empty() {
            self.paragraph(&line.text, STRONG, 0.0);
        }
        if let Some(quote) = &line.quote {
            for set in self.faces.lines(quote, BODY, COLUMN - 12.0) {
                self.need(BODY.leading());
                let (x, y) = (MARGIN + 2.0, self.y);
                self.mark(Mark::Box { x, y, wide: 1.6, tall: BODY.leading(), grey: 175 });
                self.put(set, MARGIN + 12.0);
            }
        }
        let indent = if line.quote.is_some() { 12.0 } else { 0.0 };
        for set in self.faces.lines(&line.source, SMALL, COLUMN - indent) {
            self.need(SMALL.leading());
            if let Some(to) = line.link.clone().filter(|_| set.width > 0.0) {
                let (x, y, wide, tall) = (MARGIN + indent, self.y, set.width, SMALL.leading());
                self.mark(Mark::Link { x, y, wide, tall, to });
            }
            self.put(set, MARGIN + indent);
        }
        self.y += 5.0;
    }

    fn bars(&mut self, bars: &Bars) {
        const TALLEST: f32 = 90.0;
        const GREYS: [u8; 2] = [185, 70];
        let Some(most) = bars.rows.iter().flat_map(|(_, figures)| figures).max() else { return };
        self.need(TALLEST + 5.0 * BODY.leading());
        self.paragraph(&bars.title, STRONG, 0.0);
        let mut x = MARGIN;
        for (name, grey) in bars.series.iter().zip(GREYS) {
            let set = self.faces.set(name, SMALL);
            let (y, wide) = (self.y + SMALL.size, set.width);
            self.mark(Mark::Box { x, y: y - 6.5, wide: 7.0, tall: 7.0, grey });
            self.mark(Mark::Text { x: x + 11.0, y, set });
            x += wide + 28.0;
        }
        self.y += SMALL.leading() + SMALL.leading();
        let ground = self.y + TALLEST;
        let step = COLUMN / (bars.rows.len().max(6) as f32);
        let wide = (step / (bars.series.len().max(1) as f32 + 1.0)).min(26.0);
        for (at, (label, figures)) in bars.rows.iter().enumerate() {
            let left = MARGIN + step * at as f32;
            for (series, (figure, grey)) in figures.iter().zip(GREYS).enumerate() {
                let tall = TALLEST * (*figure as f32) / (*most).max(1) as f32;
                let (x, y) = (left + wide * series as f32, ground - tall);
                self.mark(Mark::Box { x, y, wide: wide - 1.5, tall, grey });
                let set = self.faces.set(&figure.to_string(), SMALL);
                let x = x + (wide - 1.5 - set.width) / 2.0;
                self.mark(Mark::Text { x, y: y - 2.5, set });
            }
            // Many months: every label that has room.
            let every = (42.0 / step).ceil().max(1.0) as usize;
            if at % every == 0 {
                let set = self.faces.set(label, SMALL);
                self.mark(Mark::Text { x: left, y: ground + SMALL.leading(), set });
            }
        }
        self.mark(Mark::Box { x: MARGIN, y: ground, wide: COLUMN, tall: 0.6, grey: 150 });
        self.y = ground + 2.0 * SMALL.leading() + 4.0;
    }
}
