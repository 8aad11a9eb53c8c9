use super::*;

fn parse(text: &str) -> Result<Config, String> {
    Config::parse(text, Path::new("watchkeeper.toml")).map_err(|error| error.to_string())
}

fn error(text: &str) -> String {
    parse(text).unwrap_err()
}

#[test]
fn the_example_says_what_happens_without_it() {
    assert_eq!(parse(Config::example()).unwrap(), Config::default());
}

#[test]
fn every_example_in_the_comments_can_be_used() {
    let mut sections = vec![String::new()];
    for line in Config::example().lines() {
        let example = line.strip_prefix("# ").filter(|rest| {
            rest.starts_with("[[")
                || rest.split_once(" = ").is_some_and(|(key, _)| !key.contains(' '))
        });
        match example {
            Some(header) if header.starts_with('[') => sections.push(header.to_owned()),
            Some(value) if sections.last().unwrap().starts_with("[[") => {
                sections.last_mut().unwrap().extend(["\n", value]);
            }
            Some(value) => {
                let text = format!("{}\n{value}\n", sections.last().unwrap());
                parse(&text).unwrap_or_else(|error| panic!("{error}\n{text}"));
            }
            None if line.starts_with('[') => {
                parse(sections.last().unwrap()).unwrap();
                sections.push(line.to_owned());
            }
            None => {}
        }
    }
    assert!(sections.len() > 10);
}

#[test]
fn every_key_is_explained_in_the_example() {
    let documented = |key: &str| {
        let (value, example) = (format!("\n{key} = "), format!("\n# {key} = "));
        Config::example().contains(&value) || Config::example().contains(&example)
    };
    for section in [
        "organisation",
        "free_mail",
        "working_hours",
        "rules",
        "limits",
        "files",
        "alerts",
        "accounts",
        "calendars.late",
        "service",
        "storage",
        "backup",
        "log",
    ] {
        let text = format!("[{section}]\nqqqqqqqqqqqq = 1\n");
        let known = toml::from_str::<Config>(&text).unwrap_err().message().to_owned();
        let keys: Vec<&str> = known.split('`').skip(3).step_by(2).collect();
        assert!(!keys.is_empty(), "{known}");
        for key in keys {
            assert!(documented(key), "{key} of [{section}]");
        }
    }
}

#[test]
fn a_misspelt_key_is_named_with_its_line_and_what_was_meant() {
    assert_eq!(
        error("[organisation]\nname = \"x\"\ndomians = []\n"),
        "watchkeeper.toml:3: unknown key \"domians\" in [organisation]; did you mean \"domains\"?"
    );
    assert_eq!(
        error("\n[organization]\nname = \"x\"\n"),
        "watchkeeper.toml:2: unknown section \"organization\"; did you mean \"organisation\"?"
    );
    assert_eq!(
        error("[[teams]] # ours\nname = \"support\"\naddress = [\"a@b.example\"]\n"),
        "watchkeeper.toml:3: unknown key \"address\" in [[teams]]; did you mean \"addresses\"?"
    );
    assert_eq!(
        error("[service]\ntls = { certificat = \"a\", key = \"b\" }\n"),
        "watchkeeper.toml:2: unknown key \"certificat\" in [service]; did you mean \"certificate\"?"
    );
    assert!(error("[log]\ncolour = true\n").ends_with("\"colour\" in [log]; known are level"));
    assert!(error("verbose = true\n").contains("unknown key \"verbose\" outside any section"));
}

