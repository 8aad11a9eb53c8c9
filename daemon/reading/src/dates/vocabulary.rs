//! The words of time in seven languages.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;

use crate::language::Languages;

/// What a word means when it speaks of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Meaning {
    /// Monday is 1.
    Weekday(i8),
    /// January is 1.
    Month(i8),
    /// So many days from the day of writing.
    Day(i8),
    /// This day at that hour, such as `tonight`.
    DayAt(i8, i8),
    /// A weekday at an hour, such as `Freitagmittag`.
    WeekdayAt(i8, i8),
    /// A time of day, in hours.
    Hour(i8),
    /// A unit of a span.
    Unit(Unit),
    /// A working day.
    WorkingDay,
    /// The end of something.
    End,
    /// The beginning of something.
    Start,
    /// The middle of something.
    Middle,
    /// The next one.
    Next,
    /// The current one.
    This,
    /// The one before.
    Last,
    /// A number written as a word.
    Count(i16),
    /// `in`, `within`: a span follows.
    Within,
    /// `give me`: a span follows.
    Give,
    /// `first thing`: a day follows, whose morning is meant.
    First,
    /// `before`, `until`, `by`, `on`, `at`: a moment follows.
    Preposition,
    /// `the`, `of`, `de`: may stand between parts of a date.
    Filler,
    /// `o'clock`, `Uhr`, `uur`: the number before is an hour.
    Clock,
    /// A word for the end of a period.
    EndOf(Unit),
    /// `après`, `depois`: the day after the one that follows.
    After,
}

/// A unit of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unit {
    /// Sixty seconds.
    Minute,
    /// Sixty minutes.
    Hour,
    /// A day of the calendar.
    Day,
    /// Monday to Sunday.
    Week,
    /// A month of the calendar.
    Month,
    /// Three months.
    Quarter,
    /// A year of the calendar.
    Year,
}

/// The meanings of `word` (folded), each with the languages that it has it in.
pub(super) fn meanings(word: &str) -> &'static [(Languages, Meaning)] {
    WORDS.get(word).map_or(&[], Vec::as_slice)
}

type Words = FxHashMap<Box<str>, Vec<(Languages, Meaning)>>;

static WORDS: LazyLock<Words> = LazyLock::new(|| {
    let mut words = Words::default();
    for (code, text) in LISTS {
        let Some(language) = Languages::from_code(code) else { continue };
        for line in text.lines().map(str::trim).filter(|l| !l.is_empty()) {
            let Some((name, listed)) = line.split_once(':') else { continue };
            for (position, group) in listed.split(',').enumerate() {
                let Some(meaning) = meaning(name, position as i8) else { continue };
                for word in group.split_whitespace() {
                    words.entry(word.into()).or_default().push((language, meaning));
                }
            }
        }
    }
    for (code, parts) in COMPOUNDS {
        let Some(language) = Languages::from_code(code) else { continue };
        compound(&mut words, language, parts);
    }
    words
});

/// Parts of a day that are written together with a weekday, each with its hour.
const COMPOUNDS: [(&str, &[(&str, i8)]); 2] = [
    (
        "de",
        &[
            ("fruh", 12),
            ("morgen", 12),
            ("vormittag", 12),
            ("mittag", 12),
            ("nachmittag", 17),
            ("abend", 20),
        ],
    ),
    ("nl", &[("ochtend", 12), ("morgen", 12), ("middag", 17), ("avond", 20)]),
];

/// Adds `Freitagmittag` and its like.
fn compound(words: &mut Words, language: Languages, parts: &[(&str, i8)]) {
    let mut weekdays: Vec<(String, i8)> = Vec::new();
    for (word, meanings) in words.iter() {
        for (of, meaning) in meanings {
            if let Meaning::Weekday(day) = meaning
                && *of == language
            {
                weekdays.push((word.to_string(), *day));
            }
        }
    }
    for (word, day) in weekdays {
        for (part, hour) in parts {
            let both = format!("{word}{part}").into_boxed_str();
            words.entry(both).or_default().push((language, Meaning::WeekdayAt(day, *hour)));
        }
    }
}

