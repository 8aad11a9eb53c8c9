use std::sync::Arc;

use http::Request;
use http_body_util::Full;
use hyper::{body::Bytes, client::conn::http2};
use hyper_util::rt::{TokioExecutor, TokioIo};
use rustls::{
    DigitallySignedStruct, SignatureScheme,
    client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier},
    crypto::{CryptoProvider, ring},
};
use rustls_pki_types::{CertificateDer, ServerName, UnixTime};
use serde_json::json;
use sha2::{Digest as _, Sha256};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use web::{ServeError, ServeOptions, Tls};

use crate::world::{PASSWORD, World, loopback, record, start};

/// Trusts one certificate, known by its fingerprint, as a careful person would.
#[derive(Debug)]
struct Pinned {
    fingerprint: String,
    provider: Arc<CryptoProvider>,
}

impl ServerCertVerifier for Pinned {
    fn verify_server_cert(
        &self,
        leaf: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        let hex: Vec<String> = Sha256::digest(leaf).iter().map(|b| format!("{b:02X}")).collect();
        if hex.join(":") == self.fingerprint {
            Ok(ServerCertVerified::assertion())
        } else {
            Err(rustls::Error::General("another certificate".to_owned()))
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        rustls::crypto::verify_tls12_signature(message, cert, signed, algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        rustls::crypto::verify_tls13_signature(message, cert, signed, algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}

fn pinning(fingerprint: &str) -> rustls::ClientConfig {
    let provider = Arc::new(ring::default_provider());
    let verifier = Pinned { fingerprint: fingerprint.to_owned(), provider: provider.clone() };
    rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(verifier))
        .with_no_client_auth()
}

#[tokio::test(flavor = "multi_thread")]
async fn who_compares_the_printed_fingerprint_talks_to_this_service_only() {
    let dir = tempfile::tempdir().unwrap();
    let tls = Tls::SelfSigned { dir: dir.path().join("tls") };
    let world = World::with(ServeOptions::new(loopback(), tls), true).await;
    assert!(world.running.url.starts_with("https://"));
    let fingerprint = world.running.fingerprint.clone().unwrap();

    let client = world.client.clone().over_tls(pinning(&fingerprint));
    let body = json!({"name": "ann", "password": PASSWORD});
    let answer = client.post("/api/v1/session", body).await.expect(201);
    let cookie = answer.header("set-cookie");
    assert!(cookie.starts_with("__Host-watchkeeper=") && cookie.ends_with("; Secure"), "{cookie}");
    client.with_cookie_of(&answer).get("/api/v1/queues").await.expect(200);

    let other = pinning(&fingerprint.replace(['0', '1', '2', '3'], "F"));
    let wary = world.client.clone().over_tls(other);
    let request = Request::new(Full::default());
    assert!(wary.send(request).await.is_err());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_browser_that_speaks_http_2_is_served_and_its_origin_is_checked() {
    let dir = tempfile::tempdir().unwrap();
    let tls = Tls::SelfSigned { dir: dir.path().join("tls") };
    let world = World::with(ServeOptions::new(loopback(), tls), true).await;
    let mut config = pinning(&world.running.fingerprint.clone().unwrap());
    config.alpn_protocols = vec![b"h2".to_vec()];
    let stream = TcpStream::connect(world.running.address).await.unwrap();
    let name = ServerName::try_from("localhost").unwrap();
    let stream = TlsConnector::from(Arc::new(config)).connect(name, stream).await.unwrap();
    assert_eq!(stream.get_ref().1.alpn_protocol(), Some(&b"h2"[..]));
    let (mut sender, connection) =
        http2::handshake(TokioExecutor::new(), TokioIo::new(stream)).await.unwrap();
    tokio::spawn(connection);
    let body = json!({"name": "ann", "password": PASSWORD}).to_string();
    for (origin, status) in [("https://evil.example", 403), ("https://localhost:8443", 201)] {
        let request = Request::post("https://localhost:8443/api/v1/session")
            .header("content-type", "application/json")
            .header("origin", origin)
            .body(Full::new(Bytes::from(body.clone())))
            .unwrap();
        let answer = sender.send_request(request).await.unwrap();
        assert_eq!(answer.status(), status, "{origin}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn passwords_never_cross_a_network_in_the_clear() {
    let app = tokio::task::spawn_blocking(|| Arc::new(record(start()))).await.unwrap();
    let access = web::Access::open(web::access::MemoryAccessStore::default(), start()).unwrap();
    let options = ServeOptions::new("0.0.0.0:0".parse().unwrap(), Tls::Off);
    let refused = web::serve(app, access, options, Arc::new(start), async {}).await;
    let error = refused.unwrap_err();
    assert!(matches!(error, ServeError::PlainBeyondLoopback { .. }));
    assert!(error.to_string().contains("0.0.0.0"), "{error}");
}
