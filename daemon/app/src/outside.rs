//! What is known about the world outside while the service runs: hosts that may be called, channels
//! and live sources, and how each is doing.
//!
//! It is kept in memory alone. The rooms that talk to the network write it, the API shows it.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
    sync::Arc,
};

use jiff::{SignedDuration, tz::TimeZone};
use model::{Instant, SourceId};
use parking_lot::Mutex;
use serde::Serialize;

use crate::{
    backups::BackupKeeper,
    digests,
    hours::Timetable,
    imports::Tables,
    organisation::Organisation,
    saved::{Shelf, ShownCertificate},
};

/// A host that the configuration allows to be called.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct HostRecord {
    /// Its name or address.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// What it is called for, such as `channel mail`.
    pub purposes: Vec<String>,
    /// When it was called last.
    pub used_at: Option<Instant>,
    /// What went wrong when it was called last, if anything did.
    pub error: Option<String>,
    /// When the certificate that it showed last ends.
    pub certificate_ends: Option<Instant>,
    /// That certificate.
    #[serde(skip)]
    pub certificate: Option<ShownCertificate>,
}

/// So long before a secret or a certificate ends, somebody is warned.
pub const AHEAD: SignedDuration = SignedDuration::from_hours(14 * 24);

/// How something that talks to the network is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Health {
    /// It has not been needed yet.
    Unused,
    /// The connection is being made, or a first pass runs.
    Starting,
    /// It works.
    Working,
    /// It failed and is tried again.
    Failing,
    /// A person lets it rest.
    Paused,
}

/// A channel by which alerts go out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ChannelRecord {
    /// Its name, as policies write it.
    pub name: String,
    /// `smtp`, `webhook`, `slack`, `teams` or `mattermost`.
    pub kind: &'static str,
    /// The host that it calls.
    pub host: String,
    /// How it is doing.
    pub health: Health,
    /// When something was last accepted.
    pub sent_at: Option<Instant>,
    /// What went wrong last, if that was later.
    pub error: Option<String>,
    /// When it is tried again, if it fails.
    pub retry_at: Option<Instant>,
}

/// A source that is watched.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct WatchRecord {
    /// The source.
    pub source: SourceId,
    /// `imap`, `smtp`, `lmtp`, …
    pub kind: &'static str,
    /// The host that it is on.
    pub host: String,
    /// How it is doing.
    pub health: Health,
    /// What it does, for people: `waiting for mail`, `polling every minute`.
    pub doing: String,
    /// When something was last taken in.
    pub taken_at: Option<Instant>,
    /// When the server was last heard.
    pub heard_at: Option<Instant>,
    /// What went wrong last, with the remedy, if it fails.
    pub error: Option<String>,
    /// When it is tried again, if it fails.
    pub retry_at: Option<Instant>,
    /// What happened since the service was started, by a stable word such as `accepted`.
    pub counts: BTreeMap<String, u64>,
}

/// What a source would bring, before anything of it is taken in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Preview {
    /// The source.
    pub source: SourceId,
    /// Its folders.
    pub folders: Vec<FolderPreview>,
}

/// What a folder would bring.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct FolderPreview {
    /// The folder.
    pub folder: String,
    /// Messages that would be taken in.
    pub messages: u64,
    /// Their bytes.
    pub bytes: u64,
    /// When the oldest of them came there.
    pub oldest: Option<Instant>,
    /// When the newest of them came there.
    pub newest: Option<Instant>,
    /// Messages that are kept already.
    pub kept: u64,
    /// Messages that would be left out, by reason.
    pub excluded: BTreeMap<String, u64>,
}

/// Looks at a source without taking anything in.
pub trait SourceProbe: Send + Sync {
    /// What the source would bring now, or why that cannot be seen. It may take minutes, and is
    /// called where a thread may wait.
    fn preview(&self) -> Result<Preview, String>;
}

/// What is to be said of a secret that ends then, if it is time to say something.
pub fn secret_ends(ends: Instant, now: Instant) -> Option<String> {
    let day = ends.in_zone(&TimeZone::UTC).date();
    let remedy = "write a new one into its file, and its day into `expires`";
    if now >= ends {
        return Some(format!("its password or token ended on {day}; {remedy}"));
    }
    (now >= ends.plus(-AHEAD)).then(|| format!("its password or token ends on {day}; {remedy}"))
}

