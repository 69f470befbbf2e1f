//! Above a declaration: what all rules come to, and how many questions are open for the one who declares.

use policy_core::lang::Lang;
use policy_core::model::Owner;
use policy_core::report::{self, About};
use policy_core::verdict::Verdict;
use policy_db::engine::Detail;
use policy_db::queries::Tally;
use policy_db::{Database, SourceFile, queries};
use policy_syntax::Span;

use crate::policy::lens;
use crate::{Command, Lens};

/// The lenses above a declaration: a summary first.
pub fn lenses(db: &Database, file: SourceFile, lang: Lang) -> Vec<Lens> {
    verdicts(db, file, lang).into_iter().chain(open_questions(db, file, lang)).collect()
}

/// How often each verdict came out.
fn verdicts(db: &Database, file: SourceFile, lang: Lang) -> Option<Lens> {
    let verdicts = queries::verdicts(db, db.project(), file).iter();
    let tally = |&(verdict, waived): &(Verdict, bool)| Tally { declaration: file, verdict, waived };
    let tallies: Vec<Tally> = verdicts.map(tally).collect();
    let norms = if tallies.len() == 1 { lang.pick("norm", "norm") } else { lang.pick("normen", "norms") };
    let title = format!("{} {norms}: {}", tallies.len(), lens::title(&tallies, lang));
    (!tallies.is_empty()).then(|| Lens { span: Span::default(), title, command: Command::None })
}

fn open_questions(db: &Database, file: SourceFile, lang: Lang) -> Option<Lens> {
    let questions = questions(db, file, lang);
    if questions.is_empty() {
        return None;
    }
    let title = lang.pick("openstaande vragen aan de leverancier", "open questions for the vendor");
    let title = format!("{title} ({})", questions.len());
    let command = Command::Questions(page(db, file, &questions, lang));
    Some(Lens { span: Span::default(), title, command })
}

/// Every open question once, with the entries it is about, in words.
pub fn questions(db: &Database, file: SourceFile, lang: Lang) -> Vec<(String, String)> {
    let results = queries::results(db, db.project(), file, Detail::Findings);
    let mut asked: Vec<(&str, Vec<&About>)> = Vec::new();
    let unwaived = results.iter().filter(|result| result.waived.is_none());
    let missing = unwaived.flat_map(|result| &result.findings).flat_map(|finding| &finding.missing);
    for question in missing.filter(|question| question.owner == Owner::Vendor) {
        let words = question.question.get(lang);
        match asked.iter_mut().find(|(asked, _)| *asked == words) {
            Some((_, of)) => of.extend(&question.about),
            None => asked.push((words, question.about.iter().collect())),
        }
    }
    let whole = |(words, of): (&str, Vec<&About>)| (words.to_owned(), report::about(&of, lang, usize::MAX));
    asked.into_iter().map(whole).collect()
}

fn page(db: &Database, file: SourceFile, questions: &[(String, String)], lang: Lang) -> String {
    let names = queries::names(db, db.project(), file);
    let about: Vec<_> = [names.vendor, names.product].into_iter().flatten().collect();
    let title = lang.pick("Openstaande vragen", "Open questions");
    let colon = if about.is_empty() { "" } else { ": " };
    let mut page = format!("# {title}{colon}{}\n\n", about.join(", "));
    for (number, (question, about)) in questions.iter().enumerate() {
        page.push_str(&format!("{}. {question}\n", number + 1));
        if !about.is_empty() {
            page.push_str(&format!("   {} {about}\n", lang.pick("Het gaat om:", "It is about:")));
        }
    }
    page
}
