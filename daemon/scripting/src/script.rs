//! One script: compiled with its constants in view of its functions, checked, and callable.

use std::panic::{AssertUnwindSafe, catch_unwind};

use engine::RuleError;
use rhai::{
    AST, ASTNode, CallFnOptions, Dynamic, Engine, EvalAltResult, Expr, FuncArgs, Module,
    OptimizationLevel, ParseError, ParseErrorType, Position, Scope, Stmt,
};

use crate::{
    api::acts::Acting,
    check::{Names, place},
    error::{at, did_you_mean},
    guard::Guard,
    sandbox, trace,
};

/// A script that compiled.
#[derive(Debug, Clone)]
pub(crate) struct Script {
    pub(crate) file: String,
    ast: AST,
    /// The functions it defines, with their numbers of arguments.
    functions: Vec<(String, usize)>,
    /// Its constants, by name.
    constants: Vec<(String, Dynamic)>,
    /// The `//!` comment on top, without its marks.
    pub(crate) doc: String,
    /// Whether it assigns to a part of a value, such as `counts[word] = 1`.
    pub(crate) assigns_parts: bool,
    /// What lets `on_message` return at once.
    pub(crate) guard: Guard,
}

/// What scripts are compiled with.
pub(crate) struct Compiler {
    /// Strict and optimising: what runs.
    pub(crate) engine: Engine,
    /// Neither: shows a script as it was written.
    plain: Engine,
}

impl Compiler {
    /// `engine` runs scripts; `plain` knows the same functions.
    pub(crate) fn new(engine: Engine, mut plain: Engine) -> Self {
        plain.set_strict_variables(false).set_optimization_level(OptimizationLevel::None);
        Self { engine, plain }
    }

    /// Lets every script compiled from now on call the functions of `script`.
    pub(crate) fn share(&mut self, script: &Script) -> Result<(), RuleError> {
        let module = Module::eval_ast_as_new(Scope::new(), &script.ast, &self.engine)
            .map_err(|e| script.failed(*e))?;
        self.engine.register_global_module(module.into());
        Ok(())
    }

    /// Compiles the script `file`. Its functions see its constants, which must be literals, and
    /// nothing else: what else stood on top would run at no known time.
    pub(crate) fn compile(
        &self,
        file: &str,
        source: &[u8],
        names: &Names,
    ) -> Result<Script, Vec<RuleError>> {
        let source = std::str::from_utf8(source)
            .map_err(|_| vec![at(file, None, "not UTF-8: save it as UTF-8")])?;
        let written = self.plain.compile(source).map_err(|e| vec![parse_error(file, &e, &[])])?;
        let mut errors = top_level(file, &written);
        let (constants, wrong) = constants(file, &written);
        errors.extend(wrong);
        errors.extend(names.check(file, &written));
        let mut scope = Scope::new();
        for (name, value) in &constants {
            scope.push_constant_dynamic(name.as_str(), value.clone());
        }
        let known: Vec<&str> = constants.iter().map(|(name, _)| name.as_str()).collect();
        let compiled = self.engine.compile_with_scope(&scope, source);
        match compiled {
            Ok(ast) if errors.is_empty() => {
                let functions =
                    ast.iter_functions().map(|f| (f.name.to_owned(), f.params.len())).collect();
                let mut ast = ast.clone_functions_only();
                ast.set_source(file);
                let doc = doc_of(&written);
                let assigns_parts = assigns_parts(&written);
                let guard = Guard::of(&written);
                let file = file.to_owned();
                Ok(Script { file, ast, functions, constants, doc, assigns_parts, guard })
            }
            Ok(_) => Err(errors),
            Err(error) => {
                errors.push(parse_error(file, &error, &known));
                Err(errors)
            }
        }
    }
}

/// Whether anything in `ast` assigns to a part of a value.
fn assigns_parts(ast: &AST) -> bool {
    let mut found = false;
    ast.walk(&mut |path: &[ASTNode<'_>]| {
        if let Some(ASTNode::Stmt(Stmt::Assignment(assignment))) = path.last() {
            found |= matches!(assignment.1.lhs, Expr::Index(..) | Expr::Dot(..));
        }
        true
    });
    found
}

/// The text of the `//!` comment.
fn doc_of(ast: &AST) -> String {
    let lines = ast.doc().lines().map(|line| line.trim_start_matches("//!").trim());
    lines.collect::<Vec<_>>().join("\n").trim().to_owned()
}

/// Anything but constants and functions on top of a file.
fn top_level(file: &str, ast: &AST) -> Vec<RuleError> {
    let stray = |statement: &&Stmt| {
        !matches!(statement, Stmt::Var(_, flags, _) if flags.contains(rhai::ASTFlags::CONSTANT))
            && !matches!(statement, Stmt::Noop(_))
    };
    let says = "only `const` and `fn` may stand outside of functions";
    ast.statements().iter().filter(stray).map(|s| at(file, place(s.position()), says)).collect()
}

type Constants = Vec<(String, Dynamic)>;