/// What is to be said of the certificate of `place` that ends then, if it is time to say something.
pub fn certificate_ends(place: &str, ends: Instant, now: Instant) -> Option<String> {
    let day = ends.in_zone(&TimeZone::UTC).date();
    let verb = if now >= ends { "ended" } else { "ends" };
    (now >= ends.plus(-AHEAD))
        .then(|| format!("the certificate of {place} {verb} on {day}; it has to be renewed there"))
}

#[derive(Default)]
struct State {
    hosts: BTreeMap<(String, u16), HostRecord>,
    channels: BTreeMap<String, ChannelRecord>,
    watches: BTreeMap<SourceId, WatchRecord>,
    probes: BTreeMap<SourceId, Arc<dyn SourceProbe>>,
    /// When the secrets of sources end.
    expiries: BTreeMap<SourceId, Instant>,
    /// When the secrets of channels end.
    channel_expiries: BTreeMap<String, Instant>,
    /// How sources are defined.
    shelf: Option<Shelf>,
    /// How backups are made.
    backups: Option<BackupKeeper>,
    /// How hours are changed.
    timetable: Option<Timetable>,
    /// How tables are read.
    tables: Option<Tables>,
    /// How digests are put into words.
    digests: Option<digests::Writer>,
    /// Who we are.
    organisation: Option<Arc<Organisation>>,
    /// Sources that were taken out: what still runs of them tells nothing more.
    gone: BTreeSet<SourceId>,
}

impl State {
    /// What ends soon: this secret, and the certificates of `host`.
    fn ending(&self, secret: Option<&Instant>, host: &str, now: Instant) -> Vec<String> {
        let secret = secret.and_then(|ends| secret_ends(*ends, now));
        let certificates = self.hosts.values().filter(|known| known.host == host);
        let certificates = certificates.filter_map(|known| {
            let place = format!("{}:{}", known.host, known.port);
            certificate_ends(&place, known.certificate_ends?, now)
        });
        secret.into_iter().chain(certificates).collect()
    }
}

impl fmt::Debug for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("State")
            .field("hosts", &self.hosts)
            .field("channels", &self.channels)
            .field("watches", &self.watches)
            .field("expiries", &self.expiries)
            .field("channel_expiries", &self.channel_expiries)
            .field("gone", &self.gone)
            .field("probes", &self.probes.keys())
            .field("shelf", &self.shelf.is_some())
            .field("backups", &self.backups.is_some())
            .field("timetable", &self.timetable.is_some())
            .field("tables", &self.tables.is_some())
            .field("digests", &self.digests.is_some())
            .field("organisation", &self.organisation)
            .finish()
    }
}

/// The book of the world outside. Cheap to ask.
#[derive(Debug, Default)]
pub struct Outside(Mutex<State>);

impl Outside {
    /// Lets a host be called for a purpose.
    pub fn allow(&self, host: &str, port: u16, purpose: &str) {
        let mut state = self.0.lock();
        let key = (host.to_owned(), port);
        let record = state.hosts.entry(key).or_insert_with(|| HostRecord {
            host: host.to_owned(),
            port,
            purposes: Vec::new(),
            used_at: None,
            error: None,
            certificate_ends: None,
            certificate: None,
        });
        if !record.purposes.iter().any(|known| known == purpose) {
            record.purposes.push(purpose.to_owned());
        }
    }

    /// Whether a host may be called.
    pub fn allows(&self, host: &str, port: u16) -> bool {
        self.0.lock().hosts.contains_key(&(host.to_owned(), port))
    }

    /// Notes that a host was called, and what went wrong if anything did.
    pub fn called(&self, host: &str, port: u16, error: Option<String>, now: Instant) {
        if let Some(record) = self.0.lock().hosts.get_mut(&(host.to_owned(), port)) {
            record.used_at = Some(now);
            record.error = error;
        }
    }

    /// Notes the certificate that a host showed.
    pub fn certificate_seen(&self, host: &str, port: u16, shown: ShownCertificate) {
        if let Some(record) = self.0.lock().hosts.get_mut(&(host.to_owned(), port)) {
            record.certificate_ends = Some(shown.ends);
            record.certificate = Some(shown);
        }
    }

