//! Mail submission (RFC 6409) by TLS or STARTTLS.

use std::{io, net::SocketAddr, pin::Pin, task, time::Duration};

use egress::{Egress, Host, Protection, Secret, Stream, oauth::TokenSource};
use lettre::{
    Address,
    address::Envelope as Route,
    transport::smtp::{
        Error,
        authentication::{Credentials, Mechanism},
        client::{AsyncSmtpConnection, AsyncTokioStream},
        commands::{Data, Ehlo, Mail, Rcpt},
        extension::{ClientId, Extension, MailBodyParameter, MailParameter, RcptParameter},
        response::Response,
    },
};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, ReadBuf};

use crate::{Failure, Letter, Parcel, courier::House, failure::short, mail};

/// How long one mail may take, from the call to its acceptance.
const WHOLE: Duration = Duration::from_mins(2);
/// How long a farewell may take.
const FAREWELL: Duration = Duration::from_secs(2);
/// Bytes of what a server says before TLS.
const LARGEST: usize = 16 << 10;

/// A submission server.
#[derive(Debug, Clone)]
pub struct Smtp {
    /// The server.
    pub host: Host,
    /// How we sign in; nothing where the server takes our mail as it is.
    pub login: Option<Login>,
    /// The address that mail comes from.
    pub from: String,
    /// The name beside it.
    pub from_name: String,
    /// Where answers go, if elsewhere.
    pub reply_to: Option<String>,
}

/// A name and what proves it.
#[derive(Debug, Clone)]
pub struct Login {
    /// The name.
    pub user: String,
    /// What proves it.
    pub proof: Proof,
}

/// What proves that we are who we say.
#[derive(Debug, Clone)]
pub enum Proof {
    /// A password (PLAIN or LOGIN).
    Password(Secret),
    /// A token that is fetched when it is needed (XOAUTH2).
    Token(Box<TokenSource>),
}

impl Smtp {
    pub(crate) async fn deliver(
        &self,
        parcel: &Parcel,
        letter: &Letter,
        house: &House,
        egress: &Egress,
    ) -> Result<String, Failure> {
        let never = |said: String| Failure::Never { said };
        let Some(to) = parcel.recipients().first().map(|to| (*to).to_owned()) else {
            return Err(never("it has no recipient".to_owned()));
        };
        let envelope = mail::Envelope {
            from: &self.from,
            from_name: &self.from_name,
            reply_to: self.reply_to.as_deref(),
            to: &to,
            name: &house.seal.notice(parcel.id),
            now: egress.now(),
        };
        let mail = mail::write(letter, &envelope).map_err(|error| never(error.to_string()))?;
        let address = |text: &str| {
            text.parse::<Address>().map_err(|error| never(format!("\"{text}\": {error}")))
        };
        let route = Route::new(Some(address(&self.from)?), vec![address(&to)?])
            .map_err(|error| never(error.to_string()))?;
        let sending = async {
            let mut server = self.connect(egress).await?;
            let said = if self.reports_failures(&mut server).await? {
                send_with_report(&mut server, &route, envelope.name, &mail.bytes).await
            } else {
                server.send(&route, &mail.bytes).await
            };
            let said = said.map_err(|error| refused(&error))?;
            // It is accepted: a farewell that fails changes nothing.
            let _ = tokio::time::timeout(FAREWELL, server.quit()).await;
            let said = said.message().collect::<Vec<_>>().join(" ");
            Ok(short(&format!("<{}> {said}", mail.id)))
        };
        tokio::time::timeout(WHOLE, sending).await.unwrap_or_else(|_| {
            let (name, seconds) = (&self.host.name, WHOLE.as_secs());
            Err(Failure::Down { said: format!("{name} did not take the mail within {seconds} s") })
        })
    }

    async fn connect(&self, egress: &Egress) -> Result<AsyncSmtpConnection, Failure> {
        let domain = self.domain();
        let mut stream = egress.connect(&self.host).await?;
        if matches!(self.host.protection, Protection::StartTls(_)) {
            self.ask_for_tls(&mut stream, &domain).await?;
            // The server has greeted us before; the library waits for that.
            stream = egress.protect(&self.host, stream).await?.saying_first(b"220 ready\r\n");
        }
        let mut server = AsyncSmtpConnection::connect_with_transport(
            Box::new(Wire(stream)),
            &ClientId::Domain(domain),
        )
        .await
        .map_err(|error| self.down(&error.to_string()))?;
        if let Some(login) = &self.login {
            self.sign_in(&mut server, login, egress).await?;
        }
        Ok(server)
    }

    /// Whether the server tells what becomes of a mail under a name of ours (RFC 3461). It is asked
    /// once we have signed in: to strangers some servers offer less.
    async fn reports_failures(&self, server: &mut AsyncSmtpConnection) -> Result<bool, Failure> {
        let offered = server.command(Ehlo::new(ClientId::Domain(self.domain()))).await;
        let offered = offered.map_err(|error| self.down(&error.to_string()))?;
        Ok(offered.message().any(|line| line.trim().eq_ignore_ascii_case("DSN")))
    }

    /// The domain that we greet with.
    fn domain(&self) -> String {
        self.from.rsplit('@').next().unwrap_or("localhost").to_owned()
    }

