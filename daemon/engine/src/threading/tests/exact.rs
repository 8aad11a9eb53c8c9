//! Ties by headers.

use super::*;

#[test]
fn a_reply_joins_though_its_parent_is_missing_and_its_references_are_cut() {
    let mut desk = Desk::default();
    let (first, _) = desk.take(&mail("1@northwind.example"));
    let reply = mail("3@northwind.example").answers(&["1@northwind.example", "2@ours.example"]);
    let (case, placement) = desk.take(&reply);
    assert_eq!((case, placement.why.rule), (first, ThreadRule::References));
    assert_eq!(placement.why.detail, "1@northwind.example");
    assert!(placement.why.confidence < 99);
    // Only the nearest reference is left, and only in In-Reply-To.
    let next = mail("4@ours.example").from(ANNA).to("jane@northwind.example");
    let next = next.header("In-Reply-To: <3@northwind.example>");
    assert_eq!(desk.why(&next), (first, ThreadRule::InReplyTo));
}

#[test]
fn two_halves_become_one_when_the_message_between_them_comes_late() {
    let mut desk = Desk::default();
    let (first, _) = desk.take(&mail("1@northwind.example").subject("Export fails"));
    let end = mail("3@northwind.example").answers(&["2@ours.example"]).day(60.0);
    let (other, _) = desk.take(&end.subject("Re: late jobs"));
    assert_ne!(first, other);
    let between = mail("2@ours.example").from(ANNA).to("jane@northwind.example").day(50.0);
    let (case, placement) =
        desk.take(&between.answers(&["1@northwind.example"]).subject("Re: late jobs"));
    assert_eq!((case, placement.merges), (first, vec![other]));
    assert_eq!(desk.index.groups().len(), 1);
}

#[test]
fn a_bounce_joins_what_bounced() {
    let mut desk = Desk::default();
    let (case, _) = desk.take(&mail("1@ours.example").from(ANNA).to("jane@northwind.example"));
    let bounce = mail("2@mail.provider.example")
        .from("Mail Delivery System <mailer-daemon@mail.provider.example>")
        .to("anna@desk.ours.example")
        .subject("Undelivered Mail Returned to Sender")
        .header("MIME-Version: 1.0")
        .header("Content-Type: multipart/report; report-type=delivery-status; boundary=b")
        .body(
            "--b\nContent-Type: text/plain\n\nNobody here.\n\
             --b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; x\n\n\
             Final-Recipient: rfc822; jane@northwind.example\nAction: failed\nStatus: 5.1.1\n\n\
             --b\nContent-Type: message/rfc822\n\nMessage-ID: <1@ours.example>\n\
             From: Anna <anna@desk.ours.example>\nSubject: Export fails at night\n\nText\n--b--",
        );
    assert_eq!(desk.why(&bounce), (case, ThreadRule::Enclosed));
}

#[test]
fn an_answer_that_starts_something_new_gets_a_case_of_its_own() {
    let mut desk = Desk::default();
    let (case, _) = desk.take(&mail("1@northwind.example"));
    let reply = |id: &str| mail(id).answers(&["1@northwind.example"]);
    let new = reply("2@northwind.example").subject("Renewal of our licences");
    let (other, why) = desk.why(&new);
    assert_eq!(why, ThreadRule::Hijack);
    assert_ne!(other, case);
    // What answers the new matter belongs to it.
    let answer = mail("3@ours.example").from(ANNA).to("jane@northwind.example");
    let answer = answer.answers(&["1@northwind.example", "2@northwind.example"]);
    let answer = answer.subject("Re: Renewal of our licences");
    assert_eq!(desk.why(&answer), (other, ThreadRule::References));
}

#[test]
fn a_changed_subject_alone_tears_nothing_apart() {
    let mut desk = Desk::default();
    let to_both = mail("1@northwind.example").cc("Raj <raj@northwind.example>");
    let (case, _) = desk.take(&to_both);
    let reply = |id: &str| mail(id).answers(&["1@northwind.example"]);
    let quoting = reply("2@northwind.example")
        .subject("bridge day")
        .body("Please close the site.\n\nOn Mon, Jan 12, 2026 at 9:00 AM Anna wrote:\n\n> Hello\n> Jane\n");
    let same_people =
        reply("3@northwind.example").subject("next week").cc("Raj <raj@northwind.example>");
    let wording = reply("4@northwind.example").subject("URGENT: export still failing, export!");
    let automatic = reply("5@northwind.example")
        .subject("Abwesend bis Freitag")
        .header("Auto-Submitted: auto-replied");
    let ours = reply("6@ours.example").from(ANNA).to("ben@desk.ours.example").subject("help me");
    for mail in [quoting, same_people, wording, automatic, ours] {
        let (found, why) = desk.why(&mail);
        assert_eq!((found, why), (case, ThreadRule::References), "{}", mail.subject);
    }
}

#[test]
fn a_person_who_splits_a_thread_is_not_overruled_by_its_references() {
    let mut desk = Desk::default();
    let (case, _) = desk.take(&mail("1@northwind.example"));
    let second = mail("2@northwind.example").answers(&["1@northwind.example"]);
    desk.take(&second);
    let own = desk.index.split_off(&second.read());
    let third =
        mail("3@northwind.example").answers(&["1@northwind.example", "2@northwind.example"]);
    let (found, placement) = desk.take(&third);
    assert_eq!((found, placement.merges), (own, vec![]));
    let other = mail("4@northwind.example").answers(&["1@northwind.example"]);
    assert_eq!(desk.take(&other).0, case);
}

#[test]
fn the_copy_that_a_list_gave_a_footer_is_in_the_same_case() {
    let mut desk = Desk::default();
    let (case, _) = desk.take(&mail("1@northwind.example"));
    let copy = mail("1@northwind.example").body("The text.\n_____\nTo unsubscribe, write to us.");
    assert_eq!(desk.why(&copy), (case, ThreadRule::SameMessageId));
    let forged = mail("1@northwind.example").from("eve@stranger.example").body("Pay here.");
    let (own, placement) = desk.take(&forged);
    assert_ne!(own, case);
    assert!(placement.review.is_some());
}
