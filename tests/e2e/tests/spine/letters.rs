//! Mail of our own writing: conversations in several Maildirs, with copies and a broken file.

use std::{
    collections::BTreeSet,
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
};

/// How much is written.
pub struct Amount {
    pub maildirs: usize,
    /// Conversations in each.
    pub conversations: usize,
    /// Messages of each.
    pub replies: usize,
}

/// What was written.
pub struct Letters {
    /// The folder that holds the Maildirs.
    pub root: PathBuf,
    /// The Maildirs, with the number of files in each.
    pub maildirs: Vec<(PathBuf, u64)>,
    /// The Message-ID of every sound message.
    pub ids: BTreeSet<String>,
}

/// A word that every sound message has in its body, and a few have in the subject.
pub const WORD: &str = "lighthouse";

/// Writes mail below `root`. Every third conversation's first message lies a second time in
/// another folder, byte for byte; every fourth's in another folder with another transport header. One
/// file of the first Maildir is no message at all.
pub fn write(root: &Path, amount: &Amount) -> Letters {
    let mut letters = Letters { root: root.to_owned(), maildirs: vec![], ids: BTreeSet::new() };
    for maildir in 0..amount.maildirs {
        let path = root.join(format!("mailbox-{maildir}"));
        for folder in ["cur", "new", "tmp", ".Archive/cur", ".Archive/new", ".Archive/tmp"] {
            fs::create_dir_all(path.join(folder)).unwrap();
        }
        let mut files = 0;
        let mut put = |name: String, bytes: &str| {
            fs::write(path.join(name), bytes).unwrap();
            files += 1;
        };
        for conversation in 0..amount.conversations {
            for reply in 0..amount.replies {
                let (id, text) = message(maildir, conversation, reply);
                let at = conversation * 100 + reply;
                put(format!("cur/{at}.harbour:2,S"), &text);
                if reply == 0 && conversation.is_multiple_of(3) {
                    put(format!(".Archive/cur/{at}.copy:2,"), &text);
                }
                if reply == 0 && conversation.is_multiple_of(4) {
                    let hop = "Received: from relay.example by mx.harbour.example; \
                               Mon, 2 Mar 2026 09:00:01 +0000\r\n";
                    put(format!(".Archive/new/{at}.relayed"), &format!("{hop}{text}"));
                }
                assert!(letters.ids.insert(id));
            }
        }
        if maildir == 0 {
            put("cur/broken.harbour:2,".to_owned(), "\u{1}\u{2} no header, no message\n");
        }
        letters.maildirs.push((path, files));
    }
    letters
}

/// A message's id and its bytes.
fn message(maildir: usize, conversation: usize, reply: usize) -> (String, String) {
    let domain = format!("customer-{maildir}-{conversation}.example");
    let id = |reply| format!("<{maildir}.{conversation}.{reply}@{domain}>");
    let customer = format!("Robin Reed <robin@{domain}>");
    let ours = "Harbour Support <support@harbour.example>".to_owned();
    let (from, to) = if reply.is_multiple_of(2) { (customer, ours) } else { (ours, customer) };
    let day = 1 + (conversation + maildir) % 25;
    let mut text = format!(
        "From: {from}\r\nTo: {to}\r\nDate: {day} Mar 2026 {:02}:{:02}:00 +0000\r\nMessage-ID: {}\r\n",
        8 + reply,
        (conversation * 7 + maildir) % 60,
        id(reply)
    );
    let mark = if reply == 0 { "" } else { "Re: " };
    let _ = write!(text, "Subject: {mark}Report {conversation} of mailbox {maildir} fails\r\n");
    if reply > 0 {
        let before: Vec<String> = (0..reply).map(id).collect();
        let _ = write!(text, "In-Reply-To: {}\r\n", id(reply - 1));
        let _ = write!(text, "References: {}\r\n", before.join(" "));
    }
    let _ = write!(
        text,
        "\r\nHello,\r\n\r\nthe {WORD} report {conversation}, number {reply}, stops at row {}.\r\n\
         We are still waiting for an answer and need it by Friday.\r\n",
        conversation * 31 + maildir
    );
    for line in 0..40 {
        let _ = write!(text, "Row {line} of {conversation}: {}\r\n", (line * 7919 + maildir) % 997);
    }
    (id(reply), text)
}
