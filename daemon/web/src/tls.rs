//! Certificates: the operator's own, or a self-signed one made at the first start.

use std::{
    fs,
    io::{Read, Write},
    net::IpAddr,
    os::unix::fs::{DirBuilderExt, OpenOptionsExt},
    path::{Path, PathBuf},
    sync::Arc,
};

use jiff::ToSpan;
use model::Instant;
use rcgen::{CertificateParams, DnType, ExtendedKeyUsagePurpose, KeyPair, KeyUsagePurpose};
use rustls::{ServerConfig, crypto::ring};
use rustls_pki_types::{
    CertificateDer, PrivateKeyDer,
    pem::{self, PemObject},
};
use sha2::{Digest as _, Sha256};

/// Years that a self-signed certificate is good for. People pin it by its fingerprint, so an early
/// end would only teach them to click a warning away.
const YEARS: i32 = 10;
/// The largest certificate or key file that is read.
const MOST_BYTES: u64 = 1 << 20;

/// How connections are protected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Tls {
    /// TLS with the operator's own files.
    Own {
        /// The certificate chain in PEM, leaf first.
        cert: PathBuf,
        /// Its private key in PEM (PKCS #8, PKCS #1 or SEC 1).
        key: PathBuf,
    },
    /// TLS with a self-signed certificate, made where there is none yet.
    SelfSigned {
        /// The directory that keeps it, made if missing.
        dir: PathBuf,
    },
    /// Plain HTTP; only on a loopback address.
    Off,
}

/// Why TLS cannot be offered.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// A file cannot be read or written.
    #[error("cannot {doing} {path}: {source}")]
    File {
        /// What was being done.
        doing: &'static str,
        /// The file.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
    /// A file does not hold what it should.
    #[error("{path} holds no {wanted} in PEM: {detail}")]
    NotPem {
        /// The file.
        path: PathBuf,
        /// What it should hold.
        wanted: &'static str,
        /// What was found instead.
        detail: String,
    },
    /// Certificate and key do not fit, or are of an unsupported kind.
    #[error("the certificate {cert} and the key {key} cannot be used: {source}")]
    Unusable {
        /// The certificate.
        cert: PathBuf,
        /// The key.
        key: PathBuf,
        /// What is wrong.
        #[source]
        source: rustls::Error,
    },
    /// A certificate cannot be made.
    #[error("cannot make a self-signed certificate: {0}")]
    Make(#[from] rcgen::Error),
}

/// What a server presents.
pub(crate) struct Identity {
    pub(crate) config: Arc<ServerConfig>,
    /// SHA-256 of the leaf certificate as people compare it: `AB:CD:…`.
    pub(crate) fingerprint: String,
}

/// Reads or makes the certificate. `names` are the host names and addresses that a new one is for.
pub(crate) fn identity(
    tls: &Tls,
    names: &[String],
    now: Instant,
) -> Result<Option<Identity>, TlsError> {
    match tls {
        Tls::Off => Ok(None),
        Tls::Own { cert, key } => read(cert, key).map(Some),
        Tls::SelfSigned { dir } => {
            let (cert, key) = (dir.join("cert.pem"), dir.join("key.pem"));
            if !(cert.exists() && key.exists()) {
                make(dir, names, now)?;
            }
            read(&cert, &key).map(Some)
        }
    }
}

fn read(cert: &Path, key: &Path) -> Result<Identity, TlsError> {
    let not_pem = |path: &Path, wanted, error: &pem::Error| TlsError::NotPem {
        path: path.to_owned(),
        wanted,
        detail: error.to_string(),
    };
    let text = read_capped(cert)?;
    let chain = CertificateDer::pem_slice_iter(&text).collect::<Result<Vec<_>, _>>();
    let chain = chain.map_err(|error| not_pem(cert, "certificate", &error))?;
    let Some(leaf) = chain.first() else {
        return Err(not_pem(cert, "certificate", &pem::Error::NoItemsFound));
    };
    let fingerprint = fingerprint(leaf);
    let secret = PrivateKeyDer::from_pem_slice(&read_capped(key)?)
        .map_err(|error| not_pem(key, "private key", &error))?;
    let unusable =
        |source| TlsError::Unusable { cert: cert.to_owned(), key: key.to_owned(), source };
    let mut config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(unusable)?
        .with_no_client_auth()
        .with_single_cert(chain, secret)
        .map_err(unusable)?;
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(Identity { config: Arc::new(config), fingerprint })
}

fn read_capped(path: &Path) -> Result<Vec<u8>, TlsError> {
    let failed = |source| TlsError::File { doing: "read", path: path.to_owned(), source };
    let mut bytes = Vec::new();
    let file = fs::File::open(path).map_err(failed)?;
    file.take(MOST_BYTES).read_to_end(&mut bytes).map_err(failed)?;
    Ok(bytes)
}

fn fingerprint(leaf: &CertificateDer<'_>) -> String {
    let hex: Vec<String> = Sha256::digest(leaf).iter().map(|byte| format!("{byte:02X}")).collect();
    hex.join(":")
}

fn make(dir: &Path, names: &[String], now: Instant) -> Result<(), TlsError> {
    let mut params = CertificateParams::new(names)?;
    let today = now.timestamp().to_zoned(jiff::tz::TimeZone::UTC).date();
    // a day of grace for clients whose clock is behind
    let first = today.saturating_sub(1.day());
    let (year, month, day) = (first.year(), first.month(), first.day());
    params.not_before = rcgen::date_time_ymd(year.into(), month.unsigned_abs(), day.unsigned_abs());
    let last = i32::from(year) + YEARS;
    params.not_after = rcgen::date_time_ymd(last, month.unsigned_abs(), day.unsigned_abs().min(28));
    params.distinguished_name.push(DnType::CommonName, "Watchkeeper, self-signed");
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    let key = KeyPair::generate()?;
    let cert = params.self_signed(&key)?;

    fs::DirBuilder::new().recursive(true).mode(0o700).create(dir).map_err(|source| {
        TlsError::File { doing: "make the directory", path: dir.to_owned(), source }
    })?;
    write_private(&dir.join("key.pem"), &key.serialize_pem())?;
    write_private(&dir.join("cert.pem"), &cert.pem())
}

/// Writes `text` aside and renames it, so that no half-written file is ever taken for a whole one.
fn write_private(path: &Path, text: &str) -> Result<(), TlsError> {
    let failed = |source| TlsError::File { doing: "write", path: path.to_owned(), source };
    let aside = path.with_extension("new");
    let options =
        fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).clone();
    let mut file = options.open(&aside).map_err(failed)?;
    file.write_all(text.as_bytes()).and_then(|()| file.sync_all()).map_err(failed)?;
    fs::rename(&aside, path).map_err(failed)
}

