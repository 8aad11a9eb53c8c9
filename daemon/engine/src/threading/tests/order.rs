//! The order of arrival does not matter to exact ties.

use proptest::prelude::*;

use super::*;

/// For each message: its parent among the earlier ones, how many references its client keeps, and
/// whether it ever arrives.
fn forests() -> impl Strategy<Value = Vec<(Option<usize>, usize, bool)>> {
    let node = (prop::option::weighted(0.8, 0_usize..100), 1_usize..5, prop::bool::weighted(0.8));
    prop::collection::vec(node, 2..14).prop_map(|nodes| {
        let link = |(position, (parent, kept, arrives)): (usize, (Option<usize>, usize, bool))| {
            (parent.filter(|_| position > 0).map(|p| p % position), kept, arrives)
        };
        nodes.into_iter().enumerate().map(link).collect()
    })
}

/// The mails that arrive, in order of their dates. Every thread is an account's of its own.
fn mails(forest: &[(Option<usize>, usize, bool)]) -> Vec<Mail> {
    let mut chains: Vec<Vec<usize>> = Vec::new();
    for (position, (parent, _, _)) in forest.iter().enumerate() {
        let mut chain = parent.map_or_else(Vec::new, |parent: usize| chains[parent].clone());
        chain.push(position);
        chains.push(chain);
    }
    let mut all = Vec::new();
    for (position, (_, kept, arrives)) in forest.iter().enumerate() {
        let (chain, root) = (&chains[position], chains[position][0]);
        let id = |n: usize| format!("{n}@t{root}.example");
        let ancestors = &chain[..chain.len() - 1];
        let from = ancestors.len().saturating_sub(*kept);
        let references: Vec<String> = ancestors[from..].iter().map(|n| id(*n)).collect();
        let references: Vec<&str> = references.iter().map(String::as_str).collect();
        // Subjects differ from thread to thread; replies without references are none.
        let subject = format!("Re: matter{root} of thread{root}");
        let mail = mail(&id(position))
            .from(&format!("p{}@t{root}.example", position % 3))
            .subject(subject.strip_prefix(if ancestors.is_empty() { "Re: " } else { "" }).unwrap())
            .answers(&references)
            .day(position as f64 * 40.0);
        if *arrives {
            all.push(mail);
        }
    }
    all
}

fn groups<'a>(
    mails: impl Iterator<Item = &'a Mail>,
) -> std::collections::BTreeSet<Vec<MessageKey>> {
    let mut desk = Desk::default();
    for mail in mails {
        desk.take(mail);
    }
    desk.index.groups()
}

proptest! {
    #[test]
    fn late_mail_ends_in_the_same_cases(forest in forests(), seed in any::<u64>()) {
        let mails = mails(&forest);
        let in_order = groups(mails.iter());
        let mut shuffled: Vec<&Mail> = mails.iter().collect();
        shuffled.sort_by_key(|m| model::id::short_hash(&[m.id.as_bytes(), &seed.to_le_bytes()]));
        prop_assert_eq!(groups(shuffled.into_iter()), in_order.clone());
        prop_assert_eq!(groups(mails.iter().rev()), in_order);
    }
}
