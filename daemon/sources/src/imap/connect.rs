//! From a connection to a session.

use std::{future::Future, time::Duration};

use async_imap::{Authenticator, Client, Session};
use egress::{Egress, Protection, Stream};

use super::{Login, Mailbox, error::WatchError};

/// How long the server may take for a step of signing in.
const STEP: Duration = Duration::from_secs(30);

/// A signed-in session.
pub(super) type Open = Session<Stream>;

/// Gives up waiting for the server after `most`.
pub(super) async fn within<T, E: Into<WatchError>>(
    doing: &'static str,
    most: Duration,
    step: impl Future<Output = Result<T, E>>,
) -> Result<T, WatchError> {
    match tokio::time::timeout(most, step).await {
        Ok(done) => done.map_err(Into::into),
        Err(_) => Err(WatchError::Silent { doing, seconds: most.as_secs() }),
    }
}

/// Calls the server and signs in.
pub(super) async fn open(mailbox: &Mailbox, egress: &Egress) -> Result<Open, WatchError> {
    let stream = egress.connect(&mailbox.host).await?;
    let mut client = Client::new(stream);
    within("greeting", STEP, greeted(&mut client)).await?;
    if matches!(mailbox.host.protection, Protection::StartTls(_)) {
        let asking = client.run_command_and_check_ok("STARTTLS", None);
        within("asking for TLS", STEP, asking).await?;
        // What came before TLS is thrown away with the old client: nobody can slip anything in.
        client = Client::new(egress.protect(&mailbox.host, client.into_inner()).await?);
    }
    let user = mailbox.user.as_str();
    let signed_in = match &mailbox.login {
        Login::Password(secret) => {
            let password = secret.read()?;
            if user.is_ascii() && password.is_ascii() {
                within("signing in", STEP, login(client, user, &password)).await?
            } else {
                let said = Said(format!("\0{user}\0{password}"));
                within("signing in", STEP, authenticate(client, "PLAIN", said)).await?
            }
        }
        Login::Token(source) => {
            let token = source.token(egress).await?;
            let said = Said(format!("user={user}\x01auth=Bearer {token}\x01\x01"));
            let session = within("signing in", STEP, authenticate(client, "XOAUTH2", said)).await?;
            if session.is_err() {
                // The next try fetches a fresh one.
                source.forget();
            }
            session
        }
    };
    signed_in.map_err(|said| WatchError::Refused { user: user.to_owned(), said })
}

async fn greeted(client: &mut Client<Stream>) -> Result<(), WatchError> {
    match client.read_response().await {
        Ok(Some(_)) => Ok(()),
        Ok(None) => Err(async_imap::error::Error::ConnectionLost.into()),
        Err(error) => Err(async_imap::error::Error::Io(error).into()),
    }
}

/// A session, or what the server said against it; an error where it said nothing.
async fn login(
    client: Client<Stream>,
    user: &str,
    password: &str,
) -> Result<Result<Open, String>, WatchError> {
    settled(client.login(user, password).await.map_err(|(error, _)| error))
}

async fn authenticate(
    client: Client<Stream>,
    how: &str,
    said: Said,
) -> Result<Result<Open, String>, WatchError> {
    settled(client.authenticate(how, said).await.map_err(|(error, _)| error))
}

fn settled(
    outcome: Result<Open, async_imap::error::Error>,
) -> Result<Result<Open, String>, WatchError> {
    use async_imap::error::Error;
    match outcome {
        Ok(session) => Ok(Ok(session)),
        Err(Error::No(said) | Error::Bad(said)) => Ok(Err(said.chars().take(200).collect())),
        Err(error) => Err(error.into()),
    }
}

/// What is said to the first challenge; to a further one, which tells of an error, nothing.
struct Said(String);

impl Authenticator for Said {
    type Response = String;

    fn process(&mut self, _: &[u8]) -> String {
        std::mem::take(&mut self.0)
    }
}
