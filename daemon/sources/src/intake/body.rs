//! The bytes of a message on its way in.

use memchr::{memchr2_iter, memmem};

use super::budget::{Budget, Share};

/// What ends a message in DATA.
const END: &[u8] = b"\r\n.\r\n";

/// Why a message cannot be taken although it arrived.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fault {
    /// It is larger than what is allowed.
    TooLarge,
    /// Too much is on its way in already.
    Busy,
    /// A line ends in LF alone, or a CR stands alone.
    BareLineEnd,
}

/// A message as far as it has arrived.
pub(super) struct Body {
    bytes: Vec<u8>,
    most: usize,
    budget: Budget,
    share: Share,
    /// Once there is a fault, bytes are let go; the rest is read only to find its end.
    fault: Option<Fault>,
}

/// A message that arrived.
pub(super) struct Arrived {
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// What it takes up of the budget; to be dropped when its bytes are.
    pub share: Share,
}

impl Body {
    pub fn new(most: u64, budget: &Budget) -> Self {
        Self {
            bytes: Vec::new(),
            most: usize::try_from(most).unwrap_or(usize::MAX),
            budget: budget.clone(),
            share: Share::default(),
            fault: None,
        }
    }

    /// What is wrong so far.
    pub fn fault(&self) -> Option<Fault> {
        self.fault
    }

    /// Takes bytes of a chunk (BDAT), as they are.
    pub fn take(&mut self, bytes: &[u8]) {
        self.grow(bytes, self.most);
    }

    fn grow(&mut self, bytes: &[u8], most: usize) {
        if self.fault.is_some() {
            return;
        }
        if self.bytes.len() + bytes.len() > most {
            self.give_up(Fault::TooLarge);
        } else if self.share.grow(&self.budget, self.bytes.len() + bytes.len()) {
            self.bytes.extend_from_slice(bytes);
        } else {
            self.give_up(Fault::Busy);
        }
    }

    fn give_up(&mut self, fault: Fault) {
        self.fault = Some(fault);
        self.share = Share::default();
        self.bytes = Vec::new();
    }

    /// The message, if nothing is wrong with it.
    pub fn finish(self) -> Result<Arrived, Fault> {
        match self.fault {
            Some(fault) => Err(fault),
            None => Ok(Arrived { bytes: self.bytes, share: self.share }),
        }
    }
}

/// Reads the lines of DATA up to the dot that ends them.
pub(super) struct Lines {
    body: Body,
    /// The last bytes that came, among which the end may have begun.
    tail: Vec<u8>,
}

impl Lines {
    pub fn new(body: Body) -> Self {
        // The message may be empty: then its dot follows the line end of the command.
        Self { body, tail: b"\r\n".to_vec() }
    }

    /// Takes what arrived. Gives how much of it belongs to the message, if it ends there.
    pub fn take(&mut self, input: &[u8]) -> Option<usize> {
        let before = self.tail.len();
        let mut seen = std::mem::take(&mut self.tail);
        let near = input.len().min(END.len() - 1);
        seen.extend_from_slice(&input[..near]);
        // The end may lie across what came before and what came now, or within what came now.
        let across = memmem::find(&seen, END).map(|at| at + END.len() - before);
        let end = across.or_else(|| memmem::find(input, END).map(|at| at + END.len()));
        // With dots that were doubled a message may be larger by as much.
        let most = self.body.most.saturating_add(self.body.most / 64).saturating_add(END.len());
        self.body.grow(&input[..end.unwrap_or(input.len())], most);
        if end.is_none() {
            let mut last = if input.len() < END.len() { seen } else { input.to_vec() };
            let from = last.len().saturating_sub(END.len() - 1);
            self.tail = last.split_off(from);
        }
        end
    }

    /// The message behind its lines: without the dot at its end and the dots that were doubled
    /// (RFC 5321, 4.5.2).
    pub fn finish(self) -> Result<Arrived, Fault> {
        let most = self.body.most;
        let mut arrived = self.body.finish()?;
        let dot = arrived.bytes.len().saturating_sub(b".\r\n".len());
        arrived.bytes.truncate(dot);
        if has_bare_line_end(&arrived.bytes) {
            return Err(Fault::BareLineEnd);
        }
        undouble(&mut arrived.bytes);
        if arrived.bytes.len() > most { Err(Fault::TooLarge) } else { Ok(arrived) }
    }
}

