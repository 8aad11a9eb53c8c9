//! Threading measured on the labelled threads: each in one case, none mixed with another.
//!
//! They hold invented people, but are not part of this repository: without `WATCHKEEPER_CORPORA`
//! these tests say that they were skipped.

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a test prints what it measured")]

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
    process::Command,
    sync::Arc,
};

use engine::{Directory, MemoryIndex, Sides, SidesConfig, TeamConfig, ThreadRule, Threadable};
use model::{Account, Contact};

/// What grouping the labelled mail gave.
struct Measured {
    threads: usize,
    split: BTreeMap<String, usize>,
    mixed: usize,
    rules: BTreeMap<ThreadRule, usize>,
}

fn corpora() -> Option<PathBuf> {
    #[allow(
        clippy::disallowed_methods,
        reason = "names the corpora, which are not in the repository"
    )]
    let found = std::env::var("WATCHKEEPER_CORPORA").ok().map(PathBuf::from);
    if found.is_none() {
        println!("skipped: WATCHKEEPER_CORPORA is not set");
    }
    found
}

fn our_sides() -> Sides {
    let teams = ["success", "eng", "product", "billing", "legal", "exec"];
    let team = |name: &str, addresses: Vec<String>| TeamConfig { name: name.to_owned(), addresses };
    let mut all = vec![team(
        "support",
        vec![
            "support@brightwater.example".to_owned(),
            "help@brightwater.example".to_owned(),
            "*@support.brightwater.example".to_owned(),
        ],
    )];
    all.extend(teams.map(|name| team(name, vec![format!("*@{name}.brightwater.example")])));
    let domains = vec!["brightwater.example".to_owned()];
    Sides::new(&SidesConfig { domains, teams: all, ..SidesConfig::default() })
}

/// Builds the mail and reads it in order of its dates.
fn labelled(corpora: &Path) -> Vec<Threadable> {
    let dir = tempfile::tempdir().unwrap();
    let escalations = corpora.join("escalations");
    let built = Command::new("python3")
        .arg(escalations.join("build_maildir.py"))
        .args([escalations.join("threads"), dir.path().join("out")])
        .output()
        .unwrap();
    assert!(built.status.success(), "{}", String::from_utf8_lossy(&built.stderr));
    let out = dir.path().join("out");
    let directory = directory(&out);
    let captured = "2026-07-01T00:00:00Z".parse().unwrap();
    let context = mail::ParseContext { received: None, journal: false, captured };
    let mut messages: Vec<mail::Message> = std::fs::read_dir(out.join("Maildir/cur"))
        .unwrap()
        .map(|entry| std::fs::read(entry.unwrap().path()).unwrap())
        .map(|raw| mail::parse(&raw, &context, &mail::Limits::default()).unwrap())
        .collect();
    messages.sort_by_key(|message| (message.happened, message.key));
    messages.iter().map(|message| Threadable::of(message, &directory)).collect()
}

fn directory(out: &Path) -> Directory {
    let rows = |name: &str| {
        let text = String::from_utf8(std::fs::read(out.join(name)).unwrap()).unwrap();
        text.lines().skip(1).map(fields).collect::<Vec<_>>()
    };
    let mut directory = Directory::new(Arc::new(our_sides()));
    for row in rows("accounts.csv") {
        directory.put_account(Arc::new(Account {
            id: model::fold_text(&row[0]).as_str().into(),
            name: row[0].clone(),
            domains: row[1].split_whitespace().map(str::to_owned).collect(),
            tier: None,
            timezone: None,
            renewal: None,
            fields: BTreeMap::new(),
        }));
    }
    for row in rows("contacts.csv") {
        directory.put_contact(Arc::new(Contact {
            email: row[0].to_lowercase(),
            name: row[1].clone(),
            title: row[2].clone(),
            account: Some(row[3].as_str().into()),
            fields: BTreeMap::new(),
        }));
    }
    directory
}

/// The fields of a line of CSV without line ends in its fields.
fn fields(line: &str) -> Vec<String> {
    let (mut all, mut quoted) = (vec![String::new()], false);
    for c in line.chars() {
        match c {
            '"' => quoted = !quoted,
            ',' if !quoted => all.push(String::new()),
            c => all.last_mut().unwrap().push(c),
        }
    }
    all
}

/// Groups `messages` in the order given; the labelled thread is the beginning of the Message-ID.
fn group<'a>(messages: impl IntoIterator<Item = &'a Threadable>) -> Measured {
    let mut index = MemoryIndex::default();
    let mut thread_of = BTreeMap::new();
    let mut rules = BTreeMap::new();
    for message in messages {
        let (_, placement) = index.add(message);
        *rules.entry(placement.why.rule).or_default() += 1;
        let id = message.message_id.as_deref().unwrap();
        thread_of.insert(message.key, id.split('-').next().unwrap().to_owned());
    }
    let mut cases: BTreeMap<String, usize> = BTreeMap::new();
    let mut mixed = 0;
    for members in index.groups() {
        let threads: BTreeSet<&String> = members.iter().map(|key| &thread_of[key]).collect();
        mixed += usize::from(threads.len() > 1);
        for thread in threads {
            *cases.entry(thread.clone()).or_default() += 1;
        }
    }
    let threads = cases.len();
    cases.retain(|_, cases| *cases > 1);
    Measured { threads, split: cases, mixed, rules }
}

fn report(what: &str, measured: &Measured) -> f64 {
    let whole = measured.threads - measured.split.len();
    let share = whole as f64 / measured.threads as f64;
    println!("{what}: {share:.3} in one case, {} mixed", measured.mixed);
    println!("  split: {:?}\n  rules: {:?}", measured.split, measured.rules);
    share
}

