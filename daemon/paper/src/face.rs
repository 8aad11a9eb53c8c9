//! The two faces of the font, and shaping with them.

use krilla::{
    Data,
    text::{Font, GlyphId, KrillaGlyph},
};
use rustybuzz::{Direction, Feature, UnicodeBuffer, ttf_parser::Tag};

use crate::PaperError;

const REGULAR: &[u8] = include_bytes!("../fonts/Inter-Regular.otf");
const STRONG: &[u8] = include_bytes!("../fonts/Inter-SemiBold.otf");

/// How text is set.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Style {
    /// Size in points.
    pub(crate) size: f32,
    /// Whether it is set in the strong face.
    pub(crate) strong: bool,
    /// Grey, 0 (black) to 255.
    pub(crate) grey: u8,
}

impl Style {
    /// The distance of two baselines.
    pub(crate) fn leading(self) -> f32 {
        self.size * 1.4
    }
}

/// A line of text with its glyphs.
#[derive(Debug, Clone)]
pub(crate) struct Set {
    pub(crate) text: String,
    pub(crate) glyphs: Vec<KrillaGlyph>,
    /// In points.
    pub(crate) width: f32,
    pub(crate) style: Style,
    /// Signs that the font lacks.
    pub(crate) missing: Vec<char>,
}

/// Both faces.
pub(crate) struct Faces {
    regular: rustybuzz::Face<'static>,
    strong: rustybuzz::Face<'static>,
    regular_font: Font,
    strong_font: Font,
}

impl Faces {
    pub(crate) fn new() -> Result<Self, PaperError> {
        let face = |data| rustybuzz::Face::from_slice(data, 0).ok_or(PaperError::Font);
        let font = |data: &'static [u8]| Font::new(Data::from(data), 0).ok_or(PaperError::Font);
        Ok(Self {
            regular: face(REGULAR)?,
            strong: face(STRONG)?,
            regular_font: font(REGULAR)?,
            strong_font: font(STRONG)?,
        })
    }

    /// The font that glyphs of this style are of.
    pub(crate) fn font(&self, style: Style) -> Font {
        if style.strong { self.strong_font.clone() } else { self.regular_font.clone() }
    }

    /// Sets `text` on one line.
    pub(crate) fn set(&self, text: &str, style: Style) -> Set {
        let face = if style.strong { &self.strong } else { &self.regular };
        let mut buffer = UnicodeBuffer::new();
        buffer.push_str(text);
        buffer.guess_segment_properties();
        // Inter has no script that runs leftwards; its boxes stand in the order of the text.
        buffer.set_direction(Direction::LeftToRight);
        let figures = [Feature::new(Tag::from_bytes(b"tnum"), 1, ..)];
        let shaped = rustybuzz::shape(face, &figures, buffer);
        let em = face.units_per_em() as f32;
        let infos = shaped.glyph_infos();
        let mut missing = Vec::new();
        let mut glyphs = Vec::with_capacity(infos.len());
        let mut width = 0.0;
        for (at, (info, place)) in infos.iter().zip(shaped.glyph_positions()).enumerate() {
            let start = info.cluster as usize;
            let next = infos[at..].iter().map(|one| one.cluster as usize).find(|end| *end > start);
            let end = next.unwrap_or(text.len());
            if info.glyph_id == 0 {
                missing.extend(text.get(start..end).unwrap_or_default().chars());
            }
            let advance = place.x_advance as f32 / em;
            width += advance * style.size;
            glyphs.push(KrillaGlyph::new(
                GlyphId::new(info.glyph_id),
                advance,
                place.x_offset as f32 / em,
                place.y_offset as f32 / em,
                place.y_advance as f32 / em,
                start..end,
                None,
            ));
        }
        Set { text: text.to_owned(), glyphs, width, style, missing }
    }
}
