//! Which country somebody writes from, and whether offices there are closed that day.
//!
//! The country is that of the telephone number in the signature (ITU-T E.164). Holidays are those
//! that the whole country keeps, by rule: fixed days and days that move with Easter (by the
//! anonymous Gregorian computus). Nothing is asked of anybody.

use watchkeeper_plugin::{Detail, Message, SegmentKind, Subject};

watchkeeper_plugin::enrich!(details);

/// A country: calling code, days after Sunday that are its weekend, fixed holidays as month and
/// day, and days after Easter Sunday.
struct Country {
    code: &'static str,
    name: &'static str,
    weekend: [u8; 2],
    fixed: &'static [(u8, u8, &'static str)],
    movable: &'static [(i64, &'static str)],
}

const SATURDAY_SUNDAY: [u8; 2] = [6, 0];
const FRIDAY_SATURDAY: [u8; 2] = [5, 6];

const COUNTRIES: [Country; 8] = [
    Country {
        code: "971",
        name: "United Arab Emirates",
        weekend: SATURDAY_SUNDAY,
        fixed: &[(1, 1, "New Year's Day"), (12, 2, "National Day"), (12, 3, "National Day")],
        movable: &[],
    },
    Country { code: "972", name: "Israel", weekend: FRIDAY_SATURDAY, fixed: &[], movable: &[] },
    Country {
        code: "31",
        name: "Netherlands",
        weekend: SATURDAY_SUNDAY,
        fixed: &[
            (1, 1, "New Year's Day"),
            (4, 27, "King's Day"),
            (12, 25, "Christmas Day"),
            (12, 26, "Second Christmas Day"),
        ],
        movable: &[(1, "Easter Monday"), (39, "Ascension Day"), (50, "Whit Monday")],
    },
    Country {
        code: "33",
        name: "France",
        weekend: SATURDAY_SUNDAY,
        fixed: &[
            (1, 1, "New Year's Day"),
            (5, 1, "Labour Day"),
            (5, 8, "Victory Day"),
            (7, 14, "Bastille Day"),
            (8, 15, "Assumption"),
            (11, 1, "All Saints' Day"),
            (11, 11, "Armistice Day"),
            (12, 25, "Christmas Day"),
        ],
        movable: &[(1, "Easter Monday"), (39, "Ascension Day"), (50, "Whit Monday")],
    },
    Country {
        code: "39",
        name: "Italy",
        weekend: SATURDAY_SUNDAY,
        fixed: &[
            (1, 1, "New Year's Day"),
            (1, 6, "Epiphany"),
            (4, 25, "Liberation Day"),
            (5, 1, "Labour Day"),
            (6, 2, "Republic Day"),
            (8, 15, "Assumption"),
            (11, 1, "All Saints' Day"),
            (12, 8, "Immaculate Conception"),
            (12, 25, "Christmas Day"),
            (12, 26, "St Stephen's Day"),
        ],
        movable: &[(1, "Easter Monday")],
    },
    Country {
        code: "44",
        name: "United Kingdom",
        weekend: SATURDAY_SUNDAY,
        fixed: &[(1, 1, "New Year's Day"), (12, 25, "Christmas Day"), (12, 26, "Boxing Day")],
        movable: &[(-2, "Good Friday"), (1, "Easter Monday")],
    },
    Country {
        code: "49",
        name: "Germany",
        weekend: SATURDAY_SUNDAY,
        fixed: &[
            (1, 1, "New Year's Day"),
            (5, 1, "Labour Day"),
            (10, 3, "Day of German Unity"),
            (12, 25, "Christmas Day"),
            (12, 26, "Second Christmas Day"),
        ],
        movable: &[
            (-2, "Good Friday"),
            (1, "Easter Monday"),
            (39, "Ascension Day"),
            (50, "Whit Monday"),
        ],
    },
    Country {
        code: "1",
        name: "United States or Canada",
        weekend: SATURDAY_SUNDAY,
        fixed: &[(1, 1, "New Year's Day"), (12, 25, "Christmas Day")],
        movable: &[],
    },
];

