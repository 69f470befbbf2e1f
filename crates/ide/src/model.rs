//! The plain types that all features answer with. Places are bytes; words are in the language that was asked for.

use policy_core::diag::Diagnostic;
use policy_core::verdict::Verdict;
use policy_db::SourceFile;
use policy_syntax::Span;

/// A place in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Place {
    /// The file.
    pub file: SourceFile,
    /// The bytes.
    pub span: Span,
}

/// What is shown about something under the pointer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hover {
    /// What it is about.
    pub span: Span,
    /// The text, as Markdown.
    pub markdown: String,
}

/// Where a definition leads: the name, and all that belongs to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Target {
    /// The words that the reader clicked on.
    pub from: Span,
    /// The file.
    pub file: SourceFile,
    /// The whole definition.
    pub full: Span,
    /// Its name.
    pub name: Span,
}

/// A proposal for what to write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Completion {
    /// What the list shows.
    pub label: String,
    /// What it is.
    pub kind: CompletionKind,
    /// What is written.
    pub insert: Insert,
    /// What it replaces.
    pub replace: Span,
    /// A few words beside the label.
    pub detail: Option<String>,
    /// What it means, as Markdown.
    pub documentation: Option<String>,
    /// The order in the list.
    pub sort: String,
}

/// What a completion writes.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Insert {
    /// This text.
    Text(String),
    /// A text with places to fill in: `${1:title}`, `$0` last; `$`, `}` and `\` otherwise escaped.
    Snippet(String),
}

/// What a completion is; decides its icon.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum CompletionKind {
    /// A word that begins an item or a line, or a key of a declaration.
    Keyword,
    /// A function word of a sentence, or a sign.
    Operator,
    /// A record.
    Record,
    /// A field.
    Field,
    /// A term.
    Term,
    /// A set of terms.
    Set,
    /// An event.
    Event,
    /// A setting.
    Setting,
    /// A noun with qualifiers under a name.
    Define,
    /// A kind of terms.
    Kind,
    /// A rule.
    Rule,
    /// A pack.
    Pack,
    /// A fixed value, such as a severity or a date.
    Value,
    /// A whole item or record.
    Snippet,
}

/// A replacement in a text.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct TextEdit {
    /// What is replaced; empty for an insertion.
    pub span: Span,
    /// By what.
    pub new: String,
}

/// Replacements in several files, each file once, its edits in order and apart.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct WorkspaceEdit {
    /// The files.
    pub files: Vec<(SourceFile, Vec<TextEdit>)>,
}

/// A change that is offered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fix {
    /// What it does, in words.
    pub title: String,
    /// What sort of change it is.
    pub kind: FixKind,
    /// The change.
    pub edit: WorkspaceEdit,
    /// The diagnostics that it settles; none for an offer that answers no mistake.
    pub settles: Vec<Diagnostic>,
    /// Whether it is the one to take without looking.
    pub preferred: bool,
}

/// What sort of change a fix is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum FixKind {
    /// Settles a mistake.
    Quick,
    /// Says the same in other words.
    Rewrite,
    /// Adds something useful.
    Add,
}

/// Something that has a name in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Symbol {
    /// Its name.
    pub name: String,
    /// A few words beside it.
    pub detail: Option<String>,
    /// What it is.
    pub kind: SymbolKind,
    /// All that belongs to it.
    pub span: Span,
    /// Its name in the text.
    pub name_span: Span,
    /// What stands inside it.
    pub children: Vec<Symbol>,
}

/// What a symbol is; decides its icon.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum SymbolKind {
    /// The header of a pack.
    Pack,
    /// A rule.
    Rule,
    /// A record.
    Record,
    /// A field of a record, or a value of a declaration.
    Field,
    /// A kind of terms.
    Kind,
    /// A term.
    Term,
    /// A set of terms.
    Set,
    /// An event.
    Event,
    /// A noun with qualifiers under a name.
    Define,
    /// A setting.
    Setting,
    /// A question.
    Question,
    /// A test.
    Test,
    /// An accepted risk.
    Waiver,
    /// A list of a declaration.
    List,
    /// A thing that a declaration lists.
    Thing,
}

