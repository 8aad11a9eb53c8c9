//! A small statistical model of exasperated English.
//!
//! Logistic regression over hashed words and pairs of words, sentence by sentence; `train.py` makes
//! the weights from phrases written for it. It is careful: a sentence counts from a probability of
//! 0.97, with at least five words and three that carry it, and the signal shows those words. It
//! knows one language and few phrases, so it is a sample of how such a model becomes a plugin.

use std::ops::Range;

use watchkeeper_plugin::{Act, Case, Event, Raise};

watchkeeper_plugin::signal!(assess);

/// A bias and a weight for each bucket, in sixteenths.
const WEIGHTS: &[u8; 1 + BUCKETS] = include_bytes!("weights.bin");
const BUCKETS: usize = 4096;
const SCALE: f64 = 16.0;
/// Probability from which a sentence counts.
const SURE: f64 = 0.97;
const LEAST_WORDS: usize = 5;
/// Weight from which a word or pair carries the opinion, and how many must.
const CARRIES: f64 = 0.5;
const LEAST_CARRIERS: usize = 3;
/// The most passages that are shown.
const SHOWN: usize = 4;
/// The most words that are read of a message.
const MOST_WORDS: usize = 3000;

fn assess(event: Event) -> Result<Vec<Act>, String> {
    let Event::Message(index) = event else { return Ok(Vec::new()) };
    let message = Case.message(index).ok_or("no such message")?;
    if !message.from_customer() {
        return Ok(Vec::new());
    }
    let mut found = Vec::new();
    for passage in message.new_text() {
        let opinions = sentences(&passage.text).filter_map(|words| opinion(&words));
        found.extend(opinions.map(|opinion| (passage.clone(), opinion)));
    }
    let Some(best) = found.iter().map(|(_, opinion)| opinion.probability).reduce(f64::max) else {
        return Ok(Vec::new());
    };
    let mut raise =
        Raise::new("tone").because("score", best).because("sentences", found.len() as f64);
    let mut carriers: Vec<_> = found
        .iter()
        .flat_map(|(passage, opinion)| opinion.carriers.iter().map(move |c| (passage, c)))
        .collect();
    carriers.sort_by(|(_, a), (_, b)| b.weight.total_cmp(&a.weight));
    let mut shown: Vec<(u32, Range<usize>)> = Vec::new();
    for (passage, Carrier { range, .. }) in carriers {
        // A word within a pair that is shown already says nothing new.
        let overlaps = |(start, other): &(u32, Range<usize>)| {
            *start == passage.start && range.start < other.end && other.start < range.end
        };
        if shown.len() < SHOWN && !shown.iter().any(overlaps) {
            shown.push((passage.start, range.clone()));
            raise = raise.at(passage.span(range.start, range.end));
        }
    }
    Ok(vec![raise.into()])
}

/// A word with its place.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Word {
    folded: String,
    range: Range<usize>,
}

/// The words of each sentence.
fn sentences(text: &str) -> impl Iterator<Item = Vec<Word>> {
    let mut sentences = vec![Vec::new()];
    let mut word: Option<Word> = None;
    let mut count = 0;
    for (at, c) in text.char_indices().chain([(text.len(), '\n')]) {
        if c.is_ascii_alphabetic() || c == '\'' {
            let word = word.get_or_insert_with(|| Word { folded: String::new(), range: at..at });
            word.folded.push(c.to_ascii_lowercase());
            word.range.end = at + 1;
            continue;
        }
        if let Some(word) = word.take() {
            count += 1;
            if count > MOST_WORDS {
                break;
            }
            sentences.last_mut().expect("never empty").push(word);
        }
        let ends =
            matches!(c, '.' | '!' | '?' | ';' | ':') || c == '\n' && text[at..].starts_with("\n\n");
        if ends {
            sentences.push(Vec::new());
        }
    }
    sentences.into_iter().filter(|words| words.len() >= LEAST_WORDS)
}

/// What the model holds of a sentence.
struct Opinion {
    probability: f64,
    carriers: Vec<Carrier>,
}

/// A word or pair of words that speaks for exasperation.
struct Carrier {
    weight: f64,
    range: Range<usize>,
}

/// The model's opinion, if it is sure of exasperation.
fn opinion(words: &[Word]) -> Option<Opinion> {
    let singles = words.iter().map(|word| (word.folded.clone(), word.range.clone()));
    let pairs = words.windows(2).map(|pair| {
        let gram = format!("{} {}", pair[0].folded, pair[1].folded);
        (gram, pair[0].range.start..pair[1].range.end)
    });
    let mut score = weight(0);
    let mut counted = Vec::new();
    let mut carriers = Vec::new();
    for (gram, range) in singles.chain(pairs) {
        let bucket = bucket(&gram);
        if counted.contains(&bucket) {
            continue;
        }
        counted.push(bucket);
        let weight = weight(1 + bucket);
        score += weight;
        if weight >= CARRIES {
            carriers.push(Carrier { weight, range });
        }
    }
    let probability = 1.0 / (1.0 + (-score).exp());
    (probability >= SURE && carriers.len() >= LEAST_CARRIERS)
        .then_some(Opinion { probability, carriers })
}

fn weight(at: usize) -> f64 {
    f64::from(WEIGHTS[at].cast_signed()) / SCALE
}

/// FNV-1a, 32 bits.
fn bucket(gram: &str) -> usize {
    let hash = gram
        .bytes()
        .fold(0x811c_9dc5_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193));
    hash as usize % BUCKETS
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_keep_the_places_of_their_words() {
        let text = "Hi all. We're left waiting for it again! Ok?";
        let found: Vec<_> = sentences(text).collect();
        assert_eq!(found.len(), 1, "short ones are left out");
        let shown: Vec<_> = found[0].iter().map(|word| &text[word.range.clone()]).collect();
        assert_eq!(shown, ["We're", "left", "waiting", "for", "it", "again"]);
    }

    #[test]
    fn a_calm_sentence_has_no_opinion() {
        let words = sentences("Could you please send us the log of the import again?").next();
        assert!(opinion(&words.unwrap()).is_none());
    }
}
