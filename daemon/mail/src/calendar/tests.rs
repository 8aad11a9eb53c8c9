use super::*;

fn calendar(events: &str) -> Vec<u8> {
    format!("BEGIN:VCALENDAR\nVERSION:2.0\n{events}END:VCALENDAR\n")
        .replace('\n', "\r\n")
        .into_bytes()
}

fn event(lines: &str) -> String {
    format!("BEGIN:VEVENT\n{lines}END:VEVENT\n")
}

const REVIEW: &str = "UID:m1@brightwater.example\nDTSTART;TZID=Europe/Berlin:20260114T100000\n\
    DTEND;TZID=Europe/Berlin:20260114T110000\nSUMMARY:Exports\\, once more\n\
    ORGANIZER;CN=Sam Lee:mailto:Sam@brightwater.example\n\
    ATTENDEE;CN=\"Doe, Jane; head: IT\";PARTSTAT=DECLINED:mailto:jane@northw\n ind.example\n\
    BEGIN:VALARM\nACTION:DISPLAY\nDESCRIPTION:ring\nTRIGGER:-PT5M\nEND:VALARM\n\
    DESCRIPTION:Line one\\nline two\n";

fn one(events: &str) -> Occurrence {
    let read = read(&calendar(events), "UTC").unwrap();
    assert_eq!(read.faults, []);
    read.meetings.into_iter().next().unwrap().occurrences.into_iter().next().unwrap()
}

#[test]
fn a_meeting_is_read_with_its_people_its_time_and_its_zone() {
    let meeting = one(&event(REVIEW));
    assert_eq!(meeting.at.to_string(), "2026-01-14T09:00:00Z");
    assert_eq!(meeting.when, "2026-01-14 10:00 to 11:00 Europe/Berlin");
    assert_eq!(meeting.title, "Exports, once more");
    assert_eq!(meeting.description, "Line one\nline two", "and not what an alarm says");
    assert_eq!(meeting.people[0].address.email, "sam@brightwater.example");
    assert_eq!(meeting.people[1].address.name, "Doe, Jane; head: IT");
    assert_eq!(meeting.people[1].answer, "declined");
    assert!(meeting.text().contains("<jane@northwind.example> (declined)"), "{}", meeting.text());
}

#[test]
fn a_series_is_laid_out_over_a_change_of_the_clocks_without_what_was_left_out_or_moved() {
    let series = event(
        "UID:s1\nSUMMARY:Weekly\nDTSTART;TZID=Europe/Berlin:20260316T100000\nDURATION:PT30M\n\
         RRULE:FREQ=WEEKLY;COUNT=4\nEXDATE;TZID=Europe/Berlin:20260323T100000\n",
    );
    let moved = event(
        "UID:s1\nSUMMARY:Weekly\nRECURRENCE-ID;TZID=Europe/Berlin:20260406T100000\n\
         DTSTART;TZID=Europe/Berlin:20260407T150000\nDURATION:PT30M\nSEQUENCE:1\n",
    );
    let read = read(&calendar(&format!("{series}{moved}")), "UTC").unwrap();
    let times: Vec<String> =
        read.meetings[0].occurrences.iter().map(|one| one.at.to_string()).collect();
    assert_eq!(times, ["2026-03-16T09:00:00Z", "2026-03-30T08:00:00Z", "2026-04-07T13:00:00Z"]);
    let last = &read.meetings[0].occurrences[2];
    let before = "2026-04-06T08:00:00Z".parse::<jiff::Timestamp>().unwrap().as_second();
    assert_eq!(last.key, before.to_string(), "it is known again wherever it was moved to");
    let again = super::read(&read.meetings[0].bytes, "UTC").unwrap();
    assert_eq!(again.meetings[0].occurrences, read.meetings[0].occurrences);
}

#[test]
fn a_day_long_meeting_is_a_day_of_ours_and_a_cancelled_one_says_so() {
    let read = read(
        &calendar(&event("UID:d\nSUMMARY:Go-live\nSTATUS:CANCELLED\nDTSTART;VALUE=DATE:20260601\nDTEND;VALUE=DATE:20260603\n")),
        "America/New_York",
    )
    .unwrap();
    let day = &read.meetings[0].occurrences[0];
    assert_eq!(day.at.to_string(), "2026-06-01T04:00:00Z");
    assert_eq!(day.when, "2026-06-01 to 2026-06-02, all day");
    assert!(day.cancelled && day.text().starts_with("Meeting called off: Go-live"));
}

#[test]
fn the_latest_version_of_a_meeting_counts_wherever_it_stands() {
    let version = |sequence: u32, hour: u32| {
        event(&format!(
            "UID:v\nSEQUENCE:{sequence}\nSUMMARY:Call\nDTSTART:20260114T{hour:02}0000Z\n"
        ))
    };
    for events in [version(2, 9) + &version(1, 8), version(1, 8) + &version(2, 9)] {
        let meeting = one(&events);
        assert_eq!((meeting.sequence, meeting.at.to_string()), (2, "2026-01-14T09:00:00Z".into()));
    }
}

#[test]
fn what_is_broken_is_named_by_its_line_and_costs_no_other_meeting() {
    let text = "BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:a\nSUMMARY:No beginning\nEND:VEVENT\n\
        BEGIN:VEVENT\nUID:b\nthis is nothing\nDTSTART:20260114T090000Z\nSUMMARY:Kept\nEND:VEVENT\n\
        BEGIN:VEVENT\nUID:c\nDTSTART:20260115T090000Z\n";
    let read = read(text.as_bytes(), "UTC").unwrap();
    assert_eq!(read.meetings.len(), 1);
    assert_eq!(read.meetings[0].occurrences[0].title, "Kept");
    let lines: Vec<u64> = read.faults.iter().map(|fault| fault.line).collect();
    assert_eq!(lines, [2, 8, 12], "{:?}", read.faults);
    assert_eq!(super::read(b"hello", "UTC"), Err(NoCalendar));
}

#[test]
fn an_unknown_zone_is_said_and_one_that_the_file_explains_is_not() {
    let strange = event("UID:z\nSUMMARY:Call\nDTSTART;TZID=Nowhere/Place:20260114T090000\n");
    let read = read(&calendar(&strange), "Europe/Berlin").unwrap();
    assert!(read.faults[0].detail.contains("\"Nowhere/Place\""), "{:?}", read.faults);
    assert_eq!(read.meetings[0].occurrences[0].at.to_string(), "2026-01-14T08:00:00Z");
}

#[test]
fn a_damaged_calendar_breaks_nothing() {
    let whole = calendar(&event(REVIEW));
    for cut in 0..whole.len() {
        let _ = read(&whole[..cut], "UTC");
    }
    let endless =
        event("UID:e\nDTSTART:20260114T090000Z\nRRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30\n");
    let _ = read(&calendar(&endless), "UTC");
}

#[test]
fn a_calendar_in_words_shows_a_series_once() {
    let series =
        "UID:s\nSUMMARY:Weekly\nDTSTART:20260316T100000Z\nRRULE:FREQ=WEEKLY;INTERVAL=2;COUNT=40\n";
    let text = text(&calendar(&event(series))).unwrap();
    assert!(text.contains("When: 2026-03-16 10:00 UTC\n"), "no end is made up: {text}");
    assert_eq!(text.matches("Meeting: Weekly").count(), 1, "{text}");
    assert!(text.contains("Repeats: every 2 weeks, 40 times"), "{text}");
}
