//! Messages within messages (F21).

use mail_parser::Message as Parsed;

use crate::{
    Message, Nested, NestedOrigin, ParseContext,
    defect::defect,
    parse::Builder,
    parts::{Inner, Numbered},
};

/// Where enclosed messages are looked for.
pub(crate) struct Enclosing<'e, 'm> {
    /// The parts of the enclosing message.
    pub numbered: &'e [Numbered<'m>],
    /// The offset of its Date header, in seconds east of UTC: header blocks in its text are
    /// written in the same zone.
    pub offset: i32,
    /// How deep the enclosing message is enclosed itself.
    pub depth: usize,
}

/// Unpacks the messages that `message` encloses.
pub(crate) fn unpack(
    builder: &mut Builder<'_>,
    message: &mut Message,
    enclosing: &Enclosing<'_, '_>,
) {
    let mut cut = false;
    for one in enclosing.numbered {
        if let Inner::Message(parsed, parts) = &one.inner {
            cut |= !unpack_part(builder, message, enclosing.depth, parsed, parts);
        }
    }
    if cut {
        message.defects.push(defect("nesting_cut", "some enclosed messages are not unpacked"));
    }
}

/// Unpacks one message/rfc822 part; gives whether the limits allowed it.
fn unpack_part(
    builder: &mut Builder<'_>,
    message: &mut Message,
    depth: usize,
    parsed: &Parsed<'_>,
    parts: &[Numbered<'_>],
) -> bool {
    if depth + 1 > builder.limits.depth || builder.nested >= builder.limits.nested {
        return false;
    }
    builder.nested += 1;
    let context = ParseContext { received: None, captured: builder.captured };
    let inner = builder.build(parsed, parts, &context, depth + 1);
    message.nested.push(Nested { origin: NestedOrigin::Rfc822, message: Box::new(inner) });
    true
}
