//! STARTTLS.

use std::{path::Path, sync::Arc};

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair};
use rustls::{ClientConfig, RootCertStore, crypto::ring};
use rustls_pki_types::{CertificateDer, ServerName, pem::PemObject as _};
use sources::intake::{Certificate, Protocol};
use tokio_rustls::TlsConnector;

use super::{CASES, Office, Sender, intake};
use crate::world::letter;

/// Writes an authority and a certificate for `name` into `dir`.
pub fn certificate(dir: &Path, name: &str) -> Certificate {
    certificate_until(dir, name, 2099)
}

/// The same; it holds until the end of `year`.
pub fn certificate_until(dir: &Path, name: &str, year: i32) -> Certificate {
    let mut authority = CertificateParams::default();
    authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let own_name = dir.file_name().unwrap().to_string_lossy().into_owned();
    authority.distinguished_name.push(DnType::CommonName, own_name);
    let authority = CertifiedIssuer::self_signed(authority, KeyPair::generate().unwrap()).unwrap();
    let key = KeyPair::generate().unwrap();
    let mut params = CertificateParams::new(vec![name.to_owned()]).unwrap();
    params.not_before = rcgen::date_time_ymd(2020, 1, 1);
    params.not_after = rcgen::date_time_ymd(year, 12, 31);
    let own = params.signed_by(&key, &authority).unwrap();
    std::fs::write(dir.join("ca.pem"), authority.pem()).unwrap();
    std::fs::write(dir.join("own.pem"), own.pem()).unwrap();
    std::fs::write(dir.join("own.key"), key.serialize_pem()).unwrap();
    Certificate { chain: dir.join("own.pem"), key: dir.join("own.key") }
}

fn connector(dir: &Path) -> TlsConnector {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_file(dir.join("ca.pem")).unwrap()).unwrap();
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    TlsConnector::from(Arc::new(config))
}

#[tokio::test(flavor = "multi_thread")]
async fn mail_may_have_to_be_protected() {
    let dir = tempfile::tempdir().unwrap();
    let mut place = intake(Protocol::Smtp);
    place.certificate = Some(certificate(dir.path(), "watch.example"));
    place.tls_required = true;
    let office = Office::open(place).await;
    let mut sender = office.sender().await;
    let capabilities = sender.asks("EHLO sender.example", "250").await;
    assert!(capabilities.contains("STARTTLS"), "{capabilities}");
    sender.asks("MAIL FROM:<a@b.example>", "530").await;
    sender.asks("STARTTLS", "220").await;
    let name = ServerName::try_from("watch.example").unwrap();
    let stream = connector(dir.path()).connect(name, sender.into_inner()).await.unwrap();
    let mut sender = Sender::new(stream);
    sender.asks("MAIL FROM:<a@b.example>", "503").await;
    sender.begins(CASES).await;
    sender.asks("DATA", "354").await;
    sender.asks(&format!("{}.", letter(1)), "250").await;
    office.world.holds(1).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_can_be_slipped_in_before_the_protection() {
    let dir = tempfile::tempdir().unwrap();
    let mut place = intake(Protocol::Smtp);
    place.certificate = Some(certificate(dir.path(), "watch.example"));
    let office = Office::open(place).await;
    let mut sender = office.sender().await;
    sender.asks("EHLO sender.example", "250").await;
    sender.says("STARTTLS\r\nMAIL FROM:<evil@elsewhere.example>\r\n").await;
    sender.hears("554 5.5.0").await;
    assert_eq!(sender.answer().await, "");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_certificate_that_cannot_be_read_is_shown_and_a_mended_one_counts_at_once() {
    let dir = tempfile::tempdir().unwrap();
    let mut place = intake(Protocol::Smtp);
    let files = certificate(dir.path(), "watch.example");
    let key = std::fs::read(&files.key).unwrap();
    std::fs::write(&files.key, "no key").unwrap();
    place.certificate = Some(files.clone());
    let office = Office::open(place).await;
    let said = office.world.record().error.unwrap();
    assert!(said.contains("own.key"), "{said}");
    let mut sender = office.sender().await;
    sender.asks("EHLO sender.example", "250").await;
    sender.asks("STARTTLS", "454").await;
    std::fs::write(&files.key, key).unwrap();
    sender.asks("STARTTLS", "220").await;
}