/// The literal constants of a script, and errors about others.
fn constants(file: &str, ast: &AST) -> (Constants, Vec<RuleError>) {
    let literal: Constants =
        ast.iter_literal_variables(true, false).map(|(n, _, v)| (n.to_owned(), v)).collect();
    let mut errors = Vec::new();
    for statement in ast.statements() {
        if let Stmt::Var(variable, flags, position) = statement
            && flags.contains(rhai::ASTFlags::CONSTANT)
            && !literal.iter().any(|(name, _)| *name == variable.0.name)
        {
            let message = format!("the constant {} must be a plain value", variable.0.name);
            errors.push(at(file, place(*position), message));
        }
    }
    (literal, errors)
}

fn parse_error(file: &str, error: &ParseError, known: &[&str]) -> RuleError {
    let message = match &*error.0 {
        ParseErrorType::VariableUndefined(name) => {
            let hint = did_you_mean(name, known.iter().copied());
            format!("no variable `{name}`{hint}")
        }
        ParseErrorType::Reserved(name) => {
            format!("`{name}` is a word of the language: use another name")
        }
        ParseErrorType::WrongDocComment => {
            "`///` belongs right above a function: write `//`".to_owned()
        }
        other => lower_first(&other.to_string()),
    };
    at(file, place(error.1), message)
}

fn lower_first(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().map(char::to_lowercase).into_iter().flatten();
    first.chain(letters).collect()
}

/// Why a call broke off.
pub(crate) struct Broke {
    pub(crate) error: RuleError,
    /// Whether it was stopped by a limit: it would be again, at the same cost.
    pub(crate) ran_away: bool,
}

/// Whether a limit stopped the script.
fn ran_away(error: &EvalAltResult) -> bool {
    match error {
        EvalAltResult::ErrorInFunctionCall(_, _, inner, _) => ran_away(inner),
        EvalAltResult::ErrorTooManyOperations(_)
        | EvalAltResult::ErrorTerminated(..)
        | EvalAltResult::ErrorStackOverflow(_)
        | EvalAltResult::ErrorDataTooLarge(..)
        | EvalAltResult::ErrorTooManyVariables(_) => true,
        _ => false,
    }
}

impl Script {
    /// Whether it defines `name` with so many arguments.
    pub(crate) fn has(&self, name: &str, arguments: usize) -> bool {
        self.functions.iter().any(|(n, a)| n == name && *a == arguments)
    }

    /// What it compiled to.
    pub(crate) fn ast(&self) -> &AST {
        &self.ast
    }

    /// The functions it defines, with their numbers of arguments.
    pub(crate) fn functions(&self) -> &[(String, usize)] {
        &self.functions
    }

    /// The constant called `name`.
    pub(crate) fn constant(&self, name: &str) -> Option<&Dynamic> {
        self.constants.iter().find(|(n, _)| n == name).map(|(_, value)| value)
    }

    /// Calls the function `name`, with `acting` beside it where it is a signal's. A panic within is
    /// an error like others.
    pub(crate) fn call(
        &self,
        engine: &Engine,
        name: &str,
        acting: Option<&Acting>,
        arguments: impl FuncArgs,
    ) -> Result<Dynamic, RuleError> {
        self.attempt(engine, name, acting, arguments).map_err(|broke| broke.error)
    }

    /// As [`Script::call`], telling a script that ran away from one that merely failed.
    pub(crate) fn attempt(
        &self,
        engine: &Engine,
        name: &str,
        acting: Option<&Acting>,
        arguments: impl FuncArgs,
    ) -> Result<Dynamic, Broke> {
        let mut options = CallFnOptions::new().eval_ast(false);
        if let Some(acting) = acting {
            options = options.with_tag(Dynamic::from(acting.clone()));
        }
        let call = || {
            let mut scope = Scope::new();
            engine.call_fn_with_options(options, &mut scope, &self.ast, name, arguments)
        };
        trace::entered(&self.file, name);
        let result = catch_unwind(AssertUnwindSafe(|| sandbox::timed(call)));
        let Ok(result) = result else {
            let message = format!("{name} broke off inside the program");
            return Err(Broke { ran_away: true, error: at(&self.file, None, message) });
        };
        result.map_err(|e| Broke { ran_away: ran_away(&e), error: self.failed(*e) })
    }

    /// The innermost cause, with its place and a remedy.
    fn failed(&self, error: EvalAltResult) -> RuleError {
        let mut error = error;
        let mut outer = Position::NONE;
        let mut file = self.file.clone();
        while let EvalAltResult::ErrorInFunctionCall(_, source, inner, position) = error {
            outer = position;
            error = *inner;
            if !source.is_empty() {
                file = source;
            }
        }
        let mut position = error.take_position();
        if position.is_none() {
            position = outer;
        }
        at(&file, place(position), explain(&error))
    }
}

fn explain(error: &EvalAltResult) -> String {
    match error {
        EvalAltResult::ErrorTooManyOperations(_) => format!(
            "it took more than {} operations: look for a loop that does not end",
            sandbox::MAX_OPERATIONS
        ),
        EvalAltResult::ErrorTerminated(reason, _) => reason.to_string(),
        EvalAltResult::ErrorStackOverflow(_) => {
            "its functions call one another too deeply: look for a recursion that does not end"
                .to_owned()
        }
        EvalAltResult::ErrorRuntime(value, _) => value.to_string(),
        EvalAltResult::ErrorFunctionNotFound(signature, _) => {
            format!("no function fits `{signature}`: look at the types of its arguments")
        }
        other => lower_first(&other.to_string()),
    }
}