/// The meaning of the group at `position` of the line called `name`.
fn meaning(name: &str, position: i8) -> Option<Meaning> {
    const UNITS: [Unit; 7] =
        [Unit::Minute, Unit::Hour, Unit::Day, Unit::Week, Unit::Month, Unit::Quarter, Unit::Year];
    Some(match name {
        "weekdays" => Meaning::Weekday(position + 1),
        "months" => Meaning::Month(position + 1),
        "days" => Meaning::Day(position),
        "tonight" => Meaning::DayAt(0, 20),
        "yesterday" => Meaning::Day(-1),
        "noon" | "morning" => Meaning::Hour(12),
        "midnight" => Meaning::Hour(24),
        "afternoon" => Meaning::Hour(17),
        "evening" => Meaning::Hour(20),
        "units" => Meaning::Unit(*UNITS.get(position as usize)?),
        "working" => Meaning::WorkingDay,
        "end" => Meaning::End,
        "start" => Meaning::Start,
        "middle" => Meaning::Middle,
        "endof" => Meaning::EndOf(*UNITS.get(position as usize)?),
        "next" => Meaning::Next,
        "this" => Meaning::This,
        "last" => Meaning::Last,
        "counts" => Meaning::Count(i16::from(position) + 1),
        "within" => Meaning::Within,
        "give" => Meaning::Give,
        "first" => Meaning::First,
        "before" => Meaning::Preposition,
        "filler" => Meaning::Filler,
        "clock" => Meaning::Clock,
        "after" => Meaning::After,
        _ => return None,
    })
}