    async fn sign_in(
        &self,
        server: &mut AsyncSmtpConnection,
        login: &Login,
        egress: &Egress,
    ) -> Result<(), Failure> {
        let (secret, mechanisms, remedy): (_, &[Mechanism], _) = match &login.proof {
            Proof::Password(password) => {
                let both = &[Mechanism::Plain, Mechanism::Login];
                (password.read()?, both, "check the user and the password file")
            }
            Proof::Token(source) => {
                let remedy = "its token is not taken; check that the mailbox may send by SMTP";
                (source.token(egress).await?, &[Mechanism::Xoauth2], remedy)
            }
        };
        let credentials = Credentials::new(login.user.clone(), secret);
        let Err(error) = server.auth(mechanisms, &credentials).await else { return Ok(()) };
        if let Proof::Token(source) = &login.proof {
            // The next try fetches a fresh one.
            source.forget();
        }
        Err(self.down(&format!("{} is not let in ({error}); {remedy}", login.user)))
    }

    fn down(&self, said: &str) -> Failure {
        Failure::Down { said: short(&format!("{}: {said}", self.host.name)) }
    }

    /// Greets, and asks for TLS (RFC 3207).
    async fn ask_for_tls(&self, stream: &mut Stream, domain: &str) -> Result<(), Failure> {
        self.expect(stream, "220").await?;
        let hello = format!("EHLO {domain}\r\n");
        self.say(stream, &hello).await?;
        let offered = self.expect(stream, "250").await?;
        let offers = offered.lines().any(|line| {
            line.get(4..).is_some_and(|word| word.trim().eq_ignore_ascii_case("STARTTLS"))
        });
        if !offers {
            let said = "it does not offer STARTTLS: use tls = \"tls\" with its port for TLS";
            return Err(self.down(said));
        }
        self.say(stream, "STARTTLS\r\n").await?;
        self.expect(stream, "220").await?;
        Ok(())
    }

    async fn say(&self, stream: &mut Stream, line: &str) -> Result<(), Failure> {
        stream.write_all(line.as_bytes()).await.map_err(|error| self.down(&error.to_string()))
    }

    /// Reads a reply byte by byte, so that nothing that an attacker puts behind it is taken for a
    /// part of the protected conversation.
    async fn expect(&self, stream: &mut Stream, code: &str) -> Result<String, Failure> {
        let mut reply = String::new();
        let mut line = Vec::new();
        loop {
            let byte = stream.read_u8().await.map_err(|error| self.down(&error.to_string()))?;
            line.push(byte);
            if reply.len() + line.len() > LARGEST {
                return Err(self.down("it says too much before TLS"));
            }
            if byte != b'\n' {
                continue;
            }
            let text = String::from_utf8_lossy(&line).into_owned();
            line.clear();
            let last = text.as_bytes().get(3) != Some(&b'-');
            reply.push_str(&text);
            if last {
                break;
            }
        }
        if reply.starts_with(code) { Ok(reply) } else { Err(self.down(&reply)) }
    }
}

/// Sends a mail and asks for a report should it fail, and for none otherwise. The report bears `name`,
/// by which it is known again even if it quotes nothing of the mail.
async fn send_with_report(
    server: &mut AsyncSmtpConnection,
    route: &Route,
    name: &str,
    mail: &[u8],
) -> Result<Response, Error> {
    let other = |keyword: &str, value: &str| (keyword.to_owned(), Some(value.to_owned()));
    let mut options: Vec<MailParameter> = [other("RET", "HDRS"), other("ENVID", name)]
        .map(|(keyword, value)| MailParameter::Other { keyword, value })
        .into();
    let offered = server.server_info();
    if !mail.is_ascii() && offered.supports_feature(Extension::EightBitMime) {
        options.push(MailParameter::Body(MailBodyParameter::EightBitMime));
    }
    let addresses = route.from().into_iter().chain(route.to());
    if !addresses.map(AsRef::<str>::as_ref).all(str::is_ascii) {
        options.push(MailParameter::SmtpUtfEight);
    }
    server.command(Mail::new(route.from().cloned(), options)).await?;
    for to in route.to() {
        let (keyword, value) = other("NOTIFY", "FAILURE");
        let options = vec![RcptParameter::Other { keyword, value }];
        server.command(Rcpt::new(to.clone(), options)).await?;
    }
    server.command(Data).await?;
    server.message(mail).await
}

/// What a refusal means.
fn refused(error: &Error) -> Failure {
    let said = short(&error.to_string());
    let code = error.status().map(u16::from);
    match code {
        // The service closes, or wants us to sign in: nothing else will be taken either.
        Some(421 | 530 | 535 | 538) | None if !error.is_client() => Failure::Down { said },
        _ if error.is_permanent() || error.is_client() => Failure::Never { said },
        _ => Failure::Later { said, after: None },
    }
}

/// A connection as the library takes it.
#[derive(Debug)]
struct Wire(Stream);

impl AsyncTokioStream for Wire {
    fn peer_addr(&self) -> io::Result<SocketAddr> {
        self.0.peer()
    }
}

impl AsyncRead for Wire {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut task::Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> task::Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_read(context, buffer)
    }
}

impl AsyncWrite for Wire {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut task::Context<'_>,
        bytes: &[u8],
    ) -> task::Poll<io::Result<usize>> {
        Pin::new(&mut self.0).poll_write(context, bytes)
    }

    fn poll_flush(
        mut self: Pin<&mut Self>,
        context: &mut task::Context<'_>,
    ) -> task::Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_flush(context)
    }

    fn poll_shutdown(
        mut self: Pin<&mut Self>,
        context: &mut task::Context<'_>,
    ) -> task::Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_shutdown(context)
    }
}
