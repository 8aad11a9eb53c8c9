//! Finds at load what Rhai itself finds only when a line runs: unknown functions, properties,
//! numbers of arguments, word lists and signals.

use std::collections::{BTreeMap, BTreeSet};

use engine::RuleError;
use rhai::{AST, ASTNode, Engine, Expr, FnCallExpr, Position};
use serde::Deserialize;

use crate::error::{at, did_you_mean};

/// Names that the engine knows, and those that a set declares.
#[derive(Debug, Default)]
pub(crate) struct Names {
    /// Functions by name with the numbers of arguments they take, the object of a method among
    /// them.
    functions: BTreeMap<String, BTreeSet<usize>>,
    properties: BTreeSet<String>,
    lists: BTreeSet<String>,
    signals: BTreeSet<String>,
}

/// Functions that belong to the language itself.
const KEYWORDS: [&str; 6] = ["type_of", "Fn", "call", "curry", "is_def_fn", "is_def_var"];
/// Keys of the maps that the host hands out.
const HOST_KEYS: [&str; 3] = ["at", "author", "text"];

#[derive(Deserialize)]
struct Metadata {
    #[serde(default)]
    functions: Vec<Function>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Function {
    name: String,
    num_params: usize,
}

impl Names {
    /// What `engine` knows, and the word lists and signals of a set.
    pub(crate) fn of(
        engine: &Engine,
        lists: &[String],
        signals: &[String],
    ) -> Result<Self, RuleError> {
        let json = engine
            .gen_fn_metadata_to_json(true)
            .map_err(|e| at("(engine)", None, format!("its functions cannot be listed: {e}")))?;
        let metadata: Metadata = serde_json::from_str(&json)
            .map_err(|e| at("(engine)", None, format!("its functions cannot be read: {e}")))?;
        let mut names = Self {
            lists: lists.iter().cloned().collect(),
            signals: signals.iter().cloned().collect(),
            ..Self::default()
        };
        for function in metadata.functions {
            match function.name.strip_prefix("get$") {
                Some(property) => {
                    names.properties.insert(property.to_owned());
                }
                None => {
                    names.functions.entry(function.name).or_default().insert(function.num_params);
                }
            }
        }
        Ok(names)
    }

    /// Adds functions that every script may call.
    pub(crate) fn add(&mut self, functions: &[(String, usize)]) {
        for (name, arguments) in functions {
            self.functions.entry(name.clone()).or_default().insert(*arguments);
        }
    }

    /// Everything in `ast`, the script `file`, that would fail when it ran.
    pub(crate) fn check(&self, file: &str, ast: &AST) -> Vec<RuleError> {
        let mut check =
            Check { names: self, file, keys: keys_of(ast), own: own_of(ast), errors: Vec::new() };
        ast.walk(&mut |path: &[ASTNode<'_>]| {
            if let Some(ASTNode::Expr(expression)) = path.last() {
                check.expression(expression);
            }
            true
        });
        check.errors
    }
}

/// Keys of map literals in `ast`: what a property may also be.
fn keys_of(ast: &AST) -> BTreeSet<String> {
    let mut keys: BTreeSet<String> = HOST_KEYS.iter().map(|key| (*key).to_owned()).collect();
    ast.walk(&mut |path: &[ASTNode<'_>]| {
        if let Some(ASTNode::Expr(Expr::Map(map, _))) = path.last() {
            keys.extend(map.0.iter().map(|(key, _)| key.name.to_string()));
        }
        true
    });
    keys
}

/// Functions that `ast` defines, with their numbers of arguments.
fn own_of(ast: &AST) -> BTreeMap<String, BTreeSet<usize>> {
    let mut own: BTreeMap<String, BTreeSet<usize>> = BTreeMap::new();
    for function in ast.iter_functions() {
        own.entry(function.name.to_owned()).or_default().insert(function.params.len());
    }
    own
}

struct Check<'a> {
    names: &'a Names,
    file: &'a str,
    keys: BTreeSet<String>,
    own: BTreeMap<String, BTreeSet<usize>>,
    errors: Vec<RuleError>,
}

impl Check<'_> {
    fn expression(&mut self, expression: &Expr) {
        match expression {
            Expr::FnCall(call, position) if !call.is_operator_call() => {
                self.call(call, 0, *position);
            }
            Expr::MethodCall(call, position) => self.call(call, 1, *position),
            Expr::Property(property, position) => self.property(&property.2, *position),
            _ => {}
        }
    }

    fn call(&mut self, call: &FnCallExpr, object: usize, position: Position) {
        let name = call.name.as_str();
        let given = call.args.len();
        if KEYWORDS.contains(&name) || self.own.get(name).is_some_and(|n| n.contains(&given)) {
            return;
        }
        self.named(call, object, position);
        let known = self.names.functions.get(name).or_else(|| self.own.get(name));
        match known {
            None => {
                let all = self.names.functions.keys().chain(self.own.keys());
                let hint = did_you_mean(name, all.map(String::as_str));
                let what = if object == 0 { "function" } else { "method" };
                let property = if object == 1 && self.names.properties.contains(name) {
                    ": it is a property, write it without ( )"
                } else {
                    hint.as_str()
                };
                self.report(position, format!("no {what} `{name}`{property}"));
            }
            Some(counts) if counts.contains(&(given + object)) => {}
            Some(counts) => {
                let wanted: Vec<String> =
                    counts.iter().map(|n| n.saturating_sub(object).to_string()).collect();
                let wanted = wanted.join(" or ");
                self.report(position, format!("`{name}` takes {wanted} arguments, not {given}"));
            }
        }
    }

    /// Word lists and signals that a call names in a literal.
    fn named(&mut self, call: &FnCallExpr, object: usize, position: Position) {
        let literal = |index: usize| match call.args.get(index) {
            Some(Expr::StringConstant(text, place)) => Some((text.to_string(), *place)),
            _ => None,
        };
        let (known, what, found) = match (call.name.as_str(), object) {
            ("find" | "find_all" | "holds" | "titled" | "beside" | "led_by", 1) => {
                (&self.names.lists, "word list", literal(0))
            }
            ("has" | "signal" | "ever" | "began" | "ended", 1) => {
                (&self.names.signals, "signal", literal(0))
            }
            ("input", 1) if call.args.len() == 2 => (&self.names.signals, "signal", literal(0)),
            ("because", 0) => (&self.names.signals, "signal", literal(1)),
            _ => return,
        };
        if let Some((name, place)) = found
            && !known.contains(&name)
        {
            let hint = did_you_mean(&name, known.iter().map(String::as_str));
            let place = if place.is_none() { position } else { place };
            self.report(place, format!("no {what} `{name}` in this set{hint}"));
        }
    }

    fn property(&mut self, name: &str, position: Position) {
        if self.names.properties.contains(name) || self.keys.contains(name) {
            return;
        }
        if self.names.functions.contains_key(name) {
            self.report(position, format!("`{name}` is a method: write {name}( )"));
            return;
        }
        let all = self.names.properties.iter().chain(&self.keys).map(String::as_str);
        let hint = did_you_mean(name, all);
        self.report(position, format!("no property `{name}`{hint}"));
    }

    fn report(&mut self, position: Position, message: String) {
        self.errors.push(at(self.file, place(position), message));
    }
}

/// Line and column, where known.
pub(crate) fn place(position: Position) -> Option<(usize, usize)> {
    position.line().map(|line| (line, position.position().unwrap_or(1)))
}
