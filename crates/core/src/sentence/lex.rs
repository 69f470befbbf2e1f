//! The tokens of a line as words of a sentence: function words of one language, and the longest known labels.

use policy_syntax::{Token, TokenKind};

use super::ast::At;
use super::{Context, message, slips};
use crate::codes;
use crate::diag::Diagnostic;
use crate::lang::Lang;
use crate::model::Op;
use crate::words::{self, Sense, Word};

/// A word of a sentence.
#[derive(Debug, Clone, PartialEq)]
pub struct Piece {
    /// What it is.
    pub kind: Kind,
    /// Its text.
    pub text: String,
    /// Whether it stands in back-quotes.
    pub ticked: bool,
    /// Where.
    pub at: At,
}

/// What a word of a sentence is.
#[derive(Debug, Clone, PartialEq)]
pub enum Kind {
    /// A function word (a spelling can be two: `zijn` is `are` and `its`).
    Key(Vec<Word>),
    /// A label.
    Label(Vec<Sense>),
    /// A word of an open kind, such as a provision.
    Literal,
    /// Text between double quotes.
    Text,
    /// A number.
    Number,
    /// A date, or a number with points.
    Dotted,
    /// A sign of comparison.
    Sign(Op),
    /// `(`.
    Open,
    /// `)`.
    Close,
    /// `,`.
    Comma,
    /// Nothing known.
    Unknown,
}

/// Reads a line into words. Unknown ones stay; the parser says what it expected instead.
pub fn lex(context: &Context, tokens: &[Token]) -> Result<(Lang, Vec<Piece>), Box<Diagnostic>> {
    let lexer = Lexer { context, tokens };
    let lang = lexer.language();
    let mut pieces = Vec::new();
    let mut i = 0;
    while i < tokens.len() {
        let (piece, n) = lexer.piece(i, lang)?;
        pieces.push(piece);
        i += n;
    }
    Ok((lang, pieces))
}

/// Reads a line into words whatever is in it: of two labels that overlap the first counts, and a function word
/// of the other language is one too. `unsure` is the language of a line that does not tell.
pub fn lex_all(context: &Context, tokens: &[Token], unsure: Lang) -> (Lang, Vec<Piece>) {
    let lexer = Lexer { context, tokens };
    let lang = lexer.clear_language().unwrap_or(unsure);
    let mut pieces = Vec::new();
    let mut i = 0;
    while i < tokens.len() {
        let (piece, n) = lexer.piece(i, lang).unwrap_or_else(|_| lexer.rough(i, lang));
        pieces.push(piece);
        i += n;
    }
    (lang, pieces)
}

struct Lexer<'a> {
    context: &'a Context<'a>,
    tokens: &'a [Token],
}

