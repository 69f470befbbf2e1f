//! The golden sentences: each reads, types, formats and translates against the standard pack, with one core in
//! both languages, and comes to the verdicts written down for it.

#[path = "golden/verdicts.rs"]
mod verdicts;
// The tests of mistakes use more of it.
#[allow(dead_code)]
#[path = "golden/world.rs"]
mod world;

use policy_core::lang::Lang;
use policy_core::lower;
use policy_core::model::{FileId, Labels, Rule, TermId};
use policy_core::sentence::{core_form, without_places};
use policy_core::words::{self, Meaning, Number, Vocabulary};
use world::{POLICIES, World, item, texts};

const SENTENCES: &str = include_str!("golden/sentences.txt");
const GOLDEN: &str = include_str!("golden/golden.txt");
const CORES: &str = include_str!("golden/cores.txt");

/// Pairs of Dutch and English.
fn pairs() -> Vec<(String, String)> {
    let blocks = SENTENCES.split("\n\n").map(str::trim).filter(|block| !block.starts_with('#'));
    let pairs = blocks.map(|block| {
        let line = |start| block.lines().find_map(|l| l.strip_prefix(start)).map(str::to_string);
        line("nl: ").zip(line("en: ")).unwrap_or_else(|| panic!("no pair:\n{block}"))
    });
    pairs.collect()
}

/// The sentences of the language page, in the language they stand in there.
fn golden() -> Vec<&'static str> {
    GOLDEN.lines().filter(|line| !line.is_empty() && !line.starts_with('#')).collect()
}

#[test]
fn every_golden_sentence_is_here() {
    assert_eq!(golden().len(), 22);
    for sentence in golden() {
        let here = pairs().iter().any(|(nl, en)| nl == sentence || en == sentence);
        assert!(here, "sentences.txt: {sentence}");
        assert!(verdicts::sentences().iter().any(|s| s == sentence), "verdicts/: {sentence}");
    }
}

fn core(rule: &Rule) -> String {
    let sentences: Vec<_> = rule.sentences.iter().map(without_places).collect();
    let when = rule.when.as_ref().map(|w| &w.formula);
    let unless = rule.unless.as_ref().map(|u| &u.formula);
    format!("{sentences:?} {when:?} {unless:?}")
}

#[test]
fn twins_have_one_core() {
    let world = World::new();
    assert!(pairs().len() >= 21, "only {} pairs were found", pairs().len());
    for (nl, en) in pairs() {
        let (dutch, english) = (world.rule(&item(&nl)), world.rule(&item(&en)));
        assert_eq!(core(&dutch), core(&english), "{nl}\n{en}");
    }
}

#[test]
fn cores_are_as_written_down() {
    let world = World::new();
    let mut out = String::new();
    for (_, en) in pairs() {
        let rule = world.rule(&item(&en));
        out.push_str(&format!("{en}\n{}\n", core_form(&rule, &world.schema, Lang::En)));
        rule.sentences.iter().flat_map(|s| &s.readings).for_each(|r| out.push_str(&world.reading(r)));
        out.push('\n');
    }
    if std::env::var_os("UPDATE_EXPECTED").is_some() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/golden/cores.txt");
        return std::fs::write(path, format!("{}\n", out.trim())).expect("the file can be written");
    }
    assert_eq!(out.trim(), CORES.trim(), "UPDATE_EXPECTED=1 writes cores.txt anew");
}

#[test]
fn sentences_keep_their_words_in_their_own_language() {
    let world = World::new();
    for (nl, en) in pairs() {
        for (sentence, lang) in [(nl, Lang::Nl), (en, Lang::En)] {
            let (once, left) = world.format(&item(&sentence), None);
            assert!(left.is_empty(), "{sentence}: {left:#?}");
            let expected = sentence.replace("7 lid 4", "7(4)");
            assert_eq!(once, item(&expected), "{lang:?}");
            assert_eq!(world.format(&once, None).0, once, "{lang:?} {sentence}");
        }
    }
}

