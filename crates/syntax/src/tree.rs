//! The tree: items, each a head and a block of lines; a line is tokens, perhaps with a block of its own.

use crate::Span;

/// A parsed file. Always there, whatever the text.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct File {
    /// The items in order.
    pub items: Vec<Item>,
    /// What could not be read, each at its place.
    pub errors: Vec<SyntaxError>,
    /// Comments, in order, each from its `#` to the end of its line.
    pub comments: Vec<Span>,
}

/// An item: `rule trf-01 { … }`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// The item word and the language it is written in.
    pub word: ItemWord,
    /// Whether the item word was the Dutch one.
    pub dutch: bool,
    /// The item word.
    pub word_span: Span,
    /// The tokens after the item word, up to the brace.
    pub head: Vec<Token>,
    /// The lines between the braces.
    pub lines: Vec<Line>,
    /// From the item word to the closing brace.
    pub span: Span,
}

impl File {
    /// The bytes of tokens `first..=last` of the nth item; the empty span if there is no such item.
    pub fn span(&self, item: u32, first: u32, last: u32) -> Span {
        let Some(item) = self.items.get(item as usize) else { return Span::default() };
        let spans = item.token_spans();
        let at = |i: u32| spans.get(i as usize).copied().unwrap_or(item.word_span);
        at(first).to(at(last.max(first)))
    }
}

impl Item {
    /// The spans of all its tokens in reading order; the item word is the first.
    pub fn token_spans(&self) -> Vec<Span> {
        let mut spans = vec![self.word_span];
        spans.extend(self.head.iter().map(|t| t.span));
        collect_spans(&self.lines, &mut spans);
        spans
    }
}

fn collect_spans(lines: &[Line], spans: &mut Vec<Span>) {
    for line in lines {
        spans.extend(line.tokens.iter().map(|t| t.span));
        collect_spans(line.block.as_deref().unwrap_or_default(), spans);
    }
}

/// A line of a block.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Its tokens; at least one.
    pub tokens: Vec<Token>,
    /// After how many tokens a line end comes that the line goes on behind because it ends in `and`, `or` or a comma.
    pub waits: Vec<usize>,
    /// A block of its own (`given transfer { … }`).
    pub block: Option<Vec<Line>>,
    /// From the first token to the end of the last one, or of the block.
    pub span: Span,
}

/// A token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    /// What it is.
    pub kind: TokenKind,
    /// Its text: of a string without quotes and with escapes resolved, of a back-quoted label without the quotes.
    pub text: String,
    /// Its place, quotes included.
    pub span: Span,
    /// Its index within its item: see [`Item::token_spans`].
    pub index: u32,
}

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TokenKind {
    /// A word: letters, digits and `-`, `_`, `'`, `.`, `/`, `+`, `*` inside; begins with a letter.
    Word,
    /// Digits (`13`).
    Number,
    /// A date `2026-11-22`, or a version or provision with points, `1.0.0`, `7.4`.
    Dotted,
    /// `"…"`, on one line; `\"` and `\\` are escapes.
    String,
    /// `"""…"""`: text over several lines, verbatim.
    Block,
    /// A label between back-quotes.
    Label,
    /// One of `≤ <= ≥ >= < > = ≠ != ( ) , ; :`; `<=`, `>=`, `!=` keep their own spelling.
    Symbol,
}

/// The words that begin an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ItemWord {
    /// `policy`, `beleid`: the header of a pack.
    Policy,
    /// `rule`, `regel`.
    Rule,
    /// `record`, `gegeven`.
    Record,
    /// `kind`, `soort`.
    Kind,
    /// `term`, `begrip`.
    Term,
    /// `set`, `verzameling`.
    Set,
    /// `event`, `gebeurtenis`.
    Event,
    /// `define`, `definieer`.
    Define,
    /// `setting`, `instelling`.
    Setting,
    /// `question`, `vraag`.
    Question,
    /// `test`, `toets`.
    Test,
    /// `waive`, `aanvaard`.
    Waive,
}

impl ItemWord {
    /// Every item word with its English and its Dutch spelling.
    pub const ALL: [(ItemWord, &'static str, &'static str); 12] = [
        (ItemWord::Policy, "policy", "beleid"),
        (ItemWord::Rule, "rule", "regel"),
        (ItemWord::Record, "record", "gegeven"),
        (ItemWord::Kind, "kind", "soort"),
        (ItemWord::Term, "term", "begrip"),
        (ItemWord::Set, "set", "verzameling"),
        (ItemWord::Event, "event", "gebeurtenis"),
        (ItemWord::Define, "define", "definieer"),
        (ItemWord::Setting, "setting", "instelling"),
        (ItemWord::Question, "question", "vraag"),
        (ItemWord::Test, "test", "toets"),
        (ItemWord::Waive, "waive", "aanvaard"),
    ];
}

/// Something that could not be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SyntaxError {
    /// What.
    pub kind: SyntaxErrorKind,
    /// Where.
    pub span: Span,
}

/// The kinds of syntax error. Worded in both languages by `policy-core`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SyntaxErrorKind {
    /// Text between items that begins no item; holds the item word it may be meant as.
    NotAnItem(Option<String>),
    /// An item or nested line whose `{` is missing.
    MissingOpen,
    /// A block whose `}` is missing; the span is the head that opened it.
    MissingClose,
    /// A `}` that closes nothing.
    StrayClose,
    /// A string or back-quoted label that does not end on its line, or a `"""` block that never ends.
    Unterminated,
    /// A `(` without `)` on the same logical line, or the other way round.
    Unbalanced,
    /// A character that begins no token.
    StrayCharacter(char),
    /// A hidden character that changes the reading direction (a bidirectional control).
    HiddenCharacter(char),
    /// A word that mixes letters of scripts that look alike; holds its plain reading, if there is one.
    LookAlike(Option<String>),
    /// Nested too deeply.
    TooDeep,
}
