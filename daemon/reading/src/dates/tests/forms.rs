//! Each form of a date in each language that has it. Written on Wednesday 2026-03-11.

use super::{check, check_day, read};

#[test]
fn a_short_month_goes_on_behind_its_full_stop() {
    check_day("The audit is on Oct. 2 in Leeds.", "Oct. 2", "2026-10-02");
    check_day("Rollout Tue, Mar 17, in the morning", "Tue, Mar 17", "2026-03-17");
    check_day("Die Prüfung ist am 1. Okt. in Ulm.", "1. Okt", "2026-10-01");
    check_day("L'audit est prévu le 3 sept. 2026", "3 sept. 2026", "2026-09-03");
    check_day("La auditoría será el 4 de dic. en Vigo", "4 de dic", "2026-12-04");
    check_day("La verifica è il 5 mag. a Bari", "5 mag", "2026-05-05");
    check_day("De controle is op 6 mrt. in Gent", "6 mrt", "2026-03-06");
    check_day("A auditoria é a 7 de fev. no Porto", "7 de fev", "2026-02-07");
    assert_eq!(read("We close in Oct. The rest follows.").len(), 1);
}

#[test]
fn the_number_of_a_day_is_read_in_words() {
    check_day("due the twenty-second of June", "twenty-second of June", "2026-06-22");
    check_day("It starts May twenty-first.", "May twenty-first", "2026-05-21");
    check_day("It starts on the second of August", "second of August", "2026-08-02");
    check_day("bis zum einundzwanzigsten Mai", "einundzwanzigsten Mai", "2026-05-21");
    check_day("Wir öffnen am ersten Juli 2026.", "ersten Juli 2026", "2026-07-01");
    check_day("livraison le vingt et un mai", "vingt et un mai", "2026-05-21");
    check_day("livraison le dix-sept juin", "dix-sept juin", "2026-06-17");
    check_day("entrega el veintidós de mayo", "veintidós de mayo", "2026-05-22");
    check_day("entrega el primero de julio", "primero de julio", "2026-07-01");
    check_day("consegna il ventuno maggio", "ventuno maggio", "2026-05-21");
    check_day("levering op de eerste juli", "eerste juli", "2026-07-01");
    check_day("entrega a vinte e um de maio", "vinte e um de maio", "2026-05-21");
}

#[test]
fn a_day_of_a_near_month_is_read() {
    check_day("on the 20th of next month", "20th of next month", "2026-04-20");
    check_day("paid on the 5th of last month", "5th of last month", "2026-02-05");
    check_day("the 20th of the month at latest", "20th of the month", "2026-03-20");
    check_day("am 20. des nächsten Monats", "20. des nächsten Monats", "2026-04-20");
    check_day("le 20 du mois prochain", "20 du mois prochain", "2026-04-20");
    check_day("el 20 del próximo mes", "20 del próximo mes", "2026-04-20");
    check_day("el 20 del mes que viene", "20 del mes que viene", "2026-04-20");
    check_day("il 20 del mese prossimo", "20 del mese prossimo", "2026-04-20");
    check_day("op de 20e van volgende maand", "20e van volgende maand", "2026-04-20");
    check_day("no dia 20 do próximo mês", "20 do próximo mês", "2026-04-20");
    check_day("la reunión es el 17 del 11", "17 del 11", "2026-11-17");
}

#[test]
fn a_day_that_does_not_exist_is_not_read() {
    for source in [
        "on the 31st of next month",
        "by February 30",
        "due 29/02/2027",
        "the fifth Sunday of April",
    ] {
        assert!(read(source).is_empty(), "{source}: {:?}", read(source));
    }
}

