//! Writing filled pages as PDF.

use krilla::{
    Document as Pdf, SerializeSettings,
    action::{Action, LinkAction},
    annotation::{Annotation, LinkAnnotation, Target},
    color::luma,
    geom::{PathBuilder, Point, Rect},
    metadata::{DateTime, Metadata},
    page::PageSettings,
    paint::Fill,
    surface::Surface,
};

use crate::{
    Document, Paper, PaperError, Written,
    face::{Faces, Set},
    flow::{MARGIN, Mark, Pages, SMALL, TALL, WIDE},
};

/// The PDF of these pages, each with its foot.
pub(crate) fn write(
    document: &Document,
    faces: &Faces,
    Pages { pages, mut missing }: Pages,
) -> Result<Paper, PaperError> {
    let mut pdf = Pdf::new_with(SerializeSettings::default());
    let count = pages.len();
    for (at, marks) in pages.iter().enumerate() {
        let settings = PageSettings::from_wh(WIDE, TALL);
        let settings = settings.ok_or_else(|| PaperError::Writer("A4 is no size".to_owned()))?;
        let mut page = pdf.start_page_with(settings);
        let mut surface = page.surface();
        for mark in marks {
            draw(&mut surface, faces, mark);
        }
        for foot in foot(document, faces, at + 1, count) {
            if let Mark::Text { set, .. } = &foot {
                missing.extend(&set.missing);
            }
            draw(&mut surface, faces, &foot);
        }
        surface.finish();
        for link in marks.iter().filter_map(link) {
            page.add_annotation(link);
        }
        page.finish();
    }
    pdf.set_metadata(metadata(document));
    let bytes = pdf.finish().map_err(|error| PaperError::Writer(format!("{error:?}")))?;
    Ok(Paper { bytes, pages: count, missing })
}

fn metadata(document: &Document) -> Metadata {
    let Written { year, month, day, hour, minute, second } = document.written;
    let written = DateTime::new(year).month(month).day(day).hour(hour).minute(minute);
    Metadata::new()
        .title(document.title.clone())
        .language(document.language.clone())
        .creator("Watchkeeper".to_owned())
        .creation_date(written.second(second).utc_offset_hour(0).utc_offset_minute(0))
}

fn foot(document: &Document, faces: &Faces, page: usize, pages: usize) -> [Mark; 2] {
    let number = document.page_of.replace("{page}", &page.to_string());
    let number = faces.set(&number.replace("{pages}", &pages.to_string()), SMALL);
    let room = WIDE - 2.0 * MARGIN - number.width - 20.0;
    let mut said = faces.lines(&document.foot, SMALL, room);
    said.truncate(1);
    let said = said.pop().unwrap_or_else(|| faces.set("", SMALL));
    let y = TALL - MARGIN + 12.0;
    let right = WIDE - MARGIN - number.width;
    [Mark::Text { x: MARGIN, y, set: said }, Mark::Text { x: right, y, set: number }]
}

fn fill(grey: u8) -> Fill {
    Fill { paint: luma::Color::new(grey).into(), ..Fill::default() }
}

fn draw(surface: &mut Surface<'_>, faces: &Faces, mark: &Mark) {
    match mark {
        Mark::Text { x, y, set } => {
            let Set { text, glyphs, style, .. } = set;
            if glyphs.is_empty() {
                return;
            }
            surface.set_fill(Some(fill(style.grey)));
            let font = faces.font(*style);
            surface.draw_glyphs(Point::from_xy(*x, *y), glyphs, font, text, style.size, false);
        }
        Mark::Box { x, y, wide, tall, grey } => {
            let Some(rect) = Rect::from_xywh(*x, *y, *wide, *tall) else { return };
            let mut path = PathBuilder::new();
            path.push_rect(rect);
            if let Some(path) = path.finish() {
                surface.set_fill(Some(fill(*grey)));
                surface.draw_path(&path);
            }
        }
        Mark::Link { .. } => {}
    }
}

fn link(mark: &Mark) -> Option<Annotation> {
    let Mark::Link { x, y, wide, tall, to } = mark else { return None };
    let rect = Rect::from_xywh(*x, *y, *wide, *tall)?;
    let target = Target::Action(Action::Link(LinkAction::new(to.clone())));
    Some(Annotation::new_link(LinkAnnotation::new(rect, target), Some(to.clone())))
}
