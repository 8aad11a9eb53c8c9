//! The conversation with one sender.

use std::{sync::Arc, time::Instant};

use smtp_proto::Request;
use tokio::{sync::watch, time::timeout};

use super::{
    Intake, Protocol,
    body::{Arrived, Body, Fault, Lines},
    budget::Budget,
    door::Entry,
    error::Ended,
    keeper::Slot,
    reply::Reply,
    show::{Event, Show},
    transaction::Transaction,
    wire::{Line, Wire},
};

/// Refused commands after which a sender is dismissed.
const PATIENCE: u32 = 20;

/// What all conversations of an intake share.
pub(super) struct House {
    pub intake: Intake,
    pub slot: Slot,
    pub budget: Budget,
    pub show: Show,
}

/// A conversation.
pub(super) struct Talk {
    house: Arc<House>,
    entry: Entry,
    wire: Wire,
    protected: bool,
    greeted: bool,
    transaction: Option<Transaction>,
    refused: u32,
}

/// Whether the conversation goes on.
enum Next {
    On,
    Protect,
    Over,
}

impl Talk {
    pub fn new(house: Arc<House>, entry: Entry, wire: Wire) -> Self {
        Self { house, entry, wire, protected: false, greeted: false, transaction: None, refused: 0 }
    }

    /// Talks until the sender has said all, or `stop` holds between two commands.
    pub async fn run(mut self, mut stop: watch::Receiver<bool>) -> Result<(), Ended> {
        let greeting = Reply::greeting(&self.house.intake);
        self.wire.say(&greeting);
        loop {
            let patience = self.house.intake.limits.command;
            let stopping = async {
                // An error means that the service is gone.
                let _ = stop.wait_for(|stop| *stop).await;
            };
            let line = tokio::select! {
                line = self.wire.line(patience) => line,
                () = stopping => {
                    self.wire.say(&Reply::new(421, "4.3.2 the service stops; try again later"));
                    self.wire.close().await;
                    return Ok(());
                }
            };
            let next = match line {
                Ok(line) => self.heard(line).await?,
                Err(Ended::Silent { .. }) => {
                    self.wire.say(&Reply::new(421, "4.4.2 you said nothing for too long"));
                    self.wire.close().await;
                    return Ok(());
                }
                Err(Ended::Closed) if self.transaction.is_none() => return Ok(()),
                Err(error) => return Err(error),
            };
            match next {
                Next::On => {}
                Next::Protect => self = self.protect().await?,
                Next::Over => {
                    self.wire.close().await;
                    return Ok(());
                }
            }
        }
    }

    async fn heard(&mut self, line: Line) -> Result<Next, Ended> {
        let line = match line {
            Line::Proper(line) => line,
            Line::Bare => {
                self.wire.say(&Reply::new(500, "5.5.2 commands end in CRLF (RFC 5321, 2.3.8)"));
                self.house.show.count(Event::Refused);
                return Ok(Next::Over);
            }
            Line::TooLong => {
                self.wire.say(&Reply::new(500, "5.5.6 that is too long for a command"));
                self.house.show.count(Event::Refused);
                return Ok(Next::Over);
            }
        };
        match Request::parse(&mut line.iter()) {
            Ok(request) => self.obey(request).await,
            Err(error) => {
                let reply = Reply::misread(&error);
                Ok(self.answer(&reply))
            }
        }
    }

    /// Answers. A sender that is refused again and again is dismissed.
    fn answer(&mut self, reply: &Reply) -> Next {
        self.refused += u32::from(reply.is_refusal());
        if self.refused > PATIENCE {
            self.wire.say(&Reply::new(421, "4.7.0 too many commands were refused"));
            self.house.show.count(Event::Refused);
            return Next::Over;
        }
        self.wire.say(reply);
        Next::On
    }

