//! The conversation.

use app::seal::NOTICE_HEADER;
use model::{Fact, id::SendingId};
use sources::intake::Protocol;

use super::{CASES, Office, desk, intake};
use crate::world::{eventually, letter, seal};

#[tokio::test(flavor = "multi_thread")]
async fn a_message_is_durable_when_it_is_acknowledged() {
    let office = Office::open(intake(Protocol::Smtp)).await;
    let mut sender = office.sender().await;
    sender.begins(CASES).await;
    sender.asks("DATA", "354").await;
    let said = sender.asks(&format!("{}.", letter(1)), "250 2.0.0").await;
    let facts = office.world.app.facts(model::Seq(1), 100).unwrap();
    let (evidence, sighting) = facts
        .iter()
        .find_map(|entry| match &entry.fact {
            Fact::Captured { evidence, sighting, .. } => Some((*evidence, sighting.clone())),
            _ => None,
        })
        .expect("the fact is there before the sender is told so");
    assert!(said.contains(&evidence.to_string()[..16]), "{said}");
    assert_eq!(office.world.app.evidence(&evidence).unwrap().as_ref(), letter(1).as_bytes());
    let envelope = sighting.envelope.unwrap();
    assert_eq!(
        (envelope.from.as_str(), envelope.to),
        ("jane@northwind.example", vec![CASES.into()])
    );
    assert_eq!(sighting.folder, CASES);
    sender.asks("QUIT", "221").await;
    office.world.holds(1).await;
    let source = office.world.app.sources().unwrap().remove(0);
    assert!(source.folders[0].balances && source.folders[0].ledger.stored == 1, "{source:?}");
    assert_eq!((office.count("accepted"), office.count("connections")), (1, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_taken_for_others() {
    let office = Office::open(intake(Protocol::Smtp)).await;
    let mut sender = office.sender().await;
    sender.asks("EHLO sender.example", "250").await;
    sender.asks("RCPT TO:<a@b.example>", "503").await;
    sender.asks("MAIL FROM:<>", "250").await;
    for other in [
        "a@elsewhere.example",
        "cases%watch.example@elsewhere.example",
        "\"cases@watch.example\"@x.example",
    ] {
        let said = sender.asks(&format!("RCPT TO:<{other}>"), "550 5.7.1").await;
        assert!(said.contains("nothing is relayed"), "{said}");
    }
    sender.asks("DATA", "554").await;
    assert_eq!(office.count("unknown_recipients"), 3);
    sender.asks("RCPT TO:<Cases@Watch.Example>", "250").await;
    sender.asks("RSET", "250").await;
    sender.asks("DATA", "503").await;
    assert_eq!(office.world.messages(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn commands_that_come_all_at_once_are_answered_in_their_order() {
    let office = Office::open(intake(Protocol::Smtp)).await;
    let mut sender = office.sender().await;
    let capabilities = sender.asks("EHLO sender.example", "250").await;
    for word in
        ["PIPELINING", "SIZE 1048576", "8BITMIME", "SMTPUTF8", "CHUNKING", "ENHANCEDSTATUSCODES"]
    {
        assert!(capabilities.contains(word), "{capabilities}");
    }
    assert!(!capabilities.contains("STARTTLS"), "there is no certificate");
    let all: String = (1..=3)
        .map(|number| {
            let letter = letter(number);
            format!("MAIL FROM:<a@b.example> BODY=8BITMIME SIZE=400\r\nRCPT TO:<{CASES}>\r\nDATA\r\n{letter}.\r\n")
        })
        .collect();
    sender.says(&format!("{all}QUIT\r\n")).await;
    for code in
        ["250", "250", "354", "250", "250", "250", "354", "250", "250", "250", "354", "250", "221"]
    {
        sender.hears(code).await;
    }
    office.world.holds(3).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_message_cannot_be_smuggled_in() {
    let office = Office::open(intake(Protocol::Smtp)).await;
    for end in ["\n.\n", "\n.\r\n", "\r.\r", "\r\n.\r", "\r\n.\n"] {
        let mut sender = office.sender().await;
        sender.begins(CASES).await;
        sender.asks("DATA", "354").await;
        let hidden = format!(
            "MAIL FROM:<ceo@brightwater.example>\r\nRCPT TO:<{CASES}>\r\nDATA\r\n{}",
            letter(2)
        );
        sender.asks(&format!("{}x{end}{hidden}.", letter(1)), "554 5.6.0").await;
        sender.asks("NOOP", "250").await;
    }
    let mut sender = office.sender().await;
    sender.says("EHLO x\nMAIL FROM:<a@b.example>\r\n").await;
    sender.hears("500 5.5.2").await;
    assert_eq!(sender.answer().await, "", "the connection ends");
    assert_eq!(office.world.messages(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn chunks_of_any_bytes_become_the_message_as_it_was() {
    let office = Office::open(intake(Protocol::Smtp)).await;
    let mut sender = office.sender().await;
    sender.begins(CASES).await;
    let text = format!("{}.\n..\r\n\u{fc}\n", letter(1));
    let (one, two) = text.split_at(100);
    sender.says(&format!("BDAT {}\r\n{one}", one.len())).await;
    sender.hears("250").await;
    sender.asks("DATA", "503").await;
    sender.says(&format!("BDAT {}\r\n{two}BDAT 0 LAST\r\n", two.len())).await;
    sender.hears("250").await;
    sender.hears("250 2.0.0 kept").await;
    office.world.holds(1).await;
    let facts = office.world.app.facts(model::Seq(1), 100).unwrap();
    let evidence = facts.iter().find_map(|entry| match &entry.fact {
        Fact::Captured { evidence, .. } => Some(*evidence),
        _ => None,
    });
    assert_eq!(office.world.app.evidence(&evidence.unwrap()).unwrap().as_ref(), text.as_bytes());
    // What nobody wants is read all the same, so that what follows is not taken for commands.
    sender.says("BDAT 6 LAST\r\nQUIT\r\n").await;
    sender.hears("503").await;
    sender.asks("NOOP", "250").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn addresses_in_utf_8_are_for_senders_who_say_so() {
    let office = Office::open({
        let mut intake = intake(Protocol::Smtp);
        intake.desks = vec![desk("cases", Protocol::Smtp, &["fälle@watch.example"])];
        intake
    })
    .await;
    let mut sender = office.sender().await;
    sender.asks("EHLO sender.example", "250").await;
    sender.asks("MAIL FROM:<jörg@northwind.example>", "553 5.6.7").await;
    sender.asks("MAIL FROM:<jörg@northwind.example> SMTPUTF8", "250").await;
    sender.asks("RCPT TO:<FÄLLE@watch.example>", "250").await;
    sender.asks("DATA", "354").await;
    sender.asks(&format!("{}.", letter(1)), "250").await;
    office.world.holds(1).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn lmtp_answers_for_every_recipient() {
    let mut place = intake(Protocol::Lmtp);
    place.desks.push(desk("sales", Protocol::Lmtp, &["*@sales.watch.example"]));
    let office = Office::open(place).await;
    let mut sender = office.sender().await;
    sender.asks("EHLO sender.example", "500").await;
    sender.asks("LHLO sender.example", "250").await;
    sender.asks("MAIL FROM:<jane@northwind.example>", "250").await;
    sender.asks(&format!("RCPT TO:<{CASES}>"), "250").await;
    sender.asks("RCPT TO:<nobody@watch.example>", "550").await;
    sender.asks("RCPT TO:<a@sales.watch.example>", "250").await;
    sender.asks("RCPT TO:<b@sales.watch.example>", "250").await;
    sender.asks("DATA", "354").await;
    sender.asks(&format!("{}.", letter(1)), "250").await;
    sender.hears("250").await;
    sender.hears("250").await;
    sender.asks("NOOP", "250 2.0.0 yes").await;
    office.world.holds(1).await;
    let sources = || office.world.app.sources().unwrap();
    let ledgers = || -> Vec<(String, u64)> {
        let taken = |s: &app::record::SourceRecord| {
            s.folders.iter().map(|f| f.ledger.stored + f.ledger.duplicate).sum()
        };
        sources().iter().map(|s| (s.id.to_string(), taken(s))).collect()
    };
    let both = [("lmtp:cases".to_owned(), 1), ("lmtp:sales".to_owned(), 1)];
    eventually("both", || ledgers() == both, || format!("{:?}", sources())).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_alert_of_our_own_and_a_message_in_circles_make_no_case() {
    let office = Office::open(intake(Protocol::Smtp)).await;
    let mut sender = office.sender().await;
    sender.begins(CASES).await;
    sender.asks("DATA", "354").await;
    let name = seal().notice(SendingId([9; 16]));
    sender.asks(&format!("{NOTICE_HEADER}: {name}\r\n{}.", letter(1)), "250").await;
    sender.asks("MAIL FROM:<a@b.example>", "250").await;
    sender.asks(&format!("RCPT TO:<{CASES}>"), "250").await;
    sender.asks("DATA", "354").await;
    let hops = "Received: from a by b; Wed, 14 Jan 2026 11:00:00 +0000\r\n".repeat(101);
    sender.asks(&format!("{hops}{}.", letter(2)), "554 5.4.6").await;
    let sources = || office.world.app.sources().unwrap();
    let skipped = || {
        sources()[0].folders.first().is_some_and(|f| f.ledger.skipped.get("own_notice") == Some(&1))
    };
    eventually("the refusal", skipped, || format!("{:?}", sources())).await;
    assert_eq!(office.world.messages(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_journal_report_goes_into_its_case_as_the_message_within_it() {
    let mut place = intake(Protocol::Smtp);
    place.desks[0].journal = true;
    let office = Office::open(place).await;
    let mut sender = office.sender().await;
    sender.begins(CASES).await;
    sender.asks("DATA", "354").await;
    let report = format!(
        "From: Exchange <exchange@brightwater.example>\r\nTo: {CASES}\r\nMessage-ID: \
         <report@brightwater.example>\r\nX-MS-Journal-Report:\r\nMIME-Version: 1.0\r\nContent-Type: \
         multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nSender: \
         jane@northwind.example\r\nTo: support@brightwater.example\r\nBcc: \
         boss@brightwater.example\r\n\r\n--b\r\nContent-Type: message/rfc822\r\n\r\n{}--b--\r\n",
        letter(7)
    );
    sender.asks(&format!("{report}."), "250").await;
    office.world.holds(1).await;
    let case = office.world.app.case_of_message_id("7@northwind.example").unwrap();
    assert!(case.is_some(), "the message within the report is in a case");
    let none = office.world.app.case_of_message_id("report@brightwater.example").unwrap();
    assert_eq!(none, None, "the report is not");
}
