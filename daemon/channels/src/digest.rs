//! Digests before they are sent: the same words as the mail will have.

use app::{
    digests::{DigestWriter, WrittenDigest},
    outbox::Sending,
};

use crate::{House, Letter, Parcel, mail, parcel::Addressing};

impl DigestWriter for House {
    fn write(&self, sendings: Vec<Sending>) -> Option<WrittenDigest> {
        let parcel = Parcel::pack(sendings, Addressing::Each).into_iter().find(|one| one.digest)?;
        let letter = Letter::of(&parcel, self);
        let (text, html) = (mail::plain(&letter), mail::html(&letter));
        Some(WrittenDigest { subject: letter.subject, text, html })
    }
}
