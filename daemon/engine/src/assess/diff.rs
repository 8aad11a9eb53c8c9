//! What one assessment has that another has not.

use model::{Assessment, Finding};

/// What differs: positions of findings of `before` that no longer hold, ascending, and the findings
/// of `after` that are new, as [`model::Fact::Assessed`] records them.
///
/// Findings of one instant are compared as far as they are alike from their first on, so that
/// [`apply_diff`] restores the order of `after` exactly.
pub fn diff(before: Option<&Assessment>, after: &Assessment) -> (Vec<u32>, Vec<Finding>) {
    let (mut removed, mut added) = (Vec::new(), Vec::new());
    let old = before.map_or(&[][..], |b| &b.findings);
    let new = &after.findings;
    let (mut o, mut n) = (0, 0);
    while o < old.len() || n < new.len() {
        let at = match (old.get(o), new.get(n)) {
            (Some(old), Some(new)) => old.at.min(new.at),
            (Some(one), None) | (None, Some(one)) => one.at,
            (None, None) => break,
        };
        let old_end = o + old[o..].iter().take_while(|f| f.at == at).count();
        let new_end = n + new[n..].iter().take_while(|f| f.at == at).count();
        let alike = old[o..old_end].iter().zip(&new[n..new_end]).take_while(|(a, b)| a == b);
        let kept = alike.count();
        removed.extend((o + kept..old_end).map(|position| position as u32));
        added.extend_from_slice(&new[n + kept..new_end]);
        (o, n) = (old_end, new_end);
    }
    (removed, added)
}

/// The findings of `before` without those at the positions `removed` (ascending), and with `added`
/// put in by their instants: undoes [`diff`].
pub fn apply_diff(before: Vec<Finding>, removed: &[u32], added: Vec<Finding>) -> Vec<Finding> {
    let gone = |position: usize| removed.binary_search(&(position as u32)).is_ok();
    let mut kept = before
        .into_iter()
        .enumerate()
        .filter(|(position, _)| !gone(*position))
        .map(|(_, finding)| finding)
        .peekable();
    let mut whole = Vec::with_capacity(kept.size_hint().0 + added.len());
    for finding in added {
        while let Some(earlier) = kept.next_if(|k| k.at <= finding.at) {
            whole.push(earlier);
        }
        whole.push(finding);
    }
    whole.extend(kept);
    whole
}
