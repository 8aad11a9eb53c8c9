//! The values of the configuration: how they are written, and what is refused.
//!
//! Each is read from text once and is right from then on; the error says what to write.

use std::{fmt, path::PathBuf};

use jiff::{
    SignedDuration,
    civil::{Date, Time},
    tz::TimeZone,
};
use log::LevelFilter;
use model::Instant;
use serde::{
    Deserialize, Deserializer,
    de::{Error, MapAccess, Visitor, value::MapAccessDeserializer},
};

/// A mail domain in lower case, such as `brightwater.example`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Domain(pub String);

impl std::borrow::Borrow<str> for Domain {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for Domain {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let domain = text.trim().trim_start_matches('@').trim_end_matches('.').to_lowercase();
        let label = |label: &str| {
            !label.is_empty() && label.chars().all(|c| c.is_alphanumeric() || c == '-' || c == '_')
        };
        if domain.contains('.') && domain.split('.').all(label) {
            Ok(Self(domain))
        } else {
            Err(format!("\"{text}\" is not a mail domain; write it as brightwater.example"))
        }
    }
}

/// A key that rule packs are checked with.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct PackKey(pub scripting::PublicKey);

impl TryFrom<String> for PackKey {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let key = text.parse();
        key.map(Self).map_err(|error: scripting::PackError| format!("\"{text}\": {error}"))
    }
}

/// An address, a domain, or either with `*` and `?`, in lower case.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Pattern(pub String);

impl TryFrom<String> for Pattern {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let pattern = text.trim().to_lowercase();
        let odd = pattern.is_empty()
            || pattern.contains(|c: char| c.is_whitespace() || "<>,;:\"()".contains(c))
            || pattern.matches('@').count() > 1
            || pattern.ends_with('@');
        if odd {
            return Err(format!(
                "\"{text}\" is not an address pattern; write support@brightwater.example, \
                 *@support.brightwater.example or support.brightwater.example"
            ));
        }
        Ok(Self(pattern))
    }
}

/// One mail address, in lower case.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(try_from = "String")]
pub struct Mailbox(pub String);

impl TryFrom<String> for Mailbox {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let address = text.trim().to_lowercase();
        let odd = |c: char| c.is_whitespace() || "<>,;:\"()*?".contains(c);
        match address.split_once('@') {
            Some((local, domain))
                if !local.is_empty()
                    && domain.contains('.')
                    && !domain.contains('@')
                    && !address.contains(odd) =>
            {
                Ok(Self(address))
            }
            _ => Err(format!(
                "\"{text}\" is not a mail address; write it as anna@brightwater.example"
            )),
        }
    }
}

/// A time of day, `08:00`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Clock(pub Time);

impl Clock {
    /// Eight in the morning.
    pub const EIGHT: Self = Self(Time::constant(8, 0, 0, 0));
}

impl TryFrom<String> for Clock {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let wrong = || format!("\"{text}\" is not a time of day; write it as 08:00");
        Time::strptime("%H:%M", text.trim()).map(Self).map_err(|_| wrong())
    }
}

/// Reads the IANA name of a time zone, such as `Europe/Berlin`.
pub fn zone_name<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    let text = String::deserialize(deserializer)?;
    let zone = TimeZone::get(text.trim()).ok();
    let name = zone.as_ref().and_then(TimeZone::iana_name);
    name.map(|name| Some(name.to_owned())).ok_or_else(|| {
        D::Error::custom(format!(
            "\"{text}\" is not a time zone; write its IANA name, such as Europe/Berlin"
        ))
    })
}

/// Hours of a day, `09:00-17:00`, as minutes from midnight.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Hours {
    /// The first minute.
    pub open: u16,
    /// The minute behind the last, up to 1440.
    pub close: u16,
}

impl Hours {
    /// 9:00 to 17:00.
    pub const OFFICE: Self = Self { open: 9 * 60, close: 17 * 60 };
}

impl TryFrom<String> for Hours {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let minutes = |time: &str| {
            let (hour, minute) = time.trim().split_once(':')?;
            let (hour, minute): (u16, u16) = (hour.parse().ok()?, minute.parse().ok()?);
            (minute < 60).then_some(hour * 60 + minute).filter(|at| *at <= 24 * 60)
        };
        let (open, close) = text.split_once(['-', '–']).unwrap_or(("", ""));
        match (minutes(open), minutes(close)) {
            (Some(open), Some(close)) if open < close => Ok(Self { open, close }),
            (Some(_), Some(_)) => Err(format!(
                "\"{text}\" ends before it begins; split hours over midnight between two days"
            )),
            _ => Err(format!("\"{text}\" are not hours; write them as 09:00-17:00")),
        }
    }
}

/// The hours of a day, in any order; none overlaps another.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(try_from = "Vec<Hours>")]
pub struct DayHours(pub Vec<Hours>);

impl DayHours {
    /// Minutes from midnight, from and to.
    pub fn intervals(&self) -> Vec<(u16, u16)> {
        self.0.iter().map(|hours| (hours.open, hours.close)).collect()
    }

    /// As they are written.
    pub fn texts(&self) -> Vec<String> {
        self.0.iter().map(ToString::to_string).collect()
    }
}

impl TryFrom<Vec<Hours>> for DayHours {
    type Error = String;

    fn try_from(mut hours: Vec<Hours>) -> Result<Self, String> {
        hours.sort_unstable_by_key(|hours| hours.open);
        match hours.windows(2).find(|pair| pair[1].open < pair[0].close) {
            None => Ok(Self(hours)),
            Some(pair) => Err(format!(
                "{} and {} overlap; make one interval of them, or let the first end earlier",
                pair[0], pair[1]
            )),
        }
    }
}

