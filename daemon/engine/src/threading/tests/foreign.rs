//! F18: what strangers quote.

use super::*;

const EVE: &str = "Eve <eve@stranger.example>";

#[test]
fn a_message_id_quoted_by_a_stranger_goes_to_review() {
    let mut desk = Desk::default();
    let (case, _) = desk.take(&mail("1@northwind.example"));
    let quoting = mail("2@stranger.example").from(EVE).answers(&["1@northwind.example"]);
    let (own, placement) = desk.take(&quoting);
    assert_ne!(own, case);
    let review = placement.review.unwrap();
    assert_eq!(review.case, case);
    assert!(review.reason.contains("1@northwind.example"), "{}", review.reason);
}

#[test]
fn it_does_so_too_when_the_quoted_message_comes_late() {
    let mut desk = Desk::default();
    let quoting = mail("2@stranger.example").from(EVE).answers(&["1@northwind.example"]);
    let (own, _) = desk.take(&quoting);
    let (case, placement) = desk.take(&mail("1@northwind.example"));
    assert_ne!(own, case);
    assert_eq!(placement.quoted_by, vec![quoting.read().key]);
    // The customer's own answer is let in all the same.
    let mut desk = Desk::default();
    let (first, _) = desk.take(&mail("2@northwind.example").answers(&["1@northwind.example"]));
    assert_eq!(desk.why(&mail("1@northwind.example")), (first, ThreadRule::LateParent));
}

#[test]
fn a_token_works_for_its_account_and_for_nobody_else() {
    let mut desk = Desk::default();
    let (case, _) = desk.take(&mail("1@northwind.example"));
    let subject = format!("Re: something {}", case.token());
    let colleague = mail("2@northwind.example").from("raj@northwind.example").subject(&subject);
    assert_eq!(desk.why(&colleague), (case, ThreadRule::Token));
    let (own, placement) = desk.take(&mail("3@stranger.example").from(EVE).subject(&subject));
    assert_ne!(own, case);
    assert_eq!(placement.review.map(|review| review.case), Some(case));
}

#[test]
fn a_subject_is_never_shared_by_two_accounts() {
    let mut desk = Desk::default();
    let (case, _) = desk.take(&mail("1@northwind.example"));
    let subject = "Re: Export fails at night";
    let (own, why) = desk.why(&mail("2@stranger.example").from(EVE).subject(subject));
    assert_eq!(why, ThreadRule::New);
    assert_ne!(own, case);
}

#[test]
fn whoever_was_brought_in_may_answer() {
    let mut desk = Desk::default();
    let (case, _) = desk.take(&mail("1@northwind.example"));
    // Our answer copies the customer's supplier: its people take part from then on.
    let ours = mail("2@ours.example").from(ANNA).to("jane@northwind.example");
    let ours = ours.cc("tech@supplier.example").answers(&["1@northwind.example"]);
    assert_eq!(desk.take(&ours).0, case);
    let supplier = mail("3@supplier.example").from("tech@supplier.example");
    assert_eq!(desk.take(&supplier.answers(&["2@ours.example"])).0, case);
    let colleague = mail("4@supplier.example").from("other@supplier.example");
    assert_eq!(desk.take(&colleague.answers(&["3@supplier.example"])).0, case);
    // A lawyer whom Jane sent it to answers to all.
    let lawyer = mail("5@lawyers.example").from("lo@lawyers.example").cc("jane@northwind.example");
    assert_eq!(desk.take(&lawyer.answers(&["2@ours.example"])).0, case);
    // The owner writes from home: a contact of the account.
    let boss = mail("6@gmail.com").from("boss@gmail.com").answers(&["2@ours.example"]);
    assert_eq!(desk.take(&boss).0, case);
    // A partner of ours helps.
    let partner = mail("7@partner.example").from("kim@partner.example");
    assert_eq!(desk.take(&partner.answers(&["2@ours.example"])).0, case);
}

#[test]
fn a_mail_of_ours_to_another_account_takes_no_case_along() {
    let mut desk = Desk::default();
    let (case, _) = desk.take(&mail("1@northwind.example"));
    let forward = mail("2@ours.example").from(ANNA).to("carl@contoso.example");
    let (own, placement) = desk.take(&forward.answers(&["1@northwind.example"]));
    assert_ne!(own, case);
    assert!(placement.review.is_some());
    let inside = mail("3@ours.example").from(ANNA).to("ben@desk.ours.example");
    assert_eq!(desk.take(&inside.answers(&["1@northwind.example"])).0, case);
}

#[test]
fn discussion_lists_thread_across_domains() {
    let list = |id: &str, from: &str| mail(id).from(from);
    let with_id = |m: Mail| m.header("List-Id: <users.lists.example>").to("support@ours.example");
    let by_address = |m: Mail| m.to("users@lists.example");
    let archived = |m: Mail| m.to("");
    for shape in [with_id as fn(Mail) -> Mail, by_address, archived] {
        let mut desk = Desk::default();
        let (case, _) = desk.take(&shape(list("1@a.example", "ann@a.example")));
        let second = shape(list("2@b.example", "bob@b.example")).answers(&["1@a.example"]);
        assert_eq!(desk.take(&second).0, case);
        let third = shape(list("3@c.example", "cid@c.example")).answers(&["2@b.example"]);
        let (found, placement) = desk.take(&third);
        assert_eq!((found, placement.review), (case, None));
    }
}

#[test]
fn a_stranger_in_the_references_does_not_tie_two_accounts_together() {
    let mut desk = Desk::default();
    let (north, _) = desk.take(&mail("1@northwind.example"));
    let (south, _) = desk.take(&mail("1@contoso.example").from("carl@contoso.example"));
    let both = mail("2@northwind.example").answers(&["1@contoso.example", "1@northwind.example"]);
    let (case, placement) = desk.take(&both);
    assert_eq!((case, placement.merges), (north, vec![]));
    assert_eq!(placement.review.map(|review| review.case), Some(south));
}