fn details(message: Message) -> Result<Vec<Detail>, String> {
    let (Some(sender), Some(country)) = (message.sender(), signature_country(&message)) else {
        return Ok(Vec::new());
    };
    let detail = |name: &str, value: &str| Detail {
        about: Subject::Person(sender.email.clone()),
        name: name.to_owned(),
        value: value.to_owned(),
    };
    let mut details = vec![detail("country", country.name)];
    let day = message.at().div_euclid(86_400_000);
    details.extend(closed(country, day).map(|why| detail("office_closed", why)));
    Ok(details)
}

/// The country of the first international number in the signature.
fn signature_country(message: &Message) -> Option<&'static Country> {
    let body = message.body();
    let segments = message.segments();
    let mut signatures = segments.iter().filter(|part| part.kind == SegmentKind::Signature);
    signatures.find_map(|part| country(body.text.get(part.start as usize..part.end as usize)?))
}

fn country(text: &str) -> Option<&'static Country> {
    text.split('+').skip(1).find_map(|after| {
        let digits: String = after
            .chars()
            .take_while(|c| c.is_ascii_digit() || matches!(c, ' ' | '(' | ')' | '-' | '/' | '.'))
            .filter(char::is_ascii_digit)
            .collect();
        let plausible = (8..=15).contains(&digits.len());
        let known = || COUNTRIES.iter().find(|country| digits.starts_with(country.code));
        plausible.then(known).flatten()
    })
}

/// Why offices are closed on a day, counted from 1970-01-01.
fn closed(country: &Country, day: i64) -> Option<&'static str> {
    let (year, month, date) = civil(day);
    let fixed = country.fixed.iter().find(|(m, d, _)| (*m, *d) == (month, date));
    let since_easter = day - easter(year);
    let movable = country.movable.iter().find(|(after, _)| *after == since_easter);
    let weekday = (day + 4).rem_euclid(7) as u8;
    let weekend = country.weekend.contains(&weekday).then_some("weekend");
    fixed.map(|(.., name)| *name).or_else(|| movable.map(|(_, name)| *name)).or(weekend)
}

/// Year, month and day of a day counted from 1970-01-01 (Hinnant's civil_from_days).
fn civil(day: i64) -> (i64, u8, u8) {
    let shifted = day + 719_468;
    let era = shifted.div_euclid(146_097);
    let of_era = shifted.rem_euclid(146_097);
    let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * of_year + 2) / 153;
    let date = of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (year, month as u8, date as u8)
}

/// The day of a date, counted from 1970-01-01 (Hinnant's days_from_civil).
fn days(year: i64, month: i64, date: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let of_era = year.rem_euclid(400);
    let of_year = (153 * (if month > 2 { month - 3 } else { month + 9 }) + 2) / 5 + date - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

/// Easter Sunday, counted from 1970-01-01 (Meeus, Jones, Butcher).
fn easter(year: i64) -> i64 {
    let a = year % 19;
    let (b, c) = (year / 100, year % 100);
    let (d, e) = (b / 4, b % 4);
    let g = (8 * b + 13) / 25;
    let h = (19 * a + b - d - g + 15) % 30;
    let (i, k) = (c / 4, c % 4);
    let l = (32 + 2 * e + 2 * i - h - k) % 7;
    let m = (a + 11 * h + 22 * l) / 451;
    let sum = h + l - 7 * m + 114;
    days(year, sum / 31, sum % 31 + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn easter_falls_where_the_almanac_has_it() {
        for (year, month, date) in [(2000, 4, 23), (2008, 3, 23), (2024, 3, 31), (2026, 4, 5)] {
            assert_eq!(civil(easter(year)), (year, month, date));
        }
    }

    #[test]
    fn days_and_dates_are_each_others_inverse() {
        for day in (-100_000..100_000).step_by(97) {
            let (year, month, date) = civil(day);
            assert_eq!(days(year, i64::from(month), i64::from(date)), day);
        }
    }

    #[test]
    fn a_short_or_unknown_number_names_no_country() {
        assert!(country("Tel. +49").is_none());
        assert!(country("C++ 2026 and 1+1").is_none());
        assert_eq!(country("Tel. +49 (0)30 123456").map(|c| c.name), Some("Germany"));
    }
}