#[test]
fn a_wrong_value_is_named_with_its_line_and_the_right_form() {
    let cases = [
        (
            "[organisation]\ntimezone = \"Europe/Berln\"",
            "\"Europe/Berln\" is not a time zone; write its IANA name, such as Europe/Berlin",
        ),
        (
            "[organisation]\ndomains = [\"a@b.example\"]",
            "\"a@b.example\" is not a mail domain; write it as brightwater.example",
        ),
        (
            "[working_hours]\nmonday = [\"9-17\"]",
            "\"9-17\" are not hours; write them as 09:00-17:00",
        ),
        (
            "[working_hours]\nmonday = [\"22:00-06:00\"]",
            "\"22:00-06:00\" ends before it begins; split hours over midnight between two days",
        ),
        (
            "[working_hours]\nholidays = [\"25.12.2026\"]",
            "\"25.12.2026\" is not a day; write it as 2026-12-25",
        ),
        (
            "[reply_targets]\ngold = \"1d\"",
            "\"1d\" is not a working time; write hours and minutes, as 4h or 1h 30m",
        ),
        (
            "[limits]\nmessage_size = \"64 megs\"",
            "\"64 megs\" is not a size; write it as 64 MiB or 50 MB",
        ),
        ("[alerts]\ndigest = \"at eight\"", "\"at eight\" is not a time of day; write it as 08:00"),
        (
            "[groups]\nwatch = [\"anna\"]",
            "\"anna\" is not a mail address; write it as anna@brightwater.example",
        ),
        ("[alerts]\nhorizon = \"soon\"", "\"soon\" is not a time; write it as 7d, 12h or 30m"),
        (
            "[log]\nlevel = \"loud\"",
            "\"loud\" is not a level; write error, warn, info, debug, trace or off",
        ),
        (
            "[service]\ntls = \"of\"",
            "invalid value: string \"of\", expected \"self-signed\", \"off\" or { certificate = \"FILE\", key = \"FILE\" }",
        ),
        ("[service]\nlisten = \"localhost\"", "invalid socket address syntax"),
    ];
    for (text, detail) in cases {
        assert_eq!(error(text), format!("watchkeeper.toml:2: {detail}"));
    }
    assert!(error("[log]\nlevel = \n").starts_with("watchkeeper.toml:2: "));
    assert!(error("[[teams]]\nname = \"a\"\n").contains("missing field `addresses`"));
}

#[test]
fn passwords_never_cross_a_network_in_the_clear() {
    let plain = error("[service]\nlisten = \"0.0.0.0:8321\"\n\ntls = \"off\"\n");
    assert!(plain.starts_with("watchkeeper.toml:4: tls = \"off\" would send passwords"), "{plain}");
    let tls = |text: &str, listen: &str| {
        parse(text).unwrap().service.tls(Path::new("data"), listen.parse().unwrap())
    };
    assert_eq!(tls("[service]\ntls = \"off\"\n", "127.0.0.1:1"), web::Tls::Off);
    assert_eq!(tls("", "[::1]:1"), web::Tls::Off);
    let made = web::Tls::SelfSigned { dir: "data/tls".into() };
    assert_eq!(tls("", "0.0.0.0:1"), made);
    assert_eq!(tls("[service]\ntls = \"self-signed\"\n", "127.0.0.1:1"), made);
}

#[test]
fn a_team_that_is_defined_twice_is_refused() {
    let team = "[[teams]]\nname = \"support\"\naddresses = [\"help@b.example\"]\n";
    let twice = error(&format!("{team}{team}"));
    assert!(twice.starts_with("watchkeeper.toml:5: team \"support\" is defined twice"), "{twice}");
}

#[test]
fn paths_are_taken_from_the_folder_of_the_file() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("watchkeeper.toml");
    let text = "[rules]\ndir = \"rules\"\n[service]\ntls = { certificate = \"/c.pem\", key = \"k.pem\" }\n";
    std::fs::write(&path, text).unwrap();
    let config = Config::load(&path).unwrap();
    assert_eq!(config.rules.dir, Some(dir.path().join("rules")));
    let tls = config.service.tls(dir.path(), config.service.listen);
    assert_eq!(tls, web::Tls::Own { cert: "/c.pem".into(), key: dir.path().join("k.pem") });
    std::fs::write(&path, b"[log]\nlevel = \"\xff\"\n").unwrap();
    assert!(
        Config::load(&path)
            .unwrap_err()
            .to_string()
            .ends_with("watchkeeper.toml:2: it is not UTF-8")
    );
    let missing = Config::load(&dir.path().join("none")).unwrap_err().to_string();
    assert!(missing.starts_with("cannot read ") && missing.contains("none"), "{missing}");
}

