//! Facts and messages that no person wrote, for checks and measurements.

use model::{
    Actor, EvidenceId, Fact, Instant, ItemKey, SourceId,
    fact::{EvidenceKind, NewFact, Sighting},
};

/// The `number`th of a row of captured messages in a Maildir.
pub fn captured(number: u64) -> NewFact {
    let source = SourceId::new("maildir:support");
    let stamp = 1_700_000_000 + number * 37;
    let place = format!("{stamp}.M{}P{}.mail", mix(number) % 1_000_000, 1000 + number % 60);
    let item = ItemKey::of(&source, "INBOX", &place);
    let sighting = Sighting {
        source: source.clone(),
        folder: "INBOX".to_owned(),
        place,
        flags: if number.is_multiple_of(3) { "RS" } else { "S" }.to_owned(),
        received: None,
        envelope: None,
    };
    NewFact {
        at: Instant::from_seconds(stamp as i64),
        recorded: Instant::from_millis(1_800_000_000_000 + number as i64),
        actor: Actor::Source(source),
        fact: Fact::Captured {
            evidence: EvidenceId::of(&number.to_le_bytes()),
            evidence_kind: EvidenceKind::Message,
            size: 2000 + mix(number) % 9000,
            sighting,
            item,
            again: false,
        },
    }
}

/// The `number`th of a row of messages that answer each other, a few kilobytes each.
pub fn message(number: u64) -> Vec<u8> {
    let mut text = format!(
        "From: Agent {0} <agent{0}@support.example>\r\nTo: jane@northwind.example\r\n\
         Subject: Re: export fails ({1})\r\nMessage-ID: <{2:x}@support.example>\r\n\r\n",
        number % 7,
        number / 12,
        mix(number),
    );
    // Each answer quotes those before it in its conversation.
    for answered in (number / 12 * 12..=number).rev() {
        let depth = (number - answered) as usize;
        for line in 0..12 {
            text.extend(std::iter::repeat_n("> ", depth));
            for word in 0..11 {
                let word = mix(answered * 1000 + line * 40 + word) % 4096;
                text.push_str(&spell(word));
                text.push(' ');
            }
            text.push_str("\r\n");
        }
    }
    text.into_bytes()
}

/// A word made of syllables.
fn spell(mut number: u64) -> String {
    const SYLLABLES: [&str; 16] = [
        "ba", "con", "de", "ex", "for", "gen", "in", "lo", "mer", "no", "per", "re", "sta", "ti",
        "un", "ver",
    ];
    let mut word = String::new();
    while number > 0 {
        word.push_str(SYLLABLES[(number % 16) as usize]);
        number /= 16;
    }
    word
}

/// A number that looks random, the same each time.
fn mix(number: u64) -> u64 {
    let mut mixed = number.wrapping_add(0x9E37_79B9_7F4A_7C15);
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    mixed ^ (mixed >> 31)
}
