//! What is wrong with a rule set, and hints for its author.

use engine::RuleError;

/// Everything that is wrong with a rule set; it is refused whole.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the rule set is refused: {}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))]
pub struct RuleSetErrors(pub Vec<RuleError>);

/// An error in `file`, at line and column from 1 where known.
pub(crate) fn at(
    file: &str,
    position: Option<(usize, usize)>,
    message: impl Into<String>,
) -> RuleError {
    RuleError { file: file.to_owned(), position, message: message.into() }
}

/// `; did you mean ..?` with the name among `known` that is nearest to `written`; empty if none is
/// near.
pub(crate) fn did_you_mean<'a>(written: &str, known: impl IntoIterator<Item = &'a str>) -> String {
    let near = known
        .into_iter()
        .map(|name| (distance(written, name), name.get(..1) != written.get(..1), name))
        .filter(|(far, _, name)| *far * 3 <= name.len().max(written.len()) + 1)
        .min();
    near.map_or_else(String::new, |(_, _, name)| format!("; did you mean `{name}`?"))
}

/// Edits (insert, delete, replace, swap of neighbours) that turn `a` into `b`.
fn distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let mut rows = vec![vec![0; b.len() + 1]; a.len() + 1];
    for (i, row) in rows.iter_mut().enumerate() {
        row[0] = i;
    }
    rows[0] = (0..=b.len()).collect();
    for i in 1..=a.len() {
        for j in 1..=b.len() {
            let swap = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
            let mut best = (rows[i - 1][j] + 1)
                .min(rows[i][j - 1] + 1)
                .min(rows[i - 1][j - 1] + usize::from(a[i - 1] != b[j - 1]));
            if swap {
                best = best.min(rows[i - 2][j - 2] + 1);
            }
            rows[i][j] = best;
        }
    }
    rows[a.len()][b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_typing_error_finds_its_word() {
        let known = ["from_customer", "from_us", "automatic"];
        assert_eq!(did_you_mean("from_custmoer", known), "; did you mean `from_customer`?");
        assert_eq!(did_you_mean("weather", known), "");
    }
}