/// One line a meaning; the groups between commas count up. A group may be empty. Words are
/// folded: lower case, no accents.
const LISTS: [(&str, &str); 7] = [
    (
        "en",
        "weekdays: monday mon, tuesday tue tues, wednesday wed, thursday thu thur thurs, friday fri, saturday, sunday
         months: january jan, february feb, march, april apr, may, june jun, july jul, august aug, september sep sept, october oct, november nov, december dec
         days: today, tomorrow tmrw
         tonight: tonight
         yesterday: yesterday
         noon: noon midday
         midnight: midnight
         morning: morning
         afternoon: afternoon
         evening: evening
         units: minute minutes min mins, hour hours hr hrs, day days, week weeks, month months, quarter quarters, year years
         working: working business
         end: end close
         endof: ,, eod cob, eow, eom, eoq, eoy
         next: next coming following
         this: this
         last: last past previous
         counts: one a an, two couple, three, four, five, six, seven, eight, nine, ten, eleven, twelve
         within: in within inside
         before: by before until till on at for from since around during
         filler: the of this
         clock: clock
         start: early beginning start
         middle: middle mid
         start: anfang
         middle: mitte
         give: give allow
         first: first
         give: geben gib gebt",
    ),
    (
        "de",
        "weekdays: montag montags, dienstag, mittwoch, donnerstag, freitag, samstag sonnabend, sonntag
         months: januar janner, februar feber, marz maerz, april, mai, juni, juli, august, september, oktober, november, dezember
         days: heute, morgen, ubermorgen uebermorgen
         yesterday: gestern
         noon: mittag mittags
         midnight: mitternacht
         morning: vormittag
         afternoon: nachmittag
         evening: abend
         units: minute minuten, stunde stunden, tag tage tagen, woche wochen, monat monate monaten, quartal, jahr jahre jahren
         working: arbeitstage arbeitstagen werktage werktagen
         end: ende
         endof: ,, feierabend tagesende, wochenschluss, monatsende monatsabschluss ultimo, quartalsende, jahresende
         next: nachste nachsten nachster nachstes naechste naechsten kommende kommenden kommender
         this: diese diesen dieser dieses heute
         last: letzte letzten letzter vergangene vergangenen vorige vorigen
         counts: ein eine einem einer, zwei, drei, vier, funf fuenf, sechs, sieben, acht, neun, zehn, elf, zwolf
         within: in binnen innerhalb
         before: bis vor am um ab zum seit spatestens
         filler: den der dem des von
         clock: uhr",
    ),
    (
        "fr",
        "weekdays: lundi, mardi, mercredi, jeudi, vendredi, samedi, dimanche
         months: janvier, fevrier, mars, avril, mai, juin, juillet, aout, septembre, octobre, novembre, decembre
         days: aujourd, demain lendemain
         yesterday: hier
         noon: midi
         midnight: minuit
         morning: matin
         evening: soir
         units: minute minutes, heure heures h, jour jours journee, semaine semaines, mois, trimestre, an ans annee
         working: ouvres ouvrables
         end: fin
         next: prochain prochaine
         this: ce cette cet
         last: dernier derniere
         counts: un une, deux, trois, quatre, cinq, six, sept, huit, neuf, dix, onze, douze
         within: dans sous
         before: avant pour des a au en depuis ici
         filler: le la du de l d les
         clock: h heure heures
         after: apres
         start: debut
         middle: mi milieu
         give: donnez laissez donne laisse accordez",
    ),
    (
        "es",
        "weekdays: lunes, martes, miercoles, jueves, viernes, sabado, domingo
         months: enero, febrero, marzo, abril, mayo, junio, julio, agosto, septiembre setiembre, octubre, noviembre, diciembre
         days: hoy, manana
         yesterday: ayer
         noon: mediodia
         midnight: medianoche
         afternoon: tarde
         evening: noche
         units: minuto minutos, hora horas, dia dias, semana semanas, mes meses, trimestre, ano anos
         working: habiles laborables
         end: fin final fines finales cierre
         next: proximo proxima siguiente
         this: este esta
         last: pasado pasada ultimo ultima
         counts: un una uno, dos, tres, cuatro, cinco, seis, siete, ocho, nueve, diez, once, doce
         within: en dentro
         before: antes para hasta a al por desde
         filler: el la las los de del
         start: principios comienzos inicio
         middle: mediados
         give: deme denos dame danos dejeme",
    ),
    (
        "it",
        "weekdays: lunedi, martedi, mercoledi, giovedi, venerdi, sabato, domenica
         months: gennaio, febbraio, marzo, aprile, maggio, giugno, luglio, agosto, settembre, ottobre, novembre, dicembre
         days: oggi, domani, dopodomani
         yesterday: ieri
         noon: mezzogiorno
         midnight: mezzanotte
         afternoon: pomeriggio
         evening: sera stasera
         units: minuto minuti, ora ore, giorno giorni, settimana settimane, mese mesi, trimestre, anno anni
         working: lavorativi
         end: fine
         next: prossimo prossima
         this: questo questa
         last: scorso scorsa
         counts: un una uno, due, tre, quattro, cinque, sei, sette, otto, nove, dieci, undici, dodici
         within: entro tra fra in
         before: prima per entro alle al a dal
         filler: il la lo le i di del della l alle dell
         start: inizio inizi
         middle: meta
         give: dammi datemi mi",
    ),
    (
        "nl",
        "weekdays: maandag, dinsdag, woensdag, donderdag, vrijdag, zaterdag, zondag
         months: januari, februari, maart, april, mei, juni, juli, augustus, september, oktober, november, december
         days: vandaag, morgen, overmorgen
         tonight: vanavond
         yesterday: gisteren
         midnight: middernacht
         morning: ochtend
         afternoon: middag
         evening: avond
         units: minuut minuten, uur uren, dag dagen, week weken, maand maanden, kwartaal, jaar
         working: werkdag werkdagen
         end: eind einde
         endof: ,,,, maandeinde maandafsluiting, kwartaaleinde, jaareinde
         next: volgende komende aanstaande
         this: deze
         last: vorige afgelopen
         counts: een, twee, drie, vier, vijf, zes, zeven, acht, negen, tien, elf, twaalf
         within: in binnen
         before: voor tot op om vanaf uiterlijk aan
         filler: de het van
         clock: uur
         start: begin
         middle: midden halverwege
         give: geef",
    ),
    (
        "pt",
        "weekdays: segunda, terca, quarta, quinta, sexta, sabado, domingo
         months: janeiro, fevereiro, marco, abril, maio, junho, julho, agosto, setembro, outubro, novembro, dezembro
         days: hoje, amanha
         yesterday: ontem
         noon: meio
         midnight: meia
         morning: manha
         afternoon: tarde
         evening: noite
         units: minuto minutos, hora horas, dia dias, semana semanas, mes meses, trimestre, ano anos
         working: uteis
         end: fim final fecho
         next: proximo proxima
         this: este esta
         last: passado passada ultimo ultima
         counts: um uma, dois duas, tres, quatro, cinco, seis, sete, oito, nove, dez, onze, doze
         within: em dentro
         before: antes para ate as a ao desde
         filler: o a os as de do da feira
         after: depois
         start: inicio principio
         middle: meados
         give: de deem",
    ),
];
