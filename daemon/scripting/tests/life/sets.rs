//! Small sets, and cases of our own writing.

use std::{collections::BTreeMap, sync::Arc};

use engine::{
    Calendar, CaseFile, CaseMessage, LoadedRules, Participant, RuleFiles, RuleLoader as _,
};
use jiff::tz::TimeZone;
use mail::{ClassKind, Segment, SegmentKind};
use model::{Account, AccountId, Address, CaseId, Instant, MessageKey, Side};
use scripting::RhaiLoader;

const SEVERITY: &str = "fn levels() { [#{ name: \"S1\", title: \"Top\", colour: \"#ff0000\", \
                        rank: 9, escalated: true }] }\nfn severity(record) {\n    \
                        if record.has(\"chatty\") { return level(\"S1\", [because(\"they talk\", \
                        \"chatty\")]); }\n    level(\"none\", [])\n}\n";

/// A signal that fires on the word `noise` and keeps count in a variable.
pub const CHATTY: &str = "//! Chatty: somebody says noise.\nconst WEIGHT = 3;\n\
                          fn on_message(record, msg) {\n    let found = \
                          msg.new_text.find(\"noise\");\n    let words = loudness(msg);\n    if \
                          found != () {\n        raise(found, #{ words: words });\n    }\n}\n";

/// The files of a set with the signal `chatty` and, where given, another called `wild`.
pub fn files(wild: Option<&str>) -> RuleFiles {
    let mut files: BTreeMap<&str, String> = [
        ("calendars.toml", "[default.hours]\nmonday = [\"09:00-17:00\"]\n".to_owned()),
        ("severity.rhai", SEVERITY.to_owned()),
        ("shared.rhai", "fn loudness(msg) { let n = msg.new_text.words; n * 2 }\n".to_owned()),
        ("words/en/noise.txt", "noise\n".to_owned()),
        ("signals/chatty.rhai", CHATTY.to_owned()),
    ]
    .into();
    if let Some(body) = wild {
        let script = format!(
            "//! Wild: does what it must not.\nconst WEIGHT = 1;\nfn on_message(record, msg) {{\n    \
             {body}\n}}\nfn again(n) {{ again(n + 1) + 1 }}\n"
        );
        files.insert("signals/wild.rhai", script);
    }
    files.into_iter().map(|(path, text)| (path.to_owned(), text.into_bytes())).collect()
}

/// A set that loads.
pub fn set(wild: Option<&str>) -> Arc<dyn LoadedRules> {
    RhaiLoader.load("small", files(wild), false).unwrap_or_else(|e| panic!("{e:?}"))
}

pub fn instant(text: &str) -> Instant {
    text.parse().unwrap()
}

fn person(name: &str, email: &str, side: Side) -> Participant {
    let address = Address { name: name.to_owned(), email: email.to_owned() };
    let team = (email == "support@harbour.example").then(|| Arc::from("support"));
    Participant { address, side, team, title: "".into() }
}

/// A case of so many messages from one customer, each saying `noise`.
pub fn case(messages: usize) -> Arc<CaseFile> {
    let start = instant("2026-03-02T09:00:00Z");
    let message = |n: usize| {
        let body = "Hello, there is noise again. Call Jane Doe on 0170 555 1234, \
                    or write to jane@northwind.example.\n"
            .to_owned();
        let new = Segment { start: 0, end: body.len() as u32, kind: SegmentKind::New };
        Arc::new(CaseMessage {
            key: MessageKey([n as u8 + 1; 16]),
            at: start.plus(jiff::SignedDuration::from_hours(n as i64)),
            from: person("Jane Doe", "jane@northwind.example", Side::Customer),
            to: vec![person("Support", "support@harbour.example", Side::Us)],
            cc: Vec::new(),
            subject: "Noise at Northwind".into(),
            body: body.into(),
            segments: vec![new].into(),
            class: ClassKind::Human,
            attachments: Vec::new(),
            answers: None,
            offset: None,
        })
    };
    let messages: Vec<_> = (0..messages).map(message).collect();
    Arc::new(CaseFile {
        id: CaseId::derive(&messages[0].key, 0),
        account: Some(Arc::new(Account {
            id: AccountId::new("northwind"),
            name: "Northwind".to_owned(),
            domains: vec!["northwind.example".to_owned()],
            tier: None,
            timezone: None,
            renewal: None,
            fields: BTreeMap::new(),
        })),
        contacts: Vec::new(),
        messages,
        notes: Vec::new(),
        judged: Vec::new(),
        decided: Vec::new(),
        given_to: None,
        earlier: [].into(),
        calendar: Arc::new(Calendar::office_hours(TimeZone::UTC)),
        reply_minutes: None,
    })
}
