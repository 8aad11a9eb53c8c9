//! The words themselves, a list a language.

/// One line a meaning; the groups between commas count up. A group may be empty. Words are
/// folded: lower case, no accents.
pub(super) const LISTS: [(&str, &str); 7] = [
    (
        "en",
        "weekdays: monday mon, tuesday tue tues, wednesday wed, thursday thu thur thurs, friday fri, saturday, sunday
         months: january jan, february feb, march mar, april apr, may, june jun, july jul, august aug, september sep sept, october oct, november nov, december dec
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
         counts: one a an, two couple, three, four, five, six, seven, eight, nine, ten, eleven, twelve, thirteen, fourteen, fifteen, sixteen, seventeen, eighteen, nineteen, twenty,,,,,,,,,, thirty
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
         give: geben gib gebt
         ordinals: first, second, third, fourth, fifth, sixth, seventh, eighth, ninth, tenth, eleventh, twelfth, thirteenth, fourteenth, fifteenth, sixteenth, seventeenth, eighteenth, nineteenth, twentieth,,,,,,,,,, thirtieth
         ago: ago
         later: later afterwards
         and: and
         few: few",
    ),
    (
        "de",
        "weekdays: montag montags, dienstag, mittwoch, donnerstag, freitag, samstag sonnabend, sonntag
         months: januar janner jan, februar feber feb, marz maerz mrz, april apr, mai, juni jun, juli jul, august aug, september sep sept, oktober okt, november nov, dezember dez
         days: heute, morgen, ubermorgen uebermorgen
         yesterday: gestern
         noon: mittag mittags
         midnight: mitternacht
         morning: vormittag
         afternoon: nachmittag
         evening: abend
         units: minute minuten, stunde stunden, tag tages tage tagen, woche wochen, monat monats monate monaten, quartal quartals, jahr jahres jahre jahren
         working: arbeitstag arbeitstage arbeitstagen werktag werktage werktagen
         end: ende
         endof: ,, feierabend tagesende, wochenschluss, monatsende monatsabschluss ultimo, quartalsende, jahresende
         next: nachste nachsten nachster nachstes naechste naechsten kommende kommenden kommender folgenden
         this: diese diesen dieser dieses heute
         last: letzte letzten letzter vergangene vergangenen vorige vorigen
         counts: ein eine einem einer, zwei, drei, vier, funf fuenf, sechs, sieben, acht, neun, zehn, elf, zwolf zwoelf, dreizehn, vierzehn, funfzehn fuenfzehn, sechzehn, siebzehn, achtzehn, neunzehn, zwanzig,,,,,,,,,, dreissig
         within: in binnen innerhalb
         before: bis vor am um ab zum seit spatestens
         filler: den der dem des von
         clock: uhr
         ordinals: ersten erster erste, zweiten zweiter zweite, dritten dritter dritte, vierten vierter vierte, funften funfter fuenften, sechsten sechster, siebten siebenten siebter, achten achter, neunten neunter, zehnten zehnter, elften, zwolften, dreizehnten, vierzehnten, funfzehnten, sechzehnten, siebzehnten, achtzehnten, neunzehnten, zwanzigsten, einundzwanzigsten, zweiundzwanzigsten, dreiundzwanzigsten, vierundzwanzigsten, funfundzwanzigsten, sechsundzwanzigsten, siebenundzwanzigsten, achtundzwanzigsten, neunundzwanzigsten, dreissigsten, einunddreissigsten
         daybefore: vorgestern
         back: vor
         later: spater spaeter danach
         and: und
         few: paar",
    ),
    (
        "fr",
        "weekdays: lundi, mardi, mercredi, jeudi, vendredi, samedi, dimanche
         months: janvier janv, fevrier fevr, mars, avril avr, mai, juin, juillet juil, aout, septembre sept, octobre oct, novembre nov, decembre dec
         days: aujourd, demain lendemain
         yesterday: hier
         noon: midi
         midnight: minuit
         morning: matin
         evening: soir
         units: minute minutes, heure heures h, jour jours journee, semaine semaines, mois, trimestre, an ans annee
         working: ouvre ouvres ouvrable ouvrables
         end: fin
         next: prochain prochaine suivant suivante
         this: ce cette cet
         last: dernier derniere
         counts: un une, deux, trois, quatre, cinq, six, sept, huit, neuf, dix, onze, douze, treize, quatorze, quinze, seize,,,, vingt,,,,,,,,,, trente
         within: dans sous
         before: avant pour des a au en depuis ici
         filler: le la du de l d les
         clock: h heure heures
         after: apres
         start: debut
         middle: mi milieu
         give: donnez laissez donne laisse accordez
         behind: jan, fev,,,,,,, sep
         ordinals: premier premiere, second seconde deuxieme, troisieme, quatrieme, cinquieme
         later: tard apres
         and: et
         few: quelques",
    ),
    (
        "es",
        "weekdays: lunes, martes, miercoles, jueves, viernes, sabado, domingo
         months: enero, febrero, marzo, abril, mayo, junio, julio, agosto, septiembre setiembre sept, octubre oct, noviembre nov, diciembre
         days: hoy, manana
         yesterday: ayer
         noon: mediodia
         midnight: medianoche
         afternoon: tarde
         evening: noche
         units: minuto minutos, hora horas, dia dias, semana semanas, mes meses, trimestre, ano anos
         working: habil habiles laborable laborables
         end: fin final fines finales cierre
         next: proximo proxima siguiente
         this: este esta
         last: pasado pasada ultimo ultima
         counts: un una uno, dos, tres, cuatro, cinco, seis, siete, ocho, nueve, diez, once, doce, trece, catorce, quince, dieciseis, diecisiete, dieciocho, diecinueve, veinte, veintiuno veintiun, veintidos, veintitres, veinticuatro, veinticinco, veintiseis, veintisiete, veintiocho, veintinueve, treinta
         within: en dentro
         before: antes para hasta a al por desde
         filler: el la las los de del
         start: principios comienzos inicio
         middle: mediados
         give: deme denos dame danos dejeme
         behind: ene, feb, mar, abr, may, jun, jul, ago, sep,,, dic
         ordinals: primero primer, segundo, tercero tercer, cuarto, quinto, sexto, septimo, octavo, noveno, decimo,,,,,,,,,, vigesimo,,,,,,,,,, trigesimo
         daybefore: anteayer antier
         back: hace
         ago: atras
         later: despues
         and: y
         few: unos algunos pocos",
    ),
    (
        "it",
        "weekdays: lunedi, martedi, mercoledi, giovedi, venerdi, sabato, domenica
         months: gennaio, febbraio, marzo, aprile, maggio, giugno, luglio, agosto, settembre sett, ottobre ott, novembre nov, dicembre
         days: oggi, domani, dopodomani
         yesterday: ieri
         noon: mezzogiorno
         midnight: mezzanotte
         afternoon: pomeriggio
         evening: sera stasera
         units: minuto minuti, ora ore, giorno giorni, settimana settimane, mese mesi, trimestre, anno anni
         working: lavorativo lavorativi
         end: fine
         next: prossimo prossima seguente
         this: questo questa
         last: scorso scorsa
         counts: un una uno, due, tre, quattro, cinque, sei, sette, otto, nove, dieci, undici, dodici, tredici, quattordici, quindici, sedici, diciassette, diciotto, diciannove, venti, ventuno, ventidue, ventitre, ventiquattro, venticinque, ventisei, ventisette, ventotto, ventinove, trenta, trentuno
         within: entro tra fra in
         before: prima per entro alle al a dal
         filler: il la lo le i di del della l alle dell
         start: inizio inizi
         middle: meta
         give: dammi datemi mi
         behind: gen, feb, mar, apr, mag, giu, lug, ago,,,, dic
         ordinals: primo, secondo, terzo, quarto, quinto
         daybefore: altroieri avantieri
         ago: fa
         later: dopo
         and: e
         few: alcuni",
    ),
    (
        "nl",
        "weekdays: maandag, dinsdag, woensdag, donderdag, vrijdag, zaterdag, zondag
         months: januari jan, februari feb, maart mrt, april apr, mei, juni jun, juli jul, augustus aug, september sep sept, oktober okt, november nov, december dec
         days: vandaag, morgen, overmorgen
         tonight: vanavond
         yesterday: gisteren
         midnight: middernacht
         morning: ochtend
         afternoon: middag
         evening: avond
         units: minuut minuten, uur uren, dag dagen, week weken, maand maanden, kwartaal, jaar jaren
         working: werkdag werkdagen
         end: eind einde
         endof: ,,,, maandeinde maandafsluiting, kwartaaleinde, jaareinde
         next: volgende komende aanstaande
         this: deze
         last: vorige afgelopen
         counts: een, twee, drie, vier, vijf, zes, zeven, acht, negen, tien, elf, twaalf, dertien, veertien, vijftien, zestien, zeventien, achttien, negentien, twintig,,,,,,,,,, dertig
         within: in binnen
         before: voor tot op om vanaf uiterlijk aan
         filler: de het van
         clock: uur
         start: begin
         middle: midden halverwege
         give: geef
         ordinals: eerste, tweede, derde, vierde, vijfde, zesde, zevende, achtste, negende, tiende, elfde, twaalfde, dertiende, veertiende, vijftiende, zestiende, zeventiende, achttiende, negentiende, twintigste, eenentwintigste, tweeentwintigste, drieentwintigste, vierentwintigste, vijfentwintigste, zesentwintigste, zevenentwintigste, achtentwintigste, negenentwintigste, dertigste, eenendertigste
         daybefore: eergisteren
         ago: geleden
         later: later
         and: en
         few: paar
         ahead: over",
    ),
    (
        "pt",
        "weekdays: segunda, terca, quarta, quinta, sexta, sabado, domingo
         months: janeiro, fevereiro, marco, abril, maio, junho, julho, agosto, setembro, outubro, novembro nov, dezembro dez
         days: hoje, amanha
         yesterday: ontem
         noon: meio
         midnight: meia
         morning: manha
         afternoon: tarde
         evening: noite
         units: minuto minutos, hora horas, dia dias, semana semanas, mes meses, trimestre, ano anos
         working: util uteis
         end: fim final fecho
         next: proximo proxima seguinte
         this: este esta
         last: passado passada ultimo ultima
         counts: um uma, dois duas, tres, quatro, cinco, seis, sete, oito, nove, dez, onze, doze, treze, catorze quatorze, quinze, dezesseis dezasseis, dezessete dezassete, dezoito, dezenove dezanove, vinte,,,,,,,,,, trinta
         within: em dentro daqui
         before: antes para ate as a ao desde
         filler: o a os as de do da feira
         after: depois
         start: inicio principio
         middle: meados
         give: de deem
         behind: jan, fev, mar, abr, mai, jun, jul, ago
         ordinals: primeiro primeira, segundo segunda, terceiro terceira, quarto, quinto
         daybefore: anteontem
         ago: atras
         later: depois
         and: e
         few: alguns
         back: ha",
    ),
];
