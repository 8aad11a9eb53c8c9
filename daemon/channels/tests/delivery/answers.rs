//! What comes back to an alert counts, wherever a crash falls.

use app::source::{Offer, SourceInfo};
use jiff::SignedDuration;
use model::{ItemKey, SourceId, alert::Urgency, fact::Sighting, id::SendingId};

use crate::world::{KIM, World, seal};

/// A world in which Kim is told of a letter, and the key of what goes to her.
fn told() -> (World, SendingId) {
    let world = World::new("mail", Urgency::Page, &[KIM]);
    world.letter("northwind", "Export fails");
    let lease = SignedDuration::from_mins(10);
    let sending = world.app.lease_sendings(&|_| true, 9, lease, world.now()).unwrap().remove(0);
    (world, sending.id)
}

fn answer(id: SendingId) -> String {
    let name = seal().notice(id);
    format!(
        "From: Kim <{KIM}>\r\nTo: watch@brightwater.example\r\nMessage-ID: \
         <answer@brightwater.example>\r\nIn-Reply-To: <{name}@brightwater.example>\r\nSubject: Re: \
         Export fails\r\n\r\nOn it.\r\n"
    )
}

fn bounce(id: SendingId) -> String {
    let name = seal().notice(id);
    format!(
        "From: MAILER-DAEMON@mx.example\r\nTo: watch@brightwater.example\r\nMessage-ID: \
         <bounce@mx.example>\r\nSubject: Undelivered\r\nMIME-Version: 1.0\r\nContent-Type: \
         multipart/report; report-type=delivery-status; boundary=b\r\n\r\n--b\r\nContent-Type: \
         text/plain\r\n\r\nSorry.\r\n--b\r\nContent-Type: \
         message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example\r\n\r\nAction: \
         failed\r\nStatus: 5.1.1\r\n\r\n--b\r\nContent-Type: \
         text/rfc822-headers\r\n\r\nWatchkeeper-Notice: {name}\r\n\r\n--b--\r\n"
    )
}

/// Mail arrives and is durable; nothing is done about it yet.
fn keep(world: &World, letter: String) {
    let id = SourceId::new("mailbox");
    let info =
        SourceInfo { id: id.clone(), kind: "imap", title: "mailbox".to_owned(), owner: None };
    let item = ItemKey::of(&id, "", &letter);
    let (folder, place, flags) = (String::new(), "1".to_owned(), String::new());
    let sighting = Sighting { source: id, folder, place, flags, received: None, envelope: None };
    let read = Box::new(move |_| Ok(letter.into_bytes()));
    let now = world.now();
    world.app.keep(&info, vec![Offer { item, sighting, size: None, read }], &|| now).unwrap();
}

/// Where the crash falls after a mail was acknowledged to its sender.
#[derive(Debug, Clone, Copy)]
enum Crash {
    BeforeItsCase,
    AfterItsCase,
}

fn crash(world: World, falls: Crash) -> World {
    if let Crash::AfterItsCase = falls {
        world.app.assess_waiting(world.now()).unwrap();
    }
    world.crashed()
}

#[test]
fn somebody_who_sees_to_it_is_not_called_again_because_of_a_crash() {
    for falls in [Crash::BeforeItsCase, Crash::AfterItsCase] {
        let (world, id) = told();
        keep(&world, answer(id));
        let world = crash(world, falls);
        let page = app::PageRequest { cursor: None, limit: 9 };
        let all = world.app.alerts(&app::alerts::AlertFilter::default(), &page, world.now());
        let taken: Vec<_> = all.unwrap().items.into_iter().filter_map(|a| a.acknowledged).collect();
        assert_eq!(taken.len(), 1, "{falls:?}");
        assert_eq!((taken[0].by.as_str(), taken[0].note.as_str()), ("kim", "by mail"));
        let facts = world.app.facts(model::Seq(1), 1000).unwrap().len();
        let world = world.crashed();
        assert_eq!(world.app.facts(model::Seq(1), 1000).unwrap().len(), facts, "noted once");
    }
}

#[test]
fn a_bounce_that_quotes_nothing_is_known_by_the_name_that_the_server_was_given() {
    let (world, id) = told();
    let named = format!("Original-Envelope-Id: {}\r\nReporting-MTA:", seal().notice(id));
    let letter = bounce(id).replace("Watchkeeper-Notice: ", "X-Nothing: no");
    keep(&world, letter.replace("Reporting-MTA:", &named));
    let world = crash(world, Crash::AfterItsCase);
    assert_eq!(world.app.dead_letters(world.now()).unwrap().len(), 1);
}

#[test]
fn a_bounce_is_a_dead_letter_in_spite_of_a_crash_and_only_one_after_a_rebuild() {
    for falls in [Crash::BeforeItsCase, Crash::AfterItsCase] {
        let (world, id) = told();
        keep(&world, bounce(id));
        let world = crash(world, falls);
        let dead = world.app.dead_letters(world.now()).unwrap();
        assert_eq!(dead.len(), 1, "{falls:?}");
        assert!(dead[0].error.contains("5.1.1"), "{:?}", dead[0].error);
        let tries = dead[0].tries;
        let facts = world.app.facts(model::Seq(1), 1000).unwrap().len();
        world.app.rebuild(world.now(), &mut |_, _| ()).unwrap();
        let again = world.app.dead_letters(world.now()).unwrap();
        assert_eq!((again.len(), again[0].tries), (1, tries));
        assert_eq!(world.app.facts(model::Seq(1), 1000).unwrap().len(), facts, "noted once");
    }
}
