//! The journal's entries: only what cannot be recomputed.
//!
//! Facts are written as JSON with a version and are never changed afterwards. A new field gets a
//! default, a changed meaning gets a new variant; `tests/fixtures/facts` holds one golden line a
//! variant, which every later version must still read.

mod parts;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::{
    AccountId, Alert, AlertId, Capability, CaseId, Digest, EvidenceId, Finding, Instant, ItemKey,
    Ledger, LevelName, MessageKey, NoteId, PluginName, PromiseDecision, RuleSetId, Seq, SignalId,
    SilenceId, SourceId, Span, Unread, UserName,
    alert::{Delivery, Ending, Renewal, Silence, Suppression},
};

pub use self::parts::{
    Actor, Compared, Envelope, EvidenceKind, FieldDecision, Judgement, MoveTarget, NoteTarget,
    Received, Role, RulesOrigin, Sighting, Visibility,
};

/// The version of the form that [`Entry`] is written in.
pub const FORMAT: u16 = 1;

/// One immutable journal entry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// Version of the form; see [`FORMAT`].
    pub v: u16,
    /// Position in the journal, without gaps.
    pub seq: Seq,
    /// When it happened, as far as known at recording.
    pub at: Instant,
    /// When it was recorded.
    pub recorded: Instant,
    /// Who or what recorded it.
    pub actor: Actor,
    /// What happened.
    pub fact: Fact,
}

impl Entry {
    /// The bytes that the hash chain runs over, and that the journal keeps.
    pub fn to_bytes(&self) -> Result<Vec<u8>, serde_json::Error> {
        serde_json::to_vec(self)
    }

    /// Reads what [`Entry::to_bytes`] wrote, in this or an earlier version.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, serde_json::Error> {
        serde_json::from_slice(bytes)
    }

    /// The hash of an entry with these `bytes` whose predecessor has the hash `before`:
    /// SHA-256 over `before` and `bytes`.
    pub fn chain(before: &Digest, bytes: &[u8]) -> Digest {
        let mut joined = Vec::with_capacity(32 + bytes.len());
        joined.extend_from_slice(&before.0);
        joined.extend_from_slice(bytes);
        Digest::of(&joined)
    }
}