#[test]
fn brightwater_is_configured_as_its_description_says() {
    let path =
        Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/fixtures/brightwater.toml"));
    let config = Config::load(path).unwrap();
    let minutes: Vec<_> = config.reply_minutes().into_iter().collect();
    let expected = [("business", 480), ("enterprise", 240), ("starter", 960)];
    assert_eq!(minutes, expected.map(|(tier, minutes)| (tier.to_owned(), minutes)));
    let sides = engine::sides::Sides::new(&config.sides());
    let team = |email: &str| {
        let address = model::Address { name: String::new(), email: email.to_owned() };
        (sides.side(&address), sides.team(&address).map(|team| team.to_string()))
    };
    let ours = |name: &str| (model::Side::Us, Some(name.to_owned()));
    assert_eq!(team("help@brightwater.example"), ours("support"));
    assert_eq!(team("anna.keller@support.brightwater.example"), ours("support"));
    assert_eq!(team("x.y@success.brightwater.example"), ours("success"));
    assert_eq!(team("x.y@eng.brightwater.example"), ours("engineering"));
    assert_eq!(team("x.y@exec.brightwater.example"), ours("leadership"));
    assert_eq!(team("news@brightwater.example"), (model::Side::Us, None));
    assert_eq!(team("jane@northwind.example"), (model::Side::Customer, None));
    let calendar = config.calendar();
    assert_eq!(calendar.week[0], [(540, 1020)]);
    assert!(calendar.week[5].is_empty());
}

#[test]
fn a_person_of_no_team_or_calendar_is_named_with_the_line() {
    assert_eq!(
        error("[[people]]\nemail = \"a@b.example\"\nteam = \"support\"\n"),
        "watchkeeper.toml:3: there is no team \"support\"; none is defined"
    );
    assert_eq!(
        error(
            "[[people]]\nemail = \"a@b.example\"\ncalendar = \"x\"\n[calendars.late]\nmonday = []\n"
        ),
        "watchkeeper.toml:3: there is no calendar \"x\"; known are late"
    );
    let twice = "[[people]]\nemail = \"a@b.example\"\n[[people]]\nemail = \"A@b.example\"\n";
    assert!(error(twice).starts_with("watchkeeper.toml:4: a@b.example is listed twice"));
    assert!(error("[[people]]\nemail = \"a@b.example\"\nrole = \"boss\"\n").contains("boss"));
}

#[test]
fn alerts_reach_who_is_on_duty_in_their_own_hours() {
    let config = parse(
        "[organisation]\ntimezone = \"Europe/Berlin\"\n[[teams]]\nname = \"support\"\n\
         addresses = [\"support@b.example\"]\non_duty = [\"anna@b.example\", \"ben@b.example\"]\n\
         turns_since = \"2026-01-05\"\n[[people]]\nemail = \"anna@b.example\"\n\
         team = \"support\"\ncalendar = \"late\"\nalerts_a_day = 3\n[calendars.late]\n\
         monday = [\"13:00-22:00\"]\n[groups]\nwatch = [\"w@b.example\"]\n",
    )
    .unwrap();
    let roster = config.roster();
    let at = |text: &str| text.parse::<model::Instant>().unwrap();
    let on_duty = |when| roster.teams["support"].on_duty(at(when)).cloned();
    assert_eq!(on_duty("2026-01-05T09:00:00+01:00").as_deref(), Some("anna@b.example"));
    assert_eq!(on_duty("2026-01-12T09:00:00+01:00").as_deref(), Some("ben@b.example"));
    assert_eq!(
        (roster.budget_of("anna@b.example"), roster.budget_of("x@b.example")),
        (Some(3), Some(12))
    );
    assert!(roster.calendar_of("anna@b.example").is_open(at("2026-01-05T21:00:00+01:00")));
    assert_eq!(roster.groups["watch"], ["w@b.example"]);
}

#[test]
fn a_team_whose_rules_or_hours_are_missing_is_named_with_the_line_and_the_remedy() {
    let team = |more: &str| {
        error(&format!("[[teams]]\nname = \"billing\"\naddresses = [\"b@b.example\"]\n{more}\n"))
    };
    assert_eq!(
        team("rules = \"p1-p4\""),
        "watchkeeper.toml:4: team \"billing\": there is no rule set \"p1-p4\"; did you mean \"p1-p5\"?"
    );
    let folder = team("rules = \"rules/of/nobody\"");
    assert!(folder.starts_with("watchkeeper.toml:4: team \"billing\": there is no rule set"));
    assert!(folder.contains("name a folder, or one of the sets of the program: default, "));
    assert_eq!(
        team("calendar = \"late\""),
        "watchkeeper.toml:4: team \"billing\": there is no calendar \"late\"; none is defined; \
         define it under [calendars]"
    );
    let hours = "[calendars.late]\nmonday = [\"09:00-13:00\", \"12:00-17:00\"]\n";
    assert_eq!(
        error(hours),
        "watchkeeper.toml:2: 09:00-13:00 and 12:00-17:00 overlap; make one interval of them, or \
         let the first end earlier"
    );
    let zone = error("[calendars.late]\ntimezone = \"Europe/Atlantis\"\n");
    assert!(zone.starts_with("watchkeeper.toml:2: \"Europe/Atlantis\" is not a time zone"));
}

