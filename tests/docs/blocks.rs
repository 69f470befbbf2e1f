//! A page of documentation as its fenced blocks and its marked tables.

use std::path::Path;

/// A fenced block.
#[derive(Debug)]
pub struct Block {
    /// The page, from the root of the repository.
    pub page: &'static str,
    /// The line of the opening fence, from 1.
    pub line: usize,
    /// The first word after the fence.
    pub lang: String,
    /// The other words after it.
    pub flags: Vec<String>,
    /// What stands between the fences.
    pub text: String,
}

impl Block {
    /// Whether a word stands after the fence.
    pub fn says(&self, word: &str) -> bool {
        self.flags.iter().any(|flag| flag == word)
    }

    /// What stands behind `key=`.
    pub fn value(&self, key: &str) -> Option<&str> {
        self.flags.iter().find_map(|flag| flag.strip_prefix(key)?.strip_prefix('='))
    }

    /// The codes that reading it must give, all of them, in any order.
    pub fn codes(&self) -> Vec<&str> {
        self.value("error").map_or_else(Vec::new, |codes| codes.split(',').collect())
    }

    /// Where it is, for a message.
    pub fn place(&self) -> String {
        format!("{}:{}", self.page, self.line)
    }
}

/// The text of a page, named from the root of the repository.
pub fn page(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(name);
    std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

/// The fenced blocks of a page.
pub fn blocks(name: &'static str) -> Vec<Block> {
    let mut found: Vec<Block> = Vec::new();
    let mut open = false;
    for (number, line) in page(name).lines().enumerate() {
        match (line.strip_prefix("```"), open) {
            (Some(info), false) => {
                let mut words = info.split_whitespace().map(str::to_owned);
                let lang = words.next().unwrap_or_default();
                found.push(Block {
                    page: name,
                    line: number + 1,
                    lang,
                    flags: words.collect(),
                    text: String::new(),
                });
                open = true;
            }
            (Some(_), true) => open = false,
            (None, true) => {
                if let Some(block) = found.last_mut() {
                    block.text.push_str(line);
                    block.text.push('\n');
                }
            }
            (None, false) => {}
        }
    }
    assert!(!open, "{name}: a fence does not close");
    found
}

/// The rows of the table that follows `<!-- table: NAME -->`, cell by cell, without the heading.
pub fn table(page_name: &str, name: &str) -> Vec<Vec<String>> {
    let text = page(page_name);
    let mark = format!("<!-- table: {name} -->");
    let (_, after) = text.split_once(&mark).unwrap_or_else(|| panic!("{page_name} lacks {mark}"));
    let rows = after.lines().skip_while(|l| l.trim().is_empty()).take_while(|l| l.starts_with('|')).skip(2);
    rows.map(cells).collect()
}

fn cells(row: &str) -> Vec<String> {
    row.trim().trim_matches('|').split('|').map(|cell| cell.trim().to_owned()).collect()
}

/// The words between back-quotes in a cell.
pub fn quoted(cell: &str) -> Vec<String> {
    cell.split('`').skip(1).step_by(2).map(str::to_owned).collect()
}
