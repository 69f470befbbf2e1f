//! The layout, by example.

use crate::common::{SAMPLES, check};
use policy_syntax::{Item, Line, TokenKind, layout, parse};

fn plain(text: &str) -> String {
    layout(text, &check(text), &|_, _| None, &|_| None)
}

#[test]
fn the_lending_sample_is_laid_out_already_but_for_marks() {
    let expected = SAMPLES[0]
        .replace("fails   #", "fails #")
        .replace("\"members\"   #", "\"members\" #")
        .replace("alternative   #", "alternative #")
        .replace("<=13", "≤13")
        .replace("basis  Rules", "basis Rules")
        .replace("or\n    (status", "or\n      (status")
        .replace("room,\n    East, West\n    or", "room,\n      East, West\n      or");
    assert_eq!(plain(SAMPLES[0]), expected);
}

#[test]
fn a_crowded_text_gets_room() {
    let expected = "\
regel a.b {
  geen boek(en) buiten de zaal
  ernst hoog

  en \"book\";
  of kaart
  # loose

  field x { nl \"y\"; en \"z\" }
  wanneer a = b
} # behind

# before the next
rule c { x; y }
rule d { }

define lates {
  nl \"te laat\"
  over loan
  means very-long-name-of-a-term, another-very-long-name, yet-another-name, more
}

# the end
";
    assert_eq!(plain(SAMPLES[1]), expected);
}

#[test]
fn what_cannot_be_read_stays() {
    let text =
        "rule   a { x  y }\n\n\n  rul   b {  x\n  }  # kept\nrule c {\n  no   (x\n  y   z\n}\nrule   d {x}\n";
    let expected =
        "rule a { x y }\n\n  rul   b {  x\n  }  # kept\nrule c {\n  no   (x\n  y   z\n}\n\nrule d { x }\n";
    assert_eq!(plain(text), expected);
}

#[test]
fn line_ends_stay_what_they_were() {
    assert_eq!(plain("rule a {\r\nx\r\n}\r\n"), "rule a {\r\n  x\r\n}\r\n");
    assert_eq!(plain("rule a {\r\nx\n}"), "rule a {\n  x\n}\n");
    assert_eq!(plain(""), "");
    assert_eq!(plain("\n\n# x"), "# x\n");
}

#[test]
fn text_blocks_stay_byte_for_byte() {
    let text = "test a {\n   given   \"\"\"\n x:   y\n\n\n   z \"\"\"  # why\n}\n";
    assert_eq!(plain(text), "test a {\n  given \"\"\"\n x:   y\n\n\n   z \"\"\" # why\n}\n");
}

#[test]
fn spaces_between_tokens() {
    let line = |from: &str| plain(&format!("rule a {{ {from} }}")).trim().to_owned();
    for (from, to) in [
        ("x≤13  y<= 13", "x ≤13 y ≤ 13"),
        ("x>=13  y!=z", "x ≥13 y ≠ z"),
        ("a 7(4), 7 (4)", "a 7(4), 7 (4)"),
        ("46(2)(c) ,x", "46(2)(c), x"),
        ("( a or(b ) )", "(a or(b))"),
        ("term x:y", "term x : y"),
        ("\"a\"\"b\"`c`d", "\"a\" \"b\" `c` d"),
        ("13months", "13 months"),
        ("a;;b;", "a; b"),
    ] {
        assert_eq!(line(from), format!("rule a {{ {to} }}"), "{from}");
    }
}

#[test]
fn other_words_take_the_place_of_tokens() {
    let text = "rule a.b \"t\" {\n  no loan   # why\n\n  field x {\n    nl \"y\"\n  }\n  no x,  # rare\n    y\n}\nrule c { no loan }\n";
    let dutch = |line: &Line, _: &Item| match line.tokens.first().map(|t| t.text.as_str()) {
        Some("no") if line.tokens.len() == 2 => Some("geen uitlening".to_owned()),
        Some("no") => Some("geen x,\ny".to_owned()),
        Some("field") => Some("veld x".to_owned()),
        _ => None,
    };
    let head = |item: &Item| {
        let rest: Vec<_> = item.head.iter().map(|t| t.span.of(text)).collect();
        Some(format!("regel {}", rest.join(" ")))
    };
    let expected = "\
regel a.b \"t\" {
  geen uitlening # why

  veld x {
    nl \"y\"
  }
  # rare
  geen x,
      y
}

regel c { geen uitlening }
";
    assert_eq!(layout(text, &parse(text), &dutch, &head), expected);
}

#[test]
fn a_wide_block_is_broken() {
    let wide = format!("rule a {{ field x {{ {} }}; b }}", "word ".repeat(17).trim());
    let expected = format!("rule a {{\n  field x {{ {} }}\n  b\n}}\n", "word ".repeat(17).trim());
    assert_eq!(plain(&wide), expected);
}

#[test]
fn tokens_say_what_was_written() {
    let file = check(
        "rule a.b/c { x \"a \\\"b\\\" \\\\ \\n\" `l m` \"\"\"v\n\"w \"\"\" 13 7.4 2026-11-22 1.0.0 2026/2027 één’s }",
    );
    let said: Vec<_> = file.items[0].lines[0].tokens.iter().map(|t| (t.kind, t.text.as_str())).collect();
    use TokenKind::*;
    let expected = [(Word, "x"), (String, "a \"b\" \\ \\n"), (Label, "l m"), (Block, "v\n\"w ")];
    assert_eq!(said[..4], expected);
    let numbers =
        [(Number, "13"), (Dotted, "7.4"), (Dotted, "2026-11-22"), (Dotted, "1.0.0"), (Dotted, "2026/2027")];
    assert_eq!(said[said.len() - 6..said.len() - 1], numbers);
    assert_eq!(said.last(), Some(&(Word, "één’s")));
    let head = &file.items[0].head[0];
    assert_eq!((head.text.as_str(), head.index), ("a.b/c", 1));
}

#[test]
fn lines_go_on() {
    let lines = |text: &str| {
        let file = check(&format!("rule a {{\n{text}\n}}"));
        assert_eq!(file.errors, []);
        file.items[0].lines.len()
    };
    for (text, count) in [
        ("a\nb", 2),
        ("a,\nb", 1),
        ("a, # why\n\n# more\nb", 1),
        ("a and\nb", 1),
        ("a\nor b", 1),
        ("a\nof b", 1),
        ("a\nen b", 1),
        ("nl \"a\"\nen \"b\"", 2),
        ("(a\nb\n)", 1),
        ("a { b }\nor c", 2),
        ("a,\n", 1),
    ] {
        assert_eq!(lines(text), count, "{text:?}");
    }
}
