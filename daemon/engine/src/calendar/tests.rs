use proptest::prelude::*;

use super::*;

fn zone(name: &str) -> TimeZone {
    TimeZone::get(name).unwrap()
}

fn at(text: &str) -> Instant {
    text.parse().unwrap()
}

fn berlin() -> Calendar {
    Calendar::office_hours(zone("Europe/Berlin"))
}

fn hours(calendar: &Calendar, a: &str, b: &str) -> f64 {
    calendar.working_between(at(a), at(b)).as_secs_f64() / 3600.0
}

#[test]
fn a_message_at_night_starts_its_clock_at_the_next_opening() {
    let friday_night = at("2026-01-16T22:00:00+01:00");
    assert_eq!(berlin().next_open(friday_night), Some(at("2026-01-19T09:00:00+01:00")));
    assert_eq!(berlin().plus_working(friday_night, 240), at("2026-01-19T13:00:00+01:00"));
    assert!(!berlin().is_open(friday_night));
    assert!(berlin().is_open(at("2026-01-19T09:00:00+01:00")));
    assert!(!berlin().is_open(at("2026-01-19T17:00:00+01:00")));
}

#[test]
fn a_target_of_a_day_ends_at_the_close_and_not_at_the_next_opening() {
    let start = at("2026-01-19T09:00:00+01:00");
    assert_eq!(berlin().plus_working(start, 480), at("2026-01-19T17:00:00+01:00"));
    assert_eq!(berlin().plus_working(start, 481), at("2026-01-20T09:01:00+01:00"));
}

#[test]
fn a_lunch_break_and_a_holiday_do_not_count() {
    let day = || vec![(13 * 60, 17 * 60), (8 * 60, 12 * 60)];
    let week = [day(), day(), day(), day(), day(), vec![(9 * 60, 12 * 60)], vec![]];
    let holidays = BTreeSet::from([jiff::civil::date(2026, 5, 1)]);
    let calendar = Calendar::new(zone("Europe/Berlin"), week, holidays);
    // Thursday noon over the holiday to Saturday.
    let start = at("2026-04-30T11:00:00+02:00");
    assert_eq!(calendar.plus_working(start, 60), at("2026-04-30T12:00:00+02:00"));
    assert_eq!(calendar.plus_working(start, 6 * 60), at("2026-05-02T10:00:00+02:00"));
    let sum = calendar.working_between(start, at("2026-05-02T10:00:00+02:00"));
    assert_eq!(sum, SignedDuration::from_hours(6));
    assert_eq!(calendar.close_of(jiff::civil::date(2026, 5, 1)), None);
    let close = calendar.close_of(jiff::civil::date(2026, 5, 2));
    assert_eq!(close, Some(at("2026-05-02T12:00:00+02:00")));
}

#[test]
fn a_night_shift_is_an_hour_longer_or_shorter_when_the_clocks_change() {
    let calendar = Calendar::round_the_clock(zone("Europe/Berlin"));
    let spring = hours(&calendar, "2026-03-29T00:00:00+01:00", "2026-03-30T00:00:00+02:00");
    let autumn = hours(&calendar, "2026-10-25T00:00:00+02:00", "2026-10-26T00:00:00+01:00");
    assert!((spring - 23.0).abs() < 1e-9 && (autumn - 25.0).abs() < 1e-9);
    let year = hours(&calendar, "2025-12-31T00:00:00+01:00", "2027-01-02T00:00:00+01:00");
    assert!((year - 367.0 * 24.0).abs() < 1e-9);
    let most = hours(&calendar, "2026-01-10T00:00:00+01:00", "2026-06-10T00:00:00+02:00");
    assert!((most - (151.0 * 24.0 - 1.0)).abs() < 1e-9);
}

#[test]
fn an_opening_that_the_clock_change_skips_moves_to_the_change() {
    let mut week: [Vec<(u16, u16)>; 7] = Default::default();
    week[6] = vec![(60, 150), (160, 300)];
    let calendar = Calendar::new(zone("Europe/Berlin"), week, BTreeSet::new());
    // 2:00 to 3:00 does not exist on this Sunday: 1:00 to 2:00 and 3:00 to 5:00 remain.
    let sum = hours(&calendar, "2026-03-29T00:00:00+01:00", "2026-03-30T00:00:00+02:00");
    assert!((sum - 3.0).abs() < 1e-9, "{sum}");
    assert_eq!(
        calendar.next_open(at("2026-03-29T02:00:00+00:00")),
        Some(at("2026-03-29T02:00:00Z"))
    );
}

#[test]
fn a_calendar_that_never_opens_is_never_due() {
    let calendar = Calendar::new(TimeZone::UTC, Default::default(), BTreeSet::new());
    assert_eq!(calendar.plus_working(Instant::EPOCH, 1), Instant::FAR_FUTURE);
    assert_eq!(calendar.next_open(Instant::EPOCH), None);
}

#[test]
fn new_hours_leave_the_days_before_them_as_they_were() {
    let day = || vec![(8 * 60, 20 * 60)];
    let longer = [day(), day(), day(), day(), day(), day(), vec![]];
    let since = jiff::civil::date(2026, 3, 4);
    let before = berlin();
    let after = Calendar { week: longer, ..berlin() }.with_earlier([(since, before.week.clone())]);
    // Tuesday ends as it always did, Wednesday has the new hours.
    let start = at("2026-03-03T16:00:00+01:00");
    assert_eq!(after.plus_working(start, 60), before.plus_working(start, 60));
    assert_eq!(after.plus_working(start, 120), at("2026-03-04T09:00:00+01:00"));
    let (monday, wednesday) = (at("2026-03-02T00:00:00+01:00"), at("2026-03-04T00:00:00+01:00"));
    assert_eq!(after.working_between(monday, wednesday), SignedDuration::from_hours(16));
    let friday = at("2026-03-06T00:00:00+01:00");
    assert_eq!(after.working_between(monday, friday), SignedDuration::from_hours(16 + 24));
    assert_eq!(after.differs_on(&before), Some(since));
    assert_eq!(after.differs_on(&after), None);
    let mut holiday = berlin();
    holiday.holidays = Arc::new(BTreeSet::from([jiff::civil::date(2026, 12, 24)]));
    assert_eq!(holiday.differs_on(&before), Some(jiff::civil::date(2026, 12, 24)));
}

