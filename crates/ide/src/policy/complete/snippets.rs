//! Whole items, lines and sentences to fill in.

use policy_core::lang::Lang;
use policy_core::lower::keywords::{Kw, Place};
use policy_syntax::ItemWord;

use crate::policy::fixes::given;
use crate::policy::view::View;

/// A whole item.
pub(super) fn item(view: &View<'_>, word: ItemWord, lang: Lang) -> String {
    let begins =
        ItemWord::ALL.iter().find(|(of, ..)| *of == word).map_or("", |(_, en, nl)| lang.pick(nl, en));
    let body = match word {
        ItemWord::Policy => {
            let pack = view.schema.packs.first().map_or("", |pack| pack.name.as_str());
            let (title, version, use_) =
                (lang.pick("Titel", "Title"), Kw::Version.word(lang), Kw::Use.word(lang));
            format!(
                "${{1:{}}} \"${{2:{title}}}\" {{\n  {version} 1.0.0\n  {use_} ${{3:{pack}}}\n}}",
                lang.pick("naam", "name")
            )
        }
        ItemWord::Rule => format!(
            "${{1:id}} {{\n  \"${{2:{}}}\"\n  ${{3:{}}}\n  {} ${{4|{}|}}\n  {} $0\n}}",
            lang.pick("wat er moet gelden", "what must hold"),
            lang.pick("geen … zonder …", "no … without …"),
            Kw::Severity.word(lang),
            [Kw::Critical, Kw::High, Kw::Medium, Kw::Low].map(|kw| kw.word(lang)).join(","),
            Kw::Basis.word(lang),
        ),
        ItemWord::Test => {
            let lines: String =
                given(view.schema).lines().map(|line| format!("    {}\n", escaped(line))).collect();
            format!(
                "${{1:{}}} \"${{2:{}}}\" {{\n  {} \"\"\"\n{lines}    $3\n  \"\"\"\n  {} ${{4|{}|}}\n}}",
                lang.pick("regel-id", "rule-id"),
                lang.pick("wat deze toets laat zien", "what this test shows"),
                Kw::Given.word(lang),
                Kw::Expect.word(lang),
                [Kw::Pass, Kw::Fail, Kw::Unknown, Kw::NotApplicable].map(|kw| kw.word(lang)).join(","),
            )
        }
        ItemWord::Waive => format!(
            "${{1:{}}} {} \"${{2:{}}}\" {} ${{3:2027-01-01}} {{\n  {} \"$4\"\n  {} \"$5\"\n}}",
            lang.pick("regel-id", "rule-id"),
            Kw::For.word(lang),
            lang.pick("naam of product", "name or product"),
            Kw::Until.word(lang),
            Kw::Reason.word(lang),
            Kw::Owner.word(lang),
        ),
        ItemWord::Setting => {
            format!("${{1:id}} {{\n  nl \"$2\"\n  en \"$3\"\n  {} $0\n}}", Kw::Value.word(lang))
        }
        ItemWord::Set => {
            format!(
                "${{1:id}} : ${{2:{}}} {{\n  nl \"$3\"\n  en \"$4\"\n  {} $0\n}}",
                lang.pick("soort", "kind"),
                Kw::Members.word(lang)
            )
        }
        ItemWord::Term => {
            format!("${{1:id}} : ${{2:{}}} {{ nl \"$3\"; en \"$4\" }}", lang.pick("soort", "kind"))
        }
        ItemWord::Record => format!(
            "${{1:id}} {{\n  nl \"$2\", \"$3\"\n  en \"$4\", \"$5\"\n  {} ${{6:{}}} : ${{7:{}}} {{ nl \"$8\"; en \"$9\" }}\n}}",
            Kw::Field.word(lang),
            lang.pick("naam", "name"),
            lang.pick("soort", "kind"),
        ),
        ItemWord::Define => {
            format!("${{1:id}} {{\n  nl \"$2\"\n  en \"$3\"\n  {} $0\n}}", Kw::Means.word(lang))
        }
        ItemWord::Event => format!("${{1:id}} {{ nl \"$2\"; en \"$3\"; {} $0 }}", Kw::After.word(lang)),
        ItemWord::Kind => "${1:id} {\n  nl \"$2\", \"$3\"\n  en \"$4\", \"$5\"\n}".to_owned(),
        ItemWord::Question => {
            format!("${{1:{}}} {{\n  nl \"$2\"\n  en \"$3\"\n}}", lang.pick("gegeven.veld", "record.field"))
        }
    };
    format!("{begins} {body}")
}