/// A fact about to be recorded: an [`Entry`] without its place in the journal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewFact {
    /// When it happened.
    pub at: Instant,
    /// When it is recorded.
    pub recorded: Instant,
    /// Who or what records it.
    pub actor: Actor,
    /// What happened.
    pub fact: Fact,
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Fact {
    /// The journal began.
    Created {
        /// Version of the program that created it.
        program: String,
    },
    /// A source became known.
    SourceAdded {
        /// Its id.
        source: SourceId,
        /// What it is, such as `maildir`, `mbox` or `eml`.
        source_kind: String,
        /// What people call it, such as its path.
        title: String,
        /// The mailbox's owner, if named.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        owner: Option<String>,
    },
    /// Evidence was captured; its bytes are durable.
    Captured {
        /// The hash of the bytes.
        evidence: EvidenceId,
        /// What the bytes are.
        evidence_kind: EvidenceKind,
        /// Their number.
        size: u64,
        /// Where they were seen.
        sighting: Sighting,
        /// The dedup key of that place.
        item: ItemKey,
        /// Whether these bytes had been captured before, elsewhere.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        again: bool,
    },
    /// An item was seen and deliberately not kept.
    Skipped {
        /// Where it was seen.
        sighting: Sighting,
        /// The dedup key of that place.
        item: ItemKey,
        /// Why, as a stable word such as `too_large` or `empty`.
        reason: String,
        /// Further detail for a person.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        detail: String,
    },
    /// What a source had shown at a place is there no more; what was kept of it stays.
    Vanished {
        /// Where it had been seen.
        sighting: Sighting,
        /// The evidence that was seen there last, if it is known.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        evidence: Option<EvidenceId>,
        /// The folder of the same source where it is now, if it was moved; the same folder if the
        /// server gave it another number there.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        moved_to: Option<String>,
    },
    /// Evidence could not be parsed and waits.
    Quarantined {
        /// The evidence.
        evidence: EvidenceId,
        /// What went wrong; never words of the message.
        reason: String,
    },
    /// A person asked for quarantined evidence to be read again.
    RetryRequested {
        /// The evidence.
        evidence: EvidenceId,
    },
    /// A person let a source rest: nothing is taken in from it until it is resumed.
    SourcePaused {
        /// The source.
        source: SourceId,
        /// Why, in the person's words.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        reason: String,
    },
    /// A person lets a source go on.
    SourceResumed {
        /// The source.
        source: SourceId,
    },
    /// A person defined a source in the page, or defined it anew.
    SourceSaved {
        /// The source.
        source: SourceId,
        /// Where it is, for people; never a secret.
        place: String,
    },
    /// A person took a source out that had been defined in the page; what it brought stays.
    SourceRemoved {
        /// The source.
        source: SourceId,
    },
    /// A person changed when we work.
    HoursChanged {
        /// The calendar; empty for our own.
        calendar: String,
        /// The first day with these hours; nothing where they are to have held always.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        since: Option<Date>,
        /// The hours of each day from Monday on, as `09:00-17:00`.
        week: [Vec<String>; 7],
        /// Days without work.
        holidays: Vec<Date>,
    },
    /// A person took back what had been changed about a calendar: it is as the configuration says.
    HoursReset {
        /// The calendar; empty for our own.
        calendar: String,
    },
    /// A person had a source tried before it was defined: something outside may have been called.
    SourceTried {
        /// The source.
        source: SourceId,
        /// Where it is, for people; never a secret.
        place: String,
        /// Whether it could be read.
        works: bool,
    },
    /// A backup was made; the actor wanted it.
    BackupMade {
        /// What it is called by.
        backup: String,
        /// The last fact that it holds.
        through: Seq,
        /// Bytes of all that it holds.
        bytes: u64,
        /// Bytes that the one before did not hold.
        new_bytes: u64,
    },
    /// A backup could not be made.
    BackupFailed {
        /// What happened.
        error: String,
    },
    /// A backup was restored aside and compared; the copy is removed again.
    BackupRehearsed {
        /// What it is called by.
        backup: String,
        /// What does not fit; nothing if it can be relied upon.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        broken: Vec<String>,
    },
    /// One pass over a source ended.
    RunFinished {
        /// The source.
        source: SourceId,
        /// When the pass began.
        started: Instant,
        /// What became of every item, by folder.
        folders: Vec<(String, Ledger)>,
        /// Whether the source was read to its end.
        complete: bool,
        /// What a comparison with the server found, by folder; nothing for what is no server.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        compared: Vec<Compared>,
    },
    /// A note was written; its text is evidence.
    NoteAdded {
        /// The note.
        note: NoteId,
        /// Its evidence, JSON with the text.
        evidence: EvidenceId,
        /// What it is about.
        about: NoteTarget,
        /// Address or user name of its author.
        author: String,
        /// Who may read it.
        #[serde(default)]
        visibility: Visibility,
    },
    /// An account was imported or changed; its row is evidence.
    AccountRecorded {
        /// The account.
        account: AccountId,
        /// Its evidence, JSON.
        evidence: EvidenceId,
    },
    /// A contact was imported or changed; the row is evidence.
    ContactRecorded {
        /// Its evidence, JSON.
        evidence: EvidenceId,
    },
    /// A person moved messages into another case, which splits their old one.
    MessagesMoved {
        /// The messages.
        messages: Vec<MessageKey>,
        /// Where they went.
        to: MoveTarget,
        /// Why, in the person's words.
        reason: String,
    },
    /// A person merged a case into another.
    CasesMerged {
        /// The case that ceases to be.
        from: CaseId,
        /// The case that holds all now.
        into: CaseId,
        /// Why, in the person's words.
        reason: String,
    },
    /// A person decided about a message that quoted another account's case.
    ReviewDecided {
        /// The message.
        message: MessageKey,
        /// The case it joins; nothing if it stays where it is.
        join: Option<CaseId>,
    },
    /// A person took an earlier act of moving or merging back.
    Undone {
        /// The act.
        act: Seq,
    },
    /// A person corrected the segments of a message.
    SegmentsCorrected {
        /// The message.
        message: MessageKey,
        /// Segment kinds by byte range of the body: `(start, end, kind)`.
        segments: Vec<(u32, u32, String)>,
    },
    /// A person set a field of a case; nothing as value gives it back to the rules.
    CaseFieldSet {
        /// The case.
        case: CaseId,
        /// The field, such as `owner`, `severity` or `state`.
        field: String,
        /// Its value.
        value: Option<String>,
        /// Why, in the person's words.
        reason: String,
    },
    /// A person judged a signal of a case.
    SignalJudged {
        /// The case.
        case: CaseId,
        /// The signal.
        signal: SignalId,
        /// What they said of it.
        judgement: Judgement,
        /// Why, in the person's words.
        reason: String,
    },
    /// A person decided about a promise. It happened when the decision took effect, which may be
    /// before it was recorded.
    PromiseDecided {
        /// The words of the promise; that of its message which overlaps them most is meant.
        promise: Span,
        /// What was decided.
        decided: PromiseDecision,
        /// Why, in the person's words.
        reason: String,
    },
    /// A person decided about the value of a field of the team's own. Whatever is read at that place
    /// stands as decided from then on.
    FieldDecided {
        /// The field, as the rule set names it.
        field: String,
        /// Where the value stands.
        span: Span,
        /// What was decided.
        decided: FieldDecision,
        /// Why, in the person's words.
        reason: String,
    },
    /// A person said what somebody's job title is; nothing gives it back to imports and signatures.
    PersonTitled {
        /// The address, in lower case.
        person: String,
        /// The title.
        title: Option<String>,
        /// Why, in the person's words.
        reason: String,
    },
    /// A person hands a case over; the owner stays until it is accepted.
    HandoffOffered {
        /// The case.
        case: CaseId,
        /// Who is to take it: the name of a user, or an address.
        to: String,
        /// What they should know first.
        note: String,
    },
    /// Who a case was handed to takes it, and is its owner from now on.
    HandoffAccepted {
        /// The case.
        case: CaseId,
        /// The offer that is accepted.
        offer: Seq,
    },
    /// A rule set assessed a case; only what differs from the assessment before is written.
    Assessed {
        /// The case.
        case: CaseId,
        /// The rule set.
        rules: RuleSetId,
        /// The instant up to which the case was followed.
        until: Instant,
        /// Positions of earlier findings that no longer hold, ascending.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        removed: Vec<u32>,
        /// Findings that are new.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        added: Vec<Finding>,
        /// The next instant at which time alone may change something.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        wake: Option<Instant>,
    },
    /// A rule set became the active one.
    RulesActivated {
        /// The rule set.
        rules: RuleSetId,
        /// Why, in the words of the person who wanted it.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        note: String,
        /// The proposal that this approves; the actor is the person who approved it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        approves: Option<Seq>,
        /// The team whose set it is; nothing for the set that judges all other cases.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        team: Option<String>,
    },
    /// A version of a rule set was kept; the actor is its author.
    RulesSaved {
        /// The rule set.
        rules: RuleSetId,
        /// Its evidence: JSON that gives the evidence of every file by path.
        manifest: EvidenceId,
        /// What is new, in the author's words.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        note: String,
        /// Where it came from.
        origin: RulesOrigin,
        /// The team whose set it is; nothing for the set that judges all other cases.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        team: Option<String>,
    },
    /// A person wants a rule set to become the active one; somebody else has to approve.
    RulesProposed {
        /// The rule set.
        rules: RuleSetId,
        /// Why.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        note: String,
        /// The team whose set it is; nothing for the set that judges all other cases.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        team: Option<String>,
    },
    /// A proposed rule set was declined, or its proposal withdrawn.
    RulesDeclined {
        /// The proposal.
        proposal: Seq,
        /// Why.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        note: String,
    },
    /// A script that ran away again and again is not asked any more.
    RuleDisabled {
        /// The rule set.
        rules: RuleSetId,
        /// The script's file.
        file: String,
        /// What it did.
        reason: String,
    },
    /// A person lets a disabled script run again.
    RuleEnabled {
        /// The rule set.
        rules: RuleSetId,
        /// The script's file.
        file: String,
    },
    /// A rule set runs beside the active one from now on and notifies nobody.
    ShadowStarted {
        /// The rule set.
        rules: RuleSetId,
        /// When it ends by itself.
        until: Instant,
        /// Why.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        note: String,
        /// The team whose set it is; nothing for the set that judges all other cases.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        team: Option<String>,
    },
    /// The rule set that ran beside the active one was stopped.
    ShadowStopped {
        /// The rule set.
        rules: RuleSetId,
        /// The team whose set it is; nothing for the set that judges all other cases.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        team: Option<String>,
    },
    /// A person says that a case was an escalation that the rules missed or found too late.
    EscalationMissed {
        /// The case.
        case: CaseId,
        /// When it should have been noticed.
        since: Instant,
        /// The signal that should have been raised, if one of the set fits.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        signal: Option<SignalId>,
        /// The level that it should have had.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        level: Option<LevelName>,
        /// The message that shows it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        message: Option<MessageKey>,
        /// What was missed, in the person's words.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        note: String,
    },
    /// A label of a missed escalation was taken back.
    EscalationMissedWithdrawn {
        /// The label.
        label: Seq,
    },
    /// A person may sign in from now on.
    UserAdded {
        /// The person.
        user: UserName,
        /// What they may do.
        role: Role,
    },
    /// What a person may do, or their password, was changed.
    UserChanged {
        /// The person.
        user: UserName,
        /// What they may do from now on, if that was changed.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        role: Option<Role>,
        /// Whether there is a new password.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        password: bool,
    },
    /// Every session of a person was ended; they may sign in again.
    SessionsEnded {
        /// The person.
        user: UserName,
    },
    /// A person may no longer sign in.
    UserRemoved {
        /// The person.
        user: UserName,
    },
    /// A token for programs was issued.
    TokenIssued {
        /// Its name; the token itself is kept nowhere.
        name: String,
        /// What it may do.
        role: Role,
        /// When it ends.
        expires: Instant,
    },
    /// A token was revoked.
    TokenRevoked {
        /// Its name.
        name: String,
    },
    /// An alert is to be told.
    AlertQueued {
        /// What a policy asked for.
        alert: Box<Alert>,
        /// To whom it goes, and when.
        deliveries: Vec<Delivery>,
    },
    /// An alert goes together with an earlier one, into one notice.
    AlertGrouped {
        /// What a policy asked for.
        alert: Box<Alert>,
        /// The alert that it goes with.
        into: AlertId,
    },
    /// An alert is told to nobody.
    AlertSuppressed {
        /// What a policy asked for.
        alert: Box<Alert>,
        /// Why.
        reason: Suppression,
    },
    /// An alert is told once more.
    AlertRenewed {
        /// The alert.
        alert: AlertId,
        /// Why.
        reason: Renewal,
        /// To whom it goes, and when.
        deliveries: Vec<Delivery>,
    },
    /// An alert ended though nobody acknowledged it.
    AlertEnded {
        /// The alert.
        alert: AlertId,
        /// Why.
        reason: Ending,
    },
    /// A person saw an alert and sees to it.
    AlertAcknowledged {
        /// The alert.
        alert: AlertId,
        /// What the person said to it.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        note: String,
    },
    /// A person wants to hear of an alert again later.
    AlertSnoozed {
        /// The alert.
        alert: AlertId,
        /// Until when it rests.
        until: Instant,
    },
    /// A recipient was told.
    AlertSent {
        /// The alert.
        alert: AlertId,
        /// How often it had been told before.
        round: u32,
        /// The recipient.
        to: String,
        /// What the channel gave as proof, such as a Message-ID.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        receipt: String,
    },
    /// Telling a recipient failed.
    AlertSendFailed {
        /// The alert.
        alert: AlertId,
        /// How often it had been told before.
        round: u32,
        /// The recipient.
        to: String,
        /// What the channel said.
        error: String,
        /// When it is tried again; nothing if it was given up.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        retry: Option<Instant>,
    },
    /// A person wants tried again what had been given up.
    AlertReplayed {
        /// The alert.
        alert: AlertId,
        /// How often it had been told before.
        round: u32,
        /// The recipient.
        to: String,
    },
    /// A person silenced alerts for a while.
    Silenced {
        /// What, until when, and why.
        silence: Silence,
    },
    /// A silence ended.
    SilenceLifted {
        /// The silence.
        silence: SilenceId,
        /// Whether its time was over; else a person lifted it.
        expired: bool,
    },
    /// An administrator let a plugin run, with these bytes and these capabilities and no other.
    PluginGranted {
        /// The plugin.
        plugin: PluginName,
        /// The SHA-256 of its component.
        hash: Digest,
        /// What it is given, ascending.
        capabilities: Vec<Capability>,
    },
    /// An administrator took back what a plugin was granted.
    PluginRevoked {
        /// The plugin.
        plugin: PluginName,
    },
    /// A plugin was switched off, by a person or because it failed again and again.
    PluginDisabled {
        /// The plugin.
        plugin: PluginName,
        /// The SHA-256 of its component.
        hash: Digest,
        /// Why; never words of a message.
        reason: String,
    },
    /// An attached file was read; its text is evidence.
    FileRead {
        /// The SHA-256 of the file.
        file: Digest,
        /// Its text: a [`crate::FileText`] as JSON.
        text: EvidenceId,
        /// The version of the reader.
        reader: u16,
        /// Whether the text was read out of pictures.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        ocr: bool,
    },
    /// An attached file could not be read.
    FileUnread {
        /// The SHA-256 of the file.
        file: Digest,
        /// Why.
        reason: Unread,
        /// The version of the reader.
        reader: u16,
        /// Whether text was looked for in pictures.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        ocr: bool,
    },
    /// A person wants an attached file to be read once more.
    FileRetried {
        /// The SHA-256 of the file.
        file: Digest,
    },
    /// A person switched a plugin on again.
    PluginEnabled {
        /// The plugin.
        plugin: PluginName,
    },
}
