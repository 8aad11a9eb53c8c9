use std::path::Path;

use app::hours::{HoursDraft, HoursRefused};
use jiff::civil::{Date, date};
use model::Instant;

use super::changed;
use crate::config::{ChangedHours, Config, HOURS};

const TODAY: &str = "2026-03-02T10:00:00Z";

fn now() -> Instant {
    TODAY.parse().unwrap()
}

fn config(text: &str) -> Config {
    Config::parse(text, Path::new("watchkeeper.toml")).unwrap()
}

/// Every working day from eight to `close`.
fn until(close: &str, since: Option<Date>) -> HoursDraft {
    let day = || vec![format!("08:00-{close}")];
    HoursDraft {
        name: String::new(),
        week: [day(), day(), day(), day(), day(), vec![], vec![]],
        holidays: Vec::new(),
        since,
    }
}

fn work_of(config: &Config, day: Date) -> Vec<(u16, u16)> {
    config.calendar().week_of(day)[0].clone()
}

fn refused(config: &Config, draft: &HoursDraft) -> String {
    match changed(config, draft, now()) {
        Err(HoursRefused::Wrong(text)) => text,
        other => panic!("it was not refused: {other:?}"),
    }
}

#[test]
fn hours_that_change_from_a_day_on_leave_what_was_before() {
    let april = date(2026, 4, 1);
    let first = changed(&config(""), &until("18:00", Some(april)), now()).unwrap();
    assert_eq!(work_of(&first, date(2026, 3, 30)), [(540, 1020)]);
    assert_eq!(work_of(&first, april), [(480, 1080)]);
    // A second change before the first begins takes its place from that day on, and none before.
    let second = changed(&first, &until("20:00", Some(date(2026, 3, 16))), now()).unwrap();
    assert_eq!(work_of(&second, date(2026, 3, 15)), [(540, 1020)]);
    assert_eq!(work_of(&second, date(2026, 3, 16)), [(480, 1200)]);
    assert_eq!(work_of(&second, date(2026, 5, 1)), [(480, 1200)]);
    let always = changed(&second, &until("20:00", None), now()).unwrap();
    assert_eq!(always, second, "the week stays as it is, so its history does");
    let always = changed(&second, &until("21:00", None), now()).unwrap();
    assert_eq!(work_of(&always, date(2020, 1, 1)), [(480, 1260)]);
}

#[test]
fn a_holiday_more_does_not_touch_the_hours_of_any_week() {
    let changed_once =
        changed(&config(""), &until("18:00", Some(date(2026, 4, 1))), now()).unwrap();
    let mut draft = until("18:00", Some(date(2026, 3, 2)));
    draft.holidays = vec![date(2026, 12, 25), date(2026, 5, 1), date(2026, 5, 1)];
    let with_days = changed(&changed_once, &draft, now()).unwrap();
    assert_eq!(work_of(&with_days, date(2026, 3, 30)), [(540, 1020)]);
    let held: Vec<Date> = with_days.calendar().holidays.iter().copied().collect();
    assert_eq!(held, [date(2026, 5, 1), date(2026, 12, 25)]);
}

#[test]
fn hours_that_begin_in_the_past_or_cannot_be_read_are_refused_with_the_remedy() {
    let base = config("");
    let past = refused(&base, &until("18:00", Some(date(2026, 3, 1))));
    assert!(past.contains("today or later"), "{past}");
    let night = refused(&base, &until("06:00", None));
    assert!(night.contains("ends before it begins"), "{night}");
    let mut twice = until("18:00", None);
    twice.week[2].push("17:00-19:00".to_owned());
    assert!(refused(&base, &twice).contains("overlap"));
    let unknown = HoursDraft { name: "late".to_owned(), ..until("18:00", None) };
    assert!(matches!(changed(&base, &unknown, now()), Err(HoursRefused::Unknown(_))));
}

#[test]
fn what_is_written_down_is_read_again_as_it_was() {
    let text = "[calendars.late]\ntimezone = \"Asia/Tokyo\"\nmonday = [\"13:00-22:00\"]\n\
                [[teams]]\nname = \"billing\"\naddresses = []\ncalendar = \"late\"\n";
    let base = config(text);
    let ours = changed(&base, &until("18:00", Some(date(2026, 4, 1))), now()).unwrap();
    let late = HoursDraft { name: "late".to_owned(), ..until("23:30", None) };
    let both = changed(&ours, &late, now()).unwrap();
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join(HOURS), both.changed_hours.text().unwrap()).unwrap();
    assert_eq!(ChangedHours::load(dir.path()).unwrap(), both.changed_hours);
    let mut again = config(text);
    again.add_hours(dir.path()).unwrap();
    assert_eq!(again, both);
    let team = &again.team_hours()["billing"].calendar;
    assert_eq!(team.zone.iana_name(), Some("Asia/Tokyo"), "the zone is that of the configuration");
    assert_eq!(team.week[0], [(480, 1410)]);
}

#[test]
fn a_fault_in_the_file_names_its_line() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join(HOURS), "[working_hours]\nmonday = [\"9-17\"]\n").unwrap();
    let error = ChangedHours::load(dir.path()).unwrap_err().to_string();
    assert!(error.contains("hours.toml:2: \"9-17\" are not hours"), "{error}");
}