fn escaped(line: &str) -> String {
    line.replace('\\', "\\\\").replace('$', "\\$").replace('}', "\\}")
}

/// A line of an item that begins with a keyword.
pub(super) fn line(kw: Kw, place: Place, lang: Lang) -> String {
    let word = kw.word(lang);
    match kw {
        Kw::Nl | Kw::En | Kw::Reason | Kw::Source | Kw::Code => format!("{word} \"$1\""),
        Kw::Owner if place == Place::Item(ItemWord::Waive) => format!("{word} \"$1\""),
        Kw::Link if place == Place::Item(ItemWord::Policy) => {
            format!("{word} ${{1:NAME}} \"${{2:https://}}\"")
        }
        Kw::Link => format!("{word} \"${{1:https://}}\""),
        Kw::Advice => format!("{word} \"$1\""),
        Kw::Also | Kw::Compound | Kw::Definition => format!("{word} ${{1|nl,en|}} \"$2\""),
        Kw::Given => format!("{word} \"\"\"\n  $1\n\"\"\""),
        Kw::Profile if place == Place::Item(ItemWord::Test) => format!("{word} \"\"\"\n  $1\n\"\"\""),
        Kw::Allow => match lang {
            Lang::Nl => format!("{word} ${{1:P0302}} toe \"$2\""),
            Lang::En => format!("{word} ${{1:P0302}} \"$2\""),
        },
        Kw::Complete => format!("{word} {} $1", Kw::Through.word(lang)),
        Kw::Field => format!(
            "{word} ${{1:{}}} : ${{2:{}}} {{ nl \"$3\"; en \"$4\" }}",
            lang.pick("naam", "name"),
            lang.pick("soort", "kind")
        ),
        Kw::Chapter => format!("{word} ${{1:{}}} nl \"$2\" en \"$3\"", lang.pick("naam", "name")),
        Kw::Rename => format!("{word} $1 {} $2", Kw::To.word(lang)),
        Kw::Silence => format!("{word} ${{1:{}}}", Kw::Fails.word(lang)),
        Kw::Contradiction => format!("{word} ${{1|{},{}|}}", Kw::Fails.word(lang), Kw::StaysOpen.word(lang)),
        Kw::Severity => {
            let words = [Kw::Critical, Kw::High, Kw::Medium, Kw::Low].map(|kw| kw.word(lang));
            format!("{word} ${{1|{}|}}", words.join(","))
        }
        Kw::Open
        | Kw::Ordered
        | Kw::Provision
        | Kw::Group
        | Kw::Single
        | Kw::Written
        | Kw::Abstract
        | Kw::Many
        | Kw::Main
        | Kw::Minimum
        | Kw::RanksParts => word.to_owned(),
        _ => format!("{word} $0"),
    }
}

/// The forms of sentence: label, snippet, what it means.
pub(super) fn sentences(of: Lang, lang: Lang) -> [(&'static str, &'static str, &'static str); 4] {
    [
        (
            of.pick("geen … zonder …", "no … without …"),
            of.pick("geen ${1:gegeven} zonder ${2:eigenschap}", "no ${1:things} without ${2:quality}"),
            lang.pick(
                "Verbod: er is er geen, of elk heeft de eigenschap.",
                "Prohibition: there is none, or each has the quality.",
            ),
        ),
        (
            of.pick("elke … heeft …", "every … has …"),
            of.pick("elke ${1:gegeven} heeft ${2:eigenschap}", "every ${1:thing} has ${2:quality}"),
            lang.pick("Verplichting: elk heeft de eigenschap.", "Obligation: each has the quality."),
        ),
        (
            of.pick("elke … vermeldt …", "every … declares …"),
            of.pick("elke ${1:gegeven} vermeldt ${2:veld}", "every ${1:thing} declares ${2:field}"),
            lang.pick(
                "Vermelding: het document zegt er iets bepaalds over.",
                "Disclosure: the document makes a definite statement on it.",
            ),
        ),
        (
            of.pick("… hoogstens …", "… at most …"),
            of.pick(
                "${1:termijn} hoogstens ${2:6} ${3|maanden,jaar,weken,dagen,uur|}",
                "${1:term} at most ${2:6} ${3|months,years,weeks,days,hours|}",
            ),
            lang.pick("Grens: elke waarde ligt erbinnen.", "Limit: each value is within bounds."),
        ),
    ]
}
