//! Tables: rows stay whole, the head stands on every page.

use crate::{
    Table,
    face::{Set, Style},
    flow::{BODY, COLUMN, Flow, MARGIN, Mark, SMALL},
};

const HEAD: Style = Style { size: 8.5, strong: true, grey: 80 };
const GAP: f32 = 10.0;
const PAD: f32 = 3.0;

/// Where a column stands.
struct Column {
    x: f32,
    wide: f32,
    right: bool,
}

/// The lines of a cell.
type Cell = Vec<Set>;

impl Flow<'_> {
    pub(crate) fn table(&mut self, table: &Table) {
        let columns = columns(table.head.len());
        let head: Vec<Cell> = self.cells(&columns, &table.head, HEAD, HEAD);
        self.need(tall(&head) + 3.0 * BODY.leading());
        self.row(&columns, &head, 130);
        for cells in &table.rows {
            let cells = self.cells(&columns, cells, BODY, SMALL);
            if !self.has(tall(&cells)) {
                self.need(f32::INFINITY);
                self.row(&columns, &head, 130);
            }
            self.row(&columns, &cells, 215);
        }
        self.y += 8.0;
    }

    /// The cells of a row; what follows the first line break of one is set in `below`.
    fn cells(&self, columns: &[Column], texts: &[String], style: Style, below: Style) -> Vec<Cell> {
        let cell = |(column, text): (&Column, &String)| {
            let (text, rest) = text.split_once('\n').unwrap_or((text, ""));
            let mut lines = self.faces.lines(text, style, column.wide);
            if !rest.is_empty() {
                lines.extend(self.faces.lines(rest, below, column.wide));
            }
            lines
        };
        columns.iter().zip(texts).map(cell).collect()
    }

    fn row(&mut self, columns: &[Column], cells: &[Cell], rule: u8) {
        let top = self.y;
        let tall = tall(cells);
        for (column, cell) in columns.iter().zip(cells) {
            let mut y = top + PAD;
            for set in cell {
                let x = column.x + if column.right { column.wide - set.width } else { 0.0 };
                self.mark(Mark::Text { x, y: y + set.style.size, set: set.clone() });
                y += set.style.leading();
            }
        }
        self.y = top + tall;
        let (x, y) = (MARGIN, self.y - 0.5);
        self.mark(Mark::Box { x, y, wide: COLUMN, tall: 0.5, grey: rule });
    }
}

fn tall(cells: &[Cell]) -> f32 {
    let lines = |cell: &Cell| cell.iter().map(|set| set.style.leading()).sum::<f32>();
    cells.iter().map(lines).fold(0.0, f32::max) + 2.0 * PAD
}

/// The first column is as wide as the others leave it.
fn columns(count: usize) -> Vec<Column> {
    let others = count.saturating_sub(1);
    let wide = if others == 0 { 0.0 } else { (COLUMN * 0.55 / others as f32).min(80.0) };
    let first = COLUMN - others as f32 * (wide + GAP);
    let mut columns = vec![Column { x: MARGIN, wide: first, right: false }];
    columns.extend((0..others).map(|at| Column {
        x: MARGIN + first + GAP + at as f32 * (wide + GAP),
        wide,
        right: true,
    }));
    columns
}