#[test]
fn a_team_has_the_rules_and_hours_that_it_names() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::create_dir(dir.path().join("ours")).unwrap();
    let path = dir.path().join("watchkeeper.toml");
    let text = "[[teams]]\nname = \"billing\"\naddresses = [\"b@b.example\"]\nrules = \"p1-p5\"\n\
                calendar = \"late\"\n[[teams]]\nname = \"field\"\naddresses = []\nrules = \"ours\"\n\
                [calendars.late]\nmonday = [\"13:00-22:00\"]\n";
    std::fs::write(&path, text).unwrap();
    let config = Config::load(&path).unwrap();
    let ours = dir.path().join("ours").to_string_lossy().into_owned();
    let rules: Vec<_> = config.team_rules().collect();
    assert_eq!(rules, [("billing", "p1-p5"), ("field", ours.as_str())]);
    let hours = config.team_hours();
    assert_eq!(hours.keys().collect::<Vec<_>>(), ["billing"]);
    assert_eq!(hours["billing"].calendar.week[0], [(780, 1320)]);
    assert!(!hours["billing"].keeps_zone);
}

/// A channel with a line of the test's own.
fn channel(kind: &str, rest: &str) -> String {
    format!("[[channel]]\nname = \"mail\"\nkind = \"{kind}\"\n{rest}\n")
}

#[test]
fn a_channel_that_could_not_deliver_or_would_talk_in_the_clear_is_refused() {
    let from = "from = \"watch@brightwater.example\"";
    for (kind, rest, words) in [
        ("smtp", "host = \"smtp.brightwater.example\"".to_owned(), "needs `from`"),
        ("smtp", from.to_owned(), "needs `host`"),
        ("smtp", format!("host = \"smtp.x.example\"\ntls = \"off\"\n{from}"), "in the clear"),
        ("smtp", format!("host = \"smtp.x.example\"\nuser = \"w\"\n{from}"), "comes together"),
        (
            "smtp",
            format!(
                "host = \"smtp.x.example\"\nuser = \"w\"\n{from}\noauth = {{ token_url = \
                 \"https://x.example/t\", client_id = \"w\" }}"
            ),
            "needs `refresh_token`",
        ),
        ("webhook", "url = \"https://x.example\"".to_owned(), "needs `key`"),
        ("slack", "url = \"http://hooks.example/x\"".to_owned(), "use https"),
        ("teams", String::new(), "`url` or `secret_url`"),
    ] {
        let error = error(&channel(kind, &rest));
        assert!(error.contains("channel \"mail\"") && error.contains(words), "{error}");
    }
    let twice = channel("slack", "url = \"https://hooks.example/x\"").repeat(2);
    assert!(error(&twice).contains("defined twice"));
}

#[test]
fn a_secret_in_the_configuration_is_refused_with_the_remedy() {
    let rest = "host = \"127.0.0.1\"\nfrom = \"w@x.example\"\nuser = \"w\"\npassword = \"tea\"";
    let error = error(&channel("smtp", rest));
    assert!(error.contains("a file of its own") && !error.contains("tea"), "{error}");
}

#[test]
fn paths_of_secrets_are_taken_from_the_folder_of_the_configuration() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("watchkeeper.toml");
    let rest = "host = \"localhost\"\nport = 2525\ntls = \"off\"\nfrom = \"w@x.example\"\nuser = \
                \"w\"\npassword = { file = \"smtp.password\" }";
    std::fs::write(&path, channel("smtp", rest)).unwrap();
    std::fs::write(dir.path().join("smtp.password"), "tea\n").unwrap();
    let channels = Config::load(&path).unwrap().channels(dir.path()).unwrap();
    assert_eq!((channels[0].kind(), channels[0].host().port), ("smtp", 2525));
    assert_eq!(channels[0].secrets()[0].read().unwrap(), "tea");
}

