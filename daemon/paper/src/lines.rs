//! Breaking text into lines (UAX 14), and cutting what no line holds.

use unicode_linebreak::{BreakOpportunity, linebreaks};

use crate::face::{Faces, Set, Style};

/// No line holds more characters.
const MOST: usize = 500;

/// Words are measured one by one; set beside each other they may be wider by so much, in points.
const SLACK: f32 = 0.5;

impl Faces {
    /// `text` in lines of at most `width` points.
    pub(crate) fn lines(&self, text: &str, style: Style, width: f32) -> Vec<Set> {
        let text = printable(text);
        let blank = self.set(" ", style).width;
        let (mut lines, mut line, mut used) = (Vec::new(), String::new(), 0.0);
        let mut from = 0;
        for (end, kind) in linebreaks(&text) {
            let mut piece = &text[from..end];
            from = end;
            let mut wide = self.set(piece.trim_end(), style).width;
            if !line.is_empty() && used + wide > width - SLACK {
                lines.push(self.set(line.trim_end(), style));
                (line, used) = (String::new(), 0.0);
            }
            while wide > width {
                let cut = self.cut(piece, style, width);
                lines.push(self.set(&piece[..cut], style));
                piece = &piece[cut..];
                wide = self.set(piece.trim_end(), style).width;
            }
            line.push_str(piece);
            used += wide + blank * (piece.len() - piece.trim_end().len()) as f32;
            if kind == BreakOpportunity::Mandatory && end < text.len() {
                lines.push(self.set(line.trim_end(), style));
                (line, used) = (String::new(), 0.0);
            }
        }
        if !line.trim_end().is_empty() || lines.is_empty() {
            lines.push(self.set(line.trim_end(), style));
        }
        lines
    }

    /// After how many bytes a word is cut that no line holds: at least one character.
    fn cut(&self, word: &str, style: Style, width: f32) -> usize {
        let ends = word.char_indices().skip(1).take(MOST).map(|(at, _)| at);
        let ends: Vec<usize> = ends.collect();
        let fits = ends.partition_point(|end| self.set(&word[..*end], style).width <= width);
        ends.get(fits.saturating_sub(1)).copied().unwrap_or(word.len())
    }
}

/// `text` without what is no sign: tabulators are blanks, other controls nothing.
fn printable(text: &str) -> String {
    let sign = |sign: char| match sign {
        '\t' => Some(' '),
        '\n' => Some('\n'),
        sign if sign.is_control() || ('\u{200b}'..='\u{200f}').contains(&sign) => None,
        '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' => None,
        sign => Some(sign),
    };
    text.chars().filter_map(sign).collect()
}

#[cfg(test)]
mod tests {
    use crate::face::{Faces, Style};

    const BODY: Style = Style { size: 10.0, strong: false, grey: 0 };

    fn broken(text: &str, width: f32) -> Vec<String> {
        let faces = Faces::new().unwrap();
        let lines = faces.lines(text, BODY, width);
        assert!(lines.iter().all(|line| line.width <= width), "a line leaves the paper");
        lines.into_iter().map(|line| line.text).collect()
    }

    #[test]
    fn no_word_is_lost_where_a_line_ends() {
        let text = "The pump stands still, and nobody of yours has called us back since Tuesday.";
        let lines = broken(text, 120.0);
        assert!(lines.len() > 2);
        assert_eq!(lines.join(" "), text);
    }

    #[test]
    fn an_address_that_no_line_holds_is_cut_without_losing_a_sign() {
        let text = format!("See https://status.brightwater.example/{} now", "x".repeat(200));
        let lines = broken(&text, 150.0);
        assert_eq!(lines.concat().replace(' ', ""), text.replace(' ', ""));
    }

    #[test]
    fn lines_of_a_mail_stay_lines_and_controls_vanish() {
        assert_eq!(broken("One\r\nTwo\tthree\u{0}\u{202e}", 400.0), ["One", "Two three"]);
        assert_eq!(broken("", 100.0), [""]);
    }
}