    /// Forgets a source that is not watched any more, with what was allowed for its sake alone.
    pub fn forget_source(&self, source: &SourceId) {
        let mut state = self.0.lock();
        state.gone.insert(source.clone());
        state.watches.remove(source);
        state.probes.remove(source);
        state.expiries.remove(source);
        let own = [format!("source {source}"), format!("tokens of source {source}")];
        state.hosts.retain(|_, host| {
            host.purposes.retain(|purpose| !own.contains(purpose));
            !host.purposes.is_empty()
        });
    }

    /// Lets a source be watched, also one that was taken out before.
    pub fn expect_source(&self, source: &SourceId) {
        self.0.lock().gone.remove(source);
    }

    /// Makes known how sources are defined while the service runs; nothing ends it.
    pub fn set_shelf(&self, shelf: Option<Shelf>) {
        self.0.lock().shelf = shelf;
    }

    /// How sources are defined, if the service watches any.
    pub fn shelf(&self) -> Option<Shelf> {
        self.0.lock().shelf.clone()
    }

    /// Makes known how backups are made while the service runs; nothing ends it.
    pub fn set_backups(&self, backups: Option<BackupKeeper>) {
        self.0.lock().backups = backups;
    }

    /// How backups are made, if the service runs.
    pub fn backups(&self) -> Option<BackupKeeper> {
        self.0.lock().backups.clone()
    }

    /// Makes known how digests are put into words.
    pub fn set_digests(&self, writer: digests::Writer) {
        self.0.lock().digests = Some(writer);
    }

    /// How digests are put into words, where anything can go out.
    pub fn digests(&self) -> Option<digests::Writer> {
        self.0.lock().digests.clone()
    }

    /// Makes known when the password or token of a source ends.
    pub fn set_expiry(&self, source: SourceId, ends: Instant) {
        self.0.lock().expiries.insert(source, ends);
    }

    /// What ends soon of what a watched source needs, each with the remedy.
    pub fn warnings(&self, watch: &WatchRecord, now: Instant) -> Vec<String> {
        let state = self.0.lock();
        state.ending(state.expiries.get(&watch.source), &watch.host, now)
    }

    /// Makes known when the secret of a channel ends.
    pub fn set_channel_expiry(&self, channel: &str, ends: Instant) {
        self.0.lock().channel_expiries.insert(channel.to_owned(), ends);
    }

    /// What ends soon of what a channel needs, each with the remedy.
    pub fn channel_warnings(&self, channel: &ChannelRecord, now: Instant) -> Vec<String> {
        let state = self.0.lock();
        state.ending(state.channel_expiries.get(&channel.name), &channel.host, now)
    }

    /// Hosts that may be called, by name.
    pub fn hosts(&self) -> Vec<HostRecord> {
        self.0.lock().hosts.values().cloned().collect()
    }

    /// Notes how a channel is doing.
    pub fn set_channel(&self, record: ChannelRecord) {
        self.0.lock().channels.insert(record.name.clone(), record);
    }

    /// The channels, by name.
    pub fn channels(&self) -> Vec<ChannelRecord> {
        self.0.lock().channels.values().cloned().collect()
    }

    /// Notes how a watched source is doing.
    pub fn set_watch(&self, record: WatchRecord) {
        let mut state = self.0.lock();
        if !state.gone.contains(&record.source) {
            state.watches.insert(record.source.clone(), record);
        }
    }

    /// Makes known how a source can be looked at before anything of it is taken in.
    pub fn set_probe(&self, source: SourceId, probe: Arc<dyn SourceProbe>) {
        self.0.lock().probes.insert(source, probe);
    }

    /// How a source can be looked at, if it can.
    pub fn probe(&self, source: &SourceId) -> Option<Arc<dyn SourceProbe>> {
        self.0.lock().probes.get(source).cloned()
    }

    /// Makes known how tables are read that a person hands in.
    pub fn set_tables(&self, tables: Tables) {
        self.0.lock().tables = Some(tables);
    }

    /// How tables are read, if the service does.
    pub fn tables(&self) -> Option<Tables> {
        self.0.lock().tables.clone()
    }

    /// Makes known how hours are changed while the service runs; nothing ends it.
    pub fn set_timetable(&self, timetable: Option<Timetable>) {
        self.0.lock().timetable = timetable;
    }

