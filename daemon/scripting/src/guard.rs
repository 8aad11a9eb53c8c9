//! The first line of most signals, read once instead of run for every message: what lets
//! `on_message` return before it has looked at any text.

use rhai::{AST, ASTNode, Expr, Stmt};

use crate::scene::Scene;

/// A condition of a guard, and whether it must hold for the script to return.
type Term = (Condition, bool);

/// What a guard may ask.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Condition {
    /// `msg.from_customer`
    FromCustomer,
    /// `msg.from_us`
    FromUs,
    /// `msg.automatic`
    Automatic,
    /// `record.ours_involved`
    OursInvolved,
}

impl Condition {
    fn holds(self, scene: &Scene, position: usize) -> bool {
        let message = &scene.case.messages[position];
        match self {
            Self::FromCustomer => message.from_customer(),
            Self::FromUs => message.from_us(),
            Self::Automatic => message.is_automatic(),
            Self::OursInvolved => scene.ours_involved(),
        }
    }
}

/// `if !msg.from_customer || msg.automatic { return; }` at the beginning of `on_message`, up to the
/// first term that it does not know: any of its terms lets the script return without an act.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Guard(Vec<Term>);

impl Guard {
    /// That of a script as it was written.
    pub(crate) fn of(written: &AST) -> Self {
        let handler = written.clone_functions_only_filtered(|_, _, script, name, arguments| {
            script && name == "on_message" && arguments == 2
        });
        let function = handler.iter_functions().next();
        let Some([record, message]) = function.as_ref().map(|f| &f.params[..]) else {
            return Self::default();
        };
        let mut found = Vec::new();
        handler.walk(&mut |path: &[ASTNode<'_>]| {
            if let Some(ASTNode::Stmt(first)) = path.first() {
                found = terms(first, record, message).unwrap_or_default();
            }
            false
        });
        Self(found)
    }

    /// Whether `on_message` returns at once for the message at `position`.
    pub(crate) fn returns(&self, scene: &Scene, position: usize) -> bool {
        self.0.iter().any(|(condition, wanted)| condition.holds(scene, position) == *wanted)
    }
}

/// What lets the script return at its first statement.
fn terms(first: &Stmt, record: &str, message: &str) -> Option<Vec<Term>> {
    let Stmt::If(flow, _) = first else { return None };
    let returns =
        matches!(flow.body.statements(), [Stmt::Return(None, options, _)] if options.is_empty());
    if !returns || !flow.branch.is_empty() {
        return None;
    }
    let alone = std::slice::from_ref(&flow.expr);
    let either = match &flow.expr {
        Expr::Or(terms, _) => &terms[..],
        _ => alone,
    };
    Some(either.iter().map_while(|expr| term(expr, record, message)).collect())
}

fn term(expr: &Expr, record: &str, message: &str) -> Option<Term> {
    if let Expr::FnCall(call, _) = expr
        && call.name == "!"
        && let [inner] = &call.args[..]
    {
        return term(inner, record, message).map(|(condition, wanted)| (condition, !wanted));
    }
    let Expr::Dot(pair, options, _) = expr else { return None };
    let (Expr::Variable(owner, ..), Expr::Property(property, _)) = (&pair.lhs, &pair.rhs) else {
        return None;
    };
    let (owner, property) = (owner.1.as_str(), property.2.as_str());
    let condition = match property {
        _ if !options.is_empty() => return None,
        "from_customer" if owner == message => Condition::FromCustomer,
        "from_us" if owner == message => Condition::FromUs,
        "automatic" if owner == message => Condition::Automatic,
        "ours_involved" if owner == record => Condition::OursInvolved,
        _ => return None,
    };
    Some((condition, true))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn guard(on_message: &str) -> Guard {
        let source = format!("fn on_message(record, msg) {{ {on_message} }}");
        Guard::of(&rhai::Engine::new().compile(source).unwrap())
    }

    #[test]
    fn only_a_bare_return_is_a_guard() {
        let usual =
            guard("if !msg.from_customer || msg.automatic || !record.ours_involved { return; }");
        let terms = [
            (Condition::FromCustomer, false),
            (Condition::Automatic, true),
            (Condition::OursInvolved, false),
        ];
        assert_eq!(usual.0, terms);
        assert_eq!(guard("if msg.from_us { return; } raise(msg);").0, [(Condition::FromUs, true)]);
        assert_eq!(guard("if msg.automatic { raise(msg); return; }").0, []);
        assert_eq!(guard("if msg.automatic { return; } else { raise(msg); }").0, []);
        assert_eq!(guard("let a = 1; if msg.automatic { return; }").0, []);
        assert_eq!(guard("if msg.automatic && msg.from_us { return; }").0, []);
    }

    #[test]
    fn terms_behind_one_that_may_fail_are_left_to_the_script() {
        let mixed = guard("if msg.automatic || msg.new_text.words > 5 || msg.from_us { return; }");
        assert_eq!(mixed.0, [(Condition::Automatic, true)]);
        assert_eq!(guard("if other.automatic { return; }").0, []);
    }
}
