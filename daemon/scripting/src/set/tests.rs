use super::*;

/// The smallest set that loads.
fn small() -> BTreeMap<String, Vec<u8>> {
    let files = [
        ("calendars.toml", "[default.hours]\nmonday = [\"09:00-17:00\"]\n"),
        (
            "severity.rhai",
            "fn levels() { [#{ name: \"S1\", title: \"Top\", colour: \"#ff0000\", rank: 9 }] }\n\
             fn severity(record) { level(\"none\", []) }\n",
        ),
        (
            "signals/noise.rhai",
            "//! Noise: somebody says noise.\n//! Loudly.\nconst WEIGHT = 3;\nconst LIST = \"noise\";\n\
             fn on_message(record, msg) {\n    let found = msg.new_text.find(\"noise\");\n    \
             if found != () { raise(found); }\n}\n",
        ),
        ("words/en/noise.txt", "noise\n"),
    ];
    files.into_iter().map(|(path, text)| (path.to_owned(), text.as_bytes().to_vec())).collect()
}

fn with(path: &str, text: &str) -> Result<RuleSet, RuleSetErrors> {
    let mut files = small();
    files.insert(path.to_owned(), text.as_bytes().to_vec());
    RuleSet::from_files("small", files)
}

#[track_caller]
fn refused(path: &str, text: &str) -> String {
    let errors = with(path, text).expect_err("the set loads").0;
    errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

fn signal(body: &str) -> String {
    format!("const WEIGHT = 1;\nfn on_message(record, msg) {{\n    {body}\n}}\n")
}

#[test]
fn the_default_set_loads_and_passes_its_tests() {
    let set =
        RuleSet::default_set().unwrap_or_else(|e| panic!("{}", e.to_string().replace("; ", "\n")));
    assert_eq!(set.name(), "default");
    assert_eq!(set.levels()[0].name.as_str(), "S1");
    let id = set.id().to_string();
    let hash = id.strip_prefix("default@").unwrap();
    assert!(hash.len() == 12 && hash.bytes().all(|b| b.is_ascii_hexdigit()), "{id}");
    assert!(set.signals().iter().all(|s| !s.help.is_empty() && s.weight > 0));
}

#[test]
fn a_set_is_named_by_its_content_alone() {
    let one = RuleSet::from_files("a", small()).unwrap();
    let mut files = small();
    files.insert("README.md".to_owned(), b"hello".to_vec());
    assert_eq!(one.id(), RuleSet::from_files("a", files.clone()).unwrap().id());
    files.insert("words/en/noise.txt".to_owned(), b"noises\n".to_vec());
    assert_ne!(one.id(), RuleSet::from_files("a", files).unwrap().id());
}

#[test]
fn help_comes_from_the_comment_on_top() {
    let set = RuleSet::from_files("a", small()).unwrap();
    let signal = set.signal(&SignalId::new("noise")).unwrap();
    assert_eq!((signal.title.as_str(), signal.weight), ("Noise", 3));
    assert_eq!(signal.help, "somebody says noise.\nLoudly.");
}

#[test]
fn a_typing_error_is_found_before_it_runs() {
    let cases = [
        (
            "if msg.from_custmoer { }",
            "signals/x.rhai:3:12: no property `from_custmoer`; did you mean `from_customer`?",
        ),
        ("let a = weihgt;", "no variable `weihgt`"),
        ("rise(msg);", "signals/x.rhai:3:5: no function `rise`; did you mean `raise`?"),
        ("msg.new_text.find(\"nose\");", "no word list `nose` in this set; did you mean `noise`?"),
        ("if record.has(\"nois\") { }", "no signal `nois` in this set; did you mean `noise`?"),
        ("record.unanswered();", "`unanswered` takes 1 arguments, not 0"),
        ("msg.new_text.fnd(\"noise\");", "no method `fnd`; did you mean `find`?"),
        ("msg.first();", "no method `first`: it is a property, write it without ( )"),
        ("let a = msg.new_text.find;", "`find` is a method: write find( )"),
        ("let case = 1;", "`case` is a word of the language"),
        ("raise(msg", "signals/x.rhai:4:1: "),
    ];
    for (body, wanted) in cases {
        let said = refused("signals/x.rhai", &signal(body));
        assert!(said.contains(wanted), "{body}\n  said:   {said}\n  wanted: {wanted}");
    }
}

#[test]
fn nothing_outside_of_the_case_can_be_reached() {
    for body in [
        "let t = timestamp();",
        "sleep(1);",
        "eval(\"1\");",
        "import \"x\" as y;",
        "print(\"x\");",
        "let f = open_file(\"x\");",
        "let r = rand();",
    ] {
        refused("signals/x.rhai", &signal(body));
    }
}

#[test]
fn a_set_with_one_bad_file_is_refused_whole() {
    let cases = [
        ("calendars.toml", "[other.hours]\n", "no calendar called `default`"),
        ("severity.rhai", "fn levels() { [] }\nfn severity(record) { () }\n", "names no level"),
        ("severity.rhai", "fn levels() { [] }\n", "missing: fn severity"),
        (
            "severity.rhai",
            "fn levels() { [#{ name: \"S1\", titel: \"x\" }] }\nfn severity(r) { () }\n",
            "a level has no `titel`; did you mean `title`?",
        ),
        ("signals/x.rhai", "fn on_message(record, msg) { }\n", "missing: const WEIGHT"),
        (
            "signals/x.rhai",
            "const WEIGHT = 1;\nfn on_mesage(record, msg) { }\n",
            "did you mean `on_message`?",
        ),
        (
            "signals/x.rhai",
            "const WEIGHT = 1;\nfn on_message(msg) { }\n",
            "on_message takes 2 arguments, not 1",
        ),
        (
            "signals/x.rhai",
            "const WEIGHT = 1;\nlet x = 1;\nfn on_level(r) { }\n",
            "x.rhai:2:1: only `const`",
        ),
        (
            "signals/x.rhai",
            "const WEIGHT = 1 + foo();\nfn on_level(r) { }\n",
            "must be a plain value",
        ),
        ("signals/Bad.rhai", "const WEIGHT = 1;\nfn on_level(r) { }\n", "lower-case"),
        ("words/en/more.txt", "fine\nany (news\n", "words/en/more.txt:2:5: `(` is never closed"),
        ("words/more.txt", "fine\n", "words/<language>/<name>.txt"),
        ("set.toml", "nam = \"x\"\n", "set.toml:1:1"),
    ];
    for (path, text, wanted) in cases {
        let said = refused(path, text);
        assert!(said.contains(wanted), "{path}: {said}\n  wanted: {wanted}");
    }
}

#[test]
fn a_set_whose_tests_fail_is_refused_with_the_difference() {
    let test = "[[test]]\nname = \"quiet\"\n[[test.message]]\nat = \"2026-03-02T09:00:00Z\"\n\
                from = \"jane@customer.example\"\nto = [\"support@ours.example\"]\ntext = \"Some noise.\"\n";
    let said = refused("tests/quiet.toml", test);
    assert_eq!(
        said,
        "tests/quiet.toml:2:1: test \"quiet\": noise was raised at message 1: [\"noise\"]"
    );
    let wanted = format!("{test}[[test.found]]\nsignal = \"noise\"\nmessage = 1\n");
    with("tests/quiet.toml", &wanted).unwrap();
    assert!(refused("tests/quiet.toml", "[[test]]\nnam = 1\n").contains("tests/quiet.toml:2:1"));
}

#[test]
fn a_set_is_read_from_a_folder_and_other_files_are_left_aside() {
    let folder = tempfile::tempdir().unwrap();
    for (path, bytes) in small() {
        let path = folder.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
    }
    std::fs::write(folder.path().join("notes.md"), "mine").unwrap();
    std::fs::write(folder.path().join("set.toml"), "name = \"ours\"\n").unwrap();
    let set = RuleSet::load(folder.path()).unwrap();
    assert_eq!(set.name(), "ours");
    assert_eq!(set.files().len(), 5);
    let missing = RuleSet::load(&folder.path().join("nowhere")).unwrap_err();
    assert!(missing.to_string().contains("nowhere"));
}

proptest::proptest! {
    #![proptest_config(proptest::test_runner::Config::with_cases(48))]

    #[test]
    fn no_file_breaks_the_loader(
        which in 0..6_usize,
        text in "(fn |const |on_message|\\(record, msg\\)|\\{|\\}|\\[|\\]|#\\{|raise|msg|=|;|\"|\n|//! |[a-z0-9.,: ]|\\PC){0,30}",
    ) {
        let paths = [
            "severity.rhai", "signals/x.rhai", "words/en/x.txt", "calendars.toml", "tests/x.toml",
            "shared.rhai",
        ];
        if let Err(errors) = with(paths[which], &text) {
            assert!(!errors.0.is_empty());
        }
    }
}