/// A source that mail is handed to, with lines of the test's own.
fn intake(name: &str, kind: &str, rest: &str) -> String {
    format!(
        "[[source]]\nname = \"{name}\"\nkind = \"{kind}\"\n[source.intake]\nlisten = \
         \"127.0.0.1:2525\"\naddresses = [\"{name}@watch.example\"]\n{rest}\n"
    )
}

#[test]
fn mail_that_is_handed_to_us_cannot_be_set_up_so_that_it_fails_later() {
    let lmtp = intake("cases", "lmtp", "");
    for (text, words) in [
        ("[[source]]\nname = \"a\"\nkind = \"smtp\"\n".to_owned(), "needs a section"),
        (lmtp.replace("127.0.0.1:2525", "localhost"), "127.0.0.1:2525"),
        (lmtp.replace("[\"cases@watch.example\"]", "[]"), "no mail would be taken"),
        (intake("cases", "lmtp", "mode = \"0660\""), "Unix socket"),
        (intake("cases", "lmtp", "connections = 0"), "leave it out"),
        (intake("cases", "smtp", "peers = [\"10.0.0.0/40\"]"), "no network"),
        (lmtp.replace("kind =", "host = \"x.example\"\nkind ="), "`host` is for mailboxes"),
        (format!("{lmtp}{}", intake("other", "smtp", "")), "has to be the same"),
        (format!("{lmtp}{}", intake("other", "lmtp", "connections = 3")), "has to be the same"),
        ("[[source]]\nname = \"a\"\nkind = \"imap\"\nuser = \"a\"\n".to_owned(), "needs `host`"),
    ] {
        let error = error(&text);
        assert!(error.contains(words), "{error}");
    }
}

#[test]
fn sources_that_share_a_place_to_listen_are_told_apart_by_their_addresses() {
    let text =
        format!("{}{}", intake("cases", "smtp", ""), intake("journal", "smtp", "journal = true"));
    let intakes = parse(&text).unwrap().intakes();
    assert_eq!(intakes.len(), 1);
    let desks: Vec<_> = intakes[0]
        .desks
        .iter()
        .map(|d| (d.info.id.as_str(), d.addresses[0].as_str(), d.journal))
        .collect();
    assert_eq!(
        desks,
        [
            ("smtp:cases", "cases@watch.example", false),
            ("smtp:journal", "journal@watch.example", true)
        ]
    );
}

fn source(kind: &str, rest: &str) -> String {
    format!("[[source]]\nname = \"s\"\nkind = \"{kind}\"\n{rest}\n")
}

#[test]
fn a_folder_or_a_calendar_that_could_not_be_watched_is_refused() {
    for (kind, rest, told) in [
        ("folder", "", "it needs `path`"),
        ("folder", "path = \"/srv/x\"\nuser = \"x\"", "`user` is not for a folder"),
        ("folder", "path = \"/srv/x\"\nurl = \"https://x.example/\"", "`url` is not for a folder"),
        ("calendar", "", "name one of `path`, `url` and `secret_url`"),
        ("calendar", "path = \"/srv/x\"\nurl = \"https://x.example/\"", "name one of"),
        ("calendar", "url = \"http://x.example/a.ics\"", "in the clear"),
        ("calendar", "path = \"/srv/x\"\nselector = \"p\"", "`selector` is not for a calendar"),
        ("page", "path = \"/srv/x\"", "a page has `url`"),
        ("imap", "path = \"/srv/x\"", "a mailbox has no"),
    ] {
        let said = error(&source(kind, rest));
        assert!(said.contains(told), "{kind} {rest}: {said}");
    }
    for (kind, rest) in [
        ("folder", "path = \"contracts\"\naccount = \"northwind\"\nevery = \"1m\""),
        ("calendar", "path = \"calendars\""),
        ("calendar", "url = \"webcal://calendar.northwind.example/public.ics\""),
        ("calendar", "secret_url = { file = \"calendar.url\" }"),
    ] {
        parse(&source(kind, rest)).unwrap();
    }
}