/// A symbol of the workspace that a search found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundSymbol {
    /// Its name, and what it is called.
    pub name: String,
    /// What it is.
    pub kind: SymbolKind,
    /// The item it stands in.
    pub container: Option<String>,
    /// Its place.
    pub place: Place,
}

/// Words with a colour of their own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct SemanticToken {
    /// The bytes; within one line.
    pub span: Span,
    /// What they are.
    pub kind: TokenKind,
    /// What else is to be known.
    pub modifiers: Modifiers,
}

/// What coloured words are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum TokenKind {
    /// A word of the language.
    Keyword,
    /// A sign or word that compares or joins.
    Operator,
    /// A record.
    Record,
    /// A field.
    Field,
    /// A term.
    Term,
    /// A set.
    Set,
    /// An event.
    Event,
    /// A setting.
    Setting,
    /// A noun with qualifiers under a name.
    Define,
    /// A kind of terms.
    Kind,
    /// A rule.
    Rule,
    /// A pack.
    Pack,
    /// A text.
    String,
    /// A number, date or span of time.
    Number,
    /// A comment.
    Comment,
}

impl TokenKind {
    /// Every kind in the order of its number, with the name that colour themes of editors know.
    pub const ALL: [(TokenKind, &'static str); 15] = [
        (TokenKind::Keyword, "keyword"),
        (TokenKind::Operator, "operator"),
        (TokenKind::Record, "class"),
        (TokenKind::Field, "property"),
        (TokenKind::Term, "enumMember"),
        (TokenKind::Set, "enum"),
        (TokenKind::Event, "event"),
        (TokenKind::Setting, "parameter"),
        (TokenKind::Define, "macro"),
        (TokenKind::Kind, "type"),
        (TokenKind::Rule, "function"),
        (TokenKind::Pack, "namespace"),
        (TokenKind::String, "string"),
        (TokenKind::Number, "number"),
        (TokenKind::Comment, "comment"),
    ];
}

/// What else is to be known of coloured words: one bit each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Modifiers(pub u32);

impl Modifiers {
    /// It is defined here.
    pub const DEFINITION: Modifiers = Modifiers(1);
    /// It comes from a standard pack.
    pub const STANDARD: Modifiers = Modifiers(2);
    /// The names of the bits, the lowest first, as colour themes know them.
    pub const NAMES: [&'static str; 2] = ["definition", "defaultLibrary"];

    /// Both.
    pub fn with(self, other: Modifiers) -> Modifiers {
        Modifiers(self.0 | other.0)
    }
}

/// A remark shown between the words of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InlayHint {
    /// Behind which byte.
    pub at: u32,
    /// The remark.
    pub label: String,
    /// More about it, as Markdown.
    pub tooltip: Option<String>,
}

/// A line of text shown above a line, which can be clicked on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lens {
    /// What it is about.
    pub span: Span,
    /// Its words.
    pub title: String,
    /// What a click does.
    pub command: Command,
}

/// What a click does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// Nothing.
    None,
    /// Shows what a rule comes to for each declaration.
    Results {
        /// The rule.
        rule: String,
        /// Each declaration with its verdict: fails first, then unknowns, then the rest.
        results: Vec<RuleAt>,
    },
    /// Shows questions to ask, as text.
    Questions(String),
}

/// What a rule comes to for one declaration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RuleAt {
    /// The declaration.
    pub declaration: SourceFile,
    /// The verdict.
    pub verdict: Verdict,
    /// Whether a waiver covers it.
    pub waived: bool,
}

/// Lines that can be folded to one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct FoldingRange {
    /// From the line that stays to the end of the last that goes.
    pub span: Span,
    /// What it is.
    pub kind: FoldingKind,
}

/// What is folded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FoldingKind {
    /// A block, a text or a list.
    Region,
    /// Comment lines.
    Comment,
}

/// Words that lead to a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocumentLink {
    /// The words.
    pub span: Span,
    /// The address of the page.
    pub url: String,
    /// What it is.
    pub tooltip: String,
}

/// Another place with the same thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Highlight {
    /// The bytes.
    pub span: Span,
    /// Whether it is defined there.
    pub definition: bool,
}
