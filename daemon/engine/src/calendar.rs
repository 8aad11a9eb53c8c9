//! Working hours: intervals, holidays, zones and daylight saving.

use jiff::tz::TimeZone;

/// A working week in a time zone.
#[derive(Debug, Clone)]
pub struct Calendar {
    /// The zone that its hours are read in.
    pub zone: TimeZone,
    /// Open intervals by weekday, Monday first, as minutes from midnight `(open, close)`.
    pub week: [Vec<(u16, u16)>; 7],
    /// Days without any open hours.
    pub holidays: std::collections::BTreeSet<jiff::civil::Date>,
}
