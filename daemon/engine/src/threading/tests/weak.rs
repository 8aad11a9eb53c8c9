//! Ties without headers.

use super::*;

fn answer(id: &str) -> Mail {
    mail(id).subject("RE: Export fails at night").day(2.0)
}

#[test]
fn an_answer_without_references_joins_by_subject_and_people() {
    let mut desk = Desk::default();
    let (case, _) = desk.take(&mail("1@northwind.example"));
    assert_eq!(desk.why(&answer("2@northwind.example")), (case, ThreadRule::SubjectInAccount));
    let ours = answer("3@ours.example").from(ANNA).to("jane@northwind.example");
    assert_eq!(desk.why(&ours), (case, ThreadRule::SubjectInAccount));
    let away = mail("4@northwind.example").subject("Abwesend: Export fails at night").day(3.0);
    let away = away.header("Auto-Submitted: auto-replied");
    assert_eq!(desk.why(&away), (case, ThreadRule::SubjectInAccount));
}

#[test]
fn the_first_message_of_a_thread_joins_its_answers_when_it_comes_last() {
    let mut desk = Desk::default();
    let (case, _) = desk.take(&answer("2@northwind.example"));
    assert_eq!(desk.why(&mail("1@northwind.example")), (case, ThreadRule::SubjectInAccount));
}

#[test]
fn a_subject_ties_nothing_by_itself() {
    for (opening, later) in [
        // Nobody in common.
        (
            mail("1@northwind.example"),
            answer("2@northwind.example").from("raj@northwind.example").day(20.0),
        ),
        // A generic subject.
        (
            mail("1@northwind.example").subject("Invoice"),
            answer("2@northwind.example").subject("Re: Invoice").day(20.0),
        ),
        // A month and more between.
        (mail("1@northwind.example"), answer("2@northwind.example").day(40.0)),
        // No answer: a matter of the same name.
        (mail("1@northwind.example"), mail("2@northwind.example").day(20.0)),
        // A newsletter.
        (
            mail("1@northwind.example"),
            answer("2@northwind.example")
                .header("List-Unsubscribe: <https://northwind.example/u>")
                .header("Precedence: bulk")
                .header("List-Id: <news.northwind.example>"),
        ),
    ] {
        let mut desk = Desk::default();
        desk.take(&opening);
        assert_eq!(desk.why(&later).1, ThreadRule::New, "{} {}", later.subject, later.from);
    }
}

#[test]
fn a_ticket_token_counts_for_the_system_that_made_it() {
    let mut desk = Desk::default();
    let first = mail("1@northwind.example").subject("[#4711] Export fails");
    let (case, _) = desk.take(&first);
    let again = mail("2@northwind.example").from("bot@northwind.example").day(30.0);
    let again = again.subject("[#4711] your comment is needed");
    assert_eq!(desk.why(&again), (case, ThreadRule::ForeignToken));
    let other = mail("3@contoso.example").from("carl@contoso.example").subject("[#4711] printer");
    assert_ne!(desk.take(&other).0, case);
    // Our own old system wrote to Northwind with the same number: another ticket.
    let ours = mail("4@ours.example").from("support@ours.example").to("raj@northwind.example");
    assert_ne!(desk.take(&ours.subject("[#4711] disk full").day(90.0)).0, case);
}

#[test]
fn a_new_thread_joins_while_its_sender_waits_for_an_answer() {
    let mut desk = Desk::default();
    let (case, _) = desk.take(&mail("1@northwind.example"));
    let ours = mail("2@ours.example").from(ANNA).to("jane@northwind.example").day(0.1);
    desk.take(&ours.answers(&["1@northwind.example"]));
    desk.take(&mail("3@northwind.example").answers(&["2@ours.example"]).day(0.2));
    let chase = mail("4@northwind.example").subject("Is anybody there").day(3.5);
    assert_eq!(desk.why(&chase), (case, ThreadRule::SamePeople));
}

