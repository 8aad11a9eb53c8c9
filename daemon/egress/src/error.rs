//! Why a host could not be called.

use std::path::PathBuf;

/// Why a host could not be called, in words that say what to look at.
#[derive(Debug, thiserror::Error)]
pub enum EgressError {
    /// The configuration does not allow it.
    #[error("{host}:{port} may not be called: the configuration does not name it")]
    NotAllowed {
        /// The host.
        host: String,
        /// The port.
        port: u16,
    },
    /// Its name has no address.
    #[error("{host} has no address: {source}; check the name and this machine's DNS")]
    Unknown {
        /// The host.
        host: String,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
    /// Its name leads to the inside of a network.
    #[error(
        "{host} is at {address}, which is no address of the public internet; if that is meant, set \
         allow_private = true"
    )]
    Inside {
        /// The host.
        host: String,
        /// The address.
        address: std::net::IpAddr,
    },
    /// It gives more than is read.
    #[error("{host} gives more than {} MiB; name a smaller page", most >> 20)]
    TooLarge {
        /// The host.
        host: String,
        /// How many bytes are read.
        most: usize,
    },
    /// Nobody answers there.
    #[error(
        "{host}:{port} cannot be reached: {source}; check host and port, and whether the server runs \
         and a firewall lets this machine through"
    )]
    Unreachable {
        /// The host.
        host: String,
        /// The port.
        port: u16,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
    /// It took too long.
    #[error("{host} did not answer in time: {doing} took more than {seconds} s")]
    TooSlow {
        /// The host.
        host: String,
        /// What was being done.
        doing: &'static str,
        /// The deadline.
        seconds: u64,
    },
    /// The connection cannot be protected.
    #[error("TLS with {host}: {detail}")]
    Tls {
        /// The host.
        host: String,
        /// What is wrong, with the remedy where it is known.
        detail: String,
    },
    /// The host broke off, or said what cannot be understood.
    #[error("{host} broke off: {detail}")]
    Broken {
        /// The host.
        host: String,
        /// What happened.
        detail: String,
    },
    /// A file that a connection needs.
    #[error("cannot read {}: {detail}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        detail: String,
    },
}
