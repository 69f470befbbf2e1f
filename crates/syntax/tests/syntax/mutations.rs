//! Whatever the text: parsing returns, places fit, nothing is lost, and the layout changes no token.

use crate::common::{SAMPLES, check, said};
use policy_syntax::{File, layout, parse};

/// How many texts are tried.
const TEXTS: u64 = 1_250;

/// What mistakes are made of.
const SHARDS: [&str; 34] = [
    "{",
    "}",
    "(",
    ")",
    "\"",
    "\"\"\"",
    "`",
    ";",
    ",",
    "\n",
    "\r\n",
    " ",
    "#",
    "\\",
    "@",
    "é",
    "\u{202E}",
    "а",
    "rule x {",
    "term",
    "en",
    "of",
    "\nrule y {\n",
    "\nset z\n",
    "<=",
    "13",
    "1.0",
    "≤",
    "\u{FEFF}",
    "’",
    "\t",
    "}}",
    "\n\n\n",
    "en \"x\"",
];

/// A small generator of the same numbers every time.
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        ((self.0 >> 33) as usize) % n.max(1)
    }

    fn place(&mut self, text: &str) -> usize {
        let mut at = self.below(text.len() + 1);
        while !text.is_char_boundary(at) {
            at -= 1;
        }
        at
    }
}

fn mutate(text: &mut String, dice: &mut Dice) {
    let at = dice.place(text);
    match dice.below(7) {
        0 => text.truncate(at),
        1 if at < text.len() => drop(text.remove(at)),
        2 => {
            let mut end = (at + dice.below(40)).min(text.len());
            while !text.is_char_boundary(end) {
                end -= 1;
            }
            text.replace_range(at..end.max(at), "");
        }
        3 => {
            let mut lines: Vec<&str> = text.split_inclusive('\n').collect();
            let (a, b) = (dice.below(lines.len()), dice.below(lines.len()));
            lines.swap(a, b);
            *text = lines.concat();
        }
        4 => {
            let mut lines: Vec<&str> = text.split_inclusive('\n').collect();
            lines.remove(dice.below(lines.len()).min(lines.len() - 1));
            *text = lines.concat();
        }
        _ => text.insert_str(at, SHARDS[dice.below(SHARDS.len())]),
    }
    if text.is_empty() {
        text.push('x');
    }
}

fn plain_layout(text: &str, file: &File) -> String {
    layout(text, file, &|_, _| None, &|_| None)
}

fn lays_out(text: &str, file: &File) {
    let once = plain_layout(text, file);
    let again = check(&once);
    let (before, after): (Vec<_>, Vec<_>) =
        (file.items.iter().map(said).collect(), again.items.iter().map(said).collect());
    assert_eq!(before, after, "the layout changes tokens of {text:?}\nto {once}");
    let kinds = |file: &File| file.errors.iter().map(|e| e.kind.clone()).collect::<Vec<_>>();
    assert_eq!(kinds(file), kinds(&again), "the layout changes errors of {text:?}\nto {once}");
    assert_eq!(once, plain_layout(&once, &again), "twice is not once for {text:?}");
}

#[test]
fn every_mutation_parses_and_lays_out() {
    let mut dice = Dice(42);
    for n in 0..TEXTS {
        let mut text = SAMPLES[dice.below(SAMPLES.len())].to_owned();
        for _ in 0..=(n % 4) {
            mutate(&mut text, &mut dice);
        }
        lays_out(&text, &check(&text));
    }
}

#[test]
fn every_prefix_parses() {
    for text in SAMPLES {
        for (at, _) in text.char_indices().step_by(17) {
            check(&text[..at]);
        }
    }
}

#[test]
fn long_repetitions_take_no_stack_and_no_square_time() {
    let shards = SHARDS.iter().copied();
    let more = [
        "a {",
        "rule a { ",
        "} rule",
        "rule x {} ",
        "rule x {\n",
        "( a",
        "`a\n",
        "\"}",
        "a,\n",
        "set\n",
        "\"\"\"\nset a ",
        "} rul x {",
    ];
    for shard in shards.chain(more) {
        let text = format!("rule a {{\n{}", shard.repeat(6_000 / shard.len()));
        let file = parse(&text);
        plain_layout(&text, &file);
    }
}