#[test]
fn an_office_that_closes_for_good_is_never_due_after_that() {
    let closed = Calendar { week: Default::default(), ..berlin() }
        .with_earlier([(jiff::civil::date(2026, 3, 4), berlin().week)]);
    let start = at("2026-03-03T16:00:00+01:00");
    assert_eq!(closed.plus_working(start, 60), at("2026-03-03T17:00:00+01:00"));
    assert_eq!(closed.plus_working(start, 61), Instant::FAR_FUTURE);
    let opened = berlin().with_earlier([(jiff::civil::date(2026, 3, 4), Week::default())]);
    assert_eq!(opened.plus_working(start, 60), at("2026-03-04T10:00:00+01:00"));
}

#[test]
fn ten_years_are_counted_at_once() {
    let (from, to) = (at("2016-01-04T09:00:00+01:00"), at("2026-01-05T09:00:00+01:00"));
    let calendar = berlin();
    let sum = calendar.working_between(from, to);
    assert_eq!(sum, SignedDuration::from_hours(8 * 5 * 522));
    assert_eq!(calendar.plus_working(from, 8 * 5 * 522 * 60), at("2026-01-02T17:00:00+01:00"));
    assert_eq!(calendar.plus_working(from, u32::MAX), Instant::FAR_FUTURE);
}

/// Counts minute by minute.
fn slow_minutes(calendar: &Calendar, a: Instant, b: Instant) -> i64 {
    (a.seconds()..b.seconds())
        .step_by(60)
        .filter(|second| calendar.is_open(Instant::from_seconds(*second)))
        .count() as i64
}

fn any_calendar() -> impl Strategy<Value = Calendar> {
    let day = prop::collection::vec((0_u16..96, 1_u16..60), 0..3);
    let zones = ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", "UTC"];
    let holidays = prop::collection::btree_set((1_i16..13, 1_i16..29), 0..20);
    let week = prop::array::uniform7(day);
    let earlier = prop::collection::vec(((1_i16..13, 1_i16..29), week.clone()), 0..3);
    (week, 0..zones.len(), holidays, earlier).prop_map(move |(week, z, holidays, earlier)| {
        type Days = [Vec<(u16, u16)>; 7];
        let minutes = |week: Days| -> Days {
            week.map(|day| day.into_iter().map(|(o, l)| (o * 15, (o + l) * 15)).collect())
        };
        let date = |(month, day): (i16, i16)| jiff::civil::date(2026, month as i8, day as i8);
        let earlier = earlier.into_iter().map(|(until, week)| (date(until), minutes(week)));
        Calendar::new(zone(zones[z]), minutes(week), holidays.into_iter().map(date).collect())
            .with_earlier(earlier)
    })
}

/// Whole minutes of 2026 and the year before.
fn any_instant() -> impl Strategy<Value = Instant> {
    (28_927_680_i64..29_979_360).prop_map(|minute| Instant::from_seconds(minute * 60))
}

#[test]
fn a_day_whose_hours_are_skipped_as_a_whole_is_closed() {
    let mut week: [Vec<(u16, u16)>; 7] = Default::default();
    week[6] = vec![(120, 135)];
    let calendar = Calendar::new(zone("Europe/Berlin"), week, BTreeSet::new());
    let due = calendar.plus_working(at("2026-03-23T00:00:00Z"), 1);
    assert_eq!(due, at("2026-04-05T02:01:00+02:00"));
}

proptest! {
    #[test]
    fn counting_at_once_equals_counting_every_minute(
        calendar in any_calendar(), a in any_instant(), minutes in 0_i64..30_000,
    ) {
        let b = a.plus(SignedDuration::from_mins(minutes));
        prop_assert_eq!(calendar.working_between(a, b).as_mins(), slow_minutes(&calendar, a, b));
    }

    #[test]
    fn working_time_adds_up(
        calendar in any_calendar(), a in any_instant(), b in any_instant(), c in any_instant(),
    ) {
        let sum = calendar.working_between(a, b) + calendar.working_between(b, c);
        prop_assert_eq!(sum, calendar.working_between(a, c));
    }

    #[test]
    fn a_due_instant_lies_exactly_its_minutes_away(
        calendar in any_calendar(), start in any_instant(), minutes in 1_u32..100_000,
    ) {
        let due = calendar.plus_working(start, minutes);
        if due != Instant::FAR_FUTURE {
            let gone = calendar.working_between(start, due);
            prop_assert_eq!(gone, SignedDuration::from_mins(i64::from(minutes)));
            let just_before = due.plus(SignedDuration::from_millis(-1));
            prop_assert!(calendar.working_between(start, just_before) < gone);
        }
    }

    #[test]
    fn the_next_opening_is_open_and_nothing_before_it_is(
        calendar in any_calendar(), at in any_instant(),
    ) {
        if let Some(open) = calendar.next_open(at) {
            prop_assert!(calendar.is_open(open) && open >= at);
            prop_assert_eq!(calendar.working_between(at, open), SignedDuration::ZERO);
        }
    }
}