#[test]
fn translation_loses_nothing() {
    let world = World::new();
    for (nl, en) in pairs() {
        for sentence in [nl, en] {
            let text = item(&sentence);
            let dutch = world.to(&text, Lang::Nl);
            let english = world.to(&dutch, Lang::En);
            assert_eq!(world.to(&english, Lang::Nl), dutch, "{sentence}: N∘E∘N = N");
            assert_eq!(world.to(&dutch, Lang::Nl), dutch, "{sentence}: N∘N = N");
            assert_eq!(world.to(&english, Lang::En), english, "{sentence}: E∘E = E");
            let first = core(&world.rule(&text));
            assert_eq!(core(&world.rule(&dutch)), first, "{dutch}");
            assert_eq!(core(&world.rule(&english)), first, "{english}");
        }
    }
}

/// Everything in the standard pack that has labels, and the compounds.
fn named(world: &World) -> Vec<Labels> {
    let schema = &world.schema;
    let mut labels: Vec<_> = schema.terms.iter().map(|t| t.labels.clone()).collect();
    labels.extend(schema.records.iter().map(|r| r.labels.clone()));
    labels.extend(schema.records.iter().flat_map(|r| r.fields.iter().map(|f| f.labels.clone())));
    labels.extend(schema.sets.iter().map(|s| s.labels.clone()));
    labels.extend(schema.events.iter().map(|e| e.labels.clone()));
    labels.extend(schema.settings.iter().map(|s| s.labels.clone()));
    let ids = || (0..schema.terms.len() as u32).map(TermId);
    let pairs = ids().flat_map(|head| ids().map(move |with| Meaning::Compound(head, with, 0)));
    labels.extend(pairs.filter_map(|meaning| words::compound(schema, meaning)).filter(|l| !l.nl.is_empty()));
    labels
}

/// Dutch, English and Dutch again gives the first Dutch word, for every spelling of everything in the pack.
#[test]
fn every_word_of_the_pack_survives_translation() {
    let mut count = 0;
    for labels in named(&World::new()) {
        for number in [Number::One, Number::Many] {
            let turn = |text: &str, from, to| words::translated(&labels, text, from, to, number);
            for (lang, word) in Lang::ALL.iter().flat_map(|l| labels.spellings(*l).map(|(s, _)| (*l, s))) {
                let Some(dutch) = turn(word, lang, Lang::Nl) else { continue };
                let Some(english) = turn(dutch, Lang::Nl, Lang::En) else { continue };
                assert_eq!(turn(english, Lang::En, Lang::Nl), Some(dutch), "{word}");
                assert_eq!(turn(dutch, Lang::Nl, Lang::Nl), Some(dutch), "{word}");
                assert_eq!(turn(english, Lang::En, Lang::En), Some(english), "{word}");
                count += 1;
            }
        }
    }
    assert!(count > 1000, "only {count} words were found");
}

#[test]
fn every_pack_survives_translation() {
    let packs: Vec<_> =
        ["model-4.0", "core", "extended", "mission"].map(|pack| texts(&format!("{POLICIES}/{pack}"))).into();
    let files: Vec<(u32, String)> = packs
        .into_iter()
        .enumerate()
        .flat_map(|(i, texts)| texts.into_iter().map(move |t| (i as u32, t)))
        .collect();
    let trees: Vec<_> = files.iter().map(|(_, text)| policy_syntax::parse(text)).collect();
    let parts = files.iter().zip(&trees).enumerate();
    let sources: Vec<_> = parts
        .map(|(i, ((pack, text), tree))| lower::Source { file: FileId(i as u32), tree, text, pack: *pack })
        .collect();
    let schema = lower::schema(&sources).schema;
    let world = World { vocabulary: Vocabulary::new(&schema), schema };
    let mut sentences = 0;
    for (_, text) in &files {
        let read = world.read(text);
        assert!(read.diagnostics.is_empty(), "{:#?}", read.diagnostics);
        let cores = |text: &str| world.read(text).rules.iter().map(core).collect::<Vec<_>>();
        let dutch = world.to(text, Lang::Nl);
        let english = world.to(&dutch, Lang::En);
        assert_eq!(world.to(&english, Lang::Nl), dutch);
        assert_eq!(cores(&dutch), cores(text));
        assert_eq!(cores(&english), cores(text));
        sentences += read.rules.len();
    }
    assert!(sentences > 20, "only {sentences} rules were read");
}
