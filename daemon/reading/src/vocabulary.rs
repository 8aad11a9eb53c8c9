//! The words and stems of word lists as numbers, and which of them a token is.

use rustc_hash::FxHashMap;

use crate::{
    fold,
    pattern::MIN_STEM,
    token::{Text, Token},
};

/// The words and stems of all patterns, as numbers.
#[derive(Debug, Clone, Default)]
pub(crate) struct Vocabulary {
    words: FxHashMap<Box<str>, Vec<Known>>,
    /// Stems by their first bytes.
    stems: FxHashMap<[u8; MIN_STEM], Vec<(Box<str>, Known)>>,
    count: u32,
}

/// A word or stem as written in a list.
#[derive(Debug, Clone)]
struct Known {
    /// With its accents, if it has any: a text that writes accents must write these.
    accented: Option<Box<str>>,
    /// As it must be written, where case matters.
    exact: Option<Box<str>>,
    symbol: u32,
}

/// The symbols of each token of a text.
pub(crate) struct Symbols {
    flat: Vec<u32>,
    starts: Vec<u32>,
}

impl Symbols {
    /// Those of the token at this position.
    pub(crate) fn of(&self, token: usize) -> &[u32] {
        &self.flat[self.starts[token] as usize..self.starts[token + 1] as usize]
    }
}

impl Vocabulary {
    /// The symbol of a number.
    pub(crate) const NUMBER: u32 = 0;

    /// One more than the largest symbol.
    pub(crate) fn len(&self) -> usize {
        self.count as usize + 1
    }

    /// The symbol of a word as a list writes it.
    pub(crate) fn word(&mut self, written: &str) -> u32 {
        let (folded, accented) = spelled(written);
        if let Some(known) = self.words.get(folded.as_str()).and_then(|all| {
            all.iter().find(|known| {
                known.exact.is_none() && known.accented.as_deref() == accented.as_deref()
            })
        }) {
            return known.symbol;
        }
        self.count += 1;
        let known = Known { accented: accented.map(Into::into), exact: None, symbol: self.count };
        if let Some(umlauts) = without_umlauts(written) {
            let plain = Known { accented: None, exact: None, symbol: self.count };
            self.words.entry(umlauts.into()).or_default().push(plain);
        }
        self.words.entry(folded.into()).or_default().push(known);
        self.count
    }

    /// The symbol of a word whose case matters.
    pub(crate) fn exact(&mut self, written: &str) -> u32 {
        let (folded, _) = spelled(written);
        let all = self.words.entry(folded.into()).or_default();
        if let Some(known) = all.iter().find(|known| known.exact.as_deref() == Some(written)) {
            return known.symbol;
        }
        self.count += 1;
        let exact = Some(written.into());
        all.push(Known { accented: None, exact, symbol: self.count });
        self.count
    }

    /// The symbol of a stem as a list writes it.
    pub(crate) fn stem(&mut self, written: &str) -> u32 {
        let (folded, accented) = spelled(written);
        let mut spellings = vec![(folded.clone(), accented.clone())];
        spellings.extend(without_umlauts(written).map(|plain| (plain, None)));
        let key = stem_key(&folded).unwrap_or_default();
        if let Some((_, known)) = self.stems.get(&key).and_then(|all| {
            all.iter().find(|(stem, known)| {
                **stem == *folded && known.accented.as_deref() == accented.as_deref()
            })
        }) {
            return known.symbol;
        }
        self.count += 1;
        for (folded, accented) in spellings {
            let Some(key) = stem_key(&folded) else { continue };
            let known =
                Known { accented: accented.map(Into::into), exact: None, symbol: self.count };
            self.stems.entry(key).or_default().push((folded.into(), known));
        }
        self.count
    }

    /// The symbols of each token of `text`.
    pub(crate) fn symbols(&self, text: &Text<'_>) -> Symbols {
        let tokens = text.tokens();
        let mut flat = Vec::with_capacity(tokens.len());
        let mut starts = Vec::with_capacity(tokens.len() + 1);
        for token in tokens {
            starts.push(flat.len() as u32);
            self.add_symbols(text, token, &mut flat);
        }
        starts.push(flat.len() as u32);
        Symbols { flat, starts }
    }

    fn add_symbols(&self, text: &Text<'_>, token: &Token, flat: &mut Vec<u32>) {
        let folded = text.folded(token);
        let accented = token.accented.then(|| fold::accented(text.written(token)));
        if token.number {
            flat.push(Self::NUMBER);
        }
        for known in self.words.get(folded).into_iter().flatten() {
            let fits = match &known.exact {
                Some(exact) => text.written(token) == &**exact,
                None => accented.is_none() || known.accented.as_deref() == accented.as_deref(),
            };
            if fits {
                flat.push(known.symbol);
            }
        }
        let Some(stems) = stem_key(folded).and_then(|key| self.stems.get(&key)) else { return };
        for (stem, known) in stems {
            let fits = match (&accented, &known.accented) {
                (Some(token), Some(stem)) => token.starts_with(&**stem),
                (Some(token), None) => folded.starts_with(&**stem) && token.starts_with(&**stem),
                (None, _) => folded.starts_with(&**stem),
            };
            if fits {
                flat.push(known.symbol);
            }
        }
    }
}

fn stem_key(folded: &str) -> Option<[u8; MIN_STEM]> {
    folded.as_bytes().first_chunk().copied()
}

/// The folded form of `written`, and its form with accents if it has any.
fn spelled(written: &str) -> (String, Option<String>) {
    let mut folded = String::new();
    let foreign = fold::plain(written, &mut folded);
    (folded, foreign.then(|| fold::accented(written)))
}

/// How people without umlauts on their keyboard write a German word.
fn without_umlauts(written: &str) -> Option<String> {
    let accented = fold::accented(written);
    if !accented.contains(['ä', 'ö', 'ü']) {
        return None;
    }
    let spread = accented.replace('ä', "ae").replace('ö', "oe").replace('ü', "ue");
    let mut folded = String::new();
    fold::plain(&spread, &mut folded);
    Some(folded)
}
