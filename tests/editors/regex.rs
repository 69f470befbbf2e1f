//! Rules of the pest grammar as regular expressions, so that highlighting reads what the parser reads.
//!
//! Knows no keyword and no editor.

use std::collections::HashMap;
use std::fmt::Write as _;

use pest_meta::ast::Expr;
use pest_meta::parser;

/// Who reads the expression.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flavour {
    /// Oniguruma, of TextMate grammars: what was matched is never given back, as in pest.
    Oniguruma,
    /// JavaScript with the flag `u`, which has no such groups.
    JavaScript,
}

/// The rules of a pest grammar.
pub struct Grammar {
    rules: HashMap<String, Expr>,
}

impl Grammar {
    /// Reads a grammar.
    pub fn read(text: &str) -> Grammar {
        let pairs = parser::parse(parser::Rule::grammar_rules, text).expect("the grammar is one of pest's");
        let rules = parser::consume_rules(pairs).expect("the grammar has no mistakes");
        Grammar { rules: rules.into_iter().map(|rule| (rule.name, rule.expr)).collect() }
    }

    /// What a rule is made of.
    pub fn rule(&self, name: &str) -> &Expr {
        self.rules.get(name).unwrap_or_else(|| panic!("grammar/policy.pest has no rule `{name}`"))
    }

    /// A rule as a regular expression for a TextMate grammar.
    pub fn regex(&self, name: &str) -> String {
        self.write(self.rule(name), Flavour::Oniguruma)
    }

    /// A rule as a regular expression of JavaScript.
    pub fn javascript(&self, name: &str) -> String {
        self.write(self.rule(name), Flavour::JavaScript)
    }

    /// A rule that begins with a line end, as an expression for the start of a line.
    pub fn at_line_start(&self, name: &str) -> String {
        let text = self.regex(name);
        let rest =
            text.strip_prefix("\\n").unwrap_or_else(|| panic!("`{name}` begins with no line end: {text}"));
        format!("^{rest}")
    }

    /// The words that a rule offers, in its order.
    pub fn words(&self, name: &str) -> Vec<String> {
        let mut found = Vec::new();
        collect(self.rule(name), &mut found);
        found
    }

    /// One character of a rule, inside or outside: `[…]` or `[^…]`.
    pub fn class(&self, name: &str) -> String {
        let inside = self.inside(self.rule(name));
        format!("[{}]", inside.unwrap_or_else(|| panic!("`{name}` is more than one character")))
    }

    fn write(&self, expr: &Expr, flavour: Flavour) -> String {
        let write = |expr: &Expr| self.write(expr, flavour);
        if let Expr::Str(text) = expr {
            return escape(text);
        }
        if let Some(class) = self.inside(expr) {
            return if class.starts_with('\\') && !class[1..].contains(|c: char| !c.is_alphanumeric()) {
                class
            } else {
                format!("[{class}]")
            };
        }
        match expr {
            Expr::Ident(name) => match name.as_str() {
                "ANY" => ".".into(),
                "SOI" => "^".into(),
                "EOI" => "$".into(),
                _ => write(self.rule(name)),
            },
            Expr::PosPred(inner) => format!("(?={})", write(inner)),
            Expr::NegPred(inner) => format!("(?!{})", write(inner)),
            Expr::Seq(first, second) => match (&**first, &**second) {
                (Expr::NegPred(not), Expr::Ident(any)) if any == "ANY" && self.inside(not).is_some() => {
                    format!("[^{}\\n]", self.inside(not).unwrap_or_default().replace("\\n", ""))
                }
                _ => self.part(first, flavour) + &self.part(second, flavour),
            },
            Expr::Choice(first, second) => format!("{}|{}", write(first), write(second)),
            Expr::Opt(inner) => repeat(self, inner, "?", flavour),
            Expr::Rep(inner) => repeat(self, inner, "*", flavour),
            Expr::RepOnce(inner) => repeat(self, inner, "+", flavour),
            other => panic!("no regular expression for `{other}`"),
        }
    }