    /// How hours are changed, if the service runs.
    pub fn timetable(&self) -> Option<Timetable> {
        self.0.lock().timetable.clone()
    }

    /// Makes known who we are.
    pub fn set_organisation(&self, organisation: Organisation) {
        self.0.lock().organisation = Some(Arc::new(organisation));
    }

    /// Who we are, as far as it was said.
    pub fn organisation(&self) -> Option<Arc<Organisation>> {
        self.0.lock().organisation.clone()
    }

    /// The watched sources, by id.
    pub fn watches(&self) -> Vec<WatchRecord> {
        self.0.lock().watches.values().cloned().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_ends_within_two_weeks_is_told_with_the_remedy() {
        let book = Outside::default();
        let at = |text: &str| text.parse::<Instant>().unwrap();
        book.allow("imap.brightwater.example", 993, "source imap:support");
        let shown = ShownCertificate {
            subject: "CN=imap.brightwater.example".to_owned(),
            issuer: "CN=Harbour CA".to_owned(),
            ends: at("2026-03-20T00:00:00Z"),
        };
        book.certificate_seen("imap.brightwater.example", 993, shown);
        book.set_expiry(SourceId::new("imap:support"), at("2026-03-10T00:00:00Z"));
        let watch = WatchRecord {
            source: SourceId::new("imap:support"),
            kind: "imap",
            host: "imap.brightwater.example".to_owned(),
            health: Health::Working,
            doing: String::new(),
            taken_at: None,
            heard_at: None,
            error: None,
            retry_at: None,
            counts: BTreeMap::new(),
        };
        let told = |now: &str| book.warnings(&watch, at(now));
        assert!(told("2026-02-20T00:00:00Z").is_empty());
        assert_eq!(told("2026-02-25T00:00:00Z").len(), 1);
        let both = told("2026-03-11T00:00:00Z");
        assert!(both[0].contains("ended on 2026-03-10; write a new one"), "{both:?}");
        assert!(both[1].contains("imap.brightwater.example:993 ends on 2026-03-20"), "{both:?}");
    }

    #[test]
    fn the_secret_of_a_channel_is_told_of_before_it_ends() {
        let book = Outside::default();
        let at = |text: &str| text.parse::<Instant>().unwrap();
        book.set_channel_expiry("mail", at("2026-03-10T00:00:00Z"));
        let channel = ChannelRecord {
            name: "mail".to_owned(),
            kind: "smtp",
            host: "smtp.brightwater.example".to_owned(),
            health: Health::Working,
            sent_at: None,
            error: None,
            retry_at: None,
        };
        assert!(book.channel_warnings(&channel, at("2026-02-20T00:00:00Z")).is_empty());
        let told = book.channel_warnings(&channel, at("2026-03-01T00:00:00Z"));
        assert!(told[0].contains("ends on 2026-03-10; write a new one"), "{told:?}");
    }

    #[test]
    fn a_source_that_is_taken_out_leaves_no_permission_behind() {
        let book = Outside::default();
        let gone = SourceId::new("imap:sales");
        book.allow("imap.brightwater.example", 993, "source imap:sales");
        book.allow("shared.brightwater.example", 993, "source imap:sales");
        book.allow("shared.brightwater.example", 993, "source imap:support");
        book.set_expiry(gone.clone(), Instant::EPOCH);
        book.forget_source(&gone);
        assert!(!book.allows("imap.brightwater.example", 993));
        assert_eq!(book.hosts()[0].purposes, ["source imap:support"]);
        assert!(book.0.lock().expiries.is_empty());
    }

    #[test]
    fn only_a_host_that_was_allowed_may_be_called() {
        let book = Outside::default();
        book.allow("mail.brightwater.example", 587, "channel mail");
        book.allow("mail.brightwater.example", 587, "channel watch");
        assert!(book.allows("mail.brightwater.example", 587));
        assert!(!book.allows("mail.brightwater.example", 25), "another port is another service");
        book.called("elsewhere.example", 443, None, Instant::EPOCH);
        let hosts = book.hosts();
        assert_eq!(hosts.len(), 1, "what was not allowed is not listed as called");
        assert_eq!(hosts[0].purposes, ["channel mail", "channel watch"]);
    }
}