    async fn obey(&mut self, request: Request<std::borrow::Cow<'_, str>>) -> Result<Next, Ended> {
        let lmtp = self.house.intake.protocol == Protocol::Lmtp;
        let reply = match request {
            Request::Ehlo { .. } if !lmtp => self.greet(true),
            Request::Helo { .. } if !lmtp => self.greet(false),
            Request::Lhlo { .. } if lmtp => self.greet(true),
            Request::Ehlo { .. } | Request::Helo { .. } => {
                Reply::new(500, "5.5.1 this is LMTP: say LHLO")
            }
            Request::Lhlo { .. } => Reply::new(500, "5.5.1 this is SMTP: say EHLO"),
            Request::Mail { from } => self.begin(&from),
            Request::Rcpt { to } => self.recipient(&to),
            Request::Data => return self.data().await,
            Request::Bdat { chunk_size, is_last } => return self.chunk(chunk_size, is_last).await,
            Request::Rset => {
                self.transaction = None;
                Reply::ok("2.0.0 forgotten")
            }
            Request::Noop { .. } => Reply::ok("2.0.0 yes"),
            Request::Help { .. } => Reply::new(214, "2.0.0 see RFC 5321"),
            Request::Vrfy { .. } => Reply::new(252, "2.5.0 send it, and you will see"),
            Request::StartTls => return Ok(self.start_tls()),
            Request::Quit => {
                self.wire.say(&Reply::new(221, "2.0.0 goodbye"));
                return Ok(Next::Over);
            }
            Request::Auth { .. } => Reply::new(503, "5.5.1 nobody signs in here"),
            _ => Reply::new(502, "5.5.1 that is not done here"),
        };
        Ok(self.answer(&reply))
    }

    fn greet(&mut self, extended: bool) -> Reply {
        self.greeted = true;
        self.transaction = None;
        let intake = &self.house.intake;
        if extended {
            Reply::capabilities(intake, intake.certificate.is_some() && !self.protected)
        } else {
            Reply::new(250, intake.name.clone())
        }
    }

    fn start_tls(&mut self) -> Next {
        let Some(certificate) = &self.house.intake.certificate else {
            return self.answer(&Reply::new(502, "5.5.1 there is no TLS here"));
        };
        if self.protected {
            return self.answer(&Reply::new(503, "5.5.1 the connection is protected already"));
        }
        if self.wire.has_input() {
            self.wire.say(&Reply::new(554, "5.5.0 nothing may follow STARTTLS unprotected"));
            self.house.show.count(Event::Refused);
            return Next::Over;
        }
        match certificate.check() {
            Ok(()) => {
                self.wire.say(&Reply::new(220, "2.0.0 go ahead"));
                Next::Protect
            }
            Err(error) => {
                self.house.show.failing(&error);
                self.answer(&Reply::new(454, "4.7.0 TLS is not available at the moment"))
            }
        }
    }

    async fn protect(mut self) -> Result<Self, Ended> {
        self.wire.flush().await?;
        let acceptor = self.house.intake.certificate.as_ref().map(super::Certificate::acceptor);
        let acceptor = acceptor.transpose().map_err(Ended::Tls)?;
        let acceptor = acceptor.ok_or(Ended::Dismissed("there is no TLS here"))?;
        let wire = self.wire.protect(&acceptor).await?;
        Ok(Self { wire, protected: true, greeted: false, transaction: None, ..self })
    }

    fn begin(&mut self, mail: &smtp_proto::MailFrom<std::borrow::Cow<'_, str>>) -> Reply {
        let intake = &self.house.intake;
        if !self.greeted {
            return Reply::new(503, "5.5.1 say hello first");
        }
        if self.transaction.is_some() {
            return Reply::new(503, "5.5.1 there is a message already; RSET forgets it");
        }
        if intake.tls_required && !self.protected {
            return Reply::new(530, "5.7.0 say STARTTLS first");
        }
        if !self.entry.may_send(&intake.limits, Instant::now()) {
            self.house.show.count(Event::PutOff);
            return Reply::new(450, "4.7.1 too many messages in this minute; try again later");
        }
        match Transaction::begin(intake, mail) {
            Ok(transaction) => {
                self.transaction = Some(transaction);
                Reply::ok("2.1.0 go on")
            }
            Err(reply) => {
                self.house.show.count(Event::Refused);
                reply
            }
        }
    }

    fn recipient(&mut self, rcpt: &smtp_proto::RcptTo<std::borrow::Cow<'_, str>>) -> Reply {
        let Some(transaction) = &mut self.transaction else {
            return Reply::new(503, "5.5.1 say MAIL first");
        };
        if transaction.chunks.is_some() {
            return Reply::new(503, "5.5.1 the message has begun already");
        }
        match transaction.add(&self.house.intake, rcpt) {
            Ok(_) => Reply::ok("2.1.5 go on"),
            Err(reply) => {
                if reply.code == 550 {
                    self.house.show.count(Event::UnknownRecipient);
                }
                reply
            }
        }
    }