    /// A part of a sequence. In pest a choice is made once.
    fn part(&self, expr: &Expr, flavour: Flavour) -> String {
        let text = self.write(expr, flavour);
        if !self.is_choice(expr) {
            return text;
        }
        match flavour {
            Flavour::Oniguruma => format!("(?>{text})"),
            Flavour::JavaScript => format!("(?:{text})"),
        }
    }

    fn is_choice(&self, expr: &Expr) -> bool {
        match expr {
            Expr::Choice(..) => self.inside(expr).is_none(),
            Expr::Ident(name) => self.rules.get(name).is_some_and(|rule| self.is_choice(rule)),
            _ => false,
        }
    }

    /// The inside of `[…]` for what matches exactly one character of a list.
    fn inside(&self, expr: &Expr) -> Option<String> {
        match expr {
            Expr::Str(text) => {
                let mut chars = text.chars();
                let one = chars.next().filter(|_| chars.next().is_none())?;
                Some(in_class(one))
            }
            Expr::Range(from, to) => Some(format!("{}-{}", in_class(single(from)?), in_class(single(to)?))),
            Expr::Choice(first, second) => Some(self.inside(first)? + &self.inside(second)?),
            Expr::Ident(name) => Some(match name.as_str() {
                "ANY" | "SOI" | "EOI" => return None,
                "ASCII_ALPHA" => "A-Za-z".into(),
                "ASCII_ALPHA_LOWER" => "a-z".into(),
                "ASCII_DIGIT" => "0-9".into(),
                "ASCII_ALPHANUMERIC" => "0-9A-Za-z".into(),
                "LETTER" => "\\p{L}".into(),
                "MARK" => "\\p{M}".into(),
                "NUMBER" => "\\p{N}".into(),
                "WHITE_SPACE" => "\\s".into(),
                _ => return self.inside(self.rule(name)),
            }),
            _ => None,
        }
    }
}

fn collect(expr: &Expr, found: &mut Vec<String>) {
    match expr {
        Expr::Str(word) => found.push(word.clone()),
        Expr::Choice(first, second) => {
            collect(first, found);
            collect(second, found);
        }
        // What follows the words only says where they end.
        Expr::Seq(first, _) => collect(first, found),
        other => panic!("`{other}` offers no words"),
    }
}

fn repeat(grammar: &Grammar, inner: &Expr, times: &str, flavour: Flavour) -> String {
    let text = grammar.write(inner, flavour);
    let one = grammar.inside(inner).is_some() || text.chars().count() == 1;
    let text = if one { text } else { format!("(?:{text})") };
    match flavour {
        Flavour::Oniguruma => format!("{text}{times}+"),
        Flavour::JavaScript => format!("{text}{times}"),
    }
}

fn single(text: &str) -> Option<char> {
    let mut chars = text.chars();
    chars.next().filter(|_| chars.next().is_none())
}

/// A text that stands for itself.
pub fn escape(text: &str) -> String {
    text.chars().fold(String::new(), |mut out, c| {
        match c {
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            '\r' => out.push_str("\\r"),
            '^' | '$' | '\\' | '.' | '*' | '+' | '?' | '(' | ')' | '[' | ']' | '{' | '}' | '|' => {
                out.push('\\');
                out.push(c);
            }
            _ => visible(&mut out, c),
        }
        out
    })
}

fn in_class(c: char) -> String {
    match c {
        '-' | '^' | '\\' | ']' | '[' | '&' => format!("\\{c}").replace("\\&", "&"),
        '\n' => "\\n".into(),
        '\t' => "\\t".into(),
        '\r' => "\\r".into(),
        _ => {
            let mut out = String::new();
            visible(&mut out, c);
            out
        }
    }
}

fn visible(out: &mut String, c: char) {
    if c.is_ascii_graphic() || c == ' ' || c.is_alphanumeric() || "≤≥≠’".contains(c) {
        out.push(c);
    } else {
        write!(out, "\\u{:04X}", c as u32).expect("a string takes every text");
    }
}
