use super::*;

fn lists(files: &[(&str, &str, &str)]) -> WordLists {
    let mut all: BTreeMap<String, BTreeMap<String, String>> = BTreeMap::new();
    for (language, name, text) in files {
        all.entry((*name).to_owned())
            .or_default()
            .insert((*language).to_owned(), (*text).to_owned());
    }
    WordLists::compile(&all).unwrap()
}

fn found(lists: &WordLists, name: &str, source: &str) -> Vec<String> {
    let hits = lists.find_all(source);
    let list = lists.list(name).unwrap();
    hits.of(list)
        .iter()
        .map(|h| {
            let mut words = source[h.start as usize..h.end as usize].to_owned();
            if h.negated {
                words.push_str(" -negated");
            }
            if h.conditional {
                words.push_str(" -conditional");
            }
            words
        })
        .collect()
}

fn sample() -> WordLists {
    lists(&[
        (
            "en",
            "chasing",
            "# asked again\nany (update|news|word)\nthird time * asking\nwhere are we $ ?\n^hello ?\n\
             still nothing  # flat\n! no update needed\n! any update on the price list\n",
        ),
        ("de", "chasing", "noch (nichts|keine Antwort)\nRückmeld*\n"),
        ("en", "anger", "frustrat*\nunacceptable\n[mild]\ndisappoint*\n"),
        ("en", "negations", "not\nno\n! not only\n"),
        ("en", "conditionals", "if\n! know if\n"),
    ])
}

#[test]
fn one_pass_finds_what_each_list_holds() {
    let lists = sample();
    let source = "Hello? This is the THIRD time we are asking. Any\nnews? I am frustrated.";
    assert_eq!(
        found(&lists, "chasing", source),
        ["Hello", "THIRD time we are asking", "Any\nnews"]
    );
    assert_eq!(found(&lists, "anger", source), ["frustrated"]);
}

#[test]
fn a_pattern_never_reaches_over_the_end_of_a_sentence() {
    let lists = sample();
    assert!(found(&lists, "chasing", "It was the third time. Asking costs nothing.").is_empty());
    assert!(found(&lists, "chasing", "do you know where are we going?").is_empty());
    assert_eq!(found(&lists, "chasing", "So where are we?"), ["where are we"]);
    assert!(found(&lists, "chasing", "That is where are we.").is_empty());
}

#[test]
fn an_exclusion_vetoes_only_what_it_overlaps() {
    let lists = sample();
    assert!(found(&lists, "chasing", "Is there any update on the price list?").is_empty());
    let source = "Is there any update on the price list? Any update at all?";
    assert_eq!(found(&lists, "chasing", source), ["Any update"]);
}

#[test]
fn umlauts_may_be_missing_but_never_wrong() {
    let lists = sample();
    assert_eq!(found(&lists, "chasing", "Ich bitte um Rückmeldung"), ["Rückmeldung"]);
    assert_eq!(found(&lists, "chasing", "Ich bitte um Rueckmeldung"), ["Rueckmeldung"]);
    assert_eq!(found(&lists, "chasing", "Ich bitte um Ruckmeldung"), ["Ruckmeldung"]);
    assert!(found(&lists, "chasing", "Ich bitte um Rúckmeldung").is_empty());
}

#[test]
fn a_negation_or_an_if_shows_on_the_hit() {
    let lists = sample();
    assert_eq!(
        found(&lists, "anger", "We are not really disappointed."),
        ["disappointed -negated"]
    );
    assert_eq!(found(&lists, "anger", "We are not only disappointed."), ["disappointed"]);
    assert_eq!(found(&lists, "anger", "No, this is unacceptable."), ["unacceptable"]);
    assert_eq!(
        found(&lists, "anger", "If that came again, it would be unacceptable."),
        ["unacceptable -conditional"]
    );
    assert_eq!(found(&lists, "chasing", "Let me know if there is any news."), ["any news"]);
}

#[test]
fn a_word_whose_case_matters_is_no_other_word() {
    let lists = lists(&[("en", "titles", "our =MD\nthe CEO\n")]);
    assert_eq!(found(&lists, "titles", "Our MD and the ceo"), ["Our MD", "the ceo"]);
    assert!(found(&lists, "titles", "our md array").is_empty());
}

#[test]
fn a_section_mark_names_the_kind_of_hit() {
    let lists = sample();
    let hits = lists.find_all("unacceptable and disappointing");
    let marks: Vec<_> =
        hits.of(lists.list("anger").unwrap()).iter().map(|h| lists.mark(h.mark)).collect();
    assert_eq!(marks, ["", "mild"]);
}

#[test]
fn a_bad_line_is_named_with_its_file() {
    let text = BTreeMap::from([("en".to_owned(), "fine\n  any (news|word\n".to_owned())]);
    let errors = WordLists::compile(&BTreeMap::from([("chasing".to_owned(), text)])).unwrap_err();
    assert_eq!(errors[0].to_string(), "words/en/chasing.txt:2:7: `(` is never closed");
    let text = BTreeMap::from([("xx".to_owned(), "fine".to_owned())]);
    let errors = WordLists::compile(&BTreeMap::from([("chasing".to_owned(), text)])).unwrap_err();
    assert!(errors[0].message.contains("no language `xx`"));
}

proptest::proptest! {
    #[test]
    fn no_text_breaks_the_reader(source in "\\PC{0,200}") {
        let hits = sample().find_all(&source);
        for hit in hits.all() {
            assert!(source.get(hit.start as usize..hit.end as usize).is_some());
        }
    }

    #[test]
    fn no_line_breaks_the_compiler(line in "[a-zé*()|!?^$ \\[\\]<>#]{0,40}") {
        let text = BTreeMap::from([("en".to_owned(), line)]);
        let _ = WordLists::compile(&BTreeMap::from([("x".to_owned(), text)]));
    }
}