impl fmt::Display for Hours {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (open, close) = (self.open, self.close);
        write!(f, "{:02}:{:02}-{:02}:{:02}", open / 60, open % 60, close / 60, close % 60)
    }
}

/// A day, `2026-12-25`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Day(pub Date);

impl Day {
    /// When it begins in `zone`.
    pub fn begins(self, zone: &TimeZone) -> Option<Instant> {
        let begin = self.0.to_zoned(zone.clone()).ok()?;
        Some(Instant::from_millis(begin.timestamp().as_millisecond()))
    }
}

impl TryFrom<String> for Day {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let wrong = || format!("\"{text}\" is not a day; write it as 2026-12-25");
        Date::strptime("%Y-%m-%d", text.trim()).map(Self).map_err(|_| wrong())
    }
}

/// Working time, `4h` or `1h 30m`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct WorkingTime {
    /// In minutes, at least one.
    pub minutes: u32,
}

impl TryFrom<String> for WorkingTime {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let wrong = || {
            format!("\"{text}\" is not a working time; write hours and minutes, as 4h or 1h 30m")
        };
        let minutes = minutes(&text, &[("h", 60), ("m", 1)]).ok_or_else(wrong)?;
        u32::try_from(minutes)
            .ok()
            .filter(|m| *m > 0)
            .map(|minutes| Self { minutes })
            .ok_or_else(wrong)
    }
}

/// A time by the clock, `7d` or `12h`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Span(pub SignedDuration);

impl TryFrom<String> for Span {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let units = [("w", 7 * 24 * 60), ("d", 24 * 60), ("h", 60), ("m", 1)];
        minutes(&text, &units)
            .filter(|minutes| *minutes <= 5_256_000)
            .map(|minutes| Self(SignedDuration::from_mins(minutes)))
            .ok_or_else(|| format!("\"{text}\" is not a time; write it as 7d, 12h or 30m"))
    }
}

/// The minutes that `text` says, as numbers with one of `units` each.
fn minutes(text: &str, units: &[(&str, i64)]) -> Option<i64> {
    let mut total = 0_i64;
    let mut rest = text.trim();
    if rest.is_empty() {
        return None;
    }
    while !rest.is_empty() {
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let number: i64 = rest.get(..digits)?.parse().ok()?;
        let behind = rest[digits..].trim_start();
        let letters = behind.bytes().take_while(u8::is_ascii_alphabetic).count();
        let (_, factor) = units.iter().find(|(unit, _)| *unit == &behind[..letters])?;
        total = total.checked_add(number.checked_mul(*factor)?)?;
        rest = behind[letters..].trim_start();
    }
    Some(total)
}

/// Reads a number of bytes, `64 MiB`, `50 MB`, or a plain number.
pub fn bytes<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u64, D::Error> {
    struct Size;
    impl Visitor<'_> for Size {
        type Value = u64;

        fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
            f.write_str("a size, such as \"64 MiB\"")
        }

        fn visit_i64<E: Error>(self, bytes: i64) -> Result<u64, E> {
            u64::try_from(bytes).map_err(|_| E::custom("a size is not negative"))
        }

        fn visit_str<E: Error>(self, text: &str) -> Result<u64, E> {
            let wrong = || format!("\"{text}\" is not a size; write it as 64 MiB or 50 MB");
            size(text).ok_or_else(|| E::custom(wrong()))
        }
    }
    deserializer.deserialize_any(Size)
}

fn size(text: &str) -> Option<u64> {
    let text = text.trim();
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let number: u64 = text[..digits].parse().ok()?;
    let factor = match text[digits..].trim() {
        "" | "B" => 1,
        "kB" | "KB" => 1000,
        "MB" => 1_000_000,
        "GB" => 1_000_000_000,
        "KiB" => 1 << 10,
        "MiB" => 1 << 20,
        "GiB" => 1 << 30,
        _ => return None,
    };
    number.checked_mul(factor)
}

/// A level of the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct LogLevel(pub LevelFilter);

impl TryFrom<String> for LogLevel {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse().map(Self).map_err(|_| {
            format!("\"{text}\" is not a level; write error, warn, info, debug, trace or off")
        })
    }
}

/// How connections are protected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TlsChoice {
    /// By TLS, with these files.
    Files {
        /// The certificate with its chain, in PEM.
        certificate: PathBuf,
        /// Its private key, in PEM.
        key: PathBuf,
    },
    /// By TLS, with a certificate that is made at the first start.
    SelfSigned,
    /// Not at all: plain HTTP.
    Off,
}

impl<'de> Deserialize<'de> for TlsChoice {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Files {
            certificate: PathBuf,
            key: PathBuf,
        }
        struct Choice;
        impl<'de> Visitor<'de> for Choice {
            type Value = TlsChoice;

            fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
                f.write_str(
                    "\"self-signed\", \"off\" or { certificate = \"FILE\", key = \"FILE\" }",
                )
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<TlsChoice, E> {
                match text {
                    "self-signed" => Ok(TlsChoice::SelfSigned),
                    "off" => Ok(TlsChoice::Off),
                    _ => Err(E::invalid_value(serde::de::Unexpected::Str(text), &self)),
                }
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<TlsChoice, A::Error> {
                let Files { certificate, key } =
                    Files::deserialize(MapAccessDeserializer::new(map))?;
                Ok(TlsChoice::Files { certificate, key })
            }
        }
        deserializer.deserialize_any(Choice)
    }
}