/// The names that a self-signed certificate is for: the machine, the address listened on, and the
/// host that people use.
pub(crate) fn own_names(listen: IpAddr, public_host: Option<&str>) -> Vec<String> {
    let mut names = vec!["localhost".to_owned(), "127.0.0.1".to_owned(), "::1".to_owned()];
    if !listen.is_unspecified() {
        names.push(listen.to_string());
    }
    names.extend(public_host.map(str::to_owned));
    names.extend(host_name());
    names.sort();
    names.dedup();
    names
}

fn host_name() -> Option<String> {
    let file = fs::File::open("/proc/sys/kernel/hostname").ok()?;
    let mut name = String::new();
    file.take(256).read_to_string(&mut name).ok()?;
    let name = name.trim();
    let usable = !name.is_empty()
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'.');
    usable.then(|| name.to_owned())
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    fn now() -> Instant {
        "2024-02-29T12:00:00Z".parse().unwrap()
    }

    fn self_signed(dir: &Path) -> Identity {
        let tls = Tls::SelfSigned { dir: dir.join("tls") };
        let names = own_names("192.0.2.7".parse().unwrap(), Some("desk.example"));
        identity(&tls, &names, now()).unwrap().unwrap()
    }

    #[test]
    fn a_self_signed_certificate_is_made_once_and_only_its_owner_can_read_it() {
        let dir = tempfile::tempdir().unwrap();
        let first = self_signed(dir.path()).fingerprint;
        assert_eq!(first, self_signed(dir.path()).fingerprint);
        assert_eq!(first.len(), 32 * 3 - 1);
        for name in ["tls/key.pem", "tls/cert.pem"] {
            let mode = fs::metadata(dir.path().join(name)).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600, "{name}");
        }
    }

    #[test]
    fn a_key_without_its_certificate_does_not_stop_the_start() {
        let dir = tempfile::tempdir().unwrap();
        self_signed(dir.path());
        fs::remove_file(dir.path().join("tls/cert.pem")).unwrap();
        self_signed(dir.path());
    }

    #[test]
    fn a_wrong_file_is_named() {
        let dir = tempfile::tempdir().unwrap();
        self_signed(dir.path());
        let (cert, key) = (dir.path().join("tls/cert.pem"), dir.path().join("tls/key.pem"));
        let swapped = Tls::Own { cert: key.clone(), key: cert.clone() };
        let error = identity(&swapped, &[], now()).err().unwrap().to_string();
        assert!(error.contains("key.pem") && error.contains("certificate"), "{error}");
        let missing = Tls::Own { cert: dir.path().join("none.pem"), key };
        let error = identity(&missing, &[], now()).err().unwrap().to_string();
        assert!(error.contains("none.pem"), "{error}");
    }
}