impl Lexer<'_> {
    /// The language of the first function word that belongs to one language only; else that of the first
    /// label that does; else English.
    fn language(&self) -> Lang {
        self.clear_language().unwrap_or(Lang::En)
    }

    fn clear_language(&self) -> Option<Lang> {
        let mut i = 0;
        let mut by_label = None;
        let mut unsure = None;
        while i < self.tokens.len() {
            let (n, senses) = self.label(i);
            let keys = Lang::ALL.map(|lang| self.key(i, lang).0);
            let longest = keys[0].max(keys[1]);
            if longest > 0 && longest >= n {
                let lang = if keys[0] > keys[1] { Some(Lang::Nl) } else { None };
                let lang = lang.or((keys[1] > keys[0]).then_some(Lang::En));
                match lang {
                    // A function word wins from a label of its length; only at the start is that sure to be one.
                    Some(lang) if n < longest || i == 0 => return Some(lang),
                    other => unsure = unsure.or(other),
                }
            } else if by_label.is_none() {
                let langs: Vec<_> = senses.iter().filter_map(|s| s.lang).collect();
                by_label = langs.first().copied().filter(|lang| langs.iter().all(|l| l == lang));
            }
            i += n.max(longest).max(1);
        }
        unsure.or(by_label)
    }

    fn piece(&self, i: usize, lang: Lang) -> Result<(Piece, usize), Box<Diagnostic>> {
        let token = &self.tokens[i];
        if token.kind == TokenKind::Symbol {
            self.slip(i, lang)?;
        }
        if let Some(kind) = plain(token) {
            let literal = self.literal(i, 0);
            return Ok(match kind {
                Kind::Number | Kind::Dotted if literal > 0 => (self.make(Kind::Literal, i, literal), literal),
                kind => (self.make(kind, i, 1), 1),
            });
        }
        let (n, senses) = self.label(i);
        let (k, keys) = self.key(i, lang);
        if k > 0 && k >= n && !self.is_code(&senses) {
            return Ok((self.make(Kind::Key(keys), i, k), k));
        }
        if n == 0 && k == 0 {
            self.slip(i, lang)?;
        }
        let literal = self.literal(i, n);
        if literal > n {
            return Ok((self.make(Kind::Literal, i, literal), literal));
        }
        if n > 0 {
            self.overlap(i, n)?;
            return Ok((self.make(Kind::Label(senses), i, n), n));
        }
        self.other_language(i, lang)?;
        Ok((self.make(Kind::Unknown, i, 1), 1))
    }

    /// What a word is that cannot stand there.
    fn rough(&self, i: usize, lang: Lang) -> (Piece, usize) {
        let (n, senses) = self.label(i);
        if n > 0 {
            return (self.make(Kind::Label(senses), i, n), n);
        }
        let (k, keys) = self.key(i, lang.other());
        let kind = if k > 0 { Kind::Key(keys) } else { Kind::Unknown };
        (self.make(kind, i, k.max(1)), k.max(1))
    }

    /// The longest label at token `i`: how many tokens, and what it can mean.
    fn label(&self, i: usize) -> (usize, Vec<Sense>) {
        let token = &self.tokens[i];
        let vocabulary = self.context.vocabulary;
        match token.kind {
            TokenKind::Label => {
                let senses = vocabulary.senses_or_names(&token.text);
                return (usize::from(!senses.is_empty()), senses);
            }
            TokenKind::Word | TokenKind::Number | TokenKind::Dotted => {}
            _ => return (0, Vec::new()),
        }
        let most = vocabulary.longest().min(self.tokens.len() - i);
        for n in (1..=most).rev() {
            let window = &self.tokens[i..i + n];
            if window.iter().any(|t| matches!(t.kind, TokenKind::String | TokenKind::Block)) {
                continue;
            }
            let senses = vocabulary.senses(&joined(window));
            if !senses.is_empty() {
                return (n, senses);
            }
        }
        (0, Vec::new())
    }

    fn key(&self, i: usize, lang: Lang) -> (usize, Vec<Word>) {
        let words = self.tokens[i..].iter().take(3).take_while(|t| t.kind == TokenKind::Word);
        let words: Vec<String> = words.map(|t| t.text.to_lowercase()).collect();
        words::matches(&words, lang)
    }

    /// A code in its own capitals (`NO`) is never a function word (`no`).
    fn is_code(&self, senses: &[Sense]) -> bool {
        senses.iter().any(|s| s.lang.is_none() && matches!(s.meaning, words::Meaning::Term(_)))
    }

    /// A provision at token `i`, longer than a label of `n` tokens: `7(4)`, `Code 7(4)`, `7 lid 4`. A name
    /// before the number may be unknown, but no function word.
    fn literal(&self, i: usize, n: usize) -> usize {
        let at = |j: usize| self.tokens.get(j);
        let named = usize::from(at(i).is_some_and(|t| t.kind == TokenKind::Word));
        let Some(number) = at(i + named) else { return 0 };
        let function_word =
            named == 1 && (self.is_field(i) || Lang::ALL.iter().any(|lang| self.key(i, *lang).0 > 0));
        if !matches!(number.kind, TokenKind::Number | TokenKind::Dotted) || function_word {
            return 0;
        }
        let mut j = i + named + 1;
        while let Some(more) = self.provision_part(j) {
            j += more;
        }
        let long = j > i + named + 1;
        let unknown_name = named == 1 && n == 0;
        if long || unknown_name || (named == 1 && number.kind == TokenKind::Dotted && n <= 1) {
            j - i
        } else {
            0
        }
    }

    /// A field before a number is not the name of an instrument.
    fn is_field(&self, i: usize) -> bool {
        let of_record = |m| matches!(m, words::Meaning::Field(..) | words::Meaning::Record(_));
        self.label(i).1.iter().any(|sense| of_record(sense.meaning))
    }

    fn provision_part(&self, j: usize) -> Option<usize> {
        let at = |k: usize| self.tokens.get(k);
        let open = at(j)?;
        let touches = j > 0 && self.tokens[j - 1].span.end == open.span.start;
        if open.text == "(" && touches && at(j + 2).is_some_and(|t| t.text == ")") {
            return Some(3);
        }
        let joins =
            ["lid", "onder", "sub", "paragraph", "point"].contains(&open.text.to_lowercase().as_str());
        (joins && at(j + 1).is_some_and(|t| matches!(t.kind, TokenKind::Number | TokenKind::Word)))
            .then_some(2)
    }

    /// A label that begins inside another and ends after it leaves two readings.
    fn overlap(&self, i: usize, n: usize) -> Result<(), Box<Diagnostic>> {
        for j in i + 1..i + n {
            let (m, _) = self.label(j);
            if j + m <= i + n {
                continue;
            }
            let (first, second) = (self.text(i, n), self.text(j, m));
            let at = self.at(i, j + m - i);
            let message = message(
                format!("`{first}` en `{second}` overlappen; zet om de bedoelde woorden ` `"),
                format!("`{first}` and `{second}` overlap; put back-quotes around the one you mean"),
            );
            return Err(self.context.error(&codes::AMBIGUOUS, at, message));
        }
        Ok(())
    }

    /// A common way of writing that is no word of the language is an error that says which word is.
    fn slip(&self, i: usize, lang: Lang) -> Result<(), Box<Diagnostic>> {
        let Some((n, own)) = slips::slip(self.tokens, i, lang) else { return Ok(()) };
        let found = self.text(i, n);
        let message = message(
            format!("onbekend woord `{found}`: schrijf `{own}`"),
            format!("unknown word `{found}`: write `{own}`"),
        );
        let mut diagnostic = self.context.error(&codes::UNKNOWN_NAME, self.at(i, n), message);
        diagnostic.suggestion = Some(own.to_string());
        Err(diagnostic)
    }

    fn other_language(&self, i: usize, lang: Lang) -> Result<(), Box<Diagnostic>> {
        let (n, keys) = self.key(i, lang.other());
        let Some(word) = keys.first() else { return Ok(()) };
        let found = self.text(i, n);
        let own = words::spelling(*word, lang, false);
        let message = message(
            format!("`{found}` is {}, de zin is {}; schrijf `{own}`", nl(lang.other()), nl(lang)),
            format!("`{found}` is {}, the sentence is {}; write `{own}`", en(lang.other()), en(lang)),
        );
        let mut diagnostic = self.context.error(&codes::MIXED_LANGUAGE, self.at(i, n), message);
        diagnostic.suggestion = Some(own.to_string());
        Err(diagnostic)
    }

    fn make(&self, kind: Kind, i: usize, n: usize) -> Piece {
        let ticked = self.tokens[i].kind == TokenKind::Label;
        Piece { kind, text: self.text(i, n), ticked, at: self.at(i, n) }
    }

    fn text(&self, i: usize, n: usize) -> String {
        written(&self.tokens[i..i + n])
    }

    fn at(&self, i: usize, n: usize) -> At {
        let (first, last) = (&self.tokens[i], &self.tokens[i + n - 1]);
        At { first: first.index, last: last.index, span: first.span.to(last.span) }
    }
}