#[test]
fn the_weekdays_of_a_month_are_counted() {
    check_day("the first Friday of next month", "first Friday of next month", "2026-04-03");
    check_day("on the last Monday in May", "last Monday in May", "2026-05-25");
    check_day("2nd Tuesday of June 2027", "2nd Tuesday of June 2027", "2027-06-08");
    check_day("am ersten Freitag im Juli", "ersten Freitag im Juli", "2026-07-03");
    check_day("am letzten Montag des Monats", "letzten Montag des Monats", "2026-03-30");
    check_day(
        "le premier vendredi du mois prochain",
        "premier vendredi du mois prochain",
        "2026-04-03",
    );
    check_day("el primer viernes de julio", "primer viernes de julio", "2026-07-03");
    check_day("el último lunes del mes", "último lunes del mes", "2026-03-30");
    check_day(
        "il primo venerdì del mese prossimo",
        "primo venerdì del mese prossimo",
        "2026-04-03",
    );
    check_day(
        "de eerste vrijdag van volgende maand",
        "eerste vrijdag van volgende maand",
        "2026-04-03",
    );
    check_day("na primeira sexta-feira de julho", "primeira sexta-feira de julho", "2026-07-03");
    check_day("We meet on the third Tuesday.", "third Tuesday", "2026-03-17");
}

#[test]
fn a_weekday_of_a_week_is_read() {
    check_day("ready on Sunday of next week", "Sunday of next week", "2026-03-22");
    check_day("ready next week Sunday", "next week Sunday", "2026-03-22");
    check_day("ready next week on Monday the 16th", "next week on Monday the 16th", "2026-03-16");
    check_day("it was Tuesday last week", "Tuesday last week", "2026-03-03");
    check_day("ready the week after next", "week after next", "2026-03-27");
    check_day("nächste Woche am Freitag", "nächste Woche am Freitag", "2026-03-20");
    check_day("am Freitag der übernächsten Woche", "Freitag der übernächsten Woche", "2026-03-27");
    check_day("mardi de la semaine prochaine", "mardi de la semaine prochaine", "2026-03-17");
    check_day("el martes de la semana que viene", "martes de la semana que viene", "2026-03-17");
    check_day("martedì della prossima settimana", "martedì della prossima settimana", "2026-03-17");
    check_day("we leveren volgende week dinsdag", "volgende week dinsdag", "2026-03-17");
    check_day("terça-feira da próxima semana", "terça-feira da próxima semana", "2026-03-17");
    check_day("na semana que vem", "semana que vem", "2026-03-20");
}

#[test]
fn the_number_decides_which_weekday_is_meant() {
    check_day("We were there Friday the 27th.", "Friday the 27th", "2026-02-27");
    check_day("We go there Monday the 15th.", "Monday the 15th", "2026-06-15");
    check_day("We meet Friday the twentieth.", "Friday the twentieth", "2026-03-20");
    check_day("Freitag, den 20. um", "Freitag, den 20", "2026-03-20");
    check_day("Ich bin am 16. zurück.", "16", "2026-03-16");
    check_day("Ich bin am 16.4. zurück.", "16.4", "2026-04-16");
    check_day("la livraison du 5 et le 22/4", "22/4", "2026-04-22");
}

#[test]
fn what_lies_back_is_read_as_past() {
    check_day("it failed two days ago", "two days ago", "2026-03-09");
    check_day("it failed a month ago", "a month ago", "2026-02-11");
    check_day("it failed a few days ago", "a few days ago", "2026-03-08");
    check_day("bought 1 month and 21 days ago", "1 month and 21 days ago", "2026-01-21");
    check_day("bought 2 years, 1 month, 3 days ago", "2 years, 1 month, 3 days ago", "2024-02-08");
    check("it stopped three hours ago", "three hours ago", "03-11 07:00");
    check_day("Das war vor zwei Wochen so", "vor zwei Wochen", "2026-02-25");
    check_day("Das kam vorgestern an", "vorgestern", "2026-03-09");
    check_day("c'est arrivé il y a trois jours", "il y a trois jours", "2026-03-08");
    check_day("c'est arrivé avant-hier", "avant-hier", "2026-03-09");
    check_day("llegó hace dos semanas", "hace dos semanas", "2026-02-25");
    check_day("llegó anteayer", "anteayer", "2026-03-09");
    check_day("è arrivato tre giorni fa", "tre giorni fa", "2026-03-08");
    check_day("het kwam twee dagen geleden", "twee dagen geleden", "2026-03-09");
    check_day("chegou há três dias", "há três dias", "2026-03-08");
    check_day("chegou anteontem", "anteontem", "2026-03-09");
    check_day("the day before yesterday", "day before yesterday", "2026-03-09");
    check_day("el día antes de ayer", "día antes de ayer", "2026-03-09");
}

