//! How well changes of real pages are told from noise. The pages are no part of this repository:
//! `WATCHKEEPER_CORPORA` names the folder that has them.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::{fs, path::Path};

use sources::page::{
    change::{Compared, passages, told},
    text::{Line, Scope, read, selector},
};

/// One step from a version of a page to a later one.
struct Step {
    page: String,
    file: String,
    meaningful: bool,
    /// Whoever labelled it says that their own way of reading changed, and not a word and not a link of
    /// the whole page differs.
    unchanged: bool,
    said: String,
}

/// A page as it is compared, and all of it as it stands.
fn compared(path: &Path, fetched: &str) -> (Compared, Vec<Line>) {
    let html = String::from_utf8_lossy(&fs::read(path).unwrap()).into_owned();
    let reading = read(&html, "", &Scope::default()).unwrap();
    let day = fetched[..10].parse().unwrap();
    let all = Scope { selector: selector("body").ok(), ignore: Vec::new() };
    (Compared::new(reading, false, day), read(&html, "", &all).unwrap().lines)
}

fn steps(folder: &Path) -> Vec<Step> {
    let mut table = csv::Reader::from_path(folder.join("index.csv")).unwrap();
    let mut before: Option<(Compared, Vec<Line>)> = None;
    let mut steps = Vec::new();
    for row in table.records() {
        let row = row.unwrap();
        let now = compared(&folder.join(&row[0]), &row[1]);
        if let Some(before) = before.replace(now.clone()) {
            steps.push(Step {
                page: folder.file_name().unwrap().to_string_lossy().into_owned(),
                file: row[0].to_owned(),
                meaningful: &row[6] == "1",
                unchanged: row[7].contains("technical or declaration upgrade") && before.1 == now.1,
                said: told(&passages(&before.0, &now.0)),
            });
        }
    }
    steps
}

struct Score {
    right: usize,
    missed: usize,
    wrong: usize,
}

impl Score {
    fn of<'s>(steps: impl Iterator<Item = &'s Step>) -> Self {
        let mut score = Self { right: 0, missed: 0, wrong: 0 };
        for step in steps {
            match (step.meaningful, !step.said.is_empty()) {
                (true, true) => score.right += 1,
                (true, false) => score.missed += 1,
                (false, true) => score.wrong += 1,
                (false, false) => {}
            }
        }
        score
    }

    fn recall(&self) -> f64 {
        self.right as f64 / (self.right + self.missed).max(1) as f64
    }

    fn precision(&self) -> f64 {
        self.right as f64 / (self.right + self.wrong).max(1) as f64
    }
}

#[test]
#[allow(clippy::disallowed_methods, reason = "the corpora lie where the environment says")]
fn changes_of_real_pages_are_told_and_noise_is_not() {
    let Some(corpora) = std::env::var_os("WATCHKEEPER_CORPORA") else {
        eprintln!("skipped: WATCHKEEPER_CORPORA does not name the corpora");
        return;
    };
    let web = Path::new(&corpora).join("corpora/web");
    let mut folders: Vec<_> =
        fs::read_dir(web).unwrap().map(|entry| entry.unwrap().path()).collect();
    folders.retain(|folder| folder.join("index.csv").exists());
    folders.sort();
    let all: Vec<Step> = folders.iter().flat_map(|folder| steps(folder)).collect();
    assert!(all.len() > 50, "only {} steps", all.len());
    for step in all.iter().filter(|step| step.meaningful == step.said.is_empty()) {
        let word = if step.meaningful { "missed" } else { "wrongly told" };
        eprintln!(
            "{word}: {} {} {}",
            step.page,
            step.file,
            &step.said[..step.said.len().min(2000)]
        );
    }
    let score = Score::of(all.iter().filter(|step| !(step.meaningful && step.unchanged)));
    let whole = Score::of(all.iter());
    eprintln!(
        "recall {:.3}, precision {:.3}; with {} steps in which nothing of the page differs: \
         recall {:.3}",
        score.recall(),
        score.precision(),
        all.iter().filter(|step| step.meaningful && step.unchanged).count(),
        whole.recall(),
    );
    assert!(score.recall() >= 0.95 && score.precision() >= 0.90);
}