fn nl(lang: Lang) -> &'static str {
    lang.pick("Nederlands", "Engels")
}

fn en(lang: Lang) -> &'static str {
    lang.pick("Dutch", "English")
}

fn joined(tokens: &[Token]) -> String {
    tokens.iter().map(|t| t.text.as_str()).collect::<Vec<_>>().join(" ")
}

/// The text of some tokens, with white space where there was some.
pub fn written(tokens: &[Token]) -> String {
    let mut out = String::new();
    for (i, token) in tokens.iter().enumerate() {
        if i > 0 && tokens[i - 1].span.end < token.span.start {
            out.push(' ');
        }
        out.push_str(&token.text);
    }
    out
}

fn plain(token: &Token) -> Option<Kind> {
    Some(match token.kind {
        TokenKind::Number => Kind::Number,
        TokenKind::Dotted => Kind::Dotted,
        TokenKind::String | TokenKind::Block => Kind::Text,
        TokenKind::Symbol => match token.text.as_str() {
            "(" => Kind::Open,
            ")" => Kind::Close,
            "," => Kind::Comma,
            sign => sign_op(sign).map_or(Kind::Unknown, Kind::Sign),
        },
        TokenKind::Word | TokenKind::Label => return None,
    })
}

fn sign_op(sign: &str) -> Option<Op> {
    Some(match sign {
        "≤" | "<=" => Op::Le,
        "≥" | ">=" => Op::Ge,
        "<" => Op::Lt,
        ">" => Op::Gt,
        "=" => Op::Eq,
        "≠" | "!=" => Op::Ne,
        _ => return None,
    })
}
