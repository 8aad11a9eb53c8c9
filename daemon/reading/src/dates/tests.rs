use super::*;

mod forms;

/// Written on Wednesday 2026-03-11, 10:00 in Berlin.
fn read(source: &str) -> Vec<(String, String, bool)> {
    let zone = TimeZone::get("Europe/Berlin").unwrap();
    let at = "2026-03-11T10:00:00+01:00".parse().unwrap();
    let week = Week::closing_at(jiff::civil::time(17, 0, 0, 0));
    let reader = TimeZone::get("America/New_York").ok();
    let writing = Writing { at, zone: zone.clone(), reader, week };
    let text = Text::read(source);
    find(&text, &writing)
        .into_iter()
        .map(|m| {
            let words = source[m.start as usize..m.end as usize].to_owned();
            (words, m.at.in_zone(&zone).strftime("%m-%d %H:%M").to_string(), m.ambiguous)
        })
        .collect()
}

#[track_caller]
fn check(source: &str, words: &str, when: &str) {
    let found = read(source);
    assert_eq!(found.len(), 1, "{source}: {found:?}");
    assert_eq!((found[0].0.as_str(), found[0].1.as_str()), (words, when), "{source}");
}

#[test]
fn a_deadline_is_read_in_every_language() {
    check("We need it by Friday.", "Friday", "03-13 17:00");
    check("before the go-live on 12 May", "12 May", "05-12 17:00");
    check("The audit starts March 27, 2026 and", "March 27, 2026", "03-27 17:00");
    check("wir brauchen es bis Freitag um 15 Uhr", "Freitag um 15 Uhr", "03-13 15:00");
    check("Die Abnahme ist am 20. März.", "20. März", "03-20 17:00");
    check("il nous le faut avant vendredi midi", "vendredi midi", "03-13 12:00");
    check("L'envoi est fixé au vendredi 17 avril.", "vendredi 17 avril", "04-17 17:00");
    check("lo necesitamos para el 12 de mayo de 2026", "12 de mayo de 2026", "05-12 17:00");
    check("mañana cerramos", "mañana", "03-12 17:00");
    check("ci serve entro venerdì alle 15", "venerdì alle 15", "03-13 15:00");
    check("we hebben het voor vrijdag 16:00 nodig", "vrijdag 16:00", "03-13 16:00");
    check("precisamos disto até sexta-feira às 15h", "sexta-feira às 15h", "03-13 15:00");
}

#[test]
fn periods_end_on_their_last_working_day() {
    check("We close the books at month-end.", "month-end", "03-31 17:00");
    check("by the end of the week please", "end of the week", "03-13 17:00");
    check("bis Ende nächster Woche", "Ende nächster Woche", "03-20 17:00");
    check("avant la fin du mois", "fin du mois", "03-31 17:00");
    check("by the end of May", "end of May", "05-29 17:00");
    check("bis Ende des Monats", "Ende des Monats", "03-31 17:00");
    check("before quarter end", "quarter end", "03-31 17:00");
    check("I want it by EOD", "EOD", "03-11 17:00");
}

#[test]
fn times_and_spans_count_from_the_author() {
    check("by 16:00 on Thursday", "16:00 on Thursday", "03-12 16:00");
    check("at noon tomorrow", "noon tomorrow", "03-12 12:00");
    check("call me by 5 p.m. today", "5 p.m. today", "03-11 17:00");
    check("tomorrow morning works", "tomorrow morning", "03-12 12:00");
    check("the cut-off is TOMORROW 15:00.", "TOMORROW 15:00", "03-12 15:00");
    check("within 24 hours", "within 24 hours", "03-12 10:00");
    check("in two working days", "in two working days", "03-13 17:00");
    check("innerhalb von 3 Tagen", "innerhalb von 3 Tagen", "03-14 10:00");
    check("Shift change is in 20 min", "in 20 min", "03-11 10:20");
    check("It opens at midnight.", "midnight", "03-12 00:00");
    check("The council meets tonight at 6:30.", "tonight at 6:30", "03-11 18:30");
    check("They decide at four.", "four", "03-11 16:00");
    check("le lendemain avant midi", "lendemain avant midi", "03-12 12:00");
}

#[test]
fn what_a_reader_could_take_otherwise_is_marked() {
    assert!(read("due 03/04/2026")[0].2);
    assert!(!read("due 23/04/2026")[0].2);
    assert!(read("next Friday")[0].2);
    assert!(read("sometime in June")[0].2);
    assert!(read("on Wednesday")[0].2);
}

#[test]
fn numbers_that_are_no_dates_are_left_alone() {
    for source in [
        "you may 2 of them",
        "version 4.12 of May",
        "open 24/7",
        "we march on",
        "Guten Morgen zusammen",
        "for 12.50 EUR",
        "PO 2026-118",
        "12 of the 30 sites",
        "por la mañana",
        "host 10.20.30.40 is down",
        "build 1.2.3 is out",
    ] {
        assert!(read(source).is_empty(), "{source}: {:?}", read(source));
    }
}

#[test]
fn the_year_that_is_not_said_is_the_nearest() {
    check("since 12 January", "12 January", "01-12 17:00");
    check("on the 14th", "14th", "03-14 17:00");
    check("Wednesday the 18th they visit", "Wednesday the 18th", "03-18 17:00");
}

/// The day that is read, year first: for what lies in another year.
#[track_caller]
fn check_day(source: &str, words: &str, day: &str) {
    let text = Text::read(source);
    let at = "2026-03-11T10:00:00Z".parse().unwrap();
    let week = Week::closing_at(jiff::civil::time(17, 0, 0, 0));
    let found = find(&text, &Writing { at, zone: TimeZone::UTC, reader: None, week });
    assert_eq!(found.len(), 1, "{source}: {found:?}");
    let read = found[0].at.in_zone(&TimeZone::UTC).date().to_string();
    let (start, end) = (found[0].start as usize, found[0].end as usize);
    assert_eq!((&source[start..end], read.as_str()), (words, day), "{source}");
}

#[test]
fn a_year_is_read_from_two_digits_and_in_front() {
    check_day("the contract of 14.06.98 ended", "14.06.98", "1998-06-14");
    check_day("renewed on 14/06/27", "14/06/27", "2027-06-14");
    check_day("Lieferung am 2026.6.14 erwartet", "2026.6.14", "2026-06-14");
    check_day("la recette du 14-6-2026", "14-6-2026", "2026-06-14");
    assert!(read("it ships 4-6-2026")[0].2, "day and month could be the other way round");
}

proptest::proptest! {
    #[test]
    fn no_text_breaks_the_reader_of_dates(
        source in "((in|within|by|at|the|next|end of|day after|um|am|le|[0-9]{1,6}|[0-9]{1,3}[.:/h-][0-9]{1,4}|Friday|May|Monat|days|weeks|pm|working|tomorrow|,|\\.) ){0,12}"
    ) {
        for (words, ..) in read(&source) {
            assert!(source.contains(&words));
        }
    }
}