/// A fixed shuffle: order by a hash of key and `seed`.
fn shuffled(messages: &[Threadable], seed: u8) -> Vec<&Threadable> {
    let mut all: Vec<&Threadable> = messages.iter().collect();
    all.sort_by_key(|message| model::id::short_hash(&[&message.key.0, &[seed]]));
    all
}

#[test]
fn every_labelled_thread_is_one_case_and_none_is_mixed_with_another() {
    let Some(corpora) = corpora() else { return };
    let messages = labelled(&corpora);
    let measured = group(&messages);
    let share = report("in order", &measured);
    assert_eq!(measured.mixed, 0);
    assert!(share >= 0.97, "{share}");
}

#[test]
fn labelled_threads_stay_apart_in_whatever_order_they_arrive() {
    let Some(corpora) = corpora() else { return };
    let mut messages = labelled(&corpora);
    for seed in 0..5 {
        let measured = group(shuffled(&messages, seed));
        let share = report("shuffled", &measured);
        assert_eq!(measured.mixed, 0);
        assert!(share >= 0.95, "{share}");
    }
    for (position, message) in messages.iter_mut().enumerate() {
        if position % 3 == 0 {
            message.references.clear();
        }
    }
    let measured = group(&messages);
    report("a third without references", &measured);
    assert_eq!(measured.mixed, 0);
    let measured = group(shuffled(&messages, 7));
    report("the same, shuffled", &measured);
    assert_eq!(measured.mixed, 0);
}

/// All messages below `dir`, one a file or many in an mbox, in order of their dates.
fn mails_below(dir: &Path, directory: &Directory) -> Vec<Threadable> {
    let captured = "2026-07-01T00:00:00Z".parse().unwrap();
    let context = mail::ParseContext { received: None, journal: false, captured };
    let mut raws = Vec::new();
    let mut dirs = vec![dir.to_owned()];
    while let Some(dir) = dirs.pop() {
        for entry in std::fs::read_dir(&dir).unwrap().map(Result::unwrap) {
            let path = entry.path();
            if path.is_dir() {
                dirs.push(path);
                continue;
            }
            let bytes = std::fs::read(&path).unwrap();
            if bytes.starts_with(b"From ") {
                let text = String::from_utf8_lossy(&bytes).into_owned();
                let parts = text.split("\nFrom ").map(|part| {
                    part.split_once('\n').map_or("", |(_, rest)| rest).as_bytes().to_vec()
                });
                raws.extend(parts);
            } else {
                raws.push(bytes);
            }
        }
    }
    let limits = mail::Limits::default();
    let mut messages: Vec<mail::Message> =
        raws.iter().filter_map(|raw| mail::parse(raw, &context, &limits).ok()).collect();
    messages.sort_by_key(|message| (message.happened, message.key));
    messages.dedup_by_key(|message| message.key);
    messages.iter().map(|message| Threadable::of(message, directory)).collect()
}

/// The messages that reference one another, however far apart.
fn connected(messages: &[Threadable]) -> BTreeMap<String, usize> {
    let mut group_of: BTreeMap<String, usize> = BTreeMap::new();
    for (number, message) in messages.iter().enumerate() {
        let ids: Vec<&String> = message.message_id.iter().chain(&message.references).collect();
        let joined: BTreeSet<usize> =
            ids.iter().filter_map(|id| group_of.get(*id)).copied().collect();
        let group = joined.first().copied().unwrap_or(number);
        for known in group_of.values_mut().filter(|known| joined.contains(known)) {
            *known = group;
        }
        for id in ids {
            group_of.insert(id.clone(), group);
        }
    }
    group_of
}

#[test]
fn discussion_lists_of_many_domains_keep_their_threads() {
    let Some(corpora) = corpora() else { return };
    let mail = corpora.join("corpora/mail");
    let domains = vec!["ettus.com".to_owned(), "enron.com".to_owned()];
    let config = SidesConfig { domains, ..SidesConfig::default() };
    let directory = Directory::new(Arc::new(Sides::new(&config)));
    let lists =
        ["usrp-users", "linux-raid", "open-iscsi", "openwrt-devel"].map(|l| format!("lists/{l}"));
    for name in lists.iter().map(String::as_str).chain(["mbox-pipermail", "spamassassin", "enron"])
    {
        let messages = mails_below(&mail.join(name), &directory);
        let mut index = MemoryIndex::default();
        let (mut rules, mut reviews) = (BTreeMap::<ThreadRule, usize>::new(), 0);
        for message in &messages {
            let (_, placement) = index.add(message);
            *rules.entry(placement.why.rule).or_default() += 1;
            reviews += usize::from(placement.review.is_some());
        }
        let connected = connected(&messages);
        let mut cases: BTreeMap<usize, BTreeSet<model::CaseId>> = BTreeMap::new();
        for message in &messages {
            if let Some(id) = &message.message_id {
                let case = index.case_of(&message.key).unwrap();
                cases.entry(connected[id]).or_default().insert(case);
            }
        }
        let whole = cases.values().filter(|cases| cases.len() == 1).count();
        let largest = index.groups().iter().map(Vec::len).max().unwrap_or(0);
        println!(
            "{name}: {} messages, {whole} of {} threads whole, {} cases, largest {largest}, {reviews} reviews, {rules:?}",
            messages.len(),
            cases.len(),
            index.groups().len()
        );
        assert!(whole as f64 >= 0.97 * cases.len() as f64, "{name}");
    }
}