#[test]
fn a_new_thread_opens_a_case_when_nothing_is_owed() {
    let mut desk = Desk::default();
    let (case, _) = desk.take(&mail("1@northwind.example"));
    let ours = mail("2@ours.example").from(ANNA).to("jane@northwind.example").day(0.1);
    desk.take(&ours.answers(&["1@northwind.example"]));
    let (own, why) = desk.why(&mail("3@northwind.example").subject("Two more licences").day(4.0));
    assert_eq!(why, ThreadRule::New);
    assert_ne!(own, case);
    // Nor does somebody else of a large account join for being near.
    let raj = mail("4@northwind.example").from("raj@northwind.example").day(0.2);
    assert_eq!(desk.why(&raj.subject("Password of the portal")).1, ThreadRule::New);
}

#[test]
fn between_two_live_matters_nothing_is_guessed() {
    let mut desk = Desk::default();
    for (n, subject) in [(1, "Export fails at night"), (2, "Portal slow since Monday")] {
        let first = format!("{n}a@northwind.example");
        desk.take(&mail(&first).subject(subject).from(&format!("p{n}@northwind.example")));
        let reply = mail(&format!("{n}b@ours.example")).from(ANNA).subject(subject).day(0.1);
        desk.take(&reply.to(&format!("p{n}@northwind.example")).answers(&[&first]));
    }
    let vague =
        mail("3@northwind.example").from("p1@northwind.example").to("anna@desk.ours.example");
    let vague = vague.cc("p2@northwind.example").subject("Where are we").day(1.0);
    assert_eq!(desk.why(&vague).1, ThreadRule::New);
}

#[test]
fn people_of_a_mail_provider_have_nothing_in_common() {
    let mut desk = Desk::default();
    let (case, _) = desk.take(&mail("1@gmail.com").from("x@gmail.com"));
    let other = answer("2@gmail.com").from("y@gmail.com");
    assert_eq!(desk.why(&other).1, ThreadRule::New);
    assert_eq!(desk.take(&answer("3@gmail.com").from("x@gmail.com")).0, case);
}

#[test]
fn an_all_clear_joins_its_alarm_and_tomorrows_alarm_does_not() {
    let alarm = |id: &str, subject: &str, day: f64| {
        mail(id)
            .from("zabbix@northwind.example")
            .subject(subject)
            .day(day)
            .header("Auto-Submitted: auto-generated")
    };
    let mut desk = Desk::default();
    let (case, _) = desk.take(&alarm("1@northwind.example", "PROBLEM harbor-par-1 down", 0.0));
    let clear = alarm("2@northwind.example", "RESOLVED harbor-par-1 down", 0.1);
    assert_eq!(desk.why(&clear), (case, ThreadRule::SamePeople));
    let later = alarm("3@northwind.example", "PROBLEM harbor-par-1 down", 9.0);
    assert_ne!(desk.take(&later).0, case);
}

#[test]
fn a_new_thread_joins_as_well_when_what_it_followed_comes_late() {
    let first = mail("1@northwind.example");
    let ours = mail("2@ours.example").from(ANNA).to("jane@northwind.example").day(0.1);
    let ours = ours.answers(&["1@northwind.example"]);
    let again = mail("3@northwind.example").answers(&["2@ours.example"]).day(0.2);
    let chase = mail("4@northwind.example").subject("Is anybody there").day(3.5);
    let other = mail("5@contoso.example").from("carl@contoso.example").day(3.0);
    let all = [&first, &ours, &again, &chase, &other];
    for order in [[3, 0, 1, 2, 4], [3, 2, 1, 0, 4], [4, 2, 3, 0, 1], [1, 3, 4, 2, 0]] {
        let mut desk = Desk::default();
        for position in order {
            desk.take(all[position]);
        }
        assert_eq!(desk.index.groups().len(), 2, "{order:?}");
        let case = |mail: &Mail| desk.index.case_of(&mail.read().key);
        assert_eq!(case(&chase), case(&first), "{order:?}");
    }
}

#[test]
fn late_mail_does_not_undo_what_a_person_split() {
    let mut desk = Desk::default();
    let (case, _) = desk.take(&answer("2@northwind.example"));
    let apart = answer("3@northwind.example").day(2.1);
    assert_eq!(desk.take(&apart).0, case);
    let own = desk.index.split_off(&apart.read());
    assert_eq!(desk.take(&mail("1@northwind.example")).0, case);
    assert_eq!(desk.index.case_of(&apart.read().key), Some(own));
}
