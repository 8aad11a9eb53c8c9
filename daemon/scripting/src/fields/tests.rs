use std::{collections::BTreeMap, sync::Arc};

use engine::Evaluator;

use crate::{RhaiEvaluator, RuleSet, Tests, default_files};

/// The default set with a field `order` and a test.
fn set(field: &str, test: &str) -> Result<RuleSet, String> {
    let mut files: BTreeMap<String, Vec<u8>> = default_files();
    files.retain(|path, _| !path.starts_with("tests/"));
    files.insert("fields/order.toml".to_owned(), field.as_bytes().to_vec());
    if !test.is_empty() {
        files.insert("tests/order.toml".to_owned(), test.as_bytes().to_vec());
    }
    let tests = if test.is_empty() { Tests::Skip } else { Tests::Run };
    RuleSet::with_tests("ours", files, tests).map_err(|errors| errors.0[0].to_string())
}

fn passes(field: &str, text: &str, more: &str, values: &str) {
    let test = format!(
        "[[test]]\nname = \"x\"\n{values}\n[[test.message]]\nat = \"2026-03-02T09:00:00Z\"\n\
         from = \"Jane <jane@customer.example>\"\nto = [\"support@ours.example\"]\n{more}\n\
         text = {text:?}\n"
    );
    if let Err(error) = set(field, &test) {
        panic!("{error}");
    }
}

const PATTERN: &str = "title = \"Order\"\ntype = \"text\"\n\
                       from = [\"subject\", \"text\", \"attachments\"]\npattern = 'ORD-[0-9]{4,8}'\n";

#[test]
fn an_order_number_is_read_where_the_field_says_with_its_words() {
    let values = "values = [{ field = \"order\", value = \"ORD-20491\", quote = \"ORD-20491\" }]";
    passes(PATTERN, "Where is ORD-20491?", "", values);
    passes(PATTERN, "Where is it?", "subject = \"Re: ORD-20491\"", values);
    passes(PATTERN, "See the file.", "attachments = [\"a.txt\", \"ORD-20491.pdf\"]", values);
    passes(PATTERN, "Where is my order 20491?", "", "values = []");
    passes(PATTERN, "As before.", "quoted = \"Where is ORD-20491?\"", "values = []");
}

#[test]
fn numbers_days_and_choices_have_one_form() {
    let number = "title = \"Seats\"\ntype = \"number\"\npattern = '([0-9][0-9.,]*) seats'\n";
    for (words, value) in
        [("1,250 seats", "1250"), ("1.250,50 seats", "1250.5"), ("007 seats", "7")]
    {
        let values = format!("values = [{{ field = \"order\", value = \"{value}\" }}]");
        passes(number, &format!("We have {words} now."), "", &values);
    }
    let day = "title = \"Go-live\"\ntype = \"date\"\npattern = 'live on (?<value>[^.]+)'\n";
    let values = "values = [{ field = \"order\", value = \"2026-03-31\" }]";
    passes(day, "We go live on 31 March 2026.", "", values);
    passes(day, "We go live on some day.", "", "values = []");
    let choice = "title = \"Plan\"\ntype = \"choice\"\nchoices = [\"Gold\", \"Silver\"]\n\
                  pattern = '(\\w+) plan'\n";
    let values = "values = [{ field = \"order\", value = \"Gold\" }]";
    passes(choice, "We are on the GOLD plan, not on the bronze plan.", "", values);
}

#[test]
fn a_word_list_gives_its_words_or_its_sections() {
    let field = "title = \"Mood\"\ntype = \"text\"\nlist = \"frustration\"\n";
    let set = Arc::new(set(field, "").unwrap());
    assert_eq!(set.fields()[0].title, "Mood");
    let case = crate::trial::thread::written("I am extremely disappointed by this.");
    let found = RhaiEvaluator::new(set).read_fields(&case, 0);
    assert_eq!(found.len(), 1, "{found:?}");
}

#[test]
fn a_field_that_cannot_work_is_refused_with_its_place_and_remedy() {
    let refused = |text: &str| set(text, "").unwrap_err();
    let head = "title = \"Order\"\ntype = \"text\"\n";
    for (rest, says) in [
        ("", "fields/order.toml: say how its values are found"),
        ("pattern = '['\n", "fields/order.toml:3:1: the pattern cannot be read"),
        ("pattern = 'x*'\n", "fields/order.toml:3:1: the pattern also matches nothing at all"),
        ("pattern = '(\\w{1,900}){1,900}'\n", "fields/order.toml:3:1: the pattern is too large"),
        ("list = \"frustation\"\n", "fields/order.toml:3:1: no word list `frustation`"),
        ("plugin = \"order-number\"\n", "fields/order.toml:3:1: no plugin `order-number`"),
        ("patern = 'x'\n", "fields/order.toml:3:1"),
    ] {
        let error = refused(&format!("{head}{rest}"));
        assert!(error.starts_with(says), "{error}");
    }
    let choice = refused("title = \"x\"\ntype = \"choice\"\npattern = 'x'\n");
    assert!(choice.starts_with("fields/order.toml:2:1: a choice needs"), "{choice}");
}