/// Whether a CR or an LF stands without the other.
fn has_bare_line_end(bytes: &[u8]) -> bool {
    memchr2_iter(b'\r', b'\n', bytes).any(|at| {
        if bytes[at] == b'\r' {
            bytes.get(at + 1) != Some(&b'\n')
        } else {
            at == 0 || bytes[at - 1] != b'\r'
        }
    })
}

/// Takes a dot from the start of every line that begins with one.
fn undouble(bytes: &mut Vec<u8>) {
    let starts = memmem::find_iter(bytes, b"\r\n.").map(|at| at + 2);
    let first = bytes.first().filter(|byte| **byte == b'.').map(|_| 0);
    let dots: Vec<usize> = first.into_iter().chain(starts).collect();
    let Some(first) = dots.first() else { return };
    let mut to = *first;
    for (nth, dot) in dots.iter().enumerate() {
        let next = dots.get(nth + 1).copied().unwrap_or(bytes.len());
        bytes.copy_within(dot + 1..next, to);
        to += next - dot - 1;
    }
    bytes.truncate(to);
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    type Outcome = Result<Vec<u8>, Fault>;

    /// Takes `input` in pieces of `step` bytes. Gives the outcome, and what is left behind its end.
    fn read(input: &[u8], step: usize, most: u64) -> Option<(Outcome, Vec<u8>)> {
        let mut lines = Lines::new(Body::new(most, &Budget::new(1 << 20)));
        let mut from = 0;
        while from < input.len() {
            let to = (from + step).min(input.len());
            if let Some(taken) = lines.take(&input[from..to]) {
                let rest = input[from + taken..].to_vec();
                return Some((lines.finish().map(|arrived| arrived.bytes), rest));
            }
            from = to;
        }
        None
    }

    #[test]
    fn a_message_ends_at_a_dot_between_two_line_ends_and_nowhere_else() {
        let smuggled = b"one\r\n\n.\n.\r\r\n.\r\nMAIL FROM:<x@y.example>\r\n";
        let (outcome, rest) = read(smuggled, 1000, 1000).unwrap();
        assert_eq!(outcome, Err(Fault::BareLineEnd), "what others may take for an end is refused");
        assert_eq!(rest, b"MAIL FROM:<x@y.example>\r\n");
        assert!(read(b"one\n.\n", 3, 1000).is_none());
        assert!(read(b"one\r\n.\n", 3, 1000).is_none());
        assert!(read(b"one\n.\r\n", 3, 1000).is_none());
        let (outcome, rest) = read(b".\r\nQUIT\r\n", 1, 1000).unwrap();
        assert_eq!((outcome, rest), (Ok(Vec::new()), b"QUIT\r\n".to_vec()));
    }

    #[test]
    fn a_message_that_is_too_large_is_read_to_its_end_and_not_kept() {
        let large = [b"x".repeat(5000), b"\r\n.\r\nQUIT\r\n".to_vec()].concat();
        let (outcome, rest) = read(&large, 100, 1000).unwrap();
        assert_eq!((outcome, rest), (Err(Fault::TooLarge), b"QUIT\r\n".to_vec()));
    }

    #[test]
    fn a_lone_cr_is_refused() {
        assert_eq!(read(b"a\rb\r\n.\r\n", 2, 100).unwrap().0, Err(Fault::BareLineEnd));
        assert_eq!(read(b"a\r\n\r\r\n.\r\n", 2, 100).unwrap().0, Err(Fault::BareLineEnd));
    }

    proptest! {
        #[test]
        fn whatever_lines_are_sent_arrive_however_they_are_cut(
            lines in proptest::collection::vec("[.a-z]{0,5}", 0..8),
            step in 1_usize..20,
        ) {
            let text: String = lines.iter().map(|line| format!("{line}\r\n")).collect();
            let sent: String = lines
                .iter()
                .map(|line| if line.starts_with('.') { format!(".{line}\r\n") } else { format!("{line}\r\n") })
                .collect();
            let input = format!("{sent}.\r\nNOOP\r\n");
            let (outcome, rest) = read(input.as_bytes(), step, 1000).unwrap();
            prop_assert_eq!(outcome.unwrap(), text.into_bytes());
            prop_assert_eq!(rest, b"NOOP\r\n".to_vec());
        }
    }
}