#[test]
fn what_is_counted_from_a_near_day_is_read() {
    check_day("ready two weeks from now", "two weeks from now", "2026-03-25");
    check_day("ready two days from tomorrow", "two days from tomorrow", "2026-03-14");
    check_day("ready three weeks after today", "three weeks after today", "2026-04-01");
    check_day("it was two days before yesterday", "two days before yesterday", "2026-03-08");
    check_day("in two working days from today", "in two working days from today", "2026-03-13");
    check_day("fertig heute in zwei Wochen", "heute in zwei Wochen", "2026-03-25");
    check_day("fertig drei Tage ab heute", "drei Tage ab heute", "2026-03-14");
    check_day(
        "prêt trois jours à partir de demain",
        "trois jours à partir de demain",
        "2026-03-15",
    );
    check_day("listo dos días a partir de hoy", "dos días a partir de hoy", "2026-03-13");
    check_day("pronto due giorni a partire da oggi", "due giorni a partire da oggi", "2026-03-13");
    check_day(
        "De levering komt over twee weken en dat is niet te laat.",
        "over twee weken",
        "2026-03-25",
    );
    check_day("pronto daqui a duas semanas", "daqui a duas semanas", "2026-03-25");
    check_day("el día después de mañana", "día después de mañana", "2026-03-13");
}

#[test]
fn the_next_day_counts_from_what_was_named_last() {
    let days = |source: &str| -> Vec<String> {
        read(source).into_iter().map(|(_, when, _)| when[..5].to_owned()).collect()
    };
    assert_eq!(days("It came on 3 May and left the next day."), ["05-03", "05-04"]);
    assert_eq!(days("It came on 3 May. Two days later it left."), ["05-03", "05-05"]);
    assert_eq!(days("Es kam am 3. Mai und ging am Tag danach."), ["05-03", "05-04"]);
    assert_eq!(days("Il est venu le 3 mai, deux jours plus tard"), ["05-03", "05-05"]);
    assert_eq!(days("Llegó el 3 de mayo y salió al día siguiente."), ["05-03", "05-04"]);
    assert_eq!(days("It ships on 3 May, the tests are the day before."), ["05-03", "05-02"]);
    // With nothing named before it is tomorrow, or nothing.
    assert_eq!(days("We will call the next day."), ["03-12"]);
    assert!(days("Two days later it left.").is_empty());
    assert!(days("It was fine the day before.").is_empty());
}

#[test]
fn the_next_working_day_is_read() {
    check_day("We reply by the next business day.", "next business day", "2026-03-12");
    check_day("Antwort am nächsten Werktag.", "nächsten Werktag", "2026-03-12");
    check_day("réponse le prochain jour ouvré", "prochain jour ouvré", "2026-03-12");
    check_day("respuesta el siguiente día hábil", "siguiente día hábil", "2026-03-12");
    check_day("antwoord de volgende werkdag", "volgende werkdag", "2026-03-12");
}

#[test]
fn months_by_name_between_numbers_are_read() {
    check_day("valid until 2026-sep-1.", "2026-sep-1", "2026-09-01");
    check_day("valid until 2026/sep/01.", "2026/sep/01", "2026-09-01");
    check_day("valid until 1-Sep-2026.", "1-Sep-2026", "2026-09-01");
    check_day("la date est le 12/08,2026", "12/08,2026", "2026-08-12");
}

#[test]
fn words_that_count_or_rank_are_no_dates() {
    for source in [
        "the second issue is worse",
        "our second May release",
        "one of June's invoices",
        "twenty sites failed 5 of last month's checks",
        "we offer next day delivery",
        "in the next days",
        "over two weeks of delays",
        "First-of-month prices rose",
        "the 27 of them",
        "see chapter 4-22 and 4.22",
        "we run release 2024.1.3 here",
        "I set 2 alarms and out 5 of them",
        "Das war beim 2. Mal besser",
        "wir achten auf zwei Mail-Konten",
        "Il cliente ha due giorni",
        "the twenty second delay",
    ] {
        assert!(read(source).is_empty(), "{source}: {:?}", read(source));
    }
}