    async fn data(&mut self) -> Result<Next, Ended> {
        match &self.transaction {
            None => return Ok(self.answer(&Reply::new(503, "5.5.1 say MAIL and RCPT first"))),
            Some(transaction) if transaction.chunks.is_some() => {
                return Ok(self.answer(&Reply::new(503, "5.5.1 go on with BDAT")));
            }
            Some(transaction) if !transaction.has_recipients() => {
                return Ok(self.answer(&Reply::new(554, "5.5.1 there is no valid recipient")));
            }
            Some(_) => {}
        }
        self.wire.say(&Reply::new(354, "end with a dot on a line of its own"));
        let limits = &self.house.intake.limits;
        let body = Body::new(limits.message_size, &self.house.budget);
        let reading = timeout(limits.message, lines(&mut self.wire, body, limits.data));
        let arrived = match reading.await {
            Ok(read) => read?,
            Err(_) => return Err(Ended::Silent { seconds: limits.message.as_secs() }),
        };
        self.deliver(arrived).await
    }

    async fn chunk(&mut self, size: usize, last: bool) -> Result<Next, Ended> {
        let limits = &self.house.intake.limits;
        let usable = self.transaction.as_ref().is_some_and(Transaction::has_recipients);
        let held = self.transaction.as_mut().and_then(|transaction| transaction.chunks.take());
        let mut body = held.unwrap_or_else(|| Body::new(limits.message_size, &self.house.budget));
        // The bytes follow whether they are wanted or not (RFC 3030, 2).
        let reading = timeout(limits.message, chunk(&mut self.wire, &mut body, size, limits.data));
        match reading.await {
            Ok(read) => read?,
            Err(_) => return Err(Ended::Silent { seconds: limits.message.as_secs() }),
        }
        if !usable {
            return Ok(self.answer(&Reply::new(503, "5.5.1 there is no valid recipient")));
        }
        if last {
            return self.deliver(body.finish()).await;
        }
        let fault = body.fault();
        if let Some(transaction) = &mut self.transaction {
            transaction.chunks = Some(body);
        }
        Ok(self.answer(&match fault {
            None => Reply::new(250, format!("2.0.0 {size} bytes arrived")),
            Some(fault) => Reply::fault(fault, limits.message_size),
        }))
    }

    /// Answers for the message: once, or once for every recipient.
    async fn deliver(&mut self, arrived: Result<Arrived, Fault>) -> Result<Next, Ended> {
        let Some(transaction) = self.transaction.take() else { return Ok(Next::On) };
        let house = self.house.clone();
        let lmtp = house.intake.protocol == Protocol::Lmtp;
        let outcomes = match arrived {
            Ok(arrived) => transaction.deliver(arrived, &house.intake, &house.slot).await,
            Err(fault) => {
                let reply = Reply::fault(fault, house.intake.limits.message_size);
                transaction.refuse(&reply)
            }
        };
        let mut counted = Vec::new();
        for (desk, reply) in &outcomes {
            if counted.contains(desk) {
                continue;
            }
            counted.push(*desk);
            house.show.count_at(
                *desk,
                match reply.code {
                    250 => Event::Accepted,
                    400..500 => Event::PutOff,
                    _ => Event::Refused,
                },
            );
            if reply.code == 452 {
                house.show.failing(
                    "mail is put off because there is no room: free some space on the disk of the \
                     data directory; senders try again",
                );
            }
        }
        if lmtp {
            for (_, reply) in &outcomes {
                self.wire.say(reply);
            }
            return Ok(Next::On);
        }
        // One that failed speaks for all: the sender tries again, and what was kept is known again.
        let worst = outcomes
            .into_iter()
            .map(|(_, reply)| reply)
            .max_by_key(|reply| (reply.code / 100 == 4, reply.code / 100 == 5));
        Ok(worst.map_or(Next::On, |reply| self.answer(&reply)))
    }
}

/// Reads a message up to its dot.
async fn lines(
    wire: &mut Wire,
    body: Body,
    patience: std::time::Duration,
) -> Result<Result<Arrived, Fault>, Ended> {
    let mut lines = Lines::new(body);
    loop {
        let input = wire.arrived(patience).await?;
        let (count, ended) = match lines.take(input) {
            Some(count) => (count, true),
            None => (input.len(), false),
        };
        wire.consume(count);
        if ended {
            return Ok(lines.finish());
        }
    }
}

/// Reads so many bytes.
async fn chunk(
    wire: &mut Wire,
    body: &mut Body,
    size: usize,
    patience: std::time::Duration,
) -> Result<(), Ended> {
    let mut missing = size;
    while missing > 0 {
        let input = wire.arrived(patience).await?;
        let count = input.len().min(missing);
        body.take(&input[..count]);
        wire.consume(count);
        missing -= count;
    }
    Ok(())
}
